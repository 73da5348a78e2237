"""An index is cut anew only when ``corpus.structure.VERSION`` or ``corpus.chunk.VERSION`` says so.

So whoever changes what provisions or passages come out must raise one of them, or homes keep the old ones. This test
reads and cuts treaties of our own, in every layout of the bench, and the embedded guides, and compares with what came
out when the versions were last raised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from corpus import chunk, structure
from corpus.embedded import embedded_documents
from corpus.models import Document, Level
from corpus.readers import read_document
from eval.structure_layouts import LAYOUTS, Article

MADE = Path(__file__).resolve().parents[2] / "eval" / "training" / "made"
LAID_OUT = MADE / "made-shared-rivers.md"
AS_OF = Path(__file__).parent / "as_cut.json"


def in_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


BUDGET = chunk.Budget(120, in_words, 300, in_words)


def made() -> list[Document]:
    return [read_document(path.read_bytes(), path.name) for path in sorted(MADE.glob("*.md"))]


def laid_out() -> Iterator[Document]:
    document = read_document(LAID_OUT.read_bytes(), LAID_OUT.name)
    nodes = [node for node in structure.parse(document).walk() if node.level is Level.ARTICLE]
    found = [
        Article(number, node.heading, tuple(document.text[node.body : node.span.end].split("\n\n")))
        for number, node in enumerate(nodes, start=1)
    ]
    for layout in LAYOUTS:
        printed = layout.printed(found)
        yield read_document(printed.text.encode(), printed.name)


def what_comes_out(documents: Sequence[Document]) -> str:
    """Return a hash of every provision and passage: address, span and what the encoder reads."""
    digest = hashlib.sha256()
    for document in documents:
        root = structure.parse(document)
        for node in root.walk():
            digest.update(f"{node.level} {node.path} {node.label} {node.span}\n".encode())
        for passage in chunk.cut(document, root, BUDGET):
            digest.update(f"{passage.span} {passage.embed_text}\n".encode())
    return digest.hexdigest()


def test_whoever_changes_the_cut_raises_the_version() -> None:
    versions = f"structure {structure.VERSION}, chunk {chunk.VERSION}"
    found = {
        "versions": versions,
        "guides": what_comes_out(embedded_documents()),
        "treaties": what_comes_out(made()),
        "layouts": what_comes_out(list(laid_out())),
    }
    kept = json.loads(AS_OF.read_text(encoding="utf-8"))
    if found == kept:
        return
    if versions == kept["versions"]:
        pytest.fail(
            f"expected what versions {versions} cut, found other provisions or passages: raise VERSION in "
            f"corpus/structure.py or corpus/chunk.py (or, if only a text of ours changed, keep it), then write "
            f"{AS_OF.name} anew: {json.dumps(found)}"
        )
    pytest.fail(f"expected {AS_OF.name} to be of versions {versions}; write it anew: {json.dumps(found)}")


def test_the_layouts_are_read_as_treaties() -> None:
    assert all(
        sum(node.level is Level.ARTICLE for node in structure.parse(document).walk()) >= 30
        for document in laid_out()
    )
