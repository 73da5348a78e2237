"""What measurements amount to: figures beside their floor and beside the peers, as a table, as Markdown, as JSON.

Nothing here measures. A figure never fails a run: whether its aim is met depends on the machine and on what else runs
there, so it is printed and left to the reader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

from eval.resample import quantile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OURS, FLOOR, RECIPE, CAIRN = "ours", "floor", "recipe", "cairn"
"""The columns: the program, its models alone, and the two peers."""
COLUMNS = (OURS, FLOOR, RECIPE, CAIRN)
HEADS = {OURS: "ours", FLOOR: "models alone", RECIPE: "usual recipe", CAIRN: "cairn-assistant"}
NONE = "–"
HUNDRED, TEN = 100, 10

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the most of some measurements of one thing."""

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of at least one value."""
        return cls(min(values), median(values), max(values))


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound that a figure should keep.

    Attributes:
        limit: The value itself keeps the bound.
        least: Whether it is the least the figure should be, rather than the most.
        ratio: Whether it bounds ours by floor rather than ours.
    """

    limit: float
    least: bool = False
    ratio: bool = False

    def met(self, value: float) -> bool:
        """Tell whether a value keeps the bound."""
        return value >= self.limit if self.least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, by system; a system that has no such thing, or was not there, is left out."""

    name: str
    unit: str
    by: Mapping[str, Spread]
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by floor, middle by middle; below 1 for a rate where the program is slower; None of mere numbers."""
        ours, floor = self.by.get(OURS), self.by.get(FLOOR)
        return ours.middle / floor.middle if self.unit and ours and floor and floor.middle else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None if there is none or nothing to hold against it."""
        ours = self.by.get(OURS)
        value = self.ratio if self.aim and self.aim.ratio else ours.middle if ours else None
        return None if self.aim is None or value is None else self.aim.met(value)


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one workload, with what is to be known of it; why it was left out, if it has none."""

    title: str
    note: str
    figures: tuple[Figure, ...]


def figure(
    name: str,
    unit: str,
    by: Mapping[str, Sequence[float | None]],
    aim: Aim | None = None,
    *,
    times: float = 1,
) -> Figure:
    """Return a figure from each system's measurements, all multiplied by ``times``; those not taken are left out."""
    taken = {who: [times * one for one in values if one is not None] for who, values in by.items()}
    return Figure(name, unit, {who: Spread.of(values) for who, values in taken.items() if values}, aim)


def percentiles(by: Mapping[str, Sequence[float]], name: str, aims: Mapping[float, Aim]) -> list[Figure]:
    """Return median, 95th and 99th percentile of questions, given in seconds, in milliseconds."""
    found = []
    for share in (0.5, 0.95, 0.99):
        at = {who: [quantile(values, share)] for who, values in by.items() if values}
        found.append(figure(f"{name}, p{share * 100:.0f}", "ms", at, aims.get(share), times=1000))
    return found


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float | None:
    """Return b of ``cost = a · size^b``, by least squares over the logarithms.

    Returns:
        The exponent; None with fewer than two sizes, or where a cost is not above zero.
    """
    if len(set(sizes)) < 2 or min(costs) <= 0:  # noqa: PLR2004 - a line needs two points
        return None
    x, y = [math.log(one) for one in sizes], [math.log(one) for one in costs]
    mx, my = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return math.fsum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / math.fsum(
        (a - mx) ** 2 for a in x
    )


def growth(sizes: Sequence[int], found: Sequence[Section]) -> Section:
    """Return how the figures that every library has grow with its size."""
    names = [one.name for one in found[0].figures] if found else []
    grown = []
    for name in names:
        same = [one for section in found for one in section.figures if one.name == name]
        if len(same) < len(sizes):
            continue
        by = {}
        for who in COLUMNS:
            costs = [one.by[who].middle for one in same if who in one.by]
            value = exponent(sizes, costs) if len(costs) == len(sizes) else None
            if value is not None:
                by[who] = [value]
        if by:
            grown.append(figure(name, "", by))
    points = ", ".join(map(str, sizes))
    note = f"b of cost = a · treaties^b, fitted over {points} treaties: 0 does not grow, 1 grows with the library."
    return Section("Growth with the library", note, tuple(grown))


def amount(value: float, unit: str) -> str:
    """Return a value in three significant places or whole, with its unit."""
    places = 0 if abs(value) >= HUNDRED or (value == int(value) and unit) else 1 if abs(value) >= TEN else 2
    return f"{value:,.{places}f} {unit}".rstrip()


def shown(spread: Spread | None, unit: str) -> str:
    """Return the middle, and in brackets the least and the most where they differ."""
    if spread is None:
        return NONE
    middle = amount(spread.middle, unit)
    if spread.least == spread.most:
        return middle
    return f"{middle} ({amount(spread.least, '')}–{amount(spread.most, '')})"


def row(one: Figure) -> list[str]:
    """Return a figure as the cells of a table: name, columns, ratio, aim."""
    ratio = NONE if one.ratio is None else f"{one.ratio:.2f}"
    cells = {who: shown(one.by.get(who), one.unit) for who in COLUMNS}
    return [one.name, cells[OURS], cells[FLOOR], ratio, cells[RECIPE], cells[CAIRN], _aim(one)]


def head() -> list[str]:
    """Return the heads of the cells that ``row`` gives."""
    return ["figure", HEADS[OURS], HEADS[FLOOR], "ratio", HEADS[RECIPE], HEADS[CAIRN], "aim"]


def table(sections: Sequence[Section]) -> Table:
    """Return all workloads as one table for the terminal."""
    drawn = Table(head()[0])
    for name in head()[1:]:
        drawn.add_column(name, justify="right")
    for section in sections:
        drawn.add_section()
        drawn.add_row(f"[bold]{section.title}[/bold]")
        for one in section.figures:
            drawn.add_row(*row(one))
    return drawn


def markdown(sections: Sequence[Section]) -> str:
    """Return the workloads as Markdown, a table each."""
    parts = []
    for section in sections:
        lines = [f"### {section.title}", "", section.note]
        if section.figures:
            lines += ["", _line(head()), _line(["---"] * len(head()))]
            lines += [_line(row(one)) for one in section.figures]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def as_json(sections: Sequence[Section]) -> list[Json]:
    """Return the workloads in JSON form."""
    return [
        {"title": one.title, "note": one.note, "figures": [_figure_json(f) for f in one.figures]}
        for one in sections
    ]


def _figure_json(one: Figure) -> Json:
    spreads = {w: {"least": s.least, "middle": s.middle, "most": s.most} for w, s in one.by.items()}
    aim = one.aim and {
        ("at_least" if one.aim.least else "at_most"): one.aim.limit,
        "of": "ratio" if one.aim.ratio else "ours",
    }
    return {
        "name": one.name,
        "unit": one.unit,
        **spreads,
        "ratio": one.ratio,
        "aim": aim,
        "met": one.met,
    }


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _aim(one: Figure) -> str:
    if one.aim is None:
        return ""
    bound = f"{one.aim.limit:g} × alone" if one.aim.ratio else amount(one.aim.limit, one.unit)
    said = f"{'≥' if one.aim.least else '≤'} {bound}"
    return said if one.met is None else f"{said} {'met' if one.met else 'missed'}"
