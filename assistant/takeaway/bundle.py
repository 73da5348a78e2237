"""One door to every form; each loads what it needs when it is asked for, so that the command line starts fast."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, assert_never

from assistant.takeaway.models import File, Form, Taken

if TYPE_CHECKING:
    from corpus.pinpoint import Style


def take_away(taken: Taken, form: Form, style: Style) -> File:
    """Return a file of what is taken away; the same input gives the same bytes.

    Args:
        taken: Answers and comparisons.
        form: Which sort of file.
        style: How citations are written.
    """
    return File(taken.name(form), form.media_type, _content(taken, form, style))


def _content(taken: Taken, form: Form, style: Style) -> bytes:
    match form:
        case Form.MARKDOWN:
            from assistant.takeaway import markdown, sheet

            return markdown.written(sheet.compose(taken, style)).encode("utf-8")
        case Form.DOCX:
            from assistant.takeaway import sheet, word

            return word.written(sheet.compose(taken, style), taken.made)
        case Form.JSON:
            return _json(taken, style)
        case Form.CSL:
            from assistant.takeaway.bibliography import csl_json

            return csl_json(taken, style)
        case Form.BIBTEX:
            from assistant.takeaway.bibliography import bibtex

            return bibtex(taken, style)
        case _:
            assert_never(form)


def _json(taken: Taken, style: Style) -> bytes:
    """Return the JSON contract: one answer or comparison as ``--json`` prints it, several as a list of them."""
    from assistant.compare import Compared
    from assistant.render import answer_json
    from assistant.render_compare import compared_json

    texts = dict(taken.texts)
    made = [
        compared_json(part, texts, style) if isinstance(part, Compared) else answer_json(part, texts, style)
        for part in taken.parts
    ]
    data = made[0] if len(made) == 1 else made
    # A lone surrogate, which only a question can hold, is written as JSON's own escape for it.
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
