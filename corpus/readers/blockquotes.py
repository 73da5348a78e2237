"""Block quotes that a file's format marks: a quotation set apart by its style in Word, by its tag in HTML.

The readers keep the words and not the setting, so whoever wants to know which paragraphs are quotations asks here.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFile

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_HTML = (".html", ".htm", ".xhtml")
_SET_IN = 180_000
"""Least indent of a block quote, in Word's units: half a centimetre."""


def block_quotes(raw: bytes, name: str, suffix: str) -> list[str]:
    """Return the words of each block quote, in order; none for formats that do not mark them.

    Args:
        raw: A file that its reader has read.
        name: The file as the user named it.
        suffix: Its ending, in lower case.

    Raises:
        ReadError: If the file is damaged where its reader did not look.
    """
    if suffix == ".docx":
        return _word_quotes(raw, name)
    return _html_quotes(raw, name) if suffix in _HTML else []


def _word_quotes(raw: bytes, name: str) -> list[str]:
    """Return the paragraphs of a Word file that are set as quotations, neighbours joined."""
    import docx

    from corpus.readers.docx import DAMAGE, SAVE_AGAIN

    found: list[str] = []
    follows, leads = False, False
    try:
        for paragraph in docx.Document(io.BytesIO(raw)).paragraphs:
            quotes, words = _is_quoted(paragraph, led_to=leads or follows), paragraph.text
            if quotes and follows:
                found[-1] += f"\n{words}"
            elif quotes and words.strip():
                found.append(words)
            if words.strip():
                leads = words.rstrip().endswith(":")
            follows = quotes and (follows or bool(words.strip()))
    except DAMAGE as error:
        raise UnreadableFile(name, "the styles of its paragraphs are damaged", SAVE_AGAIN) from error
    return found


def _is_quoted(paragraph: Paragraph, *, led_to: bool) -> bool:
    """Tell whether a paragraph has a style for quotations, or is set in from both sides or after a colon."""
    style = ((paragraph.style.name if paragraph.style is not None else None) or "").lower()
    if "quot" in style or style == "block text":
        return True
    left, right = paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None  # noqa: SLF001 - has no public name
    if not left or left < _SET_IN or numbered or style.startswith(("list", "heading")):
        return False
    return bool(right and right >= _SET_IN) or led_to


def _html_quotes(raw: bytes, name: str) -> list[str]:
    from corpus.readers.html import parsed_page

    return [
        "".join(str(part) for part in one.itertext()) for one in parsed_page(raw, name).iter("blockquote")
    ]
