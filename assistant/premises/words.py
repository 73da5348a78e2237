"""Sentences, content words and what is reported: common to all comparisons with the words found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.query import legal_words
from assistant.stems import stem

WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[a-z)\]”\"]{2})[.;?!]\s+")
_IRREGULAR = {
    "borne": "bear", "paid": "pay", "chosen": "choose", "drawn": "draw", "given": "give", "held": "hold",
    "taken": "take", "made": "make", "kept": "keep", "sent": "send", "brought": "bring", "sought": "seek",
    "undertaken": "undertake",
}  # fmt: skip
_LITTLE = frozenset(
    (
        "a an the of to in on at by for from with without and or nor but if as than that this these "
        "those which who whom "
        "whose what when where why how since under within into upon between among through during after "
        "before any each "
        "every all some other such same own it its they their them he his she her is are was were be "
        "been being do does "
        "did have has had may must can could shall should will would not no only also then there one out "
        "up off about "
        "article articles paragraph provision rule convention treaty agreement charter protocol covenant"
    ).split()
)
"""Words that say nothing of what a sentence is about, or only which text it stands in."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words of a question and the words found that give it otherwise, both as they are written.

    Attributes:
        said: From the question.
        found: From the words that would be quoted.
    """

    said: str
    found: str


def root(word: str) -> str:
    """Return the stem of a word, a verb's irregular forms taken for the verb."""
    lower = word.lower()
    return stem(_IRREGULAR.get(lower, lower))


def sentences_of(text: str) -> list[str]:
    """Return a text's sentences and the parts of them that a semicolon divides."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def content(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    return frozenset(root(w) for w in WORD.findall(text.lower()) if w not in _LITTLE)


def share(wanted: frozenset[str], text: str) -> float:
    """Return the share of the stems wanted that a text has, or legal words for them; 1 if none are."""
    has = frozenset(root(w) for w in WORD.findall(text))
    return sum(1 for one in wanted if has & meanings(one)) / len(wanted) if wanted else 1.0


def meanings(one: str) -> frozenset[str]:
    """Return a stem with the stems of the legal words that may stand for it."""
    return frozenset((one, *(root(other) for other in legal_words(one))))
