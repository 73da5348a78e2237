"""The parts of asking that need no browser: stopping, opinions, examples, and words for a confidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assistant.errors import FeedbackNotKept
from assistant.evidence import calibration
from assistant.web.ask.asker import Asker
from assistant.web.ask.examples import EXAMPLES, MOST, Examples, examples
from assistant.web.ask.feedback import LARGEST, LONGEST_NOTE, FeedbackFile, Opinion
from assistant.web.ask.html_bar import LONGEST_TITLE, Listed, bar
from assistant.web.ask.html_conversation import CONFIDENCE, confidence_in_words
from assistant.web.ask.turns import MOST_TURNS, Turn, turn_at
from assistant.web.runs import Runs
from assistant.web.session import Ready, Session
from corpus.models import Document, Kind, Provenance, Provision
from corpus.structure import parse
from tests.web.small_assistant import SmallAssistant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEEPERS = "How long is the training of lighthouse keepers?"
OPINION = Opinion("Which \ud800 lamp?", "", "quoted", ("#/documents/lamps/art-1",), "small", 0.9, liked=True)


def ready(seconds: float = 0.0) -> tuple[Session, Asker]:
    session = Session(lambda: SmallAssistant(ask_seconds=seconds))
    session.start()
    session.wait(20)
    return session, Asker(session)


def test_a_question_that_is_stopped_says_so_and_is_history_for_the_next() -> None:
    session, asker = ready(0.3)
    run = Runs().begin("me")
    states = []
    for now in asker.ask(KEEPERS, (), (), run):
        states.append(now)
        run.stopped = True
    assert states[-1] == (Turn(KEEPERS, stopped=True),)
    assert all(one[-1].answer is None for one in states)
    *_, last = asker.ask("Who settles a dispute about a lighthouse?", states[-1], ())
    assert last[-1].answer is not None
    asker.close()
    session.close()


def test_a_question_that_is_left_draws_nothing_more() -> None:
    session, asker = ready(0.3)
    runs = Runs()
    run, drawn = runs.begin("me"), 0
    for _ in asker.ask(KEEPERS, (), (), run):
        drawn += 1
        runs.begin("me")
    assert (run.left, drawn) == (True, 1)
    asker.close()
    session.close()


def test_a_conversation_lets_go_of_its_first_turns() -> None:
    session, asker = ready()
    before = tuple(Turn(f"Question {n}", stopped=True) for n in range(MOST_TURNS))
    *_, last = asker.ask(KEEPERS, before, ())
    assert [len(last), last[0].question] == [MOST_TURNS, "Question 1"]
    asker.close()
    session.close()


def test_only_the_visitor_s_own_run_is_stopped() -> None:
    runs = Runs()
    mine, other = runs.begin("me"), runs.begin("you")
    runs.stop("me")
    runs.stop("nobody")
    assert (mine.ended, other.ended) == (True, False)
    runs.end("me", mine)
    runs.stop("me")
    assert not runs.begin("me").ended


@pytest.mark.parametrize("number", [-1, 2, True, "0", None, 0.0, []])
def test_a_number_that_is_no_turn_s_finds_none(number: object) -> None:
    turns = (Turn("One?"), Turn("Two?"))
    assert turn_at(turns, 1) == turns[1]
    assert turn_at(turns, number) is None


def test_opinions_are_lines_of_a_file_in_the_home(tmp_path: Path) -> None:
    feedback = FeedbackFile(tmp_path)
    feedback.keep(OPINION)
    feedback.keep(Opinion("Why?", "Why lamps?", "declined", (), "small", 0.1, liked=False, note="x" * 9999))
    first, second = map(json.loads, (tmp_path / "feedback" / "feedback.jsonl").read_text().splitlines())
    assert (first["question"], first["liked"], first["links"]) == (
        "Which \ud800 lamp?",
        True,
        ["#/documents/lamps/art-1"],
    )
    assert first["at"].endswith("+00:00")
    assert (second["liked"], len(second["note"])) == (False, LONGEST_NOTE)


def test_a_full_file_takes_no_more(tmp_path: Path) -> None:
    feedback = FeedbackFile(tmp_path)
    feedback.path.parent.mkdir()
    feedback.path.write_bytes(b"x" * LARGEST)
    with pytest.raises(FeedbackNotKept, match=r"expected room .* Move the file away"):
        feedback.keep(OPINION)
    assert feedback.path.stat().st_size == LARGEST


def test_a_home_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "feedback").write_text("a file where the folder should be")
    with pytest.raises(FeedbackNotKept, match="Check the folder's permissions"):
        FeedbackFile(tmp_path).keep(OPINION)


def test_a_confidence_is_low_below_the_threshold_and_high_half_way_to_certainty() -> None:
    threshold = calibration().threshold
    middle = (threshold + 1) / 2
    cases = {
        0.0: "low",
        threshold - 0.01: "low",
        threshold: "fair",
        middle - 0.01: "fair",
        middle: "high",
        1.0: "high",
    }
    assert {value: confidence_in_words(value) for value in cases} == cases
    assert set(CONFIDENCE) == set(cases.values())


def test_the_list_names_conversations_by_their_first_question_and_marks_the_one_shown() -> None:
    drawn = bar([Listed("a" * 16, "Why <b>?"), Listed("b" * 16, "x" * 500)], "b" * 16, answered=True)
    assert "Why &lt;b&gt;?" in drawn
    assert f"{'x' * LONGEST_TITLE}…" in drawn
    assert "x" * (LONGEST_TITLE + 1) not in drawn
    assert f'data-talk="{"b" * 16}" aria-current="true"' in drawn
    assert "Export" not in bar((), "", answered=False)


def treaty(name: str, *headings: str, names: tuple[str, ...] = ()) -> Document:
    articles = "\n\n".join(f"Article {n}\n{h}\nThe Parties do so." for n, h in enumerate(headings, 1))
    return Document(
        name.casefold(), name, Kind.TREATY, articles, Provenance(name, "0" * 64, "text/1"), names=names
    )


def trees(*documents: Document) -> Callable[[str], Provision]:
    return {document.id: parse(document) for document in documents}.__getitem__


def test_examples_are_made_of_the_headings_of_a_treaty_s_own_articles() -> None:
    lamps = treaty("Lamp Pact", "Use of terms", "Trimming of wicks", "Storage of oil", "Entry into force")
    assert examples([lamps], trees(lamps)) == ("What does the Lamp Pact say about trimming of wicks?",)


def test_two_treaties_are_compared_on_what_both_have_an_article_about() -> None:
    lamps = treaty("Lamp Pact", "Trimming of wicks", "Storage of oil", "Entry into force")
    stoves = treaty("The Stove Pact", "Cleaning of flues", "Storage of oil", "Entry into force")
    assert examples([lamps, stoves], trees(lamps, stoves)) == (
        "What does the Lamp Pact say about trimming of wicks?",
        "What does the Stove Pact say about cleaning of flues?",
        "How do the Lamp Pact and the Stove Pact differ on storage of oil?",
    )


@pytest.mark.parametrize(
    ("title", "names", "called"),
    [
        ("Lamp Pact", ("LP",), "Lamp Pact"),
        ("A Pact on Lamps", (), "Pact on Lamps"),
        ("Pact " * 20, ("LP", "LS 185", "Lamp Pact"), "Lamp Pact"),
    ],
)
def test_a_treaty_is_called_by_its_title_or_a_shorter_name(
    title: str, names: tuple[str, ...], called: str
) -> None:
    lamps = treaty(title.strip(), "Trimming of wicks", "Storage of oil", "Sale of lamps", names=names)
    assert examples([lamps], trees(lamps)) == (f"What does the {called} say about storage of oil?",)


def test_a_treaty_without_headings_is_asked_by_number_and_one_without_articles_not_at_all() -> None:
    bare = Document(
        "bare",
        "Bare Pact",
        Kind.TREATY,
        "\n\n".join(f"Article {n}\nThe Parties do so." for n in range(1, 5)),
        Provenance("bare", "0" * 64, "text/1"),
    )
    assert examples([bare], trees(bare)) == ("What does article 2 of the Bare Pact say?",)
    prose = Document("prose", "Prose", Kind.TREATY, "Only words.", Provenance("prose", "0" * 64, "text/1"))
    assert examples([prose], trees(prose)) == ()


def test_examples_are_the_same_every_time_and_made_once_an_opening() -> None:
    small, offered = SmallAssistant(), Examples()
    assert offered.offered(Ready(small)) == offered.offered(Ready(small))
    assert len(offered.offered(Ready(small))) <= MOST


def test_only_questions_that_the_library_is_about_are_offered() -> None:
    assert examples(()) == ()
    reading = examples([treaty("How to read a treaty")])
    assert reading == tuple(e.question for e in EXAMPLES if e.about == ("how to read a treaty",))
