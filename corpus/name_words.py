"""The words that titles and names of treaties are made of."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_][\w’']*(?:-\w[\w’']*)*")
SMALL = frozenset("a an and the of on in for to by with against between under its from or at".split())
"""Words that initials may pass over."""
GENERIC = frozenset(
    """
    convention treaty protocol agreement charter covenant statute pact united nations international european
    council states additional optional supplementary second first present general multilateral regional revised
    """.split()
)
"""Words that many titles share; alone they name nothing."""
TYPES = "Convention|Treaty|Protocol|Agreement|Charter|Covenant|Statute|Pact|Declaration|Constitution"
TYPE = re.compile(rf"\b({TYPES})\b", re.IGNORECASE)
_SINGULARS = {f"{word}s": word for word in ("convention", "protocol", "covenant")}
"""Kinds of treaty that several are spoken of together; not "treaties", which are the subject of one."""
ABBREVIATION = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z0-9]*)*\b")
SHORTEST_ABBREVIATION = 3


@lru_cache(maxsize=8192)
def words_of(name: str) -> frozenset[str]:
    """Return the words of a name in one form: lower case, one spelling of -ise and -ize, "UN" written out."""
    words = {_plain(word) for word in WORD.findall(name)}
    return frozenset((*words, "united", "nations") if "un" in words else words)


@lru_cache(maxsize=8192)
def sequence_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in order, as series numbers are compared: ``CETS No. 005`` is ``ets 5``."""
    words = [_plain(word) for word in WORD.findall(name)]
    plain = [{"cets": "ets"}.get(word, word.lstrip("0") or word) for word in words]
    return tuple(word for word in plain if word not in ("no", "nr"))


def _plain(word: str) -> str:
    lower = word.lower().removesuffix("'s").removesuffix("’s")
    return _SINGULARS.get(lower) or re.sub(r"iz(?=e|a|i)", "is", lower)
