"""The address of a quote's very words: where they stand, what they hash to, and which version they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.models import ELLIPSIS
from corpus.links import Words, link_to

if TYPE_CHECKING:
    from assistant.models import Quote


def words_of(quote: Quote) -> tuple[str, ...]:
    """Return the words of each of a quote's segments."""
    said, at = [], 0
    for segment in quote.segments:
        length = segment.end - segment.start
        said.append(quote.text[at : at + length])
        at += length + len(ELLIPSIS)
    return tuple(said)


def exact_link(quote: Quote) -> str:
    """Return the link that opens a quote's very words in the version they are of, as long as that is kept."""
    return link_to(quote.citation.link, Words.of(quote.segments, words_of(quote)), quote.sha256)
