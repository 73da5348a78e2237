"""One question asked of several treaties: a row a treaty, with its own words side by side or a plain "not found".

Each treaty is asked alone, on the way every question goes, and only verified quotes fill a row. Nothing is said
about what the rows amount to; that is for the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from assistant.comparison import FEWEST, Comparison, comparison_in, continued
from assistant.comparison_words import is_question, question_on
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.excerpt import WHOLE, chain_to, excerpt
from assistant.models import Answer, Declined, Quote, Quoted
from assistant.spoken import Spoken
from corpus.models import Level
from corpus.name_book import NAMED_KINDS, packaged
from index.models import Searched

if TYPE_CHECKING:
    from corpus.models import Document, Provision
    from corpus.name_book import NamedTreaty

__all__ = ["Compared", "Comparison", "Found", "Row", "compare", "comparison_in", "of_library", "rows_for"]

MOST_ASKED = 12
"""Treaties that are asked; a question takes about half a second. Of the rest only the words are looked for."""
MOST_QUOTES = 3
"""Quotes of a row."""
MOST_MENTIONS = 2
"""Quotes of a row whose treaty has the words of the topic and was found by them alone."""
NEAREST = 3
"""Quotes kept of a row that has none."""
ENOUGH = 0.9
"""Least sum of a quote's confidence and its share of the topic's words, weighed by rarity. Of 96 pairs of a topic and
one of three treaties, confidence alone showed 16 provisions of treaties that have none on the topic; with this sum it
is 4, of which 3 mention it, and 31 of the 39 right ones stay."""
ENOUGH_ASKED = 0.6
"""The same where the topic is a question of its own: confidence is fitted on such, and they share fewer words."""
SURE = 0.75
"""Confidence from which an answer is shown whatever its words: of the 96 pairs none without the topic reached 0.6."""

OnRow = Callable[[int, int], None]


class Answers(Protocol):
    """What is asked; ``assistant.answer.Assistant`` is one."""

    def ask(self, question: str, *, document_ids: Sequence[str] | None = None) -> Answer:
        """Answer a question from some documents."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """Return the library."""
        ...

    def document(self, document_id: str) -> Document:
        """Return one document."""
        ...

    def provisions(self, document_id: str) -> Provision:
        """Return a document's tree."""
        ...

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        """Return what a search within some documents looks through."""
        ...


class Found(StrEnum):
    """How a row came by its quotes."""

    ANSWER = "answer"
    WORDS = "words"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """What one document says on a topic.

    Attributes:
        document: Which.
        quotes: Its words, at most ``MOST_QUOTES``; none if no matching provision was found.
        confidence: That the quotes answer, 0 to 1; 0 for one that was not asked.
        nearest: What came nearest where there are no quotes; no answer.
        found: Whether the question found the quotes, or the topic's words alone.
        asked: Whether the document was asked, or only its words were looked through.
    """

    document: Document
    quotes: tuple[Quote, ...]
    confidence: float
    nearest: tuple[Quote, ...] = ()
    found: Found = Found.NOTHING
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """A topic in several documents.

    Attributes:
        question: As asked.
        topic: What each document was asked about.
        rows: One a document, in the order asked; where it was asked which treaties speak of the topic, the
            strongest first and those with nothing last.
        searched: What was looked through.
        every: Whether it was asked which treaties speak of the topic.
        absent: Titles of treaties that were named and are not indexed.
    """

    question: str
    topic: str
    rows: tuple[Row, ...]
    searched: Searched
    every: bool = False
    absent: tuple[str, ...] = ()

    @property
    def unasked(self) -> int:
        """Documents that were not asked, only looked through for the topic's words."""
        return sum(not row.asked for row in self.rows)


def compare(
    assistant: Answers,
    topic: str,
    document_ids: Sequence[str],
    *,
    question: str = "",
    absent: Sequence[str] = (),
    every: bool = False,
    on_row: OnRow | None = None,
) -> Compared:
    """Return what documents say on a topic, each asked alone; at most ``MOST_ASKED`` are asked.

    Args:
        assistant: What answers.
        topic: A subject ("extradition") or a question that names no treaty.
        document_ids: Ids, in the order of the rows.
        question: As the user asked, where that was more than the topic.
        absent: Titles to be told as not indexed.
        every: Whether it is asked which documents speak of the topic; the rows are then sorted by strength.
        on_row: Told how many documents are done, and how many there are to ask.

    Raises:
        EmptyQuestion: If the topic has no words.
        UnknownDocument: If an id is not indexed.
    """
    if not any(c.isalnum() for c in topic):
        raise EmptyQuestion(
            "expected a topic in words, found none. Name what to compare, such as: withdrawal"
        )
    documents = [assistant.document(one) for one in dict.fromkeys(document_ids)]
    spoken = Spoken(topic, ((d, assistant.provisions(d.id)) for d in documents))
    to_ask = _to_ask(documents, spoken)
    rows = []
    for document in documents:
        desk = _Desk(assistant, document, assistant.provisions(document.id), spoken)
        rows.append(desk.asked(topic) if document.id in to_ask else desk.looked_through(topic))
        if on_row is not None:
            on_row(sum(row.asked for row in rows), len(to_ask))
    if every:
        rows.sort(key=_strength, reverse=True)
    searched = assistant.searched([d.id for d in documents])
    return Compared(question or topic, topic, tuple(rows), searched, every, tuple(absent))


def rows_for(
    question: str,
    assistant: Answers,
    *,
    history: Sequence[str] = (),
    document_ids: Sequence[str] | None = None,
    absent: Sequence[NamedTreaty] | None = None,
    on_row: OnRow | None = None,
) -> Compared | None:
    """Return the rows of a question that compares treaties or asks which speak of something; None for any other.

    A question put to a single document has no rows, so that what answers a row may itself ask for rows.

    Args:
        question: As asked.
        assistant: What answers.
        history: Earlier questions, oldest first: "and on jurisdiction?" goes on with a comparison.
        document_ids: Where to look; None for everywhere.
        absent: Known treaties that are not indexed; those the program knows if not given.
        on_row: As for ``compare``.

    Raises:
        UnknownDocument: If an id is not indexed.
    """
    documents = assistant.documents()
    if document_ids is not None:
        documents = tuple(assistant.document(one) for one in dict.fromkeys(document_ids))
        if len(documents) < FEWEST:
            return None
    known = packaged().absent(assistant.documents()) if absent is None else absent
    found = comparison_in(question, documents, known) or continued(question, history, documents, known)
    if found is None:
        return None
    return compare(
        assistant,
        found.topic,
        found.document_ids,
        question=question,
        absent=found.absent,
        every=found.every,
        on_row=on_row,
    )


def of_library(topic: str, assistant: Answers, *, on_row: OnRow | None = None) -> Compared:
    """Return what all treaties of the library say on a topic, the strongest first.

    Args:
        topic: As for ``compare``.
        assistant: What answers.
        on_row: As for ``compare``.

    Raises:
        EmptyQuestion: If the topic has no words.
        UnknownDocument: If there is no treaty.
    """
    ids = [d.id for d in assistant.documents() if d.kind in NAMED_KINDS]
    if not ids:
        raise UnknownDocument(
            "expected treaties to compare, found none in the index. Run: treaty corpus add FILE"
        )
    return compare(assistant, topic, ids, every=True, on_row=on_row)


def _to_ask(documents: Sequence[Document], spoken: Spoken) -> frozenset[str]:
    """Return the documents to ask: all if they are few, else those that have the topic's words first."""
    order = sorted(documents, key=lambda d: -len(spoken.mentions(d.id)))
    return frozenset(d.id for d in order[:MOST_ASKED])


def _strength(row: Row) -> tuple[int, float]:
    return (Found.NOTHING, Found.WORDS, Found.ANSWER).index(row.found), row.confidence


@dataclass(frozen=True, slots=True)
class _Desk:
    """One document on a topic: asked, or looked through."""

    assistant: Answers
    document: Document
    root: Provision
    spoken: Spoken

    def asked(self, topic: str) -> Row:
        """Return the row of an answer; quotes that have neither the topic's words nor certainty are only near."""
        answer = self.assistant.ask(question_on(topic), document_ids=[self.document.id])
        near = answer.nearest if isinstance(answer, Declined) else answer.quotes
        if isinstance(answer, Quoted):
            needed = (ENOUGH_ASKED if is_question(topic) else ENOUGH) - answer.confidence
            fit = tuple(q for q in near if self.spoken.share(q, self.root) >= needed)
            if fit or answer.confidence >= SURE:
                return Row(self.document, (fit or near)[:MOST_QUOTES], answer.confidence, found=Found.ANSWER)
        said = () if is_question(topic) else self._saying(near)
        if said:
            return Row(self.document, said, answer.confidence, found=Found.WORDS)
        return Row(self.document, (), answer.confidence, near[:NEAREST])

    def looked_through(self, topic: str) -> Row:
        """Return the row of a document that is not asked: the provisions with the topic's words, if any."""
        said = () if is_question(topic) else self._saying(())
        return Row(self.document, said, 0.0, found=Found.WORDS if said else Found.NOTHING, asked=False)

    def _saying(self, near: Sequence[Quote]) -> tuple[Quote, ...]:
        """Return what has all words of the topic; of equals what a search came near to."""
        leaves = self.spoken.mentions(self.document.id, near)[:MOST_MENTIONS]
        whole = [self._with_its_list(leaf) for leaf in leaves]
        return _distinct([q for one in whole for q in excerpt(self.document, self.root, one, (), 1)])

    def _with_its_list(self, leaf: Provision) -> Provision:
        """Return a provision, for a chapeau the one it opens: words that lead to a list say little without it."""
        above = chain_to(self.root, leaf)[-2:-1]
        short = above and above[0].span.end - above[0].body <= WHOLE
        return above[0] if leaf.level is Level.CHAPEAU and short else leaf


def _distinct(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    return tuple({(one.document_id, one.segments): one for one in quotes}.values())
