"""Sentence boundaries of legal English, as spans of the canonical text.

nupunkt knows the abbreviations of legal writing (``art.``, ``No.``, ``Doc.``) and is deterministic. A line
break always ends a sentence too: canonical text has one paragraph a line.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nupunkt

from corpus.models import Span

_LINE = re.compile(r"[^\n]+")


def sentences(text: str, span: Span) -> list[Span]:
    """Return the sentences within ``span``, without surrounding blanks, in order."""
    found = []
    for line in _LINE.finditer(text, span.start, span.end):
        for start, end in _split(line.group()):
            trimmed = trim(text, line.start() + start, line.start() + end)
            if trimmed is not None:
                found.append(trimmed)
    return found


@lru_cache(maxsize=4096)
def _split(line: str) -> tuple[tuple[int, int], ...]:
    return tuple(nupunkt.sent_spans(line))


def trim(text: str, start: int, end: int) -> Span | None:
    """Return the span without blanks at either end, or None if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
