"""The report as a page: it stands alone, escapes whatever cases and documents say, and shows what went wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree, html

from eval.cases import Case, CaseKind, Gold, Split
from eval.confidence import reliability, risk_coverage
from eval.metrics import MEASURES, Score
from eval.page import page
from eval.plots import Part, interval_strip, reliability_plot, risk_coverage_plot, stacked_bar
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import LanternAssistant

DUSK = Gold("lanterns", None, "1(1)(b)", ("dusk",))
ATTACK = "</b><script>alert('tar & oil')</script>"
CASES = (
    Case("dusk", "Who lights the lantern at dusk?", CaseKind.DIRECT, Split.DEV, (DUSK,)),
    Case("oil", "Who shares winter stores of tar?", CaseKind.UNANSWERABLE, Split.DEV, (), file="lanterns"),
    Case("fee", "Payment by vessels?", CaseKind.FOLLOW_UP, Split.DEV, (Gold("lanterns", None, "1(2)", ("fee",)),),
         history=("What of winter?",)),
    Case("premise", "Why do keepers learn cooking and signalling?", CaseKind.FALSE_PREMISE, Split.DEV, (DUSK,)),
    Case("empty", "?!", CaseKind.DIRECT, Split.DEV, (DUSK,)),
    Case("attack", f"Keepers learn signalling {ATTACK}", CaseKind.NUMBER, Split.DEV,
         (Gold("lanterns", ATTACK, None, (ATTACK,)),)),
)  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Run:
    return evaluate(LanternAssistant(), CASES, settings={"embedder": ATTACK})


@pytest.fixture(scope="module")
def written(run: Run) -> str:
    return page(run)


def parsed(written: str) -> Any:
    """Return the page's tree; lxml's stubs know too little of it."""
    return html.fromstring(written)


def drawing(drawn: str) -> Any:
    return etree.fromstring(drawn)


def text_of(written: str, path: str) -> str:
    return " ".join(" ".join(node.text_content() for node in parsed(written).xpath(path)).split())


def test_nothing_is_fetched_and_nothing_can_run(written: str) -> None:
    tree = parsed(written)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@src | //@href | //@onload")
    assert tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)").startswith(
        "default-src 'none'"
    )
    assert not re.search(r"url\(|@import|https?://", written)


def test_whatever_a_case_says_is_text(written: str) -> None:
    assert "<script" not in written
    assert text_of(written, "//details[.//span[contains(., 'attack')]]//summary").startswith(
        f"Keepers learn signalling {ATTACK}"
    )
    assert written.count("&lt;script&gt;") >= 4


def test_every_measure_stands_there_with_what_it_means(written: str) -> None:
    table = text_of(written, "//table[@class='figures']")
    for measure in MEASURES:
        assert measure.name in table
        assert " ".join(measure.meaning.split()) in table


def test_worst_cases_show_what_was_expected_and_what_was_said(written: str) -> None:
    cases = {
        node.xpath("string(.//span[@class='facts'])").split()[-1]: " ".join(node.text_content().split())
        for node in parsed(written).xpath("//details")
    }
    assert set(cases) == {"oil", "fee", "premise", "empty", "attack"}
    assert "to be declined: no document answers it" in cases["oil"]
    assert "Quoted" in cases["oil"]
    assert "confidence 0.90" in cases["oil"]
    assert "asked before: What of winter?" in cases["fee"]
    assert "lanterns, 1(2): fee" in cases["fee"]
    assert "Declined; nearest" in cases["fee"]
    assert "to be declined, or corrected from:lanterns, 1(1)(b): dusk" in cases["premise"]
    assert cases["empty"].endswith("FailedEmptyQuestion: expected a question in words, found none")


def test_more_cases_than_wanted_are_counted_and_not_shown(run: Run) -> None:
    written = page(run, worst=2)
    assert len(parsed(written).xpath("//details")) == 2
    assert "5 of 6 questions went wrong; the worst 2 are shown" in written


def test_it_says_what_the_run_was_made_with(run: Run, written: str) -> None:
    made = text_of(written, "//dl[@class='made']")
    assert run.metadata.program_sha256 in made
    assert run.metadata.corpus_sha256 in made
    assert run.metadata.versions["python"] in made


@pytest.mark.parametrize(
    "kept", [slice(0, 1), slice(1, 2), slice(4, 5)], ids=["right", "unanswerable", "failed"]
)
def test_a_run_of_one_case_has_a_page_too(run: Run, kept: slice) -> None:
    assert "</html>" in page(replace(run, outcomes=run.outcomes[kept]))


TOLD = [(0.9, True), (0.8, False), (0.8, True), (0.3, False)]


@pytest.mark.parametrize(
    "drawn",
    [
        risk_coverage_plot(risk_coverage(TOLD), (0.75, 1 / 3)),
        risk_coverage_plot(risk_coverage([(0.9, True)]), None),
        risk_coverage_plot((), None),
        reliability_plot(reliability(TOLD)),
        reliability_plot(reliability([])),
        stacked_bar([Part("<right>", "quoted-rightly", 2), Part("wrong", "quoted-wrongly", 0)]),
        stacked_bar([]),
        interval_strip(Score(0.5, 4, 0, 0.2, 0.9)),
        interval_strip(Score(1.0, 4)),
    ],
)  # fmt: skip
def test_drawings_are_sound_and_say_what_they_show(drawn: str) -> None:
    tree = drawing(drawn)
    assert tree.get("role") == "img"
    _, _, width, height = map(float, tree.get("viewBox").split())
    for node in tree.iter("circle"):
        assert 0 <= float(node.get("cx")) <= width
        assert 0 <= float(node.get("cy")) <= height
    for node in tree.iter("rect"):
        assert float(node.get("x")) + float(node.get("width")) <= width + 1


def test_the_curve_is_drawn_through_its_points() -> None:
    tree = drawing(risk_coverage_plot(risk_coverage(TOLD), None))
    (line,) = tree.iter("polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert len(points) == 3
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[0][1] > points[1][1]  # the first is right, so its risk is lowest: y grows downwards


def test_a_bar_is_divided_as_its_counts_are() -> None:
    tree = drawing(stacked_bar([Part("right", "a", 3), Part("none", "b", 0), Part("wrong", "c", 1)]))
    assert [(node.get("class"), node.get("width")) for node in tree] == [("a", "75.00"), ("c", "25.00")]
    assert tree.get("aria-label") == "right 3, wrong 1"
