"""The library that runs the bundled models tells its maker nothing, and leaves nothing of what it would tell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""All that is handed on of the environment: the library keeps quiet by itself where it says continuous integration."""
SCORING = """
from index.reranker import load_reranker
print(len(load_reranker().score("Who keeps the lamp?", ["A keeper does."])))
"""


def test_a_model_is_run_without_a_trace(tmp_path: Path) -> None:
    """From 1.29 on onnxruntime keeps a device number and a line of events to be sent in the user's cache."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    home = {name: str(tmp_path) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", SCORING],
        env=kept | home | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.stdout == "1\n", done.stderr
    assert list(tmp_path.iterdir()) == []
