"""A table of treaties as JSON, for a terminal, and as Markdown and CSV to take away.

The JSON form is a contract (additive changes only). In Markdown and CSV a quote's words stay what they are: marks are
escaped. In CSV a cell that a spreadsheet could take for a formula gets an apostrophe before it, and so does one that
begins with an apostrophe itself; whoever takes the first apostrophe of a cell away has its exact text.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from rich.table import Table

from assistant.citations import styled
from assistant.compare import Found
from assistant.render import Json, quote_json
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from assistant.compare import Compared, Row
    from assistant.models import Quote

NOT_FOUND = "no matching provision found"
BY_WORDS = "found by its words"
CSV_COLUMNS = (
    "document_id", "title", "found", "found_by", "confidence", "provision", "quote", "citation", "page", "link",
)  # fmt: skip
_FORMULA = tuple("=+-@＝＋－＠")
"""Beginnings of a cell that spreadsheets calculate, the wide forms in some languages (OWASP, CSV injection)."""
_HIDING = " \t\r\n\v\f\u00a0\ufeff"
"""What some of them drop before they look; a tab or a line's end at the beginning is itself unsafe."""
_GUARD = "'"
"""Marks a cell as text in spreadsheets."""
_MARKS = re.compile(r"([\\`*_\[\]<>|~#&!])")
"""What Markdown or HTML would read as a mark within a table's cell."""
_TITLE_SHARE, _WORDS_SHARE = 1, 4
"""Widths of the two columns of the terminal's table, against one another."""


def compared_json(
    compared: Compared, texts: Mapping[str, str] | None = None, style: Style = Style.OSCOLA
) -> Json:
    """Return the JSON form of ``treaty compare --json``.

    Args:
        compared: The rows.
        texts: Canonical texts by document id, to fill in each segment's words.
        style: How citations are written.
    """
    known = dict(texts or {})
    return {
        "question": compared.question,
        "topic": compared.topic,
        "every": compared.every,
        "rows": [_row_json(row, known, style) for row in compared.rows],
        "absent": list(compared.absent),
        "searched": {
            "documents": compared.searched.documents,
            "passages": compared.searched.passages,
            "generation": compared.searched.generation,
            "asked": len(compared.rows) - compared.unasked,
        },
    }


def _row_json(row: Row, texts: dict[str, str], style: Style) -> Json:
    return {
        "document": {"id": row.document.id, "title": row.document.title, "kind": row.document.kind.value},
        "quotes": [quote_json(q, texts, style) for q in row.quotes],
        "found": bool(row.quotes),
        "found_by": None if row.found is Found.NOTHING else row.found.value,
        "confidence": round(row.confidence, 4),
        "asked": row.asked,
        "nearest": [quote_json(q, texts, style) for q in row.nearest],
    }


def notes(compared: Compared) -> tuple[str, ...]:
    """Return what has to be said beside the rows, each a sentence about the search."""
    made = []
    if compared.every and (without := [row.document.title for row in compared.rows if not row.quotes]):
        made.append(
            f"{NOT_FOUND.capitalize()} in {len(without)} of {len(compared.rows)}: {'; '.join(without)}."
        )
    if compared.unasked:
        asked = len(compared.rows) - compared.unasked
        made.append(
            f"{asked} of {len(compared.rows)} documents were asked; the others only searched for the words."
        )
    if compared.absent:
        made.append(f"Not indexed: {'; '.join(compared.absent)}.")
    return tuple(made)


def shown(compared: Compared) -> tuple[Row, ...]:
    """Return the rows of the table: those without quotes only where the documents themselves were asked for."""
    return tuple(row for row in compared.rows if row.quotes or not compared.every)


def print_compared(
    compared: Compared, console: Console, style: Style = Style.OSCOLA, *, links: bool = False
) -> None:
    """Print the table to a terminal, then what has to be said beside it."""
    rows = shown(compared)
    if rows:
        table = Table("Document", compared.topic, show_lines=True, expand=True)
        table.columns[0].ratio, table.columns[1].ratio = _TITLE_SHARE, _WORDS_SHARE
        for row in rows:
            by_words = f"\n({BY_WORDS})" if row.found is Found.WORDS else ""
            words = "\n\n".join(_quote_text(q, style, links=links) for q in row.quotes)
            table.add_row(f"{row.document.title}{by_words}", words or f"— {NOT_FOUND} —")
        console.print(table)
    for note in notes(compared):
        console.print(note)


def _quote_text(quote: Quote, style: Style, *, links: bool) -> str:
    link = f"\n  {quote.citation.link}" if links else ""
    return f"“{quote.text}”\n— {styled(quote.citation, style)}{link}"


# -- to take away


def compared_markdown(compared: Compared, style: Style = Style.OSCOLA) -> str:
    """Return the table as Markdown: one row a document, its quotes below one another in the second column."""
    lines = [f"| Document | {_cell(compared.topic)} |", "| --- | --- |"]
    for row in shown(compared):
        by_words = f" ({BY_WORDS})" if row.found is Found.WORDS else ""
        words = "<br><br>".join(
            f"“{_cell(q.text)}”<br>— {_cell(styled(q.citation, style))}" for q in row.quotes
        )
        lines.append(f"| {_cell(row.document.title)}{by_words} | {words or f'*{NOT_FOUND}*'} |")
    return "\n".join((*lines, *(f"\n{_cell(note)}" for note in notes(compared)))) + "\n"


def _cell(text: str) -> str:
    """Return text for a cell, on one line, with its marks escaped."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "<br>".join(_MARKS.sub(r"\\\1", line) for line in lines if line)


def compared_csv(compared: Compared, style: Style = Style.OSCOLA) -> str:
    """Return the table as CSV (RFC 4180): one line a quote; a document without quotes has one line that says so.

    A cell that begins like a formula, or with an apostrophe, gets an apostrophe before it; ``unguarded`` takes it away.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(CSV_COLUMNS)
    for row in compared.rows:
        about = (row.document.id, row.document.title)
        found = "yes" if row.quotes else NOT_FOUND
        by = "" if row.found is Found.NOTHING else row.found.value
        lines = [
            (q.provision or "", q.text, styled(q.citation, style), q.citation.page or "", q.citation.link)
            for q in row.quotes
        ] or [("", "", "", "", "")]
        for line in lines:
            writer.writerow(
                [_guarded(str(one)) for one in (*about, found, by, f"{row.confidence:.2f}", *line)]
            )
    return written.getvalue()


def unguarded(cell: str) -> str:
    """Return the exact text of a cell that ``compared_csv`` wrote."""
    return cell.removeprefix(_GUARD)


def _guarded(cell: str) -> str:
    acts = cell.lstrip(_HIDING).startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n"))
    return f"{_GUARD}{cell}" if acts or cell.startswith(_GUARD) else cell
