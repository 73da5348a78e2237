"""Misspelt words are mended against the documents' own words; everything else is left as it was typed."""

from __future__ import annotations

import pytest

from assistant.spelling import mended, vocabulary_of
from index.embedder import load_embedder

WORDS = vocabulary_of(
    [
        "The lighthouse keeper preserves the extradition records. Withdrawal of the reservation takes effect later.",
        "Preservation of lighthouses; the keeper may request assistance, confiscation and jurisdiction.",
    ]
)


def whole(word: str) -> bool:
    return load_embedder().count([word])[0] <= 3


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("what about extraditon?", "what about extradition?"),
        ("can a party widthdraw or make a reservaton", "can a party withdraw or make a reservation"),
        ("who keeps the lighthuose", "who keeps the lighthouse"),
        ("rules on confiscaton and jursdiction", "rules on confiscation and jurisdiction"),
        ("presrvation of records", "preservation of records"),
    ],
)
def test_misspelt_words_are_mended(asked: str, searched: str) -> None:
    words = {**WORDS, "withdraw": 1}
    assert mended(asked, lambda: words, whole)[0] == searched


@pytest.mark.parametrize(
    "asked",
    [
        "what about extradition?",
        "did Extraditon Ltd sign?",  # a capital may open a name
        "can hackers be caught?",  # an English word that the documents lack
        "what is the UNTOC?",
        "lighthouses and keepers",  # other forms of the documents' words
        "is it ok",
        "zqxvkjw",
        "the lighthouse-keepr",  # part of a compound
    ],
)
def test_everything_else_stays(asked: str) -> None:
    assert mended(asked, lambda: WORDS, whole) == (asked, {})


def test_the_documents_are_not_read_if_no_word_is_doubtful() -> None:
    def unread() -> dict[str, int]:
        raise AssertionError

    assert mended("who keeps the light?", unread, whole) == ("who keeps the light?", {})
