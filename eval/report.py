"""A run for people and for programs: the figures in total and by kind, and the cases that went worst.

``eval.page`` makes the same report as a page with plots.
"""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.table import Table

from eval.confidence import reliability, risk_coverage
from eval.metrics import Score, by_kind, foretold, scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from eval.judge import Judged
    from eval.run import Outcome, Run

WORST = 12
"""Cases listed; more are looked up in the saved run."""
KIND_COLUMNS = (
    ("quote exactness", "exact"),
    ("right@1", "right@1"),
    ("right@3", "right@3"),
    ("recall@10", "recall@10"),
    ("coverage", "coverage"),
    ("quote precision", "precision"),
    ("quote recall", "recall"),
    ("declined correctly", "decl. right"),
    ("declined wrongly", "decl. wrong"),
    ("median ms", "median ms"),
    ("p95 ms", "p95 ms"),
)
"""Measures by kind, and what their columns are called. Confidence is not among them: within a kind, cases are all
answerable or none is."""
NONE = "–"
"""Stands for a figure that could not be given."""

Json = dict[str, Any]


def print_report(run: Run, console: Console, *, worst: int = WORST) -> None:
    """Print a run's figures and its worst cases."""
    judged = run.judged()
    made = run.metadata
    console.print(
        f"{len(judged)} cases ({made.cases_sha256[:12]}), {made.documents} documents ({made.corpus_sha256[:12]}), "
        f"program {made.program_sha256[:12]}, {made.date}"
    )
    console.print(_totals(scores(judged)))
    console.print(_kinds(judged))
    _print_worst(run, console, worst)


def report_json(run: Run, *, worst: int = WORST) -> Json:
    """Return a run's figures in JSON form.

    Keys: ``metadata``, ``cases``, ``total``, ``by_kind``, ``reliability``, ``risk_coverage`` and ``worst``.
    """
    judged = run.judged()
    told = foretold(judged)
    return {
        "metadata": asdict(run.metadata),
        "cases": len(judged),
        "total": _scores_json(scores(judged)),
        "by_kind": {kind.value: _scores_json(found) for kind, found in by_kind(judged).items()},
        "reliability": [asdict(one) for one in reliability(told)],
        "risk_coverage": [asdict(one) for one in risk_coverage(told)],
        "worst": [_worst_json(outcome, case) for outcome, case in worst_cases(run)[:worst]],
    }


def worst_cases(run: Run) -> list[tuple[Outcome, Judged]]:
    """Return the cases that went wrong, worst first.

    A quote that is not its document's text is worst, then a failure, then a question answered that should
    have been declined, then a wrong answer, then a needless decline; among equals the one that was surest of
    itself.
    """
    pairs = [(outcome, outcome.judged()) for outcome in run.outcomes]
    wrong = [(outcome, case) for outcome, case in pairs if not all(case.exact) or not case.right]
    return sorted(wrong, key=lambda pair: (_gravity(pair[1]), -_wrongly_sure(pair[1]), pair[1].id))


def _gravity(case: Judged) -> int:
    if not all(case.exact):
        return 0
    if case.declined is None:
        return 1
    if not case.answerable:
        return 2
    return 4 if case.declined else 3


def _wrongly_sure(case: Judged) -> float:
    confidence = case.confidence if case.confidence is not None else 1.0
    return 1 - confidence if case.declined else confidence


class Cause(StrEnum):
    """Where a case went wrong, by the step of the program that lost it."""

    INEXACT = "a quote is not its document's text"
    FAILED = "no answer was given"
    ANSWERED = "answered, though the documents do not say"
    NOT_FOUND = "right passage not found"
    DECLINED = "declined, though the right passage was found"
    OTHER_WORDS = "right passage found, other words quoted"


def cause_of(case: Judged) -> Cause:
    """Return the cause of a case that went wrong; the gravest, if there are several."""
    if not all(case.exact):
        return Cause.INEXACT
    if case.declined is None:
        return Cause.FAILED
    if not case.answerable:
        return Cause.ANSWERED
    if case.rank is None:
        return Cause.NOT_FOUND
    return Cause.DECLINED if case.declined else Cause.OTHER_WORDS


def went_wrong(outcome: Outcome, case: Judged) -> str:
    """Say in a few words what is wrong with the outcome of a case that went wrong."""
    if not all(case.exact):
        return "a quote is not its document's text"
    if case.declined is None:
        return outcome.errors[0] if outcome.errors else "no answer"
    if not case.answerable:
        return "answered, though the documents do not say"
    where = f"right hit at {case.rank}" if case.rank else "right passage not found"
    return f"declined; {where}" if case.declined else f"the quotes lack the words; {where}"


def _totals(found: dict[str, Score]) -> Table:
    table = Table("measure", title="All cases")
    for name in ("value", "95% interval", "scores", "not given"):
        table.add_column(name, justify="right")
    for name, score in found.items():
        between = (
            f"{figure(name, score.low)} to {figure(name, score.high)}" if score.low is not None else NONE
        )
        table.add_row(name, figure(name, score.value), between, str(score.given), str(score.not_given))
    return table


def _kinds(judged: Sequence[Judged]) -> Table:
    table = Table(title="By kind")
    table.add_column("kind", no_wrap=True)
    for name in ("n", *(short for _, short in KIND_COLUMNS)):
        table.add_column(name, justify="right")
    for kind, found in by_kind(judged).items():
        count = sum(case.kind is kind for case in judged)
        table.add_row(kind.value, str(count), *(figure(name, found[name].value) for name, _ in KIND_COLUMNS))
    return table


def figure(name: str, value: float | None) -> str:
    """Return a measure's value as reports print it: whole milliseconds, shares with three places."""
    if value is None:
        return NONE
    return f"{value:.0f}" if name.endswith(" ms") else f"{value:.3f}"


def _print_worst(run: Run, console: Console, worst: int) -> None:
    wrong = worst_cases(run)
    if not wrong:
        console.print("No case went wrong.")
        return
    table = Table(
        "case", "kind", "question", "what went wrong", title=f"Worst cases ({len(wrong)} went wrong)"
    )
    table.add_column("confidence", justify="right")
    for outcome, case in wrong[:worst]:
        sure = NONE if case.confidence is None else f"{case.confidence:.2f}"
        table.add_row(case.id, case.kind.value, outcome.case.question, went_wrong(outcome, case), sure)
    console.print(table)


def _scores_json(found: dict[str, Score]) -> Json:
    return {name: asdict(score) for name, score in found.items()}


def _worst_json(outcome: Outcome, case: Judged) -> Json:
    return {
        "id": case.id,
        "kind": case.kind.value,
        "question": outcome.case.question,
        "wrong": went_wrong(outcome, case),
        "cause": cause_of(case).name.lower(),
        "rank": case.rank,
        "declined": case.declined,
        "confidence": case.confidence,
        "errors": list(outcome.errors),
    }
