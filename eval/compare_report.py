"""A comparison for people and for programs: what differs, by how much, whether by chance, and in which cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

from eval.report import NONE, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from eval.compare import Changed, Comparison, Difference

LISTED = 20
"""Cases printed of those that got better and of those that got worse; JSON has all."""

Json = dict[str, Any]


def print_comparison(found: Comparison, console: Console, *, listed: int = LISTED) -> None:
    """Print what changed from the first run to the second."""
    console.print(
        f"Cases in both: {found.cases}"
        + (f"; left out, being in one only or changed: {found.left_out}" if found.left_out else "")
        + f". First: {found.first.date}. Second: {found.second.date}."
    )
    lines = [f"Made differently: {line}" for line in found.made_differently]
    console.print("\n".join(lines) or "Made alike: same program, documents, settings, models and versions.")
    console.print(_figures(found.differences))
    for word, better in (("worse", False), ("better", True)):
        _print_changed(console, word, [one for one in found.changed if one.better is better], listed)


def comparison_json(found: Comparison) -> Json:
    """Return a comparison in JSON form.

    Keys: ``first`` and ``second`` (what they were made with), ``cases``, ``left_out``, ``made_differently``,
    ``measures`` by name, ``worse`` and ``better``.
    """
    return {
        "first": asdict(found.first),
        "second": asdict(found.second),
        "cases": found.cases,
        "left_out": found.left_out,
        "made_differently": list(found.made_differently),
        "measures": {one.measure.name: _difference_json(one) for one in found.differences},
        "worse": [_changed_json(one) for one in found.changed if not one.better],
        "better": [_changed_json(one) for one in found.changed if one.better],
    }


def _figures(differences: Sequence[Difference]) -> Table:
    table = Table(
        "measure",
        title="Second less first; p by paired bootstrap over documents and by McNemar's exact test",
    )
    for name in ("first", "second", "difference", "95% interval", "p", "better", "worse", "p (McNemar)"):
        table.add_column(name, justify="right")
    for one in differences:
        name = one.measure.name
        table.add_row(
            name,
            figure(name, one.first),
            figure(name, one.second),
            signed(name, one.difference),
            f"{signed(name, one.low)} to {signed(name, one.high)}" if one.low is not None else NONE,
            _p(one.p),
            NONE if one.better is None else str(one.better),
            NONE if one.worse is None else str(one.worse),
            _p(one.p_mcnemar),
        )
    return table


def signed(name: str, value: float | None) -> str:
    """Return a difference as reports print it: with its sign, and without one where it rounds to nothing."""
    if value is None:
        return NONE
    shown = figure(name, abs(value))
    return shown if not float(shown) else f"{'+' if value > 0 else '−'}{shown}"


def _p(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _print_changed(console: Console, word: str, changed: Sequence[Changed], listed: int) -> None:
    if not changed:
        console.print(f"No case got {word}.")
        return
    more = f", the first {listed} shown" if len(changed) > listed else ""
    table = Table("case", "kind", "question", "what changed", title=f"{len(changed)} got {word}{more}")
    for one in changed[:listed]:
        table.add_row(one.case.id, one.case.kind.value, one.case.question, "; ".join(one.changes))
    console.print(table)


def _difference_json(one: Difference) -> Json:
    return {
        "first": one.first,
        "second": one.second,
        "difference": one.difference,
        "low": one.low,
        "high": one.high,
        "p": one.p,
        "higher_is_better": one.measure.higher_is_better,
        "cases_better": one.better,
        "cases_worse": one.worse,
        "p_mcnemar": one.p_mcnemar,
    }


def _changed_json(one: Changed) -> Json:
    return {
        "id": one.case.id,
        "kind": one.case.kind.value,
        "question": one.case.question,
        "changes": list(one.changes),
    }
