"""A quotation and a stretch of its source, word beside word.

The quotation as a whole is laid into the stretch where it costs least (Sellers 1980: what stands in the source before
and after it is free), so that the words that differ can be named. An ellipsis takes in any number of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.wording import Altered, Gap, Literal, Piece, is_word
from corpus.models import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD, _SWAP, _CASE, _STOP, _MARK, _NEVER = 7, 6, 2, 5, 1, 1000
"""Costs: a word put in or left out, one for another, another case, a full stop left out, another mark put in or left
out, a word for a mark. One word for another is cheaper than putting one in, so that the last words of a quotation are
set against those of the source; a full stop is dear, so that they are not set against the next sentence's."""
_STOPS = frozenset(".;:")
_BRACKETED = 1
"""Cost of each word that brackets stand for, so that they take in no more than they must."""


class Op(StrEnum):
    """What became of words of the source."""

    EQUAL = "equal"
    REPLACE = "replace"
    DELETE = "delete"
    """The source has them, the text has not."""
    INSERT = "insert"
    """The text has them, the source has not."""
    OMITTED = "omitted"
    """An ellipsis stands for them."""
    ALTERED = "altered"
    """Brackets stand for them."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of words treated alike; ``source`` and ``text`` are where they stand, None where there are none."""

    op: Op
    source: Span | None
    text: Span | None


@dataclass(frozen=True, slots=True)
class Aligned:
    """A quotation laid into its source.

    Attributes:
        edits: From its first word to its last.
        spans: What of the source it quotes, one span between omissions.
        same: Words of the quotation that are the source's, their case aside.
    """

    edits: tuple[Edit, ...]
    spans: tuple[Span, ...]
    same: tuple[str, ...]


_Step = tuple[Op, Span | None, Span | None]


def align(pieces: Sequence[Piece], source: Sequence[tuple[str, Span]]) -> Aligned | None:
    """Lay a quotation into a stretch of its source; None if nothing of it stands there."""
    if not source or not pieces:
        return None
    costs = _costs(pieces, source)
    steps = _steps(pieces, source, costs)
    same = tuple(word for _, word in steps if word)
    edits = _merged([step for step, _ in steps])
    spans = _spans(edits)
    return Aligned(edits, spans, same) if spans and same else None


def _single(token: str) -> int:
    return _WORD if is_word(token) else _MARK


def _swap(piece: Piece, token: str) -> int:
    if isinstance(piece, Gap):
        return _NEVER
    if piece.fits(token):
        return 0
    if isinstance(piece, Altered):
        return _SWAP if is_word(token) else _NEVER
    if is_word(piece.token) != is_word(token):
        return _NEVER
    if not is_word(token):
        return _MARK
    return _CASE if piece.token.casefold() == token.casefold() else _SWAP


def _left_out(piece: Piece, token: str) -> int:
    """Return what it costs that the source has a word right after ``piece`` that the text has not."""
    if isinstance(piece, Gap):
        return 0 if piece.omission else _BRACKETED
    return _STOP if token in _STOPS else _single(token)


def _put_in(piece: Piece) -> int:
    if isinstance(piece, Gap):
        return 0
    return _single(piece.token) if isinstance(piece, Literal) else _WORD


def _costs(pieces: Sequence[Piece], source: Sequence[tuple[str, Span]]) -> list[list[int]]:
    rows = [[0] * (len(source) + 1)]
    distinct = {token for token, _ in source}
    for piece in pieces:
        above, extra = rows[-1], _put_in(piece)
        of_token = {token: (_swap(piece, token), _left_out(piece, token)) for token in distinct}
        cost = above[0] + extra
        row = [cost]
        for at, (token, _) in enumerate(source):
            swap, left_out = of_token[token]
            cost = min(above[at] + swap, above[at + 1] + extra, cost + left_out)
            row.append(cost)
        rows.append(row)
    return rows


def _steps(
    pieces: Sequence[Piece], source: Sequence[tuple[str, Span]], costs: list[list[int]]
) -> list[tuple[_Step, str]]:
    """Walk back from the cheapest end; each step with the word that is the same, if it is one."""
    i = len(pieces)
    j = min(range(len(source) + 1), key=lambda at: costs[i][at])
    steps: list[tuple[_Step, str]] = []
    while i > 0:
        piece = pieces[i - 1]
        if j > 0 and costs[i][j] == costs[i - 1][j - 1] + (cost := _swap(piece, source[j - 1][0])):
            i, j = i - 1, j - 1
            same = (
                piece.token if isinstance(piece, Literal) and is_word(piece.token) and cost <= _CASE else ""
            )
            steps.append(((_op_of(piece, cost), source[j][1], piece.span), same))
        elif costs[i][j] == costs[i - 1][j] + _put_in(piece):
            i -= 1
            steps.append(((_gap_op(piece, Op.INSERT), None, piece.span), ""))
        else:
            j -= 1
            steps.append(((_gap_op(piece, Op.DELETE), source[j][1], None), ""))
    return steps[::-1]


def _op_of(piece: Piece, cost: int) -> Op:
    if cost:
        return Op.REPLACE
    return Op.ALTERED if isinstance(piece, Altered) else Op.EQUAL


def _gap_op(piece: Piece, otherwise: Op) -> Op:
    if not isinstance(piece, Gap):
        return otherwise
    return Op.OMITTED if piece.omission else Op.ALTERED


_CHANGES = (Op.REPLACE, Op.DELETE, Op.INSERT)


def _merged(steps: Sequence[_Step]) -> tuple[Edit, ...]:
    """Join steps of one kind; changes that follow one another are one."""
    edits: list[Edit] = []
    for op, source, text in steps:
        last = edits[-1] if edits else None
        both = last is not None and last.op in _CHANGES and op in _CHANGES
        if last is None or (last.op is not op and not both):
            edits.append(Edit(op, source, text))
            continue
        joined = _joined(last.source, source), _joined(last.text, text)
        edits[-1] = Edit(_change(*joined) if both else op, *joined)
    return tuple(edits)


def _change(source: Span | None, text: Span | None) -> Op:
    if source is None:
        return Op.INSERT
    return Op.DELETE if text is None else Op.REPLACE


def _joined(one: Span | None, other: Span | None) -> Span | None:
    if one is None or other is None:
        return one or other
    return Span(min(one.start, other.start), max(one.end, other.end))


def _spans(edits: Sequence[Edit]) -> tuple[Span, ...]:
    """Return what of the source is quoted: a span between omissions."""
    spans: list[Span] = []
    fresh = True
    for edit in edits:
        if edit.op is Op.OMITTED:
            fresh = True
        elif edit.source is not None and fresh:
            spans.append(edit.source)
            fresh = False
        elif edit.source is not None:
            spans[-1] = Span(spans[-1].start, edit.source.end)
    return tuple(spans)
