"""Questions put to a real index of two small treaties and a guide, with the models that come with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import settings, wiring
from assistant.answer import MOST_QUOTES, NEAREST, Assistant
from assistant.errors import EmptyQuestion, UnknownDocument
from assistant.explain import explanation_json, explanation_text
from assistant.models import Answer, Declined, Quoted, Reason
from assistant.quotes import verify
from index.models import Searched
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home: Path = tmp_path_factory.mktemp("home")
    made = settings.load(home, embedded=False)
    shelf = wiring.library(made)
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("harbour-guide", GUIDE)):
        source = home / f"{name}.md"
        source.write_text(text, encoding="utf-8")
        shelf.add(source)
    wiring.update_index(made)
    opened = wiring.open_assistant(made)
    yield opened
    opened.close()


def quoted(answer: Answer) -> Quoted:
    assert isinstance(answer, Quoted), answer
    return answer


def declined(answer: Answer) -> Declined:
    assert isinstance(answer, Declined), answer
    return answer


# -- answering


@pytest.mark.parametrize(
    ("question", "document", "provision", "words"),
    [
        ("Who bears the costs of a beacon?", "harbours", "3", "borne by the Party on whose coast it stands"),
        ("When does the convention enter into force?", "harbours", "5", "thirtieth day"),
        ("What is the minimum age of a pilot?", "pilots", "2", "twenty-one years"),
        ("Is every beacon kept burning at night?", "harbours", "2(1)", "from sunset to sunrise"),
        ("Within what time is a failure of a beacon reported?", "harbours", "2(2)(b)", "within one hour"),
        ("Which ink do keepers use for failures?", "harbour-guide", None, "blue ink"),
    ],
)
def test_a_question_is_answered_in_the_words_of_the_right_provision(
    assistant: Assistant, question: str, document: str, provision: str | None, words: str
) -> None:
    best = quoted(assistant.ask(question)).quotes[0]
    assert words in best.text
    assert (best.document_id, best.provision) == (document, provision)


def test_a_definition_is_quoted_alone_however_short_the_list(assistant: Assistant) -> None:
    best = quoted(assistant.ask("What does “beacon” mean?")).quotes[0]
    assert best.provision == "1(a)"
    assert best.text.endswith("(a) “beacon” means a fixed light that marks the entrance of a harbour;")


def test_a_question_with_must_is_answered_by_words_without_it(assistant: Assistant) -> None:
    best = quoted(assistant.ask("How old must a pilot be?")).quotes[0]
    assert (best.document_id, best.provision) == ("pilots", "2")


def test_a_point_is_quoted_with_its_chapeau(assistant: Assistant) -> None:
    answer = quoted(assistant.ask("Whom must the keeper tell when a beacon fails, and how soon?"))
    best = answer.quotes[0]
    assert best.provision in ("2(2)", "2(2)(b)")
    assert best.text.startswith("When a beacon fails, the keeper shall:")
    assert "report the failure to the harbour master within one hour" in best.text


@pytest.mark.parametrize(
    "question",
    [
        "Who bears the costs of a beacon?",
        "What must a keeper do when a beacon fails?",
        "How do I bake bread?",
    ],
)
def test_every_quote_is_the_document_s_words_and_says_where_they_stand(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    shown = answer.quotes if isinstance(answer, Quoted) else answer.nearest
    assert 0 < len(shown) <= max(MOST_QUOTES, NEAREST)
    for one in shown:
        verify(one, assistant.document(one.document_id))
        assert one.citation.text.startswith(one.document_title)
    assert len({one.text for one in shown}) == len(shown)


def test_an_answer_says_what_was_searched_and_how_long_each_stage_took(assistant: Assistant) -> None:
    answer = quoted(assistant.ask("Who bears the costs of a beacon?"))
    assert answer.searched.documents == 3
    assert answer.searched.passages == assistant.searched().passages > 10
    assert 0.5 <= answer.confidence <= 1.0
    assert {"select", "total"} <= {stage.name for stage in answer.stages}
    assert all(stage.ms >= 0 for stage in answer.stages)


def test_the_same_question_has_the_same_answer(assistant: Assistant) -> None:
    question = "What happens when a beacon fails?"
    assert assistant.ask(question) == assistant.ask(question)


def test_stages_are_told_as_they_begin(assistant: Assistant) -> None:
    told: list[str] = []
    assistant.ask("Who bears the costs of a beacon?", on_stage=told.append)
    assert told == ["searching", "reading", "quoting"]


# -- declining


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake sourdough bread?",
        "What is the capital of Mongolia?",
        "Who won the football championship last year?",
        "Write a poem about my cat.",
    ],
)
def test_what_the_documents_do_not_speak_of_is_declined(assistant: Assistant, question: str) -> None:
    answer = declined(assistant.ask(question))
    assert answer.reason in (Reason.NOTHING_CLOSE, Reason.NOT_AN_ANSWER)
    assert answer.message.startswith("Not answered:")
    assert "3 documents" in answer.message
    assert answer.confidence < 0.5


def test_a_decline_shows_what_came_nearest_but_not_as_quotes(assistant: Assistant) -> None:
    answer = declined(assistant.ask("What does a pilot earn?"))
    assert 1 <= len(answer.nearest) <= NEAREST


# -- addresses


@pytest.mark.parametrize(
    ("question", "document", "provision", "words"),
    [
        (
            "What does article 3 of the Convention on the Care of Harbours say?",
            "harbours",
            "3",
            "The costs of a beacon",
        ),
        ("Article 4(2) of the Lanternport Convention", "harbours", "4(2)", "within six months"),
        (
            "Article 2(2)(b) of the Lanternport Convention",
            "harbours",
            "2(2)(b)",
            "When a beacon fails, the keeper shall:",
        ),
        ("What does article 2 of the Agreement on Sea Pilots provide?", "pilots", "2", "twenty-one years"),
    ],
)
def test_an_address_is_looked_up(
    assistant: Assistant, question: str, document: str, provision: str, words: str
) -> None:
    answer = quoted(assistant.ask(question))
    assert [(one.document_id, one.provision) for one in answer.quotes] == [(document, provision)]
    assert words in answer.quotes[0].text
    assert answer.confidence == 1.0


def test_a_false_address_is_declined_with_what_there_is(assistant: Assistant) -> None:
    answer = declined(assistant.ask("What does article 40 of the Convention on the Care of Harbours say?"))
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert "has no article 40" in answer.message
    assert "it has 6 articles" in answer.message


def test_a_false_paragraph_is_declined_and_the_article_shown(assistant: Assistant) -> None:
    answer = declined(assistant.ask("What does article 4(9) of the Lanternport Convention say?"))
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert answer.nearest[0].provision == "4"


def test_a_filter_to_one_treaty_says_which_treaty_an_address_means(assistant: Assistant) -> None:
    answer = quoted(assistant.ask("What does article 2 say?", document_ids=["pilots"]))
    assert [one.document_id for one in answer.quotes] == ["pilots"]


# -- where to look


def test_only_the_documents_asked_for_are_searched(assistant: Assistant) -> None:
    question = "Who bears the costs of a beacon?"
    answer = assistant.ask(question, document_ids=["pilots"])
    shown = answer.quotes if isinstance(answer, Quoted) else answer.nearest
    assert {one.document_id for one in shown} <= {"pilots"}
    assert answer.searched.documents == 1
    assert (
        quoted(assistant.ask(question, document_ids=["harbours", "pilots"])).quotes[0].document_id
        == "harbours"
    )


def test_a_treaty_named_in_the_question_keeps_the_others_out(assistant: Assistant) -> None:
    answer = assistant.ask("May a Party withdraw from the Convention on the Care of Harbours?")
    shown = answer.quotes if isinstance(answer, Quoted) else answer.nearest
    assert "pilots" not in {one.document_id for one in shown}


def test_a_filter_with_an_unknown_document_is_an_error_that_names_it(assistant: Assistant) -> None:
    with pytest.raises(UnknownDocument, match="'fog'"):
        assistant.ask("Who bears the costs?", document_ids=["fog"])
    with pytest.raises(UnknownDocument, match="'fog'"):
        assistant.search("Who bears the costs?", document_ids=["harbours", "fog"])


# -- conversations


def test_a_follow_up_is_searched_with_the_question_before(assistant: Assistant) -> None:
    first = "How old must a pilot be?"
    answer = assistant.ask("And who pays them?", history=[first])
    assert answer.question == "And who pays them?"
    assert answer.asked == f"{first} And who pays them?"


def test_a_question_that_stands_alone_is_searched_alone(assistant: Assistant) -> None:
    question = "Who bears the costs of a beacon?"
    answer = quoted(assistant.ask(question, history=["How old must a pilot be?"]))
    assert answer.asked == question
    assert answer.quotes[0].provision == "3"


# -- no question


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!", "… — …"])
def test_an_empty_question_is_an_error(assistant: Assistant, question: str) -> None:
    with pytest.raises(EmptyQuestion, match="Type a question"):
        assistant.ask(question)
    with pytest.raises(EmptyQuestion):
        assistant.search(question)


@pytest.mark.parametrize(
    "question",
    [
        "a" * 100_000,
        "Who pays? " * 2_000,
        '"; DROP TABLE passages; --',
        "NEAR(beacon, keeper) AND NOT *",
        "¿Quién paga el faro? 灯台の費用は誰が負担しますか",
        "\u202eWho pays\u202c\x00?",
    ],
    ids=["one long word", "a long text", "SQL", "FTS operators", "other scripts", "controls"],
)
def test_any_text_is_answered_or_declined(assistant: Assistant, question: str) -> None:
    assert isinstance(assistant.ask(question), Quoted | Declined)


# -- what cannot be


def test_a_quoted_answer_without_quotes_cannot_be_constructed() -> None:
    with pytest.raises(ValueError, match="at least one quote"):
        Quoted("Who pays?", (), Searched(1, 1, "g"), 1.0)


# -- searching without quoting


def test_a_search_gives_passages_best_first(assistant: Assistant) -> None:
    hits = assistant.search("Who bears the costs of a beacon?", top_k=3)
    assert len(hits) == 3
    assert hits[0].passage.label == "3"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_search_for_a_defined_term_finds_its_definition_first(assistant: Assistant) -> None:
    first = assistant.search("What does “beacon” mean?")[0].passage
    answer = quoted(assistant.ask("What does “beacon” mean?"))
    assert first.document_id == "harbours"
    assert first.span.overlaps(answer.quotes[0].segments[-1])


def test_a_follow_up_reads_on_from_what_was_quoted(assistant: Assistant) -> None:
    before = quoted(assistant.ask("Who bears the costs of a beacon?")).quotes[0]
    found = assistant.search("And how often?", history=["Who bears the costs of a beacon?"])
    assert before.document_id in {hit.passage.document_id for hit in found[:3]}


# -- understanding


def test_a_misspelt_question_is_mended_and_the_answer_says_so(assistant: Assistant) -> None:
    answer = quoted(assistant.ask("when must the keeper report a failrue to the harbuor master"))
    assert answer.question == "when must the keeper report a failrue to the harbuor master"
    assert answer.asked == "when must the keeper report a failure to the harbour master"
    assert answer.quotes[0].document_id == "harbours"


def test_a_number_that_the_text_gives_otherwise_is_declined_with_the_passage(assistant: Assistant) -> None:
    answer = declined(assistant.ask("Why must a pilot be at least eighteen years of age?"))
    assert answer.nearest[0].provision == "2"
    assert "twenty-one" in answer.nearest[0].text


def test_an_explanation_shows_what_the_answer_rests_on(assistant: Assistant) -> None:
    question = "Who bears the costs of a becaon under the Convention on the Care of Harbours?"
    why = assistant.explain(question)
    assert why.mended == {"becaon": "beacon"}
    assert why.named == ("harbours",)
    assert "who" in why.forms
    assert why.hits[0].passage.label == why.candidates[0].candidate.node.label == "3"
    assert why.confidence == assistant.ask(question).confidence >= why.threshold
    text = explanation_text(why)
    assert "becaon → beacon" in text
    made = explanation_json(why)
    assert made["hits"][0]["provision"] == "3"
    assert set(made["evidence"]) >= {"coverage", "margin", "asks_who"}
