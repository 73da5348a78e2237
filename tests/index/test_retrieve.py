"""Retrieval: the passage that answers comes first, every signal is told, and the budget is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from index.build import build
from index.closeups import SHARE, parts_of
from index.embedder import load_embedder
from index.errors import IndexMismatch, SearchIndexError
from index.generation import open_generation
from index.reranker import load_reranker
from index.retrieve import Retriever, Settings
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.generation import Generation
    from index.retrieve import Retrieval

TREATY, GUIDE = lighthouse_treaty(), lighthouse_guide()


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    home = tmp_path_factory.mktemp("home")
    build(home, [TREATY, GUIDE], by_section, HashEmbedder())
    with open_generation(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def retriever(generation: Generation) -> Retriever:
    return Retriever(generation, HashEmbedder(), OverlapReranker())


@pytest.fixture(scope="module")
def real_retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    home = tmp_path_factory.mktemp("real")
    embedder = load_embedder()
    build(home, [TREATY, GUIDE], by_section, embedder)
    with open_generation(home, model=embedder.name) as opened:
        yield Retriever(opened, embedder, load_reranker())


def labels(retrieval: Retrieval) -> list[str]:
    return [hit.passage.label for hit in retrieval.hits]


# -- with the bundled models


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Who has to pay for a lighthouse?", "Article 4"),
        ("What must be done when the weather is misty?", "Article 3"),
        ("How can a State withdraw from the treaty?", "Article 7"),
        ("When does the lamp have to be lit?", "Article 2"),
        ("What if two countries disagree?", "Article 8"),
        ("Is a government allowed to opt out of the obligation to light?", "Article 6"),
    ],
)
def test_a_question_in_other_words_finds_its_article(
    real_retriever: Retriever, question: str, best: str
) -> None:
    assert best in labels(real_retriever.search(question, document_ids=["lighthouses"]))[:2]


def test_what_the_treaty_does_not_say_scores_below_what_it_says(real_retriever: Retriever) -> None:
    def best_logit(question: str) -> float:
        return max(hit.signals.logit or -99 for hit in real_retriever.search(question).hits)

    assert best_logit("Who bears the costs of a lighthouse?") > 0
    assert best_logit("What is the capital of Portugal?") < -5


def test_the_same_question_gives_the_same_answer_in_every_thread(real_retriever: Retriever) -> None:
    alone = real_retriever.search("Who sounds the horn?").hits
    with ThreadPoolExecutor(4) as pool:
        for retrieval in pool.map(real_retriever.search, ["Who sounds the horn?"] * 8):
            assert retrieval.hits == alone


# -- order, signals, stages


def test_hits_fall_in_score_and_carry_every_signal(retriever: Retriever) -> None:
    question = "An inspector may enter at any hour"
    hits = retriever.search(question, document_ids=["lighthouses"]).hits
    assert hits[0].passage.label == "Article 5"
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    first, embedder = hits[0].signals, HashEmbedder()
    assert (first.lexical_rank, first.rerank_rank) == (1, 1)
    asked, text = embedder.embed_query(question), hits[0].passage.embed_text
    own = float(asked @ embedder.embed([text])[0])
    best = float((embedder.embed(parts_of(text)) @ asked).max())
    assert first.cosine == pytest.approx((own + SHARE * best) / (1 + SHARE), abs=1e-3)
    assert first.sentences == pytest.approx(tuple(embedder.embed(parts_of(text)) @ asked), abs=1e-3)
    assert sorted(hit.signals.dense_rank or 0 for hit in hits) == list(range(1, 9))
    assert {hit.signals.lexical_rank is None for hit in hits} == {True, False}
    assert all((hit.signals.bm25 is None) == (hit.signals.lexical_rank is None) for hit in hits)


def test_without_vectors_of_sentences_a_hit_has_no_likeness_of_them(generation: Generation) -> None:
    bare = Retriever(generation, HashEmbedder(), OverlapReranker(), Settings(sentences=False))
    assert all(hit.signals.sentences == () for hit in bare.search("Who lights the lamp?").hits)


def test_a_passage_found_by_words_alone_counts_too(generation: Generation) -> None:
    shallow = Retriever(generation, HashEmbedder(), OverlapReranker(), Settings(depth=1))
    hits = shallow.search("depositary", top_k=1).hits
    assert [hit.passage.label for hit in hits] == ["Article 7"]


@pytest.mark.parametrize("asking", [True, False])
def test_without_what_was_learned_of_asking_a_question_is_read_as_a_passage(
    generation: Generation, asking: bool
) -> None:
    embedder = HashEmbedder()
    Retriever(generation, embedder, OverlapReranker(), Settings(asking=asking)).search("Who lights the lamp?")
    assert embedder.read == ([] if asking else ["Who lights the lamp?"])


def test_stages_are_told_as_they_begin_and_timed(retriever: Retriever) -> None:
    told: list[str] = []
    retrieval = retriever.search("fog", on_stage=told.append)
    assert told == [stage.name for stage in retrieval.stages] == ["embed", "dense", "lexical", "rerank"]
    assert all(stage.ms >= 0 for stage in retrieval.stages)


@pytest.mark.parametrize("top_k", [1, 3, 10, 500])
def test_at_most_top_k_hits(retriever: Retriever, top_k: int) -> None:
    assert len(retriever.search("fog", top_k=top_k).hits) == min(top_k, 10)


# -- where to look


@pytest.mark.parametrize(
    ("within", "documents", "passages"),
    [
        (None, {"lighthouses", "guide"}, 10),
        (["guide"], {"guide"}, 2),
        (["guide", "guide"], {"guide"}, 2),
        ([], set(), 0),
    ],
)
def test_only_the_documents_asked_for_are_searched(
    retriever: Retriever, generation: Generation, within: list[str] | None, documents: set[str], passages: int
) -> None:
    retrieval = retriever.search("Who sounds the horn in fog?", document_ids=within)
    assert {hit.passage.document_id for hit in retrieval.hits} == documents
    assert (retrieval.searched.documents, retrieval.searched.passages) == (len(documents), passages)
    assert retrieval.searched.generation == generation.id


@pytest.mark.parametrize(
    ("question", "within", "found"),
    [("", None, "empty line"), (" \n", None, "empty line"), ("fog", ["harbours"], "'harbours'")],
)
def test_what_cannot_be_searched_is_said(
    retriever: Retriever, question: str, within: list[str] | None, found: str
) -> None:
    with pytest.raises(SearchIndexError, match=found):
        retriever.search(question, document_ids=within)


@pytest.mark.parametrize("question", ['"', "NEAR(", "🗼", "the of and", "\x00", "fog " * 3000])
def test_any_text_is_a_question(retriever: Retriever, question: str) -> None:
    assert retriever.search(question).hits


@pytest.mark.parametrize(
    "embedder", [HashEmbedder("other"), HashEmbedder(dimension=32)], ids=["name", "dimension"]
)
def test_another_encoder_than_the_index_was_built_with_is_refused(
    generation: Generation, embedder: HashEmbedder
) -> None:
    with pytest.raises(IndexMismatch, match="run: treaty index"):
        Retriever(generation, embedder, OverlapReranker())


# -- weights and budget


def test_telling_words_raise_the_weight_of_the_lexical_search(retriever: Retriever) -> None:
    telling = retriever.lexical_weight("arbitration")
    mixed = retriever.lexical_weight("arbitration about whales")
    unknown = retriever.lexical_weight("whales")
    everywhere = retriever.lexical_weight("lighthouses")
    assert telling > mixed > unknown == everywhere == retriever.lexical_weight("of the")
    assert telling == Settings().lexical_most
    assert unknown == Settings().lexical_least


@pytest.mark.parametrize(
    ("settings", "read"),
    [
        (Settings(), 10),
        (Settings(rerank_most=4), 4),
        (Settings(rerank_tokens=1, rerank_least=3), 3),
        (Settings(rerank_tokens=0, rerank_least=0), 0),
    ],
    ids=["enough for all", "a fixed number", "the least", "nothing"],
)
def test_the_reranker_reads_what_the_budget_allows(
    generation: Generation, settings: Settings, read: int
) -> None:
    reranker = OverlapReranker()
    hits = Retriever(generation, HashEmbedder(), reranker, settings).search("Who sounds the horn?").hits
    assert len(reranker.read) == read
    assert len(hits) == 10
    assert sum(hit.signals.logit is not None for hit in hits) == read
    ranks = [hit.signals.rerank_rank for hit in hits]
    assert None not in ranks[:read], "what was reread stands before what was not"


def test_the_budget_counts_tokens(generation: Generation) -> None:
    embedder, reranker = HashEmbedder(), OverlapReranker()
    budget = Settings(rerank_tokens=60, rerank_least=1)
    Retriever(generation, embedder, reranker, budget).search("Who sounds the horn?")
    assert sum(embedder.count(reranker.read)) <= 60 < sum(embedder.count(reranker.read)) + 40
