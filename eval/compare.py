"""Two saved runs over the same cases: what changed, and whether that could be chance.

A figure of each run is what its own report says; the difference is resampled over documents, the same ones drawn
for both runs. For yes-or-no measures McNemar's exact test asks besides whether the cases that turned did so in one
direction. No p-value is corrected for the number of measures: of twenty, one below 0.05 is to be expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.errors import RunError
from eval.metrics import MEASURES, Measure, given
from eval.resample import LEVEL, mcnemar, p_value, paired_differences, quantile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eval.cases import Case
    from eval.judge import Judged
    from eval.made_with import Metadata
    from eval.run import Outcome, Run

    Pair = tuple[Outcome, Outcome]
    Step = tuple[int, bool, str]  # how grave (0 most), whether for the better, the words

_SHOWN = 3
"""Ids of cases that an error names."""
_NO_RANK = 99
"""Stands for "not found" where ranks are compared."""
_NOTABLE = 0.1
"""A change of quote precision or recall that a case is listed for."""
OUTCOMES = ("failed", "quoted wrongly", "declined wrongly", "declined rightly", "quoted rightly")
"""What can come of a case, worst first: wrong words do more harm than none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two runs.

    Attributes:
        first, second: Its value in each; None if no case could give it.
        difference: The second less the first.
        low, high: 95% interval of the difference; None for fewer than two documents.
        p: Two-sided bootstrap p-value of "no difference".
        better, worse: Cases that turned, of those that both runs could score; None for measures that are not
            yes or no.
        p_mcnemar: McNemar's exact test of those two.
    """

    measure: Measure
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    better: int | None = None
    worse: int | None = None
    p_mcnemar: float | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that came out differently.

    Attributes:
        changes: What changed, most important first, as ``declined wrongly → quoted right``.
        better: Whether the first of these is for the better.
    """

    case: Case
    changes: tuple[str, ...]
    better: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs say of the same cases.

    Attributes:
        first, second: What they were made with.
        cases: How many cases both have.
        left_out: How many either has that the other has not, or not as it is.
        made_differently: In what program, documents, settings, models and versions differ, one line each.
        changed: Cases that came out differently, gravest first.
    """

    first: Metadata
    second: Metadata
    cases: int
    left_out: int
    made_differently: tuple[str, ...]
    differences: tuple[Difference, ...]
    changed: tuple[Changed, ...]


def compare(first: Run, second: Run, *, common: bool = False) -> Comparison:
    """Compare two runs, case by case.

    Args:
        first: The run before.
        second: The run after.
        common: Compare what they share, if their cases differ.

    Raises:
        RunError: If their cases differ and ``common`` is not set, or they share none.
    """
    both = shared(first, second)
    left_out = len({o.case.id for o in (*first.outcomes, *second.outcomes)}) - len(both)
    if not both:
        raise RunError(
            "expected two runs over the same cases, found not one in both. Run the same case files"
        )
    if left_out and not common:
        raise RunError(_what_differs(first, second))
    before = [outcome.judged() for outcome, _ in both]
    after = [outcome.judged() for _, outcome in both]
    return Comparison(
        first=first.metadata,
        second=second.metadata,
        cases=len(both),
        left_out=left_out,
        made_differently=tuple(_made_differently(first.metadata, second.metadata)),
        differences=tuple(difference_of(measure, before, after) for measure in MEASURES),
        changed=_changed(both),
    )


def shared(first: Run, second: Run) -> list[Pair]:
    """Return the outcomes of the cases that both runs asked and that say the same, in the first's order."""
    others = {outcome.case.id: outcome for outcome in second.outcomes}
    pairs = [(outcome, others.get(outcome.case.id)) for outcome in first.outcomes]
    return [(one, other) for one, other in pairs if other is not None and one.case == other.case]


def _what_differs(first: Run, second: Run) -> str:
    cases = [{outcome.case.id: outcome.case for outcome in run.outcomes} for run in (first, second)]
    alone = [sorted(cases[k].keys() - cases[1 - k].keys()) for k in (0, 1)]
    other = sorted(name for name in cases[0].keys() & cases[1].keys() if cases[0][name] != cases[1][name])
    parts = [
        f"{len(names)} {what} ({', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''})"
        for names, what in (
            (alone[0], "only in the first"),
            (alone[1], "only in the second"),
            (other, "with another question or gold"),
        )
        if names
    ]
    return (
        f"expected two runs over the same cases, found {'; '.join(parts)}. "
        "Run both over the same case files and split, or compare what they share with --common"
    )


# -- figures


def difference_of(measure: Measure, before: Sequence[Judged], after: Sequence[Judged]) -> Difference:
    """Return one measure of the same cases in two runs, with what could be chance."""
    (old, old_groups, _), (new, new_groups, _) = given(measure, before), given(measure, after)
    first, second = measure.of(old) if old else None, measure.of(new) if new else None
    if first is None or second is None:
        return Difference(measure, first, second, None, None, None, None)
    drawn = paired_differences(measure.of, (old, old_groups), (new, new_groups))
    better, worse = _turned(measure, before, after) if measure.binary else (None, None)
    return Difference(
        measure,
        first,
        second,
        second - first,
        quantile(drawn, (1 - LEVEL) / 2),
        quantile(drawn, (1 + LEVEL) / 2),
        p_value(drawn),
        better,
        worse,
        None if better is None or worse is None else mcnemar(better, worse),
    )


def _turned(measure: Measure, before: Sequence[Judged], after: Sequence[Judged]) -> tuple[int, int]:
    """Return how many cases turned for the better and how many for the worse, of those that both could score."""
    steps = [
        new - old
        for one, other in zip(before, after, strict=True)
        if measure.applies(one) and measure.applies(other)
        for old, new in zip(measure.values(one), measure.values(other), strict=True)
        if old is not None and new is not None
    ]
    up, down = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    return (up, down) if measure.higher_is_better else (down, up)


# -- cases


def _changed(both: Sequence[Pair]) -> tuple[Changed, ...]:
    found = []
    for one, other in both:
        steps = list(_steps(one.judged(), other.judged()))
        if steps:
            gravity, better, _ = steps[0]
            found.append((gravity, one.case.id, Changed(one.case, tuple(text for *_, text in steps), better)))
    return tuple(changed for _, _, changed in sorted(found, key=lambda one: one[:2]))


def _steps(old: Judged, new: Judged) -> Iterator[Step]:
    """Yield what changed in a case, gravest first."""
    if all(old.exact) != all(new.exact):
        yield 0, all(new.exact), "quotes exact" if all(new.exact) else "a quote is not its document's text"
    if outcome_of(old) != outcome_of(new):
        better = OUTCOMES.index(outcome_of(new)) > OUTCOMES.index(outcome_of(old))
        yield 1 if old.right != new.right else 2, better, f"{outcome_of(old)} → {outcome_of(new)}"
    if old.cited is not None and new.cited is not None and old.cited != new.cited:
        yield 3, new.cited, f"first quote in {_place(old.cited)} → {_place(new.cited)}"
    yield from _finer_steps(old, new)


def _finer_steps(old: Judged, new: Judged) -> Iterator[Step]:
    """Yield what changed without turning an answer: how much was quoted, and where the right passage was found."""
    for name, was, now in (
        ("quote recall", old.recall, new.recall),
        ("quote precision", old.precision, new.precision),
    ):
        if was is not None and now is not None and abs(now - was) >= _NOTABLE:
            yield 4, now > was, f"{name} {was:.2f} → {now:.2f}"
    if old.rank != new.rank:
        found, nowhere = (new.rank or _NO_RANK) < (old.rank or _NO_RANK), "not found"
        yield 5, found, f"right passage at {old.rank or nowhere} → {new.rank or nowhere}"


def outcome_of(case: Judged) -> str:
    """Say in two words what came of a case."""
    if case.declined is None:
        return "failed"
    return f"{'declined' if case.declined else 'quoted'} {'rightly' if case.right else 'wrongly'}"


def _place(right: bool) -> str:  # noqa: FBT001 - one of two words
    return "a right place" if right else "a wrong place"


# -- what they were made with


def _made_differently(first: Metadata, second: Metadata) -> Iterator[str]:
    if first.program_sha256 != second.program_sha256:
        yield f"program source {first.program_sha256[:12]} → {second.program_sha256[:12]}"
    if first.corpus_sha256 != second.corpus_sha256:
        yield (
            f"documents {first.corpus_sha256[:12]} ({first.documents}) → {second.corpus_sha256[:12]} "
            f"({second.documents}): the figures are of different texts"
        )
    for what, old, new in (
        ("setting", first.settings, second.settings),
        ("model", first.models, second.models),
        ("version of", first.versions, second.versions),
    ):
        yield from _differing(what, old, new)


def _differing(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"{what} {key}: {old.get(key, 'none')} → {new.get(key, 'none')}"
