"""Answers and comparisons of our own writing to be taken away, and texts that try to be more than text."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from assistant.compare import Compared, Found, Row
from assistant.models import Answer, Attachment, AttachmentKind, Declined, Quote, Quoted, Reason
from assistant.quotes import quote
from assistant.takeaway import Taken
from corpus.models import Document, Kind, Level, Provenance, Provision, Span
from index.models import Searched

MADE = datetime(2026, 3, 4, 10, 20, tzinfo=UTC)
SEARCHED = Searched(2, 1234, "g7")
HARBOURS = "Convention on the Care of Harbours"
PUBLISHED = "https://treaties.example/harbours.html"

HOSTILE = (
    "<script>alert(1)</script>",
    "[a](javascript:alert(1)) ![b](http://x.example/p.png)",
    "http://x.example/ www.x.example a@b.example <https://x.example>",
    "Costs\n=====\n\nDuties\n---",
    "# One\n## Two\n\n- three\n+ four\n* five\n1. six\n2) seven\n(a) eight\na. nine",
    "    four blanks\n\ttab\n\n\n\nthree empty lines \n blank before and after \n",
    "&amp; &#60; &copy; *stars* _lines_ `code` ~~gone~~ $x^2$ ==mark==",
    "```\nfence\n```\n\n~~~\n> quoted\n\n| a | b |\n| - | - |\n\n: term",
    "back\\slash \\* \\\nend\\",
    "[^1] [^1]: note\n\n[ref]: http://x.example 'title'\n<!-- hidden -->",
    '{ HYPERLINK "http://x.example" } =1+1 @SUM(A1) +2 -3 { DDEAUTO c }',
    '%PDF <w:instrText>PAGE</w:instrText> <a href="x">y</a> ]]>',
    "\u05d0\u05d1\u05d2 (12) \u05d3\u05d4 then English \u0627\u0644\u0645",
    "\u202egnorw\u202c \u2067isolated\u2069",
    "zero\x00bell\x07escape\x1bnext\x85end\ufffe\ud800",
    "---\ntitle: x\n---\n\\newpage \\input{/etc/passwd} @misc{x, y={z}}",
)
"""Each tries to be markup, a field, a formula or a control in some program that opens a file."""

_PIECES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.sampled_from(list("\\`*_{}[]()<>#+-.!|~$^@&=:;'\"%/ \t\n1ab,w")), max_size=30),
    st.text(max_size=20),
    st.sampled_from(["\n", "\n\n", " ", "\\", "&#10;", "http://", "www.", "=\n", "1.", "(a)"]),
)
texts = st.lists(_PIECES, min_size=1, max_size=5).map("".join).filter(lambda text: text.strip())
"""Texts with words in them, among them every hostile one."""
lines = texts.map(lambda text: " ".join(text.split())).filter(str.strip)
"""The same on one line, as titles and questions are."""


def document(text: str, **facts: Any) -> Document:
    """Return a document of a text; ``address``, ``retrieved`` and the fields of a document may be given."""
    of_source = {key: facts.pop(key) for key in ("address", "retrieved") if key in facts}
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    made = Document("harbours", HARBOURS, Kind.TREATY, text, Provenance("harbours.md", digest, "test/1"))
    return replace(made, provenance=replace(made.provenance, **of_source), **facts)


def quoted(text: str, *path: str, **facts: Any) -> Quote:
    """Return a quote of all of a text, cited to a path (article 1 if none is given)."""
    whole = Span(0, len(text))
    node = Provision("harbours", Level.ARTICLE, path or ("Article 1",), "1", "", whole, 0)
    return quote(document(text, **facts), node, [whole], 1.0)


def answered(question: str, *quotes: Quote) -> Quoted:
    return Quoted(question, quotes, SEARCHED, 0.9)


def declined(question: str, *nearest: Quote) -> Declined:
    return Declined(question, Reason.NOT_AN_ANSWER, "Not answered: nothing says so.", nearest, SEARCHED, 0.1)


def with_definition(one: Quote, target: Quote) -> Quote:
    """Return a quote with the definition of a term attached."""
    return replace(
        one,
        attachments=(Attachment(AttachmentKind.DEFINITION, "beacon", Span(0, 1), target, "its beginning"),),
    )


def compared(topic: str, *found: tuple[str, ...]) -> Compared:
    """Return a comparison of as many documents as there are tuples of texts."""
    rows = []
    for number, words in enumerate(found):
        facts = {"id": f"port-{number}", "title": f"Treaty of Port {number}"}
        quotes = tuple(quoted(text, **facts) for text in words)
        kind = Found.ANSWER if quotes else Found.NOTHING
        rows.append(Row(document("Peace.", **facts), quotes, 0.8, found=kind))
    return Compared(topic, topic, tuple(rows), SEARCHED)


def taken(*parts: Answer | Compared, title: str = "", base: str = "", attached: bool = True) -> Taken:
    return Taken(title or parts[0].question, parts, MADE, {}, base, attached)
