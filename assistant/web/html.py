"""All HTML of the page is made here, and everything that comes from a document or a visitor is escaped here.

Document text is data. It is escaped whole, so no markup in it is ever markup; and characters that would
change the reading order of what surrounds them, or that no one can see, are each put in an isolate of their
own and named by their code, so that they are shown and do nothing. The characters themselves stay: a quote
is copied as it was quoted.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from assistant.models import Declined, Offer, Quote, Quoted
from assistant.offers import fetch_command, lacking
from assistant.web.ask import Turn, Turns, shown_quotes
from assistant.web.session import Failed, Ready, State
from corpus.models import Kind, Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.reader import Extract
    from index.models import Searched

KINDS = {
    Kind.TREATY: "Treaty text",
    Kind.GUIDE: "Guide",
    Kind.COMMENTARY: "Commentary",
    Kind.DECLARATION: "Declaration",
}

# Controls other than tab and line feed, the bidirectional controls (Unicode Standard Annex 9, section 2), and
# surrogates, which cannot be sent.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HARMFUL_IN_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

SHORT_HASH = 12
"""Characters of a SHA-256 that are shown; the whole stands in the title."""

SHOW = "Show in place"

PANEL_EMPTY = (
    '<section class="reader" aria-label="The document"><p class="hint">'
    "The document opens here, at the words quoted.</p></section>"
)

INTRO = (
    '<header class="masthead"><h1>Treaty assistant</h1>'
    "<p>Ask about a treaty. The answer is quoted word for word from the documents, with its place in them, "
    "or the question is declined.</p></header>"
)


def escape(text: str) -> str:
    """Return ``text`` as HTML that shows it and does nothing else."""
    return _ACTING.sub(_named, html.escape(text, quote=True))


def attribute(text: str) -> str:
    """Return ``text`` for use between the double quotes of an attribute; characters that act are left out."""
    return html.escape(_ACTING.sub("", text), quote=True)


def label(text: str) -> str:
    """Return foreign text for a plain-text widget; characters that act are replaced by their codes."""
    return _ACTING.sub(lambda match: f"[{_code(match[0])}]", text)


def conversation(turns: Turns) -> str:
    """Return the conversation so far."""
    drawn = "".join(_turn(number, turn) for number, turn in enumerate(turns))
    return f'<div class="conversation" role="log" aria-label="Conversation" aria-live="polite">{drawn}</div>'


def welcome(examples: Sequence[str]) -> str:
    """Return the example questions as buttons, or nothing."""
    if not examples:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="example" data-example="{number}">{escape(text)}</button></li>'
        for number, text in enumerate(examples)
    )
    return (
        '<section class="welcome" aria-label="Example questions"><h2>For example</h2>'
        f"<ul>{buttons}</ul></section>"
    )


def status(state: State) -> str:
    """Return the line that says whether questions can be answered."""
    if isinstance(state, Ready):
        searched = state.answers.searched()
        return f'<p class="status ready" role="status">Ready: {_amount(searched)}</p>'
    if isinstance(state, Failed):
        return (
            f'<p class="status failed" role="alert"><strong>Not ready.</strong> {escape(state.message)}</p>'
        )
    return '<p class="status loading" role="status">Loading the models…</p>'


def panel_trouble(message: str) -> str:
    """Return the side panel for a quote that cannot be shown in its place."""
    return (
        '<section class="reader" aria-label="The document"><p class="hint" role="alert">'
        f"{escape(message)}</p></section>"
    )


def reading(extract: Extract, *, turn: int, quote: int, shown: int, called: bool) -> str:
    """Return the side panel: the quote marked in its place, with its citation and provenance.

    Args:
        extract: What to show.
        turn: Number of the turn the quote belongs to.
        quote: Number of the quote in it.
        shown: A number that differs each time the panel is drawn, so that the page scrolls to the mark again.
        called: Whether the reader asked for it; the focus then moves to the panel.
    """
    at = f'data-turn="{turn}" data-quote="{quote}"'
    before = _more("Earlier text", at, extract.earlier + 1, extract.later) if extract.more_before else ""
    after = _more("Later text", at, extract.earlier, extract.later + 1) if extract.more_after else ""
    lang = attribute(extract.document.provenance.language)
    left_out = '<p class="left-out">[text between the quoted parts is left out here]</p>'
    pieces = left_out.join(
        f'<div class="words" dir="auto" lang="{lang}">{_piece(extract, piece)}</div>'
        for piece in extract.pieces
    )
    return (
        f'<section class="reader" aria-label="The document" data-shown="{shown}" data-called="{int(called)}">'
        f"{_heading(extract)}"
        f'<div class="page" tabindex="0" role="region" aria-label="Text around the quote">'
        f"{before}{pieces}{after}</div>{_provenance(extract)}</section>"
    )


def _turn(number: int, turn: Turn) -> str:
    question = (
        f'<h3 class="question"><span class="unseen">You asked: </span><bdi>{escape(turn.question)}</bdi></h3>'
    )
    return f'<article class="turn" data-turn="{number}">{question}{_outcome(number, turn)}</article>'


def _outcome(number: int, turn: Turn) -> str:
    if isinstance(turn.answer, Quoted):
        return _quoted(number, turn.answer)
    if isinstance(turn.answer, Declined):
        return _declined(number, turn.answer)
    if turn.trouble:
        return (
            f'<div class="card trouble" role="alert"><h4>Not answered</h4><p>{escape(turn.trouble)}</p></div>'
        )
    return f'<p class="progress"><span class="at-work" aria-hidden="true"></span>{escape(turn.progress)}</p>'


def _quoted(number: int, answer: Quoted) -> str:
    quotes = "".join(_quote(number, n, quote) for n, quote in enumerate(answer.quotes))
    footer = (
        f'<p class="searched">Quoted word for word. Searched: {_amount(answer.searched)}.{_asked(answer)}</p>'
    )
    return f'<div class="answer">{quotes}{footer}{_offered(answer.offers)}</div>'


def _declined(number: int, answer: Declined) -> str:
    near = "".join(_quote(number, n, quote) for n, quote in enumerate(shown_quotes(answer)))
    nearest = f'<h5>Nearest passages, not an answer</h5><div class="nearest">{near}</div>' if near else ""
    return (
        '<div class="card declined"><h4>Not answered from these documents</h4>'
        f"<p>{escape(answer.message)}</p>"
        f'<p class="searched">Searched: {_amount(answer.searched)}.{_asked(answer)}</p>'
        f"{nearest}{_offered(answer.offers)}</div>"
    )


def _offered(made: Sequence[Offer]) -> str:
    """Return the quiet lines under an answer: official texts it speaks of, and how to add them."""
    direct = [one for one in made if one.command]
    index, lines = "then <code>treaty index</code>", []
    if direct:
        command = f"<code>{escape(fetch_command(direct))}</code>, {index}"
        lines.append(f"{escape(lacking(direct))} To add {'it' if len(direct) == 1 else 'them'}: {command}.")
    for one in made:
        if not one.command:
            page = _link(one.page, "this page of its publisher") or escape(one.page)
            add = f"<code>treaty corpus add FILE</code>, {index}"
            lines.append(f"{escape(lacking([one]))} To add it: save it from {page}, then {add}.")
    return "".join(f'<p class="offer">{line}</p>' for line in lines)


def _quote(turn: int, number: int, quote: Quote) -> str:
    named = attribute(f"{SHOW}: {quote.citation.text}")
    return (
        f'<figure class="quote kind-{quote.kind.value}">'
        f'<blockquote dir="auto">{escape(quote.text)}</blockquote>'
        f'<figcaption><p class="cited">{_cited(quote)}</p>'
        f'<button type="button" class="show" data-turn="{turn}" data-quote="{number}" aria-label="{named}">'
        f"{SHOW}</button></figcaption></figure>"
    )


def _cited(quote: Quote) -> str:
    citation = quote.citation
    page = "" if citation.page is None else f"page {citation.page}"
    place = ", ".join(escape(part) for part in (citation.title, citation.pinpoint, page) if part)
    about = f' <span class="about">on: <bdi>{escape(citation.about)}</bdi></span>' if citation.about else ""
    return f'<span class="kind">{KINDS[quote.kind]}</span> <cite><bdi>{place}</bdi></cite>{about}'


def _asked(answer: Quoted | Declined) -> str:
    if not answer.asked or answer.asked == answer.question:
        return ""
    return f" Searched for: <q><bdi>{escape(answer.asked)}</bdi></q>"


def _amount(searched: Searched) -> str:
    documents = "document" if searched.documents == 1 else "documents"
    passages = "passage" if searched.passages == 1 else "passages"
    return f"{searched.documents:,} {documents}, {searched.passages:,} {passages}"


def _heading(extract: Extract) -> str:
    about = extract.quote.citation.about
    steps = "".join(f"<li><bdi>{escape(name)}</bdi></li>" for name in extract.path)
    return (
        f'<header tabindex="-1"><span class="kind">{KINDS[extract.document.kind]}</span>'
        f"<h2><bdi>{escape(extract.document.title)}</bdi></h2>"
        + (f'<ol class="path" aria-label="Where in the document">{steps}</ol>' if steps else "")
        + (f'<p class="about">on: <bdi>{escape(about)}</bdi></p>' if about else "")
        + "</header>"
    )


def _more(text: str, at: str, earlier: int, later: int) -> str:
    asks = f'{at} data-earlier="{earlier}" data-later="{later}"'
    return f'<button type="button" class="more" {asks}>{text}</button>'


def _piece(extract: Extract, piece: Span) -> str:
    """Return one stretch of the document, each segment of the quote in one ``mark``."""
    drawn, at = [], piece.start
    for mark in extract.marks:
        if not piece.contains(mark):
            continue
        drawn += [_headed(extract, at, mark.start), f"<mark>{_headed(extract, mark.start, mark.end)}</mark>"]
        at = mark.end
    return "".join((*drawn, _headed(extract, at, piece.end)))


def _headed(extract: Extract, start: int, end: int) -> str:
    """Return a stretch of the document with its headings in bold."""
    text, drawn, at = extract.document.text, [], start
    for heading in extract.headings:
        first, last = max(heading.start, at), min(heading.end, end)
        if first < last:
            drawn += [escape(text[at:first]), f'<strong class="heading">{escape(text[first:last])}</strong>']
            at = last
    return "".join((*drawn, escape(text[at:end])))


def _provenance(extract: Extract) -> str:
    known = extract.document.provenance
    lines = [
        ("Cite as", f"<bdi>{escape(extract.quote.citation.text)}</bdi>"),
        ("Standing", escape(known.authenticity or "")),
        ("Status", escape(known.status or "")),
        ("As of", escape(extract.as_of or "")),
        ("Source", _address(known.address) if known.address else ""),
        ("Retrieved", escape(known.retrieved or "")),
        ("File", f"<bdi>{escape(known.path)}</bdi>"),
        ("SHA-256", f'<code title="{attribute(known.sha256)}">{escape(known.sha256[:SHORT_HASH])}…</code>'),
        ("Rests on", "".join(f"<li>{_source(source)}</li>" for source in extract.sources)),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{f'<ul>{value}</ul>' if value.startswith('<li>') else value}</dd></div>"
        for name, value in lines
        if value
    )
    return f'<footer><h3>About this document</h3><dl class="provenance">{rows}</dl></footer>'


def _source(source: Source) -> str:
    """Return a work by name, linked to its address if it has one of the web."""
    return _link(source.address, source.name) or f"<bdi>{escape(source.name)}</bdi>"


def _address(address: str) -> str:
    return _link(address, address) or f"<bdi>{escape(address)}</bdi>"


def _link(address: str, words: str) -> str:
    """Return a link if the address is one of the web, else nothing: no other scheme is ever a link."""
    if not re.match(r"https?://[^\s<>\"']+\Z", address):
        return ""
    target = attribute(address)
    return (
        f'<a href="{target}" title="{target}" rel="noopener noreferrer nofollow" target="_blank">'
        f"<bdi>{escape(words)}</bdi></a>"
    )


def _named(match: re.Match[str]) -> str:
    """Return one acting character in an isolate of its own, named by its code."""
    character = match[0]
    name = html.escape(unicodedata.name(character, "control character").lower())
    inside = "" if _HARMFUL_IN_HTML.match(character) else character
    code = _code(character)
    return f'<bdi class="acting" data-code="{code}" title="{name}, shown and not applied">{inside}</bdi>'


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
