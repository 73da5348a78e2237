"""A text as words with their places, and a quotation as the pattern that its source must answer.

Two texts are compared word by word, so that blanks and line breaks count for nothing. Typographic forms of one
character are one: quotation marks of every shape, hyphens and dashes, ligatures, soft hyphens. Marks of Markdown
(asterisks, underscores, back-ticks) are no words. Everything else counts: letters, their case, every comma.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.models import Span

LONGEST_ALTERATION = 8
"""Words (and commas) of the source that a pair of square brackets may stand for."""

_TOKEN = re.compile(r"[^\W_]+(?:\u00ad[^\W_]+)*|-{2,3}|''|[^\w\s*`\\>#\u00ad]")
_QUOTE_MARKS = frozenset("\"'“”„‟‘’‚‛«»‹›′″")
_DASHES = frozenset("-‐‑‒–—―−")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_OMISSION = r"\[\s*(?:…|\.{3,4}|\.\s\.\s\.)\s*\]|\(\s*(?:…|\.{3})\s*\)|…\.?|\.\s?\.\s?\.(?:\s?\.)?"
_NO_WORDS = (
    r"\[\^[^\[\]\s]+\]|\[\d{1,3}\]"
    r"|\[\s*(?:sic|[^\[\]]{0,40}(?:emphasis|italics|footnotes?|citations?|references?)[^\[\]]{0,40})\s*\]"
)
"""Note marks and remarks of the one who quotes."""
_MARK = re.compile(
    rf"(?P<omission>{_OMISSION})|(?P<remark>(?i:{_NO_WORDS}))"
    r"|(?P<before>[^\W_]*)\[(?P<inside>[^\[\]]{0,120})\](?P<after>[^\W_]*)"
)
_CLOSING = frozenset(".,;:!?-")
"""What stands before an omission or the closing mark by the quoting text's own rules."""


def folded(token: str) -> str:
    """Return a word or mark in the form in which it is compared."""
    if token[0] in _QUOTE_MARKS:
        return "'"
    if token[0] in _DASHES:
        return "-"
    plain = token.replace("\u00ad", "")
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


def pattern_of(text: str, span: Span, passed: tuple[int, ...] = ()) -> Pattern:
    """Return the pattern of the quotation at ``span``, without the marks around it.

    The comma or full stop at the end of the quotation, or of a segment before an omission, may be the quoting
    text's own; it is not compared. Neither are the marks at the offsets ``passed``.
    """
    segments: list[list[Piece]] = [[]]
    at = span.start
    for mark in _MARK.finditer(text, span.start, span.end):
        segments[-1] += _literals(text, at, mark.start())
        at = mark.end()
        if mark["omission"]:
            segments.append([])
        elif not mark["remark"]:
            segments[-1].append(_alteration(mark))
    segments[-1] += _literals(text, at, span.end)
    trimmed = (_trimmed([p for p in segment if p.span.start not in passed]) for segment in segments)
    return Pattern(tuple(segment for segment in trimmed if any(isinstance(p, Literal) for p in segment)))


def _literals(text: str, start: int, end: int) -> list[Piece]:
    return [Literal(token, span) for token, span in tokens(text, start, end)]


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
