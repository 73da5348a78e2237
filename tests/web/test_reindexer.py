"""Re-indexing in a process of its own: what is told of it, how it ends, and how long it may still take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reindexing import NEEDED, settings_line
from assistant.settings import Settings
from assistant.web.library.pace import SHARES, Pace
from assistant.web.library.reindexer import COMMAND, Phase, Reindexer

ROOT = Path(__file__).resolve().parents[2]
REPORT = {
    "generation": "g2",
    "built": True,
    "added": ["bells"],
    "changed": [],
    "removed": ["lamps"],
    "unchanged": ["ropes"],
    "embedded": 12,
    "carried": 30,
    "seconds": 4.5,
}
SAYS = "import sys; sys.stdin.readline(); print({lines!r}, flush=True); sys.exit({code})"
WAITS = "import sys, time; sys.stdin.readline(); print('{}', flush=True); time.sleep(60)"
LONG = 30.0


def saying(*lines: object, code: int = 0) -> tuple[str, ...]:
    """Return the command of a process that says some lines."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return (sys.executable, "-c", SAYS.format(lines=text, code=code))


def reindexer(*command: str) -> tuple[Reindexer, list[Phase]]:
    ended: list[Phase] = []
    made = Reindexer(lambda: "{}\n", lambda: ended.append(made.course.phase), command)
    return made, ended


def test_it_runs_to_its_end_and_tells_what_was_done() -> None:
    made, ended = reindexer(*saying({"stage": "embed", "done": 3, "total": 4}, {"report": REPORT}))
    assert made.course.phase is Phase.IDLE
    assert made.start()
    course = made.wait(LONG)
    assert (course.phase, course.number, course.share) == (Phase.DONE, 1, 1.0)
    assert (course.stage, course.done, course.total) == ("embed", 3, 4)
    assert course.report is not None
    assert (course.report.added, course.report.removed, course.report.carried) == (("bells",), ("lamps",), 30)
    assert ended == [Phase.DONE]
    assert made.start()
    assert made.wait(LONG).number == 2


@pytest.mark.parametrize(
    ("lines", "code", "trouble"),
    [
        (({"error": "lamps: cannot be read. Remove it"},), 1, "lamps: cannot be read. Remove it"),
        (({"stage": "cut", "done": 1, "total": 2},), 1, "stopped unexpectedly"),
        (("Traceback: no JSON",), 0, "stopped unexpectedly"),
        (({"secret": 1},), 0, "stopped unexpectedly"),
        ((), 3, "stopped unexpectedly"),
    ],
)
def test_a_failure_is_one_line(lines: tuple[object, ...], code: int, trouble: str) -> None:
    made, ended = reindexer(*saying(*lines, code=code))
    made.start()
    course = made.wait(LONG)
    assert course.phase is Phase.FAILED
    assert trouble in course.trouble
    assert ended == [Phase.FAILED]


def test_it_runs_once_at_a_time_and_can_be_stopped() -> None:
    made, ended = reindexer(sys.executable, "-c", WAITS)
    assert made.start()
    assert not made.start()
    running = made.course
    made.stop()
    assert (running.phase, made.wait(LONG).phase) == (Phase.RUNNING, Phase.STOPPED)
    assert made.course.number == 1
    assert ended == [Phase.STOPPED]
    made.stop()
    assert made.course.phase is Phase.STOPPED


def test_the_process_gets_what_the_index_depends_on_and_no_secret(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, embedded=False, passage_tokens=100)
    line = settings_line(settings)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    told = json.loads(line)
    assert set(told) == NEEDED
    assert Settings(**told) == settings


def run(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND,
        input=line,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TREATY_HOME": str(home / "another")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_real_process_says_why_it_cannot(tmp_path: Path) -> None:
    made = Reindexer(lambda: settings_line(Settings(home=tmp_path, embedded=False)))
    made.start()
    course = made.wait(240)
    assert course.phase is Phase.FAILED
    assert course.trouble == "expected documents to index, found none. Run: treaty corpus add FILE"


def test_the_process_ends_when_the_server_does(tmp_path: Path) -> None:
    begun = time.monotonic()
    ended = run(tmp_path, settings_line(Settings(home=tmp_path)))
    assert ended.returncode != 0
    assert "report" not in ended.stdout
    assert not (tmp_path / "index" / "CURRENT").exists()
    assert time.monotonic() - begun < 240


class Clock:
    """Tells the seconds it is set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_said_of_what_is_left_before_there_is_something_to_tell_it_from() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.step("cut", 1, 2)
    clock.now += 20
    pace.step("embed", 0, 1000)
    assert pace.now().left is None
    clock.now += 1
    pace.step("embed", 10, 1000)
    assert pace.now().left is None


def test_what_is_left_is_told_from_the_stage_at_work_and_goes_down_with_the_time() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.step("embed", 0, 1000)
    clock.now += 54
    pace.step("embed", 500, 1000)
    # 54 s for half of the stage's 54 hundredths: 2 s a hundredth, and 70 of them to go
    assert pace.now().left == pytest.approx(140)
    clock.now += 30
    assert pace.now().left == pytest.approx(110)
    clock.now += 1000
    assert pace.now().left == 0
    pace.step("closeups", 0, 10)
    clock.now += 38
    pace.step("closeups", 10, 10)
    assert pace.now().left == pytest.approx(5)


def test_where_nothing_is_embedded_it_goes_on_to_the_end() -> None:
    clock = Clock()
    pace = Pace(clock)
    for stage, done, total in (("cut", 2, 2), ("closeups", 0, 0), ("store", 5, 5)):
        pace.step(stage, done, total)
    assert pace.now().share == 1
    assert pace.now().left is None


def test_the_shares_of_the_stages_tile_the_whole() -> None:
    bounds = list(SHARES.values())
    assert bounds[0][0] == 0
    assert bounds[-1][1] == 1
    assert all(a[1] == b[0] for a, b in pairwise(bounds))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*SHARES, "other"]), st.integers(0, 50), st.integers(0, 50), st.floats(0, 99)
        )
    )
)
def test_the_share_never_falls_and_what_is_left_is_never_negative(
    steps: list[tuple[str, int, int, float]],
) -> None:
    clock = Clock()
    pace = Pace(clock)
    last = 0.0
    for stage, done, more, seconds in steps:
        clock.now += seconds
        pace.step(stage, done, done + more)
        now = pace.now()
        assert last <= now.share <= 1 + 1e-9
        assert now.left is None or now.left >= 0
        last = now.share
