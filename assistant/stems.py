"""Word stems: one stemmer for questions, passages and the thesaurus, so that their words meet."""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the word's stem (Porter 2)."""
    return str(snowballstemmer.stemmer("english").stemWord(word))
