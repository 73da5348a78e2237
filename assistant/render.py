"""Answers as JSON and as text for a terminal; the web app has its own rendering beside its widgets.

The JSON forms are a contract (additive changes only); they are listed in the README.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.citations import cite, every_style, styled
from assistant.models import Answer, Attachment, AttachmentKind, Declined, Offer, Quote, Quoted
from assistant.offers import fetch_command, lacking
from assistant.permalinks import exact_link
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document, Provision
    from index.models import Hit

Json = dict[str, Any]
_ATTACHED = {AttachmentKind.DEFINITION: "Defined terms", AttachmentKind.REFERENCE: "Refers to"}


def answer_json(answer: Answer, texts: dict[str, str] | None = None, style: Style = Style.OSCOLA) -> Json:
    """Return an answer in the JSON form that ``treaty ask --json`` prints, citations in ``style``."""
    quoted = isinstance(answer, Quoted)
    return {
        "question": answer.question,
        "asked": answer.asked or answer.question,
        "status": "quoted" if quoted else "declined",
        "quotes": [quote_json(q, texts, style) for q in answer.quotes] if isinstance(answer, Quoted) else [],
        "reason": answer.message if isinstance(answer, Declined) else None,
        "reason_code": answer.reason.value if isinstance(answer, Declined) else None,
        "without": list(answer.without) if isinstance(answer, Quoted) else [],
        "nearest": [quote_json(q, texts, style) for q in answer.nearest]
        if isinstance(answer, Declined)
        else [],
        "choices": [
            {"id": one, "title": title}
            for one, title in (answer.choices if isinstance(answer, Declined) else ())
        ],
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


def quote_json(quote: Quote, texts: dict[str, str] | None = None, style: Style = Style.OSCOLA) -> Json:
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
            "also": list(quote.also),
        },
        "provision": quote.provision,
        "path": list(quote.path),
        "about": quote.citation.about,
        "citation": styled(quote.citation, style),
        "citations": every_style(quote.citation),
        "link": quote.citation.link,
        "permalink": exact_link(quote),
        "older": None if quote.older is None else asdict(quote.older),
        "page": quote.citation.page,
        "score": round(quote.score, 4),
        "attachments": [attachment_json(one, texts, style) for one in quote.attachments],
    }


def attachment_json(
    one: Attachment, texts: dict[str, str] | None = None, style: Style = Style.OSCOLA
) -> Json:
    """Return the JSON form of what belongs with a quote; ``start`` and ``end`` say where the label stands in it."""
    return {
        "kind": one.kind.value,
        "label": one.label,
        "start": one.span.start,
        "end": one.span.end,
        "note": one.note,
        "quote": quote_json(one.target, texts, style),
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
        "also": list(p.also),
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


def answer_text(answer: Answer, style: Style = Style.OSCOLA, *, links: bool = False) -> str:
    """Return an answer for a terminal: quotes with citations, or the decline and what came nearest; then offers.

    Args:
        answer: The answer.
        style: How citations are written.
        links: Whether each quote's stable link stands below its citation.
    """
    offered = "\n".join(_offer_lines(answer.offers))
    if isinstance(answer, Quoted):
        parts = [_quote_text(q, style, links=links) for q in answer.quotes]
        parts += [f"No matching provision found: {title}" for title in answer.without]
    else:
        near = "\n\n".join(_quote_text(q, style, links=links) for q in answer.nearest)
        parts = [answer.message, *([f"Nearest passages (not an answer):\n\n{near}"] if near else [])]
    return "\n\n".join((*parts, offered) if offered else parts)


def search_text(hits: Sequence[Hit], documents: dict[str, Document], style: Style = Style.OSCOLA) -> str:
    """Return passages for a terminal, best first."""
    parts = []
    for place, hit in enumerate(hits, start=1):
        passage, document = hit.passage, documents[hit.passage.document_id]
        words = " ".join(passage.span.of(document.text).split())
        where = styled(cite(document, passage.path, passage.span.start), style)
        parts.append(f"{place}. {where}\n   {words}")
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


def _quote_text(quote: Quote, style: Style, *, links: bool) -> str:
    indented = "\n".join(f"  {line}".rstrip() for line in f"“{quote.text}”".splitlines())
    link = f"\n    {quote.citation.link}" if links else ""
    twins = f"\n    The same file is also here as {', '.join(quote.also)}" if quote.also else ""
    return "\n".join(
        (f"{indented}\n  — {styled(quote.citation, style)}{link}{twins}", *_attached_lines(quote))
    )


def attached_texts(quote: Quote) -> list[str]:
    """Return what belongs with a quote in full: under each kind, every label with the words it leads to."""
    made = []
    for kind, name in _ATTACHED.items():
        entries = [_attached_text(one) for one in quote.attachments if one.kind is kind]
        made += [f"{name}:", *entries] if entries else []
    return made


def _attached_text(one: Attachment) -> str:
    words = "\n".join(f"    {line}".rstrip() for line in f"“{one.target.text}”".splitlines())
    note = f" ({one.note})" if one.note else ""
    return f"  {' '.join(one.label.split())}{note}\n{words}\n    — {one.target.citation.text}"


def _attached_lines(quote: Quote) -> list[str]:
    """Return what belongs with a quote, a line for each kind and each other document: labels and where they lead."""
    lines: dict[str, list[str]] = {}
    for kind, name in _ATTACHED.items():
        for one in quote.attachments:
            if one.kind is kind:
                own = one.target.document_id == quote.document_id
                head = name if own else f"{name} {one.target.document_title}"
                place = one.target.citation.pinpoint
                label = " ".join(one.label.split())
                lines.setdefault(head, []).append(f"{label} ({place})" if place else label)
    return [f"    {head}: {'; '.join(entries)}" for head, entries in lines.items()]
