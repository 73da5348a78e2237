"""The one place where quotes are made.

A quote is made from spans, never from words: its text is read from the document here, and ``verify`` reads
it again before an answer leaves. So a quote that is not the document's words, character for character,
cannot be constructed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.citations import cite
from assistant.errors import UnverifiedQuote
from assistant.models import ELLIPSIS, Quote
from corpus.models import Document, Level, Provision, Span
from corpus.sentences import trim

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDRESSED = (Level.ARTICLE, Level.PARAGRAPH, Level.POINT)
_BLOCKS = (Level.CHAPEAU, Level.TEXT, Level.CLOSING)
LEADS_ON = (":", "—", "–")
"""How words end that lead to a list."""


def quote(document: Document, node: Provision, segments: Sequence[Span], score: float) -> Quote:
    """Return the quote of ``segments``, cited to ``node``.

    Args:
        document: The document the spans are of.
        node: The provision to cite.
        segments: Spans in any order; those that overlap, or have nothing but blanks between them, become one.
        score: What selection gave it.

    Raises:
        UnverifiedQuote: If a span reaches beyond the text or covers no words.
    """
    merged = _merge(document, segments)
    made = Quote(
        document_id=document.id,
        document_title=document.title,
        document_path=document.provenance.path,
        sha256=document.provenance.sha256,
        kind=document.kind,
        segments=merged,
        text=ELLIPSIS.join(span.of(document.text) for span in merged),
        path=node.path,
        provision=(node.label or None) if document.kind.is_instrument else None,
        citation=cite(document, node.path, merged[0].start),
        score=score,
        also=document.provenance.also,
    )
    verify(made, document)
    return made


def verify(made: Quote, document: Document) -> None:
    """Read the quote's spans in the document again and compare, character for character.

    Raises:
        UnverifiedQuote: If anything differs; the message names the document and the first span.
    """
    expected = ELLIPSIS.join(span.of(document.text) for span in made.segments)
    if made.document_id != document.id or made.text != expected or not made.segments:
        where = made.segments[0] if made.segments else None
        raise UnverifiedQuote(
            f"{made.document_id}: the quote at {where} is not the document's text. It was not shown"
        )


def governed(text: str, chain: Sequence[Provision], *, whole: Provision | None = None) -> tuple[Span, ...]:
    """Return the spans of a provision together with the words that govern it.

    A point says little without its chapeau, so the chapeau of every provision above it within the article
    comes first; in an article of several lists, the block that leads to the point's own. A paragraph's own number
    is left out where nothing governs it, as lawyers quote it.

    Args:
        text: The document's canonical text.
        chain: Nodes from the root to the provision, as ``Provision.chain`` gives them.
        whole: The provision to quote in full; the last of the chain if not given.
    """
    target = whole or chain[-1]
    nodes = [*(chain[: chain.index(target)] if target in chain else chain[:-1]), target]
    spans = []
    for above, below in pairwise(nodes):
        lead = _lead(text, above, below)
        if lead is None or lead is target:
            continue
        span = trim(text, lead.body, lead.span.end)
        if span is not None and (target.level is Level.POINT or span.of(text).endswith(LEADS_ON)):
            spans.append(span)
    start = target.span.start if spans and target.level in _ADDRESSED else target.body
    own = trim(text, start, target.span.end)
    return (*spans, own) if own is not None else tuple(spans)


def _lead(text: str, above: Provision, below: Provision) -> Provision | None:
    """Return what governs ``below`` within ``above``: the block right before a list, else the chapeau."""
    if below.level is Level.POINT and below in above.children:
        before = above.children[: above.children.index(below)]
        block = next((one for one in reversed(before) if one.level is not Level.POINT), None)
        if block is not None and block.level in _BLOCKS and _ends_leading(text, block):
            return block
    first = above.children[0] if above.children else None
    held = above.level in _ADDRESSED or (below.level is Level.POINT and above.level is not Level.DOCUMENT)
    return first if first is not None and first.level is Level.CHAPEAU and held else None


def _ends_leading(text: str, block: Provision) -> bool:
    words = trim(text, block.body, block.span.end)
    return words is not None and words.of(text).endswith(LEADS_ON)


def _merge(document: Document, segments: Sequence[Span]) -> tuple[Span, ...]:
    text = document.text
    merged: list[Span] = []
    for span in sorted(segments):
        if span.end > len(text) or not span.of(text).strip():
            raise UnverifiedQuote(
                f"{document.id}: expected a span of words within {len(text)} characters, "
                f"found {span.start}..{span.end}"
            )
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    if not merged:
        raise UnverifiedQuote(f"{document.id}: expected at least one span to quote, found none")
    return tuple(merged)
