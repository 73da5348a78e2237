"""Fits the confidence model: ``treaty eval calibrate [--held-out FILE] HOME [HOME …]``.

``FILE`` is what ``eval.fit_encoder`` wrote (``eval/held_out.py`` says what for).

Each home is a folder with an index. The weights are fitted on the training questions (``eval/training``) whose
documents it holds, by logistic regression (L2). What is told apart is a question that the documents answer and that
was answered well, a right place among the first three, from one that they do not answer; an answerable question whose
right place was missed is an example of neither and left out. Everyday questions, more than half of the training, count
``EVERYDAY`` each. The threshold is chosen on the dev split: as high as
``WRONGLY`` allows.
Prints the figures and writes ``assistant/calibration.json``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant import followup
from assistant.answer import Assistant
from assistant.asked import FORMS, forms
from assistant.deciding import Weighed
from assistant.evidence import confidence_features
from eval.cases import Case, CaseKind, Split
from eval.confidence import auroc
from eval.fit_ranking import asked_for, taught
from eval.held_out import opened
from eval.judge import Place, lies_in
from eval.made_with import cases_hash
from eval.suite import shipped_over

SIGNALS = (
    "passage", "words", "bare", "cosine", "dense_place", "rerank_place", "coverage", "unknown", "type_match",
    "missing_names", "contradicted", "margin", "met",
)  # fmt: skip
ASKED = tuple(f"asks_{form}" for form in FORMS)
FEATURES = (*SIGNALS, *ASKED)
SLOPES = 0.7
"""Scale of what a form adds to the weight of a signal, against 1 for the weight itself: the smaller, the more alike the
forms are held. Of 0.2 to 1 this one told answerable from unanswerable best in the training questions, documents left
out: AUROC 0.793 over treaties and 0.754 over guides, without such slopes 0.764 and 0.701; everyday questions left out
0.874 and 0.935, without 0.863 and 0.924."""
STRENGTH = 0.1
EVERYDAY = 0.3
"""Weight of an everyday question: they are two thirds of the training, and fewer of what people ask. At the threshold
that ``WRONGLY`` allows, 0.2 and 0.3 decline 0.69 and 0.73 of the unanswerable questions over treaties left out, 0.82
and 0.84 over guides, 0.78 and 0.80 over our own; of everyday ones answered rightly alike (0.15, 0.38, 0.21)."""
DECLINED = 1.5
"""Weight of a question to decline: there are three answerable ones to each."""
NEAR_MISS = 0.3
"""Weight of a near miss beside it. Over training questions of documents left out, where a right passage was found:
the AUROC of questions not in everyday words against near misses is 0.81 with a weight of 0.1, 0.86 with 0.3, 0.90 with
1, against the other questions to decline 0.91 with each; of everyday ones against those 0.79, 0.76 and 0.71."""
SHOWN = 3
"""Candidates among which a right one counts as found: an answer shows up to four quotes."""
WRONGLY = 0.07
"""Share of answerable dev questions that may be declined: the project's aim for it. Within it as much is declined as
can be, since a wrong answer misleads and a decline still shows what came nearest."""
UNDECIDED = (CaseKind.REFERENCE, CaseKind.DEFINITION, CaseKind.FOLLOW_UP)
"""Kinds that are mostly answered by address, from the definitions or in a second attempt, whatever the confidence of
the search; the threshold is chosen on the others."""

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """A case, the features of its best candidate, and whether a candidate that would be shown is right."""

    case: Case
    features: tuple[float, ...]
    right: bool

    @property
    def teaches(self) -> bool:
        """Whether it is an example of a question answered, or of one to decline."""
        return self.right or not self.case.answerable


def samples(assistant: Assistant, cases: Sequence[Case]) -> list[Sample]:
    """Return a sample a case, for the cases in which any candidate was found."""
    found = []
    for case in cases:
        asked = case.question
        if case.history and assistant.finder.leans(asked, None):
            asked = followup.with_history(asked, case.history)
        hits = assistant.search(case.question, history=case.history)
        weighed = assistant.scales.consider(asked, hits)
        if not weighed:
            continue
        first = weighed[0]
        features = confidence_features(
            first.evidence, assistant.scales.first_words(asked, weighed), forms(asked)
        )
        right = any(
            lies_in(place, gold) for one in weighed[:SHOWN] for place in _places(one) for gold in case.gold
        )
        found.append(Sample(case, tuple(features[name] for name in FEATURES), right))
    return found


def _places(one: Weighed) -> tuple[Place, Place]:
    candidate, passage = one.candidate, one.candidate.hit.passage
    return (
        Place(candidate.document.id, candidate.node.path, candidate.node.label or None),
        Place(passage.document_id, passage.path, passage.label or None),
    )


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model on unscaled features.

    Attributes:
        weights: Shape (features,), in the order of ``FEATURES``.
        slopes: Shape (forms, signals): what a form adds to the weights of the signals.
        intercept: What is added.
    """

    weights: Matrix
    slopes: Matrix
    intercept: float

    def confidence(self, sample: Sample) -> float:
        """Return the probability that the sample's question is answered."""
        x = np.array(sample.features)
        signals, asked = x[: len(SIGNALS)], x[len(SIGNALS) :]
        total = float(self.intercept + self.weights @ x + asked @ self.slopes @ signals)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def fit(training: Sequence[Sample], chosen_on: Sequence[Sample]) -> dict[str, object]:
    """Return the calibration: weights on unscaled features, intercept, threshold, and the figures behind them.

    Args:
        training: What the weights are fitted to.
        chosen_on: What the threshold is chosen on.
    """
    files = sorted({s.case.file for s in training})
    held_out: list[tuple[float, bool]] = []
    for file in files if len(files) > 1 else []:
        model = _model([s for s in training if s.case.file != file])
        own = [s for s in training if s.case.file == file]
        held_out += [(model.confidence(s), s.case.answerable) for s in own]
    model = _model(training)
    decided = [s for s in chosen_on if s.case.kind not in UNDECIDED]
    confidences = np.array([model.confidence(s) for s in decided])
    answerable = np.array([s.case.answerable for s in decided], dtype=np.bool_)
    threshold = _threshold(confidences, answerable)
    return {
        "weights": _by_name(FEATURES, model.weights),
        "slopes": {name: _by_name(SIGNALS, row) for name, row in zip(ASKED, model.slopes, strict=True)},
        "intercept": round(model.intercept, 4),
        "threshold": threshold,
        "held_out": {
            "questions": len(held_out),
            "auroc_answerable": auroc([c for c, _ in held_out], [a for _, a in held_out]),
        },
        "dev": {
            "questions": len(decided),
            "auroc_answerable": auroc(confidences.tolist(), answerable.tolist()),
            "declined_wrongly": float(np.mean(confidences[answerable] < threshold)),
            "declined_correctly": float(np.mean(confidences[~answerable] < threshold)),
        },
        "cases_sha256": cases_hash([s.case for s in training]),
    }


def _by_name(names: Sequence[str], values: Matrix) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _model(samples: Sequence[Sample]) -> Model:
    """Fit to scaled features and the scaled signals of every form asked, and take the scales back out."""
    taught = [s for s in samples if s.teaches]
    x = np.array([s.features for s in taught], dtype=np.float64)
    y = np.array([s.case.answerable for s in taught], dtype=np.bool_)
    everyday = np.array([s.case.kind is CaseKind.EVERYDAY for s in taught], dtype=np.bool_)
    near = np.array([s.case.kind is CaseKind.NEAR_MISS for s in taught], dtype=np.bool_)
    counts = np.where(y, 1.0, DECLINED) * np.where(everyday, EVERYDAY, 1.0) * np.where(near, NEAR_MISS, 1.0)
    scaler = StandardScaler().fit(x)
    n = len(SIGNALS)
    scaled = scaler.transform(x)
    added = [SLOPES * x[:, [k]] * scaled[:, :n] for k in range(n, len(FEATURES))]
    fitted = LogisticRegression(C=STRENGTH, max_iter=5000).fit(
        np.hstack([scaled, *added]), y, sample_weight=counts
    )
    coefficients = fitted.coef_[0]
    weights = coefficients[: len(FEATURES)] / scaler.scale_
    slopes = SLOPES * coefficients[len(FEATURES) :].reshape(len(ASKED), n) / scaler.scale_[:n]
    intercept = float(fitted.intercept_[0] - weights @ scaler.mean_)
    weights[n:] -= slopes @ scaler.mean_[:n]
    return Model(weights, slopes, intercept)


def _threshold(confidences: Matrix, answerable: Flags) -> float:
    """Return the highest confidence below which at most ``WRONGLY`` of the answerable questions lie, cut to 4 digits.

    Rounded it could lie above the question that it was taken from.
    """
    ordered = np.sort(confidences[answerable])
    return math.floor(float(ordered[int(WRONGLY * len(ordered))]) * 1e4) / 1e4


def main(homes: Sequence[Path], held_out: Path | None = None) -> None:
    """Fit on the training questions of every home, choose on its dev cases, and write the calibration."""
    training: list[Sample] = []
    chosen_on: list[Sample] = []
    for home in homes:
        assistant = opened(home, held_out)
        held = {d.id for d in assistant.documents()}
        training += samples(assistant, taught(held))
        chosen_on += samples(assistant, shipped_over(held, Split.DEV))
        assistant.close()
    calibration = fit(training, chosen_on)
    target = Path(__file__).resolve().parents[1] / "assistant" / "calibration.json"
    target.write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(calibration, indent=2) + "\n")


if __name__ == "__main__":
    given = asked_for()
    main(given.homes, given.held_out)
