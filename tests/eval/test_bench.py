"""The benchmark's arithmetic, its reading of the system, its material and its errors; no time is asserted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.settings import Settings
from assistant.wiring import library
from corpus.models import Level
from corpus.references import references_in
from corpus.structure import parse
from eval.bench import Spent, TimedReranker, cpu_model, main, treaties
from eval.bench_figures import (
    Aim,
    Figure,
    Timing,
    Work,
    added_figures,
    amount,
    figure_json,
    index_figures,
    middle,
    table,
    warm_figures,
)
from eval.bench_material import QUESTIONS, TREATY, TREATY_NAME
from eval.bench_server import Memory, memory_in
from eval.errors import EvaluationError
from index.build import BuildReport

seconds = st.floats(0.001, 100, allow_nan=False)


@pytest.mark.parametrize(
    ("aim", "value", "met"),
    [
        (Aim(900), 900, True),
        (Aim(900), 900.1, False),
        (Aim(85, least=True), 85, True),
        (Aim(85, least=True), 84.9, False),
    ],
)
def test_an_aim_is_met_at_its_limit(aim: Aim, value: float, met: bool) -> None:
    assert aim.met(value) is met


@pytest.mark.parametrize(
    ("figure", "ratio", "met"),
    [
        (Figure("whole", 300, "ms", 200, Aim(250)), 1.5, False),
        (Figure("no floor", 300, "ms", aim=Aim(900)), None, True),
        (Figure("no aim", 300, "ms", 300), 1.0, None),
        (Figure("not told", None, "MB", 200, Aim(250)), None, None),
        (Figure("nothing to do", 3, "s", 0.0), None, None),
    ],
)
def test_a_figure_stands_beside_its_floor_and_its_aim(
    figure: Figure, ratio: float | None, met: bool | None
) -> None:
    assert (figure.ratio, figure.met) == (ratio, met)


def test_indexing_is_told_in_seconds_and_as_a_rate() -> None:
    whole, work, rate = index_figures(11, tokens=1000, ours=Work(5.0, 6.0), floor=Work(4.0, 5.0))
    assert (whole.ours, whole.floor, whole.ratio) == (5.0, 4.0, 1.25)
    assert (work.ours, work.floor, work.ratio) == (6.0, 5.0, 1.2)
    assert (rate.ours, rate.floor, rate.ratio) == (200.0, 250.0, 0.8)


@pytest.mark.parametrize(("embedded", "met"), [(22, True), (0, True), (23, False)])
def test_an_added_document_should_embed_no_more_than_its_own_passages(embedded: int, met: bool) -> None:
    report = BuildReport(
        "g", fresh=True, added=("huts",), changed=(), removed=(), unchanged=(),
        embedded=embedded, carried=970, cut_short=(), seconds=1.0,
    )  # fmt: skip
    first, carried, whole = added_figures(report, own=22, seconds=1.0, floor=0.25)
    assert (first.met, carried.ours, whole.ratio) == (met, 970, 4.0)


def test_warm_questions_worked_by_hand() -> None:
    timings = [Timing(0.5, 0.4), Timing(1.0, 0.9), Timing(0.4, 0.3)]
    whole, p95, share, ratio = warm_figures(timings)
    assert (whole.ours, whole.floor, whole.met) == (500, 400, True)
    assert p95.ours == pytest.approx(950)
    assert share.ours == pytest.approx(80)
    assert share.met is False
    assert ratio.ours == pytest.approx(1.25)


@given(st.lists(st.tuples(seconds, st.floats(0.01, 1)), min_size=1, max_size=40))
def test_the_models_never_take_more_than_the_whole(parts: list[tuple[float, float]]) -> None:
    timings = [Timing(whole, whole * part) for whole, part in parts]
    _, p95, share, ratio = warm_figures(timings)
    between = middle(timings)
    assert share.ours is not None
    assert 0 < share.ours <= 100.0001
    assert ratio.ours is not None
    assert ratio.ours >= 0.9999
    assert p95.ours is not None
    assert p95.ours / 1000 >= between.seconds - 1e-9


def test_a_question_no_model_saw_has_no_finite_ratio() -> None:
    assert Timing(0.01, 0.0).share == 0
    assert figure_json(warm_figures([Timing(0.01, 0.0)])[3])["ours"] is None


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "s", "–"),
        (0.1234, "s", "0.12 s"),
        (12.34, "s", "12.3 s"),
        (648.9, "ms", "649 ms"),
        (15230.4, "tokens/s", "15,230 tokens/s"),
        (22, "", "22"),
    ],
)
def test_amounts(value: float | None, unit: str, shown: str) -> None:
    assert amount(value, unit) == shown


def test_the_table_and_the_json_say_the_same() -> None:
    figures = [
        Figure("warm question", 649.04, "ms", 637.0, Aim(900)),
        Figure("share", 80.0, "%", aim=Aim(85, least=True)),
        Figure("memory", None, "MB", aim=Aim(1200)),
    ]
    out = io.StringIO()
    Console(file=out, width=140).print(table(figures))
    for words in ("649 ms", "637 ms", "1.02", "≤ 900 ms met", "≥ 85 % missed", "≤ 1,200 MB"):
        assert words in out.getvalue()
    found = json.loads(json.dumps([figure_json(one) for one in figures], allow_nan=False))
    assert [(one["ours"], one["met"]) for one in found] == [(649.04, True), (80.0, False), (None, None)]
    assert [one["aim"] for one in found] == [{"at_most": 900}, {"at_least": 85}, {"at_most": 1200}]


@pytest.mark.parametrize(
    ("status", "memory"),
    [
        ("Name:\tpython\nVmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\nThreads:\t4\n", Memory(1.024, 2.048)),
        ("Name:\tkthreadd\nThreads:\t1\n", Memory(None, None)),
        ("", Memory(None, None)),
    ],
)
def test_memory_is_read_in_megabytes(status: str, memory: Memory) -> None:
    assert memory_in(status) == memory


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        (
            "processor\t: 0\nmodel name\t: Lantern 9: fast\nflags\t: a b\n\nprocessor\t: 1\n",
            "Lantern 9: fast",
        ),
        ("processor\t: 0\nBogoMIPS\t: 50\n", None),
        ("", None),
    ],
)
def test_the_processor_is_named_if_the_system_names_it(cpuinfo: str, name: str | None) -> None:
    assert cpu_model(cpuinfo) == name


def test_model_time_is_summed_until_cleared() -> None:
    spent = Spent()

    class Ones:
        name = "ones"

        def score(self, _question: str, texts: object) -> list[float]:
            return [1.0 for _ in str(texts)]

    timed = TimedReranker(Ones(), spent)
    timed.score("first", ["a"])
    once = spent.seconds
    timed.score("second", ["b", "c"])
    assert once < spent.seconds
    assert spent.calls().scored == (("first", ("a",)), ("second", ("b", "c")))
    spent.clear()
    assert (spent.seconds, spent.calls().scored) == (0, ())


def test_treaties_are_the_markdown_and_pdf_files_below_a_folder(tmp_path: Path) -> None:
    for name in ("pdf/b.PDF", "pdf/b.txt", "markdown/a.md", "c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in treaties(tmp_path)] == ["a.md", "b.PDF"]


@pytest.mark.parametrize(("name", "found"), [("absent", "found no such folder"), (".", "found none")])
def test_a_missing_library_is_one_line_that_names_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, found: str
) -> None:
    with pytest.raises(EvaluationError, match=r"expected treaties as \.md or \.pdf files"):
        treaties(tmp_path / name)
    assert main(["--library", str(tmp_path / name), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert found in err
    assert "--library DIR" in err


def test_the_added_treaty_has_twenty_articles(tmp_path: Path) -> None:
    path = tmp_path / TREATY_NAME
    path.write_text(TREATY, encoding="utf-8")
    shelf = library(Settings(home=tmp_path / "home", embedded=False))
    root = parse(shelf.document(shelf.add(path).id))
    labels = [one.label for one in root.walk() if one.level is Level.ARTICLE]
    assert labels == [str(number) for number in range(1, 21)]


def test_the_questions_are_forty_and_none_is_a_mere_reference() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 40
    assert [one for one in QUESTIONS if references_in(one)] == []
