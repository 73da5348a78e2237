"""Which of the lines that read like article headings are the treaty's own: those that form a series.

A single line cannot tell. ``Article 12`` alone on a line is a heading or the end of a broken reference; an
article's number may carry a footnote's (``52`` for 5 with note 2); a table of contents has all the headings once
more. So every candidate is weighed by how it stands on the page, each step from one number to the next has its
cost, and the chain with the greatest sum wins: dynamic programming over the candidates in order. A series
begins again only where something is printed that can begin one: an annex, a part, the words of agreement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.headings import Label
from corpus.numerals import alpha, ordinal, roman, word

_WINDOW = 24
"""Candidates looked back over: so many references in a row never stand between two articles."""
_RESTART = 1.0
"""Cost of a new series after an annex, a division or the words of agreement."""
_RESTART_AFTER_TITLE = 2.0
"""Cost of a new series after a line that may be the title of another instrument."""
_MISSING = 0.3
"""Cost of each number left out: articles get lost or repealed, but a gap is rarely large …"""
_MOST_MISSING = 4.0
"""… and excerpts have large ones."""
_MISREAD = 0.7
"""Cost of reading a number as another: a note's mark at its end, a letter for a digit."""
_SAME_STYLE = 0.4
"""Gain of a heading printed like the one before."""
_PARTS = re.compile(r"[.-]")
_SUFFIXED = re.compile(r"(?P<main>\d+|[IVXLC]+|[A-Z])[\s-]?(?P<suffix>[A-Za-z]{0,12})")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that reads like an article's heading.

    Attributes:
        start: Its offset, which names it.
        label: What it says.
        weight: How much it stands like a heading, above 0.
        style: How it is printed; headings of one treaty are alike.
    """

    start: int
    label: Label
    weight: float
    style: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line that can begin a new series; ``cost`` says how surely."""

    start: int
    cost: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article: its candidate, its number as read, and the series it belongs to (0 is the main text's)."""

    candidate: Candidate
    text: str
    run: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a number: the form of its series, its place in it, how it was printed, and the cost."""

    form: str
    place: tuple[float, ...]
    text: str
    cost: float = 0.0


def restart_break(start: int, *, title: bool = False) -> Break:
    """Return a break at ``start``: of a title that may be an instrument's, or of a surer sign."""
    return Break(start, _RESTART_AFTER_TITLE if title else _RESTART)


def choose(candidates: Sequence[Candidate], breaks: Sequence[Break]) -> list[Chosen]:
    """Return the candidates that form the series, in order."""
    states: list[tuple[int, _Reading]] = [
        (i, reading)
        for i, one in enumerate(candidates)
        for reading in readings(one.label.number, one.label.spaced[0])
    ]
    if not states:
        return []
    between = _Breaks(breaks, [one.start for one in candidates])
    best: list[float] = []
    came: list[int | None] = []
    first_of: list[int] = []
    for place, (i, reading) in enumerate(states):
        first_of.append(place if not place or states[place - 1][0] != i else first_of[-1])
        score, before = _start(reading), None
        for earlier in range(first_of[place] - 1, max(first_of[place] - 2 * _WINDOW, 0) - 1, -1):
            j, one = states[earlier]
            if best[earlier] + _SAME_STYLE <= score:
                continue
            step = _step(one, reading, between.cost(j, i))
            if step is None:
                continue
            value = best[earlier] - step + _SAME_STYLE * (candidates[j].style == candidates[i].style)
            if value > score:
                score, before = value, earlier
        best.append(score + candidates[i].weight - reading.cost)
        came.append(before)
    return _runs(_traced(states, best, came), candidates, between)


def readings(number: str, spaced: str = "") -> list[_Reading]:
    """Return the ways to read a number as printed, the plainest first; ``spaced`` is it with the digits after it."""
    cleaned = re.sub(r"^the\s+", "", number, flags=re.IGNORECASE)
    if (value := word(cleaned)) is not None:
        return [_Reading("word", (float(value),), number)]
    parts = _PARTS.split(cleaned)
    if len(parts) > 1 and all(parts) and parts[-1][0].isdigit():
        return [_Reading(f"{len(parts)} parts", tuple(_part(part) for part in parts), number)]
    found = []
    if match := _SUFFIXED.fullmatch(cleaned):
        found = _simple(match["main"], match["suffix"], number)
    digits = cleaned.replace("l", "1").replace("O", "0")
    if digits.isdigit() and digits != cleaned:
        found.append(_Reading("digits", (float(digits),), digits, _MISREAD))
    if cleaned.isdigit():
        trimmed = (cleaned[:-1], cleaned[:-2])
        found += [_Reading("digits", (float(one),), one, _MISREAD) for one in (*trimmed, spaced) if one]
    return found


def _part(text: str) -> float:
    return float(text) if text.isdigit() else float(roman(text) or alpha(text) or 0)


def _simple(main: str, suffix: str, number: str) -> list[_Reading]:
    added = 0.0
    if suffix:
        place = ordinal(f"1 {suffix}") if len(suffix) > 1 else ordinal(f"1{suffix}")
        if place is None:
            return []
        added = place - 1
    values = [("digits", float(main))] if main.isdigit() else []
    if not main.isdigit():
        values += [("roman", float(value)) for value in [roman(main)] if value]
        values += [("letter", float(value)) for value in [alpha(main)] if value]
    return [_Reading(form, (value + added,), number) for form, value in values]


def _start(reading: _Reading) -> float:
    """Return the worth of a chain that begins here: a series begins with 1, an excerpt may begin anywhere."""
    return -min(_MISSING * max(reading.place[-1] - 1, 0), _MOST_MISSING / 2)


def _step(one: _Reading, other: _Reading, restart: float | None) -> float | None:
    """Return the cost of going from one number to another, or None where a series cannot do so."""
    costs = []
    if restart is not None and _is_first(other):
        costs.append(restart)
    if one.form == other.form:
        going_on = _onward(one.place, other.place, divided=restart is not None)
        if going_on is not None:
            costs.append(going_on)
    return min(costs, default=None)


def _is_first(reading: _Reading) -> bool:
    return reading.place[-1] in (0, 1)


def _onward(one: tuple[float, ...], other: tuple[float, ...], *, divided: bool) -> float | None:
    if other <= one:
        return None
    if one[:-1] != other[:-1]:  # from 2.10 to 3.1
        skipped = sum(b - a for a, b in zip(one[:-1], other[:-1], strict=True)) - 1
        return min(_MISSING * (max(skipped, 0) + max(other[-1] - 1, 0)), _MOST_MISSING)
    gap = other[-1] - one[-1]
    if gap <= 1:
        return 0.0
    if divided and other[-1] % 100 in (0, 1) and other[-1] // 100 > one[-1] // 100:
        return 0.0  # articles 101 to 115 in chapter 1, 201 onwards in chapter 2
    return min(_MISSING * (gap - 1), _MOST_MISSING)


def _traced(
    states: list[tuple[int, _Reading]], best: list[float], came: list[int | None]
) -> list[tuple[int, _Reading]]:
    at: int | None = max(range(len(best)), key=best.__getitem__)
    chain = []
    while at is not None:
        chain.append(states[at])
        at = came[at]
    return chain[::-1]


def _runs(
    chain: list[tuple[int, _Reading]], candidates: Sequence[Candidate], between: _Breaks
) -> list[Chosen]:
    """Number the series of a chain; one that was broken off by an annex's own may go on as number 0."""
    chosen: list[Chosen] = []
    run = latest = 0
    main: _Reading | None = None
    for before, (i, reading) in zip([None, *chain], chain, strict=False):
        restart = between.cost(before[0], i) if before else None
        if before is not None and _begins_anew(before[1], reading):
            latest += 1
            run = latest
        if run and main and restart is not None and _resumes(main, reading, before[1] if before else None):
            run = 0
        if run == 0:
            main = reading
        chosen.append(Chosen(candidates[i], reading.text, run))
    return chosen


def _begins_anew(one: _Reading, other: _Reading) -> bool:
    return one.form != other.form or _onward(one.place, other.place, divided=True) is None


def _resumes(main: _Reading, reading: _Reading, before: _Reading | None) -> bool:
    """Tell whether a number goes on where the main text broke off, and does not go on from the one before."""
    if reading.form != main.form or _onward(main.place, reading.place, divided=True) != 0.0:
        return False
    return (
        before is None
        or before.form != reading.form
        or _onward(before.place, reading.place, divided=True) != 0.0
    )


class _Breaks:
    """Looks up the surest sign of a new series between two candidates."""

    def __init__(self, breaks: Sequence[Break], starts: Sequence[int]) -> None:
        sure = sorted(one.start for one in breaks if one.cost <= _RESTART)
        titles = sorted(one.start for one in breaks if one.cost > _RESTART)
        self._sure = [bisect_left(sure, start) for start in starts]
        self._titles = [bisect_left(titles, start) for start in starts]

    def cost(self, one: int, other: int) -> float | None:
        """Return what a new series costs that begins at one candidate after an article at another."""
        if self._sure[one] != self._sure[other]:
            return _RESTART
        return _RESTART_AFTER_TITLE if self._titles[one] != self._titles[other] else None
