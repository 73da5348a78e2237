"""What the tabs of the page are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.web import html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How a callback of the page is registered: no spinner of Gradio's, no endpoint for programs."""


def html_part(value: str, name: str, js: str | None = None) -> gr.HTML:
    """Return a component of HTML that is ours.

    Args:
        value: HTML of our own making.
        name: Its id in the page.
        js: Run once when it is there; ``element``, ``trigger`` and ``watch`` are Gradio's.
    """
    return gr.HTML(value, elem_id=name, js_on_load=js, apply_default_css=False, padding=False)


def choices(documents: Sequence[Document]) -> list[tuple[str, str | int | float]]:
    """Return titles and ids for a choice of documents; those of one title are told apart by their ids."""
    titles = [document.title for document in documents]
    return [
        (html.label(d.title if titles.count(d.title) == 1 else f"{d.title} ({d.id})"), d.id)
        for d in documents
    ]


def kinds(documents: Sequence[Document]) -> list[tuple[str, str | int | float]]:
    """Return names and values of the kinds of text that these documents are of, in the order lawyers rank them."""
    held = {document.kind for document in documents}
    return [(html.KINDS[kind], kind.value) for kind in html.KINDS if kind in held]
