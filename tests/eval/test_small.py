"""The small set is the same every time and holds every kind; a figure that falls too far below is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.models import Answer
from corpus.embedded import embedded_documents
from eval.cases import Case, CaseKind, Gold, Split
from eval.errors import BelowBaseline
from eval.metrics import AUROC, COVERAGE, MEASURES, QUOTE_EXACTNESS, Score
from eval.run import Run, evaluate
from eval.small import AREA_TO_FALL, SIZE, check, choose, falls, small_cases, tolerance
from tests.eval.lantern_assistant import Forger, LanternAssistant

DUSK = Gold("lanterns", None, "1(1)(b)", ("dusk",))
CASES = tuple(
    Case(f"dusk-{k}", f"Who lights the lantern at dusk in harbour {k}?", CaseKind.DIRECT, Split.DEV, (DUSK,))
    for k in range(8)
)


def test_the_small_set_is_of_the_dev_split_and_asks_the_guides_alone() -> None:
    chosen = small_cases()
    guides = {document.id for document in embedded_documents()}
    assert len(chosen) == SIZE
    assert {case.split for case in chosen} == {Split.DEV}
    assert {gold.document for case in chosen for gold in case.gold} <= guides
    assert chosen == small_cases()


def test_every_kind_is_as_well_represented_as_there_are_cases_of_it() -> None:
    counts = Counter(case.kind for case in small_cases())
    everything = Counter(case.kind for case in small_cases(size=10_000))
    assert set(counts) == set(everything) == set(CaseKind) - {CaseKind.NEAR_MISS}
    fewest = min(counts[kind] for kind in everything if counts[kind] < everything[kind])
    assert all(count <= fewest + 1 for count in counts.values())


def test_the_choice_does_not_hang_on_the_order_of_the_cases() -> None:
    cases = small_cases(size=10_000)
    assert {case.id for case in choose(cases[::-1], 20)} == {case.id for case in choose(cases, 20)}


def test_within_a_kind_every_document_comes_first_once() -> None:
    cases = [
        replace(CASES[0], id=f"{document}-{k}", gold=(Gold(document),))
        for document in "abc"
        for k in range(5)
    ]
    assert {case.group for case in choose(cases, 3)} == {"a", "b", "c"}
    assert [case.id for case in choose(cases, 15)] == [case.id for case in cases]


class Failing(LanternAssistant):
    """Declines the first so many questions."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def ask(self, question: str, *, history: Sequence[str] = ()) -> Answer:
        """Decline while any are left."""
        self.left -= 1
        return super().ask("Which colour is preferred?" if self.left >= 0 else question, history=history)


@pytest.fixture(scope="module")
def baseline() -> Run:
    return evaluate(LanternAssistant(), CASES)


def test_a_run_stands_up_to_itself(baseline: Run) -> None:
    assert falls(baseline, baseline) == []
    check(baseline, baseline)


def test_two_cases_may_turn_and_three_may_not(baseline: Run) -> None:
    assert falls(evaluate(Failing(2), CASES), baseline) == []
    found = falls(evaluate(Failing(3), CASES), baseline)
    assert "coverage 0.625 (baseline 1.000, tolerance 0.250)" in found
    assert "declined wrongly 0.375 (baseline 0.000, tolerance 0.250)" in found


def test_a_better_run_is_no_fall(baseline: Run) -> None:
    assert falls(baseline, evaluate(Failing(5), CASES)) == []


def test_one_forged_quote_is_too_much(baseline: Run) -> None:
    forged = evaluate(Forger(), CASES[:1])
    one_forged = Run(baseline.metadata, (*forged.outcomes, *baseline.outcomes[1:]))
    assert falls(one_forged, baseline) == ["quote exactness 0.875 (baseline 1.000, tolerance 0.000)"]


def test_cases_that_fail_are_a_fall_though_they_have_no_scores(baseline: Run) -> None:
    broken = replace(baseline.outcomes[0], answer=None, hits=None, exact=(), errors=("ModelError: no model",))
    run = Run(baseline.metadata, (broken, *baseline.outcomes[1:]))
    assert falls(run, baseline) == ["cases that failed 1 (baseline 0)"]


def test_figures_that_can_no_longer_be_given_are_a_fall(baseline: Run) -> None:
    found = falls(evaluate(Failing(8), CASES), baseline)
    assert "cited right not given at all (baseline 1.000)" in found


def test_the_message_says_what_fell_and_how_to_renew(baseline: Run) -> None:
    with pytest.raises(
        BelowBaseline, match=r"base\.json: expected no figure .* found coverage 0\.500 .*; "
    ) as raised:
        check(evaluate(Failing(4), CASES), baseline, "base.json")
    assert str(raised.value).endswith("or renew it: treaty eval --small --save base.json")


def test_a_baseline_of_other_cases_says_nothing_and_is_to_be_renewed(baseline: Run) -> None:
    changed = [replace(case, question=f"{case.question} Who?") for case in CASES[:2]]
    check(evaluate(LanternAssistant(), CASES[1:]), baseline)
    with pytest.raises(BelowBaseline, match="6 of its 8 are among them as they were"):
        check(evaluate(LanternAssistant(), [*changed, *CASES[2:]]), baseline)


def test_tolerances_are_stated_by_measure() -> None:
    old, new = Score(0.8, 40), Score(0.7, 20)
    assert tolerance(COVERAGE, old, new) == 2 / 20
    assert tolerance(AUROC, old, new) == AREA_TO_FALL
    assert tolerance(QUOTE_EXACTNESS, old, new) == 0
    assert [m.name for m in MEASURES if tolerance(m, old, new) is None] == ["median ms", "p95 ms"]


SHIPPED = Path(__file__).resolve().parents[2] / "eval" / "baseline.json"


def test_the_shipped_baseline_is_of_the_small_set() -> None:
    known = {case.id: case for case in small_cases(size=10_000)}
    asked = [outcome.case for outcome in Run.load(SHIPPED).outcomes]
    assert len(asked) == SIZE
    assert sum(known.get(case.id) == case for case in asked) >= 0.8 * SIZE
