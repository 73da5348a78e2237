"""Instruments that a treaty's own words speak of: "the Convention", "the Statute of the Court", "this Protocol".

A protocol says "the Convention" and means its parent; which treaty that is stands in its own definition of the word
or in its title. ``names`` tells which document of the library goes by a name; here the name is read off the prose,
and a bare noun is followed to what it stands for. A noun that may mean several treaties means none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.name_words import SMALL, sequence_of, words_of
from corpus.names import named_in, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.models import Document

NOUNS = (
    "Convention Treaty Protocol Agreement Charter Covenant Statute Pact Constitution Declaration Accord Act "
    "Regulations Regulation Directive Decision Code Compact Arrangement Resolution Rules Principles"
).split()
"""What instruments call themselves."""
NOUN = "|".join(NOUNS)
_OF = (
    r"(?:(?:of|on|against|concerning|relating\s+to|regarding|between|to|in|by|with|from|at|under)"
    r"\s+(?:the\s+|a\s+|an\s+)?)"
)
_JOIN = rf"(?:{_OF}|(?:for|as)\s+(?:the\s+)?(?=[A-Z])|and\s+(?=[A-Z]))"
_LEAD = r"(?:[A-Z][\w’'-]*\s+(?:(?:of|on|for|and)\s+(?:the\s+)?)?)"
_NAME = re.compile(
    rf"(?:the\s+)?(?P<lead>{_LEAD}{{0,7}}?)(?P<noun>{NOUN})\b(?![’']s\s)"
    rf"(?P<rest>(?:\s+{_JOIN}?(?:No\.\s+)?[A-Z0-9][\w’'/-]*)*)"
)
_GOES_ON = re.compile(
    r"\s+(?:on|against|concerning|relating|regarding|between|among|establishing|supplementing|annexed)\b"
    r"(?!\s+(?:the\s+(?:one|other|basis|ground|date|day|entry)|which|behalf|that|this|request)\b)"
)
"""The name goes on in small letters, so the noun before is not the bare one: "the Convention on the law of …"."""
_MONTHS = "january february march april may june july august september october november december"
_DATE_WORDS = frozenset(_MONTHS.split())
_LONGEST_NAME = 160
"""Characters of a name that goes on in small letters; read to the next comma or full stop."""
_UPTO = re.compile(r"[^,.;:()\n]*")


@dataclass(frozen=True, slots=True)
class Name:
    """What an instrument is called where it is spoken of: its words, without the article, and where they end."""

    words: str
    end: int


def name_at(text: str, at: int, end: int) -> Name | None:
    """Return the name of an instrument that begins at ``at``, its article before it or not; None if none does."""
    match = _NAME.match(text, at, end)
    if match is None:
        return None
    stop = match.end()
    if not match["rest"] and _GOES_ON.match(text, stop, end):
        further = _UPTO.match(text, stop, min(end, stop + _LONGEST_NAME))
        stop = further.end() if further else stop
    return Name(" ".join(text[match.start("lead") : stop].split()), stop)


def names_with(noun: str, text: str) -> list[str]:
    """Return the names in ``text`` that ``noun`` is part of, without those that are the bare noun.

    A name within a name counts: the title "Protocol to the Convention on Wax" names a protocol and a convention.
    """
    found = []
    for match in re.finditer(rf"(?P<lead>(?:[A-Z][\w’'-]*\s+)*)\b{noun}\b", text):
        name = name_at(text, match.end() - len(noun), len(text))
        words = match["lead"] + name.words if name else noun
        if words != noun:
            found.append(words)
    return found


def meant_by(name: str, own: Document, documents: Iterable[Document]) -> Document | None:
    """Return the one treaty that a name means, ``own`` if it means that; None if none or several.

    Prose gives names in full, so a name that says more than a treaty's own names do is another treaty's: the United
    Nations Convention against X is not the Convention on X.
    """
    among = {d.id: d for d in documents if d.kind.is_instrument}
    met = [among[one] for one in named_in(name, among.values()) if _fits(name, among[one])]
    if len(met) > 1:
        met = [document for document in met if document.id != own.id]
    return met[0] if len(met) == 1 else None


def _fits(name: str, document: Document) -> bool:
    """Tell whether a document's names have all the words of ``name``, and say "against" where it does."""
    words = words_of(name)
    if len(words) == 1:
        return True  # an abbreviation
    called = [words_of(one) for one in names_of(document)]
    known = frozenset[str]().union(*called)
    strange = {word for word in words - known - SMALL - _DATE_WORDS if not any(c.isdigit() for c in word)}
    said, title = _relation(name), _relation(document.title)
    if strange and not any(_begins_with(name, one) for one in names_of(document)):
        return False
    return said == title or not said or not title


def _begins_with(name: str, other: str) -> bool:
    """Tell whether a name begins with another: a title that names its parent goes on about itself."""
    said, whole = ([w for w in sequence_of(one) if w not in SMALL] for one in (name, other))
    return len(whole) > 1 and said[: len(whole)] == whole


def _relation(name: str) -> str:
    """Return how a title says what it is about: a treaty *against* a thing is no treaty *on* it."""
    match = re.search(
        rf"\b(?:{NOUN})\s+(?P<word>against|on|of|for|concerning|relating|regarding)\b", name, re.IGNORECASE
    )
    return "" if match is None else ("against" if match["word"].lower() == "against" else "on")


def parent_of(
    noun: str, own: Document, said: Sequence[str], documents: Iterable[Document]
) -> Document | None:
    """Return the treaty that a bare noun means in ``own``: "the Convention" of a protocol.

    What its definition says comes first, then its title, then the one instrument of that kind it names in full.

    Args:
        noun: One of ``NOUNS``.
        own: The treaty that uses it.
        said: The words with which it defines the noun, if it does.
        documents: The library.
    """
    among = list(documents)
    defined = [name for words in said for name in names_with(noun, words)]
    if defined:
        return _only(defined, own, among)
    kind = re.search(rf"\b(?:{NOUN})\b", own.title)
    if kind is not None and kind.group() == noun:
        return own
    titled = names_with(noun, own.title[kind.end() :]) if kind else []
    return _only(titled or names_with(noun, own.text), own, among)


def _only(names: Sequence[str], own: Document, among: Sequence[Document]) -> Document | None:
    """Return the one document that all the names mean; None if one of them means none, or another."""
    meant = {name: meant_by(name, own, among) for name in dict.fromkeys(names)}
    ids = {document.id if document else None for document in meant.values()}
    return next(iter(meant.values())) if len(ids) == 1 else None
