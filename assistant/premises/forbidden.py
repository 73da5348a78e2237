"""What a question takes to be so, and the words found deny: "Why may …" of what may not be.

Only questions that take something for granted are looked at ("Why", "When", "How", "Which article allows"); "May …?"
asks, and a passage that says "may not" answers it. What is denied must be what is asked: the denied verb and most of
the question's other words must stand in one sentence, and that sentence must make no exception.
"""

from __future__ import annotations

import re

from assistant.premises.words import WORD, Contradiction, content, meanings, root, sentences_of, share

_TAKES_FOR_GRANTED = re.compile(
    r"^\W*(?:since when|why|when|how (?!many|much|long|old|often|far|soon)|where|"
    r"(?:on|under|in|by) (?:which|what) \w+|(?:which|what) (?:[\w’'-]+ ){1,6}?(?:let|allow|permit|require|"
    r"oblige|entitle|make|give)s?\b|"
    r"which \w+ (?:are|is|may|can|must) (?:\w+ )?(?:made|permitted|allowed|required))",
    re.IGNORECASE,
)
_GUARDED = re.compile(
    r"n[’']t\b|\b(?:not|no|none|nor|never|nobody|nothing|cannot|forbid|forbidden|forbids|prohibit\w*|"
    r"prevent\w*|ban|bans|banned|bar|bars|"
    r"barred|exclud\w+|stop\w*|keep|keeps|deny|denied|denies|instead|impossible|unlawful|illegal|exempt\w*|"
    r"protect\w*|limit\w*|restrict\w*|too|still|unless|except|although|despite)\b",
    re.IGNORECASE,
)
"""Words of a question that itself denies, or asks what is denied."""
_OF_WHOM = re.compile(r"\b(?:that|which|who) (?:is|are|was|were|has|have|do|does) not\b", re.IGNORECASE)
"""A "not" that only says of whom a question speaks."""
_DENIED = re.compile(
    r"\b(?:(?:shall|may|must|can|will|should|could|do|does|did|is|are|was|were|has|have|had|need) not"
    r"|(?:shall|may|must|can) (?:in no case|never|no longer)|cannot|(?P<none>[Nn]o|"
    r"[Nn]either))\b\s+(?P<what>[^.;:]+)"
)
_EXCEPTION = re.compile(
    r"\b(?:unless|except|save|until|other than|otherwise|without prejudice|if|where|when|before|provided|"
    r"necessarily|merely|"
    r"in itself|by itself|alone|already|more than|less than|later than|earlier than|only)\b",
    re.IGNORECASE,
)
"""Words of a denial that is not one throughout."""
_NARROWED = re.compile(r"\b(?:only|sole|solely|exclusively|merely|alone)\b", re.IGNORECASE)
_EMPTY = re.compile(
    r"^(?:be|been|any|either|the|an?|to|for|of|also|thereby|exercise|right|eligible|entitled|permitted|"
    r"allowed|authori[sz]ed|"
    r"required|obliged|have|immediate|\w+ly)$",
    re.IGNORECASE,
)
"""Words after a "not" that do not say what is denied."""
_FIRST_WORDS = re.compile(r"\S+(?:\s+\S+){0,5}")
_JOINING = frozenset(("or", "nor", "and"))
_NEEDED = 0.6
"""Share of the question's content words that the passage must have."""
_NEEDED_NEAR = 0.5
"""Share of them that the denial itself must have."""


def contradiction(question: str, quoted: str, around: str) -> Contradiction | None:
    """Return the denied words of a question with the denial; None if there are none."""
    if not _TAKES_FOR_GRANTED.search(question) or _GUARDED.search(_OF_WHOM.sub(" ", question)):
        return None
    asked = content(question)
    for sentence in sentences_of(quoted):
        for match in _DENIED.finditer(sentence):
            denied = next((one for one in _denied(match) if _meets(one, asked)), None)
            if denied is None or _excepted(sentence, match.start(), question):
                continue
            if share(asked, sentence) >= _NEEDED_NEAR and share(asked, f"{sentence} {around}") >= _NEEDED:
                return Contradiction(_said(question, denied), _short(match[0]))
    return None


def _denied(match: re.Match[str]) -> list[str]:
    """Return the words denied: all behind "neither"; the verb after "not", the noun after "no", and what "or" joins."""
    words = WORD.findall(match["what"])
    if (match["none"] or "").lower() == "neither":
        return [word for word in words if not _EMPTY.match(word)]
    said = [k for k, word in enumerate(words) if not _EMPTY.match(word) and word.lower() not in _JOINING]
    if not said:
        return []
    joined = words[said[0] + 1 : said[0] + 3]
    return [words[said[0]], *(joined[1:] if joined and joined[0].lower() in _JOINING else ())]


def _meets(denied: str, asked: frozenset[str]) -> bool:
    return bool(asked & meanings(root(denied))) or any(root(denied) in meanings(one) for one in asked)


def _excepted(sentence: str, at: int, question: str) -> bool:
    """Tell whether a denial leaves room for what is asked."""
    if _NARROWED.search(sentence) and _NARROWED.search(question):
        return False
    said = frozenset(word.lower() for word in WORD.findall(question))
    excepted = any(match[0].split()[0].lower() not in said for match in _EXCEPTION.finditer(sentence, at))
    return excepted or _NARROWED.search(sentence) is not None


def _said(question: str, denied: str) -> str:
    """Return the question's word for what is denied."""
    known = meanings(root(denied))
    for word in WORD.findall(question):
        own = root(word)
        if own in known or root(denied) in meanings(own):
            return str(word)
    return question


def _short(denial: str) -> str:
    """Return the first words of a denial, as they are written."""
    return denial if (first := _FIRST_WORDS.match(denial)) is None else str(first[0])
