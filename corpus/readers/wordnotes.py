"""Word's footnotes and endnotes, in the order in which the text refers to them.

Notes lie in parts of their own; the text holds references, and Word counts them where it shows them. Element names
are those of ECMA-376 (WordprocessingML), section 17.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from corpus.readers.numbering import numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.opc.part import Part
    from lxml.etree import _Element as Element

_KINDS = (
    (qn("w:footnoteReference"), RELATIONSHIP_TYPE.FOOTNOTES, qn("w:footnote"), "decimal"),
    (qn("w:endnoteReference"), RELATIONSHIP_TYPE.ENDNOTES, qn("w:endnote"), "lower-roman"),
)
"""Reference, part, note, and the numbers Word draws unless told otherwise."""

_REFERENCES = frozenset(reference for reference, *_ in _KINDS)
_DELETED = frozenset([qn("w:del"), qn("w:moveFrom")])
_TEXT, _PARAGRAPH, _BREAKS = qn("w:t"), qn("w:p"), frozenset([qn("w:br"), qn("w:tab"), qn("w:cr")])
_OWN_MARK = qn("w:customMarkFollows")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def notes_of(part: Part, body: Element) -> Iterator[str]:
    """Yield the notes that a body refers to, each on one line with its mark before it."""
    for reference_tag, kind, note_tag, style in _KINDS:
        notes = _notes(part, kind, note_tag)
        count = 0
        for reference in body.iter(reference_tag):
            if any(ancestor.tag in _DELETED for ancestor in reference.iterancestors()):
                continue
            own = reference.get(_OWN_MARK) is not None
            count += not own
            words = notes.get(reference.get(qn("w:id")) or "", "")
            mark = _words(reference.getparent()) if own else numeral(style, count)
            if words:
                yield words if words.startswith(mark) and own else f"{mark} {words}".strip()


def has_own_mark(run: Element) -> bool:
    """Tell whether all that a run shows is the mark that its author gave a note."""
    return any(child.get(_OWN_MARK) is not None for child in run if child.tag in _REFERENCES)


def _notes(part: Part, kind: str, tag: str) -> dict[str, str]:
    """Return the words of the notes in one part, by id; none if the document has no such part."""
    try:
        related = part.part_related_by(kind)
    except KeyError:
        return {}
    root = etree.fromstring(related.blob, _PARSER)
    return {
        note.get(qn("w:id")) or "": _words(note) for note in root.iter(tag) if note.get(qn("w:type")) is None
    }


def _words(parent: Element | None) -> str:
    """Return the text below an element on one line, without what is deleted."""
    pieces: list[str] = []
    for element in parent.iter() if parent is not None else ():
        if any(ancestor.tag in _DELETED for ancestor in element.iterancestors()):
            continue
        if element.tag == _TEXT:
            pieces.append(element.text or "")
        elif element.tag in _BREAKS or element.tag == _PARAGRAPH:
            pieces.append(" ")
    return " ".join("".join(pieces).split())
