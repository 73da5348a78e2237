"""Tables of contents: lines that name provisions and are none.

They come with dot leaders, with page numbers alone, or bare. The first kind shows itself; the others are known
by what they are: headings one upon the other, and every one of them stands in the text once more, followed by
words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.headings import Label
from corpus.lines import Line

_LEADERS = re.compile(r"(?:\.\s?){5}|…\s?…\s?\d|_{5}\s{0,9}\d{1,4}$")
_GAP = 4
"""Lines without dot leaders that may stand between two with them and still belong to a table of contents."""
_PAGE = re.compile(r"[\s.…_·]*+\d{1,4}$")
_BARE = re.compile(r"\S+\s+\S+")
_NOT_SAID = re.compile(r"[^a-z0-9]+")
_DENSE = 220
"""Characters from one entry to the next: a long heading, or one with a division's heading before it."""
_FEWEST = 3
_REPEATED = 0.6
"""Share of entries that stand in the text once more: headings are abridged or misprinted in tables."""
_LONGEST_ENTRY = 200
_LINES_BEFORE = 12
"""Headings of divisions may stand before the first entry."""
_TITLE = re.compile(r"(?:table of )?(?:contents|articles)|index", re.IGNORECASE)
_DIVIDED = re.compile(r"\s(?:PART|Part|CHAPTER|Chapter|TITLE|Title|SECTION|Section|ANNEX|Annex|Page)\b")


def without_leaders(lines: Sequence[Line]) -> list[Line]:
    """Drop runs of lines with dot leaders, and the few lines between them that lost theirs."""
    leading = [i for i, line in enumerate(lines) if _LEADERS.search(line.text)]
    dropped: set[int] = set()
    for first, last in pairwise(leading):
        if last - first <= _GAP:
            dropped.update(range(first, last + 1))
    return _without(lines, dropped)


def without_tables(lines: Sequence[Line], label: Callable[[Line], Label | None]) -> list[Line]:
    """Drop tables of contents whose entries read like the headings that ``label`` knows."""
    labelled = [i for i, line in enumerate(lines) if label(line)]
    dropped: set[int] = set()
    for stretch in _dense(lines, labelled):
        if _repeats(lines, stretch, labelled):
            dropped.update(_whole_table(lines, stretch))
    return _without(lines, dropped)


def _without(lines: Sequence[Line], dropped: set[int]) -> list[Line]:
    """Return the lines left; what follows a table opens a block."""
    kept = []
    for i, line in enumerate(lines):
        if i not in dropped:
            kept.append(replace(line, opens=True, fresh=True) if i - 1 in dropped else line)
    return kept


def _dense(lines: Sequence[Line], labelled: list[int]) -> list[list[int]]:
    """Return the runs of labels that stand close upon one another, no sentence between."""
    stretches: list[list[int]] = []
    for i in labelled:
        if stretches and _close(lines[stretches[-1][-1] : i + 1]):
            stretches[-1].append(i)
        else:
            stretches.append([i])
    return [stretch for stretch in stretches if len(stretch) >= _FEWEST]


def _close(lines: Sequence[Line]) -> bool:
    """Tell whether nothing stands between the first line and the last but headings."""
    if lines[-1].start - lines[0].start > _DENSE:
        return False
    between = [_unpaged(line.text) for line in lines[:-1]]
    return not any(text.endswith((",", ":", ";")) for text in between) and not any(
        line.ends_sentence and " " in line.text.strip() and not _BARE.fullmatch(line.text)
        for line in lines[1:-1]
    )


def _repeats(lines: Sequence[Line], stretch: list[int], labelled: list[int]) -> bool:
    """Tell whether most entries stand elsewhere too, as the beginning of a label's heading and words."""
    entries = [
        _entry(lines, i, upto) for i, upto in zip(stretch, [*stretch[1:], stretch[-1] + 2], strict=True)
    ]
    within = set(stretch)
    elsewhere = sorted(_said(lines, i) for i in labelled if i not in within)
    found = sum(_begins_one(entry, elsewhere) for entry in entries)
    return found >= max(_REPEATED * len(entries), _FEWEST)


def _entry(lines: Sequence[Line], i: int, upto: int) -> str:
    """Return what an entry says: its line, and the heading on the next one, without page numbers."""
    alone = _BARE.fullmatch(lines[i].text.strip(" .:")) and i + 1 < min(upto, len(lines))
    texts = [lines[i].text, lines[i + 1].text] if alone else [lines[i].text]
    texts = [_DIVIDED.split(f" {text}")[0] for text in texts]
    texts[-1] = texts[-1] if len(texts) == 1 and _BARE.fullmatch(texts[0]) else _unpaged(texts[-1])
    return _plain(" ".join(texts))


def _said(lines: Sequence[Line], i: int) -> str:
    return _plain(" ".join(line.text[:_LONGEST_ENTRY] for line in lines[i : i + 3]))


def _plain(text: str) -> str:
    return _NOT_SAID.sub("", text[:_LONGEST_ENTRY].lower())


def _begins_one(entry: str, said: list[str]) -> bool:
    place = bisect_left(said, entry)
    return bool(entry) and place < len(said) and said[place].startswith(entry)


def _whole_table(lines: Sequence[Line], stretch: list[int]) -> range:
    """Return the lines from the table's title, or its first entry, to its last, which may name an annex."""
    first, last = stretch[0], stretch[-1]
    before = range(first - 1, max(first - _LINES_BEFORE, -1), -1)
    first = next((i for i in before if _TITLE.fullmatch(lines[i].text.strip(" :."))), first)
    said = Counter(_heading(line) for line in lines[last:])
    while last + 1 < len(lines) and said[_heading(lines[last + 1])] > 1:
        last += 1
    return range(first, last + 1)


def _heading(line: Line) -> str:
    """Return what a line says if it could be an entry, without its page number; otherwise nothing twice."""
    if line.ends_sentence or len(line.text) > _LONGEST_ENTRY:
        return str(line.start)
    return _plain(_unpaged(line.text)) or str(line.start)


def _unpaged(text: str) -> str:
    """Return a line without the page number at its end; longer lines than an entry have none."""
    return text if len(text) > _LONGEST_ENTRY else _PAGE.sub("", text)
