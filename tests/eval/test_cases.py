"""Case files are read strictly, and their gold is held against the documents."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corpus.embedded import embedded_documents
from corpus.models import Document
from corpus.readers import read_document
from eval.cases import TO_DECLINE, Case, CaseKind, Gold, Split, holds, label_within, load_cases, problems
from eval.errors import CaseError
from tests.eval.lantern_assistant import library

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((PROJECT / "eval" / "cases").glob("*.jsonl"))
TRAINING = sorted((PROJECT / "eval" / "training").rglob("*.jsonl"))
MADE = PROJECT / "eval" / "training" / "made"
SHARED = PROJECT.parent / "shared"
"""Documents that some case files ask about and the project does not ship."""
READ = (".md", ".pdf")

GOOD: dict[str, Any] = {
    "id": "oil",
    "question": "Who pays for oil?",
    "kind": "direct",
    "split": "dev",
    "gold": [{"document": "lantern-guide", "section": "Who pays for lamp oil?", "contains": ["harbour"]}],
}


def written(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder / "lanterns.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    return path


def test_a_case_is_read_with_its_file_and_group(tmp_path: Path) -> None:
    (case,) = load_cases([written(tmp_path, GOOD)])
    assert case == Case(
        id="oil",
        question="Who pays for oil?",
        kind=CaseKind.DIRECT,
        split=Split.DEV,
        gold=(Gold("lantern-guide", "Who pays for lamp oil?", None, ("harbour",)),),
        file="lanterns",
    )
    assert case.group == "lantern-guide"
    assert case.answerable


@pytest.mark.parametrize("kind", ["unanswerable", "near_miss"])
def test_a_case_without_gold_belongs_to_the_group_of_its_file(tmp_path: Path, kind: str) -> None:
    (case,) = load_cases([written(tmp_path, GOOD | {"kind": kind, "gold": []})])
    assert case.group == "lanterns"
    assert not case.answerable


def test_a_split_is_kept_alone(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, "", GOOD | {"id": "oil-2", "split": "test"})
    assert [case.id for case in load_cases([path], "test")] == ["oil-2"]
    assert len(load_cases([path])) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kindd": "direct"}, "'kindd'"),
        ({"kind": "easy"}, "'kind'"),
        ({"split": "train"}, "'split'"),
        ({"question": "  "}, "'question'"),
        ({"gold": []}, "needs a gold entry"),
        ({"kind": "unanswerable"}, "empty gold"),
        ({"kind": "near_miss"}, "empty gold"),
        ({"kind": "follow_up"}, "history"),
        ({"gold": [{"document": "lanterns", "article": "1"}]}, "'gold.0.article'"),
        ({"gold": [{"document": "lanterns", "contains": [""]}]}, "'gold.0.contains.0'"),
    ],
)
def test_what_is_no_case_is_refused_by_file_and_line(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, GOOD, GOOD | {"id": "wrong"} | change)
    with pytest.raises(CaseError, match=r"lanterns\.jsonl, line 2: ") as caught:
        load_cases([path])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with pytest.raises(CaseError, match="line 1: expected an id of its own, found 'oil' again"):
        load_cases([path, path])


@pytest.mark.parametrize("line", ["{", "[]", '"oil"'])
def test_a_line_that_is_no_json_object_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CaseError, match="line 1"):
        load_cases([written(tmp_path, line)])


def test_missing_files_empty_files_and_unknown_splits_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="expected a file of cases"):
        load_cases([tmp_path / "none.jsonl"])
    with pytest.raises(CaseError, match="expected at least one case"):
        load_cases([written(tmp_path, GOOD)], Split.TEST)
    with pytest.raises(CaseError, match="expected a split"):
        load_cases([written(tmp_path, GOOD)], "train")


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("kept for at most 90 days", ["90 days"], True),
        ("kept for at most\n 90\u00a0 DAYS", ["90 days"], True),
        ("190 days", ["90 days"], False),
        ("article 14(2)", ["4(2)"], False),
        ("articles 4(2), 6(3) and 41(1)", ["4(2)", "41(1)"], True),
        ("no fee", ["no", "fee", "oil"], False),
        ("anything", [], True),
    ],
)
def test_words_are_whole_words_without_regard_to_case_and_blanks(
    text: str, asked: list[str], expected: bool
) -> None:
    assert holds(text, asked) is expected


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("13(1)(b)", "13(1)(b)", True),
        ("13(1)(b)", "13(1)", True),
        ("13(1)", "13(1)(b)", False),
        ("13", "1", False),
        ("13(12)", "13(1)", False),
        ("Annex II, 3(1)", "Annex II", True),
        ("Annex III, 3", "Annex II", False),
        ("preamble(4)", "preamble", True),
    ],
)
def test_provisions_nest_by_label(inner: str, outer: str, expected: bool) -> None:
    assert label_within(inner, outer) is expected


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (Gold("lantern-guide", "Who pays for lamp oil?", None, ("harbour", "paid for")), None),
        (Gold("lanterns", None, "1(1)(b)", ("at dusk",)), None),
        (Gold("lanterns", None, None, ("forty days",)), None),
        (Gold("lighthouses"), "found 'lighthouses'"),
        (Gold("lantern-guide", "Who pays for gas?"), "found 'Who pays for gas?'"),
        (Gold("lanterns", None, "9"), "found '9'"),
        (Gold("lantern-guide", "Who pays for lamp oil?", None, ("forty days",)), "forty days"),
    ],
)
def test_gold_must_stand_in_the_documents(gold: Gold, said: str | None) -> None:
    case = Case("oil", "Who pays?", CaseKind.DIRECT, Split.DEV, (gold,), file="lanterns")
    found = problems([case], library())
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


@pytest.mark.parametrize("path", [*SHIPPED, *TRAINING], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_gold_of_shipped_cases_stands_in_their_documents(path: Path) -> None:
    cases = load_cases([path])
    named = {gold.document for case in cases for gold in case.gold}
    documents = [document(name) for name in sorted(named)]
    for name, found in zip(sorted(named), documents, strict=True):
        if found is None:
            pytest.skip(f"{path.name} asks about {name}, which is not among the documents in {SHARED.name}/")
    assert problems(cases, [found for found in documents if found is not None]) == []


@cache
def document(name: str) -> Document | None:
    """Return an embedded document, one of the shared treaties, or one that was made to learn from."""
    embedded = {one.id: one for one in embedded_documents()}
    found = [*sorted(SHARED.glob("treaties/*/*")), *sorted(MADE.glob("*.md"))]
    sources = {source.stem: source for source in found if source.suffix in READ}
    if name in embedded or name not in sources:
        return embedded.get(name)
    return read_document(sources[name].read_bytes(), sources[name].name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_cases_are_balanced(path: Path) -> None:
    cases = load_cases([path])
    held_out = sum(case.split is Split.TEST for case in cases)
    assert abs(held_out - len(cases) / 2) <= 1
    assert {case.kind for case in cases} >= set(CaseKind) - {CaseKind.REFERENCE, CaseKind.NEAR_MISS}
    for split in Split:
        kinds = [case.kind for case in cases if case.split is split]
        assert sum(kind in TO_DECLINE for kind in kinds) >= len(kinds) / 8


def test_shipped_questions_are_asked_once_in_cases_and_training_together() -> None:
    cases = load_cases([*SHIPPED, *TRAINING])
    asked = [(case.history, case.question.casefold()) for case in cases]
    assert len(set(asked)) == len(asked)
