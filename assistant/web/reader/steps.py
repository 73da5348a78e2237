"""From quote to quote: where one stands among those of the conversation, and which come before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.web.ask.turns import shown_quotes

if TYPE_CHECKING:
    from assistant.models import Quote
    from assistant.web.ask.turns import Turns


@dataclass(frozen=True, slots=True)
class Step:
    """A quote by its numbers: the turn, and the quote within it, both from 0."""

    turn: int
    quote: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands.

    Attributes:
        number: Its number, from 1.
        count: How many there are.
        before: The one before it; None for the first.
        after: The one after it; None for the last.
    """

    number: int
    count: int
    before: Step | None
    after: Step | None


def place_of(quote: Quote, turns: Turns) -> Place | None:
    """Return where a quote stands among those shown in the conversation, words quoted twice counted once.

    Returns:
        The place, or None if it is not among them or there is no other.
    """
    steps: dict[object, Step] = {}
    for turn, asked in enumerate(turns):
        for number, one in enumerate(shown_quotes(asked.answer)):
            steps.setdefault(_words(one), Step(turn, number))
    if len(steps) < 2 or _words(quote) not in steps:  # noqa: PLR2004 - of one there is no next
        return None
    order = list(steps.values())
    at = list(steps).index(_words(quote))
    after = order[at + 1] if at + 1 < len(order) else None
    return Place(at + 1, len(order), order[at - 1] if at else None, after)


def _words(quote: Quote) -> object:
    """Return what makes two quotes one: the same words of the same document."""
    return quote.document_id, quote.sha256, quote.segments
