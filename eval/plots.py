"""The plots of the report, drawn here as inline SVG: no library, no script, nothing fetched.

Colours are classes of ``page.css``, so that light and dark are its matter. Every plot says in words what it shows,
for those who do not see it. Coordinates are the drawing's own units, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eval.confidence import Bin, Kept
    from eval.metrics import Score

WIDTH, HEIGHT = 380, 290
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 12, 12, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_TOPS = (0.2, 0.4, 0.6, 0.8)
"""Where risk axes end, else at 1: quarters of these are round."""
_LARGEST_DOT, _SMALLEST_DOT = 9.0, 2.5
"""Radii of the dots of the reliability plot: area by cases."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a stacked bar: what it is, its class in the style sheet, how many."""

    name: str
    style: str
    count: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """A plot's axes: x from 0 to 1, y from 0 to ``top``."""

    top: float = 1.0

    def x(self, value: float) -> float:
        return _LEFT + value * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - _BOTTOM - value / self.top * (HEIGHT - _TOP - _BOTTOM)

    def drawn(self, across: str, up: str) -> str:
        """Return grid, ticks and the names of the axes."""
        parts = []
        for tick in _TICKS:
            x, y = self.x(tick), self.y(tick * self.top)
            parts += [
                _line((x, self.y(0)), (x, self.y(self.top)), "grid"),
                _line((self.x(0), y), (self.x(1), y), "grid"),
                _text(x, self.y(0) + 16, f"{tick:.2g}", "tick", "middle"),
                _text(self.x(0) - 7, y + 4, f"{tick * self.top:.2g}", "tick", "end"),
            ]
        middle = (self.y(0) + self.y(self.top)) / 2
        parts += [
            _text(self.x(0.5), HEIGHT - 8, across, "axis", "middle"),
            f'<g transform="translate(13 {middle:.1f}) rotate(-90)">{_text(0, 0, up, "axis", "middle")}</g>',
        ]
        return "".join(parts)


def risk_coverage_plot(curve: Sequence[Kept], point: tuple[float, float] | None) -> str:
    """Draw the risk–coverage curve.

    Args:
        curve: The curve, the surest cases first.
        point: Coverage and risk of the program as it is: what it answers, and how much of that is wrong.
    """
    highest = max([one.risk for one in curve] + ([point[1]] if point else []), default=0.0)
    frame = _Frame(next((top for top in _TOPS if top > highest), 1.0))
    steps = [(frame.x(one.coverage), frame.y(one.risk)) for one in curve]
    drawn = [frame.drawn("share of the cases kept, the surest first", "share of them wrong")]
    if curve:
        all_wrong = curve[-1].risk
        drawn.append(_line((frame.x(0), frame.y(all_wrong)), (frame.x(1), frame.y(all_wrong)), "aside"))
        drawn.append(_path(steps, "curve"))
    if point:
        x, y = frame.x(point[0]), frame.y(point[1])
        drawn.append(f'<circle class="here" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
    said = "Risk–coverage curve" + (
        f": of the {point[0]:.0%} of the cases that were answered, {point[1]:.0%} were wrong" if point else ""
    )
    return _svg("".join(drawn), said)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Draw the share that was right over the confidence given, a dot a bin, its area by cases."""
    frame = _Frame()
    most = max((one.cases for one in bins), default=0)
    drawn = [
        frame.drawn("confidence", "share right"),
        _line((frame.x(0), frame.y(0)), (frame.x(1), frame.y(1)), "aside"),
    ]
    points = []
    for one in bins:
        if one.confidence is None or one.right is None:
            continue
        x, y = frame.x(one.confidence), frame.y(one.right)
        points.append((x, y))
        radius = _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * (one.cases / most) ** 0.5
        label = f"{one.cases} cases, confidence {one.confidence:.2f}, {one.right:.0%} right"
        drawn.append(
            _line((x, y), (x, frame.y(one.confidence)), "gap")
            + f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{escape(label)}</title></circle>'
        )
    return _svg("".join(drawn), "Reliability: the share that was right over the confidence given")


def stacked_bar(parts: Sequence[Part]) -> str:
    """Draw counts as one bar across the width, to be stretched as the page likes."""
    total = sum(part.count for part in parts)
    drawn, at = [], 0.0
    for part in parts:
        if part.count:
            wide = 100 * part.count / total
            label = f"{part.name}: {part.count}"
            drawn.append(
                f'<rect class="{part.style}" x="{at:.2f}" y="0" width="{wide:.2f}" height="10">'
                f"<title>{escape(label)}</title></rect>"
            )
            at += wide
    said = ", ".join(f"{part.name} {part.count}" for part in parts if part.count)
    return _stretched("".join(drawn), said, "bar")


def interval_strip(score: Score) -> str:
    """Draw a share and its interval on a line from 0 to 1."""
    if score.value is None:
        return ""
    drawn = '<rect class="ground" x="0" y="4" width="100" height="2"/>'
    if score.low is not None and score.high is not None:
        wide = max(0.8, 100 * (score.high - score.low))
        drawn += f'<rect class="range" x="{100 * score.low:.2f}" y="3" width="{wide:.2f}" height="4"/>'
    drawn += f'<rect class="value" x="{100 * score.value - 0.6:.2f}" y="0" width="1.2" height="10"/>'
    return _stretched(drawn, f"{score.value:.3f} on a line from 0 to 1", "strip")


def _svg(inner: str, said: str) -> str:
    label = escape(said)
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{inner}</svg>'


def _stretched(inner: str, said: str, style: str) -> str:
    return (
        f'<svg class="{style}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(said)}">{inner}</svg>'
    )


def _line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(points: Iterable[tuple[float, float]], style: str) -> str:
    return f'<polyline class="{style}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _text(x: float, y: float, words: str, style: str, anchor: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
