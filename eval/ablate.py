"""What each part of answering brings: the suite asked once whole, and once for each part left out.

The parts are the fields of ``assistant.parts.Parts``, whatever they are. A part that makes no difference here may still
make one over other documents; a difference whose interval holds 0 may be chance (``eval.compare``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from assistant.parts import Parts
from eval.cases import CaseKind
from eval.compare import Difference, difference_of
from eval.errors import EvaluationError
from eval.metrics import AUROC, COVERAGE, DECLINED_CORRECTLY, DECLINED_WRONGLY, right_at
from eval.run import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from eval.cases import Case
    from eval.judge import Judged
    from eval.made_with import Metadata
    from eval.run import Asked, Progress, Run

    OpenWith = Callable[[Parts], AbstractContextManager[Asked]]
    """Opens an assistant in which these parts take part, and closes it."""

_RIGHT_AT_3 = right_at(3)
EVERYDAY_AT_3 = replace(
    _RIGHT_AT_3,
    name="everyday@3",
    meaning="right@3 of the questions in everyday words",
    applies=lambda case: case.has_gold and case.kind is CaseKind.EVERYDAY,
)
MEASURES = (
    right_at(1),
    _RIGHT_AT_3,
    EVERYDAY_AT_3,
    right_at(10, "recall"),
    replace(COVERAGE, name="answered"),
    DECLINED_CORRECTLY,
    DECLINED_WRONGLY,
    AUROC,
)
"""Columns of the table: how well is found, how much is answered, and whether what is not answered is declined."""


@dataclass(frozen=True, slots=True)
class Left:
    """What came of leaving one part out.

    Attributes:
        part: The part, as the field is called.
        words: The part in words.
        differences: One a measure of ``MEASURES``: the whole first, without the part second.
        better, worse: Ids of the cases that turned right, or wrong, when it was left out.
    """

    part: str
    words: str
    differences: tuple[Difference, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ablation:
    """The whole, and the parts left out one by one.

    Attributes:
        metadata: What the whole was made with.
        cases: How many cases were asked each time.
        whole: The figures of the whole, by the name of the measure.
        left: In the order of the fields.
    """

    metadata: Metadata
    cases: int
    whole: dict[str, float | None]
    left: tuple[Left, ...]


def parts_known() -> dict[str, str]:
    """Return the parts that can be left out, and each in words."""
    return {one.name: str(one.metadata.get("name", one.name)) for one in fields(Parts)}


def ablate(
    open_with: OpenWith,
    cases: Sequence[Case],
    *,
    parts: Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    models: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Ablation:
    """Ask the cases once whole and once without each part.

    Args:
        open_with: Opens the assistant; one is open at a time.
        cases: What to ask, in this order.
        parts: Those to leave out one by one; all if None.
        settings: What the assistant is opened with, for the record; paths are left out.
        models: Names of its models, for the record.
        progress: Told after each case, of those of all rounds together.

    Raises:
        EvaluationError: If a part is not known.
    """
    known = parts_known()
    chosen = list(dict.fromkeys(parts)) if parts else list(known)
    unknown = [part for part in chosen if part not in known]
    if unknown:
        raise EvaluationError(
            f"expected parts of answering ({', '.join(known)}), found '{unknown[0]}'. Name some of those"
        )
    rounds = len(chosen) + 1

    def ask(number: int, kept: Parts) -> Run:
        def told(done: int, of: int) -> None:
            if progress is not None:
                progress(number * of + done, rounds * of)

        with open_with(kept) as assistant:
            return evaluate(assistant, cases, settings=settings, models=models, progress=told)

    whole = ask(0, Parts())
    before = whole.judged()
    left = tuple(
        _left(part, known[part], before, ask(number, replace(Parts(), **{part: False})).judged())
        for number, part in enumerate(chosen, start=1)
    )
    values = {measure.name: difference_of(measure, before, before).first for measure in MEASURES}
    return Ablation(whole.metadata, len(cases), values, left)


def _left(part: str, words: str, before: Sequence[Judged], after: Sequence[Judged]) -> Left:
    turned = [
        (one.id, bool(other.right))
        for one, other in zip(before, after, strict=True)
        if one.right != other.right
    ]
    return Left(
        part,
        words,
        tuple(difference_of(measure, before, after) for measure in MEASURES),
        tuple(name for name, right in turned if right),
        tuple(name for name, right in turned if not right),
    )
