"""Follow-up questions: "and in Budapest?" means nothing without the question before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.passages import question_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPENING = re.compile(
    r"^\W*(?:and|but|or|so|also|what about|how about|what if|why|why not|since when|until when|who else|"
    r"anything else|what else|which ones?|how so|does it|is it|are they|do they|can they|can it|must they|must it)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|that one|this|those|these|the same|there|he|she|his|her)\b", re.IGNORECASE
)
_POINTING_BACK = re.compile(
    r"\b(?:does|do|is|was|are|can|could|may|must|would|will|has|should|did|after|before|from|of|about|for|than|like|to|by|"
    r"with) that\b(?! (?:the|an?|states?|part(?:y|ies))\b)",
    re.IGNORECASE,
)
"""A "that" which stands for something said before, and does not begin a clause."""
_FEW_WORDS = 4
"""Content words up to which a question that points at something is taken to lean on the one before."""
_FEW_TO_GO_ON = 6
"""The same for a question that opens like a continuation. With both, 5 of 48 follow-ups (training and dev) are not seen
and 27 of 993 other questions would be taken for one."""


def leans_on_history(question: str, content_words: Sequence[str]) -> bool:
    """Tell whether a question is elliptical: it opens like a continuation, or points and says little."""
    if len(content_words) <= 1:
        return True
    if _OPENING.match(question):
        return len(content_words) <= _FEW_TO_GO_ON
    points = _POINTING.search(question) or _POINTING_BACK.search(question)
    return points is not None and len(content_words) <= _FEW_WORDS


def with_history(question: str, history: Sequence[str]) -> str:
    """Return the question to search: the last question that stands on its own, then this one."""
    if not history:
        return question
    alone = (one for one in reversed(history) if not leans_on_history(one, question_terms(one)))
    return f"{next(alone, history[-1]).strip()} {question.strip()}"
