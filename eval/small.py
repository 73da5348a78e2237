"""A small run that guards against falls: some dev cases over the embedded guides, against a baseline.

The repository carries no treaty, so only the guides can be asked everywhere. The cases are of the dev split, because
whoever mends a fall looks at them. The index is made afresh in a folder of its own (some twenty seconds), so that a
run is the same whatever is in the user's library.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.wiring import open_assistant, update_index
from corpus.embedded import embedded_documents
from eval.cases import Case, CaseKind, Split
from eval.compare import shared
from eval.errors import BelowBaseline
from eval.made_with import models_of
from eval.metrics import AURC, AUROC, CALIBRATION_ERROR, MEASURES, QUOTE_EXACTNESS, Measure, Score, score
from eval.run import evaluate
from eval.suite import suite

if TYPE_CHECKING:
    from assistant.settings import Settings
    from eval.run import Progress, Run

SIZE = 48
"""Cases of the small set: about a minute on two cores, and four or more of every kind that has so many."""
BASELINE = Path(str(resources.files("eval").joinpath("baseline.json")))
"""The run that later ones must not fall below: ``treaty eval --small --save eval/baseline.json``."""
CASES_TO_FALL = 2
"""What a share may fall by, in cases: int8 models round differently from processor to processor, and near-ties turn."""
AREA_TO_FALL = 0.05
"""What the figures of confidence may: they are of all cases together, and move a little with every one."""
FEWEST_SHARED = 0.8
"""Share of the baseline's cases that must still stand as they were for a comparison to say anything."""


def small_cases(size: int = SIZE) -> tuple[Case, ...]:
    """Return the cases of the small set.

    Raises:
        CaseError: If a shipped case file is wrong.
    """
    return choose(suite([d.id for d in embedded_documents()], split=Split.DEV.value).cases, size)


def choose(cases: Sequence[Case], size: int) -> tuple[Case, ...]:
    """Return ``size`` cases, as equally many of each kind as there are, spread over documents within a kind.

    Deterministic: cases are ranked by the hash of their id, so that a case added elsewhere changes little.
    The order is that of ``cases``.
    """
    rounds = zip_longest(*(_spread([c for c in cases if c.kind is kind]) for kind in CaseKind))
    chosen = [case.id for case in chain.from_iterable(rounds) if case is not None][:size]
    return tuple(case for case in cases if case.id in set(chosen))


def run_small(settings: Settings, progress: Progress | None = None) -> Run:
    """Index the embedded guides in a folder of their own and ask the small set.

    Args:
        settings: Models and budgets; home and the choice of documents are set here.
        progress: Told after each case.

    Raises:
        TreatyError: If the models cannot be loaded or a case file is wrong.
    """
    with TemporaryDirectory(prefix="treaty-eval-") as home:
        own = settings.model_copy(update={"home": Path(home), "embedded": True})
        update_index(own)
        assistant = open_assistant(own)
        try:
            assistant.warm()
            return evaluate(
                assistant,
                small_cases(),
                settings=own.model_dump(),
                models=models_of(own),
                progress=progress,
            )
        finally:
            assistant.close()


def check(run: Run, baseline: Run, name: str = "the baseline") -> None:
    """Make sure that no figure of a run fell below a baseline by more than its tolerance.

    Raises:
        BelowBaseline: If one did, or the baseline's cases are no longer there; the message says which and how to
            renew it.
    """
    both = shared(baseline, run)
    remedy = f"Mend what fell, or renew it: treaty eval --small --save {name}"
    if len(both) < FEWEST_SHARED * len(baseline.outcomes):
        raise BelowBaseline(
            f"{name}: expected a baseline over these cases, found that {len(both)} of its {len(baseline.outcomes)} "
            "are among them as they were. Renew it: treaty eval --small --save " + name
        )
    found = falls(run, baseline)
    if found:
        raise BelowBaseline(
            f"{name}: expected no figure below it by more than its tolerance, found {'; '.join(found)}. {remedy}"
        )


def falls(run: Run, baseline: Run) -> list[str]:
    """Return which figures fell by more than their tolerance over the cases both have, one line each."""
    both = shared(baseline, run)
    before = [outcome.judged() for outcome, _ in both]
    after = [outcome.judged() for _, outcome in both]
    found = []
    failed = [sum(bool(outcome.errors) for outcome in outcomes) for outcomes in zip(*both, strict=True)]
    if failed and failed[1] > failed[0]:
        found.append(f"cases that failed {failed[1]} (baseline {failed[0]})")
    for measure in MEASURES:
        old, new = score(measure, before, interval=False), score(measure, after, interval=False)
        fall = _fall(measure, old, new)
        if fall:
            found.append(fall)
    return found


def tolerance(measure: Measure, old: Score, new: Score) -> float | None:
    """Return by how much a figure may fall; None for times, which depend on the machine and its other work."""
    if measure.unit == "ms":
        return None
    if measure is QUOTE_EXACTNESS:
        return 0.0
    if measure in (AUROC, AURC, CALIBRATION_ERROR):
        return AREA_TO_FALL
    return CASES_TO_FALL / max(1, min(old.given, new.given))


def _fall(measure: Measure, old: Score, new: Score) -> str | None:
    allowed = tolerance(measure, old, new)
    if allowed is None or old.value is None:
        return None
    if new.value is None:
        return f"{measure.name} not given at all (baseline {old.value:.3f})"
    fall = old.value - new.value if measure.higher_is_better else new.value - old.value
    rounding = 1e-9
    if fall <= allowed + rounding:
        return None
    return f"{measure.name} {new.value:.3f} (baseline {old.value:.3f}, tolerance {allowed:.3f})"


def _spread(cases: Iterable[Case]) -> list[Case]:
    """Return cases in the order they are chosen in: one of each group first, within that by hash."""
    seen: Counter[str] = Counter()
    places: list[tuple[int, str, Case]] = []
    for digest, case in sorted((hashlib.sha256(c.id.encode()).hexdigest(), c) for c in cases):
        places.append((seen[case.group], digest, case))
        seen[case.group] += 1
    return [case for _, _, case in sorted(places, key=lambda one: one[:2])]
