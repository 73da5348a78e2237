"""From a reference to the provisions it names: "Article 31(3)(c)" to the node of the tree, or to nothing.

A reference is followed step by step and never guessed at: what is not at that very address is not found. Where people
write one address in two ways, both are tried: "2.1" is article 2.1 or paragraph 1 of article 2, "1F" article 1F or
part F of article 1.
"""

from __future__ import annotations

import re

from corpus.models import Level, Provision
from corpus.numerals import ordinal, roman, same
from corpus.pinpoint import UNNUMBERED
from corpus.reference_grammar import Address, Mention, Reference, mentions, references_in
from corpus.reference_words import LAST

__all__ = [
    "Address",
    "Mention",
    "Reference",
    "annexed_articles",
    "annexes",
    "articles",
    "division_nodes",
    "main_articles",
    "mentions",
    "number_of",
    "number_splits",
    "preamble_of",
    "references_in",
    "resolve",
    "resolve_all",
]

_REPEATED = re.compile(r" \[\d+\]$")
_NUMBERED = (Level.PARAGRAPH, Level.POINT)
_BLOCKS = (Level.CHAPEAU, Level.TEXT, Level.CLOSING)


def resolve(root: Provision, reference: Reference) -> Provision | None:
    """Return the (first) provision a reference names; None if there is none at that very address."""
    return next(iter(resolve_all(root, reference)), None)


def resolve_all(root: Provision, reference: Reference) -> tuple[Provision, ...]:
    """Return the provisions a reference names, in the order of the text: one, or all of a range.

    An annex numbers its articles anew, so it is looked at only if the reference names it or the main text has no
    article of that number. A section's number counts anew in every part, so without its part it may name several.
    """
    if reference.annex:
        bases = annexes(root, reference.annex, through="" if reference.article else reference.through)
    else:
        bases = [root]
    if reference.article:
        return tuple(_articles(bases, reference))
    if reference.preamble:
        return tuple(_recitals(bases, reference))
    if reference.divisions:
        return tuple(_divisions(bases, reference))
    return tuple(found for base in bases if (found := _descend(base, reference.parts)) is not None)


def annexes(root: Provision, annex: str, *, through: str = "") -> list[Provision]:
    """Return the annexes that ``annex iii`` names; ``annex`` alone names one only if there is but one of the kind.

    Args:
        root: The whole tree.
        annex: Kind and number in lower case.
        through: Number of the last one of a range.
    """
    kind, _, number = annex.partition(" ")
    alike = [top for top in root.children if top.level is Level.ANNEX and kind in _kinds(top)]
    if not number:
        plain = [top for top in alike if not _number(top)]
        return plain[:1] or (alike if len(alike) == 1 else [])
    if through:
        return [top for top in alike if _between(_number(top), number, through) and not _repeats(top)]
    return [top for top in alike if same(_number(top), number)][:1]


def annexed_articles(root: Provision, annex: str) -> list[Provision]:
    """Return the articles of an annex, ``annex iii``; none if there is no such annex or it has no articles."""
    return [p for top in annexes(root, annex) for p in top.walk() if p.level is Level.ARTICLE]


def articles(root: Provision) -> list[Provision]:
    """Return the articles of the main text, then those of annexes."""
    annexed = [p for p in root.walk() if p.level is Level.ARTICLE and _in_annex(root, p)]
    return main_articles(root) + annexed


def main_articles(root: Provision) -> list[Provision]:
    """Return the articles of the main text."""
    return [p for p in root.walk() if p.level is Level.ARTICLE and not _in_annex(root, p)]


def preamble_of(base: Provision) -> Provision | None:
    """Return the preamble of a treaty, or of an annex."""
    return next((child for child in base.children if child.level is Level.PREAMBLE), None)


def division_nodes(base: Provision, kind: str = "") -> list[Provision]:
    """Return the numbered divisions within ``base`` (of one kind: ``Part``); of the main text, if it has any."""
    found = [p for p in base.walk() if p is not base and p.level is Level.DIVISION and _number(p)]
    if kind:
        found = [p for p in found if _words(p)[0].casefold() == kind.casefold()]
    own = [p for p in found if not _in_annex(base, p)]
    return own or found


def number_of(provision: Provision) -> str:
    """Return a provision's own number as the tree has it: ``13 bis`` of Article 13 bis, ``b`` of a point."""
    return _number(provision) or _bare(provision)


def number_splits(number: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the ways to read a number: ``2.1`` as it is, or as paragraph 1 of 2; ``1F`` likewise."""
    ways: list[tuple[str, tuple[str, ...]]] = [(number, ())]
    steps = number.split(".")
    ways += [(".".join(steps[:n]), tuple(steps[n:])) for n in range(len(steps) - 1, 0, -1)]
    lettered = re.fullmatch(r"(\d+)([A-Za-z])", number)
    return [*ways, (lettered[1], (lettered[2],))] if lettered else ways


# -- numbers and names


def _bare(provision: Provision) -> str:
    return _REPEATED.sub("", provision.path[-1])


def _repeats(provision: Provision) -> bool:
    """Tell whether another provision before it has the same name: an annex of a text printed after the treaty."""
    return _REPEATED.search(provision.path[-1]) is not None


def _words(provision: Provision) -> tuple[str, str]:
    kind, _, number = _bare(provision).partition(" ")
    return kind, number


def _number(provision: Provision) -> str:
    """Return the number after a kind (``Part XI``: ``XI``); nothing if what follows is no number."""
    number = _words(provision)[1]
    return number if number and ordinal(number) is not None else ""


def _kinds(top: Provision) -> frozenset[str]:
    """Return what an annex may be called; an instrument printed after the treaty by any word of its title."""
    return frozenset(re.findall(r"[a-z]+", _bare(top).lower()))


def _in_annex(root: Provision, provision: Provision) -> bool:
    top = next((c for c in root.children if c.span.contains(provision.span)), root)
    return top.level is Level.ANNEX


def _between(number: str, first: str, last: str) -> bool:
    place, low, high = ordinal(number), ordinal(first), ordinal(last)
    return place is not None and low is not None and high is not None and low <= place <= high


# -- following a reference


def _articles(bases: list[Provision], reference: Reference) -> list[Provision]:
    found = [a for base in bases for a in articles(base)]
    within = [a for a in found if _lies_in(a, reference.divisions)]
    parts = reference.parts
    if reference.divisions and not within:  # "Article IV, Section 2": the section is the article's own
        parts = (*(name.partition(" ")[2] for name in reference.divisions), *parts)
        return _first_of(found, reference.article, parts) or _first_of(
            found, reference.article, reference.parts
        )
    own = [a for a in within if not any(_in_annex(base, a) for base in bases)] or within
    if reference.through:
        return [a for a in own if _between(_number(a), reference.article, reference.through)]
    if reference.article == LAST:
        return [node for a in own[-1:] if (node := _descend(a, parts)) is not None]
    return _first_of(within, reference.article, parts)


def _first_of(found: list[Provision], number: str, parts: tuple[str, ...]) -> list[Provision]:
    """Return the provision at ``number`` and ``parts``, the number read in each way it may be meant."""
    for own, more in number_splits(number):
        article = next((a for a in found if same(_number(a), own)), None)
        if article is not None:
            node = _descend(article, (*more, *parts))
            return [node] if node is not None else []
    return []


def _recitals(bases: list[Provision], reference: Reference) -> list[Provision]:
    preamble = next((found for base in bases if (found := preamble_of(base)) is not None), None)
    node = _descend(preamble, reference.parts) if preamble is not None else None
    return [node] if node is not None else []


def _divisions(bases: list[Provision], reference: Reference) -> list[Provision]:
    kind, _, number = reference.divisions[-1].partition(" ")
    found = [d for base in bases for d in division_nodes(base, kind) if _lies_in(d, reference.divisions[:-1])]
    if reference.through:
        return [d for d in found if _between(_number(d), number, reference.through)]
    named = [d for d in found if same(_number(d), number)]
    nodes = [_descend(division, reference.parts) for division in named]
    if not named and reference.annex:  # "Annex II, Part B" where the tree has a point B
        nodes = [_descend(base, (number, *reference.parts)) for base in bases]
    return [node for node in nodes if node is not None]


def _lies_in(provision: Provision, divisions: tuple[str, ...]) -> bool:
    above = [_REPEATED.sub("", step) for step in provision.path[:-1]]
    return all(any(_same_name(step, name) for step in above) for name in divisions)


def _same_name(one: str, other: str) -> bool:
    (kind, _, number), (other_kind, _, other_number) = one.partition(" "), other.partition(" ")
    return kind.casefold() == other_kind.casefold() and same(number, other_number)


def _descend(node: Provision, parts: tuple[str, ...]) -> Provision | None:
    at: Provision | None = node
    for part in parts:
        at = _child(at, part) if at is not None else None
    return at


def _child(node: Provision, part: str) -> Provision | None:
    """Return the paragraph, point or recital of a node that ``part`` names."""
    inner = _within(node)
    if part == LAST:
        named = [c for c in inner if c.level in (*_NUMBERED, Level.RECITAL)] or _blocks(node)
        return named[-1] if named else None
    for fits in (str.__eq__, _alike):
        if found := next((c for c in inner if fits(_bare(c), part)), None):
            return found
    if found := _numbered_otherwise(inner, part):
        return found
    lettered = re.fullmatch(r"(\d+)\.?([A-Za-z])", part)
    if lettered:
        return _descend(node, (lettered[1], lettered[2]))
    return _block(node, int(part)) if part.isdigit() else None


def _numbered_otherwise(inner: list[Provision], part: str) -> Provision | None:
    """Return the child of a Roman series that figures name, or the other way round: ``(3)`` is ``(iii)``."""
    marks = [c for c in inner if c.level in _NUMBERED]
    roman_series = bool(marks) and _bare(marks[0]).lower() == "i"
    if part.isdigit() == roman_series:
        return next(
            (c for c in marks if roman(_bare(c) if part.isdigit() else part) and same(_bare(c), part)), None
        )
    return None


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _within(node: Provision) -> list[Provision]:
    """Return what may be named next: the children, those under the headings of an annex or division too."""
    if node.level not in (Level.ANNEX, Level.DIVISION):
        return list(node.children)
    found = []
    for child in node.children:
        unnumbered = child.level is Level.DIVISION and not _number(child)
        found += _within(child) if unnumbered else [child]
    return found


def _block(node: Provision, place: int) -> Provision | None:
    """Return the unnumbered paragraph at a place, from 1, of a node that has no numbered ones."""
    blocks = _blocks(node)
    return blocks[place - 1] if 1 <= place <= len(blocks) else None


def _blocks(node: Provision) -> list[Provision]:
    inner = _within(node)
    if any(c.level is Level.PARAGRAPH for c in inner):
        return []
    blocks = [c for c in inner if c.level in _BLOCKS]
    return blocks if any(c.path[-1].startswith(UNNUMBERED) for c in blocks) else []
