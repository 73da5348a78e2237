"""Learns the order of passages: ``python -m eval.fit_ranking [--held-out FILE] HOME [HOME …]``.

``FILE`` is what ``eval.fit_encoder`` wrote (``eval/held_out.py`` says what for).

Each home is a folder with an index; its questions are those of ``eval/training`` whose documents it holds. The
weights minimise the cross-entropy of the right passages among those read (a softmax over each question's passages,
right ones summed), with an L2 penalty on standardised features. Prints what questions on documents left out of the
learning gain, and writes ``index/ranking.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant.answer import Assistant
from eval.cases import Case, CaseKind, load_cases
from eval.held_out import opened
from eval.judge import Place, lies_in
from eval.made_with import cases_hash
from index.models import Hit
from index.ranking import FEATURES, Signal, features

TRAINING = Path(__file__).parent / "training"
MADE = TRAINING / "made"
"""Treaties of our own, on subjects that the others do not have, and the questions over them."""
EACH = 3
"""Of the questions over these every third is taken for the order and the confidence: as many as over the others."""
READ = 24
"""Passages asked for: as many as the cross-encoder reads at most."""
PENALTY = 1e-2
EVERYDAY = 0.2
"""Weight of an everyday question, of which the training has more than people ask; the others count 1."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question's passages: features, shape (passages, features), and which of them are right."""

    case: Case
    rows: Matrix
    right: npt.NDArray[np.bool_]


def question(case: Case, hits: Sequence[Hit]) -> Question | None:
    """Return what can be learned from a case; None if no right passage was read."""
    read = [hit for hit in hits if hit.signals.logit is not None and hit.signals.cosine is not None]
    signals = [Signal(h.signals.cosine or 0.0, h.signals.logit or 0.0, h.signals.bm25) for h in read]
    places = [Place(h.passage.document_id, h.passage.path, h.passage.label or None) for h in read]
    right = np.array([any(lies_in(place, gold) for gold in case.gold) for place in places], dtype=np.bool_)
    return Question(case, np.array(features(signals)), right) if right.any() else None


def learn(questions: Sequence[Question]) -> dict[str, float]:
    """Return a weight a feature, on features as they are."""
    everything = np.vstack([q.rows for q in questions])
    spread = everything.std(axis=0) + 1e-9
    counts = np.array([EVERYDAY if q.case.kind is CaseKind.EVERYDAY else 1.0 for q in questions])
    counts /= counts.sum()

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for q, count in zip(questions, counts, strict=True):
            scaled = q.rows / spread
            scores = scaled @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            won = shares[q.right].sum()
            total -= count * np.log(won)
            among = np.where(q.right, shares / won, 0.0)
            slope = slope - count * (scaled.T @ (among - shares))
        return float(total), slope

    best = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x / spread
    return {name: round(float(weight), 4) for name, weight in zip(FEATURES, best, strict=True)}


def right_at(questions: Sequence[Question], weights: dict[str, float], k: int) -> float:
    """Return the share of questions with a right passage among the first ``k``."""
    w = np.array([weights[name] for name in FEATURES])
    return float(np.mean([q.right[np.argsort(-(q.rows @ w), kind="stable")[:k]].any() for q in questions]))


def held_out(questions: Sequence[Question]) -> dict[str, float]:
    """Return right@1 and right@3 with weights learned on the other documents."""
    files = sorted({q.case.file for q in questions})
    found: dict[int, list[tuple[float, int]]] = {1: [], 3: []}
    for file in files:
        rest, own = ([q for q in questions if (q.case.file == file) is mine] for mine in (False, True))
        if not rest:
            continue
        weights = learn(rest)
        for k, shares in found.items():
            shares.append((right_at(own, weights, k), len(own)))
    return {
        f"right@{k}": round(sum(s * n for s, n in shares) / max(1, sum(n for _, n in shares)), 4)
        for k, shares in found.items()
    }


def over(held: Collection[str], folder: Path = TRAINING) -> tuple[Case, ...]:
    """Return the training questions over documents: those of a file all of whose answers stand in them.

    Questions that no treaty speaks of have no answers anywhere, and are asked over any documents.

    Args:
        held: Ids of the documents.
        folder: Where the files are.
    """
    files = [load_cases([file]) for file in sorted(folder.glob("*.jsonl"))]
    return tuple(
        case for cases in files if all(g.document in held for c in cases for g in c.gold) for case in cases
    )


def taught(held: Collection[str]) -> tuple[Case, ...]:
    """Return what the order and the confidence are learned from, of the questions over documents."""
    return (*over(held), *over(held, MADE)[::EACH])


def gathered(assistant: Assistant) -> list[Question]:
    """Return what the answerable training questions over an assistant's documents teach."""
    cases = taught({d.id for d in assistant.documents()})
    made = [
        question(c, assistant.search(c.question, history=c.history, top_k=READ))
        for c in cases
        if c.answerable
    ]
    return [q for q in made if q is not None]


def main(homes: Sequence[Path], apart: Path | None) -> None:
    """Learn from every home and write the weights."""
    questions: list[Question] = []
    for home in homes:
        assistant = opened(home, apart)
        questions += gathered(assistant)
        assistant.close()
    learned = {
        "weights": learn(questions),
        "held_out": held_out(questions),
        "questions": len(questions),
        "cases_sha256": cases_hash([q.case for q in questions]),
    }
    target = Path(__file__).resolve().parents[1] / "index" / "ranking.json"
    target.write_text(json.dumps(learned, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(learned, indent=2) + "\n")


def asked_for() -> argparse.Namespace:
    """Return the homes and the file that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--held-out", type=Path, help="vectors that eval.fit_encoder wrote")
    parser.add_argument("homes", nargs="+", type=Path, metavar="HOME", help="folder with an index")
    return parser.parse_args()


if __name__ == "__main__":
    given = asked_for()
    main(given.homes, given.held_out)
