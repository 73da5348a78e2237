"""PDF: the text layer, page by page, back in paragraphs.

PDFium gives characters with their places. Lines are put together from them in reading order (``glyphs``,
``layout``); running heads, feet and page numbers go (``furniture``); footnotes come after the text
(``footnotes``); and what a page end or a line end broke is joined again (``composed``), while every character
still knows its page.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw as pdfium

from corpus.errors import EncryptedFile, NoTextLayer, TooLarge, UnreadableFile
from corpus.readers.bilingual import one_language
from corpus.readers.bookmarks import bookmarks_of, heading_lines
from corpus.readers.composed import composed
from corpus.readers.footnotes import without_notes
from corpus.readers.furniture import without_furniture
from corpus.readers.glyphs import pieces_of, rules_of
from corpus.readers.layout import gutters, lines_of
from corpus.readers.reading import Limits, Reading, headings_in

if TYPE_CHECKING:
    from corpus.readers.bookmarks import Bookmark
    from corpus.readers.pieces import Piece, Rule

READER = "pdf/2"

PDFIUM = threading.Lock()
"""PDFium is not safe to use from two threads, not even on two documents."""

_MOSTLY = 0.5
_DAMAGED = "Fetch the file again"
_RECOGNISE = "Run it through text recognition (OCR) and add the result"


@dataclass(frozen=True, slots=True)
class _Printed:
    """What lies on the pages of a file.

    Attributes:
        pieces: The pieces of each page.
        rules: The horizontal lines drawn on each page.
        pictures: The pages, from 0, that hold pictures and no text.
        bookmarks: The file's bookmarks.
        title: The title in the file's properties.
    """

    pieces: list[list[Piece]]
    rules: dict[int, list[Rule]]
    pictures: list[int]
    bookmarks: list[Bookmark]
    title: str


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """Read a PDF file.

    Raises:
        EncryptedFile: If it needs a password.
        UnreadableFile: If PDFium cannot open it or read all of its pages.
        TooLarge: If it has more pages than ``limits`` allow.
        NoTextLayer: If its pages hold pictures of text only.
    """
    printed = _printed(raw, name, limits)
    notices = _missing_pages(printed.pictures, len(printed.pieces))
    lines = [
        line
        for page, (pieces, gutter) in enumerate(zip(printed.pieces, gutters(printed.pieces), strict=True))
        for line in lines_of(page, pieces, gutter)
    ]
    lines, notice = one_language(without_furniture(lines) or lines)
    found = without_notes(lines, printed.rules)
    text, marks, pages = composed(found.text, found.notes, heading_lines(found.text, printed.bookmarks))
    return Reading(
        text,
        READER,
        headings_in(text, marks),
        pages,
        property_title=printed.title or None,
        notices=(*notices, *notice),
    )


def _printed(raw: bytes, name: str, limits: Limits) -> _Printed:
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
                reason = "the PDF is locked with a password"
                raise EncryptedFile(name, reason, "Save a copy without one") from error
            raise UnreadableFile(name, "the PDF is damaged and cannot be opened", _DAMAGED) from error
        try:
            return _pages_of(document, name, limits)
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(name, "the PDF is damaged: a page cannot be read", _DAMAGED) from error
        finally:
            document.close()


def _pages_of(document: pypdfium2.PdfDocument, name: str, limits: Limits) -> _Printed:
    """Take what is printed off all pages."""
    count = len(document)
    if count > limits.max_pages:
        reason = f"{count:,} pages where {limits.max_pages:,} are allowed"
        raise TooLarge(name, reason, "Split it into parts")
    pieces: list[list[Piece]] = []
    rules: dict[int, list[Rule]] = {}
    pictures: list[int] = []
    for number in range(count):
        page = document[number]
        try:
            pieces.append(pieces_of(page))
            rules[number] = rules_of(page)
            if not pieces[-1] and any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])):
                pictures.append(number)
        finally:
            page.close()
    wordless = sum(not any(letter.isalnum() for piece in page for letter in piece.text) for page in pieces)
    if wordless == count or len(pictures) > count * _MOSTLY:
        pages = "1 page" if count == 1 else f"{count:,} pages"
        reason = (
            f"expected text on its pages, found {pages}, {wordless:,} of them without any: pictures of text"
        )
        raise NoTextLayer(name, reason, _RECOGNISE)
    return _Printed(pieces, rules, pictures, bookmarks_of(document), document.get_metadata_value("Title"))


def _missing_pages(pictures: list[int], count: int) -> list[str]:
    if not pictures:
        return []
    pages = ", ".join(str(page + 1) for page in pictures)
    return [f"{len(pictures)} of {count} pages hold pictures only and were not read: {pages}"]
