"""What document text may do on the page: be read, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Attachment, AttachmentKind, Declined, Offer, Quote, Quoted, Reason
from assistant.permalinks import exact_link
from assistant.quotes import quote
from assistant.web import html
from assistant.web.ask import html_conversation
from assistant.web.ask.asker import Turn, quote_at
from assistant.web.ask.examples import EXAMPLES, MOST, examples
from assistant.web.ask.html_bar import Listed, bar
from assistant.web.ask.kept import Mark
from assistant.web.ask.turns import Lost, Why
from assistant.web.reader import html_reader
from assistant.web.reader.contents import contents, shelf
from assistant.web.reader.extract import REACH, SNAP, STEP, Opened, extract
from assistant.web.reader.pages import Leaf
from assistant.web.reader.steps import Place, Step
from assistant.web.session import Failed, Loading, Ready
from corpus.facsimile import Box, PageMarks
from corpus.models import Document, Kind, Provenance, Provision, Span
from corpus.pinpoint import Style
from corpus.structure import parse
from index.models import Searched
from tests.web.markup import Markup
from tests.web.small_assistant import HOSTILE, SmallAssistant

SEARCHED = Searched(3, 1234, "small")


def document(
    text: str, kind: Kind = Kind.TREATY, address: str | None = None, title: str = "A title"
) -> Document:
    provenance = Provenance("file.txt", "ab" * 32, "text/1", address=address, authenticity="None at all.")
    return Document("doc", title, kind, text, provenance)


def quoted(source: Document, *segments: Span) -> tuple[Quote, Provision]:
    root = parse(source)
    return quote(source, root.chain(segments[0].start)[-1], segments, 1.0), root


def panel(source: Document, *segments: Span, earlier: int = 0, later: int = 0) -> str:
    made, root = quoted(source, *segments)
    found = extract(made, source, root, earlier=earlier, later=later)
    return html_reader.reading(found, Style.OSCOLA, Opened(made, 1), contents=contents(root), called=False)


OWN_TAGS = set(
    "section header h2 h3 ol li bdi p span div button mark strong footer dl dt dd code a ul "
    "article figure blockquote figcaption cite h4 h5 q nav details summary img "
    "form label textarea".split()
)
OWN_ATTRIBUTES = set(
    "class aria-label aria-live aria-hidden aria-current role tabindex type lang dir title href rel target open "
    "data-turn data-quote data-earlier data-later data-shown data-called data-link data-code id "
    "src alt width height loading decoding style disabled value "
    "aria-pressed maxlength rows data-state data-said data-cited data-liked data-form data-choice data-talk".split()
)
OWN_LINKS = ("http://", "https://", "#/documents/", "#attached-", "/page/doc/")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a & b &lt; c", "a &amp; b &amp;lt; c"),
        ("\" onmouseover='x'", "&quot; onmouseover=&#x27;x&#x27;"),
        ("**bold** [a](b) $x^2$", "**bold** [a](b) $x^2$"),
        ("{{value}} ${alert(1)} `tick`", "{{value}} ${alert(1)} `tick`"),
        ("שלום مرحبا", "שלום مرحبا"),
    ],
)
def test_foreign_text_is_escaped_and_otherwise_left_alone(text: str, shown: str) -> None:
    assert html.escape(text) == shown


@pytest.mark.parametrize("code", [0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x202C, 0x2066, 0x2069])
def test_a_character_that_turns_the_text_is_named_and_isolated(code: int) -> None:
    drawn = html.escape(f"a{chr(code)}b")
    assert f'data-code="U+{code:04X}"' in drawn
    assert re.fullmatch(rf"a<bdi [^>]*>{chr(code)}</bdi>b", drawn)


@pytest.mark.parametrize("code", [0x00, 0x08, 0x0B, 0x0D, 0x1B, 0x7F, 0x85])
def test_a_control_character_is_named_and_not_sent(code: int) -> None:
    assert chr(code) not in html.escape(f"a{chr(code)}b")
    assert f'data-code="U+{code:04X}"' in html.escape(f"a{chr(code)}b")


@given(st.text())
def test_whatever_the_text_it_makes_no_markup_but_named_characters(text: str) -> None:
    read = Markup(f"<p>{html.escape(text)}</p>")
    assert read.tags <= {"p", "bdi"}
    assert read.attributes <= {"class", "data-code", "title"}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_the_words_are_kept_to_the_character(text: str) -> None:
    assert Markup(f"<p>{html.escape(text)}</p>").texts["p"] == [text]


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_no_text_escapes_from_conversation_or_panel(text: str, title: str, address: str) -> None:
    source = document(text, Kind.COMMENTARY, address, title or "Untitled")
    made, root = quoted(source, Span(0, len(text)))
    turns = (
        Turn(title, Quoted(title, (made,), SEARCHED, 0.5, asked=text)),
        Turn(text, Declined(text, Reason.NOT_AN_ANSWER, title, (made,), SEARCHED, 0.1)),
        Turn(text, trouble=title),
        Turn(text, progress=title),
        Turn(
            text, stopped=True, lost=(Lost(Mark(title, "0" * 64, ((0, 1),), (), "0" * 16, text), Why.GONE),)
        ),
        Turn(
            text,
            Declined(text, Reason.AMBIGUOUS, title, (), SEARCHED, 1.0, choices=((title, text),)),
            liked=True,
        ),
    )
    found = extract(made, source, root)
    listed = contents(root, 0, open_now=True)
    leaves = [Leaf(PageMarks(1, 0.7, (Box(0.1, 0.1, 0.2, 0.2),)), "/page/doc/00/1.png")]
    shown = Opened(made, 1, notice=text, place=Place(1, 2, None, Step(0, 1)))
    panels = [
        html_reader.reading(found, style, shown, contents=listed, called=True, leaves=leaves)
        for style in Style
    ]
    talks = [html_conversation.conversation(turns, style, judged=True) for style in Style]
    talks.append(bar([Listed(title, text)], title, answered=True))
    others = [
        html_reader.panel_trouble(text, shelf([source])),
        html_reader.panel_waiting(text),
        html_reader.panel_empty(shelf([source])),
    ]
    for drawn in (*talks, *panels, *others):
        read = Markup(drawn)
        assert read.tags <= OWN_TAGS
        assert read.attributes <= OWN_ATTRIBUTES
        assert all(link.startswith(OWN_LINKS) for link in read.links)


def with_attachments(made: Quote, *spans: Span) -> Quote:
    """Return a quote whose words at ``spans`` refer to itself, and whose last are a defined term."""
    kinds = [AttachmentKind.REFERENCE] * (len(spans) - 1) + [AttachmentKind.DEFINITION]
    text, shift = made.text, made.segments[0].start
    return replace(
        made,
        attachments=tuple(
            Attachment(kind, text[span.start - shift : span.end - shift], span, made, f"{text[:9]} ends")
            for kind, span in zip(kinds, spans, strict=True)
        ),
    )


@given(st.text(min_size=3).filter(str.strip), st.data())
def test_no_text_escapes_from_what_belongs_with_a_quote(text: str, data: st.DataObject) -> None:
    source = document(text, Kind.COMMENTARY)
    made, _ = quoted(source, Span(0, len(text)))
    first = data.draw(st.integers(1, len(text) - 1))
    more = with_attachments(made, Span(0, first), Span(first, len(text)))
    read = Markup(html_conversation.conversation((Turn("?", Quoted("?", (more,), SEARCHED, 1)),)))
    assert read.tags <= OWN_TAGS
    assert read.attributes <= OWN_ATTRIBUTES
    assert all(link.startswith(OWN_LINKS) for link in read.links)
    plain = Markup(html_conversation.conversation((Turn("?", Quoted("?", (made,), SEARCHED, 1)),)))
    assert read.texts["blockquote"] == plain.texts["blockquote"]


def test_words_that_lead_to_an_attachment_link_to_its_entry_and_nothing_else_does() -> None:
    text = "Article 1\nSee article 2 on lamps.\n\nArticle 2\nTwo.\n\nArticle 3\nThree.\n"
    start = text.index("See")
    made, _ = quoted(document(text), Span(start, start + 23))
    spans = [Span(text.index(word), text.index(word) + len(word)) for word in ("article 2", "lamps")]
    drawn = html_conversation.conversation(
        (Turn("?", Quoted("?", (with_attachments(made, *spans),), SEARCHED, 1)),)
    )
    read = Markup(drawn)
    assert read.texts["blockquote"] == ["See article 2 on lamps."]
    assert read.texts["a"][:2] == ["article 2", "lamps"]
    for link in read.links[:2]:
        assert f'<details class="entry" id="{link[1:]}">' in drawn
    assert [words.strip() for words in read.texts["summary"]] == [
        "Edit",
        "Defined terms 1",
        "lamps art 1 (See artic ends)",
        "Refers to 1",
        "article 2 art 1 (See artic ends)",
        "Export this answer",
    ]
    assert drawn.count('<div class="apart" dir="auto">See article 2 on lamps.</div>') == 2


def test_the_words_of_every_segment_are_whole_where_some_of_them_are_links() -> None:
    text = "Article 1\nEach Party shall:\n(a) first;\n(b) second.\n\nArticle 2\nTwo.\n\nArticle 3\nThree.\n"
    whole = [Span(text.index(w), text.index(w) + len(w)) for w in ("Each Party shall:", "(b) second.")]
    made, _ = quoted(document(text), *whole)
    spans = [Span(text.index(w), text.index(w) + len(w)) for w in ("Party", "(b)", "second")]
    attachments = tuple(Attachment(AttachmentKind.REFERENCE, s.of(text), s, made) for s in spans)
    answer = Quoted("?", (replace(made, attachments=attachments),), SEARCHED, 1)
    read = Markup(html_conversation.conversation((Turn("?", answer),)))
    assert read.texts["blockquote"] == ["Each Party shall: […] (b) second."]
    assert [words for words in read.texts["a"] if "Link" not in words] == ["Party", "(b)", "second"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "http://a b", 'https://a"onclick=x', "file:///etc"]
)
def test_only_web_addresses_become_links(address: str) -> None:
    links = Markup(panel(document("Some words.", address=address), Span(0, 4))).links
    assert [link for link in links if not link.startswith("#/documents/doc/")] == []


def test_a_quote_is_marked_with_exactly_its_words() -> None:
    start = HOSTILE.index("A trap")
    span = Span(start, HOSTILE.index("\n", start))
    assert Markup(panel(document(HOSTILE), span)).texts["mark"] == [span.of(HOSTILE)]


def test_every_segment_is_marked_and_the_text_between_is_there() -> None:
    text = "Article 1\nEach Party shall:\n(a) first;\n(b) second.\n\nArticle 2\nTwo.\n\nArticle 3\nThree.\n"
    spans = [Span(text.index(w), text.index(w) + len(w)) for w in ("Each Party shall:", "(b) second.")]
    read = Markup(panel(document(text), *spans))
    assert read.texts["mark"] == ["Each Party shall:", "(b) second."]
    assert "(a) first;" in "".join(read.texts["div"])


def test_a_long_line_is_shown_in_part_and_more_on_request() -> None:
    text = "word " * 200_000
    span = Span(500_000, 500_004)
    drawn = panel(document(text), span)
    assert len(drawn) < 2 * (REACH + SNAP) + 5000
    assert "Earlier text" in drawn
    assert "Later text" in drawn
    wider = panel(document(text), span, earlier=1)
    assert STEP - SNAP <= len(wider) - len(drawn) <= STEP + SNAP + 100
    assert Markup(wider).texts["mark"] == ["word"]


def test_segments_far_apart_leave_out_what_lies_between() -> None:
    text = "word " * 20_000
    made, root = quoted(document(text), Span(0, 4), Span(90_000, 90_004))
    found = extract(made, document(text), root)
    assert len(found.pieces) == 2
    drawn = html_reader.reading(found, Style.OSCOLA, Opened(found.quote, 1), contents="", called=False)
    assert Markup(drawn).texts["mark"] == ["word", "word"]


@given(st.data())
def test_pieces_hold_every_segment_wherever_it_stands(data: st.DataObject) -> None:
    text = "Some words. " * 3000
    starts = data.draw(st.lists(st.integers(0, 2999), min_size=1, max_size=3, unique=True))
    spans = sorted(Span(12 * n, 12 * n + 11) for n in starts)
    made, root = quoted(document(text), *spans)
    found = extract(
        made, document(text), root, earlier=data.draw(st.integers(-3, 9)), later=data.draw(st.integers(-3, 9))
    )
    assert all(any(piece.contains(mark) for piece in found.pieces) for mark in found.marks)
    assert all(a.end < b.start for a, b in zip(found.pieces, found.pieces[1:], strict=False))


def test_an_answer_says_how_it_was_quoted_and_what_was_searched() -> None:
    made, _ = quoted(document("Some words."), Span(0, 11))
    drawn = html_conversation.conversation((Turn("Which?", Quoted("Which?", (made,), SEARCHED, 0.5)),))
    assert "Quoted word for word" in drawn
    assert "3 documents, 1,234 passages" in drawn
    assert "Treaty text" in drawn
    assert "A title" in drawn


def test_a_decline_says_so_and_marks_what_is_nearest() -> None:
    made, _ = quoted(document("Some words."), Span(0, 11))
    declined = Declined("Which?", Reason.NOT_AN_ANSWER, "Nothing answers it.", (made,), SEARCHED, 0.1)
    read = Markup(html_conversation.conversation((Turn("Which?", declined),)))
    assert read.texts["h4"] == ["Not answered from these documents"]
    assert read.texts["h5"] == ["Nearest passages, not an answer"]
    assert read.texts["button"][:3] == ["Ask", "Show in place", "Copy"]
    assert "Confidence: low, too low to be given as an answer." in read.texts["p"][2]


DIRECT = Offer("spades", "Convention on Spades", "treaty corpus fetch spades", "https://spades.example/about")
BY_HAND = Offer("hoes", "Hoe Pact <1>", None, "https://hoes.example/about")


@pytest.mark.parametrize("declined", [False, True])
def test_an_official_text_that_is_lacking_is_offered_under_the_answer(declined: bool) -> None:
    made, _ = quoted(document("Some words."), Span(0, 11))
    answer = (
        Declined("Which?", Reason.NOT_AN_ANSWER, "None.", (made,), SEARCHED, 0.1, offers=(DIRECT, BY_HAND))
        if declined
        else Quoted("Which?", (made,), SEARCHED, 0.5, offers=(DIRECT, BY_HAND))
    )
    drawn = html_conversation.conversation((Turn("Which?", answer),))
    read = Markup(drawn)
    spades, hoes = read.texts["p"][-2:]
    assert spades == (
        "The official text of the Convention on Spades is not in your library. "
        "To add it: treaty corpus fetch spades, then treaty index."
    )
    assert hoes == (
        "The official text of the Hoe Pact <1> is not in your library. "
        "To add it: save it from this page of its publisher, then treaty corpus add FILE, then treaty index."
    )
    assert read.texts["code"][0] == "treaty corpus fetch spades"
    assert read.links == [exact_link(made), "https://hoes.example/about"]
    assert drawn.index("Some words.") < drawn.index('class="offer"')
    assert read.tags <= OWN_TAGS
    assert read.attributes <= OWN_ATTRIBUTES


def test_an_answer_that_lacks_no_text_offers_none() -> None:
    made, _ = quoted(document("Some words."), Span(0, 11))
    assert "offer" not in html_conversation.conversation(
        (Turn("Which?", Quoted("Which?", (made,), SEARCHED, 0.5)),)
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_document_is_named_in_words(kind: Kind) -> None:
    assert html.KINDS[kind]


def test_the_status_says_loading_ready_and_failed() -> None:
    small = SmallAssistant()
    assert "Loading the models…" in html.status(Loading())
    assert f"Ready: {len(small.documents())} documents" in html.status(Ready(small))
    assert "&lt;index&gt;. Run" in html.status(Failed("no <index>. Run: treaty index"))


@pytest.mark.parametrize(
    ("turn", "number"), [(-1, 0), (1, 0), (0, 1), (0, -1), ("0", 0), (None, None), (0.0, 0), ([], {})]
)
def test_numbers_from_the_browser_find_a_quote_or_nothing(turn: object, number: object) -> None:
    made, _ = quoted(document("Some words."), Span(0, 11))
    turns = (Turn("Which?", Quoted("Which?", (made,), SEARCHED, 0.5)),)
    assert quote_at(turns, 0, 0) == made
    assert quote_at(turns, turn, number) is None


def test_only_questions_that_the_library_is_about_are_offered() -> None:
    assert examples(()) == ()
    reading = examples([document("Some words.", title="How to read a treaty")])
    assert reading == tuple(e.question for e in EXAMPLES if e.about == ("how to read a treaty",))
    titles = [
        "The Convention against Cybercrime and the Budapest Convention compared",
        "How to read a treaty",
    ]
    assert len(examples(document("x", title=title) for title in titles)) == MOST


def test_a_label_of_a_widget_is_plain_text() -> None:
    assert html.label("a\u202eb <b>") == "a[U+202E]b <b>"


@pytest.mark.parametrize(
    ("style", "cited", "as_a_whole"),
    [
        (Style.OSCOLA, "A title, art 2", "A title, art 2 <https://a.example/x>"),
        (Style.BLUEBOOK, "A title art. 2", "A title art. 2, https://a.example/x"),
        (Style.PLAIN, "A title, Article 2", "A title, Article 2. Source: https://a.example/x"),
    ],
)
def test_a_style_is_that_of_every_citation(style: Style, cited: str, as_a_whole: str) -> None:
    text = "Article 1\nOne.\n\nArticle 2\nTwo.\n\nArticle 3\nThree.\n"
    source = document(text, address="https://a.example/x")
    made, root = quoted(source, Span(text.index("Two"), text.index("Two") + 4))
    talk = Markup(
        html_conversation.conversation((Turn("Which?", Quoted("Which?", (made,), SEARCHED, 0.5)),), style)
    )
    assert talk.texts["cite"] == [cited]
    panel = html_reader.reading(
        extract(made, source, root), style, Opened(made, 1), contents="", called=False
    )
    assert as_a_whole in Markup(panel).texts["dd"]


def test_a_quote_links_to_its_passage_in_words() -> None:
    text = "Article 1\nOne.\n\nArticle 2\nTwo.\n\nArticle 3\nThree.\n"
    made, _ = quoted(document(text), Span(text.index("Two"), text.index("Two") + 4))
    drawn = html_conversation.conversation((Turn("Which?", Quoted("Which?", (made,), SEARCHED, 0.5)),))
    assert Markup(drawn).links == [exact_link(made)]
    assert exact_link(made).startswith("#/documents/doc/art-2?q=")
    assert 'aria-label="Link to this passage: A title, art 2"' in drawn
