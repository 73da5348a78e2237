"""How much of what is quoted is the answer, and how much of the answer is quoted, in characters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.render import answer_json
from corpus.structure import parse
from eval.cases import Gold
from eval.spans import GoldPlace, gold_place, merged, precision, quoted_stretches, recall
from tests.eval.lantern_assistant import LanternAssistant, library

TREATY, GUIDE = library()
DOCUMENTS = {TREATY.id: TREATY, GUIDE.id: GUIDE}
stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda one: (one[0], one[0] + one[1])), max_size=8
)


def place(gold: Gold) -> GoldPlace:
    document = DOCUMENTS[gold.document]
    return gold_place(gold, document, parse(document))


def where(words: str, document: str = "lanterns") -> tuple[int, int]:
    start = DOCUMENTS[document].text.index(words)
    return start, start + len(words)


def quote(*segments: tuple[int, int], document: str = "lanterns") -> dict[str, Any]:
    return {"document": {"id": document}, "segments": [{"start": a, "end": b} for a, b in segments]}


def words_of(found: GoldPlace) -> list[str]:
    text = DOCUMENTS[found.document].text
    return [text[start:end] for start, end in found.places]


def test_a_provision_is_found_with_the_chapeau_above_it() -> None:
    found = place(Gold("lanterns", None, "1(1)(b)", ("dusk",)))
    assert words_of(found) == [
        "1. Each Party shall ensure that every harbour:\n",
        "(b) lights the lantern at dusk.\n",
    ]
    assert found.units == ((where("dusk"),),)


def test_a_section_is_found_by_its_heading() -> None:
    found = place(Gold("lantern-guide", "Who pays for lamp oil?", None, ("harbour", "lamp oil")))
    text = GUIDE.text
    assert [text[a:b] for a, b in found.places] == [
        text[text.index("Who pays") : text.index("What keepers learn")]
    ]
    assert [[text[a:b] for a, b in unit] for unit in found.units] == [["harbour"], ["lamp oil", "Lamp oil"]]


def test_words_stand_whole_and_whatever_their_case_and_blanks() -> None:
    found = place(Gold("lanterns", None, "1(2)", ("NO   fee", "light", "ship")))
    assert [[TREATY.text[a:b] for a, b in unit] for unit in found.units] == [["No fee"], ["light"]]


def test_gold_without_words_asks_for_the_own_words_of_its_place() -> None:
    found = place(Gold("lanterns", None, "1(2)"))
    assert found.units == ((where("No fee shall be taken from ships for the light of a lantern."),),)


def test_gold_without_a_place_allows_the_whole_document_and_asks_for_its_words_alone() -> None:
    assert words_of(place(Gold("lanterns"))) == [TREATY.text]
    assert place(Gold("lanterns")).units == ()
    assert recall(quoted_stretches([quote((0, 10))]), [place(Gold("lanterns"))]) is None


FEE = place(Gold("lanterns", None, "1(2)", ("fee",)))
DUSK = place(Gold("lanterns", None, "1(1)(b)", ("dusk", "lantern")))
FEE_WORDS, OIL_WORDS = where("No fee shall be taken"), where("The Parties share")


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ([quote(FEE_WORDS)], 1.0),
        ([quote(OIL_WORDS)], 0.0),
        ([quote(FEE_WORDS), quote(OIL_WORDS)], 21 / 38),
        ([quote(FEE_WORDS), quote(FEE_WORDS)], 1.0),
        ([quote(FEE_WORDS, OIL_WORDS)], 21 / 38),
        ([quote(FEE_WORDS, document="lantern-guide")], 0.0),
        ([], None),
    ],
    ids=["inside", "outside", "two quotes", "twice", "two segments", "another document", "nothing"],
)
def test_precision_by_hand(quotes: list[dict[str, Any]], expected: float | None) -> None:
    found = precision(quoted_stretches(quotes), [FEE])
    assert found == (None if expected is None else pytest.approx(expected))


def test_alternatives_are_all_right_places() -> None:
    quotes = [quote(FEE_WORDS), quote(where("(b) lights"))]
    assert precision(quoted_stretches(quotes), [FEE, DUSK]) == 1.0
    assert precision(quoted_stretches(quotes), []) is None


def test_the_chapeau_of_an_item_is_no_noise() -> None:
    quotes = [
        quote(where("Each Party shall ensure that every harbour:"), where("(b) lights the lantern at dusk."))
    ]
    assert precision(quoted_stretches(quotes), [DUSK]) == 1.0
    other = [quote(where("Each Party shall ensure that every harbour:"), where("(a) keeps a lantern"))]
    assert precision(quoted_stretches(other), [DUSK]) == pytest.approx(43 / 62)


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ([quote(where("lights the lantern at dusk"))], 1.0),
        ([quote(where("at dusk"))], 4 / 11),
        ([quote(where("lights the lan"))], 3 / 11),
        ([quote(where("keeps a lantern in good repair"))], 0.0),
        ([], 0.0),
    ],
    ids=["all", "one word of two", "part of a word", "the same word elsewhere", "nothing"],
)
def test_recall_by_hand(quotes: list[dict[str, Any]], expected: float) -> None:
    assert recall(quoted_stretches(quotes), [DUSK]) == pytest.approx(expected)


def test_recall_is_that_of_the_alternative_best_served() -> None:
    quotes = quoted_stretches([quote(where("at dusk")), quote(FEE_WORDS)])
    assert recall(quotes, [DUSK, FEE]) == 1.0
    assert recall(quotes, []) is None


def test_a_word_that_stands_twice_is_asked_for_once() -> None:
    gold = place(Gold("lantern-guide", "Who pays for lamp oil?", None, ("lamp oil",)))
    body = [quote(where("Lamp oil is paid for", "lantern-guide"), document="lantern-guide")]
    assert recall(quoted_stretches(body), [gold]) == 1.0


def test_an_answer_of_the_program_is_measured() -> None:
    form = answer_json(LanternAssistant().ask("Is a fee taken from ships?"))
    quotes = quoted_stretches(form["quotes"])
    assert (precision(quotes, [FEE]), recall(quotes, [FEE])) == (1.0, 1.0)


@given(stretches, stretches)
def test_shares_are_shares_whatever_is_quoted(
    said: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    gold = [GoldPlace("d", merged(right), tuple((one,) for one in merged(right)))]
    quotes = quoted_stretches([quote(*said, document="d")])
    characters = {k for a, b in said for k in range(a, b)}
    wanted = {k for a, b in right for k in range(a, b)}
    expected = len(characters & wanted)
    assert precision(quotes, gold) == (pytest.approx(expected / len(characters)) if characters else None)
    assert recall(quotes, gold) == (pytest.approx(expected / len(wanted)) if wanted else None)


@given(stretches)
def test_merged_stretches_lie_apart_and_cover_the_same(some: list[tuple[int, int]]) -> None:
    found = merged(some)
    assert {k for a, b in found for k in range(a, b)} == {k for a, b in some for k in range(a, b)}
    assert all(end < start for (_, end), (start, _) in pairwise(found))
