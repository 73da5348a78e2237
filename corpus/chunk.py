"""Passages: what retrieval finds as one, cut along provisions.

A provision that fits the budget is one passage; a larger one is cut into its paragraphs, a larger paragraph
into runs of points, and only a leaf that is still too large into runs of sentences. What is embedded also
names the document, the headings and the chapeau, so that "(b) ten years" is found by what it is about; what
may be quoted is the span alone. Nothing is cut off silently: a passage whose embedded text is longer than
the encoder reads is cut again, and one that cannot be cut further raises an error.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.errors import CorpusError
from corpus.models import Document, Level, Passage, Provision, Span
from corpus.pinpoint import label_of
from corpus.sentences import sentences, trim

VERSION = "1"
"""Goes into the index manifest with the budget."""

Count = Callable[[Sequence[str]], list[int]]

_LEADS = (Level.HEADING, Level.CHAPEAU)
_OWN_PASSAGE = (
    Level.ARTICLE,
    Level.PREAMBLE,
    Level.CLOSING,
    Level.SECTION,
    Level.ANNEX,
    Level.PARAGRAPH,
    Level.POINT,
)
_LONGEST_LEAD = 500
"""Characters of a chapeau repeated in the embedded text of its points; the median chapeau has about 200."""
_WORD = re.compile(r"\w")
_DEFINITION = re.compile(
    r"[^\w“\"‘']{0,3}(?:the (?:term|expression|words?) )?[“\"‘'][^”\"’']{2,80}[”\"’']"
    r".{0,80}?\b(?:means?|shall mean|refers?|includes?|is understood)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """How long passages may be.

    Attributes:
        target: Tokens of quotable text aimed at, counted by ``count``.
        limit: The encoder's own limit on the embedded text, counted by ``model_count``.
    """

    target: int
    count: Count
    limit: int
    model_count: Count


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch to become a passage: its provision's path, its span, and the words that govern it."""

    path: tuple[str, ...]
    span: Span
    lead: str = ""


def cut(document: Document, root: Provision, budget: Budget) -> tuple[Passage, ...]:
    """Return the document's passages in the order of the text.

    Raises:
        CorpusError: If a single sentence is longer than the encoder reads and cannot be cut between words.
    """
    headings = {p.path: p.heading for p in root.walk()}
    pieces = [
        piece for piece in _pieces(document.text, root, budget) if _WORD.search(piece.span.of(document.text))
    ]
    passages: list[Passage] = []
    seen: Counter[str] = Counter()
    for piece in _whole_text(document, root, pieces, headings, budget):
        text = embed_text(document, piece.path, piece.span, headings, piece.lead)
        digest = hashlib.sha256(
            "\x1f".join((*piece.path, piece.span.of(document.text))).encode()
        ).hexdigest()[:16]
        seen[digest] += 1
        suffix = "" if seen[digest] == 1 else f".{seen[digest]}"
        passage_id = f"{document.id}:{digest}{suffix}"
        passages.append(Passage(passage_id, document.id, piece.path, label_of(piece.path), piece.span, text))
    return tuple(passages)


def embed_text(
    document: Document, path: tuple[str, ...], span: Span, headings: dict[tuple[str, ...], str], lead: str
) -> str:
    """Return what the encoder reads for a stretch of text: where it stands, what governs it, its words."""
    places = []
    for depth in range(1, len(path) + 1):
        heading = headings.get(path[:depth], "")
        name = path[depth - 1]
        if name.startswith(("Article ", "Annex", "Attached: ")) or (heading and heading != name):
            places.append(
                f"{name.removeprefix('Attached: ')}. {heading}".strip(". ") if heading != name else name
            )
        elif heading:
            places.append(heading)
    parts = [document.title, " – ".join(places), lead, span.of(document.text)]
    return "\n".join(part for part in parts if part)


# -- cutting along the tree


def _pieces(text: str, node: Provision, budget: Budget) -> Iterator[_Piece]:
    if not node.children:
        yield from _leaf(text, node, budget, "")
    elif node.level in _OWN_PASSAGE and _fits(text, node, budget) and not _defines(text, node):
        yield from _whole(text, node)
    else:
        yield from _children(text, node, budget)


def _whole(text: str, node: Provision) -> Iterator[_Piece]:
    span = trim(text, node.body, node.span.end)
    if span is not None:
        yield _Piece(node.path, span)


def _fits(text: str, node: Provision, budget: Budget) -> bool:
    return budget.count([text[node.body : node.span.end]])[0] <= budget.target


def _children(text: str, node: Provision, budget: Budget) -> Iterator[_Piece]:
    """Yield pieces of the children; points and small blocks in a row are kept together up to the target."""
    lead = _lead(text, node)
    run: list[Provision] = []
    for child in node.children:
        if child.level is Level.HEADING:
            continue
        if child.level is Level.CHAPEAU and node.level in (Level.PARAGRAPH, Level.POINT, Level.ARTICLE):
            run.append(child)
            continue
        alone = _is_definition(text, child)
        if not alone and _joins(child) and _run_fits(text, [*run, child], budget):
            run.append(child)
            continue
        yield from _flush(text, node, run, lead)
        run = []
        if not alone and _joins(child) and _run_fits(text, [child], budget):
            run = [child]
        elif alone and _run_fits(text, [child], budget):
            yield from _flush(text, node, [child], lead)
        elif child.children:
            yield from _with_lead(_pieces(text, child, budget), lead)
        else:
            yield from _leaf(text, child, budget, lead)
    yield from _flush(text, node, run, lead)


def _is_definition(text: str, child: Provision) -> bool:
    """Tell whether a provision defines one term: it is looked up alone, so it is a passage of its own."""
    return child.level in (Level.POINT, Level.PARAGRAPH) and bool(
        _DEFINITION.match(text, child.body, child.span.end)
    )


def _defines(text: str, node: Provision) -> bool:
    return sum(_is_definition(text, child) for child in node.children) > 1


def _joins(child: Provision) -> bool:
    return child.level in (Level.POINT, Level.TEXT, Level.CLOSING, Level.RECITAL, Level.CHAPEAU)


def _run_fits(text: str, run: list[Provision], budget: Budget) -> bool:
    return budget.count([text[_run_start(run) : run[-1].span.end]])[0] <= budget.target


def _run_start(run: list[Provision]) -> int:
    """Return where a run's quotable words begin: with the mark of its first point, without a chapeau's heading."""
    return run[0].body if run[0].level in _LEADS else run[0].span.start


def _flush(text: str, node: Provision, run: list[Provision], lead: str) -> Iterator[_Piece]:
    if not run or (len(run) == 1 and run[0].level is Level.CHAPEAU):
        return  # a chapeau alone stands in the lead of every point below it
    first = run[0]
    span = trim(text, _run_start(run), run[-1].span.end)
    if span is not None:
        path = first.path if len(run) == 1 and first.level not in _LEADS else node.path
        yield _Piece(path, span, "" if first.level in _LEADS else lead)


def _with_lead(pieces: Iterator[_Piece], lead: str) -> Iterator[_Piece]:
    for piece in pieces:
        yield replace(piece, lead=f"{lead} {piece.lead}".strip()) if lead else piece


def _lead(text: str, node: Provision) -> str:
    """Return the node's chapeau on one line, its end kept when it is long: the end is what governs."""
    first = node.children[0]
    if first.level is not Level.CHAPEAU or node.level is Level.DIVISION:
        return ""
    words = " ".join(text[first.body : first.span.end].split())
    return words if len(words) <= _LONGEST_LEAD else words[-_LONGEST_LEAD:].split(" ", 1)[-1]


def _leaf(text: str, node: Provision, budget: Budget, lead: str) -> Iterator[_Piece]:
    span = trim(text, node.body, node.span.end)
    if span is not None:
        yield from (_Piece(node.path, part, lead) for part in _runs_of_sentences(text, span, budget))


def _runs_of_sentences(text: str, span: Span, budget: Budget) -> Iterator[Span]:
    if budget.count([span.of(text)])[0] <= budget.target:
        yield span
        return
    parts = sentences(text, span)
    counts = budget.count([part.of(text) for part in parts])
    start, total = 0, 0
    for i, tokens in enumerate(counts):
        if total and total + tokens > budget.target:
            yield Span(parts[start].start, parts[i - 1].end)
            start, total = i, 0
        total += tokens
    yield Span(parts[start].start, parts[-1].end)


# -- the encoder's own limit


def _whole_text(
    document: Document,
    root: Provision,
    pieces: list[_Piece],
    headings: dict[tuple[str, ...], str],
    budget: Budget,
) -> list[_Piece]:
    """Return the pieces within the encoder's limit, and with them the chapeaux that would be in none."""
    kept = list(_within_limit(document, pieces, headings, budget))
    left_out = list(_left_out(document.text, root, kept, budget))
    kept += _within_limit(document, left_out, headings, budget)
    return sorted(kept, key=lambda piece: piece.span)


def _left_out(text: str, root: Provision, pieces: list[_Piece], budget: Budget) -> Iterator[_Piece]:
    """Yield the chapeaux that no piece holds and no lead repeats whole."""
    for leaf in root.leaves():
        span = trim(text, leaf.body, leaf.span.end)
        if leaf.level is not Level.CHAPEAU or span is None or not _WORD.search(span.of(text)):
            continue
        words, parent = " ".join(span.of(text).split()), leaf.path[:-1]
        if not any(
            piece.span.overlaps(span) or (piece.path[: len(parent)] == parent and words in piece.lead)
            for piece in pieces
        ):
            yield from _leaf(text, leaf, budget, "")


def _within_limit(
    document: Document, pieces: list[_Piece], headings: dict[tuple[str, ...], str], budget: Budget
) -> Iterator[_Piece]:
    """Yield the pieces, those too long for the encoder halved between sentences, then between words."""
    texts = [embed_text(document, p.path, p.span, headings, p.lead) for p in pieces]
    for piece, tokens in zip(pieces, budget.model_count(texts), strict=True):
        if tokens <= budget.limit:
            yield piece
        elif piece.lead:
            yield from _within_limit(document, [replace(piece, lead="")], headings, budget)
        else:
            yield from _within_limit(document, list(_halves(document, piece)), headings, budget)


def _halves(document: Document, piece: _Piece) -> Iterator[_Piece]:
    text, span = document.text, piece.span
    parts = sentences(text, span)
    if len(parts) > 1:
        at = parts[len(parts) // 2].start
    else:
        middle = (span.start + span.end) // 2
        at = text.find(" ", middle, span.end)
        at = at if at > 0 else text.rfind(" ", span.start, middle)
    first, second = (
        (trim(text, span.start, at), trim(text, at, span.end)) if at > span.start else (None, None)
    )
    if first is None or second is None:
        raise CorpusError(
            f"{document.provenance.path}: expected text in words, found {span.end - span.start} characters "
            f"without a blank at offset {span.start}. Remove that part and add the file again"
        )
    yield replace(piece, span=first)
    yield replace(piece, span=second)
