"""Numbers a question takes for granted, against those the words found give."""

from __future__ import annotations

import pytest

from assistant.premise import contradicted


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        (
            "Why must 60 States ratify?",
            "It enters into force after the fortieth instrument, by forty States.",
        ),
        ("Why do the keepers serve for five years?", "Keepers are elected for three years."),
        ("Who elects the twelve judges?", "The court has fifteen members."),
        ("Why is the limit 200 nautical miles?", "It shall not exceed 12 nautical miles."),
        ("Does it apply to children under the age of 18?", "A child is a person below fifteen years of age."),
    ],
)
def test_a_number_given_otherwise_is_a_contradiction(question: str, quoted: str) -> None:
    assert contradicted(question, quoted)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("How many States must ratify?", "It enters into force when forty States have ratified."),
        ("Why must 40 States ratify?", "Forty States; ninety days after that date."),
        (
            "What does article 5 say about the 3 lamps?",
            "Every lamp has two wicks and each keeper three lamps.",
        ),
        ("What happened in 1998?", "It was opened in 1999 for all States."),
        ("What about two ships that meet?", "A ship gives way."),
        ("Must one keeper stay?", "Two keepers stay."),
        # an age is a case, the text's a limit
        ("May a boy at the age of twelve keep a lamp?", "No person below fifteen years keeps a lamp."),
        ("Can a pilot aged 70 be employed?", "A pilot retires over sixty-five years of age."),
        ("May a 16-year-old row the boat?", "A rower has completed eighteen years of age."),
    ],
)
def test_everything_else_is_none(question: str, quoted: str) -> None:
    assert not contradicted(question, quoted)
