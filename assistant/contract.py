"""The JSON that programs are given, as types: what ``render``, ``render_verify``, ``render_compare`` and ``show`` make.

Changes only add. The types are what an endpoint declares of its result; a test holds every form against them.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict  # pydantic reads no other on this Python


class Segment(TypedDict):
    """A stretch of a quotation; offsets into the canonical text, from 0, end exclusive."""

    start: int
    end: int
    text: str


class QuotedDocument(TypedDict):
    """Where a quotation is from."""

    id: str
    title: str
    kind: str
    path: str
    sha256: str
    also: list[str]


class Older(TypedDict):
    """That a quotation is of a version that another has replaced, and the link to the text of today."""

    added: str
    replaced: str
    today: str


class Styles(TypedDict):
    """A citation in every style."""

    oscola: str
    bluebook: str
    plain: str


class Words(TypedDict):
    """A quotation without what belongs with it."""

    text: str
    segments: list[Segment]
    document: QuotedDocument
    provision: str | None
    path: list[str]
    about: str | None
    citation: str
    citations: Styles
    link: str
    permalink: str
    older: Older | None
    page: int | None
    score: float


class AttachedQuote(Words):
    """A quotation that is itself attached; it has no attachments of its own."""

    attachments: list[dict[str, Any]]


class Attached(TypedDict):
    """A definition or a provision referred to, with the place of its label in the document."""

    kind: Literal["definition", "reference"]
    label: str
    start: int
    end: int
    note: str
    quote: AttachedQuote


class Quotation(Words):
    """A quotation with what belongs with it."""

    attachments: list[Attached]


class Choice(TypedDict):
    """A document that a question may mean."""

    id: str
    title: str


class Offered(TypedDict):
    """An official text that the library lacks."""

    id: str
    title: str
    command: str | None
    page: str


class SearchedIn(TypedDict):
    """What was looked through."""

    documents: int
    passages: int
    generation: str


class Answered(TypedDict):
    """An answer: quotations, or a decline with its reason and what came nearest."""

    question: str
    asked: str
    status: Literal["quoted", "declined"]
    quotes: list[Quotation]
    reason: str | None
    reason_code: str | None
    without: list[str]
    nearest: list[Quotation]
    choices: list[Choice]
    searched: SearchedIn
    confidence: float
    timings_ms: dict[str, float]
    offers: list[Offered]


class Passage(TypedDict):
    """A passage that a search found."""

    document: str
    provision: str | None
    path: list[str]
    start: int
    end: int
    text: str
    score: float


class Found(TypedDict):
    """What a search found, best first."""

    query: str
    hits: list[Passage]


class Described(TypedDict):
    """What is known of a document."""

    id: str
    title: str
    kind: str
    path: str
    sha256: str
    also: list[str]
    reader: str
    address: str | None
    retrieved: str | None
    language: str
    authenticity: str | None
    status: str | None
    as_of: str | None
    pages: int
    characters: int


class Listed(TypedDict):
    """The library."""

    documents: list[Described]


class ShownVersion(TypedDict):
    """Which version of a document is shown; ``gone`` if the one asked for is not kept and today's stands in for it."""

    status: Literal["today", "older", "gone"]
    sha256: str
    added: str | None
    replaced: str | None
    today: str | None
    notice: str | None


class _Shown(TypedDict):
    document: Described
    version: ShownVersion


class Shown(_Shown, total=False):
    """A document, and one of its provisions if it was asked for."""

    provision: dict[str, Any]
    link: str
    permalink: str
    text: str
    attachments: list[Attached]


class Stretch(TypedDict):
    """Offsets into a document's canonical text."""

    start: int
    end: int


class VerifiedSource(TypedDict):
    """Where the words of a finding stand."""

    document: str
    title: str
    provision: str | None
    citation: str
    page: int | None
    link: str


class FormerSource(VerifiedSource):
    """Where the words of a finding stood in a version that has since been replaced; ``link`` opens them there."""

    sha256: str
    added: str
    replaced: str | None
    today: str


class Differing(TypedDict):
    """A run of words of the source beside those of the text."""

    op: str
    source: str
    text: str


class Checked(TypedDict):
    """One quotation or pinpoint of a text, and what was found of it; offsets into the text."""

    status: str
    start: int
    end: int
    line: int
    quotation: str | None
    source: VerifiedSource | None
    found: list[Stretch]
    diff: list[Differing]
    given: str | None
    right: str | None
    formerly: FormerSource | None


class Verified(TypedDict):
    """Everything that was checked in a text."""

    checked: int
    quotations: int
    pinpoints: int
    findings: list[Checked]


class ComparedDocument(TypedDict):
    """A document of a comparison."""

    id: str
    title: str
    kind: str


class ComparedRow(TypedDict):
    """What one document says on a topic."""

    document: ComparedDocument
    quotes: list[Quotation]
    found: bool
    found_by: Literal["answer", "words"] | None
    confidence: float
    asked: bool
    nearest: list[Quotation]


class ComparedIn(SearchedIn):
    """What a comparison looked through."""

    asked: int


class Comparison(TypedDict):
    """A topic in several documents."""

    question: str
    topic: str
    every: bool
    rows: list[ComparedRow]
    absent: list[str]
    searched: ComparedIn
