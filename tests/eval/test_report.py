"""The report shows every figure, dashes for what there is none of, and the worst cases first."""

from __future__ import annotations

import io
import json

from rich.console import Console

from eval.cases import Case, CaseKind, Gold, Split
from eval.report import print_report, report_json, worst_cases
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import Forger, LanternAssistant

DUSK = Gold("lanterns", None, "1(1)(b)", ("dusk",))
CASES = (
    Case("dusk", "Who lights the lantern at dusk?", CaseKind.DIRECT, Split.DEV, (DUSK,)),
    Case("fee", "Are ships to pay money?", CaseKind.EVERYDAY, Split.DEV, (Gold("lanterns", None, "1(2)", ("fee",)),)),
    Case("oil", "Who shares winter stores of tar?", CaseKind.UNANSWERABLE, Split.DEV, ()),
    Case("cook", "Which keepers learn signalling by cooking?", CaseKind.NUMBER, Split.DEV, (DUSK,)),
    Case("empty", "?!", CaseKind.DIRECT, Split.TEST, (DUSK,)),
)  # fmt: skip


def printed(run: Run, width: int = 160) -> str:
    out = io.StringIO()
    print_report(run, Console(file=out, width=width))
    return out.getvalue()


def test_the_worst_come_first() -> None:
    run = evaluate(LanternAssistant(), CASES)
    assert [case.id for _, case in worst_cases(run)] == ["empty", "oil", "cook", "fee"]


def test_a_forged_quote_is_worse_than_anything() -> None:
    run = evaluate(Forger(), CASES)
    assert worst_cases(run)[0][1].id == "dusk"
    assert report_json(run)["total"]["quote exactness"]["value"] < 1


def test_the_report_names_measures_kinds_and_cases() -> None:
    text = printed(evaluate(LanternAssistant(), CASES))
    for name in (
        "quote exactness",
        "right@1",
        "recall@10",
        "coverage",
        "declined wrongly",
        "AUROC",
        "p95 ms",
    ):
        assert name in text
    assert "unanswerable" in text
    assert "answered, though the documents do not say" in text
    assert "EmptyQuestion" in text
    assert "–" in text


def test_a_run_without_faults_says_so() -> None:
    text = printed(evaluate(LanternAssistant(), CASES[:1]))
    assert "No case went wrong." in text


def test_the_json_report_is_json() -> None:
    report = report_json(evaluate(LanternAssistant(), CASES), worst=2)
    assert json.loads(json.dumps(report)) == report
    assert report["cases"] == 5
    assert report["total"]["coverage"]["not_given"] == 1
    assert set(report["by_kind"]) == {"direct", "everyday", "number", "unanswerable"}
    assert [wrong["id"] for wrong in report["worst"]] == ["empty", "oil"]
