"""How much of what was quoted is the answer, and how much of the answer was quoted: both counted in characters.

The places that answer are found in the documents when a run is made and kept with it as offsets, so that a saved
run can be judged without them. All offsets are code points of the canonical text, ends exclusive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.models import Level
from corpus.sentences import trim
from eval.cases import fold, nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from corpus.models import Document, Provision
    from eval.cases import Gold

    Json = Mapping[str, Any]

Stretch = tuple[int, int]
"""Start and end, end exclusive."""


@dataclass(frozen=True, slots=True)
class GoldPlace:
    """Where one gold entry stands in its document.

    Attributes:
        document: Document id.
        places: The provisions or sections named, with the chapeaux above them, which a quote of an item carries to
            keep its sense; in order, apart from one another. The whole text if the entry names no place.
        units: What recall asks for, each with the stretches any of which will do: the entry's words wherever they
            stand in the place or, for an entry without words, the place itself. Empty if neither is named.
    """

    document: str
    places: tuple[Stretch, ...]
    units: tuple[tuple[Stretch, ...], ...]


def gold_place(gold: Gold, document: Document, root: Provision) -> GoldPlace:
    """Find a gold entry in its document.

    Args:
        gold: What is right.
        document: The document it names.
        root: That document's tree.
    """
    nodes = nodes_of(root, gold)
    named = gold.section is not None or gold.provision is not None
    within = [(node.span.start, node.span.end) for node in nodes]
    if gold.contains:
        units = tuple(_occurrences(document.text, merged(within), words) for words in gold.contains)
    else:
        own = [trim(document.text, node.body, node.span.end) for node in nodes] if named else []
        units = tuple((one,) for one in merged((span.start, span.end) for span in own if span is not None))
    chapeaux = [stretch for node in nodes for stretch in _chapeaux(root, node)]
    return GoldPlace(gold.document, merged([*within, *chapeaux]), tuple(unit for unit in units if unit))


def quoted_stretches(quotes: Iterable[Json]) -> dict[str, tuple[Stretch, ...]]:
    """Return what quotes in JSON form cover of each document, every character once."""
    found: dict[str, list[Stretch]] = {}
    for quote in quotes:
        segments = [(segment["start"], segment["end"]) for segment in quote["segments"]]
        found.setdefault(quote["document"]["id"], []).extend(segments)
    return {document: merged(segments) for document, segments in found.items()}


def precision(quoted: Mapping[str, Sequence[Stretch]], gold: Sequence[GoldPlace]) -> float | None:
    """Return quoted characters that lie in a gold place / quoted characters.

    Gold entries are alternatives, so words from any of their places count; every character counts once.

    Returns:
        A share; None if nothing was quoted or no gold place is known.
    """
    total = sum(_length(stretches) for stretches in quoted.values())
    if not total or not gold:
        return None
    inside = 0
    for document, stretches in quoted.items():
        places = merged(place for one in gold if one.document == document for place in one.places)
        inside += _shared(stretches, places)
    return inside / total


def recall(quoted: Mapping[str, Sequence[Stretch]], gold: Sequence[GoldPlace]) -> float | None:
    """Return characters asked for that were quoted / characters asked for, of the gold entry best served.

    Asked for are the entry's words, each once wherever in the place it stands, or the whole place's own words if
    the entry has none. Words quoted from elsewhere do not count, though they may be the same: that is what
    ``coverage`` asks.

    Returns:
        A share, 0 if nothing was quoted; None if no gold entry asks for words.
    """
    shares = [_recalled(quoted.get(one.document, ()), one) for one in gold if one.units]
    return max(shares, default=None)


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches in order, those that overlap or touch made one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _recalled(quoted: Sequence[Stretch], gold: GoldPlace) -> float:
    best = [max(unit, key=lambda one: _shared(quoted, [one]) / _length([one])) for unit in gold.units]
    return sum(_shared(quoted, [one]) for one in best) / _length(best)


def _length(stretches: Iterable[Stretch]) -> int:
    return sum(end - start for start, end in stretches)


def _shared(some: Sequence[Stretch], others: Sequence[Stretch]) -> int:
    """Return how many characters two sets of stretches share; within each set they lie apart."""
    return sum(max(0, min(e1, e2) - max(s1, s2)) for s1, e1 in some for s2, e2 in others)


def _chapeaux(root: Provision, node: Provision) -> list[Stretch]:
    """Return the chapeaux under which a node stands."""
    above = [one for one in root.chain(node.span.start) if one.span.contains(node.span) and one != node]
    return [
        (child.span.start, child.span.end)
        for one in above
        for child in one.children
        if child.level is Level.CHAPEAU and child.span.end <= node.span.start
    ]


def _occurrences(text: str, places: Sequence[Stretch], words: str) -> tuple[Stretch, ...]:
    """Return where ``words`` stand in the places, found as ``eval.cases.holds`` finds them."""
    pattern = re.compile(rf"(?<!\w){re.escape(fold(words))}(?!\w)")
    found = []
    for start, end in places:
        folded, origins = _folded(text, start, end)
        found += [(origins[m.start()], origins[m.end() - 1] + 1) for m in pattern.finditer(folded)]
    return tuple(found)


def _folded(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Return a stretch of text as ``eval.cases.fold`` gives it, and for each character of that its offset."""
    letters: list[str] = []
    origins: list[int] = []
    for offset in range(start, end):
        blank = text[offset].isspace()
        if blank and letters and letters[-1] == " ":
            continue
        for letter in " " if blank else text[offset].casefold():
            letters.append(letter)
            origins.append(offset)
    return "".join(letters), origins
