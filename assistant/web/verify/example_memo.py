"""A short text to try the check with, made of the library's own words: as quoted, altered, misplaced and made up.

It is made of whatever treaty there is, so that the example shows what the check does with the visitor's documents.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.models import Level
from corpus.name_book import NAMED_KINDS
from corpus.pinpoint import pinpoint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.web.session import Answers
    from corpus.models import Document, Provision

_FEWEST_WORDS, _MOST_WORDS = 8, 45
_MARKS = frozenset('"“”„«»‘[]…')
_NEEDED = 3
_SWAPS = (("shall", "may"), ("may", "shall"), ("is", "was"), ("are", "were"), ("and", "or"), ("of", "for"))
_INVENTED = "Every signatory paints the door of its archive blue before the first winter after accession."


def example_memo(answers: Answers) -> str:
    """Return the text, or an empty string where no treaty has provisions enough to quote."""
    for document in answers.documents():
        if document.kind in NAMED_KINDS:
            found = list(_quotable(document, answers.provisions(document.id)))
            if len(found) >= _NEEDED:
                return _written(document, found)
    return ""


def _written(document: Document, found: list[tuple[str, str]]) -> str:
    first, second, third = found[0], found[len(found) // 2], found[-1]
    title = " ".join(document.title.split())
    return (
        f"The {title} is quoted here as it stands: “{first[1]}” ({title}, {first[0]}).\n\n"
        f"Here a word is another than in the source: “{_altered(second[1])}” ({title}, {second[0]}).\n\n"
        f"These words stand elsewhere: “{third[1]}” ({title}, {first[0]}).\n\n"
        f"And these stand nowhere: “{_INVENTED}” ({title}, {second[0]})."
    )


def _quotable(document: Document, root: Provision) -> Iterator[tuple[str, str]]:
    """Yield pinpoint and words of the provisions that are neither too long nor hold marks of their own."""
    for leaf in root.leaves():
        words = " ".join(document.text[leaf.body : leaf.span.end].split())
        fits = _FEWEST_WORDS <= len(words.split()) <= _MOST_WORDS and not _MARKS & set(words)
        if leaf.level in {Level.ARTICLE, Level.PARAGRAPH} and fits and _altered(words) != words:
            yield pinpoint_of(leaf.path, instrument=True), words.rstrip(".;:")


def _altered(words: str) -> str:
    """Return words of which the first that can be is another one."""
    for one, other in _SWAPS:
        changed = re.sub(rf"\b{one}\b", other, words, count=1)
        if changed != words:
            return changed
    return words
