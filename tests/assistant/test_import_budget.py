"""What a command imports before it works: counted in modules, because seconds depend on the machine.

A question needs the two models on onnxruntime and Chroma; making an index match needs neither if nothing changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = frozenset(
    {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas", "gradio", "fastapi"}
)
"""Each takes a second or more to import, or a hundred megabytes."""
_RUN = """
import json, sys
from assistant.cli import main
sys.argv = ["treaty", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def imported(*words: str) -> frozenset[str]:
    """Run a command in a process of its own and return every module it had imported at the end."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words], capture_output=True, text=True, check=False, timeout=600
    )
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one small document, indexed."""
    made = tmp_path_factory.mktemp("home")
    file = made / "kites.md"
    file.write_text(
        "# Convention on Kites\n\n## Article 1\n\nEvery child shall have a kite.\n", encoding="utf-8"
    )
    imported("--home", str(made), "--no-embedded", "corpus", "add", str(file))
    imported("--home", str(made), "--no-embedded", "index")
    return made


def test_a_question_imports_no_heavy_library(home: Path) -> None:
    names = imported("--home", str(home), "--no-embedded", "ask", "Who shall have a kite?")
    assert not HEAVY & names
    assert {"chromadb", "onnxruntime"} <= names  # it was really asked
    assert len(names) < 1500


def test_an_index_in_which_nothing_changed_needs_no_model_and_no_chroma(home: Path) -> None:
    names = imported("--home", str(home), "--no-embedded", "index")
    assert not (HEAVY | {"chromadb", "onnxruntime", "onnx", "tokenizers", "assistant.answer"}) & names
    assert len(names) < 900
