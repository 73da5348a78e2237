"""The conversation as HTML: each question with what has come of it, and what can be done about it.

Every word of a document or a visitor goes through ``html.escape`` or ``html.attribute``. Buttons carry numbers only;
the words they stand for stay with the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.citations import place, styled
from assistant.evidence import calibration
from assistant.models import ELLIPSIS, Attachment, AttachmentKind, Declined, Offer, Quote, Quoted
from assistant.offers import fetch_command, lacking
from assistant.permalinks import exact_link
from assistant.versions import lifetime
from assistant.web.ask.asker import MAX_QUESTION
from assistant.web.ask.feedback import LONGEST_NOTE
from assistant.web.ask.html_bar import exports
from assistant.web.ask.turns import Turn, Turns, Why, shown_quotes
from assistant.web.html import KINDS, SHOW, amount, attribute, escape, link
from assistant.web.reader.html_reader import TODAY
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

LINK = "Link to this passage"
ATTACHED = {AttachmentKind.DEFINITION: "Defined terms", AttachmentKind.REFERENCE: "Refers to"}
WHERE_NOTES_GO = (
    "Your opinion, with the question and this note, is written to a file on the computer that runs this page, "
    "and sent nowhere."
)
LOST = {
    Why.GONE: "A quote that stood here cannot be shown: its document is not in the library any more.",
    Why.CHANGED: "A quote that stood here cannot be shown: its document has changed since, and the version it was "
    "quoted from is not kept.",
}
CONFIDENCE = {
    "high": "the words fit the question well",
    "fair": "the words fit; see for yourself whether they answer",
    "low": "too low to be given as an answer",
}


def conversation(turns: Turns, style: Style = Style.OSCOLA, *, judged: bool = False) -> str:
    """Return the conversation so far.

    Args:
        turns: Its turns.
        style: How citations are written.
        judged: Whether there is somewhere to keep what visitors think of an answer.
    """
    drawn = "".join(_turn(number, turn, style, judged=judged) for number, turn in enumerate(turns))
    return f'<div class="conversation" role="region" aria-label="Conversation">{drawn}</div>'


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


def confidence_in_words(value: float) -> str:
    """Return ``high``, ``fair`` or ``low``.

    Low is what is below the threshold of ``assistant/calibration.json``, under which a question is declined. High
    begins half-way between the threshold and certainty.
    """
    threshold = calibration().threshold
    if value < threshold:
        return "low"
    return "high" if value >= (threshold + 1) / 2 else "fair"


def _turn(number: int, turn: Turn, style: Style, *, judged: bool) -> str:
    state = _state(turn)
    question = (
        f'<h3 class="question"><span class="unseen">You asked: </span><bdi>{escape(turn.question)}</bdi></h3>'
    )
    edit = "" if state == "progress" else _edit(number, turn)
    said = attribute(_said(turn, style))
    return (
        f'<article class="turn" data-turn="{number}" data-state="{state}" data-said="{said}">'
        f'<div class="asked">{question}{edit}</div>{_outcome(number, turn, style)}'
        f"{_after(number, turn, state, judged=judged)}</article>"
    )


def _state(turn: Turn) -> str:
    if isinstance(turn.answer, Quoted):
        return "quoted"
    if isinstance(turn.answer, Declined):
        return "declined"
    if turn.trouble:
        return "trouble"
    if turn.stopped:
        return "stopped"
    return "lost" if turn.lost else "progress"


def _said(turn: Turn, style: Style) -> str:
    """Return the outcome in a sentence, for those who hear the page."""
    quotes = shown_quotes(turn.answer)
    if isinstance(turn.answer, Quoted):
        count = "one quote" if len(quotes) == 1 else f"{len(quotes)} quotes"
        return f"Answered with {count}. First: {place(quotes[0].citation, style)}"
    if isinstance(turn.answer, Declined):
        return f"Not answered from these documents. Nearest passages shown: {len(quotes)}."
    return f"Not answered. {turn.trouble}" if turn.trouble else "Stopped." if turn.stopped else ""


def _edit(number: int, turn: Turn) -> str:
    """Return the question in a box, closed until it is wanted."""
    return (
        '<details class="edit"><summary>Edit</summary>'
        f'<form class="reask" data-turn="{number}"><label>Ask this instead'
        f'<textarea rows="2" maxlength="{MAX_QUESTION}">{attribute(turn.question)}</textarea></label>'
        '<p class="hint">What comes after it in this conversation is left out.</p>'
        '<button type="submit" class="act">Ask</button></form></details>'
    )


def _outcome(number: int, turn: Turn, style: Style) -> str:
    lost = "".join(_lost(one.why, one.mark.cited) for one in turn.lost)
    if isinstance(turn.answer, Quoted):
        return _quoted(number, turn.answer, style, lost)
    if isinstance(turn.answer, Declined):
        return _declined(number, turn.answer, style, lost)
    if turn.trouble:
        return f'<div class="card trouble"><h4>Not answered</h4><p>{escape(turn.trouble)}</p></div>'
    if turn.stopped:
        return '<p class="stopped">Stopped before it was answered.</p>'
    if lost:
        return f'<div class="answer">{lost}</div>'
    stop = "" if turn.kept else '<button type="button" class="stop act">Stop</button>'
    work = '<span class="at-work" aria-hidden="true"></span>'
    return f'<p class="progress">{work}{escape(turn.progress)} {stop}</p>'


def _lost(why: Why, cited: str) -> str:
    was = f" It was cited as: <bdi>{escape(cited)}</bdi>" if cited else ""
    return f'<p class="lost">{LOST[why]}{was}</p>'


def _after(number: int, turn: Turn, state: str, *, judged: bool) -> str:
    """Return what can be done about a turn: ask it again, say what one thinks of it, take it away."""
    at, drawn = f'data-turn="{number}"', []
    if turn.lost or state in ("trouble", "stopped"):
        drawn.append(f'<button type="button" class="again act" {at}>Ask again</button>')
    if turn.answer is not None:
        drawn.append(exports(number, "Export this answer"))
        drawn += [_judging(at, liked=turn.liked)] if judged else []
    return f'<div class="after">{"".join(drawn)}</div>' if drawn else ""


def _judging(at: str, *, liked: bool | None) -> str:
    words = {True: "Helpful", False: "Not helpful"}
    buttons = "".join(
        f'<button type="button" class="judge act" {at} data-liked="{int(value)}" '
        f'aria-pressed="{str(liked is value).lower()}">{name}</button>'
        for value, name in words.items()
    )
    if liked is None:
        return f'<span class="judging">{buttons}</span>'
    return (
        f'<span class="judging">{buttons}</span><details class="note"><summary>Add a note</summary>'
        f'<form class="remark" {at}><label>What was good or wrong?'
        f'<textarea rows="2" maxlength="{LONGEST_NOTE}"></textarea></label>'
        f'<p class="hint">{WHERE_NOTES_GO}</p>'
        '<button type="submit" class="act">Keep this note</button></form></details>'
    )


def _quoted(number: int, answer: Quoted, style: Style, lost: str) -> str:
    quotes = "".join(_quote(number, n, quote, style) for n, quote in enumerate(answer.quotes))
    searched = f"Quoted word for word. Searched: {amount(answer.searched)}."
    lacking_it = "".join(
        f'<p class="without">No matching provision found: <bdi>{escape(title)}</bdi></p>'
        for title in answer.without
    )
    footer = f'<p class="searched">{searched}{_asked(answer)}{_confidence(answer.confidence)}</p>'
    return f'<div class="answer">{quotes}{lost}{lacking_it}{footer}{_offered(answer.offers)}</div>'


def _declined(number: int, answer: Declined, style: Style, lost: str) -> str:
    near = "".join(_quote(number, n, quote, style) for n, quote in enumerate(shown_quotes(answer)))
    nearest = f'<h5>Nearest passages, not an answer</h5><div class="nearest">{near}</div>' if near else ""
    meant = "".join(
        f'<li><button type="button" class="choice act" data-turn="{number}" data-choice="{n}">{escape(title)}'
        "</button></li>"
        for n, (_, title) in enumerate(answer.choices)
    )
    choices = f'<h5>Ask it of</h5><ul class="choices">{meant}</ul>' if meant else ""
    # where it is certain that the documents do not answer, a number would say nothing of what was found
    unsure = 0.0 < answer.confidence < calibration().threshold and near
    return (
        '<div class="card declined"><h4>Not answered from these documents</h4>'
        f"<p>{escape(answer.message)}</p>{choices}"
        f'<p class="searched">Searched: {amount(answer.searched)}.{_asked(answer)}'
        f"{_confidence(answer.confidence) if unsure else ''}</p>"
        f"{nearest}{lost}{_offered(answer.offers)}</div>"
    )


def _confidence(value: float) -> str:
    word = confidence_in_words(value)
    title = f"{value:.2f} on a scale from 0 to 1; below {calibration().threshold:.2f} a question is declined"
    return f' <span class="confidence" title="{title}">Confidence: <strong>{word}</strong>, {CONFIDENCE[word]}.</span>'


def _asked(answer: Quoted | Declined) -> str:
    if not answer.asked or answer.asked == answer.question:
        return ""
    return f" Searched for: <q><bdi>{escape(answer.asked)}</bdi></q>."


def _offered(made: Sequence[Offer]) -> str:
    """Return the quiet lines under an answer: official texts it speaks of, and how to add them."""
    direct = [one for one in made if one.command]
    index, lines = "then <code>treaty index</code>", []
    if direct:
        command = f"<code>{escape(fetch_command(direct))}</code>, {index}"
        lines.append(f"{escape(lacking(direct))} To add {'it' if len(direct) == 1 else 'them'}: {command}.")
    for one in made:
        if not one.command:
            page = link(one.page, "this page of its publisher") or escape(one.page)
            add = f"<code>treaty corpus add FILE</code>, {index}"
            lines.append(f"{escape(lacking([one]))} To add it: save it from {page}, then {add}.")
    return "".join(f'<p class="offer">{line}</p>' for line in lines)


def _quote(turn: int, number: int, quote: Quote, style: Style) -> str:
    cited = place(quote.citation, style)
    at, named = f'data-turn="{turn}" data-quote="{number}"', attribute(f": {cited}")
    return (
        f'<figure class="quote kind-{quote.kind.value}" data-cited="{attribute(styled(quote.citation, style))}">'
        f'<blockquote dir="auto">{_words(turn, number, quote)}</blockquote>'
        f'<figcaption><p class="cited">{_cited(quote, style)}</p><span class="ways">'
        f'<button type="button" class="show act" {at} aria-label="{SHOW}{named}">{SHOW}</button> '
        f'<button type="button" class="copy act" aria-label="Copy{named}">Copy</button> '
        f'<a class="passage" href="{attribute(exact_link(quote))}" aria-label="{LINK}{named}">'
        f"{LINK}</a></span>{_version(quote)}</figcaption>{_attached(turn, number, quote, style)}</figure>"
    )


def _version(quote: Quote) -> str:
    """Return the line under a quote that is of an older version, or of a file that is here under two names."""
    also = f"The same file is also here as {', '.join(quote.also)}." if quote.also else ""
    said = f'<p class="version">{escape(also)}</p>' if also else ""
    if quote.older is None:
        return said
    lasted = escape(lifetime(quote.older.added, quote.older.replaced))
    today = f'<a href="{attribute(quote.older.today)}">{TODAY}</a>'
    older = f'<p class="version older"><strong>Older version</strong>: {lasted}. {today}</p>'
    return f"{older}{said}"


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
        f'<a class="passage" href="{attribute(exact_link(target))}">{LINK}</a></p></details>'
    )


def _cited(quote: Quote, style: Style) -> str:
    about, cited = quote.citation.about, escape(place(quote.citation, style))
    on = f' <span class="about">on: <bdi>{escape(about)}</bdi></span>' if about else ""
    return f'<span class="kind">{KINDS[quote.kind]}</span> <cite><bdi>{cited}</bdi></cite>{on}'
