"""The reader's text as it leads on: defined terms to their definitions, references to their provisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.attachments import leads_in
from assistant.citations import cite, place
from assistant.models import AttachmentKind
from corpus.models import Span
from corpus.pinpoint import Style, pinpoint_of

if TYPE_CHECKING:
    from assistant.attachments import Lead
    from assistant.web.reader.extract import Extract
    from assistant.web.session import Answers

REACH = 20_000
"""Characters before and after the quote whose words are linked: what a reader sees without asking for a book."""


@dataclass(frozen=True, slots=True)
class Inline:
    """Words of the reader's text that are a link.

    Attributes:
        kind: Why.
        span: Where they stand.
        link: Where they lead.
        title: That place in words.
    """

    kind: AttachmentKind
    span: Span
    link: str
    title: str


def inline_links(extract: Extract, answers: Answers, style: Style) -> tuple[Inline, ...]:
    """Return the links within what the reader shows, in order; they do not overlap."""
    first, last = extract.marks[0].start - REACH, extract.marks[-1].end + REACH
    near = [
        Span(max(piece.start, first), min(piece.end, last))
        for piece in extract.pieces
        if max(piece.start, first) < min(piece.end, last)
    ]
    own = extract.document
    found = leads_in(own.id, near, answers.document, answers.provisions, answers.documents())
    made: list[Inline] = []
    for lead in found:
        if not made or made[-1].span.end <= lead.span.start:
            made.append(_inline(lead, own.id, style))
    return tuple(made)


def _inline(lead: Lead, own_id: str, style: Style) -> Inline:
    document, node = lead.document, lead.provision
    cited = cite(document, node.path, node.span.start)
    where = pinpoint_of(node.path, style, instrument=document.kind.is_instrument)
    if document.id != own_id or not where:
        where = place(cited, style)
    title = f"Defined in {where}" if lead.kind is AttachmentKind.DEFINITION else where
    return Inline(lead.kind, lead.span, cited.link, title)
