"""Reading: what each format becomes, what a file is called, and which files are refused with what words."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import (
    EmptyDocument,
    EncryptedFile,
    NoTextLayer,
    ReadError,
    TooLarge,
    UnknownFormat,
    UnreadableFile,
)
from corpus.models import Document, Kind
from corpus.readers import Limits, identity, read_document
from tests.corpus.written_files import add_xml, centred, lake_treaty, locked_pdf, pdf, printed, word_file

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared treaties are not beside the project"
)

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


def markdown(text: str, name: str = "guide.md") -> Document:
    return read_document(text.encode(), name)


def heads(document: Document) -> list[tuple[str, int]]:
    return [(heading.span.of(document.text), heading.level) for heading in document.headings]


# -- Markdown ------------------------------------------------------------------------------------------------


def test_front_matter_says_what_a_guide_is() -> None:
    document = markdown(GUIDE)
    assert (document.id, document.title, document.kind) == ("guide-harbours", "Guide to harbours", Kind.GUIDE)
    assert document.provenance.as_of == "2026-01-31"
    assert document.provenance.authenticity == "Written for a test."
    assert document.names == ("Harbour guide", "HG")
    assert [(one.key, one.address) for one in document.sources] == [("pilot", "https://example.org/pilot")]


def test_section_notes_leave_the_text_and_keep_their_place() -> None:
    document = markdown(GUIDE)
    assert "On:" not in document.text
    first, second = document.notes
    assert first.about == "Harbour Convention, art. 4(2); Annex II, para. 1"
    assert (first.sources, first.as_of) == (("pilot",), "2026-01-30")
    assert document.text[first.start :].startswith("A ship enters slowly.")
    assert (second.about, second.sources, second.as_of) == ("general", (), None)
    assert document.text[second.start :] == "A ship leaves quickly."


def test_headings_are_spans_of_the_canonical_text() -> None:
    document = markdown("##*Titel*\n\n####The [River](x.md) Pact\n\n### Article  1 \n\ntext\n\nPART\n----\n")
    assert heads(document) == [("Titel", 2), ("The River Pact", 4), ("Article 1", 3), ("PART", 2)]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("id: Not A Slug", "line 2: front matter key 'id'"),
        ("title: x\nkind: poem", "line 3: front matter key 'kind'"),
        ("as_of: 2026-02-30", "line 2: front matter key 'as_of'"),
        ("title: x\nsources:\n  a: b", "line 3: front matter key 'sources.a'"),
        ("- a\n- b", "not made of `key: value` lines"),
        ("title: [", "the front matter is not YAML"),
        ("title: a\ntitle: b", "line 3: the key 'title' stands there a second time"),
        ("title: !!python/name:os.system", "the front matter is not YAML"),
        ("title: !!int x", "the front matter is not YAML"),
    ],
)
def test_wrong_front_matter_is_an_error_with_its_line(front: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(words)) as caught:
        markdown(f"---\n{front}\n---\n\ntext\n")
    assert "\n" not in str(caught.value)


def test_front_matter_must_be_closed() -> None:
    with pytest.raises(UnreadableFile, match="never closed"):
        markdown("---\ntitle: x\n\ntext\n")


def test_front_matter_is_not_guessed_at() -> None:
    document = markdown("---\nlanguage: no\ntitle: 1982\nstatus:\n---\ntext of it\n")
    assert (document.provenance.language, document.title, document.provenance.status) == ("no", "1982", None)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("*On: x. Sources: pilot, unknown.*", "guide.md, line 5: the note names the source 'unknown'"),
        ("*On: x. As of: spring.*", "guide.md, line 5: the note's date 'spring'"),
    ],
)
def test_wrong_notes_are_errors_with_their_line(note: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(words)):
        markdown(f"---\nsources: {{pilot: {{name: P}}}}\n---\n# H\n{note}\n\ntext\n")


def test_a_note_stands_right_below_a_heading() -> None:
    assert "On: reading" in markdown("# H\n\nfirst words\n\n*On: reading.*\n").text


# -- plain text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("“Ship” – any vessel".encode(), "“Ship” – any vessel"),
        ("“Ship” – any vessel".encode("utf-8-sig"), "“Ship” – any vessel"),
        ("“Ship” – any vessel".encode("utf-16"), "“Ship” – any vessel"),
        ("“Ship” – any vessel".encode("utf-32"), "“Ship” – any vessel"),
        ("“Ship” – any vessel’s hull".encode("cp1252"), "“Ship” – any vessel’s hull"),
        (
            "Государства обязуются охранять озёра и реки. Каждая сторона ведёт учёт лодок.".encode("cp1251"),
            "Государства обязуются охранять озёра и реки. Каждая сторона ведёт учёт лодок.",
        ),
        (b"one\r\ntwo\r\n\r\n\r\n\r\nthree   \r\n", "one\ntwo\n\nthree"),
    ],
)
def test_plain_text_is_decoded_and_left_as_it_is(raw: bytes, text: str) -> None:
    assert read_document(raw, "note.txt").text == text


def test_a_damaged_unicode_file_is_an_error() -> None:
    with pytest.raises(UnreadableFile, match="not valid utf-8-sig"):
        read_document(b"\xef\xbb\xbfabc\xff", "note.txt")


# -- HTML ----------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Treaty on Rivers</title><style>p {}</style></head><body>
<nav>Home</nav><header><h1>Site name</h1></header><form>
<article><header><h1>Treaty   on
Rivers</h1></header><p>Signs such as &lt;script&gt; and &amp;lt; stay<sup><a href="#n">1</a></sup>.<br>Next line
<p>Unclosed <em>paragraph</em>
<ol><li>first<ol type="a"><li>alpha</li><li>beta</ol><li>second</ol>
<ol type="i" start="3"><li>three<li>(iv) written</ol><ul><li>bullet</ul>
<table><tr><th>State<th>Since<tr><td>Utopia<td><p>2001</p></table>
<table><tr><td>(b)</td><td><p>point:</p><table><tr><td>(i)<td>inner</table></td></tr></table>
<script>alert(1)</script><div style="display: none">hidden</div></article></form><footer>foot</footer></body>"""


def test_an_html_page_is_its_text() -> None:
    document = read_document(PAGE.encode(), "page.html")
    assert document.text.split("\n\n") == [
        "Treaty on Rivers",
        "Signs such as <script> and &lt; stay.\nNext line",
        "Unclosed paragraph",
        "1. first",
        "(a) alpha",
        "(b) beta",
        "2. second",
        "(iii) three",
        "(iv) written",
        "- bullet",
        "State\tSince\nUtopia\t2001",
        "(b) point:",
        "(i) inner",
    ]
    assert heads(document) == [("Treaty on Rivers", 1)]
    assert (document.title, document.provenance.language) == ("Treaty on Rivers", "en-GB")


def test_a_page_in_a_declared_encoding() -> None:
    page = "<meta charset=iso-8859-2><p>Język żaglowców jest łatwy</p>".encode("iso-8859-2")
    assert read_document(page, "page.htm").text == "Język żaglowców jest łatwy"


def test_xhtml_with_a_declaration_is_read() -> None:
    page = b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Plain words</p></html>'
    assert read_document(page, "page.xhtml").text == "Plain words"


def test_a_page_too_deep_to_read_whole_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read_document(("<div>" * 400 + "deep" + "</div>" * 400).encode(), "page.html")


# -- PDF -----------------------------------------------------------------------------------------------------

WATER = "The Parties share the water of the river in equal parts and measure it every day at the bridge."
RAIN = "When rain falls for more than three days the Parties open the locks and let the water pass freely."
SNOW = "When snow covers the banks each Party clears its own side of the river and the bridge in common."
BOATS = "Boats of either Party may use the whole river by day and by night if they carry a lamp and a bell."
FISH = "Fish that swim over the border belong to the Party in whose waters they are caught in the net."


def test_printed_lines_become_paragraphs_and_heads_go() -> None:
    def page(number: int, *paragraphs: str) -> list[tuple[float, float, str]]:
        head: list[tuple[float, float, str]] = [
            (400, 770, f"TR/{number}/7"),
            centred(740, f"Article {number}"),
        ]
        return [
            *head,
            centred(728, "Water and fish"),
            *printed(*paragraphs, top=704),
            (300, 40, f"- {number} -"),
        ]

    texts = [(f"1. {WATER}", f"2. {FISH}"), (RAIN,), (f"1. {SNOW}",), (f"1. {BOATS}", "2. That is all.")]
    document = read_document(pdf([page(number, *text) for number, text in enumerate(texts, 1)]), "river.pdf")
    expected = [["Article " + str(number), "Water and fish", *text] for number, text in enumerate(texts, 1)]
    assert document.text.split("\n\n") == [block for page in expected for block in page]
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.page_at(document.text.index("Article 3")) == 3
    assert ("Article 4", 3) in heads(document)
    assert document.kind is Kind.TREATY


def test_a_paragraph_goes_on_over_the_page_end() -> None:
    lines = printed(f"1. {WATER} {FISH} {WATER}", f"2. {FISH}")
    raw = pdf(
        [[*lines[:3], (300, 40, "1")], [*[(x, y + 36, words) for x, y, words in lines[3:]], (300, 40, "2")]]
    )
    document = read_document(raw, "river.pdf")
    assert document.text == f"1. {WATER} {FISH} {WATER}\n\n2. {FISH}"
    first, second = document.pages
    assert first.span.end == second.span.start
    assert 0 < document.text[: first.span.end].count(" ") < document.text.count(" ")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (
            "    The Parties agree on common rules of free navi-",
            "gation for ships of all flags.",
            "free navigation for",
        ),
        (
            "    Ships are well-known here and rowing ships are well-",
            "known too as I am told by all.",
            "are well-known too",
        ),
        (
            "    The Parties meet in the place where it is said in",
            "Article 9 of the Pact on Rivers.",
            "said in Article 9 of",
        ),
        (
            "    The Parties may do what they may under paragraph 1",
            "(b) and nothing more than that.",
            "paragraph 1 (b) and",
        ),
    ],
)
def test_line_ends_are_joined_as_the_words_ask(first: str, second: str, joined: str) -> None:
    lines = [*printed(f"1. {WATER}", f"2. {FISH}"), (96, 600, first.strip()), (72, 588, second)]
    assert joined in read_document(pdf([lines]), "river.pdf").text


def test_points_begin_paragraphs() -> None:
    lines = printed(
        "1. Each Party shall:",
        "(a) keep the banks of the river free of waste of any kind and",
        "(b) count its boats;",
        "– or both.",
    )
    assert read_document(pdf([lines]), "river.pdf").text.split("\n\n") == [
        "1. Each Party shall:",
        "(a) keep the banks of the river free of waste of any kind and",
        "(b) count its boats;",
        "– or both.",
    ]


def test_pdf_refusals() -> None:
    with pytest.raises(EncryptedFile, match="locked with a password"):
        read_document(locked_pdf(), "locked.pdf")
    with pytest.raises(NoTextLayer, match="OCR"):
        read_document(pdf([[]]), "scan.pdf")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_document(b"%PDF-1.4\nnothing that follows", "broken.pdf")
    with pytest.raises(TooLarge, match="3 pages where 2"):
        read_document(pdf([printed(WATER)] * 3), "long.pdf", limits=Limits(max_pages=2))


WHOLE_FILES = {
    "lakes.docx": word_file(lake_treaty()),
    "river.pdf": pdf([printed(f"1. {WATER}", f"2. {FISH}")]),
    "page.html": PAGE.encode(),
    "guide.md": GUIDE.encode(),
}

# -- DOCX ----------------------------------------------------------------------------------------------------


def test_a_word_document_is_what_its_page_shows() -> None:
    document = read_document(word_file(lake_treaty()), "lakes.docx")
    assert document.text.split("\n\n") == [
        "Treaty on Two Lakes",
        "Article 1",
        "1. Each Party keeps its shore clean.",
        "2. Each Party counts its boats.",
        "Lake\tBoats\nUpper\t40",
        "Boats with sails are free-moving.",
    ]
    assert heads(document) == [("Treaty on Two Lakes", 1), ("Article 1", 1)]


def test_word_counts_levels_as_its_numbering_says() -> None:
    word = docx.Document()
    numbering: Any = word.part.numbering_part.element
    forms = [("decimal", "Article %1"), ("lowerLetter", "(%2)"), ("lowerRoman", "%1.%2.%3")]
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text) in enumerate(forms)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    number = numbering.add_num(77)
    for level, text in [(0, ""), (1, "bows"), (1, "sterns"), (2, "deep"), (0, "Crews"), (1, "masters")]:
        properties: Any = word.add_paragraph(text)._p.get_or_add_pPr()
        list_mark = properties.get_or_add_numPr()
        list_mark.get_or_add_ilvl().val, list_mark.get_or_add_numId().val = level, number.numId
    blocks = read_document(word_file(word), "ships.docx").text.split("\n\n")
    assert blocks == ["Article 1", "(a) bows", "(b) sterns", "1.b.i deep", "Article 2 Crews", "(a) masters"]


def test_text_in_content_controls_is_read() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Outside.")
    add_xml(paragraph, "<w:sdt><w:sdtContent><w:r><w:t> Inside.</w:t></w:r></w:sdtContent></w:sdt>")
    assert read_document(word_file(word), "controls.docx").text == "Outside. Inside."


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_damaged_files_are_refused_and_never_crash(damage: list[tuple[int, int]]) -> None:
    for name, whole in WHOLE_FILES.items():
        raw = bytearray(whole)
        for place, byte in damage:
            raw[place % len(raw)] = byte
        with suppress(ReadError):
            assert read_document(bytes(raw), name).text


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


# -- any file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "error", "words"),
    [
        ("a.txt", b"%PDF-1.7 ...", UnreadableFile, "the name ends in .txt, but the content is a PDF"),
        ("a.md", b"<!DOCTYPE html><p>x", UnreadableFile, "the content is an HTML page"),
        ("a.pdf", b"plain words", UnreadableFile, "the content is plain text"),
        ("a.docx", b"%PDF-1.7 ...", UnreadableFile, "the content is a PDF"),
        ("a.html", b"PK\x03\x04", UnreadableFile, "the content is a ZIP archive"),
        ("a.txt", b"\x00\x01\x02", UnreadableFile, "the content is not text"),
        ("a.odt", b"x", UnknownFormat, "no reader for '.odt' files"),
        ("README", b"x", UnknownFormat, "the name has no ending"),
        ("a.txt", b"", EmptyDocument, "the file is empty"),
        ("a.md", b"# ***\n\n---\n", EmptyDocument, "no words"),
        ("a.html", b"<script>x</script>", EmptyDocument, "no words"),
        ("a.txt", b"x" * 2_000_000, TooLarge, "2.0 MB where 1.0 MB are allowed"),
    ],
)
def test_refusals_say_in_one_line_what_was_found(
    name: str, raw: bytes, error: type[ReadError], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)) as caught:
        read_document(raw, name, limits=Limits(max_bytes=1_000_000))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "document_id"),
    [
        ("Vienna Convention (1969).pdf", "vienna-convention-1969"),
        ("C:\\texts\\Übereinkommen_groß.docx", "ubereinkommen-gross"),
        ("../../etc/passwd.txt", "passwd"),
        ("Łódź–Kraków.md", "lodz-krakow"),
        ("条约.txt", "document-"),
        ("ДСЕ-185.txt", "185-"),
        ("-.txt", "document-"),
        ("x" * 200 + ".txt", "x" * 71 + "-"),
    ],
)
def test_ids_are_slugs_of_file_names(name: str, document_id: str) -> None:
    found = identity.document_id(name)
    assert found == document_id or (
        document_id.endswith("-") and re.fullmatch(re.escape(document_id) + "[0-9a-f]{8}", found)
    )
    assert found == identity.document_id(name)


def test_names_in_another_script_differ() -> None:
    assert identity.document_id("条约.txt") != identity.document_id("公约.txt")


BODY = """

Harbour rules and pilots: the harbour has rules, the pilots know the rules of the harbour and the pilots keep them. The
harbour is open by day and by night, and the pilots of the harbour are on duty by day and by night as well."""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Harbour rules\n\n## Of the entry and the exit\n\ntext", "Harbour rules"),
        ("## Contents\n\n# Harbour rules\n\ntext", "Harbour rules"),
        (
            "##Verdrag inzake de havens\n\n####Convention on the Harbours\n\n### Article 1\n\ntext",
            "Convention on the Harbours",
        ),
        (
            "##Verdrag inzake havens\n\n### Article 1\n\n#### Scope of the rules\n\ntext",
            "Verdrag inzake havens",
        ),
        ("### Article 1\n\nShort.", "file"),
        (
            "18 C\nSunday, 1 March 2026\n\nHow pilots keep the harbour safe" + BODY,
            "How pilots keep the harbour safe",
        ),
        ("Ann Other Ann Other\nHead of Digital Trade Policy\n" + BODY, "file"),
        (BODY, "file"),
    ],
)
def test_titles_come_from_the_text_or_the_file_name(text: str, title: str) -> None:
    suffix = ".md" if "#" in text else ".txt"
    assert read_document(text.encode(), f"file{suffix}").title == title


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Article 1\nScope\nArticle 2\nTerms\nArticle 3\nEnd", Kind.TREATY),
        ("ARTICLE I\na\nARTICLE II\nb\nARTICLE III\nc", Kind.TREATY),
        ("Article 3 of the pact, and\nArticle 2 of it, and\nArticle 1 as well", Kind.COMMENTARY),
        ("# Joint Declaration on Harbours\n\nwords", Kind.DECLARATION),
        ("# What the Declaration on Harbours means\n\nwords", Kind.COMMENTARY),
        ("# Notes\n\nwords", Kind.COMMENTARY),
    ],
)
def test_kinds_are_told_by_title_and_articles(text: str, kind: Kind) -> None:
    assert read_document(text.encode(), "file.md").kind is kind


def test_provenance_is_kept() -> None:
    document = read_document(
        b"words", "a.txt", address="https://example.org/a", retrieved="2026-01-31T10:00:00+00:00"
    )
    found = document.provenance
    assert (found.path, found.reader, found.address) == ("a.txt", "plain/1", "https://example.org/a")
    assert (found.retrieved, found.language, len(found.sha256)) == ("2026-01-31T10:00:00+00:00", "en", 64)


# -- real files ----------------------------------------------------------------------------------------------

MIRROR = {
    "budapest-convention": ("Convention on Cybercrime", 48),
    "budapest-first-protocol": ("Additional Protocol to the Convention on Cybercrime", 16),
    "iccpr": ("International Covenant on Civil and Political Rights", 67),
    "un-charter": ("Charter of the United Nations", 111),
    "uncac": ("United Nations Convention against corruption", 71),
    "untoc": ("United Nations Convention against Transnational Organized Crime", 41),
    "vclt": ("Vienna Convention of the law of treaties", 85),
}


@needs_shared
@pytest.mark.parametrize("name", MIRROR)
def test_mirrored_treaties_lose_their_marks(name: str) -> None:
    document = read_document((SHARED / "treaties/markdown" / f"{name}.md").read_bytes(), f"{name}.md")
    title, articles = MIRROR[name]
    assert document.id == name
    assert document.title.startswith(title)
    assert document.kind is Kind.TREATY
    assert not re.findall(r"[*`#|]|\]\(|<meta|  |[ \t]\n|\n{3}|\r", document.text)
    numbered = [words for words, _ in heads(document) if re.fullmatch(r"Article \d+", words)]
    assert len(numbered) >= articles


SEEDS = {
    "000": "PERSPECTIVE:",
    "001": "001_",
    "002": "Can the UN",
    "003": "003_",
    "004": "A tool for repression",
}


@needs_shared
@pytest.mark.parametrize("number", SEEDS)
def test_articles_off_the_web_keep_every_line(number: str) -> None:
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    document = read_document(path.read_bytes(), path.name)
    assert document.kind is Kind.COMMENTARY
    assert document.title.startswith(SEEDS[number])
    lines = [" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert [" ".join(line.split()) for line in document.text.splitlines() if line] == lines


def found_in_order(theirs: str, ours: str) -> float:
    """Share of the five-word pieces of one text that stand in another, one after the other."""
    words, text = (re.findall(r"[\w'’-]+", one) for one in (theirs, ours))
    pieces = [f" {' '.join(words[start : start + 5])} " for start in range(0, len(words), 5)]
    joined, place, found = f" {' '.join(text)} ", 0, 0
    for piece in pieces:
        at = joined.find(piece, place, place + 60_000)  # a table of contents may lie between
        if at >= 0:
            place, found = at + len(piece) - 1, found + 1
    return found / len(pieces)


PRINTED = {"bbnj": 76, "fish-stocks": 50, "part-xi": 10, "unclos": 320}


@needs_shared
@pytest.mark.parametrize("name", PRINTED)
def test_printed_treaties_agree_with_an_independent_extraction(name: str) -> None:
    folder = SHARED / "treaties/pdf"
    begun = monotonic()
    document = read_document((folder / f"{name}.pdf").read_bytes(), f"{name}.pdf")
    assert monotonic() - begun < 30
    reference = (folder / f"{name}.reference.txt").read_text(encoding="utf-8")
    reference = re.sub(r"/\.\.\.( English)? Page \d+", " ", reference)
    assert found_in_order(reference, document.text) > 0.995
    assert len(set(re.findall(r"(?m)^Article \d+$", document.text))) >= PRINTED[name]
    broken = re.findall(r"\n\n[a-z]+ [a-z]+ ", document.text[document.text.index("Have agreed") :])
    assert len(broken) < 0.01 * document.text.count("\n\n")
    spans = [page.span for page in document.pages]
    assert all(one.end == two.start for one, two in pairwise(spans))
    assert spans[-1].end == len(document.text)
