"""The candidates of a question with what speaks for each: which words of which passage, and how strongly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.address import at_address, instruments
from assistant.asked import forms
from assistant.deciding import Weighed, treaty_first
from assistant.evidence import (
    Evidence,
    FirstWords,
    calibration,
    coverage,
    missing_names,
    type_match,
)
from assistant.met import UNSAID, TokenReader, met
from assistant.parts import Parts
from assistant.premise import contradiction
from assistant.query import legal_words, widened
from assistant.select import Candidate, asks_for_list, beside, candidates, together, whole_list
from corpus.models import Document, Kind, Provision
from corpus.names import naming_words
from corpus.pinpoint import FOOTNOTES
from corpus.references import Reference, references_in
from index.passages import question_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.premises.words import Contradiction
    from index.models import Embedder, Hit, Reranker
    from index.passages import PassageStore

_NOTE = re.compile(r"\b(?:foot|end)notes?\b", re.IGNORECASE)
UNSEEN = 50
"""Place of a passage in a ranking that does not hold it."""
_TELLING = (Kind.COMMENTARY, Kind.EXPLANATORY_REPORT)
"""Kinds that give reasons; a treaty or a guide to its rules seldom does."""


class Scales:
    """Weighs what a search found against the question.

    Args:
        store: The passages that were searched, for the rarity of words.
        documents: By id.
        provisions: Gives a document's tree by id.
        models: The encoder, and the cross-encoder that reads question and words together.
        parts: What of the weighing takes part.
    """

    def __init__(
        self,
        store: PassageStore,
        documents: Mapping[str, Document],
        provisions: Callable[[str], Provision],
        models: tuple[Embedder, Reranker],
        parts: Parts,
    ) -> None:
        self._store, self._documents, self._provisions = store, documents, provisions
        embedder, self._reranker = models
        self._parts = parts
        self._reader = embedder if parts.met and isinstance(embedder, TokenReader) else None
        self._instruments = instruments(documents.values())

    def consider(self, asked: str, hits: Sequence[Hit]) -> list[Weighed]:
        """Return the best candidate of each passage with its evidence, best first.

        Args:
            asked: The question as it was searched.
            hits: What retrieval found, best first.
        """
        references, hits = references_in(asked), without_notes(asked, hits)
        if references:  # what stands at the address asked for is read first
            hits = sorted(hits, key=lambda hit: not self._stands_at(asked, references, hit))
        scored = candidates(
            self.read(asked), hits, self._documents.__getitem__, self._provisions, self._reranker.score
        )
        best: dict[str, Candidate] = {}
        for candidate in scored:
            key = candidate.hit.passage.id
            if key not in best or candidate.fit > best[key].fit:
                best[key] = candidate
        several = asks_for_list(asked)
        weighed = []
        for first in best.values():
            chosen = whole_list(first, scored, self._provisions(first.document.id), wanted=several)
            chosen = together(first, scored) if chosen is first else chosen
            if self._in_place(asked, references, chosen):
                more = beside(first, chosen, scored)
                more = tuple(one for one in more if self._in_place(asked, references, one))
                against = self._against(asked, chosen)
                weighed.append(Weighed(chosen, self._evidence(asked, chosen, against), more, against))
        weighed.sort(key=lambda one: -one.evidence.rank())
        return treaty_first(weighed) if self._parts.treaty_first else weighed

    def read(self, asked: str) -> str:
        """Return the question as the models read it: with the legal words for its everyday ones."""
        return widened(asked) if self._parts.thesaurus else asked

    def confidence(self, asked: str, weighed: Sequence[Weighed]) -> float:
        """Return the probability that the first candidate answers; 0 without candidates."""
        if not weighed:
            return 0.0
        seeks = forms(asked) if self._parts.forms else ()
        return calibration().confidence(weighed[0].evidence, self.first_words(asked, weighed), seeks)

    def first_words(self, asked: str, weighed: Sequence[Weighed]) -> FirstWords:
        """Return what is known of the words of the first of at least one candidate."""
        first = weighed[0]
        words = " ".join(span.of(first.candidate.document.text) for span in first.candidate.segments)
        others = [one.evidence.rank() for one in weighed[1:]]
        margin = first.evidence.rank() - max(others, default=0.0)
        [bare] = self._reranker.score(self.read(asked), [words])
        naming = _naming(asked, first.candidate.document)
        reader = self._reader
        return FirstWords(bare, margin, met(asked, words, reader, besides=naming) if reader else UNSAID)

    def _against(self, asked: str, candidate: Candidate) -> Contradiction | None:
        """Return what a question takes for granted that the candidate's words give otherwise, with those words."""
        if not self._parts.premises:
            return None
        quoted = " ".join(span.of(candidate.document.text) for span in candidate.segments)
        return contradiction(asked, quoted, candidate.hit.passage.embed_text)

    def _stands_at(self, asked: str, references: Sequence[Reference], hit: Hit) -> bool:
        document, passage = self._documents[hit.passage.document_id], hit.passage
        return at_address(
            asked, references, document, passage.path, segments=[passage.span], known=self._instruments
        )

    def _in_place(self, asked: str, references: Sequence[Reference], one: Candidate) -> bool:
        return at_address(
            asked, references, one.document, one.node.path, segments=one.segments, known=self._instruments
        )

    def _evidence(self, asked: str, candidate: Candidate, against: Contradiction | None) -> Evidence:
        store, signals = self._store, candidate.hit.signals
        quoted = " ".join(span.of(candidate.document.text) for span in candidate.segments)
        above = candidate.hit.passage.embed_text
        naming = _naming(asked, candidate.document)
        terms = [term for term in question_terms(asked) if term not in naming]
        others = {term: legal_words(term) for term in terms} if self._parts.thesaurus else {}
        covered, unknown = coverage(
            terms, others, store.idf, lambda w: store.document_frequency(w) > 0, above
        )
        return Evidence(
            passage=signals.logit if signals.logit is not None else candidate.logit,
            words=candidate.logit,
            cosine=signals.cosine or 0.0,
            dense_place=signals.dense_rank or UNSEEN,
            rerank_place=signals.rerank_rank or UNSEEN,
            coverage=covered,
            unknown=unknown,
            type_match=type_match(asked, quoted, above),
            missing_names=missing_names(asked, f"{above} {quoted}", naming),
            place=candidate.hit.score,
            contradicted=against is not None,
            told=candidate.document.kind in _TELLING,
        )


def _naming(asked: str, document: Document) -> frozenset[str]:
    """Return the words of a question that only name a treaty."""
    return naming_words(asked, document) if document.kind is Kind.TREATY else frozenset()


def without_notes(asked: str, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Return the hits that may answer: footnotes only where they are asked for or nothing else was found."""
    if _NOTE.search(asked):
        return hits
    return [hit for hit in hits if hit.passage.path[:1] != (FOOTNOTES,)] or hits
