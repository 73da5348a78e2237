"""The order of the passages that were read again: one sum of all signals, with weights learned from questions.

Neither the encoder's order nor the cross-encoder's is best: of 896 questions over six documents (``eval/training``),
each ordered by weights learned on the other documents, the right passage came first in 0.51 of the answerable ones,
against 0.46 for either alone and 0.49 for the two fused by reciprocal rank. ``python -m eval.fit_ranking`` learns the
weights and writes ``ranking.json``.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEATURES = ("logit", "cosine", "logit_place", "cosine_place", "lexical_place", "cosine_gap", "logit_gap")
_SQUASH = 5.0
"""Logits are squashed by ``tanh(logit / 5)``: beyond about 8 they say no more."""
_PLACE = 10
"""A place counts ``10 / (10 + place)``, places from 1: the head of a ranking says more than its tail."""
_UNSEEN = 50
"""Place of a passage that a ranking does not hold."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What the searches say of one passage: cosine, cross-encoder logit, BM25 score or None."""

    cosine: float
    logit: float
    lexical: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of the features, by name."""

    weights: dict[str, float]

    def scores(self, signals: Sequence[Signal]) -> list[float]:
        """Return a score a passage; comparable within one question, higher is better."""
        return [
            sum(self.weights[name] * value for name, value in zip(FEATURES, row, strict=True))
            for row in features(signals)
        ]


def features(signals: Sequence[Signal]) -> list[tuple[float, ...]]:
    """Return the features of every passage read for one question, in the order of ``FEATURES``."""
    if not signals:
        return []
    logits, cosines = [s.logit for s in signals], [s.cosine for s in signals]
    places = zip(
        _places(logits), _places(cosines), _places([s.lexical for s in signals]), signals, strict=True
    )
    most_like, best = max(cosines), max(logits)
    return [
        (
            math.tanh(signal.logit / _SQUASH),
            signal.cosine,
            _PLACE / (_PLACE + by_logit),
            _PLACE / (_PLACE + by_cosine),
            _PLACE / (_PLACE + by_words),
            signal.cosine - most_like,
            (signal.logit - best) / _SQUASH,
        )
        for by_logit, by_cosine, by_words, signal in places
    ]


@cache
def ranking() -> Ranking:
    """Return the ranking that comes with the program."""
    data = json.loads(resources.files("index").joinpath("ranking.json").read_text(encoding="utf-8"))
    return Ranking(data["weights"])


def _places(values: Sequence[float | None]) -> list[int]:
    order = sorted(
        (k for k, value in enumerate(values) if value is not None), key=lambda k: -(values[k] or 0.0)
    )
    places = [_UNSEEN] * len(values)
    for place, k in enumerate(order, start=1):
        places[k] = place
    return places
