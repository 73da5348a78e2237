"""The turns of a conversation: a question and what has come of it, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.models import Answer, Declined, Quote

if TYPE_CHECKING:
    from assistant.web.ask.kept import KeptTurn, Mark

MOST_TURNS = 60
"""Turns of one conversation; of a longer one the first are let go of."""


class Why(StrEnum):
    """Why a quote that was kept cannot be shown again."""

    GONE = "gone"
    """Its document is not in the library any more."""
    CHANGED = "changed"
    """Its document is not the one it was quoted from, letter for letter."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A quote that was kept and cannot be shown again: where it stood, and why."""

    mark: Mark
    why: Why


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far: an answer, trouble, or progress towards them.

    Attributes:
        question: As it was asked.
        progress: What is being done about it, where nothing has come of it yet.
        trouble: Why there is no answer, where asking failed.
        stopped: Whether the visitor stopped it.
        liked: What the visitor thinks of the outcome; None if they have not said.
        lost: Quotes of it that were kept in the browser and cannot be shown again.
        kept: The turn as it came from the browser, until the library is there to show it from.
    """

    question: str
    answer: Answer | None = None
    progress: str = ""
    trouble: str = ""
    stopped: bool = False
    liked: bool | None = None
    lost: tuple[Lost, ...] = ()
    kept: KeptTurn | None = None


Turns = tuple[Turn, ...]


def shown_quotes(answer: Answer | None) -> tuple[Quote, ...]:
    """Return the quotes a turn shows, in order: those of the answer, or those nearest to one."""
    if answer is None:
        return ()
    return answer.nearest if isinstance(answer, Declined) else answer.quotes


def turn_at(turns: Turns, number: object) -> Turn | None:
    """Return a turn by the number the browser sent, which is not trusted, or None where there is none."""
    # a bool is an int to Python, and not a number to us
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(turns):
        return None
    return turns[number]


def quote_at(turns: Turns, turn: object, quote: object) -> Quote | None:
    """Return a quote by the numbers the browser sent, which are not trusted, or None where there is none."""
    found = turn_at(turns, turn)
    quotes = shown_quotes(found.answer) if found is not None else ()
    return quotes[quote] if isinstance(quote, int) and 0 <= quote < len(quotes) else None
