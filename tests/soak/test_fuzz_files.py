"""Ten thousand broken files through the readers: none harms the program, and every refusal is one of a reader's own.

Most go through a few long-lived processes under the program's limits, some through the program's own way, a process a
file. ``FUZZ_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corpus.contained import close_children, read_contained
from corpus.errors import ReaderFailed, ReadError, ReadingStopped
from tests.corpus.mutated_files import mutants

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors and memory as Linux tells them"),
]

FILES = 10_000
CONTAINED = 400
"""Of them, by the program's own way."""
LONGEST, LONGEST_CONTAINED = 130.0, 50.0
"""Seconds after which a slow machine reads no more."""
PROCESSES = 2
GROWTH = 64_000
"""Kilobytes that a process may grow by over all its files: it holds one at a time."""
SEED = int(os.environ.get("FUZZ_SEED", "0")) or secrets.randbelow(2**31) + 1
ROOT = Path(__file__).resolve().parents[2]


def test_thousands_in_processes_that_live_on(tmp_path: Path) -> None:
    each = (FILES - CONTAINED) // PROCESSES
    with ThreadPoolExecutor(PROCESSES) as pool:
        runs = [
            run
            for some in pool.map(lambda n: read_all(SEED + n, each, tmp_path), range(PROCESSES))
            for run in some
        ]
    found = sum((Counter(run.get("found", {})) for run in runs), Counter[str]())
    slowest, grown = (max(run.get(what, 0) for run in runs) for what in ("slowest", "grown"))
    print(f"FUZZ_SEED={SEED}: {found.total()} files, {dict(sorted(found.items()))}")  # noqa: T201
    print(f"slowest {slowest:.2f} s, memory grown by {grown} kB")  # noqa: T201
    assert [run["fault"] for run in runs if "fault" in run] == []
    assert {one.split(maxsplit=1)[1] for one in found} <= {"read", "refused", "MemoryError", "RecursionError"}
    assert {one.split()[0] for one in found} == {".md", ".txt", ".html", ".xml", ".pdf", ".docx"}
    assert grown < GROWTH
    assert all(run.get("descriptors", 0) == 0 for run in runs)
    assert list(tmp_path.iterdir()) == []


def read_all(seed: int, count: int, folder: Path) -> list[dict[str, Any]]:
    """Have processes read so many files, the next one beginning after the file that ended the one before."""
    until, first, runs = time.monotonic() + LONGEST, 0, []
    while first < count and (rest := until - time.monotonic()) > 0:
        done = read_on(seed, first, count, rest, folder)
        last = done.stdout.splitlines()[-1] if done.stdout else ""
        if done.returncode == 0:
            runs.append(json.loads(last))
            break
        trouble = f"file {last} of seed {seed} ended its reader ({done.returncode}): {done.stderr[-1500:]}"
        runs.append({"fault": trouble})
        first = int(last or count) + 1
    return runs


def read_on(
    seed: int, first: int, count: int, seconds: float, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Have one process read files from a number on, with ``folder`` for temporary ones."""
    return subprocess.run(
        [sys.executable, "-m", "tests.soak.reading_mutants", *map(str, (seed, first, count, seconds))],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * LONGEST,
    )


def test_hundreds_by_the_programs_own_way_leave_nothing_behind() -> None:
    close_children()
    before, folders = children(), set(Path(tempfile.gettempdir()).glob("treaty-reading-*"))
    until = time.monotonic() + LONGEST_CONTAINED
    with ThreadPoolExecutor(PROCESSES) as pool:
        files = mutants(CONTAINED, SEED + PROCESSES)
        outcomes = Counter(pool.map(lambda file: outcome(file[0], file[1], until), files))
    close_children()
    print(f"in a process each: {dict(outcomes)}")  # noqa: T201
    assert children() <= before
    assert set(Path(tempfile.gettempdir()).glob("treaty-reading-*")) <= folders
    assert outcomes.keys() <= {"read", "refused", "left out"}
    assert outcomes["read"] > 0 < outcomes["refused"]


def outcome(name: str, raw: bytes, until: float) -> str:
    """Read one file as the program does and say what came of it, or leave it out if time is over."""
    if time.monotonic() > until:
        return "left out"
    try:
        read_contained(raw, name, structure=True)
    except (ReaderFailed, ReadingStopped) as error:
        return str(error)
    except ReadError as error:
        return "refused" if str(error).isprintable() else f"{name}: refused in more than one line"
    return "read"


def children() -> set[str]:
    """Return the processes whose parent is this one, those too that have ended and were not waited for."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = place.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == str(os.getpid()):
            found.add(place.parent.name)
    return found
