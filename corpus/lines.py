"""The canonical text as lines, with what decides whether a line opens a provision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document

_LINE = re.compile(r"[^\n]+")
_LEADERS = re.compile(r"(?:\.\s?){5,}\s*\d{0,4}\b|…\s?…\s*\d|_{5,}\s*\d{1,4}$")
_CONTENTS_GAP = 4
"""Lines without dot leaders that may stand between two with them and still belong to a table of contents."""
_TERMINAL = re.compile(r"""[.;:!?][)"”’»\]]*$""")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that has words.

    Attributes:
        start, end: Its span without surrounding blanks.
        marked: The source's format marks it as a heading.
        level: The heading level the source gives it, 0 if unmarked.
        opens: It begins a block: an empty line stands before it, or the line before ended a sentence.
    """

    start: int
    end: int
    text: str
    marked: bool
    level: int
    opens: bool

    @property
    def ends_sentence(self) -> bool:
        """Tell whether the line ends as a sentence, a clause or a lead-in does."""
        return bool(_TERMINAL.search(self.text))


def lines_of(document: Document) -> list[Line]:
    """Return the document's lines in order, without empty ones and without those of a table of contents."""
    return _without_contents(_all_lines(document))


def _without_contents(lines: list[Line]) -> list[Line]:
    """Drop runs of lines with dot leaders, and the few lines between them that lost theirs."""
    leading = [i for i, line in enumerate(lines) if _LEADERS.search(line.text)]
    dropped: set[int] = set()
    for first, last in pairwise(leading):
        if last - first <= _CONTENTS_GAP:
            dropped.update(range(first, last + 1))
    return [line for i, line in enumerate(lines) if i not in dropped]


def _all_lines(document: Document) -> list[Line]:
    levels = {h.span.start: h.level for h in document.headings}
    lines: list[Line] = []
    last_end, last_closed = 0, True
    for match in _LINE.finditer(document.text):
        stripped = match.group().strip()
        if not stripped:
            continue
        start = match.start() + match.group().index(stripped[0])
        gap = document.text.count("\n", last_end, start)
        level = levels.get(start, levels.get(match.start(), 0))
        line = Line(
            start, start + len(stripped), stripped, level > 0, level, gap > 1 or last_closed or level > 0
        )
        lines.append(line)
        last_end, last_closed = line.end, line.ends_sentence or line.marked
    return lines


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
