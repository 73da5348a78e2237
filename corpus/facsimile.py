"""A PDF's pages as pictures, and where on them words of its canonical text are printed.

What is quoted was read off a page; whoever doubts it wants to see the page. The words are found by collating the
canonical text of a page with the letters that PDFium finds drawn on it (``collation``). Where that is not sure, no
place is given: a wrong mark is worse than none.
"""

from __future__ import annotations

import ctypes
import math
import struct
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw as pdfium

from corpus.collation import NONE, Letters, collate, places_of
from corpus.errors import UnreadableFile
from corpus.models import Span
from corpus.readers.pdf import PDFIUM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.models import Document

MOST_PIXELS = 4_000_000
"""Pixels of a picture: an A4 page at 200 dots per inch; larger pages are drawn smaller."""

DRAWING_SECONDS = 10.0
"""How long a page may take to draw; maps with a million lines take longer, and a page can be made to."""

MOST_CHARACTERS = 60_000
"""Characters of a page that are looked at; a page of print holds five thousand."""

SURE = 0.97
"""Share of a quote's letters on a page that must be found there: all but a note mark or a misread letter."""

_LONGEST_LOST = 8
"""Letters in a row that may be missing; more is a word that is not there."""

_FAR = 40
"""Letters between two runs of a quote on its page that are still one place; a shorter run further off is a chance."""

_FEW = 4
"""Letters of such a run."""

_SAME_LINE = 0.5
"""Characters whose heights overlap by this share stand on one line."""

_WIDEST_GAP = 3.0
"""Heights between two characters of one line beyond which a mark is broken: a table's cells, a gutter."""

_SCALE = 100_000
"""Steps across a page in which PDFium, which counts in whole ones, is asked for places."""

PATIENCE = 5.0
"""Seconds to wait for PDFium, which may be reading a whole file; a picture is not worth a longer wait."""

_QUARTER = math.pi / 2
_AGAIN = "Fetch the file again"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in shares of its width and height from the upper left corner, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageMarks:
    """Where words stand on one page.

    Attributes:
        number: The page, from 1, as it lies in the file.
        ratio: Its width over its height, as it is shown.
        boxes: One for each line of the words, downwards as they are read; none if the place is not sure.
    """

    number: int
    ratio: float
    boxes: tuple[Box, ...]


def page_image(raw: bytes, page: int, width_px: int) -> bytes:
    """Draw a page.

    Args:
        raw: The PDF file.
        page: The page's number, from 1.
        width_px: Width of the picture; a page that would have more than ``MOST_PIXELS`` so is drawn smaller.

    Returns:
        A PNG file.

    Raises:
        UnreadableFile: If the file has no such page, the page cannot be drawn within ``DRAWING_SECONDS``, or PDFium is
            not free within ``PATIENCE``.
    """
    with _opened(raw, page) as opened:
        ratio = _ratio(opened)
        width = max(1, min(width_px, int(math.sqrt(MOST_PIXELS * ratio))))
        height = max(1, min(round(width / ratio), MOST_PIXELS // width))
        width, height, pixels = _drawn(opened, page, width, height)
    return _png(width, height, pixels)


def marks(raw: bytes, document: Document, spans: Sequence[Span]) -> tuple[PageMarks, ...]:
    """Find where words of a document stand on its pages.

    Args:
        raw: The PDF file that the document was read from.
        document: The document.
        spans: Stretches of its canonical text.

    Returns:
        The pages that hold words of them, by number.

    Raises:
        UnreadableFile: If the file has no such page or cannot be opened, or PDFium is not free within ``PATIENCE``.
    """
    held: dict[int, list[Span]] = {}
    for page in document.pages:
        if any(page.span.overlaps(span) for span in spans):
            held.setdefault(page.number, [])
    for page in document.pages:
        if page.number in held:
            held[page.number].append(page.span)
    return tuple(_marked(raw, number, document.text, held[number], spans) for number in sorted(held))


def _marked(raw: bytes, number: int, text: str, parts: Sequence[Span], spans: Sequence[Span]) -> PageMarks:
    """Find the words of ``spans`` on the page whose canonical text is ``parts``."""
    wanted = [
        (max(span.start, part.start), min(span.end, part.end))
        for span in spans
        for part in parts
        if span.overlaps(part)
    ]
    with _opened(raw, number) as page:
        ratio = _ratio(page)
        printed = _Printed(page)
        try:
            places = _places(text, parts, sorted(wanted), printed.text)
            return PageMarks(number, ratio, tuple(_lines(printed.boxes(places))))
        finally:
            printed.close()


def _places(text: str, parts: Sequence[Span], wanted: Sequence[tuple[int, int]], printed: str) -> list[int]:
    """Return which characters of ``printed`` are the words wanted, or nothing if that is not sure."""
    canonical, drawn = _letters(text, parts), Letters.of(printed)
    partner = collate(canonical.plain, drawn.plain)
    asked = places_of(canonical, wanted)
    found = _together([partner[place] for place in asked])
    lost = _longest_lost(found)
    here = [place for place in found if place != NONE]
    if not here or len(here) < SURE * len(asked) or lost > min(_LONGEST_LOST, len(asked) // 4):
        return []
    return _with_signs(sorted(drawn.places[place] for place in here), printed)


def _letters(text: str, parts: Sequence[Span]) -> Letters:
    read = [Letters.of(part.of(text), part.start) for part in parts]
    return Letters("".join(one.plain for one in read), tuple(place for one in read for place in one.places))


def _together(found: list[int]) -> list[int]:
    """Return the partners found, without a few letters by themselves far from all others."""
    here = sorted(place for place in found if place != NONE)
    runs: list[list[int]] = []
    for place in here:
        if not runs or place > runs[-1][-1] + _FAR:
            runs.append([])
        runs[-1].append(place)
    stray = {place for run in runs if len(run) < _FEW and len(runs) > 1 for place in run}
    return [NONE if place in stray else place for place in found]


def _longest_lost(found: Sequence[int]) -> int:
    longest = length = 0
    for place in found:
        length = length + 1 if place == NONE else 0
        longest = max(longest, length)
    return longest


def _with_signs(places: Sequence[int], printed: str) -> list[int]:
    """Return the places with the signs between neighbouring letters, and those glued to the words' ends."""
    kept: set[int] = set(places)
    for before, after in pairwise(places):
        between = range(before + 1, after)
        if not any(printed[place].isalnum() for place in between):
            kept.update(between)
    for place in places:
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(printed) and not printed[at].isalnum() and printed[at] > " ":
                kept.add(at)
                at += step
    return sorted(kept)


# -- boxes


@dataclass(frozen=True, slots=True)
class _Placed:
    """The box of a character, and whether its text runs up or down the page as it is shown."""

    box: Box
    upright: bool


class _Printed:
    """The characters drawn on a page and their boxes."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self._textpage = page.get_textpage()
        count = min(self._textpage.count_chars(), MOST_CHARACTERS)
        # One character for each of PDFium's, so that an index into the string is one into the page.
        self.text = "".join(chr(pdfium.FPDFText_GetUnicode(self._textpage.raw, at)) for at in range(count))

    def close(self) -> None:
        self._textpage.close()

    def boxes(self, places: Iterable[int]) -> Iterator[_Placed]:
        """Yield the boxes of characters as the page is shown, clipped to it; what lies outside is left out."""
        corners, turned = pdfium.FS_RECTF(), self._page.get_rotation() // 90
        for place in places:
            if self.text[place] <= " " or not pdfium.FPDFText_GetLooseCharBox(
                self._textpage.raw, place, corners
            ):
                continue
            one, two = self._shown(corners.left, corners.top), self._shown(corners.right, corners.bottom)
            box = Box(*map(min, zip(one, two, strict=True)), *map(max, zip(one, two, strict=True)))
            clipped = Box(max(box.left, 0.0), max(box.top, 0.0), min(box.right, 1.0), min(box.bottom, 1.0))
            if clipped.left < clipped.right and clipped.top < clipped.bottom:
                angle = round(pdfium.FPDFText_GetCharAngle(self._textpage.raw, place) / _QUARTER)
                yield _Placed(clipped, upright=(angle + turned) % 2 == 0)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, _SCALE, _SCALE, 0, x, y, across, down)
        return across.value / _SCALE, down.value / _SCALE


def _lines(placed: Iterable[_Placed]) -> Iterator[Box]:
    """Yield one box for each printed line."""
    line: _Placed | None = None
    for one in placed:
        if line is not None and _goes_on(line, one):
            both = (line.box, one.box)
            line = _Placed(
                Box(
                    min(box.left for box in both),
                    min(box.top for box in both),
                    max(box.right for box in both),
                    max(box.bottom for box in both),
                ),
                line.upright,
            )
            continue
        if line is not None:
            yield line.box
        line = one
    if line is not None:
        yield line.box


def _goes_on(line: _Placed, one: _Placed) -> bool:
    if line.upright != one.upright:
        return False
    along, across = (_across, _down) if line.upright else (_down, _across)
    first, second = across(line.box), across(one.box)
    height = min(first[1] - first[0], second[1] - second[0])
    overlap = min(first[1], second[1]) - max(first[0], second[0])
    gap = max(along(line.box)[0], along(one.box)[0]) - min(along(line.box)[1], along(one.box)[1])
    return overlap >= _SAME_LINE * height and gap <= _WIDEST_GAP * height


def _across(box: Box) -> tuple[float, float]:
    return box.left, box.right


def _down(box: Box) -> tuple[float, float]:
    return box.top, box.bottom


# -- drawing


@contextmanager
def _opened(raw: bytes, number: int) -> Iterator[pypdfium2.PdfPage]:
    """Open a page; no other thread uses PDFium meanwhile."""
    if not PDFIUM.acquire(timeout=PATIENCE):
        raise UnreadableFile(f"page {number}", "other files are being read", "Try again in a minute")
    try:
        document = pypdfium2.PdfDocument(raw)
        try:
            if not 1 <= number <= len(document):
                raise UnreadableFile(f"page {number}", f"the PDF has {len(document)} pages", _AGAIN)
            page = document[number - 1]
            try:
                yield page
            finally:
                page.close()
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(f"page {number}", "the PDF is damaged", _AGAIN) from error
    finally:
        PDFIUM.release()


def _ratio(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_width(), page.get_height()
    return min(max(width / height, 0.05), 20.0) if width > 0 and height > 0 else 1.0


def _drawn(page: pypdfium2.PdfPage, number: int, width: int, height: int) -> tuple[int, int, bytes]:
    """Draw a page; the pixels are three bytes each, red first, without anything between rows."""
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGRx, rev_byteorder=True)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        if not _finishes(page, bitmap):
            reason = f"it was not drawn within {DRAWING_SECONDS:.0f} seconds"
            raise UnreadableFile(f"page {number}", reason, "Open the file itself")
        return width, height, bitmap.to_numpy()[:, :, :3].tobytes()
    finally:
        bitmap.close()


def _finishes(page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap) -> bool:
    """Draw step by step, so that a page that takes too long can be given up."""
    end = time.monotonic() + DRAWING_SECONDS
    pause = pdfium.IFSDK_PAUSE(version=1)
    pypdfium2.internal.set_callback(pause, "NeedToPauseNow", lambda _: time.monotonic() > end)
    flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    state = pdfium.FPDF_RenderPageBitmap_Start(
        bitmap.raw, page.raw, 0, 0, bitmap.width, bitmap.height, 0, flags, pause
    )
    pdfium.FPDF_RenderPage_Close(page.raw)
    return bool(state == pdfium.FPDF_RENDER_DONE)


def _png(width: int, height: int, pixels: bytes) -> bytes:
    """Pack pixels as a PNG file, in shades of grey if there is no colour in them (ISO/IEC 15948, clauses 5 and 11)."""
    red, green, blue = pixels[::3], pixels[1::3], pixels[2::3]
    grey = red == green == blue
    rows, step = (red, width) if grey else (pixels, 3 * width)
    # Each row begins with the number of its filter: 0, as it is.
    data = b"".join(b"\0" + rows[at : at + step] for at in range(0, step * height, step))
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
