"""Handing a file to the visitor: made for the browser in the page itself, so that nothing of it stays on the disk.

A program that serves several people keeps no copies of what they took away.
"""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING

from assistant.web import html
from assistant.web.parts import html_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    import gradio as gr

_JS = """
watch('value', () => {
  const file = element.querySelector('[data-number]');
  if (!file || element.dataset.saved === file.dataset.number) return;
  element.dataset.saved = file.dataset.number;
  const bytes = Uint8Array.from(atob(file.dataset.content), (one) => one.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: file.dataset.type}));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
});
"""
LISTEN_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.save');
  if (button) trigger('save', {form: button.dataset.form});
});
"""
"""Put into the component that has the buttons; its ``save`` event carries the form."""

_number = itertools.count(1)


def place(name: str) -> gr.HTML:
    """Put down the component that hands over what ``handed`` returns; nothing of it is seen."""
    return html_part("", name, _JS)


def handed(name: str, media_type: str, content: bytes) -> str:
    """Return the HTML that makes the browser save a file once."""
    written = base64.b64encode(content).decode("ascii")
    return (
        f'<span hidden data-number="{next(_number)}" data-name="{html.attribute(name)}" '
        f'data-type="{html.attribute(media_type)}" data-content="{written}"></span>'
    )


def buttons(forms: Mapping[str, str]) -> str:
    """Return the buttons that save, by the form's name: what each is called."""
    made = "".join(
        f'<button type="button" class="save" data-form="{html.attribute(form)}">{html.escape(words)}</button>'
        for form, words in forms.items()
    )
    return f'<div class="saves" role="group" aria-label="Take away"><span>Take away as</span>{made}</div>'
