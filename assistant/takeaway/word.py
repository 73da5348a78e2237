"""The sheet as a Word document, with real footnotes.

What a document of the library says becomes text and nothing else: no field, no link, no instruction. Links lead to
addresses of the web only and are made from the citation, never found in a text. Each line of a source is a paragraph;
an empty line between two of them is no more than the space there.
"""

from __future__ import annotations

import io
import itertools
import unicodedata
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, assert_never, cast

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm

from assistant.takeaway.acting import right_to_left
from assistant.takeaway.footnotes import FootnotesPart, made, reference
from assistant.takeaway.sheet import SOURCES, Heading, Manner, Quotation, Standing, Table, Words
from assistant.takeaway.word_styles import (
    ASIDE,
    ATTACHED_LABEL,
    ATTACHED_QUOTE,
    CELL_LABEL,
    CELL_QUOTE,
    LABEL,
    LANGUAGE,
    LINK_STYLE,
    NEAR,
    QUOTE,
    empty_document,
)

if TYPE_CHECKING:
    from datetime import datetime

    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document
    from docx.opc.part import Part
    from docx.oxml.text.run import CT_R
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

    from assistant.takeaway.notes import Note
    from assistant.takeaway.sheet import Piece, Row, Sheet, Source

AUTHOR = "Treaty assistant"
_LONGEST_PROPERTY = 255
"""Characters python-docx takes for a property of the document."""
_TITLES_WIDTH, _WORDS_WIDTH = Cm(4), Cm(12)
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip archive can name; written for every part, so that the same sheet gives the same bytes."""
_MANNERS = {
    Manner.PLAIN: "Normal",
    Manner.LABEL: LABEL,
    Manner.ATTACHED: ATTACHED_LABEL,
    Manner.ASIDE: ASIDE,
}
_STANDINGS = {Standing.ANSWER: QUOTE, Standing.ATTACHED: ATTACHED_QUOTE, Standing.NEAR: NEAR}


def written(sheet: Sheet, taken_at: datetime) -> bytes:
    """Return the sheet as a DOCX file.

    Args:
        sheet: What is to be read.
        taken_at: When it was taken away; a property of the document.
    """
    document = empty_document()
    _properties(document, sheet.title, taken_at)
    _Page(document).lay(sheet)
    stream = io.BytesIO()
    document.save(stream)
    return _undated(stream.getvalue())


class _Page:
    """Lays a sheet into one document, notes beside it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._notes = FootnotesPart(document)

    def lay(self, sheet: Sheet) -> None:
        """Lay all of a sheet, top to bottom."""
        self._words(self._document, "Heading 1", sheet.title)
        for piece in sheet.pieces:
            self._piece(self._document, piece)
        if sheet.sources:
            self._words(self._document, "Heading 2", SOURCES)
        for source in sheet.sources:
            self._source(source)
        self._words(self._document, ASIDE, sheet.closing)

    def _piece(self, place: BlockItemContainer | Document, piece: Piece) -> None:
        match piece:
            case Heading():
                self._words(place, f"Heading {piece.level}", piece.text)
            case Words():
                self._words(place, _MANNERS[piece.manner], piece.text, piece.address)
            case Quotation():
                self._quotation(place, piece, _STANDINGS[piece.standing])
            case Table():
                self._table(piece)
            case _:
                assert_never(piece)

    def _words(
        self, place: BlockItemContainer | Document, style: str, text: str, address: str = ""
    ) -> Paragraph:
        paragraph = place.add_paragraph(style=style)
        element = paragraph._p  # noqa: SLF001 - python-docx has no other way to a paragraph's XML
        if right_to_left(text):
            bidi = made("w:bidi")
            element.get_or_add_pPr().insert_element_before(bidi, "w:spacing", "w:ind", "w:jc", "w:rPr")
        _append_text(element, text)
        if address:
            _append_text(element, " ")
            _append_link(element, self._document.part, address)
        return paragraph

    def _quotation(self, place: BlockItemContainer | Document, piece: Quotation, style: str) -> None:
        lines = [line for line in piece.text.split("\n") if line]
        paragraphs = [self._words(place, style, line) for line in lines]
        paragraphs[-1]._p.append(reference(piece.note.number))  # noqa: SLF001
        self._note(piece.note)

    def _note(self, note: Note) -> None:
        paragraph = self._notes.add(note.number)
        _append_text(paragraph, f" {note.before}")
        if note.address:
            _append_link(paragraph, self._notes, note.address)
            _append_text(paragraph, note.after)
        if note.link.startswith("http"):
            _append_text(paragraph, " ")
            _append_link(paragraph, self._notes, note.link)

    def _table(self, table: Table) -> None:
        grid = self._document.add_table(rows=1, cols=2, style="Table Grid")
        grid.autofit = False
        head = grid.rows[0]
        repeated = made("w:tblHeader")
        head._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001
        for cell, words in zip(head.cells, ("Document", table.topic), strict=True):
            self._cell(cell, CELL_LABEL, words)
        for row in table.rows:
            self._row(grid.add_row().cells, row)
        for column, width in zip(grid.columns, (_TITLES_WIDTH, _WORDS_WIDTH), strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width

    def _row(self, cells: tuple[BlockItemContainer, ...], row: Row) -> None:
        title, words = cells
        self._cell(title, CELL_LABEL, row.title)
        if row.remark:
            self._words(title, ASIDE, row.remark)
        _without_first(words)
        for piece in row.pieces:
            if isinstance(piece, Quotation):
                self._quotation(words, piece, CELL_QUOTE)
            else:
                self._words(words, ASIDE, piece.text)

    def _cell(self, cell: BlockItemContainer, style: str, text: str) -> None:
        _without_first(cell)
        self._words(cell, style, text)

    def _source(self, source: Source) -> None:
        self._words(self._document, LABEL, source.title)
        retrieved = f"; retrieved {source.retrieved}" if source.retrieved else ""
        text = f"File {source.file}{retrieved}; SHA-256 {source.sha256}"
        self._words(
            self._document, ASIDE, f"{text}; published at" if source.address else text, source.address
        )


def _without_first(cell: BlockItemContainer) -> None:
    """Take out the empty paragraph a new cell begins with; one of ours follows."""
    for paragraph in cell.paragraphs:
        paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001


def _append_text(element: BaseOxmlElement, text: str, style: str = "") -> None:
    """Append text as runs, one a direction; tabs and line feeds become Word's own."""
    for right, characters in itertools.groupby(_directed(text), key=lambda pair: pair[0]):
        run = cast("CT_R", made("w:r"))
        if style or right:
            properties = run.get_or_add_rPr()
            if style:
                properties.style = style
            if right:
                properties.append(made("w:rtl"))
        run.text = "".join(character for _, character in characters)
        element.append(run)


def _directed(text: str) -> list[tuple[bool, str]]:
    """Return the characters, each with whether it runs from right to left; weak ones go with those before them."""
    directed, right = [], False
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in {"L", "EN"}:
            right = False
        elif way in {"R", "AL", "AN"}:
            right = True
        directed.append((right, character))
    return directed


def _append_link(element: BaseOxmlElement, part: Part, address: str) -> None:
    """Append an address of the web as a link to itself."""
    link = made("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    _append_text(link, address, LINK_STYLE)
    element.append(link)


def _properties(document: Document, title: str, taken_at: datetime) -> None:
    about = document.core_properties
    at = taken_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about.title = title if len(title) <= _LONGEST_PROPERTY else f"{title[: _LONGEST_PROPERTY - 1]}…"
    about.author = about.last_modified_by = AUTHOR
    about.created = about.modified = at
    about.language, about.comments, about.revision = LANGUAGE, "", 1


def _undated(content: bytes) -> bytes:
    """Return a zip archive with the same parts in the same order and no time of writing."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = zipfile.ZipInfo(name, _OLDEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return stream.getvalue()
