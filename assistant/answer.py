"""From a question to an answer: look up, search, select, quote, or decline.

``Assistant`` holds one index generation and the two models. Every step it takes is a module of its own; here they
are only put in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from assistant.finding import SEARCHED, Finder
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.offers import held, with_offers
from assistant.parts import Parts
from assistant.query import legal_terms
from assistant.quotes import quote, verify
from assistant.select import Candidate, asks_for_list, of_one_list
from assistant.weighing import Scales
from corpus.models import Document, Provision
from corpus.name_book import NameBook, packaged
from corpus.names import named_in
from corpus.references import references_in
from corpus.structure import parse
from index.generation import Generation
from index.models import Embedder, Hit, Reranker, Searched, Stage

MOST_QUOTES = 4
MOST_KEPT = 256
"""Questions whose quotes are remembered for the next question; the rest are answered again when they are needed."""
NEAREST = 3
"""Quotes shown with a decline."""
PREMISE_FLOOR = 0.0
"""Logit above which words that give otherwise what the question takes for granted are taken to speak of the same."""
LONGEST_QUESTION = 2000
"""Characters of a question that are read; a pasted page is no question."""


OnStage = Callable[[str], None]


def _silent(_: str) -> None:
    """Tell nobody of a stage."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question being answered: what was said, within what, and what else bears on it."""

    said: str
    document_ids: Sequence[str] | None
    tell: OnStage
    advice: Consultation
    cited: Sequence[Quote] = ()


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
        self._generation, self._adviser, self._parts = generation, adviser, parts or Parts()
        book = names or packaged()
        self._documents = {d.id: book.named(d) for d in generation.passages.documents()}
        self._absent = book.absent(self._documents.values())
        self._official = held(self._documents.values())
        self._quoted: dict[tuple[str, tuple[str, ...]], tuple[Quote, ...]] = {}
        self.provisions = lru_cache(maxsize=256)(self._provisions)
        models = (embedder, reranker)
        self.scales = Scales(generation.passages, self._documents, self.provisions, models, self._parts)
        self.finder = Finder(
            generation,
            models,
            self._documents,
            self._absent,
            self.provisions,
            parts=self._parts,
            scales=self.scales,
        )

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
        self.finder.search_bare("warm", None)

    def close(self) -> None:
        """Close the generation."""
        self._generation.close()

    # -- asking

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        top_k: int = SEARCHED,
        document_ids: Sequence[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Return the passages nearest to a question, best first, without quoting.

        Raises:
            EmptyQuestion: If there is nothing to search for.
            UnknownDocument: If a filter names a document that is not indexed.
        """
        said = asked = self._understood(question, document_ids)
        if history and self.finder.leans(said, document_ids):
            asked = followup.with_history(said, history)
        scope = self.finder.scope(asked, document_ids)
        found = self.finder.search(asked, scope, top_k=max(top_k, SEARCHED)).hits
        if asked != said:
            found = self.finder.near(asked, said, found, self._before(history, document_ids), scope)
        addressed = (
            self.finder.addressed(asked, document_ids)
            or self._defining(said, scope)
            or self.finder.guided(asked, scope, found)
        )
        ids = {hit.passage.id for hit in addressed}
        return (*addressed, *(hit for hit in found if hit.passage.id not in ids))[:top_k]

    def _defining(self, said: str, scope: Sequence[str] | None) -> tuple[Hit, ...]:
        """Return the passages that define the term a question asks for; none if it asks for none."""
        if not self._parts.definitions:
            return ()
        found = defined.look_up(said, self.finder.telling(said, scope), self.provisions, self.searched(scope))
        return self.finder.holding(found.quotes) if found is not None else ()

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
        text = self._understood(question, document_ids)
        said = self._clean(question)
        compared = self._side_by_side(text, history, document_ids)
        if compared is not None:
            answer = attached(compared, self.document, self.provisions, self._documents.values())
            return replace(answer, question=said, asked=text)
        tries = [text]
        if history:
            first = 0 if self.finder.leans(text, document_ids) else 1
            tries.insert(first, followup.with_history(text, history))
        cited = self._before(history, document_ids) if history else ()
        turn = _Turn(text, document_ids, on_stage or _silent, Consultation(self._adviser), cited)
        answer = self._answer(tries[0], turn)
        if isinstance(answer, Declined) and len(tries) > 1:
            again = self._answer(tries[1], turn)
            answer = again if isinstance(again, Quoted) else answer
        self._keep(text, document_ids, answer)
        answer = attached(answer, self.document, self.provisions, self._documents.values())
        return replace(with_offers(answer, self._official), question=said)

    def explain(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
    ) -> Explanation:
        """Return what is made of a question: the values that its answer rests on. Raises as ``ask`` does."""
        text, mends = self.finder.mends(self._clean(question))
        leans = bool(history) and self.finder.leans(text, document_ids)
        asked = followup.with_history(text, history) if leans else text
        hits = self.search(text, history=history, document_ids=document_ids)
        chosen = self.scales.consider(asked, hits)
        return Explanation(
            searched=asked,
            mended=mends,
            added=legal_terms(asked),
            named=named_in(asked, self._documents.values(), self._absent),
            references=tuple(map(str, references_in(asked))),
            forms=forms(asked),
            wants_list=asks_for_list(asked),
            lexical_weight=self.finder.lexical_weight(asked),
            hits=hits,
            candidates=tuple(chosen),
            first=self.scales.first_words(asked, chosen) if chosen else None,
            confidence=self.scales.confidence(asked, chosen),
            threshold=calibration().threshold,
        )

    def _clean(self, question: str) -> str:
        text = " ".join(question.split())[:LONGEST_QUESTION]
        if not any(c.isalnum() for c in text):
            raise EmptyQuestion("expected a question in words, found none. Type a question about a treaty")
        return text

    def _understood(self, question: str, document_ids: Sequence[str] | None) -> str:
        """Return a question with its misspelt words mended, once its filter is known to be one."""
        for document_id in document_ids or ():
            self.document(document_id)
        return self.finder.mends(self._clean(question))[0]

    def _side_by_side(
        self, text: str, history: Sequence[str], document_ids: Sequence[str] | None
    ) -> Quoted | None:
        """Return the rows of a question that compares treaties; None for any other."""
        if not self._parts.comparisons:
            return None
        rows = rows_for(text, self, history=history, document_ids=document_ids, absent=self._absent)
        return None if rows is None else side_by_side(rows)

    # -- what was quoted before

    def _before(self, history: Sequence[str], document_ids: Sequence[str] | None) -> tuple[Quote, ...]:
        """Return what the last question was answered with; of one that was declined, what came nearest."""
        if not self._parts.carried or not history[-1].strip():
            return ()
        last = self._understood(history[-1], document_ids)
        if (last, tuple(document_ids or ())) not in self._quoted:
            asked = last
            if len(history) > 1 and self.finder.leans(last, document_ids):
                asked = followup.with_history(last, history[:-1])
            turn = _Turn(last, document_ids, _silent, Consultation(None))
            self._keep(last, document_ids, self._answer(asked, turn))
        return self._quoted.get((last, tuple(document_ids or ())), ())

    def _keep(self, text: str, document_ids: Sequence[str] | None, answer: Answer) -> None:
        """Remember what a question was answered with: the next one may go on from there."""
        quotes = answer.nearest if isinstance(answer, Declined) else answer.quotes
        self._quoted[text, tuple(document_ids or ())] = quotes
        for old in list(self._quoted)[:-MOST_KEPT]:
            self._quoted.pop(old, None)

    # -- answering

    def _answer(self, asked: str, turn: _Turn) -> Answer:
        started = time.perf_counter()
        turn.tell("searching")
        scope = self.finder.scope(asked, turn.document_ids)
        found = self._looked_up(asked, turn, scope)
        if found is not None:
            return replace(found, question=turn.said, asked=asked)
        retrieval = self.finder.search(asked, scope)
        hits = turn.advice.hits(
            asked,
            retrieval.hits,
            search=lambda other: self.finder.search_bare(other, scope),
            judge=partial(self.finder.judged, asked),
        )
        if asked != turn.said:
            hits = self.finder.near(asked, turn.said, hits, turn.cited, scope)[:SEARCHED]
        guided = self.finder.guided(asked, scope, hits)
        ids = {hit.passage.id for hit in guided}
        hits = (*guided, *(hit for hit in hits if hit.passage.id not in ids))
        turn.tell("reading")
        at = time.perf_counter()
        chosen = self.scales.consider(asked, hits)
        reading = Stage("select", (time.perf_counter() - at) * 1000)
        turn.tell("quoting")
        answer = self._decide(asked, turn, chosen, self.searched(scope))
        total = Stage("total", (time.perf_counter() - started) * 1000)
        return replace(answer, asked=asked, stages=(*retrieval.stages, reading, *turn.advice.stages, total))

    def _looked_up(self, asked: str, turn: _Turn, scope: Sequence[str] | None) -> Answer | None:
        """Return what answers before any search: the provisions a question names, or a term's definition."""
        shelf, searched = self.finder.shelf(turn.document_ids), self.searched(scope)
        found: Answer | None = None
        if self._parts.addresses:
            earlier = asked.removesuffix(turn.said).strip() if asked != turn.said else ""
            found = lookup.look_up(turn.said, shelf, searched, earlier=earlier)
            if found is None and earlier:
                found = lookup.look_up(asked, shelf, searched)
        if found is None and self._parts.definitions:
            telling = self.finder.telling(turn.said, scope)
            found = defined.look_up(turn.said, telling, self.provisions, searched)
        return found

    def _decide(
        self,
        asked: str,
        turn: _Turn,
        chosen: Sequence[Weighed],
        searched: Searched,
    ) -> Answer:
        question = turn.said
        if not chosen:
            return Declined(question, Reason.NOTHING_CLOSE, nothing_close(searched), (), searched, 0.0)
        confidence = self.scales.confidence(asked, chosen)
        close = chosen[0].candidate.logit > PREMISE_FLOOR
        against = chosen[0].against if close else None
        if confidence < calibration().threshold or against is not None:
            nearest = tuple(self._quote(one.candidate) for one in chosen[:NEAREST])
            reason, message = reason_for(chosen[0].evidence, searched, against)
            # what contradicts the question is close to it, and known not to answer it as asked
            return Declined(
                question, reason, message, nearest, searched, confidence if against is None else 0.0
            )
        # that it is answered is decided; the user's own model may only say with which of these words
        chosen = turn.advice.ordered(asked, chosen, lambda one: self._quote(one.candidate).text)
        first = chosen[0]
        kept = [first, *(one for one in chosen[1:] if worth_adding(one, first))]
        words = [words for one in kept for words in (one.candidate, *one.beside)]
        quotes = distinct([self._quote(one) for one in of_one_list(words, self.provisions)])[:MOST_QUOTES]
        return Quoted(question, tuple(quotes), searched, confidence)

    def _quote(self, candidate: Candidate) -> Quote:
        made = quote(candidate.document, candidate.node, candidate.segments, candidate.logit)
        verify(made, self._documents[candidate.document.id])
        return made
