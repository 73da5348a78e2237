"""``python -m bench``: one run, one table (``make bench``).

The peers' packages are expected in ``bench/.venv``, where the Makefile puts them; without it their columns stay
empty, and the run says why.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from bench.figures import HEADS, Section, as_json, growth, markdown, table
from bench.libraries import SHARED
from bench.run import generated, growth_of_questions, real, tell
from bench.systems import MODULES, VENV, present
from corpus.errors import TreatyError
from index.bundled import cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES = "11,100"
"""Treaties in the made libraries, unless said otherwise."""
PACKAGES = ("chromadb", "onnxruntime", "numpy")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
WIDE = 190
"""Columns of the table where the output is no terminal."""

Json = dict[str, Any]


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print it; no figure makes it fail."""
    given = _options().parse_args(words)
    header = machine(given.beside)
    sections: list[Section] = []
    failed = ""
    try:
        with tempfile.TemporaryDirectory(prefix="treaty-bench-", ignore_cleanup_errors=True) as folder:
            sections.extend(run(Path(folder), given.library, given.sizes, given.keep))
    except TreatyError as error:
        failed = f"error: {error}\n"
        if not sections:
            sys.stderr.write(failed)
            return 1
    header["load at the end"] = _load()
    if given.json:
        sys.stdout.write(
            json.dumps({**header, "workloads": as_json(sections)}, ensure_ascii=False, indent=2) + "\n"
        )
    else:
        _show(header, sections)
    if given.write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), header, sections), encoding="utf-8")
        tell(f"Written to {PAGE.name}")
    sys.stderr.write(failed)
    return 1 if failed else 0


def run(folder: Path, library: Path, sizes: Sequence[int], keep: Path | None = None) -> Iterator[Section]:
    """Measure every workload in a folder; each is given when it is done, so that a failure loses only the rest.

    Args:
        folder: Where the libraries are made; some 60 MB, 1 GB with 700 treaties.
        library: Treaties to measure with the real encoder; that workload is left out if there are none.
        sizes: How many treaties the made libraries have, smallest first.
        keep: Where made libraries are kept, and taken from if they are there; ``folder`` if None.
    """
    systems = present()
    if absent := [HEADS[who] for who in MODULES if who not in systems]:
        tell(f"Without {' and '.join(absent)}: no packages in {VENV}; `make bench` puts them there")
    if library.is_dir():
        yield from real(folder / "real", library, systems)
    else:
        missing = f"Left out: {library.name} is not beside the repository. Name a folder with --library DIR."
        yield Section("Treaties of a folder", missing, ())
    found = []
    for size in sizes:
        found.append(generated((keep or folder) / str(size), size, systems))
        yield found[-1]
    if len(found) > 1:
        grown = growth(sizes, found)
        yield Section(grown.title, grown.note, (*grown.figures, *growth_of_questions(keep or folder, sizes)))


def machine(beside: str) -> Json:
    """Return what the figures were measured on and with; ``beside`` says what else ran there."""
    info = Path("/proc/cpuinfo")
    name = cpu_model(info.read_text(encoding="utf-8") if info.is_file() else "")
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{name or platform.processor() or platform.machine()}, {cores()} cores",
        "python": platform.python_version(),
        "versions": ", ".join(f"{one} {version(one)}" for one in PACKAGES),
        "niceness": os.nice(0) if hasattr(os, "nice") else "",
        "load at the start": _load(),
        "beside": beside,
    }


def cpu_model(cpuinfo: str) -> str | None:
    """Return the processor's name in the text of ``/proc/cpuinfo``, or None if it gives none."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else None


def written(page: str, header: Json, sections: Sequence[Section]) -> str:
    """Return the documentation's page with this run between its marks.

    Raises:
        TreatyError: If the page has no such marks.
    """
    if BEGIN not in page or END not in page:
        raise TreatyError(f"expected the marks {BEGIN} and {END} in the page, found none. Put them back")
    facts = "; ".join(f"{name}: {value}" for name, value in header.items() if value not in ("", None))
    body = f"{BEGIN}\n\n{facts}.\n\n{markdown(sections)}\n\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: body, page, flags=re.DOTALL)


def sizes_in(text: str) -> list[int]:
    """Read ``11,100,700`` as numbers, smallest first; ``none`` for none.

    Raises:
        argparse.ArgumentTypeError: If it is anything else.
    """
    parts = text.split(",") if text != "none" else []
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError(f"expected numbers of treaties such as {SIZES}, found {text!r}")
    return sorted({int(part) for part in parts})


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m bench", description="How fast, how large and how right."
    )
    options.add_argument(
        "--library",
        type=Path,
        default=SHARED,
        metavar="DIR",
        help="Folder of treaties as .md and .pdf files.",
    )
    options.add_argument(
        "--sizes", type=sizes_in, default=sizes_in(SIZES), metavar="N,N", help=f"Made libraries; {SIZES}."
    )
    options.add_argument(
        "--keep", type=Path, metavar="DIR", help="Keep the made libraries there, and take those there are."
    )
    options.add_argument("--json", action="store_true", help="Print JSON.")
    options.add_argument("--write", action="store_true", help="Put the tables into docs/benchmarks.md.")
    options.add_argument("--beside", default="", metavar="WORDS", help="What else ran on the machine.")
    return options


def _show(header: Json, sections: Sequence[Section]) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    console.print("; ".join(f"{name}: {value}" for name, value in header.items()))
    console.print(table(sections))
    for section in sections:
        console.print(f"{section.title}: {section.note}")


def _load() -> float | None:
    """Return how many processes wanted a core over the last minute: what else ran here."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


if __name__ == "__main__":
    sys.exit(main())
