"""What confidence is worth, against values worked out by hand and laws that must hold for any."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.confidence import aurc, auroc, calibration_error, mean_ranks, reliability, risk_coverage

sure = st.floats(0, 1, allow_nan=False)
labelled = st.lists(st.tuples(sure, st.booleans()), min_size=1, max_size=40)
coarse = st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6)


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
def test_calibration_error_is_a_share_and_bins_only_raise_it(pairs: list[tuple[float, bool]]) -> None:
    values, labels = [value for value, _ in pairs], [label for _, label in pairs]
    one, ten = calibration_error(values, labels, bins=1), calibration_error(values, labels)
    assert one is not None
    assert ten is not None
    assert 0 <= one <= ten + 1e-12
    assert ten <= 1 + 1e-12


def test_bins_hold_what_lies_between_their_bounds() -> None:
    found = reliability([(0.0, False), (0.19, True), (0.2, True), (1.0, True), (0.95, False)])
    assert [one.cases for one in found] == [1, 1, 1, 0, 0, 0, 0, 0, 0, 2]
    assert found[9].confidence == pytest.approx(0.975)
    assert found[9].right == 0.5
    assert (found[3].confidence, found[3].right) == (None, None)
    assert (found[1].low, found[1].high) == (0.1, 0.2)


@given(labelled)
def test_every_case_lies_in_one_bin(pairs: list[tuple[float, bool]]) -> None:
    found = reliability(pairs)
    assert sum(one.cases for one in found) == len(pairs)
    assert sum(one.cases * one.right for one in found if one.right is not None) == pytest.approx(
        sum(right for _, right in pairs)
    )


def test_the_curve_keeps_the_surest_first() -> None:
    curve = risk_coverage([(0.2, False), (0.9, True), (0.5, False), (0.5, True)])
    assert [(one.confidence, one.coverage, one.risk) for one in curve] == [
        (0.9, 0.25, 0.0),
        (0.5, 0.75, 1 / 3),
        (0.2, 1.0, 0.5),
    ]
    assert risk_coverage([]) == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([(0.9, True), (0.1, False)], (0 + 1 / 2) / 2),
        ([(0.1, True), (0.9, False)], (1 + 1 / 2) / 2),
        ([(0.5, True), (0.5, False)], (1 / 2 + 1 / 2) / 2),
        ([(0.9, True), (0.8, True), (0.7, False), (0.6, True)], (0 + 0 + 1 / 3 + 1 / 4) / 4),
        ([(0.4, True)], 0.0),
        ([], None),
    ],
)
def test_aurc_by_hand(told: list[tuple[float, bool]], expected: float | None) -> None:
    assert aurc(told) == (None if expected is None else pytest.approx(expected))


@given(coarse)
def test_equally_sure_cases_count_as_the_mean_over_their_orders(told: list[tuple[float, bool]]) -> None:
    areas = []
    for order in permutations(told):
        ranked = sorted(order, key=lambda one: -one[0])
        risks = [sum(not right for _, right in ranked[:k]) / k for k in range(1, len(ranked) + 1)]
        areas.append(sum(risks) / len(risks))
    assert aurc(told) == pytest.approx(sum(areas) / len(areas))


@given(labelled)
def test_the_curve_ends_with_all_cases_and_the_share_of_them_that_is_wrong(
    pairs: list[tuple[float, bool]],
) -> None:
    curve = risk_coverage(pairs)
    assert curve[-1].coverage == 1.0
    assert curve[-1].risk == pytest.approx(sum(not right for _, right in pairs) / len(pairs))
    assert all(one.coverage < other.coverage for one, other in pairwise(curve))
