"""The tab for evaluating: choose cases, run them, look at a run, compare it with an earlier one.

The run belongs to the program and not to a visitor: everyone sees the one at work, and it goes on when a page is
closed. What a visitor looks at is their own.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.web.evaluate import html_evaluate as drawn
from assistant.web.evaluate.case_choice import Choice, Own, Wish, choice, own_cases, template
from assistant.web.evaluate.evaluating import Evaluator
from assistant.web.evaluate.html_difference import difference
from assistant.web.evaluate.kept_runs import FOLDER, KeptRuns
from assistant.web.evaluate.places import Places
from assistant.web.html import attribute, label
from assistant.web.parts import QUIET, html_part
from assistant.web.session import Ready, Session
from corpus.errors import TreatyError
from eval.cases import Split
from eval.compare import compare
from eval.made_with import models_of
from eval.page import page
from eval.run import Run
from eval.small import SIZE

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.web.evaluate.evaluating import Line

AT_WORK_SECONDS, IDLE_SECONDS = 1.0, 4.0
"""How often an open page asks how far the evaluation is."""
DRAWN = 12
"""Runs and comparisons kept as they were drawn: the intervals of one take a second or two to work out."""
NO_RUN = ""
"""Value of the choice of an earlier run that chooses none."""
NOT_READY = Choice((), "the library is not there yet")
SPLITS = [("dev: to look at", Split.DEV.value), ("test: to report", Split.TEST.value), ("Both", "")]
SIZES = [(f"Small set: {SIZE} cases, spread over kinds and documents", True), ("All cases", False)]

# Numbers, names of our own making and the text of the visitor's own file go up; a file comes down as base64, so that
# not a character of it is changed on the way.
ACTS_JS = """
element.addEventListener('change', async (event) => {
  const input = event.target.closest('input[data-act="file"]');
  if (!input || !input.files.length) return;
  const file = input.files[0];
  const bytes = file.size < 3500000 ? await file.arrayBuffer() : new ArrayBuffer(0);
  let text = '', fault = file.size < 3500000 ? '' : 'large';
  try { text = new TextDecoder('utf-8', {fatal: true}).decode(bytes); } catch { fault = 'encoding'; }
  trigger('file', {name: file.name, text, fault});
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  if (button.dataset.act === 'forget') trigger('forget', {});
  if (button.dataset.act === 'fetch') trigger('fetch', {form: button.dataset.form, run: button.dataset.run});
});
watch('value', () => {
  const file = element.querySelector('[data-content]');
  if (!file || element.dataset.fetched === file.dataset.number) return;
  element.dataset.fetched = file.dataset.number;
  const bytes = Uint8Array.from(atob(file.dataset.content), (letter) => letter.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: file.dataset.type}));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
"""
FAULTS = {
    "large": "expected a cases file of a megabyte or less, found a larger one. Divide it",
    "encoding": "expected a cases file in UTF-8, found another encoding. Save it as UTF-8",
}
TYPES = {"json": "application/json", "html": "text/html"}


class Evaluating:
    """What the callbacks of the tab need: the session, the evaluator and the runs kept."""

    def __init__(self, session: Session, line: Line, settings: Settings) -> None:
        self._session = session
        self.runs = KeptRuns(settings.home / FOLDER)
        self.evaluator = Evaluator(
            session, line, self.runs, lambda: (settings.model_dump(), models_of(settings))
        )
        self._report = lru_cache(maxsize=DRAWN)(self._drawn_report)
        self._difference = lru_cache(maxsize=DRAWN)(self._drawn_difference)
        self._fetched = 0

    def look(self, known: str, shown: str | None, against: str | None) -> tuple[Any, ...]:
        """Return progress, buttons, timer, the choices of runs and what is known, as far as it has changed.

        A run that ended since the last look becomes the one shown; its ``change`` then draws it.
        """
        job, names = self.evaluator.job, self.runs.names()
        now = f"{job.number} {job.phase.value} {job.done} {job.name} {'/'.join(names)}"
        if now == known and not job.at_work:
            return (gr.skip(),) * 7
        ended = bool(job.name) and not known.startswith(f"{job.number} {job.phase.value}")
        wanted = job.name if ended else shown
        chosen = wanted if wanted in names else next(iter(names), None)
        earlier = against if against in names else NO_RUN
        offered = [(label(self.runs.label(name)), name) for name in names]
        unchanged = known.endswith(f" {'/'.join(names)}") and chosen == shown
        return (
            drawn.job(job),
            gr.Button(interactive=not job.at_work),
            gr.Button(visible=job.at_work),
            gr.Timer(AT_WORK_SECONDS if job.at_work else IDLE_SECONDS),
            gr.skip() if unchanged else gr.Dropdown(choices=offered, value=chosen, visible=bool(names)),
            gr.skip()
            if unchanged
            else gr.Dropdown(choices=[("none", NO_RUN), *offered], value=earlier, visible=len(names) > 1),
            now,
        )

    def offer(self, split: str, small: bool, own: Own | None) -> tuple[str, str]:  # noqa: FBT001 - from a widget
        """Return what would be asked, and how cases are written for this library."""
        return drawn.offer(self._choice(split, own, small=small), own), self._how()

    def file(
        self,
        split: str,
        small: bool,  # noqa: FBT001 - from a widget
        own: Own | None,
        event: gr.EventData,
    ) -> tuple[str, Own | None]:
        """Take in a visitor's cases file, or say why not."""
        fault = FAULTS.get(str(event.fault))
        try:
            read = None if fault else own_cases(str(event.name), str(event.text))
        except TreatyError as error:
            read, fault = None, str(error)
        now = read or own
        return drawn.offer(self._choice(split, now, small=small), now, fault or ""), now

    def forget(self, split: str, small: bool) -> tuple[str, None]:  # noqa: FBT001 - from a widget
        """Go back to the program's cases."""
        return drawn.offer(self._choice(split, None, small=small), None), None

    def begin(self, split: str, small: bool, own: Own | None) -> tuple[Any, ...]:  # noqa: FBT001 - from a widget
        """Start an evaluation, and have the timer look at once."""
        try:
            self.evaluator.begin(Wish(split, small, own))
        except TreatyError as error:
            return drawn.trouble(str(error)), gr.skip(), gr.skip(), gr.skip()
        return (
            drawn.job(self.evaluator.job),
            gr.Button(interactive=False),
            gr.Button(visible=True),
            gr.Timer(AT_WORK_SECONDS),
        )

    def stop(self) -> None:
        """Stop the evaluation at work."""
        self.evaluator.stop()

    def show(self, shown: str | None, against: str | None) -> Iterator[tuple[str, str]]:
        """Draw the run chosen, under its comparison with the earlier one if one is chosen, and its downloads."""
        if not shown:
            yield drawn.EMPTY, ""
            return
        yield drawn.READING, ""
        state = self._session.state
        opened = state.opened if isinstance(state, Ready) else 0
        try:
            compared = self._difference(against, shown) if against and against != shown else ""
            yield compared + self._report(shown, opened), drawn.downloads(shown)
        except TreatyError as error:
            yield drawn.trouble(str(error)), ""

    def fetch(self, event: gr.EventData) -> str:
        """Return a file of a run for the browser to keep."""
        name, form = str(event.run), "html" if event.form == "html" else "json"
        buttons = drawn.downloads(name)
        try:
            content = page(self.runs.load(name)).encode() if form == "html" else self.runs.raw(name)
        except TreatyError as error:
            return drawn.trouble(str(error))
        self._fetched += 1
        return (
            f'{buttons}<i hidden data-number="{self._fetched}" data-name="evaluation-{attribute(name)}.{form}" '
            f'data-type="{TYPES[form]}" data-content="{base64.b64encode(content).decode()}"></i>'
        )

    def _choice(self, split: str, own: Own | None, *, small: bool) -> Choice:
        state = self._session.state
        if not isinstance(state, Ready):
            return NOT_READY
        return choice(Wish(split, small, own), state.answers.documents())

    def _how(self) -> str:
        state = self._session.state
        documents = state.answers.documents() if isinstance(state, Ready) else ()
        root = state.answers.provisions(documents[0].id) if isinstance(state, Ready) and documents else None
        return drawn.how_to_write(template(documents, root), [document.id for document in documents])

    def _drawn_report(self, name: str, _opened: int) -> str:
        """Draw a run, its links as the library stands; ``_opened`` is another number when that has changed."""
        state = self._session.state
        places = Places(state.answers if isinstance(state, Ready) else None)
        return drawn.report(name, self.runs.load(name), places)

    def _drawn_difference(self, first: str, second: str) -> str:
        found = compare(self._load(first), self._load(second), common=True)
        return difference(found, self.runs.label(first))

    def _load(self, name: str) -> Run:
        return self.runs.load(name)


class EvaluateTab:
    """The tab's components and their wiring."""

    def __init__(self, session: Session, line: Line, settings: Settings) -> None:
        self._evaluating = Evaluating(session, line, settings)
        with gr.Row(elem_id="evaluate-choice"):
            self._split = gr.Radio(SPLITS, value=SPLITS[0][1], label="Split", elem_id="evaluate-split")
            self._small = gr.Radio(SIZES, value=True, label="How many", elem_id="evaluate-size")
        self._offered = html_part("", "evaluate-offer", ACTS_JS)
        self._how = html_part("", "evaluate-how")
        with gr.Row(elem_id="evaluate-acts"):
            self._begin = gr.Button(
                "Run the evaluation", variant="primary", elem_id="evaluate-begin", scale=0
            )
            self._stop = gr.Button("Stop", visible=False, elem_id="evaluate-stop", scale=0)
        self._progress = html_part("", "evaluate-progress")
        with gr.Row(elem_id="evaluate-runs"):
            self._shown = _run_choice("Run", "evaluate-shown")
            self._against = _run_choice("Compared with", "evaluate-against")
        self._downloads = html_part("", "evaluate-downloads", ACTS_JS)
        self._report = html_part(drawn.EMPTY, "evaluate-report")
        self._timer = gr.Timer(IDLE_SECONDS)

    def wire(self, blocks: gr.Blocks, renewed: gr.State) -> None:
        """Register the callbacks.

        Args:
            blocks: The page; a fresh one looks at once.
            renewed: Changes when the library does.
        """
        acts, known, own = self._evaluating, gr.State(""), gr.State(None)
        wish = [self._split, self._small, own]
        offers, runs = [self._offered, self._how], [self._shown, self._against]
        look = (
            acts.look,
            [known, *runs],
            [self._progress, self._begin, self._stop, self._timer, *runs, known],
        )
        blocks.load(*look, **QUIET)
        self._timer.tick(*look, trigger_mode="once", **QUIET)
        for widget in (self._split, self._small):
            widget.input(acts.offer, wish, offers, **QUIET)
        renewed.change(acts.offer, wish, offers, **QUIET)
        self._offered.file(acts.file, wish, [self._offered, own], trigger_mode="once", **QUIET)
        self._offered.forget(acts.forget, [self._split, self._small], [self._offered, own], **QUIET)
        self._begin.click(acts.begin, wish, [self._progress, self._begin, self._stop, self._timer], **QUIET)
        self._stop.click(acts.stop, None, None, **QUIET)
        for chosen in runs:
            chosen.change(
                acts.show, runs, [self._report, self._downloads], trigger_mode="always_last", **QUIET
            )
        self._downloads.fetch(acts.fetch, None, self._downloads, trigger_mode="once", **QUIET)


def _run_choice(name: str, elem_id: str) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[], value=None, label=name, filterable=False, visible=False, interactive=True, elem_id=elem_id
    )
