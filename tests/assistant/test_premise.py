"""What a question takes for granted, against what the words found give: numbers, actors, denials, "
"languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.premise import contradicted, contradiction

PASSAGE = (
    "Lantern Treaty\nArticle 4 Oil\nThe Harbour Council shall approve the price of oil. The berth State "
    "shall inform the "
    "lantern State of any change."
)


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
        ("Why may the age of a rower be lowered to 12?", "A rower has completed fifteen years of age."),
        ("Why do twelve votes decide on oil?", "Oil is decided on by nine members."),
        # periods, whatever their unit
        ("Why does leaving take effect after six months?", "It takes effect one year after the notice."),
        ("Must keepers answer within a week?", "Keepers answer within three days."),
        ("Does it start thirty days after the last signature?", "It starts on the ninetieth day after it."),
        # shares
        ("Why do three quarters of the keepers decide?", "Two thirds of the keepers decide."),
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
        ("Which keepers met in 1998-99?", "6. The keepers of these lights met: Ness, Skerry."),
        ("What about two ships that meet?", "A ship gives way."),
        ("Must one keeper stay?", "Two keepers stay."),
        # the same period in another unit, the same share in another word
        ("Does leaving take twelve months?", "It takes effect one year after the notice."),
        ("Does it start after three months?", "It starts on the ninetieth day after it."),
        ("Do three fourths of the keepers decide?", "Three quarters of the keepers decide."),
        # an age is a case, the text's a limit
        ("May a boy at the age of twelve keep a lamp?", "No person below fifteen years keeps a lamp."),
        ("Can a pilot aged 70 be employed?", "A pilot retires over sixty-five years of age."),
        ("May a 16-year-old row the boat?", "A rower has completed eighteen years of age."),
    ],
)
def test_any_other_number_is_none(question: str, quoted: str) -> None:
    assert not contradicted(question, quoted)


@pytest.mark.parametrize(
    ("question", "quoted", "said", "found"),
    [
        (
            "Must the Keepers Assembly approve the price of oil?",
            "The Harbour Council shall approve the price of oil.",
            "Keepers Assembly",
            "Harbour Council",
        ),
        (
            "How does the Keepers Assembly appoint the pilots?",
            "The pilots shall be appointed by the Harbour Council.",
            "Keepers Assembly",
            "Harbour Council",
        ),
        (
            "Are the lamp books deposited with the Harbour Council?",
            "Lamp books shall be deposited with the Secretariat.",
            "Harbour Council",
            "Secretariat",
        ),
        (
            "Must the requesting State consult before the refusal?",
            "Before a refusal the requested State shall consult with the requesting State.",
            "requesting State",
            "requested State",
        ),
    ],
)
def test_another_actor_is_a_contradiction(question: str, quoted: str, said: str, found: str) -> None:
    against = contradiction(question, quoted)

    assert against is not None
    assert (against.said, against.found) == (said, found)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        # the same body, shorter or longer
        ("Does the Council approve the price of oil?", "The Harbour Council shall approve the price of oil."),
        (
            "Does the Secretary-General of the United Nations keep the oil?",
            "The Secretary-General shall keep the oil.",
        ),
        # the passage speaks of the body asked about
        (
            "Must the Harbour Council approve the price of oil?",
            "The Keepers Assembly shall approve the price of oil.",
        ),
        # another verb; an actor that is only spoken of; every State
        ("Does the Keepers Assembly burn the oil?", "The Pilots Board shall approve the price of oil."),
        ("Who informs the Keepers Assembly of oil?", "The Pilots Board shall be informed of oil."),
        ("Must a State approve the price of oil?", "The Pilots Board shall approve the price of oil."),
        # somebody else's act on the same thing
        (
            "May the lantern State inspect the ropes of the ferry in winter?",
            "The berth State may inspect documents.",
        ),
    ],
)
def test_the_same_actor_or_another_act_is_none(question: str, quoted: str) -> None:
    assert not contradicted(question, quoted, PASSAGE)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Why may a keeper sell the oil?", "A keeper shall not sell the oil."),
        ("When may keepers seek orders from ships?", "Keepers shall not seek or receive orders from ships."),
        ("Which article lets ports refuse oil to keepers?", "Ports may not refuse oil to keepers."),
        (
            "When may a keeper be re-elected at once?",
            "A keeper shall not be eligible for re-election at once.",
        ),
        (
            "Why may a keeper who is not a pilot sell the oil?",
            "A keeper who is no pilot shall not sell the oil.",
        ),
    ],
)
def test_what_is_denied_and_taken_for_granted_is_a_contradiction(question: str, quoted: str) -> None:
    assert contradicted(question, quoted)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        # asked, not taken for granted: the passage answers
        ("May a keeper sell the oil?", "A keeper shall not sell the oil."),
        ("Why may a keeper not sell the oil?", "A keeper shall not sell the oil."),
        ("Which rule forbids a keeper to sell the oil?", "A keeper shall not sell the oil."),
        # an exception, or only part of it denied
        ("When may a keeper sell the oil?", "A keeper shall not sell the oil unless the lamp is out."),
        ("Why may ports refuse oil?", "Ports may not refuse oil on the sole ground of its price."),
        # something else is denied
        ("Why may a keeper buy the oil?", "A keeper who buys the oil shall not drink."),
        ("How is the oil of keepers protected?", "A keeper shall not sell the oil."),
    ],
)
def test_a_denial_that_leaves_room_is_none(question: str, quoted: str) -> None:
    assert not contradicted(question, quoted)


def test_a_language_left_out_of_the_authentic_ones_is_a_contradiction() -> None:
    quoted = "The Latin and Greek texts are equally authentic."

    assert contradicted("Since when is the German text authentic?", quoted)
    assert not contradicted("Why is the Greek text authentic?", quoted)
    assert not contradicted("Is the German text authentic?", quoted)  # the list itself answers


@given(*[st.text(alphabet=" ,;.()-\n’é", max_size=40)] * 3)
def test_both_sides_of_a_contradiction_are_words_as_written(asked: str, quoted: str, around: str) -> None:
    question = f"Why must the Pilots Board approve it after six months {asked}?"
    words = f"The Keepers Assembly shall approve it after one year. {quoted}"

    against = contradiction(question, words, around)

    assert against is not None
    assert against.said in question
    assert against.found in words
