"""Measures over many cases, against values worked out by hand and laws that must hold for any."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import CaseKind
from eval.judge import Judged
from eval.metrics import (
    COVERAGE,
    DECLINED_CORRECTLY,
    DECLINED_WRONGLY,
    MRR,
    QUOTE_EXACTNESS,
    auroc,
    bootstrap_interval,
    by_kind,
    calibration_error,
    mean_ranks,
    mean_score,
    quantile,
    right_at,
    scores,
)

sure = st.floats(0, 1, allow_nan=False)
labelled = st.lists(st.tuples(sure, st.booleans()), min_size=1, max_size=40)


def answered(name: str = "a", *, rank: int | None = 1, covered: bool = True, ms: float = 100.0) -> Judged:
    return Judged(
        id=name,
        kind=CaseKind.DIRECT,
        group=f"document {name}",
        has_gold=True,
        answerable=True,
        searched=True,
        rank=rank,
        declined=False,
        covered=covered,
        cited=covered,
        exact=(True,),
        confidence=0.9,
        correct=covered,
        ms=ms,
    )


def unanswerable(name: str, *, declined: bool, confidence: float = 0.1) -> Judged:
    return Judged(
        id=name,
        kind=CaseKind.UNANSWERABLE,
        group="lanterns",
        has_gold=False,
        answerable=False,
        searched=True,
        declined=declined,
        exact=(True, True),
        confidence=confidence,
        correct=False,
        ms=50.0,
    )


FAILED = Judged("failed", CaseKind.DIRECT, "document f", has_gold=True, answerable=True)


def test_right_at_k_and_mrr_count_the_first_right_hit() -> None:
    cases = [answered("a", rank=1), answered("b", rank=2), answered("c", rank=5), answered("d", rank=None)]
    assert mean_score(right_at(1), cases).value == 1 / 4
    assert mean_score(right_at(3), cases).value == 2 / 4
    assert mean_score(right_at(10), cases).value == 3 / 4
    assert mean_score(MRR, cases).value == pytest.approx((1 + 1 / 2 + 1 / 5) / 4)


def test_scores_that_could_not_be_given_are_counted_and_left_out() -> None:
    found = mean_score(COVERAGE, [answered(), answered("b", covered=False), FAILED])
    assert (found.value, found.given, found.not_given) == (0.5, 2, 1)
    assert mean_score(right_at(1), [FAILED]).value is None
    assert scores([FAILED])["median ms"].not_given == 1


def test_declining_is_right_or_wrong_by_what_was_asked() -> None:
    cases = [answered(), unanswerable("u", declined=True), unanswerable("v", declined=False)]
    assert mean_score(DECLINED_CORRECTLY, cases).value == 0.5
    assert mean_score(DECLINED_WRONGLY, cases).value == 0.0


def test_exactness_is_a_share_of_quotes_not_of_cases() -> None:
    forged = Judged("f", CaseKind.DIRECT, "d", has_gold=True, answerable=True, exact=(True, False, True))
    found = mean_score(QUOTE_EXACTNESS, [forged, answered()])
    assert (found.value, found.given) == (0.75, 4)


def test_a_false_premise_with_correcting_gold_is_left_out_of_auroc() -> None:
    corrected = Judged(
        "f", CaseKind.FALSE_PREMISE, "d", has_gold=True, answerable=False, declined=False, covered=True,
        confidence=0.95, correct=True,
    )  # fmt: skip
    cases = [answered(), unanswerable("u", declined=True)]
    assert scores([*cases, corrected])["AUROC"] == scores(cases)["AUROC"]
    assert scores([*cases, corrected])["AUROC"].value == 1.0
    assert mean_score(DECLINED_CORRECTLY, [corrected]).value == 1.0


def test_kinds_are_told_apart() -> None:
    found = by_kind([answered(), unanswerable("u", declined=True)])
    assert list(found) == [CaseKind.DIRECT, CaseKind.UNANSWERABLE]
    assert found[CaseKind.UNANSWERABLE]["right@1"].value is None
    assert found[CaseKind.DIRECT]["right@1"].value == 1.0


@pytest.mark.parametrize(
    ("values", "labels", "expected"),
    [
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 0.75),
        ([0.9, 0.1], [True, False], 1.0),
        ([0.1, 0.9], [True, False], 0.0),
        ([0.5, 0.5, 0.5], [True, False, False], 0.5),
        ([0.5, 0.5, 0.7], [True, False, True], 0.75),
        ([0.5], [True], None),
        ([], [], None),
    ],
)
def test_auroc_by_hand(values: list[float], labels: list[bool], expected: float | None) -> None:
    assert auroc(values, labels) == expected


@given(labelled)
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    positives = [value for value, label in pairs if label]
    negatives = [value for value, label in pairs if not label]
    found = auroc([value for value, _ in pairs], [label for _, label in pairs])
    if not positives or not negatives:
        assert found is None
        return
    wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    assert found == pytest.approx(wins / (len(positives) * len(negatives)))


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert mean_ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]


@pytest.mark.parametrize(
    ("confidences", "correct", "expected"),
    [
        ([1.0, 0.0], [True, False], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.75, 0.75, 0.75, 0.75], [True, True, True, False], 0.0),
        ([0.95, 0.15], [True, True], (0.05 + 0.85) / 2),
        ([], [], None),
    ],
)
def test_calibration_error_by_hand(
    confidences: list[float], correct: list[bool], expected: float | None
) -> None:
    assert calibration_error(confidences, correct) == (None if expected is None else pytest.approx(expected))


@given(labelled)
def test_calibration_error_is_a_share_and_bins_only_lower_it(pairs: list[tuple[float, bool]]) -> None:
    values, labels = [value for value, _ in pairs], [label for _, label in pairs]
    one, ten = calibration_error(values, labels, bins=1), calibration_error(values, labels)
    assert one is not None
    assert ten is not None
    assert 0 <= one <= ten + 1e-12
    assert ten <= 1 + 1e-12


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
def test_quantiles_agree_with_the_standard_library(values: list[float]) -> None:
    twentieths = statistics.quantiles(values, n=20, method="inclusive")
    assert quantile(values, 0.95) == pytest.approx(twentieths[-1])
    assert quantile(values, 0.5) == pytest.approx(statistics.median(values))


def test_quantiles_of_one_value_and_of_none() -> None:
    assert quantile([7.0], 0.95) == 7.0
    assert quantile([], 0.5) is None


def test_one_group_says_nothing_of_others() -> None:
    assert bootstrap_interval([0.0, 1.0, 1.0], ["a", "a", "a"]) == (None, None)


def test_groups_are_resampled_whole() -> None:
    values, groups = [1.0] * 10 + [0.0] * 10, ["a"] * 10 + ["b"] * 10
    assert bootstrap_interval(values, groups) == (0.0, 1.0)
    apart = bootstrap_interval(values, [str(k) for k in range(20)])
    assert apart[0] is not None
    assert apart[1] is not None
    assert 0.2 < apart[0] < 0.5 < apart[1] < 0.8


@given(st.lists(st.tuples(sure, st.sampled_from("abcd")), min_size=1, max_size=20))
def test_intervals_are_the_same_each_time_and_within_the_values(scored: list[tuple[float, str]]) -> None:
    values, groups = [value for value, _ in scored], [group for _, group in scored]
    first = bootstrap_interval(values, groups, resamples=200)
    assert first == bootstrap_interval(values, groups, resamples=200)
    low, high = first
    if low is not None and high is not None:
        assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
