"""Text in lines of a fixed width, as typewriters, old mail and PDF converters make it: printed lines again.

Such a file breaks its sentences at line ends, and what was taken off a PDF has the running heads of its pages in
it, too. Where the line ends show that they were put by width and not by the writer, each character is given a
place as on a typewriter's page and the file is read as print is. Form feeds end pages; without any, page numbers
that count up through the file do.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.normalise import Edit, MappedText
from corpus.readers.composed import composed
from corpus.readers.furniture import page_number, without_furniture
from corpus.readers.layout import gutters, lines_of
from corpus.readers.lines import Line, begins_paragraph, columns, ends_sentence
from corpus.readers.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHARACTER = 6.0
_LINE_STEP = 12.0
_SIZE = 10.0
"""A typewriter's page in points: ten characters and six lines an inch."""

_WIDEST = 130
"""Characters of the longest line that a printed page holds; above, lines are paragraphs."""

_NARROWEST = 30
_ORDINARY = 0.95
"""Share of the broken lines that the text's width holds."""

_BROKEN_PAIRS = 3
_BROKEN_SHARE = 0.08
"""Share of the line ends that must fall within a sentence before the file counts as broken by width."""

_FULL_SHARE = 0.75
"""Share of those that must have no room for the next word."""

_SLACK = 2
_BESIDE = re.compile(r"\w[.,;:]? {3,}\w")
_SIDE_BY_SIDE = 0.3
"""Share of the lines with wide gaps in them from which a file may be two columns side by side."""

_LINE = re.compile(r"[^\n]+")
_WORDS = re.compile(r"\S+(?: {1,2}\S+)*")
_PAGE_END = "\f"
_COUNTED = 3
"""Page numbers that count up before they are taken for page ends."""

_SHORTEST_PAGE = 15
"""Lines between two page numbers."""

_TAB = 8


def typed_lines(text: str) -> tuple[list[Line], bool] | None:
    """Return the printed lines of a text that was broken by width, furniture left out, and whether it has pages.

    Args:
        text: The text with line feeds for line ends, and form feeds where pages end.

    Returns:
        None if the line ends are the writer's own.
    """
    pages = [page.expandtabs(_TAB).split("\n") for page in text.split(_PAGE_END)]
    lines = [line.rstrip() for page in pages for line in page]
    broken = _is_broken(lines)
    if not broken and sum(bool(_BESIDE.search(line)) for line in lines) < _SIDE_BY_SIDE * len(lines):
        return None
    paged = len(pages) > 1
    if not paged:
        pages = _numbered_pages(pages[0])
    pieces = [_pieces(page) for page in pages]
    parted = gutters(pieces)
    if not broken and not any(parted):
        return None
    found = [
        line
        for number, (on_page, gutter) in enumerate(zip(pieces, parted, strict=True))
        for line in lines_of(number, on_page, gutter)
    ]
    return without_furniture(found) or found, paged


def rejoined(texts: Sequence[str]) -> list[list[str]] | None:
    """Return the paragraphs of each of several blocks whose lines were broken by width.

    Args:
        texts: The blocks, line feeds within them.

    Returns:
        None if the line ends are the writer's own.
    """
    sheets = [text.expandtabs(_TAB).split("\n") for text in texts]
    if not _is_broken([line.rstrip() for sheet in sheets for line in [*sheet, ""]]):
        return None
    lines = [lines_of(number, _pieces(sheet), None) for number, sheet in enumerate(sheets)]
    areas = columns([line for block in lines for line in block])
    return [composed(block, areas=areas).text.text.split("\n\n") if block else [] for block in lines]


def unwrapped(mapped: MappedText, whole: frozenset[int]) -> MappedText:
    """Join the lines of a text that was broken by width; a text whose line ends are the writer's stays as it is.

    Args:
        mapped: The text.
        whole: Where lines begin that stand by themselves, such as headings.
    """
    matches = list(_LINE.finditer(mapped.text))
    if not _is_broken(mapped.text.split("\n")):
        return mapped
    rows = [
        Line(0, match.group(), 0.0, len(match.group()) * _CHARACTER, -row * _LINE_STEP, _SIZE)
        for row, match in enumerate(matches)
    ]
    areas = columns(rows)
    edits = [
        Edit(one.end(), two.start(), " ")
        for (one, line), (two, following) in pairwise(zip(matches, rows, strict=True))
        if two.start() == one.end() + 1
        and whole.isdisjoint((one.start(), two.start()))
        and not begins_paragraph(line, following, areas)
    ]
    return mapped.edited(edits)


def _is_broken(lines: list[str]) -> bool:
    """Tell whether line ends fall within sentences, and just where the next word did not fit."""
    pairs = [(one, two.lstrip()) for one, two in pairwise(lines) if one.strip() and two.strip()]
    within = [(one, two) for one, two in pairs if two[0].islower() and not ends_sentence(one)]
    if len(within) < max(_BROKEN_PAIRS, _BROKEN_SHARE * len(pairs)):
        return False
    lengths = sorted(len(one) for one, _ in within)
    width = lengths[int(_ORDINARY * (len(lengths) - 1))]
    full = sum(len(one) + 1 + len(two.split(" ", 1)[0]) > width - _SLACK for one, two in within)
    return _NARROWEST <= width <= _WIDEST and full >= _FULL_SHARE * len(within)


def _numbered_pages(lines: list[str]) -> list[list[str]]:
    """Part a text where a line of its own counts its pages."""
    chain: list[tuple[int, int]] = []
    for place, line in enumerate(lines):
        number = page_number(line.strip())
        if number is None:
            continue
        if not chain or (number == chain[-1][1] + 1 and place - chain[-1][0] >= _SHORTEST_PAGE):
            chain.append((place, number))
    if len(chain) < _COUNTED:
        return [lines]
    above = chain[0][0] < _SHORTEST_PAGE
    cuts = [place if above else place + 1 for place, _ in chain]
    return [lines[start:end] for start, end in pairwise([0, *cuts, len(lines)]) if start < end]


def _pieces(page: list[str]) -> list[Piece]:
    """Give each stretch of words its place on a typewriter's page; three blanks part two of them."""
    return [
        Piece(
            match.group(),
            match.start() * _CHARACTER,
            match.end() * _CHARACTER,
            (len(page) - row) * _LINE_STEP,
            _SIZE,
        )
        for row, line in enumerate(page)
        for match in _WORDS.finditer(line)
    ]
