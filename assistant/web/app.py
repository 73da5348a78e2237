"""The page: a tab for each thing people come for, and beside them the reader, in which every quote has its place."""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.web import html, panel
from assistant.web.ask import Asker
from assistant.web.examples import examples
from assistant.web.parts import QUIET, choices, html_part
from assistant.web.session import LOOK_SECONDS, Loading, Ready, Session
from assistant.web.tab_ask import AskTab
from corpus.pinpoint import Style

TITLE = "Treaty assistant"
RENEW_SECONDS = 5.0
"""How often a page that is open asks whether the library has changed."""
STYLES = {Style.OSCOLA: "OSCOLA", Style.BLUEBOOK: "Bluebook", Style.PLAIN: "Plain words"}


class Page:
    """What stands around the tabs: whether questions can be answered, and from which documents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def look(self, known: str) -> tuple[Any, ...]:
        """Return status, examples, document filter, timer and what is known of the state, if that has changed."""
        state = self._session.state
        now = f"{type(state).__name__} {state.opened} {state.trouble}" if isinstance(state, Ready) else "-"
        if now == known:
            return (gr.skip(),) * 5
        documents = state.answers.documents() if isinstance(state, Ready) else ()
        return (
            html.status(state),
            # a conversation that has begun has no examples; a library that has changed offers none anew
            gr.skip() if known.startswith(Ready.__name__) else html.welcome(examples(documents)),
            gr.Dropdown(choices=choices(documents), interactive=isinstance(state, Ready)),
            gr.Timer(LOOK_SECONDS if isinstance(state, Loading) else RENEW_SECONDS),
            now,
        )


def build(session: Session, asker: Asker) -> gr.Blocks:
    """Return the page over a session."""
    page = Page(session)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        timer, known = gr.Timer(LOOK_SECONDS), gr.State("")
        with gr.Row(elem_id="room"):
            with gr.Column(scale=6, elem_id="talk"):
                with gr.Row(elem_id="top"):
                    html_part(html.INTRO, "masthead")
                    style = _style_choice(session.style)
                status = html_part(html.status(session.state), "status")
                with gr.Tabs(elem_id="tabs"), gr.Tab("Ask", id="ask", elem_id="tab-ask"):
                    asking = AskTab(session, asker)
            with gr.Column(scale=5, elem_id="document"):
                reader, drawn, opened = panel.place(session, style)
        asking.wire(reader, drawn, opened, style)
        looked = [status, asking.offered, asking.chosen, timer, known]
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
