"""Tables of treaties: a row a treaty, its own verified words or a plain "not found"; and their forms."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant import settings, wiring
from assistant.answer import Assistant
from assistant.compare import MOST_ASKED, MOST_QUOTES, Compared, Found, compare, of_library, rows_for
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.quotes import verify
from assistant.render_compare import (
    BY_WORDS,
    CSV_COLUMNS,
    NOT_FOUND,
    compared_csv,
    compared_json,
    compared_markdown,
    notes,
    print_compared,
    unguarded,
)
from corpus.models import Document
from corpus.pinpoint import Style
from corpus.readers import read_document
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS
from tests.assistant.treaty_shelf import WordAnswers
from tests.assistant.treaty_shelf import treaty as written

PROJECT = Path(__file__).resolve().parents[2]
QUESTION = "How do the Convention on the Care of Harbours and the Agreement on Sea Pilots differ on {}?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("home")
    options = settings.load(made, embedded=False)
    shelf = wiring.library(options)
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("harbour-guide", GUIDE)):
        source = made / f"{name}.md"
        source.write_text(text, encoding="utf-8")
        shelf.add(source)
    wiring.update_index(options)
    return made


@pytest.fixture(scope="module")
def assistant(home: Path) -> Iterator[Assistant]:
    opened = wiring.open_assistant(settings.load(home, embedded=False))
    yield opened
    opened.close()


def rows(compared: Compared | None) -> dict[str, list[str | None]]:
    """Return the provisions quoted, by document, in the order of the rows."""
    assert compared is not None
    return {row.document.id: [q.provision for q in row.quotes] for row in compared.rows}


# -- with the models


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("withdrawal", {"harbours": [], "pilots": ["4"]}),
        ("reservations", {"harbours": ["6"], "pilots": []}),
        ("the costs of a beacon", {"harbours": ["3"], "pilots": []}),
        ("carbon emissions", {"harbours": [], "pilots": []}),
    ],
)
def test_a_comparison_has_a_row_for_each_treaty_found_or_not(
    assistant: Assistant, topic: str, expected: dict[str, list[str]]
) -> None:
    compared = rows_for(QUESTION.format(topic), assistant)
    assert rows(compared) == expected
    assert compared is not None
    assert (compared.topic, compared.every, compared.unasked) == (topic, False, 0)
    assert compared.searched.documents == 2


def test_every_quote_of_a_row_is_of_its_document_and_verified(assistant: Assistant) -> None:
    compared = compare(assistant, "the duties of keepers", ["harbours", "harbour-guide", "pilots"])
    assert any(row.quotes for row in compared.rows)
    for row in compared.rows:
        assert len(row.quotes) <= MOST_QUOTES
        assert not (row.quotes and row.nearest)
        for one in (*row.quotes, *row.nearest):
            assert one.document_id == row.document.id
            verify(one, assistant.document(one.document_id))


def test_which_treaties_speak_of_something_puts_those_that_do_first(assistant: Assistant) -> None:
    compared = rows_for("Which treaties mention pilots?", assistant)
    assert compared is not None
    assert compared.every
    assert [row.document.id for row in compared.rows] == ["pilots", "harbours"]
    assert [bool(row.quotes) for row in compared.rows] == [True, False]


def test_a_guide_is_no_treaty_but_may_be_asked_for_by_id(assistant: Assistant) -> None:
    assert "harbour-guide" not in rows(of_library("blue ink", assistant))
    (row,) = compare(assistant, "blue ink", ["harbour-guide"]).rows
    assert "blue ink" in row.quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "Who bears the costs of a beacon?",
        "What does article 2 of the Agreement on Sea Pilots say?",
        "How do I bake bread?",
    ],
)
def test_any_other_question_has_no_rows(assistant: Assistant, question: str) -> None:
    assert rows_for(question, assistant) is None


def test_a_follow_up_goes_on_with_the_table(assistant: Assistant) -> None:
    before = QUESTION.format("withdrawal")
    assert rows(rows_for("And on fees?", assistant, history=[before])) == {"harbours": [], "pilots": ["3"]}
    assert rows_for("And on fees?", assistant, history=["How old must a pilot be?"]) is None


def test_only_the_documents_asked_for_have_rows(assistant: Assistant) -> None:
    question = "Which treaties mention pilots?"
    assert set(rows(rows_for(question, assistant, document_ids=["harbours", "pilots"]))) == {
        "harbours",
        "pilots",
    }
    assert rows_for(question, assistant, document_ids=["pilots"]) is None
    assert rows_for(QUESTION.format("fees"), assistant, document_ids=["pilots"]) is None
    with pytest.raises(UnknownDocument, match="'fog'"):
        rows_for(question, assistant, document_ids=["fog"])


def test_a_topic_without_words_and_an_unknown_document_are_errors(assistant: Assistant) -> None:
    with pytest.raises(EmptyQuestion, match="expected a topic in words"):
        compare(assistant, " ?! ", ["harbours"])
    with pytest.raises(UnknownDocument, match="'fog'"):
        compare(assistant, "fees", ["harbours", "fog"])


# -- how much is asked


def ports(count: int, *, with_toll: int) -> list[Document]:
    """Return treaties of which the first ``with_toll`` speak of a toll."""
    said = ["A ship pays a toll at the quay."] * with_toll + ["A ship salutes the quay."] * (
        count - with_toll
    )
    return [written(f"port-{n}", f"Treaty of Port {n}", ("Of ships", words)) for n, words in enumerate(said)]


def test_few_documents_are_all_asked_with_the_topic_and_no_name() -> None:
    answers = WordAnswers(ports(3, with_toll=2))
    compared = compare(answers, "toll", ["port-2", "port-0"], question="as asked")
    assert answers.asked == [
        ("What does it say about toll?", "port-2"),
        ("What does it say about toll?", "port-0"),
    ]
    assert rows(compared) == {"port-2": [], "port-0": ["1"]}
    assert (compared.question, compared.rows[1].found, compared.rows[1].confidence) == (
        "as asked",
        Found.ANSWER,
        0.7,
    )


def test_of_many_documents_only_some_are_asked_and_it_is_said() -> None:
    answers = WordAnswers(ports(20, with_toll=15))
    told: list[tuple[int, int]] = []
    compared = of_library("toll", answers, on_row=lambda done, total: told.append((done, total)))
    assert len(answers.asked) == MOST_ASKED
    assert {one for _, one in answers.asked} <= {f"port-{n}" for n in range(15)}
    assert [row.found for row in compared.rows] == [Found.ANSWER] * 12 + [Found.WORDS] * 3 + [
        Found.NOTHING
    ] * 5
    assert [row.asked for row in compared.rows] == [True] * 12 + [False] * 8
    assert "12 of 20 documents were asked; the others only searched for the words." in notes(compared)
    assert told[-1] == (MOST_ASKED, MOST_ASKED)


def test_a_document_that_does_not_answer_is_found_by_its_words_and_marked_so() -> None:
    answers = WordAnswers(ports(2, with_toll=1), enough=2.0)
    compared = of_library("a toll", answers)
    assert rows(compared) == {"port-0": ["1"], "port-1": []}
    assert [row.found for row in compared.rows] == [Found.WORDS, Found.NOTHING]


def test_a_question_that_is_declined_is_not_answered_by_words() -> None:
    (row,) = compare(WordAnswers(ports(1, with_toll=1), enough=2.0), "how high is the toll", ["port-0"]).rows
    assert (row.quotes, row.found) == ((), Found.NOTHING)
    assert [one.provision for one in row.nearest] == ["1"]


def test_an_answer_without_a_word_of_the_topic_is_only_near() -> None:
    answers = WordAnswers(ports(1, with_toll=0), enough=0.0)
    (row,) = compare(answers, "toll", ["port-0"]).rows
    assert row.quotes == ()
    assert row.nearest
    sure = WordAnswers(ports(1, with_toll=0), enough=0.0, confidence=0.95)
    assert compare(sure, "toll", ["port-0"]).rows[0].found is Found.ANSWER


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("Each Party keeps its offences in a book.", "offense"),
        ("The sea-bed is free.", "seabed"),
        ("Labour is honoured in every harbour.", "labor"),
        ("No one shall be subject to deprivation of liberty.", "jail"),
    ],
)
def test_words_meet_in_other_spellings_and_legal_terms(said: str, topic: str) -> None:
    answers = WordAnswers([written("one", "Treaty of One Port", ("Of ports", said))], enough=2.0)
    (row,) = compare(answers, topic, ["one"]).rows
    assert [one.text for one in row.quotes] == [said]


def test_an_article_headed_with_the_topic_stands_before_one_that_names_it_in_passing() -> None:
    ships, asylum = ("Ships", "A ship may seek asylum in port."), ("Asylum", "Whoever seeks asylum is fed.")
    answers = WordAnswers([written("one", "Treaty of One Port", ships, asylum)], enough=2.0)
    (row,) = compare(answers, "asylum", ["one"]).rows
    assert [one.provision for one in row.quotes] == ["2", "1"]


def test_a_library_without_treaties_says_what_to_do() -> None:
    with pytest.raises(UnknownDocument, match="Run: treaty corpus add FILE"):
        of_library("toll", WordAnswers([]))


def test_one_treaty_named_and_one_unknown_is_a_row_and_a_note() -> None:
    answers = WordAnswers([read_document(HARBOURS.encode(), "harbours.md")])
    compared = rows_for(
        "What do the Convention on the Care of Harbours and CITES say about beacons?", answers
    )
    assert compared is not None
    assert list(rows(compared)) == ["harbours"]
    assert len(compared.absent) == 1
    assert f"Not indexed: {compared.absent[0]}." in notes(compared)


# -- forms


@pytest.fixture
def table() -> Compared:
    treaties = ports(3, with_toll=1)
    marks = "A *toll* of two_three | `four` & <b>five\nor [six](x) is due."
    tricky = written("tricky", "=Treaty|of _Tolls_", ("Of tolls", marks))
    return compare(
        WordAnswers([*treaties, tricky]), "toll", ["port-0", "port-1", "tricky"], absent=["Pact of Fog"]
    )


def test_json_has_the_rows_and_what_was_searched(table: Compared) -> None:
    texts = {row.document.id: row.document.text for row in table.rows}
    made = json.loads(json.dumps(compared_json(table, texts, Style.PLAIN)))
    assert made.keys() >= {"question", "topic", "rows", "searched"}
    assert made["absent"] == ["Pact of Fog"]
    assert made["searched"] == {
        "documents": 3,
        "passages": table.searched.passages,
        "generation": "shelf",
        "asked": 3,
    }
    first, second, _ = made["rows"]
    assert first.keys() >= {"document", "quotes", "found", "confidence", "nearest"}
    assert first["document"] == {"id": "port-0", "title": "Treaty of Port 0", "kind": "treaty"}
    assert (first["found"], first["found_by"], first["nearest"]) == (True, "answer", [])
    assert first["quotes"][0]["citation"] == "Treaty of Port 0, Article 1"
    assert (second["found"], second["found_by"], second["quotes"]) == (False, None, [])
    assert len(second["nearest"]) == 1
    start, end = (first["quotes"][0]["segments"][0][key] for key in ("start", "end"))
    assert texts["port-0"][start:end] == first["quotes"][0]["text"]


def printed(table: Compared, *, links: bool = False) -> str:
    written = io.StringIO()
    print_compared(table, Console(file=written, width=150, markup=False, highlight=False), links=links)
    return written.getvalue()


def test_a_terminal_shows_words_citations_and_what_was_not_found(table: Compared) -> None:
    text = printed(table)
    assert "“A ship pays a toll at the quay.”" in text
    assert "Treaty of Port 0, art 1" in text
    assert text.count(NOT_FOUND) == 1
    assert "Not indexed: Pact of Fog." in text
    assert "#/documents/port-0/art-1" in printed(table, links=True)
    assert "Ports keep the peace" not in text, "what came nearest is no answer"


def test_of_which_treaties_those_without_are_one_line() -> None:
    compared = of_library("toll", WordAnswers(ports(4, with_toll=1)))
    text = printed(compared)
    assert (
        "No matching provision found in 3 of 4: Treaty of Port 1; Treaty of Port 2; Treaty of Port 3." in text
    )
    assert text.count("│ Treaty of Port") == 1


def test_a_row_found_by_its_words_says_so_in_every_form() -> None:
    compared = of_library("toll", WordAnswers(ports(1, with_toll=1), enough=2.0))
    assert BY_WORDS in printed(compared)
    assert BY_WORDS in compared_markdown(compared)
    assert next(csv.DictReader(io.StringIO(compared_csv(compared))))["found_by"] == "words"


def test_markdown_is_a_table_whose_words_carry_no_marks(table: Compared) -> None:
    lines = compared_markdown(table).splitlines()
    assert lines[:2] == ["| Document | toll |", "| --- | --- |"]
    assert lines[2] == "| Treaty of Port 0 | “A ship pays a toll at the quay.”<br>— Treaty of Port 0, art 1 |"
    assert lines[3] == f"| Treaty of Port 1 | *{NOT_FOUND}* |"
    assert lines[4].startswith(
        r"| =Treaty\|of \_Tolls\_ | “A \*toll\* of two\_three \| \`four\` \& \<b\>five<br>or \[six\](x) is due.”<br>"
    )


def test_csv_has_a_line_a_quote_and_no_formula(table: Compared) -> None:
    lines = list(csv.reader(io.StringIO(compared_csv(table), newline="")))
    assert tuple(lines[0]) == CSV_COLUMNS
    found = [dict(zip(CSV_COLUMNS, line, strict=True)) for line in lines[1:]]
    assert [(one["document_id"], one["found"], one["provision"]) for one in found] == [
        ("port-0", "yes", "1"),
        ("port-1", NOT_FOUND, ""),
        ("tricky", "yes", "1"),
    ]
    assert found[2]["title"] == "'=Treaty|of _Tolls_"
    assert found[2]["quote"] == table.rows[2].quotes[0].text


@given(st.text(alphabet=st.sampled_from("=+-@＝\t\r\n,\"'a b"), min_size=1).filter(str.strip))
def test_no_cell_of_a_csv_begins_like_a_formula(title: str) -> None:
    compared = of_library("toll", WordAnswers(ports(1, with_toll=1)))
    row = replace(compared.rows[0], document=replace(compared.rows[0].document, title=title))
    lines = list(csv.reader(io.StringIO(compared_csv(replace(compared, rows=(row,))), newline="")))
    assert len(lines) == 2
    assert unguarded(lines[1][1]) == title
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in lines[1])


# -- the command


def treaty(*words: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    program = (sys.executable, "-c", "from assistant.cli import main; main()")
    line = (*program, "compare", *words, "--home", str(home), "--no-embedded")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")}
    return subprocess.run(
        line, env={**kept, "PYTHONPATH": str(PROJECT)}, capture_output=True, check=False, timeout=240
    )


def test_the_command_prints_the_rows_of_the_documents_asked_for(home: Path) -> None:
    ran = treaty("withdrawal", "--document", "pilots", "--document", "harbours", "--json", home=home)
    assert ran.returncode == 0, ran.stderr
    made = json.loads(ran.stdout)
    assert [(row["document"]["id"], row["found"]) for row in made["rows"]] == [
        ("pilots", True),
        ("harbours", False),
    ]
    assert made["rows"][0]["quotes"][0]["provision"] == "4"


def test_the_command_takes_a_question_that_compares_and_prints_csv(home: Path) -> None:
    ran = treaty(QUESTION.format("withdrawal"), "--format", "csv", home=home)
    lines = list(csv.DictReader(io.StringIO(ran.stdout.decode(), newline="")))
    assert [(one["document_id"], one["provision"]) for one in lines] == [("harbours", ""), ("pilots", "4")]


def test_the_command_asks_all_treaties_if_none_is_named(home: Path) -> None:
    text = treaty("pilots", home=home).stdout.decode()
    assert "Agreement on Sea Pilots, art 1" in text
    assert "No matching provision found in 1 of 2: Convention on the Care of Harbours." in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("withdrawal", "--document", "fog"), "found 'fog'. Run: treaty corpus list"),
        (("?!",), "expected a topic in words, found none"),
    ],
)
def test_the_command_s_errors_are_one_line(home: Path, words: tuple[str, ...], said: str) -> None:
    ran = treaty(*words, home=home)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.decode().startswith("error: ")
    assert ran.stderr.count(b"\n") == 1
    assert said in ran.stderr.decode()
