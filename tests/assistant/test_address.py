"""A question about article 29 is answered by words that stand at article 29, or speak of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.address import articles_named, at_address, instruments, sections_on
from corpus.models import Document, Span
from corpus.readers import read_document
from corpus.references import references_in
from tests.assistant.harbour_texts import HARBOURS

GUIDE = read_document(
    b"""---
id: two-guides
title: Two instruments compared
kind: guide
---

# Two instruments compared

## Reporting

*On: Convention on the Care of Harbours, arts. 2, 4-6; Agreement on Sea Pilots, art. 3.*

Keepers report and pilots are paid.

## Colours

*On: Agreement on Sea Pilots.*

Pilots wear yellow.

## Weather

*On: general.*

Fog is frequent.
""",
    "two.md",
)
TREATY = read_document(HARBOURS.encode(), "harbours.md")
LETTER = read_document(b"A letter\n\nUnder article 7 the bell is rung. The harbour is deep.\n", "letter.txt")
KNOWN = instruments([GUIDE, TREATY])


def stands(question: str, document: Document, words: str, path: tuple[str, ...] = ()) -> bool:
    """Tell whether words of a document stand at the address that a question names."""
    start = document.text.index(words)
    span = Span(start, start + len(words))
    return at_address(question, references_in(question), document, path, segments=[span], known=KNOWN)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("art. 19(4)", {19}),
        ("Article 31(3)(c)", {31}),
        ("arts. 7-9", {7, 8, 9}),
        ("articles 7 to 9", {7, 8, 9}),
        ("articles 2, 5 and 10", {2, 5, 10}),
        ("arts. 7(2), 9(2), 14-16, 63(3)", {7, 9, 14, 15, 16, 63}),
        ("art. IV", {4}),
        ("article 2 of the one and article 5 of the other", {2, 5}),
        ("article 5 of 7 January 1999", {5}),
        ("part 7, 30 days", set()),
        ("articles 9-3", {9}),
        ("art. 2.1", {2, 2.001}),  # article 2.1, or paragraph 1 of article 2
        ("Part II and the preamble", set()),
    ],
)
def test_the_articles_a_text_names(text: str, numbers: set[int]) -> None:
    assert articles_named(text) == numbers


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(0, 60))
def test_a_range_names_every_article_in_it(first: int, more: int) -> None:
    assert articles_named(f"arts. {first}-{first + more}") == set(range(first, first + more + 1))


def test_instruments_are_named_by_the_notes_of_guides() -> None:
    assert instruments([GUIDE]) == {
        "Convention on the Care of Harbours",
        "Agreement on Sea Pilots",
        "general",
    }
    assert instruments([TREATY]) == frozenset()


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("What is in article 3 of the Agreement on Sea Pilots?", [1]),
        ("What is in article 5 of the Convention on the Care of Harbours?", [4]),
        # of an instrument of which the guide names no such article, or of none
        ("What is in article 5 of the Agreement on Sea Pilots?", []),
        ("What is in article 3?", []),
        ("Who rings the bell of the Convention on the Care of Harbours?", []),
    ],
)
def test_a_guide_s_sections_on_an_article_are_told_with_how_many_they_speak_of(
    question: str, articles: list[int]
) -> None:
    assert list(sections_on(question, references_in(question), GUIDE, KNOWN).values()) == articles


@pytest.mark.parametrize("question", ["Who rings the bell?", "What are pilots paid?"])
def test_a_question_without_an_address_is_answered_from_anywhere(question: str) -> None:
    assert stands(question, GUIDE, "Fog is frequent.")
    assert stands(question, TREATY, "No reservation may be made", ("Part II", "Article 6"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does article 6 say?", True),
        ("What does article VI say?", True),
        ("What does article 2 say?", False),
    ],
)
def test_a_treaty_answers_with_the_article_itself_not_with_one_it_mentions(
    question: str, *, expected: bool
) -> None:
    words = "No reservation may be made to Article 2."
    assert stands(question, TREATY, words, ("Part II", "Article 6")) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does article 2 of the harbours convention say?", True),
        ("What does article 5 of the Convention on the Care of Harbours say?", True),
        ("What does article 3 of the Agreement on Sea Pilots say?", True),
        ("What does article 3 of the Convention on the Care of Harbours say?", False),
        ("What does article 2 of the Agreement on Sea Pilots say?", False),
        ("What does article 9 say?", False),
    ],
)
def test_a_guide_answers_where_its_note_names_the_article_of_the_instrument_meant(
    question: str, *, expected: bool
) -> None:
    assert stands(question, GUIDE, "Keepers report") is expected


@pytest.mark.parametrize("question", ["What does Part II say?", "Quote the preamble", "What is in Annex I?"])
def test_only_an_article_asked_for_keeps_other_words_out(question: str) -> None:
    assert stands(question, GUIDE, "Fog is frequent.")
    assert stands(question, TREATY, "No reservation may be made", ("Part II", "Article 6"))


@pytest.mark.parametrize("words", ["Pilots wear yellow.", "Fog is frequent."])
def test_a_guide_section_on_no_article_answers_no_question_about_one(words: str) -> None:
    assert not stands("What does article 3 of the Agreement on Sea Pilots say?", GUIDE, words)


def test_a_text_without_articles_answers_where_its_words_name_the_article() -> None:
    assert stands("What does article 7 say?", LETTER, "Under article 7 the bell is rung.")
    assert not stands("What does article 7 say?", LETTER, "The harbour is deep.")
