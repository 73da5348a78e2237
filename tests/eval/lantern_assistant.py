"""A small assistant for the tests: real documents, trees, quotes and answers over a synthetic library, no models.

It finds the leaf provisions that share most words with the question and quotes the best one, or declines.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import EmptyQuestion
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import quote
from corpus.models import Document, Kind, Level, Passage, Provenance, Provision
from corpus.readers import read_document
from corpus.sentences import trim
from corpus.structure import parse
from index.models import Hit, Searched, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

TREATY = """Convention on the Care of Harbour Lanterns

Article 1
Keeping of lanterns
1. Each Party shall ensure that every harbour:
(a) keeps a lantern in good repair;
(b) lights the lantern at dusk.
2. No fee shall be taken from ships for the light of a lantern.

Article 2
Oil
The Parties share their stores of lamp oil in winter.

Article 3
Training of keepers
Each Party trains its keepers for no less than forty days before the first watch.
"""

GUIDE = b"""---
id: lantern-guide
title: "The lantern convention explained"
kind: guide
language: en
---

# The lantern convention explained

## Who pays for lamp oil?

Lamp oil is paid for by the harbour that burns it.

## What keepers learn

Keepers learn trimming, signalling and rescue in a course of forty days.
"""


def library() -> tuple[Document, ...]:
    """Return a treaty and a guide to it."""
    raw = TREATY.encode()
    provenance = Provenance("lanterns.txt", hashlib.sha256(raw).hexdigest(), "text/1")
    treaty = Document(
        "lanterns", "Convention on the Care of Harbour Lanterns", Kind.TREATY, TREATY, provenance
    )
    return treaty, read_document(GUIDE, "guide.md")


class LanternAssistant:
    """Answers by counting shared words; two are needed for an answer."""

    def __init__(self) -> None:
        self._documents = {document.id: document for document in library()}
        self._roots = {name: parse(document) for name, document in self._documents.items()}

    def documents(self) -> tuple[Document, ...]:
        """Return the library."""
        return tuple(self._documents.values())

    def search(self, question: str, *, history: Sequence[str] = (), top_k: int = 10) -> tuple[Hit, ...]:
        """Return the leaves that share words with the question and what was asked before it."""
        asked = words(" ".join([*history, question]))
        if not asked:
            raise EmptyQuestion("expected a question in words, found none")
        found = [
            Hit(_passage(document, leaf), float(shared))
            for name, document in self._documents.items()
            for leaf in self._roots[name].leaves()
            if leaf.level is not Level.HEADING and (shared := len(asked & words(leaf.span.of(document.text))))
        ]
        return tuple(sorted(found, key=lambda hit: -hit.score)[:top_k])

    def ask(self, question: str, *, history: Sequence[str] = ()) -> Answer:
        """Quote the best leaf, or decline."""
        hits = self.search(question, history=history)
        searched = Searched(len(self._documents), 12, "lanterns-1")
        stages = (Stage("total", 1.0),)
        quotes = tuple(self.quoted(hit) for hit in hits[:1])
        if not hits or hits[0].score < 2:
            message = "No passage of the documents searched answers this question."
            return Declined(question, Reason.NOT_AN_ANSWER, message, quotes, searched, 0.2, question, stages)
        return Quoted(question, quotes, searched, 0.9, question, stages)

    def quoted(self, hit: Hit) -> Quote:
        """Return the quote of a hit."""
        document = self._documents[hit.passage.document_id]
        node = next(n for n in self._roots[document.id].walk() if n.path == hit.passage.path)
        return quote(document, node, [hit.passage.span], hit.score)


class Forger(LanternAssistant):
    """Changes a word in every quote after it was verified."""

    def quoted(self, hit: Hit) -> Quote:
        """Return a quote that no document holds."""
        made = super().quoted(hit)
        return replace(made, text=made.text.replace("lantern", "lamp post"))


def words(text: str) -> set[str]:
    """Return the longer words of a text."""
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}


def _passage(document: Document, leaf: Provision) -> Passage:
    span = trim(document.text, leaf.body, leaf.span.end) or leaf.span
    return Passage(
        f"{document.id}:{span.start}", document.id, leaf.path, leaf.label, span, span.of(document.text)
    )
