"""The page: where its parts stand and which callback fills them. Callbacks ask and draw, nothing else.

Answers and documents are shown by ``gr.HTML`` with HTML of our own making, never as Markdown: a Markdown
widget would read the document's text as markup and then have to clean it.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.models import Quote
from assistant.quotes import verify
from assistant.web import html
from assistant.web.ask import CONCURRENT, MAX_QUESTION, Asker, Turns, quote_at, shown_quotes
from assistant.web.examples import examples
from assistant.web.reader import extract
from assistant.web.session import Answers, Loading, Ready, Session
from corpus.errors import TreatyError
from corpus.models import Document

TITLE = "Treaty assistant"
LOOK_SECONDS = 1.0
"""How often a page that was opened early asks whether the models are there."""

# One listener for every button in the conversation; numbers only, the words stay with the server.
CONVERSATION_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.show');
  if (button) trigger('show', {turn: Number(button.dataset.turn), quote: Number(button.dataset.quote)});
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

PANEL_JS = """
element.addEventListener('click', (event) => {
  const more = event.target.closest('button.more');
  if (!more) return;
  const numbers = ['turn', 'quote', 'earlier', 'later'].map((name) => [name, Number(more.dataset[name])]);
  trigger('more', Object.fromEntries(numbers));
});
watch('value', () => {
  const reader = element.querySelector('.reader');
  const page = element.querySelector('.page');
  const mark = element.querySelector('mark');
  if (!page || !mark || element.dataset.shown === reader.dataset.shown) return;
  element.dataset.shown = reader.dataset.shown;
  const within = mark.getBoundingClientRect().top - page.getBoundingClientRect().top;
  page.scrollTop += within - page.clientHeight / 4;
  if (reader.dataset.called !== '1') return;
  reader.querySelector('header').focus({preventScroll: true});
  const top = reader.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight / 2) window.scrollBy(0, top - 8);
});
"""


class Page:
    """What the callbacks of the page need: the session, the asker, and a count of panels drawn."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._session, self._asker = session, asker
        self._shown = itertools.count(1)

    def look(self) -> tuple[Any, ...]:
        """Return status, examples, document filter and timer as they should stand now."""
        state = self._session.state
        ready = isinstance(state, Ready)
        documents = state.answers.documents() if isinstance(state, Ready) else ()
        return (
            html.status(state),
            html.welcome(examples(documents)),
            gr.Dropdown(choices=_choices(documents), interactive=ready),
            gr.Timer(active=isinstance(state, Loading)),
        )

    def ask(self, question: str, turns: Turns, document_ids: list[str] | None) -> Iterator[tuple[Any, ...]]:
        """Yield question box, turns, conversation, examples and panel as the answer comes about."""
        for now in self._asker.ask(question, turns, document_ids or ()):
            asked = len(now) > len(turns)
            examples_now = "" if asked else gr.skip()
            yield "", now, html.conversation(now), examples_now, self._first(now) if asked else gr.skip()

    def ask_example(
        self, turns: Turns, document_ids: list[str] | None, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the example questions, by its number."""
        answers = self._answers()
        offered = examples(answers.documents()) if answers else ()
        number = event.number
        question = offered[number] if isinstance(number, int) and 0 <= number < len(offered) else ""
        yield from self.ask(question, turns, document_ids)

    def show(self, turns: Turns, event: gr.EventData) -> Any:
        """Draw the panel for a quote the reader chose."""
        quote = quote_at(turns, event.turn, event.quote)
        return gr.skip() if quote is None else self._panel(quote, event.turn, event.quote, called=True)

    def more(self, turns: Turns, event: gr.EventData) -> Any:
        """Draw the panel again with more text around the quote."""
        quote = quote_at(turns, event.turn, event.quote)
        steps = [n if isinstance(n, int) else 0 for n in (event.earlier, event.later)]
        if quote is None:
            return gr.skip()
        return self._panel(quote, event.turn, event.quote, earlier=steps[0], later=steps[1], called=False)

    def clear(self) -> tuple[Any, ...]:
        """Return question box, turns, conversation, examples and panel for a new conversation."""
        answers = self._answers()
        offered = examples(answers.documents()) if answers else ()
        return "", (), html.conversation(()), html.welcome(offered), html.PANEL_EMPTY

    def _answers(self) -> Answers | None:
        state = self._session.state
        return state.answers if isinstance(state, Ready) else None

    def _first(self, turns: Turns) -> Any:
        """Draw the panel for the first quote of the last turn, once there is one."""
        quotes = shown_quotes(turns[-1].answer)
        return self._panel(quotes[0], len(turns) - 1, 0, called=False) if quotes else gr.skip()

    def _panel(
        self, quote: Quote, turn: int, number: int, *, earlier: int = 0, later: int = 0, called: bool
    ) -> Any:
        answers = self._answers()
        if answers is None:
            return gr.skip()
        try:
            document, root = answers.document(quote.document_id), answers.provisions(quote.document_id)
            verify(quote, document)
        except TreatyError as error:
            # The library can change while a page is open: no words are marked that are not the quote's.
            return html.panel_trouble(str(error))
        found = extract(quote, document, root, earlier=earlier, later=later)
        return html.reading(found, turn=turn, quote=number, shown=next(self._shown), called=called)


def build(session: Session, asker: Asker) -> gr.Blocks:
    """Return the page over a session."""
    page = Page(session, asker)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        turns = gr.State(())
        timer = gr.Timer(LOOK_SECONDS)
        with gr.Row(elem_id="room"):
            with gr.Column(scale=6, elem_id="talk"):
                _html(html.INTRO, "masthead")
                status = _html(html.status(session.state), "status")
                offered = _html("", "examples", EXAMPLES_JS)
                conversation = _html(html.conversation(()), "conversation", CONVERSATION_JS)
                question = _question_box()
                with gr.Row(elem_id="filter-row"):
                    chosen = _document_filter()
                    clear = gr.Button("New conversation", scale=0, min_width=160, elem_id="clear")
            with gr.Column(scale=5, elem_id="document"):
                panel = _html(html.PANEL_EMPTY, "panel", PANEL_JS)
        drawn = [question, turns, conversation, offered, panel]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        work: dict[str, Any] = {**quiet, "concurrency_limit": CONCURRENT, "concurrency_id": "ask"}
        asked = question.submit(page.ask, [question, turns, chosen], drawn, trigger_mode="once", **work)
        tried = offered.example(page.ask_example, [turns, chosen], drawn, trigger_mode="once", **work)
        conversation.show(page.show, [turns], panel, trigger_mode="always_last", **quiet)
        panel.more(page.more, [turns], panel, trigger_mode="once", **quiet)
        clear.click(page.clear, None, drawn, cancels=[asked, tried], **quiet)
        looked = [status, offered, chosen, timer]
        blocks.load(page.look, None, looked, **quiet)
        timer.tick(page.look, None, looked, **quiet)
    blocks.queue(api_open=False, default_concurrency_limit=4)
    return blocks


def _html(value: str, name: str, js: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=js, apply_default_css=False, padding=False)


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


def _choices(documents: tuple[Document, ...]) -> list[tuple[str, str | int | float]]:
    """Return titles and ids for the filter; documents of one title are told apart by their ids."""
    titles = [document.title for document in documents]
    return [
        (html.label(d.title if titles.count(d.title) == 1 else f"{d.title} ({d.id})"), d.id)
        for d in documents
    ]
