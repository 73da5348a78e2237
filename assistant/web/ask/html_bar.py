"""The line above the conversation: the conversations kept, a new one, and taking one away.

Beside it, what the page is told without showing it: what to keep in the browser, and files that are handed over.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.takeaway.models import Form
from assistant.web.html import attribute, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.takeaway.models import File
    from assistant.web.ask.kept import Talk

WHOLE = -1
"""Stands for the whole conversation where a turn's number is given."""
LONGEST_TITLE = 90
"""Characters of a question that name its conversation in the list."""
FORMS = {
    Form.MARKDOWN: "Markdown",
    Form.DOCX: "Word",
    Form.JSON: "JSON",
    Form.CSL: "CSL-JSON (reference managers)",
    Form.BIBTEX: "BibTeX",
}
KEPT_HERE = "Kept in this browser and nowhere else."


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in the list: its id, and its first question."""

    id: str
    title: str

    @classmethod
    def of(cls, talks: Sequence[Talk]) -> tuple[Listed, ...]:
        """Return the list of conversations that are kept."""
        return tuple(cls(talk.id, talk.turns[0].question) for talk in talks)


def bar(listed: Sequence[Listed], current: str, *, answered: bool) -> str:
    """Return the line above the conversation.

    Args:
        listed: Conversations that are kept, newest first.
        current: Id of the one that is shown; empty for one that has not begun.
        answered: Whether it has an answer to take away.
    """
    whole = exports(WHOLE, "Export") if answered else ""
    return (
        f'<div class="bar" role="group" aria-label="Conversations">{_list(listed, current)}'
        f'<button type="button" class="fresh act">New conversation</button>{whole}</div>'
    )


def _list(listed: Sequence[Listed], current: str) -> str:
    if not listed:
        return ""
    rows = "".join(_row(one, shown=one.id == current) for one in listed)
    return (
        f'<details class="drop talks"><summary class="act">Conversations <span class="count">{len(listed)}</span>'
        f'</summary><div class="sheet"><ul>{rows}</ul>'
        '<details class="sure"><summary>Delete all</summary>'
        '<button type="button" class="delete-all act">Yes, delete all of them</button></details>'
        f'<p class="hint">{KEPT_HERE}</p></div></details>'
    )


def _row(one: Listed, *, shown: bool) -> str:
    title = one.title if len(one.title) <= LONGEST_TITLE else f"{one.title[:LONGEST_TITLE].rstrip()}…"
    now = ' aria-current="true"' if shown else ""
    at, gone = f'data-talk="{attribute(one.id)}"', attribute(f"Delete: {title}")
    return (
        f'<li><button type="button" class="open" {at}{now}><bdi>{escape(title)}</bdi></button>'
        f'<button type="button" class="delete act" {at} aria-label="{gone}">Delete</button></li>'
    )


def exports(turn: int, name: str) -> str:
    """Return the choice of forms in which a turn, or ``WHOLE``, is taken away."""
    buttons = "".join(
        f'<li><button type="button" class="take" data-turn="{turn}" data-form="{form.value}">{words}</button></li>'
        for form, words in FORMS.items()
    )
    return (
        f'<details class="drop export"><summary class="act">{name}</summary>'
        f'<div class="sheet"><ul>{buttons}</ul></div></details>'
    )


def order(number: int, **wanted: Any) -> str:
    """Return what the browser is to do with what it keeps, as ``scripts/kept.js`` reads it.

    Args:
        number: Differs each time, so that the same order twice is two orders.
        wanted: ``put`` a conversation, ``drop`` the one of an id, ``clear`` all; ``open`` names the one now shown.
    """
    # JSON is in ASCII, so that no character is left out on its way through an attribute
    return f'<div data-order="{attribute(json.dumps({"number": number, **wanted}))}"></div>'


def handed(number: int, file: File) -> str:
    """Return a file for the browser to save: it is in the page itself, so nothing of it lies on the server."""
    content = base64.b64encode(file.content).decode("ascii")
    return (
        f'<div data-number="{number}" data-name="{attribute(file.name)}" data-type="{attribute(file.media_type)}" '
        f'data-content="{content}"></div>'
    )


def told(number: int, words: str) -> str:
    """Return words to be said once to those who hear the page, and shown for a while to those who see it."""
    return f'<div data-number="{number}" data-told="{attribute(words)}"></div>'
