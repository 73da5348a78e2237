"""How far a figure, or the difference of two, could be chance: bootstrap over documents and McNemar's exact test.

Questions on one document share its difficulties, so whole documents (groups) are drawn and not questions. With a
handful of groups an interval is coarse: it shows how much the documents differ. Everything is seeded: the same
scores give the same interval.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Statistic = Callable[[Sequence[Any]], float | None]

RESAMPLES = 2000
"""Bootstrap resamples; Efron and Tibshirani (1993), section 14.2, want 1000 or more."""
LEVEL = 0.95
SEED = 185
FEWEST_GROUPS = 2
"""One group has no spread and says nothing about other documents."""

Interval = tuple[float, float] | tuple[None, None]
Draws = npt.NDArray[np.intp]


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None


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


def interval(
    of: Statistic,
    given: Sequence[Any],
    groups: Sequence[str],
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return the percentile bootstrap interval of a statistic, whole groups resampled with replacement.

    Sources: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3; Davison and Hinkley,
    Bootstrap Methods and their Application (1997), section 3.8, for groups. Resamples in which the statistic
    cannot be given (no negative among them, say) are left out.

    Args:
        of: The statistic.
        given: What it is taken of.
        groups: The group of each.
        level: Share of the resamples that lie within.
        resamples: How many are drawn.

    Returns:
        Lower and upper bound; (None, None) for fewer than two groups.
    """
    names = sorted(set(groups))
    if len(names) < FEWEST_GROUPS:
        return None, None
    found = [
        one for one in _resampled(of, given, groups, names, _draws(len(names), resamples)) if one is not None
    ]
    low, high = quantile(found, (1 - level) / 2), quantile(found, (1 + level) / 2)
    return (low, high) if low is not None and high is not None else (None, None)


def paired_differences(
    of: Statistic,
    first: tuple[Sequence[Any], Sequence[str]],
    second: tuple[Sequence[Any], Sequence[str]],
    *,
    resamples: int = RESAMPLES,
) -> list[float]:
    """Return the second's statistic less the first's over resamples of the groups, the same for both.

    Args:
        of: The statistic.
        first: What it is taken of in the first run, and the group of each.
        second: The same of the second.
        resamples: How many are drawn.

    Returns:
        Differences, resamples in which either cannot be given left out; empty for fewer than two groups.
    """
    names = sorted({*first[1], *second[1]})
    if len(names) < FEWEST_GROUPS:
        return []
    draws = _draws(len(names), resamples)
    pairs = zip(_resampled(of, *first, names, draws), _resampled(of, *second, names, draws), strict=True)
    return [b - a for a, b in pairs if a is not None and b is not None]


def p_value(differences: Sequence[float]) -> float | None:
    """Return the two-sided bootstrap p-value of "no difference": twice the share on the rarer side of 0.

    Both sides count what is exactly 0, and each count is raised by 1 as Davison and Hinkley (1997), section 4.4,
    do, so that it is never 0.

    Returns:
        A number above 0 and at most 1; None without differences.
    """
    if not differences:
        return None
    low = sum(one <= 0 for one in differences)
    high = sum(one >= 0 for one in differences)
    return min(1.0, 2 * (1 + min(low, high)) / (1 + len(differences)))


def mcnemar(better: int, worse: int) -> float:
    """Return the two-sided p-value of McNemar's exact test: is a change as often for the worse as the better?

    Of the cases that changed, the number that got better is binomial with one half if there is no difference;
    twice the rarer tail. Source: McNemar, Psychometrika 12 (1947), with the exact binomial of Liddell, Journal of
    Epidemiology and Community Health 37 (1983).

    Args:
        better: Cases that were wrong and became right.
        worse: Cases that were right and became wrong; cases that stayed do not matter.

    Raises:
        ValueError: If a count is negative.
    """
    if better < 0 or worse < 0:
        raise ValueError(f"expected counts, found {better} and {worse}")
    changed = better + worse
    tail = sum(math.comb(changed, k) for k in range(min(better, worse) + 1))
    return min(1.0, tail / 2 ** (changed - 1)) if changed else 1.0


def _draws(groups: int, resamples: int) -> Draws:
    return np.random.default_rng(SEED).integers(0, groups, size=(resamples, groups))


def _resampled(
    of: Statistic, given: Sequence[Any], groups: Sequence[str], names: Sequence[str], draws: Draws
) -> Iterator[float | None]:
    """Yield the statistic over each draw of groups; means by sums, which is a hundred times as fast."""
    members: dict[str, list[Any]] = {name: [] for name in names}
    for one, group in zip(given, groups, strict=True):
        members[group].append(one)
    if of is not mean:
        yield from (of([one for k in draw for one in members[names[k]]]) for draw in draws)
        return
    sums = np.array([math.fsum(members[name]) for name in names])
    sizes = np.array([len(members[name]) for name in names])
    for total, size in zip(sums[draws].sum(axis=1).tolist(), sizes[draws].sum(axis=1).tolist(), strict=True):
        yield total / size if size else None
