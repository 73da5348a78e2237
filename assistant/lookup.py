"""Questions that name an address: the provision is looked up in the structure before anything is searched.

Several addresses are quoted in the order asked. Where one of them does not exist, the answer is a decline that says
what is true, with the others beside it: a false address must not pass unnoticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.absent import neighbours, truth
from assistant.address import articles_named
from assistant.excerpt import MOST_PARTS, Topic, excerpt, speaks_of, topic_of
from assistant.meant import Meant, Shelf, meant
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from corpus.models import Document, Level, Provision
from corpus.names import naming_words
from corpus.numerals import ordinal
from corpus.references import Address, Reference, annexes, articles, mentions, number_of, resolve_all
from index.models import Searched, Stage
from index.passages import question_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_PARTS", "MOST_QUOTES", "Shelf", "addresses", "leaves_open", "look_up"]

MOST_QUOTES = 8
"""Quotes of one answer to several references; a page of an answer, and as many as a treaty compares at a time."""
MOST_ELSEWHERE = 2
"""Quotes of other articles that speak of the one asked about."""
_ARTICLE_WORD = re.compile(r"\bart(?:icle|\.)", re.IGNORECASE)
_ASKING = frozenset(
    """
    article articles art arts paragraph paragraphs para section part chapter title annex schedule appendix recital
    recitals preamble protocol treaty convention provision provisions law text wording
    address addresses concern concerns contain contains cover covers deal deals define defines describe effect
    exactly explain full give impose imposes list lists mean meaning means mention obligation obligations oblige
    please point points provide provided provides purpose quote read regulate regulates require required requirement
    requirements requires rule rules scope show state states subject summarise summarize verbatim word words
    may must shall two three common compare compared comparison difference differ differences between versus vs
    according regarding related
    """.split()
)
"""Words of asking: they say that a provision is wanted, not what of it."""


def look_up(question: str, shelf: Shelf, searched: Searched, *, earlier: str = "") -> Answer | None:
    """Return the provisions a question names, a decline if they are not there, or None if a search must be made.

    Args:
        question: As asked.
        shelf: Where to look.
        searched: What a search would have looked through; named in the answer.
        earlier: The conversation before, if the question goes on from it.
    """
    read = meant(question, shelf, earlier)
    asked = [one for one in read if one.treaties or one.absent]
    if not asked or any(one not in asked and one.references[0].article for one in read):
        return None
    for one in asked:
        if one.name:
            return _which(question, one, searched)
    found, missing = _sought(asked, shelf)
    quotes = _shown(question, found, shelf)
    unknown = next((one.absent for one in asked if one.absent), "")
    if unknown:
        return None if _guided(unknown, shelf) else _not_held(question, unknown, quotes, searched)
    if missing:
        return _no_such(question, missing, quotes, shelf, searched)
    stages = (Stage("lookup", 0.0),)
    return Quoted(question, quotes, searched, 1.0, stages=stages) if quotes else None


def addresses(question: str, shelf: Shelf, earlier: str = "") -> tuple[tuple[Document, Provision], ...]:
    """Return the provisions a question names, each with its treaty, in the order asked; none where it is in doubt."""
    asked = [one for one in meant(question, shelf, earlier) if not one.name]
    return tuple((place.document, place.node) for place in _sought(asked, shelf)[0])


def leaves_open(question: str, shelf: Shelf) -> bool:
    """Tell whether a question names a provision and not of which treaty, so that what was said before decides."""
    return any(not (one.treaties or one.absent) for one in meant(question, shelf))


@dataclass(frozen=True, slots=True)
class _Place:
    """A provision asked for."""

    document: Document
    node: Provision
    reference: Reference


@dataclass(frozen=True, slots=True)
class _Missing:
    """A reference to what a treaty does not have, and what is true instead."""

    document: Document
    reference: Reference
    truth: str


def _sought(asked: Sequence[Meant], shelf: Shelf) -> tuple[list[_Place], list[_Missing]]:
    """Return what was found of the references, and what was not."""
    found: list[_Place] = []
    missing: list[_Missing] = []
    for one in asked:
        for document in one.treaties:
            for reference in one.references:
                root = shelf.provisions(document.id)
                fitted = _fitted(reference, document, root)
                nodes = resolve_all(root, fitted) if fitted is not None else ()
                found += [_Place(document, node, reference) for node in nodes]
                if fitted is not None and not nodes and (told := truth(document, root, fitted)) is not None:
                    missing.append(_Missing(document, fitted, told))
    distinct = {(place.document.id, place.node.path): place for place in found}
    return list(distinct.values()), missing


def _fitted(reference: Reference, document: Document, root: Provision) -> Reference | None:
    """Return the reference as it is meant of this treaty; None if it is none.

    "Article 3 of the Protocol" is the protocol's own article 3. "Part XI" in the name of an agreement on Part XI, and
    a number of nothing that the treaty is divided into, are no references. A text that was not read as articles is
    not said to lack one.
    """
    title = document.title.lower()
    if reference.annex.startswith("protocol") and "protocol" in title and not annexes(root, reference.annex):
        reference = replace(reference, annex="")
    if reference.kind is Address.DIVISION and re.search(
        rf"\b{re.escape(reference.divisions[0].lower())}\b", title
    ):
        return None
    bare = reference.kind is Address.ANNEX and reference.annex in ("", "protocol")
    return None if bare or not articles(root) else reference


# -- what is shown


def _shown(question: str, found: Sequence[_Place], shelf: Shelf) -> tuple[Quote, ...]:
    """Return the quotes of the provisions found, in order; of several each gets its share of ``MOST_QUOTES``."""
    if not found:
        return ()
    topic = _topic(question, found)
    share = MOST_PARTS if len(found) == 1 else max(1, MOST_QUOTES // len(found))
    quotes = list(_elsewhere(found[0], topic, shelf)) if len(found) == 1 else []
    for place in found[:MOST_QUOTES]:
        quotes += excerpt(place.document, shelf.provisions(place.document.id), place.node, topic, share)
    return tuple(quotes)


def _topic(question: str, found: Sequence[_Place]) -> Topic:
    """Return what is asked about the provisions, apart from where they are and what the treaties are called."""
    rest = question
    for mention in mentions(question):
        for start, end in mention.spans:
            rest = rest[:start] + " " * (end - start) + rest[end:]
    naming = frozenset(
        word
        for d in {p.document.id: p.document for p in found}.values()
        for word in naming_words(question, d)
    )
    words = [w for w in question_terms(rest) if w not in naming and w not in _ASKING and not w.isdigit()]
    return topic_of(words)


def _elsewhere(place: _Place, topic: Topic, shelf: Shelf) -> tuple[Quote, ...]:
    """Return provisions that speak of the one asked about, if that one has no word of the subject.

    "May a reservation be made to article 2?" is answered where reservations to article 2 are spoken of.
    """
    document, root = place.document, shelf.provisions(place.document.id)
    number = ordinal(number_of(place.node)) if place.node.level is Level.ARTICLE else None
    if not topic or number is None or speaks_of(document, place.node, topic):
        return ()
    units = [unit for one in articles(root) if one is not place.node for unit in one.children or (one,)]
    near = [
        unit
        for unit in units
        if _speaks_of_article(document, unit, number) and speaks_of(document, unit, topic)
    ]
    return tuple(q for unit in near[:MOST_ELSEWHERE] for q in excerpt(document, root, unit, topic, 1))


def _speaks_of_article(document: Document, unit: Provision, number: float) -> bool:
    text = unit.span.of(document.text)
    return _ARTICLE_WORD.search(text) is not None and number in articles_named(text)


# -- declines


def _which(question: str, one: Meant, searched: Searched) -> Declined:
    """Ask which of several treaties is meant."""
    titles = "; ".join(f"“{d.title}”" for d in one.treaties)
    message = (
        f"Not answered: “{one.name}” fits {len(one.treaties)} indexed documents. Which is meant: {titles}?"
    )
    choices = tuple((d.id, d.title) for d in one.treaties)
    return Declined(question, Reason.AMBIGUOUS, message, (), searched, 0.0, choices=choices)


def _guided(title: str, shelf: Shelf) -> bool:
    """Tell whether a guide speaks of a treaty that is not there itself, so that a search may answer."""
    names = next((treaty.all_names for treaty in shelf.absent if treaty.title == title), ())
    guides = [d.text.casefold() for d in shelf.documents if d not in shelf.treaties]
    return any(name.casefold() in text for name in names for text in guides)


def _not_held(question: str, title: str, quotes: tuple[Quote, ...], searched: Searched) -> Declined:
    message = f"Not answered: “{title}” is not among the {searched.documents} indexed documents."
    return Declined(question, Reason.UNKNOWN_DOCUMENT, message, quotes, searched, 0.0)


def _no_such(
    question: str, missing: Sequence[_Missing], quotes: tuple[Quote, ...], shelf: Shelf, searched: Searched
) -> Declined:
    """Decline false addresses with what is true; what was found of the others, and what stands nearest, is shown."""
    said = [f"“{one.document.title}” has no {one.reference}; {one.truth}." for one in missing]
    near = [
        q
        for one in missing
        for q in neighbours(one.document, shelf.provisions(one.document.id), one.reference)
    ]
    message = f"Not answered: {' '.join(dict.fromkeys(said))}"
    nearest = (*quotes, *near)[:MOST_QUOTES]
    return Declined(question, Reason.UNKNOWN_PROVISION, message, nearest, searched, 0.0)
