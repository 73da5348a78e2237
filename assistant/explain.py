"""How a question was understood and why its answer was given: for people who check the program.

Nothing here decides anything. It shows the same values that the answer was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.evidence import confidence_features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.deciding import Weighed
    from assistant.evidence import FirstWords
    from index.models import Hit

SHOWN_HITS = 8
_BULLET = "  "


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was made of a question.

    Attributes:
        searched: The question as it was searched.
        mended: Misspelt words and what they were taken for.
        added: Legal terms added for everyday words.
        named: Ids of the treaties it names.
        references: The provisions it names.
        forms: What it seeks, as ``assistant.asked`` names it.
        wants_list: Whether it asks for several things.
        lexical_weight: How far the word search was trusted, against the encoder's 1.
        hits: The first passages found, best first.
        candidates: The best words of the passages read, best first.
        first: What is known of the first candidate's words alone; None without candidates.
        confidence, threshold: An answer is given from the threshold on.
    """

    searched: str
    mended: Mapping[str, str]
    added: tuple[str, ...]
    named: tuple[str, ...]
    references: tuple[str, ...]
    forms: tuple[str, ...]
    wants_list: bool
    lexical_weight: float
    hits: tuple[Hit, ...]
    candidates: tuple[Weighed, ...]
    first: FirstWords | None
    confidence: float
    threshold: float


def explanation_json(made: Explanation) -> dict[str, Any]:
    """Return the JSON form that ``treaty ask --explain --json`` prints under ``explain``."""
    return {
        "searched": made.searched,
        "mended": dict(made.mended),
        "added": list(made.added),
        "named": list(made.named),
        "references": list(made.references),
        "forms": list(made.forms),
        "wants_list": made.wants_list,
        "lexical_weight": round(made.lexical_weight, 3),
        "hits": [_hit_json(hit) for hit in made.hits[:SHOWN_HITS]],
        "candidates": [_candidate_json(one) for one in made.candidates],
        "evidence": {name: round(value, 3) for name, value in _evidence(made).items()},
        "confidence": round(made.confidence, 4),
        "threshold": made.threshold,
    }


def explanation_text(made: Explanation) -> str:
    """Return the same for a terminal."""
    lines = ["How this was understood", f"{_BULLET}searched: {made.searched}"]
    lines += [f"{_BULLET}{name}: {', '.join(values)}" for name, values in _lists(made) if values]
    lines.append(f"{_BULLET}word search weighs {made.lexical_weight:.2f} against the encoder's 1")
    lines.append("Passages (score; cosine, cross-encoder, BM25)")
    lines += [_hit_line(hit) for hit in made.hits[:SHOWN_HITS]]
    lines.append("Words weighed (rank)")
    lines += [
        f"{_BULLET}{one.evidence.rank():6.2f}  {one.candidate.document.id} {one.candidate.node.label or '–'}"
        for one in made.candidates
    ]
    said = [f"{name} {value:.2f}" for name, value in _evidence(made).items() if value]
    lines.append(f"Evidence: {'; '.join(said) or 'none'}")
    lines.append(f"Confidence {made.confidence:.2f}; answered from {made.threshold:.2f}")
    return "\n".join(lines)


def _lists(made: Explanation) -> list[tuple[str, Sequence[str]]]:
    return [
        ("mended", [f"{word} → {right}" for word, right in made.mended.items()]),
        ("added", made.added),
        ("treaties named", made.named),
        ("provisions named", made.references),
        ("form", [*made.forms, *(["list"] if made.wants_list else [])]),
    ]


def _evidence(made: Explanation) -> dict[str, float]:
    if made.first is None:
        return {}
    features = confidence_features(made.candidates[0].evidence, made.first, made.forms)
    return {name: float(value) for name, value in features.items()}


def _hit_json(hit: Hit) -> dict[str, Any]:
    signals = hit.signals
    return {
        "document": hit.passage.document_id,
        "provision": hit.passage.label or None,
        "score": round(hit.score, 3),
        "cosine": signals.cosine,
        "logit": signals.logit,
        "bm25": signals.bm25,
    }


def _hit_line(hit: Hit) -> str:
    signals = (hit.signals.cosine, hit.signals.logit, hit.signals.bm25)
    shown = ", ".join("–" if value is None else f"{value:.2f}" for value in signals)
    return f"{_BULLET}{hit.score:6.2f}  {hit.passage.document_id} {hit.passage.label or '–'}  ({shown})"


def _candidate_json(one: Weighed) -> dict[str, Any]:
    return {
        "document": one.candidate.document.id,
        "provision": one.candidate.node.label or None,
        "rank": round(one.evidence.rank(), 3),
        "logit": round(one.candidate.logit, 3),
    }
