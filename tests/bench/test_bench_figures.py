"""The benchmark's arithmetic: spreads, ratios, aims, fitted exponents and the tables; no time is asserted."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.figures import (
    CAIRN,
    FLOOR,
    OURS,
    RECIPE,
    Aim,
    Figure,
    Section,
    Spread,
    amount,
    as_json,
    exponent,
    figure,
    growth,
    head,
    markdown,
    percentiles,
    row,
    shown,
    table,
)

costs = st.floats(0.001, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("aim", "value", "met"),
    [
        (Aim(450), 450, True),
        (Aim(450), 450.1, False),
        (Aim(0.95, least=True), 0.95, True),
        (Aim(0.95, least=True), 0.949, False),
    ],
)
def test_an_aim_is_met_at_its_limit(aim: Aim, value: float, met: bool) -> None:
    assert aim.met(value) is met


@pytest.mark.parametrize(
    ("by", "aim", "ratio", "met"),
    [
        ({OURS: [300.0], FLOOR: [200.0]}, Aim(250), 1.5, False),
        ({OURS: [300.0], FLOOR: [200.0]}, Aim(1.5, ratio=True), 1.5, True),
        ({OURS: [95.0], FLOOR: [100.0]}, Aim(0.96, least=True, ratio=True), 0.95, False),
        ({OURS: [300.0]}, Aim(900), None, True),
        ({OURS: [300.0]}, Aim(1.1, ratio=True), None, None),
        ({OURS: [300.0], FLOOR: [300.0]}, None, 1.0, None),
        ({OURS: [300.0], FLOOR: [0.0]}, None, None, None),
        ({FLOOR: [200.0]}, Aim(900), None, None),
    ],
)
def test_a_figure_stands_beside_its_floor_and_its_aim(
    by: dict[str, list[float | None]], aim: Aim | None, ratio: float | None, met: bool | None
) -> None:
    found = figure("whole", "ms", by, aim)
    assert (found.ratio, found.met) == (ratio, met)


def test_what_was_not_measured_is_left_out() -> None:
    found = figure("memory", "MB", {OURS: [None, 400.0], RECIPE: [None], CAIRN: []})
    assert dict(found.by) == {OURS: Spread(400.0, 400.0, 400.0)}


def test_measurements_are_scaled_once() -> None:
    assert figure("question", "ms", {OURS: [0.2, 0.4, 0.9]}, times=1000).by[OURS] == Spread(200, 400, 900)


def test_percentiles_worked_by_hand() -> None:
    found = percentiles({OURS: [0.1, 0.2, 0.3], RECIPE: []}, "question", {0.5: Aim(150)})
    assert [one.name for one in found] == ["question, p50", "question, p95", "question, p99"]
    assert [one.by[OURS].middle for one in found] == pytest.approx([200, 290, 298])
    assert [one.met for one in found] == [False, None, None]
    assert RECIPE not in found[0].by


@given(st.floats(-2, 3), st.floats(0.01, 100), st.lists(st.integers(1, 10_000), min_size=2, unique=True))
def test_an_exponent_is_found_again(power: float, factor: float, sizes: list[int]) -> None:
    found = exponent(sizes, [factor * size**power for size in sizes])
    assert found == pytest.approx(power, abs=1e-6)


@given(st.lists(st.tuples(st.integers(1, 1000), costs), min_size=2, unique_by=lambda pair: pair[0]))
def test_an_exponent_does_not_depend_on_the_unit(points: list[tuple[int, float]]) -> None:
    sizes, values = [size for size, _ in points], [cost for _, cost in points]
    assert exponent(sizes, values) == pytest.approx(exponent(sizes, [1000 * one for one in values]), abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "found"), [([11], [1.0]), ([11, 11], [1.0, 2.0]), ([11, 100], [0.0, 2.0]), ([11, 100], [-1, 2])]
)
def test_no_exponent_where_none_can_be_fitted(sizes: list[float], found: list[float]) -> None:
    assert exponent(sizes, found) is None


def test_growth_is_fitted_for_what_every_library_has() -> None:
    sections = [
        Section(
            "10",
            "",
            (figure("disk", "MB", {OURS: [10.0], RECIPE: [5.0]}), figure("once", "s", {OURS: [1.0]})),
        ),
        Section("100", "", (figure("disk", "MB", {OURS: [1000.0]}),)),
    ]
    grown = growth([10, 100], sections)
    assert [one.name for one in grown.figures] == ["disk"]
    assert grown.figures[0].by[OURS].middle == pytest.approx(2.0)
    assert RECIPE not in grown.figures[0].by
    assert "10, 100 treaties" in grown.note


@given(st.lists(costs, min_size=1, max_size=40))
def test_a_spread_is_in_order(values: list[float]) -> None:
    found = Spread.of(values)
    assert min(values) == found.least <= found.middle <= found.most == max(values)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.1234, "s", "0.12 s"),
        (12.34, "s", "12.3 s"),
        (648.9, "ms", "649 ms"),
        (15230.4, "tokens/s", "15,230 tokens/s"),
        (22, "MB", "22 MB"),
        (1, "", "1.00"),
        (-0.02, "", "-0.02"),
    ],
)
def test_amounts(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


@pytest.mark.parametrize(
    ("spread", "said"),
    [(None, "–"), (Spread(2, 2, 2), "2 s"), (Spread(1.5, 2.25, 12), "2.25 s (1.50–12.0)")],
)
def test_spreads_are_shown_where_there_is_one(spread: Spread | None, said: str) -> None:
    assert shown(spread, "s") == said


MEASURED = Section(
    "Eleven treaties",
    "Eleven files.",
    (
        figure(
            "question", "ms", {OURS: [400, 420, 600], FLOOR: [390.0], RECIPE: [30.0]}, Aim(1.1, ratio=True)
        ),
        figure("memory", "MB", {OURS: [950.0], CAIRN: [120.0]}, Aim(900)),
        Figure("nothing", "s", {}),
    ),
)


def test_the_tables_say_the_same() -> None:
    out = io.StringIO()
    Console(file=out, width=220).print(table([MEASURED]))
    for words in ("420 ms (400–600)", "390 ms", "1.08", "30 ms", "≤ 1.1 × alone met", "≤ 900 MB missed"):
        assert words in out.getvalue()
        assert words in markdown([MEASURED])


def test_every_line_of_the_markdown_has_every_cell() -> None:
    lines = [line for line in markdown([MEASURED]).splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(MEASURED.figures)
    assert {line.count(" | ") for line in lines} == {len(head()) - 1}
    assert {len(row(one)) for one in MEASURED.figures} == {len(head())}


def test_a_workload_left_out_gives_its_reason_and_no_table() -> None:
    assert (
        markdown([Section("Treaties", "Left out: none there.", ())])
        == "### Treaties\n\nLeft out: none there."
    )


def test_the_json_holds_the_spreads_and_whether_aims_are_met() -> None:
    [found] = json.loads(json.dumps(as_json([MEASURED]), allow_nan=False))
    question, memory, nothing = found["figures"]
    assert question["ours"] == {"least": 400, "middle": 420, "most": 600}
    assert (question["aim"], question["met"]) == ({"at_most": 1.1, "of": "ratio"}, True)
    assert (memory["aim"], memory["met"], memory["ratio"]) == ({"at_most": 900, "of": "ours"}, False, None)
    assert (nothing["aim"], nothing["met"]) == (None, None)
