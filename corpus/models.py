"""The types that every later step stands on.

All offsets are code points into a document's canonical text, counted from 0; a span's end is exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of canonical text: code points ``start`` to ``end``, end exclusive.

    Raises:
        ValueError: If the span is empty or negative.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, found {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """Return the words this span covers in ``text``."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Tell whether ``other`` lies wholly within this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


class Kind(StrEnum):
    """What sort of text a document is; never mixed in one citation.

    Only ``TREATY`` is treaty text. A protocol that amends a treaty is one; an amendment is what is printed as such.
    """

    TREATY = "treaty"
    AMENDMENT = "amendment"
    DECLARATION = "declaration"
    RESERVATION = "reservation"
    EXPLANATORY_REPORT = "explanatory_report"
    COMMENTARY = "commentary"
    GUIDE = "guide"

    @classmethod
    def _missing_(cls, value: object) -> Kind | None:
        """Take a kind as people write it: ``Explanatory report``, ``explanatory-report``."""
        if not isinstance(value, str):
            return None
        written = "_".join(value.lower().replace("-", " ").split())
        return next((kind for kind in cls if kind.value == written), None)

    @property
    def words(self) -> str:
        """The kind in words, as a citation names it."""
        return self.value.replace("_", " ")

    @property
    def is_instrument(self) -> bool:
        """Whether the text's articles are its own; in the others they are headings over what is said of another's."""
        return self in {Kind.TREATY, Kind.AMENDMENT, Kind.DECLARATION}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged source: its number as printed order from 1, and its span in the canonical text."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A line the source's own format marks as a heading (Markdown ``#``, HTML ``h2``, DOCX style).

    Levels are as the source gives them, 1 the highest. They are hints: published treaties use them loosely.
    """

    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class SectionNote:
    """What a guide's section speaks of: the provision behind it, its sources, its date.

    Attributes:
        start: Where the section's text begins in the canonical text.
        about: The pinpoints, as written: ``Budapest Convention, art. 19(4)``.
        sources: Keys into the document's ``sources``.
        as_of: ISO date of volatile facts, or None.
    """

    start: int
    about: str
    sources: tuple[str, ...] = ()
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A work that a guide rests on."""

    key: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a document came from and what it is worth.

    Attributes:
        path: File name as the user gave it (for embedded documents, the name within the package).
        sha256: Hex digest of the raw bytes.
        reader: Name and version of the reader, for example ``markdown/1``.
        address: Where the source was published, or None.
        retrieved: ISO date and time the bytes were taken in.
        language: BCP 47 code.
        authenticity: One line: whose text this is and whether it is authentic.
        status: Such as ``in force``; None if the source does not say.
        as_of: ISO date to which the content is true; None if the source does not say.
        also: Names of other files of the library that are the same to the byte.
    """

    path: str
    sha256: str
    reader: str
    address: str | None = None
    retrieved: str | None = None
    language: str = "en"
    authenticity: str | None = None
    status: str | None = None
    as_of: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A source in canonical text, with what its format told us about it.

    ``id`` is stable over re-reading the same source: front matter's ``id``, else a slug of the title or name.
    """

    id: str
    title: str
    kind: Kind
    text: str
    provenance: Provenance
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    notes: tuple[SectionNote, ...] = ()
    sources: tuple[Source, ...] = ()
    names: tuple[str, ...] = ()
    """Other names people use for it: short names, abbreviations, series numbers."""
    notices: tuple[str, ...] = ()
    """What its owner should know of how it was read, one line each: a language or pages left out."""

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page that holds ``offset``, or None for an unpaged source."""
        for page in self.pages:
            if page.span.start <= offset < page.span.end:
                return page.number
        return None


class Level(StrEnum):
    """What a node of the provision tree is, in the order lawyers nest them."""

    DOCUMENT = "document"
    ANNEX = "annex"
    PREAMBLE = "preamble"
    DIVISION = "division"
    ARTICLE = "article"
    SECTION = "section"
    PARAGRAPH = "paragraph"
    POINT = "point"
    RECITAL = "recital"
    CHAPEAU = "chapeau"
    CLOSING = "closing"
    HEADING = "heading"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Provision:
    """A node of a document's tree: an address, and the stretch of text it names.

    Attributes:
        document_id: The document it belongs to.
        level: What it is.
        path: Its address from the top, such as ``("Part II", "Article 13", "1", "b")``; unique in the document.
        label: What a pinpoint calls it: ``13(1)(b)``; empty where it has no address of its own.
        heading: Its heading, or an empty string.
        span: All of its text, label and heading included; children tile it.
        body: Where its own words begin, after label and heading; equals ``span.end`` when it has none.
        children: Provisions within it, in order; empty for a leaf.
    """

    document_id: str
    level: Level
    path: tuple[str, ...]
    label: str
    heading: str
    span: Span
    body: int
    children: tuple[Provision, ...] = field(default=(), repr=False)

    def walk(self) -> Iterator[Provision]:
        """Yield this node and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Provision]:
        """Yield the leaves in the order of the text; together they cover the span without gap or overlap."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def chain(self, offset: int) -> tuple[Provision, ...]:
        """Return the nodes from this one down to the leaf that holds ``offset``."""
        for child in self.children:
            if child.span.start <= offset < child.span.end:
                return (self, *child.chain(offset))
        return (self,)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one provision (or of small neighbours) that retrieval finds as one.

    Attributes:
        id: Stable across edits elsewhere in the document.
        document_id: The document it is cut from.
        path: Path of the provision it belongs to.
        label: That provision's pinpoint label.
        span: What may be quoted.
        embed_text: Title, headings, chapeau and text, as the encoder reads them; never shown as a quote.
    """

    id: str
    document_id: str
    path: tuple[str, ...]
    label: str
    span: Span
    embed_text: str
