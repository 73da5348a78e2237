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
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from index.generation import MANIFEST, UNFINISHED, current, index_folder
from tests.index.killed_builds import (
    ANY,
    MOMENTS,
    PROJECT,
    SWAPPING,
    completed,
    folders,
    met,
    trials,
    watch,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are POSIX's"),
]

KILLS = 200
LONGEST = 240.0
"""Seconds after which a slow machine stops killing."""
AT_ONCE = 2
"""Homes in which builds are killed at the same time."""
WHOLE_KILLS, LONGEST_WHOLE = 8, 60.0
"""Kills of the command itself, which loads the models each time, and seconds after which there are no more."""


@pytest.mark.timeout(420)
def test_two_hundred_kills(tmp_path: Path) -> None:
    """After each kill an ask is answered from a whole generation, and what is let run to its end is completed."""
    until = time.monotonic() + LONGEST
    with ThreadPoolExecutor(AT_ONCE) as homes:
        seen = sum(homes.map(lambda n: killed_in(tmp_path / f"{n}", until), range(AT_ONCE)), Counter[str]())
    print(f"{seen.total()} of {KILLS} kills met: {dict(seen.most_common())}")  # noqa: T201
    assert {"checking", "removing the oldest"} <= seen.keys()
    assert seen.keys() & SWAPPING


def killed_in(home: Path, until: float) -> Counter[str]:
    """Kill a home's share of builds; return how often a kill met what."""
    completed(home, 0)
    with trials(home, seed=time.time_ns(), mend=0.3) as killing:
        killing.live = 0
        while killing.kills < KILLS // AT_ONCE and time.monotonic() < until:
            killing.once(killing.chance.choice((*MOMENTS, *[ANY] * len(MOMENTS))))
    completed(home, 10_000)
    return Counter(killing.seen)


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
    add(home, tmp_path / "lamps.md", "Oil burns well in a lamp.")
    started = time.monotonic()
    assert treaty("index", home=home).returncode == 0
    whole, until = time.monotonic() - started, time.monotonic() + LONGEST_WHOLE
    add(home, tmp_path / "lanterns.md", "Gas burns better in a lamp.")
    seen = Counter[str]()
    while seen.total() < WHOLE_KILLS and time.monotonic() < until:
        # by turns at any moment, and as soon as the new generation is complete
        seen[killed_index(home, None if seen.total() % 2 else whole)] += 1
        asked = treaty("--json", "ask", "What burns in a lamp?", home=home)
        assert asked.returncode == 0, asked.stderr
        assert json.loads(asked.stdout)["quotes"]
    print(f"treaty index: {seen.total()} kills met: {dict(seen)}")  # noqa: T201
    assert treaty("index", home=home).returncode == 0
    checked = treaty("index", "verify", home=home)
    assert checked.stdout.rstrip().endswith(": sound"), checked.stderr
    assert treaty("index", "rollback", home=home).returncode == 0
    listed = json.loads(treaty("--json", "index", "status", home=home).stdout)
    assert [row["live"] for row in listed["generations"]] == [True, False]


def add(home: Path, path: Path, words: str) -> None:
    """Put a note with these words into a home's library."""
    path.write_text(f"# Notes on {path.stem}\n\nOn burning\n{words}\n", encoding="utf-8")
    assert treaty("corpus", "add", str(path), home=home).returncode == 0


def killed_index(home: Path, seconds: float | None) -> str:
    """Kill ``treaty index`` within so many seconds, or once the new generation has its manifest; return what it met."""
    before, there = current(home), folders(home)
    with subprocess.Popen(
        _command("index", home=home),
        env=_ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        if seconds is None:
            staged = index_folder(home) / "generations"
            watch(lambda: child.poll() is not None or any(staged.glob(f"{UNFINISHED}*/{MANIFEST}")))
        else:
            time.sleep(random.uniform(0, seconds))  # noqa: S311 - of moments, not of secrets
        child.kill()
    return "done" if child.returncode == 0 else met(home, before, there)


def _command(*words: str, home: Path) -> list[str]:
    program = "from assistant.cli import main; main()"
    return [sys.executable, "-c", program, "--home", str(home), "--no-embedded", *words]


_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")} | {
    "PYTHONPATH": str(PROJECT)
}
