"""The HTML of the reader: a document around some of its words, with all that leads to them and on from them.

Foreign text is escaped by ``html`` as everywhere. The words themselves are drawn once, character for character,
whatever is marked, linked or set bold in them: without its tags the text is the document's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.citations import full
from assistant.permalinks import exact_link
from assistant.web.html import KINDS, attribute, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.reader.extract import Extract, Opened
    from assistant.web.reader.inline import Inline
    from assistant.web.reader.pages import Leaf
    from assistant.web.reader.steps import Place, Step
    from corpus.facsimile import Box
    from corpus.models import Source, Span
    from corpus.pinpoint import Style

SHORT_HASH = 12
"""Characters of a SHA-256 that are shown; the whole stands in the title."""

EMPTY_HINT = "The document opens here, at the words quoted."
LINK = "Link to this passage"
TODAY = "Open the text of today"
MARKED = "The words are marked."
UNSURE = "Where on this page the words stand could not be told for certain, so nothing is marked."
_PAGE_PIXELS = 1240


def panel_empty(shelf: str = "") -> str:
    """Return the side panel with no document in it; ``shelf`` is HTML that offers some."""
    return _panel(f'<p class="hint">{EMPTY_HINT}</p>{shelf}', ' data-link=""')


def panel_waiting(message: str) -> str:
    """Return the side panel for a document that is opened as soon as the library is there."""
    return _panel(f'<p class="hint" role="status">{escape(message)}</p>')


def panel_trouble(message: str, instead: str = "") -> str:
    """Return the side panel for words that cannot be shown; ``instead`` is HTML that offers something else."""
    return _panel(f'<p class="hint" role="alert">{escape(message)}</p>{instead}')


def reading(
    extract: Extract,
    style: Style,
    opened: Opened,
    *,
    contents: str,
    called: bool,
    inline: Sequence[Inline] = (),
    leaves: Sequence[Leaf] = (),
) -> str:
    """Return the side panel: the quote marked in its place, with its citation and provenance.

    Args:
        extract: What to show.
        style: How it is cited.
        opened: How it came to be shown. Its number differs each time something is opened, so that the page scrolls
            to the mark again.
        contents: The table of contents, as HTML.
        called: Whether the reader asked for it; the focus then moves to the panel.
        inline: The links within the text, in order, without overlap.
        leaves: The pages that the quote is printed on.
    """
    before = _more("Earlier text", extract.earlier + 1, extract.later) if extract.more_before else ""
    after = _more("Later text", extract.earlier, extract.later + 1) if extract.more_after else ""
    lang = attribute(extract.document.provenance.language)
    left_out = '<p class="left-out">[text between the quoted parts is left out here]</p>'
    pieces = left_out.join(
        f'<div class="words" dir="auto" lang="{lang}">{_piece(extract, inline, piece)}</div>'
        for piece in extract.pieces
    )
    notice = _notice(opened)
    address = attribute(opened.link or extract.quote.citation.link)
    return _panel(
        f"{_heading(extract, opened.place)}{notice}{contents}"
        f'<div class="page" tabindex="0" role="region" aria-label="Text of the document">'
        f"{before}{pieces}{after}</div>{_facsimile(extract, leaves)}{_provenance(extract, style)}",
        f' data-shown="{opened.shown}" data-called="{int(called)}" data-link="{address}"',
    )


def _notice(opened: Opened) -> str:
    """Return what the reader should know before reading; of an older version, with the way to the text of today."""
    if not opened.notice:
        return ""
    today = f' <a href="{attribute(opened.today)}">{TODAY}</a>' if opened.today else ""
    kind = " older" if opened.today else ""
    return f'<p class="notice{kind}" role="status">{escape(opened.notice)}{today}</p>'


def _panel(inside: str, attributes: str = "") -> str:
    return f'<section class="reader" aria-label="The document"{attributes}>{inside}</section>'


# -- above the text


def _heading(extract: Extract, place: Place | None) -> str:
    about = extract.quote.citation.about
    steps = "".join(f"<li><bdi>{escape(name)}</bdi></li>" for name in extract.path)
    return (
        f'<header tabindex="-1">{_steps(place)}<span class="kind">{KINDS[extract.document.kind]}</span>'
        f"<h2><bdi>{escape(extract.document.title)}</bdi></h2>"
        + (f'<ol class="path" aria-label="Where in the document">{steps}</ol>' if steps else "")
        + (f'<p class="about">on: <bdi>{escape(about)}</bdi></p>' if about else "")
        + "</header>"
    )


def _steps(place: Place | None) -> str:
    """Return the buttons that lead to the quotes before and after, or nothing where there are none."""
    if place is None:
        return ""
    return (
        '<nav class="steps" aria-label="Quotes of the conversation">'
        f"{_step('before', 'Previous quote', place.before)}"
        f'<span class="of"><span class="unseen">Quote </span>{place.number} of {place.count}</span>'
        f"{_step('after', 'Next quote', place.after)}</nav>"
    )


def _step(name: str, words: str, step: Step | None) -> str:
    leads = f'data-turn="{step.turn}" data-quote="{step.quote}"' if step is not None else "disabled"
    return f'<button type="button" class="step" value="{name}" {leads}>{words}</button>'


# -- the text


def _more(text: str, earlier: int, later: int) -> str:
    asks = f'data-earlier="{earlier}" data-later="{later}"'
    return f'<button type="button" class="more" {asks}>{text}</button>'


def _piece(extract: Extract, inline: Sequence[Inline], piece: Span) -> str:
    """Return one stretch of the document, each segment of the quote in one ``mark``."""
    drawn, at = [], piece.start
    for mark in extract.marks:
        if not piece.contains(mark):
            continue
        drawn.append(_headed(extract, inline, at, mark.start))
        drawn.append(f"<mark>{_headed(extract, inline, mark.start, mark.end)}</mark>")
        at = mark.end
    return "".join((*drawn, _headed(extract, inline, at, piece.end)))


def _headed(extract: Extract, inline: Sequence[Inline], start: int, end: int) -> str:
    """Return a stretch of the document with its headings in bold."""
    text, drawn, at = extract.document.text, [], start
    for heading in extract.headings:
        first, last = max(heading.start, at), min(heading.end, end)
        if first < last:
            drawn.append(_linked(text, inline, at, first))
            drawn.append(f'<strong class="heading">{escape(text[first:last])}</strong>')
            at = last
    return "".join((*drawn, _linked(text, inline, at, end)))


def _linked(text: str, inline: Sequence[Inline], start: int, end: int) -> str:
    """Return a stretch with its links; one that reaches beyond it is left out."""
    drawn, at = [], start
    for one in inline:
        if at <= one.span.start and one.span.end <= end:
            drawn.append(escape(text[at : one.span.start]))
            drawn.append(
                f'<a class="inline {one.kind.value}" href="{attribute(one.link)}" title="{attribute(one.title)}">'
                f"{escape(one.span.of(text))}</a>"
            )
            at = one.span.end
    return "".join((*drawn, escape(text[at:end])))


# -- the page as printed


def _facsimile(extract: Extract, leaves: Sequence[Leaf]) -> str:
    """Return the pages that hold the quote, closed; the pictures are fetched when it is opened."""
    if not leaves:
        return ""
    numbers = [leaf.marks.number for leaf in leaves]
    pages = f"page {numbers[0]}" if len(numbers) == 1 else f"pages {', '.join(map(str, numbers))}"
    sheets = "".join(_sheet(extract.document.title, leaf) for leaf in leaves)
    return (
        f'<details class="facsimile"><summary>Page image <span class="count">{pages}</span></summary>'
        f'<div class="sheets" tabindex="0" role="region" aria-label="Page image">{sheets}</div></details>'
    )


def _sheet(title: str, leaf: Leaf) -> str:
    page, address = leaf.marks, attribute(leaf.address)
    height = round(_PAGE_PIXELS / page.ratio)
    words = f"Page {page.number} of the file of {title}"
    return (
        f'<figure><div class="leaf"><img src="{address}" alt="{attribute(words)}" loading="lazy" decoding="async"'
        f' width="{_PAGE_PIXELS}" height="{height}">{"".join(map(_spot, page.boxes))}</div>'
        f"<figcaption>Page {page.number} of the file. {MARKED if page.boxes else UNSURE} "
        f'<a href="{address}" target="_blank" rel="noopener">Open the picture</a></figcaption></figure>'
    )


def _spot(box: Box) -> str:
    sides = {"left": box.left, "top": box.top, "width": box.right - box.left, "height": box.bottom - box.top}
    placed = ";".join(f"{side}:{100 * share:.2f}%" for side, share in sides.items())
    return f'<span class="spot" aria-hidden="true" style="{placed}"></span>'


# -- below the text


def _provenance(extract: Extract, style: Style) -> str:
    known = extract.document.provenance
    passage = f'<a class="passage" href="{attribute(exact_link(extract.quote))}">{LINK}</a>'
    lines = [
        ("Cite as", f"<bdi>{escape(full(extract.quote.citation, style))}</bdi>"),
        ("Address", passage),
        ("Standing", escape(known.authenticity or "")),
        ("Status", escape(known.status or "")),
        ("As of", escape(extract.as_of or "")),
        ("Source", _address(known.address) if known.address else ""),
        ("Retrieved", escape(known.retrieved or "")),
        ("File", f"<bdi>{escape(known.path)}</bdi>"),
        ("Also here as", f"<bdi>{escape(', '.join(known.also))}</bdi>" if known.also else ""),
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
    return link(source.address, source.name) or f"<bdi>{escape(source.name)}</bdi>"


def _address(address: str) -> str:
    return link(address, address) or f"<bdi>{escape(address)}</bdi>"
