"""What a reader hands back, and the limits it reads within.

A ``Reading`` is a file's content before it has a name: canonical text with the map to its source, and what
the format itself says of headings, pages and authorship. ``corpus.readers`` makes the ``Document`` of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.models import Heading, Kind, Page, SectionNote, Source, Span

if TYPE_CHECKING:
    from corpus.normalise import MappedText


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file the readers take on.

    The defaults leave room for the largest treaty series volumes (about 1,000 pages, 30 MB) and keep one file
    from filling the memory of a small server.

    Attributes:
        max_bytes: Size of the file.
        max_pages: Pages of a paged file.
    """

    max_bytes: int = 50_000_000
    max_pages: int = 3_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself, in front matter or its format's properties; None where it is silent."""

    id: str | None = None
    title: str | None = None
    kind: Kind | None = None
    language: str | None = None
    as_of: str | None = None
    authenticity: str | None = None
    status: str | None = None
    address: str | None = None
    names: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as its reader understood it; all offsets are in ``text.text``.

    Attributes:
        text: Canonical text and the map back to the decoded source.
        reader: Name and version of the reader; the version rises when the same bytes would read differently.
        headings: Lines the format marks as headings, in order.
        pages: Pages in order; empty for an unpaged format.
        notes: Section notes of a guide.
        metadata: What the file says of itself.
        property_title: The title in the file's properties, which is often left over from another file and so
            worth less than one in ``metadata``.
        notices: What its owner should know of how it was read, one line each: a language or pages left out.
    """

    text: MappedText
    reader: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    notes: tuple[SectionNote, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    property_title: str | None = None
    notices: tuple[str, ...] = ()


def headings_in(mapped: MappedText, marks: list[tuple[int, int, int]]) -> tuple[Heading, ...]:
    """Find source stretches again in the canonical text, as headings.

    Args:
        mapped: The canonical text.
        marks: Start, end (source offsets) and level of each heading, in order.

    Returns:
        The headings of which something is left.
    """
    found = []
    for source_start, source_end, level in marks:
        start, end = mapped.offset_at(source_start), mapped.offset_at(source_end)
        words = mapped.text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            found.append(Heading(Span(start, start + len(words.strip())), level))
    return tuple(found)
