"""The Word document: opened again, part by part, its footnotes are real and nothing of a document acts in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assistant.takeaway import Form, Taken, take_away
from assistant.takeaway.acting import one_line, visible
from assistant.takeaway.sheet import compose
from corpus.pinpoint import Style
from tests.assistant.taken_things import (
    HARBOURS,
    HOSTILE,
    PUBLISHED,
    answered,
    compared,
    declined,
    lines,
    quoted,
    taken,
    texts,
    with_definition,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
QUOTES = {"Quote", "Quote in table", "Quote attached", "Nearest passage"}
XML = etree.XMLParser(resolve_entities=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A DOCX file: its bytes and its parts by name."""

    content: bytes
    parts: dict[str, bytes]

    def xml(self, name: str) -> etree._Element:
        return etree.fromstring(self.parts[name], XML)

    def relationships(self, name: str) -> dict[str, tuple[str, str, bool]]:
        """Return a part's relationships by id: the type's last word, the target, whether it leads outside."""
        if name not in self.parts:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", "").rpartition("/")[2],
                one.get("Target", ""),
                one.get("TargetMode") == "External",
            )
            for one in self.xml(name)
        }

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        """Every paragraph of the text, those in tables too, as (style's name, words)."""
        names = {
            style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")  # type: ignore[union-attr]
            for style in self.xml("word/styles.xml").iter(f"{W}style")
        }
        found = []
        for paragraph in self.xml("word/document.xml").iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            name = str(names["Normal" if style is None else style.get(f"{W}val")])
            # Word's own names of headings are in lower case; python-docx and Word show them as here.
            found.append((name.replace("heading", "Heading"), _words(paragraph)))
        return found

    @property
    def notes(self) -> dict[int, str]:
        """The words of each footnote by its id, separators left out."""
        return {
            int(note.get(f"{W}id", "")): _words(note)
            for note in self.xml("word/footnotes.xml")
            if note.get(f"{W}type") is None
        }


def _words(element: etree._Element) -> str:
    own = {f"{W}tab": "\t", f"{W}br": "\n"}
    return "".join(
        own.get(str(node.tag), node.text or "")
        for node in element.iter(f"{W}t", *own)
        if node.getparent().tag == f"{W}r"  # type: ignore[union-attr]
    )


@cache
def plain() -> Opened:
    """Return the file of everything."""
    return opened(everything())


def opened(made: Taken, style: Style = Style.OSCOLA) -> Opened:
    content = take_away(made, Form.DOCX, style).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return Opened(content, {name: archive.read(name) for name in archive.namelist()})


def shown(text: str) -> list[str]:
    """Return the paragraphs a quotation becomes: its lines, without the empty ones between them."""
    return [line for line in visible(text).split("\n") if line]


@cache
def everything() -> Taken:
    """Return all kinds of things at once: two questions, one declined, and a comparison."""
    facts = {"address": PUBLISHED, "retrieved": "2026-02-01T08:00:00+00:00"}
    oil = with_definition(
        quoted("Oil is shared.", **facts), quoted("A beacon is a light.", "Article 2", **facts)
    )
    return taken(
        answered("What of oil?", oil, quoted("Oil is dear.", "Article 3", **facts)),
        declined("And wax?", quoted("Wax is sold.")),
        compared("oil", ("Oil burns.", "Oil is dear."), ()),
        title="Oil and wax",
        base="https://chat.example/",
    )


# -- footnotes


def test_every_quotation_has_a_footnote_and_every_footnote_its_citation() -> None:
    made, file = compose(everything(), Style.OSCOLA), plain()
    references = [
        int(one.get(f"{W}id", "")) for one in file.xml("word/document.xml").iter(f"{W}footnoteReference")
    ]
    quotations = [words for style, words in file.paragraphs if style in QUOTES]
    assert references == [1, 2, 3, 4, 5, 6] == list(file.notes)
    assert len(quotations) == len(references)
    assert list(file.notes.values()) == [f" {note.text} {note.link}" for note in made.notes]


def test_footnotes_are_a_part_with_separators_that_the_settings_name() -> None:
    file = plain()
    related = file.relationships("word/_rels/document.xml.rels").values()
    assert ("footnotes", "footnotes.xml", False) in related
    types = {one.get("PartName"): one.get("ContentType") for one in file.xml("[Content_Types].xml")}
    assert str(types["/word/footnotes.xml"]).endswith("wordprocessingml.footnotes+xml")
    ids = [
        (note.get(f"{W}type"), note.get(f"{W}id"))
        for note in file.xml("word/footnotes.xml")
        if note.get(f"{W}type")
    ]
    assert ids == [("separator", "-1"), ("continuationSeparator", "0")]
    settings = [child.tag for child in file.xml("word/settings.xml")]
    assert settings.index(f"{W}footnotePr") + 1 == settings.index(f"{W}compat")
    (named,) = file.xml("word/settings.xml").iter(f"{W}footnotePr")
    assert [one.get(f"{W}id") for one in named] == ["-1", "0"]


def test_every_style_used_is_defined() -> None:
    file = plain()
    defined = {style.get(f"{W}styleId") for style in file.xml("word/styles.xml").iter(f"{W}style")}
    used = {
        one.get(f"{W}val")
        for part in ("word/document.xml", "word/footnotes.xml")
        for tag in ("pStyle", "rStyle", "tblStyle")
        for one in file.xml(part).iter(f"{W}{tag}")
    }
    assert (
        {"Quote", "FootnoteText", "FootnoteReference", "Hyperlink", "Heading1", "Heading2"} <= used <= defined
    )


def test_a_document_without_quotations_opens_too() -> None:
    file = opened(taken(declined("And wax?")))
    assert file.notes == {}
    assert file.paragraphs[0] == ("Heading 1", "And wax?")


# -- what it says


def test_headings_quotations_and_nearest_passages_have_styles_of_their_own() -> None:
    assert plain().paragraphs[:16] == [
        ("Heading 1", "Oil and wax"),
        ("Heading 2", "What of oil?"),
        ("Quote source", HARBOURS),
        ("Quote", "Oil is shared."),
        ("Source attached", "Defined term: beacon (its beginning)"),
        ("Quote attached", "A beacon is a light."),
        ("Quote source", HARBOURS),
        ("Quote", "Oil is dear."),
        ("Searched", "Searched: 2 documents, 1,234 passages; index g7."),
        ("Heading 2", "And wax?"),
        ("Normal", "Not answered: nothing says so."),
        ("Heading 3", "Nearest passages (not an answer)"),
        ("Quote source", f"Not an answer: {HARBOURS}"),
        ("Nearest passage", "Wax is sold."),
        ("Searched", "Searched: 2 documents, 1,234 passages; index g7."),
        ("Heading 2", "oil"),
    ]


def test_the_properties_tell_what_it_is() -> None:
    about = docx.Document(io.BytesIO(plain().content)).core_properties
    assert (about.title, about.author, about.language) == ("Oil and wax", "Treaty assistant", "en-GB")
    assert about.created.replace(tzinfo=None) == datetime(2026, 3, 4, 10, 20)  # noqa: DTZ001 - as the file has it
    styles = plain().xml("word/styles.xml")
    assert [one.get(f"{W}val") for one in styles.iter(f"{W}lang")] == ["en-GB"]


def test_a_title_may_be_longer_than_a_property() -> None:
    file = opened(taken(declined("And wax?"), title="wax " * 200))
    assert file.paragraphs[0] == ("Heading 1", ("wax " * 200).strip())


def test_words_from_right_to_left_run_so() -> None:
    file = opened(taken(answered("q", quoted("\u05d0\u05d1 (12) and \u05d2", "Article 1"))))
    (paragraph,) = (
        one for one in file.xml("word/document.xml").iter(f"{W}p") if one.find(f"{W}pPr/{W}bidi") is not None
    )
    runs = [(_words(run), run.find(f"{W}rPr/{W}rtl") is not None) for run in paragraph.iter(f"{W}r")]
    assert [run for run in runs if run[0]] == [
        ("\u05d0\u05d1 (", True),
        ("12) and ", False),
        ("\u05d2", True),
    ]


# -- what acts


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_quotation_is_its_words(text: str) -> None:
    file = opened(taken(answered("q", quoted(text))))
    assert [words for style, words in file.paragraphs if style == "Quote"] == shown(text)


@settings(deadline=None, max_examples=25)
@given(texts, lines, st.sampled_from(HOSTILE))
def test_nothing_of_a_document_is_a_field_a_link_or_a_part(text: str, title: str, address: str) -> None:
    facts = {"title": title, "address": address}
    made = taken(
        answered(title, quoted(text, **facts)),
        declined(title, quoted(text, **facts)),
        compared(title, (text,)),
        title=title,
    )
    file = opened(made)
    assert file.paragraphs[0] == ("Heading 1", one_line(title))
    assert [words for style, words in file.paragraphs if style in QUOTES] == shown(text) * 3
    assert set(file.parts) <= set(plain().parts)
    for name in file.parts:
        if name.endswith(".rels"):
            assert not [one for one in file.relationships(name).values() if one[2]]
    for name in ("word/document.xml", "word/footnotes.xml", "word/footer1.xml"):
        tags = {re.sub("{.*}", "", str(one.tag)) for one in file.xml(name).iter()}
        assert not tags & {
            "hyperlink",
            "instrText",
            "fldChar",
            "object",
            "drawing",
            "pict",
            "altChunk",
            "sdt",
        }
        instructions = [one.get(f"{W}instr") for one in file.xml(name).iter(f"{W}fldSimple")]
        assert instructions == (["PAGE"] if name == "word/footer1.xml" else [])


def test_links_lead_to_the_web_and_say_where() -> None:
    file = plain()
    for part, expected in (
        ("document", [PUBLISHED]),
        ("footnotes", [PUBLISHED, *(note.link for note in compose(everything(), Style.OSCOLA).notes)]),
    ):
        related = file.relationships(f"word/_rels/{part}.xml.rels")
        links = list(file.xml(f"word/{part}.xml").iter(f"{W}hyperlink"))
        targets = [related[str(link.get(f"{R}id"))] for link in links]
        assert [target for _, target, _ in targets] == [_words(link) for link in links] == expected
        assert {(kind, outside) for kind, _, outside in targets} == {("hyperlink", True)}
