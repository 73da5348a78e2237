"""The tab for asking: its parts, and which callback draws which of them.

Answers are shown by ``gr.HTML`` with HTML of our own making, never as Markdown: a Markdown widget would read the
document's text as markup and then have to clean it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.web.ask.asker import MAX_QUESTION, Asker
from assistant.web.ask.asking import Asking, Desk
from assistant.web.ask.html_bar import bar
from assistant.web.ask.html_conversation import conversation
from assistant.web.ask.kept import LARGEST, MOST_KEPT
from assistant.web.parts import QUIET, html_part

if TYPE_CHECKING:
    from assistant.web.ask.examples import Examples
    from assistant.web.reader.panel import Panel
    from assistant.web.session import Session

AT_ONCE = 16
"""Questions drawn at a time. Fewer are at work; that the others wait is said by us and not by Gradio's queue."""


def _script(name: str) -> str:
    text = (Path(__file__).parents[1] / "scripts" / f"{name}.js").read_text(encoding="utf-8")
    return text.replace("MOST_KEPT", str(MOST_KEPT)).replace("LARGEST_KEPT", str(LARGEST))


class AskTab:
    """The tab's components, and their wiring once the reader is there too.

    Args:
        session: Where the documents are.
        asker: Answers.
        examples: Questions to offer.
    """

    def __init__(self, session: Session, asker: Asker, examples: Examples) -> None:
        self._session, self._asker, self._examples = session, asker, examples
        self._bar = html_part(bar((), "", answered=False), "bar", _script("bar"))
        self.offered = html_part("", "examples", _script("examples"))
        self._conversation = html_part(conversation(()), "conversation", _script("conversation"))
        self._question = _question_box()
        with gr.Row(elem_id="filter-row"):
            self.chosen = _filter("Only in", "filter", scale=3)
            self.kinds = _filter("Only kinds", "kinds", scale=2)
        self._kept = html_part("", "kept", _script("kept"))
        self._handed = html_part("", "handed", _script("handed"))

    def wire(self, panel: Panel, drawn: gr.HTML, opened: gr.State, style: gr.Dropdown) -> None:
        """Register the callbacks."""
        asking = Asking(self._session, self._asker, panel, self._examples)
        desk = gr.State(Desk())
        page = [self._question, desk, self._conversation, self._bar, self._kept, drawn, opened]
        self._wire_asking(asking, desk, page, style)
        self._wire_conversations(asking, desk, page, style)
        talk = self._conversation
        talk.show(asking.show, [desk, style], [drawn, opened], trigger_mode="always_last", **QUIET)
        drawn.step(asking.show, [desk, style], [drawn, opened], trigger_mode="always_last", **QUIET)
        talk.judge(asking.judge, [desk, style], [desk, talk, self._kept, self._handed], **QUIET)
        talk.remark(asking.remark, desk, self._handed, **QUIET)
        self._bar.take(asking.take, [desk, style], self._handed, trigger_mode="once", **QUIET)
        style.change(asking.restyle, [desk, style], talk, **QUIET)

    def _wire_asking(self, asking: Asking, desk: gr.State, page: list[Any], style: gr.Dropdown) -> None:
        """Register what asks: typed, from an example, edited, once more, of one document; and what stops it."""
        work: dict[str, Any] = {**QUIET, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}
        work["trigger_mode"] = "once"
        asks = [desk, self.chosen, self.kinds, style]
        talk = self._conversation
        self._question.submit(asking.ask, [self._question, *asks], page, **work)
        self.offered.example(asking.ask_example, asks, page, **work)
        talk.reask(asking.reask, asks, page, **work)
        talk.again(asking.again, asks, page, **work)
        talk.choice(asking.choose, [desk, style], page, **work)
        talk.stop(asking.stop, None, None, concurrency_limit=None, **QUIET)

    def _wire_conversations(
        self, asking: Asking, desk: gr.State, page: list[Any], style: gr.Dropdown
    ) -> None:
        """Register what brings, begins and deletes conversations."""
        calls: dict[str, Any] = {**QUIET, "concurrency_limit": None}
        self._kept.bring(asking.bring, style, page, trigger_mode="always_last", **calls)
        self._kept.listed(asking.listed, desk, [desk, self._bar], trigger_mode="always_last", **calls)
        self._bar.fresh(asking.fresh, [desk, style], page, **calls)
        self._bar.drop(asking.drop, [desk, style], page, **calls)
        self._bar.clear(asking.clear, style, page, **calls)


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Your question",
        placeholder="Ask in your own words, or name a provision. Enter sends.",
        lines=1,
        max_lines=6,
        max_length=MAX_QUESTION,
        submit_btn="Ask",
        elem_id="question",
        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
    )


def _filter(label: str, name: str, *, scale: int) -> gr.Dropdown:
    """Return a choice of several; with none of them chosen, nothing is left out."""
    return gr.Dropdown(
        choices=[],
        value=[],
        multiselect=True,
        label=label,
        interactive=False,
        elem_id=name,
        elem_classes="narrowing",
        scale=scale,
        min_width=120,
    )
