"""One case: whether what was found, quoted or declined is right.

Right is judged by place and words, never by likeness to a model answer. A score that could not be given (the
search or the answer failed) is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assistant.models import ELLIPSIS
from eval.cases import Case, CaseKind, Gold, holds, label_within
from eval.spans import GoldPlace, precision, quoted_stretches, recall

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from corpus.models import Document

    Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hit or a quote stands."""

    document: str
    path: tuple[str, ...]
    label: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One case and its scores; None where a score does not apply or could not be given.

    Attributes:
        group: What is resampled together.
        has_gold, answerable: As the case says; a false premise may have gold and still not be answerable.
        named: Whether the question names the treaty that answers.
        searched: Whether there were search hits to judge, none found included.
        rank: Place from 1 of the first right hit among the hits given; None if none is right.
        declined: Whether the answer was a decline.
        covered: Whether the quotes of an answer hold the words of a gold entry.
        cited: Whether the first quote of an answer stands in a gold place; None for a decline.
        hit_astray: Whether the first hit is of a document that does not answer; None if nothing was found.
        quote_astray: The same of the first quote of an answer; None for a decline.
        precision: Share of the characters quoted that lie in a gold place; None for a decline (``eval.spans``).
        recall: Share of the words asked for that were quoted; None for a decline.
        exact: One entry a quote shown: whether its text is its document's text.
        confidence: What the answer said of itself.
        correct: Whether the words quoted (for a decline: the nearest) answer; what confidence foretells.
        ms: Milliseconds until the answer was there.
    """

    id: str
    kind: CaseKind
    group: str
    has_gold: bool
    answerable: bool
    searched: bool = False
    rank: int | None = None
    declined: bool | None = None
    covered: bool | None = None
    cited: bool | None = None
    exact: tuple[bool, ...] = ()
    confidence: float | None = None
    correct: bool | None = None
    ms: float | None = None
    named: bool = False
    hit_astray: bool | None = None
    quote_astray: bool | None = None
    precision: float | None = None
    recall: float | None = None

    @property
    def right(self) -> bool | None:
        """Whether the program did right: quoted what answers, or declined what is not answered."""
        if self.declined is None:
            return None
        if self.answerable:
            return bool(self.covered)
        return self.declined or bool(self.has_gold and self.covered)


def judge(
    case: Case,
    hits: Sequence[Place] | None,
    answer: Json | None,
    exact: Sequence[bool],
    ms: float | None,
    *,
    gold: Sequence[GoldPlace] = (),
    named: Collection[str] = (),
) -> Judged:
    """Return a case's scores.

    Args:
        case: The question and what is right.
        hits: What the search found, best first; None if it failed.
        answer: The answer's JSON form; None if it failed.
        exact: For each quote and nearest quote of the answer, whether it is its document's text.
        ms: Time until the answer.
        gold: Where the case's gold entries stand in the documents.
        named: Ids of the treaties that the question names.
    """
    searched = hits is not None
    right_documents = {one.document for one in case.gold}
    quotes: list[Json] = list(answer["quotes"]) if answer else []
    stretches = quoted_stretches(quotes)
    first = (quotes or list(answer["nearest"]))[:1] if answer else []
    return Judged(
        id=case.id,
        kind=case.kind,
        group=case.group,
        has_gold=bool(case.gold),
        answerable=case.answerable,
        searched=searched,
        rank=rank_of_right(hits, case.gold) if hits is not None else None,
        declined=answer["status"] == "declined" if answer else None,
        covered=covers(quotes, case.gold) if answer and case.gold else None,
        cited=any(lies_in(place_of(quotes[0]), gold) for gold in case.gold) if quotes and case.gold else None,
        exact=tuple(exact),
        confidence=float(answer["confidence"]) if answer else None,
        correct=covers(quotes or first, case.gold) if answer else None,
        ms=ms,
        named=bool(right_documents & set(named)),
        hit_astray=_astray([hit.document for hit in hits or ()], right_documents),
        quote_astray=_astray([quote["document"]["id"] for quote in quotes], right_documents),
        precision=precision(stretches, gold) if quotes else None,
        recall=recall(stretches, gold) if quotes else None,
    )


def _astray(documents: Sequence[str], right: Collection[str]) -> bool | None:
    """Tell whether the first of the documents is a wrong one; None if there is none, or no right one."""
    return documents[0] not in right if documents and right else None


def place_of(quote: Json) -> Place:
    """Return where a quote in JSON form stands."""
    return Place(quote["document"]["id"], tuple(quote["path"]), quote["provision"])


def lies_in(place: Place, gold: Gold) -> bool:
    """Tell whether a hit or quote is right for a gold entry.

    It lies in the gold document; its path contains the gold section; its label equals, lies within or
    contains the gold provision. What the gold entry leaves open is not asked.
    """
    if place.document != gold.document or (gold.section is not None and gold.section not in place.path):
        return False
    if gold.provision is None:
        return True
    label = place.label or ""
    return bool(label) and (label_within(label, gold.provision) or label_within(gold.provision, label))


def rank_of_right(hits: Sequence[Place], gold: Sequence[Gold]) -> int | None:
    """Return the place from 1 of the first hit that is right for any gold entry, None if there is none."""
    return next((k for k, hit in enumerate(hits, start=1) if any(lies_in(hit, g) for g in gold)), None)


def covers(quotes: Sequence[Json], gold: Sequence[Gold]) -> bool:
    """Tell whether the quotes together hold all the words of some gold entry.

    An entry without words of its own is covered by a quote from its place.
    """
    text = "\n".join(quote["text"] for quote in quotes)
    return bool(quotes) and any(
        holds(text, g.contains) if g.contains else any(lies_in(place_of(q), g) for q in quotes) for g in gold
    )


def is_exact(quote: Json, document: Document) -> bool:
    """Tell whether a quote is its document's text, character for character.

    The segments are read in the document again: they are in order, do not touch and lie within the text, and
    their words joined by ``ELLIPSIS`` are the quote's text. The document must be the very one the quote names
    (SHA-256).
    """
    segments = [(segment["start"], segment["end"]) for segment in quote["segments"]]
    edges = [0, *(edge for segment in segments for edge in segment), len(document.text)]
    in_order = all(low <= high for low, high in pairwise(edges))
    apart = all(end < start for (_, end), (start, _) in pairwise(segments))
    named = (
        quote["document"]["id"] == document.id and quote["document"]["sha256"] == document.provenance.sha256
    )
    words = ELLIPSIS.join(document.text[start:end] for start, end in segments)
    return bool(segments) and in_order and apart and named and bool(words.strip()) and words == quote["text"]
