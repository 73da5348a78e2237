"""Answers as JSON and as text for a terminal; the web app has its own rendering beside its widgets.

The JSON forms are a contract (additive changes only); they are listed in the README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.models import Answer, Declined, Offer, Quote, Quoted
from assistant.offers import fetch_command, lacking
from corpus.pinpoint import pinpoint_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document, Provision
    from index.models import Hit

Json = dict[str, Any]


def answer_json(answer: Answer, texts: dict[str, str] | None = None) -> Json:
    """Return an answer in the JSON form that ``treaty ask --json`` prints."""
    quoted = isinstance(answer, Quoted)
    return {
        "question": answer.question,
        "asked": answer.asked or answer.question,
        "status": "quoted" if quoted else "declined",
        "quotes": [quote_json(q, texts) for q in answer.quotes] if isinstance(answer, Quoted) else [],
        "reason": answer.message if isinstance(answer, Declined) else None,
        "reason_code": answer.reason.value if isinstance(answer, Declined) else None,
        "nearest": [quote_json(q, texts) for q in answer.nearest] if isinstance(answer, Declined) else [],
        "searched": {
            "documents": answer.searched.documents,
            "passages": answer.searched.passages,
            "generation": answer.searched.generation,
        },
        "confidence": round(answer.confidence, 4),
        "timings_ms": {stage.name: round(stage.ms, 1) for stage in answer.stages},
        "offers": [
            {"id": one.id, "title": one.title, "command": one.command, "page": one.page}
            for one in answer.offers
        ],
    }


def quote_json(quote: Quote, texts: dict[str, str] | None = None) -> Json:
    """Return a quote's JSON form; ``texts`` (document id to canonical text) fills in each segment's words."""
    text = (texts or {}).get(quote.document_id)
    return {
        "text": quote.text,
        "segments": [
            {"start": s.start, "end": s.end, "text": s.of(text)} if text else {"start": s.start, "end": s.end}
            for s in quote.segments
        ],
        "document": {
            "id": quote.document_id,
            "title": quote.document_title,
            "kind": quote.kind.value,
            "path": quote.document_path,
            "sha256": quote.sha256,
        },
        "provision": quote.provision,
        "path": list(quote.path),
        "about": quote.citation.about,
        "citation": quote.citation.text,
        "page": quote.citation.page,
        "score": round(quote.score, 4),
    }


def search_json(query: str, hits: Sequence[Hit], documents: dict[str, Document]) -> Json:
    """Return the JSON form of ``treaty search --json``."""
    return {
        "query": query,
        "hits": [
            {
                "document": hit.passage.document_id,
                "provision": hit.passage.label or None,
                "path": list(hit.passage.path),
                "start": hit.passage.span.start,
                "end": hit.passage.span.end,
                "text": hit.passage.span.of(documents[hit.passage.document_id].text),
                "score": round(hit.score, 6),
            }
            for hit in hits
        ],
    }


def parse_json(document: Document, root: Provision) -> Json:
    """Return the JSON form of ``treaty parse --json``."""
    return {
        "document": document_json(document),
        "provisions": [provision_json(child) for child in root.children],
    }


def document_json(document: Document) -> Json:
    """Return what is known of a document, without its text."""
    p = document.provenance
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind.value,
        "path": p.path,
        "sha256": p.sha256,
        "reader": p.reader,
        "address": p.address,
        "retrieved": p.retrieved,
        "language": p.language,
        "authenticity": p.authenticity,
        "status": p.status,
        "as_of": p.as_of,
        "pages": len(document.pages),
        "characters": len(document.text),
    }


def provision_json(provision: Provision) -> Json:
    """Return a provision and all below it."""
    return {
        "path": list(provision.path),
        "level": provision.level.value,
        "label": provision.label,
        "heading": provision.heading,
        "start": provision.span.start,
        "end": provision.span.end,
        "children": [provision_json(child) for child in provision.children],
    }


def answer_text(answer: Answer) -> str:
    """Return an answer for a terminal: quotes with citations, or the decline and what came nearest; then offers."""
    offered = "\n".join(_offer_lines(answer.offers))
    if isinstance(answer, Quoted):
        parts = [_quote_text(q) for q in answer.quotes]
    else:
        near = "\n\n".join(_quote_text(q) for q in answer.nearest)
        parts = [answer.message, *([f"Nearest passages (not an answer):\n\n{near}"] if near else [])]
    return "\n\n".join((*parts, offered) if offered else parts)


def search_text(hits: Sequence[Hit], documents: dict[str, Document]) -> str:
    """Return passages for a terminal, best first."""
    parts = []
    for place, hit in enumerate(hits, start=1):
        passage = hit.passage
        words = " ".join(passage.span.of(documents[passage.document_id].text).split())
        where = pinpoint_of(passage.path)
        parts.append(
            f"{place}. {documents[passage.document_id].title}{', ' + where if where else ''}\n   {words}"
        )
    return "\n\n".join(parts) or "No passages."


def _offer_lines(made: Sequence[Offer]) -> list[str]:
    """Return what to do for official texts the library lacks: one line for a command, one a text without one."""
    direct = [one for one in made if one.command]
    lines = [
        f"{lacking([one])} Open {one.page}, save it and run: treaty corpus add FILE, then: treaty index"
        for one in made
        if not one.command
    ]
    if direct:
        to_add = f"To add {'it' if len(direct) == 1 else 'them'}: {fetch_command(direct)}, then: treaty index"
        lines.insert(0, f"{lacking(direct)} {to_add}")
    return lines


def _quote_text(quote: Quote) -> str:
    indented = "\n".join(f"  {line}".rstrip() for line in f"“{quote.text}”".splitlines())
    return f"{indented}\n  — {quote.citation.text}"
