"""Spelling mistakes in a question, mended against the words of the indexed documents.

A word is taken for a mistake if no document has it, the encoder does not know it as a whole word, and a word of
the documents is one edit away (two for long words). Names and abbreviations are left alone. The question as
mended is what is searched, and the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
"""Letters of a word that may be mended; shorter ones have too many neighbours."""
LONG = 9
"""Letters from which two edits are allowed."""
_WORD = re.compile(r"(?<![\w'’-])[a-z]+(?![\w'’-])")
"""Words in small letters only: a capital may open a name."""
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly")

Vocabulary = Mapping[str, int]
"""Words of the documents in small letters, and how often each occurs."""


def vocabulary_of(texts: Sequence[str]) -> dict[str, int]:
    """Return the words of texts, in small letters, with their counts."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in _WORD.findall(text.lower()):
            if len(word) >= SHORTEST - 1:
                counts[word] = counts.get(word, 0) + 1
    return counts


def mended(
    question: str, vocabulary: Callable[[], Vocabulary], whole: Callable[[str], bool]
) -> tuple[str, dict[str, str]]:
    """Return the question with its misspelt words mended, and what was mended.

    Args:
        question: As asked.
        vocabulary: Gives the documents' words; called only if a word looks misspelt.
        whole: Whether the encoder knows a word as a whole, as it knows common English words.
    """
    doubtful = [
        word for word in dict.fromkeys(_WORD.findall(question)) if len(word) >= SHORTEST and not whole(word)
    ]
    if not doubtful:
        return question, {}
    words = vocabulary()
    found = {word: _nearest(word, words) for word in doubtful if not _has(words, word)}
    mends = {word: right for word, right in found.items() if right is not None}
    for word, right in mends.items():
        question = re.sub(rf"\b{word}\b", right, question)
    return question, mends


def _has(words: Vocabulary, word: str) -> bool:
    """Tell whether the documents have a word, or a form of it."""
    bare = {word, *(word.removesuffix(ending) for ending in _ENDINGS)}
    return any(one in words or f"{one}e" in words or f"{one}s" in words for one in bare)


def _nearest(word: str, words: Vocabulary) -> str | None:
    """Return the most frequent of the nearest words with the same first letter; None if none is near."""
    most = 2 if len(word) >= LONG else 1
    same = [one for one in words if one[0] == word[0] and abs(len(one) - len(word)) <= most]
    near = process.extract(word, same, scorer=OSA.distance, score_cutoff=most, limit=None)
    return min(near, key=lambda match: (match[1], -words[match[0]]))[0] if near else None
