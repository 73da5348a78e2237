"""A PDF's bookmarks, held against its lines: they say which lines are headings, and how the headings rank."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.readers.lines import Line

_MOST = 5_000
"""Bookmarks looked at; a treaty has one an article at most."""

_NOT_A_WORD = re.compile(r"[\W_]+")
_LONGEST = 6
"""Lines that one heading may take."""

Bookmark = tuple[int, str, int]
"""Page from 0, words, level from 1."""


def bookmarks_of(document: pypdfium2.PdfDocument) -> list[Bookmark]:
    """Return the bookmarks of a document that point to a page; none if the outline is damaged."""
    found: list[Bookmark] = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        page = None if target is None else target.get_index()
        if page is not None:
            found.append((page, bookmark.get_title(), bookmark.level + 1))
        if len(found) >= _MOST:
            break
    return found


def heading_lines(lines: Sequence[Line], bookmarks: Sequence[Bookmark]) -> dict[Line, int]:
    """Find the lines that bookmarks name, with their levels.

    A bookmark's words may stand on several lines; a line that says more than its bookmark is no heading.
    """
    pages: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    found: dict[Line, int] = {}
    for page, title, level in bookmarks:
        wanted = _letters(title)
        for near in (page, page + 1, page - 1):
            matched = _match(pages.get(near, []), wanted) if wanted else []
            if matched:
                found.update(dict.fromkeys(matched, level))
                break
    return found


def _match(lines: list[Line], wanted: str) -> list[Line]:
    for place, line in enumerate(lines):
        if not wanted.startswith(_letters(line.text) or "\0"):
            continue
        words = ""
        for end in range(place, min(place + _LONGEST, len(lines))):
            words += _letters(lines[end].text)
            if words == wanted:
                return lines[place : end + 1]
            if not wanted.startswith(words):
                break
    return []


def _letters(text: str) -> str:
    return _NOT_A_WORD.sub("", text).casefold()
