"""The HTML of a comparison: a row an instrument, its own words with their place, or that nothing was found.

What is foreign goes through ``assistant.web.html``. The table says its roles in so many words, because on a phone it
is laid out as cards, and a browser that no longer sees a table forgets what its cells are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.citations import place
from assistant.compare import Found
from assistant.permalinks import exact_link
from assistant.render_compare import BY_WORDS
from assistant.web.html import KINDS, attribute, escape
from assistant.web.saving import buttons
from corpus.links import link_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.compare import Compared, Row
    from assistant.models import Quote
    from assistant.web.compare.comparing import Course
    from corpus.pinpoint import Style

FORMS = {"md": "Markdown", "docx": "Word", "csv": "CSV", "json": "JSON"}
SHOW = "Show in place"
NOTHING = "No matching provision found."
NEAREST = "Nearest passages, not an answer"
HINT = (
    "A table of the instruments’ own words on one topic. Each is asked alone; where one has no matching provision, "
    "the table says so."
)


def empty(topics: Sequence[str]) -> str:
    """Return what stands in the place of the table at first, with topics to try."""
    tried = "".join(
        f'<li><button type="button" class="example" data-example="{number}">{escape(topic)}</button></li>'
        for number, topic in enumerate(topics)
    )
    offered = f'<h2>For example</h2><ul class="topics">{tried}</ul>' if tried else ""
    return f'<section class="welcome compare-empty"><p class="lead">{HINT}</p>{offered}</section>'


def course(now: Course, style: Style) -> str:
    """Return the table, the progress towards it, or why there is none."""
    if now.trouble:
        return (
            f'<div class="card trouble" role="alert"><h4>Not compared</h4><p>{escape(now.trouble)}</p></div>'
        )
    if now.compared is not None:
        return _compared(now.compared, style)
    if now.progress:
        return _progress(now)
    return f'<p class="searched" role="status">{escape(now.note)}</p>'


def _progress(now: Course) -> str:
    counted = f" {now.done} of {now.documents}" if now.documents else ""
    bar = (
        f'<progress max="{now.documents}" value="{now.done}" aria-label="Documents asked"></progress>'
        if now.documents
        else ""
    )
    return (
        f'<div role="status"><p class="progress"><span class="at-work" aria-hidden="true"></span>'
        f"{escape(now.progress)}{counted}</p>{bar}</div>"
    )


def _compared(compared: Compared, style: Style) -> str:
    rows = [row for row in compared.rows if row.quotes or not compared.every]
    without = [row for row in compared.rows if not row.quotes and compared.every]
    drawn = _table(compared, rows, style) if rows else ""
    return (
        f'<section class="comparison" aria-label="Comparison">'
        f'<h2 class="question"><bdi>{escape(compared.question)}</bdi></h2>'
        f"{drawn}{_without(without, len(compared.rows), style)}{_footer(compared)}{buttons(FORMS)}</section>"
    )


def _table(compared: Compared, rows: Sequence[Row], style: Style) -> str:
    body = "".join(_row(row, style) for row in rows)
    return (
        '<table class="compared" role="table" aria-label="Instruments and their words">'
        '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Instrument</th>'
        f'<th scope="col" role="columnheader">On <bdi>{escape(compared.topic)}</bdi></th></tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(row: Row, style: Style) -> str:
    words = "".join(_quote(quote, style) for quote in row.quotes) or _nothing(row, style)
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{_instrument(row)}</th>'
        f'<td role="cell">{words}</td></tr>'
    )


def _instrument(row: Row) -> str:
    by_words = f'<span class="by-words">{BY_WORDS}</span>' if row.found is Found.WORDS else ""
    link = attribute(link_of(row.document.id, ()))
    return (
        f'<a href="{link}"><bdi>{escape(row.document.title)}</bdi></a> '
        f'<span class="kind">{KINDS[row.document.kind]}</span>{by_words}'
    )


def _quote(quote: Quote, style: Style) -> str:
    cited, about = place(quote.citation, style), quote.citation.about
    on = f' <span class="about">on: <bdi>{escape(about)}</bdi></span>' if about else ""
    return (
        f'<figure class="quote kind-{quote.kind.value}"><blockquote dir="auto">{escape(quote.text)}</blockquote>'
        f'<figcaption><p class="cited"><cite><bdi>{escape(cited)}</bdi></cite>{on}</p>'
        f'<a class="passage" href="{attribute(exact_link(quote))}" '
        f'aria-label="{attribute(f"{SHOW}: {cited}")}">{SHOW}</a></figcaption></figure>'
    )


def _nothing(row: Row, style: Style) -> str:
    return f'<p class="without">{NOTHING}</p>{_near(row, style)}'


def _near(row: Row, style: Style) -> str:
    if not row.nearest:
        return ""
    near = "".join(_quote(quote, style) for quote in row.nearest)
    count = f'<span class="count">{len(row.nearest)}</span>'
    return f'<details class="near"><summary>{NEAREST} {count}</summary><div class="nearest">{near}</div></details>'


def _without(rows: Sequence[Row], every: int, style: Style) -> str:
    if not rows:
        return ""
    listed = "".join(f"<li>{_instrument(row)}{_near(row, style)}</li>" for row in rows)
    return (
        f'<section class="lacking"><h3>{NOTHING.removesuffix(".")} in {len(rows)} of {every}</h3>'
        f"<ul>{listed}</ul></section>"
    )


def _footer(compared: Compared) -> str:
    asked = len(compared.rows) - compared.unasked
    others = " The others were only searched for the words of the topic." if compared.unasked else ""
    drawn = (
        f'<p class="searched">Quoted word for word. Asked, each alone: {asked} of {len(compared.rows)} documents, '
        f"{compared.searched.passages:,} passages.{others}</p>"
    )
    if compared.absent:
        titles = "; ".join(f"<bdi>{escape(title)}</bdi>" for title in compared.absent)
        drawn += f'<p class="searched">Not in this library: {titles}.</p>'
    return drawn
