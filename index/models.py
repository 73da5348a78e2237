"""What retrieval hands on, and what it asks of the models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.models import Passage

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit vectors. Implementations are deterministic and safe to call from several threads."""

    @property
    def name(self) -> str:
        """The model's name, as the manifest records it."""
        ...

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest input in the model's own tokens, special tokens included; longer input would be cut."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the model's own tokens in each text, special tokens included."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), dimension)``, rows of length 1."""
        ...

    def embed_query(self, question: str) -> Vectors:
        """Embed one question: shape ``(dimension,)``, length 1."""
        ...


class Reranker(Protocol):
    """Scores how well passages answer a question, reading both together."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one relevance logit per text (not squashed): above 0 the model leans to relevant."""
        ...


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of a text, each with its vector.

    Attributes:
        spans: Where each token stands: first character and the one after its last.
        rows: Shape ``(tokens, dimension)``, rows of length 1.
    """

    spans: tuple[tuple[int, int], ...]
    rows: Vectors


@dataclass(frozen=True, slots=True)
class Signals:
    """What each stage said of a passage; None where the stage did not see it.

    Attributes:
        dense_rank, lexical_rank, rerank_rank: Places from 1.
        cosine: Likeness of question and passage: cosines of its vector and of its best sentence (``index.closeups``).
        bm25: SQLite's BM25, sign turned so that more is better.
        logit: Cross-encoder relevance logit.
        sentences: Cosines of question and the passage's sentences, in the order of ``index.closeups.parts_of``; empty
            where there are none.
    """

    dense_rank: int | None = None
    lexical_rank: int | None = None
    rerank_rank: int | None = None
    cosine: float | None = None
    bm25: float | None = None
    logit: float | None = None
    sentences: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval found, best first, with the final score and the signals behind it."""

    passage: Passage
    score: float
    signals: Signals = field(default_factory=Signals)


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looked through."""

    documents: int
    passages: int
    generation: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds that one stage of a question took."""

    name: str
    ms: float
