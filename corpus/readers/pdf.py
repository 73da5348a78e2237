"""PDF: the text layer, page by page, back in paragraphs.

PDFium gives characters with their places. Lines are put together from them, running heads and page numbers go,
and what a page end or a line end broke is joined again, while every character still knows its page.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2
from pypdfium2 import raw as pdfium

from corpus.errors import EncryptedFile, NoTextLayer, TooLarge, UnreadableFile
from corpus.models import Page, Span
from corpus.normalise import (
    CHARACTERS,
    Edit,
    Lexicon,
    MappedText,
    apply,
    ligatures,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.readers.lines import Column, Line, begins_paragraph, columns, is_heading, without_running_heads
from corpus.readers.reading import Limits, Reading, headings_in

READER = "pdf/1"

_PDFIUM = threading.Lock()
"""PDFium is not safe to use from two threads, not even on two documents."""

_LINE_END_HYPHENS = frozenset("\x02\ufffe")
"""What PDFium puts for a hyphen at a line end; the next line follows it without a break."""

_LINE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_MOSTLY = 0.5
_HEADING_LEVEL = 3
"""Print does not say how headings rank; all centred lines get one level."""

_HYPHENATED = re.compile(r"(?P<left>[^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"\S[-–—/]$")
_INNER_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")


@dataclass(frozen=True, slots=True)
class _Printed:
    """What lies on the pages of a file.

    Attributes:
        source: One printed line a line.
        ends: The source offset at which each page ends.
        lines: The lines with their places.
        title: The title in the file's properties.
    """

    source: str
    ends: list[int]
    lines: list[Line]
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
    kept = without_running_heads(printed.lines) or printed.lines
    areas = columns(kept)
    paragraphs = _paragraphs(kept, areas)
    text = apply(_joined(printed.source, paragraphs), *CHARACTERS, ligatures, soft_hyphens, plain_spaces)
    text = apply(text, _inner_blanks, tidy_white_space)
    marks = [(one[0].start, one[-1].end, _HEADING_LEVEL) for one in paragraphs if is_heading(one, areas)]
    pages = _pages(text, printed.ends)
    return Reading(text, READER, headings_in(text, marks), pages, property_title=printed.title or None)


def _printed(raw: bytes, name: str, limits: Limits) -> _Printed:
    damaged = "Fetch the file again"
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
                reason = "the PDF is locked with a password"
                raise EncryptedFile(name, reason, "Save a copy without one") from error
            raise UnreadableFile(name, "the PDF is damaged and cannot be opened", damaged) from error
        try:
            return _pages_of(document, name, limits)
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(name, "the PDF is damaged: a page cannot be read", damaged) from error
        finally:
            document.close()


def _pages_of(document: pypdfium2.PdfDocument, name: str, limits: Limits) -> _Printed:
    """Take the printed lines off all pages."""
    if len(document) > limits.max_pages:
        reason = f"{len(document):,} pages where {limits.max_pages:,} are allowed"
        raise TooLarge(name, reason, "Split it into parts")
    texts: list[str] = []
    ends: list[int] = []
    lines: list[Line] = []
    length = pictures = 0
    for number in range(len(document)):
        found, only_picture = _page_lines(document, number)
        pictures += only_picture
        for text, line in found:
            lines.append(replace(line, start=length + line.start, end=length + line.end))
            texts.append(text + "\n")
            length += len(text) + 1
        ends.append(length)
    wordless = not any(letter.isalnum() for line in lines for letter in line.text)
    if wordless or pictures > len(document) * _MOSTLY:
        reason = "its pages hold no text, only pictures of it"
        raise NoTextLayer(name, reason, "Run it through text recognition (OCR) and add the result")
    return _Printed("".join(texts), ends, lines, document.get_metadata_value("Title"))


def _page_lines(document: pypdfium2.PdfDocument, number: int) -> tuple[list[tuple[str, Line]], bool]:
    """Return a page's lines, offsets counted from each line's own start, and whether it is only a picture."""
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            matches = _LINE.finditer(_characters(textpage))
            lines = [_line(textpage, number, match) for match in matches if match.group().strip()]
        finally:
            textpage.close()
        only_picture = not lines and any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    finally:
        page.close()
    return lines, only_picture


def _characters(textpage: pypdfium2.PdfTextPage) -> str:
    """Return the page's characters, one for each of PDFium's, so that an index into it is one into the page."""
    codes = (pdfium.FPDFText_GetUnicode(textpage.raw, index) for index in range(textpage.count_chars()))
    return "".join(map(chr, codes))


def _line(textpage: pypdfium2.PdfTextPage, page: int, match: re.Match[str]) -> tuple[str, Line]:
    text = match.group()
    if text[-1] in _LINE_END_HYPHENS:
        text = text[:-1] + "-"
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    first = textpage.get_charbox(match.start() + start, loose=True)
    last = textpage.get_charbox(match.start() + end - 1, loose=True)
    return text, Line(page, start, end, text.strip(), first[0], last[2], first[1])


def _paragraphs(lines: list[Line], areas: dict[int, Column]) -> list[list[Line]]:
    paragraphs = [lines[:1]]
    for before, line in pairwise(lines):
        if begins_paragraph(before, line, areas):
            paragraphs.append([])
        paragraphs[-1].append(line)
    return paragraphs


def _joined(source: str, paragraphs: list[list[Line]]) -> MappedText:
    """Put the lines of a paragraph on one line, an empty line between paragraphs, and drop all other lines."""
    words = Lexicon.of(source)
    edits = [Edit(0, paragraphs[0][0].start, "")]
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], None], strict=True):
        edits += [_join(one, two, words) for one, two in pairwise(paragraph)]
        end = paragraph[-1].end
        edits.append(Edit(end, following[0].start, "\n\n") if following else Edit(end, len(source), ""))
    return MappedText.of(source).edited(edits)


def _join(line: Line, following: Line, words: Lexicon) -> Edit:
    """Return the edit that makes two lines of a paragraph one."""
    broken, word = _HYPHENATED.search(line.text), _FIRST_WORD.match(following.text)
    if broken and word:
        compound = line.text[: broken.start()].endswith("-")
        hyphen = words.between(broken["left"], word.group(), compound=compound)
        return Edit(line.end - 1, following.start, hyphen)
    return Edit(line.end, following.start, "" if _GLUED.search(line.text) else " ")


def _inner_blanks(mapped: MappedText) -> MappedText:
    """Reduce blanks within a line to one: in print they are part of the setting."""
    return mapped.replaced(_INNER_BLANKS, " ")


def _pages(text: MappedText, ends: list[int]) -> tuple[Page, ...]:
    """Return the pages that hold text, numbered as they lie in the file."""
    bounds = [text.offset_at(end) for end in (0, *ends)]
    spans = enumerate(pairwise(bounds), start=1)
    return tuple(Page(number, Span(start, end)) for number, (start, end) in spans if start < end)
