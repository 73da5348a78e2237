"""Printed lines put together as canonical text: paragraphs, headings, pages, and notes after the text."""

from __future__ import annotations

import re
from itertools import count, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from corpus.models import Page, Span
from corpus.normalise import (
    CHARACTERS,
    Edit,
    Lexicon,
    MappedText,
    apply,
    inner_blanks,
    ligatures,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.pinpoint import FOOTNOTES
from corpus.readers.lines import begins_paragraph, columns, is_heading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.readers.lines import Areas, Line

HEADING_LEVEL = 3
"""Print does not say how headings rank; all centred lines get one level."""

_NOTES_LEVEL = 1
_SOFT_HYPHEN = "\u00ad"
_HYPHENATED = re.compile(r"(?P<left>[^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"\S[-–—/]$")


class Composed(NamedTuple):
    """Canonical text with its heading marks (start and end in the source, level) and its pages."""

    text: MappedText
    marks: list[tuple[int, int, int]]
    pages: tuple[Page, ...]


def composed(
    lines: Sequence[Line],
    notes: Sequence[list[Line]] = (),
    hints: Mapping[Line, int] | None = None,
    areas: Areas | None = None,
) -> Composed:
    """Put printed lines together.

    Args:
        lines: The lines of the text in reading order; not empty.
        notes: Footnotes in order, each as its lines.
        hints: Lines of headings with their levels, as the file's bookmarks say.
        areas: The text areas the lines were set in; measured from the lines if None.
    """
    areas = areas or columns(lines)
    return _Composition(_paragraphs(lines, areas), [list(note) for note in notes], areas).result(hints or {})


def _paragraphs(lines: Sequence[Line], areas: Areas) -> list[list[Line]]:
    paragraphs = [list(lines[:1])]
    for before, line in pairwise(lines):
        if begins_paragraph(before, line, areas):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return paragraphs


class _Composition:
    """The source text, one printed line a line, and how its lines become paragraphs."""

    def __init__(self, paragraphs: list[list[Line]], notes: list[list[Line]], areas: Areas) -> None:
        self.paragraphs, self.notes, self.areas = paragraphs, notes, areas
        texts: list[str] = []
        self.starts: dict[int, int] = {}
        length = 0
        for line in (line for one in paragraphs for line in one):
            self.starts[id(line)] = length
            texts.append(line.text)
            length += len(line.text) + 1
        self.notes_start = length
        if notes:
            texts.append(FOOTNOTES)
            length += len(FOOTNOTES) + 1
        for line in (line for one in notes for line in one):
            self.starts[id(line)] = length
            texts.append(line.text)
            length += len(line.text) + 1
        self.source = "\n".join(texts)

    def result(self, hints: Mapping[Line, int]) -> Composed:
        text = apply(self._joined(), *CHARACTERS, ligatures, soft_hyphens, plain_spaces)
        text = apply(text, inner_blanks, tidy_white_space)
        return Composed(text, self._marks(hints), self._pages(text))

    def _span(self, block: list[Line]) -> tuple[int, int]:
        return self.starts[id(block[0])], self.starts[id(block[-1])] + len(block[-1].text)

    def _joined(self) -> MappedText:
        """Put the lines of a block on one line, and an empty line between blocks; table rows follow closely."""
        words = Lexicon.of(self.source)
        edits: list[Edit] = []
        spans = [(self._span(block), "\t" in block[-1].text) for block in self.paragraphs]
        blocks = [*self.paragraphs, *self.notes]
        if self.notes:
            spans.append(((self.notes_start, self.notes_start + len(FOOTNOTES)), False))
        spans += [(self._span(block), False) for block in self.notes]
        joins = [self._join(one, two, words) for block in blocks for one, two in pairwise(block)]
        for (one, row), (two, next_row) in pairwise(spans):
            edits.append(Edit(one[1], two[0], "\n" if row and next_row else "\n\n"))
        return MappedText.of(self.source).edited(sorted(joins + edits))

    def _join(self, line: Line, following: Line, words: Lexicon) -> Edit:
        """Return the edit that makes two lines of a block one."""
        end, start = self.starts[id(line)] + len(line.text), self.starts[id(following)]
        if line.text.endswith(_SOFT_HYPHEN):
            return Edit(end - 1, start, "")
        broken, word = _HYPHENATED.search(line.text), _FIRST_WORD.match(following.text)
        if broken and word:
            compound = line.text[: broken.start()].endswith("-")
            hyphen = words.between(broken["left"], word.group(), compound=compound)
            return Edit(end - 1, start, hyphen)
        return Edit(end, start, "" if _GLUED.search(line.text) else " ")

    def _marks(self, hints: Mapping[Line, int]) -> list[tuple[int, int, int]]:
        marks = []
        for block in self.paragraphs:
            hinted = all(line in hints for line in block)
            level = hints[block[0]] if hinted else HEADING_LEVEL if is_heading(block, self.areas) else None
            if level is not None:
                marks.append((*self._span(block), level))
        if self.notes:
            marks.append((self.notes_start, self.notes_start + len(FOOTNOTES), _NOTES_LEVEL))
        return marks

    def _pages(self, text: MappedText) -> tuple[Page, ...]:
        """Return the pages that hold text, numbered as they lie in the file.

        The notes come after the text, so the pages that have any come a second time.
        """
        numbers: list[int] = []
        starts: list[int] = []
        for place, part in enumerate((self.paragraphs, self.notes)):
            lines = (line for block in part for line in block)
            for first, (page, group) in zip(
                count(), groupby(lines, key=lambda line: line.page), strict=False
            ):
                at = self.starts[id(next(group))] if first else (self.notes_start if place else 0)
                numbers.append(page + 1)
                starts.append(text.offset_at(at))
        spans = pairwise([*starts, len(text.text)])
        return tuple(
            Page(number, Span(start, end))
            for number, (start, end) in zip(numbers, spans, strict=True)
            if start < end
        )
