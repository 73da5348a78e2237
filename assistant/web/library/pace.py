"""How long a build of the index may still take, told from how fast it goes.

Its stages differ in what they count, so each has a share of the whole time; within a stage the time goes with what is
done. Nothing is said before there is something to tell it from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHARES = {"cut": (0.0, 0.03), "embed": (0.03, 0.57), "closeups": (0.57, 0.95), "store": (0.95, 1.0)}
"""Of the whole time, where each stage begins and ends. Measured with the bundled encoder on a treaty of 285 passages,
all embedded anew: 126 s for the passages, 92 s for their sentences, 15 s from there to the end."""

TELLING = ("embed", "closeups")
"""Stages whose pace tells how long the rest takes; the others are short and go by other things."""

FEWEST_SECONDS = 2.0
"""Of a stage, before its pace is taken for what it is."""

LEAST_DONE = 0.02
"""Of a stage, before its pace is taken for what it is."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How far a build is.

    Attributes:
        share: Of the whole, 0 to 1; it never falls.
        seconds: Since it began.
        left: Seconds that are left, or None as long as that is not known.
    """

    share: float
    seconds: float
    left: float | None


class Pace:
    """Follows the steps of one build.

    Args:
        clock: Tells seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._began = clock, clock()
        self._stage, self._entered = "", self._began
        self._share = 0.0
        self._left: float | None = None
        self._told = self._began

    def step(self, stage: str, done: int, total: int) -> None:
        """Take note that so much of a stage is done."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._entered = stage, now
        first, last = SHARES.get(stage, (self._share, self._share))
        part = done / total if total else 1.0
        self._share = max(self._share, first + (last - first) * part)
        taken = now - self._entered
        if stage in TELLING and total and part >= LEAST_DONE and taken >= FEWEST_SECONDS:
            whole = taken / part / (last - first)
            self._left, self._told = whole * (1 - self._share), now

    def now(self) -> Estimate:
        """Return how far it is; between two steps what is left goes down with the time."""
        now = self._clock()
        left = None if self._left is None else max(0.0, self._left - (now - self._told))
        return Estimate(self._share, now - self._began, left)
