"""What the command line prints: text on stdout, notes and errors on stderr, JSON instead of text when asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.doctor_check import Check
from corpus.models import Kind
from index.build import BuildReport
from index.build import Progress as Step
from index.generation import Manifest

_STAGES = {
    "cut": "Reading provisions",
    "embed": "Embedding (tokens)",
    "closeups": "Embedding (sentences)",
    "store": "Storing passages",
}
_REPORT_WIDTH = 140
"""Columns of a report that no terminal limits; its longest ones wrap."""
_PIPED_WIDTH = 1000
"""Columns of a table that no terminal limits: as many as its rows need."""
_state = {"json": False}


def prepare() -> None:
    """Make both streams UTF-8 with plain line feeds on every system, so that texts leave as they are."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def use_json(on: bool) -> None:  # noqa: FBT001 - a setting
    """Print JSON from now on, or text."""
    _state["json"] = on


def show(data: Any, text: str, *, one_line: bool = False) -> None:
    """Print the data as JSON if JSON is wanted (always for ``one_line``), else the text."""
    if one_line:
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    elif _state["json"]:
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()


def exactly(data: Any, text: str) -> None:
    """Print the data as JSON if JSON is wanted, else the text and nothing beside it, not even a line feed."""
    if _state["json"]:
        show(data, "")
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


def line(text: str) -> None:
    """Print a line of text, unless JSON is wanted."""
    if not _state["json"]:
        sys.stdout.write(text + "\n")


def json_only(data: Any) -> None:
    """Print JSON if JSON is wanted."""
    if _state["json"]:
        show(data, "")


def note(text: str) -> None:
    """Print a line on stderr."""
    sys.stderr.write(text + "\n")


def error(text: str) -> None:
    """Print an error as one line on stderr."""
    sys.stderr.write("error: " + " ".join(text.split()) + "\n")


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """Show a progress bar for the length of the block if stderr is a terminal; give what updates it."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    tasks: dict[str, Any] = {}

    def tell(step: Step) -> None:
        if step.stage not in tasks:
            tasks[step.stage] = bar.add_task(_STAGES.get(step.stage, step.stage), total=step.total)
        bar.update(tasks[step.stage], completed=step.done, total=step.total)

    with bar:
        yield tell


def counter(what: str) -> Callable[[int, int], None]:
    """Return what shows progress by count on stderr, if that is a terminal."""
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown:
            sys.stderr.write(f"\r{what}: {done}/{total}" + ("\n" if done == total else ""))

    return tell


def show_table(data: Any, draw: Callable[[Console], None]) -> None:
    """Print the data as JSON if JSON is wanted, else let ``draw`` print to the terminal."""
    if _state["json"]:
        show(data, "")
    else:
        draw(_console(_REPORT_WIDTH))


def report_json(report: BuildReport) -> dict[str, Any]:
    """Return what a build did, as JSON."""
    return {
        "generation": report.generation,
        "built": report.fresh,
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "unchanged": list(report.unchanged),
        "embedded": report.embedded,
        "carried": report.carried,
        "resumed": report.resumed,
        "seconds": round(report.seconds, 2),
    }


def report_text(report: BuildReport) -> str:
    """Return what a build did, in a few words."""
    if not report.fresh:
        return (
            f"The index matches already: {len(report.unchanged)} documents, generation {report.generation}."
        )
    return (
        f"Indexed in {report.seconds:.1f} s: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed, {len(report.unchanged)} unchanged; {report.embedded} passages embedded, "
        f"{report.carried} carried over{_resumed(report)}. Generation {report.generation}."
    )


def _resumed(report: BuildReport) -> str:
    return f", {report.resumed} taken up from an interrupted build" if report.resumed else ""


def generations_json(live: str | None, kept: Sequence[Manifest]) -> dict[str, Any]:
    """Return the generations of the index, oldest first, as JSON."""
    rows = [
        {
            "generation": manifest.id,
            "live": manifest.id == live,
            "created": manifest.created.isoformat(),
            "embedder": manifest.embedder.name,
            "chunking": manifest.chunking,
            "documents": len(manifest.documents),
            "passages": manifest.passages,
        }
        for manifest in kept
    ]
    return {"live": live, "generations": rows}


def generations_text(live: str | None, kept: Sequence[Manifest]) -> str:
    """Return the generations of the index as lines, the live one marked."""
    lines = [
        f"{'*' if manifest.id == live else ' '} {manifest.id}  {len(manifest.documents)} documents, "
        f"{manifest.passages} passages, {manifest.embedder.name}"
        for manifest in kept
    ]
    return "\n".join(lines) or "No index yet. Run: treaty index"


def document_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the documents as a table."""
    if not rows:
        return "No documents. Run: treaty corpus add FILE"
    table = Table("id", "kind", "title", "as of", "retrieved", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row["id"],
            Kind(row["kind"]).words,
            row["title"] + (f" (the same file as {row['same_as']})" if row.get("same_as") else ""),
            row["as_of"] or "",
            (row["retrieved"] or "")[:10],
        )
    return rendered(table)


def checks_json(checks: Sequence[Check], fixed: Sequence[str] = ()) -> dict[str, Any]:
    """Return what was looked at and what was mended, as JSON."""
    rows = [
        {
            "check": one.name,
            "ok": one.ok,
            "found": one.found,
            "remedy": "" if one.ok else one.remedy,
            "fixable": not one.ok and one.fix is not None,
        }
        for one in checks
    ]
    return {"checks": rows, "fixed": list(fixed)}


def check_table(checks: Sequence[Check], fixed: Sequence[str] = ()) -> str:
    """Return what was mended and what was looked at, a line each: what was found, and what to do if it is not well."""
    lines = [f"fixed: {' '.join(line.split())}" for line in fixed]
    for one in checks:
        found = " ".join(one.found.split()).rstrip(".")
        remedy = f". {one.remedy}" if not one.ok and one.remedy else ""
        lines.append(f"{'ok ' if one.ok else 'BAD'} {one.name}: {found}{remedy}")
    return "\n".join(lines)


def rendered(table: Table) -> str:
    """Return a table as text."""
    console = _console(_PIPED_WIDTH)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(row.rstrip() for row in capture.get().splitlines())


def _console(piped_width: int) -> Console:
    """Return a console that prints words as they are: brackets and colons in a title are no markup."""
    width = None if sys.stdout.isatty() else piped_width
    return Console(width=width, markup=False, emoji=False, highlight=False)
