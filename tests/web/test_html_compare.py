"""The table of a comparison as HTML: what it says, and that nothing foreign in it is ever markup."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.compare import Compared, Found, Row
from assistant.permalinks import exact_link
from assistant.takeaway import Form
from assistant.web import saving
from assistant.web.compare import html_compare
from assistant.web.compare.comparing import MOST_CHOSEN, Comparer, Course
from assistant.web.compare.tab import taken
from assistant.web.session import Session
from assistant.web.workers import Workers
from corpus.models import Kind
from corpus.pinpoint import Style
from tests.assistant.treaty_shelf import WordAnswers, treaty
from tests.web.markup import Markup
from tests.web.small_assistant import SmallAssistant

SMALL = SmallAssistant()
LAMPS, GUIDE, TRAPS, LONG = SMALL.documents()
SEARCHED = SMALL.searched()
QUOTES = SMALL.ask("lighthouse keepers and their training", document_ids=["lamps"]).quotes  # type: ignore[union-attr]

TAGS = set(
    "section h2 h3 h4 bdi table thead tbody tr th td a span figure blockquote figcaption p cite details summary div "
    "ul li button progress".split()
)
ATTRIBUTES = set(
    "class aria-label aria-hidden role scope href dir data-code title data-form data-example type max value".split()
)


def row(document=LAMPS, quotes=QUOTES[:1], nearest=(), found=Found.ANSWER) -> Row:  # type: ignore[no-untyped-def]
    return Row(document, quotes, 0.9, nearest, found if quotes else Found.NOTHING)


def compared(*rows: Row, topic: str = "training", every: bool = False) -> Compared:
    return Compared(topic, topic, rows, SEARCHED, every, ("Convention on Fog",))


def drawn(table: Compared) -> Markup:
    return Markup(html_compare.course(Course(table), Style.OSCOLA))


def test_a_row_has_the_instrument_its_kind_its_words_and_the_way_to_them() -> None:
    read = drawn(compared(row(), row(LONG, (), QUOTES[1:2])))
    head, lamps, without = read.texts["tr"]
    assert head == "InstrumentOn training"
    assert "Convention on the Care of Lamps Treaty text" in lamps
    assert QUOTES[0].text in lamps
    assert "Convention on the Care of Lamps, art 3, p 2" in lamps
    assert "No matching provision found." in without
    assert "Nearest passages, not an answer 1" in without
    assert exact_link(QUOTES[0]) in read.links
    assert "#/documents/long" in read.links
    assert "Not in this library: Convention on Fog." in " ".join(read.texts["p"])


def test_the_heading_row_is_one_for_those_who_do_not_see_it() -> None:
    made = html_compare.course(Course(compared(row())), Style.OSCOLA)
    assert made.count('scope="col" role="columnheader"') == 2
    assert made.count('scope="row" role="rowheader"') == 1
    assert '<table class="compared" role="table"' in made


def test_of_all_treaties_those_without_come_after_the_table() -> None:
    made = html_compare.course(Course(compared(row(), row(LONG, (), QUOTES[1:2]), every=True)), Style.OSCOLA)
    read = Markup(made)
    assert len(read.texts["tr"]) == 2
    assert "No matching provision found in 1 of 2" in read.texts["h3"]
    assert made.index("</table>") < made.index("A treaty of one long line")


def test_a_row_found_by_its_words_says_so_and_a_guide_what_it_is() -> None:
    assert "found by its words" in drawn(compared(row(found=Found.WORDS))).texts["th"][-1]
    assert "Guide" in drawn(compared(row(GUIDE))).texts["th"][-1]


def test_progress_trouble_and_the_end_are_told() -> None:
    at_work = html_compare.course(Course(progress="Asking…", done=2, documents=7), Style.OSCOLA)
    assert '<progress max="7" value="2"' in at_work
    assert "Asking… 2 of 7" in " ".join(Markup(at_work).texts["p"])
    assert 'role="alert"' in html_compare.course(Course(trouble="<none>"), Style.OSCOLA)
    assert "&lt;none&gt;" in html_compare.course(Course(trouble="<none>"), Style.OSCOLA)
    assert "Stopped after" in html_compare.course(
        Course(note="Stopped after 1 of 2 documents."), Style.OSCOLA
    )


@given(st.text(), st.text(min_size=1), st.sampled_from(list(Style)))
@settings(deadline=None)
def test_no_text_escapes_from_the_table(topic: str, title: str, style: Style) -> None:
    foreign = replace(LAMPS, title=title)
    quote = replace(
        QUOTES[0], text=title, kind=Kind.GUIDE, citation=replace(QUOTES[0].citation, title=title, about=topic)
    )
    table = compared(row(foreign, (quote,)), row(foreign, (), (quote,)), topic=topic)
    for one in (table, replace(table, every=True, absent=(title,))):
        read = Markup(html_compare.course(Course(one), style))
        assert read.tags <= TAGS
        assert read.attributes <= ATTRIBUTES
        assert all(link.startswith("#/documents/") for link in read.links)
    assert Markup(html_compare.empty((topic, title))).tags <= TAGS


@pytest.mark.parametrize("form", list(html_compare.FORMS))
def test_the_table_is_taken_away_in_every_form_it_offers(form: str) -> None:
    file = taken(compared(row(), row(LONG, ())), form, Style.OSCOLA)
    assert file.name.endswith(f".{form}")
    assert file.content
    assert form == "csv" or file.media_type == Form(form).media_type
    if form == "csv":
        text = file.content.decode("utf-8-sig")
        assert "no matching provision found" in text
        assert QUOTES[0].text in text


@given(st.text(), st.binary())
def test_what_is_handed_over_is_no_markup(name: str, content: bytes) -> None:
    read = Markup(saving.handed(name, "text/plain", content))
    assert read.tags == {"span"}
    assert read.attributes == {"hidden", "data-number", "data-name", "data-type", "data-content"}


# -- comparing

SHELF = (
    treaty("rope", "Rope Treaty", ("Leaving", "A Party may leave this Treaty by a notice.")),
    treaty("sail", "Sail Treaty", ("Leaving", "A Party may leave when the wind turns.")),
    treaty("tar", "Tar Treaty", ("Tar", "Tar is black.")),
)


class Patient(WordAnswers):
    """Can be warmed and closed, as a session needs."""

    def warm(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture
def shelf() -> Comparer:
    answers = Patient(SHELF, enough=0.5)
    session = Session(lambda: answers)  # type: ignore[arg-type,return-value]
    session.start()
    session.wait(10)
    return Comparer(session, Workers(1).submit)


def last(courses: list[Course]) -> Course:
    return courses[-1]


def test_the_documents_chosen_are_compared_in_their_order(shelf: Comparer) -> None:
    *before, end = shelf.compare("leave", ["sail", "rope"], threading.Event())
    assert before[0].progress
    assert end.compared is not None
    assert [one.document.id for one in end.compared.rows] == ["sail", "rope"]
    assert not end.compared.every


def test_without_a_choice_all_treaties_are(shelf: Comparer) -> None:
    end = last(list(shelf.compare("leave", [], threading.Event())))
    assert end.compared is not None
    assert end.compared.every
    assert {one.document.id for one in end.compared.rows} == {"rope", "sail", "tar"}


def test_a_comparison_stops_before_its_next_document(shelf: Comparer) -> None:
    stop = threading.Event()
    stop.set()
    end = last(list(shelf.compare("leave", ["rope", "sail", "tar"], stop)))
    assert end.compared is None
    assert end.note.startswith("Stopped after ")


@pytest.mark.parametrize(
    ("topic", "chosen", "told"),
    [
        ("  ", [], "Expected a topic in words, found none"),
        ("?!", ["rope", "sail"], "Expected a topic in words, found none"),
        ("a" * 2001, [], "A topic may have 2000 characters; this one has 2001"),
        ("leave", ["rope"], "Expected two instruments or more, found one"),
        ("leave", [f"t{n}" for n in range(MOST_CHOSEN + 1)], "Expected at most 40 instruments, found 41"),
        ("leave", ["rope", "gone"], "expected the id of an indexed document, found 'gone'"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(
    shelf: Comparer, topic: str, chosen: list[str], told: str
) -> None:
    end = last(list(shelf.compare(topic, chosen, threading.Event())))
    assert end.trouble.startswith(told)
    assert "\n" not in end.trouble
