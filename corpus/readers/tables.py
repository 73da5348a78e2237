"""Tables on a printed page: rows and cells found again from the white bands between columns.

A file may draw a table cell by cell or line by line. Rows whose words stand in two or more places that white
bands part, one below the other, are a table; the lines of one cell are joined, and each row becomes one line with a
tab between its cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from corpus.readers.lines import MARKER, is_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.readers.pieces import Piece

_CELL_GAP = 1.2
"""White between two cells of a row, in sizes of the print."""

_BAND = 0.5
"""White between two columns all the way down, in sizes of the print."""

_ROWS = 3
"""Fewer rows with two cells and more are no table."""

_APART = 4
"""Lines of a long cell that may stand between two rows with more than one cell."""

_NEXT_ROW = 1.25
"""A step this many times the pitch within cells begins a new row, where cells of several lines are set apart so."""

_MOSTLY = 0.7
"""Share of the lines with several cells that must be set apart, before those that are not count as second lines."""

_NUMBER = re.compile(rf"{MARKER.pattern}|\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}}")
"""What may stand before a paragraph as its number."""

Row = list["Piece"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows, each as the pieces of its cells from left to right.

    Attributes:
        rows: Cells, each as its pieces in order; a cell may be empty.
        top: Height of its first line.
    """

    rows: list[list[Row]]
    top: float


def tables_of(rows: Sequence[Row]) -> list[Table]:
    """Find the tables in the rows of a page (or column), which are given from top to bottom."""
    found: list[Table] = []
    place = 0
    while place < len(rows):
        end = _end_of_run(rows, place)
        table = _table(rows[place:end], rows[end:]) if end - place >= _ROWS else None
        if table is not None:
            found.append(table)
        place = max(end, place + 1)
    return found


def _end_of_run(rows: Sequence[Row], start: int) -> int:
    """Return the end of a stretch of rows, most of them with several cells, that begins at ``start``."""
    if not _has_cells(rows[start]):
        return start
    end = last = start + 1
    while end < len(rows) and end - last < _APART:
        end += 1
        if _has_cells(rows[end - 1]):
            last = end
    return last


def _has_cells(row: Row) -> bool:
    """Tell whether a row has two cells or more; a number and the words it belongs to are one."""
    cells = _cells(row)
    while len(cells) > 1 and (_NUMBER.fullmatch(cells[0].text) or is_label(cells[0].text)):
        cells = cells[1:]
    return len(cells) > 1


def _cells(row: Row) -> Row:
    """Return the pieces of a row that begin a cell."""
    return row[:1] + [
        piece for before, piece in pairwise(row) if piece.left - before.right >= _CELL_GAP * piece.size
    ]


def _table(rows: Sequence[Row], following: Sequence[Row]) -> Table | None:
    """Return the table that a stretch of rows is, with the last lines of its last cells; None if it is none."""
    several = [row for row in rows if _has_cells(row)]
    columns = _columns(several)
    if len(columns) < 2 or len(several) < _ROWS:  # noqa: PLR2004 - one column is no table
        return None
    lines = [_in_columns(row, columns) for row in rows]
    found = [line for line in lines if line is not None]
    if len(found) < len(lines) or sum(sum(map(bool, line)) > 1 for line in found) < _ROWS:
        return None
    pitch = min((one[0].base - two[0].base for one, two in pairwise(rows)), default=0.0)
    last = rows[-1]
    for row in following:
        line = _in_columns(row, columns)
        if line is None or line[0] or last[0].base - row[0].base > _NEXT_ROW * pitch:
            break
        found.append(line)
        last = row
    return Table(_joined(found), rows[0][0].base)


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the columns: stretches of the width that no white band parts."""
    pieces = sorted((piece for row in rows for piece in row), key=lambda piece: piece.left)
    if not pieces:
        return []
    band = _BAND * median(piece.size for piece in pieces)
    columns = [(pieces[0].left, pieces[0].right)]
    for piece in pieces[1:]:
        left, right = columns[-1]
        if piece.left - right >= band:
            columns.append((piece.left, piece.right))
        else:
            columns[-1] = (left, max(right, piece.right))
    return columns


def _in_columns(row: Row, columns: list[tuple[float, float]]) -> list[Row] | None:
    """Sort the pieces of a line into columns; None if one stands in none or runs over two."""
    cells: list[Row] = [[] for _ in columns]
    for piece in row:
        over = [
            place for place, (left, right) in enumerate(columns) if piece.left < right and piece.right > left
        ]
        if len(over) != 1:
            return None
        cells[over[0]].append(piece)
    return cells


def _joined(lines: list[list[Row]]) -> list[list[Row]]:
    """Join lines that belong to one row of the table."""
    heights = [next(cell for cell in line if cell)[0].base for line in lines]
    steps = [one - two for one, two in pairwise(heights)]
    pitch = min(steps, default=0.0)
    opening = [step for line, step in zip(lines[1:], steps, strict=True) if sum(map(bool, line)) > 1]
    large = sum(step > _NEXT_ROW * pitch for step in opening)
    set_apart = bool(opening) and large >= _MOSTLY * len(opening)
    rows = [lines[0]]
    for line, step in zip(lines[1:], steps, strict=True):
        begins = step > _NEXT_ROW * pitch if set_apart else bool(line[0])
        if begins:
            rows.append(line)
        else:
            rows[-1] = [cell + more for cell, more in zip(rows[-1], line, strict=True)]
    return rows
