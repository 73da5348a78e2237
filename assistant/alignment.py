"""Quotations held against documents: first word for word, then as near as it gets.

A concordance knows where every word of the documents stands. An exact quotation is found through its rarest word; an
approximate one where its rarer words stand most closely together, and is then aligned word by word, so that what the
source has and what the text has can be shown side by side.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from assistant.edits import Aligned, align
from assistant.wording import LONGEST_ALTERATION, Gap, Literal, Pattern, Piece, is_word, scanned
from corpus.models import Document, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

NEAR = 0.6
"""Share of a quotation's words that must stand in a place, in order, for it to be called nearly quoted."""
_PLAIN, _TELLING = 0.75, 0.5
"""From the one share on it is nearly quoted whatever the words; below it, if the words that stand there make up the
other share of what its words tell, the rare telling more."""
MOST_PLACES = 200
"""Places of one quotation that are looked at: phrases such as "each Party shall" stand everywhere."""

_END = "\x00"
"""Stands between two documents; no word is like it."""
_BUCKET = 16
"""Words within which the votes of a quotation's words for one place are counted together."""
_VOTERS = 16
"""The rarest words of a quotation that vote."""
_COMMON = 4000
"""A word that stands in more places than this does not vote unless there is no rarer one."""
_CANDIDATES = 6
_ALIGNED = 3
"""Places compared roughly, and of these, aligned word by word."""
_SLACK = 12
_OMITTED = 350
"""Words beyond the quotation's own that are looked at on either side: always, and where it has ellipses."""
_LARGEST = 3_000_000
"""Pairs of words in one alignment, about a second's work: a page or two of quotation. Longer ones are held against
the documents exactly or not at all."""
_LONGEST_CITED = 1200
"""Words of a provision that is aligned because it is cited; a whole part or annex is left to the votes."""
_PREFERRED = 0.15
"""How much nearer another place must be than the one cited for the other to be taken."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands: a document, and the span of each segment."""

    document: Document
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest place of a quotation, how near it is (0 to 1), and the two side by side."""

    place: Place
    likeness: float
    aligned: Aligned


class Concordance:
    """Where each word of some documents stands.

    Args:
        documents: In the order in which places are given.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)
        self._tokens: list[str] = [_END]
        self._starts: list[int] = [-1]
        self._ends: list[int] = [-1]
        self._bounds: list[int] = []
        for document in self._documents:
            self._bounds.append(len(self._tokens))
            words, starts, ends = scanned(document.text)
            self._tokens += [*words, _END]
            self._starts += [*starts, -1]
            self._ends += [*ends, -1]
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(self._tokens):
            self._at[token].append(place)

    def exact(self, pattern: Pattern, together: Callable[[Document, int, int], bool]) -> tuple[Place, ...]:
        """Return the places where a quotation's segments stand in order, at most ``MOST_PLACES``.

        Args:
            pattern: The quotation.
            together: Whether two offsets of a document are near enough for segments of one quotation.
        """
        found = [self._matches(segment) for segment in pattern.segments]
        if not found or not all(found):
            return ()
        chains = (self._chain(first, found[1:], together) for first in found[0][:MOST_PLACES])
        return tuple(chain for chain in chains if chain is not None)

    def near(
        self,
        pattern: Pattern,
        preferred: Callable[[Place], bool],
        cited: Iterable[tuple[Document, Span]] = (),
    ) -> Near | None:
        """Return the place whose words are nearest to a quotation's; None if none is near.

        Args:
            pattern: The quotation.
            preferred: Whether a place is the one that is cited; of places alike it is taken.
            cited: Provisions to look at in any case.
        """
        longest = max(pattern.segments, key=len, default=())
        needle = [p.token for p in longest if isinstance(p, Literal)]
        if not needle:
            return None
        rough = sorted(self._voted(needle, longest, pattern), key=lambda w: -self._roughly(needle, w))
        named = [self._window(document, span) for document, span in cited]
        windows = [*rough[:_ALIGNED], *(w for w in named if w[1] - w[0] <= _LONGEST_CITED)]
        windows = [w for w in windows if (w[1] - w[0]) * len(pattern.pieces) <= _LARGEST]
        aligned = [self._aligned(pattern, window) for window in dict.fromkeys(windows)]
        made = [one for one in aligned if one is not None and self._is_near(pattern, one)]
        return max(made, key=lambda n: n.likeness + _PREFERRED * preferred(n.place), default=None)

    def compared(self, pattern: Pattern, place: Place) -> Aligned | None:
        """Return a quotation beside the words of a place."""
        whole = Span(place.spans[0].start, place.spans[-1].end)
        near = self._aligned(pattern, self._window(place.document, whole))
        return near.aligned if near is not None else None

    # -- exactly

    def _matches(self, segment: Sequence[Piece]) -> list[tuple[int, int]]:
        """Return the first word of each match of a segment and the one after its last."""
        start, run = _longest_run(segment)
        left, right = list(segment[:start])[::-1], list(segment[start + len(run) :])
        found: list[tuple[int, int]] = []
        for at in self._runs(run):
            before, after = self._follow(left, at - 1, -1), self._follow(right, at + len(run), 1)
            if before is not None and after is not None:
                found.append((before + 1, after))
        return found

    def _runs(self, run: Sequence[str]) -> list[int]:
        rare = min(range(len(run)), key=lambda i: len(self._at.get(run[i], ())))
        size, wanted = len(run), list(run)
        return [
            p - rare
            for p in self._at.get(run[rare], ())
            if self._tokens[p - rare : p - rare + size] == wanted
        ]

    def _follow(self, pieces: Sequence[Piece], at: int, step: int) -> int | None:
        """Return the place after pieces that stand from ``at`` on, or None if they do not."""
        return self._followed(pieces, 0, at, step, set())

    def _followed(
        self, pieces: Sequence[Piece], place: int, at: int, step: int, failed: set[tuple[int, int]]
    ) -> int | None:
        """Do so from the piece at ``place`` on; what has failed once is not tried again, or brackets would multiply."""
        start, end = (place, at), None
        while start not in failed:
            if place == len(pieces):
                return at
            piece = pieces[place]
            if isinstance(piece, Gap):
                reach = (at + step * n for n in range(LONGEST_ALTERATION + 1))
                ends = (self._followed(pieces, place + 1, one, step, failed) for one in reach)
                end = next((one for one in ends if one is not None), None)
                break
            if not 0 <= at < len(self._tokens) or not piece.fits(self._tokens[at]):
                break
            place, at = place + 1, at + step
        if end is None:
            failed.add(start)
        return end

    def _chain(
        self,
        first: tuple[int, int],
        others: Sequence[Sequence[tuple[int, int]]],
        together: Callable[[Document, int, int], bool],
    ) -> Place | None:
        document = self._document_at(first[0])
        spans = [self._span(*first)]
        last = first
        for matches in others:
            place = bisect_left(matches, (last[1], 0))
            if place == len(matches) or self._document_at(matches[place][0]) is not document:
                return None
            last = matches[place]
            spans.append(self._span(*last))
            if not together(document, spans[-2].end - 1, spans[-1].start):
                return None
        return Place(document, tuple(spans))

    def _document_at(self, token: int) -> Document:
        return self._documents[bisect_right(self._bounds, token) - 1]

    def _span(self, first: int, after: int) -> Span:
        return Span(self._starts[first], self._ends[after - 1])

    # -- nearly

    def _is_near(self, pattern: Pattern, near: Near) -> bool:
        """Tell whether enough of a quotation stands in a place; of formulas ("each Party shall") more is enough."""
        if near.likeness < NEAR or near.likeness >= _PLAIN:
            return near.likeness >= _PLAIN
        own = [p.token for p in pattern.pieces if isinstance(p, Literal) and is_word(p.token)]
        return sum(map(self._weight, near.aligned.same)) >= _TELLING * sum(map(self._weight, own))

    def _weight(self, token: str) -> float:
        """Return how telling a word is: the rarer, the more (inverse frequency, logarithmic)."""
        return log(len(self._tokens) / (1 + len(self._at.get(token, ()))))

    def _voted(
        self, needle: Sequence[str], longest: Sequence[Piece], pattern: Pattern
    ) -> list[tuple[int, int]]:
        """Return the windows in which most of the rarer words of a quotation stand, the fullest first."""
        words = [(i, w) for i, w in enumerate(needle) if is_word(w) and w in self._at]
        words.sort(key=lambda pair: len(self._at[pair[1]]))
        rare = [pair for pair in words if len(self._at[pair[1]]) <= _COMMON] or words[:1]
        votes: Counter[int] = Counter()
        for i, word in rare[:_VOTERS]:
            for bucket in {max(0, p - i) // _BUCKET for p in self._at[word]}:
                votes[bucket] += 1
        full = Counter({b: n + votes.get(b + 1, 0) for b, n in votes.items()})
        beyond = len(pattern.pieces) + _SLACK + (_OMITTED if len(pattern.segments) > 1 else 0)
        spare = beyond if len(pattern.segments) > 1 else _SLACK
        size = len(longest)
        return [
            self._clipped(b * _BUCKET, b * _BUCKET - spare, b * _BUCKET + 2 * _BUCKET + size + spare)
            for b, _ in full.most_common(_CANDIDATES)
        ]

    def _clipped(self, at: int, start: int, end: int) -> tuple[int, int]:
        """Return a window within the document that holds most of it."""
        place = max(0, bisect_right(self._bounds, at + _BUCKET) - 1)
        low = self._bounds[place]
        high = self._bounds[place + 1] - 1 if place + 1 < len(self._bounds) else len(self._tokens) - 1
        return max(low, start), min(high, end)

    def _window(self, document: Document, span: Span) -> tuple[int, int]:
        place = next(i for i, one in enumerate(self._documents) if one.id == document.id)
        low = self._bounds[place]
        high = self._bounds[place + 1] - 1 if place + 1 < len(self._bounds) else len(self._tokens) - 1
        return bisect_left(self._starts, span.start, low, high), bisect_left(
            self._starts, span.end, low, high
        )

    def _roughly(self, needle: Sequence[str], window: tuple[int, int]) -> float:
        return LCSseq.similarity(needle, self._tokens[window[0] : window[1]])

    def _aligned(self, pattern: Pattern, window: tuple[int, int]) -> Near | None:
        first, after = window
        source = [(self._tokens[at], self._span(at, at + 1)) for at in range(first, after)]
        aligned = align(pattern.pieces, source)
        if aligned is None:
            return None
        place = Place(self._document_at(first), aligned.spans)
        return Near(place, len(aligned.same) / max(1, pattern.words), aligned)


def _longest_run(segment: Sequence[Piece]) -> tuple[int, list[str]]:
    """Return where the longest run of words without brackets begins, and its words."""
    marks = "".join("w" if isinstance(piece, Literal) else " " for piece in segment)
    run = max(re.finditer("w+", marks), key=lambda match: match.end() - match.start())
    return run.start(), [p.token for p in segment[run.start() : run.end()] if isinstance(p, Literal)]
