"""The page: a tab for each thing people come for, and beside them the reader, in which every quote has its place."""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.web import html
from assistant.web.ask.asker import Asker
from assistant.web.ask.examples import Examples
from assistant.web.ask.html_conversation import welcome
from assistant.web.ask.tab import AskTab
from assistant.web.compare.tab import CompareTab
from assistant.web.evaluate.tab import EvaluateTab
from assistant.web.library.tab import LibraryTab
from assistant.web.parts import QUIET, choices, html_part, kinds
from assistant.web.reader import panel
from assistant.web.reader.pages import Pages
from assistant.web.session import LOOK_SECONDS, Loading, Ready, Session
from assistant.web.verify.tab import VerifyTab
from corpus.pinpoint import Style

TITLE = "Treaty assistant"
RENEW_SECONDS = 5.0
"""How often a page that is open asks whether the library has changed."""
STYLES = {Style.OSCOLA: "OSCOLA", Style.BLUEBOOK: "Bluebook", Style.PLAIN: "Plain words"}


class Page:
    """What stands around the tabs: whether questions can be answered, and from which documents."""

    def __init__(self, session: Session, examples: Examples) -> None:
        self._session, self._examples = session, examples

    def look(self, known: str) -> tuple[Any, ...]:
        """Return status, examples, both filters, timer and what is known of the state, if that has changed."""
        state = self._session.state
        now = f"{type(state).__name__} {state.opened} {state.trouble}" if isinstance(state, Ready) else "-"
        if now == known:
            return (gr.skip(),) * 6
        documents = state.answers.documents() if isinstance(state, Ready) else ()
        return (
            html.status(state),
            welcome(self._examples.offered(state) if isinstance(state, Ready) else ()),
            gr.Dropdown(choices=choices(documents), interactive=isinstance(state, Ready)),
            gr.Dropdown(choices=kinds(documents), interactive=isinstance(state, Ready)),
            gr.Timer(LOOK_SECONDS if isinstance(state, Loading) else RENEW_SECONDS),
            now,
        )


def build(session: Session, asker: Asker, pages: Pages | None = None, *, manage: bool = True) -> gr.Blocks:
    """Return the page over a session; ``manage`` says whether visitors may change library and index."""
    examples = Examples()
    page = Page(session, examples)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        timer, known = gr.Timer(LOOK_SECONDS), gr.State("")
        with gr.Row(elem_id="room"):
            with gr.Column(scale=6, elem_id="talk"):
                html_part(html.INTRO, "masthead")
                with gr.Row(elem_id="top"):
                    status = html_part(html.status(session.state), "status")
                    style = _style_choice(session.style)
                with gr.Tabs(elem_id="tabs"):
                    with gr.Tab("Ask", id="ask", elem_id="tab-ask"):
                        asking = AskTab(session, asker, examples)
                    with gr.Tab("Compare", id="compare", elem_id="tab-compare"):
                        CompareTab(session, asker).wire(style, known)
                    with gr.Tab("Verify", id="verify", elem_id="tab-verify"):
                        VerifyTab(session, asker).wire(style, known)
                    if session.settings is not None:
                        with gr.Tab("Library", id="library", elem_id="tab-library"):
                            LibraryTab(session, session.settings, manage=manage).wire(blocks, known)
                        with gr.Tab("Evaluate", id="evaluate", elem_id="tab-evaluate"):
                            EvaluateTab(session, asker, session.settings).wire(blocks, known)
            with gr.Column(scale=5, elem_id="document"):
                reader, drawn, opened = panel.place(session, style, pages)
        asking.wire(reader, drawn, opened, style)
        looked = [status, asking.offered, asking.chosen, asking.kinds, timer, known]
        blocks.load(page.look, known, looked, **QUIET)
        timer.tick(page.look, known, looked, **QUIET)
    blocks.queue(api_open=False, default_concurrency_limit=4)
    return blocks


def _style_choice(style: Style) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(name, one.value) for one, name in STYLES.items()],
        value=style.value,
        label="Citations",
        filterable=False,
        elem_id="style",
        scale=0,
        min_width=150,
    )
