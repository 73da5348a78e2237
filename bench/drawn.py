"""Vectors drawn by chance in place of the encoder's, for libraries too large to embed in a benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.bench_scale import DrawnEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.models import Embedder, Vectors


class Drawn:
    """Passes for an encoder and costs next to nothing: its name, length and tokens, but vectors drawn by words.

    The index it builds is one the encoder itself may search and bring up to date. What it finds by likeness is found
    by chance, so over such an index only time and size mean anything.
    """

    def __init__(self, encoder: Embedder) -> None:
        self._encoder, self._drawn = encoder, DrawnEmbedder()
        self.name, self.dimension, self.max_tokens = encoder.name, encoder.dimension, encoder.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the encoder's tokens in each text."""
        return self._encoder.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Draw a vector for each text."""
        return self._drawn.embed(texts)

    def embed_query(self, question: str) -> Vectors:
        """Draw a vector for a question."""
        return self._drawn.embed_query(question)
