"""From a growing outline to the provision tree: addresses made unique, spans made to tile the text.

The parsers of ``outline``, ``paragraphs`` and ``sections`` only say where a node begins and what it is
called. A node ends where the next one begins that is not within it; what stands before its first child
becomes a leaf of its own (a chapeau if it has words, otherwise the heading). So the leaves cover the
document without gap or overlap.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpus.links import step_of
from corpus.models import Level, Provision, Span
from corpus.pinpoint import label_of


@dataclass(slots=True)
class Node:
    """A node under construction.

    Attributes:
        name: Its own part of the address (``Article 13``, ``1``, ``b``); empty for the document.
        start: Where its text begins, label included.
        body: Where its own words begin, after label and heading.
    """

    level: Level
    name: str
    start: int
    body: int
    heading: str = ""
    children: list[Node] = field(default_factory=list)


def freeze(root: Node, document_id: str, text: str) -> Provision:
    """Return the finished tree over the whole canonical text."""
    return _freeze(root, document_id, (), len(text), text)


def _freeze(node: Node, document_id: str, path: tuple[str, ...], end: int, text: str) -> Provision:
    children = _with_lead(node, text)
    ends = [*(child.start for child in children[1:]), end][: len(children)]
    names = _unique_names(children)
    return Provision(
        document_id=document_id,
        level=node.level,
        path=path,
        label=label_of(path),
        heading=node.heading,
        span=Span(node.start, end),
        body=_words_from(text, node.body, end),
        children=tuple(
            _freeze(child, document_id, (*path, name), child_end, text)
            for child, name, child_end in zip(children, names, ends, strict=True)
        ),
    )


def _with_lead(node: Node, text: str) -> list[Node]:
    """Return the children, with a leaf for what stands before the first of them."""
    children = node.children
    if not children or children[0].start == node.start:
        return children
    first = children[0].start
    if node.level is Level.DOCUMENT:
        return [Node(Level.HEADING, "title", 0, 0), *children]
    if text[node.body : first].strip():
        return [Node(Level.CHAPEAU, "chapeau", node.start, node.body), *children]
    return [Node(Level.HEADING, "heading", node.start, first), *children]


def _words_from(text: str, start: int, end: int) -> int:
    """Return where the first word at or after ``start`` stands, ``end`` if there is none."""
    while start < end and text[start].isspace():
        start += 1
    return min(start, end)


def _unique_names(children: list[Node]) -> list[str]:
    """Return the children's names, a repeated one marked ``name [2]``: an address names one place only.

    Names that would be the same step of a link ("Notes" and "NOTES") count as repeated.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    names = []
    for child in children:
        name, step = child.name, step_of(child.name)
        while step_of(name) in taken or not seen[step]:
            seen[step] += 1
            name = child.name if seen[step] == 1 else f"{child.name} [{seen[step]}]"
        taken.add(step_of(name))
        names.append(name)
    return names
