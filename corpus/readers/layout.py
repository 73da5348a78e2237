"""Pieces of a page in the order in which a reader takes them: columns, rows, and no line numbers.

A file may draw its page in any order. Runs of pieces that go down the page are kept as drawn (most files draw
columns and table cells one by one) and only put above what they stand wholly above. Where text is drawn row by
row over a gutter, the gutter is found from the white band between two columns of prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median
from typing import TYPE_CHECKING

from corpus.readers.lines import SMALLER, Line
from corpus.readers.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.readers.pieces import Piece

_SAME_ROW = 0.35
"""Pieces whose baselines differ by less than this share of their size stand on one row."""

_TORN = 6.0
"""A step down of more sizes than this tears a run in two: what is drawn next may stand between."""

_MOST_RUNS = 300
"""Above this number of runs a page is drawn in no order at all, and height alone orders it."""

_BIN = 1.0
_GUTTER = 5.0
"""Least width of a gutter between columns, in points."""

_STRAY = 0.04
"""Share of the rows that may stray into a gutter: a page number, a word too long for its line."""

_MIDDLE = (0.25, 0.75)
"""Where on the text's width a gutter may lie."""

_FEW_ROWS = 5
"""Fewer rows on either side are no evidence of columns; a page with so few follows its neighbours."""

_PROSE = 18
"""Median characters of the lines of a column of prose; signatures and table cells are shorter."""

_FILLED = 0.55
"""Share of its column that the median line of prose fills."""

_CROSSING = 0.35
"""Share of a page's rows that may run over the gutter: titles, full-width headings and notes."""

_NUMBERED_LINES = 4
_IN_STEP = 0.8
"""Share of neighbouring margin numbers that must count the lines between them."""

_BROKEN = re.compile(r"(?<=[^\W\d_])- (?=[^\W\d_])(?!(?:and|or|to)\b)")

LEFT, RIGHT = 1, 2
"""Columns of a page that has two; text over its whole width is in column 0."""


def lines_of(page: int, pieces: Sequence[Piece], gutter: float | None) -> list[Line]:
    """Put the pieces of one page together as printed lines, in reading order.

    Args:
        page: The page's place in the file, from 0.
        pieces: As drawn.
        gutter: Where the page's columns are parted, or None.
    """
    upright = _without_line_numbers([piece for piece in pieces if not piece.turned])
    aside = [piece for piece in pieces if piece.turned]
    lines: list[Line] = []
    for column, part in _parts(upright, gutter):
        lines += _of_column(page, column, part)
    return lines + [_line(page, 0, [piece]) for piece in aside]


def _of_column(page: int, column: int, pieces: list[Piece]) -> list[Line]:
    """Return the lines of one column, its tables' rows among them."""
    tables = tables_of(_by_height(pieces))
    held = {id(piece) for table in tables for row in table.rows for cell in row for piece in cell}
    rest = [piece for piece in pieces if id(piece) not in held]
    lines = [_line(page, column, row) for row in _rows(_ordered(rest))]
    for table in tables:
        place = next((at for at, line in enumerate(lines) if line.bottom < table.top), len(lines))
        lines[place:place] = [_table_row(page, column, row) for row in table.rows]
    return lines


def gutters(pages: Sequence[Sequence[Piece]]) -> list[float | None]:
    """Find the gutter of each page; a page with few lines takes that of its neighbours if nothing crosses it."""
    upright = [[piece for piece in page if not piece.turned] for page in pages]
    found = [_gutter(page) for page in upright]
    for place, page in enumerate(upright):
        near = [one for one in (found[max(place - 1, 0)], *found[place + 1 : place + 2]) if one is not None]
        if found[place] is None and near and page:
            crossing, rows = _split(page, near[0])[2], len(_row_heads(page))
            few = crossing <= _CROSSING * len(page) and rows <= 2 * _FEW_ROWS
            found[place] = near[0] if few or crossing <= _STRAY * len(page) else None
    return found


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Find the white band between two columns of prose."""
    if len(pieces) < 2 * _FEW_ROWS:
        return None
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    width = right - left
    covered = _covered(pieces, left, int(width / _BIN) + 2)
    first, last = (int(share * width / _BIN) for share in _MIDDLE)
    least = min(covered[first:last], default=0)
    few = max(1, int(_STRAY * len(_row_heads(pieces))))
    free = [place for place in range(first, last) if covered[place] <= least + few]
    best = max(_bands(free), key=len, default=[])
    if len(best) * _BIN < _GUTTER:
        return None
    middle = left + (best[0] + len(best) / 2) * _BIN
    return middle if _are_columns(pieces, middle, (left, right)) else None


def _covered(pieces: Sequence[Piece], left: float, bins: int) -> list[int]:
    """Return how many pieces stand over each bin of the width."""
    changes = [0] * (bins + 1)
    for piece in pieces:
        changes[int((piece.left - left) / _BIN)] += 1
        changes[int((piece.right - left) / _BIN) + 1] -= 1
    return list(accumulate(changes))


def _bands(free: list[int]) -> list[list[int]]:
    bands: list[list[int]] = [free[:1]]
    for before, place in pairwise(free):
        if place > before + 1:
            bands.append([])
        bands[-1].append(place)
    return bands


def _are_columns(pieces: Sequence[Piece], middle: float, edges: tuple[float, float]) -> bool:
    """Tell whether both sides of a white band are prose that stands side by side."""
    left, right, crossing = _split(pieces, middle)
    sides = (_by_height(left), _by_height(right))
    if min(map(len, sides)) < _FEW_ROWS or crossing > _CROSSING * len(_row_heads(pieces)):
        return False
    tops, feet = zip(
        *((max(p.base for p in side), min(p.base for p in side)) for side in (left, right)), strict=True
    )
    beside = min(tops) - max(feet)
    if beside < 0.5 * min(top - foot for top, foot in zip(tops, feet, strict=True)):
        return False
    widths = (middle - edges[0], edges[1] - middle)
    return all(_is_prose(side, width) for side, width in zip(sides, widths, strict=True))


def _is_prose(rows: list[list[Piece]], width: float) -> bool:
    """Tell whether most rows are long lines that fill a column of this width."""
    characters = median(sum(len(piece.text) for piece in row) for row in rows)
    filled = median(max(piece.right for piece in row) - row[0].left for row in rows)
    return characters >= _PROSE and filled >= _FILLED * width


def _split(pieces: Iterable[Piece], middle: float) -> tuple[list[Piece], list[Piece], int]:
    """Return what stands left and right of ``middle``, and how many pieces run over it."""
    left, right, crossing = [], [], 0
    for piece in pieces:
        if piece.right <= middle:
            left.append(piece)
        elif piece.left >= middle:
            right.append(piece)
        else:
            crossing += 1
    return left, right, crossing


def _row_heads(pieces: Iterable[Piece]) -> list[float]:
    """Return the heights of the rows that pieces stand on, downwards."""
    return [max(piece.base for piece in row) for row in _by_height(pieces)]


def _parts(pieces: list[Piece], gutter: float | None) -> Iterable[tuple[int, list[Piece]]]:
    """Part a page at its gutter; what runs over the gutter parts it into bands, one below the other."""
    if gutter is None:
        return [(0, pieces)]
    parts: list[tuple[int, list[Piece]]] = []
    band: dict[int, list[Piece]] = {}
    rows = _by_height(pieces)
    foot = _foot(rows, gutter)
    for place, row in enumerate(rows):
        full = place >= foot or any(piece.left < gutter < piece.right for piece in row)
        if full and (LEFT in band or RIGHT in band):
            parts += sorted(band.items())
            band = {}
        elif not full and 0 in band:
            parts += band.items()
            band = {}
        for piece in row:
            column = 0 if full else LEFT if piece.right <= gutter else RIGHT
            band.setdefault(column, []).append(piece)
    return [*parts, *sorted(band.items())]


def _foot(rows: list[list[Piece]], gutter: float) -> int:
    """Return the first row of the notes below both columns; the number of rows if there are none."""
    sizes: Counter[float] = Counter()
    for piece in (piece for row in rows for piece in row):
        sizes[piece.size] += len(piece.text)
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)
    first = len(rows)
    while first and all(piece.size <= SMALLER * usual for piece in rows[first - 1]):
        first -= 1
    crossing = any(piece.left < gutter < piece.right for row in rows[first:] for piece in row)
    return first if crossing else len(rows)


def _by_height(pieces: Iterable[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.base, piece.left)):
        if not rows or rows[-1][0].base - piece.base > _SAME_ROW * piece.size:
            rows.append([])
        rows[-1].append(piece)
    return rows


def _ordered(pieces: list[Piece]) -> list[Piece]:
    """Order runs that go down the page: one that stands above another, and not beside it, comes before it."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        step = runs[-1][-1].base - piece.base if runs else 0.0
        if not runs or step < -_SAME_ROW * piece.size or step > _TORN * piece.size:
            runs.append([])
        runs[-1].append(piece)
    if len(runs) > _MOST_RUNS:
        return [piece for row in _by_height(pieces) for piece in row]
    placed: list[_Run] = []
    for run in map(_Run.of, runs):
        place = len(placed)
        while place and run.stands_on(placed[place - 1]):
            place -= 1
        placed.insert(place, run)
    return [piece for run in placed for piece in run.pieces]


@dataclass(frozen=True, slots=True)
class _Run:
    """Pieces drawn one after the other down the page, and the box around them."""

    pieces: list[Piece]
    left: float
    right: float
    top: float
    foot: float

    @classmethod
    def of(cls, pieces: list[Piece]) -> _Run:
        bases = [piece.base for piece in pieces]
        left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
        return cls(pieces, left, right, max(bases), min(bases))

    def stands_on(self, other: _Run) -> bool:
        return self.foot > other.top and self.left < other.right and self.right > other.left


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Group neighbouring pieces that stand on one row."""
    rows: list[list[Piece]] = []
    for piece in pieces:
        if not rows or abs(rows[-1][-1].base - piece.base) > _SAME_ROW * max(piece.size, rows[-1][-1].size):
            rows.append([])
        rows[-1].append(piece)
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _line(page: int, column: int, row: list[Piece]) -> Line:
    """Put the pieces of a row together; pieces of several lines of a cell follow one another just so."""
    text, marks = "", []
    for piece in row:
        text += " " if text else ""
        marks += [(len(text) + start, len(text) + end) for start, end in piece.marks]
        text += piece.text
    widest = max(row, key=lambda piece: len(piece.text))
    left, right = row[0].left, max(piece.right for piece in row)
    turned = row[0].turned
    return Line(
        page,
        text,
        left,
        right,
        widest.base,
        widest.size,
        column,
        tuple(marks),
        turned=turned != 0,
        across=-widest.base if turned == 3 else widest.base,  # noqa: PLR2004 - three quarter turns
        parts=tuple(piece.text for piece in row),
    )


def _table_row(page: int, column: int, cells: list[list[Piece]]) -> Line:
    """Return a table's row as one line, a tab between its cells."""
    filled = [_line(page, column, cell) for cell in cells if cell]
    # A word broken at a line end within a cell is joined: nothing later looks into a line.
    text = "\t".join(_BROKEN.sub("", line.text) for line in filled)
    return replace(filled[0], text=text, right=filled[-1].right, marks=())


def _without_line_numbers(pieces: list[Piece]) -> list[Piece]:
    """Leave out numbers in the margin that count the page's lines, each one or every fifth."""
    numbers = [piece for piece in pieces if piece.text.isdecimal()]
    if len(numbers) < _NUMBERED_LINES:
        return pieces
    others = [piece for piece in pieces if not piece.text.isdecimal()]
    if not others:
        return pieces
    heads = _row_heads(pieces)
    left, right = _margins(others)
    dropped: set[int] = set()
    for side in (
        [piece for piece in numbers if piece.right < left],
        [piece for piece in numbers if piece.left > right],
    ):
        if _counts_lines(side, heads):
            dropped |= {id(piece) for piece in side}
    return [piece for piece in pieces if id(piece) not in dropped]


def _margins(pieces: list[Piece]) -> tuple[float, float]:
    """Return the margins that nearly all lines of words keep within."""
    long = [piece for piece in pieces if len(piece.text) >= _PROSE] or pieces
    lefts, rights = sorted(piece.left for piece in long), sorted(piece.right for piece in long)
    few = len(long) // 20
    return lefts[few], rights[-1 - few]


def _counts_lines(numbers: list[Piece], heads: list[float]) -> bool:
    """Tell whether from number to number as many lines are passed as the number rises."""
    ordered = sorted(numbers, key=lambda piece: -piece.base)
    if len(ordered) < _NUMBERED_LINES:
        return False
    depths = [-head for head in heads]
    places = [bisect_right(depths, -piece.base) for piece in ordered]
    passed = [two - one for one, two in pairwise(places)]
    counted = [int(two.text) - int(one.text) for one, two in pairwise(ordered)]
    in_step = sum(lines == number for lines, number in zip(passed, counted, strict=True))
    return in_step >= _IN_STEP * len(passed)
