"""Small models behind the Protocols: an encoder that hashes words, a reranker that counts the ones in common."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.models import Vectors

_WORD = re.compile(r"\w+")


class HashEmbedder:
    """Adds up one pseudo-random vector a word, so that texts with words in common lie near each other.

    Attributes:
        read: Every text it was given to embed, in order, so that a test can tell what was embedded again.
    """

    def __init__(self, name: str = "hash-64", dimension: int = 64, max_tokens: int = 1000) -> None:
        self._name, self._dimension, self._max_tokens = name, dimension, max_tokens
        self.read: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.read.extend(texts)
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        return np.vstack([self._vector(text) for text in texts])

    def embed_query(self, question: str) -> Vectors:
        return self._vector(question)

    def _vector(self, text: str) -> Vectors:
        total = np.zeros(self._dimension)
        for word in ["", *_WORD.findall(text.casefold())]:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            total += np.random.default_rng(seed).normal(size=self._dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)


class OverlapReranker:
    """Scores a text by the share of the question's words in it, from -5 to 5."""

    def __init__(self) -> None:
        self.read: list[str] = []

    @property
    def name(self) -> str:
        return "overlap"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read.extend(texts)
        asked = set(_WORD.findall(question.casefold()))
        return [
            10 * len(asked & set(_WORD.findall(text.casefold()))) / (len(asked) or 1) - 5 for text in texts
        ]
