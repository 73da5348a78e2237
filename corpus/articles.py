"""Finding a treaty's articles: the lines that read like their headings, weighed, and the series among them.

The result says which lines open an article and of which series, and gives the lines as the outline is to read
them: without tables of contents, and cut where headings stand within a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

from corpus.contents import without_leaders, without_tables
from corpus.headings import (
    Label,
    accompanying_label,
    agrees,
    annex_label,
    article_label,
    closes,
    division_label,
)
from corpus.lines import Line, is_title_like, next_line
from corpus.running import cut, headings_beside, joined
from corpus.series import Break, Candidate, Chosen, choose, restart_break

MIN_ARTICLES = 3
"""A text with fewer article headings is not parsed as a treaty."""
_UNITS = ("Article", "Section", "Rule", "Regulation", "Clause", "Paragraph")
"""What the provisions of a treaty are called, the first of which there are enough."""
_ANNEXED_UNITS = ("Rule", "Regulation")
"""Units that annexes use beside a main text in articles."""
_SPARSE = 60
"""Mean characters between headings within lines; references follow one another more closely."""
_HOLLOW = 120
"""Mean characters from one heading to the next in a table of contents that says the same otherwise."""
_FULLER = 3
"""How many times as long the articles of the text are as the entries of such a table."""
_OPENING_QUOTE = re.compile(
    r"(?P<quote>[“„«\"‘'])\s*(?=(?:ARTICLE|Article|Art\.|SECTION|Section|ANNEX|Annex)\s+[\dIVXLCA-Z])"
)
_CLOSING_QUOTES = {"“": "”", "„": "[“”]", "«": "»", '"': '"', "‘": "’", "'": "'"}
_LONGEST_QUOTATION = 40_000
"""Characters of a new text that an amendment quotes; a mark without its fellow quotes nothing."""


@dataclass(frozen=True, slots=True)
class Articles:
    """The lines of a treaty and which of them open its articles.

    Attributes:
        lines: In order, as the outline is to read them.
        chosen: By the offset at which an article's line begins.
        unit: What the provisions are called.
    """

    lines: list[Line]
    chosen: dict[int, Chosen]
    unit: str


def find_articles(lines: Sequence[Line], text: str) -> Articles | None:
    """Return the articles of a text, or None if it has too few to be read as a treaty."""
    labels = _Labels(_quotations(text))
    parts = cut(without_leaders(lines))
    for unit in _UNITS:
        found = _find(parts, text, labels.of(unit), unit)
        if found is not None and len(found.chosen) >= MIN_ARTICLES:
            return _with_annexed_units(found, labels) if unit == "Article" else found
    return None


class _Labels:
    """Reads lines as the headings of a unit, each line once, except in text that an amendment quotes."""

    def __init__(self, quotations: list[tuple[int, int]]) -> None:
        self._quotations = quotations
        self._read: dict[Line, Label | None] = {}

    def of(self, unit: str) -> Callable[[Line], Label | None]:
        """Return what reads a line as a heading of one unit."""

        def label(line: Line) -> Label | None:
            if line not in self._read:
                self._read[line] = None if self._is_quoted(line) else article_label(line)
            found = self._read[line]
            return found if found is not None and found.kind == unit else None

        return label

    def _is_quoted(self, line: Line) -> bool:
        place = bisect_right(self._quotations, (line.start,)) - 1
        return place >= 0 and line.start < self._quotations[place][1]


def _find(
    parts: Sequence[Line], text: str, label: Callable[[Line], Label | None], unit: str
) -> Articles | None:
    parts = without_tables(parts, label)
    if _crowded([part for part in parts if label(part)]):
        label = _at_line_starts(label)
    chosen = _choose(parts, label)
    parts = joined(parts, text, headings_beside(parts, {one.candidate.start for one in chosen}))
    parts, chosen = _without_hollow(parts, chosen, label, len(text))
    return Articles(parts, {one.candidate.start: one for one in chosen}, unit) if chosen else None


def _at_line_starts(label: Callable[[Line], Label | None]) -> Callable[[Line], Label | None]:
    return lambda line: None if line.inside else label(line)


def _crowded(parts: Sequence[Line]) -> bool:
    """Tell whether what is found within lines are the references of a list, one upon the other."""
    gaps = [other.start - one.start for one, other in pairwise(parts) if one.inside]
    return len(gaps) >= MIN_ARTICLES and mean(gaps) < _SPARSE


def _choose(lines: Sequence[Line], label: Callable[[Line], Label | None]) -> list[Chosen]:
    candidates: list[Candidate] = []
    breaks: list[Break] = []
    for i, line in enumerate(lines):
        if (found := label(line)) and (weight := _weight(lines, i, found)):
            candidates.append(Candidate(line.start, found, weight, _style(line, found)))
        elif division_label(line) or annex_label(line) or closes(line) or agrees(line):
            breaks.append(restart_break(line.start))
        elif line.marked or accompanying_label(line) or (line.text.isupper() and is_title_like(line)):
            breaks.append(restart_break(line.start, title=True))
    return choose(candidates, breaks)


def _weight(lines: Sequence[Line], i: int, label: Label) -> float:
    """Return how much a line stands like an article's heading; 0 if it is the end of a broken reference."""
    line, following = lines[i], next_line(lines, i)
    rest = line.text[label.rest_at - line.start :].strip(" .:;—–-*_")
    small = following is not None and following.text[0].islower() and not following.opens
    if line.marked:
        return 4.0
    if not rest:
        in_capitals = line.text[:3].isupper()
        if small and not in_capitals:
            return 0.0
        return 2.5 if line.opens else 1.4
    return (0.8 if line.inside else 1.2) + 0.3 * line.opens - 0.4 * small


def _style(line: Line, label: Label) -> str:
    """Return how a heading is printed, in a word that is equal for headings printed alike."""
    rest = line.text[label.rest_at - line.start :].lstrip()
    mark = rest[:1] if rest[:1] and not rest[:1].isalnum() else ""
    return f"{line.text[:2]}{mark}{bool(rest)}{line.inside}{line.marked}"


def _without_hollow(
    lines: list[Line], chosen: list[Chosen], label: Callable[[Line], Label | None], length: int
) -> tuple[list[Line], list[Chosen]]:
    """Drop a series of bare headings whose numbers another series has with words: a table of contents."""
    starts = [one.candidate.start for one in chosen]
    if not starts:
        return lines, chosen
    sizes = [after - start for start, after in zip(starts, [*starts[1:], length], strict=True)]
    runs: dict[int, list[tuple[Chosen, int]]] = {}
    for one, size in zip(chosen, sizes, strict=True):
        runs.setdefault(one.run, []).append((one, size))
    for run in runs.values():
        first, last = run[0][0].candidate.start, run[-1][0].candidate.start
        said = [line for line in lines if first <= line.start <= last and line.ends_sentence]
        if len(run) >= MIN_ARTICLES and len(said) < len(run) / 2 and _is_table(run, list(runs.values())):
            kept = [line for line in lines if not first <= line.start <= last]
            return kept, _choose(kept, label)
    return lines, chosen


def _is_table(run: list[tuple[Chosen, int]], runs: list[list[tuple[Chosen, int]]]) -> bool:
    own = {one.text for one, _ in run}
    usual = mean(size for _, size in run[:-1])
    return usual < _HOLLOW and any(
        other is not run
        and len(own & {one.text for one, _ in other}) > len(own) / 2
        and mean(size for _, size in other) > _FULLER * usual
        for other in runs
    )


def _with_annexed_units(found: Articles, labels: _Labels) -> Articles:
    """Add the rules or regulations of annexes that have no articles of their own."""
    last = max((s for s, one in found.chosen.items() if one.run == 0), default=0)
    latest = max(one.run for one in found.chosen.values())
    for unit in _ANNEXED_UNITS:
        label = labels.of(unit)
        taken = sorted(found.chosen)
        tail = [line for line in found.lines if line.start > last and line.start not in found.chosen]
        ruled = _choose(tail, label)
        if len(ruled) >= MIN_ARTICLES and not _mixed(taken, [one.candidate.start for one in ruled]):
            added = {
                one.candidate.start: Chosen(one.candidate, one.text, latest + 1 + one.run) for one in ruled
            }
            return Articles(found.lines, found.chosen | added, found.unit)
    return found


def _mixed(articles: list[int], others: list[int]) -> bool:
    """Tell whether articles stand between the other units: then these are references or divisions."""
    return any(others[0] < start < others[-1] for start in articles)


def _quotations(text: str) -> list[tuple[int, int]]:
    """Return the stretches that quote whole articles, as a protocol of amendment does: start, end."""
    found: list[tuple[int, int]] = []
    ends: dict[str, list[int]] = {}
    for match in _OPENING_QUOTE.finditer(text):
        if found and match.start() < found[-1][1]:
            continue
        close = _CLOSING_QUOTES[match["quote"]]
        if close not in ends:
            closing = re.compile(rf"(?:(?<=[.;:)])\s?{close}|{close}[.;])(?=\s|$)")
            ends[close] = [one.end() for one in closing.finditer(text)]
        place = bisect_right(ends[close], match.end())
        if place < len(ends[close]) and ends[close][place] - match.end() <= _LONGEST_QUOTATION:
            found.append((match.start(), ends[close][place]))
    return found
