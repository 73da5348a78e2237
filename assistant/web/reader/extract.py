"""The quote in its place: which stretch of a document the side panel shows around it.

A treaty may have three hundred pages and a line a megabyte, so the panel shows the enclosing article or
section with some of its neighbours, and more on request. A provision that is opened by its link is shown as a
quote of it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.quotes import governed, quote
from corpus.models import Document, Level, Provision, Source, Span
from corpus.pinpoint import ATTACHED, REPEAT
from corpus.sentences import trim

if TYPE_CHECKING:
    from assistant.models import Quote
    from assistant.web.reader.steps import Place
    from corpus.links import Words

HOMES = frozenset({Level.ARTICLE, Level.SECTION, Level.RECITAL, Level.PREAMBLE, Level.ANNEX, Level.DIVISION})
"""What a reader would turn to: the smallest of these around the quote is shown whole, unless too long."""

REACH = 6000
"""Most characters shown on either side of a segment, about two printed pages."""

NEIGHBOURS = 900
"""Characters of what stands before and after the article or section."""

STEP = 6000
"""Characters that each request for earlier or later text adds."""

MAX_STEPS = 2000
"""Most such requests; the count comes back from the browser, so it is bounded."""

SNAP = 300
"""How far an edge is moved outwards to stand at the end of a line or, failing that, of a word."""

MOST_MARKED = 4000
"""Characters of a linked provision that are marked; of a longer one, as of a part or annex, only the heading is."""

HEADED = frozenset({Level.ANNEX, Level.PREAMBLE, Level.DIVISION, Level.ARTICLE, Level.SECTION, Level.HEADING})

_BEGINS = frozenset({Level.DOCUMENT, Level.ANNEX, Level.DIVISION})
"""What a link opens at its beginning: whoever goes to a part wants to read on from there."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the panel shows.

    Attributes:
        quote: What is marked.
        shown: The number of that drawing.
        earlier, later: How much text around it was asked for.
        link: The address of what is shown.
        notice: What the reader should know of how they came here, or of its version; or an empty string.
        today: Link to the text of today, where an older version is shown; or an empty string.
        place: Where the quote stands among those of the conversation; None for what was opened otherwise.
    """

    quote: Quote
    shown: int
    earlier: int = 0
    later: int = 0
    link: str = ""
    notice: str = ""
    today: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """What the panel shows of a document.

    Attributes:
        pieces: Stretches of the text, in order, that do not touch; what lies between them is left out.
        marks: The quote's segments.
        headings: Stretches within the pieces that are headings.
        path: Headings from the top of the document down to the quote.
        sources: For a guide: the works that the quote's section rests on.
        as_of: ISO date to which the section, or else the document, is true.
        earlier, later: Requests for more text that led to this extract.
    """

    quote: Quote
    document: Document
    pieces: tuple[Span, ...]
    marks: tuple[Span, ...]
    headings: tuple[Span, ...]
    path: tuple[str, ...]
    sources: tuple[Source, ...]
    as_of: str | None
    earlier: int
    later: int

    @property
    def more_before(self) -> bool:
        """Tell whether the document has text before the first piece."""
        return self.pieces[0].start > 0

    @property
    def more_after(self) -> bool:
        """Tell whether the document has text after the last piece."""
        return self.pieces[-1].end < len(self.document.text)


def quote_of(document: Document, root: Provision, node: Provision) -> Quote:
    """Return the quote that shows a provision in its place: its words with those that govern it, or its heading.

    Args:
        document: A document.
        root: The root of its provision tree.
        node: A provision of that tree.
    """
    spans = () if node.level in _BEGINS else governed(document.text, _chain(root, node))
    if not spans or sum(span.end - span.start for span in spans) > MOST_MARKED:
        spans = (_beginning(document.text, next(root.leaves()) if node is root else node),)
    return quote(document, node, spans, 0.0)


def linked_words(document: Document, node: Provision, words: Words) -> Quote | None:
    """Return the quote that an exact link leads to, or None where its words no longer stand there.

    Args:
        document: The document it leads into.
        node: The provision it leads to.
        words: The words.
    """
    if words.spans[-1].end > len(document.text) or not words.stand_in(document.text):
        return None
    if not all(span.of(document.text).strip() for span in words.spans):
        return None
    return quote(document, node, words.spans, 0.0)


def _beginning(text: str, node: Provision) -> Span:
    """Return the heading of a provision, or its first line with words."""
    heading = trim(text, node.span.start, node.body)
    if heading is None:
        words = trim(text, node.span.start, node.span.end) or node.span
        end = text.find("\n", words.start, words.end)
        heading = Span(words.start, end if end > 0 else words.end)
    return Span(heading.start, min(heading.end, heading.start + MOST_MARKED))


def _chain(root: Provision, node: Provision) -> tuple[Provision, ...]:
    """Return the nodes from the root down to ``node``."""
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(child for child in chain[-1].children if child.span.contains(node.span)))
    return tuple(chain)


def extract(
    quote: Quote, document: Document, root: Provision, *, earlier: int = 0, later: int = 0
) -> Extract:
    """Return the stretch of ``document`` that shows ``quote`` in its place.

    Args:
        quote: A quote from the document.
        document: The document.
        root: The root of its provision tree.
        earlier: How often more text before was asked for.
        later: How often more text after was asked for.
    """
    earlier, later = (min(max(steps, 0), MAX_STEPS) for steps in (earlier, later))
    pieces = _pieces(quote, document.text, _home(quote, root), earlier * STEP, later * STEP)
    chain = root.chain(quote.segments[0].start)
    sources, as_of = _section(quote, document)
    return Extract(
        quote=quote,
        document=document,
        pieces=pieces,
        marks=quote.segments,
        headings=tuple(_headings(root, document.text, pieces)),
        path=tuple(name for node in chain[1:] if node.level is not Level.HEADING and (name := name_of(node))),
        sources=sources,
        as_of=as_of,
        earlier=earlier,
        later=later,
    )


def _home(quote: Quote, root: Provision) -> Span:
    """Return the span of the smallest article or section that holds all segments, or the document's."""
    first, last = quote.segments[0].start, quote.segments[-1].end - 1
    homes = [n for n in root.chain(first) if n.level in HOMES and n.span.start <= last < n.span.end]
    return homes[-1].span if homes else root.span


def _pieces(quote: Quote, text: str, home: Span, before: int, after: int) -> tuple[Span, ...]:
    """Return a stretch around each segment, merged where they meet."""
    pieces: list[Span] = []
    for segment in quote.segments:
        first, last = segment is quote.segments[0], segment is quote.segments[-1]
        start = max(segment.start - REACH, home.start - NEIGHBOURS, 0) - (before if first else 0)
        end = min(segment.end + REACH, home.end + NEIGHBOURS) + (after if last else 0)
        piece = Span(_start(text, max(start, 0)), _end(text, min(end, len(text))))
        if pieces and piece.start <= pieces[-1].end:
            pieces[-1] = Span(pieces[-1].start, max(pieces[-1].end, piece.end))
        else:
            pieces.append(piece)
    return tuple(pieces)


def _start(text: str, at: int) -> int:
    """Return the start of the line or word that ``at`` stands in, if it is near."""
    if at <= SNAP:
        return 0
    for mark in ("\n", " "):
        found = text.rfind(mark, at - SNAP, at)
        if found >= 0:
            return found + 1
    return at


def _end(text: str, at: int) -> int:
    """Return the end of the line or word that ``at`` stands in, if it is near."""
    for mark in ("\n", " "):
        found = text.find(mark, at, at + SNAP)
        if found >= 0:
            return found
    return len(text) if len(text) - at <= SNAP else at


def _headings(root: Provision, text: str, pieces: tuple[Span, ...]) -> list[Span]:
    """Return where the headings of the shown provisions stand, without the white space around them."""
    found = []
    for node in root.walk():
        if node.level not in HEADED or not node.span.start < node.body <= node.span.end:
            continue
        words = text[node.span.start : node.body]
        start = node.span.start + len(words) - len(words.lstrip())
        end = node.span.start + len(words.rstrip())
        if start < end and any(p.start <= start and end <= p.end for p in pieces):
            found.append(Span(start, end))
    return found


def name_of(node: Provision) -> str:
    """Return what the heading path calls a provision: ``Article 1: Use of lamps``; nothing for paragraphs."""
    if node.level not in HEADED or not node.path:
        return ""
    own = REPEAT.sub("", node.path[-1].removeprefix(ATTACHED))
    return own if not node.heading or node.heading == own else f"{own}: {node.heading}"


def _section(quote: Quote, document: Document) -> tuple[tuple[Source, ...], str | None]:
    """Return the sources and date of the guide's section that the quote stands in."""
    as_of = document.provenance.as_of
    notes = [note for note in document.notes if note.start <= quote.segments[0].start]
    if not notes:
        return (), as_of
    note = max(notes, key=lambda n: n.start)
    return tuple(s for s in document.sources if s.key in note.sources), note.as_of or as_of
