"""Files written for the reader tests: small PDFs with lines at given places, and packed Word documents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

GUIDE = """---
id: guide-harbours
title: "Guide to harbours"
kind: guide
language: en
as_of: 2026-01-31
authenticity: "Written for a test."
names: [Harbour guide, HG]
layout: post
sources:
  pilot:
    name: "Pilot's book"
    address: "https://example.org/pilot"
---

# Guide to harbours

## Entry (article 4)

*On: Harbour Convention, art. 4(2); Annex II, para. 1. Sources: pilot. As of: 2026-01-30.*

A ship enters slowly.

## Leaving

*On: general.*

A ship leaves *quickly*.
"""
"""A guide with front matter and section notes."""

Placed = tuple[float, float, str]
"""A line of print: distance from the left and lower page edge in points, and its words."""


@dataclass(frozen=True)
class Print:
    """Words in another size, or turned a quarter so that they read up the page."""

    x: float
    y: float
    words: str
    size: float = 10
    turned: bool = False


@dataclass(frozen=True)
class Ruled:
    """A horizontal line drawn on the page."""

    left: float
    right: float
    y: float


@dataclass(frozen=True)
class Picture:
    """A picture of one grey point, as large as a page of text."""


Drawn = Placed | Print | Ruled | Picture

_PAGE = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"


def pdf(
    pages: Iterable[Sequence[Drawn]],
    *,
    title: str = "",
    encrypt: str = "",
    page_entries: str = "",
    bookmarks: Sequence[tuple[int, str]] = (),
) -> bytes:
    """Write a PDF in Courier, 10 points unless a ``Print`` says otherwise, one text object a line.

    Args:
        pages: What is drawn on each page.
        title: The title in the file's properties.
        encrypt: An encryption dictionary.
        page_entries: Further entries of every page, such as ``/Rotate 90``.
        bookmarks: Page, from 0, and words of each bookmark.
    """
    objects = ["", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"]
    objects += [f"<< /Title ({title}) >>", encrypt or "<< >>"]
    kids = []
    for lines in pages:
        drawn = "\n".join(map(_drawn, lines))
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
        objects.append(f"<< {_PAGE} {page_entries} /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    root = len(objects) + 1
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {f'/Outlines {root} 0 R' if bookmarks else ''} >>"
    if bookmarks:
        objects += _outline(root, kids, bookmarks)
    return _assembled(objects, "/Encrypt 5 0 R /ID [<00><00>]" if encrypt else "")


def _outline(root: int, kids: Sequence[str], bookmarks: Sequence[tuple[int, str]]) -> list[str]:
    """Write an outline whose objects are numbered from ``root``."""
    last = root + len(bookmarks)
    items = [f"<< /Type /Outlines /First {root + 1} 0 R /Last {last} 0 R /Count {len(bookmarks)} >>"]
    for number, (page, words) in enumerate(bookmarks, start=root + 1):
        near = f"/Prev {number - 1} 0 R " if number > root + 1 else ""
        near += f"/Next {number + 1} 0 R " if number < last else ""
        items.append(f"<< /Title ({_escaped(words)}) /Parent {root} 0 R {near}/Dest [{kids[page]} /Fit] >>")
    return items


def _drawn(what: Drawn) -> str:
    if isinstance(what, Ruled):
        return f"{what.left} {what.y} m {what.right} {what.y} l 0.5 w S"
    if isinstance(what, Picture):
        return "q 400 0 0 600 72 72 cm BI /W 1 /H 1 /CS /G /BPC 8 ID a EI Q"
    line = what if isinstance(what, Print) else Print(*what)
    matrix = "0 1 -1 0" if line.turned else "1 0 0 1"
    return f"BT /F1 {line.size} Tf {matrix} {line.x} {line.y} Tm ({_escaped(line.words)}) Tj ET"


def locked_pdf() -> bytes:
    """Write a PDF whose key no empty password opens."""
    noise = "A5" * 32
    encrypt = f"<< /Filter /Standard /V 1 /R 2 /O <{noise}> /U <{noise}> /P -4 >>"
    return pdf([[(72, 700, "secret")]], encrypt=encrypt)


def printed(*paragraphs: str, top: float = 720, left: float = 72, width: int = 60) -> list[Placed]:
    """Set paragraphs as a typewriter does: first lines indented, lines of at most ``width`` characters."""
    lines: list[Placed] = []
    height = top
    for paragraph in paragraphs:
        rest = "    " + paragraph
        while rest.strip():
            cut = len(rest) if len(rest) <= width else rest.rindex(" ", 0, width + 1)
            words = rest[:cut]
            lines.append((left + 6 * (len(words) - len(words.lstrip())), height, words.strip()))
            rest, height = rest[cut:].lstrip(), height - 12
    return lines


def centred(height: float, words: str, *, middle: float = 252) -> Placed:
    """Set one line in the middle of the column that ``printed`` fills."""
    return (middle - 3 * len(words), height, words)


def word_file(document: Any) -> bytes:
    """Pack a python-docx document."""
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def lake_treaty() -> Any:
    """Write a Word document with headings, Word's own list numbers, a table and a tracked change."""
    document = docx.Document()
    document.core_properties.title = "Treaty on Two Lakes"
    document.add_heading("Treaty on Two Lakes", 0)
    document.add_heading("Article 1", 1)
    document.add_paragraph("Each Party keeps its shore clean.", style="List Number")
    document.add_paragraph("Each Party counts its boats.", style="List Number")
    table = document.add_table(2, 2)
    for place, words in enumerate(["Lake", "Boats", "Upper", "40"]):
        table.cell(place // 2, place % 2).text = words
    changed = document.add_paragraph("Boats ")
    add_xml(changed, '<w:ins w:id="1" w:author="a"><w:r><w:t>with sails </w:t></w:r></w:ins>')
    add_xml(changed, '<w:del w:id="2" w:author="a"><w:r><w:delText>with oars </w:delText></w:r></w:del>')
    add_xml(changed, "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>")
    add_xml(changed, "<w:r><w:t>are</w:t><w:tab/><w:t>free</w:t><w:noBreakHyphen/><w:t>moving.</w:t></w:r>")
    return document


def add_xml(paragraph: Any, xml: str) -> None:
    """Append WordprocessingML to a paragraph; its first tag need not declare the namespace."""
    paragraph._p.append(parse_xml(re.sub(r"^<w:\w+", lambda tag: f"{tag.group()} {nsdecls('w')}", xml)))


def add_notes(document: Any, kind: str, notes: dict[str, str]) -> None:
    """Add a part with notes: their ids and words; ``kind`` is ``footnote`` or ``endnote``."""
    written = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:{kind}>'
        for number, words in notes.items()
    )
    first = f'<w:{kind} w:id="-1" w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:{kind}>'
    xml = f"<w:{kind}s {nsdecls('w')}>{first}{written}</w:{kind}s>"
    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s"
    content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    part = Part(PackURI(f"/word/{kind}s.xml"), content, xml.encode(), document.part.package)
    document.part.relate_to(part, address)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: list[str], trailer: str) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R {trailer} >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()
