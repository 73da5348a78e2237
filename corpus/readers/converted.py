"""Markdown that a converter wrote: footnotes where its pages ended, page numbers between paragraphs.

Both are put right before the marks are read. Lines are blanked, never taken out, so that an error still names the
right line.
"""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.pinpoint import FOOTNOTES
from corpus.readers.furniture import page_number
from corpus.readers.lines import ends_sentence
from corpus.readers.marks import PICTURE

_FOLLOWING = r"(?:\n(?:(?:[ ]{4}|\t)[^\n]*|(?![ ]{0,3}\[\^|\s*$|#)[^\n]+))*"
"""The further lines of a note: indented ones, and those that follow without an empty line."""

_DEFINITION = re.compile(
    rf"^[ ]{{0,3}}\[\^(?P<label>[^\[\]\s]{{1,64}})\]:[ \t]*(?P<words>[^\n]*{_FOLLOWING})", re.MULTILINE
)
_INLINE_NOTE = re.compile(r"\^\[(?P<words>[^\[\]\n]{1,2000})\]")
_REFERENCE = re.compile(r"\[\^(?P<label>[^\[\]\s]{1,64})\](?!:)")
_RAISED = (
    r"(?:<sup>[ ]?\[?(?P<label>\d{1,3}|[*†‡§]+|[a-z])\]?[ ]?</sup>"
    r"|\$[ ]?(?:\{[ ]?\})?\^\{?(?P<drawn>\d{1,3}|[a-z*])\}?[ ]?\$)"
)
"""A raised label, as HTML or as the formula that text recognition makes of it."""

_RAISED_NOTE = re.compile(rf"^[ ]{{0,3}}{_RAISED}[ \t]*(?P<words>[^\s][^\n]*)$", re.MULTILINE)
_RAISED_MARK = re.compile(rf"(?<=[^\s\n])[ ]?{_RAISED}")
_COUNTED = 3
"""Page numbers that count up before they are taken for such."""

_SHORTEST_PAGE = 4
"""Lines between two page numbers; a page of Markdown may be a few long lines."""

_LONGEST_GAP = 2
"""Pages without a number that may lie between two that have one."""


def put_right(text: str, start: int) -> str:
    """Return a text with its footnotes at the end, under one heading, and without lines that number its pages.

    Args:
        text: Markdown with line feeds for line ends.
        start: Where the text after the front matter begins.
    """
    body, notes = _raised_notes(text[start:])
    body, defined = _defined_notes(body)
    body = _without_page_numbers(PICTURE.sub("", body))
    notes += defined
    if not notes:
        return text[:start] + body
    return f"{text[:start]}{body.rstrip()}\n\n# {FOOTNOTES}\n\n" + "\n\n".join(notes) + "\n"


def _defined_notes(body: str) -> tuple[str, list[str]]:
    """Take out ``[^1]: words`` and ``^[words]``, numbered as a page would show them."""
    order = list(dict.fromkeys(match["label"] for match in _REFERENCE.finditer(body)))
    found: dict[str, str] = {}

    def taken(match: re.Match[str]) -> str:
        found.setdefault(match["label"], " ".join(match["words"].split()))
        return "\n" * match.group().count("\n")

    body = _DEFINITION.sub(taken, body)
    numbered = all(label.isdecimal() for label in found)
    labels = sorted(found, key=lambda label: order.index(label) if label in order else len(order))
    notes = [
        f"{label if numbered else place} {found[label]}"
        for place, label in enumerate(labels, start=1)
        if found[label]
    ]
    inline = [" ".join(match["words"].split()) for match in _INLINE_NOTE.finditer(body)]
    notes += [f"{place} {words}" for place, words in enumerate(inline, start=len(notes) + 1)]
    return _INLINE_NOTE.sub("", body), notes


def _raised_notes(body: str) -> tuple[str, list[str]]:
    """Take out lines that begin with a raised label which the text has raised, too, and those marks."""
    marks = {_label(match) for match in _RAISED_MARK.finditer(body)}
    notes: list[str] = []
    answered: set[str] = set()

    def taken(match: re.Match[str]) -> str:
        label = _label(match)
        if label not in marks:
            return match.group()
        answered.add(label)
        notes.append(f"{label} {match['words'].strip()}")
        return ""

    body = _RAISED_NOTE.sub(taken, body)
    return _RAISED_MARK.sub(lambda match: "" if _label(match) in answered else match.group(), body), notes


def _label(match: re.Match[str]) -> str:
    return str(match["label"] or match["drawn"])


def _without_page_numbers(body: str) -> str:
    """Blank lines of their own that count up, and join the sentence that such a line broke."""
    lines = body.split("\n")
    alone = [
        (place, number)
        for place, line in enumerate(lines)
        if (number := page_number(line.strip())) is not None and not _beside(lines, place)
    ]
    chain = _chain(alone)
    if len(chain) < _COUNTED:
        return body
    for place in chain:
        lines[place] = ""
    for place in chain:
        _close_gap(lines, place)
    return "\n".join(lines)


def _beside(lines: list[str], place: int) -> bool:
    """Tell whether words stand right above or below a line."""
    return any(0 <= near < len(lines) and bool(lines[near].strip()) for near in (place - 1, place + 1))


def _chain(numbers: list[tuple[int, int]]) -> list[int]:
    """Return the lines of the longest run of numbers that count up page by page."""
    best: list[int] = []
    current: list[int] = []
    for (before, last), (place, number) in pairwise([(-_SHORTEST_PAGE, 0), *numbers]):
        if current and 0 < number - last <= _LONGEST_GAP and place - before >= _SHORTEST_PAGE:
            current.append(place)
        else:
            current = [place]
        best = max(best, current, key=len)
    return best


def _close_gap(lines: list[str], place: int) -> None:
    """Move the rest of a sentence up to its beginning, where a page's end stands between the two."""
    above = next((at for at in range(place - 1, -1, -1) if lines[at].strip()), None)
    below = next((at for at in range(place + 1, len(lines)) if lines[at].strip()), None)
    if above is None or below is None:
        return
    rest = lines[below].lstrip()
    if (
        rest[0].islower()
        and not ends_sentence(lines[above].rstrip())
        and not lines[above].lstrip().startswith("#")
    ):
        lines[above] = f"{lines[above].rstrip()} {rest}"
        lines[below] = ""
