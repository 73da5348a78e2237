"""Where someone's text quotes: stretches between quotation marks, and block quotes.

Marks are paired, not guessed: an opening mark that is never closed quotes nothing. An apostrophe is no mark; a single
mark opens only before a word and after a blank or bracket. Only outermost quotations are found; those within are
kept with them, for an author's words that quote a treaty in their turn. The marks are those of European and East Asian
typography, of TeX, and of a word processor that turned one of a pair the wrong way round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.models import Span
from corpus.sentences import trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST = 8000
"""Characters of a quotation; a mark that finds no partner within them is a slip of the pen."""

_MARKS = re.compile("``|''|[\"“”„«»‘’'‹›‚″＂「」『』]")
_CLOSES: dict[str, tuple[str, ...]] = {
    "“": ("”", '"', "“"), "„": ("“", "”", '"'), '"': ('"', "”"), "”": ("”",), "«": ("»",), "»": ("«",),
    "‹": ("›",), "›": ("‹",), "‘": ("’",), "'": ("'",), "‚": ("‘", "’"), "``": ("''",), "''": ("''",),
    "″": ("″",), "＂": ("＂",), "「": ("」",), "『": ("』",),
}  # fmt: skip
_EITHER_WAY = frozenset("«»‹›")
_ALWAYS_OPEN = frozenset("“„«»‹›「『")
_ONLY_CLOSE = frozenset("’」』")
_ONLY_OPEN = frozenset(("„", "‚", "``", "「", "『"))
_SINGLE = frozenset("‘’'")
_BEFORE_OPENING = re.compile(r"[\s(\[{—–\-/:*_“„\"‘'«»]")
_QUOTED_LINES = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_INDENTED = re.compile(
    r":[*_]{0,3}\n(?:[ \t]{0,80}\n)+(?P<block>(?![ \t]+[-*+]\s)(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z)|[ \t]{0,3}\n)+)"
)
"""Lines set in by a tabulator or four blanks after a line that leads to them, as plain text quotes in a block."""
_LINE_MARK = re.compile(r"[>\s]*")
_ATTRIBUTION = re.compile(r"\n[>\s]*(?:[—–]|--)[^\n]*\s*\Z|\s*\((?:[^()]|\([^()]*\))*\)[.\s]*\Z")
"""Who is quoted, at the end of a block quote: a line after a dash, or words in brackets."""
_LONGEST_ATTRIBUTION = 600
"""Characters; a title in full, a pinpoint and where the text is printed."""
_LETTERED = re.compile(r"\s*\((?:[a-z]{1,4}|\d{1,3})\)")
_DEEPEST = 8
"""Marks within one another that are looked at for a partner."""
_REACH = 600
"""Characters in which a better closing mark is looked for."""
_HEAD = re.compile(r"\n[\s>]*\Z")
_LINE_END = re.compile(r"[\s.,;:)]*(?:\[[^\[\]]*\]|\([^()]*\)|[\s.,;])*")
"""What may follow the closing mark on a line that ends with a quotation."""
_MOST_OF_BLOCK = 0.6
"""Share of a block quote that must lie within quotation marks for these to be the quotation."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in someone's text; offsets are code points in it.

    Attributes:
        span: The words quoted, without the marks.
        outer: With the marks; of a block quote its lines.
        block: Whether it is a block quote.
        inner: Quotations within it.
        reopened: Where an opening mark stands again at the head of a paragraph, as a long quotation's do.
    """

    span: Span
    outer: Span
    block: bool = False
    inner: tuple[Quotation, ...] = ()
    reopened: tuple[int, ...] = ()


def quotations_in(text: str, blocks: Iterable[Span] = ()) -> tuple[Quotation, ...]:
    """Return the outermost quotations of a text, in order.

    Args:
        text: Markdown or plain text; lines that begin with ``>`` are block quotes.
        blocks: Further block quotes, where the text's own format marks them.
    """
    lined = [Span(m.start(), m.end()) for m in _QUOTED_LINES.finditer(text)]
    lined += [Span(*m.span("block")) for m in _INDENTED.finditer(text)]
    marked = _between_marks(text)
    found: list[Quotation] = []
    for block in [*lined, *blocks]:
        inside = [one for one in marked if block.contains(one.outer)]
        quoted = _block(text, block, inside)
        if quoted is not None:
            marked = [one for one in marked if one not in inside and not one.outer.overlaps(block)]
            found.append(quoted)
    return tuple(sorted((*found, *marked), key=lambda one: one.outer.start))


def _block(text: str, block: Span, inside: Sequence[Quotation]) -> Quotation | None:
    """Return a block quote without its attribution; None if quotation marks within it say better what is quoted."""
    quoted = sum(one.span.end - one.span.start for one in inside)
    if quoted > _MOST_OF_BLOCK * (block.end - block.start):
        return None
    start = _LINE_MARK.match(text, block.start, block.end)
    words = block.of(text)
    told = _ATTRIBUTION.search(words, max(0, len(words) - _LONGEST_ATTRIBUTION))
    lettered = told is not None and _LETTERED.fullmatch(told.group())
    end = block.start + told.start() if told and told.start() > 0 and not lettered else block.end
    span = trim(text, start.end() if start else block.start, end)
    if span is None:
        return None
    return Quotation(span, Span(block.start, span.end), block=True, inner=tuple(inside))


# -- pairs of marks


@dataclass(slots=True)
class _Open:
    mark: str
    at: int
    inner: list[Quotation] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)


def _between_marks(text: str) -> list[Quotation]:
    """Pair the marks of a text; one left open is passed over, and what was closed within it stands by itself."""
    found: list[Quotation] = []
    stack: list[_Open] = []
    for mark, at in _marks(text, stack):
        while stack and at - stack[0].at > LONGEST:
            found += _dropped(stack, 0)
        partner = _partner(text, stack, mark, at)
        if partner is not None:
            made = _closed(text, stack, partner, Span(at, at + len(mark)))
            if made is not None:
                (stack[-1].inner if stack else found).append(made)
        elif _opens(text, mark, at) and _goes_on(text, stack, mark, at):
            stack[-1].reopened.append(at)
        elif _opens(text, mark, at):
            stack.append(_Open(mark, at))
    found += _dropped(stack, 0)
    return sorted(found, key=lambda one: one.outer.start)


def _marks(text: str, stack: Sequence[_Open]) -> Iterator[tuple[str, int]]:
    """Yield the marks with their places; two single ones together are one where such a pair is open or opens."""
    for match in _MARKS.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "''" and not _is_pair(text, stack, at):
            yield "'", at
            yield "'", at + 1
        else:
            yield mark, at


def _is_pair(text: str, stack: Sequence[_Open], at: int) -> bool:
    return any(one.mark in {"``", "''"} for one in stack[-_DEEPEST:]) or _opens(text, "''", at)


def _closed(text: str, stack: list[_Open], partner: int, closing: Span) -> Quotation | None:
    """Take a mark off the stack that is closed; return what stands between the two, if any words do."""
    one = stack[partner]
    inner = (*one.inner, *_dropped(stack, partner + 1))
    del stack[partner:]
    span = trim(text, one.at + len(one.mark), closing.start)
    if span is None:
        return None
    return Quotation(span, Span(one.at, closing.end), inner=inner, reopened=tuple(one.reopened))


def _dropped(stack: list[_Open], start: int) -> list[Quotation]:
    """Take marks off the stack that are never closed; return what was closed within them."""
    loose = [one for mark in stack[start:] for one in mark.inner]
    del stack[start:]
    return loose


def _partner(text: str, stack: Sequence[_Open], mark: str, at: int) -> int | None:
    """Return the place on the stack of the mark that this one closes."""
    if mark in _ONLY_OPEN or not _may_close(text, mark, at):
        return None
    for place in range(len(stack) - 1, max(-1, len(stack) - 1 - _DEEPEST), -1):
        one = stack[place]
        turned = mark == one.mark == "“" and _looks_open(text, mark, at)
        if mark in _CLOSES[one.mark] and at > one.at + len(one.mark) and not turned:
            return place
    return None


def _may_close(text: str, mark: str, at: int) -> bool:
    if mark in _EITHER_WAY:
        return True
    before, after = text[at - 1 : at], text[at + len(mark) : at + len(mark) + 1]
    if mark in _SINGLE:
        return not before.isspace() and not after.isalnum() and not _possessive(text, mark, at)
    if mark == '"':
        return not (
            _BEFORE_OPENING.fullmatch(before) and after and not after.isspace() and not _is_end(after)
        )
    return True


def _possessive(text: str, mark: str, at: int) -> bool:
    """Tell whether a single mark after an s is an apostrophe: a better closing mark comes before the next opening."""
    if text[at - 1 : at] != "s" or not text[at + 1 : at + 2].isspace():
        return False
    paragraph = text[at + 1 : at + _REACH].partition("\n\n")[0]
    upto = re.search(r"[‘“„«]|(?<=\s)'(?=\w)", paragraph)
    rest = paragraph[: upto.start()] if upto else paragraph
    return re.search(rf"(?<![s\s]){mark}(?!\w)", rest) is not None


def _is_end(after: str) -> bool:
    return after in ".,;:!?)]"


def _opens(text: str, mark: str, at: int) -> bool:
    if mark in _ONLY_CLOSE or at + len(mark) >= len(text):
        return False
    return mark in _ALWAYS_OPEN or _looks_open(text, mark, at)


def _looks_open(text: str, mark: str, at: int) -> bool:
    """Tell whether a mark stands after a blank or bracket and before a word."""
    before, after = text[at - 1 : at] if at else " ", text[at + len(mark) : at + len(mark) + 1]
    return _BEFORE_OPENING.fullmatch(before) is not None and not after.isspace()


def _goes_on(text: str, stack: Sequence[_Open], mark: str, at: int) -> bool:
    """Tell whether a mark only opens the next paragraph of a quotation that goes on."""
    if not stack or stack[-1].mark != mark or not _HEAD.search(text, max(0, at - 8), at):
        return False
    line = text[at + 1 : at + LONGEST].partition("\n")[0]
    closing = next((place for place, one in enumerate(line) if one in _CLOSES[mark]), None)
    return closing is None or _LINE_END.fullmatch(line, closing + 1) is not None
