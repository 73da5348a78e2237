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

from assistant.citations import full, place
from assistant.models import ELLIPSIS, Attachment, AttachmentKind, Declined, Offer, Quote, Quoted
from assistant.offers import fetch_command, lacking
from assistant.web.ask import Turn, Turns, shown_quotes
from assistant.web.session import Failed, Ready, State
from corpus.models import Kind, Source, Span
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.reader import Extract
    from index.models import Searched

KINDS = {
    Kind.TREATY: "Treaty text",
    Kind.AMENDMENT: "Amendment",
    Kind.DECLARATION: "Declaration",
    Kind.RESERVATION: "Reservation",
    Kind.EXPLANATORY_REPORT: "Explanatory report",
    Kind.COMMENTARY: "Commentary",
    Kind.GUIDE: "Guide",
}

# Controls other than tab and line feed, the bidirectional controls (Unicode Standard Annex 9, section 2), and
# surrogates, which cannot be sent.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HARMFUL_IN_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

SHORT_HASH = 12
"""Characters of a SHA-256 that are shown; the whole stands in the title."""

SHOW = "Show in place"
LINK = "Link to this passage"
ATTACHED = {AttachmentKind.DEFINITION: "Defined terms", AttachmentKind.REFERENCE: "Refers to"}

EMPTY_HINT = "The document opens here, at the words quoted."

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


def conversation(turns: Turns, style: Style = Style.OSCOLA) -> str:
    """Return the conversation so far, its citations in ``style``."""
    drawn = "".join(_turn(number, turn, style) for number, turn in enumerate(turns))
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


def panel_empty(shelf: str = "") -> str:
    """Return the side panel with no document in it; ``shelf`` is HTML that offers some."""
    return _panel(f'<p class="hint">{EMPTY_HINT}</p>{shelf}', ' data-link=""')


def panel_waiting(message: str) -> str:
    """Return the side panel for a document that is opened as soon as the library is there."""
    return _panel(f'<p class="hint" role="status">{escape(message)}</p>')


def panel_trouble(message: str, instead: str = "") -> str:
    """Return the side panel for words that cannot be shown; ``instead`` is HTML that offers something else."""
    return _panel(f'<p class="hint" role="alert">{escape(message)}</p>{instead}')


def reading(extract: Extract, style: Style, *, contents: str, shown: int, called: bool) -> str:
    """Return the side panel: the quote marked in its place, with its citation and provenance.

    Args:
        extract: What to show.
        style: How it is cited.
        contents: The table of contents, as HTML.
        shown: A number that differs each time something is opened, so that the page scrolls to the mark again.
        called: Whether the reader asked for it; the focus then moves to the panel.
    """
    before = _more("Earlier text", extract.earlier + 1, extract.later) if extract.more_before else ""
    after = _more("Later text", extract.earlier, extract.later + 1) if extract.more_after else ""
    lang = attribute(extract.document.provenance.language)
    left_out = '<p class="left-out">[text between the quoted parts is left out here]</p>'
    pieces = left_out.join(
        f'<div class="words" dir="auto" lang="{lang}">{_piece(extract, piece)}</div>'
        for piece in extract.pieces
    )
    link = attribute(extract.quote.citation.link)
    return _panel(
        f"{_heading(extract)}{contents}"
        f'<div class="page" tabindex="0" role="region" aria-label="Text of the document">'
        f"{before}{pieces}{after}</div>{_provenance(extract, style)}",
        f' data-shown="{shown}" data-called="{int(called)}" data-link="{link}"',
    )


def _panel(inside: str, attributes: str = "") -> str:
    return f'<section class="reader" aria-label="The document"{attributes}>{inside}</section>'


def _turn(number: int, turn: Turn, style: Style) -> str:
    question = (
        f'<h3 class="question"><span class="unseen">You asked: </span><bdi>{escape(turn.question)}</bdi></h3>'
    )
    return f'<article class="turn" data-turn="{number}">{question}{_outcome(number, turn, style)}</article>'


def _outcome(number: int, turn: Turn, style: Style) -> str:
    if isinstance(turn.answer, Quoted):
        return _quoted(number, turn.answer, style)
    if isinstance(turn.answer, Declined):
        return _declined(number, turn.answer, style)
    if turn.trouble:
        return (
            f'<div class="card trouble" role="alert"><h4>Not answered</h4><p>{escape(turn.trouble)}</p></div>'
        )
    return f'<p class="progress"><span class="at-work" aria-hidden="true"></span>{escape(turn.progress)}</p>'


def _quoted(number: int, answer: Quoted, style: Style) -> str:
    quotes = "".join(_quote(number, n, quote, style) for n, quote in enumerate(answer.quotes))
    footer = (
        f'<p class="searched">Quoted word for word. Searched: {_amount(answer.searched)}.{_asked(answer)}</p>'
    )
    lacking_it = "".join(
        f'<p class="without">No matching provision found: <bdi>{escape(title)}</bdi></p>'
        for title in answer.without
    )
    return f'<div class="answer">{quotes}{lacking_it}{footer}{_offered(answer.offers)}</div>'


def _declined(number: int, answer: Declined, style: Style) -> str:
    near = "".join(_quote(number, n, quote, style) for n, quote in enumerate(shown_quotes(answer)))
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


def _quote(turn: int, number: int, quote: Quote, style: Style) -> str:
    cited = place(quote.citation, style)
    at = f'data-turn="{turn}" data-quote="{number}"'
    return (
        f'<figure class="quote kind-{quote.kind.value}">'
        f'<blockquote dir="auto">{_words(turn, number, quote)}</blockquote>'
        f'<figcaption><p class="cited">{_cited(quote, style)}</p><span class="ways">'
        f'<button type="button" class="show" {at} aria-label="{attribute(f"{SHOW}: {cited}")}">{SHOW}</button> '
        f'<a class="passage" href="{attribute(quote.citation.link)}" aria-label="{attribute(f"{LINK}: {cited}")}">'
        f"{LINK}</a></span></figcaption>{_attached(turn, number, quote, style)}</figure>"
    )


def _words(turn: int, number: int, quote: Quote) -> str:
    """Return a quote's words, those that lead to an attachment linked to its entry."""
    drawn, before = [], 0
    for segment in quote.segments:
        drawn.append(escape(quote.text[before : before + (len(ELLIPSIS) if before else 0)]))
        before += len(ELLIPSIS) if before else 0
        shift, at = before - segment.start, segment.start
        for n, one in sorted(enumerate(quote.attachments), key=lambda pair: pair[1].span):
            if at <= one.span.start and segment.contains(one.span):
                words = escape(quote.text[one.span.start + shift : one.span.end + shift])
                href = f'href="#{_entry_id(turn, number, n)}"'
                drawn.append(escape(quote.text[at + shift : one.span.start + shift]))
                drawn.append(f'<a class="leads {one.kind.value}" {href}>{words}</a>')
                at = one.span.end
        drawn.append(escape(quote.text[at + shift : segment.end + shift]))
        before = segment.end + shift
    return "".join(drawn)


def _entry_id(turn: int, number: int, n: int) -> str:
    return f"attached-{turn}-{number}-{n}"


def _attached(turn: int, number: int, quote: Quote, style: Style) -> str:
    """Return what belongs with a quote: a closed list a kind, each entry opening to the words it leads to."""
    drawn = []
    for kind, name in ATTACHED.items():
        entries = [
            _entry(_entry_id(turn, number, n), quote, one, style)
            for n, one in enumerate(quote.attachments)
            if one.kind is kind
        ]
        if entries:
            count = f'<span class="count">{len(entries)}</span>'
            drawn.append(
                f'<details class="attached"><summary>{name} {count}</summary>{"".join(entries)}</details>'
            )
    return "".join(drawn)


def _entry(entry_id: str, quote: Quote, one: Attachment, style: Style) -> str:
    target = one.target
    own = target.document_id == quote.document_id
    where = target.citation.pinpoint if own and target.citation.pinpoint else place(target.citation, style)
    note = f' <span class="note">({escape(one.note)})</span>' if one.note else ""
    return (
        f'<details class="entry" id="{entry_id}"><summary><bdi class="label">{escape(one.label)}</bdi>'
        f' <bdi class="where">{escape(where)}</bdi>{note}</summary>'
        f'<div class="apart" dir="auto">{escape(target.text)}</div>'
        f'<p class="cited">{_cited(target, style)} '
        f'<a class="passage" href="{attribute(target.citation.link)}">{LINK}</a></p></details>'
    )


def _cited(quote: Quote, style: Style) -> str:
    about, cited = quote.citation.about, escape(place(quote.citation, style))
    on = f' <span class="about">on: <bdi>{escape(about)}</bdi></span>' if about else ""
    return f'<span class="kind">{KINDS[quote.kind]}</span> <cite><bdi>{cited}</bdi></cite>{on}'


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


def _more(text: str, earlier: int, later: int) -> str:
    asks = f'data-earlier="{earlier}" data-later="{later}"'
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


def _provenance(extract: Extract, style: Style) -> str:
    known = extract.document.provenance
    lines = [
        ("Cite as", f"<bdi>{escape(full(extract.quote.citation, style))}</bdi>"),
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
