"""A case is right by place and words; a quote is exact or it is not."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.models import ELLIPSIS
from assistant.render import answer_json
from corpus.structure import parse
from eval.cases import Case, CaseKind, Gold, Split
from eval.judge import Place, covers, is_exact, judge, lies_in, rank_of_right
from eval.spans import gold_place
from tests.eval.lantern_assistant import Forger, LanternAssistant, library

OIL = Gold("lantern-guide", "Who pays for lamp oil?", None, ("harbour",))
TREATY, GUIDE = library()


def case(kind: CaseKind, *gold: Gold) -> Case:
    return Case("c", "?", kind, Split.DEV, gold, file="lanterns")


def quote(text: str, document: str = "lantern-guide", *path: str) -> dict[str, Any]:
    about = {"document": {"id": document, "sha256": ""}, "path": list(path), "provision": None}
    return {"text": text, "segments": [], **about}


def answer(*quotes: dict[str, Any], nearest: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    status = "quoted" if quotes else "declined"
    return {"status": status, "quotes": list(quotes), "nearest": list(nearest), "confidence": 0.7}


@pytest.mark.parametrize(
    ("place", "gold", "expected"),
    [
        (Place("lantern-guide", ("Who pays for lamp oil?", "¶1"), None), OIL, True),
        (Place("lantern-guide", ("What keepers learn", "¶1"), None), OIL, False),
        (Place("lanterns", ("Who pays for lamp oil?",), None), OIL, False),
        (Place("lanterns", ("Article 1", "1", "b"), "1(1)(b)"), Gold("lanterns", None, "1(1)"), True),
        (Place("lanterns", ("Article 1",), "1"), Gold("lanterns", None, "1(1)"), True),
        (Place("lanterns", ("Article 1", "2"), "1(2)"), Gold("lanterns", None, "1(1)"), False),
        (Place("lanterns", ("title",), None), Gold("lanterns", None, "1"), False),
        (Place("lanterns", ("title",), None), Gold("lanterns"), True),
    ],
)
def test_a_place_is_right_by_document_section_and_provision(place: Place, gold: Gold, expected: bool) -> None:
    assert lies_in(place, gold) is expected


def test_the_rank_is_that_of_the_first_hit_right_for_any_gold() -> None:
    hits = [Place("lanterns", ("Article 1",), "1"), Place("lanterns", ("Article 2",), "2")]
    assert rank_of_right(hits, [OIL, Gold("lanterns", None, "2")]) == 2
    assert rank_of_right(hits, [OIL]) is None
    assert rank_of_right([], [OIL]) is None


def test_words_may_stand_in_several_quotes_but_are_those_of_one_gold_entry() -> None:
    both = Gold("lanterns", None, None, ("oil", "harbour"))
    assert covers([quote("Oil is dear"), quote("in the harbour")], [both])
    assert not covers([quote("Oil is dear")], [both, Gold("lanterns", None, None, ("dear", "fee"))])
    assert not covers([], [Gold("lantern-guide")])


def test_gold_without_words_asks_for_a_quote_from_its_place() -> None:
    gold = Gold("lantern-guide", "What keepers learn")
    assert covers([quote("anything", "lantern-guide", "What keepers learn", "¶1")], [gold])
    assert not covers([quote("anything", "lantern-guide", "Who pays for lamp oil?", "¶1")], [gold])


RIGHT = quote("the harbour that burns it", "lantern-guide", "Who pays for lamp oil?", "¶1")
WRONG = quote("forty days", "lantern-guide", "What keepers learn", "¶1")


@pytest.mark.parametrize(
    ("asked", "said", "right", "covered", "correct"),
    [
        (case(CaseKind.DIRECT, OIL), answer(RIGHT), True, True, True),
        (case(CaseKind.DIRECT, OIL), answer(WRONG), False, False, False),
        (case(CaseKind.DIRECT, OIL), answer(nearest=(RIGHT,)), False, False, True),
        (case(CaseKind.UNANSWERABLE), answer(nearest=(WRONG,)), True, None, False),
        (case(CaseKind.UNANSWERABLE), answer(WRONG), False, None, False),
        (case(CaseKind.FALSE_PREMISE, OIL), answer(RIGHT), True, True, True),
        (case(CaseKind.FALSE_PREMISE, OIL), answer(nearest=(WRONG,)), True, False, False),
        (case(CaseKind.FALSE_PREMISE, OIL), answer(WRONG), False, False, False),
        (case(CaseKind.FALSE_PREMISE), answer(RIGHT), False, None, False),
    ],
)
def test_what_is_right(
    asked: Case, said: dict[str, Any], right: bool, covered: bool | None, correct: bool
) -> None:
    judged = judge(asked, [], said, [], 1.0)
    assert (judged.right, judged.covered, judged.correct) == (right, covered, correct)


def test_what_failed_has_no_scores() -> None:
    judged = judge(case(CaseKind.DIRECT, OIL), None, None, [], None)
    assert not judged.searched
    assert judged.right is judged.declined is judged.covered is judged.confidence is judged.ms is None


def test_the_first_quote_is_the_one_whose_place_counts() -> None:
    asked = case(CaseKind.DIRECT, OIL)
    assert judge(asked, [], answer(RIGHT, WRONG), [], 1.0).cited is True
    assert judge(asked, [], answer(WRONG, RIGHT), [], 1.0).cited is False
    assert judge(asked, [], answer(nearest=(RIGHT,)), [], 1.0).cited is None


def test_a_wrong_document_is_one_that_no_gold_entry_names() -> None:
    asked = case(CaseKind.DIRECT, OIL, Gold("lanterns", None, "2"))
    treaty, stranger = Place("lanterns", ("Article 3",), "3"), Place("tides", ("Article 2",), "2")
    assert judge(asked, [treaty, stranger], answer(RIGHT), [], 1.0).hit_astray is False
    found = judge(asked, [stranger, treaty], answer(quote("a harbour", "tides")), [], 1.0)
    assert (found.hit_astray, found.quote_astray) == (True, True)
    nothing = judge(asked, [], answer(nearest=(RIGHT,)), [], 1.0)
    assert (nothing.hit_astray, nothing.quote_astray) == (None, None)
    no_gold = judge(case(CaseKind.UNANSWERABLE), [stranger], answer(RIGHT), [], 1.0)
    assert (no_gold.hit_astray, no_gold.quote_astray) == (None, None)


def test_a_question_names_the_treaty_if_one_it_names_answers() -> None:
    asked = case(CaseKind.DIRECT, Gold("lanterns", None, "2"))
    assert judge(asked, [], None, [], None, named=("tides", "lanterns")).named
    assert not judge(asked, [], None, [], None, named=("tides",)).named
    assert not judge(case(CaseKind.UNANSWERABLE), [], None, [], None, named=("lanterns",)).named


def test_what_was_quoted_is_measured_and_what_was_declined_is_not() -> None:
    fee = Gold("lanterns", None, "1(2)", ("fee",))
    gold = [gold_place(fee, TREATY, parse(TREATY))]
    form = answer_json(LanternAssistant().ask("Is a fee taken from ships?"))
    found = judge(case(CaseKind.DIRECT, fee), [], form, [], 1.0, gold=gold)
    assert (found.precision, found.recall) == (1.0, 1.0)
    declined = judge(case(CaseKind.DIRECT, fee), [], answer(nearest=(WRONG,)), [], 1.0, gold=gold)
    assert (declined.precision, declined.recall) == (None, None)


def exact_quote(*segments: tuple[int, int]) -> dict[str, Any]:
    return {
        "text": ELLIPSIS.join(TREATY.text[start:end] for start, end in segments),
        "segments": [{"start": start, "end": end} for start, end in segments],
        "document": {"id": TREATY.id, "sha256": TREATY.provenance.sha256},
    }


def test_a_quote_that_the_program_made_is_exact() -> None:
    form = answer_json(LanternAssistant().ask("Is a fee taken from ships?"))
    assert is_exact(form["quotes"][0], TREATY)
    assert not is_exact(form["quotes"][0], GUIDE)
    assert not is_exact(answer_json(Forger().ask("Is a fee taken from ships?"))["quotes"][0], TREATY)


def test_segments_are_joined_by_the_ellipsis_and_nothing_else() -> None:
    made = exact_quote((45, 60), (70, 90))
    assert is_exact(made, TREATY)
    assert not is_exact(made | {"text": made["text"].replace(ELLIPSIS, " ... ")}, TREATY)


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [(70, 90), (45, 60)],
        [(45, 60), (55, 90)],
        [(45, 60), (60, 90)],
        [(-20, -10)],
        [(10, len(TREATY.text) + 5)],
        [(42, 44)],
    ],
    ids=["none", "backwards", "overlapping", "touching", "negative", "past the end", "blank"],
)
def test_impossible_segments_are_not_exact(segments: list[tuple[int, int]]) -> None:
    assert not is_exact(exact_quote(*segments), TREATY)


def test_another_text_under_the_same_id_is_not_exact() -> None:
    made = exact_quote((45, 60))
    assert not is_exact(made | {"document": {"id": TREATY.id, "sha256": "0" * 64}}, TREATY)
