"""Numbers of articles, divisions and points, and their places in their series."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import alpha, is_ordinal_word, ordinal, roman, same, word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I", 1), ("iv", 4), ("IX", 9), ("xiv", 14), ("XL", 40), ("xc", 90), ("CDXLIV", 444), ("MMXXV", 2025),
        ("IIII", None), ("VX", None), ("IC", None), ("iiv", None), ("", None), ("13", None), ("ab", None),
    ],
)  # fmt: skip
def test_roman_numerals_in_canonical_form_only(text: str, value: int | None) -> None:
    assert roman(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 1),
        ("Z", 26),
        ("aa", 27),
        ("bb", 28),
        ("zz", 52),
        ("ab", None),
        ("aaa", None),
        ("", None),
        ("1", None),
    ],
)
def test_letters_go_on_doubled_after_z(text: str, value: int | None) -> None:
    assert alpha(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("one", 1), ("Twelve", 12), ("twenty", 20), ("twenty-one", 21), ("Ninety-Nine", 99),
        ("first", 1), ("TENTH", 10), ("nineteenth", 19), ("thirtieth", 30), ("thirty-first", 31),
        ("many", None), ("twenty-eleven", None), ("twenty-", 20), ("one-twenty", None), ("", None),
    ],
)  # fmt: skip
def test_numbers_as_words(text: str, value: int | None) -> None:
    assert word(text) == value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("third", True),
        ("thirty-first", True),
        ("fortieth", True),
        ("three", False),
        ("forty", False),
        ("", False),
    ],
)
def test_a_place_is_told_from_an_amount(text: str, place: bool) -> None:
    assert is_ordinal_word(text) is place


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("13", "XIII", True),
        ("xiii", "XIII", True),
        ("8 bis", "8bis", True),
        ("b", "B", True),
        ("c", "C", True),
        ("C", "100", True),  # a letter that is also a Roman numeral may be either
        ("b", "2", False),
        ("2.1", "2.10", False),
        ("15A", "15", False),
        ("", "", False),
        ("the", "the", False),
    ],
)
def test_two_numbers_may_stand_for_the_same_place(one: str, other: str, alike: bool) -> None:
    assert same(one, other) is alike
    assert same(other, one) is alike


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13", 13.0), (" 13 ", 13.0), ("XIII", 13.0), ("13 bis", 13.1), ("13bis", 13.1), ("13 ter", 13.2),
        ("15A", 15.01), ("15 B", 15.02), ("B", 2.0), ("Two", 2.0), ("2.1", 2.001), ("2.11", 2.011), ("XIV bis", 14.1),
        ("", None), ("the", None), ("13 of", None), ("1-2", None),
    ],
)  # fmt: skip
def test_the_ordinal_is_the_place_in_the_series(text: str, value: float | None) -> None:
    assert ordinal(text) == (None if value is None else pytest.approx(value))


def test_inserted_articles_stand_between_their_neighbours() -> None:
    series = (
        ["12", "13", "13A", "13B", "14"],
        ["12", "13", "13 bis", "13 ter", "13 quater", "14"],
        ["2.2", "2.10", "2.11", "3"],
    )
    for names in series:
        places = [ordinal(name) for name in names]
        assert all(place is not None for place in places)
        assert places == sorted(places, key=lambda place: place or 0.0)
        assert len(set(places)) == len(places)


def _write_roman(value: int) -> str:
    letters = (("M", 1000), ("CM", 900), ("D", 500), ("CD", 400), ("C", 100), ("XC", 90), ("L", 50), ("XL", 40),
               ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))  # fmt: skip
    text = ""
    for letter, worth in letters:
        count, value = divmod(value, worth)
        text += letter * count
    return text


@given(st.integers(1, 3999))
def test_every_roman_numeral_is_read_in_both_cases(value: int) -> None:
    assert roman(_write_roman(value)) == value
    assert roman(_write_roman(value).lower()) == value
