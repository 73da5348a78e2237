"""DOCX: paragraphs in the order of the body, with the numbers Word draws and does not write.

Tracked deletions, hidden text, footnotes and field codes are left out: what remains is what the page shows.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from corpus.errors import EncryptedFile, TooLarge, UnreadableFile
from corpus.normalise import CHARACTERS, MappedText, apply, plain_spaces, soft_hyphens, tidy_white_space
from corpus.readers.blocks import Blocks
from corpus.readers.reading import Limits, Reading, headings_in
from corpus.readers.wordnumbers import Numbering, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

READER = "docx/1"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that holds a locked document within an old-style Office file."""

# A ZIP can hold far more than its size. XML packs about 10:1, so these leave honest files alone.
_UNPACKED_TOTAL = 20
_UNPACKED_ENTRY = 4

_SAVE_AGAIN = "Open it in a word processor and save it as DOCX again"
_DAMAGE = (
    PackageNotFoundError,  # python-docx: not a package
    KeyError,  # a part that others point to is missing
    ValueError,  # python-docx: a package, but not Word's
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # zipfile: a way of packing it does not know
    EOFError,
    AttributeError,  # python-docx: a part whose root element is of another kind
)
"""What the libraries raise on damaged files."""

_LEFT_OUT = frozenset(
    qn(tag) for tag in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:txbxContent", "w:footnoteReference")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_WRAPPERS = frozenset(
    qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "\u00ad",
    qn("w:br"): "\x0b",
    qn("w:cr"): "\x0b",
}
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_RUN, _TEXT, _BOX = qn("w:r"), qn("w:t"), qn("w:txbxContent")
_WORD_LETTERS = 3
"""A drawn number with this many letters (``Article 4``) stands for itself where the paragraph is empty."""


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
    except _DAMAGE as error:
        reason = "it is a ZIP archive, but no Word document that can be read"
        raise UnreadableFile(name, reason, _SAVE_AGAIN) from error
    if body is None:
        raise UnreadableFile(name, "it is a Word document without a body", _SAVE_AGAIN)
    blocks = Blocks()
    _Walk(blocks, styles, numbering).through(body)
    text, marks = blocks.finished()
    mapped = apply(MappedText.of(text), *CHARACTERS, soft_hyphens, plain_spaces, tidy_white_space)
    return Reading(mapped, READER, headings_in(mapped, marks), property_title=title)


def _check_package(raw: bytes, name: str, limits: Limits) -> None:
    if raw.startswith(_OLE):
        if _LOCKED in raw:
            raise EncryptedFile(name, "the document is locked with a password", "Save a copy without one")
        raise UnreadableFile(name, "it is an old Word file (.doc)", "Save it as DOCX and add that")
    try:
        entries = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except _DAMAGE as error:
        raise UnreadableFile(name, "its ZIP archive is damaged", "Fetch or save the file again") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise EncryptedFile(name, "its ZIP archive is locked with a password", "Save a copy without one")
    total, largest = (
        sum(entry.file_size for entry in entries),
        max((entry.file_size for entry in entries), default=0),
    )
    if total > _UNPACKED_TOTAL * limits.max_bytes or largest > _UNPACKED_ENTRY * limits.max_bytes:
        raise TooLarge(name, f"it unpacks to {total:,} bytes", "Remove pictures or split it into parts")


class _Walk:
    """One pass over a body."""

    def __init__(self, blocks: Blocks, styles: Styles, numbering: Numbering) -> None:
        self.blocks, self.styles, self.numbering = blocks, styles, numbering

    def through(self, parent: Element) -> None:
        for child in _unwrapped(parent):
            if child.tag == _PARAGRAPH:
                self._paragraph(child)
            elif child.tag == _TABLE:
                self._table(child)

    def _paragraph(self, paragraph: Element) -> None:
        style = self.styles.of_paragraph(paragraph)
        number = self.numbering.next_number(paragraph, style)
        text = "".join(_characters(paragraph))
        if not text.strip() and sum(letter.isalpha() for letter in number) < _WORD_LETTERS:
            number = ""
        self.blocks.level = style.level
        self.blocks.add(f"{number} {text}".strip(" "), kept=True)
        self.blocks.end()
        self.blocks.level = None
        for box in paragraph.iter(_BOX):
            if not any(ancestor.tag in _LEFT_OUT - {_BOX} for ancestor in box.iterancestors()):
                self.through(box)

    def _table(self, table: Element) -> None:
        rows = [list(_unwrapped(row, _CELL)) for row in _unwrapped(table, _ROW)]
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


def _unwrapped(parent: Element, tag: str | None = None) -> Iterator[Element]:
    """Yield the children of an element, those in content controls and the like as if they stood there bare."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)
        elif tag is None or child.tag == tag:
            yield child


def _is_short(cell: Element) -> bool:
    """Tell whether a cell holds no more than one paragraph with words."""
    paragraphs = sum(bool("".join(_characters(one)).strip()) for one in cell.iter(_PARAGRAPH))
    return paragraphs <= 1 and next(cell.iter(_TABLE), None) is None


def _characters(parent: Element) -> Iterator[str]:
    """Yield the text of a paragraph, without what Word does not show."""
    for child in parent:
        if child.tag in _LEFT_OUT or (child.tag == _RUN and _is_hidden(child)):
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[str(child.tag)]
        else:
            yield from _characters(child)


def _is_hidden(run: Element) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val")) not in {"0", "false", "off"}
