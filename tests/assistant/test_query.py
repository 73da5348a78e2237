"""Everyday words bring in the legal ones, so that a question finds the article that shares no word with it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query import MOST_TERMS, legal_terms, legal_words, widened

THESAURUS = Path(__file__).resolve().parents[2] / "assistant" / "thesaurus.toml"


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Can a State quit?", ("withdrawal", "denunciation")),
        ("May a Party walk away?", ("withdrawal", "denunciation")),
        ("How does one back out of it?", ("withdrawal", "denunciation")),
        ("Who was bribed?", ("corruption", "undue advantage")),
        ("He bribes; is that corruption?", ("undue advantage",)),
        ("Who may launder lamp oil?", ("laundering", "proceeds of crime")),
        ("Does a harbour fall under it?", ("port",)),
        ("What is a beacon?", ()),
        ("", ()),
    ],
)
def test_everyday_words_in_any_form_bring_legal_terms(question: str, terms: tuple[str, ...]) -> None:
    assert legal_terms(question) == terms


@pytest.mark.parametrize("question", ["Is the walk to the pier far away?", "Quitters and debtors", "walked"])
def test_words_that_only_look_alike_bring_none(question: str) -> None:
    assert "withdrawal" not in legal_terms(question)


def test_terms_stand_behind_the_question_and_nothing_behind_a_plain_one() -> None:
    assert widened("Can a State quit?") == "Can a State quit? (withdrawal, denunciation)"
    assert widened("What is a beacon?") == "What is a beacon?"


def test_a_word_stands_for_the_single_words_of_its_terms() -> None:
    assert legal_words("bribed") == legal_words("bribe") == ("corruption", "undue", "advantage")
    assert legal_words("beacon") == ()


everyday = tuple(tomllib.loads(THESAURUS.read_text(encoding="utf-8"))["words"])


@given(st.lists(st.sampled_from(everyday), max_size=12))
def test_a_question_keeps_its_words_and_gets_few_more(words: list[str]) -> None:
    question = " ".join(words)
    terms = legal_terms(question)
    assert widened(question).startswith(question)
    assert len(terms) <= MOST_TERMS
    assert len(set(terms)) == len(terms)
    assert not any(term.lower() in question.lower() for term in terms)


@pytest.mark.parametrize("word", everyday)
def test_every_word_of_the_thesaurus_is_lower_case_and_leads_somewhere(word: str) -> None:
    assert word == word.lower().strip()
    assert legal_words(word) if " " not in word else legal_terms(f"May one {word} it?")
