"""Two runs over the same cases: figures, tests and the cases that changed; anything else is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from assistant.models import Answer, Declined
from eval.cases import Case, CaseKind, Gold, Split
from eval.compare import Changed, Comparison, compare, shared
from eval.compare_report import comparison_json, print_comparison
from eval.errors import RunError
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import Forger, LanternAssistant


def case(name: str, question: str, *gold: Gold, kind: CaseKind = CaseKind.DIRECT) -> Case:
    return Case(name, question, kind, Split.DEV, gold, file="lanterns")


FEE = case("fee", "Is a fee taken from ships?", Gold("lanterns", None, "1(2)", ("fee",)))
DUSK = case("dusk", "Who lights the lantern at dusk?", Gold("lanterns", None, "1(1)(b)", ("dusk",)))
LEARN = case(
    "learn",
    "Do keepers learn signalling and rescue?",
    Gold("lantern-guide", "What keepers learn", None, ("rescue",)),
)
TAR = case("tar", "Who shares winter stores of tar?", kind=CaseKind.UNANSWERABLE)
CASES = (FEE, DUSK, LEARN, TAR)


class Timid(LanternAssistant):
    """Declines whatever is not asked with many of a provision's words."""

    def ask(self, question: str, *, history: Sequence[str] = ()) -> Answer:
        """Quote only if four words are shared."""
        answer = super().ask(question, history=history)
        hits = self.search(question, history=history)
        if isinstance(answer, Declined) or hits[0].score >= 4:
            return answer
        nothing = super().ask("Which colour is preferred?")
        return replace(nothing, question=question, confidence=0.3)


@pytest.fixture(scope="module")
def bold() -> Run:
    return evaluate(LanternAssistant(), CASES)


@pytest.fixture(scope="module")
def timid() -> Run:
    return evaluate(Timid(), CASES)


def printed(found: Comparison, **options: int) -> str:
    out = io.StringIO()
    print_comparison(found, Console(file=out, width=200), **options)
    return out.getvalue()


def changes(found: Comparison) -> dict[str, tuple[bool, str]]:
    return {one.case.id: (one.better, one.changes[0]) for one in found.changed}


def test_a_run_is_like_itself(bold: Run) -> None:
    found = compare(bold, bold)
    assert (found.cases, found.left_out, found.changed, found.made_differently) == (4, 0, (), ())
    assert {one.difference for one in found.differences} <= {0.0, None}
    assert {one.p for one in found.differences} <= {1.0, None}
    assert {one.p_mcnemar for one in found.differences} <= {1.0, None}


def test_cases_that_changed_are_told_with_what_became_of_them(bold: Run, timid: Run) -> None:
    assert changes(compare(bold, timid)) == {
        "fee": (False, "quoted rightly → declined wrongly"),
        "dusk": (False, "quoted rightly → declined wrongly"),
        "tar": (True, "quoted wrongly → declined rightly"),
    }


def test_the_other_way_round_better_is_worse(bold: Run, timid: Run) -> None:
    there, back = compare(bold, timid), compare(timid, bold)
    assert {one.case.id: not one.better for one in there.changed} == {
        one.case.id: one.better for one in back.changed
    }
    for one, other in zip(there.differences, back.differences, strict=True):
        assert (one.first, one.better, one.p_mcnemar) == (other.second, other.worse, other.p_mcnemar)
        assert one.difference == (None if other.difference is None else -other.difference)


def test_figures_differ_by_the_second_less_the_first(bold: Run, timid: Run) -> None:
    by_name = {one.measure.name: one for one in compare(bold, timid).differences}
    coverage, declined = by_name["coverage"], by_name["declined wrongly"]
    assert (coverage.first, coverage.second) == (1.0, 1 / 3)
    assert coverage.difference == pytest.approx(-2 / 3)
    assert (coverage.better, coverage.worse, coverage.p_mcnemar) == (0, 2, 0.5)
    assert (declined.better, declined.worse) == (0, 2)
    assert declined.difference == pytest.approx(2 / 3)
    assert coverage.low is not None
    assert coverage.p is not None
    assert by_name["median ms"].p_mcnemar is None


def test_a_forged_quote_is_the_gravest_change(bold: Run) -> None:
    first = compare(bold, evaluate(Forger(), CASES)).changed[0]
    assert isinstance(first, Changed)
    assert (first.better, first.changes[0]) == (False, "a quote is not its document's text")


def test_other_cases_are_refused_unless_what_is_common_is_asked_for(bold: Run) -> None:
    other = evaluate(
        LanternAssistant(), [replace(DUSK, question="Who lights a lantern at dusk?"), FEE, LEARN]
    )
    with pytest.raises(
        RunError,
        match=r"expected two runs over the same cases, found 1 only in the first \(tar\); "
        r"1 with another question or gold \(dusk\)\. Run both .* --common",
    ):
        compare(bold, other)
    found = compare(bold, other, common=True)
    assert (found.cases, found.left_out) == (2, 2)
    assert [one.case.id for one, _ in shared(bold, other)] == ["fee", "learn"]


def test_long_lists_of_cases_are_cut_in_the_error(bold: Run) -> None:
    many = [replace(FEE, id=f"fee-{k}") for k in range(5)]
    with pytest.raises(RunError, match=r"5 only in the second \(fee-0, fee-1, fee-2, …\)"):
        compare(bold, evaluate(LanternAssistant(), [*CASES, *many]))


def test_runs_without_a_common_case_are_refused_in_any_case(bold: Run) -> None:
    other = evaluate(LanternAssistant(), [replace(FEE, id="another")])
    with pytest.raises(RunError, match="found not one in both"):
        compare(bold, other, common=True)


def test_it_is_said_how_the_runs_were_made_differently(bold: Run) -> None:
    made = replace(
        bold.metadata,
        program_sha256="f" * 64,
        corpus_sha256="0" * 64,
        settings={"passage_tokens": 300},
        versions={**bold.metadata.versions, "python": "3.11.0"},
    )
    lines = compare(bold, Run(made, bold.outcomes)).made_differently
    assert lines[0].endswith("→ ffffffffffff")
    assert lines[1].endswith("the figures are of different texts")
    assert lines[2] == "setting passage_tokens: none → 300"
    assert lines[3].startswith("version of python: ")


def test_the_printed_comparison_names_figures_and_cases(bold: Run, timid: Run) -> None:
    text = printed(compare(bold, timid))
    assert "Made alike" in text
    assert "−0.667" in text
    assert "2 got worse" in text
    assert "1 got better" in text
    assert "Who shares winter stores of tar?" in text
    assert "the first 1 shown" in printed(compare(bold, timid), listed=1)
    assert "No case got worse." in printed(compare(bold, bold))


def test_the_json_form_is_json(bold: Run, timid: Run) -> None:
    form = comparison_json(compare(bold, timid))
    assert json.loads(json.dumps(form)) == form
    assert form["measures"]["coverage"]["cases_worse"] == 2
    assert [one["id"] for one in form["worse"]] == ["dusk", "fee"]
    assert [one["id"] for one in form["better"]] == ["tar"]
