"""What is taken away: names and forms, footnotes in three styles, the sheet both readable forms are written from."""

from __future__ import annotations

import json
import string
from datetime import datetime

import pytest
from hypothesis import given

from assistant.permalinks import exact_link
from assistant.render import answer_json
from assistant.render_compare import NOT_FOUND, compared_json
from assistant.takeaway import Form, Taken, take_away
from assistant.takeaway.acting import right_to_left, visible, web_address
from assistant.takeaway.sheet import Heading, Quotation, Standing, Table, Words, compose
from corpus.models import Kind
from corpus.pinpoint import Style
from tests.assistant.taken_things import (
    HARBOURS,
    MADE,
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

FACTS = {"address": PUBLISHED, "retrieved": "2026-02-01T08:00:00+00:00"}
GUIDE = {"id": "guide", "title": "On harbours", "kind": Kind.GUIDE}

# -- names and forms


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("memo.md", Form.MARKDOWN),
        ("Memo.DOCX", Form.DOCX),
        ("memo.json", Form.JSON),
        ("memo.csl.json", Form.CSL),
        ("memo.bib", Form.BIBTEX),
        ("memo.txt", None),
        ("memo", None),
        ("md", None),
    ],
)
def test_a_file_name_tells_the_form(name: str, form: Form | None) -> None:
    assert Form.of_name(name) is form


@given(lines)
def test_every_title_gives_a_plain_file_name(title: str) -> None:
    name = taken(answered("q", quoted("Oil is shared.")), title=title).name(Form.CSL)
    assert set(name) <= set(string.ascii_lowercase + string.digits + "-.")
    assert name.startswith("treaty-")
    assert name.endswith(".csl.json")
    assert len(name) < 100


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"parts": ()}, "at least one"),
        ({"made": datetime(2026, 3, 4)}, "time zone"),  # noqa: DTZ001 - what is refused
        ({"base": "javascript:alert(1)//"}, "https://example.org/"),
        ({"base": "https://"}, "https://example.org/"),
    ],
)
def test_what_cannot_be_taken_away_is_refused(facts: dict[str, object], words: str) -> None:
    given_facts = {"parts": (answered("q", quoted("Oil is shared.")),), "made": MADE} | facts
    with pytest.raises(ValueError, match=words):
        Taken("q", texts={}, **given_facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", list(Form))
def test_the_same_input_gives_the_same_bytes(form: Form) -> None:
    one = with_definition(quoted("Oil is shared.", **FACTS), quoted("A beacon is a light.", "Article 2"))
    made = taken(answered("What of oil?", one), compared("oil", ("Oil burns.",), ()), declined("And wax?"))
    assert take_away(made, form, Style.OSCOLA) == take_away(made, form, Style.OSCOLA)


# -- JSON


def test_one_answer_is_the_json_of_the_command_and_several_are_a_list() -> None:
    text = "Oil is shared."
    answer, table = answered("What of oil?", quoted(text)), compared("oil", (text,), ())
    known = {"harbours": text}
    one = take_away(Taken("t", (answer,), MADE, known), Form.JSON, Style.PLAIN)
    assert json.loads(one.content) == answer_json(answer, known, Style.PLAIN)
    assert json.loads(one.content)["quotes"][0]["segments"][0]["text"] == text
    both = take_away(Taken("t", (answer, table), MADE, known), Form.JSON, Style.PLAIN)
    assert json.loads(both.content) == [
        answer_json(answer, known, Style.PLAIN),
        compared_json(table, known, Style.PLAIN),
    ]


@given(texts)
def test_json_keeps_every_character(text: str) -> None:
    made = take_away(taken(answered("q", quoted(text))), Form.JSON, Style.OSCOLA)
    assert json.loads(made.content)["quotes"][0]["text"] == text


# -- footnotes


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            Style.OSCOLA,
            [
                f"{HARBOURS}, art 13(1)(b) <{PUBLISHED}> accessed 1 February 2026.",
                f"{HARBOURS} (n 1) art 2.",
                "On harbours (guide), “Oil”.",
                "On harbours (guide) (n 3) “Wax”.",
                f"{HARBOURS} (n 1).",
            ],
        ),
        (
            Style.BLUEBOOK,
            [
                f"{HARBOURS} art. 13(1)(b), {PUBLISHED} (last visited February 1, 2026).",
                f"{HARBOURS}, supra note 1, art. 2.",
                "On harbours (guide), “Oil”.",
                "On harbours (guide), supra note 3, “Wax”.",
                f"{HARBOURS}, supra note 1.",
            ],
        ),
        (
            Style.PLAIN,
            [
                f"{HARBOURS}, Article 13, paragraph 1, point (b). Source: {PUBLISHED}, retrieved 1 February 2026.",
                f"{HARBOURS}, Article 2 (source: note 1).",
                "On harbours (guide), “Oil”.",
                "On harbours (guide), “Wax”.",
                f"{HARBOURS} (source: note 1).",
            ],
        ),
    ],
)
def test_a_document_is_cited_in_full_once_and_in_short_after_that(style: Style, expected: list[str]) -> None:
    answer = answered(
        "q",
        quoted("One.", "Part II", "Article 13", "1", "b", **FACTS),
        quoted("Two.", "Article 2", **FACTS),
        quoted("Three.", "Oil", **GUIDE),
        quoted("Four.", "Wax", **GUIDE),
        quoted("Five.", "chapeau", **FACTS),
    )
    sheet = compose(taken(answer), style)
    assert [note.text for note in sheet.notes] == expected
    assert [note.address for note in sheet.notes] == [PUBLISHED, "", "", "", ""]
    assert [note.number for note in sheet.notes] == [1, 2, 3, 4, 5]


def test_what_only_came_near_says_so_in_its_label_its_standing_and_its_note() -> None:
    sheet = compose(taken(declined("q", quoted("Oil is shared."))), Style.OSCOLA)
    heading, label, near = sheet.pieces[1:4]
    assert heading == Heading(3, "Nearest passages (not an answer)")
    assert isinstance(label, Words)
    assert label.text == f"Not an answer: {HARBOURS}"
    assert isinstance(near, Quotation)
    assert near.standing is Standing.NEAR
    assert near.note.text == f"Nearest passage, not an answer: {HARBOURS}, art 1."


def test_links_lead_to_the_very_words_at_the_address_of_the_chat() -> None:
    one = quoted("Oil is shared.")
    answer, words = answered("q", one), exact_link(one)
    assert words.startswith("#/documents/harbours/art-1?q=")
    for base in ("https://chat.example", "https://chat.example/", "https://chat.example/#top"):
        (note,) = compose(taken(answer, base=base), Style.OSCOLA).notes
        assert note.link == f"https://chat.example/{words}"
    (note,) = compose(taken(answer), Style.OSCOLA).notes
    assert note.link == words


# -- the sheet


def test_an_answer_has_its_words_what_belongs_to_them_and_what_was_searched() -> None:
    one = with_definition(quoted("Oil is shared."), quoted("A beacon is a light.", "Article 2"))
    sheet = compose(taken(answered("What of oil?", one)), Style.OSCOLA)
    assert [piece.text for piece in sheet.pieces if not isinstance(piece, Table)] == [
        HARBOURS,
        "Oil is shared.",
        "Defined term: beacon (its beginning)",
        "A beacon is a light.",
        "Searched: 2 documents, 1,234 passages; index g7.",
    ]
    (source,) = sheet.sources
    assert (source.title, source.sha256) == (HARBOURS, one.sha256)
    assert sheet.closing.endswith("Quoted on 4 March 2026, 10:20 UTC.")


def test_what_belongs_to_a_quotation_may_be_left_out() -> None:
    one = with_definition(quoted("Oil is shared."), quoted("A beacon is a light.", "Article 2"))
    sheet = compose(taken(answered("What of oil?", one), attached=False), Style.OSCOLA)
    assert len(sheet.notes) == 1


def test_each_question_of_a_conversation_is_a_heading_and_a_lone_one_is_the_title() -> None:
    answer = answered("What of oil?", quoted("Oil is shared."))
    alone = compose(taken(answer), Style.OSCOLA)
    assert alone.title == "What of oil?"
    assert not any(isinstance(piece, Heading) for piece in alone.pieces)
    both = compose(taken(answer, declined("And wax?"), title="Oil and wax"), Style.OSCOLA)
    assert [piece for piece in both.pieces if isinstance(piece, Heading)] == [
        Heading(2, "What of oil?"),
        Heading(2, "And wax?"),
    ]


def test_where_no_words_are_quoted_the_sheet_says_so() -> None:
    sheet = compose(taken(declined("And wax?")), Style.OSCOLA)
    assert not sheet.sources
    assert sheet.closing.startswith("No words of any document are quoted here.")


def test_a_comparison_is_a_row_a_document() -> None:
    sheet = compose(taken(compared("oil", ("Oil burns.", "Oil is dear."), ())), Style.OSCOLA)
    (table,) = (piece for piece in sheet.pieces if isinstance(piece, Table))
    assert [(row.title, [piece.text for piece in row.pieces]) for row in table.rows] == [
        ("Treaty of Port 0", ["Oil burns.", "Oil is dear."]),
        ("Treaty of Port 1", [NOT_FOUND]),
    ]


# -- what acts


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://x.example/a?b=c#d", True),
        ("HTTP://X.EXAMPLE", True),
        ("https://", False),
        ("https://[x", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("\\\\server\\share", False),
        ("https://x.example/ y", False),
        ("https://x.example/<b>", False),
        ("https://x.example/\u202egpj", False),
        ("ftp://x.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str | None, linked: bool) -> None:
    assert bool(web_address(address)) is linked


def test_what_acts_is_shown_by_its_code() -> None:
    assert visible("a\x00b\u202ec\td\n\u200d\u05d0") == "a[U+0000]b[U+202E]c\td\n\u200d\u05d0"


@given(texts)
def test_visible_text_can_be_stored_and_is_visible_already(text: str) -> None:
    shown = visible(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert visible(shown) == shown


def test_the_first_strong_character_tells_the_direction() -> None:
    assert right_to_left("(1) \u05d0 and more")
    assert not right_to_left("(1) one \u05d0")
    assert not right_to_left("12 (3)")
