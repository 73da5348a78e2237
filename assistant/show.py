"""A document's outline and provisions, for reading in a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from assistant.errors import UnknownDocument
from assistant.quotes import governed
from assistant.render import document_json, provision_json
from corpus.errors import LibraryError
from corpus.models import Document, Level, Provision
from corpus.pinpoint import pinpoint_of
from corpus.structure import parse

_LEFT_OUT = (Level.HEADING, Level.CHAPEAU, Level.TEXT, Level.CLOSING)
_SHOWN = 60


def document_of(documents: Sequence[Document], document_id: str) -> Document:
    """Return the document with an id.

    Raises:
        UnknownDocument: If there is none; the message names the closest ids.
    """
    for document in documents:
        if document.id == document_id:
            return document
    close = difflib.get_close_matches(document_id, [d.id for d in documents], n=3, cutoff=0.5)
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
    wanted = "".join(pinpoint.split()).lower().removeprefix("article").removeprefix("art.").removeprefix("art")
    labelled = {p.label.replace(" ", "").lower(): p for p in reversed(list(root.walk())) if p.label}
    node = labelled.get(wanted)
    if node is None:
        close = difflib.get_close_matches(wanted, labelled, n=3, cutoff=0.4)
        hint = f"Closest: {', '.join(labelled[c].label for c in close)}" if close else f"Run: treaty corpus show {document.id}"
        raise LibraryError(f"{document.id}: expected a provision such as 13(1)(b), found '{pinpoint}'. {hint}")
    chain = next(c for c in [_chain(root, node)] if c)
    words = " […] ".join(span.of(document.text) for span in governed(document.text, chain))
    data = {"document": document_json(document), "provision": provision_json(node), "text": words}
    return data, f"{document.title}, {pinpoint_of(node.path)}\n\n{words}"


def outline(document: Document, root: Provision) -> str:
    """Return the tree as indented lines: address, heading, first words."""
    lines = [document.title]
    _outline(document, root, 1, lines)
    return "\n".join(lines)


def _outline(document: Document, node: Provision, depth: int, lines: list[str]) -> None:
    for child in node.children:
        if child.level in _LEFT_OUT and child.path[-1] != "closing":
            continue
        words = " ".join(document.text[child.body : child.span.end].split())
        shown = child.heading if child.heading and child.heading != child.path[-1] else "" if child.children else words
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        lines.append("  " * depth + f"{child.path[-1]}  {shown}".rstrip())
        _outline(document, child, depth + 1, lines)


def _chain(root: Provision, node: Provision) -> tuple[Provision, ...]:
    if root is node:
        return (root,)
    for child in root.children:
        if child.span.contains(node.span):
            return (root, *_chain(child, node))
    return ()
