"""Evaluations behind the page: one at a time, after the visitors, on one assistant, and kept."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

import pytest

from assistant.errors import NotReady
from assistant.web.evaluate.case_choice import Own, Wish, choice, own_cases, template
from assistant.web.evaluate.evaluating import Evaluator, Job, Phase
from assistant.web.evaluate.kept_runs import ASKED, MOST, KeptRuns
from assistant.web.session import Session
from assistant.web.workers import Workers
from corpus.structure import parse
from eval.cases import cases_in
from eval.errors import CaseError, EvaluationError, RunError
from eval.run import Run, evaluate
from tests.eval.lantern_assistant import LanternAssistant
from tests.web.small_assistant import SmallAssistant, library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = 20.0


def line(number: int, question: str, document: str, *, kind: str = "direct", split: str = "dev") -> str:
    gold = [{"document": document, "contains": ["days"]}] if document else []
    case = {"id": f"c{number}", "question": question, "kind": kind, "split": split, "gold": gold}
    return json.dumps(case)


def lamps() -> str:
    return next(d.id for d in library() if "Lamps" in d.title)


def six() -> Own:
    asked = [line(n, f"How long is the training of lighthouse keepers, {n}?", lamps()) for n in range(4)]
    asked += [line(n, "Who tunes pianos?", "", kind="unanswerable", split="test") for n in (4, 5)]
    return own_cases("mine.jsonl", "\n".join(asked))


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(2)
    yield made
    made.close()


@pytest.fixture
def runs(tmp_path: Path) -> KeptRuns:
    return KeptRuns(tmp_path / "evaluations")


def over(runs: KeptRuns, workers: Workers, seconds: float = 0.0) -> Evaluator:
    session = Session(lambda: SmallAssistant(ask_seconds=seconds))
    session.start()
    session.wait(SOON)
    return Evaluator(session, workers, runs, lambda: ({"home": "kept"}, {"encoder": "words"}))


def until(evaluator: Evaluator, *phases: Phase) -> Job:
    """Wait until the evaluation has come so far."""
    ends = time.monotonic() + SOON
    while evaluator.job.phase not in phases and time.monotonic() < ends:
        time.sleep(0.01)
    assert evaluator.job.phase in phases
    return evaluator.job


def test_a_run_is_kept_with_what_it_was_made_with(runs: KeptRuns, workers: Workers) -> None:
    evaluator = over(runs, workers)
    evaluator.begin(Wish(small=False, own=six()))
    job = until(evaluator, Phase.ENDED, Phase.FAILED)
    assert (job.phase, job.done, job.cases, job.trouble) == (Phase.ENDED, 6, 6, "")
    assert runs.names() == (job.name,)
    run = runs.load(job.name)
    assert [outcome.case.id for outcome in run.outcomes] == [f"c{n}" for n in range(6)]
    assert run.metadata.settings == {"home": "kept", ASKED: "mine.jsonl, both splits, 6 cases"}
    assert run.metadata.models == {"encoder": "words"}
    assert job.judged == run.judged()
    assert runs.label(job.name).endswith("UTC: mine.jsonl, both splits, 6 cases")


def test_there_is_one_at_a_time_and_stopping_keeps_what_was_done(runs: KeptRuns, workers: Workers) -> None:
    evaluator = over(runs, workers, 0.1)
    evaluator.begin(Wish(small=False, own=six()))
    with pytest.raises(EvaluationError, match="expected no evaluation at work, found one"):
        evaluator.begin(Wish(small=False, own=six()))
    while not evaluator.job.done:
        time.sleep(0.01)
    left = evaluator.job.left
    assert left is not None
    assert 0 < left < SOON
    evaluator.stop()
    job = until(evaluator, Phase.STOPPED)
    assert 0 < job.done < 6
    assert len(runs.load(job.name).outcomes) == job.done
    assert runs.label(job.name).endswith(f"6 cases, stopped after {job.done}")
    evaluator.begin(Wish(small=False, own=six()))
    assert until(evaluator, Phase.ENDED).number == 2


def test_visitors_questions_go_first(runs: KeptRuns, workers: Workers) -> None:
    evaluator, asked = over(runs, workers), threading.Event()
    visitor = workers.submit(asked.wait, SOON)
    evaluator.begin(Wish(small=False, own=six()))
    time.sleep(0.3)
    assert evaluator.job.done == 0
    asked.set()
    assert visitor.result(SOON)
    assert until(evaluator, Phase.ENDED).done == 6


def test_a_question_asked_meanwhile_is_answered_between_two_cases(runs: KeptRuns, workers: Workers) -> None:
    evaluator, asked = over(runs, workers, 0.02), threading.Event()
    evaluator.begin(Wish(small=False, own=six()))
    while not evaluator.job.done:
        time.sleep(0.01)
    visitor = workers.submit(asked.wait, SOON)
    job = until(evaluator, Phase.WAITING)
    time.sleep(0.2)
    assert evaluator.job.done == job.done
    asked.set()
    assert visitor.result(SOON)
    assert until(evaluator, Phase.ENDED).done == 6


def test_what_cannot_be_run_is_said_in_one_line(runs: KeptRuns, workers: Workers) -> None:
    evaluator = over(runs, workers)
    with pytest.raises(
        EvaluationError, match="expected a case for the documents of this library, found none"
    ):
        evaluator.begin(Wish())
    assert evaluator.job.phase is Phase.IDLE
    unloaded = Evaluator(Session(SmallAssistant), workers, runs)
    with pytest.raises(NotReady, match="expected the models to be loaded"):
        unloaded.begin(Wish(own=six()))


def test_a_run_that_cannot_be_kept_fails_with_the_reason(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "file").write_text("")
    evaluator = over(KeptRuns(tmp_path / "file"), workers)
    evaluator.begin(Wish(small=False, own=six()))
    job = until(evaluator, Phase.FAILED, Phase.ENDED)
    assert "expected a folder to keep the run in" in job.trouble
    assert "\n" not in job.trouble


def test_places_that_do_not_stand_in_the_documents_are_named(runs: KeptRuns, workers: Workers) -> None:
    gold = [{"document": lamps(), "provision": "99"}]
    lines = [
        json.dumps(
            {"id": f"x{n}", "question": "What of oil?", "kind": "direct", "split": "dev", "gold": gold}
        )
        for n in range(5)
    ]
    evaluator = over(runs, workers)
    evaluator.begin(Wish(own=own_cases("x.jsonl", "\n".join(lines))))
    job = until(evaluator, Phase.ENDED)
    assert len(job.notes) == 4
    assert "found '99'" in job.notes[0]
    assert job.notes[3].startswith("… and 2 more")


# -- runs kept


@pytest.fixture(scope="module")
def run() -> Run:
    case = line(1, "Is a fee taken from ships?", "lanterns")
    return evaluate(LanternAssistant(), cases_in(case, "lanterns.jsonl"))


def test_the_latest_runs_are_kept_and_what_others_put_there_stays(tmp_path: Path, run: Run) -> None:
    run.save(tmp_path / "by-hand.json")
    runs = KeptRuns(tmp_path)
    first = runs.keep(run)
    kept = [first, *(runs.keep(run) for _ in range(MOST + 1))]
    names = set(runs.names())
    assert names == {*kept[2:], "by-hand"}
    assert not list(tmp_path.glob("*.part"))
    assert runs.label("by-hand").startswith("by-hand, ")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "none", "", "a\x00b", "x" * 500])
def test_only_the_names_of_runs_that_are_kept_are_files(runs: KeptRuns, run: Run, name: str) -> None:
    runs.keep(run)
    for read in (runs.load, runs.raw):
        with pytest.raises(RunError, match="expected the name of a run that is kept"):
            read(name)


@pytest.mark.parametrize("content", ["", "{}", '{"metadata": {"date": 3}}', "\x00", '{"metadata": {},\n}'])
def test_a_damaged_run_is_listed_and_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    runs = KeptRuns(tmp_path)
    assert runs.label("bad") == "bad (cannot be read)"
    with pytest.raises(RunError, match="expected a saved run"):
        runs.load("bad")


def test_there_are_no_runs_before_the_first(runs: KeptRuns) -> None:
    assert runs.names() == ()


# -- the choice of cases


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected at least one case, found none"),
        ("{", "mine.jsonl, line 1: expected a JSON object"),
        ("\n[]", "mine.jsonl, line 2: 'case'"),
        ('{"id": "a"}', "mine.jsonl, line 1: 'question'"),
        (line(1, "?", "lamps") + "\n" + line(1, "?", "lamps"), "found 'c1' again"),
        (" " * 1_000_001, "expected at most 1,000,000 characters"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(CaseError) as refused:
        own_cases(r"C:\files\mine.jsonl", text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_choice_says_what_it_is_and_what_it_leaves_out() -> None:
    text = "\n".join([line(1, "?", lamps()), line(2, "?", "elsewhere"), line(3, "?", lamps(), split="test")])
    own = own_cases("mine.jsonl", text)
    found = choice(Wish("dev", small=False, own=own), library())
    assert [case.id for case in found.cases] == ["c1"]
    assert found.words == "mine.jsonl, dev split, 1 case"
    assert found.notes == ("Left out: 1 of the cases. Not in this library: elsewhere.",)


def test_the_program_has_no_cases_for_a_library_it_does_not_know() -> None:
    found = choice(Wish(), library())
    assert found.cases == ()
    assert all(note.startswith("Left out: ") for note in found.notes)


def test_a_small_set_takes_as_many_of_each_kind() -> None:
    text = "\n".join(
        [
            *(line(n, "?", lamps()) for n in range(60)),
            *(line(n, "?", lamps(), kind="list") for n in range(60, 70)),
        ]
    )
    found = choice(Wish(own=own_cases("mine.jsonl", text)), library())
    assert len(found.cases) == 48
    assert sum(case.kind.value == "list" for case in found.cases) == 10
    assert found.words == "mine.jsonl, both splits, 48 of 70 cases"


def test_the_template_is_a_cases_file_for_this_library() -> None:
    documents = [d for d in library() if "Lamps" in d.title]
    text = template(documents, parse(documents[0]))
    cases = own_cases("template.jsonl", text).cases
    assert (cases[0].gold[0].document, cases[0].gold[0].provision) == (documents[0].id, "1")
    assert choice(Wish(own=Own("template.jsonl", cases)), documents).notes == ()
