"""What each part brings: the suite whole, and without each part."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from assistant.parts import Parts
from eval.ablate import EVERYDAY_AT_3, MEASURES, Ablation, ablate, parts_known
from eval.ablate_report import ablation_json, print_ablation
from eval.cases import Case, CaseKind, Gold, Split
from eval.errors import EvaluationError
from tests.eval.lantern_assistant import LanternAssistant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.models import Hit

CASES = (
    Case("dusk", "Who lights the lantern at dusk?", CaseKind.DIRECT, Split.DEV, (Gold("lanterns", None, "1(1)(b)"),)),
    Case("fee", "May a fee be taken from ships?", CaseKind.EVERYDAY, Split.DEV, (Gold("lanterns", None, "1(2)"),)),
    Case("tar", "Who shares winter stores of tar?", CaseKind.UNANSWERABLE, Split.DEV, (), file="lanterns"),
)  # fmt: skip
KEPT = "lexical"


class Deaf(LanternAssistant):
    """Finds nothing, as if what it searches by were left out."""

    def search(self, question: str, *, history: Sequence[str] = (), top_k: int = 10) -> tuple[Hit, ...]:
        """Return nothing."""
        return super().search(question, history=history, top_k=top_k)[:0]


class Doors:
    """Opens an assistant that hears nothing without one of the parts, and keeps what was asked of it."""

    def __init__(self) -> None:
        self.opened: list[Parts] = []
        self.open = 0

    @contextmanager
    def __call__(self, parts: Parts) -> Iterator[LanternAssistant]:
        """Open it."""
        self.opened.append(parts)
        self.open += 1
        assert self.open == 1
        yield LanternAssistant() if getattr(parts, KEPT) else Deaf()
        self.open -= 1


@pytest.fixture(scope="module")
def found() -> Ablation:
    return ablate(Doors(), CASES, settings={"passage_tokens": 220}, models={"encoder": "words"})


def left(found: Ablation, part: str, measure: str) -> float | None:
    one = next(one for one in found.left if one.part == part)
    return next(d.difference for d in one.differences if d.measure.name == measure)


def test_every_part_has_a_name_in_words() -> None:
    assert list(parts_known()) == [one.name for one in fields(Parts)]
    assert all(words != part for part, words in parts_known().items())


def test_every_part_is_left_out_once_and_alone() -> None:
    doors = Doors()
    told: list[tuple[int, int]] = []
    ablate(doors, CASES, progress=lambda done, of: told.append((done, of)))
    names = [one.name for one in fields(Parts)]
    assert [[n for n in names if not getattr(parts, n)] for parts in doors.opened] == [
        [],
        *([n] for n in names),
    ]
    total = len(CASES) * (len(names) + 1)
    assert told == [(done, total) for done in range(1, total + 1)]
    assert doors.open == 0


def test_what_a_part_brings_is_the_difference_to_the_whole(found: Ablation) -> None:
    assert found.whole["right@3"] == 1
    assert left(found, KEPT, "right@3") == -1
    assert left(found, KEPT, EVERYDAY_AT_3.name) == -1
    assert left(found, KEPT, "answered") == -1
    assert left(found, KEPT, "declined wrongly") == 1
    assert {left(found, one.part, m.name) for one in found.left if one.part != KEPT for m in MEASURES} == {0}
    worse = {one.part: one.worse for one in found.left}
    assert worse[KEPT] == ("dusk", "fee")
    assert not any(ids for part, ids in worse.items() if part != KEPT)


def test_everyday_is_of_everyday_questions_only(found: Ablation) -> None:
    doors = Doors()
    without = ablate(doors, [CASES[0], CASES[2]], parts=[KEPT])
    assert without.whole["everyday@3"] is None
    assert [d.second for d in without.left[0].differences if d.measure is EVERYDAY_AT_3] == [None]
    assert len(doors.opened) == 2
    assert found.whole["everyday@3"] == 1


def test_a_part_that_is_not_one_is_refused_before_anything_is_asked() -> None:
    doors = Doors()
    with pytest.raises(EvaluationError, match=r"expected parts of answering .*, found 'luck'"):
        ablate(doors, CASES, parts=[KEPT, "luck"])
    assert doors.opened == []


def test_the_table_has_a_line_a_part_and_a_column_a_measure(found: Ablation) -> None:
    written = StringIO()
    print_ablation(found, Console(file=written, width=250))
    said = written.getvalue()
    assert all(measure.name in said for measure in MEASURES)
    assert all(words in said for words in parts_known().values())
    assert "0.00 (−1.00" in said
    assert "Turned: cases that turned right / wrong" in said


def test_in_json_it_is_complete(found: Ablation) -> None:
    form = json.loads(json.dumps(ablation_json(found)))
    assert set(form) == {"metadata", "cases", "whole", "without"}
    assert form["metadata"]["settings"] == {"passage_tokens": 220}
    assert list(form["without"]) == list(parts_known())
    assert form["without"][KEPT]["turned_wrong"] == ["dusk", "fee"]
    assert set(form["without"][KEPT]["measures"]) == {measure.name for measure in MEASURES}
