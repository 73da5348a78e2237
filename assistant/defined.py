"""Questions for the meaning of a defined term: answered from the treaty's own definition, before any search."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.attachments import quoted_definitions, stems_of
from assistant.models import Quote, Quoted
from index.models import Searched, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from corpus.models import Document, Provision

MOST_DOCUMENTS = 4
"""Documents whose definitions of one term are quoted."""
LONGEST_TERM = 6
"""Words of a term; a longer phrase asks for more than a definition."""
SURE = 0.95
"""Confidence in a definition of the very term asked for."""
_ASKED = (
    r"(?:what|how)\s+(?:does|do|did|would)\s+.{3,60}?\s+(?:mean|understand)\s+by\s+(?P<said>.+)",
    r"(?:what|how)\s+(?:does|do|did|would)\s+(?P<said>.+?)\s+mean\b",
    r"what(?:['’]s|\s+is|\s+are)\s+(?:meant|understood)\s+by\s+(?P<said>.+)",
    r"(?:what(?:['’]s|\s+is)\s+)?(?:the\s+)?(?:definition|meaning)\s+of\s+(?P<said>.+)",
    r"how\s+(?:is|are|does\s+.{3,60}?\s+define)\s+(?P<said>.+?)(?:\s+defined\b.*)?$",
    r"(?:define|definition:|meaning:)\s+(?P<said>.+)",
    r"(?P<said>[^?]+?)\s*[,:;–-]?\s+(?:definition|meaning)\W*$",
    r"(?:what|who)\s+(?:counts|qualifies)\s+as\s+(?P<said>.+)",
    r"what(?:['’]s|\s+is|\s+are)\s+(?P<said>.+)",
)
_PATTERNS = tuple(re.compile(rf"^\W*(?:and\s+|so\s+)?{pattern}", re.IGNORECASE) for pattern in _ASKED)
_PLACE = re.compile(
    r"\s+(?:in|under|within|for\s+(?:the\s+)?purposes?\s+of|according\s+to|as\s+used\s+in|by)\s+",
    re.IGNORECASE,
)
"""What may lead from the term to where it is defined, or stand within it ("trafficking in persons")."""
_ARTICLE = re.compile(
    r"^(?:an?|the|any)\s+(?:(?:term|word|expression|phrase)s?\s+)?|^(?:term|word|expression|phrase)s?\s+|[“”\"'‘’]",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\W*(?:under|in|according\s+to|for\s+the\s+purposes\s+of)\s[^,]{3,90},\s*", re.IGNORECASE
)


def terms_asked(question: str) -> tuple[str, ...]:
    """Return the terms whose meaning a question may ask for, the longest reading first; none if it asks for none."""
    bare = _OPENING.sub("", question.strip())
    for pattern in _PATTERNS:
        match = pattern.match(bare)
        if match is not None:
            said = match["said"].strip()
            ends = [len(said), *(place.start() for place in reversed(list(_PLACE.finditer(said))))]
            terms = dict.fromkeys(_ARTICLE.sub("", said[:end].strip()).strip(" ,;:?.!") for end in ends)
            return tuple(term for term in terms if 0 < len(term.split()) <= LONGEST_TERM)
    return ()


def look_up(
    question: str,
    documents: Iterable[Document],
    provisions: Callable[[str], Provision],
    searched: Searched,
) -> Quoted | None:
    """Return the definitions of the term a question asks for; None if it asks for none or none is defined.

    Args:
        question: As asked.
        documents: Where to look, the likeliest first.
        provisions: Gives a document's tree by id.
        searched: Told with the answer.
    """
    terms = [stems_of(term) for term in terms_asked(question)]
    found: list[Sequence[Quote]] = []
    for document in documents if terms else ():
        root = provisions(document.id)
        quotes = next((q for words in terms if (q := quoted_definitions(words, document, root))), ())
        if quotes:
            found.append(quotes)
        if len(found) == MOST_DOCUMENTS:
            break
    made = tuple(quote for quotes in found for quote in quotes)[:MOST_DOCUMENTS]
    return Quoted(question, made, searched, SURE, stages=(Stage("lookup", 0.0),)) if made else None
