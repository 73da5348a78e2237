"""Intervals and tests: seeded, by group, and against values worked out by hand."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.resample import interval, mcnemar, mean, p_value, paired_differences, quantile

shares = st.floats(0, 1, allow_nan=False)
scored = st.lists(st.tuples(shares, st.sampled_from("abcd")), min_size=1, max_size=20)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
def test_quantiles_agree_with_the_standard_library(values: list[float]) -> None:
    twentieths = statistics.quantiles(values, n=20, method="inclusive")
    assert quantile(values, 0.95) == pytest.approx(twentieths[-1])
    assert quantile(values, 0.5) == pytest.approx(statistics.median(values))


def test_quantiles_and_means_of_one_value_and_of_none() -> None:
    assert quantile([7.0], 0.95) == mean([7.0]) == 7.0
    assert quantile([], 0.5) is mean([]) is None


def test_one_group_says_nothing_of_others() -> None:
    assert interval(mean, [0.0, 1.0, 1.0], ["a", "a", "a"]) == (None, None)
    assert paired_differences(mean, ([0.0], ["a"]), ([1.0], ["a"])) == []


def test_groups_are_resampled_whole() -> None:
    values, groups = [1.0] * 10 + [0.0] * 10, ["a"] * 10 + ["b"] * 10
    assert interval(mean, values, groups) == (0.0, 1.0)
    low, high = interval(mean, values, [str(k) for k in range(20)])
    assert low is not None
    assert high is not None
    assert 0.2 < low < 0.5 < high < 0.8


@given(scored)
def test_intervals_are_the_same_each_time_and_within_the_values(drawn: list[tuple[float, str]]) -> None:
    values, groups = [value for value, _ in drawn], [group for _, group in drawn]
    low, high = interval(mean, values, groups, resamples=200)
    assert (low, high) == interval(mean, values, groups, resamples=200)
    if low is not None and high is not None:
        assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


@given(scored)
def test_means_by_sums_are_means(drawn: list[tuple[float, str]]) -> None:
    values, groups = [value for value, _ in drawn], [group for _, group in drawn]
    fast = interval(mean, values, groups, resamples=50)
    slow = interval(lambda some: mean(some), values, groups, resamples=50)  # noqa: PLW0108 - not ``mean`` itself
    assert list(fast) == [pytest.approx(one) for one in slow]


def test_statistics_that_a_resample_cannot_give_are_left_out() -> None:
    def largest_of_two(values: Sequence[float]) -> float | None:
        return max(values) if len(set(values)) > 1 else None

    assert interval(largest_of_two, [1.0, 2.0], ["a", "b"]) == (2.0, 2.0)


def test_a_run_does_not_differ_from_itself() -> None:
    run = ([0.0, 1.0, 1.0, 0.0], ["a", "a", "b", "c"])
    differences = paired_differences(mean, run, run)
    assert set(differences) == {0.0}
    assert p_value(differences) == 1.0


def test_the_same_groups_are_drawn_for_both_runs() -> None:
    groups = [str(k) for k in range(12)]
    before = [k / 12 for k in range(12)]
    after = [value + 0.05 for value in before]
    differences = paired_differences(mean, (before, groups), (after, groups))
    assert min(differences) == pytest.approx(max(differences)) == pytest.approx(0.05)
    p = p_value(differences)
    assert p is not None
    assert p < 0.002


def test_a_difference_in_one_of_many_groups_may_be_chance() -> None:
    groups = [str(k) for k in range(12)]
    before = [0.0] * 12
    after = [1.0, *before[1:]]
    p = p_value(paired_differences(mean, (before, groups), (after, groups)))
    assert p is not None
    assert p > 0.3


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60))
def test_a_p_value_is_above_nought_and_has_no_direction(differences: list[float]) -> None:
    p = p_value(differences)
    assert p is not None
    assert 0 < p <= 1
    assert p == p_value([-one for one in differences])


def test_nothing_resampled_gives_no_p_value() -> None:
    assert p_value([]) is None


@pytest.mark.parametrize(
    ("better", "worse", "expected"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (3, 3, 1.0),
        (5, 0, 2 / 32),
        (8, 1, 2 * (1 + 9) / 512),
        (2, 10, 2 * (1 + 12 + 66) / 4096),
    ],
)
def test_mcnemar_by_hand(better: int, worse: int, expected: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(expected)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_twice_the_rarer_tail_of_a_fair_coin(better: int, worse: int) -> None:
    tosses = better + worse
    tail = sum(math.comb(tosses, k) / 2**tosses for k in range(min(better, worse) + 1))
    assert mcnemar(better, worse) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar(better, worse) == mcnemar(worse, better)


def test_counts_below_nought_are_refused() -> None:
    with pytest.raises(ValueError, match="expected counts, found -1 and 2"):
        mcnemar(-1, 2)
