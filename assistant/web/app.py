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
from assistant.web.contents import contents, shelf
from assistant.web.examples import examples
from assistant.web.reader import Opened, extract, quote_of
from assistant.web.session import Answers, Failed, Loading, Ready, Session
from corpus.errors import TreatyError
from corpus.links import is_link, parts_of_link, resolve_link
from corpus.models import Document
from corpus.pinpoint import Style

TITLE = "Treaty assistant"
LOOK_SECONDS = 1.0
"""How often a page that was opened early asks whether the models are there."""
LONGEST_LINK = 2000
"""Characters of a link that are looked at; it comes from the address bar, where anything may stand."""
STYLES = {Style.OSCOLA: "OSCOLA", Style.BLUEBOOK: "Bluebook", Style.PLAIN: "Plain words"}
OPENING = "Loading the models… The document opens as soon as they are ready."
NO_SUCH_PLACE = "This link leads nowhere: {}."
NO_SUCH_DOCUMENT = "This link leads to a document that is not in this library: {}."

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

# The address names what the panel shows, so it can be kept and shared. Links are the browser's own: they work by
# keyboard, in a new tab and with the back button; what follows # reaches the server only through these events.
PANEL_JS = """
const PREFIX = '#/documents/';
const follow = () => trigger('follow', {link: location.hash.startsWith(PREFIX) ? location.hash : ''});
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="' + PREFIX + '"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.getAttribute('href') === location.hash) { event.preventDefault(); follow(); }
});
window.addEventListener('hashchange', () => { if (location.hash.startsWith(PREFIX)) follow(); });
element.addEventListener('click', (event) => {
  const more = event.target.closest('button.more');
  if (!more) return;
  trigger('more', Object.fromEntries(['earlier', 'later'].map((name) => [name, Number(more.dataset[name])])));
});
element.addEventListener('toggle', (event) => {
  const list = event.target.matches('details.contents[open]') && event.target.querySelector('nav');
  const here = list && list.querySelector('[aria-current]');
  if (!here) return;
  list.scrollTop += here.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
}, true);
watch('value', () => {
  const reader = element.querySelector('.reader');
  const link = reader.dataset.link;
  if (link !== undefined && (link || location.hash.startsWith(PREFIX))) {
    history.replaceState(history.state, '', link || location.pathname + location.search);
  }
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
follow();
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

    def ask(
        self, question: str, turns: Turns, document_ids: list[str] | None, style: str
    ) -> Iterator[tuple[Any, ...]]:
        """Yield question box, turns, conversation, examples, panel and what it shows as the answer comes about."""
        for now in self._asker.ask(question, turns, document_ids or ()):
            asked = len(now) > len(turns)
            examples_now = "" if asked else gr.skip()
            drawn = self._first(now, style) if asked else _unchanged()
            yield "", now, html.conversation(now, Style(style)), examples_now, *drawn

    def ask_example(
        self, turns: Turns, document_ids: list[str] | None, style: str, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the example questions, by its number."""
        answers = self._answers()
        offered = examples(answers.documents()) if answers else ()
        number = event.number
        question = offered[number] if isinstance(number, int) and 0 <= number < len(offered) else ""
        yield from self.ask(question, turns, document_ids, style)

    def show(self, turns: Turns, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the panel for a quote the reader chose."""
        quote = quote_at(turns, event.turn, event.quote)
        return _unchanged() if quote is None else self._panel(self._opened(quote), style, called=True)

    def follow(self, style: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Draw the panel for a link in the page's address, once the library is there; without one, what it holds."""
        link = str(event.link)[:LONGEST_LINK]
        state = self._session.state
        while isinstance(state, Loading):
            yield (html.panel_waiting(OPENING), None) if is_link(link) else _unchanged()
            state = self._session.wait(LOOK_SECONDS)
        if isinstance(state, Failed):
            yield (html.panel_trouble(state.message), None) if is_link(link) else _unchanged()
        elif is_link(link):
            yield self._linked(link, style, state.answers)
        else:
            yield html.panel_empty(shelf(state.answers.documents())), None

    def more(self, opened: Opened | None, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the panel again with more text around what it shows."""
        if opened is None:
            return _unchanged()
        earlier, later = (n if isinstance(n, int) else 0 for n in (event.earlier, event.later))
        return self._panel(Opened(opened.quote, next(self._shown), earlier, later), style, called=False)

    def restyle(self, turns: Turns, opened: Opened | None, style: str) -> tuple[Any, ...]:
        """Return conversation and panel with their citations in another style."""
        panel = gr.skip() if opened is None else self._panel(opened, style, called=False)[0]
        return html.conversation(turns, Style(style)), panel

    def clear(self) -> tuple[Any, ...]:
        """Return question box, turns, conversation, examples, panel and what it shows for a new conversation."""
        answers = self._answers()
        documents = answers.documents() if answers else ()
        offered = html.welcome(examples(documents))
        return "", (), html.conversation(()), offered, html.panel_empty(shelf(documents)), None

    def _answers(self) -> Answers | None:
        state = self._session.state
        return state.answers if isinstance(state, Ready) else None

    def _opened(self, quote: Quote) -> Opened:
        return Opened(quote, next(self._shown))

    def _first(self, turns: Turns, style: str) -> tuple[Any, ...]:
        """Draw the panel for the first quote of the last turn, once there is one."""
        quotes = shown_quotes(turns[-1].answer)
        return self._panel(self._opened(quotes[0]), style, called=False) if quotes else _unchanged()

    def _linked(self, link: str, style: str, answers: Answers) -> tuple[Any, ...]:
        """Draw the panel for a link; where it leads nowhere, what there is instead."""
        offered = shelf(answers.documents())
        try:
            document_id, steps = parts_of_link(link)
        except TreatyError as error:
            return html.panel_trouble(NO_SUCH_PLACE.format(error), offered), None
        try:
            document, root = answers.document(document_id), answers.provisions(document_id)
        except TreatyError:
            return html.panel_trouble(NO_SUCH_DOCUMENT.format(document_id), offered), None
        try:
            node = resolve_link(link, root)
        except TreatyError as error:
            return html.panel_trouble(NO_SUCH_PLACE.format(error), contents(root, open_now=True)), None
        return self._panel(self._opened(quote_of(document, root, node)), style, called=True, unfold=not steps)

    def _panel(self, opened: Opened, style: str, *, called: bool, unfold: bool = False) -> tuple[Any, ...]:
        answers, quote = self._answers(), opened.quote
        if answers is None:
            return _unchanged()
        try:
            document, root = answers.document(quote.document_id), answers.provisions(quote.document_id)
            verify(quote, document)
        except TreatyError as error:
            # The library can change while a page is open: no words are marked that are not the quote's.
            return html.panel_trouble(str(error)), None
        found = extract(quote, document, root, earlier=opened.earlier, later=opened.later)
        listed = contents(root, quote.segments[0].start, open_now=unfold)
        drawn = html.reading(found, Style(style), contents=listed, shown=opened.shown, called=called)
        return drawn, opened


def _unchanged() -> tuple[Any, ...]:
    """Leave the panel and what it shows as they are."""
    return gr.skip(), gr.skip()


def build(session: Session, asker: Asker) -> gr.Blocks:
    """Return the page over a session."""
    page = Page(session, asker)
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        turns, opened = gr.State(()), gr.State(None)
        timer = gr.Timer(LOOK_SECONDS)
        with gr.Row(elem_id="room"):
            with gr.Column(scale=6, elem_id="talk"):
                _html(html.INTRO, "masthead")
                status = _html(html.status(session.state), "status")
                offered = _html("", "examples", EXAMPLES_JS)
                conversation = _html(html.conversation(()), "conversation", CONVERSATION_JS)
                question = _question_box()
                with gr.Row(elem_id="filter-row"):
                    chosen, style = _document_filter(), _style_choice(session.style)
                    clear = gr.Button("New conversation", scale=0, min_width=160, elem_id="clear")
            with gr.Column(scale=5, elem_id="document"):
                panel = _html(html.panel_empty(), "panel", PANEL_JS)
        drawn = [question, turns, conversation, offered, panel, opened]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        work: dict[str, Any] = {**quiet, "concurrency_limit": CONCURRENT, "concurrency_id": "ask"}
        asks = [turns, chosen, style]
        asked = question.submit(page.ask, [question, *asks], drawn, trigger_mode="once", **work)
        tried = offered.example(page.ask_example, asks, drawn, trigger_mode="once", **work)
        reads = [panel, opened]
        conversation.show(page.show, [turns, style], reads, trigger_mode="always_last", **quiet)
        panel.follow(page.follow, style, reads, trigger_mode="always_last", concurrency_limit=None, **quiet)
        panel.more(page.more, [opened, style], reads, trigger_mode="once", **quiet)
        style.change(page.restyle, [turns, opened, style], [conversation, panel], **quiet)
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


def _choices(documents: tuple[Document, ...]) -> list[tuple[str, str | int | float]]:
    """Return titles and ids for the filter; documents of one title are told apart by their ids."""
    titles = [document.title for document in documents]
    return [
        (html.label(d.title if titles.count(d.title) == 1 else f"{d.title} ({d.id})"), d.id)
        for d in documents
    ]
