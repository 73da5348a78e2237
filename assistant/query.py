"""Everyday words in a question, and the legal words that treaties use for them.

"Bribing the negotiator" and "corruption of its representative" share no word. A small thesaurus of our own brings the
legal words in; they widen what is searched and never appear in an answer.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from assistant.stems import stem

MOST_TERMS = 6
"""Legal terms added to one question; more would drown its own words."""
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def legal_terms(question: str) -> tuple[str, ...]:
    """Return the legal terms for a question's everyday words, at most ``MOST_TERMS``, without those it has."""
    text = question.lower()
    words = _WORD.findall(text)
    stems = {stem(word) for word in words}
    joined = f" {' '.join(words)} "
    found: dict[str, None] = {}
    for everyday, terms in _thesaurus().items():
        meets = f" {everyday} " in joined if " " in everyday else stem(everyday) in stems
        if meets:
            found.update(dict.fromkeys(term for term in terms if term.lower() not in text))
    return tuple(found)[:MOST_TERMS]


def widened(question: str) -> str:
    """Return the question with the legal terms for its everyday words behind it, or as it is if there are none."""
    terms = legal_terms(question)
    return f"{question} ({', '.join(terms)})" if terms else question


@cache
def legal_words(word: str) -> tuple[str, ...]:
    """Return the single words that may stand for one everyday word in a treaty."""
    terms = [t for everyday, ts in _thesaurus().items() if stem(everyday) == stem(word) for t in ts]
    return tuple(dict.fromkeys(w for term in terms for w in _WORD.findall(term.lower())))


@cache
def _thesaurus() -> dict[str, tuple[str, ...]]:
    text = resources.files("assistant").joinpath("thesaurus.toml").read_text(encoding="utf-8")
    return {everyday: tuple(terms) for everyday, terms in tomllib.loads(text)["words"].items()}
