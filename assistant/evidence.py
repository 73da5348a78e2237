"""How sure an answer is: what the stages say together, weighed by a small calibrated model.

No single score separates an answer from a near miss: a cross-encoder likes "the first draft" for "who ratified
first?". So the signals are weighed together by a logistic model whose weights stand in ``calibration.json``, fitted
on the dev split by ``python -m eval.calibrate``; its probability is the answer's confidence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"ninety|hundred|thousand|first|second|third|fourth|fifth|sixth|tenth|\w+teenth|\w+tieth|half|majority|no|none|"
    r"single|both|several|all)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b\d+\s+(?:day|week|month|year)s?\b|\b(?:days?|months?|years?|weeks?|date|upon|after|before|until|"
    r"when|once|immediately|forthwith|promptly|ninetieth|thirtieth|sixtieth|time|moment)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?:“]\s)(?<!^)\b[A-Z][\w’'-]+")
_ASKS = (
    (re.compile(r"\bhow (?:many|much|old|long|large|often)\b|\bwhat (?:number|percentage|share|age|majority)\b", re.IGNORECASE), _NUMBER),
    (re.compile(r"^\W*when\b|\b(?:what|which|on what) (?:date|day|year|month)\b|\bhow (?:soon|quickly)\b", re.IGNORECASE), _TIME),
    (re.compile(r"^\W*(?:which|what) (?:country|countries|state was|states have|nation|nations|company|companies)\b|^\W*who\b", re.IGNORECASE), _NAME),
)

Idf = Callable[[Sequence[str]], list[float]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    Attributes:
        passage: Cross-encoder logit of the passage quoted.
        words: Cross-encoder logit of the words quoted.
        cosine: Cosine similarity of question and passage.
        coverage: Share of the question's words, weighed by rarity, that stand in the passage or above it.
        unknown: Share of the question's words, weighed by rarity, that no indexed passage has.
        type_match: 1.0 if the words quoted hold what the question asks for (a number, a time, a name) or it asks
            for none of these, else 0.0.
    """

    passage: float
    words: float
    cosine: float
    coverage: float
    unknown: float
    type_match: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the logistic model, and the confidence at which a question is answered."""

    weights: dict[str, float]
    intercept: float
    threshold: float

    def confidence(self, evidence: Evidence) -> float:
        """Return the probability that the words answer the question: ``1 / (1 + exp(-(w . x + b)))``."""
        total = self.intercept + sum(self.weights[name] * value for name, value in asdict(evidence).items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """Return the calibration that comes with the program."""
    data = json.loads(resources.files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(data["weights"], data["intercept"], data["threshold"])


def weigh(
    question: str, terms: Sequence[str], idf: Idf, known: Callable[[str], bool], passage_text: str, quoted: str
) -> tuple[float, float, float]:
    """Return (coverage, unknown, type_match) of a question and the words that might answer it.

    Args:
        question: As it was asked.
        terms: Its content words, lower case.
        idf: Rarity of words in the corpus.
        known: Whether any passage has a word, in any form.
        passage_text: The passage with its headings.
        quoted: The words that would be quoted.
    """
    weights = idf(terms)
    total = sum(weights) or 1.0
    stems = {stem(word) for word in _WORD.findall(f"{passage_text} {quoted}".lower())}
    covered = sum(w for term, w in zip(terms, weights, strict=True) if stem(term) in stems)
    unknown = sum(w for term, w in zip(terms, weights, strict=True) if not known(term))
    wanted = next((kind for asks, kind in _ASKS if asks.search(question)), None)
    matches = wanted is None or wanted.search(quoted) is not None
    return covered / total, unknown / total, float(matches)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the word's stem (Porter 2)."""
    return str(snowballstemmer.stemmer("english").stemWord(word))
