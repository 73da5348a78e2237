"""How people ask which treaties of a library speak of something: "Which treaties mention piracy?".

What the verb asks matters. "Which treaties must be registered?" asks of treaties as a subject, and a treaty on
treaties answers it; only verbs of speaking and ruling, with the treaties as what speaks, ask for a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.comparison_words import RULING

_I = re.IGNORECASE
_KINDS = r"treaty|treaties|conventions?|instruments?|agreements?|covenants?|protocols?|documents?|texts?"
_HERE = (
    r"(?:\s+(?:(?:in|of|from)\s+(?:the|my|our|this|your)\s+(?:library|collection|corpus|index|shelf)|here|"
    r"(?:that\s+)?(?:I|we|you)\s+have(?:\s+here)?))?"
)
ALL = re.compile(
    r"\b(?:(?:each|every)\s+(?:treaty|convention|instrument|agreement)\b|"
    r"(?:all\s+(?:of\s+)?(?:the\s+|these\s+|my\s+|our\s+)?|(?:each|every\s+one)\s+of\s+(?:the|these|my|our)\s+|"
    r"the\s+(?:(?:various|different|indexed)\s+)?|these\s+|my\s+|our\s+)"
    rf"(?:treaties|conventions|instruments|agreements|covenants)){_HERE}\b",
    _I,
)
"""The treaties of the library, all of them."""
_SOME = (
    r"(?:of\s+(?:all\s+)?(?:the|these|those|my|our|your)\s+)?(?:(?!(?:of|to|in|on|by|two|three|four|both)\b)[\w-]+\s+){0,2}?"
    rf"(?P<noun>{_KINDS}){_HERE}"
)
_ADVERB = (
    r"(?:(?:expressly|explicitly|specifically|also|all|actually|directly|ever|even|both|each|do|does)\s+)*"
)
_RULES = (
    r"(?:an?\s+|any\s+|some\s+|the\s+)?(?:(?:express|explicit|special|specific|own)\s+)?"
    r"(?:provisions?|clauses?|articles?|rules?|sections?|chapters?|words?|terms?|language|something|anything)"
)
_MENTIONS = (
    r"(?:mention(?:s|ed|ing)?|(?:deal|deals|dealt|dealing)\s+with|regulat(?:e|es|ed|ing)|cover(?:s|ed|ing)?|"
    r"address(?:es|ed|ing)?|treat(?:s|ed|ing)?(?:\s+of)?|discuss(?:es|ed|ing)?|(?:speak|speaks|spoken|speaking)\s+(?:of|about|on)|"
    r"(?:talk|talks|talked|talking)\s+(?:of|about)|(?:say|says|saying)\s+(?:something|anything|things?)\s+(?:about|on|of)|"
    r"refer(?:s|red|ring)?\s+to|touch(?:es|ed|ing)?\s+(?:up)?on|concern(?:s|ed|ing)?|govern(?:s|ed|ing)?|"
    r"(?:provide|provides|provided|providing)\s+for|are\s+(?:there\s+(?:on|about)|about|relevant\s+(?:to|for))|"
    rf"(?:contain|contains|containing|have|has|having|include|includes|including|with|make|makes)\s+{_RULES}\s+"
    r"(?:about|on|for|concerning|regarding|dealing\s+with|relating\s+to)|(?:use|uses|using|contain|contains|include|includes)\s+the\s+(?:words?|terms?|expression))"
)
"""Verbs that only say that a treaty speaks of something; they are no part of what it speaks of."""
_SAYS = (
    rf"(?:(?:do|does)\s+not\s+|don[’']?t\s+|doesn[’']?t\s+)?(?:(?!have|has){RULING.pattern}|"
    r"(?:have|has)(?=\s+(?:an?|any|no|the|special|rules|provisions|clauses)\b))"
)
"""Verbs that say what a treaty rules; they belong to the topic."""
_VERB = rf"{_ADVERB}(?:{_MENTIONS}\s+|(?={_SAYS}))"
_LIST = (
    r"(?:list|name|show|find|give|(?:which|what)\s+are)\s+(?:(?:me|us)\s+)?"
    r"(?:(?:all|every|each)\s+)?(?:of\s+)?(?:the\s+)?"
)
_ASKS = tuple(
    re.compile(pattern, _I)
    for pattern in (
        rf"^(?:which|what)\s+{_SOME}\s+{_VERB}(?P<topic>.+)$",
        rf"^{_LIST}{_SOME}\s+(?:that|which)\s+{_VERB}(?P<topic>.+)$",
        rf"^{_LIST}{_SOME}\s+(?:{_MENTIONS}|on|about)\s+(?P<topic>.+)$",
        rf"^(?:are|is)\s+there\s+(?:an?\s+|any\s+)?{_SOME}\s+(?:(?:that|which)\s+)?{_VERB}(?P<topic>.+)$",
        rf"^do(?:es)?\s+any\s+(?:of\s+(?:the|these|my|our)\s+)?(?P<noun>{_KINDS}){_HERE}\s+{_VERB}(?P<topic>.+)$",
        rf"^(?:in|by|under)\s+(?:which|what)\s+{_SOME}\s+(?:is|are)\s+(?P<topic>.+?)\s+{_ADVERB}{_MENTIONS}$",
        rf"^(?:in|by|under)\s+(?:which|what)\s+{_SOME}\s+(?P<topic>(?:is|are|must|may|can|shall|has|have|do|does)\s+.+)$",
        rf"^(?:is|are)\s+(?P<topic>.+?)\s+{_ADVERB}{_MENTIONS}\s+(?:in|by)\s+any\s+(?:of\s+(?:the|these|my|our)\s+)?(?P<noun>{_KINDS}){_HERE}$",
    )
)


@dataclass(frozen=True, slots=True)
class Which:
    """A question for the treaties that speak of something: of what, and the word used for treaties."""

    topic: str
    noun: str


def asks_which(question: str) -> Which | None:
    """Return what a question wants a list of treaties for, or None if it wants none.

    Args:
        question: Without its closing mark.
    """
    match = next((found for pattern in _ASKS if (found := pattern.match(question))), None)
    return None if match is None else Which(match["topic"].strip(), match["noun"].lower())
