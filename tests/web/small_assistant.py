"""A small assistant for the page's tests: real documents, real provision trees, real quotes, no models.

It quotes the provisions that share most words with the question, and declines when they share fewer than two.
Some of its documents are hostile: they hold everything that a page could mistake for its own markup.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from typing import TYPE_CHECKING

from assistant.errors import UnknownDocument
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import quote
from corpus.models import Document, Kind, Level, Page, Passage, Provenance, Provision, Span
from corpus.readers import read_document
from corpus.structure import parse
from index.models import Hit, Searched

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LAMPS = """Convention on the Care of Lamps

The Parties to this Convention,
Recalling that nights are dark,
Have agreed as follows:

PART I
LIGHT

Article 1
Keeping of lamps
1. Each Party shall ensure that every harbour:
(a) keeps a lantern in good repair;
(b) lights the lantern at dusk.
2. No fee shall be taken from ships for the light of a lantern.

Article 2
Oil
The Parties share their stores of whale-free oil in winter.

PART II
KEEPERS

Article 3
Training of keepers
Each Party trains its lighthouse keepers for no less than forty days before the first watch.

Article 4
Disputes
A dispute between Parties about a lighthouse is settled by the Council of Keepers.
"""

GUIDE = """---
id: lamps-guide
title: How the lamps convention works
kind: guide
authenticity: Written for the tests; authentic nowhere.
as_of: 2026-01-01
sources:
  log:
    name: The keepers' log
    address: https://example.org/log
---

# How the lamps convention works

## What keepers learn

*On: Convention on the Care of Lamps, art. 3. Sources: log.*

Keepers learn trimming, signalling and rescue during their training of forty days.

## Who pays for oil

*On: Convention on the Care of Lamps, art. 2. Sources: log.*

Oil is paid for by the harbour that burns it.
"""

BIDI = "\u202eesrever\u202c"
HOSTILE = f"""Treaty of <b>Traps</b> & "Quotes"

Article 1
Script
A trap <script>window.trapped = 1; alert(1)</script> and <img src="http://trap.invalid/a.png" onerror="alert(2)">.

Article 2
Markdown
A marked trap **bold** [link](http://trap.invalid/b) ![picture](http://trap.invalid/c.png) and $x^2$ with \\(y\\).

Article 3
Direction
A turned trap says {BIDI} and goes on </div></section><iframe src="http://trap.invalid/d"></iframe>.

Article 4
Templates
A template trap {{{{value}}}} ${{alert(3)}} `tick` {{% raw %}} &lt;b&gt; &amp; and
"><svg onload=alert(4)> <style>*{{display:none}}</style>.
"""

LONG = (
    "Article 1\nA long line "
    + "about endless breadlines and nothing else " * 25_000
    + "\n\nArticle 2\nShort.\n\nArticle 3\nLast.\n"
)


def _document(name: str, title: str, kind: Kind, text: str, *, page: int = 0) -> Document:
    starts = range(0, len(text), page) if page else ()
    pages = tuple(Page(n + 1, Span(start, min(start + page, len(text)))) for n, start in enumerate(starts))
    provenance = Provenance(
        path=f"{name}.txt",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        reader="text/1",
        address=f"https://example.org/{name}" if kind is not Kind.COMMENTARY else "javascript:alert(5)",
        retrieved="2026-01-02T03:04:05Z",
        authenticity="Written for the tests; authentic nowhere.",
        as_of="2026-01-01",
    )
    return Document(name, title, kind, text, provenance, pages=pages)


def library() -> tuple[Document, ...]:
    """Return the small library."""
    return (
        _document("lamps", "Convention on the Care of Lamps", Kind.TREATY, LAMPS, page=300),
        read_document(GUIDE.encode(), "lamps-guide.md"),
        _document("traps", 'Treaty of <b>Traps</b> & "Quotes" \u202eflipped', Kind.COMMENTARY, HOSTILE),
        _document("long", "A treaty of one long line", Kind.TREATY, LONG),
    )


def words(text: str) -> set[str]:
    """Return the longer words of a text."""
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}


class SmallAssistant:
    """Answers from the small library; says on standard output what it was asked, one JSON line each.

    Args:
        load_seconds: How long loading takes.
        ask_seconds: How long each stage of an answer takes.
    """

    def __init__(self, load_seconds: float = 0.0, ask_seconds: float = 0.0) -> None:
        self._load_seconds, self._ask_seconds = load_seconds, ask_seconds
        self._documents = {document.id: document for document in library()}
        self._roots = {document.id: parse(document) for document in self._documents.values()}

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        on_stage: Callable[[str], None] | None = None,
    ) -> Answer:
        """Quote what shares most words with the question."""
        call = {
            "question": question,
            "history": list(history),
            "document_ids": document_ids and list(document_ids),
        }
        sys.stdout.write(json.dumps(call) + "\n")
        sys.stdout.flush()
        for stage in ("searching", "reading", "quoting"):
            if on_stage:
                on_stage(stage)
            time.sleep(self._ask_seconds)
        if "unexpectedly" in question:
            raise ZeroDivisionError
        chosen = self._chosen(document_ids)
        ranked = sorted(self._quotes(question, chosen), key=lambda made: -made.score)
        searched = self.searched(document_ids)
        good = tuple(made for made in ranked if made.score >= 2)
        if good:
            return Quoted(question, good[:4], searched, 0.9)
        message = "No passage of the documents searched answers this question."
        return Declined(question, Reason.NOT_AN_ANSWER, message, tuple(ranked[:2]), searched, 0.1)

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        top_k: int = 10,
        document_ids: Sequence[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Return the provisions that share most words with the question."""
        chosen, asked = self._chosen(document_ids), " ".join((*history[-1:], question))
        ranked = sorted(self._quotes(asked, chosen), key=lambda made: -made.score)[:top_k]
        return tuple(Hit(_passage(self._documents[one.document_id], one), one.score) for one in ranked)

    def documents(self) -> tuple[Document, ...]:
        """Return the library."""
        return tuple(self._documents.values())

    def document(self, document_id: str) -> Document:
        """Return one document."""
        if document_id not in self._documents:
            raise UnknownDocument(f"no document {document_id}; see 'treaty corpus list'")
        return self._documents[document_id]

    def provisions(self, document_id: str) -> Provision:
        """Return a document's tree."""
        return self._roots[document_id]

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        """Return the size of the library, or of what a filter leaves of it."""
        chosen = self._chosen(document_ids)
        return Searched(len(chosen), sum(len(list(self._roots[d.id].leaves())) for d in chosen), "small")

    def warm(self) -> None:
        """Take as long as was asked for."""
        time.sleep(self._load_seconds)

    def close(self) -> None:
        """Say so."""
        sys.stdout.write('{"closed": true}\n')
        sys.stdout.flush()

    def _chosen(self, document_ids: Sequence[str] | None) -> list[Document]:
        unknown = set(document_ids or ()) - set(self._documents)
        if unknown:
            raise UnknownDocument(f"no document {sorted(unknown)}; see 'treaty corpus list'")
        return [d for d in self._documents.values() if not document_ids or d.id in document_ids]

    def _quotes(self, question: str, chosen: Sequence[Document]) -> list[Quote]:
        asked, made = words(question), []
        for document in chosen:
            for leaf in self._roots[document.id].leaves():
                span = _trimmed(document.text, leaf)
                if leaf.level is Level.HEADING or span is None:
                    continue
                segments = [span]
                above = self._roots[document.id].chain(leaf.span.start)[-2:-1]
                if leaf.level is Level.POINT and above:
                    chapeau = _trimmed(document.text, above[0].children[0])
                    segments = [*([chapeau] if chapeau else []), span]
                score = len(asked & words(span.of(document.text)[:5000]))
                if score:
                    made.append(quote(document, leaf, segments, float(score)))
        return made


def _passage(document: Document, made: Quote) -> Passage:
    span = Span(made.segments[0].start, made.segments[-1].end)
    return Passage(
        f"{document.id}:{span.start}", document.id, made.path, made.provision or "", span, made.text
    )


def _trimmed(text: str, node: Provision) -> Span | None:
    """Return the span of a node's own words, a point with its letter, at most 2,000 characters."""
    first = node.span.start if node.level is Level.POINT else node.body
    own = text[first : node.span.end]
    start = first + len(own) - len(own.lstrip())
    end = min(first + len(own.rstrip()), start + 2000)
    return Span(start, end) if start < end else None
