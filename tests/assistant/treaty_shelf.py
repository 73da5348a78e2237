"""A library of small treaties of our own writing, and what answers from it by counting words, without models.

It counts what it is asked, so that a test can tell how much work a table made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import UnknownDocument
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import governed, quote
from corpus.models import Level
from corpus.structure import parse
from index.models import Searched
from index.passages import question_terms
from tests.corpus.written_treaties import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document, Provision


def treaty(document_id: str, title: str, *articles: tuple[str, str]) -> Document:
    """Return a treaty of the articles given, each a heading and its words, and two of its own behind them."""
    every = (*articles, ("Peace", "Ports keep the peace."), ("Entry", "This Treaty begins in spring."))
    blocks = [f"Article {n}\n{heading}\n{words}\n" for n, (heading, words) in enumerate(every, start=1)]
    return document("\n".join(blocks), id=document_id, title=title)


class WordAnswers:
    """Quotes the provision of a document that has most words of the question, if it has a share of them.

    Args:
        documents: The library.
        enough: The share of the question's words from which it answers.
        confidence: Of its answers.

    Attributes:
        asked: Every question with the document it was put to, in order.
    """

    def __init__(
        self, documents: Sequence[Document], *, enough: float = 1.0, confidence: float = 0.7
    ) -> None:
        self._documents = {d.id: d for d in documents}
        self._roots = {d.id: parse(d) for d in documents}
        self._enough, self._confidence = enough, confidence
        self.asked: list[tuple[str, str]] = []

    def ask(self, question: str, *, document_ids: Sequence[str] | None = None) -> Answer:
        (document_id,) = document_ids or ()
        self.asked.append((question, document_id))
        document, terms = self.document(document_id), question_terms(question)
        found = [(_share(terms, one), one) for one in self._provisions_of(document)]
        share, best = max(found, key=lambda pair: pair[0])
        searched = self.searched([document_id])
        if share >= self._enough:
            return Quoted(question, (best,), searched, self._confidence)
        return Declined(question, Reason.NOT_AN_ANSWER, "Not answered.", (best,), searched, 0.1)

    def _provisions_of(self, document: Document) -> list[Quote]:
        root = self._roots[document.id]
        leaves = [
            leaf for leaf in root.leaves() if leaf.level is not Level.HEADING and leaf.body < leaf.span.end
        ]
        return [
            quote(document, leaf, governed(document.text, root.chain(leaf.span.start)), 1.0)
            for leaf in leaves
        ]

    def documents(self) -> tuple[Document, ...]:
        return tuple(self._documents.values())

    def document(self, document_id: str) -> Document:
        if document_id not in self._documents:
            raise UnknownDocument(f"expected the id of an indexed document, found '{document_id}'")
        return self._documents[document_id]

    def provisions(self, document_id: str) -> Provision:
        return self._roots[document_id]

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        ids = list(self._documents if document_ids is None else document_ids)
        return Searched(len(ids), sum(len(list(self._roots[one].leaves())) for one in ids), "shelf")


def _share(terms: Sequence[str], one: Quote) -> float:
    words = set(question_terms(one.text))
    return sum(term in words for term in terms) / (len(terms) or 1)
