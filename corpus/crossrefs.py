"""Cross-references in a provision's own words: "paragraph 2 of this article", "articles 5 to 7", "Annex II".

A question names an address from outside (``references``); a provision speaks from where it stands, so half of its
references are relative, and many speak of another instrument. Here they are only read: where the words stand, which
steps of an address they name, and which instrument they say it is in; ``targets`` finds what stands there. Words
whose instrument cannot be told ("article 5 of its rules") are read as such, so that nobody takes them for the
treaty's own article 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from corpus.enumerations import AND, OPENS, ORDER, PLACED, Component, Step, Unit, component_at, items_at
from corpus.instruments import NOUN, name_at
from corpus.models import Span

if TYPE_CHECKING:
    from collections.abc import Sequence


class Whose(StrEnum):
    """Which instrument a reference says it speaks of."""

    OWN = "own"
    NAMED = "named"
    UNKNOWN = "unknown"
    EITHER = "either"
    """Its own, or the one named after the next reference: "article 5 and article 6 of the Convention"."""


@dataclass(frozen=True, slots=True)
class CrossReference:
    """Words that refer to a provision.

    Attributes:
        span: Where they stand in the document.
        steps: The address they name, highest step first.
        through: The last number of a range ("articles 5 to 7" names article 5 through 7), or an empty string.
        whose: Which instrument the address is in.
        instrument: What that instrument is called: ``Convention``, or a whole name; empty where nothing is said.
            Of ``EITHER``, the other one.
    """

    span: Span
    steps: tuple[Step, ...]
    through: str = ""
    whose: Whose = Whose.OWN
    instrument: str = ""


_GAP = re.compile(r"\s*,\s*|\s+|")
_OF = re.compile(r"\s*,?\s+(?:of|in|to)\s+", re.IGNORECASE)
_ABOVE = re.compile(r"\s*,?\s*(?:here(?:in)?)?(?:above|below)(?![\w-])|\s+hereof\b", re.IGNORECASE)
_OWN = re.compile(rf"\s*,?\s+(?:of|to|in)\s+(?:this|the\s+present|these)\s+(?P<noun>{NOUN})\b", re.IGNORECASE)
_TAIL = re.compile(r"\s*,?\s+(?P<joint>of|to|in|under)\s+", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\s+(?P<name>[A-Z][A-Za-z]*[A-Z]{2,})\b")
_THEREOF = re.compile(r"\s+(?:thereof|thereto|therein)\b", re.IGNORECASE)
_JOINED = re.compile(
    r"\s*,?\s*(?:and/or|and|or|as\s+well\s+as)?\s*(?:(?:with|of|in|under|to)\s+)?", re.IGNORECASE
)
_FOREIGN_BEFORE = re.compile(
    rf"\b(?:{NOUN}|document|agenda)\s+(?:No\.\s*)?(?:[IVXLC]+|[\w./()-]*\d[\w./()-]*)\s*,?\s+(?:in\s+particular\s+)?\Z"
    r"|\bits\s+\Z",
    re.IGNORECASE,
)
"""Another instrument named before the reference: "resolution 12, paragraph 3", "and its article 5"."""
_REACH_BEFORE = 60
"""Characters before a reference in which that is looked for."""


@dataclass(slots=True)
class _Chain:
    """Addresses said in one breath.

    Attributes:
        rows: Each goes down: "articles 5, paragraph 2, and 6" has a row of two components and one of one.
        up: What all of them are said to be of: "of Annex I".
    """

    rows: list[list[Component]]
    up: list[Component] = field(default_factory=list)
    end: int = 0

    @property
    def start(self) -> int:
        return self.rows[0][0].start

    @property
    def top(self) -> Component:
        return self.up[-1] if self.up else self.rows[0][0]


def crossrefs_in(text: str, span: Span) -> tuple[CrossReference, ...]:
    """Return the references within ``span``, in order; their spans do not overlap.

    Args:
        text: The document's canonical text.
        span: Words of one provision.
    """
    found: list[CrossReference] = []
    at = span.start
    while opening := OPENS.search(text, at, span.end):
        chain = _chain(text, opening.start(), span.end)
        at = opening.end()
        if chain is None:
            continue
        whose, instrument, end = _tail(text, chain, span.end)
        if whose is Whose.OWN and not instrument and _of_other(text, span, chain):
            whose = Whose.UNKNOWN
        read = [replace(one, whose=whose, instrument=instrument) for one in _references(chain, end)]
        if whose is Whose.NAMED:
            found = _doubted(text, found, read[0])
        found += read
        at = max(end, at)
    return tuple(found)


def _of_other(text: str, span: Span, chain: _Chain) -> bool:
    """Tell whether another instrument is named right before a chain."""
    reach = max(span.start, chain.start - _REACH_BEFORE)
    return _FOREIGN_BEFORE.search(text, reach, chain.start) is not None


def _doubted(text: str, found: list[CrossReference], other: CrossReference) -> list[CrossReference]:
    """Return ``found``, those doubted that may be of the instrument named next: "article 5 and article 6 of X"."""
    kept, start = list(found), other.span.start
    for place in range(len(kept) - 1, -1, -1):
        last = kept[place]
        relative = last.steps[0].unit in (Unit.PARAGRAPH, Unit.POINT) or last.steps[0].number in PLACED
        joined = _JOINED.fullmatch(text, last.span.end, start)
        if not joined or relative or last.whose is not Whose.OWN or last.instrument:
            break
        kept[place] = replace(last, whose=Whose.EITHER, instrument=other.instrument)
        start = last.span.start
    return kept


# -- reading one reference


def _chain(text: str, at: int, end: int) -> _Chain | None:
    first = component_at(text, at, end)
    if first is None:
        return None
    chain = _Chain([_row(text, first, end)])
    while (following := _following(text, chain.rows[-1], end)) is not None:
        chain.rows.append(_row(text, following, end))
    chain.end = _past(_ABOVE, text, chain.rows[-1][-1].end, end)
    while (above := _above(text, chain, end)) is not None:
        chain.up.append(above)
        chain.end = _past(_ABOVE, text, above.end, end)
    return chain


def _row(text: str, first: Component, end: int) -> list[Component]:
    """Return a component and those below it: "article 5, paragraph 2, subparagraph (a)"."""
    row = [first]
    while not row[-1].items[-1].through:
        gap = _GAP.match(text, row[-1].end, end)
        below = component_at(text, gap.end(), end, row[-1]) if gap else None
        if below is None or below.placed or not below.within(row[-1]):
            break
        row.append(below)
    return row


def _following(text: str, row: Sequence[Component], end: int) -> Component | None:
    """Return the rest of a list that goes on after what stands below one of its numbers: ", and 6, paragraph 3"."""
    for upper in reversed(row[:-1]):
        gap = AND.match(text, row[-1].end, end) if upper.plural else None
        items = items_at(text, gap.end(), end, upper.unit) if gap else []
        if items:
            return replace(upper, start=items[0].start, items=tuple(items))
    return None


def _above(text: str, chain: _Chain, end: int) -> Component | None:
    joint = _OF.match(text, chain.end, end)
    found = component_at(text, joint.end(), end) if joint else None
    return found if found is not None and chain.top.within(found) and not chain.top.placed else None


def _references(chain: _Chain, end: int) -> list[CrossReference]:
    """Return one reference for each number of a chain, with the steps above and below that they share."""
    made: list[CrossReference] = []
    for row in chain.rows:
        above = [step for part in chain.up for step in part.steps(part.items[0])]
        start = row[0].start
        for part, item in ((component, item) for component in row for item in component.items):
            start = start if item is part.items[0] else item.start
            steps = sorted((*above, *part.steps(item)), key=lambda step: ORDER.index(step.unit))
            if item is part.items[-1] and part is not row[-1]:
                above = steps  # the component below goes on from here
            else:
                made.append(CrossReference(Span(start, item.end), tuple(steps), item.through))
    return [*made[:-1], replace(made[-1], span=Span(made[-1].span.start, end))]


# -- whose address it is


def _tail(text: str, chain: _Chain, end: int) -> tuple[Whose, str, int]:
    """Return which instrument the words after a chain say it is of, what it is called, and where those words end."""
    at = chain.end
    if own := _OWN.match(text, at, end):
        return Whose.OWN, own["noun"].title(), own.end()
    if chain.top.placed:
        return Whose.OWN, "", at
    if short := _ABBREVIATION.match(text, at, end):
        return Whose.NAMED, short["name"], short.end()
    tail = _TAIL.match(text, at, end)
    name = name_at(text, tail.end(), end) if tail else None
    if name is not None:
        return Whose.NAMED, name.words, name.end
    return (Whose.UNKNOWN if _of_another(text, chain, tail, end) else Whose.OWN), "", at


def _of_another(text: str, chain: _Chain, tail: re.Match[str] | None, end: int) -> bool:
    """Tell whether what follows is something we have no name for: "article 5 of its rules", "article 5 thereof"."""
    if tail is None:
        return _THEREOF.match(text, chain.end, end) is not None
    joint = tail["joint"].lower()
    return joint == "of" or (joint == "to" and chain.top.unit is Unit.ANNEX)


def _past(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    match = pattern.match(text, at, end)
    return match.end() if match else at
