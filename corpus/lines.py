"""The canonical text as lines, with what decides whether a line opens a provision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document

_LINE = re.compile(r"[^\n]+")
_TERMINAL = re.compile(r"""[.;:!?][)"”’»\]]*$""")
_ENDS = ".;:!?"
_BROKEN = 0.1
"""Share of lines that go on in small letters on the next, and are alike in length, from which a text was broken."""
_NARROWEST = 60
"""Characters of a line in the narrowest type area."""
_RUNS_ON_FROM = 0.72
"""Share of the ordinary width from which a line is full: the word that did not fit had about ten letters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that has words.

    Attributes:
        start, end: Its span without surrounding blanks.
        marked: The source's format marks it as a heading.
        level: The heading level the source gives it, 0 if unmarked.
        opens: It begins a block: an empty line stands before it, or the line before ended a sentence and, in
            text that was broken at a width, ended short of it.
        fresh: It may begin a heading: the line before ended a sentence or was too short to run on into it.
        inside: It begins within a printed line: the source has lost its line ends.
    """

    start: int
    end: int
    text: str
    marked: bool
    level: int
    opens: bool
    fresh: bool = True
    inside: bool = False

    @property
    def ends_sentence(self) -> bool:
        """Tell whether the line ends as a sentence, a clause or a lead-in does."""
        return bool(_TERMINAL.search(self.text[-8:]))


def lines_of(document: Document) -> list[Line]:
    """Return the document's lines in order, without empty ones."""
    levels = {h.span.start: h.level for h in document.headings}
    lines: list[Line] = []
    full = _RUNS_ON_FROM * _width(document.text)
    before: Line | None = None
    for match in _LINE.finditer(document.text):
        stripped = match.group().strip()
        if not stripped:
            continue
        start = match.start() + match.group().index(stripped[0])
        level = levels.get(start, levels.get(match.start(), 0))
        gap = before is None or document.text.count("\n", before.end, start) > 1
        ended = gap or before is None or before.ends_sentence or before.marked or level > 0
        short = before is None or len(before.text) < full or before.text.isupper()
        opens = gap or level > 0 or (ended and (short or before is None or before.marked))
        fresh = ended or short
        before = Line(start, start + len(stripped), stripped, level > 0, level, opens, fresh)
        lines.append(before)
    return lines


def _width(text: str) -> float:
    """Return how wide running text is that was broken at a width, in characters; infinite if it was not."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    going_on = sorted(
        len(one) for one, other in pairwise(lines) if one[-1] not in _ENDS and other[0].islower()
    )
    if len(going_on) < _BROKEN * len(lines):
        return inf
    width = max(going_on[len(going_on) * 3 // 4], _NARROWEST)
    full = sum(length >= _RUNS_ON_FROM * width for length in going_on)
    return width if full > len(going_on) / 2 else inf


def is_title_like(line: Line, *, longest: int = 200) -> bool:
    """Tell whether an unmarked line could be a heading: short, a capital first, not ending a sentence."""
    text = line.text
    return (
        len(text) <= longest
        and not line.ends_sentence
        and not text.endswith((",", "-", "–"))
        and (text[0].isupper() or not text[0].isalpha())
    )


def next_line(lines: Sequence[Line], i: int) -> Line | None:
    """Return the line after line ``i``, or None at the end."""
    return lines[i + 1] if i + 1 < len(lines) else None
