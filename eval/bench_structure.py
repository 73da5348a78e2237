"""How well the provision tree agrees with independent editions, treaty by treaty and layout by layout.

``python -m eval.bench_structure [--shared DIR] [--layouts] [--wrong] [--json]`` prints two tables. The first holds the
treaties as published (Markdown, PDF) against an edition made by others: precision, recall and F1 of articles and
annexes, found under the right number with both boundaries right (``eval.structure_gold`` says what that means), and
for PDFs the share of words of an independent extraction that stand in our text in order. A treaty of which there
is no published file here is put together from its edition, in plain lines, as a stand-in, and marked so. The second
table prints the same treaties in many layouts (``eval.structure_layouts``) and gives F1 for each.

Nothing is known of any treaty but its files and the errors of its edition, which are listed with their reasons.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.models import Document, Level, Provision
from corpus.pinpoint import FOOTNOTES
from corpus.readers import read_document
from corpus.structure import parse
from eval.errors import EvaluationError
from eval.structure_gold import (
    Agreement,
    Key,
    Unit,
    agreement,
    articles_json,
    bodies,
    headings_json,
    name_of,
    units_json,
    wholes,
)
from eval.structure_layouts import LAYOUTS, Article, Layout

TREATIES = Path(__file__).resolve().parents[2] / "shared" / "treaties"
"""Beside the repository: published files, editions, and what their extraction should say."""
AIM_F1 = 0.99
AIM_WORDS = 0.995
_STAND_IN = "put together from the edition"
_WORD = re.compile(r"[\w'’-]+")
_NOTE_MARK = re.compile(r"_{5,}|(?<=\s)\d{1,2}/(?=\s)")
"""Marks of footnotes, and the rule above them, which one extraction has and another leaves out."""
_PIECE = 5
_FAR = 60_000
"""Characters that may lie between two pieces of five words: a table of contents."""
_NEAR = 1_000
"""… but words so far off are those meant only if the next ones follow them: notes stand after the text."""

ARTICLE_EDITIONS = {
    "vclt": "markdown/vclt.md",
    "uncac": "markdown/uncac.md",
    "un-charter": "markdown/un-charter.md",
    "iccpr": "markdown/iccpr.md",
    "unclos": "pdf/unclos.pdf",
    "outer-space": None,
}
"""Editions with articles only, and the published file each is held against."""
UNIT_EDITIONS = ("bbnj", "fish-stocks", "part-xi", "unclos")
"""Editions of PDFs with headings, annexes and the articles of annexes."""
ERRORS_OF_EDITIONS: dict[tuple[str, Key], str] = {
    ("vclt", ("", "85", 1)): "the edition has the date of the final formula in the last article",
    ("unclos.json", ("", "8", 1)): "the edition has the first words twice",
    ("unclos.json", ("", "285", 1)): "the edition has the heading in the text",
    ("unclos", ("VI", "30", 1)): "the edition lacks article 31 and joins it",
    ("unclos", ("VI", "31", 1)): "the edition lacks it",
    ("unclos", ("VI", "40", 1)): "the edition lacks article 41 and joins it",
    ("unclos", ("VI", "41", 1)): "the edition lacks it",
    ("unclos", ("I", "", 2)): "the edition breaks a resolution off at a reference",
    ("unclos", ("I [2]", "73", 1)): "the edition takes that reference for an article",
}
"""Units left out on both sides, after holding the edition against our text of the published file."""


@dataclass(frozen=True, slots=True)
class Row:
    """A treaty of the first table; ``words`` is None where there is no extraction to compare with."""

    treaty: str
    source: str
    agreement: Agreement
    words: float | None = None


def published_rows(shared: Path) -> Iterator[Row]:
    """Yield a row for each treaty and edition."""
    for name, source in ARTICLE_EDITIONS.items():
        gold = articles_json(shared / "json" / f"{name}.json")
        if source is None:
            for layout in (LAYOUTS[0], next(one for one in LAYOUTS if "one line for all" in one.name)):
                yield Row(name, f"{_STAND_IN}: {layout.name}", in_layout(layout, edition(shared, name)))
            continue
        document, root = _read(shared / source)
        key = f"{name}.json" if name in UNIT_EDITIONS else name
        yield Row(name, source, _compared(key, bodies(document, root), gold))
    for name in UNIT_EDITIONS:
        document, root = _read(shared / "pdf" / f"{name}.pdf")
        gold, ours = units_json(shared / "structure" / f"{name}.json"), wholes(document, root)
        if not any(unit.key[0] for unit in gold):  # an edition without annexes says nothing of them
            ours = [unit for unit in ours if unit.key[1] and not unit.key[0]]
        reference = (shared / "pdf" / f"{name}.reference.txt").read_text(encoding="utf-8")
        words = words_in_order(re.sub(r"/\.\.\.( English)? Page \d+", " ", reference), document.text)
        yield Row(name, f"pdf/{name}.pdf", _compared(name, ours, gold), words)


def layout_figures(shared: Path, names: Iterable[str]) -> Iterator[tuple[str, dict[str, float | None]]]:
    """Yield each layout with F1 by treaty; None where a treaty cannot be printed so."""
    treaties = {name: edition(shared, name) for name in names}
    for layout in LAYOUTS:
        yield (
            layout.name,
            {
                name: None if layout.most and len(articles) > layout.most else in_layout(layout, articles).f1
                for name, articles in treaties.items()
            },
        )


def edition(shared: Path, name: str) -> list[Article]:
    """Return the articles of an edition, ready to be laid out; what is torn is mended and marked as not whole."""
    path = shared / "json" / f"{name}.json"
    found = []
    for number, (unit, heading) in enumerate(
        zip(articles_json(path), headings_json(path), strict=True), start=1
    ):
        text = unit.text[:1].upper() + unit.text[1:]
        text = text if unit.whole[1] else f"{text}."
        paragraphs = tuple(" ".join(part.split()) for part in text.split("\n") if part.strip())
        found.append(Article(number, heading, paragraphs, unit.whole))
    return found


def words_in_order(theirs: str, ours: str) -> float:
    """Return the share of the five-word pieces of one text that stand in another, one after the other.

    Footnotes, which the other extraction has at page ends, stand after our text: they are followed by themselves.
    """
    body, _, notes = _NOTE_MARK.sub(" ", ours).partition(f"\n\n{FOOTNOTES}\n\n")
    words = _WORD.findall(_NOTE_MARK.sub(" ", theirs))
    pieces = [f" {' '.join(words[start : start + _PIECE])} " for start in range(0, len(words), _PIECE)]
    texts = [f" {' '.join(_WORD.findall(text))} " for text in (body, notes)]
    places, found = [0, 0], 0
    for piece, following in zip(pieces, [*pieces[1:], " "], strict=True):
        for which, text in enumerate(texts):
            at = text.find(piece, places[which], places[which] + _FAR)
            after = at + len(piece) - 1
            if at >= 0 and (at - places[which] < _NEAR or text.startswith(following, after)):
                places[which], found = after, found + 1
                break
    return found / len(pieces) if pieces else 0.0


def _compared(name: str, ours: list[Unit], gold: list[Unit]) -> Agreement:
    left_out = {key for treaty, key in ERRORS_OF_EDITIONS if treaty == name}
    return agreement(
        [unit for unit in ours if unit.key not in left_out],
        [unit for unit in gold if unit.key not in left_out],
    )


def _read(path: Path) -> tuple[Document, Provision]:
    document = read_document(path.read_bytes(), path.name)
    return document, parse(document)


def in_layout(layout: Layout, articles: list[Article]) -> Agreement:
    """Return how the tree of a treaty printed in a layout agrees with what was printed."""
    printed = layout.printed(articles)
    document = read_document(printed.text.encode(), printed.name)
    return agreement(_counted(_annexed(document, parse(document))), _counted(printed.units))


def _annexed(document: Document, root: Provision) -> Iterator[Unit]:
    """Yield the articles of main text and annexes, without label and heading."""
    for top in root.children:
        annex = top.path[0].partition(" ")[2] if top.level is Level.ANNEX else ""
        for node in top.walk():
            if node.level is Level.ARTICLE:
                number = re.sub(r" \[\d+\]$", "", node.path[-1]).partition(" ")[2]
                text = document.text[node.body : node.span.end].strip()
                yield Unit((annex, number.removeprefix("the "), 1), text, heading=node.heading)


def _counted(units: Iterable[Unit]) -> list[Unit]:
    """Number the units of one name, for treaties that count anew in each chapter."""
    seen: Counter[tuple[str, str]] = Counter()
    counted = []
    for unit in units:
        name = unit.key[:2]
        seen[name] += 1
        counted.append(replace(unit, key=(*name, seen[name])))
    return counted


# -- printing


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench_structure", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--shared", type=Path, default=TREATIES, help="folder with markdown, pdf, json and structure"
    )
    parser.add_argument("--layouts", action="store_true", help="the second table only")
    parser.add_argument("--wrong", action="store_true", help="also list what differs")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    console = Console()
    if not options.shared.is_dir():
        console.print(
            f"skipped: no treaties at {options.shared}; give their folder with --shared", soft_wrap=True
        )
        return 0
    try:
        rows = [] if options.layouts else list(published_rows(options.shared))
        layouts = list(layout_figures(options.shared, ARTICLE_EDITIONS))
    except OSError as error:
        raise EvaluationError(
            f"expected the shared treaties whole, found {error}. Lay the folder anew"
        ) from error
    if options.json:
        sys.stdout.write(json.dumps(_as_json(rows, layouts), indent=2) + "\n")
        return 0
    _print(console, rows, layouts, wrong=options.wrong)
    return 0


def _print(
    console: Console, rows: list[Row], layouts: list[tuple[str, dict[str, float | None]]], *, wrong: bool
) -> None:
    if rows:
        table = Table("treaty", "source", "units", "precision", "recall", "F1", "words", "torn edges")
        for row in rows:
            one = row.agreement
            figures = [f"{value:.3f}" for value in (one.precision, one.recall, one.f1)]
            words = "–" if row.words is None else f"{row.words:.2%}"
            table.add_row(row.treaty, row.source, str(one.gold), *figures, words, str(one.torn))
        console.print(table)
        console.print(f"aims: F1 {AIM_F1} or more for each treaty, {AIM_WORDS:.1%} of words or more")
        console.print(f"errors of the editions left out: {len(ERRORS_OF_EDITIONS)}")
    if wrong:
        for line in (f"{row.treaty}: {line}" for row in rows for line in row.agreement.wrong):
            console.print(line, soft_wrap=True)
        for (treaty, key), reason in ERRORS_OF_EDITIONS.items():
            console.print(f"{treaty} {name_of(key)}: {reason}", soft_wrap=True)
    table = Table("layout", *ARTICLE_EDITIONS, title="F1 in transformed layouts")
    for name, figures_by_treaty in layouts:
        table.add_row(name, *("–" if f1 is None else f"{f1:.3f}" for f1 in figures_by_treaty.values()))
    console.print(table)


def _as_json(rows: list[Row], layouts: list[tuple[str, dict[str, float | None]]]) -> dict[str, Any]:
    return {
        "published": [
            {
                "treaty": row.treaty,
                "source": row.source,
                "units": row.agreement.gold,
                "precision": row.agreement.precision,
                "recall": row.agreement.recall,
                "f1": row.agreement.f1,
                "words": row.words,
                "torn_edges": row.agreement.torn,
                "wrong": list(row.agreement.wrong),
            }
            for row in rows
        ],
        "layouts": dict(layouts),
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EvaluationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
