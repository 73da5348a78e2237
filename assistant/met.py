"""How far the words of a question are met, one by one, by the words that would answer it.

The models score a question as a whole: "must the deck have cameras?" is near to a provision on decks. Here each word is
read by the encoder where it stands and compared with every token of the answer; a question for which even the words
least met have something near them is more likely answered. Words shared are met in full, everyday words in part
("mobster" by "criminal group"), what the provision does not speak of hardly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from index.passages import placed_terms

if TYPE_CHECKING:
    from collections.abc import Collection

    from index.models import TokenVectors, Vectors

LEAST = 3
"""One word in so many, those least met, whose mean counts, at least one. Training questions, documents left out: with a
fixed number of one to three, or with a half, questions answered are told from others as well, but a fixed number takes
in the words that short questions share with any provision."""
UNSAID = 0.5
"""Value where nothing can be said: about the mean of training questions answered, weighed as the confidence does."""


@runtime_checkable
class TokenReader(Protocol):
    """An encoder that also gives the vectors of single tokens."""

    def tokens(self, text: str) -> TokenVectors:
        """Return a passage's tokens, each with the vector that it has in its sentence."""
        ...


def met(question: str, words: str, reader: TokenReader, *, besides: Collection[str] = ()) -> float:
    """Return the mean over the words of a question least met of the cosine of each to what meets it best, 0 to 1.

    Args:
        question: As searched.
        words: Those that would be quoted.
        reader: The encoder.
        besides: Lower-case words of the question that only name the document, and are not looked for in it.
    """
    terms = [(start, end) for term, start, end in placed_terms(question) if term not in besides]
    answer = reader.tokens(words).rows
    if not terms or not len(answer):
        return UNSAID
    asked = reader.tokens(question)
    best = [
        float((answer @ vector).max())
        for start, end in terms
        if (vector := _word(asked, start, end)) is not None
    ]
    return float(np.mean(sorted(best)[: math.ceil(len(best) / LEAST)])) if best else UNSAID


def _word(tokens: TokenVectors, start: int, end: int) -> Vectors | None:
    """Return the mean vector of a word's tokens, of length 1; None for a word beyond what the encoder reads."""
    placed = zip(tokens.spans, tokens.rows, strict=True)
    rows = [row for (first, last), row in placed if first < end and last > start]
    if not rows:
        return None
    mean = np.mean(rows, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
