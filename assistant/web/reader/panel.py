"""The reader beside every tab: which callback draws it. Whatever wants a place shown there links to it.

Links are ``#/documents/…`` in the page's address; the quotes of the conversation also open by their button.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.models import Quote
from assistant.permalinks import exact_link
from assistant.quotes import verify
from assistant.versions import CHANGED, Meant, Older, notice_of
from assistant.web.ask.turns import Turns
from assistant.web.parts import QUIET, html_part
from assistant.web.reader import html_reader as html
from assistant.web.reader.contents import contents, shelf
from assistant.web.reader.extract import Opened, extract, linked_words, quote_of
from assistant.web.reader.inline import inline_links
from assistant.web.reader.pages import Pages
from assistant.web.reader.steps import place_of
from assistant.web.session import LOOK_SECONDS, Answers, Failed, Loading, Ready, Session
from corpus.errors import TreatyError
from corpus.links import is_link, link_of, parts_of_link, resolve_link, words_of_link
from corpus.models import Document, Provision
from corpus.pinpoint import Style

LONGEST_LINK = 2000
"""Characters of a link that are looked at; it comes from the address bar, where anything may stand."""
OPENING = "Loading the models… The document opens as soon as they are ready."
NO_SUCH_PLACE = "This link leads nowhere: {}."
NO_SUCH_DOCUMENT = "This link leads to a document that is not in this library: {}."

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
  const step = event.target.closest('button.step');
  if (step) {
    element.dataset.step = step.value;
    trigger('step', {turn: Number(step.dataset.turn), quote: Number(step.dataset.quote)});
  }
  const more = event.target.closest('button.more');
  if (!more) return;
  trigger('more', Object.fromEntries(['earlier', 'later'].map((name) => [name, Number(more.dataset[name])])));
});
const toSpot = (sheets) => {
  const spot = sheets.querySelector('.spot');
  if (!spot) return;
  const [at, box] = [spot.getBoundingClientRect(), sheets.getBoundingClientRect()];
  sheets.scrollTop += at.top - box.top - sheets.clientHeight / 4;
  const left = Math.min(...[...sheets.querySelectorAll('.spot')].map((one) => one.getBoundingClientRect().left));
  if (sheets.scrollWidth > sheets.clientWidth) sheets.scrollLeft += left - box.left - 16;
};
element.addEventListener('toggle', (event) => {
  if (event.target.matches('details.facsimile')) {
    element.dataset.facsimile = event.target.open ? '1' : '';
    if (event.target.open) toSpot(event.target.querySelector('.sheets'));
  }
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
  const facsimile = element.querySelector('details.facsimile');
  if (facsimile && element.dataset.facsimile) facsimile.open = true;
  const page = element.querySelector('.page');
  const mark = element.querySelector('mark');
  if (!page || !mark || element.dataset.shown === reader.dataset.shown) return;
  element.dataset.shown = reader.dataset.shown;
  const within = mark.getBoundingClientRect().top - page.getBoundingClientRect().top;
  page.scrollTop += within - page.clientHeight / 4;
  if (reader.dataset.called !== '1') return;
  const step = reader.querySelector(`button.step[value="${element.dataset.step}"]:enabled`);
  element.dataset.step = '';
  (step || reader.querySelector('header')).focus({preventScroll: true});
  const top = reader.getBoundingClientRect().top;
  if (top < 0 || top > window.innerHeight / 2) window.scrollBy(0, top - 8);
});
follow();
"""


class Panel:
    """Draws the reader.

    Args:
        session: Where the documents are.
        pages: Draws the pages of PDFs; without it none are shown.
    """

    def __init__(self, session: Session, pages: Pages | None = None) -> None:
        self._session, self._pages = session, pages
        self._shown = itertools.count(1)

    def quote(self, quote: Quote, style: str, *, called: bool, turns: Turns = ()) -> tuple[Any, ...]:
        """Return the panel for a quote, and what it shows.

        Args:
            quote: To be shown in its place.
            style: How it is cited.
            called: Whether the reader asked for it; the focus then moves to the panel.
            turns: The conversation it is of; the panel leads to the quotes before and after it.
        """
        link, place = exact_link(quote), place_of(quote, turns)
        return self._panel(Opened(quote, next(self._shown), link=link, place=place), style, called=called)

    def empty(self) -> tuple[Any, ...]:
        """Return the panel with the documents that can be opened."""
        state = self._session.state
        return html.panel_empty(shelf(state.answers.documents() if isinstance(state, Ready) else ())), None

    def follow(self, style: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Draw the panel for a link in the page's address, once the library is there; without one, what it holds."""
        link = str(event.link)[:LONGEST_LINK]
        state = self._session.state
        while isinstance(state, Loading):
            yield (html.panel_waiting(OPENING), None) if is_link(link) else unchanged()
            state = self._session.wait(LOOK_SECONDS)
        if isinstance(state, Failed):
            yield (html.panel_trouble(state.message), None) if is_link(link) else unchanged()
        elif is_link(link):
            yield self._linked(link, style, state.answers)
        else:
            yield self.empty()

    def more(self, opened: Opened | None, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the panel again with more text around what it shows."""
        if opened is None:
            return unchanged()
        earlier, later = (n if isinstance(n, int) else 0 for n in (event.earlier, event.later))
        again = replace(opened, shown=next(self._shown), earlier=earlier, later=later)
        return self._panel(again, style, called=False)

    def restyle(self, opened: Opened | None, style: str) -> Any:
        """Return the panel with its citation in another style."""
        return gr.skip() if opened is None else self._panel(opened, style, called=False)[0]

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
        found, older_root, meant = self._meant_in(link, document)
        root = older_root or root
        try:
            node = resolve_link(link, root)
        except TreatyError as error:
            return html.panel_trouble(NO_SUCH_PLACE.format(error), contents(root, open_now=True)), None
        opened = self._meant(link, found, root, node)
        if meant.older is None and meant.notice:
            opened = replace(opened, notice=meant.notice)
        return self._panel(opened, style, called=True, unfold=not steps)

    def _meant(self, link: str, document: Document, root: Provision, node: Provision) -> Opened:
        """Return what a link opens: the words it says, if they still stand there, or its provision."""
        words = words_of_link(link)
        exact = linked_words(document, node, words) if words is not None else None
        if exact is not None:
            return Opened(exact, next(self._shown), link=exact_link(exact))
        notice = CHANGED if words is not None else ""
        return Opened(quote_of(document, root, node), next(self._shown), notice=notice)

    def _meant_in(self, link: str, today: Document) -> tuple[Document, Provision | None, Meant]:
        """Return the version of a document that a link leads to, with its tree if it is not today's."""
        versions = self._session.versions
        meant = versions.meant(today, link) if versions is not None else Meant()
        if meant.older is None:
            return today, None, meant
        return meant.older.document, meant.older.root, meant

    def _of_quote(self, quote: Quote, answers: Answers) -> tuple[Document, Provision, Older | None]:
        """Return the version that a quote is of, with its tree; the third is None if it is today's.

        Raises:
            TreatyError: If that version is not kept, or there is no such document.
        """
        document, versions = answers.document(quote.document_id), self._session.versions
        if quote.sha256 == document.provenance.sha256 or versions is None:
            return document, answers.provisions(quote.document_id), None
        older = versions.as_of(document, quote.sha256)
        return older.document, older.root, older

    def _panel(self, opened: Opened, style: str, *, called: bool, unfold: bool = False) -> tuple[Any, ...]:
        state, quote = self._session.state, opened.quote
        if not isinstance(state, Ready):
            return unchanged()
        answers = state.answers
        try:
            document, root, older = self._of_quote(quote, answers)
            verify(quote, document)
        except TreatyError as error:
            # The library can change while a page is open: no words are marked that are not the quote's.
            return html.panel_trouble(str(error)), None
        if older is not None:
            today = answers.document(quote.document_id)
            opened = replace(
                opened,
                link=opened.link or exact_link(quote),
                notice=notice_of(older, today),
                today=link_of(today.id, quote.path),
            )
        found = extract(quote, document, root, earlier=opened.earlier, later=opened.later)
        drawn = html.reading(
            found,
            Style(style),
            opened,
            contents=contents(
                root, quote.segments[0].start, open_now=unfold, sha256=quote.sha256 if older else None
            ),
            called=called,
            inline=inline_links(found, answers, Style(style)),
            leaves=self._pages.leaves(document, quote.segments) if self._pages and older is None else (),
        )
        return drawn, opened


def unchanged() -> tuple[Any, ...]:
    """Leave the panel and what it shows as they are."""
    return gr.skip(), gr.skip()


def place(
    session: Session, style: gr.Dropdown, pages: Pages | None = None
) -> tuple[Panel, gr.HTML, gr.State]:
    """Put the reader where it is called, and return it, its component and what it shows."""
    panel, opened = Panel(session, pages), gr.State(None)
    drawn = html_part(html.panel_empty(), "panel", PANEL_JS)
    reads = [drawn, opened]
    drawn.follow(panel.follow, style, reads, trigger_mode="always_last", concurrency_limit=None, **QUIET)
    drawn.more(panel.more, [opened, style], reads, trigger_mode="once", **QUIET)
    style.change(panel.restyle, [opened, style], drawn, **QUIET)
    return panel, drawn, opened
