"""Where a definition holds: "for the purposes of this Convention", "of this Part", "of article 305 and of this Annex".

What a definition says of its own reach stands before the term, in its own sentence or in the chapeau of the list it
is part of. The nearest such words count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.crossrefs import Whose, crossrefs_in
from corpus.instruments import NOUN
from corpus.models import Level, Provision, Span
from corpus.targets import annex_of, find, instrument_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.targets import Addresses

_WHERE = r"(?:this|the\s+present|these)\b"
_PROVISION = r"(?:articles?|(?:sub-?)?paragraphs?|sections?|parts?|chapters?|annex(?:es)?)\b"
_REACH = re.compile(
    r"(?:(?:for\s+(?:the\s+)?(?:purposes?|application)\s+of|(?:as|wherever|when)\s+used\s+in|within\s+the\s+meaning\s+of)"
    rf"\s+(?={_WHERE}|{_PROVISION})|\b(?:in|under)\s+(?={_WHERE}))(?P<where>[^:;.“”\"]{{1,160}})",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    rf"\b(?:this|the\s+present|these)\s+(?P<noun>{NOUN}|resolution|instrument)\b", re.IGNORECASE
)


def scope_of(
    text: str, said: Span, leads: Sequence[str], chain: Sequence[Provision], known: Addresses
) -> tuple[Provision, ...]:
    """Return the provisions that a definition holds in.

    Args:
        text: The document's canonical text.
        said: The definition's words up to its verb.
        leads: Chapeaux of the provisions around it, outermost first.
        chain: Provisions from the root to the leaf it stands in.
        known: The document's addresses.
    """
    for words in (said.of(text), *reversed(leads)):
        reach = _REACH.search(words)
        if reach is not None:
            return _named(reach["where"], said.start, chain, known)
    return (_everywhere(chain, known),)


def _named(where: str, at: int, chain: Sequence[Provision], known: Addresses) -> tuple[Provision, ...]:
    """Return what the words after "for the purposes of" name; the article around them, if it cannot be told."""
    references = [r for r in crossrefs_in(where, Span(0, len(where))) if r.whose is Whose.OWN]
    found = [node for r in references if (node := find(r, known, at)) is not None]
    instrument = _INSTRUMENT.search(where)
    if not found and instrument is not None:
        return (_top(instrument_at(instrument["noun"], known, chain), known),)
    article = next((node for node in chain if node.level is Level.ARTICLE), None)
    return tuple(found) or (article or _everywhere(chain, known),)


def _everywhere(chain: Sequence[Provision], known: Addresses) -> Provision:
    return _top(annex_of(chain), known)


def _top(place: str, known: Addresses) -> Provision:
    return next((top for top in known.annexes if top.path[0] == place), known.root) if place else known.root
