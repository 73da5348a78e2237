"""What a cross-reference names: from an address in prose, and the place where it stands, to a provision of a tree.

A relative address is looked for outwards from where it stands: "paragraph 2" in the nearest provision around it that
has one, within its article. An annex numbers its articles anew, so within one its own are meant first, unless the
words say which instrument they are of. What is not there at that very address is not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.enumerations import AFTER, BEFORE, ONLY, THAT, THIS, Step, Unit
from corpus.instruments import NOUN
from corpus.models import Level, Provision
from corpus.numerals import ordinal
from corpus.pinpoint import ARTICLE, ATTACHED, UNNUMBERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.crossrefs import CrossReference

_INSTRUMENT = re.compile(rf"\b(?:{NOUN}|annex|appendix|schedule)\b", re.IGNORECASE)
_REPEAT = re.compile(r" \[\d+\]$")
_NUMBERED = (Level.PARAGRAPH, Level.POINT)
_BLOCKS = (Level.PARAGRAPH, Level.TEXT, Level.CHAPEAU)
_LEVELS = {
    Unit.ANNEX: (Level.ANNEX,),
    Unit.DIVISION: (Level.DIVISION,),
    Unit.ARTICLE: (Level.ARTICLE,),
    Unit.PARAGRAPH: (Level.PARAGRAPH,),
    Unit.POINT: (Level.POINT,),
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """A document's provisions by address.

    Attributes:
        title: The document's title, which says what it calls itself.
        articles: By the annex they stand in, whose name is empty for the main text, then by the place of their number.
        divisions: The same for parts, chapters and sections, by their names, ``section 2``; the first of each name.
        annexes: The annexes and attached instruments.
    """

    root: Provision
    title: str
    articles: dict[str, dict[float, Provision]]
    divisions: dict[str, dict[str, list[Provision]]]
    annexes: tuple[Provision, ...]


def addresses(root: Provision, title: str) -> Addresses:
    """Return the addresses of the tree of a document with this title."""
    articles: dict[str, dict[float, Provision]] = {}
    divisions: dict[str, dict[str, list[Provision]]] = {}
    for top in root.children:
        where = top.path[0] if top.level is Level.ANNEX else ""
        for node in top.walk():
            if node.level is Level.ARTICLE:
                number = ordinal(_name(node).removeprefix(ARTICLE))
                if number is not None:
                    articles.setdefault(where, {}).setdefault(number, node)
            elif node.level is Level.DIVISION:
                divisions.setdefault(where, {}).setdefault(_name(node).lower(), []).append(node)
    annexes = tuple(top for top in root.children if top.level is Level.ANNEX)
    return Addresses(root, title, articles, divisions, annexes)


def find(
    reference: CrossReference,
    known: Addresses,
    at: int | None = None,
    before: Provision | None = None,
) -> Provision | None:
    """Return the provision a reference names, or None if there is none at that address.

    Args:
        reference: As read by ``crossrefs_in``.
        known: Addresses of the document it speaks of.
        at: Where it stands in that document; None if it stands in another, so that nothing relative is found.
        before: What the reference before it named; "that article" is its article.
    """
    chain = known.root.chain(at) if at is not None else (known.root,)
    steps = reference.steps
    if steps[0].number == THAT:
        if before is None:
            return None
        chain = _chain_to(known.root, before)
    elif steps[0].unit in (Unit.PARAGRAPH, Unit.POINT) and at is None:
        return _below(known.root, steps)
    where = _places(reference, known, chain)
    return next((found for place in where if (found := _from(steps, known, chain, place)) is not None), None)


def annex_of(chain: Sequence[Provision]) -> str:
    """Return the annex that a chain of provisions lies in, as ``Addresses`` names it; empty for the main text."""
    top = chain[1] if len(chain) > 1 else chain[0]
    return top.path[0] if top.level is Level.ANNEX else ""


def instrument_at(noun: str, known: Addresses, chain: Sequence[Provision]) -> str:
    """Return where "this Protocol" is in a document: the attached instrument around the words that is one, or ''."""
    here = annex_of(chain)
    if not here:
        return ""
    top = next(top for top in known.annexes if top.path[0] == here)
    own = _INSTRUMENT.search(f"{_name(top)} {top.heading}")
    if own is not None and own.group().lower() == noun.lower():
        return here
    return "" if re.search(rf"\b{re.escape(noun)}\b", known.title, re.IGNORECASE) else here


def _places(reference: CrossReference, known: Addresses, chain: Sequence[Provision]) -> tuple[str, ...]:
    """Return where to look, in order: names of annexes, '' for the main text."""
    here = annex_of(chain)
    if " " in reference.instrument:  # a whole name is that of the document itself
        return ("",)
    if reference.instrument:
        return (instrument_at(reference.instrument, known, chain),)
    return (here, "") if here else ("",)


def _from(
    steps: Sequence[Step], known: Addresses, chain: Sequence[Provision], place: str
) -> Provision | None:
    """Return what the steps lead to from the highest of them."""
    first, rest = steps[0], steps[1:]
    if first.unit is Unit.ANNEX:
        annex = _annex(first, known, chain)
        return None if annex is None else _in_annex(annex, rest, known)
    if first.unit is Unit.DIVISION:
        division = _division(first, known, chain, place)
        return None if division is None else _in_division(division, rest)
    if first.unit is Unit.ARTICLE:
        article = _article(first, known, chain, place)
        return None if article is None else _below(article, rest)
    return _relative(steps, chain)


def _annex(step: Step, known: Addresses, chain: Sequence[Provision]) -> Provision | None:
    if step.number in (THIS, THAT):
        return next((node for node in chain if node.level is Level.ANNEX), None)
    if step.number == ONLY:
        called = [top for top in known.annexes if _kind(top) == step.kind]
        return called[0] if len(called) == 1 else None
    wanted = ordinal(step.number)
    for top in known.annexes:
        kind, _, number = _name(top).partition(" ")
        if kind.lower() == step.kind and wanted is not None and ordinal(number) == wanted:
            return top
    return None


def _in_annex(annex: Provision, rest: Sequence[Step], known: Addresses) -> Provision | None:
    if not rest:
        return annex
    first, name = rest[0], annex.path[0]
    if first.unit is Unit.ARTICLE:
        article = known.articles.get(name, {}).get(ordinal(first.number) or 0.0)
        return None if article is None else _below(article, rest[1:])
    if first.unit is Unit.DIVISION:
        found = known.divisions.get(name, {}).get(f"{first.kind} {first.number}".lower(), [])
        return _in_division(found[0], rest[1:]) if len(found) == 1 else None
    return _below(annex, rest)


def _division(step: Step, known: Addresses, chain: Sequence[Provision], place: str) -> Provision | None:
    """Return a part or section: the one around the words, one beside it, or the only one of that name."""
    if step.number in (THIS, THAT):
        around = [n for n in chain if n.level is Level.DIVISION and _kind(n) == step.kind]
        return around[-1] if around else None
    if step.number in (BEFORE, AFTER):
        return _beside(step, chain)
    found = known.divisions.get(place, {}).get(f"{step.kind} {step.number}".lower(), [])
    near = [n for n in found if any(n in above.children for above in chain)]
    if near:
        return near[-1]
    return found[0] if len(found) == 1 else None


def _in_division(division: Provision, rest: Sequence[Step]) -> Provision | None:
    node: Provision | None = division
    for place, step in enumerate(rest):
        if node is None:
            return None
        if step.unit is Unit.DIVISION:
            wanted = f"{step.kind} {step.number}".lower()
            inner = [n for n in node.walk() if n.level is Level.DIVISION and _name(n).lower() == wanted]
            node = inner[0] if inner else None
        elif step.unit is Unit.ARTICLE:
            number = ordinal(step.number)
            within = (n for n in node.walk() if n.level is Level.ARTICLE)
            article = next((n for n in within if ordinal(_name(n).removeprefix(ARTICLE)) == number), None)
            return None if article is None else _below(article, rest[place + 1 :])
        else:
            return _below(node, rest[place:])
    return node


def _article(step: Step, known: Addresses, chain: Sequence[Provision], place: str) -> Provision | None:
    if step.number in (THIS, THAT):
        return next((node for node in chain if node.level is Level.ARTICLE), None)
    if step.number in (BEFORE, AFTER):
        return _neighbour(known, chain, place, step.number)
    number = ordinal(step.number)
    return None if number is None else known.articles.get(place, {}).get(number)


def _neighbour(known: Addresses, chain: Sequence[Provision], place: str, direction: str) -> Provision | None:
    listed = list(known.articles.get(place, {}).values())
    own = next((k for k, node in enumerate(listed) if node in chain), None)
    if own is None:
        return None
    other = own - 1 if direction == BEFORE else own + 1
    return listed[other] if 0 <= other < len(listed) else None


def _relative(steps: Sequence[Step], chain: Sequence[Provision]) -> Provision | None:
    """Return "paragraph 2" or "subparagraph (a)" of the nearest provision around the words that has one."""
    first, rest = steps[0], steps[1:]
    if first.number in (THIS, THAT):
        around = [n for n in chain if n.level in _LEVELS[first.unit]]
        return _below(around[-1], rest) if around else None
    if first.number in (BEFORE, AFTER):
        beside = _beside(first, chain)
        return None if beside is None else _below(beside, rest)
    reach = list(reversed(_reach(chain)))
    for levels in (
        _LEVELS[first.unit],
        _NUMBERED,
    ):  # "paragraph (a)" may be a point, if no paragraph is called so
        for node in reach:
            child = _child(node, first, levels)
            if child is not None:
                return _below(child, rest)
    return None


def _reach(chain: Sequence[Provision]) -> list[Provision]:
    """Return the provisions around a place that its relative references may be of: its article and what is in it."""
    start = next((k for k, n in enumerate(chain) if n.level is Level.ARTICLE), None)
    if start is not None:
        return list(chain[start:])
    holders = [
        k for k, n in enumerate(chain) if any(c.level in _NUMBERED for c in n.children)
    ]  # annexes, resolutions
    return list(chain[holders[0] :]) if holders else []


def _beside(step: Step, chain: Sequence[Provision]) -> Provision | None:
    """Return what comes before or after the provision around the words, among those of its level."""
    levels = _BLOCKS if step.unit is Unit.PARAGRAPH else _LEVELS[step.unit]
    for depth in range(len(chain) - 1, 0, -1):
        node, parent = chain[depth], chain[depth - 1]
        if node.level not in levels:
            continue
        row = [c for c in parent.children if c.level in levels]
        other = row.index(node) + (-1 if step.number == BEFORE else 1)
        return row[other] if 0 <= other < len(row) else None
    return None


def _below(node: Provision, steps: Iterable[Step]) -> Provision | None:
    """Return what the steps lead to, each to a child of the one before."""
    for step in steps:
        child = _child(node, step)
        if child is None:
            return None
        node = child
    return node


def _child(node: Provision, step: Step, levels: Sequence[Level] = _NUMBERED) -> Provision | None:
    wanted = step.number.lower()
    numbered = [c for c in node.children if c.level in _NUMBERED]
    found = next((c for c in numbered if c.level in levels and _name(c).lower() == wanted), None)
    if found is None and not numbered and step.unit is Unit.PARAGRAPH and step.number.isdigit():
        return _block(node, int(step.number))
    return found


def _block(node: Provision, number: int) -> Provision | None:
    """Return an unnumbered paragraph by its place, as treaties without numbers are cited."""
    blocks = [c for c in node.children if c.level in (Level.CHAPEAU, Level.TEXT)]
    unnumbered = len(blocks) > 1 and all(_is_unnumbered(c) for c in blocks[1:])
    return blocks[number - 1] if unnumbered and 0 < number <= len(blocks) else None


def _is_unnumbered(node: Provision) -> bool:
    return node.path[-1].startswith(UNNUMBERED)


def _chain_to(root: Provision, node: Provision) -> tuple[Provision, ...]:
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(c for c in chain[-1].children if c.span.contains(node.span)))
    return tuple(chain)


def _name(node: Provision) -> str:
    return _REPEAT.sub("", node.path[-1]).removeprefix(ATTACHED)


def _kind(node: Provision) -> str:
    return _name(node).partition(" ")[0].lower()
