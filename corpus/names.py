"""What people call a treaty: title, initials, the place where it was done, names in its front matter or a names file.

No list of treaties is kept here (``name_book`` has one). Initials match as people use them, with or without the small
words: ``UNCLOS`` and ``VCLT`` are both found in the titles they shorten. ``Budapest Convention`` is read off the
final formula ("done at").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.models import Document, Kind
from corpus.name_book import NAMED_KINDS
from corpus.name_words import (
    ABBREVIATION,
    GENERIC,
    SHORTEST_ABBREVIATION,
    SMALL,
    TYPE,
    TYPES,
    WORD,
    sequence_of,
    words_of,
)
from corpus.numerals import roman
from corpus.protocol_names import lead_of, numbered_protocols

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.name_book import NamedTreaty

_DONE = re.compile(
    r"(?:\bDONE|(?<=[.\n] )Done|(?<=\n)Done)\s+(?:[Aa][Tt]|[Ii][Nn])\s+(?:the\s+[Cc]ity\s+of\s+)?"
    r"([A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)"
)
_PHRASE = re.compile(
    rf"(?P<lead>(?:[A-Z][\w’'-]+\s+){{1,6}}(?:{TYPES})s?)\b"
    r"(?P<tail>\s+(?:on|for|against|concerning|relating|relative|regarding|respecting)\b"
    r"(?:\s+(?:the|of|and|in|to|a|an|its|from|by|for|on)\b)*\s+[A-Z][\w’'-]*"
    r"(?:(?:\s+(?:the|of|and|in|to|a|an|its|from|by|for|on)\b)*\s+[A-Z][\w’'-]*)*)?"
)
"""A capitalised phrase that ends in a kind of treaty ("Fish Stocks Agreement"), and what it is said to be on."""
_SUBTITLE = re.compile(r"[,;:]| – | concerning ")
_CODE = re.compile(r"\d|^[A-Z]{1,3}$")
"""A word of a series number or of a code such as "GC III"; such names are met only as they are written."""
_WORLD = words_of("UN")
"""Words that many titles share and that tell their treaty all the same: the Charter of the United Nations."""
_SAME_STEM = 4
"""Letters at the beginning in which two words of one stem agree: treaty, treaties."""


@dataclass(frozen=True, slots=True)
class Named:
    """The treaties that a question names.

    Attributes:
        groups: Ids, one group a name: more than one id where the name fits them alike.
        absent: Titles of known treaties that are named and are none of the documents.
        words: The words of the question that name documents, in lower case.
        absent_words: Those that name what is absent.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    absent: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    absent_words: frozenset[str] = frozenset()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that is named."""
        return tuple(dict.fromkeys(one for group in self.groups for one in group))


def names_of(document: Document) -> tuple[str, ...]:
    """Return the names a document goes by, its title first.

    A title that says no more than "Convention", or as much of it as stands before its subject, is no name: "the
    Convention" may be any.
    """
    return _names(document.title, document.names, document.kind, document.text)


@lru_cache(maxsize=4096)
def _names(title: str, names: tuple[str, ...], kind: Kind, text: str) -> tuple[str, ...]:
    own = TYPE.search(title)
    places = _places(text) if kind is Kind.TREATY and own is not None else []
    short = _SUBTITLE.split(title)[0]  # "Additional Protocol to the Convention", without what it concerns
    after_places = (f"{place} {own.group(1).capitalize()}" for place in places if own)
    entitled = (one for one in (title, short) if _tells_apart(one))
    return tuple(dict.fromkeys([*entitled, *names, *after_places]))


def _tells_apart(name: str) -> bool:
    words = words_of(name) - SMALL
    return bool(words - GENERIC) or words >= _WORLD


def named_in(
    question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()
) -> tuple[str, ...]:
    """Return the ids of the treaties a question names, in the order given; empty if it names none.

    Of two treaties that the same words name, the one whose name says more of them, and little else, is meant.

    Args:
        question: As asked.
        documents: What may be meant; guides are passed over.
        absent: Known treaties that are none of the documents: their names are not taken for those of others.
    """
    given = list(documents)
    ids = naming(question, given, absent).ids
    return tuple(d.id for d in given if d.id in ids)


def naming(question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()) -> Named:
    """Return the treaties a question names, those that one name fits alike together. Arguments as ``named_in``."""
    treaties = [d for d in documents if d.kind in NAMED_KINDS]
    said = _Said.of(raised(question, treaties, absent))
    met = {d.id: found for d in treaties if (found := _named_by(d, said)) is not None}
    foreign = _absent(said, absent)
    met = {
        one: own
        for one, own in met.items()
        if not any(other.outdoes(own) for other in (*met.values(), *foreign.values()))
    }
    if "protocol" in said.words:
        met = _protocols(question, treaties, met)
    covered = frozenset(word for own in met.values() for word in own.words)
    missing = {
        title: own for title, own in foreign.items() if not (own.words - GENERIC or own.words) <= covered
    }
    return Named(
        _groups(met), tuple(missing), covered, frozenset(w for own in missing.values() for w in own.words)
    )


def _named_by(document: Document, said: _Said) -> _Naming | None:
    """Return the words that name a document. Only what says "protocol", or its code, names a protocol."""
    return _best([_meet(name, said) for name in _sayable(document.title, names_of(document), said)])


def _sayable(title: str, names: tuple[str, ...], said: _Said) -> tuple[str, ...]:
    """Return the names that may be met: a protocol's long names only if "protocol" is said."""
    if "protocol" in said.words or "protocol" not in words_of(lead_of(title)):
        return names
    return tuple(name for name in names if "protocol" not in words_of(name))


def _absent(said: _Said, absent: Sequence[NamedTreaty]) -> dict[str, _Naming]:
    """Return the known treaties named, by title: their initials only if these are one of their names."""
    found = {}
    for treaty in absent:
        sayable = _sayable(treaty.title, treaty.all_names, said)
        near = [name for name in sayable if not said.words.isdisjoint(words_of(name) - GENERIC - SMALL)]
        best = _best([_meet(name, said, exact=True) for name in near])
        if best is not None:
            found[treaty.title] = best
    return {
        title: own for title, own in found.items() if not any(o.words > own.words for o in found.values())
    }


def _groups(met: dict[str, _Naming]) -> tuple[tuple[str, ...], ...]:
    by_words: dict[frozenset[str], list[str]] = {}
    for one, own in met.items():
        by_words.setdefault(own.words, []).append(one)
    return tuple(tuple(group) for group in by_words.values())


# -- protocols


def _protocols(question: str, treaties: Sequence[Document], met: dict[str, _Naming]) -> dict[str, _Naming]:
    """Return the protocols a question means: "the protocol to X" names no provision of X itself.

    What is named stays if a protocol is among it; else the protocols whose titles name what is named are meant.
    """
    protocols = [d for d in treaties if "protocol" in d.title.lower()]
    if any(d.id in met for d in protocols):
        return met
    parents = [_distinctive(d.title) for d in treaties if d.id in met]
    meant = [d for d in protocols if any(p and p <= _distinctive(d.title) for p in parents)]
    words = frozenset(word for own in met.values() for word in own.words)
    return {d.id: _Naming(words | {"protocol"}, 0) for d in numbered_protocols(question, meant)}


def _distinctive(name: str) -> frozenset[str]:
    return words_of(name) - SMALL - GENERIC


# -- meeting a name


@dataclass(frozen=True, slots=True)
class _Said:
    """What a question says, in the forms in which names are compared."""

    words: frozenset[str]
    sequence: tuple[str, ...]
    abbreviations: tuple[str, ...]
    phrases: tuple[tuple[frozenset[str], frozenset[str]], ...]

    @classmethod
    def of(cls, question: str) -> _Said:
        abbreviations = tuple(a for a in ABBREVIATION.findall(question) if len(a) >= SHORTEST_ABBREVIATION)
        phrases = [
            (words_of(m["lead"]) - SMALL, words_of(m["tail"] or "") - SMALL)
            for m in _PHRASE.finditer(question)
        ]
        kept = tuple((lead, tail) for lead, tail in phrases if lead - GENERIC)
        return cls(words_of(question), sequence_of(question), abbreviations, kept)


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


_TELLING = 3
"""Distinctive words that name a treaty without a word for what it is ("civil and political rights")."""
_INSTRUMENTS = frozenset(
    f"{word}{ending}"
    for word in "convention treaty protocol agreement charter covenant statute pact declaration constitution".split()
    for ending in ("", "s")
) | {"treaties"}


def _meet(name: str, said: _Said, *, exact: bool = False) -> _Naming | None:
    """Return the words that name ``name``; None if it is not named.

    A name is met by its initials (with ``exact``: only if they are the name), by a capitalised phrase all of whose
    words it has, or by all of its distinctive words.
    """
    initials = frozenset(a.lower() for a in said.abbreviations if (a == name if exact else shortens(a, name)))
    if initials:
        return _Naming(initials, 0)
    parts = words_of(name) - SMALL
    if _is_code(name):
        sequence = sequence_of(name)
        return _Naming(parts, 0) if _within(sequence, said.sequence) else None
    short = max(
        (lead | tail for lead, tail in said.phrases if _fits(lead, tail, parts)), key=len, default=None
    )
    if short is None and any(lead >= parts and not _alike(tail, parts) for lead, tail in said.phrases):
        return None  # "Vienna Convention on Road Traffic" is another one than the Vienna Convention
    distinctive, met = parts - GENERIC, parts & said.words
    whole = distinctive <= met and (bool(distinctive) or met == parts)
    if len(distinctive) == 1 and met == distinctive:
        whole = False  # "corruption" alone names no convention
    if len(distinctive) < _TELLING and said.words.isdisjoint(_INSTRUMENTS):
        whole = False  # "a vessel on the high seas" names no High Seas Treaty
    found = (short or frozenset()) | (met if whole else frozenset())
    return _Naming(found, len(parts - found)) if found else None


def _fits(lead: frozenset[str], tail: frozenset[str], parts: frozenset[str]) -> bool:
    return lead <= parts and _alike(tail, parts)


def _alike(tail: frozenset[str], parts: frozenset[str]) -> bool:
    """Tell whether all words of a title's tail are those of a name, their endings left aside."""
    stems = {part[:_SAME_STEM] for part in parts}
    return all(word[:_SAME_STEM] in stems for word in tail)


@lru_cache(maxsize=8192)
def _is_code(name: str) -> bool:
    words = WORD.findall(name)
    return len(words) > 1 and any(_CODE.search(w) for w in words) and len(words) <= SHORTEST_ABBREVIATION


def _within(sequence: tuple[str, ...], said: tuple[str, ...]) -> bool:
    size = len(sequence)
    return any(said[at : at + size] == sequence for at in range(len(said) - size + 1))


def shortens(abbreviation: str, name: str) -> bool:
    """Tell whether ``abbreviation`` is made of the name's initials, in order, small words skipped or not."""
    if abbreviation.lower() == name.lower():
        return True
    words = WORD.findall(name)
    initials = [(w[0].upper(), w.lower() in SMALL) for w in words]
    letters = abbreviation.upper()
    if not initials or len(letters) < SHORTEST_ABBREVIATION or letters[0] != initials[0][0]:
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


# -- names in lower case, and names of nothing we have

_LEADS_TO_NAME = frozenset(
    """
    the under in of does do did to by is are with per and vs versus or explain quote show give read see compare me
    """.split()
)
"""Words before a name; an abbreviation typed in lower case is told from a word ("cites") by them."""
_LONGEST_CODE = 8
_LOWER = re.compile(r"(?<![\w’'-])[a-z]{3,}(?![\w’'-])")


def raised(question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()) -> str:
    """Return the question with treaties' abbreviations that were typed in lower case in capitals; its length stays."""
    given = list(documents)
    codes = {n.lower() for d in given for n in d.names if _is_abbreviation(n)}
    codes |= {n.lower() for treaty in absent for n in treaty.names if _is_abbreviation(n)}

    def upper(match: re.Match[str]) -> str:
        found = match.group()
        before = re.findall(r"[\w)]+", question[: match.start()])[-1:]
        expected = not before or before[0].lower() in _LEADS_TO_NAME or _ends_reference(before[0])
        if not expected or len(found) > _LONGEST_CODE:
            return found
        shortened = len(found) > SHORTEST_ABBREVIATION and any(shortens(found, d.title) for d in given)
        return found.upper() if found in codes or shortened else found

    return _LOWER.sub(upper, question)


def _ends_reference(before: str) -> bool:
    return (
        not before[-1].isalpha()
        or (before.isupper() and roman(before) is not None)
        or before.lower() == "bis"
    )


def _is_abbreviation(name: str) -> bool:
    return name.isalpha() and name.isupper() and len(name) >= SHORTEST_ABBREVIATION


def abbreviations_in(
    question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()
) -> frozenset[str]:
    """Return the abbreviations of treaties in a question, in lower case. Arguments as ``named_in``."""
    names = [name for d in documents if d.kind in NAMED_KINDS for name in names_of(d)]
    codes = {name for treaty in absent for name in treaty.names}
    found = [a for a in ABBREVIATION.findall(question) if len(a) >= SHORTEST_ABBREVIATION]
    return frozenset(a.lower() for a in found if a in codes or any(shortens(a, name) for name in names))


def foreign_name(text: str, documents: Iterable[Document]) -> str:
    """Return the treaty's name that a text begins with, if no document has a word of it; else an empty string.

    Args:
        text: What follows a reference: "the Vienna Convention on Road Traffic, in force".
        documents: Everything that is indexed. A name that a guide or a treaty uses is not foreign.
    """
    match = _PHRASE.match(text)
    if match is None:
        return ""
    telling = (words_of(match["lead"]) | words_of(match["tail"] or "")) - SMALL - GENERIC
    given = list(documents)
    owned = frozenset(word for d in given for name in names_of(d) for word in words_of(name))
    spoken = any(match["lead"].casefold() in d.text.casefold() for d in given)
    return "" if not telling or telling & owned or spoken else match.group()


def naming_words(question: str, document: Document) -> frozenset[str]:
    """Return the words of a question, in lower case, that also stand in, or shorten, a name of ``document``."""
    asked = raised(question, [document])
    words = {w.lower(): words_of(w) for w in WORD.findall(asked)}
    used: set[str] = set()
    for name in names_of(document):
        used |= {a.lower() for a in ABBREVIATION.findall(asked) if shortens(a, name)}
        used |= {word for word, plain in words.items() if plain <= words_of(name)}
    return frozenset(used)
