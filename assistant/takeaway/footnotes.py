"""Footnotes of a Word document, which python-docx has no way to make.

A footnote is a reference in the text and a note of the same id in a part of its own, ``word/footnotes.xml``
(ECMA-376 part 1, 17.11). The part also needs the two separators that are drawn above the notes, which the settings
name, and it has relationships of its own for links in notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

TEXT_STYLE = "FootnoteText"
REFERENCE_STYLE = "FootnoteReference"
_SEPARATOR, _CONTINUATION = -1, 0
"""Ids of the separators, as Word itself gives them; notes count from 1."""
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
    f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for kind, number in (("separator", _SEPARATOR), ("continuationSeparator", _CONTINUATION))
)


class FootnotesPart(XmlPart):  # type: ignore[misc, unused-ignore]
    """The part ``word/footnotes.xml`` of one document.

    Args:
        document: The document; it gets the part, the relationship to it and the setting that names the separators.
    """

    def __init__(self, document: Document) -> None:
        element = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}>{_SEPARATORS}</w:footnotes>")
        package = document.part.package
        super().__init__(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, element, package)
        document.part.relate_to(self, RELATIONSHIP_TYPE.FOOTNOTES)
        _name_separators(document)

    def add(self, number: int) -> BaseOxmlElement:
        """Add a note and return its paragraph, which begins with the note's own number."""
        note, paragraph = made("w:footnote"), made("w:p")
        note.set(qn("w:id"), str(number))
        properties, style = made("w:pPr"), made("w:pStyle")
        style.set(qn("w:val"), TEXT_STYLE)
        properties.append(style)
        paragraph.append(properties)
        paragraph.append(_mark(made("w:footnoteRef")))
        note.append(paragraph)
        self.element.append(note)
        return paragraph


def made(tag: str) -> BaseOxmlElement:
    """Return a new element of WordprocessingML, such as ``w:p``, with python-docx's ways to it."""
    return cast("BaseOxmlElement", OxmlElement(tag))


def reference(number: int) -> BaseOxmlElement:
    """Return the run that stands in the text for a note."""
    mark = made("w:footnoteReference")
    mark.set(qn("w:id"), str(number))
    return _mark(mark)


def _mark(mark: BaseOxmlElement) -> BaseOxmlElement:
    run, properties, style = made("w:r"), made("w:rPr"), made("w:rStyle")
    style.set(qn("w:val"), REFERENCE_STYLE)
    properties.append(style)
    run.append(properties)
    run.append(mark)
    return run


def _name_separators(document: Document) -> None:
    """Name the separators in the settings, whose children have a fixed order: right before ``w:compat``."""
    named = made("w:footnotePr")
    for number in (_SEPARATOR, _CONTINUATION):
        one = made("w:footnote")
        one.set(qn("w:id"), str(number))
        named.append(one)
    settings = document.settings.element
    settings.find(qn("w:compat")).addprevious(named)
