"""Which official texts an answer speaks of that the library does not hold.

The guides describe treaties in their own words. Where one is quoted, or a question names a treaty, and the treaty is
in the catalogue but not among the indexed documents, the answer offers it: one command brings the words themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.models import Declined, Offer, Reason
from corpus.catalogue import CatalogueEntry, covers, entries
from corpus.models import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.models import Answer, Quote

MOST_OFFERS = 3
"""Offers of one answer: a section of a guide may compare more treaties than its reader asked about."""

_FETCH = "treaty corpus fetch"
_OFFICIAL = (Kind.TREATY, Kind.DECLARATION)
"""Kinds that can be an official text; a guide or commentary that is named after a treaty is not the treaty."""


def held(documents: Iterable[Document]) -> frozenset[str]:
    """Return the catalogue ids of the official texts among ``documents``, however they came there."""
    ids = {text.id for text in entries()}
    found = set()
    for document in documents:
        if document.kind not in _OFFICIAL:
            continue
        named = next(filter(None, map(covers, (document.title, *document.names))), None)
        if document.id in ids:
            found.add(document.id)
        elif named is not None and named.kind is document.kind:
            found.add(named.id)
    return frozenset(found)


def offers(quotes: Iterable[Quote], library_ids: frozenset[str], asked: str = "") -> tuple[Offer, ...]:
    """Return the official texts to offer, in the order they are spoken of, at most ``MOST_OFFERS``.

    Args:
        quotes: What the answer shows; those of guides say which provisions they speak of.
        library_ids: Catalogue ids of the texts that are there, as ``held`` gives them.
        asked: The question; a text it names is offered first.
    """
    spoken_of = {text.id: text for text in _spoken_of(quotes, asked) if text.id not in library_ids}
    return tuple(_offer(text) for text in list(spoken_of.values())[:MOST_OFFERS])


def offers_of(answer: Answer, library_ids: frozenset[str]) -> tuple[Offer, ...]:
    """Return the official texts to offer with an answer; see ``offers``.

    Of a decline that found nothing close only the question counts: its nearest passages are about something else.
    """
    asked = answer.asked or answer.question
    if not isinstance(answer, Declined):
        return offers(answer.quotes, library_ids, asked)
    return offers(() if answer.reason is Reason.NOTHING_CLOSE else answer.nearest, library_ids, asked)


def with_offers(answer: Answer, library_ids: frozenset[str]) -> Answer:
    """Return the answer with its offers; a decline for want of a text that can be added gives that as its reason."""
    made = offers_of(answer, library_ids)
    if made and isinstance(answer, Declined) and answer.reason is Reason.UNKNOWN_DOCUMENT:
        return replace(answer, offers=made, reason=Reason.NOT_FETCHED)
    return replace(answer, offers=made)


def short_title(title: str) -> str:
    """Return a title up to its first comma or semicolon: official titles may go on for lines."""
    return re.split("[,;]", title, maxsplit=1)[0]


def fetch_command(made: Sequence[Offer]) -> str:
    """Return one command that fetches all of them, or an empty string if none can be fetched."""
    ids = [one.id for one in made if one.command]
    return " ".join((_FETCH, *ids)) if ids else ""


def lacking(made: Sequence[Offer]) -> str:
    """Return the sentence that says which official texts the library lacks; there must be at least one."""
    names = [f"the {short_title(one.title)}" for one in made]
    if len(names) == 1:
        return f"The official text of {names[0]} is not in your library."
    return f"The official texts of {', '.join(names[:-1])} and {names[-1]} are not in your library."


def _spoken_of(quotes: Iterable[Quote], asked: str) -> Iterator[CatalogueEntry]:
    notes = [quote.citation.about for quote in quotes if quote.kind is Kind.GUIDE and quote.citation.about]
    for part in (asked, *(part for note in notes for part in note.split(";"))):
        text = covers(part)
        if text is not None:
            yield text


def _offer(text: CatalogueEntry) -> Offer:
    return Offer(text.id, text.title, f"{_FETCH} {text.id}" if text.direct else None, text.human_page)
