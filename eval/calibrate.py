"""Fits the confidence model on the dev split: ``python -m eval.calibrate HOME [HOME …]``.

Each home is a folder with an index; its cases are those of the suite whose documents it holds. A case's label is
whether the best candidate stands in a gold place. Weights are fitted by logistic regression (L2, C = 0.3, classes
balanced); the threshold is where, in predictions for documents left out of the fit, "answered" plus "declined
correctly" is highest. Prints the figures and writes ``assistant/calibration.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant import followup, wiring
from assistant.answer import Assistant
from assistant.evidence import confidence_features
from assistant.settings import load
from eval.cases import Case, Split
from eval.judge import Place, lies_in
from eval.metrics import auroc
from eval.run import cases_hash
from eval.suite import suite
from index.passages import question_terms

FEATURES = (
    "passage", "words", "bare", "cosine", "dense_place", "rerank_place", "coverage", "unknown", "type_match",
    "missing_names", "margin",
)  # fmt: skip
STRENGTH = 0.3
FOLDS = 10
_TOLERANCE = 0.05
"""What one unanswerable case more or less weighs (1 of 26, rounded up): not worth declining more for."""

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """A case, the features of its best candidate, and whether that is right."""

    case: Case
    features: tuple[float, ...]
    right: bool


def samples(assistant: Assistant, cases: Sequence[Case]) -> list[Sample]:
    """Return a sample a case, for the cases in which any candidate was found."""
    found = []
    for case in cases:
        asked = case.question
        if case.history and followup.leans_on_history(asked, question_terms(asked)):
            asked = followup.with_history(asked, case.history)
        weighed = assistant.consider(asked, assistant.search(asked))
        if not weighed:
            continue
        first = weighed[0]
        features = confidence_features(first.evidence, *assistant.standing(asked, weighed))
        passage = first.candidate.hit.passage
        places = (
            Place(first.candidate.document.id, first.candidate.node.path, first.candidate.node.label or None),
            Place(passage.document_id, passage.path, passage.label or None),
        )
        right = any(lies_in(place, gold) for place in places for gold in case.gold)
        found.append(Sample(case, tuple(features[name] for name in FEATURES), right))
    return found


def fit(found: Sequence[Sample]) -> dict[str, object]:
    """Return the calibration: weights on unscaled features, intercept, threshold, and the figures behind them."""
    x = np.array([s.features for s in found], dtype=np.float64)
    right = np.array([s.right for s in found], dtype=np.bool_)
    answerable = np.array([s.case.answerable for s in found], dtype=np.bool_)
    groups = {name: k % FOLDS for k, name in enumerate(sorted({s.case.group for s in found}))}
    fold = np.array([groups[s.case.group] for s in found])
    held_out = np.zeros(len(found))
    for k in range(FOLDS):
        if (fold == k).any():
            weights, intercept = _weights(x[fold != k], right[fold != k])
            held_out[fold == k] = 1 / (1 + np.exp(-(x[fold == k] @ weights + intercept)))
    weights, intercept = _weights(x, right)
    threshold = _threshold(held_out, answerable)
    return {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "intercept": round(float(intercept), 4),
        "threshold": round(threshold, 4),
        "held_out": {
            "cases": len(found),
            "auroc_right": auroc(held_out.tolist(), right.tolist()),
            "auroc_answerable": auroc(held_out.tolist(), answerable.tolist()),
            "declined_wrongly": float(np.mean(held_out[answerable] < threshold)),
            "declined_correctly": float(np.mean(held_out[~answerable] < threshold)),
        },
        "cases_sha256": cases_hash([s.case for s in found]),
    }


def _weights(x: Matrix, right: Flags) -> tuple[Matrix, float]:
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=5000).fit(
        scaler.transform(x), right
    )
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _threshold(held_out: Matrix, answerable: Flags) -> float:
    """Return the lowest confidence at which "answered" plus "declined correctly" is near its best.

    The sum is Youden's J plus 1 (Youden 1950). A lower threshold answers more at the same worth.
    """
    steps = np.unique(held_out)
    worth = np.array(
        [np.mean(held_out[answerable] >= step) + np.mean(held_out[~answerable] < step) for step in steps]
    )
    return float(steps[int(np.argmax(worth >= worth.max() - _TOLERANCE))])


def main(homes: Sequence[str]) -> None:
    """Fit on the dev cases of every home and write the calibration."""
    found: list[Sample] = []
    for home in homes:
        assistant = wiring.open_assistant(load(Path(home)))
        chosen = suite([d.id for d in assistant.documents()], split=Split.DEV.value)
        found += samples(assistant, chosen.cases)
        assistant.close()
    calibration = fit(found)
    target = Path(__file__).resolve().parents[1] / "assistant" / "calibration.json"
    target.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(calibration, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
