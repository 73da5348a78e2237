"""From canonical text to the provision tree.

A text with three article headings or more in rising order (``articles``) is read as a treaty (``outline``, then
``paragraphs`` within each article); a guide, and any other text, as sections and paragraphs (``sections``).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from corpus.articles import find_articles
from corpus.contents import without_leaders
from corpus.lines import Line, lines_of
from corpus.models import Document, Kind, Level, Provision
from corpus.outline import Outline
from corpus.paragraphs import divide
from corpus.sections import sections
from corpus.tree import Node, freeze

VERSION = "4"
"""Goes into the index manifest: another version means other provisions, so the index is cut anew. A test
(``tests/corpus/test_as_cut.py``) fails where they are others and the version is the same."""

_ABOUT_OTHERS = (Kind.GUIDE, Kind.EXPLANATORY_REPORT)
"""Texts whose headings name the articles of another text."""
_DIVIDED = (Level.ARTICLE, Level.ANNEX, Level.CLOSING, Level.DIVISION, Level.SECTION)
_NUMBERED = re.compile(r"\((?P<number>\d{1,3})\)\s")
"""The number of a recital, where they have one."""
_RECITAL = re.compile(
    r"(?:(?<=[;,])\s+(?:and\s+|AND\s+)?(?=[A-Z][a-z]+(?:ing|ed|ful|ous|ware)\b|[A-Z]{3,}(?:ING|ED|FUL|OUS|WARE)\b"
    r"|W(?:hereas|HEREAS)\b)|(?<=[;,])\n+(?=[A-Z])|\n\n+(?=[A-Z]|\(\d{1,3}\)\s)|\n(?=\(\d{1,3}\)\s))"
    r"(?!(?:H(?:ave|AVE)|H(?:ereby|EREBY))\b)"
)
"""Where a recital begins; the words of agreement ("Have agreed …") are none."""


def parse(document: Document) -> Provision:
    """Return the document's tree; its leaves tile the canonical text.

    Args:
        document: A document with at least one character of text.
    """
    lines = lines_of(document)
    articles = None if document.kind in _ABOUT_OTHERS else find_articles(lines, document.text)
    if articles is None:
        return freeze(sections(document, without_leaders(lines)), document.id, document.text)
    root = Outline(document, articles).build()
    _fill(root, document.text, len(document.text), articles.lines)
    return freeze(root, document.id, document.text)


def _fill(node: Node, text: str, end: int, lines: list[Line]) -> None:
    """Divide every article, preamble, annex and final formula of the outline."""
    ends = [*(child.start for child in node.children[1:]), end][: len(node.children)]
    for child, child_end in zip(node.children, ends, strict=True):
        if child.level is Level.PREAMBLE:
            _recitals(child, text, child_end)
        elif child.children:
            _fill(child, text, child_end, lines)
        elif child.level in _DIVIDED:
            divide(child, text, child_end, _within(lines, child.body, child_end))


def _within(lines: list[Line], start: int, end: int) -> list[Line]:
    first = bisect_left(lines, start, key=lambda line: line.end)
    last = bisect_left(lines, end, key=lambda line: line.start)
    return [line for line in lines[first:last] if line.end > start]


def _recitals(preamble: Node, text: str, end: int) -> None:
    """Number the recitals: each opens with a participle after a comma or semicolon, or on its own line."""
    while end > preamble.body and text[end - 1].isspace():
        end -= 1
    starts = [m.end() for m in _RECITAL.finditer(text, preamble.body, end) if m.end() < end]
    printed = [(start, match) for start in starts if (match := _NUMBERED.match(text, start, end))]
    if len(printed) > 1:
        found = [(match["number"], start, match.end()) for start, match in printed]
    else:
        found = [(str(number), start, start) for number, start in enumerate(starts, start=1)]
    preamble.children += [Node(Level.RECITAL, name, start, body) for name, start, body in found]
