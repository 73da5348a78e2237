"""What models said is kept: the same results, made once, and no more of them than there is room for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.embedder import BundledEmbedder
from index.remembered import Remembered
from index.reranker import BundledReranker

texts = st.lists(st.tuples(st.text(max_size=2), st.text(max_size=2)), max_size=12)


@given(st.lists(texts, max_size=6), st.integers(1, 20))
def test_results_are_those_of_the_function_each_made_once_while_kept(
    calls: list[list[tuple[str, str]]], most: int
) -> None:
    kept: Remembered[str] = Remembered(most)
    for keys in calls:
        made: list[tuple[str, str]] = []

        def make(
            places: list[int], keys: list[tuple[str, str]] = keys, made: list[tuple[str, str]] = made
        ) -> list[str]:
            made += [keys[place] for place in places]
            return ["|".join(keys[place]) for place in places]

        assert kept.each(keys, make) == ["|".join(key) for key in keys]
        assert len(made) == len(set(made)) <= len(set(keys))
        assert len(kept) <= most


def test_texts_that_read_the_same_together_are_told_apart() -> None:
    kept: Remembered[int] = Remembered(10)
    assert kept.each([("ab", "c"), ("a", "bc")], lambda places: places) == [0, 1]


def test_what_was_asked_longest_ago_goes_first() -> None:
    kept: Remembered[str] = Remembered(2)
    for text in ("a", "b", "a", "c"):
        kept.each([(text,)], lambda _: ["first"])
    assert kept.each([("a",), ("c",), ("b",)], lambda places: ["anew"] * len(places)) == [
        "first",
        "first",
        "anew",
    ]


def test_scores_are_the_same_asked_again_and_beside_others() -> None:
    reranker = BundledReranker()
    lamp, bell = "A hut shall have a lamp.", "A hut shall have a bell."
    first = reranker.score("Who keeps the lamp?", [lamp, bell, lamp])
    assert first[0] == first[2] != first[1]
    assert reranker.score("Who keeps the lamp?", [bell, lamp]) == [first[1], first[0]]
    assert BundledReranker().score("Who keeps the lamp?", [bell]) == [first[1]]
    assert reranker.score("Who rings the bell?", [bell]) != [first[1]]


def test_a_question_has_the_same_vector_asked_again_and_nobody_can_change_it() -> None:
    embedder = BundledEmbedder()
    first = embedder.embed_query("Who keeps the lamp?")
    again = embedder.embed_query("Who keeps the lamp?")
    assert np.array_equal(first, again)
    assert np.array_equal(first, BundledEmbedder().embed_query("Who keeps the lamp?"))
    assert not again.flags.writeable
