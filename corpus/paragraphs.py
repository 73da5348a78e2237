"""Within an article: numbered paragraphs, points, sub-points, indents, and what opens and closes them.

Markers are looked for at the beginning of lines and, because much published text has lost its lines, after
a colon or semicolon within them. A marker counts only where it continues an open series or begins one that
goes on, so "paragraph 1 (a)" in a sentence opens nothing, and ``(i)`` is the letter after ``(h)`` or the
Roman one as its neighbours decide.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.models import Level
from corpus.numerals import alpha, roman
from corpus.pinpoint import INDENT, UNNUMBERED
from corpus.tree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.lines import Line

_MARKER = re.compile(
    r"(?P<pdec>\d{1,3}(?:\.\d{1,2}){1,3})(?=\.?\s+[A-Za-z“\"(])\.?"
    r"|(?P<pdot>\d{1,3})\s?\.(?=\s|[A-Z“\"(a-z]\)?|$)(?!\d)"
    r"|\((?P<pparen>\d{1,3})\)"
    r"|(?P<phalf>\d{1,3})\)"
    r"|\((?P<aparen>[a-z]{1,5}|[A-Z]{1,4})\)"
    r"|(?P<ahalf>[a-z]{1,5}|[A-Z])\)"
    r"|(?P<adot>[a-z]{1,4}|[A-H])\.(?=\s|[A-Za-z“\"])(?!\w\.)"
    r"|(?P<dash>[–—•-])\s"
    r"|(?P<bare>\d{1,2})(?=\s+[A-Z“\"])"
)
_INLINE = re.compile(
    r"(?<=[:;.,—–”\"])\s+(?:(?:and|or|and/or)\s+)?(?=\(?[a-zA-Z0-9]{1,4}[).])|(?<=\s(?:or)\s)(?=\([a-z]{1,4}\)\s)|(?<=\sand\s)(?=\([a-z]{1,4}\)\s)"
)
_WORDS_FOLLOW = re.compile(r"\s*[\w(“\"‘'\[]")
_DEEPEST = 8
"""Series within series; treaties have five at most."""
_STARTS_AFTER = (":", "—", "–")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A possible marker: where it stands, its style, what it says, and whether a line begins with it."""

    start: int
    end: int
    style: str
    text: str
    at_line: bool
    before: str
    """The last character before it that is not blank."""

    def values(self) -> list[tuple[str, int]]:
        """Return the readings: (series, ordinal); letters that are also Roman numerals have two."""
        if self.style == "dash":
            return [("dash", 0)]
        if self.style == "pdec":
            above, _, last = self.text.rpartition(".")
            return [(f"pdec {above}", int(last))]
        if self.text.isdigit():
            return [(self.style, int(self.text))]
        case = "A" if self.text.isupper() else "a"
        readings = [(f"{self.style}-{case}-letter", v) for v in [alpha(self.text)] if v]
        readings += [(f"{self.style}-{case}-roman", v) for v in [roman(self.text)] if v]
        return readings


def divide(node: Node, text: str, end: int, lines: Sequence[Line]) -> None:
    """Give an article, or an annex without articles, its paragraphs and points, from its body to ``end``."""
    marks = _marks(text, node.body, end, lines)
    later = _Later(marks)
    stack: list[_Open] = []
    openings = {line.start: line for line in lines}
    events = sorted({m.start for m in marks} | set(openings))
    by_start = {m.start: (k, m) for k, m in enumerate(marks)}
    for at in events:
        if at in by_start:
            k, mark = by_start[at]
            if _accept(mark, later.after(k), stack, node):
                continue
        if at in openings and openings[at].opens and at > node.body:
            _open_text(node, stack, openings[at], text)
    _name_unnumbered(node)


class _Later:
    """The marks after one mark: whether a series goes on, and how."""

    def __init__(self, marks: Sequence[_Mark], place: int = -1) -> None:
        self._marks, self._place = marks, place
        self._members: dict[tuple[str, int], list[int]] = {}
        self._neighbours: dict[str, list[int]] = {}
        for k, mark in enumerate(marks):
            for reading in mark.values():
                self._members.setdefault(reading, []).append(k)
            if mark.text.lower() in {"ii", "j"}:
                self._neighbours.setdefault(mark.style, []).append(k)

    def after(self, place: int) -> _Later:
        """Return what comes after the mark at ``place``."""
        self._place = place
        return self

    def has(self, series: str, value: int) -> bool:
        """Tell whether a later mark may be this member of a series."""
        found = self._members.get((series, value))
        return found is not None and found[-1] > self._place

    def after_i(self, style: str) -> str:
        """Return which comes first, ``ii`` or ``j``; empty if neither."""
        found = self._neighbours.get(style, [])
        place = bisect_right(found, self._place)
        return self._marks[found[place]].text.lower() if place < len(found) else ""


@dataclass(slots=True)
class _Open:
    """A series in progress: its name, the last ordinal, the node it belongs to and the last node of it."""

    series: str
    last: int
    parent: Node
    node: Node


def _marks(text: str, start: int, end: int, lines: Sequence[Line]) -> list[_Mark]:
    marks: list[_Mark] = []
    for line in lines:
        at = max(line.start, start)
        while at < line.end and (mark := _mark_at(text, at, end, at_line=True)):
            marks.append(mark)
            at = mark.end + len(text[mark.end : line.end]) - len(text[mark.end : line.end].lstrip())
        for gap in _INLINE.finditer(text, at, line.end):
            position = gap.end()
            while position < line.end and (mark := _mark_at(text, position, end, at_line=False)):
                if mark.style in ("dash", "bare") or not marks or mark.start >= marks[-1].end:
                    if mark.style in ("dash", "bare"):
                        break
                    marks.append(mark)
                position = mark.end + len(text[mark.end : line.end]) - len(text[mark.end : line.end].lstrip())
    return sorted(marks, key=lambda m: m.start)


def _mark_at(text: str, at: int, end: int, *, at_line: bool) -> _Mark | None:
    match = _MARKER.match(text, at, end)
    if match is None or match.lastgroup is None:
        return None
    if not at_line and not _WORDS_FOLLOW.match(text, match.end()):
        return None  # a reference such as "(1);" within a sentence
    before = text[max(at - 12, 0) : at].rstrip()
    before = re.sub(r"\s(?:and|or|and/or)$", "", before)
    return _Mark(at, match.end(), match.lastgroup, match[match.lastgroup], at_line, before[-1:])


def _accept(mark: _Mark, later: _Later, stack: list[_Open], root: Node) -> bool:
    """Place the mark in an open series or begin a new one; return False if it is only part of a sentence."""
    readings = mark.values()
    for depth in range(len(stack) - 1, -1, -1):
        for series, value in readings:
            if (
                stack[depth].series == series
                and _follows(mark, value, stack[depth].last)
                and not _better_new(mark, readings, later, series)
            ):
                del stack[depth + 1 :]
                _append(stack[depth], mark, value)
                return True
    for series, value in readings:
        if _begins(mark, series, value, later):
            if not _may_repeat(mark, series, stack):
                return False
            parent = _parent_of_new(mark, stack, root)
            opened = _Open(series, value, parent, parent)
            stack.append(opened)
            _append(opened, mark, value)
            return True
    return False


def _may_repeat(mark: _Mark, series: str, stack: list[_Open]) -> bool:
    """Make room for a series that is open already: within it after a colon, otherwise in its place."""
    depth = next((d for d, one in enumerate(stack) if one.series == series), None)
    if depth is None:
        return True
    if not mark.at_line:
        return False
    if mark.before != ":" or len(stack) >= _DEEPEST:
        del stack[depth:]
    return True


def _parent_of_new(mark: _Mark, stack: list[_Open], root: Node) -> Node:
    """Return where a new series goes: into the last node, unless words after that have closed it."""
    if mark.style == "pdec":
        above = mark.text.rpartition(".")[0]
        while stack and stack[-1].node.name != above:
            stack.pop()
    if not stack:
        return root
    last = stack[-1]
    return last.node if last.parent.children[-1] is last.node else last.parent


def _follows(mark: _Mark, value: int, last: int) -> bool:
    if mark.style == "dash":
        return mark.at_line
    return value == last + 1 or (mark.at_line and last < value <= last + 3)


def _better_new(mark: _Mark, readings: list[tuple[str, int]], later: _Later, series: str) -> bool:
    """Tell whether ``(i)`` after ``(h)`` is Roman one: the next of its style is ``(ii)``, not ``(j)``."""
    if mark.text.lower() != "i" or not series.endswith("letter"):
        return False
    return later.after_i(mark.style) == "ii" and len(readings) > 1


def _begins(mark: _Mark, series: str, value: int, later: _Later) -> bool:
    """Tell whether a series begins here: its first member and, within a line, a second that follows."""
    if mark.style == "dash":
        return mark.at_line and mark.before in {":", ";", ",", ""}
    if value != 1:
        return False
    continues = later.has(series, value + 1)
    if mark.style == "bare":
        return mark.at_line and continues
    if mark.style == "pdec":
        return continues and (mark.at_line or mark.before in {".", ";", ":"})
    if mark.at_line:
        return continues or mark.style in ("pdot", "pparen", "aparen", "ahalf")
    return continues and (mark.before in _STARTS_AFTER or mark.style == "pdot" or mark.before == ".")


def _append(series: _Open, mark: _Mark, value: int) -> None:
    numbered = mark.style in ("pdec", "pdot", "pparen", "phalf", "bare")
    level = Level.PARAGRAPH if numbered and series.parent.level is not Level.POINT else Level.POINT
    if mark.style == "dash":
        name = f"{INDENT}{sum(c.name.startswith(INDENT) for c in series.parent.children) + 1}"
    else:
        name = mark.text
    series.last = value
    series.node = Node(level, name, mark.start, mark.end)
    series.parent.children.append(series.node)


def _open_text(root: Node, stack: list[_Open], line: Line, text: str) -> None:
    """Open a block without a marker: words that close a list, or an unnumbered paragraph."""
    in_paragraph = (
        bool(stack) and stack[0].node.level is Level.PARAGRAPH and root.children[-1] is stack[0].node
    )
    if line.text[0].islower() and stack and not (in_paragraph and len(stack) == 1):
        parent = stack[-1].parent
    elif in_paragraph:
        parent = stack[0].node
        del stack[1:]
    elif stack:
        parent = stack[0].parent
        stack.clear()
    else:
        parent = root
    if not parent.children and not text[parent.body : line.start].strip():
        return
    level = Level.CLOSING if parent is not root and parent.children else Level.TEXT
    parent.children.append(Node(level, UNNUMBERED, line.start, line.start))
    while stack and stack[-1].parent is parent and parent is not root:
        stack.pop()


def _name_unnumbered(node: Node) -> None:
    """Number the unnumbered blocks of each node: ``¶2`` is the second block of its parent."""
    for place, child in enumerate(node.children, start=2):
        if child.name == UNNUMBERED:
            child.name = f"{UNNUMBERED}{place}"
        _name_unnumbered(child)
