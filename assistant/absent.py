"""False addresses: what is said, and what is shown, of a provision that a treaty does not have.

Only what the index knows is said: how many articles there are, which paragraphs an article has. "As indexed" stands
in each sentence, because a text may have been read badly. Nearest are the provisions on either side.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.excerpt import WHOLE, excerpt
from corpus.models import Document, Level, Provision
from corpus.numerals import ordinal
from corpus.pinpoint import ATTACHED, REPEAT, pinpoint_of
from corpus.references import (
    Address,
    Reference,
    annexed_articles,
    annexes,
    articles,
    division_nodes,
    main_articles,
    number_of,
    number_splits,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.models import Quote

_MOST_LISTED = 5
"""Names of annexes, parts or points that a sentence lists."""
_PARTS = {
    Level.PARAGRAPH: "paragraph",
    Level.POINT: "point",
    Level.RECITAL: "recital",
    Level.TEXT: "paragraph",
}


def truth(document: Document, root: Provision, reference: Reference) -> str | None:
    """Return what is true in place of a false address, as the end of a sentence; None if nothing can be told."""
    if reference.annex and not annexes(root, reference.annex):
        names = [_annex_title(top) for top in _annexes(root)]
        return f"as indexed, {_listed('annexes', names)}" if names else "as indexed, it has no annexes"
    upper = _existing(root, reference)
    if upper is not None:
        return _of_parts(upper[0])
    if reference.kind is Address.ARTICLE:
        return _of_articles(document, _known(root, reference.annex), reference)
    if reference.kind is Address.RECITAL:
        return "as indexed, it has no preamble"
    return _of_divisions(root, reference)


def neighbours(document: Document, root: Provision, reference: Reference) -> tuple[Quote, ...]:
    """Return what stands nearest to a false address: the parts or articles on either side of it."""
    upper = _existing(root, reference)
    if reference.annex and not annexes(root, reference.annex):
        near = _around(_annexes(root), reference.annex.partition(" ")[2])
    elif upper is not None:
        near = _parts_near(*upper)
    elif reference.kind is Address.ARTICLE:
        near = _around(_known(root, reference.annex), reference.article)
    elif reference.kind is Address.DIVISION:
        kind, _, number = reference.divisions[-1].partition(" ")
        near = _around(division_nodes(_base(root, reference), kind), number)
    else:
        near = []
    return tuple(made for node in near for made in excerpt(document, root, node, (), 1))


def _parts_near(upper: Provision, part: str) -> list[Provision]:
    """Return a short provision itself, of a longer one (or the preamble) the parts on either side of what it lacks."""
    if upper.level is not Level.PREAMBLE and upper.span.end - upper.body <= WHOLE:
        return [upper]
    return _around([c for c in upper.children if c.level in _PARTS], part) or [upper]


def _existing(root: Provision, reference: Reference) -> tuple[Provision, str] | None:
    """Return the innermost provision on the way to a false address that does exist, and the part it lacks."""
    for number, more in number_splits(reference.article):
        parts = (*more, *reference.parts)
        for depth in range(len(parts) - 1, -1, -1):
            found = resolve(root, replace(reference, article=number, parts=parts[:depth], through=""))
            if found is not None:
                return found, parts[depth]
    return None


def _base(root: Provision, reference: Reference) -> Provision:
    return next(iter(annexes(root, reference.annex)), root) if reference.annex else root


def _known(root: Provision, annex: str) -> list[Provision]:
    return (annexed_articles(root, annex) if annex else []) or main_articles(root) or articles(root)


# -- what is true


def _of_parts(upper: Provision) -> str:
    """Say what a provision is divided into: "art 5, as indexed, has 3 paragraphs"."""
    where = pinpoint_of(upper.path) or upper.path[-1]
    parts = [c for c in upper.children if c.level in _PARTS]
    if not parts:
        return f"{where}, as indexed, is not divided into numbered parts"
    counts = Counter(_PARTS[part.level] for part in parts)
    said = [_counted(kind, [p for p in parts if _PARTS[p.level] == kind]) for kind in counts]
    return f"{where}, as indexed, has {' and '.join(said)}"


def _counted(kind: str, parts: Sequence[Provision]) -> str:
    many = f"{len(parts)} {kind}{'s' if len(parts) > 1 else ''}"
    numbers = [number_of(part) for part in parts]
    if kind != "point":
        return many
    return f"{many}: ({numbers[0]})" + (f" to ({numbers[-1]})" if len(parts) > 1 else "")


def _of_articles(document: Document, known: Sequence[Provision], reference: Reference) -> str | None:
    """Say how many articles there are; None if the article may be there and was only not recognised."""
    if not known or _printed(document, reference.article, known):
        return None
    numbers = [ordinal(number_of(article)) for article in known]
    annex = known[0].path[0] if reference.annex else ""
    if numbers == [float(n) for n in range(1, len(known) + 1)]:
        return f"as indexed, {annex or 'it'} has {len(known)} articles"
    whose = f"the articles of {annex}" if annex else "its articles"
    return f"as indexed, {whose} run from {number_of(known[0])} to {number_of(known[-1])}"


def _printed(document: Document, number: str, known: Sequence[Provision]) -> bool:
    """Tell whether a line of the text opens with the article's number though the tree lacks it."""
    last = max((ordinal(number_of(article)) or 0.0 for article in known), default=0.0)
    wanted = ordinal(number)
    opening = rf"(?mi)^[\W_]*art(?:icle|\.)?\s*{re.escape(number)}\b"
    return wanted is not None and wanted < last and re.search(opening, document.text) is not None


def _of_divisions(root: Provision, reference: Reference) -> str | None:
    """Say which divisions of the kind there are, or of the largest kind there is; None if there are none."""
    if not reference.divisions:
        return None
    kind = reference.divisions[-1].partition(" ")[0]
    base = _base(root, reference)
    found = division_nodes(base, kind) or _largest(base)
    if not found:
        return None
    kind = found[0].path[-1].partition(" ")[0]
    names = list(dict.fromkeys(f"{kind} {number_of(one)}" for one in found))
    return f"as indexed, {_listed(f'{kind.lower()}s', names)}"


def _largest(base: Provision) -> list[Provision]:
    divisions = division_nodes(base)
    top = min((len(one.path) for one in divisions), default=0)
    return [one for one in divisions if len(one.path) == top]


def _listed(what: str, names: Sequence[str]) -> str:
    if len(names) > _MOST_LISTED:
        return f"its {what} run from {names[0]} to {names[-1]}"
    return f"it has {names[0]}" if len(names) == 1 else f"it has {', '.join(names[:-1])} and {names[-1]}"


def _annexes(root: Provision) -> list[Provision]:
    """Return the annexes; not those of a text printed after the treaty, whose names come again."""
    return [top for top in root.children if top.level is Level.ANNEX and not REPEAT.search(top.path[0])]


def _annex_title(top: Provision) -> str:
    """Return what an annex or attached instrument is called."""
    return top.path[0].removeprefix(ATTACHED)


# -- what stands nearest


def _around(nodes: Sequence[Provision], number: str) -> list[Provision]:
    """Return the node before and the node after a number that none of them has; the last one if all come before."""
    wanted = ordinal(number)
    if wanted is None or not nodes:
        return list(nodes[-1:])
    places = [(ordinal(number_of(node)), node) for node in nodes]
    before = [node for place, node in places if place is not None and place < wanted]
    after = [node for place, node in places if place is not None and place > wanted]
    return [*before[-1:], *after[:1]]
