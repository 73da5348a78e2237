"""The reader's table of contents, and what a link opens."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from assistant.quotes import verify
from assistant.web.reader.contents import LONG, contents, entries, shelf
from assistant.web.reader.extract import MOST_MARKED, extract, quote_of
from corpus.links import link_of, resolve_link
from corpus.models import Document, Kind, Provision
from corpus.structure import parse
from tests.corpus.written_treaties import Written, document, written

TREATY = document(
    """Convention on the Care of Harbours

The Parties to this Convention,
Recalling that nights are dark,
Noting that fog is grey,
Have agreed as follows:

PART I
LIGHT

Article 1
Lamps
1. Each Party keeps:
(a) a lamp;
(b) a bell.

Article 2
Oil
Oil is shared.

PART II
FOG

Article 3
Bells
Bells are rung.

Done at Lanternport, on the first day of spring.

ANNEX I
LIST OF HARBOURS
1. Lanternport
2. Mistmouth
"""
)
ROOT = parse(TREATY)
PROPERTY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines(drawn: str) -> list[str]:
    """Return the words of each link, in order."""
    return re.findall(r"<a [^>]*><bdi>(.*?)</bdi></a>", drawn)


def test_preamble_parts_articles_final_formula_and_annexes_are_listed() -> None:
    assert lines(contents(ROOT)) == [
        "Preamble",
        "Part I: LIGHT",
        "Article 1: Lamps",
        "Article 2: Oil",
        "Part II: FOG",
        "Article 3: Bells",
        "Final formula",
        "Annex I: LIST OF HARBOURS",
    ]


def test_the_entry_of_the_words_shown_is_the_current_one() -> None:
    drawn = contents(ROOT, TREATY.text.index("Oil is shared"))
    assert re.findall(r'aria-current="true"><bdi>(.*?)</bdi>', drawn) == ["Article 2: Oil"]
    assert "aria-current" not in contents(ROOT)


def test_a_short_list_is_not_folded_and_a_long_one_is_but_for_where_the_words_stand() -> None:
    assert contents(ROOT).count("<details") == 1
    parts = [
        f"PART {'I' * n}\n\n" + "\n\n".join(f"Article {10 * n + k - 9}\nWords." for k in range(10))
        for n in (1, 2, 3)
    ]
    treaty = document("\n\n".join(parts))
    root = parse(treaty)
    assert sum(entry.count for entry in entries(root)) > LONG
    drawn = contents(root, treaty.text.index("Article 15"))
    assert drawn.count("<details") == 4
    assert re.findall(r"<details open><summary>(.*?)</summary>", drawn) == ["Part II"]
    assert 'aria-label="From its beginning: Part II"' in drawn


def test_a_document_opened_as_a_whole_shows_its_contents_at_once() -> None:
    assert contents(ROOT, open_now=True).startswith('<details class="contents" open>')


def test_a_text_without_headings_has_no_table_of_contents() -> None:
    assert contents(parse(document("Some words.", kind=Kind.COMMENTARY))) == ""


def test_a_guide_s_sections_are_listed() -> None:
    text = "How lamps work\n\nOil\n\nOil burns.\n\nWicks <b>\n\nWicks are cut.\n"
    guide = document(text, kind=Kind.GUIDE, title="Lamps", marked=("Oil", "Wicks <b>"))
    assert lines(contents(parse(guide))) == ["Oil", "Wicks &lt;b&gt;"]


@PROPERTY
@given(written())
def test_every_entry_of_any_treaty_leads_to_its_provision(treaty: Written) -> None:
    root = parse(treaty.print())
    for link, words in re.findall(r'<a href="([^"]*)"[^>]*><bdi>(.*?)</bdi>', contents(root)):
        found = resolve_link(link, root)
        assert words in {"From its beginning", "Final formula"} or words.startswith(found.path[-1])


def test_the_library_is_offered_with_the_kind_of_each_text() -> None:
    drawn = shelf([TREATY, document("Words.", id="b", title="<i>", kind=Kind.RESERVATION)])
    assert lines(drawn) == ["Convention on the Care of Harbours", "&lt;i&gt;"]
    assert 'href="#/documents/b"' in drawn
    assert ">Reservation<" in drawn
    assert shelf([]) == ""


def marked(document: Document, root: Provision, link: str) -> list[str]:
    made = quote_of(document, root, resolve_link(f"#/documents/harbours{link}", root))
    verify(made, document)
    return [span.of(document.text) for span in made.segments]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("/art-1/1/b", ["Each Party keeps:", "(b) a bell."]),
        ("/art-1/1", ["Each Party keeps:\n(a) a lamp;\n(b) a bell."]),
        ("/art-2", ["Oil is shared."]),
        ("/preamble/1", ["Recalling that nights are dark,"]),
        ("/part-i", ["PART I\nLIGHT"]),
        ("/part-i/heading", ["PART I\nLIGHT"]),
        ("/art-1/1/chapeau", ["Each Party keeps:"]),
        ("/annex-i", ["ANNEX I\nLIST OF HARBOURS"]),
        ("/annex-i/2", ["Mistmouth"]),
        ("/closing", ["Done at Lanternport, on the first day of spring."]),
        ("/title", ["Convention on the Care of Harbours"]),
        ("", ["Convention on the Care of Harbours"]),
    ],
)
def test_a_link_opens_its_provision_with_what_governs_it_a_part_at_its_heading(
    link: str, words: list[str]
) -> None:
    assert marked(TREATY, ROOT, link) == words


def test_of_a_very_long_article_the_heading_is_marked() -> None:
    text = "Article 1\nFog\n" + "Fog is grey. " * 1000 + "\n\nArticle 2\nOil.\n\nArticle 3\nWax.\n"
    assert marked(document(text), parse(document(text)), "/art-1") == ["Article 1\nFog"]


@PROPERTY
@given(written())
def test_every_provision_of_any_treaty_can_be_opened_by_its_link(treaty: Written) -> None:
    printed = treaty.print()
    root = parse(printed)
    for node in root.walk():
        made = quote_of(printed, root, resolve_link(link_of(printed.id, node.path), root))
        assert made.citation.link == link_of(printed.id, node.path)
        assert sum(span.end - span.start for span in made.segments) <= MOST_MARKED
        shown = extract(made, printed, root)
        assert all(any(piece.contains(mark) for piece in shown.pieces) for mark in shown.marks)
