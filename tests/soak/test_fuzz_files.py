"""Ten thousand broken files through the readers: none harms the program, and every refusal is one of a reader's own."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from corpus.contained import close_children, read_contained
from corpus.errors import ReaderFailed, ReadError
from tests.corpus.mutated_files import mutants

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

_FILES = 10_000
_AT_ONCE = 250
"""Files held in memory; after the first of them the program has imported what it needs."""
_GROWTH = 64_000
"""Kilobytes that the program may grow by over all files: it holds one answer at a time."""


def resident() -> int:
    """Return the kilobytes of memory that this process holds now; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def children() -> set[str]:
    """Return the processes whose parent is this one."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = place.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == str(os.getpid()):
            found.add(place.parent.name)
    return found


def outcome(name: str, raw: bytes) -> str:
    try:
        read_contained(raw, name, structure=True)
    except ReaderFailed as error:
        return f"{name}: {error.reason}"
    except ReadError as error:
        return "refused" if str(error).isprintable() else f"{name}: refused in more than one line"
    return "read"


def test_ten_thousand_broken_files_leave_nothing_behind() -> None:
    close_children()
    before, folders = children(), set(Path(tempfile.gettempdir()).glob("treaty-reading-*"))
    seed = int(os.environ.get("FUZZ_SEED", "0")) or secrets.randbelow(2**31) + 1
    sys.stdout.write(f"FUZZ_SEED={seed}\n")
    outcomes: Counter[str] = Counter()
    held = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        files = mutants(_FILES, seed)
        while some := list(islice(files, _AT_ONCE)):
            outcomes.update(pool.map(lambda file: outcome(*file), some))
            held = held or resident()
    grown = resident() - held
    close_children()
    assert children() <= before
    assert set(Path(tempfile.gettempdir()).glob("treaty-reading-*")) <= folders
    assert grown < _GROWTH
    faults = {words: count for words, count in outcomes.items() if words not in {"read", "refused"}}
    assert faults == {}
    assert outcomes.total() == _FILES
    assert min(outcomes["read"], outcomes["refused"]) > _FILES // 10
