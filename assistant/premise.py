"""What a question takes for granted and the words found give otherwise.

"Why do 60 States have to ratify?" over a text that asks for 40 must not be answered as asked, nor must "Must the
Assembly approve the budget?" where the text names the Council. Numbers and periods are compared, the body or role that
acts, what is forbidden, and the languages of a text. A question wrongly declined is worse than one missed: each
comparison speaks up only where question and words found agree in the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.premises import actors, forbidden, languages, numbers

if TYPE_CHECKING:
    from assistant.premises.words import Contradiction

_CHECKS = (
    numbers.contradiction,
    languages.contradiction,
    forbidden.contradiction,
    actors.contradiction,
)


def contradiction(question: str, quoted: str, around: str = "") -> Contradiction | None:
    """Return the words of a question that the words found contradict, with those that do; None if none do.

    Args:
        question: As searched.
        quoted: The words that would be quoted.
        around: The passage they stand in, with its headings.
    """
    found = (check(question, quoted, around) for check in _CHECKS)
    return next((one for one in found if one is not None), None)


def contradicted(question: str, quoted: str, around: str = "") -> bool:
    """Tell whether ``contradiction`` finds anything."""
    return contradiction(question, quoted, around) is not None
