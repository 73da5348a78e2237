"""From a question to an answer: look up, search, select, quote, or decline.

``Assistant`` holds one index generation and the two models. Every step it takes is a module of its own; here they
are only put in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from assistant import defined, followup, lookup
from assistant.advice import Adviser, Consultation
from assistant.asked import forms
from assistant.attachments import attached
from assistant.compare import rows_for
from assistant.deciding import (
    Weighed,
    distinct,
    nothing_close,
    reason_for,
    side_by_side,
    worth_adding,
)
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.evidence import calibration
from assistant.explain import Explanation
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.offers import held, offers_of
from assistant.parts import Parts
from assistant.query import legal_terms
from assistant.quotes import quote, verify
from assistant.select import Candidate, asks_for_list
from assistant.spelling import Vocabulary, mended, vocabulary_of
from assistant.weighing import UNSEEN, Scales
from corpus.models import Document, Kind, Provision
from corpus.name_book import NameBook, packaged
from corpus.names import named_in
from corpus.references import references_in
from corpus.structure import parse
from index.generation import Generation
from index.models import Embedder, Hit, Reranker, Searched, Stage
from index.passages import question_terms
from index.retrieve import Retriever

MOST_QUOTES = 4
NEAREST = 3
"""Quotes shown with a decline."""
PREMISE_FLOOR = 0.0
"""Logit above which words that give another number than the question are taken to speak of the same thing."""
LONGEST_QUESTION = 2000
"""Characters of a question that are read; a pasted page is no question."""

_WHOLE_WORD = 3
"""Tokens of a word that the encoder knows as a whole: the word and two special ones."""

OnStage = Callable[[str], None]


class Assistant:
    """Answers questions from one generation of the index; safe to use from several threads.

    Args:
        generation: An open generation; closed with the assistant.
        embedder: The encoder the generation was built with.
        reranker: The cross-encoder.
        names: What treaties are called besides; those of the program if not given.
        adviser: The user's own model, which may widen a search and choose among candidates; None for none.
        parts: What takes part in answering; everything if not given.
    """

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        reranker: Reranker,
        names: NameBook | None = None,
        adviser: Adviser | None = None,
        *,
        parts: Parts | None = None,
    ) -> None:
        self._adviser, self._parts = adviser, parts or Parts()
        self._generation, self._embedder = generation, embedder
        self._retriever = Retriever(generation, embedder, reranker, self._parts.search())
        book = names or packaged()
        self._documents = {d.id: book.named(d) for d in generation.passages.documents()}
        self._absent = book.absent(self._documents.values())
        self._official = held(self._documents.values())
        self.provisions = lru_cache(maxsize=256)(self._provisions)
        self._words = lru_cache(maxsize=1)(self._vocabulary)
        self.scales = Scales(generation.passages, self._documents, self.provisions, reranker, self._parts)

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
        text = self._mended(self._clean(question))
        if history and self._leans(text, document_ids):
            text = followup.with_history(text, history)
        scope = self._scope(text, document_ids)
        found = self._retriever.search(
            text, top_k=top_k, document_ids=scope, widened=self.scales.read(text)
        ).hits
        addressed = self._passages_at(text, document_ids) if self._parts.addresses else ()
        ids = {hit.passage.id for hit in addressed}
        return (*addressed, *(hit for hit in found if hit.passage.id not in ids))[:top_k]

    def _passages_at(self, asked: str, document_ids: Sequence[str] | None) -> tuple[Hit, ...]:
        """Return the passages of the provisions that a question names, in the order asked, then of the text."""
        found: dict[str, Hit] = {}
        for document, node in lookup.addresses(asked, self._shelf(document_ids)):
            for passage in self._generation.passages.passages_of(document.id):
                if passage.span.overlaps(node.span):
                    found.setdefault(passage.id, Hit(passage, 1.0))
        return tuple(found.values())

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
        said = self._clean(question)
        text = self._mended(said)
        if self._parts.comparisons:
            compared = rows_for(text, self, history=history, document_ids=document_ids, absent=self._absent)
            if compared is not None and (rows := side_by_side(compared)) is not None:
                answer = attached(rows, self.document, self.provisions, self._documents.values())
                return replace(answer, question=said, asked=text)
        tries = [text]
        if history:
            tries.insert(0 if self._leans(text, document_ids) else 1, followup.with_history(text, history))
        advice = Consultation(self._adviser)
        answer = self._answer(tries[0], text, document_ids, on_stage, advice)
        if isinstance(answer, Declined) and len(tries) > 1:
            again = self._answer(tries[1], text, document_ids, on_stage, advice)
            answer = again if isinstance(again, Quoted) else answer
        answer = attached(answer, self.document, self.provisions, self._documents.values())
        return replace(answer, question=said, offers=offers_of(answer, self._official))

    def explain(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
    ) -> Explanation:
        """Return what is made of a question: the values that its answer rests on. Raises as ``ask`` does."""
        text, mends = self._mends(self._clean(question))
        asked = followup.with_history(text, history) if history and self._leans(text, document_ids) else text
        hits = self.search(text, history=history, document_ids=document_ids)
        chosen = self.scales.consider(asked, hits)
        bare, margin = self.scales.standing(asked, chosen)
        return Explanation(
            searched=asked,
            mended=mends,
            added=legal_terms(asked),
            named=named_in(asked, self._documents.values(), self._absent),
            references=tuple(map(str, references_in(asked))),
            forms=forms(asked),
            wants_list=asks_for_list(asked),
            lexical_weight=self._retriever.lexical_weight(asked),
            hits=hits,
            candidates=tuple(chosen),
            bare=bare,
            margin=margin,
            confidence=self.scales.confidence(asked, chosen),
            threshold=calibration().threshold,
        )

    def _mended(self, text: str) -> str:
        return self._mends(text)[0]

    def _mends(self, text: str) -> tuple[str, dict[str, str]]:
        """Return a question with its misspelt words mended against the documents' words, and what was mended."""
        if not self._parts.spelling:
            return text, {}
        return mended(text, self._words, lambda word: self._embedder.count([word])[0] <= _WHOLE_WORD)

    def _vocabulary(self) -> Vocabulary:
        return vocabulary_of([d.text for d in self._documents.values()])

    def _leans(self, text: str, document_ids: Sequence[str] | None) -> bool:
        """Tell whether a question needs the one before: it is elliptical, or names an article of no treaty."""
        elliptical = followup.leans_on_history(text, question_terms(text))
        return elliptical or lookup.leaves_open(text, self._shelf(document_ids))

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
        named = named_in(question, self._documents.values(), self._absent) if self._parts.names else ()
        if not named:
            return list(document_ids) if document_ids is not None else None
        allowed = document_ids if document_ids is not None else self._documents
        kept = [i for i in allowed if i in named or self._documents[i].kind is not Kind.TREATY]
        return kept or list(allowed)

    def _answer(
        self,
        asked: str,
        question: str,
        document_ids: Sequence[str] | None,
        on_stage: OnStage | None,
        advice: Consultation,
    ) -> Answer:
        tell = on_stage or (lambda _: None)
        started = time.perf_counter()
        tell("searching")
        scope = self._scope(asked, document_ids)
        shelf, searched = self._shelf(document_ids), self.searched(scope)
        found = self._looked_up(asked, question, scope, shelf, searched)
        if found is not None:
            return replace(found, question=question, asked=asked)
        retrieval = self._retriever.search(
            asked, top_k=10, document_ids=scope, widened=self.scales.read(asked)
        )
        hits = advice.hits(
            asked,
            retrieval.hits,
            search=lambda other: self._retriever.search(other, top_k=10, document_ids=scope).hits,
            judge=partial(self._retriever.judged, asked, widened=self.scales.read(asked)),
        )
        tell("reading")
        at = time.perf_counter()
        chosen = self.scales.consider(asked, hits)
        reading = Stage("select", (time.perf_counter() - at) * 1000)
        tell("quoting")
        answer = self._decide(asked, question, chosen, self.searched(scope), advice)
        total = Stage("total", (time.perf_counter() - started) * 1000)
        return replace(answer, asked=asked, stages=(*retrieval.stages, reading, *advice.stages, total))

    def _looked_up(
        self,
        asked: str,
        question: str,
        scope: Sequence[str] | None,
        shelf: lookup.Shelf,
        searched: Searched,
    ) -> Answer | None:
        """Return what answers before any search: the provisions a question names, or a term's definition."""
        found: Answer | None = None
        if self._parts.addresses:
            earlier = asked.removesuffix(question).strip() if asked != question else ""
            found = lookup.look_up(question, shelf, searched, earlier=earlier)
            if found is None and earlier:
                found = lookup.look_up(asked, shelf, searched)
        if found is None and self._parts.definitions:
            telling = self._telling(question, scope)
            found = defined.look_up(question, telling, self.provisions, searched)
        return found

    def _telling(self, question: str, scope: Sequence[str] | None) -> tuple[Document, ...]:
        """Return the instruments that have the question's words most, the likeliest first."""
        found = self._generation.passages.lexical(question, UNSEEN, scope)
        passages = self._generation.passages.passages([one for one, _ in found])
        ids = dict.fromkeys(passage.document_id for passage in passages)
        return tuple(self._documents[one] for one in ids if self._documents[one].kind.is_instrument)

    def _shelf(self, document_ids: Sequence[str] | None) -> lookup.Shelf:
        """Return where an explicit reference may lead: the filter, or everything."""
        allowed = document_ids if document_ids is not None else self._documents
        return lookup.Shelf(tuple(self._documents[i] for i in allowed), self.provisions, self._absent)

    # -- deciding

    def _decide(
        self,
        asked: str,
        question: str,
        chosen: Sequence[Weighed],
        searched: Searched,
        advice: Consultation,
    ) -> Answer:
        if not chosen:
            return Declined(question, Reason.NOTHING_CLOSE, nothing_close(searched), (), searched, 0.0)
        confidence = self.scales.confidence(asked, chosen)
        otherwise = chosen[0].evidence.contradicted and chosen[0].candidate.logit > PREMISE_FLOOR
        if confidence < calibration().threshold or otherwise:
            nearest = tuple(self._quote(one.candidate) for one in chosen[:NEAREST])
            reason, message = reason_for(chosen[0].evidence, searched, otherwise=otherwise)
            return Declined(question, reason, message, nearest, searched, confidence)
        # that it is answered is decided; the user's own model may only say with which of these words
        chosen = advice.ordered(asked, chosen, lambda one: self._quote(one.candidate).text)
        first = chosen[0]
        kept = [first, *(one for one in chosen[1:] if worth_adding(one, first))]
        quotes = distinct([self._quote(one.candidate) for one in kept])[:MOST_QUOTES]
        return Quoted(question, tuple(quotes), searched, confidence)

    def _quote(self, candidate: Candidate) -> Quote:
        made = quote(candidate.document, candidate.node, candidate.segments, candidate.logit)
        verify(made, self._documents[candidate.document.id])
        return made
