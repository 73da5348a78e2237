"""What each part brings, for people and for programs: one table, each part a line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from eval.ablate import MEASURES
from eval.report import NONE

if TYPE_CHECKING:
    from rich.console import Console

    from eval.ablate import Ablation, Left
    from eval.compare import Difference

SURE = "*"
"""Marks a difference whose 95% interval does not hold 0."""
SAME = "="
"""Stands for a figure that leaving the part out does not change."""

Json = dict[str, Any]


def print_ablation(found: Ablation, console: Console) -> None:
    """Print the figures of the whole, and by how much each part left out changes them."""
    made = found.metadata
    console.print(
        f"{found.cases} cases ({made.cases_sha256[:12]}), {made.documents} documents ({made.corpus_sha256[:12]}), "
        f"program {made.program_sha256[:12]}, {made.date}"
    )
    table = Table(
        "left out", box=SIMPLE_HEAD, title="The whole, and each part left out (difference to the whole)"
    )
    for measure in MEASURES:
        table.add_column(measure.name, justify="right")
    table.add_column("turned", justify="right")
    table.add_row("nothing", *(_value(found.whole[one.name]) for one in MEASURES), NONE, end_section=True)
    for left in found.left:
        turned = f"{len(left.better)}/{len(left.worse)}"
        table.add_row(left.words, *(_cell(one) for one in left.differences), turned)
    console.print(table)
    console.print(
        f"{SAME} no change. {SURE} the 95% interval of the difference, by bootstrap over documents, does not hold 0. "
        "Turned: cases that turned right / wrong without the part."
    )


def ablation_json(found: Ablation) -> Json:
    """Return an ablation in JSON form.

    Keys: ``metadata``, ``cases``, ``whole`` by measure, and ``without`` by part: its ``name`` in words, its
    ``measures`` (``value``, ``difference``, ``low``, ``high``, ``p``) and the ids of the cases that turned.
    """
    return {
        "metadata": asdict(found.metadata),
        "cases": found.cases,
        "whole": found.whole,
        "without": {left.part: _left_json(left) for left in found.left},
    }


def _cell(one: Difference) -> str:
    if one.second is None or one.difference is None:
        return NONE
    if not one.difference:
        return SAME
    sure = one.low is not None and one.high is not None and not one.low <= 0 <= one.high
    sign = "+" if one.difference > 0 else "−"
    return f"{_value(one.second)} ({sign}{abs(one.difference):.2f}{SURE if sure else ''})"


def _value(value: float | None) -> str:
    """Return a figure with two places: a hundredth is a case or so, and ten columns are to stand side by side."""
    return NONE if value is None else f"{value:.2f}"


def _left_json(left: Left) -> Json:
    return {
        "name": left.words,
        "measures": {
            one.measure.name: {
                "value": one.second,
                "difference": one.difference,
                "low": one.low,
                "high": one.high,
                "p": one.p,
            }
            for one in left.differences
        },
        "turned_right": list(left.better),
        "turned_wrong": list(left.worse),
    }
