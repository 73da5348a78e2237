"""A server that only answers: it indexes nothing, offers no change, and follows what another process makes live."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.browsing import ROOT, START_SECONDS, served

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = ("-c", "from assistant.cli import main; main()")
LAMPS = "# Convention on the Lamps\n\n## Article 1\nLamps burn by night.\n"
BELLS = "# Agreement on the Bells\n\n## Article 1\nBells ring at noon.\n"


def treaty(home: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *PROGRAM, "--home", str(home), "--no-embedded", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    return done.stdout if done.returncode == 0 else done.stderr


def live(home: Path) -> str:
    return (home / "index" / "CURRENT").read_text(encoding="utf-8").strip()


def comes_to_answer_from(address: str, generation: str) -> bool:
    """Tell whether the server says, soon enough for a busy machine, that it answers from a generation."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        said = httpx.get(f"{address}/healthz", timeout=START_SECONDS).json()
        if said == {"status": "ready", "generation": generation}:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.timeout(900)
def test_a_replica_indexes_nothing_and_follows_what_another_process_makes_live(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name, text in (("lamps.md", LAMPS), ("bells.md", BELLS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    refused = treaty(home, "serve", "--read-only", "--port", "0")
    assert refused.startswith(f"error: expected an index in {home}, found none, and --read-only makes none.")
    assert not home.exists()
    treaty(home, "corpus", "add", str(tmp_path / "lamps.md"))
    treaty(home, "index")
    first = live(home)
    treaty(home, "corpus", "add", str(tmp_path / "bells.md"))
    serve = (*PROGRAM, "--home", str(home), "--no-embedded", "serve", "--read-only", "--port", "0")
    with served(*serve) as replica:
        assert comes_to_answer_from(replica.address, first)
        assert live(home) == first, "what was added since waits for whoever keeps the index"
        page = httpx.get(replica.address, timeout=START_SECONDS).text
        assert "library-drop" not in page
        treaty(home, "index")
        second = live(home)
        assert second != first
        assert comes_to_answer_from(replica.address, second)
        treaty(home, "index", "rollback")
        assert live(home) == first
        assert comes_to_answer_from(replica.address, first)
