"""What the benchmark's measurements amount to: figures beside their floors, as a table and as JSON.

Nothing here measures. A figure never fails a run: whether its aim is met depends on the machine and on what
else runs there, so it is printed and left to the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

from eval.resample import quantile

if TYPE_CHECKING:
    from index.build import BuildReport

WARM_MS = 900.0
"""Most milliseconds a warm question may take in the middle: the reader still sees it as an answer, not a wait."""
MODEL_SHARE = 85.0
"""Least share of a warm question, in percent, that the models should take: the rest is ours to answer for."""
SERVER_MB = 1200.0
"""Most memory of the server, so that it runs beside a browser on a machine with 4 GB."""
_NONE = "–"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound that a figure should keep: ``limit`` or less, or, with ``least``, that much or more."""

    limit: float
    least: bool = False

    def met(self, value: float) -> bool:
        """Tell whether a value keeps the bound."""
        return value >= self.limit if self.least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: What was measured.
        ours: What the program took; None if this system does not tell.
        unit: Of ``ours`` and ``floor``.
        floor: What the models alone took for the same; None where they have no part in it.
        aim: The bound it should keep, if one was set.
    """

    name: str
    ours: float | None
    unit: str
    floor: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """``ours`` by ``floor``; for a rate, such as tokens/s, less than 1 where the program is slower."""
        return self.ours / self.floor if self.ours is not None and self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None if there is no aim or no value."""
        return None if self.aim is None or self.ours is None else self.aim.met(self.ours)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one question, and how many of them the models took."""

    seconds: float
    model_seconds: float

    @property
    def share(self) -> float:
        """The models' share, in percent."""
        return 100 * self.model_seconds / self.seconds

    @property
    def ratio(self) -> float:
        """The whole by the models' part; infinite for a question that no model saw."""
        return self.seconds / self.model_seconds if self.model_seconds else float("inf")


@dataclass(frozen=True, slots=True)
class Work:
    """What a piece of work took: seconds by the clock, and of the processors, which other programs do not stretch."""

    seconds: float
    processor: float


def index_figures(documents: int, tokens: int, ours: Work, floor: Work) -> list[Figure]:
    """Return what indexing a library came to, against embedding its passages and nothing else."""
    return [
        Figure(f"index of {documents} documents", ours.seconds, "s", floor.seconds),
        Figure("index: processor time", ours.processor, "s", floor.processor),
        Figure("index: rate", tokens / ours.seconds, "tokens/s", tokens / floor.seconds),
    ]


def added_figures(report: BuildReport, own: int, seconds: float, floor: float) -> list[Figure]:
    """Return what one document more came to; ``own`` is how many passages it has, ``floor`` embedding them."""
    return [
        Figure("one document added: passages embedded", report.embedded, "", own, Aim(own)),
        Figure("one document added: passages carried over", report.carried, ""),
        Figure("one document added", seconds, "s", floor),
    ]


def warm_figures(timings: Sequence[Timing]) -> list[Figure]:
    """Return what warm questions came to."""
    ours = [1000 * one.seconds for one in timings]
    models = [1000 * one.model_seconds for one in timings]
    return [
        Figure(f"warm question, median of {len(timings)}", median(ours), "ms", median(models), Aim(WARM_MS)),
        Figure("warm question, p95", quantile(ours, 0.95), "ms", quantile(models, 0.95)),
        Figure(
            "warm question: share of the models, median",
            median(one.share for one in timings),
            "%",
            aim=Aim(MODEL_SHARE, least=True),
        ),
        Figure("warm question: whole by models, median", median(one.ratio for one in timings), "×"),
    ]


def middle(timings: Sequence[Timing]) -> Timing:
    """Return the medians of the whole and of the models' part, each for itself."""
    return Timing(median(t.seconds for t in timings), median(t.model_seconds for t in timings))


def table(figures: Sequence[Figure]) -> Table:
    """Return the figures as a table."""
    drawn = Table("figure")
    for name in ("ours", "floor", "ratio", "aim"):
        drawn.add_column(name, justify="right")
    for one in figures:
        ratio = _NONE if one.ratio is None else f"{one.ratio:.2f}"
        drawn.add_row(one.name, amount(one.ours, one.unit), amount(one.floor, one.unit), ratio, _aim(one))
    return drawn


def figure_json(figure: Figure) -> Json:
    """Return a figure in JSON form."""
    aim = figure.aim
    return {
        "name": figure.name,
        "unit": figure.unit,
        "ours": _rounded(figure.ours),
        "floor": _rounded(figure.floor),
        "ratio": _rounded(figure.ratio),
        "aim": None if aim is None else {"at_least" if aim.least else "at_most": aim.limit},
        "met": figure.met,
    }


def amount(value: float | None, unit: str) -> str:
    """Return a value in three significant places or whole, with its unit."""
    if value is None:
        return _NONE
    places = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{places}f} {unit}".rstrip()


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    bound = f"{'≥' if figure.aim.least else '≤'} {amount(figure.aim.limit, figure.unit)}"
    return bound if figure.met is None else f"{bound} {'met' if figure.met else 'missed'}"


def _rounded(value: float | None) -> float | None:
    return None if value is None or value == float("inf") else round(value, 4)
