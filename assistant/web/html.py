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

from assistant.web.session import Failed, Ready, State
from corpus.models import Kind

if TYPE_CHECKING:
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

SHOW = "Show in place"

INTRO = (
    '<header class="masthead"><h1>Treaty assistant</h1>'
    "<p>Your documents answer in their own words, with the place; or the question is declined.</p></header>"
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


def status(state: State) -> str:
    """Return the line that says whether questions can be answered."""
    if isinstance(state, Ready):
        searched = state.answers.searched()
        return f'<p class="status ready" role="status">Ready: {amount(searched)}</p>'
    if isinstance(state, Failed):
        return (
            f'<p class="status failed" role="alert"><strong>Not ready.</strong> {escape(state.message)}</p>'
        )
    return '<p class="status loading" role="status">Loading the models…</p>'


def amount(searched: Searched) -> str:
    """Return what was searched as a reader would say it: ``3 documents, 1,234 passages``."""
    documents = "document" if searched.documents == 1 else "documents"
    passages = "passage" if searched.passages == 1 else "passages"
    return f"{searched.documents:,} {documents}, {searched.passages:,} {passages}"


def link(address: str, words: str) -> str:
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
