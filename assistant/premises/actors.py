"""The body or role that a question lets act, where the words found let another one do the same.

"Must the Council approve the budget?" over a text in which the Assembly does. Bodies are capitalised names of organs,
roles the States and Parties told apart by a word before them (flag State, requested Party). Both are read from the
question and the sentence alike. Question and sentence must have the verb in common and the actor stand in the same
place to it: before it, behind "by", or behind the same preposition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.premises.words import WORD, Contradiction, content, meanings, root, sentences_of, share

_ORGAN = (
    r"(?:Assembly|Council|Court|Committee|Commission|Secretariat|Secretary[- ]General|Director[- ]General|"
    r"Tribunal|Conference|"
    r"Organi[sz]ation|Authority|Board|Bureau|Bank|Agency|Parliament|Depositary|President|Chamber|"
    r"Commissioner|Meeting|Government)"
)
_BODY = re.compile(
    rf"\b(?!(?:The|An?|Each|Every|Any|No|Such|This) )(?:[A-Z][\w’'&-]+ (?:(?:and|of|of the|on|for) )?){{0,5}}{_ORGAN}\b"
    r"(?: (?:of|for|on)(?: the)? [A-Z]\w+(?:(?: of(?: the)?| and)? [A-Z]\w+)*)?"
)
_ROLE = re.compile(
    r"\b(?P<role>flag|coastal|port|host|home|third|transit|occupying|protecting|detaining|administering|"
    r"depositary|negotiating|"
    r"re[a-z]+ing|re[a-z]+ed|inspecting|sending|providing|transferring|extraditing|sentencing|prosecuting|"
    r"custodial|supplying|"
    r"importing|exporting|notifying|notified|inviting|nuclear-weapon|non-nuclear-weapon) (?:States?|"
    r"Part(?:y|ies))(?: Part(?:y|ies))?\b"
)
_OFFICE = re.compile(
    r"\b(?:depositary|secretariat|secretary-general|arbitral tribunal|conciliation commission)\b"
)
_NO_ROLE = frozenset(
    "remaining relevant related regarding recognized recognised resulting respecting regulating".split()
)
_ACTOR = re.compile(f"(?:{_BODY.pattern})|(?:{_ROLE.pattern})|(?:{_OFFICE.pattern})")
_BARE = frozenset("the a an of for on and each every any".split())
_ASKED_TO_ACT = re.compile(
    r"\b(?:must|may|can|shall|should|does|do|did|will|could|would|has to|have to)\s+(?:the |an? |every |"
    r"each |any )?(?:UN |EU )?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\b(?P<word>by|with|to)\s+(?:the |an? )?(?:UN |EU )?$", re.IGNORECASE)
_ACTS = re.compile(
    r"^(?:,[^,]*,|\s*\([^)]*\))?\s+(?:also |then |thereupon )?(?:shall|may|must|will|can|should|has|have|"
    r"had|[a-z]+(?:s|ed))\b"
)
_MODAL = re.compile(r"^(?:,[^,]*,|\s*\([^)]*\))?\s+(?:shall|may|must|will)\b")
_NEEDED = 0.6
"""Share of the question's content words, its actor left out, that the sentence must have."""
_REACH = 60
"""Characters between a verb and its preposition."""


@dataclass(frozen=True, slots=True)
class _Act:
    """An actor of the question: what it does, and the word before it (empty if it stands before its verb)."""

    actor: str
    verb: str
    behind: str


def contradiction(question: str, quoted: str, around: str) -> Contradiction | None:
    """Return the actor of a question and the other one that the words found let do the same; None if none."""
    for act in _acts(question):
        if _spoken_of(act, quoted, around):
            continue
        wanted = content(question.replace(act.actor, " "))
        for sentence in sentences_of(quoted):
            found = _doer(sentence, act)
            if found is not None and share(wanted, f"{sentence} {around}") >= _NEEDED:
                return Contradiction(act.actor, found)
    return None


def _acts(question: str) -> list[_Act]:
    found = []
    for match in _ACTOR.finditer(question):
        before, after = question[: match.start()], question[match.end() :]
        if _general(match):
            continue
        behind = _BEHIND.search(before)
        words = [w for w in WORD.findall(after) if not w.lower().endswith("ly")]
        if _ASKED_TO_ACT.search(before) and words and words[0].islower():
            found.append(_Act(match[0], words[0], ""))
        elif behind:
            verbs = [w for w in WORD.findall(before[: behind.start()]) if w.islower()]
            if verbs:
                found.append(_Act(match[0], verbs[-1], behind["word"].lower()))
    return found


def _doer(sentence: str, act: _Act) -> str | None:
    """Return the actor of a sentence that stands to the verb as the question's does."""
    verbs = meanings(root(act.verb))
    for verb in WORD.finditer(sentence):
        if root(verb[0]) not in verbs:
            continue
        found = (
            _before(sentence, verb) or _behind(sentence, verb, "by")
            if act.behind in ("", "by")
            else _behind(sentence, verb, act.behind)
        )
        if found and not _same(found, act.actor):
            return found
    return None


def _before(sentence: str, verb: re.Match[str]) -> str | None:
    """Return the actor nearest before a verb that a modal divides from it."""
    nearest = None
    for match in _ACTOR.finditer(sentence[: verb.start()]):
        between = sentence[match.end() : verb.start()]
        if not _general(match) and (_MODAL.match(between) or between.isspace()):
            nearest = match[0]
    return nearest


def _behind(sentence: str, verb: re.Match[str], word: str) -> str | None:
    """Return the actor that stands behind a verb and a preposition."""
    after = sentence[verb.end() : verb.end() + _REACH + 60]
    match = re.match(rf"[^,;.]{{0,{_REACH}}}?\b{word}\s+(?:the |an? )?", after)
    if match is None:
        return None
    actor = _ACTOR.match(after, match.end())
    return actor[0] if actor and not _general(actor) else None


def _general(match: re.Match[str]) -> bool:
    return match["role"] in _NO_ROLE


def _is_body(actor: str) -> bool:
    return _ROLE.fullmatch(actor) is None


def _words(actor: str) -> frozenset[str]:
    spelt = re.sub(r"\bUN\b", "United Nations", actor).lower().replace("-", " ")
    return frozenset(root(re.sub(r"[’']s$", "", w)) for w in WORD.findall(spelt) if w not in _BARE)


def _same(one: str, other: str) -> bool:
    """Tell whether two actors may be one: the words of one are among the other's."""
    if not _is_body(one):
        return one.split(maxsplit=1)[0].lower() == other.split(maxsplit=1)[0].lower()
    return _words(one) <= _words(other) or _words(other) <= _words(one)


def _spoken_of(act: _Act, quoted: str, around: str) -> bool:
    """Tell whether the passage speaks of a body at all, or lets a role act in the same way."""
    if _is_body(act.actor):
        return any(_same(match[0], act.actor) for match in _full_names(f"{quoted} {around}"))
    acting = (match for match in _ACTOR.finditer(quoted) if _ACTS.match(quoted[match.end() :]))
    if any(_same(match[0], act.actor) for match in acting):
        return True
    verbs = meanings(root(act.verb))
    return any(
        (before := _before(sentence, verb)) is not None and _same(before, act.actor)
        for sentence in sentences_of(around)
        for verb in WORD.finditer(sentence)
        if root(verb[0]) in verbs
    )


def _full_names(text: str) -> list[re.Match[str]]:
    """Return the actors of a text without the bare "the Council" that stands for a name holding the word."""
    found = [(match, _words(match[0])) for match in _ACTOR.finditer(text)]
    return [match for match, words in found if len(words) > 1 or not any(words < other for _, other in found)]
