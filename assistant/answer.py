"""From a question to an answer: look up, search, select, quote, or decline.

``Assistant`` holds one index generation and the two models. Every step it takes is a module of its own; here they
are only put in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant import followup, lookup
from assistant.address import at_address, instruments
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.evidence import Evidence, calibration, weigh
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import quote, verify
from assistant.select import Candidate, candidates, whole_list
from corpus.models import Document, Kind, Provision
from corpus.names import named_in, naming_words
from corpus.references import references_in
from corpus.structure import parse
from index.generation import Generation
from index.models import Embedder, Hit, Reranker, Searched, Stage
from index.passages import question_terms
from index.retrieve import Retriever

MOST_QUOTES = 4
NEAREST = 3
"""Quotes shown with a decline."""
SECOND_MARGIN = 3.0
"""Logits below the best words within which another passage's words are quoted too."""
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
        self, question: str, *, history: Sequence[str] = (), top_k: int = 10, document_ids: Sequence[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return the passages nearest to a question, best first, without quoting.

        Raises:
            EmptyQuestion: If there is nothing to search for.
            UnknownDocument: If a filter names a document that is not indexed.
        """
        text = self._clean(question)
        if history and followup.leans_on_history(text, question_terms(text)):
            text = followup.with_history(text, history)
        return self._retriever.search(text, top_k=top_k, document_ids=self._scope(text, document_ids)).hits

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
        leans = bool(history) and followup.leans_on_history(text, question_terms(text))
        answer = self._answer(followup.with_history(text, history) if leans else text, text, document_ids, on_stage)
        if isinstance(answer, Declined) and history and not leans:
            again = self._answer(followup.with_history(text, history), text, document_ids, on_stage)
            answer = again if isinstance(again, Quoted) else answer
        return answer

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

    def _answer(self, asked: str, question: str, document_ids: Sequence[str] | None, on_stage: OnStage | None) -> Answer:
        tell = on_stage or (lambda _: None)
        started = time.perf_counter()
        tell("searching")
        scope = self._scope(asked, document_ids)
        treaties = self._addressed(asked, document_ids)
        found = lookup.look_up(asked, treaties, self.provisions, self.searched(scope))
        if found is not None:
            return replace(found, question=question, asked=asked)
        retrieval = self._retriever.search(asked, top_k=10, document_ids=scope)
        tell("reading")
        at = time.perf_counter()
        chosen = self._choose(asked, retrieval.hits)
        reading = Stage("select", (time.perf_counter() - at) * 1000)
        tell("quoting")
        answer = self._decide(asked, question, chosen, self.searched(scope))
        total = Stage("total", (time.perf_counter() - started) * 1000)
        return replace(answer, asked=asked, stages=(*retrieval.stages, reading, total))

    def _addressed(self, asked: str, document_ids: Sequence[str] | None) -> list[Document]:
        """Return the treaties an explicit reference may mean: those named, else the only one there is."""
        allowed = [self._documents[i] for i in (document_ids if document_ids is not None else self._documents)]
        treaties = [d for d in allowed if d.kind is Kind.TREATY]
        named = named_in(asked, treaties)
        if named:
            return [self._documents[i] for i in named]
        return treaties if len(treaties) == 1 and document_ids is not None else []

    # -- choosing and deciding

    def _choose(self, asked: str, hits: Sequence[Hit]) -> list[tuple[Candidate, Evidence]]:
        """Return the best candidate of each passage with its evidence, best first."""
        scored = candidates(asked, hits, self.document, self.provisions, self._reranker.score)
        best: dict[str, Candidate] = {}
        for candidate in scored:
            key = candidate.hit.passage.id
            if key not in best or candidate.logit > best[key].logit:
                best[key] = candidate
        whole = [whole_list(c, scored, self.provisions(c.document.id)) for c in best.values()]
        references = references_in(asked)
        whole = [
            c for c in whole
            if at_address(asked, references, c.document, c.node.path, c.segments, self._instruments)
        ] or whole[:0]
        weighed = [(c, self._evidence(asked, c)) for c in whole]
        weighed.sort(key=lambda pair: -calibration().confidence(pair[1]))
        return _treaty_first(weighed)

    def _evidence(self, asked: str, candidate: Candidate) -> Evidence:
        store, signals = self._generation.passages, candidate.hit.signals
        quoted = " ".join(span.of(candidate.document.text) for span in candidate.segments)
        naming = naming_words(asked, candidate.document) if candidate.document.kind is Kind.TREATY else frozenset()
        coverage, unknown, matches = weigh(
            asked,
            [term for term in question_terms(asked) if term not in naming],
            store.idf,
            lambda term: store.document_frequency(term) > 0,
            candidate.hit.passage.embed_text,
            quoted,
        )
        return Evidence(
            passage=signals.logit if signals.logit is not None else candidate.logit,
            words=candidate.logit,
            cosine=signals.cosine or 0.0,
            coverage=coverage,
            unknown=unknown,
            type_match=matches,
        )

    def _decide(
        self, asked: str, question: str, chosen: Sequence[tuple[Candidate, Evidence]], searched: Searched
    ) -> Answer:
        if not chosen:
            return Declined(question, Reason.NOTHING_CLOSE, _nothing(searched), (), searched, 0.0)
        model = calibration()
        confidence = model.confidence(chosen[0][1])
        if confidence < model.threshold:
            nearest = tuple(self._quote(c) for c, _ in chosen[:NEAREST])
            reason, message = _reason(chosen[0][1], searched)
            return Declined(question, reason, message, nearest, searched, confidence)
        best = chosen[0][0].logit
        kept = [
            (c, e)
            for k, (c, e) in enumerate(chosen)
            if k == 0
            or (c.logit >= max(best - SECOND_MARGIN, SECOND_FLOOR) and model.confidence(e) >= model.threshold)
        ]
        quotes = _distinct([self._quote(c) for c, _ in kept])[:MOST_QUOTES]
        return Quoted(question, tuple(quotes), searched, confidence)

    def _quote(self, candidate: Candidate) -> Quote:
        made = quote(candidate.document, candidate.node, candidate.segments, candidate.logit)
        verify(made, self._documents[candidate.document.id])
        return made


def _treaty_first(ranked: list[tuple[Candidate, Evidence]]) -> list[tuple[Candidate, Evidence]]:
    """Put a treaty's own words before a guide's that answer no better."""
    if not ranked or ranked[0][0].document.kind is Kind.TREATY:
        return ranked
    for pair in ranked[1:]:
        if pair[0].document.kind is Kind.TREATY and pair[0].logit >= ranked[0][0].logit - TREATY_MARGIN:
            return [pair, *(other for other in ranked if other is not pair)]
    return ranked


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    """Drop quotes whose words another one has already."""
    kept: list[Quote] = []
    for one in quotes:
        if not any(one.text in other.text for other in kept):
            kept.append(one)
    return kept


def _nothing(searched: Searched) -> str:
    return (
        f"Not answered: nothing close was found in {searched.documents} documents ({searched.passages} passages)."
    )


def _reason(evidence: Evidence, searched: Searched) -> tuple[Reason, str]:
    """Return why a question is declined, in words about the search only."""
    where = f"{searched.documents} document{'s' if searched.documents != 1 else ''} ({searched.passages} passages)"
    if evidence.passage < 0:
        return Reason.NOTHING_CLOSE, f"Not answered: nothing close was found in {where}."
    return (
        Reason.NOT_AN_ANSWER,
        f"Not answered: {where} were searched; the nearest passages are close to the question but do not answer it.",
    )
