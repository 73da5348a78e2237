"""Reading Word documents: what the page shows, with the numbers that Word draws."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.errors import EncryptedFile, TooLarge, UnreadableFile
from corpus.models import Document
from corpus.pinpoint import FOOTNOTES
from corpus.readers import Limits, read_document
from tests.corpus.hostile_files import word_with
from tests.corpus.written_files import add_notes, add_xml, lake_treaty, word_file


def read(word: Any) -> Document:
    return read_document(word_file(word), "ships.docx")


def blocks(word: Any) -> list[str]:
    return read(word).text.split("\n\n")


def heads(document: Document) -> list[tuple[str, int]]:
    return [(heading.span.of(document.text), heading.level) for heading in document.headings]


def test_a_word_document_is_what_its_page_shows() -> None:
    document = read(lake_treaty())
    assert document.text.split("\n\n") == [
        "Treaty on Two Lakes",
        "Article 1",
        "1. Each Party keeps its shore clean.",
        "2. Each Party counts its boats.",
        "Lake\tBoats\nUpper\t40",
        "Boats with sails are free-moving.",
    ]
    assert heads(document) == [("Treaty on Two Lakes", 1), ("Article 1", 1)]


# -- numbers --------------------------------------------------------------------------------------------------


def listed(word: Any, forms: list[tuple[str, str, str]], items: list[tuple[int, str]]) -> None:
    """Add a list whose levels have a number form, a text and further properties, and its items."""
    numbering: Any = word.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text, more) in enumerate(forms)
    )
    pattern = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(pattern))
    number = numbering.add_num(77)
    for level, text in items:
        properties: Any = word.add_paragraph(text)._p.get_or_add_pPr()
        mark = properties.get_or_add_numPr()
        mark.get_or_add_ilvl().val, mark.get_or_add_numId().val = level, number.numId


LEGAL = '<w:isLgl w:val="1"/>'
NO_RESTART = '<w:lvlRestart w:val="0"/>'


@pytest.mark.parametrize(
    ("forms", "items", "expected"),
    [
        (
            [("decimal", "Article %1", ""), ("lowerLetter", "(%2)", ""), ("lowerRoman", "%1.%2.%3", "")],
            [(0, ""), (1, "bows"), (1, "sterns"), (2, "deep"), (0, "Crews"), (1, "masters")],
            ["Article 1", "(a) bows", "(b) sterns", "1.b.i deep", "Article 2 Crews", "(a) masters"],
        ),
        (
            [("upperRoman", "PART %1", ""), ("decimal", "%1.%2", LEGAL)],
            [(0, "Boats"), (1, "bows"), (0, "Nets"), (1, "knots")],
            ["PART I Boats", "1.1 bows", "PART II Nets", "2.1 knots"],
        ),
        (
            [("upperLetter", "Section %1", ""), ("decimal", "Article %2", NO_RESTART)],
            [(0, "Boats"), (1, "bows"), (0, "Nets"), (1, "knots")],
            ["Section A Boats", "Article 1 bows", "Section B Nets", "Article 2 knots"],
        ),
        (
            [("cardinalText", "Part %1", ""), ("ordinalText", "%2", ""), ("decimalZero", "%3", "")],
            [(0, "Boats"), (1, "bows"), (2, "deep")],
            ["Part One Boats", "First bows", "01 deep"],
        ),
    ],
    ids=["levels", "legal", "going on", "words"],
)
def test_word_counts_levels_as_its_numbering_says(
    forms: list[tuple[str, str, str]], items: list[tuple[int, str]], expected: list[str]
) -> None:
    word = docx.Document()
    listed(word, forms, items)
    assert blocks(word) == expected


# -- what is shown and what is not ------------------------------------------------------------------------------


def test_text_in_content_controls_is_read() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Outside.")
    add_xml(paragraph, "<w:sdt><w:sdtContent><w:r><w:t> Inside.</w:t></w:r></w:sdtContent></w:sdt>")
    assert read(word).text == "Outside. Inside."


def test_heads_feet_and_tables_of_contents_are_left_out() -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Draft of May"
    word.sections[0].footer.paragraphs[0].text = "Page 3"
    contents = word.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("Article 1 Boats\t3", style=contents)
    word.add_paragraph("Boats float.\nNets\tsink.")
    assert read(word).text == "Boats float.\nNets sink."


def test_tracked_changes_are_taken_as_accepted() -> None:
    word = docx.Document()
    first = word.add_paragraph("Boats ")
    add_xml(first, '<w:ins w:id="1" w:author="a"><w:r><w:t>float</w:t></w:r></w:ins>')
    add_xml(first, '<w:del w:id="2" w:author="a"><w:r><w:delText>sink</w:delText></w:r></w:del>')
    mark: Any = first._p.get_or_add_pPr()
    mark.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="3" w:author="a"/></w:rPr>'))
    word.add_paragraph(" by day.")
    row: Any = word.add_table(1, 2).rows[0]._tr
    row.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="4" w:author="a"/>'))
    row.tc_lst[0].p_lst[0].append(parse_xml(f"<w:r {nsdecls('w')}><w:t>gone</w:t></w:r>"))
    assert read(word).text == "Boats float by day."


def test_text_hidden_by_its_style_is_left_out() -> None:
    word = docx.Document()
    hidden = word.styles.add_style("Aside", WD_STYLE_TYPE.CHARACTER)
    hidden.font.hidden = True
    paragraph = word.add_paragraph("Boats float")
    paragraph.add_run(" (check this)", style=hidden)
    paragraph.add_run(".")
    assert read(word).text == "Boats float."


def test_text_boxes_and_symbols_are_read() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Boats ")
    add_xml(
        paragraph,
        '<w:r><w:sym w:font="Symbol" w:char="2264"/><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>',
    )
    add_xml(
        paragraph,
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    assert blocks(word) == ["Boats ≤", "In a box."]


def test_notes_come_after_the_text_and_their_marks_go() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Boats")
    add_xml(paragraph, '<w:r><w:footnoteReference w:id="7"/></w:r>')
    add_xml(paragraph, "<w:r><w:t> and nets</w:t></w:r>")
    add_xml(paragraph, '<w:r><w:footnoteReference w:id="8" w:customMarkFollows="1"/><w:t>*</w:t></w:r>')
    add_xml(paragraph, "<w:r><w:t> float</w:t></w:r>")
    add_xml(paragraph, '<w:del w:id="9" w:author="a"><w:r><w:footnoteReference w:id="9"/></w:r></w:del>')
    add_xml(paragraph, '<w:r><w:endnoteReference w:id="2"/><w:t>.</w:t></w:r>')
    add_notes(word, "footnote", {"7": "Of reed.", "8": "Of cotton.", "9": "Gone."})
    add_notes(word, "endnote", {"2": "On most days."})
    assert blocks(word) == [
        "Boats and nets float.",
        FOOTNOTES,
        "1 Of reed.",
        "* Of cotton.",
        "i On most days.",
    ]


def test_headings_are_told_by_style_in_any_language_or_by_bold_type() -> None:
    word = docx.Document()
    style = word.styles.add_style("Überschrift 2", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("Teil I", style=style)
    word.add_paragraph().add_run("Article 1").bold = True
    word.add_paragraph().add_run("Boats").bold = True
    defined = word.add_paragraph()
    defined.add_run("Boat").bold = True
    defined.add_run(" means a boat.")
    word.add_paragraph().add_run("A. Boatman").bold = True
    assert heads(read(word)) == [("Teil I", 2), ("Article 1", 4), ("Boats", 4)]


EAU = (
    "Les eaux de la rivière sont partagées entre les Parties et les bateaux peuvent naviguer sur la rivière."
)
WATER = "The waters of the river are shared by the Parties and the boats may sail on all of the river by day."


def test_of_two_languages_side_by_side_one_is_read_and_the_owner_told() -> None:
    word = docx.Document()
    table = word.add_table(2, 2)
    for row in table.rows:
        row.cells[0].text, row.cells[1].text = WATER, EAU
    document = read(word)
    assert document.text == f"{WATER}\n{WATER}"
    assert document.notices == (
        "it is set in English and French side by side; only the English text was read",
    )


def test_docx_refusals() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
    with pytest.raises(EncryptedFile, match="password"):
        read_document(ole + "EncryptedPackage".encode("utf-16-le"), "locked.docx")
    with pytest.raises(UnreadableFile, match=r"old Word file \(\.doc\)"):
        read_document(ole, "old.docx")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_document(b"PK\x03\x04 and no more", "cut.docx")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "a" * 1000)
    with pytest.raises(UnreadableFile, match="no Word document"):
        read_document(packed.getvalue(), "book.docx")
    with pytest.raises(TooLarge, match="unpacks to"):
        read_document(packed.getvalue(), "bomb.docx", limits=Limits(max_bytes=200))
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_rels/.rels", '<x xmlns="http://purl.oclc.org/ooxml/officeDocument"/>')
    with pytest.raises(UnreadableFile, match=r"strict form of the standard.* Save it as an ordinary DOCX"):
        read_document(packed.getvalue(), "strict.docx")


def test_a_relationship_that_leads_nowhere_is_damage() -> None:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    nowhere = f'<Relationships xmlns="{space}"><Relationship Id="a" Type="b"/></Relationships>'
    with pytest.raises(UnreadableFile, match="no Word document that can be read"):
        read_document(word_with({"_rels/.rels": nowhere.encode()}), "nowhere.docx")
