"""What speaks for an answer, and how it is weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import (
    RANK_WEIGHTS,
    Calibration,
    Evidence,
    FirstWords,
    calibration,
    confidence_features,
    coverage,
    missing_names,
    type_match,
)
from assistant.stems import stem

GOOD = Evidence(
    passage=7.0,
    words=7.0,
    cosine=0.85,
    dense_place=1,
    rerank_place=1,
    coverage=1.0,
    unknown=0.0,
    type_match=1.0,
    missing_names=0,
)
POOR = Evidence(
    passage=-9.0,
    words=-9.0,
    cosine=0.4,
    dense_place=9,
    rerank_place=8,
    coverage=0.1,
    unknown=0.8,
    type_match=0.0,
    missing_names=2,
)
SURE = FirstWords(bare=7.0, margin=5.0, met=0.9)
KNOWN = {"lantern", "oil", "harbour", "burn"}
PASSAGE = "Convention on the Care of Harbours\nArticle 1. Lanterns\nA lantern burns for ten hours."


def evidence() -> st.SearchStrategy[Evidence]:
    """Whatever the models may say."""
    logit, share, place = st.floats(-1e6, 1e6), st.floats(0, 1), st.integers(1, 50)
    return st.builds(
        Evidence,
        passage=logit,
        words=logit,
        cosine=st.floats(-1, 1),
        dense_place=place,
        rerank_place=place,
        coverage=share,
        unknown=share,
        type_match=st.sampled_from((0.0, 1.0)),
        missing_names=st.integers(0, 2),
    )


# -- the weights that come with the program


def test_the_calibration_weighs_signals_that_there_are() -> None:
    assert set(calibration().weights) <= set(confidence_features(GOOD, SURE, ()))
    assert set(RANK_WEIGHTS) <= set(GOOD.features())
    assert 0.0 < calibration().threshold < 1.0


def test_a_sure_answer_is_over_the_threshold_and_an_off_topic_one_under_it() -> None:
    model = calibration()
    unsure = FirstWords(bare=-9.0, margin=0.0, met=0.1)
    assert model.confidence(POOR, unsure, ("why",)) < model.threshold < model.confidence(GOOD, SURE, ("may",))


@given(
    evidence(), st.builds(FirstWords, st.floats(-1e6, 1e6), margin=st.floats(0, 100), met=st.floats(-1, 1))
)
def test_confidence_is_a_probability_whatever_the_signals(one: Evidence, first: FirstWords) -> None:
    assert 0.0 <= calibration().confidence(one, first, ("may", "why")) <= 1.0


def test_confidence_is_the_logistic_of_the_weighed_sum() -> None:
    assert Calibration({}, {}, 0.0, 0.5).confidence(GOOD, FirstWords(0.0, 0.0, 0.0), ()) == pytest.approx(0.5)
    model = Calibration({"coverage": 2.0, "margin": 0.5}, {"asks_who": {"margin": 1.5}}, -1.0, 0.5)
    assert model.confidence(GOOD, FirstWords(0.0, 0.0, 0.0), ()) == pytest.approx(0.7311, abs=1e-4)
    assert model.confidence(GOOD, FirstWords(0.0, 2.0, 0.0), ()) == pytest.approx(0.8808, abs=1e-4)
    assert model.confidence(GOOD, FirstWords(0.0, 2.0, 0.0), ("who",)) == pytest.approx(0.9933, abs=1e-4)
    assert model.confidence(GOOD, FirstWords(0.0, 2.0, 0.0), ("may",)) == pytest.approx(0.8808, abs=1e-4)


# -- the order of candidates


@pytest.mark.parametrize(
    "better",
    [
        {"place": 8.0},
        {"words": 8.0},
        {"type_match": 1.0},
    ],
)
def test_what_speaks_for_a_candidate_raises_its_rank(better: dict[str, float]) -> None:
    one = replace(GOOD, words=2.0, type_match=0.0)
    assert replace(one, **better).rank() > one.rank()  # type: ignore[arg-type]


@given(evidence())
def test_logits_beyond_reason_do_not_outweigh_all_else(one: Evidence) -> None:
    assert abs(one.rank()) <= sum(RANK_WEIGHTS.values())


# -- coverage and unknown words


def rarity(terms: Sequence[str]) -> list[float]:
    """Lanterns are common, all else is rare."""
    return [1.0 if term == "lantern" else 3.0 for term in terms]


OTHER_WORDS = {"blazed": ("burned",)}


def shares(*terms: str) -> tuple[float, float]:
    return coverage(terms, OTHER_WORDS, rarity, lambda term: stem(term) in KNOWN, PASSAGE)


@pytest.mark.parametrize(
    ("case", "terms", "expected"),
    [
        ("rare words count for more", ("lantern", "oil"), (1 / 4, 0.0)),
        ("any form of a word, and the headings above", ("harbour", "burned", "lanterns"), (1.0, 0.0)),
        ("a legal word that stands for an everyday one", ("blazed",), (1.0, 0.0)),
        ("words that no passage has", ("lantern", "password"), (1 / 4, 3 / 4)),
        ("a question without content words", (), (0.0, 0.0)),
    ],
)
def test_coverage_is_the_share_of_rare_words(
    case: str,  # noqa: ARG001
    terms: tuple[str, ...],
    expected: tuple[float, float],
) -> None:
    assert shares(*terms) == pytest.approx(expected)


# -- what kind of answer is asked for


@pytest.mark.parametrize(
    ("question", "quoted", "matches"),
    [
        ("How many lanterns are there?", "There are ten lanterns.", True),
        ("How many lanterns are there?", "Lanterns burn.", False),
        ("How many lanterns are there?", "Article 3 applies to lanterns.", False),
        ("How many lanterns are there?", "Lanterns were lit in 1923.", False),
        ("What majority is needed?", "A two-thirds vote is needed.", True),
        ("How old must a keeper be?", "A keeper is at least 21.", True),
        (
            "When does the convention enter into force?",
            "It enters into force upon the tenth signature.",
            True,
        ),
        ("When does the convention enter into force?", "It has the force of oil.", False),
        ("In what year was it signed?", "It was signed in 1923.", True),
        ("How soon is a failure reported?", "It is reported without delay.", True),
        ("When may a lantern be put out?", "Only with the keeper's leave.", True),  # asks for a condition
        ("What is a lantern?", "A lamp with a shade.", True),
        ("How many ships are there?", "There are ten lanterns.", False),  # ten of something else
        ("How many countries joined?", "There were nine Parties.", True),  # another noun for the same
        ("Who was the first keeper?", "The first keeper was Ada Wick.", True),
        ("Who was the first keeper?", "The first keeper lit the lantern.", False),
        ("Which countries have ratified?", "Ratification is open to all.", False),
        ("Which country ratified first?", "In March the General Assembly's committee met.", False),
        ("Who may ratify?", "Any harbour may.", True),  # a rule, not a person
        ("Which State keeps the lamp that it lit?", "The Party keeps it.", True),
        ("Which State Party may take what was found?", "The Party on whose coast it lies may.", True),
        ("Which State was asked?", "The Party on whose coast it lies may.", False),
    ],
)
def test_the_words_quoted_must_hold_the_number_or_time_asked_for(
    question: str, quoted: str, matches: bool
) -> None:
    assert type_match(question, quoted, "On lamps") == float(matches)


# -- names


@pytest.mark.parametrize(
    ("question", "naming", "missing"),
    [
        ("Does Norway keep a lantern?", frozenset[str](), 1),
        ("Do Norway, Iceland and Denmark keep lanterns?", frozenset[str](), 2),
        ("Does the Lanternport Convention speak of lanterns?", frozenset({"lanternport"}), 0),
        ("Does Article 1 of the Convention speak of Harbours?", frozenset[str](), 0),
        ("Is the IHO Norway's partner?", frozenset[str](), 1),  # abbreviations may stand written out
        ("Norway keeps a lantern?", frozenset[str](), 0),  # a capital at the beginning says nothing
        ("who keeps a lantern?", frozenset[str](), 0),
    ],
)
def test_names_a_passage_does_not_have_are_counted(
    question: str, naming: frozenset[str], missing: int
) -> None:
    assert missing_names(question, PASSAGE, naming) == missing
