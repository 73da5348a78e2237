"""The reader's text: its links, its notices, the way from quote to quote, and the pages it was printed on."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.models import AttachmentKind, Quote, Quoted
from assistant.permalinks import exact_link, words_of
from assistant.quotes import quote
from assistant.web.ask.turns import Turn
from assistant.web.reader import html_reader
from assistant.web.reader.extract import Opened, extract, linked_words, quote_of
from assistant.web.reader.inline import Inline, inline_links
from assistant.web.reader.pages import Leaf
from assistant.web.reader.steps import Place, Step, place_of
from corpus.facsimile import Box, PageMarks
from corpus.links import resolve_link, words_of_link
from corpus.models import Document, Provision, Span
from corpus.pinpoint import Style
from corpus.structure import parse
from index.models import Searched
from tests.corpus.written_treaties import Written, document, written
from tests.web.small_assistant import SmallAssistant

if TYPE_CHECKING:
    from collections.abc import Sequence

PROPERTY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEARCHED = Searched(1, 2, "small")

TREATY = document(
    """Convention on Ferries

Article 1
Use of terms
For the purposes of this Convention:
(a) "ferry" means a boat that carries people over a river for a fare;
(b) "ferryman" means whoever steers a ferry.

Article 2
Crossings
1. A ferryman crosses by day, and by night as article 3, paragraph 2, says. A ferryman is paid.
2. The ferryman refuses no doctor. Paragraph 1 holds on feast days, too.

Article 3
Bells
1. A bell hangs on either bank.
2. Whoever rings it waits for the ferry. Article 1 of the Convention on Bells holds as well.
"""
)
BELLS = replace(
    document(
        "Convention on Bells\n\nArticle 1\nBronze\nA bell is of bronze.\n\n"
        "Article 2\nRust\nNo bell rusts.\n\nArticle 3\nRopes\nRopes are long.\n",
        title="Convention on Bells",
    ),
    id="bells",
)


class Shelf(SmallAssistant):
    """Holds some documents and nothing else."""

    def __init__(self, *documents: Document) -> None:
        super().__init__()
        self._documents = {one.id: one for one in documents}
        self._roots = {one.id: parse(one) for one in documents}


SHELF = Shelf(TREATY, BELLS)


class Words(HTMLParser):
    """The text within the reader's page, and the words of each link and mark in it."""

    def __init__(self, drawn: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.links: list[tuple[str, str, str]] = []
        self.marks: list[str] = []
        self._within: list[str] = []
        self.feed(drawn)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._within.append(tag)
        if tag == "a":
            self.links.append(("", given["href"], given["title"]))
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._within.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "a" in self._within:
            words, href, title = self.links[-1]
            self.links[-1] = (words + data, href, title)
        if "mark" in self._within:
            self.marks[-1] += data


def drawn(
    made: Quote,
    source: Document,
    root: Provision,
    *,
    inline: Sequence[Inline] = (),
    leaves: Sequence[Leaf] = (),
) -> str:
    found = extract(made, source, root)
    return html_reader.reading(
        found, Style.OSCOLA, Opened(made, 1), contents="", called=False, inline=inline, leaves=leaves
    )


def page_of(panel: str) -> Words:
    """Return the words of the first piece shown."""
    return Words(re.findall(r'<div class="words"[^>]*>(.*?)</div>', panel, re.DOTALL)[0])


def opened(link: str, source: Document = TREATY) -> tuple[Quote, Provision]:
    root = SHELF.provisions(source.id)
    return quote_of(source, root, resolve_link(f"#/documents/{source.id}{link}", root)), root


def links_in(link: str) -> list[tuple[str, str, str]]:
    made, root = opened(link)
    inline = inline_links(extract(made, TREATY, root), SHELF, Style.OSCOLA)
    return page_of(drawn(made, TREATY, root, inline=inline)).links


def test_terms_lead_to_their_definition_once_an_article_and_references_to_their_provision() -> None:
    ferryman = ("#/documents/harbours/art-1/b", "Defined in art 1(b)")
    ferry = ("#/documents/harbours/art-1/a", "Defined in art 1(a)")
    assert links_in("/art-2/1") == [
        ("ferry", *ferry),
        ("ferryman", *ferryman),
        ("article 3, paragraph 2", "#/documents/harbours/art-3/2", "art 3(2)"),
        ("Paragraph 1", "#/documents/harbours/art-2/1", "art 2(1)"),
        ("ferry", *ferry),
        (
            "Article 1 of the Convention on Bells",
            "#/documents/bells/art-1",
            "Convention on Bells, art 1",
        ),
    ]


def test_a_quote_with_links_in_it_is_still_one_mark() -> None:
    made, root = opened("/art-2/1")
    inline = inline_links(extract(made, TREATY, root), SHELF, Style.OSCOLA)
    panel = drawn(made, TREATY, root, inline=inline)
    assert page_of(panel).marks == [
        "A ferryman crosses by day, and by night as article 3, paragraph 2, says. A ferryman is paid."
    ]
    assert panel.count("<mark>") == 1


@PROPERTY
@given(written(), st.data())
def test_without_its_tags_the_reader_s_text_is_the_document_s(treaty: Written, data: st.DataObject) -> None:
    source = treaty.print()
    root, shelf = parse(source), Shelf(source)
    made = quote_of(source, root, data.draw(st.sampled_from(list(root.walk()))))
    found = extract(made, source, root)
    inline = inline_links(found, shelf, Style.PLAIN)
    page = page_of(drawn(made, source, root, inline=inline))
    assert page.text == found.pieces[0].of(source.text)
    assert page.marks == [span.of(source.text) for span in found.marks if found.pieces[0].contains(span)]
    for words, href, title in page.links:
        assert words
        assert title
        assert resolve_link(href, root)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=3, max_size=60), st.data())
def test_links_at_any_place_change_no_character(text: str, data: st.DataObject) -> None:
    source = document(f"Article 1\n{text}.\n\nArticle 2\nNone.\n")
    root = parse(source)
    made = quote_of(source, root, data.draw(st.sampled_from(list(root.walk()))))
    ends = sorted(data.draw(st.sets(st.integers(0, len(source.text)), min_size=2, max_size=10)))
    inline = [
        Inline(AttachmentKind.REFERENCE, Span(start, end), f"#/documents/{text}", text)
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    ]
    page = page_of(drawn(made, source, root, inline=inline))
    found = extract(made, source, root)
    assert re.sub("\u200e|\u200f", "", page.text) == re.sub(
        "\u200e|\u200f", "", found.pieces[0].of(source.text)
    )
    assert len(page.marks) == sum(found.pieces[0].contains(mark) for mark in found.marks)


# -- exact links


def test_an_exact_link_opens_the_very_words_and_no_others() -> None:
    root = SHELF.provisions(TREATY.id)
    start = TREATY.text.index("A ferryman is paid.")
    node = root.chain(start)[-1]
    made = quote(TREATY, node, [Span(start, start + 19), Span(start - 40, start - 30)], 0.0)
    assert words_of(made) == tuple(span.of(TREATY.text) for span in made.segments)
    link = exact_link(made)
    assert link.startswith("#/documents/harbours/art-2/1?q=")
    words = words_of_link(link)
    assert words is not None
    again = linked_words(TREATY, resolve_link(link, root), words)
    assert again is not None
    assert (again.segments, again.text, again.citation) == (made.segments, made.text, made.citation)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("is paid", "is cheered"),
        ("A ferryman is paid.", ""),
        ("Convention on Ferries", "Convention on All Ferries"),
    ],
)
def test_an_exact_link_into_a_text_that_has_changed_there_opens_nothing(old: str, new: str) -> None:
    start = TREATY.text.index("A ferryman is paid.")
    root = SHELF.provisions(TREATY.id)
    made = quote(TREATY, root.chain(start)[-1], [Span(start, start + 19)], 0.0)
    words = words_of_link(exact_link(made))
    assert words is not None
    later = replace(TREATY, text=TREATY.text.replace(old, new))
    assert linked_words(later, resolve_link(exact_link(made), parse(later)), words) is None
    added = replace(TREATY, text=TREATY.text + "\nArticle 4\nOars\nOars are long.\n")
    assert linked_words(added, root.chain(start)[-1], words) is not None


def test_a_notice_is_said_above_the_text_and_escaped() -> None:
    made, root = opened("/art-2/1")
    found = extract(made, TREATY, root)
    panel = html_reader.reading(
        found, Style.OSCOLA, Opened(made, 1, notice="a <b> notice"), contents="", called=False
    )
    assert '<p class="notice" role="status">a &lt;b&gt; notice</p>' in panel


# -- from quote to quote


def quotes(*links: str) -> tuple[Quote, ...]:
    return tuple(opened(link)[0] for link in links)


def turn(*links: str) -> Turn:
    return Turn("?", Quoted("?", quotes(*links), SEARCHED, 1.0))


def test_quotes_are_counted_through_the_conversation_and_those_shown_twice_once() -> None:
    turns = (turn("/art-2/1", "/art-3/1"), Turn("?", trouble="None."), turn("/art-3/1", "/art-2/2"))
    first, second, third = quotes("/art-2/1", "/art-3/1", "/art-2/2")
    assert place_of(first, turns) == Place(1, 3, None, Step(0, 1))
    assert place_of(second, turns) == Place(2, 3, Step(0, 0), Step(2, 1))
    assert place_of(third, turns) == Place(3, 3, Step(0, 1), None)


def test_of_one_quote_or_of_none_there_is_no_next() -> None:
    (only, other) = quotes("/art-2/1", "/art-3/1")
    assert place_of(only, (turn("/art-2/1"),)) is None
    assert place_of(other, (turn("/art-2/1", "/art-2/2"),)) is None
    assert place_of(only, ()) is None


@given(
    st.lists(
        st.lists(st.sampled_from(["/art-1", "/art-2/1", "/art-2/2", "/art-3/1"]), min_size=1), min_size=1
    )
)
def test_going_on_leads_past_every_quote_once_and_back_again(asked: list[list[str]]) -> None:
    turns = tuple(turn(*links) for links in asked)
    seen = []
    at: Step | None = Step(0, 0)
    while at is not None:
        answer = turns[at.turn].answer
        assert isinstance(answer, Quoted)
        here = place_of(answer.quotes[at.quote], turns)
        seen.append(answer.quotes[at.quote].segments)
        assert here is None or (here.number, here.before is None) == (len(seen), len(seen) == 1)
        at = here.after if here is not None else None
    assert len(seen) == len(set(seen)) == len({link for links in asked for link in links})


def test_the_first_quote_has_none_before_it_and_its_button_is_off() -> None:
    made, root = opened("/art-2/1")
    found = extract(made, TREATY, root)
    panel = html_reader.reading(
        found, Style.OSCOLA, Opened(made, 1, place=Place(1, 4, None, Step(2, 3))), contents="", called=False
    )
    assert '<button type="button" class="step" value="before" disabled>Previous quote</button>' in panel
    assert 'value="after" data-turn="2" data-quote="3">Next quote</button>' in panel
    assert "1 of 4" in panel
    assert 'class="step"' not in drawn(made, TREATY, root)


# -- pages


def test_the_page_is_offered_closed_with_a_box_over_each_line() -> None:
    made, root = opened("/art-2/1")
    boxes = (Box(0.25, 0.5, 0.75, 0.525), Box(0.1, 0.55, 0.2, 0.575))
    panel = drawn(made, TREATY, root, leaves=[Leaf(PageMarks(12, 0.7, boxes), "/page/a/b/12.png")])
    assert '<details class="facsimile"><summary>Page image <span class="count">page 12</span>' in panel
    assert re.findall(r'class="spot" aria-hidden="true" style="([^"]*)"', panel) == [
        "left:25.00%;top:50.00%;width:50.00%;height:2.50%",
        "left:10.00%;top:55.00%;width:10.00%;height:2.50%",
    ]
    assert 'alt="Page 12 of the file of Convention on the Care of Harbours"' in panel
    assert 'src="/page/a/b/12.png"' in panel
    assert 'loading="lazy"' in panel
    assert html_reader.MARKED in panel


def test_a_page_without_sure_places_says_so() -> None:
    made, root = opened("/art-2/1")
    panel = drawn(
        made, TREATY, root, leaves=[Leaf(PageMarks(n, 0.7, ()), f"/page/a/b/{n}.png") for n in (1, 2)]
    )
    assert panel.count(html_reader.UNSURE) == 2
    assert "spot" not in panel
    assert "pages 1, 2" in panel


def test_without_pages_nothing_is_offered() -> None:
    made, root = opened("/art-2/1")
    assert "facsimile" not in drawn(made, TREATY, root)
