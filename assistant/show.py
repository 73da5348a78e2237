"""A document's outline and provisions, for reading in a terminal."""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assistant.attachments import attach
from assistant.errors import UnknownDocument
from assistant.permalinks import exact_link
from assistant.quotes import governed, quote
from assistant.render import attached_texts, attachment_json, document_json, provision_json
from assistant.versions import Meant, version_json
from corpus.errors import LibraryError
from corpus.links import is_link, link_of, parts_of_link, resolve_link
from corpus.models import Document, Level, Provision
from corpus.pinpoint import pinpoint_of
from corpus.structure import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.versions import Versions
    from assistant.wiring import Sources

_LEFT_OUT = (Level.HEADING, Level.CHAPEAU, Level.TEXT, Level.CLOSING)
_SHOWN = 60
"""Characters of a provision's words in the outline."""
_ARTICLE = re.compile(r"^art(?:icle|\.)?(?=\d)")


def place_of(document_id: str, pinpoint: str | None) -> tuple[str, str | None]:
    """Return the document and provision that a command line means, whose first word may be a link to both.

    Raises:
        LibraryError: If it looks like a link and is none.
    """
    if not is_link(document_id):
        return document_id, pinpoint
    named, steps = parts_of_link(document_id)
    return named, document_id if steps and pinpoint is None else pinpoint


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


def shown_version(
    document: Document,
    pinpoint: str | None,
    documents: Sequence[Document] = (),
    versions: Versions | None = None,
    source: str | None = None,
) -> tuple[dict[str, Any], str]:
    """Return what ``provision_of`` does, in the version that a link was made from, and say so if it is not today's.

    Args:
        document: As questions are answered from it.
        pinpoint: A label or a link; None for the outline.
        documents: The library, where its references may lead.
        versions: The versions that are kept; None if there is no library.
        source: The SHA-256 of a version, where one is asked for in so many words.

    Raises:
        LibraryError: If that version has no such provision, or the one asked for is not kept.
    """
    link = pinpoint if pinpoint is not None and is_link(pinpoint) else ""
    if source is not None and versions is not None and not document.provenance.sha256.startswith(source):
        versions.as_of(document, source)  # said in so many words, it is an error that it is not kept
    meant = versions.meant(document, link, source) if versions is not None else Meant()
    found = meant.older.document if meant.older is not None else document
    data, text = provision_of(found, pinpoint, documents)
    data["version"] = version_json(meant, found)
    if meant.older is not None and "link" in data:
        data["version"]["today"] = data["link"]
    if not meant.notice:
        return data, text
    today = f" Today's text: {data.get('link') or link_of(document.id, ())}" if meant.older else ""
    return data, f"{meant.notice}{today}\n\n{text}"


def provision_of(
    document: Document, pinpoint: str | None, documents: Sequence[Document] = ()
) -> tuple[dict[str, Any], str]:
    """Return one provision with what belongs with it (or, without a pinpoint, the outline) as JSON and as text.

    Args:
        document: The document.
        pinpoint: A label or a link; None for the outline.
        documents: The library, where its references may lead.

    Raises:
        LibraryError: If the document has no such provision; the message names the closest.
    """
    root = parse(document)
    if pinpoint is None:
        return {"document": document_json(document)}, outline(document, root)
    node = _named(document, root, pinpoint)
    spans = governed(document.text, _chain(root, node)) or (node.span,)
    made = quote(document, node, spans, 0.0)
    # A version that was replaced stands in for its document: its own references are into itself.
    known = {one.id: one for one in (*documents, document)}
    (made,) = attach((made,), known.__getitem__, lambda one: parse(known[one]), known.values())
    data = {
        "document": document_json(document),
        "provision": provision_json(node),
        "link": link_of(document.id, node.path),
        "permalink": exact_link(made),
        "text": made.text,
        "attachments": [attachment_json(one) for one in made.attachments],
    }
    where = pinpoint_of(node.path, instrument=document.kind.is_instrument)
    return data, "\n\n".join(
        (f"{document.title}{', ' if where else ''}{where}", made.text, *attached_texts(made))
    )


def _named(document: Document, root: Provision, pinpoint: str) -> Provision:
    """Return the provision with this link or label, or the section with this heading; the first of several."""
    if is_link(pinpoint):
        return resolve_link(pinpoint, root)
    names: dict[str, Provision] = {}
    for node in root.walk():
        names.setdefault(_plain(node.label or node.heading), node)
        if node.level in {Level.DIVISION, Level.ANNEX}:
            names.setdefault(_plain(node.path[-1]), node)
    wanted = _plain(pinpoint)
    if wanted and (found := names.get(wanted) or names.get(_ARTICLE.sub("", wanted))):
        return found
    with suppress(LibraryError):  # a link without its first words: art-13/1/b
        return resolve_link(f"{link_of(document.id, ())}/{pinpoint}", root)
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
    shown = ", ".join(dict.fromkeys(names[c].label or names[c].path[-1] for c in close))
    hint = f"Closest: {shown}" if close else f"Run: treaty corpus show {document.id}"
    raise LibraryError(f"{document.id}: expected a provision such as 13(1)(b), found '{pinpoint}'. {hint}")


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


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
