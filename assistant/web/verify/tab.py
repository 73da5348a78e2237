"""The tab for verifying: a text or a file goes in, and what is right and wrong in it comes out."""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.render_verify import verified_json, verified_markdown
from assistant.web import saving
from assistant.web.ask.asker import CONCURRENT, Asker
from assistant.web.parts import QUIET, html_part
from assistant.web.session import Ready, Session
from assistant.web.verify import html_verify
from assistant.web.verify.example_memo import example_memo
from assistant.web.verify.verifying import Checked, Course, Verifier
from corpus.pinpoint import Style
from corpus.readers import Limits

_MEDIA_TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json"}

_JS = f"""
element.addEventListener('click', (event) => {{
  if (event.target.closest('button.try')) trigger('example', {{}});
  const jump = event.target.closest('a.jump');
  if (!jump) return;
  event.preventDefault();
  const target = document.getElementById(jump.getAttribute('href').slice(1));
  for (let box = target; box; box = box.parentElement.closest('details')) if (box.open === false) box.open = true;
  target.scrollIntoView({{block: 'center'}});
  target.focus({{preventScroll: true}});
}});
{saving.LISTEN_JS}
"""


class Verifying:
    """What the callbacks of the tab need: the session, and what checks."""

    def __init__(self, session: Session, verifier: Verifier) -> None:
        self._session, self._verifier = session, verifier

    def text(self, text: str, style: str) -> Iterator[tuple[Any, ...]]:
        """Yield report and what was checked as a pasted text is."""
        for now in self._verifier.check_text(text):
            yield html_verify.course(now, Style(style)), now.checked

    def file(self, path: str | None, style: str) -> Iterator[tuple[Any, ...]]:
        """Yield report, what was checked and the empty place for a file as an uploaded one is."""
        if path is None:
            return
        for now in self._verifier.check_file(Path(path)):
            yield html_verify.course(now, Style(style)), now.checked, None

    def example(self, style: str) -> Iterator[tuple[Any, ...]]:
        """Check a text made of the library's own words, one of them changed: the text's box too."""
        memo = self._memo()
        for drawn in self.text(memo, style):
            yield memo, *drawn

    def restyle(self, checked: Checked | None, style: str) -> Any:
        """Return the report with its citations in another style."""
        return gr.skip() if checked is None else html_verify.course(Course(checked), Style(style))

    def save(self, checked: Checked | None, style: str, event: gr.EventData) -> Any:
        """Hand over the report in the form asked for."""
        form = event.form
        if checked is None or form not in html_verify.FORMS:
            return gr.skip()
        report, text, manner = checked.report, checked.text, Style(style)
        if form == "json":
            written = json.dumps(verified_json(report, text, manner), ensure_ascii=False, indent=2) + "\n"
        else:
            written = verified_markdown(report, text, checked.name, manner)
        return saving.handed(
            f"treaty-verification.{form}", _MEDIA_TYPES[form], written.encode("utf-8", "replace")
        )

    def look(self, checked: Checked | None) -> Any:
        """Return what stands in the place of the report before there is one."""
        return gr.skip() if checked is not None else html_verify.empty(example=bool(self._memo()))

    def _memo(self) -> str:
        state = self._session.state
        return example_memo(state.answers) if isinstance(state, Ready) else ""


class VerifyTab:
    """The tab's components, and their wiring once what stands around them is there too."""

    def __init__(self, session: Session, asker: Asker) -> None:
        settings = session.settings
        limits = Limits(settings.max_megabytes * 1_000_000, settings.max_pages) if settings else Limits()
        self._verifying = Verifying(session, Verifier(session, asker.submit, limits))
        with gr.Row(elem_id="verify-row"):
            self._text = _text_box()
            self._file = gr.File(
                label="Or a file",
                file_count="single",
                height=170,
                scale=2,
                min_width=200,
                elem_id="verify-file",
            )
        self._check = gr.Button("Check the text", variant="primary", scale=0, elem_id="verify-check")
        self._report = html_part(html_verify.empty(example=False), "verify-report", _JS)
        self._saved = saving.place("verify-saved")

    def wire(self, style: gr.Dropdown, known: gr.State) -> None:
        """Register the callbacks.

        Args:
            style: The choice of how citations are written.
            known: What the page knows of the library; it changes when that does.
        """
        verifying, checked = self._verifying, gr.State(None)
        work: dict[str, Any] = {**QUIET, "concurrency_limit": CONCURRENT, "concurrency_id": "ask"}
        made = [self._report, checked]
        self._check.click(verifying.text, [self._text, style], made, trigger_mode="once", **work)
        self._file.upload(
            verifying.file, [self._file, style], [*made, self._file], trigger_mode="once", **work
        )
        self._report.example(verifying.example, style, [self._text, *made], trigger_mode="once", **work)
        self._report.save(verifying.save, [checked, style], self._saved, **QUIET)
        style.change(verifying.restyle, [checked, style], self._report, **QUIET)
        known.change(verifying.look, checked, self._report, **QUIET)


def _text_box() -> gr.Textbox:
    # No greatest length: a browser would cut a longer text off without a word.
    return gr.Textbox(
        label="Text to check",
        placeholder="Paste a text with its quotations and citations.",
        lines=6,
        max_lines=8,
        scale=3,
        min_width=260,
        elem_id="verify-text",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )
