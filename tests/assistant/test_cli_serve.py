"""``treaty password`` and the options of ``treaty serve`` that are refused before anything is served."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.passwords import read

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")


def _run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def test_a_password_read_from_standard_input_makes_a_line_that_admits(tmp_path: Path) -> None:
    made = _run("password", "keeper", typed="the oil is low tonight\n")
    assert (made.returncode, made.stderr) == (0, "")
    path = tmp_path / "auth"
    path.write_text(made.stdout, encoding="utf-8")
    accounts = read(path)
    assert accounts.admits("keeper", "the oil is low tonight")
    assert not accounts.admits("keeper", "the oil is low tonight\n")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("password", "keeper"), "short\n", "error: expected a password of 10 to 1000 characters, found 5."),
        (("password", "two words"), "the oil is low tonight\n", "error: expected a name of letters, digits"),
        (("serve", "--auth", "nowhere"), "", "error: nowhere: expected a file of names and hashes"),
        (("serve", "--root-path", "treaties"), "", "error: expected a prefix such as /treaties"),
        (("serve", "--allowed-host", "a/b"), "", "error: expected a host name without port or path"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, words: tuple[str, ...], typed: str, said: str) -> None:
    refused = _run("--home", str(tmp_path), *words, typed=typed)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(said)
    assert refused.stderr.count("\n") == 1


def test_an_open_door_is_warned_of_once(tmp_path: Path) -> None:
    empty = _run("--home", str(tmp_path), "--no-embedded", "serve", "--host", "0.0.0.0", "--port", "0")
    assert empty.stderr.splitlines()[0].startswith("warning: listening at 0.0.0.0 without --auth")
    assert empty.stderr.splitlines()[1].startswith("error: expected documents to index")
    assert len(empty.stderr.splitlines()) == 2


def test_the_command_line_does_not_keep_models_from_being_downloaded() -> None:
    code = "import os, assistant.cli; assert not {'HF_HUB_OFFLINE', 'GRADIO_ANALYTICS_ENABLED'} & set(os.environ)"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "GRADIO_"))}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, cwd=PROJECT, env=clean)
