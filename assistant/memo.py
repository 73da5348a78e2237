"""Someone's own text, read for checking: its words, and the block quotes its format marks.

Markdown and plain text stay as they were written, so that offsets are those of the file (line ends counted as one
character); block quotes and footnotes are read off their marks. From other formats the canonical text is checked.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.wording import tokens
from corpus.models import Span
from corpus.normalise import CHARACTERS, MappedText, apply
from corpus.readers import read_document, suffix_of
from corpus.readers.encoding import decode

if TYPE_CHECKING:
    from corpus.readers import Limits

_WRITTEN = (".md", ".markdown", ".txt", ".text")
_HTML = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Memo:
    """A text to be checked; ``blocks`` are the spans of block quotes that its format marks."""

    text: str
    blocks: tuple[Span, ...] = ()


def read_memo(raw: bytes, name: str, limits: Limits) -> Memo:
    """Read a text to be checked.

    Raises:
        ReadError: If it cannot be read, or is over the limits.
    """
    document = read_document(raw, name, limits=limits)
    suffix = suffix_of(name)
    if suffix in _WRITTEN:
        return Memo(apply(MappedText.of(decode(raw, name)), *CHARACTERS).text)
    quoted = _word_quotes(raw) if suffix == ".docx" else _html_quotes(raw) if suffix in _HTML else []
    return Memo(document.text, _located(document.text, quoted))


def _word_quotes(raw: bytes) -> list[str]:
    """Return the paragraphs of a Word file whose style is one for quotations, neighbours joined."""
    import docx

    found: list[str] = []
    follows = False
    for paragraph in docx.Document(io.BytesIO(raw)).paragraphs:
        style = paragraph.style.name if paragraph.style is not None else None
        quotes = "quot" in (style or "").lower()
        if quotes and follows:
            found[-1] += f"\n{paragraph.text}"
        elif quotes and paragraph.text.strip():
            found.append(paragraph.text)
        follows = quotes
    return found


def _html_quotes(raw: bytes) -> list[str]:
    from lxml import html

    root = html.document_fromstring(raw)
    return ["".join(str(part) for part in one.itertext()) for one in root.iter("blockquote")]


def _located(text: str, quoted: list[str]) -> tuple[Span, ...]:
    """Return where stretches of words stand in a text, in order; what its reader left out is passed over."""
    own = tokens(text)
    words = [token for token, _ in own]
    found: list[Span] = []
    at = 0
    for stretch in quoted:
        wanted = [token for token, _ in tokens(stretch)]
        size = len(wanted)
        start = next((i for i in range(at, len(words) - size + 1) if words[i : i + size] == wanted), None)
        if start is not None and size:
            found.append(Span(own[start][1].start, own[start + size - 1][1].end))
            at = start + size
    return tuple(found)
