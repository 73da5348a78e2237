"""Questions, quotes and answers.

An answer is either ``Quoted`` or ``Declined``. Neither has room for a sentence of our own about the law: a quote's
words come from a document, and a decline's reason speaks only of what was searched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.models import Kind, Span
from index.models import Searched, Stage

ELLIPSIS = " […] "
"""Stands between the segments of a quote where the source's words were left out (OSCOLA 1.5, brackets added)."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands, as a reader would look it up.

    Attributes:
        title: The document's title.
        pinpoint: ``art 13(1)(b)``, a section's heading, or an empty string for a text without addresses.
        page: Printed order of the page, from 1, for paged sources.
        address: Where the source was published, or None.
        about: For a guide: the provisions its section speaks of.
        text: The whole citation in the default style; ``assistant.citations.styled`` gives the others.
        kind: What sort of text the document is.
        path: Path of the provision cited.
        retrieved: ISO date and time the document was taken in, or None.
        link: The provision's stable link, ``#/documents/vclt/art-31/3/c`` (``corpus.links``).
    """

    title: str
    pinpoint: str
    page: int | None
    address: str | None
    about: str | None
    text: str
    kind: Kind
    path: tuple[str, ...]
    retrieved: str | None
    link: str


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """That a quote is of a version of its document that is not the text of today.

    Attributes:
        added: ISO date and time that version came into the library.
        replaced: When the one after it did; empty if there is none.
        today: Link to the provision in the text of today.
    """

    added: str
    replaced: str
    today: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, with their place in it. Built only by ``assistant.quotes.quote``.

    Attributes:
        segments: One or more spans, in the order of the text, that do not touch.
        text: The segments' words joined by ``ELLIPSIS`` where something was left out between them.
        path: Path of the provision the quote is cited to.
        provision: That provision's label, ``13(1)(b)``, or None where it has none.
        score: What selection gave it; comparable within one answer only.
    """

    document_id: str
    document_title: str
    document_path: str
    sha256: str
    kind: Kind
    segments: tuple[Span, ...]
    text: str
    path: tuple[str, ...]
    provision: str | None
    citation: Citation
    score: float
    attachments: tuple[Attachment, ...] = ()
    """What belongs with it: definitions of its terms, and the provisions it refers to."""
    also: tuple[str, ...] = ()
    """Names of other files of the library that are the same to the byte."""
    older: OlderVersion | None = None
    """Set where it is not of the text of today."""


class AttachmentKind(StrEnum):
    """Why a provision is shown with a quote."""

    DEFINITION = "definition"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A provision that belongs with a quote, in its own words.

    Attributes:
        label: The defined term as its definition writes it, or the referring words as they stand in the quote.
        span: Where the term is first used, or the reference stands, in the quote's document.
        target: Its words, without attachments of their own.
        note: What is not shown of what the label names ("its beginning"), or an empty string.
    """

    kind: AttachmentKind
    label: str
    span: Span
    target: Quote
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An official text that an answer speaks of and the library does not hold.

    Attributes:
        id: Its id in the catalogue.
        title: Its official title.
        command: What brings it into the library, or None if a program cannot fetch it.
        page: The publisher's page about it, for people.
    """

    id: str
    title: str
    command: str | None
    page: str


class Reason(StrEnum):
    """Why a question was declined."""

    NOTHING_CLOSE = "nothing_close"
    NOT_AN_ANSWER = "not_an_answer"
    PREMISE = "premise"
    """The question takes something for granted that the nearest words give otherwise."""
    UNKNOWN_DOCUMENT = "unknown_document"
    NOT_FETCHED = "not_fetched"
    """As above, and the official text is in the catalogue: it can be added."""
    UNKNOWN_PROVISION = "unknown_provision"
    AMBIGUOUS = "ambiguous_document"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A question answered in the sources' own words.

    Raises:
        ValueError: If there is no quote.
    """

    question: str
    quotes: tuple[Quote, ...]
    searched: Searched
    confidence: float
    asked: str = ""
    """The question as it was searched, where that differs from ``question`` (a follow-up)."""
    stages: tuple[Stage, ...] = field(default=(), compare=False)
    offers: tuple[Offer, ...] = ()
    """Official texts that the quotes or the question speak of and the library does not hold."""
    without: tuple[str, ...] = ()
    """Of a question that compares: the titles of the documents in which no matching provision was found."""

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("a quoted answer needs at least one quote")


@dataclass(frozen=True, slots=True)
class Declined:
    """A question the documents do not answer, with what came nearest and what was searched.

    ``message`` is a sentence about the search, never about the law. ``confidence`` is the probability that the
    documents answer all the same: 0 where a question names what is not there, or is contradicted.
    """

    question: str
    reason: Reason
    message: str
    nearest: tuple[Quote, ...]
    searched: Searched
    confidence: float
    asked: str = ""
    stages: tuple[Stage, ...] = field(default=(), compare=False)
    offers: tuple[Offer, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """Ids and titles of the documents that the question may mean, where it must be asked which."""


Answer = Quoted | Declined
