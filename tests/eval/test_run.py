"""A run keeps what was asked, found and answered, and can be judged again from its file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case, CaseKind, Gold, Split
from eval.errors import RunError
from eval.made_with import cases_hash, corpus_hash, program_hash
from eval.run import TOP_K, Run, evaluate
from tests.eval.lantern_assistant import Forger, LanternAssistant, library

CASES = (
    Case("fee", "Is a fee taken from ships?", CaseKind.DIRECT, Split.DEV, (Gold("lanterns", None, "1(2)", ("fee",)),)),
    Case(
        "learn",
        "And what do they learn?",
        CaseKind.FOLLOW_UP,
        Split.DEV,
        (Gold("lantern-guide", "What keepers learn", None, ("rescue",)),),
        history=("How are keepers trained for signalling?",),
    ),
    Case("colour", "Which colour is preferred?", CaseKind.UNANSWERABLE, Split.DEV, (), file="lanterns"),
)  # fmt: skip


def test_every_case_is_searched_and_answered() -> None:
    run = evaluate(LanternAssistant(), CASES)
    fee, learn, colour = run.judged()
    assert (fee.rank, fee.declined, fee.covered, fee.cited, fee.right) == (1, False, True, True, True)
    assert (learn.rank, learn.covered) == (1, True)
    assert (colour.declined, colour.right) == (True, True)
    assert all(outcome.hits is not None and len(outcome.hits) <= TOP_K for outcome in run.outcomes)
    assert all(case.ms is not None and case.ms >= 0 for case in run.judged())


def test_the_history_is_passed_on() -> None:
    alone = Case("learn", "And what do they?", CaseKind.DIRECT, Split.DEV, CASES[1].gold)
    assert evaluate(LanternAssistant(), [alone]).judged()[0].declined is True


def test_progress_is_told_after_each_case() -> None:
    told: list[tuple[int, int]] = []
    evaluate(LanternAssistant(), CASES, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_run_says_what_it_was_made_with() -> None:
    made = evaluate(
        LanternAssistant(),
        CASES,
        settings={"home": Path("here"), "embedder": "bundled", "passage_tokens": 220},
        models={"encoder": "counting words"},
    ).metadata
    assert made.generation == "lanterns-1"
    assert made.settings == {"embedder": "bundled", "passage_tokens": 220}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", made.date)
    assert {"python", "treaty-assistant", "chromadb"} <= made.versions.keys()
    assert made.cases_sha256 == cases_hash(CASES) != cases_hash(CASES[:2])
    assert made.program_sha256 == program_hash()
    assert (made.documents, made.corpus_sha256) == (2, corpus_hash(library()))
    assert made.models == {"encoder": "counting words"}


def test_the_documents_are_known_by_their_texts_in_whatever_order_they_come() -> None:
    treaty, guide = library()
    assert corpus_hash([treaty, guide]) == corpus_hash([guide, treaty])
    assert corpus_hash([treaty]) != corpus_hash([replace(treaty, text=treaty.text + " ")])
    assert corpus_hash([treaty]) != corpus_hash([replace(treaty, id="lamps")])


def test_gold_places_and_treaties_named_are_kept_because_they_need_the_documents() -> None:
    named = Case("named", "What oil does the Convention on the Care of Harbour Lanterns ask for?", CaseKind.DIRECT,
                 Split.DEV, (Gold("lanterns", None, "2"), Gold("not indexed")))  # fmt: skip
    (outcome,) = evaluate(LanternAssistant(), [named]).outcomes
    assert outcome.named == ("lanterns",)
    assert outcome.judged().named
    assert [place.document for place in outcome.gold] == ["lanterns"]


def test_quotes_are_measured_against_the_gold() -> None:
    fee, learn, colour = evaluate(LanternAssistant(), CASES).judged()
    assert (fee.precision, fee.recall, learn.recall) == (1.0, 1.0, 1.0)
    assert (colour.precision, colour.recall) == (None, None)


def test_a_saved_run_has_a_case_a_line(tmp_path: Path) -> None:
    evaluate(LanternAssistant(), CASES).save(tmp_path / "run.json")
    lines = (tmp_path / "run.json").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith('{"case":') for line in lines) == len(CASES)


def test_an_expected_error_is_recorded_and_not_scored() -> None:
    run = evaluate(LanternAssistant(), [Case("empty", "?!", CaseKind.DIRECT, Split.DEV, CASES[0].gold)])
    (outcome,) = run.outcomes
    assert (outcome.answer, outcome.hits, outcome.answer_ms) == (None, None, None)
    assert outcome.errors[0].startswith("EmptyQuestion: expected a question in words")
    assert run.judged()[0].right is None


def test_forged_quotes_are_found_out() -> None:
    case = Case("lantern", "Who lights the lantern at dusk?", CaseKind.DIRECT, Split.DEV, (Gold("lanterns"),))
    assert evaluate(LanternAssistant(), [case]).outcomes[0].exact == (True,)
    assert evaluate(Forger(), [case]).outcomes[0].exact == (False,)


def test_a_saved_run_is_the_same_run(tmp_path: Path) -> None:
    run = evaluate(LanternAssistant(), CASES)
    run.save(tmp_path / "run.json")
    again = Run.load(tmp_path / "run.json")
    assert again == run
    assert again.judged() == run.judged()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"metadata": {}}'])
def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(RunError, match=r"run\.json: expected a saved run, found"):
        Run.load(path)


def test_missing_files_and_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a saved run"):
        Run.load(tmp_path / "none.json")
    path = tmp_path / "run.json"
    evaluate(LanternAssistant(), CASES).save(path)
    read = json.loads(path.read_text())
    read["metadata"]["format"] = 99
    path.write_text(json.dumps(read))
    with pytest.raises(RunError, match="expected a run of format 2, found 99"):
        Run.load(path)
