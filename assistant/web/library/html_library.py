"""The library tab drawn: documents and where they stand, re-indexing, official texts, the generations of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.offers import short_title
from assistant.web.html import KINDS, attribute, escape, link
from assistant.web.library.listing import Standing
from assistant.web.library.shelving import What
from corpus.links import link_of
from corpus.readers import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.library.listing import Holding, Listing
    from assistant.web.library.shelving import Added, Health, Official
    from index.generation import Manifest

STANDINGS = {
    Standing.INDEXED: "Indexed",
    Standing.WAITING: "Waits for re-index",
    Standing.CHANGED: "Changed, waits for re-index",
    Standing.LEAVING: "Removed at the next re-index",
    Standing.TWIN: "Same file, kept once",
    Standing.PROBLEM: "Cannot be read",
}
WHATS = {
    What.ADDED: "Added",
    What.NEW_VERSION: "New version",
    What.SAME: "Already there",
    What.TWIN: "Same file under another name",
    What.OTHER_KIND: "Kind changed",
    What.REFUSED: "Not added",
}
_DATE, _MINUTE = len("2026-01-01"), len("2026-01-01T00:00")
_MEGABYTE, _KILOBYTE = 1_000_000, 1_000
FORMATS = "PDF, DOCX, HTML, XML, Markdown or text"
NO_DOCUMENTS = "There are no documents yet. Add some above, or take official texts from below."
NO_MATCH = "No document has these words in its title, id or file name."


def drop_zone(most_bytes: int, replacing: Holding | None = None) -> str:
    """Return where files are dropped or chosen; with a document to be replaced, for its new version."""
    accepted = ",".join(SUFFIXES)
    if replacing is None:
        lead, several, note = "Drop documents here, or choose them", " multiple", ""
    else:
        lead, several = "Drop the new version here, or choose it", ""
        note = (
            f'<p class="lib-replacing" role="status">The next file becomes the newest version of '
            f"<bdi>{escape(replacing.title)}</bdi>, whatever it is called. "
            '<button type="button" class="lib-act" data-do="keep">Do not replace it</button></p>'
        )
    return (
        f'<div class="lib-drop" data-most="{most_bytes}" data-focus="{int(replacing is not None)}">{note}'
        f'<label><span class="lib-lead">{lead}</span>'
        f'<span class="lib-hint">{FORMATS}; up to {_size(most_bytes)} each. They go into this library and nowhere '
        "else.</span>"
        f'<input type="file" accept="{accepted}"{several}></label>'
        '<p class="lib-sending" role="status"></p></div>'
    )


def told(results: Sequence[Added], progress: str = "") -> str:
    """Return what became of files, one line each; ``progress`` says what is being done now."""
    if not results and not progress:
        return ""
    bad = sum(one.what is What.REFUSED for one in results)
    lines = "".join(_result(one) for one in results)
    now = (
        f'<p class="lib-now"><span class="at-work" aria-hidden="true"></span>{escape(progress)}</p>'
        if progress
        else ""
    )
    summed = _summed(len(results) - bad, bad) if len(results) > 1 and not progress else ""
    return f'<div class="lib-told" role="status">{now}{summed}<ul>{lines}</ul></div>'


def line(words: str, *, good: bool = True) -> str:
    """Return one line about what was just done, or could not be."""
    return (
        f'<div class="lib-told" role="{"status" if good else "alert"}"><ul><li class="{"good" if good else "bad"}">'
        f"{escape(words)}</li></ul></div>"
    )


def documents(listing: Listing, words: str, *, manage: bool) -> str:
    """Return the documents as a list.

    Args:
        listing: All of them.
        words: Only those that have these words.
        manage: Whether the visitor may remove and replace.
    """
    trouble = f'<p class="lib-trouble" role="alert">{escape(listing.trouble)}</p>' if listing.trouble else ""
    if not listing.holdings:
        return f'{trouble}<p class="lib-none">{NO_DOCUMENTS}</p>'
    shown = listing.matching(words)
    if not shown:
        return f'{trouble}<p class="lib-none">{NO_MATCH}</p>'
    rows = "".join(_row(one, manage=manage) for one in shown)
    return f'{trouble}<ul class="lib-list" aria-label="Documents">{rows}</ul>'


def official(texts: Sequence[Official], in_index: frozenset[str], *, manage: bool) -> str:
    """Return the catalogue of official texts.

    Args:
        texts: What it names.
        in_index: Ids of documents that can be opened.
        manage: Whether the visitor may fetch.
    """
    rows = "".join(_text(one, in_index, manage=manage) for one in texts)
    asked = (
        "A fetch asks the server named on its button for that text, and nobody else. "
        "Nothing is asked before the button is pressed."
        if manage
        else "Whoever keeps this server can add them."
    )
    return f'<p class="lib-hint">{asked}</p><ul class="lib-list" aria-label="Official texts">{rows}</ul>'


def health(found: Health, *, manage: bool) -> str:
    """Return the generations of the index, and the way back to the one before."""
    if found.trouble:
        return f'<p class="lib-trouble" role="alert">{escape(found.trouble)}</p>'
    if not found.kept:
        return '<p class="lib-none">Nothing was indexed yet.</p>'
    newest_first = reversed(found.kept)
    rows = "".join(_generation(one, live=one.id == found.live) for one in newest_first)
    return f'<ul class="lib-list" aria-label="Generations of the index">{rows}</ul>' + (
        _way_back(found.earlier) if manage else ""
    )


def _result(one: Added) -> str:
    said = f"<b>{WHATS[one.what]}</b>"
    if one.what is What.REFUSED:
        return f'<li class="bad">{said}: {escape(one.line)}</li>'
    notices = "".join(
        f"<li>{escape(words)}</li>" for words in ((one.line,) if one.line else ()) + one.notices
    )
    below = f'<ul class="lib-notices">{notices}</ul>' if notices else ""
    named = "" if one.name == one.document_id else f' <span class="lib-file">{escape(one.name)}</span>'
    return f'<li class="good">{said}: <bdi>{escape(one.title)}</bdi>{named}{below}</li>'


def _summed(good: int, bad: int) -> str:
    refused = f", {bad} not added" if bad else ""
    return f'<p class="lib-summed">{good} taken in{refused}.</p>'


def _row(one: Holding, *, manage: bool) -> str:
    title = f"<bdi>{escape(one.title)}</bdi>"
    if one.in_index:
        title = f'<a href="{attribute(link_of(one.id, ()))}">{title}</a>'
    kind = f'<span class="kind">{KINDS[one.kind]}</span>' if one.kind is not None else ""
    problem = f'<p class="lib-trouble">{escape(one.problem)}</p>' if one.problem else ""
    notices = "".join(f"<li>{escape(words)}</li>" for words in one.notices)
    noted = f'<ul class="lib-notices">{notices}</ul>' if notices else ""
    acts = _acts(one) if manage and not one.embedded and one.standing is not Standing.LEAVING else ""
    return (
        f'<li class="lib-row {one.standing.value}"><p class="lib-title">{title} {kind}</p>'
        f'<p class="lib-state">{STANDINGS[one.standing]}</p>'
        f'<p class="lib-facts">{_facts(one)}</p>{problem}{noted}{acts}</li>'
    )


def _facts(one: Holding) -> str:
    said = (
        f"<code>{escape(one.id)}</code>",
        "embedded guide, cannot be removed" if one.embedded else "",
        _count(one.articles, "article") if one.articles else "",
        _count(one.passages, "passage") if one.passages is not None else "",
        f"as of {escape(one.as_of)}" if one.as_of else "",
        f"added {escape(one.retrieved[:_DATE])}" if one.retrieved else "",
        _size(one.size) if one.size is not None else "",
        _count(one.versions, "version") if one.versions > 1 else "",
        f"<bdi>{escape(one.name)}</bdi>" if one.name else "",
        f"also here as <bdi>{escape(', '.join(one.also))}</bdi>" if one.also else "",
        f"quoted as <bdi>{escape(one.same_as)}</bdi>" if one.same_as else "",
    )
    return " · ".join(filter(None, said))


def _acts(one: Holding) -> str:
    at, title = f'data-id="{attribute(one.id)}"', one.title
    versions = "its file" if one.versions <= 1 else f"its file in all {one.versions} versions"
    kept = " Until the next re-index answers go on quoting it." if one.in_index else ""
    if one.also or one.same_as:
        versions, kept = "this name", " The file stays in the library under its other name."
    return (
        '<div class="lib-acts">'
        f'<button type="button" class="lib-act" data-do="replace" {at} '
        f'aria-label="{attribute(f"Replace: {title}")}">Replace…</button>'
        f'<details class="lib-sure"><summary class="lib-act" aria-label="{attribute(f"Remove: {title}")}">Remove…'
        f"</summary><p>This deletes {versions} from the library and cannot be undone.{kept}</p>"
        f'<button type="button" class="lib-act lib-danger" data-do="remove" {at} '
        f'aria-label="{attribute(f"Delete: {title}")}">Delete it</button></details></div>'
    )


def _text(one: Official, in_index: frozenset[str], *, manage: bool) -> str:
    text, held = one.text, one.held
    name = f"<bdi>{escape(short_title(text.title))}</bdi>"
    if held is not None and held.id in in_index:
        name = f'<a href="{attribute(link_of(held.id, ()))}">{name}</a>'
    absent = "A document of this name is there" if one.named else "Not in the library"
    state = f"In the library since {escape(held.added[:_DATE])}" if held is not None else absent
    page = link(text.human_page, "publisher's page")
    facts = " · ".join(
        (escape(text.publisher), escape(text.language), escape(text.format.value.upper()), page)
    )
    return (
        f'<li class="lib-row {"indexed" if held is not None else "absent"}"><p class="lib-title">{name}</p>'
        f'<p class="lib-state">{state}</p><p class="lib-facts">{facts}</p>'
        f'<p class="lib-facts">{escape(text.authenticity)}</p>{_way_in(one) if manage else ""}</li>'
    )


def _way_in(one: Official) -> str:
    text = one.text
    if not text.direct:
        page = link(text.human_page, "this page of its publisher") or escape(text.human_page)
        return f'<p class="lib-facts">No program can fetch it: save it from {page} and drop it above.</p>'
    host = urlsplit(text.address).hostname or text.address
    words = "Look for a newer version at" if one.held is not None else "Fetch from"
    spoken = attribute(f"{words} {host}: {short_title(text.title)}")
    return (
        f'<div class="lib-acts"><button type="button" class="lib-act" data-do="fetch" '
        f'data-id="{attribute(text.id)}" aria-label="{spoken}">{words} {escape(host)}</button></div>'
    )


def _generation(one: Manifest, *, live: bool) -> str:
    made = one.created.isoformat(timespec="minutes")[:_MINUTE].replace("T", " ")
    state = "Live: answers come from it" if live else "Kept"
    facts = (
        f"<code>{escape(one.id)}</code> · {_count(len(one.documents), 'document')} · "
        f"{_count(one.passages, 'passage')} · encoder <bdi>{escape(one.embedder.name)}</bdi>"
    )
    return (
        f'<li class="lib-row {"indexed" if live else "kept"}"><p class="lib-title">Made {made} UTC</p>'
        f'<p class="lib-state">{state}</p><p class="lib-facts">{facts}</p></li>'
    )


def _way_back(earlier: Manifest | None) -> str:
    if earlier is None:
        return '<p class="lib-hint">No earlier generation is kept to go back to.</p>'
    made = earlier.created.isoformat(timespec="minutes")[:_MINUTE].replace("T", " ")
    return (
        '<details class="lib-sure"><summary class="lib-act">Go back to the one before…</summary>'
        f"<p>Answers then come from the index made {made} UTC. The documents of the library stay as they are, so "
        "the next re-index, or the next start of the program, makes the index match them again.</p>"
        f'<button type="button" class="lib-act" data-do="back" data-id="{attribute(earlier.id)}">Go back</button>'
        "</details>"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _size(size: int) -> str:
    if size >= _MEGABYTE:
        return f"{size / _MEGABYTE:.1f} MB".replace(".0 ", " ")
    return f"{max(1, round(size / _KILOBYTE))} kB"
