"""Which blocks of a page are headings, where the format does not say so outright.

Officials set headings as bold or centred paragraphs more often than as headings. Bold alone proves nothing
(signatures, defined terms), so such a block counts as a heading only by its own words or by its neighbours: the
number of a division, the title printed right below or above one, or the title of the whole before any text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

WEAK_LEVEL = 4
"""Level of a heading that only its type shows: below the format's own headings of parts and chapters."""

_TITLE_LEVEL = 1
_LONGEST = 200
_LABEL = re.compile(
    r"(?:article|art\.|part|chapter|section|sub-?section|title|annex|appendix|schedule|protocol|preamble|rule"
    r"|regulation|book|division)\b",
    re.IGNORECASE,
)
_LABEL_ONLY = re.compile(
    r"(?:article|art\.|part|chapter|section|sub-?section|title|annex|appendix|schedule|rule|regulation|book|division)"
    r"[ ]+(?:\d{1,3}(?:\.\d{1,3})?|[IVXLC]{1,7}|[A-Z]|[a-z]+)[ ]?(?:bis|ter|quater)?[.:]?"
    r"|(?:annex|appendix|preamble)[.:]?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;:,]$")
_LETTER = re.compile(r"[^\W\d_]")


class Block(NamedTuple):
    """A block of text: its words, the level its format gives it or None, and whether its type sets it off."""

    text: str
    level: int | None = None
    set_off: bool = False


def heading_levels(blocks: Sequence[Block]) -> list[int | None]:
    """Return the heading level of each block; None for text."""
    found = [block.level for block in blocks]
    begun = False
    for place, block in enumerate(blocks):
        if block.level is None and block.set_off and _may_be(block.text):
            found[place] = _level(blocks, found, place, begun=begun)
        begun = begun or bool(_LABEL.match(block.text)) or (found[place] is None and not block.set_off)
    return found


def is_division_label(words: str) -> bool:
    """Tell whether a line is the number of a division and nothing else."""
    return bool(_LABEL_ONLY.fullmatch(words))


def _may_be(text: str) -> bool:
    return len(text) <= _LONGEST and "\n" not in text and "\t" not in text and bool(_LETTER.search(text))


def _level(blocks: Sequence[Block], found: list[int | None], place: int, *, begun: bool) -> int | None:
    text = blocks[place].text
    if _LABEL.match(text):
        return WEAK_LEVEL
    if _SENTENCE_END.search(text):
        return None
    if not begun:
        return _TITLE_LEVEL
    before = blocks[place - 1].text if place and found[place - 1] is not None else ""
    after = blocks[place + 1] if place + 1 < len(blocks) else Block("")
    if is_division_label(before) or (_LABEL.match(after.text) and (after.set_off or after.level)):
        return WEAK_LEVEL
    return None
