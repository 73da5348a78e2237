"""Running heads, feet and page numbers: what stands on printed pages and is no part of the text.

Furniture stands at the top or bottom of pages. It is told from text by what comes back from page to page: the
same words, digits aside; page numbers that count the pages; or one height that is set off from the text below
or above it on nearly all pages, whatever words stand there (chapter titles, dictionary heads).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from corpus.numerals import roman
from corpus.readers.lines import ends_sentence, is_label, usual_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.readers.lines import Line

_EDGE_ROWS = 4
"""Running heads of UN documents take three rows: symbol, language, page."""

_RECURRING_SHARE = 1 / 3
"""Left and right pages may have heads of their own, and first pages none, so a head may be on few pages more
than a third."""

_RECURRING_PAGES = 3

_ZONE_SHARE = 0.6
"""Share of the pages on which a height must be taken to be that of the running head, left and right pages apart."""

_SET_OFF = 0.85
"""Share of the pages on which the head must be set off from the text."""

_ZONE_GAP = 1.3
"""A head is set off by more than this many usual line steps."""

_SAME_HEIGHT = 3.0
_SAME_ROW = 0.35
_LONGEST_HEAD = 110
"""Characters; a longer line is text."""

_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,7})"
_PAGE_NUMBER = re.compile(
    rf"[-–—|\[(•· ]*(?:p(?:age|\.)?[ ]*)?(?P<number>{_NUMBER})(?:[ ]*(?:/|of|\|)[ ]*(?:\d{{1,4}}|p[ ]?a[ ]?g[ ]?e))?"
    r"[-–—|\])•· ]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Row:
    """The lines that stand at one height of a page, and how far the text next to them is."""

    lines: tuple[Line, ...]
    height: float
    gap: float

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def parts(self) -> list[str]:
        return [part for line in self.lines for part in _parts(line)]


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Leave out running heads and feet, and page numbers.

    A division heading (``Article 7``) at the top of many pages recurs, digits aside, and stays.
    """
    pages = [_page_rows(list(page)) for _, page in groupby(lines, key=lambda line: line.page)]
    pitch = usual_step([row.gap for rows in pages for row in rows])
    printed = Counter(line.text.casefold() for line in lines)
    dropped: set[int] = set()
    for downwards in (True, False):
        edges = {rows[0].lines[0].page: _inwards(rows, downwards=downwards) for rows in pages if rows}
        signs = _Signs.of(edges, pitch, printed)
        for page, rows in edges.items():
            dropped |= {id(line) for row in signs.furniture(rows[:_EDGE_ROWS], page) for line in row.lines}
    dropped |= _stamps(lines)
    return [line for line in lines if id(line) not in dropped]


def _stamps(lines: Sequence[Line]) -> set[int]:
    """Find text that runs up the page's side: in the margin, or the same on several pages."""
    turned = [line for line in lines if line.turned]
    seen = Counter(_without_digits(line.text) for line in lines)
    upright: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if turned and not line.turned:
            upright[line.page].append(line)
    found = set()
    for line in turned:
        beside = upright[line.page]
        inside = any(one.left < line.across < one.right for one in beside)
        if (
            not inside
            or seen[_without_digits(line.text)] >= _RECURRING_PAGES
            or _PAGE_NUMBER.fullmatch(line.text)
        ):
            found.add(id(line))
    return found


@dataclass(frozen=True, slots=True)
class _Signs:
    """What comes back at one edge of the pages."""

    recurring: Counter[tuple[str, int]]
    repeated: frozenset[tuple[str, int]]
    numbered: frozenset[tuple[int, int]]
    zones: frozenset[tuple[int, int]]
    pitch: float
    pages: int

    @classmethod
    def of(cls, edges: dict[int, list[_Row]], pitch: float, printed: Counter[str]) -> _Signs:
        seen: Counter[tuple[str, int]] = Counter()
        exact: Counter[tuple[str, int]] = Counter()
        for rows in edges.values():
            for place, row in enumerate(rows[:_EDGE_ROWS]):
                words = {part for part in row.parts if not is_label(part)}
                seen.update({(_without_digits(part), place) for part in words})
                exact.update({(line.text.casefold(), _height(line.bottom)) for line in row.lines})
        least = max(_RECURRING_PAGES, len(edges) * _RECURRING_SHARE)
        return cls(
            Counter({key: count for key, count in seen.items() if count >= least}),
            frozenset(key for key, count in exact.items() if count >= _RECURRING_PAGES),
            _numbered(edges),
            _zones(edges, pitch, printed),
            pitch,
            len(edges),
        )

    def furniture(self, rows: list[_Row], page: int) -> list[_Row]:
        """Return the rows from the edge inwards that are no part of the text.

        The innermost of them must be set off from the text, or be furniture beyond doubt: a line of text may come
        back, too.
        """
        found: list[_Row] = []
        sure = 0
        for place, row in enumerate(rows):
            numbered = any(_printed_number(part, page) in self.numbered for part in row.parts)
            zone = (page % 2, _height(row.height)) in self.zones and _is_short(row)
            if not (numbered or zone or self._comes_back(row, place)):
                break
            found.append(row)
            if numbered or row.gap > _ZONE_GAP * self.pitch or self._is_everywhere(row, place):
                sure = len(found)
        return found[:sure]

    def _comes_back(self, row: _Row, place: int) -> bool:
        return all(
            (line.text.casefold(), _height(line.bottom)) in self.repeated
            or all(
                self.recurring[_without_digits(part), place] or _PAGE_NUMBER.fullmatch(part)
                for part in _parts(line)
            )
            for line in row.lines
        )

    def _is_everywhere(self, row: _Row, place: int) -> bool:
        """Tell whether a row comes back on most pages, and ends no sentence."""
        often = all(
            self.recurring[_without_digits(part), place] >= _ZONE_SHARE * self.pages for part in row.parts
        )
        return often and not ends_sentence(row.words)


def _zones(edges: dict[int, list[_Row]], pitch: float, printed: Counter[str]) -> frozenset[tuple[int, int]]:
    """Find the heights, on left and on right pages, where a set-off row stands on nearly all of them."""
    sides: defaultdict[int, list[list[_Row]]] = defaultdict(list)
    for page, rows in edges.items():
        sides[page % 2].append(rows)
    found: set[tuple[int, int]] = set()
    for side, pages in sides.items():
        at: defaultdict[int, list[_Row]] = defaultdict(list)
        for rows in pages:
            for row in rows[:1]:
                at[_height(row.height)].append(row)
        for height, rows in at.items():
            enough = len(rows) >= max(_RECURRING_PAGES, _ZONE_SHARE * len(pages))
            if enough and _look_like_heads(rows, pitch, printed):
                found.add((side, height))
    return frozenset(found)


def _look_like_heads(rows: list[_Row], pitch: float, printed: Counter[str]) -> bool:
    """Tell rows of running heads from first lines of text, and from headings that each stand there once.

    A head that names the chapter or article of its page says what another line of the text says, too.
    """
    set_off = sum(row.gap > _ZONE_GAP * pitch and _is_short(row) for row in rows)
    lines = [line for row in rows for line in row.lines]
    words = {_without_digits(line.text) for line in lines}
    echoes = sum(printed[line.text.casefold()] > 1 for line in lines) >= _SET_OFF * len(lines)
    comes_back = echoes or (len(words) < len(lines) and not all(is_label(line.text) for line in lines))
    return set_off >= _SET_OFF * len(rows) and comes_back


def _is_short(row: _Row) -> bool:
    return len(row.words) <= _LONGEST_HEAD and not row.words.endswith((";", ",", ":"))


def _numbered(edges: dict[int, list[_Row]]) -> frozenset[tuple[int, int]]:
    """Find which numbers at the edge count the pages: (0 for digits or 1 for Roman, number less page)."""
    counted: Counter[tuple[int, int]] = Counter()
    for page, rows in edges.items():
        counted.update(
            {key for row in rows[:_EDGE_ROWS] for part in row.parts if (key := _printed_number(part, page))}
        )
    return frozenset(key for key, count in counted.items() if count >= _RECURRING_PAGES)


def page_number(words: str) -> int | None:
    """Return the number of a page if ``words`` are one and nothing else (``- 12 -``, ``Page 3``), in figures."""
    found = _PAGE_NUMBER.fullmatch(words)
    return int(found["number"]) if found and found["number"].isdecimal() else None


def _printed_number(words: str, page: int) -> tuple[int, int] | None:
    found = _PAGE_NUMBER.fullmatch(words)
    if found is None:
        return None
    written = found["number"]
    if written.isdecimal():
        return 0, int(written) - page
    value = roman(written.lower())
    return None if value is None else (1, value - page)


def _page_rows(lines: list[Line]) -> list[_Row]:
    """Return the rows of a page, downwards, each with the step to the next one down."""
    groups: list[list[Line]] = []
    for line in sorted((line for line in lines if not line.turned), key=lambda line: -line.bottom):
        if not groups or groups[-1][0].bottom - line.bottom > _SAME_ROW * line.size:
            groups.append([])
        groups[-1].append(line)
    heights = [group[0].bottom for group in groups]
    steps = [one - two for one, two in pairwise(heights)] + [0.0]
    return [
        _Row(tuple(group), height, step) for group, height, step in zip(groups, heights, steps, strict=True)
    ]


def _inwards(rows: list[_Row], *, downwards: bool) -> list[_Row]:
    """Return rows from one edge inwards, each with the step to the next one inwards."""
    if downwards:
        return rows
    steps = [*reversed([row.gap for row in rows[:-1]]), 0.0]
    return [_Row(row.lines, row.height, step) for row, step in zip(reversed(rows), steps, strict=True)]


def _height(value: float) -> int:
    return round(value / _SAME_HEIGHT)


def _without_digits(words: str) -> str:
    return _DIGITS.sub("#", words).casefold()


def _parts(line: Line) -> tuple[str, ...]:
    return line.parts or (line.text,)
