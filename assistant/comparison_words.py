"""The words of comparing: how people ask for two treaties side by side, and what is left of a question without them.

A question is read here with a mark, ``M``, in place of each treaty's name. Patterns are about the words around the
marks only; none knows a treaty or a subject.
"""

from __future__ import annotations

import re

M = "\ue000"
"""Stands for the name of a treaty; a code point of private use, which no question has."""

_I = re.IGNORECASE
_N = rf"(?:(?:both|either|each\s+of|all\s+of)\s+)?(?:(?:the|its|their|these|those|our|my)\s+)?{M}(?:[’']s?(?=\W|$))?"
"""A name, or a list of names made one, with what stands before it."""
_IN = (
    r"(?:under|in|of|by|between|among|across|within|for|per|to|from|with|against|according\s+to|as\s+between)"
)
_ON = (
    r"(?:on|in|about|regarding|concerning|over|for|to|of|as\s+(?:regards|to)|when\s+it\s+comes\s+to|in\s+terms\s+of|"
    r"in\s+the\s+(?:field|area|matter|case)\s+of|(?:with|in)\s+(?:regards?|respect|relation)\s+(?:to|of))"
)
_AND = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s*[&/]\s*|\s+(?:and|or|as\s+well\s+as|plus)\s+(?:also\s+|then\s+)?)"

LIST = re.compile(rf"{_N}(?:{_AND}(?:{_IN}\s+)?{_N})+", _I)
"""Treaties named in a list: by what "and" or a comma joins."""
_AGAINST_ITS = re.compile(rf"\b(?:with|from|to|than)\s+(?:the\s+)?{M}[’']s?\s+\w+", _I)
"""What another treaty's rules are set against: "… with X's definitions"."""
_POSSESSIVE = re.compile(rf"(?:the\s+)?{M}[’']s?\s+(?=\w)", _I)
"""A name that owns what follows: "the rules of X" as "X's rules"."""
_AGAINST = re.compile(
    rf"{_N}(?:\s*,\s*|\s+)(?:(?:versus|vs\.?|v\.?|unlike|(?:as\s+)?(?:compared|opposed)\s+(?:with|to)|in\s+(?:comparison|contrast)\s+(?:with|to)|"
    rf"(?:and|but)\s+not|(?:rather\s+)?than|(?:just\s+)?as)\s+)(?:(?:that|those)\s+)?(?:{_IN}\s+)?{_N}(?:\s+do(?:es)?\b)?",
    _I,
)
"""Two treaties set against one another."""

COMPARES = re.compile(
    rf"\bdiffer(?:s|ed|ent|ently|ences?)?\b|\bdistin(?:guish\w*|ctions?)\b|\bcompar(?:e[sd]?|ing|isons?)\b|\bcontrast(?:s|ed|ing)?\b|"
    rf"\b(?:versus|vs|v)\b|\bin\s+common\b|\bsimilar(?:ly|ity|ities)?\b|\bthe\s+same\b|\balike\b|\bidentical\b|\bequivalent\b|\boverlap|\bboth\b|\bdiverge\w*|"
    rf"\brespective(?:ly)?\b|\b(?:than|unlike|like|whereas|while|beyond)\s+(?:\w+\s+){{0,3}}{M}|\b(?:but|and)\s+not\s+(?:\w+\s+){{0,2}}{M}|"
    rf"\bapart\b|\bside\s+by\s+side\b|\b(?:and|but)\s+(?:what|how)\s+(?:do|does|is|are|about|of)\b[^?]*{M}|\bas\s+{_N}\s+does\b",
    _I,
)
"""Words that compare."""
SETS_APART = re.compile(
    r"\bdiffer(?:s|ent|ently|ences?)?\b|\bcompar(?:e|ed|ing|isons?)\b|\bcontrast\b|\bversus\b|\bvs\b|\bsimilarit(?:y|ies)\b|\bapart\b",
    _I,
)
"""Words that compare and can mean nothing else."""
RELATES = re.compile(
    rf"\brelat(?:ion|ions|ionship)\s+(?:between|of|with)\b|\brelate\s+to\s+(?:{_N}|each|one)|\binter(?:act|play)|\bprevail|\bsupersed|"
    rf"\bprecedence\b|\bpriority\s+over\b|\bconflicts?\s+(?:between|with)\b|\bin\s+conflict\b|{M}\s+(?:conflict|relate|fit|work)\b|"
    rf"\bpart(?:y|ies)\s+to\s+{_N}|\blink(?:s|ed)?\s+(?:between|to)\b|\bconnect|\breplaced?\b|"
    rf"\b(?:ratif|sign|acced)\w*\s+(?:to\s+)?{_N}",
    _I,
)
"""Words that ask how treaties stand to one another, or who is bound by them."""
SAYS = re.compile(rf"\b(?:what|how)\s+(?:do|does|is|are)\b[^?]*{M}|\bdo\s+{_N}", _I)
"""A question of what treaties say."""

_RULING = (
    "defin requir prohibit ban forbid allow permit protect guarantee recogni[sz] criminali[sz] establish creat set "
    "impos oblig grant limit restrict contain includ giv let mak punish demand exclud exempt entitl outlaw penali[sz] "
    "authori[sz] safeguard secur ensur"
)
RULING = re.compile(rf"(?:(?:{'|'.join(_RULING.split())})(?:e|es|s)?|call\s+for|have|has)\s", _I)
"""A verb that says what a treaty rules, at the beginning of a topic."""

_DIFFER = r"(?:differ(?:ent)?|compare|contrast|diverge|vary|overlap|coincide|part\s+ways)"
_SPEAK = (
    r"(?:mention|deal\s+with|regulate|cover|address|treat|discuss|speak\s+of|provide\s+for|govern|handle|approach|refer\s+to|"
    r"contain\s+(?:provisions?|rules?|an?\s+article)\s+on)s?"
)
_DIFFERENCE = r"(?:differences?|similarit(?:y|ies)|contrasts?|comparison|distinctions?)"
_STRICT = r"(?:stricter|broader|wider|narrower|stronger|weaker|tougher|milder|further|farther|(?:more|less)\s+strict)"
_SECOND_CLAUSE = (
    rf"[,;.?]?\s*(?:(?:and|but|while|whereas)\s+)?(?:what|how)\s+(?:do|does|is|are|about|of)\s+(?:it\s+)?(?:{_IN}\s+)?{_N}"
    r"(?:\s+(?:say|do|provide|(?:treat|handle|regulate)\s+it))?(?:\s+(?:about|on|with)\s+(?:it|that|this))?\s*$"
)
_HOW_THEY_DIFFER = (
    r"\b(?:(?:how|where|(?:in|to)\s+(?:what|which)\s+(?:ways?|respects?|extent))\s+)?(?:(?:do|does|did|is|are)\s+)?"
    rf"{_N}\s+(?:\w+ly\s+)?{_DIFFER}\b(?:\s+from\s+(?:each|one)\s+(?:other|another))?(?:\s+(?:from|with|to|and|against)\s+{_N})?"
)
_THE_DIFFERENCE = (
    r"\b(?:what(?:[’']?s|\s+is|\s+are)\s+|(?:is|are)\s+there\s+)?(?:an?\s+|the\s+|any\s+)?(?:(?!the\b)\w+\s+)?"
    rf"{_DIFFERENCE}(?:\s+and\s+{_DIFFERENCE})?\s+between\s+{_N}(?:\s+and\s+{_N})?"
)
_WHAT_THEY_SAY = (
    rf"\bwhat\s+(?:(?:do|does|did|have|has)\s+)?{_N}\s+(?:(?:each|both|all|respectively)\s+)*"
    r"(?:(?:say|provide|state|stipulate|lay\s+down|rule)s?\b|(?:have\s+)?to\s+say\b|(?:have\s+)?in\s+common\b)"
)
_FRAMES = tuple(
    (re.compile(pattern, _I), instead)
    for pattern, instead in (
        (r"[.;?]\s*how\s+do\s+they\s+(?:differ|compare)\W*$", ""),
        (_SECOND_CLAUSE, ""),
        (_HOW_THEY_DIFFER, ""),
        (
            rf"^(?:compare|contrast)(?:\s+and\s+contrast)?\s+(?:how\s+)?{_N}(?:\s+(?:with|to|and|against)\s+{_N})?",
            "",
        ),
        (_THE_DIFFERENCE, ""),
        (_WHAT_THEY_SAY, ""),
        (rf"\bwhat\s+sets\s+{_N}\s+apart(?:\s+from\s+{_N})?", ""),
        (
            rf"\b(?:how\s+(?:much\s+)?)?(?:does|do|is|are)\s+{_N}\s+(?:go(?:es)?\s+)?(?:any\s+)?(?:{_STRICT}\s+than|beyond)\s+{_N}",
            "",
        ),
        (rf"\b(?:with|to|and|from|than|as)\s+(?:that|those|the\s+ones?|what\s+is)\s+{_IN}\s+{_N}", ""),
        (rf"\bdiffers?\s+(?:{_IN}\s+)?{_N}(?:\s+(?:and|from|to)\s+{_N})?", "differ"),
        (rf"^(?:(?:under|in|by)\s+)?(?:which|what)\s+(?:one\s+)?of\s+{_N}", ""),
        (rf"^(?:which|what)\s+(?:(?:one|treaty|convention)\s+)?(?:is|has|goes)\s+(?:the\s+)?{_STRICT}\b", ""),
        (rf"^{_N}\s+(?:both\s+|each\s+)?{_SPEAK}\s+", ""),
        (rf"\b(?:do|does)\s+{_N}", "do they"),
        (rf"\b(?:is|are)\s+{_N}", "are they"),
        (rf"\b(?:have|has)\s+{_N}", "have they"),
        (rf"\b(did|can|could|must|may|shall|should|will)\s+{_N}", r"\1 they"),
        (rf",?\s*(?:\b(?:{_IN}|than|unlike|like|as|and|or|while|whereas)\s+)?{_N}\s*[,:]?", " "),
    )
)
"""Parts of a question that say only what is compared, and what stays in their place; tried in this order."""
_OPENING = re.compile(
    r"^\s*(?:(?:please|hi|hello|hey|so|and|now)\b[\s,]*)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:tell|show|give)\s+(?:me|us)\s+|explain\s+(?:to\s+(?:me|us)\s+)?|set\s+out\s+|describe\s+|"
    r"I(?:[’']d|\s+would)?\s+(?:want|like|need)\s+(?:to\s+(?:know|see)\s+)?)?(?:please\s+)?",
    _I,
)
"""Politeness before a question."""
_COMPARING = re.compile(
    r"\b(?:both|respectively|similarly|alike|differently|each|differ|(?:in\s+)?the\s+same\s+way|the\s+same|side\s+by\s+side|"
    rf"in\s+comparison|compared|comparatively|different|identical(?:\s+to)?|equivalent(?:\s+to)?|"
    rf"{_STRICT}(?=\s+(?:rules?|on|about|provisions?))|(?:more|better|fewer)(?=\s+(?:rules|provisions)))\b",
    _I,
)
"""Words of comparing that may stand anywhere."""
_BARE_LEAD = re.compile(
    rf"^(?:(?:(?:in|to)\s+)?(?:what|which)\s+(?:ways?|respects?|extent)\s+(?:do|does|is|are)|how\s+(?:do|does|is|are)|is|are|do|does|"
    rf"what(?:[’']s|\s+is|\s+are)(?:\s+the)?(?:\s+\w+)?\s+{_DIFFERENCE}|what\s+is\s+said|which\s+one|"
    rf"(?:an?\s+|the\s+)?(?:{_DIFFERENCE}|(?:comparative\s+)?table|overview)(?:\s+(?:of|comparing|between)\b)?|"
    r"compare|contrast|comparing|summari[sz]e|quote|list|outline)\s+(?!they\b)",
    _I,
)
"""What is left in front once the comparison itself has gone; not where something is asked of "they"."""
_LEFT_BEHIND = re.compile(
    r"\s+(?:handled|treated|regulated|dealt\s+with|addressed|governed|covered|longer|shorter|higher|lower|compare|differ|do|does)$",
    _I,
)
"""What is left behind of "is X regulated" or "does X cover it like Y does"."""
_ABOUT = re.compile(
    rf"^\W*(?:{_ON}\s+)?(?:(?:their|its)\s+(?:rules?|provisions?)\s+(?:on|about)\s+|"
    r"(?:(?:their|its|the)\s+)?(?:treatment|approach(?:es)?|handling|attitudes?|positions?|stance)\s+(?:of|to|on|towards?)\s+|"
    rf"how\s+(?:they\s+)?{_SPEAK}\s+|the\s+(?:subject|question|issue|topic)\s+of\s+)?",
    _I,
)
_IS_QUESTION = re.compile(
    r"(?:how|what|which|who|whom|whose|when|where|why|whether|within\s+what|do|does|is|are|can|may|must|shall|should|will|(?:has|have)\s+they)\b",
    _I,
)
_THIRD_PERSON = re.compile(r"^(?P<verb>\w+(?:sh|ch|ss)(?=es\b)|(?!has\b)\w+(?=s\b))e?s\b", _I)
_THEY = re.compile(
    rf"^(?:how\s+)?do\s+they\s+(?:also\s+|each\s+)?(?:{_SPEAK}\s+(?P<of>.+)|(?P<rule>.+))$", _I
)
"""What is asked of "they": of what they speak, or what they rule."""
_EDGE = r"(?:and|or|on|about|of|in|under|to|with|from|between|by|for|than|but|as|while|whereas)"
_EDGES = re.compile(
    rf"^(?:[\W_]|{_EDGE}\b)+|(?:[\s,;:.?!–—-]|\b(?:and|or|between|than|but|while|whereas)\b|(?<=\s)(?:in|of|is|are)$)+$",
    _I,
)


def plain(question: str) -> str:
    """Return a question without its politeness and its closing mark."""
    return _OPENING.sub("", question.strip().rstrip("?!. ")).strip()


def topic_in(marked: str) -> str:
    """Return what is left of a question without the treaties and the words of comparing; empty if nothing is.

    Args:
        marked: The question with ``M`` for each name.
    """
    text = LIST.sub(_one, plain(marked))
    text = _POSSESSIVE.sub("the ", _AGAINST_ITS.sub("", _AGAINST.sub(M, text)))
    for pattern, instead in _FRAMES:
        text = pattern.sub(instead, text)
    compared = _COMPARING.sub(" ", text)
    text = " ".join(compared.split())
    if compared != text or text != plain(marked):
        text = _LEFT_BEHIND.sub("", _BARE_LEAD.sub("", text))
    return trimmed(_without_they(text))


def _one(names: re.Match[str]) -> str:
    """Return one mark for a list, a possessive one if its last name is."""
    return f"{M}’s" if names.group().endswith(("’s", "'s")) else M


def _without_they(text: str) -> str:
    """Return "do they allow appeals" as "allow appeals" and "do they cover costs" as "costs"."""
    asked = _THEY.match(text)
    if asked is None:
        return text
    return asked["of"] or (asked["rule"] if RULING.match(asked["rule"]) else text)


def is_question(topic: str) -> bool:
    """Tell whether a topic is a question of its own, not a subject."""
    return _IS_QUESTION.match(topic) is not None


def question_on(topic: str) -> str:
    """Return the question that a topic is asked with: itself if it is one, else one about it."""
    if is_question(topic):
        return f"{topic[:1].upper()}{topic[1:]}?"
    if RULING.match(topic):
        verb_first = re.sub("^has ", "have ", _THIRD_PERSON.sub(lambda match: match["verb"], topic))
        return f"Does it {verb_first}?"
    return f"What does it say about {topic}?"


def trimmed(text: str) -> str:
    """Return a topic without punctuation, prepositions and conjunctions at its edges."""
    text = _EDGES.sub("", _ABOUT.sub("", text.strip()))
    return re.sub(r"\s+([,;:.?!])", r"\1", " ".join(text.split())).strip(" ,;:.?!")
