"""Which treaties a reference is about: those named beside it, those spoken of before, or the only one there is.

"Compare article 5 of the one with article 7 of the other" makes two mentions, each with a treaty of its own; people
write the treaty behind the article ("article 5 of X") or before it ("X, art. 5"). A name that fits several treaties is
not resolved here but told to be in doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.models import Document
from corpus.name_book import NAMED_KINDS
from corpus.name_words import ABBREVIATION, GENERIC, SHORTEST_ABBREVIATION, SMALL, TYPE, WORD, words_of
from corpus.names import Named, abbreviations_in, foreign_name, names_of, naming, naming_words, raised
from corpus.protocol_names import ADJECTIVES, PROTOCOL, numbered_protocols
from corpus.references import Address, Mention, Reference, annexes, mentions, references_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.models import Provision
    from corpus.name_book import NamedTreaty

_LEAD = re.compile(
    r"\s*(?:common\b)?\s*(?P<comma>,)?\s*(?:(?:both\s+)?(?:of|in|to|under|from|for)\s+)?(?:(?:the|both|said)\s+)?",
    re.IGNORECASE,
)
"""What may stand between a reference and the name behind it."""
_JOINS = re.compile(r"(?:\b(?:and|or|with|to|versus|vs|than|from)|[,;&])\W*$", re.IGNORECASE)
_BARE_TYPE = re.compile(
    r"\b(?:the|this|that|said|present)\s+(?P<type>convention|treaty|agreement|charter|covenant|statute|pact|protocol)\b"
    r"(?!\s+(?:on|for|against|concerning|relating|relative|regarding|respecting|of\s+[A-Z]|to\s+the\s+[A-Z]))",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|to|in)\b", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\b(?P<before>[\w’'-]+)\s+(?:convention|treaty|agreement|charter|covenant|statute|pact|protocol|constitution)s?\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z]{3,}\b")
_DETERMINERS = frozenset("the this that said present a an its which each any our same".split())
_TYPE_BEFORE = re.compile(
    r"(?:^|\b(?:of|in|under|and)\s)\s*(?P<type>convention|treaty|agreement|charter|covenant|statute|pact),?\s*$",
    re.IGNORECASE,
)
"""A kind of treaty right before an article, with nothing before it: "Charter art. 2"."""
_LIST_ONLY = re.compile(r"\W*(?:(?:and|or|with|to|also|then|as well as)\W*)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a reference may lead.

    Attributes:
        documents: What may be looked into, guides included.
        provisions: Gives a document's tree by id.
        absent: Known treaties that are none of the indexed documents.
    """

    documents: tuple[Document, ...]
    provisions: Callable[[str], Provision]
    absent: tuple[NamedTreaty, ...] = ()

    @property
    def treaties(self) -> tuple[Document, ...]:
        """The documents that have articles to be asked for."""
        return tuple(d for d in self.documents if d.kind in NAMED_KINDS)


@dataclass(frozen=True, slots=True)
class Meant:
    """References and the treaties they are about.

    Attributes:
        references: As ``mentions`` reads them.
        treaties: Those that are meant; none if it cannot be told.
        name: The words that fit several treaties alike, so that it must be asked which is meant; else empty.
        absent: What is meant and not among the documents: its title, or the name if that fits several; else empty.
    """

    references: tuple[Reference, ...]
    treaties: tuple[Document, ...] = ()
    name: str = ""
    absent: str = ""


def meant(question: str, shelf: Shelf, earlier: str = "") -> tuple[Meant, ...]:
    """Return the references of a question, mention by mention, with the treaties they are about.

    Args:
        question: As asked.
        shelf: Where they may lead.
        earlier: What was said before; its treaties are meant where the question names none.
    """
    return tuple(one for _, one in located(question, shelf, earlier))


def located(question: str, shelf: Shelf, earlier: str = "") -> tuple[tuple[Mention, Meant], ...]:
    """Return what ``meant`` does, each with the mention that says where it stands. Arguments as ``meant``."""
    text = raised(question, shelf.treaties, shelf.absent)
    found = mentions(_veiled(text, shelf), abbreviations_in(text, shelf.treaties, shelf.absent))
    if not found:
        return ()
    found = _joined(text, found, shelf)
    names = _Names(text, found, shelf)
    return tuple((found[place], _resolved(names, place, shelf, earlier)) for place in range(len(found)))


def _joined(text: str, found: Sequence[Mention], shelf: Shelf) -> tuple[Mention, ...]:
    """Join an annex or part to its article where only the treaty's name parts them: "Annex VII of X, article 3"."""
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        between = text[last.end : mention.start] if last else ""
        goes_on = _OF.match(text, mention.end) is not None
        whole = _in_one(last, mention, named_after=goes_on) if last and _only_name(between, shelf) else None
        if whole is not None:
            joined[-1] = whole
        else:
            joined.append(mention)
    return tuple(joined)


def _only_name(between: str, shelf: Shelf) -> bool:
    words = words_of(between) - SMALL
    named = naming(between, shelf.treaties, shelf.absent)
    return bool(words) and words <= named.words | named.absent_words


def _in_one(first: Mention, second: Mention, *, named_after: bool) -> Mention | None:
    """Return the two as one mention of an article in an annex or part; None if they are not that."""
    inside = {True: (second, first), False: (first, second)}[second.references[0].kind is Address.ARTICLE]
    article, outer = inside
    above = outer.references[0]
    kinds = {reference.kind for reference in article.references}
    large = above.kind in (Address.ANNEX, Address.DIVISION) and not above.parts and len(outer.references) == 1
    placed = any(reference.annex or reference.divisions for reference in article.references)
    if kinds != {Address.ARTICLE} or not large or placed or (outer is second and named_after):
        return None
    references = tuple(
        replace(one, annex=above.annex, divisions=above.divisions) for one in article.references
    )
    return Mention(references, (*article.spans, *outer.spans))


def _veiled(text: str, shelf: Shelf) -> str:
    """Return the text with names that hold a number of their own ("Agreement on Part XI") made unreadable, as long."""
    names = [name for d in shelf.treaties for name in names_of(d)]
    names += [name for treaty in shelf.absent for name in treaty.names]
    for name in sorted(filter(_has_reference, names), key=len, reverse=True):
        pattern = r"\b" + r"\s+".join(map(re.escape, name.split())) + r"\b"
        text = re.sub(pattern, lambda match: "_" * len(match.group()), text, flags=re.IGNORECASE)
    return text


@lru_cache(maxsize=4096)
def _has_reference(name: str) -> bool:
    return any(reference.kind is not Address.ANNEX or reference.annex for reference in references_in(name))


def _resolved(names: _Names, place: int, shelf: Shelf, earlier: str) -> Meant:
    mention = names.found[place]
    around = f"{names.head(place)} {names.tail(place)}"
    named, absent = names.of(place), names.absent(place)
    attached = _attached(around, shelf) if not named.groups else []
    attached = attached or _printed_with(absent, shelf)
    if attached:
        inside = tuple(replace(one, annex=one.annex or "protocol") for one in mention.references)
        return Meant(inside, tuple(attached))
    if absent:
        return Meant(mention.references, absent=absent)
    if named.groups:
        return _told(mention, named, shelf, names.text)
    treaties, name = _by_type(around, names.head(place), shelf)
    if treaties:
        return Meant(mention.references, tuple(treaties), name=name if len(treaties) > 1 else "")
    before = naming(earlier, shelf.treaties, shelf.absent) if earlier else Named()
    if before.groups and not _names_another(around, [d for d in shelf.treaties if d.id in before.ids]):
        return _told(mention, before, shelf, earlier)
    alone = shelf.treaties if len(shelf.treaties) == 1 and not _names_another(around, shelf.treaties) else ()
    return Meant(mention.references, alone)


def _names_another(text: str, treaties: Sequence[Document]) -> bool:
    """Tell whether a text speaks of a treaty in words that none of these goes by: "the UN convention", "GDPR"."""
    own = frozenset(word for d in treaties for name in names_of(d) for word in words_of(name))
    said = [match["before"] for match in _QUALIFIED.finditer(text)]
    said += [word for word in ABBREVIATION.findall(text) if len(word) >= SHORTEST_ABBREVIATION]
    return any(not words_of(word) <= own for word in said if word.lower() not in _DETERMINERS | ADJECTIVES)


def _told(mention: Mention, named: Named, shelf: Shelf, text: str) -> Meant:
    by_id = {d.id: d for d in shelf.treaties}
    doubtful = next((group for group in named.groups if len(group) > 1), ())
    if doubtful and not any(reference.common for reference in mention.references):
        said = dict.fromkeys(word for word in WORD.findall(text) if words_of(word) & named.words)
        return Meant(mention.references, tuple(by_id[one] for one in doubtful), name=" ".join(said))
    ids = sorted(named.ids, key=lambda one: _place_in(text, by_id[one]))
    return Meant(mention.references, tuple(by_id[one] for one in ids))


def _place_in(text: str, document: Document) -> int:
    """Return where a text first says a telling word of a treaty's name."""
    telling = naming_words(text, document) - GENERIC - SMALL
    return min(
        (match.start() for match in WORD.finditer(text) if match.group().lower() in telling),
        default=len(text),
    )


class _Names:
    """The treaties named in each stretch of a question between its references."""

    def __init__(self, text: str, found: Sequence[Mention], shelf: Shelf) -> None:
        self.text, self.found, self._shelf = text, found, shelf
        self._all = self._naming(text)

    def _naming(self, text: str) -> Named:
        return naming(text, self._shelf.treaties, self._shelf.absent)

    def head(self, place: int) -> str:
        """Return what stands between the mention before and this one."""
        start = self.found[place - 1].end if place else 0
        return self.text[start : self.found[place].start]

    def tail(self, place: int) -> str:
        """Return what stands between this mention and the next."""
        last = place + 1 == len(self.found)
        return self.text[self.found[place].end : None if last else self.found[place + 1].start]

    def of(self, place: int) -> Named:
        """Return what the mention at ``place`` is said to be of; nothing if that cannot be told."""
        if self._other_beside(place):
            return Named()
        if len(self._all.ids) == 1 or len(self.found) == 1 or not self._all.groups:
            return self._all
        tail, head = self._naming(self.tail(place)), self._naming(self.head(place))
        behind = tail.groups and self._direct(place, tail.words)
        if behind or (head.groups and (place == 0 or not self._direct(place - 1, head.words))):
            return tail if behind else head
        if self._goes_on(place):
            return self.of(place + 1)
        if place:
            return self.of(place - 1)
        return tail if tail.groups else self._all

    def absent(self, place: int) -> str:
        """Return the treaty right beside a mention that is none of the documents, or an empty string."""
        named = self._naming(self.tail(place))
        beside = self._direct(place, named.absent_words - named.words)
        if not beside:
            named = self._naming(self.head(place))
            beside = self._right_before(place, named.absent_words - named.words)
        if beside:
            said = dict.fromkeys(w for w in WORD.findall(self.text) if words_of(w) & named.absent_words)
            return named.absent[0] if len(named.absent) == 1 else " ".join(said)
        if self._goes_on(place):
            return self.absent(place + 1)
        lead = _LEAD.match(self.tail(place))
        return foreign_name(self.tail(place)[lead.end() :], self._shelf.documents) if lead else ""

    def _other_beside(self, place: int) -> bool:
        """Tell whether right behind a mention stands the name of no treaty we know: "of the UN convention"."""
        tail = self.tail(place)
        lead = _LEAD.match(tail)
        name = lead and (_QUALIFIED.match(tail, lead.end()) or _CODE.match(tail, lead.end()))
        if not name or abbreviations_in(name.group(), self._shelf.treaties, self._shelf.absent):
            return False
        return _names_another(name.group(), self._shelf.treaties)

    def _direct(self, place: int, words: frozenset[str]) -> bool:
        """Tell whether a name behind a mention belongs to it, not to the mention after that."""
        tail = self.tail(place)
        lead = _LEAD.match(tail)
        after = WORD.match(tail, lead.end()) if lead else None
        if lead is None or after is None or not words_of(after.group()) & words:
            return False
        return not lead["comma"] or place + 1 == len(self.found) or _JOINS.search(tail) is not None

    def _right_before(self, place: int, words: frozenset[str]) -> bool:
        before = WORD.findall(self.head(place))
        return bool(before) and bool(words_of(before[-1]) & words)

    def _goes_on(self, place: int) -> bool:
        """Tell whether nothing but a conjunction stands between a mention and the next."""
        return place + 1 < len(self.found) and _LIST_ONLY.fullmatch(self.tail(place)) is not None


def _attached(text: str, shelf: Shelf) -> list[Document]:
    """Return the treaties that have the protocol of which a text speaks printed after them."""
    said = PROTOCOL.search(text)
    if said is None:
        return []
    ids = naming(PROTOCOL.sub(" ", text), shelf.treaties).ids
    adjectives = words_of(said["said"]) - {"first"}
    found = []
    for document in shelf.treaties:
        printed = annexes(shelf.provisions(document.id), "protocol") if document.id in ids else []
        if any(adjectives <= words_of(f"{top.path[0]} {top.heading}") for top in printed):
            found.append(document)
    return found


def _printed_with(title: str, shelf: Shelf) -> list[Document]:
    """Return the treaty that a protocol which is no document of its own is printed after."""
    plain = " ".join(title.casefold().split())
    near = [d for d in shelf.treaties if plain and plain in " ".join(d.text.casefold().split())]
    return [
        d
        for d in near
        for top in annexes(shelf.provisions(d.id), "protocol")
        if words_of(title) - SMALL <= words_of(f"{top.path[0]} {top.heading}")
    ][:1]


def _by_type(text: str, head: str, shelf: Shelf) -> tuple[list[Document], str]:
    """Return the treaty that "the Covenant" must be, or the protocols of "the Additional Protocol", and the name said.

    A bare kind that fits several is no name. Adjectives make it one.
    """
    bare = _BARE_TYPE.search(text) or _TYPE_BEFORE.search(head)
    if bare is not None:
        alike = [d for d in shelf.treaties if _kind(d) == bare["type"].lower()]
        return (alike, bare["type"]) if len(alike) == 1 else ([], "")
    said = PROTOCOL.search(text)
    if said is None or not (said["said"] or said["number"]):
        return [], ""
    return numbered_protocols(
        text, [d for d in shelf.treaties if _kind(d) == "protocol"]
    ), said.group().strip()


def _kind(document: Document) -> str:
    found = TYPE.search(document.title)
    return found.group(1).lower() if found else ""
