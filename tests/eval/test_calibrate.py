"""The confidence model: what a fit finds in samples with known answers, and that the program reads what it writes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.evidence import Calibration, Evidence, FirstWords, calibration, confidence_features
from eval.calibrate import FEATURES, WRONGLY, Sample, fit
from eval.cases import Case, CaseKind, Gold, Split

SHIPPED = Path(__file__).resolve().parents[2] / "assistant" / "calibration.json"
TELLS = "coverage"
"""The one feature of the synthetic samples that says whether the best candidate is right."""
NOISE = 0.2


def sample(number: int, *, right: bool, answerable: bool, rng: np.random.Generator) -> Sample:
    values = dict(zip(FEATURES, rng.normal(0, NOISE, len(FEATURES)), strict=True))
    values[TELLS] += 1.0 if right else 0.0
    kind = CaseKind.DIRECT if answerable else CaseKind.UNANSWERABLE
    gold = (Gold(f"document-{number % 7}"),) if answerable else ()
    case = Case(f"case-{number}", "Who pays?", kind, Split.DEV, gold, file=f"synthetic-{number % 3}")
    return Sample(case, tuple(float(values[name]) for name in FEATURES), right)


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    rng = np.random.default_rng(7)
    answered = [sample(n, right=n % 4 != 0, answerable=True, rng=rng) for n in range(80)]
    return answered + [sample(n, right=False, answerable=False, rng=rng) for n in range(80, 120)]


@pytest.fixture(scope="module")
def fitted(samples: list[Sample]) -> dict[str, Any]:
    return fit(samples, samples)


def confidence(fitted: dict[str, Any], one: Sample) -> float:
    values = dict(zip(FEATURES, one.features, strict=True))
    total = fitted["intercept"] + sum(fitted["weights"][name] * value for name, value in values.items())
    total += sum(
        values[form] * weight * values[name]
        for form, slopes in fitted["slopes"].items()
        for name, weight in slopes.items()
    )
    return float(1 / (1 + np.exp(-total)))


def test_the_feature_that_tells_gets_the_weight(fitted: dict[str, Any]) -> None:
    weights = fitted["weights"]
    others = [abs(weight) for name, weight in weights.items() if name != TELLS]
    assert weights[TELLS] > 2 * max(others)


def test_a_form_whose_answers_another_signal_tells_gets_slopes_of_its_own(samples: list[Sample]) -> None:
    rng = np.random.default_rng(11)
    where = [FEATURES.index(name) for name in (TELLS, "margin", "asks_who")]
    others = []
    for n in range(120, 240):
        right = n % 2 == 0
        made = sample(n, right=right, answerable=right, rng=rng)
        values = list(made.features)
        values[where[0]], values[where[1]], values[where[2]] = rng.normal(0, NOISE), float(right), 1.0
        others.append(Sample(made.case, tuple(values), right))
    slopes = fit([*samples, *others], samples)["slopes"]
    assert isinstance(slopes, dict)
    assert slopes["asks_who"]["margin"] > 0 > slopes["asks_who"][TELLS]
    assert set(slopes) == {name for name in FEATURES if name.startswith("asks_")}


def test_most_that_teaches_lies_on_its_side(fitted: dict[str, Any], samples: list[Sample]) -> None:
    taught = [one for one in samples if one.teaches]
    above = [confidence(fitted, one) >= 0.5 for one in taught]
    assert np.mean([said == one.right for said, one in zip(above, taught, strict=True)]) > 0.9


def test_the_threshold_declines_as_much_as_the_aim_for_wrong_declines_allows(
    fitted: dict[str, Any], samples: list[Sample]
) -> None:
    answerable = [confidence(fitted, one) for one in samples if one.case.answerable]
    below = np.mean([one < fitted["threshold"] - 1e-3 for one in answerable])
    assert WRONGLY - 1 / len(answerable) < below <= WRONGLY
    assert fitted["dev"]["declined_wrongly"] <= WRONGLY


def test_kinds_that_are_answered_otherwise_do_not_move_the_threshold(
    fitted: dict[str, Any], samples: list[Sample]
) -> None:
    weak = replace(min(samples, key=lambda one: confidence(fitted, one)), right=True)
    case = replace(weak.case, kind=CaseKind.REFERENCE, gold=(Gold("document-1"),))
    again = fit(samples, [*samples, *[replace(weak, case=case)] * 40])
    assert again["threshold"] == fitted["threshold"]


def test_the_figures_are_those_of_documents_left_out_and_of_what_the_threshold_was_chosen_on(
    fitted: dict[str, Any], samples: list[Sample]
) -> None:
    assert fitted["held_out"]["questions"] == fitted["dev"]["questions"] == len(samples)
    # A quarter of the answerable cases have no right candidate and look like those to decline.
    assert 0 < fitted["dev"]["declined_correctly"] < 1
    assert fitted["dev"]["declined_wrongly"] <= WRONGLY


def test_an_answerable_question_whose_place_was_missed_teaches_nothing(samples: list[Sample]) -> None:
    missed = [one for one in samples if one.case.answerable and not one.right]
    assert missed
    assert not any(one.teaches for one in missed)
    without = [one for one in samples if one not in missed]
    assert fit(without, without)["weights"] == fit(samples, without)["weights"]


def test_the_order_of_the_samples_does_not_matter(fitted: dict[str, Any], samples: list[Sample]) -> None:
    again: dict[str, Any] = fit(samples[::-1], samples[::-1])
    assert again["weights"] == pytest.approx(fitted["weights"], abs=1e-3)
    assert again["threshold"] == pytest.approx(fitted["threshold"], abs=1e-3)


def test_what_a_fit_writes_is_what_the_program_reads(fitted: dict[str, Any]) -> None:
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(fitted)).keys() == shipped.keys()
    assert fitted["weights"].keys() == shipped["weights"].keys() == set(FEATURES)
    assert fitted["held_out"].keys() == shipped["held_out"].keys()
    assert calibration() == Calibration(
        shipped["weights"], shipped["slopes"], shipped["intercept"], shipped["threshold"]
    )


def test_every_feature_of_the_fit_is_one_the_program_computes() -> None:
    evidence = Evidence(
        passage=1.0,
        words=1.0,
        cosine=0.5,
        dense_place=1,
        rerank_place=1,
        coverage=1.0,
        unknown=0.0,
        type_match=1.0,
        missing_names=0,
    )
    assert confidence_features(evidence, FirstWords(1.0, 0.5, 0.6), ()).keys() == set(FEATURES)


def test_the_shipped_calibration_trusts_a_good_match_and_not_a_bad_one() -> None:
    good = Evidence(8.0, 8.0, 0.9, 1, 1, 1.0, 0.0, 1.0, 0)
    bad = Evidence(-8.0, -8.0, 0.4, 50, 50, 0.1, 0.9, 0.0, 2)
    shipped = calibration()
    assert (
        shipped.confidence(good, FirstWords(8.0, 3.0, 0.9), ("may",))
        > shipped.threshold
        > shipped.confidence(bad, FirstWords(-8.0, 0.0, 0.1), ("why",))
    )
