"""A text as words with their places, and a quotation as the pattern that its source must answer.

Two texts are compared word by word, so that blanks and line breaks count for nothing. Typographic forms of one
character are one: quotation marks of every shape, hyphens and dashes, ligatures, soft hyphens. Marks of Markdown
(asterisks, underscores, back-ticks) are no words, nor are characters without width and HTML's tags for emphasis.
Everything else counts: letters, their case, every comma.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.models import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_ALTERATION = 8
"""Words (and commas) of the source that a pair of square brackets may stand for."""

_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
"""Soft hyphen, and blanks and joiners without width: a copy brings them along and nobody sees them."""
_TOKEN = re.compile(rf"[^\W_]+(?:[{_UNSEEN}]+[^\W_]+)*|-{{2,3}}|''|[^\w\s*`\\>#{_UNSEEN}]")
_DROPPED = re.compile(f"[{_UNSEEN}]+")
_QUOTE_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›′″")
_DASHES = frozenset("-‐‑‒–—―−")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_DOTS = r"(?:…|\.\s?\.\s?\.(?:\s?\.)?)"
_OMISSION = (
    rf"\[\s?(?:{_DOTS}|-{{2,3}}|[—–]|(?i:omitted))\s?\]|\(\s?{_DOTS}\s?\)|…\.?|\.\s?\.\s?\.(?:\s?\.)?"
    r"|(?<!\S)\*\s\*\s\*(?!\S)"
)
_REMARK = r"emphas[ie]s|italics|underlin(?:ed|ing)|footnotes?|citations?|references?"
_MADE = r"added|supplied|omitted|removed|mine|ours|in\s(?:the\s)?original"
_NO_WORDS = (
    r"\[\^[^\[\]\s]{1,40}\]|\[\d{1,3}\]"
    rf"|\[\s?(?:sic|[^\[\]]{{0,40}}(?:{_REMARK})[^\[\]]{{0,40}})\s?\]"
    rf"|\((?:[^()]{{0,20}}\s)?(?:{_REMARK})\s(?:{_MADE})\)"
    r"|</?(?:em|strong|b|i|u|sup|sub|span|mark|br|p)(?:\s[^<>]{0,200})?/?>"
    r"|(?:(?<=[^\W\d_]{3})|(?<=[.,;:)]))[¹²³⁰⁴-⁹]{1,3}(?!\w)"
)
"""Note marks, remarks of the one who quotes, and tags. Raised figures after two letters are a unit: "km²"."""
_REMARK_AFTER = re.compile(rf"(?i:{_NO_WORDS})\Z")
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n[>\s]*(?=[^\W\d_])")
"""A word divided at the end of a line."""
_MARK = re.compile(
    rf"(?P<omission>{_OMISSION})|(?P<remark>(?i:{_NO_WORDS}))"
    rf"|(?<![^\W_])(?P<before>[^\W_]{{0,60}})(?P<bracket>\[(?P<inside>[^\[\]]{{0,120}})\])(?P<after>[^\W_]*)"
)
_CLOSING = frozenset(".,;:!?-")
"""What stands before an omission or the closing mark by the quoting text's own rules."""


def folded(token: str) -> str:
    """Return a word or mark in the form in which it is compared."""
    if token[0] in _QUOTE_MARKS:
        return "'"
    if token[0] in _DASHES:
        return "-"
    plain = _DROPPED.sub("", token)
    return unicodedata.normalize("NFKC", plain) if _LIGATURE.search(plain) else plain


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, Span]]:
    """Return the words and marks of a stretch of text, folded, with their places in ``text``."""
    found = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return [(folded(match.group()), Span(match.start(), match.end())) for match in found]


def scanned(text: str) -> tuple[list[str], list[int], list[int]]:
    """Return the words and marks of a whole text, folded, and where each begins and ends; fast, for long texts."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    forms: dict[str, str] = {}
    for match in _TOKEN.finditer(text):
        word = match.group()
        form = forms.get(word)
        if form is None:
            form = forms[word] = folded(word)
        words.append(form)
        starts.append(match.start())
        ends.append(match.end())
    return words, starts, ends


def is_word(token: str) -> bool:
    """Tell a word or number from a mark."""
    return token[0].isalnum()


@dataclass(frozen=True, slots=True)
class Literal:
    """A word or mark that must stand there."""

    token: str
    span: Span

    def fits(self, token: str) -> bool:
        """Tell whether ``token`` of the source is this one."""
        return token == self.token


@dataclass(frozen=True, slots=True)
class Altered:
    """A word of which letters in brackets were changed (``[t]he`` fits what ends in "he"), or the whole word."""

    before: str
    after: str
    span: Span

    def fits(self, token: str) -> bool:
        """Tell whether ``token`` of the source has the letters outside the brackets."""
        kept = len(self.before) + len(self.after)
        return (
            is_word(token)
            and len(token) >= kept
            and token.startswith(self.before)
            and token.endswith(self.after)
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Where words were left out, or put in brackets.

    Attributes:
        omission: Whether it is an ellipsis; else brackets for ``LONGEST_ALTERATION`` words or fewer.
    """

    span: Span
    omission: bool = False


Piece = Literal | Altered | Gap


@dataclass(frozen=True, slots=True)
class Pattern:
    """A quotation as its source must answer it.

    Attributes:
        segments: What stands between ellipses, in order; none is empty.
    """

    segments: tuple[tuple[Piece, ...], ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces, a gap for each omission between segments."""
        made: list[Piece] = []
        for segment in self.segments:
            if made:
                made.append(
                    Gap(
                        Span(made[-1].span.end, max(segment[0].span.start, made[-1].span.end + 1)),
                        omission=True,
                    )
                )
            made += segment
        return tuple(made)

    @property
    def words(self) -> int:
        """How many words it quotes."""
        return sum(isinstance(p, Literal) and is_word(p.token) for one in self.segments for p in one)

    @property
    def altered(self) -> bool:
        """Whether brackets stand for words of the source."""
        return any(not isinstance(piece, Literal) for segment in self.segments for piece in segment)


def pattern_of(text: str, span: Span, passed: tuple[int, ...] = (), *, joined: bool = False) -> Pattern:
    """Return the pattern of the quotation at ``span``, without the marks around it.

    The comma or full stop at the end of the quotation, or of a segment before an omission, may be the quoting
    text's own; it is not compared. Neither are the marks at the offsets ``passed``.

    Args:
        text: The text that quotes.
        span: The words quoted.
        passed: Offsets of marks that are not compared.
        joined: Whether words divided at the end of a line are put together again.
    """
    segments: list[list[Piece]] = [[]]
    at = span.start
    for mark in _MARK.finditer(text, span.start, span.end):
        segments[-1] += _literals(text, at, mark.start())
        at = mark.end()
        if mark["omission"]:
            segments.append([])
        elif mark["bracket"] and _REMARK_AFTER.match(mark["bracket"]):
            segments[-1] += _literals(text, mark.start(), mark.end("before"))
            at = mark.end("bracket")
        elif not mark["remark"]:
            segments[-1].append(_alteration(mark))
    segments[-1] += _literals(text, at, span.end)
    made = [_joined(text, one) for one in segments] if joined else segments
    trimmed = (_trimmed([p for p in segment if p.span.start not in passed]) for segment in made)
    return Pattern(tuple(segment for segment in trimmed if any(isinstance(p, Literal) for p in segment)))


def _literals(text: str, start: int, end: int) -> list[Piece]:
    return [Literal(token, span) for token, span in tokens(text, start, end)]


def is_broken(text: str, span: Span) -> bool:
    """Tell whether words within ``span`` are divided at the end of a line, so that they may have to be joined."""
    return _BROKEN.search(text, span.start, span.end) is not None


def _joined(text: str, segment: Sequence[Piece]) -> list[Piece]:
    """Put a word that is divided at the end of a line together again."""
    made: list[Piece] = []
    for piece in segment:
        whole = _whole(text, made[-2:], piece)
        if whole is None:
            made.append(piece)
        else:
            made[-2:] = [whole]
    return made


def _whole(text: str, before: Sequence[Piece], piece: Piece) -> Literal | None:
    """Return the word that two pieces with a hyphen at a line's end between them make, or None."""
    if len(before) < 2 or not all(isinstance(one, Literal) for one in (*before, piece)):  # noqa: PLR2004
        return None
    first, _ = before
    if not isinstance(first, Literal) or not isinstance(piece, Literal):
        return None
    between = _BROKEN.match(text, first.span.end)
    if between is None or between.end() != piece.span.start:
        return None
    return Literal(first.token + piece.token, Span(first.span.start, piece.span.end))


def _alteration(mark: re.Match[str]) -> Piece:
    span = Span(mark.start(), mark.end())
    if mark["before"] or mark["after"]:
        return Altered(folded(mark["before"] or " ").strip(), folded(mark["after"] or " ").strip(), span)
    return Gap(span)


def _trimmed(segment: list[Piece]) -> tuple[Piece, ...]:
    """Return a segment without marks at its edges; brackets there stand for one word, lest they fit nothing at all."""
    while segment and _is_closing(segment[-1]):
        segment = segment[:-1]
    while segment and _is_closing(segment[0]):
        segment = segment[1:]
    edges = {0, len(segment) - 1}
    return tuple(
        Altered("", "", piece.span) if isinstance(piece, Gap) and place in edges else piece
        for place, piece in enumerate(segment)
    )


def _is_closing(piece: Piece) -> bool:
    return isinstance(piece, Literal) and piece.token in _CLOSING
