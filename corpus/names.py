"""What people call a treaty: title, initials, the place where it was done, and names in its front matter.

No list of treaties is kept here. Initials match as people use them, with or without the small words:
``UNCLOS`` and ``VCLT`` are both found in the titles they shorten. ``Budapest Convention`` is read off the
final formula ("done at").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.models import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9’'-]*")
_SMALL_WORDS = "a an and the of on in for to by with against between under its from or at"
_SMALL = frozenset(_SMALL_WORDS.split())
_ABBREVIATION = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]*\b")
_TYPE = re.compile(
    r"\b(Convention|Treaty|Protocol|Agreement|Charter|Covenant|Statute|Pact|Declaration|Constitution)\b"
)
_DONE = re.compile(
    r"(?:\bDONE|(?<=[.\n] )Done|(?<=\n)Done)\s+(?:[Aa][Tt]|[Ii][Nn])\s+(?:the\s+[Cc]ity\s+of\s+)?"
    r"([A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)"
)
_PHRASE = re.compile(
    r"(?:[A-Z][\w’'-]+\s+){1,6}(?:Convention|Treaty|Protocol|Agreement|Charter|Covenant|Statute|Pact)\b"
)
_SUBTITLE = re.compile(r"[,;:]| – | concerning ")
_SHORTEST_ABBREVIATION = 3
_GENERIC_WORDS = """
    convention treaty protocol agreement charter covenant statute pact united nations international european
    council states additional optional second first present
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that many titles share; alone they name nothing."""


def names_of(document: Document) -> tuple[str, ...]:
    """Return the names a document goes by, its title first."""
    return _names(document.title, document.names, document.kind, document.text)


@lru_cache(maxsize=4096)
def _names(title: str, names: tuple[str, ...], kind: Kind, text: str) -> tuple[str, ...]:
    own = _TYPE.search(title)
    places = _places(text) if kind is Kind.TREATY and own is not None else []
    short = _SUBTITLE.split(title)[0]  # "Additional Protocol to the Convention", without what it concerns
    return tuple(
        dict.fromkeys([title, short, *names, *(f"{place} {own.group(1)}" for place in places if own)])
    )


def named_in(question: str, documents: Iterable[Document]) -> tuple[str, ...]:
    """Return the ids of the treaties a question names, in the order given; empty if it names none.

    Of two treaties that the same words name, the one whose name says more of them, and little else, is meant.
    """
    words = _said(question)
    abbreviations = [a for a in _ABBREVIATION.findall(question) if len(a) >= _SHORTEST_ABBREVIATION]
    treaties = [d for d in documents if d.kind is Kind.TREATY]
    phrases = _phrases(question)
    found = {
        d.id: _best([_meet(name, words, abbreviations, phrases) for name in names_of(d)]) for d in treaties
    }
    met = {one: naming for one, naming in found.items() if naming is not None}
    named = [one for one, naming in met.items() if not any(o.outdoes(naming) for o in met.values())]
    if "protocol" in words:
        return _protocols(treaties, named)
    return tuple(named)


def _protocols(treaties: Sequence[Document], named: Sequence[str]) -> tuple[str, ...]:
    """Return the protocols a question means: "the protocol to X" names no provision of X itself.

    What is named stays if a protocol is among it; else the protocols whose titles name what is named are meant.
    """
    protocols = [d for d in treaties if "protocol" in d.title.lower()]
    if any(d.id in named for d in protocols):
        return tuple(named)
    parents = [_distinctive(d.title) for d in treaties if d.id in named]
    return tuple(d.id for d in protocols if any(p and p <= _distinctive(d.title) for p in parents))


def _distinctive(name: str) -> frozenset[str]:
    return frozenset(w.lower() for w in _WORD.findall(name)) - _SMALL - _GENERIC


@dataclass(frozen=True, slots=True)
class _Naming:
    """The words of a question that name a treaty, and how many words of that name it leaves out."""

    words: frozenset[str]
    missing: int

    def outdoes(self, other: _Naming) -> bool:
        return self.words > other.words or (self.words == other.words and self.missing < other.missing)


def _best(namings: Sequence[_Naming | None]) -> _Naming | None:
    met = [naming for naming in namings if naming is not None]
    return max(met, key=lambda naming: (len(naming.words), -naming.missing), default=None)


def _phrases(question: str) -> list[frozenset[str]]:
    """Return the words of each capitalised phrase that ends in a kind of treaty: "Fish Stocks Agreement"."""
    found = [
        frozenset(w.lower() for w in _WORD.findall(m.group())) - _SMALL for m in _PHRASE.finditer(question)
    ]
    return [phrase for phrase in found if phrase - _GENERIC]


def _meet(
    name: str, words: Sequence[str], abbreviations: Sequence[str], phrases: Sequence[frozenset[str]]
) -> _Naming | None:
    """Return the words that name ``name``; None if it is not named.

    A name is met by its initials, by a capitalised phrase all of whose words it has, or by all of its distinctive
    words.
    """
    initials = frozenset(a.lower() for a in abbreviations if shortens(a, name))
    if initials:
        return _Naming(initials, 0)
    parts = {w.lower() for w in _WORD.findall(name)} - _SMALL
    short = max((phrase for phrase in phrases if phrase <= parts), key=len, default=None)
    if short is not None:
        return _Naming(short, len(parts) - len(short))
    distinctive, met = parts - _GENERIC, parts & set(words)
    if not distinctive <= met or (not distinctive and met != parts):
        return None
    if len(distinctive) == 1 and met == distinctive:
        return None  # "corruption" alone names no convention
    return _Naming(frozenset(met), len(parts) - len(met))


def shortens(abbreviation: str, name: str) -> bool:
    """Tell whether ``abbreviation`` is made of the name's initials, in order, small words skipped or not."""
    if abbreviation.lower() == name.lower():
        return True
    words = _WORD.findall(name)
    initials = [(w[0].upper(), w.lower() in _SMALL) for w in words]
    letters = abbreviation.upper()
    if not initials or len(letters) < _SHORTEST_ABBREVIATION or letters[0] != initials[0][0]:
        return False
    return _in_order(letters, initials)


def _in_order(letters: str, initials: Sequence[tuple[str, bool]]) -> bool:
    """Match letters to initials in order; at most one large word may be passed over, and not the last."""
    large = [i for i, (_, small) in enumerate(initials) if not small]
    skipped, at = 0, 0
    for k, letter in enumerate(letters):
        while at < len(initials) and initials[at][0] != letter:
            skipped += not initials[at][1]
            at += 1
        if at == len(initials):
            return False
        if k == len(letters) - 1 and large and at < large[-1]:
            return False
        at += 1
    return skipped <= 1


def _places(text: str) -> list[str]:
    return list(dict.fromkeys(m.group(1).title() for m in _DONE.finditer(text)))


def _said(question: str) -> list[str]:
    """Return the words of a question in lower case, "UN" also written out."""
    words = [w.lower() for w in _WORD.findall(question)]
    return [*words, "united", "nations"] if "un" in words else words


def naming_words(question: str, document: Document) -> frozenset[str]:
    """Return the words of a question, in lower case, that also stand in, or shorten, a name of ``document``."""
    words = {w.lower() for w in _WORD.findall(question)}
    used: set[str] = set()
    for name in names_of(document):
        used |= {a.lower() for a in _ABBREVIATION.findall(question) if shortens(a, name)}
        used |= words & {w.lower() for w in _WORD.findall(name)}
    return frozenset(used)
