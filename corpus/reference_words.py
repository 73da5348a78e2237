"""The words of a reference: units ("article", "paragraph", "Part"), numbers in every style, and the marks between.

People type addresses in many ways and mistype them: "Art.5", "aritcle five", "arts 7–10", "§ 2". Here a question is
cut into tokens, and a token is told to be a unit or a number; ``reference_grammar`` puts them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from corpus.numerals import alpha, is_ordinal_word, roman, word
from corpus.readers.numbering import numeral

MOST_DIGITS = 3
"""Digits of an article's number; four are a year. (The longest treaties have fewer than 500 articles.)"""
MOST_LISTED = 40
"""Numbers of one list or range within an article that are read; more is no question."""
LAST = "last"
"""The number of "the last paragraph"."""


class Unit(StrEnum):
    """What a step of an address is."""

    ANNEX = "annex"
    DIVISION = "division"
    ARTICLE = "article"
    PREAMBLE = "preamble"
    RECITAL = "recital"
    PARAGRAPH = "paragraph"
    SUBPARAGRAPH = "subparagraph"
    POINT = "point"


WITHIN = (Unit.PARAGRAPH, Unit.SUBPARAGRAPH, Unit.POINT)
"""Units within an article, in the order they nest."""


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit as written.

    Attributes:
        kind: Its full word in the singular: ``article``, ``schedule``, ``part``.
        plural: Whether several numbers are announced.
        exact: Whether it is spelled right.
    """

    unit: Unit
    kind: str
    plural: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, bracketed mark (``(2)``), half bracket (``a)``) or other sign of a question.

    Attributes:
        kind: ``word``, ``number``, ``bracket``, ``half`` or ``sign``.
        text: As written; of a bracket, what stands in it.
        glued: Whether no blank stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool

    @property
    def low(self) -> str:
        """The text in lower case."""
        return self.text.lower()


_LATIN = r"(?:bis|ter|quater|quinquies|sexies|septies)\b"
_TOKEN = re.compile(
    rf"""
    \(\s*(?P<bracket>\d{{1,3}}(?:\s?{_LATIN})?|[A-Za-z]{{1,6}})\s*\)
    | (?<![\w(])(?P<half>[a-z]|\d{{1,2}})(?=\))\)
    | (?P<number>\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)*(?:[-\s]?{_LATIN}|\.[a-z](?!\w)|[A-Za-z](?!\w))?)
    | (?P<word>[^\W\d_]+(?:[-’'][^\W\d_]+)*)
    | (?P<sign>§+|¶+|\S)
    """,
    re.VERBOSE,
)
_PLURALS = {
    "articles": "article",
    "arts": "article",
    "paragraphs": "paragraph",
    "paras": "paragraph",
    "pars": "paragraph",
    "§§": "paragraph",
    "¶¶": "paragraph",
    "subparagraphs": "subparagraph",
    "subparas": "subparagraph",
    "points": "point",
    "letters": "point",
    "items": "point",
    "clauses": "point",
    "annexes": "annex",
    "appendices": "appendix",
    "schedules": "schedule",
    "protocols": "protocol",
    "parts": "part",
    "chapters": "chapter",
    "titles": "title",
    "sections": "section",
    "subsections": "subsection",
    "recitals": "recital",
}
_SINGULARS = {
    "art": "article",
    "para": "paragraph",
    "par": "paragraph",
    "§": "paragraph",
    "¶": "paragraph",
    "subpara": "subparagraph",
    "lit": "point",
    "let": "point",
    "letter": "point",
    "item": "point",
    "clause": "point",
    "indent": "point",
    "annexe": "annex",
    "chap": "chapter",
    "sec": "section",
    "sect": "section",
}
_UNITS = {
    "article": Unit.ARTICLE,
    "paragraph": Unit.PARAGRAPH,
    "subparagraph": Unit.SUBPARAGRAPH,
    "point": Unit.POINT,
    "recital": Unit.RECITAL,
    "preamble": Unit.PREAMBLE,
    **dict.fromkeys(("annex", "appendix", "schedule", "protocol"), Unit.ANNEX),
    **dict.fromkeys(("part", "chapter", "title", "section", "subsection", "book", "division"), Unit.DIVISION),
}
_MISTYPED = ("article", "paragraph", "subparagraph", "annex", "preamble", "recital")
"""Words read even with one slip of the pen. Not "chapter" ("charter"), and none so short that another word is near."""
_SHORTEST_MISTYPED = 4
_CAPITALISED = ("book", "division")
"""Units that are everyday words unless written with a capital."""
_OPEN_LETTER = frozenset("ivx")
"""Letters that, alone and in lower case, may be a Roman numeral."""
_ENDS_NUMBER = frozenset("of in under to and or does do says say".split())
"""Words after which a letter standing alone was a number: "annex a of", "article v of"."""


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a question into tokens; offsets are code points into ``text``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        glued = match.start() > 0 and not text[match.start() - 1].isspace()
        if kind == "bracket" and not _is_mark(match[kind]):
            found.append(Token("sign", "(", match.start(), match.start() + 1, glued))
            found.extend(_shifted(token, match.start() + 1) for token in tokens(match.group()[1:]))
            continue
        found.append(Token(kind, match[kind], match.start(), match.end(), glued))
    return tuple(found)


def _shifted(token: Token, by: int) -> Token:
    return Token(token.kind, token.text, token.start + by, token.end + by, token.glued)


def _is_mark(text: str) -> bool:
    """Tell whether what stands in brackets can be the mark of a paragraph or point."""
    return not text.isalpha() or alpha(text) is not None or (roman(text) is not None and not text.istitle())


def unit_of(token: Token) -> UnitWord | None:
    """Return the unit a token names, one slip of the pen forgiven; None if it names none."""
    if token.kind not in ("word", "sign"):
        return None
    low = token.low.replace("-", "")
    if low in _PLURALS:
        kind = _PLURALS[low]
        return UnitWord(_UNITS[kind], kind, plural=True)
    kind = _SINGULARS.get(low, low)
    if kind in _UNITS:
        everyday = kind in _CAPITALISED and token.text.islower()
        return None if everyday else UnitWord(_UNITS[kind], kind)
    for plain in _MISTYPED if len(low) >= _SHORTEST_MISTYPED else ():
        for written, plural in ((plain, False), (f"{plain}s", True)):
            if low[0] == written[0] and within_one_edit(low, written):
                return UnitWord(_UNITS[plain], plain, plural, exact=False)
    return None


def within_one_edit(one: str, other: str) -> bool:
    """Tell whether one letter added, left out, changed or swapped with its neighbour makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2][::-1] == other[at : at + 2] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped


def number_at(found: tuple[Token, ...], at: int, unit: Unit) -> tuple[str, int] | None:
    """Return the number that stands at ``at`` after a word for ``unit``, and where the next token is.

    Roman numerals in lower case are read where they have two letters or nothing else can be meant.
    """
    at = _past_number_sign(found, at)
    if at >= len(found):
        return None
    token = found[at]
    if token.kind == "number":
        figures = re.match(r"\d+", token.text)
        fits = figures is not None and len(figures.group()) <= MOST_DIGITS and place_of(token) is None
        if not fits:
            return None
        lettered = _letter_after(found, at)
        return (token.text + lettered, at + 2) if lettered else (_tidy(token.text), at + 1)
    if token.kind in ("bracket", "half") and unit not in (Unit.ANNEX, Unit.DIVISION):
        return token.text, at + 1
    return _word_number(found, at, unit) if token.kind == "word" else None


def place_of(token: Token) -> str | None:
    """Return the number of "third", "3rd" or "last" as figures (or ``LAST``); None if the token says no place."""
    if token.kind == "number" and re.search(r"(?:st|nd|rd|th)$", token.text):
        return re.sub(r"\D", "", token.text)
    if token.low in (LAST, "final"):
        return LAST
    return str(word(token.text)) if token.kind == "word" and is_ordinal_word(token.text) else None


def written_between(first: str, last: str) -> list[str]:
    """Write out ``2`` to ``4``, ``a`` to ``c`` or ``i`` to ``iii``; only the two if they are no such series."""
    readings = {"decimal": _figures, "alpha": alpha, "roman": roman}
    case = "upper" if first.isupper() else "lower"
    for style, value in readings.items():
        low, high = value(first), value(last)
        if low is not None and high is not None and low < high <= low + MOST_LISTED:
            name = style if style == "decimal" else f"{case}-{style}"
            return [numeral(name, number) for number in range(low, high + 1)]
    return [first, last]


def _figures(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _past_number_sign(found: tuple[Token, ...], at: int) -> int:
    """Pass over "No." or "number" before a number, and the full stop of an abbreviation."""
    if at < len(found) and found[at].text == "." and found[at].glued:
        at += 1
    if at + 1 < len(found) and found[at].low in ("no", "nos", "number", "nr"):
        at += 2 if found[at + 1].text == "." else 1
    return at


def _word_number(found: tuple[Token, ...], at: int, unit: Unit) -> tuple[str, int] | None:
    token = found[at]
    value = word(token.text)
    if value is not None and not is_ordinal_word(token.text):
        following = found[at + 1] if at + 1 < len(found) else None
        joined = word(f"{token.low}-{following.low}") if following is not None else None
        return (str(joined), at + 2) if joined is not None else (str(value), at + 1)
    letters = token.text
    if roman(letters) is not None and (letters.isupper() or (letters.islower() and len(letters) > 1)):
        return _with_latin(found, at, letters if unit in WITHIN else letters.upper())
    if len(letters) > 1:
        return None
    if letters.isupper():
        return (letters, at + 1) if letters != "A" or not _opens_name(found, at) else None
    may_be = letters in _OPEN_LETTER if unit is Unit.ARTICLE else letters.isalpha()
    if not may_be or not _closes(found, at + 1):
        return None
    return (letters if unit in WITHIN else letters.upper()), at + 1


def lone_letter(found: tuple[Token, ...], at: int) -> bool:
    """Tell whether a small letter stands at ``at`` as a mark, not as a word: "paragraph 3 a of article 5"."""
    token = found[at] if at < len(found) else None
    return token is not None and len(token.text) == 1 and token.text.islower() and _closes(found, at + 1)


def _letter_after(found: tuple[Token, ...], at: int) -> str:
    """Return the capital letter that belongs to a number though a blank parts them: "Article 1 F (b)"."""
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or len(following.text) != 1 or not following.text.isupper():
        return ""
    return following.text if found[at].text.isdigit() and _closes(found, at + 2) else ""


def _with_latin(found: tuple[Token, ...], at: int, number: str) -> tuple[str, int]:
    following = found[at + 1] if at + 1 < len(found) else None
    if following is not None and re.fullmatch(_LATIN, following.low):
        return f"{number} {following.low}", at + 2
    return number, at + 1


def _opens_name(found: tuple[Token, ...], at: int) -> bool:
    """Tell whether a capital letter is the first word of something else: "Article A Party"."""
    return at + 1 < len(found) and found[at + 1].kind == "word" and found[at + 1].low not in _ENDS_NUMBER


def _closes(found: tuple[Token, ...], at: int) -> bool:
    """Tell whether what stands at ``at`` lets a letter before it be a number."""
    if at >= len(found):
        return True
    token = found[at]
    return token.kind == "bracket" or token.text in (",", "?", ";", ")") or token.low in _ENDS_NUMBER


def _tidy(number: str) -> str:
    """Write ``8bis`` and ``8-bis`` as ``8 bis``."""
    return re.sub(rf"[-\s]*({_LATIN})", r" \1", number)
