"""Numbers, shares, periods and ages that a question takes for granted and the words found give otherwise.

The question's are compared with those that the words found give for the same thing; periods also across units:
twelve months are a year, and six months are neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.counted import SAME_COUNT
from assistant.premises.words import Contradiction
from assistant.stems import stem

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "fifteenth": 15, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "ninetieth": 90,
}  # fmt: skip
_MULTIPLES = {"hundred": 100, "thousand": 1000}
_TOKEN = re.compile(r"\d+(?:,\d{3})*|[a-z]+", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:1[5-9]|20)\d\d[-–/]\d\d\b|\b(?:articles?|arts?\.?|paragraphs?|paras?\.?|sections?|chapters?|"
    r"parts?|annex(?:es)?|resolution|no\.)\s+"
    r"[\dIVXLC]+(?:\(\w+\))*|\(\w{1,3}\)",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(?:aged?|under|over)(?: the age)?(?: of)? (\d+|[a-z]+teen)\b(?! years)", re.IGNORECASE)
"""An age is a number of years, said or not."""
_AGE_SET = re.compile(r"\b(age\b[^.,;?]{0,24}? (?:to|at|is|be)) (\d+|[a-z]+teen)\b(?! years)", re.IGNORECASE)
_CASE = re.compile(
    r"\b(?:at (?:the )?age(?: of)?|aged) (?:\d+|[a-z]+)\b|\b(?:\d+|[a-z]+)[- ]years?[- ]olds?\b",
    re.IGNORECASE,
)
"""The age of somebody in a question. It is a case to which a limit applies, and takes no limit for "
"granted."""
_YEARS = range(1500, 2200)
"""A number in this range is taken for a year and compared with nothing."""
_BETWEEN = frozenset("of the a an more than at least other different further such its their".split())
_REACH = 3
"""Words after a number among which the thing it counts is looked for."""
_SAME = (*SAME_COUNT, *(frozenset(map(stem, words.split())) for words in ("vote member", "age years")))
"""Words that count the same things."""

_NUMERAL = "|".join((r"\d+", *_UNITS[1:], *_TENS))
_PERIOD = re.compile(
    rf"\b(?P<count>an?|{_NUMERAL})[ -](?:full |calendar |working )?(?P<unit>day|week|month|year)s?\b(?! of "
    rf"age| old)",
    re.IGNORECASE,
)
_NTH_DAY = re.compile(rf"\b(?P<nth>{'|'.join(_ORDINALS)}) day\b", re.IGNORECASE)
_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0}
_NEAR = 0.04
"""Share by which two periods may differ and be the same: ninety days are three months, 52 weeks a year."""
_SHARE = re.compile(
    r"\b(?P<over>half|one[- ]half|(?:one|two|three|four)[- ](?:thirds?|fourths?|quarters?|fifths?))\b",
    re.IGNORECASE,
)
_SHARES = {"third": 3, "fourth": 4, "quarter": 4, "fifth": 5}


@dataclass(frozen=True, slots=True)
class Counted:
    """A number and the stems of the words that follow it: what it counts is among them."""

    number: int
    things: frozenset[str]
    words: str = ""

    def same_thing(self, other: Counted) -> bool:
        """Tell whether both count the same kind of thing."""
        if self.things & other.things:
            return True
        return any(self.things & group and other.things & group for group in _SAME)


def counted_in(text: str) -> tuple[Counted, ...]:
    """Return the numbers of a text with what they count; years and addresses are passed over."""
    tokens = _TOKEN.findall(_AGE.sub(r"\1 years", _AGE_SET.sub(r"\1 \2 years", _ADDRESS.sub(" ", text))))
    found = []
    at = 0
    while at < len(tokens):
        number, used = _number(tokens, at)
        if used and number not in _YEARS:
            following = [w.lower() for w in tokens[at + used :] if w.lower() not in _BETWEEN][:_REACH]
            things = frozenset(stem(w) for w in following if not w.isdigit())
            found.append(Counted(number, things, " ".join(tokens[at : at + used])))
        at += max(used, 1)
    return tuple(found)


def contradiction(question: str, quoted: str, _around: str = "") -> Contradiction | None:
    """Return a number, share or period of which the words found give only others; None if there is none."""
    asked = _CASE.sub(" ", question)
    return _other_number(asked, quoted) or _other_share(asked, quoted) or _other_period(asked, quoted)


def _other_number(asked: str, quoted: str) -> Contradiction | None:
    given = counted_in(quoted)
    for taken in counted_in(asked):
        rivals = [one for one in given if one.same_thing(taken)]
        if rivals and all(one.number != taken.number for one in given):
            return Contradiction(_written(taken, asked), _written(rivals[0], quoted))
    return None


def _written(one: Counted, text: str) -> str:
    """Return a number with the word behind it as a text writes them."""
    number = r"[\W_]+".join(map(re.escape, one.words.split()))
    match = re.search(rf"\b{number}\b(?: (?!or\b|and\b|of\b)[\w-]+)?", text)
    return match[0] if match else one.words


def _other_share(asked: str, quoted: str) -> Contradiction | None:
    given = [(_share(m["over"]), m[0]) for m in _SHARE.finditer(quoted)]
    for match in _SHARE.finditer(asked):
        if given and all(value != _share(match["over"]) for value, _ in given):
            return Contradiction(match[0], given[0][1])
    return None


def _share(words: str) -> float:
    """Return what a share in words comes to: 0.75 for ``three quarters``."""
    *count, part = re.split(r"[- ]", words.lower())
    over = _SHARES.get(part.removesuffix("s"), 2)
    return (_UNITS.index(count[0]) if count else 1) / over


def _other_period(asked: str, quoted: str) -> Contradiction | None:
    """Return a period of the question if the words found give one, and none that comes to the same."""
    given = _periods(quoted)
    for days, said in _periods(asked):
        if given and all(abs(other - days) > _NEAR * max(other, days) for other, _ in given):
            return Contradiction(said, given[0][1])
    return None


def _periods(text: str) -> list[tuple[float, str]]:
    """Return the periods of a text in days, with their words; ``the ninetieth day`` is one of ninety days."""
    found = [(_count(m["count"]) * _DAYS[m["unit"].lower()], m[0]) for m in _PERIOD.finditer(text)]
    return found + [
        (float(_ORDINALS[m["nth"].lower()]), m[0])
        for m in _NTH_DAY.finditer(text)
        if m["nth"].lower() != "first"
    ]


def _count(word: str) -> int:
    lower = word.lower()
    if lower.isdigit():
        return int(lower)
    if lower in _TENS:
        return (_TENS.index(lower) + 2) * 10
    return _UNITS.index(lower) if lower in _UNITS else 1


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
