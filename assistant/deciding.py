"""Which of the weighed candidates are quoted, in what order, and why a question is declined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models import Quoted, Reason
from corpus.models import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.compare import Compared
    from assistant.evidence import Evidence
    from assistant.models import Quote
    from assistant.premises.words import Contradiction
    from assistant.select import Candidate
    from index.models import Searched

MOST_ROWS = 8
"""Documents quoted in an answer that compares; `treaty compare` shows all."""
SECOND_MARGIN = 1.5
"""Logits below the best words within which another passage's words are quoted too."""
SECOND_RANK_MARGIN = 1.6
"""``Evidence.rank`` below the best at which another passage's words are left out."""
SECOND_FLOOR = 0.0
"""Logit below which nothing is quoted beside the best: the reranker leans to irrelevant."""
TREATY_MARGIN = 1.0
"""Logits by which a guide must beat a treaty's own words to stand before them."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its evidence.

    Attributes:
        candidate: The words of a passage that answer best.
        evidence: What speaks for them.
        beside: Other provisions of the same passage that answer nearly as well.
        against: What the question takes for granted that the candidate's words give otherwise.
    """

    candidate: Candidate
    evidence: Evidence
    beside: tuple[Candidate, ...] = ()
    against: Contradiction | None = None


def worth_adding(one: Weighed, first: Weighed) -> bool:
    """Tell whether a further passage's words belong in the answer beside the first's."""
    return (
        one.candidate.logit >= max(first.candidate.logit - SECOND_MARGIN, SECOND_FLOOR)
        and one.evidence.rank() >= first.evidence.rank() - SECOND_RANK_MARGIN
        and one.evidence.type_match >= first.evidence.type_match
        and one.evidence.missing_names <= first.evidence.missing_names
    )


def treaty_first(weighed: list[Weighed]) -> list[Weighed]:
    """Put a treaty's own words before a guide's that answer no better."""
    if not weighed or weighed[0].candidate.document.kind is Kind.TREATY:
        return weighed
    for one in weighed[1:]:
        close = one.candidate.logit >= weighed[0].candidate.logit - TREATY_MARGIN
        if one.candidate.document.kind is Kind.TREATY and close:
            return [one, *(other for other in weighed if other is not one)]
    return weighed


def distinct(quotes: Sequence[Quote]) -> list[Quote]:
    """Drop quotes whose words an earlier one has already, in the same place or another."""
    kept: list[Quote] = []
    for one in quotes:
        if not any(one.text in other.text or _within(one, other) for other in kept):
            kept.append(one)
    return kept


def _within(one: Quote, other: Quote) -> bool:
    return one.document_id == other.document_id and all(
        any(span.contains(segment) for span in other.segments) for segment in one.segments
    )


def nothing_close(searched: Searched) -> str:
    """Return the sentence of a decline for which no candidate was found."""
    return f"Not answered: nothing close was found in {searched.documents} documents ({searched.passages} passages)."


def reason_for(evidence: Evidence, searched: Searched, against: Contradiction | None) -> tuple[Reason, str]:
    """Return why a question is declined, in words about the search only, and in those of question and passage.

    Args:
        evidence: Of the best candidate.
        searched: What was looked through.
        against: What of the question its words give otherwise.
    """
    if against is not None:
        return Reason.PREMISE, (
            f"Not answered as asked: the question says “{against.said}”; the nearest passage, shown first, "
            f"says “{against.found}”."
        )
    where = f"{searched.documents} document{'s' if searched.documents != 1 else ''} ({searched.passages} passages)"
    if evidence.passage < 0:
        return Reason.NOTHING_CLOSE, f"Not answered: nothing close was found in {where}."
    return (
        Reason.NOT_AN_ANSWER,
        f"Not answered: {where} were searched; the nearest passages are close to the question but do not answer it.",
    )


def side_by_side(compared: Compared) -> Quoted | None:
    """Return the answer to a question that compares: one quote a document; None if no document has any.

    Args:
        compared: A row a document.
    """
    found = [row for row in compared.rows if row.quotes][:MOST_ROWS]
    if not found:
        return None
    without = () if compared.every else tuple(row.document.title for row in compared.rows if not row.quotes)
    confidence = max(row.confidence for row in found)
    quotes = tuple(row.quotes[0] for row in found)
    return Quoted(
        compared.question, quotes, compared.searched, confidence, without=(*without, *compared.absent)
    )
