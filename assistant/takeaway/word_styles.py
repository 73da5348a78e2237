"""How the Word document looks: an empty document of A4 pages with the styles a sheet is set in.

The styles are Word's own where it has them (Heading 1, Quote, Footnote Text), so that a reader's template or a style
pane changes all quotations at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from assistant.takeaway.footnotes import REFERENCE_STYLE, TEXT_STYLE, made

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import CharacterStyle, ParagraphStyle

LANGUAGE = "en-GB"
QUOTE, CELL_QUOTE, ATTACHED_QUOTE, NEAR = "Quote", "Quote in table", "Quote attached", "Nearest passage"
LABEL, CELL_LABEL, ATTACHED_LABEL, ASIDE = "Quote source", "Source in table", "Source attached", "Searched"
LINK_STYLE = "Hyperlink"
_SERIF, _SANS = "Cambria", "Calibri"
"""Come with Word on every system; LibreOffice sets them in fonts of the same widths."""
_INK, _GREY, _BLUE = RGBColor(0x1F, 0x29, 0x37), RGBColor(0x59, 0x59, 0x59), RGBColor(0x05, 0x4F, 0xB9)
_SMALL = Pt(9)
_WIDTH, _HEIGHT, _MARGIN = Cm(21), Cm(29.7), Cm(2.5)


def empty_document() -> Document:
    """Return a document without content: page, language and styles set, nothing of the template's own left in it."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = _WIDTH, _HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    _without_thumbnail(document)
    _in_english(document)
    _headings(document)
    _bodies(document)
    _labels(document)
    _footnote_styles(document)
    _page_number(document)
    return document


def _without_thumbnail(document: Document) -> None:
    """Take out the template's preview, a picture of another document."""
    related = document.part.package.rels
    for key in [key for key, one in related.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del related[key]


def _in_english(document: Document) -> None:
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    language.set(qn("w:val"), LANGUAGE)
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:val"), LANGUAGE)


def _font(style: CharacterStyle, name: str, size: Pt, colour: RGBColor | None = None) -> None:
    """Set a style's font for every script; the template names fonts of its theme, which would win."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)
    style.font.size = size
    if colour is not None:
        style.font.color.rgb = colour


def _headings(document: Document) -> None:
    for level, size, before in ((1, 18, 0), (2, 14, 20), (3, 11.5, 14)):
        style = document.styles[f"Heading {level}"]
        _font(style, _SANS, Pt(size), _INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(6)


def _bodies(document: Document) -> None:
    styles = document.styles
    normal = styles["Normal"]
    _font(normal, _SERIF, Pt(11))
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(8), 1.15
    _font(styles[QUOTE], _SERIF, Pt(10.5), _INK)
    styles[QUOTE].font.italic = styles[QUOTE].font.cs_italic = False
    _set(styles[QUOTE], indent=Cm(1), before=0, after=6)
    _set(_derived(document, CELL_QUOTE, QUOTE), indent=Cm(0), before=3, after=3)
    attached = _derived(document, ATTACHED_QUOTE, QUOTE)
    attached.font.size = Pt(9.5)
    _set(attached, indent=Cm(1.75), before=0, after=5)
    _nearest(_derived(document, NEAR, QUOTE))
    aside = _derived(document, ASIDE, "Normal")
    _font(aside, _SANS, _SMALL, _GREY)
    _set(aside, indent=Cm(0), before=6, after=6)


def _labels(document: Document) -> None:
    label = _derived(document, LABEL, "Normal")
    _font(label, _SANS, Pt(10), _INK)
    label.font.bold = True
    label.paragraph_format.keep_with_next = True
    _set(label, indent=Cm(0), before=8, after=4)
    cell = _derived(document, CELL_LABEL, LABEL)
    # Rows kept together one by one would keep the whole table together, on a page of its own.
    cell.paragraph_format.keep_with_next = False
    _set(cell, indent=Cm(0), before=3, after=3)
    attached = _derived(document, ATTACHED_LABEL, LABEL)
    attached.font.bold, attached.font.italic, attached.font.size = False, True, _SMALL
    _set(attached, indent=Cm(1), before=4, after=3)


def _nearest(style: ParagraphStyle) -> None:
    """Set what is no answer apart: grey, with a line beside it."""
    style.font.color.rgb = _GREY
    style.element.get_or_add_pPr().insert_element_before(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="12" w:space="8" w:color="BFBFBF"/></w:pBdr>'
        ),
        "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc",
    )  # fmt: skip


def _set(style: ParagraphStyle, *, indent: Cm, before: float, after: float) -> None:
    """Set a style's indent on both sides and the points before and after it."""
    form = style.paragraph_format
    form.left_indent = form.right_indent = indent
    form.space_before, form.space_after = Pt(before), Pt(after)


def _derived(document: Document, name: str, base: str) -> ParagraphStyle:
    style = cast("ParagraphStyle", document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.base_style, style.quick_style = document.styles[base], True
    return style


def _footnote_styles(document: Document) -> None:
    """Make Word's own styles of notes and links, which its template holds back until they are used."""
    styles = document.styles
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = styles["Normal"]
    text.element.set(qn("w:styleId"), TEXT_STYLE)
    _font(text, _SERIF, _SMALL)
    text.paragraph_format.space_after, text.paragraph_format.line_spacing = Pt(2), 1.0
    mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.element.set(qn("w:styleId"), REFERENCE_STYLE)
    mark.font.superscript = True
    link = styles.add_style(LINK_STYLE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = _BLUE, True


def _page_number(document: Document) -> None:
    """Put the page's number below it: the document's one field, and it holds no word of any source."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = made("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no other way to its XML
    run = paragraph.add_run("1")
    run.font.size = _SMALL
    field.append(run._r)  # noqa: SLF001
