"""Whether confidence is worth anything: does it order answers, does it foretell, what does trusting it buy?

Everything here is taken of pairs: a confidence from 0 to 1, and whether what was said with it was right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS = 10
"""Bins of the calibration error, as in Guo et al. (2017) scaled to some hundred cases."""

Told = tuple[float, bool]
"""A confidence, and whether it was right."""


def auroc(values: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Return the area under the ROC curve: how often a positive has the higher value, a tie counting half.

    By ranks, ``(R - p(p + 1)/2) / (p n)``: R the sum of the positives' ranks from 1, ties given their mean
    rank, p and n the numbers of positives and negatives. Source: Hanley and McNeil, Radiology 143 (1982); the
    Mann-Whitney U.

    Returns:
        A number from 0 to 1; None without positives or without negatives.
    """
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return None
    ranks = mean_ranks(values)
    total = math.fsum(rank for rank, label in zip(ranks, labels, strict=True) if label)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def mean_ranks(values: Sequence[float]) -> list[float]:
    """Return each value's rank from 1, smallest first; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose confidence lies between two bounds.

    Attributes:
        low, high: The bounds; the upper one belongs to the next bin, in the last one to it.
        cases: How many cases.
        confidence: Their mean confidence; None if there are none.
        right: The share of them that was right; None if there are none.
    """

    low: float
    high: float
    cases: int
    confidence: float | None
    right: float | None


def reliability(told: Sequence[Told], bins: int = BINS) -> tuple[Bin, ...]:
    """Return the cases in bins of equal width over 0 to 1, lowest first, empty ones included.

    Source of the diagram: DeGroot and Fienberg, The Statistician 32 (1983).
    """
    members: list[list[Told]] = [[] for _ in range(bins)]
    for confidence, right in told:
        members[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return tuple(
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            cases=len(held),
            confidence=math.fsum(c for c, _ in held) / len(held) if held else None,
            right=sum(r for _, r in held) / len(held) if held else None,
        )
        for place, held in enumerate(members)
    )


def calibration_error(
    confidences: Sequence[float], correct: Sequence[bool], bins: int = BINS
) -> float | None:
    """Return the expected calibration error: sum over bins of size/n * |share correct - mean confidence|.

    Source: Naeini, Cooper and Hauskrecht, AAAI (2015); Guo et al., ICML (2017).

    Returns:
        A number from 0 to 1; None if there are no cases.
    """
    found = reliability(list(zip(confidences, correct, strict=True)), bins)
    gaps = [
        one.cases * abs(one.right - one.confidence)
        for one in found
        if one.right is not None and one.confidence is not None
    ]
    return math.fsum(gaps) / len(confidences) if confidences else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A point of the risk–coverage curve.

    Attributes:
        confidence: The lowest confidence kept.
        coverage: Share of the cases kept: those at least so sure.
        risk: Share of the kept that was wrong.
    """

    confidence: float
    coverage: float
    risk: float


def risk_coverage(told: Sequence[Told]) -> tuple[Kept, ...]:
    """Return the risk–coverage curve, the surest cases first, cases equally sure as one point.

    Source: El-Yaniv and Wiener, Journal of Machine Learning Research 11 (2010).
    """
    curve: list[Kept] = []
    kept = wrong = 0
    for confidence, errors, size in _steps(told):
        kept, wrong = kept + size, wrong + errors
        curve.append(Kept(confidence, kept / len(told), wrong / kept))
    return tuple(curve)


def aurc(told: Sequence[Told]) -> float | None:
    """Return the area under the risk–coverage curve: the mean of the risk at 1, 2, … n cases kept.

    Cases equally sure are kept in no order: the mean over all orders is taken, which spreads their errors evenly.
    0 is best; the share of wrong cases is what confidence without any worth would give. Source: Geifman, Uziel and
    El-Yaniv, ICLR (2019).

    Returns:
        A number from 0 to 1; None if there are no cases.
    """
    if not told:
        return None
    risks: list[float] = []
    kept = wrong = 0
    for _, errors, size in _steps(told):
        risks += [(wrong + errors * k / size) / (kept + k) for k in range(1, size + 1)]
        kept, wrong = kept + size, wrong + errors
    return math.fsum(risks) / len(told)


def _steps(told: Sequence[Told]) -> list[tuple[float, int, int]]:
    """Return each confidence that occurs, highest first, with how many of its cases were wrong, and how many are."""
    counts: dict[float, tuple[int, int]] = {}
    for confidence, right in told:
        errors, size = counts.get(confidence, (0, 0))
        counts[confidence] = (errors + (not right), size + 1)
    return [(confidence, *counts[confidence]) for confidence in sorted(counts, reverse=True)]
