"""From canonical text to the provision tree.

A text with three article headings or more in rising order is read as a treaty (``outline``, then
``paragraphs`` within each article); a guide, and any other text, as sections and paragraphs (``sections``).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from corpus.lines import Line, lines_of
from corpus.models import Document, Kind, Level, Provision
from corpus.outline import MIN_ARTICLES, Outline, article_label
from corpus.paragraphs import divide
from corpus.sections import sections
from corpus.tree import Node, freeze

VERSION = "2"
"""Goes into the index manifest: another version means other provisions, so the index is built anew."""

_RECITAL = re.compile(
    r"(?:(?<=[;,])\s+(?:and\s+)?(?=[A-Z][a-z]+(?:ing|ed|ful|ous|ware)\b)|(?<=[;,])\n+(?=[A-Z])|\n\n+(?=[A-Z]))"
    r"(?!H(?:ave|AVE)\b)"
)
"""Where a recital begins; the words of agreement ("Have agreed …") are none."""


def parse(document: Document) -> Provision:
    """Return the document's tree; its leaves tile the canonical text.

    Args:
        document: A document with at least one character of text.
    """
    lines = lines_of(document)
    if document.kind is Kind.GUIDE or not is_treaty(lines):
        return freeze(sections(document, lines), document.id, document.text)
    root = Outline(document, lines).build()
    _fill(root, document.text, len(document.text), lines)
    return freeze(root, document.id, document.text)


def is_treaty(lines: list[Line]) -> bool:
    """Tell whether the lines have enough article headings in rising order to be read as a treaty.

    The longest rising series is counted, so that one stray reference to article 103 spoils nothing.
    """
    rising: list[float] = []
    for line in lines:
        label = article_label(line)
        if label is not None:
            place = bisect_left(rising, label.number)
            rising[place : place + 1] = [label.number]
    return len(rising) >= MIN_ARTICLES


def _fill(node: Node, text: str, end: int, lines: list[Line]) -> None:
    """Divide every article, preamble, annex and final formula of the outline."""
    ends = [*(child.start for child in node.children[1:]), end][: len(node.children)]
    for child, child_end in zip(node.children, ends, strict=True):
        if child.level is Level.PREAMBLE:
            _recitals(child, text, child_end)
        elif child.children:
            _fill(child, text, child_end, lines)
        elif child.level in (Level.ARTICLE, Level.ANNEX, Level.CLOSING, Level.DIVISION):
            divide(child, text, child_end, _within(lines, child.body, child_end))


def _within(lines: list[Line], start: int, end: int) -> list[Line]:
    first = bisect_left(lines, start, key=lambda line: line.end)
    last = bisect_left(lines, end, key=lambda line: line.start)
    return [line for line in lines[first:last] if line.end > start]


def _recitals(preamble: Node, text: str, end: int) -> None:
    """Number the recitals: each opens with a participle after a comma or semicolon, or on its own line."""
    starts = [m.end() for m in _RECITAL.finditer(text, preamble.body, end) if text[m.end() : end].strip()]
    for number, start in enumerate(starts, start=1):
        preamble.children.append(Node(Level.RECITAL, str(number), start, start))
