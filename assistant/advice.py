"""What a model that the user brings may do: other wordings to search with, and which words come first.

An adviser is never quoted. It is asked for two things that can only choose among the library's own words: wordings
that widen a search, and the number of a candidate. Whether a question is answered is decided by the program's own
models on the user's own words. It is trusted with nothing: what it returns is bounded and checked here, whoever wrote
it, and after its first failure a question goes on as if there were none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from assistant.errors import AdviceFailed
from corpus.models import Passage
from index.models import Hit, Stage

MOST_WORDINGS = 3
"""Other wordings that widen one search; more would drown the question's own words."""
FUSION_K, OWN_WEIGHT = 10, 2.0
"""Of the fusion with what the wordings find: a constant small enough that the top of each ranking counts, and two
voices for the user's own words. Of twelve everyday questions over three treaties the right passage stood first in 9
alone, in 11 with wordings written by hand, in 9 with wordings about something else, and in 9 with the good wordings put
behind the question in one search, which led the cross-encoder astray in other cases."""
LEAST_FOUND = 10
"""Passages handed on where the question itself found fewer."""
LONGEST_WORDING = 200
"""Characters of a wording; a longer one is an essay, and is left out."""
MOST_CANDIDATES = 8
"""Candidates an adviser chooses among: those of the best passages, which the program itself found close."""
LONGEST_CANDIDATE = 1500
"""Characters of a candidate that an adviser reads; it is quoted whole all the same."""
REWORD, SEARCH, PICK = "advice_reword", "advice_search", "advice_pick"
"""Names of the stages. A failed one has the reason behind it: ``advice_pick_failed: timeout``."""

T = TypeVar("T")
R = TypeVar("R")
Search = Callable[[str], Sequence[Hit]]
Judge = Callable[[Sequence[Passage], Sequence[Hit]], Sequence[Hit]]


class Adviser(Protocol):
    """Advises on one question at a time; safe to call from several threads."""

    def reword(self, question: str) -> Sequence[str]:
        """Return other wordings of a question, the most telling first.

        Args:
            question: As it is searched: a follow-up carries the question before it.

        Raises:
            AdviceFailed: If there is no advice to be had.
        """
        ...

    def pick(self, question: str, candidates: Sequence[str]) -> int | None:
        """Return the place, from 0, of the candidate that answers best, or None if none stands out.

        Args:
            question: As it is searched.
            candidates: Words of the library, the program's own order, best first.

        Raises:
            AdviceFailed: If there is no advice to be had.
        """
        ...


class Consultation:
    """One question's dealings with an adviser: at most the two requests, none after the first failure.

    Args:
        adviser: Who is asked; None if nobody is, and then nothing changes and no stage is noted.
    """

    def __init__(self, adviser: Adviser | None) -> None:
        self._adviser = adviser
        self._stages: list[Stage] = []

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What was asked and how long it took, failures by their reason."""
        return tuple(self._stages)

    def hits(self, question: str, own: Sequence[Hit], search: Search, judge: Judge) -> tuple[Hit, ...]:
        """Return what a search found, widened by what other wordings of the question find.

        Each wording is searched for by itself: put behind the question, wordings lead the cross-encoder astray. What
        only they find is judged by the user's own words like all else, so that no wording can talk the program into
        an answer.

        Args:
            question: As it is searched.
            own: What it found, best first.
            search: Finds the passages for another wording, in the same documents.
            judge: Gives further passages the signals and scores of the user's own question, beside what it found.
        """
        adviser = self._adviser
        if adviser is None:
            return tuple(own)
        nothing: tuple[str, ...] = ()
        wordings = self._asked(REWORD, lambda: usable(question, adviser.reword(question)), nothing)
        if not wordings:
            return tuple(own)
        started = time.perf_counter()
        found = fused(own, [search(wording) for wording in wordings])
        known = {hit.passage.id: hit for hit in own}
        known |= {hit.passage.id: hit for hit in judge([one for one in found if one.id not in known], own)}
        self._stages.append(Stage(SEARCH, (time.perf_counter() - started) * 1000))
        return tuple(known[passage.id] for passage in found)

    def ordered(self, question: str, items: Sequence[T], words: Callable[[T], str]) -> list[T]:
        """Return all items, the one picked first and the others as they were.

        Args:
            question: As it is searched.
            items: The program's own order, best first.
            words: Gives the words of the library that an item stands for.
        """
        adviser, shown = self._adviser, [words(item)[:LONGEST_CANDIDATE] for item in items[:MOST_CANDIDATES]]
        if adviser is None or len(shown) < 2:  # noqa: PLR2004 - of one there is nothing to choose
            return list(items)
        place = self._asked(PICK, lambda: within(adviser.pick(question, shown), len(shown)), None)
        return put_first(items, place)

    def _asked(self, name: str, ask: Callable[[], R], otherwise: R) -> R:
        """Ask, note the stage, and let no failure further than the note."""
        started = time.perf_counter()
        try:
            given, note = ask(), name
        except AdviceFailed as failure:
            self._adviser, given, note = None, otherwise, f"{name}_failed: {failure.why}"
        self._stages.append(Stage(note, (time.perf_counter() - started) * 1000))
        return given


def usable(question: str, wordings: Sequence[str]) -> tuple[str, ...]:
    """Return the wordings that may widen a search: short ones in words, each once, none the question itself."""
    seen = {question.casefold()}
    kept: list[str] = []
    for wording in wordings:
        line = " ".join("".join(c if c.isprintable() else " " for c in wording).split())
        if len(line) <= LONGEST_WORDING and any(c.isalnum() for c in line) and line.casefold() not in seen:
            seen.add(line.casefold())
            kept.append(line)
    return tuple(kept[:MOST_WORDINGS])


def within(place: int | None, count: int) -> int | None:
    """Return a place among ``count`` candidates as it is.

    Raises:
        AdviceFailed: If there is no such candidate.
    """
    if place is not None and not 0 <= place < count:
        raise AdviceFailed(
            "number", f"expected the number of one of {count} candidates, found another. Use another model"
        )
    return place


def put_first(items: Sequence[T], place: int | None) -> list[T]:
    """Return all items, the one at ``place`` before the others; in their own order if it is None."""
    if place is None:
        return list(items)
    return [items[place], *items[:place], *items[place + 1 :]]


def fused(own: Sequence[Hit], others: Sequence[Sequence[Hit]]) -> list[Passage]:
    """Return passages fused from what the question itself found and what its other wordings found, best first.

    Reciprocal rank fusion, ``score = sum of weight / (FUSION_K + rank)`` with ranks from 1; as many passages as the
    question found, and at least ``LEAST_FOUND`` where there are so many.
    """
    scores: dict[str, float] = {}
    passages: dict[str, Passage] = {}
    for hits, weight in [(own, OWN_WEIGHT), *((hits, 1.0) for hits in others)]:
        for rank, hit in enumerate(hits, start=1):
            passages.setdefault(hit.passage.id, hit.passage)
            scores[hit.passage.id] = scores.get(hit.passage.id, 0.0) + weight / (FUSION_K + rank)
    order = sorted(passages, key=lambda one: -scores[one])
    return [passages[one] for one in order[: max(len(own), LEAST_FOUND)]]
