"""What speaks for an answer, and how it is weighed.

No single score separates an answer from a near miss: a cross-encoder likes "the first draft" for "who ratified
first?". Two sums are made of the same signals. ``rank`` orders candidates for one question. ``confidence`` is the
probability that the documents answer it and the best candidate does; its weights stand in ``calibration.json`` and are
fitted by ``treaty eval calibrate``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

from assistant.asked import FORMS
from assistant.counted import SAME_COUNT
from assistant.query import legal_words
from assistant.stems import stem

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_NAME = re.compile(r"(?<!^)(?<![.?!:] )\b[A-Z][\w’'-]+")
_NO_NAMES = frozenset(
    (
        "I The A An In Is Does Can Convention Treaty Protocol Charter Covenant Agreement Article Articles Part Chapter "
        "Annex State States Party Parties UN United Nations If And Or Of"
    ).split()
)
_INSTITUTIONS = frozenset(
    (
        "General Assembly Council Committee Secretary Secretariat Security Court Commission Office Organization "
        "Organisation Conference Union Ministers Tribunal January February March April May June July August "
        "September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    ).split()
)
"""Capitalised words that name no country, company or person."""
_NUMBER = re.compile(
    r"\b\d[\d,.]*\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|half|thirds?|quarters?|majority|\w+tieth|\w+teenth|tenth|third|"
    r"fourth|fifth|sixth|unanim\w+)\b",
    re.IGNORECASE,
)
_NOT_A_QUANTITY = re.compile(
    r"\b(?:articles?|arts?\.|paragraphs?|paras?\.?|sections?|chapters?|parts?|annex(?:es)?|subparagraphs?|no\.|resolution)\s+"
    r"[\dIVXLC]+(?:\(\w+\))*(?:\s*(?:,|and|to|or|-|–)\s*\d+(?:\(\w+\))*)*|^\s*\d+\s*\.|\(\w{1,3}\)|\b(?:19|20)\d\d\b|"
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:days?|months?|years?|weeks?|hours?|upon|after|before|until|when|once|immediately|promptly|"
    r"expeditiously|as soon as|without delay|at the time|on the date)\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|large|often|high|far|big)\b|"
    r"\b(?:what|which) (?:number|percentage|share|age|majority|minimum|maximum)\b|\blongest\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"^\W*(?:since )?when (?:did|was|were|will|has|have|had)\b|\b(?:what|which|on what) (?:date|day|year|month)\b|"
    r"\bhow (?:soon|quickly)\b|\bwhen (?:does|do) .*\b(?:enter|come) into (?:force|effect)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow (?:many|much) (?:more |other |different )?(?:\w+ly )?(?P<noun>\w+)", re.IGNORECASE
)
_ASKS_NAME = re.compile(
    r"^\W*who (?:was|is|were|chaired|led|signed|headed|won|wrote|opened|drafted|voted|ratified)\b|"
    r"^\W*(?:which|what) (?:\w+ )?(?:country|countries|states?|nations?|company|companies|governments?|person|people)\b"
    # "which State keeps what it launched" asks for a rule
    r"(?! (?:part(?:y|ies) )?(?:may|must|shall|should|can|could|is|are|do|does|(?!was\b|has\b)\w+s)\b)"
    r".*\b(?:have|has|had|did|was|were|\w+ed)\b",
    re.IGNORECASE,
)
_SQUASH = 5.0
"""Cross-encoder logits are squashed by ``tanh(logit / 5)``: beyond about 8 they say no more."""

RANK_WEIGHTS = {"place": 0.83, "words": 0.92, "type_match": 1.5}
"""Learned on the training questions as the weights of ``index.ranking`` are; chosen features, rounded weights."""

Idf = Callable[[Sequence[str]], list[float]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate.

    Attributes:
        passage: Cross-encoder logit of the passage, headings included.
        words: Cross-encoder logit of the words quoted, headings included.
        cosine: Cosine similarity of question and passage.
        dense_place, rerank_place: Places of the passage by cosine and by cross-encoder, from 1; 50 if it has none.
        coverage: Share of the question's words, weighed by rarity, that stand in the passage or above it.
        unknown: Share of the question's words, weighed by rarity, that no indexed passage has.
        type_match: 1.0 if the words quoted hold what the question asks for (a number, a time) or it asks for
            neither, else 0.0.
        missing_names: Proper names of the question that the passage does not have, at most 2.
        place: The passage's score in the search (``index.ranking``).
        told: Whether the document is of a kind that gives reasons (a commentary).
        contradicted: Whether the question takes for granted what the words quoted give otherwise.
    """

    passage: float
    words: float
    cosine: float
    dense_place: int
    rerank_place: int
    coverage: float
    unknown: float
    type_match: float
    missing_names: int
    place: float = 0.0
    contradicted: bool = False
    told: bool = False

    def features(self) -> dict[str, float]:
        """Return the signals on scales on which they can be added up."""
        return {
            **asdict(self),
            "passage": math.tanh(self.passage / _SQUASH),
            "words": math.tanh(self.words / _SQUASH),
            "dense_place": 1 / (2 + self.dense_place),
            "rerank_place": 1 / (2 + self.rerank_place),
        }

    def rank(self) -> float:
        """Return what orders the candidates of one question, more is better."""
        features = self.features()
        return sum(weight * features[name] for name, weight in RANK_WEIGHTS.items())


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What is known of the words of the best candidate alone, beside its ``Evidence``.

    Attributes:
        bare: Cross-encoder logit of its words alone, without headings.
        margin: By how much its ``rank`` exceeds the next candidate's.
        met: How far the words of the question are met in them one by one (``assistant.met``).
    """

    bare: float
    margin: float
    met: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The logistic model, and the confidence at which a question is answered.

    Attributes:
        weights: Of the features, by name.
        slopes: By the name of a form, what its questions add to the weights of the signals: the models' scores say
            less about "who proposed" than about "may a Party".
        intercept: What is added.
        threshold: From this confidence on a question is answered.
    """

    weights: dict[str, float]
    slopes: dict[str, dict[str, float]]
    intercept: float
    threshold: float

    def confidence(self, evidence: Evidence, first: FirstWords, asked: Sequence[str]) -> float:
        """Return the probability that the words answer the question: ``1 / (1 + exp(-(w . x + b)))``.

        The weights ``w`` are those of all questions and what each form of this one adds to them.

        Args:
            evidence: Of the best candidate.
            first: Of its words.
            asked: Forms of the question, as ``assistant.asked.forms`` names them.
        """
        features = confidence_features(evidence, first, asked)
        total = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        for form, slopes in self.slopes.items():
            total += features[form] * sum(weight * features[name] for name, weight in slopes.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def confidence_features(evidence: Evidence, first: FirstWords, asked: Sequence[str]) -> dict[str, float]:
    """Return the inputs of the confidence model by name."""
    return {
        **{name: value for name, value in evidence.features().items() if name not in {"place", "told"}},
        "bare": math.tanh(first.bare / _SQUASH),
        "margin": first.margin,
        "met": first.met,
        **{f"asks_{form}": float(form in asked) for form in FORMS},
        "asks_why": float("why" in asked and not evidence.told),
    }


@cache
def calibration() -> Calibration:
    """Return the calibration that comes with the program."""
    data = json.loads(resources.files("assistant").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(data["weights"], data["slopes"], data["intercept"], data["threshold"])


def coverage(
    terms: Sequence[str],
    others: Mapping[str, Sequence[str]],
    idf: Idf,
    known: Callable[[str], bool],
    text: str,
) -> tuple[float, float]:
    """Return the shares of a question's words, weighed by rarity, that a text has and that no passage has.

    Args:
        terms: Content words of the question, lower case.
        others: For each of them, words that may stand for it.
        idf: Rarity of words in the corpus.
        known: Whether any passage has a word, in any form.
        text: The passage with its headings.
    """
    weights = idf(terms)
    total = sum(weights) or 1.0
    stems = _stems(text)
    forms = [(term, *others.get(term, ())) for term in terms]
    covered = sum(
        w for words, w in zip(forms, weights, strict=True) if any(stem(one) in stems for one in words)
    )
    unknown = sum(w for words, w in zip(forms, weights, strict=True) if not any(known(one) for one in words))
    return covered / total, unknown / total


def type_match(question: str, quoted: str, passage: str) -> float:
    """Return 1.0 if the words hold the number, time or name the question asks for, or it asks for none; else 0.0.

    Args:
        question: As searched.
        quoted: The words that would be quoted.
        passage: The passage with its headings.
    """
    if _ASKS_NUMBER.search(question):
        has_number = _NUMBER.search(_NOT_A_QUANTITY.sub(" ", quoted)) is not None
        return float(has_number and _counts_the_same(question, f"{passage} {quoted}"))
    if _ASKS_TIME.search(question):
        return float(_TIME.search(quoted) is not None)
    if _ASKS_NAME.search(question):
        said = {word.lower() for word in _WORD.findall(question)}
        named = _names(quoted) - _NO_NAMES - _INSTITUTIONS
        return float(any(name.lower() not in said for name in named))
    return 1.0


def _names(text: str) -> set[str]:
    """Return the words with a capital within sentences, without a possessive ending."""
    return {re.sub(r"[’']s?$", "", name) for name in _NAME.findall(text)}


def _counts_the_same(question: str, text: str) -> bool:
    """Tell whether a text speaks of the things a "how many" question counts."""
    match = _COUNTED.search(question)
    if match is None:
        return True
    noun = stem(match["noun"].lower())
    same = next((group for group in SAME_COUNT if noun in group), frozenset({noun}))
    others = {stem(word) for word in legal_words(match["noun"].lower())}
    return bool((same | others) & _stems(text))


def missing_names(question: str, text: str, naming: frozenset[str]) -> int:
    """Return how many proper names of the question, at most 2, a text does not have.

    Abbreviations are passed over: a text may write them out.

    Args:
        question: As searched.
        text: The passage with its headings.
        naming: Lower-case words that only name the document itself.
    """
    stems = _stems(text)
    kept = {n for n in _names(question) if n not in _NO_NAMES and not n.isupper() and n.lower() not in naming}
    return min(2, sum(any(stem(w.lower()) not in stems for w in _WORD.findall(n)) for n in kept))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(text.lower()))
