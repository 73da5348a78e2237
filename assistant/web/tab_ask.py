"""The tab for asking: the conversation, and the callbacks that carry it on. They ask and draw, nothing else.

Answers are shown by ``gr.HTML`` with HTML of our own making, never as Markdown: a Markdown widget would read the
document's text as markup and then have to clean it.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.web import html
from assistant.web.ask import CONCURRENT, MAX_QUESTION, Asker, Turns, quote_at, shown_quotes
from assistant.web.examples import examples
from assistant.web.panel import Panel, unchanged
from assistant.web.parts import QUIET, html_part
from assistant.web.session import Ready, Session
from corpus.pinpoint import Style

# One listener for every button in the conversation; numbers only, the words stay with the server.
CONVERSATION_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.show');
  if (button) trigger('show', {turn: Number(button.dataset.turn), quote: Number(button.dataset.quote)});
  const leads = event.target.closest('a.leads');
  if (!leads) return;
  event.preventDefault();
  const entry = document.getElementById(leads.getAttribute('href').slice(1));
  for (let box = entry; box; box = box.parentElement.closest('details')) box.open = true;
  entry.scrollIntoView({block: 'nearest'});
  entry.querySelector('summary').focus({preventScroll: true});
});
watch('value', () => {
  const last = element.querySelector('article.turn:last-of-type');
  const state = last ? last.dataset.turn + last.children[1].className : '';
  if (last && element.dataset.state !== state) {
    const box = element.closest('#conversation');
    const rolls = getComputedStyle(box).overflowY === 'auto';
    const top = last.getBoundingClientRect().top - 8;
    if (rolls) box.scrollTop += top - box.getBoundingClientRect().top;
    else window.scrollBy(0, top);
  }
  element.dataset.state = state;
});
"""

EXAMPLES_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.example');
  if (button) trigger('example', {number: Number(button.dataset.example)});
});
"""


class Asking:
    """What the callbacks of the tab need: the session, the asker and the reader."""

    def __init__(self, session: Session, asker: Asker, panel: Panel) -> None:
        self._session, self._asker, self._panel = session, asker, panel

    def ask(
        self, question: str, turns: Turns, document_ids: list[str] | None, style: str
    ) -> Iterator[tuple[Any, ...]]:
        """Yield question box, turns, conversation, examples, panel and what it shows as the answer comes about."""
        for now in self._asker.ask(question, turns, document_ids or ()):
            asked = len(now) > len(turns)
            examples_now = "" if asked else gr.skip()
            drawn = self._first(now, style) if asked else unchanged()
            yield "", now, html.conversation(now, Style(style)), examples_now, *drawn

    def ask_example(
        self, turns: Turns, document_ids: list[str] | None, style: str, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the example questions, by its number."""
        offered, number = self.examples(), event.number
        question = offered[number] if isinstance(number, int) and 0 <= number < len(offered) else ""
        yield from self.ask(question, turns, document_ids, style)

    def show(self, turns: Turns, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the reader for a quote that was chosen."""
        quote = quote_at(turns, event.turn, event.quote)
        return unchanged() if quote is None else self._panel.quote(quote, style, called=True)

    def restyle(self, turns: Turns, style: str) -> str:
        """Return the conversation with its citations in another style."""
        return html.conversation(turns, Style(style))

    def clear(self) -> tuple[Any, ...]:
        """Return question box, turns, conversation, examples, panel and what it shows for a new conversation."""
        return "", (), html.conversation(()), html.welcome(self.examples()), *self._panel.empty()

    def examples(self) -> tuple[str, ...]:
        """Return the questions that the library can take."""
        state = self._session.state
        return examples(state.answers.documents()) if isinstance(state, Ready) else ()

    def _first(self, turns: Turns, style: str) -> tuple[Any, ...]:
        """Draw the reader for the first quote of the last turn, once there is one."""
        quotes = shown_quotes(turns[-1].answer)
        return self._panel.quote(quotes[0], style, called=False) if quotes else unchanged()


class AskTab:
    """The tab's components, and their wiring once the reader is there too."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._session, self._asker = session, asker
        self.offered = html_part("", "examples", EXAMPLES_JS)
        self._conversation = html_part(html.conversation(()), "conversation", CONVERSATION_JS)
        self._question = _question_box()
        with gr.Row(elem_id="filter-row"):
            self.chosen = _document_filter()
            self._clear = gr.Button("New conversation", scale=0, min_width=160, elem_id="clear")

    def wire(self, panel: Panel, drawn: gr.HTML, opened: gr.State, style: gr.Dropdown) -> None:
        """Register the callbacks."""
        asking, turns = Asking(self._session, self._asker, panel), gr.State(())
        drawn_now = [self._question, turns, self._conversation, self.offered, drawn, opened]
        work: dict[str, Any] = {**QUIET, "concurrency_limit": CONCURRENT, "concurrency_id": "ask"}
        asks = [turns, self.chosen, style]
        asked = self._question.submit(
            asking.ask, [self._question, *asks], drawn_now, trigger_mode="once", **work
        )
        tried = self.offered.example(asking.ask_example, asks, drawn_now, trigger_mode="once", **work)
        self._conversation.show(
            asking.show, [turns, style], [drawn, opened], trigger_mode="always_last", **QUIET
        )
        style.change(asking.restyle, [turns, style], self._conversation, **QUIET)
        self._clear.click(asking.clear, None, drawn_now, cancels=[asked, tried], **QUIET)


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


def _document_filter() -> gr.Dropdown:
    return gr.Dropdown(
        choices=[],
        value=[],
        multiselect=True,
        label="Search only in (all documents when empty)",
        interactive=False,
        elem_id="filter",
        scale=1,
    )
