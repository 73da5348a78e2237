"""Two copies of one text set side by side: which letter of the one is which letter of the other.

A document's canonical text and the letters drawn on its pages differ: hyphens at line ends, ligatures, blanks, running
heads, note marks, and the order of columns, cells and notes. What they share is letters in long runs. So only letters
and digits are compared, in one plain form, and not in order: long runs that each copy holds once are paired first,
and what lies between two of them is looked for beside them. A letter that finds no partner so has none.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEED = 12
"""Letters of a run that must stand once in each copy to pair it: two or three words."""

REACH = 160
"""Letters beside a paired run in which the rest of a line is looked for: two printed lines."""

_LONGEST_GAP = 400
"""Letters of a gap that is looked into; a longer one is text that the other copy does not hold."""

_FEWEST = 3
"""Letters that may be paired by being next to a paired run; fewer are found anywhere."""

NONE = -1


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text in plain form (NFKD, case folded, no accents).

    Attributes:
        plain: The letters.
        places: For each, the offset of the character it comes from; a ligature gives several letters one place.
    """

    plain: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int = 0) -> Letters:
        """Read the letters of ``text``, whose first character stands at ``start``."""
        plain: list[str] = []
        places: list[int] = []
        for place, character in enumerate(text, start):
            for letter in _plain(character):
                plain.append(letter)
                places.append(place)
        return cls("".join(plain), tuple(places))


def _plain(character: str) -> Iterator[str]:
    if character.isascii():
        if character.isalnum():
            yield character.lower()
        return
    for part in unicodedata.normalize("NFKD", character).casefold():
        if part.isalnum():
            yield part


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of letters that both copies hold."""

    first: int
    second: int
    length: int


def collate(first: str, second: str) -> list[int]:
    """Pair the letters of two copies, each with at most one of the other.

    Args:
        first: Letters of one copy, as ``Letters.plain`` gives them.
        second: Letters of the other.

    Returns:
        For each letter of ``first``, the place of its partner in ``second``, or ``NONE``.
    """
    pairs = _Pairs(first, second)
    for run in sorted(_unique_runs(first, second), key=lambda run: (-run.length, run.first)):
        pairs.claim(run)
    for start, end in list(pairs.gaps()):
        pairs.fill(start, end)
    return pairs.partner


def _unique_runs(first: str, second: str) -> Iterator[_Run]:
    """Yield the longest runs around each stretch of ``SEED`` letters that stands once in both copies."""
    ours, theirs = _once(first), _once(second)
    reached: dict[int, int] = {}
    for seed, here in ours.items():
        there = theirs.get(seed)
        if there is None or reached.get(there - here, NONE) > here:
            continue
        start = here
        while start and there - (here - start) and first[start - 1] == second[there - (here - start) - 1]:
            start -= 1
        end, limit = here, min(len(first), len(second) - there + here)
        while end < limit and first[end] == second[there + end - here]:
            end += 1
        reached[there - here] = end
        yield _Run(start, there - (here - start), end - start)


def _once(letters: str) -> dict[str, int]:
    """Return the stretches of ``SEED`` letters that stand once, in order, with their places."""
    found: dict[str, int] = {}
    for place in range(len(letters) - SEED + 1):
        seed = letters[place : place + SEED]
        found[seed] = NONE if seed in found else place
    return {seed: place for seed, place in found.items() if place != NONE}


class _Pairs:
    """The letters paired so far."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        self.partner = [NONE] * len(first)
        self._taken = [False] * len(second)

    def claim(self, run: _Run) -> None:
        """Pair the letters of a run that are still free on both sides."""
        for step in range(run.length):
            if self.partner[run.first + step] == NONE and not self._taken[run.second + step]:
                self.partner[run.first + step] = run.second + step
                self._taken[run.second + step] = True

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of the first copy without partners."""
        start = None
        for place, partner in enumerate((*self.partner, 0)):
            if partner == NONE and start is None:
                start = place
            elif partner != NONE and start is not None:
                yield start, place
                start = None

    def fill(self, start: int, end: int) -> None:
        """Look for a gap's letters beside what stands before and after it."""
        if end - start > _LONGEST_GAP or not (start or end < len(self.first)):
            return
        words = self.first[start:end]
        for low, high in self._windows(start, end):
            found = [at for at in self._finds(words, low, high) if not any(self._taken[at : at + len(words)])]
            if len(found) == 1:
                self.claim(_Run(start, found[0], len(words)))
                return
        for low, high in self._windows(start, end):
            matcher = SequenceMatcher(None, words, self.second[low:high], autojunk=False)
            for block in matcher.get_matching_blocks():
                if block.size >= min(_FEWEST, len(words)):
                    self.claim(_Run(start + block.a, low + block.b, block.size))

    def _windows(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where a gap may go on: between its neighbours, after the one before, before the one after."""
        before = self.partner[start - 1] + 1 if start else None
        after = self.partner[end] if end < len(self.first) else None
        size = end - start
        if before is not None and after is not None and 0 < after - before <= size + REACH:
            yield before, after
        if before is not None:
            yield before, min(len(self.second), before + size + REACH)
        if after is not None:
            yield max(0, after - size - REACH), after

    def _finds(self, words: str, low: int, high: int) -> Iterator[int]:
        at = self.second.find(words, low, high)
        while at != NONE:
            yield at
            at = self.second.find(words, at + 1, high)


def places_of(letters: Letters, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Return which of ``letters`` come from characters within ``spans`` (start, end), in order."""
    found: list[int] = []
    for start, end in spans:
        low = bisect_right(letters.places, start - 1)
        high = bisect_right(letters.places, end - 1)
        found.extend(range(low, high))
    return found
