"""Which questions lean on the one before, and what is searched then."""

from __future__ import annotations

import pytest

from assistant.followup import leans_on_history, with_history
from index.passages import question_terms


@pytest.mark.parametrize(
    "question",
    [
        "And in winter?",
        "and for bells?",
        "But who pays for it?",
        "What about lanterns?",
        "How about the harbour master?",
        "Why?",
        "Why not?",
        "Since when?",
        "Does it apply in fog?",
        "Can they refuse?",
        "Who signs it?",
        "Is this binding?",
        "How long does that one burn?",
        "Which ones?",
        "When does that take effect?",
        "Does that go for bells as well?",
        "And how often must the keeper trim them?",
        "Oil?",
    ],
)
def test_an_elliptical_question_leans_on_the_one_before(question: str) -> None:
    assert leans_on_history(question, question_terms(question))


@pytest.mark.parametrize(
    "question",
    [
        "Who pays for the oil of a harbour lantern?",
        "What does article 3 say about keepers?",
        "When does the convention enter into force?",
        "Which harbours must keep a bell in winter?",
        "Is a keeper of that the Parties speak paid?",
        "May a keeper who is ill in winter leave his lantern to the harbour master?",
        "Andorra keeps how many lanterns in its harbours?",
        "How is the lantern in a harbour trimmed when its keeper is ill and no other keeper can be found?",
    ],
)
def test_a_question_that_says_what_it_asks_stands_alone(question: str) -> None:
    assert not leans_on_history(question, question_terms(question))


WHOLE = "Who pays for the oil of a harbour lantern?"


@pytest.mark.parametrize(
    ("history", "searched"),
    [
        ([], "And in winter?"),
        ([WHOLE], f"{WHOLE} And in winter?"),
        (["Which harbours keep a bell?", WHOLE], f"{WHOLE} And in winter?"),
        # a follow-up to a follow-up leans on what that one leaned on
        ([WHOLE, "And in summer?"], f"{WHOLE} And in winter?"),
        ([WHOLE, "And in summer?", "Why?"], f"{WHOLE} And in winter?"),
        # none stands alone: the last is better than nothing
        (["Oil?", "And wax?"], "And wax? And in winter?"),
    ],
)
def test_the_last_question_that_stands_alone_is_searched_with_the_new_one(
    history: list[str], searched: str
) -> None:
    assert with_history("And in winter?", history) == searched
