"""Numbers that a question takes for granted and the words found give otherwise.

"Why do 60 States have to ratify?" over a text that asks for 40 must not be answered as asked. The question's
numbers are compared with those the quoted words give for the same thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.stems import stem

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "fifteenth": 15, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60,
}  # fmt: skip
_MULTIPLES = {"hundred": 100, "thousand": 1000}
_TOKEN = re.compile(r"\d+(?:,\d{3})*|[a-z]+", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:articles?|arts?\.?|paragraphs?|paras?\.?|sections?|chapters?|parts?|annex(?:es)?|resolution|no\.)\s+"
    r"[\dIVXLC]+(?:\(\w+\))*|\(\w{1,3}\)",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(?:aged?|under|over)(?: the age)?(?: of)? (\d+|[a-z]+teen)\b(?! years)", re.IGNORECASE)
"""An age is a number of years, said or not."""
_CASE = re.compile(
    r"\b(?:at (?:the )?age(?: of)?|aged) (?:\d+|[a-z]+)\b|\b(?:\d+|[a-z]+)[- ]years?[- ]olds?\b",
    re.IGNORECASE,
)
"""The age of somebody in a question. It is a case to which a limit applies, and takes no limit for granted."""
_YEARS = range(1500, 2200)
"""A number in this range is taken for a year and compared with nothing."""
_BETWEEN = frozenset("of the a an more than at least other different further such its their".split())
_REACH = 3
"""Words after a number among which the thing it counts is looked for."""
_SAME = (
    frozenset(map(stem, "country state nation party member signatory government".split())),
    frozenset(map(stem, "ratification instrument".split())),
    frozenset(map(stem, "judge member".split())),
    frozenset(map(stem, "age years".split())),
)
"""Words that count the same things."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number and the stems of the words that follow it: what it counts is among them."""

    number: int
    things: frozenset[str]

    def same_thing(self, other: Counted) -> bool:
        """Tell whether both count the same kind of thing."""
        if self.things & other.things:
            return True
        return any(self.things & group and other.things & group for group in _SAME)


def counted_in(text: str) -> tuple[Counted, ...]:
    """Return the numbers of a text with what they count; years and addresses are passed over."""
    tokens = _TOKEN.findall(_AGE.sub(r"\1 years", _ADDRESS.sub(" ", text)))
    found = []
    at = 0
    while at < len(tokens):
        number, used = _number(tokens, at)
        if used and number not in _YEARS:
            following = [w.lower() for w in tokens[at + used :] if w.lower() not in _BETWEEN][:_REACH]
            found.append(Counted(number, frozenset(stem(w) for w in following if not w.isdigit())))
        at += max(used, 1)
    return tuple(found)


def contradicted(question: str, quoted: str) -> bool:
    """Tell whether a question gives a number for something for which the words found give only others."""
    given = counted_in(quoted)
    for taken in counted_in(_CASE.sub(" ", question)):
        rivals = [one for one in given if one.same_thing(taken)]
        if rivals and all(one.number != taken.number for one in given):
            return True
    return False


def _number(tokens: list[str], at: int) -> tuple[int, int]:
    """Return the number that begins at a token and how many tokens it takes; 0 tokens if none does."""
    word = tokens[at].lower()
    after = tokens[at + 1].lower() if at + 1 < len(tokens) else ""
    if word[0].isdigit():
        return int(word.replace(",", "")), 1
    if word in _TENS:
        tens = (_TENS.index(word) + 2) * 10
        return (tens + _UNITS.index(after), 2) if after in _UNITS[1:10] else (tens, 1)
    if word in _UNITS[2:]:
        count = _UNITS.index(word)
        return (count * _MULTIPLES[after], 2) if after in _MULTIPLES else (count, 1)
    return (_ORDINALS[word], 1) if word in _ORDINALS else (0, 0)
