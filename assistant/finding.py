"""Where to look and what is found there: from a question to the passages that are weighed.

Misspelt words are mended, treaties that are named bound the search, provisions that are named come first, and a
follow-up is looked for near what was quoted before.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant import carried, followup, lookup
from assistant.address import instruments, sections_on
from assistant.spelling import Vocabulary, mended, vocabulary_of
from assistant.weighing import UNSEEN, Scales
from corpus.models import Document, Kind, Provision
from corpus.names import named_in
from corpus.references import references_in
from index.models import Embedder, Hit, Reranker
from index.passages import question_terms
from index.retrieve import Retrieval, Retriever

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.models import Quote
    from assistant.parts import Parts
    from corpus.models import Passage
    from corpus.name_book import NamedTreaty
    from index.generation import Generation

MOST_GUIDED = 8
"""Passages of guides on an article asked for that are read besides."""
SEARCHED = 10
"""Passages of a search in which an answer is looked for."""
_WHOLE_WORD = 3
"""Tokens of a word that the encoder knows as a whole: the word and two special ones."""


class Finder:
    """Finds passages in one generation of the index.

    Args:
        generation: What is searched.
        models: The encoder it was built with, and the cross-encoder.
        documents: The generation's documents by id, with all their names.
        absent: Treaties that are known by name and not there.
        provisions: Gives a document's tree by id.
        parts: What takes part in finding.
        scales: Says how the models read a question.
    """

    def __init__(
        self,
        generation: Generation,
        models: tuple[Embedder, Reranker],
        documents: Mapping[str, Document],
        absent: tuple[NamedTreaty, ...],
        provisions: Callable[[str], Provision],
        *,
        parts: Parts,
        scales: Scales,
    ) -> None:
        self._store = generation.passages
        self._embedder, self._reranker = models
        self._documents, self._absent, self._provisions = documents, absent, provisions
        self._parts, self._scales = parts, scales
        self._retriever = Retriever(generation, *models, parts.search())
        self._instruments = instruments(documents.values())
        self._words = lru_cache(maxsize=1)(self._vocabulary)

    # -- understanding

    def mends(self, text: str) -> tuple[str, dict[str, str]]:
        """Return a question with its misspelt words mended against the documents' words, and what was mended."""
        if not self._parts.spelling:
            return text, {}
        return mended(text, self._words, lambda word: self._embedder.count([word])[0] <= _WHOLE_WORD)

    def leans(self, text: str, document_ids: Sequence[str] | None) -> bool:
        """Tell whether a question needs the one before: it is elliptical, or names an article of no treaty."""
        elliptical = followup.leans_on_history(text, question_terms(text))
        return elliptical or lookup.leaves_open(text, self.shelf(document_ids))

    def scope(self, question: str, document_ids: Sequence[str] | None) -> list[str] | None:
        """Return where to look: the filter, less the treaties that a question naming others does not mean."""
        named = named_in(question, self._documents.values(), self._absent) if self._parts.names else ()
        if not named:
            return list(document_ids) if document_ids is not None else None
        allowed = document_ids if document_ids is not None else self._documents
        kept = [i for i in allowed if i in named or self._documents[i].kind is not Kind.TREATY]
        return kept or list(allowed)

    def shelf(self, document_ids: Sequence[str] | None) -> lookup.Shelf:
        """Return where an explicit reference may lead: the filter, or everything."""
        allowed = document_ids if document_ids is not None else self._documents
        return lookup.Shelf(tuple(self._documents[i] for i in allowed), self._provisions, self._absent)

    def lexical_weight(self, asked: str) -> float:
        """Return how far the word search is trusted with a question, against the encoder's 1."""
        return self._retriever.lexical_weight(asked)

    # -- finding

    def search(self, asked: str, scope: Sequence[str] | None, *, top_k: int = SEARCHED) -> Retrieval:
        """Return what a question finds within a scope."""
        return self._retriever.search(
            asked, top_k=top_k, document_ids=scope, widened=self._scales.read(asked)
        )

    def search_bare(self, wording: str, scope: Sequence[str] | None) -> tuple[Hit, ...]:
        """Return what a wording finds within a scope, without legal words added."""
        return self._retriever.search(wording, top_k=SEARCHED, document_ids=scope).hits

    def judged(self, asked: str, passages: Sequence[Passage], beside: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return passages that were found some other way, scored like those the question found."""
        return self._retriever.judged(asked, passages, beside, widened=self._scales.read(asked))

    def addressed(self, asked: str, document_ids: Sequence[str] | None) -> tuple[Hit, ...]:
        """Return the passages of the provisions that a question names, in the order asked, then of the text."""
        if not self._parts.addresses:
            return ()
        found: dict[str, Hit] = {}
        for document, node in lookup.addresses(asked, self.shelf(document_ids)):
            for passage in self._store.passages_of(document.id):
                if passage.span.overlaps(node.span):
                    found.setdefault(passage.id, Hit(passage, 1.0))
        return tuple(found.values())

    def holding(self, quotes: Sequence[Quote]) -> tuple[Hit, ...]:
        """Return the passages in which quotes stand, in the order of the quotes."""
        found: dict[str, Hit] = {}
        for quote in quotes:
            for passage in self._store.passages_of(quote.document_id):
                if passage.span.overlaps(quote.segments[-1]):
                    found.setdefault(passage.id, Hit(passage, 1.0))
        return tuple(found.values())

    def guided(
        self, asked: str, document_ids: Sequence[str] | None, beside: Sequence[Hit]
    ) -> tuple[Hit, ...]:
        """Return the passages of guides on an article that a question names, those that speak of few articles first.

        Args:
            asked: The question as searched.
            document_ids: Where to look; None for everywhere.
            beside: What it found.
        """
        references = references_in(asked)
        if not references or not self._parts.addresses:
            return ()
        found: list[tuple[int, Passage]] = []
        for document in self.shelf(document_ids).documents:
            if document.kind is not Kind.GUIDE:
                continue
            closeness = sections_on(asked, references, document, self._instruments)
            starts = sorted(note.start for note in document.notes)
            for passage in self._store.passages_of(document.id) if closeness else ():
                place = bisect_right(starts, passage.span.start) - 1
                if place >= 0 and starts[place] in closeness:
                    found.append((closeness[starts[place]], passage))
        found.sort(key=lambda pair: pair[0])
        close = {passage.id: n for n, passage in found[:MOST_GUIDED]}
        known = {hit.passage.id: hit for hit in beside if hit.passage.id in close}
        more = [passage for _, passage in found[:MOST_GUIDED] if passage.id not in known]
        hits = (*known.values(), *self.judged(asked, more, beside))
        return tuple(sorted(hits, key=lambda hit: (close[hit.passage.id], -hit.score)))

    def near(
        self,
        asked: str,
        said: str,
        hits: Sequence[Hit],
        cited: Sequence[Quote],
        scope: Sequence[str] | None,
    ) -> tuple[Hit, ...]:
        """Return what a follow-up found with the passages around what was quoted before, in their common order.

        Args:
            asked: The follow-up behind the question before, as it was searched.
            said: The follow-up alone.
            hits: What ``asked`` found, best first.
            cited: What the question before was answered with.
            scope: Where to look; None for everywhere.
        """
        allowed = [quote for quote in cited if scope is None or quote.document_id in scope]
        if not allowed:
            return tuple(hits)
        near = carried.neighbours(allowed, self._store.passages_of, self._provisions)
        every = (*hits, *self.judged(asked, carried.unread(near, hits), hits))
        alone = self._reranker.score(said, [hit.passage.embed_text for hit in every])
        return carried.reordered(every, near, alone, frozenset(quote.document_id for quote in allowed))

    def telling(self, question: str, scope: Sequence[str] | None) -> tuple[Document, ...]:
        """Return the instruments that have the question's words most, the likeliest first."""
        found = self._store.lexical(question, UNSEEN, scope)
        ids = dict.fromkeys(one.document_id for one in self._store.passages([one for one, _ in found]))
        return tuple(self._documents[one] for one in ids if self._documents[one].kind.is_instrument)

    def _vocabulary(self) -> Vocabulary:
        return vocabulary_of([d.text for d in self._documents.values()])
