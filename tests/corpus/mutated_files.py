"""Files as an attacker or a broken disk would make them: written ones of every format, with their bytes changed.

Word files are changed within their archive too: a flipped bit in packed bytes only ever fails its checksum.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache

from lxml import etree

from tests.corpus.written_files import (
    GUIDE,
    Drawn,
    Print,
    Ruled,
    add_notes,
    lake_treaty,
    pdf,
    printed,
    word_file,
)

ARTICLES = "".join(
    f"Article {number}\n\n1. Each Party keeps {number} boats;\n(a) with sails; or\n(b) with oars.\n\n"
    for number in range(1, 6)
)

_HTML = f"""<!DOCTYPE html><html lang="en"><head><title>Treaty on Two Lakes</title>
<style>ol {{ counter-reset: item }} li::before {{ content: counter(item) ". " }}</style></head><body>
<h1>Treaty on Two Lakes</h1><ol start="3" type="a"><li>Each shore<ol><li>is clean</li></ol></li></ol>
<table><tr><td rowspan="2">Lake</td><td colspan="2">Boats</td></tr><tr><td>40</td></tr></table>
<p>Boats<sup><a href="#n1" id="r1">1</a></sup> are free &amp; slow&#8212;always.</p>
<blockquote>So it is.</blockquote><p id="n1"><a href="#r1">1</a> Counted in May.</p>
<pre>{ARTICLES}</pre></body></html>"""

_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<act xml:lang="en"><meta><title>Treaty on Two Lakes</title></meta><body>
<article number="1"><num>Article 1</num><heading>Boats</heading><paragraph><num>1.</num>
<content>Boats <quote startQuote="“" endQuote="”" CODE="2018">are</quote> free<footnote marker="1">In May.</footnote>
&eacute;</content></paragraph></article><table><row><cell>Lake</cell><cell>40</cell></row></table>
<p>{ARTICLES}</p></body></act>"""


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Return names and bytes of one good file a format, or several where a format is rich."""
    lines = printed(
        "Article 1", "Each Party keeps its shore clean and counts its boats.", "Article 2", "It may sail."
    )
    page: list[Drawn] = [*lines, Print(72, 60, "1 Counted in May.", 7), Ruled(72, 200, 75), (300, 30, "12")]
    word = lake_treaty()
    add_notes(word, "footnote", {"2": "Counted in May."})
    return (
        ("guide.md", GUIDE.encode()),
        (
            "notes.md",
            GUIDE[GUIDE.index("# Guide") :].replace("Sources: pilot. ", "").encode() + ARTICLES.encode(),
        ),
        ("treaty.txt", ARTICLES.encode()),
        ("wide.txt", ARTICLES.encode("utf-16")),
        ("western.txt", ARTICLES.replace("sails", "sails – “café”").encode("cp1252")),
        ("page.html", _HTML.encode()),
        ("act.xml", _XML.encode()),
        (
            "print.pdf",
            pdf([page, page, page], title="Treaty on Two Lakes", bookmarks=[(0, "Article 1"), (2, "End")]),
        ),
        ("turned.pdf", pdf([page], page_entries="/Rotate 90")),
        ("lakes.docx", word_file(word)),
    )


def mutants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of ``count`` changed files; the same ones for the same ``seed``."""
    chance = random.Random(seed)  # noqa: S311 - no secret, and the same for the same seed
    good = seeds()
    for number in range(count):
        name, raw = good[number % len(good)]
        if name.endswith(".docx") and chance.random() < _INSIDE:
            yield name, _repacked(raw, chance)
        elif name.endswith(".xml") and chance.random() < _WELL_FORMED:
            yield name, _rearranged(raw, chance)
        else:
            yield name, _mutated(raw, chance)


_INSIDE = 0.85
"""Share of Word files that are changed within their archive."""
_WELL_FORMED = 0.5
"""Share of XML files that stay well-formed: most changes of bytes only ever fail in the parser."""
_NUMBER = re.compile(rb"\d{1,10}")
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"2",
    b"255",
    b"65535",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
)
_TOKENS = (
    b"<",
    b">",
    b"</p>",
    b"<table>",
    b"<li value='-5'>",
    b"&#xD800;",
    b"&#0;",
    b"&x;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"endobj",
    b"endstream",
    b"<<",
    b">>",
    b" 0 R",
    b"/Kids [2 0 R]",
    b"/Parent 2 0 R",
    b"BT",
    b"ET",
    b"0 0 0 0 0 0 Tm",
    b"1e9 0 0 1e9 0 0 cm",
    b"(",
    b")",
    b"---\n",
    b"&a *a",
    b'w:val=""',
    b'w:val="x"',
    b'xmlns:w="x"',
)


def _mutated(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        raw = chance.choice(_WAYS)(raw, chance) or b"0"
    return raw


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _without(raw: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(raw, chance)
    return raw[:start] + raw[end:]


def _repeated(raw: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(raw, chance)
    return raw[:start] + raw[start:end] * chance.choice((2, 3, 50)) + raw[end:]


def _moved(raw: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(raw, chance)
    at = chance.randrange(len(raw))
    return raw[:at] + raw[start:end] + raw[at:]


def _spliced(raw: bytes, chance: random.Random) -> bytes:
    other = chance.choice(seeds())[1]
    return raw[: chance.randrange(len(raw))] + other[chance.randrange(len(other)) :]


def _numbered(raw: bytes, chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(raw))
    if not found:
        return raw
    one = chance.choice(found)
    return raw[: one.start()] + chance.choice(_NUMBERS) + raw[one.end() :]


def _told(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + chance.choice(_TOKENS) + raw[at:]


def _stretch(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw))
    return start, min(len(raw), start + chance.choice((1, 4, 16, 64, 512)))


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped,
    _flipped,
    _cut,
    _without,
    _repeated,
    _moved,
    _spliced,
    _numbered,
    _numbered,
    _told,
    _told,
)


def _repacked(raw: bytes, chance: random.Random) -> bytes:
    """Change one part within an archive, or leave it out, and pack it again."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = [name for name in parts if name.endswith((".xml", ".rels"))]
    body = [name for name in told if re.search(r"document|numbering|styles|footnotes", name)]
    wanted = chance.choice(body if chance.random() < _INSIDE else told)
    if chance.randrange(20):
        parts[wanted] = chance.choice((_rearranged, _mutated))(parts[wanted], chance)
    else:
        del parts[wanted]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _rearranged(raw: bytes, chance: random.Random) -> bytes:
    """Move, copy, rename, empty and leave out elements and attributes of well-formed XML."""
    root = etree.fromstring(raw.replace(b"&eacute;", b""), etree.XMLParser(resolve_entities=False))
    for _ in range(chance.choice((1, 2, 8))):
        elements = list(root.iter("*"))
        one, other = chance.choice(elements), chance.choice(elements)
        _rearrange(root, one, other, chance)
    return bytes(etree.tostring(root, encoding="UTF-8"))


def _rearrange(
    root: etree._Element, one: etree._Element, other: etree._Element, chance: random.Random
) -> None:
    way = chance.randrange(6)
    if way == 0:
        other.append(deepcopy(one))
    elif way == 1:
        one.tag = other.tag
    elif way == 2:
        one.text = chance.choice(("", "-1", "99999999999999999999", "x", "\u0661", "1.1.1"))
    elif way == 3 and one.attrib:
        one.set(
            chance.choice(sorted(map(str, one.attrib))),
            chance.choice(("", "-1", "D800", "99999999999", "x", "1.5")),
        )
    elif way == 4 and one.attrib:
        del one.attrib[chance.choice(sorted(map(str, one.attrib)))]
    elif one is not root and (parent := one.getparent()) is not None:
        parent.remove(one)
