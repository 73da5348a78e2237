"""Which questions compare treaties, what they compare and on what; and which only look as if they did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.comparison import Comparison, comparison_in, continued
from assistant.comparison_words import question_on
from assistant.named import places
from corpus.models import Kind
from corpus.name_book import NamedTreaty
from tests.assistant.harbour_texts import HARBOURS
from tests.corpus.written_treaties import document

CARE = document(
    HARBOURS.split("---\n")[2], id="care", title="Convention on the Care of Harbours", names=("CCH",)
)
"""Done at Lanternport."""
PILOTS = document(
    "Article 1\nA pilot pilots.\n", id="pilots", title="Agreement on Sea Pilots", names=("ASP",)
)
OIL = document("Article 1\nOil burns.\n", id="oil", title="Treaty on Beacon Oil", names=("Oilmouth Treaty",))
PROTOCOL = document(
    "Article 1\nFog is thick.\n",
    id="protocol",
    title="Additional Protocol to the Convention on the Care of Harbours",
)
TIDES = document("Article 1\nTides turn.\n", id="tides", title="Declaration on Tides", kind=Kind.DECLARATION)
GUIDE = document("The Fog Convention is young.\n", id="guide", title="On fog", kind=Kind.GUIDE)
LIBRARY = (CARE, PILOTS, OIL, PROTOCOL, TIDES)
FOG = NamedTreaty(title="Convention on Fog Signals", names=("Fog Convention", "CFS"))

BOTH = ("care", "pilots")


@pytest.mark.parametrize(
    ("question", "topic", "ids"),
    [
        ("How do the CCH and the ASP differ on withdrawal?", "withdrawal", BOTH),
        ("How does the CCH differ from the ASP when it comes to fees?", "fees", BOTH),
        ("Compare the CCH and the ASP on the settlement of disputes.", "the settlement of disputes", BOTH),
        ("Compare the CCH with the ASP with regard to licences", "licences", BOTH),
        ("compare cch and asp on licences", "licences", BOTH),
        ("Compare the definition of a keeper in the CCH and the ASP", "the definition of a keeper", BOTH),
        (
            "What do the CCH, the ASP and the Treaty on Beacon Oil say about costs?",
            "costs",
            ("care", "pilots", "oil"),
        ),
        ("What are the main differences between the ASP and the CCH as regards fees?", "fees", ("pilots", "care")),
        ("CCH vs ASP: time limits", "time limits", BOTH),
        ("Withdrawal: CCH v. ASP", "Withdrawal", BOTH),
        ("CCH versus ASP on withdrawal", "withdrawal", BOTH),
        ("Do the CCH and the ASP both allow reservations?", "allow reservations", BOTH),
        ("Do both the CCH and the ASP provide for arbitration?", "arbitration", BOTH),
        ("How many ratifications do the CCH and the ASP need?", "How many ratifications do they need", BOTH),
        ("How is the age of keepers treated in the CCH compared with the ASP?", "the age of keepers", BOTH),
        ("Compared with the ASP, what does the CCH say about beacons?", "beacons", ("pilots", "care")),
        ("Is the meaning of “ship” the same in the CCH and the ASP?", "the meaning of “ship”", BOTH),
        ("Does the CCH go further than the ASP on training?", "training", BOTH),
        ("What does the CCH say about fees, and what does the ASP say?", "fees", BOTH),
        ("Which is stricter on fees, the ASP or the CCH?", "fees", ("pilots", "care")),
        ("How long may a keeper sleep under the CCH and under the ASP?", "How long may a keeper sleep", BOTH),
        ("How does the CCH’s approach to fees differ from the ASP’s?", "fees", BOTH),
        ("How do the CCH’s rules on fees compare with the ASP’s rules?", "the rules on fees", BOTH),
        ("What’s the difference in how the CCH and the ASP treat keepers?", "keepers", BOTH),
        ("Are the rules on oil in the CCH identical to those in the ASP?", "the rules on oil", BOTH),
        ("I want a table comparing the CCH and the ASP on fees", "fees", BOTH),
        ("Both the CCH and the ASP mention fees. How do they differ?", "fees", BOTH),
        ("Can you please tell me how the CCH and the ASP differ on fees?", "fees", BOTH),
        ("What do the Lanternport Convention and its Additional Protocol say about fog?", "fog", ("care", "protocol")),
        ("How do Lanternport and Oilmouth differ on oil?", "oil", ("care", "oil")),
        ("How do the Lanternport Convention (CCH) of 1901 and the 1902 ASP differ on fees?", "fees", BOTH),
    ],
)  # fmt: skip
def test_a_comparison_has_its_treaties_in_the_order_named_and_a_topic_without_them(
    question: str, topic: str, ids: tuple[str, ...]
) -> None:
    assert comparison_in(question, LIBRARY) == Comparison(topic, ids)


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between a treaty and a convention?",
        "How do reservations and declarations differ under the CCH?",
        "How do article 2 of the CCH and article 3 of the ASP differ?",
        "Does article 2 of the CCH differ from article 4?",
        "What is the relationship between the CCH and the ASP?",
        "Does the CCH prevail over the ASP?",
        "How do the CCH and the ASP relate to each other?",
        "Can a State be party to both the CCH and the ASP?",
        "Does the ASP refer to the CCH?",
        "May a party to the CCH that withdraws from the ASP keep its pilots?",
        "What do keepers and pilots have to do when a beacon fails?",
        "Must both Parties agree to arbitration?",
        "How does the CCH differ from custom?",
        "How do bilateral and multilateral treaties differ on termination?",
        "What is the difference between the CCH and the ASP?",
        "Compare the CCH and the ASP in detail.",
        "Which States mention fees in their reservations?",
        "Which article deals with fees and which with costs?",
        "Which treaties must be registered with the harbour master?",
        "Which treaties are void under the CCH?",
        "Which treaty prevails if two treaties conflict?",
        "Which agreements may the Parties conclude?",
        "Which conventions has Norland ratified?",
        "Which treaty body hears complaints?",
        "Which treaties does the Convention replace?",
        "What do treaties that mention arbitration have in common?",
        "How do care and harbours differ from pilots at sea?",
        "",
        "and",
    ],
)
def test_a_question_that_only_looks_like_a_comparison_is_none(question: str) -> None:
    assert comparison_in(question, LIBRARY) is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which treaties mention piracy?", "piracy"),
        ("Which treaty deals with the costs of beacons?", "the costs of beacons"),
        ("Which of these treaties regulate fees?", "fees"),
        ("Which treaties in the library say something about fog?", "fog"),
        ("What conventions contain a provision on withdrawal?", "withdrawal"),
        ("Which safety treaties protect keepers?", "protect keepers"),
        ("Which agreements expressly allow reservations?", "allow reservations"),
        ("In which treaties is piracy mentioned?", "piracy"),
        ("In which conventions is “beacon” defined?", "is “beacon” defined"),
        ("List all treaties that mention arbitration", "arbitration"),
        ("Show me the treaties on oil", "oil"),
        ("Are there any treaties that regulate fog?", "fog"),
        ("Do any of the treaties prohibit smuggling?", "prohibit smuggling"),
        ("Is piracy mentioned in any of the treaties?", "piracy"),
    ],
)
def test_asking_which_treaties_speak_of_something_is_asking_all(question: str, topic: str) -> None:
    ids = ("care", "pilots", "oil", "protocol")
    assert comparison_in(question, LIBRARY) == Comparison(topic, ids, every=True)


def test_declarations_are_instruments_and_no_treaties() -> None:
    found = comparison_in("Which instruments mention tides?", LIBRARY)
    assert found is not None
    assert "tides" in found.document_ids


@pytest.mark.parametrize(
    "question",
    [
        "How do the treaties differ on withdrawal?",
        "What do all the treaties say about withdrawal?",
        "Compare the treaties on withdrawal",
    ],
)
def test_the_treaties_are_all_of_them(question: str) -> None:
    found = comparison_in(question, LIBRARY)
    assert found is not None
    assert (found.topic, len(found.document_ids), found.every) == ("withdrawal", len(LIBRARY), False)


def test_one_treaty_or_none_is_not_compared() -> None:
    assert comparison_in("Which treaties mention fees?", [CARE, GUIDE]) is None
    assert comparison_in("Which treaties mention fees?", [GUIDE]) is None


# -- treaties that are not there


def test_a_treaty_that_is_not_there_is_told() -> None:
    found = comparison_in("How do the CCH and the CFS differ on bells?", LIBRARY, [FOG])
    assert found == Comparison("bells", ("care",), ("Convention on Fog Signals",))


def test_a_guide_that_speaks_of_the_missing_one_is_asked_instead() -> None:
    question = "How do the CCH and the Fog Convention differ on bells?"
    assert comparison_in(question, (*LIBRARY, GUIDE), [FOG]) is None


def test_of_two_treaties_that_are_not_there_nothing_is_compared() -> None:
    bell = NamedTreaty(title="Convention on Harbour Bells", names=("CHB",))
    assert comparison_in("How do the CFS and the CHB differ on bells?", LIBRARY, [FOG, bell]) is None


def test_a_court_is_not_taken_for_its_statute() -> None:
    statute = NamedTreaty(title="Statute of the Court of Tides", names=("SCT",))
    found = comparison_in("What do the CCH and the ASP say about the Court of Tides?", LIBRARY, [statute])
    assert found == Comparison("the Court of Tides", BOTH)


def test_a_treaty_may_be_what_the_treaties_are_asked_about() -> None:
    found = comparison_in("Which treaties refer to the CCH?", LIBRARY)
    assert found is not None
    assert (found.topic, found.every) == ("the CCH", True)


# -- names in their places


def test_a_name_is_found_where_it_stands_with_its_year_and_abbreviation() -> None:
    question = "Does the 1901 Convention on the Care of Harbours (CCH) bind pilots?"
    text, found = places(question, LIBRARY)
    assert [text[one.start : one.end] for one in found] == ["1901 Convention on the Care of Harbours (CCH)"]


def test_words_of_a_title_that_are_not_written_as_a_name_are_none() -> None:
    assert places("Who takes care of harbours?", LIBRARY)[1] == ()


def test_a_town_is_a_treaty_only_beside_another_treaty() -> None:
    assert places("Who lives in Lanternport?", LIBRARY)[1] == ()
    _, found = places("Do Lanternport and the ASP differ?", LIBRARY)
    assert [one.ids for one in found] == [("care",), ("pilots",)]


# -- going on


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("And on fees?", "fees"),
        ("What about the costs of oil?", "the costs of oil"),
        ("and how about age", "age"),
    ],
)
def test_another_topic_goes_on_with_the_same_treaties(question: str, topic: str) -> None:
    before = "How do the CCH and the ASP differ on withdrawal?"
    assert continued(question, [before], LIBRARY) == Comparison(topic, BOTH)
    assert continued(question, [before, "And on age?"], LIBRARY) == Comparison(topic, BOTH)
    assert continued(question, [before, "Who pays the pilot?"], LIBRARY) is None


@pytest.mark.parametrize("question", ["And on fees in the CCH?", "Who pays?", "And article 3?"])
def test_a_question_that_names_a_treaty_or_asks_anew_does_not_go_on(question: str) -> None:
    assert continued(question, ["How do the CCH and the ASP differ on withdrawal?"], LIBRARY) is None


def test_what_was_no_comparison_is_not_gone_on_with() -> None:
    assert continued("And on fees?", ["How does the CCH end?"], LIBRARY) is None
    assert continued("And on fees?", [], LIBRARY) is None


# -- the question asked of each


@pytest.mark.parametrize(
    ("topic", "question"),
    [
        ("withdrawal", "What does it say about withdrawal?"),
        ("allow reservations", "Does it allow reservations?"),
        ("establishes a fund", "Does it establish a fund?"),
        ("how long may it last", "How long may it last?"),
    ],
)
def test_a_subject_is_asked_about_and_a_question_asked(topic: str, question: str) -> None:
    assert question_on(topic) == question


# -- whatever is typed

WORDS = st.sampled_from(
    "how do does the CCH ASP Lanternport and or differ from between compare both , on in which treaties mention say "
    "about what fees its Protocol ? vs than \ue000".split()
)


@given(st.lists(WORDS, max_size=16))
def test_any_words_compare_something_of_the_library_or_nothing(words: list[str]) -> None:
    found = comparison_in(" ".join(words), LIBRARY, [FOG])
    if found is not None:
        assert len(found.document_ids) + len(found.absent) >= 2
        assert set(found.document_ids) <= {d.id for d in LIBRARY}
        assert not {"CCH", "ASP", "\ue000"} & set(found.topic.split())


@given(
    st.sampled_from(
        [
            "How do {} and {} differ on {}?",
            "Compare {} and {} on {}",
            "What do {} and {} say about {}?",
            "What is the difference between {} and {} regarding {}?",
            "{} vs {} on {}",
        ]
    ),
    st.permutations(["the CCH", "the Agreement on Sea Pilots", "the Treaty on Beacon Oil"]),
    st.sampled_from(
        ["tolls", "the training of crews", "liability for wrecks and flotsam", "who pays for fog"]
    ),
)
def test_the_topic_is_what_was_put_in(form: str, names: list[str], topic: str) -> None:
    ids = {"the CCH": "care", "the Agreement on Sea Pilots": "pilots", "the Treaty on Beacon Oil": "oil"}
    found = comparison_in(form.format(names[0], names[1], topic), LIBRARY)
    assert found == Comparison(topic, (ids[names[0]], ids[names[1]]))
