"""From a question to an answer: look up, search, select, quote, or decline.

``Assistant`` holds one index generation and the two models. Every step it takes is a module of its own; here they
are only put in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant import followup, lookup
from assistant.address import at_address, instruments
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.evidence import Evidence, calibration, coverage, missing_names, type_match
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.offers import held, offers_of
from assistant.query import legal_words, widened
from assistant.quotes import quote, verify
from assistant.select import Candidate, asks_for_list, candidates, whole_list
from corpus.models import Document, Kind, Provision
from corpus.names import named_in, naming_words
from corpus.references import Reference, references_in
from corpus.structure import parse
from index.generation import Generation
from index.models import Embedder, Hit, Reranker, Searched, Stage
from index.passages import question_terms
from index.retrieve import Retriever

MOST_QUOTES = 4
NEAREST = 3
"""Quotes shown with a decline."""
SECOND_MARGIN = 1.5
"""Logits below the best words within which another passage's words are quoted too."""
SECOND_RANK_MARGIN = 0.8
"""``Evidence.rank`` below the best at which another passage's words are left out."""
UNSEEN = 50
"""Place of a passage in a ranking that does not hold it."""
SECOND_FLOOR = 0.0
"""Logit below which nothing is quoted beside the best: the reranker leans to irrelevant."""
TREATY_MARGIN = 1.0
"""Logits by which a guide must beat a treaty's own words to stand before them."""
LONGEST_QUESTION = 2000
"""Characters of a question that are read; a pasted page is no question."""

OnStage = Callable[[str], None]


class Assistant:
    """Answers questions from one generation of the index; safe to use from several threads.

    Args:
        generation: An open generation; closed with the assistant.
        embedder: The encoder the generation was built with.
        reranker: The cross-encoder.
    """

    def __init__(self, generation: Generation, embedder: Embedder, reranker: Reranker) -> None:
        self._generation, self._embedder, self._reranker = generation, embedder, reranker
        self._retriever = Retriever(generation, embedder, reranker)
        self._documents = {d.id: d for d in generation.passages.documents()}
        self._instruments = instruments(self._documents.values())
        self._official = held(self._documents.values())
        self.provisions = lru_cache(maxsize=256)(self._provisions)

    # -- what is there

    def documents(self) -> tuple[Document, ...]:
        """Return the indexed documents."""
        return tuple(self._documents.values())

    def document(self, document_id: str) -> Document:
        """Return one document.

        Raises:
            UnknownDocument: If the index has no such document.
        """
        if document_id not in self._documents:
            raise UnknownDocument(
                f"expected the id of an indexed document, found '{document_id}'. Run: treaty corpus list"
            )
        return self._documents[document_id]

    def _provisions(self, document_id: str) -> Provision:
        return parse(self.document(document_id))

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        """Return what a search within ``document_ids`` (all if None) looks through."""
        records = self._generation.manifest.documents
        ids = [i for i in (document_ids if document_ids is not None else records) if i in records]
        return Searched(len(ids), sum(records[i].passages for i in ids), self._generation.id)

    def warm(self) -> None:
        """Load the models and touch the index, so that the first question is as fast as the rest."""
        self._retriever.search("warm", top_k=1)

    def close(self) -> None:
        """Close the generation."""
        self._generation.close()

    # -- asking

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        top_k: int = 10,
        document_ids: Sequence[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Return the passages nearest to a question, best first, without quoting.

        Raises:
            EmptyQuestion: If there is nothing to search for.
            UnknownDocument: If a filter names a document that is not indexed.
        """
        text = self._clean(question)
        if history and followup.leans_on_history(text, question_terms(text)):
            text = followup.with_history(text, history)
        scope = self._scope(text, document_ids)
        found = self._retriever.search(text, top_k=top_k, document_ids=scope, widened=widened(text)).hits
        addressed = self._passages_at(text, document_ids)
        ids = {hit.passage.id for hit in addressed}
        return (*addressed, *(hit for hit in found if hit.passage.id not in ids))[:top_k]

    def _passages_at(self, asked: str, document_ids: Sequence[str] | None) -> tuple[Hit, ...]:
        """Return the passages of the provision that a question names, in the order of the text."""
        place = lookup.address(asked, self._addressed(asked, document_ids), self.provisions)
        if place is None:
            return ()
        document, node = place
        passages = self._generation.passages.passages_of(document.id)
        return tuple(Hit(passage, 1.0) for passage in passages if passage.span.overlaps(node.span))

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        on_stage: OnStage | None = None,
    ) -> Answer:
        """Answer in the sources' words, or decline.

        Args:
            question: In plain words.
            history: Earlier questions of the conversation, oldest first.
            document_ids: Where to look; None for everywhere.
            on_stage: Told ``searching``, ``reading`` and ``quoting`` as each begins.

        Raises:
            EmptyQuestion: If nothing was asked.
            UnknownDocument: If a filter names a document that is not indexed.
        """
        text = self._clean(question)
        tries = [text]
        if history:
            leans = followup.leans_on_history(text, question_terms(text))
            tries.insert(0 if leans else 1, followup.with_history(text, history))
        answer = self._answer(tries[0], text, document_ids, on_stage)
        if isinstance(answer, Declined) and len(tries) > 1:
            again = self._answer(tries[1], text, document_ids, on_stage)
            answer = again if isinstance(again, Quoted) else answer
        return replace(answer, offers=offers_of(answer, self._official))

    def _clean(self, question: str) -> str:
        text = " ".join(question.split())[:LONGEST_QUESTION]
        if not any(c.isalnum() for c in text):
            raise EmptyQuestion("expected a question in words, found none. Type a question about a treaty")
        return text

    def _scope(self, question: str, document_ids: Sequence[str] | None) -> list[str] | None:
        """Return where to look: the filter, less the treaties that a question naming others does not mean."""
        if document_ids is not None:
            for document_id in document_ids:
                self.document(document_id)
        named = named_in(question, self._documents.values())
        if not named:
            return list(document_ids) if document_ids is not None else None
        allowed = document_ids if document_ids is not None else self._documents
        kept = [i for i in allowed if i in named or self._documents[i].kind is not Kind.TREATY]
        return kept or list(allowed)

    def _answer(
        self, asked: str, question: str, document_ids: Sequence[str] | None, on_stage: OnStage | None
    ) -> Answer:
        tell = on_stage or (lambda _: None)
        started = time.perf_counter()
        tell("searching")
        scope = self._scope(asked, document_ids)
        treaties = self._addressed(asked, document_ids)
        found = lookup.look_up(asked, treaties, self.provisions, self.searched(scope))
        if found is not None:
            return replace(found, question=question, asked=asked)
        retrieval = self._retriever.search(asked, top_k=10, document_ids=scope, widened=widened(asked))
        tell("reading")
        at = time.perf_counter()
        chosen = self.consider(asked, retrieval.hits)
        reading = Stage("select", (time.perf_counter() - at) * 1000)
        tell("quoting")
        answer = self._decide(asked, question, chosen, self.searched(scope))
        total = Stage("total", (time.perf_counter() - started) * 1000)
        return replace(answer, asked=asked, stages=(*retrieval.stages, reading, total))

    def _addressed(self, asked: str, document_ids: Sequence[str] | None) -> list[Document]:
        """Return the treaties an explicit reference may mean: those named, else the only one there is."""
        allowed = [
            self._documents[i] for i in (document_ids if document_ids is not None else self._documents)
        ]
        treaties = [d for d in allowed if d.kind is Kind.TREATY]
        named = named_in(asked, treaties)
        if named:
            return [self._documents[i] for i in named]
        return treaties if len(treaties) == 1 and document_ids is not None else []

    # -- choosing and deciding

    def consider(self, asked: str, hits: Sequence[Hit]) -> list[Weighed]:
        """Return the best candidate of each passage with its evidence, best first.

        Args:
            asked: The question as it was searched.
            hits: What retrieval found, best first.
        """
        references = references_in(asked)
        if references:  # what stands at the address asked for is read first
            hits = sorted(hits, key=lambda hit: not self._stands_at(asked, references, hit))
        scored = candidates(widened(asked), hits, self.document, self.provisions, self._reranker.score)
        best: dict[str, Candidate] = {}
        for candidate in scored:
            key = candidate.hit.passage.id
            if key not in best or candidate.logit > best[key].logit:
                best[key] = candidate
        several = asks_for_list(asked)
        whole = [whole_list(c, scored, self.provisions(c.document.id), wanted=several) for c in best.values()]
        kept = [
            c
            for c in whole
            if at_address(
                asked, references, c.document, c.node.path, segments=c.segments, known=self._instruments
            )
        ]
        weighed = [Weighed(c, self._evidence(asked, c)) for c in kept]
        weighed.sort(key=lambda one: -one.evidence.rank())
        return _treaty_first(weighed)

    def _stands_at(self, asked: str, references: Sequence[Reference], hit: Hit) -> bool:
        document, passage = self.document(hit.passage.document_id), hit.passage
        return at_address(
            asked, references, document, passage.path, segments=[passage.span], known=self._instruments
        )

    def confidence(self, asked: str, weighed: Sequence[Weighed]) -> float:
        """Return the probability that the first candidate answers."""
        return calibration().confidence(weighed[0].evidence, *self.standing(asked, weighed))

    def standing(self, asked: str, weighed: Sequence[Weighed]) -> tuple[float, float]:
        """Return the logit of the first candidate's bare words, and its margin over the best of the others."""
        first = weighed[0]
        words = " ".join(span.of(first.candidate.document.text) for span in first.candidate.segments)
        others = [one.evidence.rank() for one in weighed[1:]]
        margin = first.evidence.rank() - max(others, default=0.0)
        return self._reranker.score(widened(asked), [words])[0], margin

    def _evidence(self, asked: str, candidate: Candidate) -> Evidence:
        store, signals = self._generation.passages, candidate.hit.signals
        quoted = " ".join(span.of(candidate.document.text) for span in candidate.segments)
        above = candidate.hit.passage.embed_text
        treaty = candidate.document.kind is Kind.TREATY
        naming = naming_words(asked, candidate.document) if treaty else frozenset[str]()
        terms = [term for term in question_terms(asked) if term not in naming]
        others = {term: legal_words(term) for term in terms}
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
        )

    def _decide(self, asked: str, question: str, chosen: Sequence[Weighed], searched: Searched) -> Answer:
        if not chosen:
            return Declined(question, Reason.NOTHING_CLOSE, _nothing(searched), (), searched, 0.0)
        confidence = self.confidence(asked, chosen)
        if confidence < calibration().threshold:
            nearest = tuple(self._quote(one.candidate) for one in chosen[:NEAREST])
            reason, message = _reason(chosen[0].evidence, searched)
            return Declined(question, reason, message, nearest, searched, confidence)
        first = chosen[0]
        kept = [first, *(one for one in chosen[1:] if _worth_adding(one, first))]
        quotes = _distinct([self._quote(one.candidate) for one in kept])[:MOST_QUOTES]
        return Quoted(question, tuple(quotes), searched, confidence)

    def _quote(self, candidate: Candidate) -> Quote:
        made = quote(candidate.document, candidate.node, candidate.segments, candidate.logit)
        verify(made, self._documents[candidate.document.id])
        return made


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its evidence."""

    candidate: Candidate
    evidence: Evidence


def _worth_adding(one: Weighed, first: Weighed) -> bool:
    """Tell whether a further passage's words belong in the answer beside the first's."""
    return (
        one.candidate.logit >= max(first.candidate.logit - SECOND_MARGIN, SECOND_FLOOR)
        and one.evidence.rank() >= first.evidence.rank() - SECOND_RANK_MARGIN
        and one.evidence.type_match >= first.evidence.type_match
        and one.evidence.missing_names <= first.evidence.missing_names
    )


def _treaty_first(weighed: list[Weighed]) -> list[Weighed]:
    """Put a treaty's own words before a guide's that answer no better."""
    if not weighed or weighed[0].candidate.document.kind is Kind.TREATY:
        return weighed
    for one in weighed[1:]:
        close = one.candidate.logit >= weighed[0].candidate.logit - TREATY_MARGIN
        if one.candidate.document.kind is Kind.TREATY and close:
            return [one, *(other for other in weighed if other is not one)]
    return weighed


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    """Drop quotes whose words another one has already."""
    kept: list[Quote] = []
    for one in quotes:
        if not any(one.text in other.text for other in kept):
            kept.append(one)
    return kept


def _nothing(searched: Searched) -> str:
    return f"Not answered: nothing close was found in {searched.documents} documents ({searched.passages} passages)."


def _reason(evidence: Evidence, searched: Searched) -> tuple[Reason, str]:
    """Return why a question is declined, in words about the search only."""
    where = f"{searched.documents} document{'s' if searched.documents != 1 else ''} ({searched.passages} passages)"
    if evidence.passage < 0:
        return Reason.NOTHING_CLOSE, f"Not answered: nothing close was found in {where}."
    return (
        Reason.NOT_AN_ANSWER,
        f"Not answered: {where} were searched; the nearest passages are close to the question but do not answer it.",
    )
