"""``treaty eval`` and the commands below it, run as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case, CaseKind, Gold, Split
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import LanternAssistant

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")
FEE = Case("fee", "Is a fee taken from ships?", CaseKind.DIRECT, Split.DEV, (Gold("lanterns", None, "1(2)"),))
OIL = Case("oil", "Who shares winter stores of tar?", CaseKind.UNANSWERABLE, Split.DEV, (), file="lanterns")


def treaty(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")}
    return subprocess.run(
        [*PROGRAM, "--home", str(cwd / "home"), *words],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=False,
        timeout=120,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs in it, the second without its answers, and one over other cases."""
    folder = tmp_path_factory.mktemp("desk")
    run = evaluate(LanternAssistant(), [FEE, OIL])
    run.save(folder / "before.json")
    failed = [replace(o, answer=None, exact=(), errors=("EmptyQuestion: none",)) for o in run.outcomes]
    Run(run.metadata, tuple(failed)).save(folder / "after.json")
    evaluate(LanternAssistant(), [FEE]).save(folder / "other.json")
    return folder


def test_two_runs_are_compared(desk: Path) -> None:
    done = treaty("eval", "compare", "before.json", "after.json", cwd=desk)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Made alike" in done.stdout
    assert "quoted rightly → failed" in done.stdout
    assert FEE.question in done.stdout


def test_with_json_a_comparison_is_json(desk: Path) -> None:
    done = treaty("eval", "compare", "before.json", "after.json", "--json", cwd=desk)
    found = json.loads(done.stdout)
    assert [one["id"] for one in found["worse"]] == ["fee", "oil"]
    assert found["measures"]["right@1"]["difference"] == 0


def test_runs_over_other_cases_are_refused_unless_told(desk: Path) -> None:
    refused = treaty("eval", "compare", "before.json", "other.json", cwd=desk)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(
        "error: expected two runs over the same cases, found 1 only in the first (oil)"
    )
    assert refused.stderr.count("\n") == 1
    told = treaty("eval", "compare", "before.json", "other.json", "--common", cwd=desk)
    assert told.returncode == 0
    assert "Cases in both: 1; left out, being in one only or changed: 1" in told.stdout


def test_a_saved_run_is_shown_again_and_written_as_a_page(desk: Path) -> None:
    done = treaty("eval", "show", "before.json", "--html", "report.html", cwd=desk)
    assert done.returncode == 0
    assert "quote precision" in done.stdout
    assert done.stderr == "Report: report.html\n"
    assert (desk / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("eval", "show", "none.json"), 1, "none.json: expected a saved run, found"),
        (("eval", "compare", "before.json"), 2, "Missing argument 'B'"),
        (("eval", "--small", "--split", "test"), 2, "the small set has its cases already"),
        (("eval", "--split", "dev", "compare", "before.json", "after.json"), 2, "--split"),
        (("eval", "--save", "nowhere/run.json"), 1, "expected the name of a file to write, found no folder"),
        (("eval", "--html", "."), 1, "expected the name of a file to write, found a folder"),
        (("eval", "--baseline", "none.json"), 1, "none.json: expected a saved run"),
        (("eval", "show", "before.json", "--html", "nowhere/report.html"), 1, "found no folder to put it in"),
        (("eval",), 1, "expected an index"),
        (("eval", "calibrate"), 1, "expected an index"),
        (("eval", "ablate"), 1, "expected an index"),
        (("eval", "ablate", "--save", "nowhere/table.json"), 1, "found no folder to put it in"),
        (("eval", "--split", "dev", "ablate"), 2, "ablate takes options after its name"),
        (("eval", "calibrate", "elsewhere"), 1, "expected an index in elsewhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_before_anything_is_run(
    desk: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = treaty(*words, cwd=desk)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
