"""Measures over many cases, against values worked out by hand and laws that must hold for any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.cases import CaseKind
from eval.judge import Judged
from eval.metrics import (
    AURC,
    COVERAGE,
    DECLINED_CORRECTLY,
    DECLINED_WRONGLY,
    MEASURES,
    MRR,
    QUOTE_EXACTNESS,
    QUOTE_PRECISION,
    QUOTE_RECALL,
    by_kind,
    foretold,
    right_at,
    score,
    scores,
)


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
    assert score(right_at(1), cases).value == 1 / 4
    assert score(right_at(3), cases).value == 2 / 4
    assert score(right_at(10), cases).value == 3 / 4
    assert score(MRR, cases).value == pytest.approx((1 + 1 / 2 + 1 / 5) / 4)


def test_scores_that_could_not_be_given_are_counted_and_left_out() -> None:
    found = score(COVERAGE, [answered(), answered("b", covered=False), FAILED])
    assert (found.value, found.given, found.not_given) == (0.5, 2, 1)
    assert score(right_at(1), [FAILED]).value is None
    assert scores([FAILED])["median ms"].not_given == 1


def test_declining_is_right_or_wrong_by_what_was_asked() -> None:
    cases = [answered(), unanswerable("u", declined=True), unanswerable("v", declined=False)]
    assert score(DECLINED_CORRECTLY, cases).value == 0.5
    assert score(DECLINED_WRONGLY, cases).value == 0.0


def test_exactness_is_a_share_of_quotes_not_of_cases() -> None:
    forged = Judged("f", CaseKind.DIRECT, "d", has_gold=True, answerable=True, exact=(True, False, True))
    found = score(QUOTE_EXACTNESS, [forged, answered()])
    assert (found.value, found.given) == (0.75, 4)


def test_a_false_premise_with_correcting_gold_is_left_out_of_auroc() -> None:
    corrected = Judged(
        "f", CaseKind.FALSE_PREMISE, "d", has_gold=True, answerable=False, declined=False, covered=True,
        confidence=0.95, correct=True,
    )  # fmt: skip
    cases = [answered(), unanswerable("u", declined=True)]
    assert scores([*cases, corrected])["AUROC"] == scores(cases)["AUROC"]
    assert scores([*cases, corrected])["AUROC"].value == 1.0
    assert score(DECLINED_CORRECTLY, [corrected]).value == 1.0


def quoted(name: str, *, precision: float | None, recall: float | None, declined: bool = False) -> Judged:
    return replace(answered(name), precision=precision, recall=recall, declined=declined)


def test_quotes_are_measured_where_something_was_quoted() -> None:
    cases = [
        quoted("a", precision=0.5, recall=1.0),
        quoted("b", precision=1.0, recall=0.0),
        quoted("c", precision=None, recall=None, declined=True),
        replace(unanswerable("u", declined=False), precision=None, recall=None),
        FAILED,
    ]
    found = score(QUOTE_PRECISION, cases)
    assert (found.value, found.given, found.not_given) == (0.75, 2, 1)
    assert score(QUOTE_RECALL, cases).value == 0.5


def test_wrong_documents_are_counted_over_all_and_over_questions_that_name_the_treaty() -> None:
    cases = [
        replace(answered("a"), named=True, hit_astray=True, quote_astray=False),
        replace(answered("b"), named=False, hit_astray=True, quote_astray=True),
        replace(answered("c"), named=True, hit_astray=False, quote_astray=False),
        replace(answered("d"), named=True, hit_astray=None, declined=True, covered=False),
    ]
    found = scores(cases)
    assert (found["wrong document, hit"].value, found["wrong document, hit"].not_given) == (2 / 3, 1)
    assert (found["wrong document, hit, named"].value, found["wrong document, hit, named"].given) == (
        1 / 2,
        2,
    )
    assert found["wrong document, quote"].value == 1 / 3
    assert found["wrong document, quote, named"].value == 0.0


def test_what_confidence_foretells_is_whether_the_words_are_right() -> None:
    cases = [answered("a"), answered("b", covered=False), unanswerable("u", declined=True), FAILED]
    assert foretold(cases) == [(0.9, True), (0.9, False), (0.1, False)]
    assert score(AURC, cases).not_given == 1
    assert score(AURC, cases).value == pytest.approx((0.5 + 0.5 + 2 / 3) / 3)


def test_every_figure_has_an_interval_over_documents_and_none_over_one() -> None:
    several = [
        answered("a"),
        answered("b", covered=False),
        replace(unanswerable("u", declined=True), group="u"),
        replace(unanswerable("v", declined=False), group="v"),
    ]
    for name in ("right@1", "coverage", "AUROC", "AURC", "calibration error", "median ms"):
        found = scores(several)[name]
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.high
        assert scores([replace(one, group="the only one") for one in several])[name].low is None


def test_each_measure_says_what_it_means_and_has_a_name_of_its_own() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert all(measure.meaning for measure in MEASURES)


def test_a_yes_or_no_measure_gives_one_yes_or_no_a_case() -> None:
    for measure in MEASURES:
        if measure.binary:
            assert all(
                list(measure.values(case)) in ([0.0], [1.0], [None]) for case in (answered(), FAILED)
            ), measure.name


def test_kinds_are_told_apart() -> None:
    found = by_kind([answered(), unanswerable("u", declined=True)])
    assert list(found) == [CaseKind.DIRECT, CaseKind.UNANSWERABLE]
    assert found[CaseKind.UNANSWERABLE]["right@1"].value is None
    assert found[CaseKind.DIRECT]["right@1"].value == 1.0
