"""Where in a question treaties are named, word by word.

``corpus.names`` tells which treaties a question names. To ask the rest of the question of each of them, the words
that name them have to be found and taken out: "How do X and Y differ on extradition" leaves "extradition".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.name_book import NAMED_KINDS
from corpus.name_words import ABBREVIATION, GENERIC, SMALL, TYPE, TYPES, WORD, words_of
from corpus.names import Named, names_of, naming, raised
from corpus.protocol_names import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.models import Document
    from corpus.name_book import NamedTreaty

_LONGEST_NAME = 24
"""Words of a name as a question may say it; official titles run to some twenty."""
_KIND = re.compile(rf"\b(?:{TYPES})s?\b", re.IGNORECASE)
_GAP = re.compile(r"[\s,\-–/]*")
"""What may stand between two words of one name."""
_YEAR_BEFORE = re.compile(r"\b(?:1[6-9]|20)\d\d\s+$")
_BEHIND = re.compile(
    r"\s*\(?\b(?:(?:of\s+)?(?:1[6-9]|20)\d\d\b|(?:conventions?|treaty|treaties|covenant|statute|charter|protocol|agreement)\b)\)?",
    re.IGNORECASE,
)
"""What belongs to a name right behind it: a year, or its kind after an abbreviation."""
_OTHER = frozenset({"its", "their"})
"""Words in front of another treaty's name."""
_LED_TO = re.compile(
    r"(?:(?<=between )|(?<=both )|(?<=from )|(?<=than )|(?<=with )|(?<=to )|(?<=unlike ))(?P<word>[a-z]{4,8})\b"
)
"""A word in lower case where a comparison may name a treaty; shorter abbreviations are words too."""
_OWNING = ("’s", "'s", "’", "'")
"""Endings of a name that owns something; no part of it."""
_OPENS = re.compile(r"[\s(]*")
_ITS_PROTOCOL = re.compile(rf"\b(?:its|their)\s+(?:own\s+)?(?={PROTOCOL.pattern})", re.IGNORECASE)
_SHORT_NAME = 2
"""Words of a name that a place or subject and a kind make: "Lanternport Convention"."""
_JOINT = r"(?:,|\b(?:and|or|vs|v|versus|with|from|to|than|unlike)\b\.?|&)"
_BESIDE_BEFORE = re.compile(rf"(?P<word>[\w’'-]+)\s*{_JOINT}\s*(?:the\s+)?$")
_BESIDE_BEHIND = re.compile(rf"\s*{_JOINT}\s*(?:the\s+)?(?P<word>[\w’'-]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a question that names a treaty.

    Attributes:
        start, end: Code points of the question, end exclusive.
        ids: The documents it names; more than one if the name fits them alike, none if it is of none of them.
        absent: The title of the treaty that is named and not among the documents, or an empty string.
    """

    start: int
    end: int
    ids: tuple[str, ...] = ()
    absent: str = ""


def places(
    question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()
) -> tuple[str, tuple[Place, ...]]:
    """Return the question with short names written out, and where in it treaties are named, in order.

    Args:
        question: As asked.
        documents: What may be named; guides are passed over.
        absent: Known treaties that are none of the documents.
    """
    treaties = [d for d in documents if d.kind in NAMED_KINDS]
    text = _written_out(_raised(question, treaties, absent), treaties, absent)
    named = _named(text, treaties, absent)
    held = [d for d in treaties if d.id in named.ids]
    known = [treaty for treaty in absent if treaty.title in named.absent]
    if not held and not known:
        return text, ()
    names = [name for d in held for name in names_of(d)] + [n for treaty in known for n in treaty.all_names]
    words = named.words.union(named.absent_words, *map(words_of, names))
    found = [
        _widened(text, place) for place in _joined(text, _Search(text, words, held, known, names).found())
    ]
    return text, tuple(sorted((*found, *_protocols(text, found, treaties)), key=lambda place: place.start))


def _named(text: str, treaties: Sequence[Document], absent: Sequence[NamedTreaty]) -> Named:
    """Return what a text names; a treaty beside "its protocol" is named as well."""
    whole = naming(text, treaties, absent)
    if not PROTOCOL.search(text):
        return whole
    others = naming(PROTOCOL.sub(" ", text), treaties, absent)
    missing = tuple(dict.fromkeys((*whole.absent, *others.absent)))
    return Named(
        (*whole.groups, *others.groups),
        missing,
        whole.words | others.words,
        whole.absent_words | others.absent_words,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """The stretches of a text that name one of a few treaties.

    Attributes:
        words: The text's words that name them, as ``corpus.names`` tells.
        held: Those among the documents.
        known: Those that are none of them.
        names: All their names.
    """

    text: str
    words: frozenset[str]
    held: Sequence[Document]
    known: Sequence[NamedTreaty]
    names: Sequence[str]

    def found(self) -> list[Place]:
        """Return the places, in order; none overlaps another."""
        tokens = list(WORD.finditer(self.text))
        found: list[Place] = []
        at = 0
        while at < len(tokens):
            upto, place = self._longest(tokens, at)
            at += 1
            if place is not None and _is_name(self.text[place.start : place.end], self.names):
                owning = next((end for end in _OWNING if self.text[: place.end].endswith(end)), "")
                found.append(replace(place, end=place.end - len(owning)))
                at = upto
        return found

    def _longest(self, tokens: Sequence[re.Match[str]], at: int) -> tuple[int, Place | None]:
        """Return the longest stretch from one word on that names one treaty, and the word to go on from."""
        start, best, upto, most = tokens[at].start(), None, at + 1, 0
        if not words_of(tokens[at].group()) & self.words - SMALL:
            return upto, None
        said: set[str] = set()
        for place in range(at, min(at + _LONGEST_NAME, len(tokens))):
            token, own = tokens[place], words_of(tokens[place].group()) - SMALL
            before = tokens[place - 1].end() if place > at else token.start()
            if not self._goes_on(before, token, own) or own & said:
                break
            said |= own
            words = self.text[start : token.end()]
            named = naming(words, self.held, self.known) if own else Named()
            many = len(named.groups) + len(named.absent)
            if most and many > most:
                break  # from here on another treaty is named as well
            one = len(named.groups) + bool(named.absent) == 1
            if one and said <= named.words | named.absent_words:
                most, upto = most or many, place + 1
                best = Place(start, token.end(), named.ids, "" if named.ids else _called(named, words))
        return upto, best

    def _goes_on(self, before: int, token: re.Match[str], own: frozenset[str]) -> bool:
        """Tell whether a word may belong to the name that ends at ``before``."""
        joined = _GAP.fullmatch(self.text[before : token.start()]) is not None
        return joined and own <= self.words and token.group().lower() not in _OTHER


def _raised(text: str, treaties: Sequence[Document], absent: Sequence[NamedTreaty]) -> str:
    """Return the text with abbreviations in lower case raised, those also that only a comparison leads to."""
    names = [name for d in treaties for name in d.names] + [n for treaty in absent for n in treaty.names]
    codes = {name.lower() for name in names if name.isalpha() and name.isupper()}

    def upper(match: re.Match[str]) -> str:
        return match.group().upper() if match["word"] in codes else match.group()

    return raised(_LED_TO.sub(upper, text), treaties, absent)


def _called(named: Named, words: str) -> str:
    """Return the title of a treaty that is not there; the words said if they fit several."""
    return named.absent[0] if len(named.absent) == 1 else words


def _is_name(words: str, names: Sequence[str]) -> bool:
    """Tell whether words are written as a name, not as its subject: "the International Court of Justice" is no statute.

    A kind of treaty, an abbreviation, or the very words of a name make one.
    """
    if _KIND.search(words) or words_of(words) in map(words_of, names):
        return True
    telling = [word for word in WORD.findall(words) if word.lower() not in SMALL]
    return all(ABBREVIATION.match(word) or word[0].isdigit() for word in telling)


def _joined(text: str, found: Sequence[Place]) -> list[Place]:
    """Return the places; a name and its abbreviation in brackets behind it are one."""
    made: list[Place] = []
    for place in found:
        last = made[-1] if made else None
        if last is not None and _same(last, place) and _OPENS.fullmatch(text[last.end : place.start]):
            closed = text[place.end : place.end + 1] == ")"
            made[-1] = Place(last.start, place.end + closed, last.ids, last.absent)
        else:
            made.append(place)
    return made


def _same(one: Place, other: Place) -> bool:
    return (one.ids, one.absent) == (other.ids, other.absent)


def _widened(text: str, place: Place) -> Place:
    """Return the place with the year or the kind of treaty beside it."""
    before, behind = _YEAR_BEFORE.search(text[: place.start]), _BEHIND.match(text, place.end)
    start = before.start() if before else place.start
    return Place(start, behind.end() if behind else place.end, place.ids, place.absent)


def _protocols(text: str, found: Sequence[Place], treaties: Sequence[Document]) -> list[Place]:
    """Return the protocols that are named by the treaty before them: "X and its Second Protocol"."""
    made = []
    for match in _ITS_PROTOCOL.finditer(text):
        said = PROTOCOL.search(text, match.end())
        before = [place for place in found if place.end <= match.start() and place.ids]
        if said is None or not before or any(place.start <= said.start() < place.end for place in found):
            continue
        titles = [d.title for d in treaties if d.id in before[-1].ids]
        named = naming(f"{said.group().title()} to the {titles[0]}", treaties)
        if named.ids and not set(named.ids) & set(before[-1].ids):
            made.append(Place(match.start(), said.end(), named.ids))
    return made


# -- short names


def _written_out(text: str, treaties: Sequence[Document], absent: Sequence[NamedTreaty]) -> str:
    """Return the text with "Lanternport" as "Lanternport Convention" where it stands beside another treaty's name.

    Alone such a word is the place; beside a treaty, in a list or a comparison, it is the treaty done there.
    """
    short = _short_names(treaties, absent)
    if not any(word in short for word in WORD.findall(text)):
        return text
    others = naming(text, treaties, absent).words - SMALL

    def whole(match: re.Match[str]) -> str:
        said = match.group()
        following = WORD.match(text, match.end() + 1)
        if said not in short or (following and following.group().lower() == short[said].split()[1].lower()):
            return said
        before, behind = _BESIDE_BEFORE.search(text[: match.start()]), _BESIDE_BEHIND.match(text, match.end())
        beside = [found.group("word") for found in (before, behind) if found]
        return short[said] if any(one in short or words_of(one) & others for one in beside) else said

    return WORD.sub(whole, text)


def _short_names(treaties: Sequence[Document], absent: Sequence[NamedTreaty]) -> dict[str, str]:
    """Return the names made of a word and a kind of treaty, by the word; those of the documents before others."""
    names = [name for d in treaties for name in names_of(d)] + [n for treaty in absent for n in treaty.names]
    made: dict[str, str] = {}
    for pair in (name.split() for name in names):
        if len(pair) == _SHORT_NAME and TYPE.fullmatch(pair[1]) and pair[0].lower() not in GENERIC:
            made.setdefault(pair[0], " ".join(pair))
    return made
