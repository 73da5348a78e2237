"""A PDF page as PDFium draws it: pieces of printed lines, with their places, sizes and raised marks.

PDFium gives characters in the order in which the file draws them. Here they become pieces: words of one
baseline that no wide gap parts. Lengths are PDF points (1/72 inch), counted from the page's lower left corner;
text that runs up or down the page is turned upright first, and words outside the visible page are left out.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pypdfium2 import raw as pdfium

from corpus.readers.pieces import Piece, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pypdfium2

_LINE_END_HYPHENS = "\x02\ufffe"
"""What PDFium puts for a hyphen at a line end; the next line follows it without a break."""

_ODD_HYPHENS = str.maketrans(dict.fromkeys(_LINE_END_HYPHENS, "-") | {"\u2010": "-", "\u2011": "-"})
_LINE = re.compile(f"[^\r\n{_LINE_END_HYPHENS}]+[{_LINE_END_HYPHENS}]?")
_WORD = re.compile(r"\S+")
_MAY_HOLD_MARK = re.compile(
    r"[^\W\d_]{2,}.*[\d*†‡§]|[\d*†‡§].*[^\W\d_]|[\d*†‡§][^\w\s]|[^\w\s][\d*†‡§]|\A[A-Z]{12}"
)
"""Words whose characters are looked at one by one: a raised mark may be glued to them (``Party1;``), or they are two
words in capitals, set so close that PDFium saw no blank."""

_SMALLER = 0.87
"""A raised mark is set at most this share of the size of its line."""

_RAISED = (0.1, 0.95)
"""How far a raised mark stands above the baseline, in shares of the line's size."""

_LOWERED = 0.5
_SAME_BASE = 0.2
"""Words whose baselines differ by less than this share of their size stand on one line."""

_WIDE_GAP = 1.0
"""A gap of this many sizes parts two pieces of a line: it may be a column's edge, or only loose setting."""

_OVERLAP = 0.5
_BLANK = 0.12
"""Words nearer than this share of the size are not parted by a blank where PDFium puts none."""

_CAPITALS_GAP = 0.1
_LETTERSPACED = 0.05
"""Gaps between capitals, in sizes: of two words, and of one word that is spaced out."""

_QUARTER = math.pi / 2
_RULE_HEIGHT = 2.5
"""A drawn shape that is no thicker than this, in points, is a line."""

_LONGEST_RULES = 400
"""Drawn shapes looked at on one page; maps and diagrams have tens of thousands."""


@dataclass(slots=True)
class _Word:
    text: str
    left: float
    right: float
    base: float
    size: float
    turned: int
    spaced: bool


def pieces_of(page: pypdfium2.PdfPage) -> list[Piece]:
    """Return the pieces of a page in the order in which they are drawn, without what its crop box hides."""
    textpage = page.get_textpage()
    try:
        words = list(_visible(_Glyphs(textpage).words(), page))
    finally:
        textpage.close()
    turned = _usual_turn(words)
    pieces = [_tidied(piece) for piece in _pieces(words)]
    # A page that is turned as a whole is an ordinary page; text turned against its page is not.
    return [replace(piece, turned=(piece.turned - turned) % 4) for piece in pieces if piece.text]


def rules_of(page: pypdfium2.PdfPage) -> list[Rule]:
    """Return the horizontal lines drawn on a page."""
    found: list[Rule] = []
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), _LONGEST_RULES * 10)):
        shape = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetType(shape) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium.FPDFPageObj_GetBounds(shape, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            if top - bottom <= _RULE_HEIGHT < right - left:
                found.append(Rule(left, right, (top + bottom) / 2))
        if len(found) >= _LONGEST_RULES:
            break
    return found


class _Glyphs:
    """The characters of a page and their boxes, read into buffers that are kept: there are many of them."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self._page = textpage.raw
        self._rectangle, self._x, self._y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        # One character for each of PDFium's, so that an index into the string is one into the page.
        codes = (pdfium.FPDFText_GetUnicode(self._page, index) for index in range(textpage.count_chars()))
        self.text = "".join(map(chr, codes))

    def words(self) -> Iterator[_Word]:
        for line in _LINE.finditer(self.text):
            start = line.start()
            turned = round(pdfium.FPDFText_GetCharAngle(self._page, start) / _QUARTER) % 4
            for place, match in enumerate(_WORD.finditer(self.text, start, line.end())):
                spaced = place > 0 or self.text[start] in " \t"
                if _MAY_HOLD_MARK.search(match.group()) or self._ends_small(match, turned):
                    yield from self._runs(match, turned, spaced=spaced)
                else:
                    yield self._word(match.start(), match.end(), turned, spaced=spaced)

    def _ends_small(self, match: re.Match[str], turned: int) -> bool:
        first, last = self._edges(match.start(), turned)[2], self._edges(match.end() - 1, turned)[2]
        return last < _SMALLER * first

    def _runs(self, match: re.Match[str], turned: int, *, spaced: bool) -> Iterator[_Word]:
        """Part a word where the size of its characters changes, and capitals where a blank was not drawn."""
        start = match.start()
        _, right, size = self._edges(start, turned)
        letterspaced = match.group().isupper() and self._gap(start, right, turned) > _LETTERSPACED * size
        for index in range(start + 1, match.end()):
            left, end, here = self._edges(index, turned)
            resized = min(here, size) < _SMALLER * max(here, size)
            parted = match.group().isupper() and not letterspaced and left - right > _CAPITALS_GAP * size
            if resized or parted:
                yield self._word(start, index, turned, spaced=spaced)
                start, size, spaced = index, here, parted
            right = end
        yield self._word(start, match.end(), turned, spaced=spaced)

    def _gap(self, index: int, right: float, turned: int) -> float:
        return self._edges(index + 1, turned)[0] - right

    def _word(self, start: int, end: int, turned: int, *, spaced: bool) -> _Word:
        text = self.text[start:end].translate(_ODD_HYPHENS)
        left, right, size = self._edges(start, turned)
        if end - start > 1:
            last = self._edges(end - 1, turned)
            left, right = min(left, last[0]), max(right, last[1])
        pdfium.FPDFText_GetCharOrigin(self._page, start, self._x, self._y)
        base = (self._y.value, self._x.value, -self._y.value, -self._x.value)[turned]
        return _Word(text, left, right, base, size, turned, spaced)

    def _edges(self, index: int, turned: int) -> tuple[float, float, float]:
        """Return left, right and size of a character, as if its text stood upright."""
        box = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        if turned == 0:
            return box.left, box.right, box.top - box.bottom
        if turned == 2:  # noqa: PLR2004 - half a turn
            return -box.right, -box.left, box.top - box.bottom
        left, right = (box.bottom, box.top) if turned == 3 else (-box.top, -box.bottom)  # noqa: PLR2004
        return left, right, box.right - box.left


def _visible(words: Iterator[_Word], page: pypdfium2.PdfPage) -> Iterator[_Word]:
    """Leave out words that lie outside the page's crop box: printers' marks, or what an editor cut away."""
    left, bottom, right, top = page.get_cropbox()
    for word in words:
        x, y = _on_page((word.left + word.right) / 2, word.base, word.turned)
        if left <= x <= right and bottom <= y <= top:
            yield word


def _on_page(x: float, y: float, turned: int) -> tuple[float, float]:
    """Undo the turning of ``_Glyphs``."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turned]


def _usual_turn(words: Sequence[_Word]) -> int:
    lengths = [sum(len(word.text) for word in words if word.turned == turn) for turn in range(4)]
    return lengths.index(max(lengths))


@dataclass(slots=True)
class _Growing:
    """A piece under construction; ``only_marks`` while all of it may yet turn out to be raised."""

    piece: Piece

    def takes(self, word: _Word) -> bool:
        """Tell whether a word goes on where the piece ends."""
        piece = self.piece
        size = max(piece.size, word.size)
        gap = word.left - piece.right
        if word.turned != piece.turned or not -_OVERLAP * size <= gap <= _WIDE_GAP * size:
            return False
        shift = word.base - piece.base
        return (
            abs(shift) <= _SAME_BASE * size
            or self._is_raised(word)
            or self._raises(word)
            or (word.size <= _SMALLER * piece.size and -_LOWERED * piece.size < shift < 0)
        )

    def add(self, word: _Word) -> None:
        """Put a word at the end."""
        piece = self.piece
        gap = word.left - piece.right
        blank = " " if word.spaced or gap > _BLANK * max(piece.size, word.size) else ""
        start = len(piece.text) + len(blank)
        text, right = piece.text + blank + word.text, max(piece.right, word.right)
        if self._is_raised(word):
            marks = (*piece.marks, (start, start + len(word.text)))
            self.piece = replace(piece, text=text, right=right, marks=marks)
        elif self._raises(word):
            marks = ((0, len(piece.text)),)
            self.piece = replace(piece, text=text, right=right, marks=marks, base=word.base, size=word.size)
        else:
            self.piece = replace(piece, text=text, right=right)

    def _is_raised(self, word: _Word) -> bool:
        return _above(word, self.piece)

    def _raises(self, word: _Word) -> bool:
        """Tell whether the word shows that all there is so far was a raised mark."""
        return not self.piece.marks and len(self.piece.text) <= len("(123)") and _above(self.piece, word)


def _above(upper: _Word | Piece, lower: _Word | Piece) -> bool:
    lift = (upper.base - lower.base) / max(lower.size, 1.0)
    return upper.size <= _SMALLER * lower.size and _RAISED[0] < lift < _RAISED[1]


def _pieces(words: Sequence[_Word]) -> Iterator[Piece]:
    growing: _Growing | None = None
    for word in words:
        if growing is not None and growing.takes(word):
            growing.add(word)
            continue
        if growing is not None:
            yield growing.piece
        growing = _Growing(Piece(word.text, word.left, word.right, word.base, word.size, (), word.turned))
    if growing is not None:
        yield growing.piece


def _tidied(piece: Piece) -> Piece:
    """Join marks that stand side by side."""
    joined: list[tuple[int, int]] = []
    for start, end in piece.marks:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return replace(piece, marks=tuple(joined))
