"""Which cases are run: those whose documents are there, unless files are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.embedded import embedded_documents
from eval.cases import Split, load_cases
from eval.errors import CaseError
from eval.fit_ranking import EACH, MADE, over, taught
from eval.suite import shipped, shipped_over, suite

GUIDES = tuple(document.id for document in embedded_documents())


def written(folder: Path, name: str, document: str, split: str = "dev") -> Path:
    path = folder / f"{name}.jsonl"
    gold = [{"document": document}]
    case = {"id": name, "question": "Who pays?", "kind": "direct", "split": split, "gold": gold}
    path.write_text(json.dumps(case), encoding="utf-8")
    return path


def test_the_case_files_that_ship_stand_in_the_order_of_their_names() -> None:
    names = [path.name for path in shipped()]
    assert names == sorted(names)
    assert {"budapest.jsonl", "guides.jsonl", "treaties.jsonl", "un-convention.jsonl"} <= set(names)


def test_with_the_embedded_guides_alone_the_cases_over_treaties_are_left_out() -> None:
    chosen = suite(GUIDES)
    assert set(chosen.left_out) == {"treaties.jsonl"}
    assert chosen.left_out["treaties.jsonl"] == tuple(sorted(chosen.left_out["treaties.jsonl"]))
    assert not set(chosen.left_out["treaties.jsonl"]) & set(GUIDES)
    assert {case.file for case in chosen.cases} == {path.stem for path in shipped()} - {"treaties"}


def test_with_every_document_there_nothing_is_left_out() -> None:
    cases = load_cases(shipped())
    everything = {gold.document for case in cases for gold in case.gold}
    chosen = suite(everything)
    assert chosen.left_out == {}
    assert chosen.cases == cases


def test_a_split_is_chosen_alone() -> None:
    dev, test = suite(GUIDES, split="dev").cases, suite(GUIDES, split="test").cases
    assert {case.split.value for case in dev} == {"dev"}
    assert {case.split.value for case in test} == {"test"}
    assert len(dev) + len(test) == len(suite(GUIDES).cases)


def test_a_file_that_is_named_is_run_whatever_is_indexed(tmp_path: Path) -> None:
    path = written(tmp_path, "oil", "lamp-oil")
    chosen = suite([], [path])
    assert [case.id for case in chosen.cases] == ["oil"]
    assert chosen.left_out == {}


def test_nothing_indexed_leaves_no_case_and_says_so() -> None:
    with pytest.raises(CaseError, match="expected at least one case, found none"):
        suite([])


def test_a_wrong_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="expected a split"):
        suite(["lamp-oil"], [written(tmp_path, "oil", "lamp-oil")], "train")


def test_over_documents_that_no_shipped_file_asks_of_there_are_no_shipped_cases() -> None:
    assert shipped_over(GUIDES, Split.DEV) == suite(GUIDES, split="dev").cases
    assert shipped_over(["made-air-passage"], Split.DEV) == ()


def test_order_and_confidence_learn_from_every_third_question_over_made_treaties() -> None:
    made = over({"made-air-passage"}, MADE)
    assert {case.file for case in made} == {"made-air-passage"}
    learned = [case for case in taught({"made-air-passage"}) if case in made]
    assert learned == list(made[::EACH])


def test_what_no_treaty_speaks_of_is_asked_over_any_documents() -> None:
    for held in (GUIDES, ["made-air-passage"], []):
        elsewhere = [case for case in over(set(held)) if case.file == "elsewhere"]
        assert len(elsewhere) == 48
        assert not any(case.answerable for case in elsewhere)
