"""From a question to ranked passages: dense and lexical search, fused by rank, read again by a cross-encoder.

The order of the result is what counts; whether an answer may be given is decided by the caller, from the
signals that every hit carries.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexMismatch, SearchIndexError
from index.models import Embedder, Hit, Reranker, Searched, Signals, Stage, Vectors
from index.passages import question_terms
from index.ranking import Signal, ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from corpus.models import Passage
    from index.generation import Generation

_FINAL_K = 10
"""Constant of rank fusion where the learned order is left out: over two dozen passages places matter more."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What retrieval can be tuned by.

    Attributes:
        depth: Passages taken from each first-stage search. Recall beyond 50 goes to passages that the
            cross-encoder's budget never reaches.
        fusion_k: The constant of reciprocal-rank fusion, 60 as in Cormack, Clarke and Büttcher (2009).
        rare: A word counts as rare if at most this share of passages hold it. Words like "party" or "State"
            stand in every other provision of a treaty and say nothing about which is meant.
        lexical_least, lexical_most: Bounds of the lexical search's weight against the dense one's 1. Of everyday
            questions the passages that are read again hold the right one in 0.76 of cases with a weight of 0 and in
            0.66 with 0.3; of others in 0.93 and 0.94 (training questions, 16 passages read).
        rerank_tokens: What the cross-encoder may read for one question, in the encoder's tokens. At 14,000
            tokens/s (2 cores, measured) this takes 230 ms; a machine a third as fast stays under 700.
        first_tokens: What it reads before it is asked whether the order is in doubt.
        doubt_logit, doubt_lead: The order is in doubt if no passage read so far has this logit, or the first leads
            the second by less than this score. With both, a question reads 2,250 tokens in the mean instead of 2,950,
            and of 794 training and dev questions as many have the right passage first (0.581, 0.578 with all read).
        rerank_least, rerank_most: Bounds on the number of passages it reads.
        asking, lexical, sentences, cross_encoder, cascade, learned: Whether that part takes part, so that what it
            brings can be measured; without ``asking`` a question is read as a passage is.
    """

    depth: int = 50
    fusion_k: int = 60
    rare: float = 0.05
    lexical_least: float = 0.1
    lexical_most: float = 0.25
    rerank_tokens: int = 3200
    first_tokens: int = 1600
    doubt_logit: float = -3.0
    doubt_lead: float = 0.2
    rerank_least: int = 6
    rerank_most: int = 24
    asking: bool = True
    lexical: bool = True
    sentences: bool = True
    cross_encoder: bool = True
    cascade: bool = True
    learned: bool = True


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, best first, what it looked through, and how long each stage took."""

    hits: tuple[Hit, ...]
    searched: Searched
    stages: tuple[Stage, ...]


class Retriever:
    """Searches one generation; safe to use from several threads.

    Raises:
        IndexMismatch: If the generation was built with another encoder.
    """

    def __init__(
        self, generation: Generation, embedder: Embedder, reranker: Reranker, settings: Settings | None = None
    ) -> None:
        built_with = generation.manifest.embedder
        if (embedder.name, embedder.dimension) != (built_with.name, built_with.dimension):
            raise IndexMismatch(
                f"expected an index built with the model {embedder.name!r} ({embedder.dimension} numbers), "
                f"found one built with {built_with.name!r} ({built_with.dimension}); "
                "run: treaty index, or set the model back"
            )
        self._generation, self._embedder, self._reranker = generation, embedder, reranker
        self._settings = settings or Settings()
        self._tokens: dict[str, int] = {}

    def search(
        self,
        question: str,
        *,
        top_k: int = 10,
        document_ids: Sequence[str] | None = None,
        widened: str | None = None,
        on_stage: Callable[[str], None] | None = None,
    ) -> Retrieval:
        """Find the passages that may answer a question.

        Args:
            question: In the user's words.
            top_k: Most hits wanted.
            document_ids: Where to look; None for everywhere.
            widened: The question with other words for the same things; the encoder searches with the mean of both
                vectors, the cross-encoder reads this one. On 413 everyday training questions right@1 is 0.370 with and
                0.358 without, right@3 0.523 and 0.538, recall@10 0.726 and 0.700; the larger gain on the dev split
                (right@3 0.81, 0.69) flatters it, because the words were collected while reading that split.
            on_stage: Called with the name of each stage as it begins: ``embed``, ``dense``, ``lexical``,
                ``rerank``.

        Returns:
            At most ``top_k`` hits; scores fall, and are comparable within one retrieval only.

        Raises:
            SearchIndexError: If the question is blank or a document is not in the index.
        """
        if not question.strip():
            raise SearchIndexError("expected a question, found an empty line; ask in words")
        searched = self._searched(document_ids)
        clock = _Clock(on_stage)
        depth = max(self._settings.depth, top_k)
        with clock.stage("embed"):
            vector = self._vector(question, widened)
        with clock.stage("dense"):
            dense = self._likest(vector, self._generation.vectors.query(vector, depth, document_ids))
        with clock.stage("lexical"):
            words = self._settings.lexical
            lexical = self._generation.passages.lexical(question, depth, document_ids) if words else []
            weight = self.lexical_weight(question)
        first = _fused(
            [([one for one, _ in dense], 1.0), ([one for one, _ in lexical], weight)], self._settings.fusion_k
        )
        passages = {passage.id: passage for passage in self._generation.passages.passages(list(first))}
        found = _Found(vector, widened or question, dense, lexical)
        with clock.stage("rerank"):
            dense, reread = self._reread(found, [passages[one] for one in first])
            final = self._final(dense, lexical, reread)
        order = [*final, *(one for one in first if one not in final)]
        signals = _signals(dense, lexical, reread)
        hits = [
            Hit(passages[one], final.get(one, 0.0), self._closer(vector, one, signals[one]))
            for one in order[:top_k]
        ]
        return Retrieval(tuple(hits), searched, tuple(clock.stages))

    def _vector(self, question: str, widened: str | None) -> Vectors:
        vector = self._read(question)
        if widened is None or widened == question:
            return vector
        mean = vector + self._read(widened)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _read(self, question: str) -> Vectors:
        if self._settings.asking:
            return self._embedder.embed_query(question)
        return np.asarray(self._embedder.embed([question])[0], dtype=np.float32)

    def _reread(
        self, found: _Found, passages: Sequence[Passage]
    ) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """Return the dense ranking with all that was read, and what the cross-encoder says of that, best first.

        It reads as much as mostly suffices, and the rest of its budget only where the order is still in doubt.
        """
        settings = self._settings
        chosen = self._within(passages, settings.rerank_tokens if settings.cross_encoder else 0)
        enough = self._within(chosen, settings.first_tokens) if settings.cascade else chosen
        logits = self._logits(found.read, enough)
        dense = self._completed(found.dense, found.vector, enough)
        if len(enough) < len(chosen) and self._in_doubt(dense, found.lexical, logits):
            rest = chosen[len(enough) :]
            logits |= self._logits(found.read, rest)
            dense = self._completed(dense, found.vector, rest)
        return dense, _ranked(logits)

    def _logits(self, question: str, passages: Sequence[Passage]) -> dict[str, float]:
        if not self._settings.cross_encoder:
            return {}
        logits = self._reranker.score(question, [passage.embed_text for passage in passages])
        return {passage.id: logit for passage, logit in zip(passages, logits, strict=True)}

    def _in_doubt(
        self,
        dense: Sequence[tuple[str, float]],
        lexical: Sequence[tuple[str, float]],
        logits: Mapping[str, float],
    ) -> bool:
        """Tell whether no passage was found likely, or two are nearly as good."""
        scores = list(self._final(dense, lexical, _ranked(logits)).values())
        unlikely = max(logits.values(), default=0.0) < self._settings.doubt_logit
        return unlikely or (len(scores) > 1 and scores[0] - scores[1] < self._settings.doubt_lead)

    def _final(
        self,
        dense: Sequence[tuple[str, float]],
        lexical: Sequence[tuple[str, float]],
        reread: Sequence[tuple[str, float]],
    ) -> dict[str, float]:
        """Order the passages that were read again by all their signals; ids with their scores, best first."""
        if not self._settings.learned:
            logits, likeness = ([one for one, _ in found] for found in (reread, dense))
            read = set(logits)
            return _fused([(logits, 1.0), ([one for one in likeness if one in read], 1.0)], _FINAL_K)
        cosines, words = dict(dense), dict(lexical)
        signals = [Signal(cosines[one], logit, words.get(one)) for one, logit in reread]
        scores = ranking().scores(signals)
        return dict(_ranked({one: score for (one, _), score in zip(reread, scores, strict=True)}))

    def _completed(
        self, dense: Sequence[tuple[str, float]], vector: Vectors, chosen: Sequence[Passage]
    ) -> list[tuple[str, float]]:
        """Return the dense ranking with the cosines of passages that only the lexical search found."""
        known = {one for one, _ in dense}
        lacking = [passage.id for passage in chosen if passage.id not in known]
        vectors = self._generation.vectors.get(lacking) if lacking else {}
        found = [(one, float(np.dot(vector, vectors[one]))) for one in lacking]
        return sorted([*dense, *self._likest(vector, found)], key=lambda pair: -pair[1])

    def _likest(self, vector: Vectors, cosines: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """Weigh in the sentences of passages found; most alike first."""
        if not self._settings.sentences:
            return _ranked(dict(cosines))
        return _ranked(self._generation.closeups.likeness(vector, dict(cosines)))

    def _closer(self, vector: Vectors, passage_id: str, signals: Signals) -> Signals:
        """Return a passage's signals with the likeness of its sentences."""
        if not self._settings.sentences:
            return signals
        return replace(signals, sentences=self._generation.closeups.cosines(vector, passage_id))

    def judged(
        self, question: str, passages: Sequence[Passage], beside: Sequence[Hit], *, widened: str | None = None
    ) -> tuple[Hit, ...]:
        """Return passages that were found some other way, with the signals and scores that a question gives them.

        Args:
            question: In the user's words.
            passages: None of them among ``beside``.
            beside: What the question found; the scores are comparable with its own. The passages have no places in
                its rankings, because it did not find them.
            widened: As in ``search``.
        """
        if not passages:
            return ()
        vector = self._vector(question, widened)
        cosines = dict(self._completed([], vector, passages))
        logits = self._reranker.score(widened or question, [passage.embed_text for passage in passages])
        told = [
            Signal(one.signals.cosine, one.signals.logit, one.signals.bm25)
            for one in beside
            if one.signals.cosine is not None and one.signals.logit is not None
        ]
        told += [Signal(cosines[one.id], logit, None) for one, logit in zip(passages, logits, strict=True)]
        scores = ranking().scores(told)[-len(passages) :]
        return tuple(
            Hit(one, score, self._closer(vector, one.id, Signals(cosine=cosines[one.id], logit=logit)))
            for one, score, logit in zip(passages, scores, logits, strict=True)
        )

    def lexical_weight(self, question: str) -> float:
        """Return how far the lexical search is trusted with this question, against the dense one's 1.

        It is the share of the question's words, weighed by their rarity, that few passages hold, but some do:
        such words ("extradition", "hydrophones") name what is meant. Words that stand everywhere choose
        nothing, and words that stand nowhere are not the text's own.
        """
        store, settings = self._generation.passages, self._settings
        terms = question_terms(question)
        weights = store.idf(terms)
        few = max(1.0, settings.rare * self._generation.manifest.passages)
        telling = sum(
            weight
            for term, weight in zip(terms, weights, strict=True)
            if 0 < store.document_frequency(term) <= few
        )
        share = telling / sum(weights) if terms else 0.0
        return settings.lexical_least + (settings.lexical_most - settings.lexical_least) * share

    def _searched(self, document_ids: Sequence[str] | None) -> Searched:
        documents = self._generation.manifest.documents
        chosen = list(documents) if document_ids is None else list(dict.fromkeys(document_ids))
        if unknown := [one for one in chosen if one not in documents]:
            raise SearchIndexError(
                f"expected the id of an indexed document, found {unknown[0]!r}; run: treaty corpus list"
            )
        return Searched(len(chosen), sum(documents[one].passages for one in chosen), self._generation.id)

    def _within(self, passages: Sequence[Passage], budget: int) -> list[Passage]:
        """Take from the front as many passages as a budget of the encoder's tokens allows, and a few at least."""
        settings = self._settings
        passages = passages[: settings.rerank_most]
        chosen: list[Passage] = []
        spent = 0
        for passage, n in zip(passages, self._counted(passages), strict=True):
            spent += n
            if spent > budget and len(chosen) >= settings.rerank_least:
                break
            chosen.append(passage)
        return chosen

    def _counted(self, passages: Sequence[Passage]) -> list[int]:
        """Return the passages' numbers of tokens; each is counted once, because a generation never changes."""
        new = [passage for passage in passages if passage.id not in self._tokens]
        if new:
            counts = self._embedder.count([passage.embed_text for passage in new])
            self._tokens.update((passage.id, n) for passage, n in zip(new, counts, strict=True))
        return [self._tokens[passage.id] for passage in passages]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first stage found for a question: its vector, the words to read with, and two rankings."""

    vector: Vectors
    read: str
    dense: Sequence[tuple[str, float]]
    lexical: Sequence[tuple[str, float]]


class _Clock:
    """Times the stages of one question and tells when each begins."""

    def __init__(self, on_stage: Callable[[str], None] | None) -> None:
        self.stages: list[Stage] = []
        self._tell = on_stage or (lambda _: None)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._tell(name)
        started = time.perf_counter()
        yield
        self.stages.append(Stage(name, (time.perf_counter() - started) * 1000))


def _fused(rankings: Sequence[tuple[Sequence[str], float]], k: int) -> dict[str, float]:
    """Fuse rankings, each with its weight, by reciprocal rank; ids with their scores, best first.

    ``score = sum of weight / (k + rank)``, ranks from 1 (Cormack, Clarke and Büttcher 2009). Equal scores
    keep the order of the first ranking that has them.
    """
    scores: dict[str, float] = {}
    for ordered, weight in rankings:
        for rank, one in enumerate(ordered, start=1):
            scores[one] = scores.get(one, 0.0) + weight / (k + rank)
    return dict(_ranked(scores))


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: -item[1])


def _signals(
    dense: Sequence[tuple[str, float]],
    lexical: Sequence[tuple[str, float]],
    reread: Sequence[tuple[str, float]],
) -> dict[str, Signals]:
    ranks = [
        {one: (rank, score) for rank, (one, score) in enumerate(found, start=1)}
        for found in (dense, lexical, reread)
    ]
    unseen = (None, None)
    signals: dict[str, Signals] = {}
    for one in {**ranks[0], **ranks[1]}:
        (dense_rank, cosine), (lexical_rank, bm25), (rerank_rank, logit) = (
            rank.get(one, unseen) for rank in ranks
        )
        signals[one] = Signals(dense_rank, lexical_rank, rerank_rank, cosine, bm25, logit)
    return signals
