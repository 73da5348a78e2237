"""Reading Markdown: front matter, section notes, and the text without its marks, whoever wrote them."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import wrap

import pytest

from corpus.errors import UnreadableFile
from corpus.models import Document, Kind
from corpus.pinpoint import FOOTNOTES
from corpus.readers import read_document
from tests.corpus.written_files import GUIDE

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared treaties are not beside the project"
)


def markdown(text: str, name: str = "guide.md") -> Document:
    return read_document(text.encode(), name)


def heads(document: Document) -> list[tuple[str, int]]:
    return [(heading.span.of(document.text), heading.level) for heading in document.headings]


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


def test_front_matter_has_no_notes() -> None:
    front = '---\ntitle: "Harbours\n## Leaving\n*On: general.*\nagain"\n---\n'
    assert markdown(f"{front}# Harbours\n\nA ship enters slowly.\n").notes == ()


def test_front_matter_may_be_toml() -> None:
    document = markdown(
        '+++\ntitle = "Pact on Boats"\nas_of = 2026-01-31\ndraft = false\n+++\n\nBoats float.\n'
    )
    assert (document.title, document.provenance.as_of) == ("Pact on Boats", "2026-01-31")
    assert document.text == "Boats float."
    with pytest.raises(UnreadableFile, match="the front matter is not TOML"):
        markdown("+++\ntitle = \n+++\n\ntext\n")


# -- what converters write -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("1\\. Boats\n\n2\\. Nets \\[sic\\]\n\n\\(a\\) knots", ["1. Boats", "2. Nets [sic]", "(a) knots"]),
        ("* (a) boats\n* (b) nets\n\n+ lamps", ["(a) boats\n(b) nets", "- lamps"]),
        ("<h2>Article 1</h2>\n\n<p>Boats</p><p>Nets</p>", ["Article 1", "Boats\nNets"]),
        (
            "<table>\n<tr><td>Boats</td><td>5</td></tr>\n<tr><td>Nets</td><td>7</td></tr>\n</table>",
            ["Boats\t5\nNets\t7"],
        ),
        (
            "Boats&nbsp;&nbsp;float &amp; sink\n\n![](a.png)\n\n![img-0.jpeg](img-0.jpeg)",
            ["Boats float & sink"],
        ),
        (
            "Boats[^a] and nets[^b].\n\n[^b]: Of cotton.\n[^a]: Of\n    reed.\n\nLamps.",
            ["Boats and nets.", "Lamps.", FOOTNOTES, "1 Of reed.", "2 Of cotton."],
        ),
        ("Boats[^3] float.\n\n[^3]: Of reed.", ["Boats float.", FOOTNOTES, "3 Of reed."]),
        ("Boats^[Of reed.] float.", ["Boats float.", FOOTNOTES, "1 Of reed."]),
        (
            "Boats<sup>1</sup> hold 40 m<sup>2</sup>.\n\n<sup>1</sup> Of reed.",
            ["Boats hold 40 m2.", FOOTNOTES, "1 Of reed."],
        ),
        ("Boats ${ }^{1}$ float.\n\n${ }^{1}$ Of reed.", ["Boats float.", FOOTNOTES, "1 Of reed."]),
    ],
)
def test_what_converters_write_is_read_as_a_page_shows_it(source: str, blocks: list[str]) -> None:
    assert markdown(source).text.split("\n\n") == blocks


WATER = "The Parties share the water of the river in equal parts and measure it every day at the bridge."


def test_lines_broken_by_width_are_joined_and_headings_and_items_are_not() -> None:
    lead = "The Parties share the water of the river in equal parts and measure it by day. Each Party shall:"
    nets = "- count its boats and mend its nets, which it keeps in good order; and"
    lamps = "- light its lamps when the night falls on the river and its banks."
    rows = ["### Article 1"]
    for block in (lead, nets, lamps):
        rows += wrap(block, 52, subsequent_indent="  " if block.startswith("-") else "")
    assert markdown("\n".join(rows)).text.split("\n") == ["Article 1", lead, nets, lamps]


def test_page_numbers_between_paragraphs_go_and_the_sentence_is_joined() -> None:
    pages = [
        f"{n}. {WATER}\n\n({letter}) Boats float on the waters of\n\n{n}\n\nthe lake."
        for n, letter in enumerate("abcd", 1)
    ]
    expected = [
        block
        for n, letter in enumerate("abcd", 1)
        for block in (f"{n}. {WATER}", f"({letter}) Boats float on the waters of the lake.")
    ]
    assert markdown("\n\n".join(pages)).text.split("\n\n") == expected


def test_bold_lines_are_headings_by_their_words_or_neighbours() -> None:
    document = markdown(
        "**Pact on Boats**\n\n**Article 3**\n\n__Scope__\n\n**Boat** means a boat.\n\n**A. Boatman**\n"
    )
    assert heads(document) == [("Pact on Boats", 1), ("Article 3", 4), ("Scope", 4)]


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
