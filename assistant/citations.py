"""Citations: title, pinpoint and page, in the manner of OSCOLA (4th edition, sections 2.2.2 and 2.6)."""

from __future__ import annotations

from assistant.models import Citation
from corpus.models import Document, Kind
from corpus.pinpoint import pinpoint_of

_KIND_NOTE = {Kind.GUIDE: "guide", Kind.COMMENTARY: "commentary", Kind.DECLARATION: "declaration"}
"""Named in the citation, so that nothing but treaty text looks like treaty text."""


def cite(document: Document, path: tuple[str, ...], offset: int) -> Citation:
    """Return the citation of a place in a document.

    Args:
        document: The document cited.
        path: Path of the provision cited.
        offset: Where the quote begins; decides the page and, in a guide, the section's subject.
    """
    pinpoint = pinpoint_of(path)
    page = document.page_at(offset)
    about = about_at(document, offset) if document.kind is Kind.GUIDE else None
    text = document.title
    if document.kind in _KIND_NOTE:
        text += f" ({_KIND_NOTE[document.kind]})"
    if pinpoint:
        text += f", {pinpoint}"
    if page is not None:
        text += f", p {page}"
    if about:
        text += f" — on {about}"
    return Citation(document.title, pinpoint, page, document.provenance.address, about, text)


def about_at(document: Document, offset: int) -> str | None:
    """Return the provisions that a guide's section speaks of, or None where it names none."""
    note = max((n for n in document.notes if n.start <= offset), key=lambda n: n.start, default=None)
    if note is None or note.about == "general":
        return None
    return note.about
