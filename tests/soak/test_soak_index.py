"""Index generations under fire: two hundred builds killed at every stage, and ``treaty index`` itself a few times.

Not part of ``make test``, which kills a dozen (``tests/index/test_crash.py``): run ``make soak``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.index.killed_builds import MOMENTS, PROJECT, completed, trials

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are POSIX's"),
]

KILLS = 200
LONGEST = 280.0
"""Seconds after which a slow machine stops killing."""


@pytest.mark.timeout(360)
def test_two_hundred_kills(tmp_path: Path) -> None:
    until = time.monotonic() + LONGEST
    completed(tmp_path, 0)
    with trials(tmp_path, seed=time.time_ns(), mend=0.25) as killing:
        killing.live = 0
        while killing.kills < KILLS and time.monotonic() < until:
            killing.once(killing.chance.choice(MOMENTS))
    completed(tmp_path, 10_000)
    print(f"{killing.kills} kills left: {killing.seen}")  # noqa: T201
    assert {"incomplete", "complete, not renamed"} <= killing.seen.keys()
    assert killing.seen.keys() & {"renamed, not pointed to", "pointed to, not cleaned up", "pointed to"}


def treaty(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the program on a home, without the embedded guides."""
    return subprocess.run(
        _command(*words, home=home),
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.timeout(900)
def test_the_whole_way_with_kills_in_a_home_of_any_name(tmp_path: Path) -> None:
    """Add, index, ask, verify, roll back, with ``treaty index`` killed in between, where the name needs quoting."""
    home = tmp_path / "Договоры и 条約 100%"
    chance = random.Random(time.time_ns())  # noqa: S311 - of moments, not of secrets
    longest = 10.0
    for number, words in enumerate(("Oil burns well in a lamp.", "Gas burns better in a lamp."), start=1):
        path = tmp_path / f"lamps {number}.md"
        path.write_text(f"# Notes on lamps {number}\n\nOn burning\n{words}\n", encoding="utf-8")
        assert treaty("corpus", "add", str(path), home=home).returncode == 0
        for _ in range(3):
            with subprocess.Popen(
                _command("index", home=home),
                env=_ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as child:
                time.sleep(chance.uniform(0, longest))
                child.kill()
            if number > 1:
                asked = treaty("--json", "ask", "What burns in a lamp?", home=home)
                assert asked.returncode == 0, asked.stderr
                assert json.loads(asked.stdout)["quotes"]
        started = time.monotonic()
        indexed = treaty("index", home=home)
        longest = time.monotonic() - started
        assert indexed.returncode == 0, indexed.stderr
        checked = treaty("index", "verify", home=home)
        assert checked.stdout.rstrip().endswith(": sound"), checked.stderr
    assert treaty("index", "rollback", home=home).returncode == 0
    listed = json.loads(treaty("--json", "index", "status", home=home).stdout)
    assert [row["live"] for row in listed["generations"]] == [True, False]


def _command(*words: str, home: Path) -> list[str]:
    program = "from assistant.cli import main; main()"
    return [sys.executable, "-c", program, "--home", str(home), "--no-embedded", *words]


_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")} | {
    "PYTHONPATH": str(PROJECT)
}
