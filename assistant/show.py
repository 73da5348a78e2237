"""A document's outline and provisions, for reading in a terminal."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from assistant.errors import UnknownDocument
from assistant.quotes import governed, quote
from assistant.render import document_json, provision_json
from corpus.errors import LibraryError
from corpus.models import Document, Level, Provision
from corpus.pinpoint import pinpoint_of
from corpus.structure import parse

if TYPE_CHECKING:
    from assistant.wiring import Sources

_LEFT_OUT = (Level.HEADING, Level.CHAPEAU, Level.TEXT, Level.CLOSING)
_SHOWN = 60
"""Characters of a provision's words in the outline."""
_ARTICLE = re.compile(r"^art(?:icle|\.)?(?=\d)")


def document_of(sources: Sources, document_id: str) -> Document:
    """Return the document with an id.

    Raises:
        UnknownDocument: If there is none; the message names the closest ids.
        TreatyError: If there is one that cannot be read any more.
    """
    for document in sources.documents:
        if document.id == document_id:
            return document
    for problem in sources.problems:
        if str(problem).startswith(f"{document_id}: "):
            raise problem
    close = difflib.get_close_matches(document_id, [d.id for d in sources.documents], n=3, cutoff=0.5)
    hint = f"Closest: {', '.join(close)}" if close else "Run: treaty corpus list"
    raise UnknownDocument(f"expected the id of a document, found '{document_id}'. {hint}")


def provision_of(document: Document, pinpoint: str | None) -> tuple[dict[str, Any], str]:
    """Return one provision (or, without a pinpoint, the outline) as JSON and as text.

    Raises:
        LibraryError: If the document has no such provision; the message names the closest.
    """
    root = parse(document)
    if pinpoint is None:
        return {"document": document_json(document)}, outline(document, root)
    node = _named(document, root, pinpoint)
    words = _words(document, root, node)
    data = {"document": document_json(document), "provision": provision_json(node), "text": words}
    return data, f"{document.title}, {pinpoint_of(node.path)}\n\n{words}"


def _named(document: Document, root: Provision, pinpoint: str) -> Provision:
    """Return the provision with this label, or the section with this heading; the first if there are several."""
    names: dict[str, Provision] = {}
    for node in root.walk():
        names.setdefault(_plain(node.label or node.heading), node)
        if node.level in {Level.DIVISION, Level.ANNEX}:
            names.setdefault(_plain(node.path[-1]), node)
    wanted = _plain(pinpoint)
    if wanted and (found := names.get(wanted) or names.get(_ARTICLE.sub("", wanted))):
        return found
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
    shown = ", ".join(dict.fromkeys(names[c].label or names[c].path[-1] for c in close))
    hint = f"Closest: {shown}" if close else f"Run: treaty corpus show {document.id}"
    raise LibraryError(f"{document.id}: expected a provision such as 13(1)(b), found '{pinpoint}'. {hint}")


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _words(document: Document, root: Provision, node: Provision) -> str:
    """Return a provision's words with those that govern it; its heading if it has no words of its own."""
    spans = governed(document.text, _chain(root, node))
    return quote(document, node, spans or (node.span,), 0.0).text


def outline(document: Document, root: Provision) -> str:
    """Return the tree as indented lines: address, heading, first words."""
    lines = [document.title]
    _outline(document, root, 1, lines)
    return "\n".join(lines)


def _outline(document: Document, node: Provision, depth: int, lines: list[str]) -> None:
    for child in node.children:
        if child.level in _LEFT_OUT and child.path[-1] != "closing":
            continue
        lines.append("  " * depth + f"{child.path[-1]}  {_line(document, child)}".rstrip())
        _outline(document, child, depth + 1, lines)


def _line(document: Document, node: Provision) -> str:
    """Return what the outline says of a provision: its heading, else the words of a leaf, cut short."""
    if node.heading and node.heading != node.path[-1]:
        shown = node.heading
    elif node.children:
        return ""
    else:
        shown = " ".join(document.text[node.body : node.span.end].split())
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def _chain(root: Provision, node: Provision) -> tuple[Provision, ...]:
    if root is node:
        return (root,)
    for child in root.children:
        if child.span.contains(node.span):
            return (root, *_chain(child, node))
    return ()
