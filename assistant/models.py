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
        text: The whole citation in the chosen style.
    """

    title: str
    pinpoint: str
    page: int | None
    address: str | None
    about: str | None
    text: str


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
    UNKNOWN_DOCUMENT = "unknown_document"
    UNKNOWN_PROVISION = "unknown_provision"


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

    def __post_init__(self) -> None:
        if not self.quotes:
            raise ValueError("a quoted answer needs at least one quote")


@dataclass(frozen=True, slots=True)
class Declined:
    """A question the documents do not answer, with what came nearest and what was searched.

    ``message`` is a sentence about the search, never about the law.
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


Answer = Quoted | Declined
