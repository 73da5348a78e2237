"""The pages of the library's PDFs as pictures for the reader, with the places of a quote's words on them.

Only pages of documents of the open library are drawn, and only from the very bytes that were indexed. A page is
asked for by the document's id, the digest of its file and the page's number; none of them ever becomes a path.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Response

from assistant.web.session import Ready
from corpus.errors import ReadError, TreatyError
from corpus.facsimile import PageMarks, marks, page_image
from corpus.models import Document, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from assistant.web.session import Session

RawOf = Callable[[Document], bytes | None]
"""Gives the very bytes a document was read from; None if they are not there any more."""

WIDTH = 1240
"""Pixels: an A4 page at 150 dots per inch, sharp at twice the width of the reader on most screens."""

MOST_SHOWN = 4
"""Pages shown with one quote; of a longer provision, those at its beginning."""

MOST_KEPT = 48_000_000
"""Bytes of pictures kept; a page of print is a tenth of a megabyte."""

_MARKS_KEPT = 256
_AT_ONCE = 8
"""Pages that may be asked for at a time: PDFium draws one after the other, and the server has other work."""

_PDF = "pdf/"
_HEADERS = {"Cache-Control": "private, max-age=86400"}
"""A page of given bytes does not change; the next version of the program may draw it better."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page that holds words of a quote.

    Attributes:
        marks: Which page, and where the words stand on it.
        address: Where its picture is.
    """

    marks: PageMarks
    address: str


class Pages:
    """Draws pages and finds words on them, and keeps what it did.

    Args:
        raw_of: Gives a document's file.
        root: What a proxy puts before our paths, such as ``/treaties``; or an empty string.
    """

    def __init__(self, raw_of: RawOf, root: str = "") -> None:
        self._raw_of, self._root = raw_of, root
        self._lock = threading.Lock()
        self._drawing = threading.BoundedSemaphore(_AT_ONCE)
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._found: OrderedDict[tuple[str, str, tuple[Span, ...]], tuple[PageMarks, ...]] = OrderedDict()

    def leaves(self, document: Document, spans: Sequence[Span]) -> tuple[Leaf, ...]:
        """Return the pages that hold words of a document; none for what is no PDF, or whose file is gone."""
        if not _is_pdf(document):
            return ()
        address = f"{self._root}/page/{quote(document.id, safe='')}/{document.provenance.sha256}"
        found = self._marks(document, tuple(spans))
        return tuple(Leaf(page, f"{address}/{page.number}.png") for page in found)

    def picture(self, document: Document, number: int) -> bytes | None:
        """Return a page as a PNG file; None if the document has no such page or its file is gone.

        Raises:
            ReadError: If it cannot be drawn.
        """
        if not _is_pdf(document) or all(page.number != number for page in document.pages):
            return None
        key = (document.provenance.sha256, number)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        raw = self._raw_of(document)
        if raw is None:
            return None
        picture = page_image(raw, number, WIDTH)
        with self._lock:
            self._pictures[key] = picture
            while sum(map(len, self._pictures.values())) > MOST_KEPT and len(self._pictures) > 1:
                self._pictures.popitem(last=False)
        return picture

    def answer(self, document: Document | None, sha256: str, number: int) -> Response:
        """Return what is sent for a page: its picture, or that there is none."""
        if document is None or document.provenance.sha256 != sha256:
            return _nothing()
        if not self._drawing.acquire(blocking=False):
            return Response("Other pages are being drawn.\n", 503, {"Retry-After": "2"}, "text/plain")
        try:
            picture = self.picture(document, number)
        except ReadError as error:
            return Response(f"{error}\n", 404, media_type="text/plain")
        finally:
            self._drawing.release()
        return _nothing() if picture is None else Response(picture, 200, _HEADERS, "image/png")

    def _marks(self, document: Document, spans: tuple[Span, ...]) -> tuple[PageMarks, ...]:
        key = (document.id, document.provenance.sha256, spans)
        with self._lock:
            if key in self._found:
                return self._found[key]
        shown = _first_pages(document, spans)
        raw = self._raw_of(document) if shown else None
        if raw is None:
            return ()
        try:
            found = marks(raw, document, shown)
        except ReadError:
            return ()  # damaged since, or PDFium is at work on a whole file: the text is there all the same
        with self._lock:
            self._found[key] = found
            if len(self._found) > _MARKS_KEPT:
                self._found.popitem(last=False)
        return found


def add_pages(app: FastAPI, session: Session, pages: Pages) -> None:
    """Serve the pages of the session's documents."""

    def page(document_id: str, sha256: str, number: int) -> Response:
        state = session.state
        try:
            document = state.answers.document(document_id) if isinstance(state, Ready) else None
        except TreatyError:
            document = None
        return pages.answer(document, sha256, number)

    app.add_api_route("/page/{document_id}/{sha256}/{number:int}.png", page, response_model=None)


def _is_pdf(document: Document) -> bool:
    return document.provenance.reader.startswith(_PDF) and bool(document.pages)


def _first_pages(document: Document, spans: Sequence[Span]) -> list[Span]:
    """Return the spans as far as they stand on the first pages they touch."""
    numbers = [page.number for page in document.pages if any(page.span.overlaps(span) for span in spans)]
    shown = set(list(dict.fromkeys(numbers))[:MOST_SHOWN])
    parts = [page.span for page in document.pages if page.number in shown]
    return [
        Span(max(span.start, part.start), min(span.end, part.end))
        for span in spans
        for part in parts
        if span.overlaps(part)
    ]


def _nothing() -> Response:
    return Response("There is no such page.\n", 404, media_type="text/plain")
