"""Footnotes at page ends: taken out of the running text, so that a sentence reads on over the page.

A note stands at the foot of its page or column, in smaller print or below a short rule, and begins with the mark
that stands raised in the text above it. Notes keep their words and their pages and come after the text, under
one heading; the marks in the text go, as they do in a quotation. Raised figures that no note answers to, such as
the 2 of a square metre, stay where they are.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.readers.lines import SMALLER, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.readers.lines import Line
    from corpus.readers.pieces import Rule

_MARK = re.compile(r"[(\[]?(?P<label>\d{1,3}|[*†‡§]{1,4}|[a-z])[)\]]?(?P<slash>/)?(?=[\s.]|\Z)[.]?")
"""What begins a note: ``1``, ``(1)``, ``1.``, ``1/``, ``*``, ``a``."""

_LABEL = re.compile(r"[(\[]?(?P<label>\d{1,3}|[*†‡§]{1,4}|[a-z])[)\]]?,?")
_RULE_OF_TYPE = re.compile(r"[_—-]{5,}")
_LONGEST_RULE = 0.75
"""Share of the text's width; a longer line frames a head or a table."""

_REACH = 40.0
"""Points between a rule and the first note below it."""

_UNDERLINE = 0.35
"""A rule this near below a baseline, in shares of the print's size, underlines the words on it."""

_MOST_OF_THE_PAGE = 0.8
"""Share of a column's lines that may be notes; more is a table or an annex in small print."""

_LONGEST_NOTES = 60
"""Lines below a typed rule that may be notes: a file without page ends is one long page."""

_RUN = 3
"""Raised figures that count up through the document, one by one, are note marks even if no note is found."""


@dataclass(frozen=True, slots=True)
class Notes:
    """A document's lines, its footnotes taken out.

    Attributes:
        text: The lines of the text, without the marks of notes.
        notes: The notes in order, each as its lines; one may go on over several pages.
    """

    text: list[Line]
    notes: list[list[Line]]


def without_notes(lines: Sequence[Line], rules: Mapping[int, Sequence[Rule]]) -> Notes:
    """Part a document's lines into text and footnotes.

    Args:
        lines: The lines in reading order, furniture left out.
        rules: The horizontal lines drawn on each page.
    """
    usual = _usual_size(lines)
    text: list[Line] = []
    notes: list[list[Line]] = []
    answered: dict[int, set[str]] = {}
    for page, on_page in groupby(lines, key=lambda line: line.page):
        printed = list(on_page)
        sheet = _Sheet(printed, usual, rules.get(page, ()))
        for _, group in groupby(printed, key=lambda line: line.column):
            column = list(group)
            start = sheet.start_of_notes(column, notes)
            ruled = (
                start > 0 and bool(_RULE_OF_TYPE.fullmatch(column[start - 1].text)) and start < len(column)
            )
            text += column[: start - 1] if ruled else column[:start]
            for line in column[start:]:
                label = _label(line)
                if label or not notes:
                    notes.append([])
                    answered.setdefault(page, set()).add(label or "")
                notes[-1].append(line)
    if not text:
        return Notes(list(lines), [])
    rising = _rising_marks(text)
    return Notes([_unmarked(line, answered.get(line.page, set()), rising) for line in text], notes)


def _usual_size(lines: Sequence[Line]) -> float:
    """Return the size that most characters are set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What tells the notes of one page: its lines, the text's usual size, the rules drawn on it."""

    lines: list[Line]
    usual: float
    rules: Sequence[Rule]

    def start_of_notes(self, column: list[Line], before: list[list[Line]]) -> int:
        """Return where in a column the notes at its foot begin; its length if there are none."""
        end = len(column)
        typed = self._below_typed_rule(column)
        if typed is not None:
            return typed
        small = end
        while small and self._is_small(column[small - 1]):
            small -= 1
        ruled = _below_rule(column, self.rules)
        start = small if ruled is None else ruled
        while start < end and not self._opens(column[start], before, ruled=ruled is not None):
            start += 1
        return start if end - start <= _MOST_OF_THE_PAGE * len(self.lines) or ruled is not None else end

    def _below_typed_rule(self, column: list[Line]) -> int | None:
        """Return the line after the last typed rule, if it begins with a mark that the text above has, too."""
        for place in range(len(column) - 1, max(0, len(column) - _LONGEST_NOTES), -1):
            if not _RULE_OF_TYPE.fullmatch(column[place - 1].text):
                continue
            label = _label(column[place])
            above = (line.text for line in self.lines if line.bottom > column[place - 1].bottom)
            if label and any(_written_mark(label).search(text) for text in above):
                return place
        return None

    def _opens(self, line: Line, before: list[list[Line]], *, ruled: bool) -> bool:
        """Tell whether a line begins the notes of a page, or goes on with the last one of the page before."""
        small = self._is_small(line)
        if small and before and (ruled or not ends_sentence(before[-1][-1].text)):
            return True
        label = _label(line)
        if label is None:
            return False
        if any(start == 0 for start, _ in line.marks) or any(label in _raised(one) for one in self.lines):
            return True
        last = _label(before[-1][0]) if before else None
        return (
            small
            and label.isdecimal()
            and int(label) in {1, int(last) + 1 if last and last.isdecimal() else 1}
        )

    def _is_small(self, line: Line) -> bool:
        return line.size <= SMALLER * self.usual


def _below_rule(column: list[Line], rules: Sequence[Rule]) -> int | None:
    """Return the first line below the lowest short rule, if what follows it is the foot of the column."""
    left, right = min(line.left for line in column), max(line.right for line in column)
    width = right - left
    short = [
        rule.base
        for rule in rules
        if left - _REACH < rule.left < right
        and rule.right - rule.left < _LONGEST_RULE * width
        and not any(_underlines(rule, line) for line in column)
    ]
    for base in sorted(short):
        below = [place for place, line in enumerate(column) if line.bottom < base]
        ends = bool(below) and below == list(range(below[0], len(column)))
        if ends and base - column[below[0]].bottom < _REACH and column[below[0]].left - left < _REACH:
            return below[0]
    return None


def _underlines(rule: Rule, line: Line) -> bool:
    """Tell whether a rule is drawn under or through the words of a line."""
    near = -_UNDERLINE * line.size < rule.base - line.bottom < line.size
    return near and rule.left < line.right and rule.right > line.left


def _label(line: Line) -> str | None:
    """Return the mark that a note's first line begins with; None if it begins with none."""
    first = next((line.text[start:end] for start, end in line.marks if start == 0), None)
    if first is not None:
        found = _LABEL.fullmatch(first.strip())
        return found["label"] if found else None
    found = _MARK.match(line.text)
    return found["label"] if found and not found["label"].isalpha() else None


def _raised(line: Line) -> list[str]:
    marks = [_LABEL.fullmatch(line.text[start:end].strip()) for start, end in line.marks]
    return [mark["label"] for mark in marks if mark]


def _rising_marks(text: list[Line]) -> frozenset[str]:
    """Return the raised figures that count up from one through the document, if there are enough of them."""
    last = 0
    for line in text:
        for label in _raised(line):
            if label.isdecimal() and int(label) == last + 1:
                last += 1
    return frozenset(map(str, range(1, last + 1))) if last >= _RUN else frozenset()


def _unmarked(line: Line, answered: set[str], rising: frozenset[str]) -> Line:
    """Take off a line the marks that notes of its page answer to, raised or written out."""
    text = line.text
    for start, end in reversed(line.marks):
        mark = _LABEL.fullmatch(text[start:end].strip())
        if mark and (mark["label"] in answered or mark["label"] in rising):
            text = text[:start] + text[end:]
    for label in answered:
        text = _written_mark(label).sub("", text)
    return line if text == line.text else replace(line, text=text.strip(), marks=())


@lru_cache(maxsize=1000)
def _written_mark(label: str) -> re.Pattern[str]:
    """Return the pattern of a mark that is not raised: ``1/``, ``[1]``, ``*``."""
    mark = re.escape(label)
    if not label.isalnum():
        return re.compile(rf"(?<![*†‡§]){mark}(?![*†‡§\w])")
    return re.compile(
        rf"(?:(?<=\w)|(?<=\w[.,;:])|(?<=[”\"])) ?(?:(?<= ){mark}/(?=[ .,;:)]|$)|\[{mark}\](?!\())"
    )
