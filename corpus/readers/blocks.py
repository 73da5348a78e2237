"""Paragraphs, headings, list items and table rows put together as text, for formats that come as a tree.

Footnotes are gathered on the way and come last, under one heading, so that they interrupt no provision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from corpus.pinpoint import FOOTNOTES
from corpus.readers.headlines import Block, heading_levels
from corpus.readers.lines import MARKER
from corpus.readers.typed import rejoined

_LINE_BREAK = "\x0b"
_CELL_EDGE = "\x1f"
# Stand-ins for what white space of the source must not be taken for; the normalising steps before this one
# removed both characters from the text itself.
_WHITE_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u2002-\u200a\u202f\u3000]+")
_AROUND_BREAK = re.compile(f"[ ]*{_LINE_BREAK}[ ]*")
_AROUND_EDGE = re.compile(f"[ {_LINE_BREAK}]*{_CELL_EDGE}[ {_LINE_BREAK}]*")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_NOTE_LABEL = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]{1,4}|[a-z])[\])]?")
_LONGEST_NUMBER = 60
"""Characters; a longer heap of numbers belongs to no block."""

_MOSTLY = 0.9
"""Share of a block's letters in bold from which the block is set off from the text."""


@dataclass(frozen=True, slots=True)
class _Written:
    block: Block
    row: bool
    note: bool


@dataclass
class Blocks:
    """Text under construction.

    Attributes:
        level: Level of the heading now open, or None.
        centred: Whether the block now open is set in the middle.
    """

    level: int | None = None
    centred: bool = False
    _drawn: str = ""
    _number: str = ""
    _inline: list[str] = field(default_factory=list)
    _letters: list[int] = field(default_factory=lambda: [0, 0])
    _written: list[_Written] = field(default_factory=list)
    _in_row: bool = False
    _notes: int = 0

    def add(self, text: str, *, kept: bool = False, bold: bool = False) -> None:
        """Add running text; ``kept`` keeps its line ends, otherwise white space is one blank."""
        self._inline.append(text.replace("\n", _LINE_BREAK) if kept else text)
        self._letters[bold] += sum(letter.isalpha() for letter in text)

    def mark(self, marker: str | None) -> None:
        """Set the number a list draws before the next block, unless that begins with one; None: the item ended."""
        self._drawn = "" if marker is None else f"{self._drawn} {marker}".strip()

    def number(self, words: str) -> None:
        """Set a number that the source writes and that belongs to the next block, whatever its form."""
        self.end()
        self._hold(" ".join(words.split()))

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

    def begin_note(self) -> None:
        """Begin a footnote that stands on its own: blocks until its end come after the text."""
        self.end()
        self._notes += 1

    def end_note(self) -> None:
        """End a footnote."""
        self.end()
        self._notes -= 1

    def note_aside(self, text: str) -> None:
        """Write a footnote while a block of text is open."""
        words = _tidied(text)
        if words.strip():
            self._written.append(_Written(Block(words), row=False, note=True))

    def end(self, *, row: bool = False) -> None:
        """End the block, if there are words in it; within a row only a blank is put."""
        if self._in_row:
            self._inline.append(" ")
            return
        text = _tidied("".join(self._inline))
        plain, bold = self._letters
        self._inline.clear()
        self._letters = [0, 0]
        if not text.strip():
            return
        if self.level is None and (MARKER.fullmatch(text) or (self._notes and _NOTE_LABEL.fullmatch(text))):
            # A number alone in its block belongs to the block after it: a cell, a floated box.
            self._hold(text)
            self._drawn = ""
            return
        marker = self._number or ("" if MARKER.match(text) else self._drawn)
        self._number = self._drawn = ""
        set_off = self.centred or bold > _MOSTLY * (plain + bold)
        self._write(f"{marker} {text}".strip(), row=row, set_off=set_off)

    def finished(self) -> tuple[str, list[tuple[int, int, int]]]:
        """Return the text and its headings: start, end and level of each."""
        if self._number:
            self._write(self._number, row=False, set_off=False)
            self._number = ""
        written = _rejoined(self._written)
        body = [one for one in written if not one.note]
        notes = [one for one in written if one.note]
        if notes and body:
            body.append(_Written(Block(FOOTNOTES, 1), row=False, note=False))
        return _laid_out([*body, *notes])

    def _hold(self, number: str) -> None:
        """Keep a number for the next block, with those that wait there already."""
        if len(self._number) > _LONGEST_NUMBER:
            self._write(self._number, row=False, set_off=False)
            self._number = ""
        self._number = f"{self._number} {number}".strip()

    def _write(self, text: str, *, row: bool, set_off: bool) -> None:
        block = Block(text, self.level, set_off)
        self._written.append(_Written(block, row, note=self._notes > 0))


def _rejoined(written: list[_Written]) -> list[_Written]:
    """Join lines that were broken by width, where the page's line ends show that they were."""
    several = [one for one in written if "\n" in one.block.text and "\t" not in one.block.text]
    found = rejoined([one.block.text for one in several])
    if found is None:
        return written
    parts = {id(one): paragraphs for one, paragraphs in zip(several, found, strict=True)}
    return [
        replace(one, block=one.block._replace(text=text))
        for one in written
        for text in parts.get(id(one), [one.block.text])
    ]


def _laid_out(written: list[_Written]) -> tuple[str, list[tuple[int, int, int]]]:
    pieces: list[str] = []
    marks: list[tuple[int, int, int]] = []
    length = 0
    levels = heading_levels([one.block for one in written])
    after_row = False
    for one, level in zip(written, levels, strict=True):
        before = "" if not pieces else "\n" if one.row and after_row else "\n\n"
        start = length + len(before)
        pieces += (before, one.block.text)
        length = start + len(one.block.text)
        if level is not None:
            marks.append((start, length, level))
        after_row = one.row
    return "".join(pieces), marks


def _tidied(text: str) -> str:
    text = _WHITE_SPACE.sub(" ", _INVISIBLE.sub("", text))
    text = _AROUND_EDGE.sub("\t", text)
    text = _AROUND_BREAK.sub("\n", text).strip(" \n")
    first, edge, rest = text.partition("\t")
    return f"{first} {rest}" if edge and MARKER.fullmatch(first) else text
