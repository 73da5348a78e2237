"""What is measured over many cases, as pure functions: no model, no index, no clock.

Scores that could not be given are counted in ``Score.not_given`` and never averaged. A share that no case
could give is None, not 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.cases import CaseKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eval.judge import Judged

RESAMPLES = 2000
"""Bootstrap resamples; Efron and Tibshirani (1993), section 14.2, want 1000 or more."""
LEVEL = 0.95
SEED = 185
"""Fixed, so that the same scores give the same interval."""
BINS = 10
"""Bins of the calibration error, as in Guo et al. (2017) scaled to some hundred cases."""


@dataclass(frozen=True, slots=True)
class Score:
    """A figure over cases.

    Attributes:
        value: The figure; None if no case could give it.
        given: How many scores went into it.
        not_given: How many could not be given; they are left out of ``value``.
        low, high: Bootstrap interval; None where there is none.
    """

    value: float | None
    given: int
    not_given: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean: for which cases it is taken, and the scores that each of them gives."""

    name: str
    applies: Callable[[Judged], bool]
    values: Callable[[Judged], Sequence[float | None]]


def right_at(k: int, name: str = "right") -> Measure:
    """Return right@k: cases with a right hit among the first k / cases with gold.

    One right hit is enough, because the gold entries of a case are alternatives. Source: top-k retrieval
    accuracy of Karpukhin et al., EMNLP (2020), also called recall@k in question answering.
    """
    return Measure(
        f"{name}@{k}",
        lambda c: c.has_gold,
        lambda c: [float(c.rank is not None and c.rank <= k) if c.searched else None],
    )


def _reciprocal(case: Judged) -> float | None:
    if not case.searched:
        return None
    return 1 / case.rank if case.rank else 0.0


def _share(value: float | None) -> list[float | None]:
    return [None if value is None else float(value)]


QUOTE_EXACTNESS = Measure(
    "quote exactness", lambda c: bool(c.exact), lambda c: [float(one) for one in c.exact]
)
"""Quotes (nearest ones of declines included) that are their document's text / quotes. Must be 1."""
MRR = Measure("MRR", lambda c: c.has_gold, lambda c: [_reciprocal(c)])
"""Mean reciprocal rank: mean of 1/rank of the first right hit, 0 if none is (Voorhees, TREC-8, 1999)."""
COVERAGE = Measure(
    "coverage", lambda c: c.answerable, lambda c: _share(None if c.declined is None else bool(c.covered))
)
"""Answerable cases whose quotes hold the words of a gold entry / answerable cases; declines hold none."""
CITED = Measure("cited right", lambda c: c.answerable and c.declined is not True, lambda c: _share(c.cited))
"""Answerable cases whose first quote stands in a gold place / answerable cases that were answered."""
DECLINED_CORRECTLY = Measure("declined correctly", lambda c: not c.answerable, lambda c: _share(c.right))
"""Cases not answerable that were declined, or answered with the correcting words / cases not answerable."""
DECLINED_WRONGLY = Measure("declined wrongly", lambda c: c.answerable, lambda c: _share(c.declined))
"""Answerable cases that were declined / answerable cases."""

MEASURES = (
    QUOTE_EXACTNESS,
    right_at(1),
    right_at(3),
    right_at(10, "recall"),
    MRR,
    COVERAGE,
    CITED,
    DECLINED_CORRECTLY,
    DECLINED_WRONGLY,
)


def mean_score(measure: Measure, cases: Iterable[Judged], *, interval: bool = True) -> Score:
    """Return a measure's mean over the cases it applies to, with its bootstrap interval."""
    values, groups, not_given = [], [], 0
    for case in cases:
        if not measure.applies(case):
            continue
        for value in measure.values(case):
            if value is None:
                not_given += 1
            else:
                values.append(value)
                groups.append(case.group)
    if not values:
        return Score(None, 0, not_given)
    low, high = bootstrap_interval(values, groups) if interval else (None, None)
    return Score(math.fsum(values) / len(values), len(values), not_given, low, high)


def scores(cases: Sequence[Judged], *, interval: bool = True) -> dict[str, Score]:
    """Return every measure over ``cases``, by name."""
    found = {measure.name: mean_score(measure, cases, interval=interval) for measure in MEASURES}
    sure = [(c.confidence, c.answerable) for c in cases if c.answerable or not c.has_gold]
    told = [(confidence, label) for confidence, label in sure if confidence is not None]
    found["AUROC"] = Score(auroc(*_unzip(told)), len(told), len(sure) - len(told))
    foretold = [
        (c.confidence, c.correct) for c in cases if c.confidence is not None and c.correct is not None
    ]
    found["calibration error"] = Score(
        calibration_error(*_unzip(foretold)), len(foretold), len(cases) - len(foretold)
    )
    times = [c.ms for c in cases if c.ms is not None]
    for name, share in (("median ms", 0.5), ("p95 ms", 0.95)):
        found[name] = Score(quantile(times, share), len(times), len(cases) - len(times))
    return found


def by_kind(cases: Sequence[Judged]) -> dict[CaseKind, dict[str, Score]]:
    """Return every measure for each kind that occurs, without intervals: there are too few cases of a kind."""
    kinds = [kind for kind in CaseKind if any(case.kind is kind for case in cases)]
    return {kind: scores([case for case in cases if case.kind is kind], interval=False) for kind in kinds}


def _unzip(pairs: Sequence[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [value for value, _ in pairs], [label for _, label in pairs]


# -- statistics


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


def calibration_error(
    confidences: Sequence[float], correct: Sequence[bool], bins: int = BINS
) -> float | None:
    """Return the expected calibration error: sum over bins of size/n * |share correct - mean confidence|.

    Bins are of equal width over 0 to 1, the last one closed. Source: Naeini, Cooper and Hauskrecht, AAAI
    (2015); Guo et al., ICML (2017).

    Returns:
        A number from 0 to 1; None if there are no cases.
    """
    if not confidences:
        return None
    gaps: dict[int, float] = {}
    for confidence, was_right in zip(confidences, correct, strict=True):
        place = min(int(confidence * bins), bins - 1)
        gaps[place] = gaps.get(place, 0.0) + was_right - confidence
    return math.fsum(abs(gap) for gap in gaps.values()) / len(confidences)


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which ``share`` of the values lie, interpolated between the two nearest.

    Type 7 of Hyndman and Fan, The American Statistician 50 (1996): at ``(n - 1) * share`` of the sorted
    values.

    Returns:
        The quantile; None if there are no values.
    """
    if not values:
        return None
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def bootstrap_interval(
    values: Sequence[float], groups: Sequence[str], *, level: float = LEVEL, resamples: int = RESAMPLES
) -> tuple[float, float] | tuple[None, None]:
    """Return the percentile bootstrap interval of the mean, whole groups resampled with replacement.

    Questions on one document share its difficulties, so documents are drawn and not questions. Sources: Efron
    and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3; Davison and Hinkley, Bootstrap
    Methods and their Application (1997), section 3.8, for groups. With a handful of groups the interval is
    coarse: it shows how much the documents differ, and is no test of a difference between two runs.

    Returns:
        Lower and upper bound; (None, None) for fewer than two groups, which say nothing about other
        documents.
    """
    names = sorted(set(groups))
    if len(names) < 2:  # noqa: PLR2004 - one group has no spread
        return None, None
    place = {name: k for k, name in enumerate(names)}
    sums, sizes = np.zeros(len(names)), np.zeros(len(names))
    for value, group in zip(values, groups, strict=True):
        sums[place[group]] += value
        sizes[place[group]] += 1
    drawn = np.random.default_rng(SEED).integers(0, len(names), size=(resamples, len(names)))
    means = (sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)).tolist()
    low, high = quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)
    return (low, high) if low is not None and high is not None else (None, None)
