"""Someone's own text, read for checking: its words, and the block quotes its format marks.

Markdown and plain text stay as they were written, so that offsets are those of the file (line ends counted as one
character); block quotes and footnotes are read off their marks. From other formats the canonical text is checked.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from assistant.wording import tokens
from corpus.contained import read_quoting
from corpus.models import Span
from corpus.normalise import CHARACTERS, MappedText, apply
from corpus.readers import suffix_of
from corpus.readers.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.readers import Limits

_WRITTEN = (".md", ".markdown", ".txt", ".text")
_BETWEEN = "\0"
"""Joins tokens; no token has it in it."""


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
    read = read_quoting(raw, name, limits=limits)
    if suffix_of(name) in _WRITTEN:
        return written_memo(decode(raw, name))
    return Memo(read.document.text, _located(read.document.text, read.block_quotes))


def written_memo(text: str) -> Memo:
    """Return a text that was typed or pasted, in Markdown or plain."""
    return Memo(apply(MappedText.of(text), *CHARACTERS).text)


def _located(text: str, quoted: Sequence[str]) -> tuple[Span, ...]:
    """Return where stretches of words stand in a text, in order; what its reader left out is passed over."""
    own = tokens(text)
    joined = _joined(token for token, _ in own)
    starts = [0, *accumulate(len(token) + 1 for token, _ in own)]
    found: list[Span] = []
    at = 0
    for stretch in quoted:
        wanted = [token for token, _ in tokens(stretch)]
        place = joined.find(_joined(wanted), starts[at]) if wanted else -1
        if place >= 0:
            start = bisect_left(starts, place)
            at = start + len(wanted)
            found.append(Span(own[start][1].start, own[at - 1][1].end))
    return tuple(found)


def _joined(words: Iterable[str]) -> str:
    """Return words as one string in which whole runs of them can be found."""
    return "".join(f"{_BETWEEN}{word}" for word in words) + _BETWEEN
