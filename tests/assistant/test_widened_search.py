"""Other wordings of a question bring passages in; what they are worth is judged by the question's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from assistant.advice import FUSION_K, LEAST_FOUND, Consultation, fused
from assistant.endpoint import Endpoint
from corpus.models import Passage, Span
from index.build import build
from index.generation import open_generation
from index.models import Hit
from index.retrieve import Retriever
from tests.assistant.local_endpoint import FAILURES, Answering, says, serving
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty

QUESTION = "Who pays for the lamp house?"
WORDING = "The costs of a lighthouse are borne by the Party"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    home = tmp_path_factory.mktemp("home")
    build(home, [lighthouse_treaty(), lighthouse_guide()], by_section, HashEmbedder())
    with open_generation(home) as opened:
        yield Retriever(opened, HashEmbedder(), OverlapReranker())


def widened(retriever: Retriever, answer: Answering, top_k: int = 3) -> tuple[tuple[Hit, ...], list[str]]:
    """Return the hits of the question, widened as the endpoint says, and the names of the stages."""
    own = retriever.search(QUESTION, top_k=top_k).hits
    with serving(answer) as server:
        asked = Consultation(Endpoint(server.url, "small-model"))
        hits = asked.hits(
            QUESTION,
            own,
            search=lambda wording: retriever.search(wording, top_k=top_k).hits,
            judge=partial(retriever.judged, QUESTION),
        )
    return hits, [stage.name for stage in asked.stages]


def test_a_wording_brings_in_what_the_question_did_not_find(retriever: Retriever) -> None:
    own = [hit.passage.label for hit in retriever.search(QUESTION, top_k=3).hits]
    hits, stages = widened(retriever, says({"wordings": [WORDING]}))
    assert "Article 4" not in own
    assert "Article 4" in [hit.passage.label for hit in hits]
    assert stages == ["advice_reword", "advice_search"]


def test_what_a_wording_brings_in_has_the_signals_of_the_question_itself(retriever: Retriever) -> None:
    hits, _ = widened(retriever, says({"wordings": [WORDING]}))
    everything = {hit.passage.id: hit for hit in retriever.search(QUESTION, top_k=50).hits}
    for hit in hits:
        straight = everything[hit.passage.id].signals
        assert hit.signals.cosine == pytest.approx(straight.cosine, abs=1e-5)
        assert hit.signals.logit == pytest.approx(straight.logit, abs=1e-5)


@pytest.mark.parametrize("found", [1, 3, 6])
def test_a_passage_scores_the_same_however_it_was_found(retriever: Retriever, found: int) -> None:
    """Nothing is gained by being found in other words."""
    everything = retriever.search(QUESTION, top_k=50).hits
    own, rest = everything[:found], everything[found:]
    again = retriever.judged(QUESTION, [hit.passage for hit in rest], own)
    assert [hit.passage.id for hit in again] == [hit.passage.id for hit in rest]
    assert [hit.score for hit in again] == pytest.approx([hit.score for hit in rest], abs=1e-4)
    assert retriever.judged(QUESTION, [], own) == ()


def test_what_the_question_found_keeps_its_places_and_signals(retriever: Retriever) -> None:
    own = {hit.passage.id: hit for hit in retriever.search(QUESTION, top_k=3).hits}
    hits, _ = widened(retriever, says({"wordings": [WORDING]}))
    kept = [hit for hit in hits if hit.passage.id in own]
    assert kept
    assert all(hit == own[hit.passage.id] for hit in kept)


@pytest.mark.parametrize("case", FAILURES)
def test_with_an_endpoint_that_fails_the_search_is_as_without(retriever: Retriever, case: str) -> None:
    answer, why = FAILURES[case]
    hits, stages = widened(retriever, answer)
    assert hits == retriever.search(QUESTION, top_k=3).hits
    assert stages == [f"advice_reword_failed: {why}"]


@pytest.mark.parametrize("wordings", [[], [QUESTION], ["?!"], ["x" * 5000]])
def test_wordings_that_say_nothing_change_nothing(retriever: Retriever, wordings: list[str]) -> None:
    hits, stages = widened(retriever, says({"wordings": wordings}))
    assert hits == retriever.search(QUESTION, top_k=3).hits
    assert stages == ["advice_reword"]


def hit(name: str) -> Hit:
    return Hit(Passage(name, "lights", (name,), name, Span(0, 1), name), 1.0)


def order(own: str, *others: str) -> str:
    return "".join(one.id for one in fused([hit(c) for c in own], [[hit(c) for c in o] for o in others]))


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ("abc", [], "abc"),
        ("", [], ""),
        ("abc", ["abc"], "abc"),
        ("abc", ["x"], "abcx"),  # one wording does not outvote the question's own words
        ("abc", ["xa", "xb"], "abxc"),
        ("abc", ["x", "x", "x"], "xabc"),  # three that agree do
        ("abcdefghij", ["x"], "abcdefghij"),  # as many as the question found, and no more
    ],
)
def test_the_question_has_two_voices_and_each_wording_one(own: str, others: list[str], expected: str) -> None:
    assert order(own, *others) == expected


rankings = st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), unique=True, max_size=15).map("".join)


@limits(deadline=None)
@given(rankings, st.lists(rankings, max_size=3))
def test_fusion_drops_nothing_that_there_is_room_for(own: str, others: Sequence[str]) -> None:
    found = order(own, *others)
    there = set(own).union(*others)
    assert set(found) <= there
    assert len(found) == len(set(found)) == min(len(there), max(len(own), LEAST_FOUND))
    assert FUSION_K > 0
    if own and not others:
        assert found == own
