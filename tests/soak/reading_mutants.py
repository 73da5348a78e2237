"""A long-lived process that reads changed files one after the other, under the limits that a child of the program has.

Run as a program: ``python -m tests.soak.reading_mutants SEED FIRST COUNT SECONDS``. It starts at a mutant's number,
says each number before it reads that file, and at its end, after so many files or seconds, what came of them. If it
ends before that, by a signal or an exception, the number said last is the file that did it.

The program itself gives every file a process of its own (``corpus.contained``), which costs far more than the reading.
Many files in one process say more about the readers: what one leaves behind meets the next.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from corpus.contained_children import Bounds
from corpus.errors import ReaderFailed, ReadError
from corpus.readers import read_document
from corpus.structure import parse
from tests.corpus.mutated_files import mutants

LONGEST = 20
"""Seconds of processor time for one small file: a hundred times what the good ones take on a slow machine."""
WARM = 250
"""Files after which the process has imported what it needs; memory is compared with what it holds then."""


def outcome(name: str, raw: bytes) -> str:
    """Read one file and find its provisions; say what came of it. What no reader should raise is raised on."""
    try:
        parse(read_document(raw, name))
    except ReaderFailed:
        raise
    except ReadError as error:
        return "refused" if str(error).isprintable() else f"refused in more than one line: {error}"
    except (MemoryError, RecursionError) as error:  # which the program refuses by name
        return type(error).__name__
    return "read"


def resident() -> int:
    """Return the kilobytes of memory that this process holds now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Read, and tell."""
    seed, first, count = map(int, sys.argv[1:4])
    until = time.monotonic() + float(sys.argv[4])
    memory = Bounds().memory
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found: Counter[str] = Counter()
    slowest, held, opened, number = 0.0, 0, 0, first
    for number, (name, raw) in enumerate(islice(mutants(count, seed), first, None), start=first):
        if time.monotonic() > until:
            break
        os.write(1, f"{number}\n".encode())
        began = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(began) + 1 + LONGEST, resource.RLIM_INFINITY))
        found[f"{Path(name).suffix} {outcome(name, raw)}"] += 1
        slowest = max(slowest, time.process_time() - began)
        if number == first + WARM:
            held, opened = resident(), _descriptors()
    grown, more = (resident() - held, _descriptors() - opened) if held else (0, 0)
    told = {"found": found, "slowest": slowest, "grown": grown, "descriptors": more}
    os.write(1, f"{json.dumps(told)}\n".encode())


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    main()
