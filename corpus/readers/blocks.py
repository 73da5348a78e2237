"""Paragraphs, headings, list items and table rows put together as text, for formats that come as a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.readers.lines import MARKER

_LINE_BREAK = "\x0b"
_CELL_EDGE = "\x1f"
# Stand-ins for what white space of the source must not be taken for; the normalising steps before this one
# removed both characters from the text itself.
_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")
_AROUND_BREAK = re.compile(f"[ ]*{_LINE_BREAK}[ ]*")
_AROUND_EDGE = re.compile(f"[ {_LINE_BREAK}]*{_CELL_EDGE}[ {_LINE_BREAK}]*")


@dataclass
class Blocks:
    """Text under construction.

    Attributes:
        level: Level of the heading now open, or None.
    """

    level: int | None = None
    _drawn: str = ""
    _written: str = ""
    _inline: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _marks: list[tuple[int, int, int]] = field(default_factory=list)
    _length: int = 0
    _in_row: bool = False
    _after_row: bool = False

    def add(self, text: str, *, kept: bool = False) -> None:
        """Add running text; ``kept`` keeps its line ends, otherwise white space is one blank."""
        self._inline.append(text.replace("\n", _LINE_BREAK) if kept else text)

    def mark(self, marker: str | None) -> None:
        """Set the number a list draws before the next block, unless that begins with one; None: the item ended."""
        self._drawn = "" if marker is None else f"{self._drawn} {marker}".strip()

    def break_line(self) -> None:
        """End the line within the block."""
        self._inline.append(_LINE_BREAK)

    def begin_row(self) -> None:
        """Begin a table row: one line, whatever blocks its cells hold."""
        self.end()
        self._in_row = True

    def next_cell(self) -> None:
        """Part two cells of a row."""
        self._inline.append(_CELL_EDGE)

    def end_row(self) -> None:
        """End the row; rows of one table follow one another without an empty line."""
        if self._in_row:
            self._in_row = False
            self.end(row=True)

    def end(self, *, row: bool = False) -> None:
        """End the block, if there are words in it; within a row only a blank is put."""
        if self._in_row:
            self._inline.append(" ")
            return
        text = _tidied("".join(self._inline))
        self._inline.clear()
        if not text.strip():
            return
        if MARKER.fullmatch(text) and self.level is None:
            # A number alone in its block belongs to the block after it: a cell, a floated box.
            self._written, self._drawn = f"{self._written} {text}".strip(), ""
            return
        marker = self._written or ("" if MARKER.match(text) else self._drawn)
        text = f"{marker} {text}".strip()
        self._written = self._drawn = ""
        self._append(text, "\n" if row and self._after_row else "\n\n")
        self._after_row = row

    def finished(self) -> tuple[str, list[tuple[int, int, int]]]:
        """Return the text and its headings: start, end and level of each."""
        if self._written:
            self._append(self._written, "\n\n")
            self._written = ""
        return "".join(self._pieces), self._marks

    def _append(self, text: str, separator: str) -> None:
        before = separator if self._pieces else ""
        start = self._length + len(before)
        self._pieces += (before, text)
        self._length = start + len(text)
        if self.level is not None:
            self._marks.append((start, self._length, self.level))


def _tidied(text: str) -> str:
    text = _WHITE_SPACE.sub(" ", text)
    text = _AROUND_EDGE.sub("\t", text)
    text = _AROUND_BREAK.sub("\n", text).strip(" \n")
    first, edge, rest = text.partition("\t")
    return f"{first} {rest}" if edge and MARKER.fullmatch(first) else text
