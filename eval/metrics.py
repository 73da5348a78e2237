"""What is measured over many cases, as pure functions: no model, no index, no clock.

Scores that could not be given are counted in ``Score.not_given`` and never averaged. A share that no case
could give is None, not 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from eval.cases import CaseKind
from eval.confidence import aurc, auroc, calibration_error
from eval.resample import interval as bootstrap
from eval.resample import mean, quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from eval.confidence import Told
    from eval.judge import Judged
    from eval.resample import Statistic


@dataclass(frozen=True, slots=True)
class Score:
    """A figure over cases.

    Attributes:
        value: The figure; None if no case could give it.
        given: How many scores went into it.
        not_given: How many could not be given; they are left out of ``value``.
        low, high: 95% interval by bootstrap over documents (``eval.resample``); None where there is none.
    """

    value: float | None
    given: int
    not_given: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: for which cases it is taken, what each of them gives, and how it is made of that.

    Attributes:
        name: As reports call it.
        meaning: One line for readers.
        applies: Whether a case counts at all.
        values: What a case gives, None for a score that could not be given: numbers for a mean or quantile,
            pairs of confidence and truth for the figures of ``eval.confidence``.
        of: Makes the figure of them.
        higher_is_better: False for errors and times.
        binary: Whether a case gives one yes or no, so that McNemar's test applies.
        unit: ``share`` (0 to 1) or ``ms``.
    """

    name: str
    meaning: str
    applies: Callable[[Judged], bool]
    values: Callable[[Judged], Sequence[Any]]
    of: Statistic = mean
    higher_is_better: bool = True
    binary: bool = False
    unit: str = "share"


def right_at(k: int, name: str = "right") -> Measure:
    """Return right@k: cases with a right hit among the first k / cases with gold.

    One right hit is enough, because the gold entries of a case are alternatives. Source: top-k retrieval
    accuracy of Karpukhin et al., EMNLP (2020), also called recall@k in question answering.
    """
    return Measure(
        f"{name}@{k}",
        f"the right place is among the first {k} passages found"
        if k > 1
        else "the first passage found is right",
        lambda c: c.has_gold,
        lambda c: [float(c.rank is not None and c.rank <= k) if c.searched else None],
        binary=True,
    )


def _reciprocal(case: Judged) -> float | None:
    if not case.searched:
        return None
    return 1 / case.rank if case.rank else 0.0


def _share(value: float | None) -> list[float | None]:
    return [None if value is None else float(value)]


def _answered(case: Judged) -> bool:
    """Whether a case is one of the answerable that were answered, or failed."""
    return case.answerable and case.declined is not True


QUOTE_EXACTNESS = Measure(
    "quote exactness",
    "quotes that are their document's text, character for character; must be 1",
    lambda c: bool(c.exact),
    lambda c: [float(one) for one in c.exact],
)
"""Quotes (nearest ones of declines included) that are their document's text / quotes. Must be 1."""
MRR = Measure(
    "MRR",
    "mean of 1 / place of the first right passage found",
    lambda c: c.has_gold,
    lambda c: [_reciprocal(c)],
)
"""Mean reciprocal rank: mean of 1/rank of the first right hit, 0 if none is (Voorhees, TREC-8, 1999)."""
COVERAGE = Measure(
    "coverage",
    "answerable questions whose quotes hold the words that answer; declines hold none",
    lambda c: c.answerable,
    lambda c: _share(None if c.declined is None else bool(c.covered)),
    binary=True,
)
"""Answerable cases whose quotes hold the words of a gold entry / answerable cases; declines hold none."""
CITED = Measure(
    "cited right",
    "answers to answerable questions whose first quote stands in a right place",
    _answered,
    lambda c: _share(c.cited),
    binary=True,
)
"""Answerable cases whose first quote stands in a gold place / answerable cases that were answered."""
QUOTE_PRECISION = Measure(
    "quote precision",
    "characters quoted that lie in a right place, mean over answered answerable questions",
    _answered,
    lambda c: _share(c.precision),
)
"""Mean of ``eval.spans.precision`` over answerable cases that were answered. Aim: 0.7 or more."""
QUOTE_RECALL = Measure(
    "quote recall",
    "characters of the words that answer that were quoted, mean over answered answerable questions",
    _answered,
    lambda c: _share(c.recall),
)
"""Mean of ``eval.spans.recall`` over the same cases. Aim: 0.8 or more. Declines are ``declined wrongly``."""
DECLINED_CORRECTLY = Measure(
    "declined correctly",
    "questions the documents do not answer that were declined, or corrected",
    lambda c: not c.answerable,
    lambda c: _share(c.right),
    binary=True,
)
"""Cases not answerable that were declined, or answered with the correcting words / cases not answerable."""
DECLINED_WRONGLY = Measure(
    "declined wrongly",
    "answerable questions that were declined",
    lambda c: c.answerable,
    lambda c: _share(c.declined),
    higher_is_better=False,
    binary=True,
)
"""Answerable cases that were declined / answerable cases."""


def _wrong_document(what: str, *, named: bool) -> Measure:
    """Return the share of cases whose first hit or quote is of a document that does not answer.

    For hits: of the cases with gold for which anything was found; for quotes: of the answerable that were answered.
    ``named``: only of those whose question names the treaty that answers.
    """
    hits = what == "hit"
    return Measure(
        f"wrong document, {what}{', named' if named else ''}",
        f"the first {'passage found' if hits else 'quote'} is from a wrong document"
        + (" though the question names the treaty" if named else ""),
        lambda c: (c.has_gold if hits else _answered(c)) and (c.named or not named),
        lambda c: _share(c.hit_astray if hits else c.quote_astray),
        higher_is_better=False,
        binary=True,
    )


def _sure(case: Judged) -> list[Told | None]:
    return [None if case.confidence is None else (case.confidence, case.answerable)]


def _foretold(case: Judged) -> list[Told | None]:
    if case.confidence is None or case.correct is None:
        return [None]
    return [(case.confidence, case.correct)]


AUROC = Measure(
    "AUROC",
    "how often an answerable question got the higher confidence than one that is not",
    lambda c: c.answerable or not c.has_gold,
    _sure,
    lambda told: auroc(*_unzip(told)),
)
CALIBRATION_ERROR = Measure(
    "calibration error",
    "how far confidence is from the share that was right, over ten bins (ECE)",
    lambda _: True,
    _foretold,
    lambda told: calibration_error(*_unzip(told)),
    higher_is_better=False,
)
AURC = Measure(
    "AURC",
    "mean share of wrong among the surest 1, 2, … all cases (area under the risk–coverage curve)",
    lambda _: True,
    _foretold,
    aurc,
    higher_is_better=False,
)


def _time(name: str, meaning: str, share: float) -> Measure:
    return Measure(
        name,
        meaning,
        lambda _: True,
        lambda c: [c.ms],
        partial(quantile, share=share),
        higher_is_better=False,
        unit="ms",
    )


MEASURES = (
    QUOTE_EXACTNESS,
    right_at(1),
    right_at(3),
    right_at(10, "recall"),
    MRR,
    COVERAGE,
    CITED,
    QUOTE_PRECISION,
    QUOTE_RECALL,
    DECLINED_CORRECTLY,
    DECLINED_WRONGLY,
    _wrong_document("hit", named=False),
    _wrong_document("hit", named=True),
    _wrong_document("quote", named=False),
    _wrong_document("quote", named=True),
    AUROC,
    AURC,
    CALIBRATION_ERROR,
    _time("median ms", "time to the answer: half the questions took longer", 0.5),
    _time("p95 ms", "time to the answer: one in twenty took longer", 0.95),
)


def given(measure: Measure, cases: Iterable[Judged]) -> tuple[list[Any], list[str], int]:
    """Return what the cases give a measure, the group of each, and how many scores could not be given."""
    values, groups, not_given = [], [], 0
    for case in cases:
        if not measure.applies(case):
            continue
        for value in measure.values(case):
            if value is None:
                not_given += 1
            else:
                values.append(value)
                groups.append(case.group)
    return values, groups, not_given


def score(measure: Measure, cases: Iterable[Judged], *, interval: bool = True) -> Score:
    """Return a measure over the cases it applies to, with its bootstrap interval."""
    values, groups, not_given = given(measure, cases)
    if not values:
        return Score(None, 0, not_given)
    low, high = bootstrap(measure.of, values, groups) if interval else (None, None)
    return Score(measure.of(values), len(values), not_given, low, high)


def scores(cases: Sequence[Judged], *, interval: bool = True) -> dict[str, Score]:
    """Return every measure over ``cases``, by name."""
    return {measure.name: score(measure, cases, interval=interval) for measure in MEASURES}


def by_kind(cases: Sequence[Judged]) -> dict[CaseKind, dict[str, Score]]:
    """Return every measure for each kind that occurs, without intervals: there are too few cases of a kind."""
    kinds = [kind for kind in CaseKind if any(case.kind is kind for case in cases)]
    return {kind: scores([case for case in cases if case.kind is kind], interval=False) for kind in kinds}


def foretold(cases: Iterable[Judged]) -> list[Told]:
    """Return confidence and truth of every case that has both: what reliability and risk are taken of."""
    return [told for case in cases for told in _foretold(case) if told is not None]


def _unzip(pairs: Sequence[Told]) -> tuple[list[float], list[bool]]:
    return [value for value, _ in pairs], [label for _, label in pairs]
