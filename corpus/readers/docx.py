"""DOCX: paragraphs in the order of the body, with the numbers Word draws and does not write.

Tracked changes are taken as accepted; deletions, hidden text, field codes and tables of contents are left out, and
footnotes come after the text: what remains is what the page shows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from corpus.errors import EncryptedFile, TooLarge, UnreadableFile
from corpus.normalise import (
    CHARACTERS,
    MappedText,
    apply,
    plain_hyphens,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.readers.bilingual import by_column, other_columns
from corpus.readers.blocks import Blocks
from corpus.readers.elements import check_memory
from corpus.readers.reading import Limits, Reading, headings_in
from corpus.readers.wordnotes import has_own_mark, notes_of
from corpus.readers.wordnumbers import Numbering, Style, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

READER = "docx/2"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that holds a locked document within an old-style Office file."""

# A ZIP can hold far more than its size. XML packs about 10:1, so these leave honest files alone.
_UNPACKED_TOTAL = 20
_UNPACKED_ENTRY = 4

SAVE_AGAIN = "Open it in a word processor and save it as DOCX again"
DAMAGE = (
    PackageNotFoundError,  # python-docx: not a package
    KeyError,  # a part that others point to is missing
    ValueError,  # python-docx: a package, but not Word's
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # zipfile: a way of packing it does not know
    EOFError,
    AttributeError,  # python-docx: a part whose root element is of another kind
    TypeError,  # python-docx: a relationship that leads nowhere
)
"""What the libraries raise on damaged files."""

_LEFT_OUT = frozenset(
    qn(tag)
    for tag in (
        "w:del",
        "w:moveFrom",
        "w:pPr",
        "w:rPr",
        "w:txbxContent",
        "w:footnoteReference",
        "w:endnoteReference",
    )
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_WRAPPERS = frozenset(
    qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "\u00ad",
    qn("w:br"): "\x0b",
    qn("w:cr"): "\x0b",
}
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_RUN, _TEXT, _BOX, _SYMBOL = qn("w:r"), qn("w:t"), qn("w:txbxContent"), qn("w:sym")
_MARK_DELETED = f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}"
_ROW_DELETED = f"{qn('w:trPr')}/{qn('w:del')}"
_GALLERY = f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}"
_CENTRED = f"{qn('w:pPr')}/{qn('w:jc')}"
_PRIVATE_USE = range(0xE000, 0xF900)
"""Characters of symbol fonts: they mean nothing outside them."""

_WORD_LETTERS = 3
"""A drawn number with this many letters (``Article 4``) stands for itself where the paragraph is empty."""

_STRICT = b"http://purl.oclc.org/ooxml/"


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """Read a DOCX file.

    Raises:
        EncryptedFile: If it needs a password.
        UnreadableFile: If it is damaged or no Word document.
        TooLarge: If it unpacks to more than an honest file would.
    """
    _check_package(raw, name, limits)
    try:
        document = docx.Document(io.BytesIO(raw))
        body, title = document.element.body, document.core_properties.title
        styles, numbering = Styles.of(document.part), Numbering.of(document.part)
        notes = [] if body is None else list(notes_of(document.part, body))
    except DAMAGE as error:
        if isinstance(error, etree.XMLSyntaxError):
            check_memory(error)
        reason = "it is a ZIP archive, but no Word document that can be read"
        if _is_strict(raw):
            reason = "it is a Word document in the strict form of the standard, which cannot be read"
            raise UnreadableFile(name, reason, "Save it as an ordinary DOCX") from error
        raise UnreadableFile(name, reason, SAVE_AGAIN) from error
    if body is None:
        raise UnreadableFile(name, "it is a Word document without a body", SAVE_AGAIN)
    blocks = Blocks()
    walk = _Walk(blocks, styles, numbering)
    walk.left_out, notices = other_columns(_columns_of(table) for table in body.iter(_TABLE))
    walk.through(body)
    for note in notes:
        blocks.note_aside(note)
    text, marks = blocks.finished()
    mapped = apply(
        MappedText.of(text), *CHARACTERS, soft_hyphens, plain_spaces, plain_hyphens, tidy_white_space
    )
    return Reading(mapped, READER, headings_in(mapped, marks), property_title=title, notices=tuple(notices))


def _check_package(raw: bytes, name: str, limits: Limits) -> None:
    if raw.startswith(_OLE):
        if _LOCKED in raw:
            raise EncryptedFile(name, "the document is locked with a password", "Save a copy without one")
        raise UnreadableFile(name, "it is an old Word file (.doc)", "Save it as DOCX and add that")
    try:
        entries = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except DAMAGE as error:
        raise UnreadableFile(name, "its ZIP archive is damaged", "Fetch or save the file again") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFile(name, "its ZIP archive is locked with a password", "Save a copy without one")
    total, largest = (
        sum(entry.file_size for entry in entries),
        max((entry.file_size for entry in entries), default=0),
    )
    if total > _UNPACKED_TOTAL * limits.max_bytes or largest > _UNPACKED_ENTRY * limits.max_bytes:
        raise TooLarge(name, f"it unpacks to {total:,} bytes", "Remove pictures or split it into parts")


def _is_strict(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _STRICT in archive.read("_rels/.rels")
    except DAMAGE:
        return False


class _Walk:
    """One pass over a body."""

    def __init__(self, blocks: Blocks, styles: Styles, numbering: Numbering) -> None:
        self.blocks, self.styles, self.numbering = blocks, styles, numbering
        self.left_out: set[Element] = set()
        self.joined = False

    def through(self, parent: Element) -> None:
        """Write the paragraphs and tables within an element into the blocks."""
        for child in _unwrapped(parent):
            if child.tag == _PARAGRAPH:
                self._paragraph(child)
            elif child.tag == _TABLE:
                self._table(child)

    def _paragraph(self, paragraph: Element) -> None:
        style = self.styles.of_paragraph(paragraph)
        if style.contents:
            return
        number = "" if self.joined else self.numbering.next_number(paragraph, style)
        runs = list(self._runs(paragraph, style))
        text = "".join(words for words, _ in runs)
        if not text.strip() and sum(letter.isalpha() for letter in number) < _WORD_LETTERS:
            number = ""
        self.blocks.level = self.blocks.level if self.joined else style.level
        self.blocks.centred = _is_centred(paragraph)
        self.blocks.add(f"{number} " if number else "", kept=True)
        for words, bold in runs:
            self.blocks.add(words, kept=True, bold=bold)
        # Where the mark of a paragraph is deleted, the next one goes on in the same line.
        self.joined = paragraph.find(_MARK_DELETED) is not None
        if not self.joined:
            self.blocks.end()
            self.blocks.level, self.blocks.centred = None, False
        for box in paragraph.iter(_BOX):
            if not any(ancestor.tag in _LEFT_OUT - {_BOX} for ancestor in box.iterancestors()):
                self.through(box)

    def _runs(self, parent: Element, style: Style) -> Iterator[tuple[str, bool]]:
        """Yield the text of a paragraph run by run, without what Word does not show, and whether it is bold."""
        for child in parent:
            if child.tag in _LEFT_OUT or has_own_mark(child):
                continue
            if child.tag != _RUN:
                yield from self._runs(child, style)
            elif not self.styles.of_run(child, "w:vanish", default=style.hidden):
                yield "".join(_characters(child)), self.styles.of_run(child, "w:b", default=style.bold)

    def _table(self, table: Element) -> None:
        rows = [
            [cell for cell in _unwrapped(row, _CELL) if cell not in self.left_out]
            for row in _unwrapped(table, _ROW)
            if row.find(_ROW_DELETED) is None
        ]
        data = all(_is_short(cell) for row in rows for cell in row)
        for row in rows:
            if data:
                self.blocks.begin_row()
            for place, cell in enumerate(row):
                if data and place:
                    self.blocks.next_cell()
                self.through(cell)
            if data:
                self.blocks.end_row()


def _columns_of(table: Element) -> list[list[Element]]:
    """Return the cells of a table by column, of rows that have at least two."""
    rows = [list(_unwrapped(row, _CELL)) for row in _unwrapped(table, _ROW)]
    return by_column([row for row in rows if len(row) > 1])


def _unwrapped(parent: Element, tag: str | None = None) -> Iterator[Element]:
    """Yield the children of an element, those in content controls and the like as if they stood there bare."""
    for child in parent:
        gallery = child.find(_GALLERY)
        if gallery is not None and "Contents" in (gallery.get(qn("w:val")) or ""):
            continue
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)
        elif tag is None or child.tag == tag:
            yield child


def _is_short(cell: Element) -> bool:
    """Tell whether a cell holds no more than one paragraph with words."""
    paragraphs = sum(bool("".join(_characters(one)).strip()) for one in cell.iter(_PARAGRAPH))
    return paragraphs <= 1 and next(cell.iter(_TABLE), None) is None


def _is_centred(paragraph: Element) -> bool:
    mark = paragraph.find(_CENTRED)
    return mark is not None and mark.get(qn("w:val")) == "center"


def _characters(parent: Element) -> Iterator[str]:
    """Yield the text below an element."""
    for child in parent:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[str(child.tag)]
        elif child.tag == _SYMBOL:
            yield _symbol(child)
        else:
            yield from _characters(child)


def _symbol(element: Element) -> str:
    written = element.get(qn("w:char")) or ""
    code = int(written, 16) if re.fullmatch(r"[0-9A-Fa-f]{4}", written) else 0
    drawn = chr(code) if code not in _PRIVATE_USE else ""
    return drawn if drawn.isprintable() else ""  # half a surrogate pair, say, is no character
