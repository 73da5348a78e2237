"""The HTML of two runs compared: by how much figures differ, whether by chance, and in which cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.html import escape
from eval.compare_report import signed
from eval.report import NONE, figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.compare import Changed, Comparison, Difference

LISTED = 10
"""Cases shown of those that got better and of those that got worse."""
SURE = 0.05
"""p-values below this are marked: one in twenty differences by chance alone is so marked too."""


def difference(found: Comparison, first: str) -> str:
    """Return the comparison of a run with an earlier one.

    Args:
        found: Their comparison, the earlier one first.
        first: What the earlier one is called.
    """
    left_out = f" {found.left_out} cases that only one of them has are left out." if found.left_out else ""
    made = "".join(f"<li><bdi>{escape(line)}</bdi></li>" for line in found.made_differently)
    alike = f"<ul>{made}</ul>" if made else "<p>Same program, documents, settings, models and versions.</p>"
    return (
        '<section class="difference" aria-label="Compared"><h3>Compared with the earlier run</h3>'
        f'<p class="soft"><bdi>{escape(first)}</bdi>. Cases in both: {found.cases}.{left_out}</p>'
        f"{_figures(found.differences)}"
        f'<p class="soft">Interval: 95%, by bootstrap over documents, both runs on the same draws. '
        f"<b>Bold</b>: p below {SURE}.</p>"
        + _changed("worse", [one for one in found.changed if not one.better])
        + _changed("better", [one for one in found.changed if one.better])
        + f'<details class="all"><summary>Made differently: {len(found.made_differently)}</summary>{alike}</details>'
        "</section>"
    )


def _figures(differences: Sequence[Difference]) -> str:
    names = ("measure", "earlier", "this", "difference", "95% interval", "p", "better", "worse")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_row(one) for one in differences)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Differences"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(one: Difference) -> str:
    name = one.measure.name
    sure = one.p is not None and one.p < SURE
    change = signed(name, one.difference)
    between = f"{signed(name, one.low)} to {signed(name, one.high)}" if one.low is not None else NONE
    cells = (
        figure(name, one.first),
        figure(name, one.second),
        f"<b>{change}</b>" if sure else change,
        between,
        NONE if one.p is None else f"{one.p:.3f}",
        NONE if one.better is None else str(one.better),
        NONE if one.worse is None else str(one.worse),
    )
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _changed(word: str, changed: Sequence[Changed]) -> str:
    if not changed:
        return f'<p class="soft">No case got {word}.</p>'
    more = f", the first {LISTED} shown" if len(changed) > LISTED else ""
    listed = "".join(
        f"<li><bdi>{escape(one.case.question)}</bdi> <span class='facts'>{escape('; '.join(one.changes))}</span></li>"
        for one in changed[:LISTED]
    )
    return (
        f'<details class="all"><summary>{len(changed)} got {word}{more}</summary><ul>{listed}</ul></details>'
    )
