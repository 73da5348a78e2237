"""What the tab for evaluating shows: figures, plots and worst cases; what cases and files say does nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html as parser

from assistant.web.evaluate.case_choice import Choice, Own
from assistant.web.evaluate.evaluating import Job, Phase
from assistant.web.evaluate.html_difference import difference
from assistant.web.evaluate.html_evaluate import (
    TILES,
    WORST,
    downloads,
    how_to_write,
    job,
    offer,
    report,
    trouble,
)
from assistant.web.evaluate.places import Places
from corpus.links import resolve_link
from eval.cases import Case, CaseKind, Gold, Split
from eval.compare import compare
from eval.report import Cause, cause_of
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import LanternAssistant
from tests.web.small_assistant import SmallAssistant

ATTACK = "</b><script>alert('x')</script>\u202e<img src=x onerror=alert(1)>"
QUESTIONS = {
    CaseKind.DIRECT: "How long is the training of lighthouse keepers?",
    CaseKind.NUMBER: f"How many days do lighthouse keepers train {ATTACK}",
    CaseKind.UNANSWERABLE: "Who settles a dispute about a lighthouse?",
    CaseKind.EVERYDAY: "Who tunes pianos?",
}


@pytest.fixture(scope="module")
def answers() -> SmallAssistant:
    return SmallAssistant()


@pytest.fixture(scope="module")
def treaty(answers: SmallAssistant) -> str:
    return next(d.id for d in answers.documents() if "Lamps" in d.title)


@pytest.fixture(scope="module")
def run(answers: SmallAssistant, treaty: str) -> Run:
    gold = Gold(treaty, None, "3", ("forty days",))
    hostile = Gold(treaty, ATTACK, None, (ATTACK,))
    cases = [
        Case(
            f"{kind.value}{ATTACK}",
            asked,
            kind,
            Split.DEV,
            () if kind is CaseKind.UNANSWERABLE else (gold, hostile),
        )
        for kind, asked in QUESTIONS.items()
    ]
    return evaluate(answers, cases, settings={"cases asked": ATTACK}, models={"encoder": ATTACK})


def tree(drawn: str) -> Any:
    """Return the tree of some HTML; lxml's stubs know too little of it."""
    return parser.fragment_fromstring(drawn, create_parent="div")


def text(drawn: str, path: str = ".") -> str:
    return " ".join(" ".join(node.text_content() for node in tree(drawn).xpath(path)).split())


@pytest.fixture(scope="module")
def drawn(run: Run, answers: SmallAssistant) -> str:
    return report("20260101T000000Z", run, Places(answers))


def test_a_run_has_its_figures_its_table_by_kind_and_both_plots(drawn: str) -> None:
    assert [node.text_content() for node in tree(drawn).xpath("//ul[@class='tiles']/li/span[1]")] == list(
        TILES
    )
    kinds = tree(drawn).xpath("//section[@aria-label='By kind of question']//tbody/tr/th")
    assert [node.text_content() for node in kinds] == ["direct", "everyday", "number", "unanswerable"]
    labels = tree(drawn).xpath("//*[@class='plot']/@aria-label")
    assert [label.split(":")[0].split(" ")[0] for label in labels] == ["Risk–coverage", "Reliability"]
    assert len(tree(drawn).xpath("//div[@class='scroll'][@tabindex='0'][@role='region']/table")) == 2


def test_the_worst_cases_say_what_was_expected_what_was_quoted_and_why_it_is_wrong(
    drawn: str, run: Run, answers: SmallAssistant
) -> None:
    first = "//details[@class='case'][1]"
    wrong = [case for outcome in run.outcomes if not (case := outcome.judged()).right]
    assert 0 < len(wrong) <= WORST
    assert len(tree(drawn).xpath("//details[@class='case']")) == len(wrong)
    assert QUESTIONS[CaseKind.UNANSWERABLE] in text(drawn, f"{first}/summary")
    assert "answered, though the documents do not say" in text(drawn, f"{first}/summary")
    assert "to be declined: no document answers it" in text(drawn, first)
    links = tree(drawn).xpath("//details[@class='case']//a/@href")
    assert links
    labels = [resolve_link(link, answers.provisions(link.split("/")[2])).label for link in links]
    assert "3" in labels
    counted = text(drawn, "//ul[@class='causes']")
    assert all(cause_of(case).value in counted for case in wrong)


def test_a_document_that_is_gone_is_named_and_not_linked(run: Run, treaty: str) -> None:
    drawn = report("x", run, Places(None))
    assert not tree(drawn).xpath("//a")
    assert treaty in text(drawn)


@pytest.mark.parametrize("what", ["report", "difference", "offer", "job", "how", "downloads", "trouble"])
def test_what_cases_files_and_documents_say_is_shown_and_does_nothing(
    what: str, run: Run, answers: SmallAssistant
) -> None:
    other = Run(
        run.metadata, tuple(replace(o, answer=None, exact=(), errors=(ATTACK,)) for o in run.outcomes)
    )
    drawn = {
        "report": lambda: report(ATTACK, other, Places(answers)) + report(ATTACK, run, Places(answers)),
        "difference": lambda: difference(compare(other, run), ATTACK),
        "offer": lambda: offer(Choice((run.outcomes[0].case,), ATTACK, (ATTACK,)),
                               Own(ATTACK, ()), ATTACK),
        "job": lambda: job(Job(1, Phase.RUNNING, ATTACK, 1, 2, 3.0, run.judged(), (ATTACK,)))
        + job(Job(1, Phase.FAILED, trouble=ATTACK)),
        "how": lambda: how_to_write(f'{{"id": "{ATTACK}"}}', [ATTACK]),
        "downloads": lambda: downloads(ATTACK),
        "trouble": lambda: trouble(ATTACK),
    }[what]()  # fmt: skip
    found = tree(drawn)
    assert not found.xpath("//script | //img | //@onerror | //@src")
    assert set(found.xpath("//@href")) == {
        link for link in found.xpath("//@href") if link.startswith("#/documents/")
    }
    if what != "downloads":
        assert "alert('x')" in found.text_content()
        assert found.xpath("//bdi[@class='acting']")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Job(), ""),
        (Job(1, Phase.RUNNING, "both splits", 0, 9), "0 of 9 cases.both splits"),
        (Job(1, Phase.RUNNING, "both splits", 3, 9, 6.0), "3 of 9 cases, about 12 s left.both splits"),
        (
            Job(1, Phase.WAITING, "", 3, 9, 600.0),
            "3 of 9 cases, about 20 min left. Visitors’ questions go first.",
        ),
        (Job(1, Phase.ENDED, "", 9, 9, 6.0), "Evaluated 9 of 9 cases in 6 s."),
        (
            Job(1, Phase.STOPPED, "", 3, 9, 6.0),
            "Evaluated 3 of 9 cases in 6 s, then stopped; what was done is kept.",
        ),
        (Job(1, Phase.FAILED, "", 3, 9, 6.0, trouble="expected"), "Evaluation not finished: expected"),
    ],
)
def test_how_far_it_is_is_said_in_words(now: Job, said: str) -> None:
    assert text(job(now)) == said


def test_no_cases_for_this_library_says_what_to_do() -> None:
    assert "Write a cases file of your own and choose it here." in text(offer(Choice((), ""), None))


def test_what_differs_is_told_with_its_interval(run: Run) -> None:
    failed = Run(
        run.metadata, tuple(replace(o, answer=None, exact=(), errors=("none",)) for o in run.outcomes)
    )
    drawn = difference(compare(failed, run), "the first")
    assert "the first. Cases in both: 4." in text(drawn)
    heads = [node.text_content() for node in tree(drawn).xpath("//thead//th")]
    assert heads[:5] == ["measure", "earlier", "this", "difference", "95% interval"]
    assert "No case got worse." in text(drawn)
    assert "failed → quoted rightly" in text(drawn)
    assert "Same program, documents, settings, models and versions." in text(drawn)


def test_every_case_that_went_wrong_has_a_cause() -> None:
    case = Case("a", "Is a fee taken from ships?", CaseKind.DIRECT, Split.DEV, (Gold("lanterns", None, "3"),))
    judged = evaluate(LanternAssistant(), [case]).outcomes[0].judged()
    assert [
        cause_of(one)
        for one in (
            replace(judged, exact=(False,)),
            replace(judged, declined=None),
            replace(judged, answerable=False),
            replace(judged, rank=None),
            replace(judged, rank=2, declined=True),
            replace(judged, rank=2, declined=False),
        )
    ] == list(Cause)
