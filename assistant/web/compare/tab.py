"""The tab for comparing: a choice of instruments, a topic, and the table that comes of them."""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from assistant.compare import Compared
from assistant.render_compare import compared_csv
from assistant.takeaway import File, Form, Taken, take_away
from assistant.web import saving
from assistant.web.ask.asker import CONCURRENT, MAX_QUESTION, Asker
from assistant.web.compare import html_compare
from assistant.web.compare.comparing import Comparer, Course
from assistant.web.parts import QUIET, choices, html_part
from assistant.web.session import Ready, Session
from corpus.name_book import NAMED_KINDS
from corpus.pinpoint import Style

TOPICS = ("Withdrawal", "Entry into force", "Settlement of disputes")
"""Topics that treaties of every subject have provisions on."""
_CSV = "csv"

_JS = f"""
element.addEventListener('click', (event) => {{
  const button = event.target.closest('button.example');
  if (button) trigger('example', {{number: Number(button.dataset.example)}});
}});
{saving.LISTEN_JS}
"""


class Comparing:
    """What the callbacks of the tab need: the session, and what compares."""

    def __init__(self, session: Session, comparer: Comparer) -> None:
        self._session, self._comparer = session, comparer
        self._stops: dict[str, threading.Event] = {}

    def compare(
        self, topic: str, document_ids: list[str] | None, style: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Yield table, what was compared, and the stop button as the comparison goes."""
        visitor, stop = str(request.session_hash), threading.Event()
        self._stops[visitor] = stop
        try:
            for now in self._comparer.compare(topic, document_ids or (), stop):
                drawn = html_compare.course(now, Style(style))
                yield drawn, now.compared, gr.Button(visible=bool(now.progress))
        finally:
            stop.set()  # also where the visitor has gone
            if self._stops.get(visitor) is stop:
                del self._stops[visitor]

    def example(
        self, document_ids: list[str] | None, style: str, request: gr.Request, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Compare one of the topics offered, by its number: the topic's box too."""
        number = event.number
        topic = TOPICS[number] if isinstance(number, int) and 0 <= number < len(TOPICS) else ""
        for drawn in self.compare(topic, document_ids, style, request):
            yield topic, *drawn

    def stop(self, request: gr.Request) -> None:
        """End this visitor's comparison before its next document."""
        if (event := self._stops.get(str(request.session_hash))) is not None:
            event.set()

    def restyle(self, compared: Compared | None, style: str) -> Any:
        """Return the table with its citations in another style."""
        return gr.skip() if compared is None else html_compare.course(Course(compared), Style(style))

    def save(self, compared: Compared | None, style: str, event: gr.EventData) -> Any:
        """Hand over the table in the form asked for."""
        if compared is None or event.form not in html_compare.FORMS:
            return gr.skip()
        made = taken(compared, event.form, Style(style))
        return saving.handed(made.name, made.media_type, made.content)

    def look(self) -> tuple[Any, Any]:
        """Return the choice of instruments, and topics to try if there are treaties."""
        state = self._session.state
        if not isinstance(state, Ready):
            return gr.Dropdown(choices=[], interactive=False), html_compare.empty(())
        documents = sorted(state.answers.documents(), key=lambda d: not d.kind.is_instrument)
        offered = TOPICS if any(d.kind in NAMED_KINDS for d in documents) else ()
        return gr.Dropdown(choices=choices(documents), interactive=True), html_compare.empty(offered)


def taken(compared: Compared, form: str, style: Style) -> File:
    """Return a comparison as a file.

    Args:
        compared: The table.
        form: One of ``html_compare.FORMS``.
        style: How citations are written.
    """
    texts = {row.document.id: row.document.text for row in compared.rows}
    made = Taken(compared.question, (compared,), datetime.now(UTC), texts)
    if form != _CSV:
        return take_away(made, Form(form), style)
    name = made.name(Form.MARKDOWN).removesuffix(Form.MARKDOWN.suffix) + f".{_CSV}"
    # A mark at the beginning tells spreadsheets that it is UTF-8.
    return File(name, "text/csv; charset=utf-8", compared_csv(compared, style).encode("utf-8-sig", "replace"))


class CompareTab:
    """The tab's components, and their wiring once what stands around them is there too."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._comparing = Comparing(session, Comparer(session, asker.submit))
        self._chosen = _instruments()
        self._topic = _topic_box()
        self._stop = gr.Button("Stop", visible=False, elem_id="compare-stop", scale=0, min_width=120)
        self._table = html_part(html_compare.empty(()), "compare-table", _JS)
        self._saved = saving.place("compare-saved")

    def wire(self, style: gr.Dropdown, known: gr.State) -> None:
        """Register the callbacks.

        Args:
            style: The choice of how citations are written.
            known: What the page knows of the library; it changes when that does.
        """
        comparing, compared = self._comparing, gr.State(None)
        work: dict[str, Any] = {**QUIET, "concurrency_limit": CONCURRENT, "concurrency_id": "ask"}
        made = [self._table, compared, self._stop]
        asks = [self._chosen, style]
        self._topic.submit(comparing.compare, [self._topic, *asks], made, trigger_mode="once", **work)
        self._table.example(comparing.example, asks, [self._topic, *made], trigger_mode="once", **work)
        self._stop.click(comparing.stop, None, None, concurrency_limit=None, **QUIET)
        self._table.save(comparing.save, [compared, style], self._saved, **QUIET)
        style.change(comparing.restyle, [compared, style], self._table, **QUIET)
        known.change(self._looked, compared, [self._chosen, self._table], **QUIET)

    def _looked(self, compared: Compared | None) -> tuple[Any, Any]:
        """Renew the choice; a table that is there stays."""
        chosen, empty = self._comparing.look()
        return chosen, empty if compared is None else gr.skip()


def _instruments() -> gr.Dropdown:
    return gr.Dropdown(
        choices=[],
        value=[],
        multiselect=True,
        label="Instruments to compare (all treaties when none is chosen)",
        interactive=False,
        elem_id="compare-instruments",
    )


def _topic_box() -> gr.Textbox:
    return gr.Textbox(
        label="Topic or question",
        placeholder="Such as: withdrawal. Enter compares.",
        lines=1,
        max_lines=4,
        max_length=MAX_QUESTION,
        submit_btn="Compare",
        elem_id="compare-topic",
        html_attributes=gr.InputHTMLAttributes(enterkeyhint="go", autocomplete="off"),
    )
