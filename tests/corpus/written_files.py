"""Files written for the reader tests: small PDFs with lines at given places, and packed Word documents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

Placed = tuple[float, float, str]
"""A line of print: distance from the left and lower page edge in points, and its words."""

_PAGE = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"


def pdf(pages: Iterable[Sequence[Placed]], *, title: str = "", encrypt: str = "") -> bytes:
    """Write a PDF in 10-point Courier, one text object a line."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"]
    objects += [f"<< /Title ({title}) >>", encrypt or "<< >>"]
    kids = []
    for lines in pages:
        drawn = "\n".join(f"BT /F1 10 Tf {x} {y} Td ({_escaped(words)}) Tj ET" for x, y, words in lines)
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
        objects.append(f"<< {_PAGE} /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return _assembled(objects, "/Encrypt 5 0 R /ID [<00><00>]" if encrypt else "")


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
