"""Questions offered to someone who has just come in, as far as the library can take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.models import Document

MOST = 5
"""Questions offered at a time: enough to show what can be asked, few enough to be read."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and words of which each must stand in the title or a name of some document."""

    question: str
    about: tuple[str, ...]


EXAMPLES = (
    Example("Is ethical hacking or security research a crime under the treaty?", ("against cybercrime",)),
    Example("When does the UN Convention against Cybercrime enter into force?", ("against cybercrime",)),
    Example("How do the UN and Budapest conventions differ on human rights safeguards?", ("compared",)),
    Example("May police search a computer in another country under the Budapest Convention?", ("budapest",)),
    Example("Which reservations does the Budapest Convention allow?", ("budapest",)),
    Example("What is the difference between signature and ratification?", ("how to read a treaty",)),
    Example("What does article 31 of the Vienna Convention say about interpretation?", ("law of treaties",)),
)


def examples(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return the questions that these documents are about."""
    names = [name.casefold() for document in documents for name in (document.title, *document.names)]
    fitting = (e.question for e in EXAMPLES if all(any(word in name for name in names) for word in e.about))
    return tuple(fitting)[:MOST]
