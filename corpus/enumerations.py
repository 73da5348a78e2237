"""A unit's word and its numbers as prose lists them: "paragraphs 1, 2 (a) and 3", "articles 5 to 7", "this Part".

``crossrefs`` puts such components together to addresses. Here one is read: which numbers belong to the list and
which are counts or dates ("article 5, 30 days after"), what a letter alone stands under ("1 (a) (i) and (b)"), and
what is told by its place instead of a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.numerals import roman, word


class Unit(StrEnum):
    """What a step of an address is, in the order in which addresses nest."""

    ANNEX = "annex"
    DIVISION = "division"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    POINT = "point"


THIS, THAT, BEFORE, AFTER = "this", "that", "preceding", "following"
"""Numbers of steps that are told by their place: this article, that article, the preceding, the following one."""
PLACED = (THIS, THAT, BEFORE, AFTER)
ONLY = "the"
"""Number of "the Annex" of a treaty that has one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an address: ``article 35``, ``paragraph 2``, ``point b``.

    Attributes:
        kind: The word used, in the singular and in lower case: ``part``, ``section``, ``schedule``.
        number: As written, without brackets; or one of ``PLACED``, or ``ONLY``.
    """

    unit: Unit
    kind: str
    number: str


ORDER = list(Unit)
_WORDS = {
    Unit.ARTICLE: r"articles?|arts?\.",
    Unit.PARAGRAPH: r"paragraphs?|paras?\.?",
    Unit.POINT: r"sub-?\s?paragraphs?|sub-?points?|points?|clauses?|items?|letters?",
    Unit.ANNEX: r"annex(?:es)?|appendix|appendices|schedules?",
    Unit.DIVISION: r"sub-?sections?|sections?|parts?|titles?|chapters?",
}
_ANY = "|".join(f"(?P<{unit.value}>{words})" for unit, words in _WORDS.items())
_SINGULAR = re.compile(
    r"article|paragraph|sub-?\s?paragraph|clause|annex|appendix|schedule|sub-?section|section|part|title|chapter",
    re.IGNORECASE,
)
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_LONE = r"the(?=\s+(?:annex|appendix|schedule)\b(?!\s+(?-i:[IVXLC]+\b|\d|[A-Z]\b)))"
"""Before an annex without a number."""
OPENS = re.compile(
    rf"\b(?:(?:this|the\s+present|the\s+same|the\s+said|the\s+(?:immediately\s+)?"
    rf"(?:preceding|foregoing|previous|following|next|{_ORDINALS})|{_LONE})\s+)?"
    rf"(?:{'|'.join(_WORDS.values())})(?![\w-])",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"(?:{_ANY})(?![\w-])\s*", re.IGNORECASE)
_PLACE = re.compile(
    rf"(?:(?P<this>this|the\s+present)|(?P<that>that|the\s+same|the\s+said)"
    rf"|the\s+(?:immediately\s+)?(?:(?P<preceding>preceding|foregoing|previous)|(?P<following>following|next))"
    rf"|the\s+(?P<nth>{_ORDINALS})|(?P<the>{_LONE}))\s+(?:{_ANY})(?![\w-])",
    re.IGNORECASE,
)

_ROMAN_MARK = r"[ivxl]{1,5}"
_BRACKETED = rf"\((?:[a-z]{{1,2}}|{_ROMAN_MARK}|\d{{1,2}}|[A-Z])\)"
_HALF = rf"(?:[a-z]{{1,2}}|{_ROMAN_MARK})\)(?!\w)"
_INNER = rf"(?:\s?{_BRACKETED}|(?<=[\d)])\s?{_HALF}|\.(?:[a-z]|{_ROMAN_MARK})\b(?!\.\w)(?:\.(?=\s[a-z]))?)"
_DIGITS = r"\d{1,3}(?!\d|\.\d|(?:st|nd|rd|th)\b)(?:\s?(?:bis|ter|quater|quinquies|sexies)\b|[A-Z](?![\w’']))?"
_ROMAN = r"[IVXLC]+(?![\w’'])"
_CAPITAL = r"[A-Z](?![\w’'.])"
_SMALL = (
    rf"[a-z](?=\.{_ROMAN_MARK}\b|\s*[,;:)]|\s+(?:above|below|of|and|or|to)\b|\.(?:\s|$))|[ivx]{{2,4}}(?!\w)"
)
"""A letter without brackets is a number only where a sentence would not go on with it as a word."""
_L_FOR_ONE = r"l(?=[\s(,])"
"""Published scans print the letter for the figure."""
_NUMBERS = {
    Unit.ARTICLE: rf"{_DIGITS}|{_ROMAN}|{_L_FOR_ONE}",
    Unit.PARAGRAPH: rf"{_DIGITS}|{_BRACKETED}|{_L_FOR_ONE}|{_HALF}|{_SMALL}",
    Unit.POINT: rf"{_BRACKETED}|{_HALF}|{_SMALL}",
    Unit.ANNEX: rf"{_ROMAN}|\d{{1,2}}(?!\d)|{_CAPITAL}|{_L_FOR_ONE}",
    Unit.DIVISION: rf"{_ROMAN}|\d{{1,2}}(?!\d|\.\d)|{_CAPITAL}|{_L_FOR_ONE}",
}
_COUNTS = (
    r"\s+(?:days?|months?|years?|weeks?|hours?|metres?|miles?|nautical|per\s?cent|members|States|votes"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b|\s?%"
)
"""After a number of a list these make it a count or a date, and no number of a provision."""
_ITEM = {
    unit: re.compile(rf"(?P<number>{number})(?P<inner>{_INNER}*)(?!{_COUNTS})")
    for unit, number in _NUMBERS.items()
}
_INNER_ITEM = re.compile(rf"(?P<number>{_BRACKETED}|{_HALF})(?P<inner>{_INNER}*)")
AND = re.compile(r"\s*,?\s+(?:and/or|and|or|as\s+well\s+as)\s+(?:in\s+|of\s+|to\s+)?|\s*,\s*")
_TO = re.compile(r"\s+(?:to|through)\s+|\s*[-–—]\s*", re.IGNORECASE)
_MARK = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Item:
    """A number with the brackets after it.

    Attributes:
        parts: The number and what the brackets say: ``("1", "a", "i")``.
        lettered: The list is one of letters: "(a) and (b)", not "1 (a) and 2".
        through: The last number, if it is the first of a range.
    """

    start: int
    end: int
    parts: tuple[str, ...]
    lettered: bool
    through: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A unit's word and its numbers: ``paragraphs 1, 2 (a) and 3``."""

    unit: Unit
    kind: str
    plural: bool
    start: int
    items: tuple[Item, ...]

    @property
    def end(self) -> int:
        """Where its last number ends."""
        return self.items[-1].end

    @property
    def placed(self) -> bool:
        """Tell whether it is told by its place: this article."""
        return self.items[0].parts[0] in PLACED

    def within(self, other: Component) -> bool:
        """Tell whether an address may go down from ``other`` to this."""
        if self.unit is Unit.DIVISION and other.unit is Unit.DIVISION:
            return self.kind != other.kind
        return ORDER.index(self.unit) > ORDER.index(other.unit)

    def steps(self, item: Item) -> tuple[Step, ...]:
        """Return the steps of one number and of the brackets after it."""
        made = [Step(self.unit, self.kind, item.parts[0])]
        for part in item.parts[1:]:
            unit = (
                Unit.PARAGRAPH if self.unit is Unit.ARTICLE and len(made) == 1 and part != "l" else Unit.POINT
            )
            made.append(Step(unit, unit.value, part))
        return tuple(made)


def component_at(text: str, at: int, end: int, upper: Component | None = None) -> Component | None:
    """Return the component that begins at ``at``, or None if none does.

    Args:
        text: The document's canonical text.
        at: Where it must begin.
        end: Where reading stops.
        upper: The component it stands below, which may go on after it.
    """
    placed = _PLACE.match(text, at, end)
    if placed is not None:
        return _placed(placed)
    opened = _UNIT.match(text, at, end)
    if opened is None:
        return None
    unit, said = Unit(opened.lastgroup or ""), opened.group().strip().lower()
    plural = said.endswith(("s", "appendices"))
    one = upper is not None and upper.plural and not plural  # "articles 5, paragraph 1, and 7": article 7
    items = items_at(text, opened.end(), end, unit, one=one)
    return Component(unit, _kind(said), plural, at, tuple(items)) if items else None


def _placed(match: re.Match[str]) -> Component | None:
    """Return "this article", "the preceding paragraph", "the second paragraph"; several at once name no place."""
    unit = next(unit for unit in Unit if match[unit.value])
    nth = word(match["nth"]) if match["nth"] else None
    if not _SINGULAR.fullmatch(match[unit.value]) or (nth is not None and unit is not Unit.PARAGRAPH):
        return None
    number = str(nth) if nth is not None else next(place for place in (*PLACED, ONLY) if match[place])
    item = Item(match.start(), match.end(), (number,), lettered=False)
    return Component(unit, _kind(match[unit.value]), plural=False, start=match.start(), items=(item,))


def _kind(said: str) -> str:
    """Return a unit's word in the singular: ``Annexes`` is ``annex``."""
    lower = re.sub(r"[\s.-]", "", said.lower())
    return {"annexes": "annex", "appendices": "appendix"}.get(lower) or lower.removesuffix("s")


def items_at(text: str, at: int, end: int, unit: Unit, *, one: bool = False) -> list[Item]:
    """Return the numbers of a list; of ``one``, only the letters that go on within its first number."""
    first = _ITEM[unit].match(text, at, end)
    if first is None:
        return []
    items = [_item(first, None, unit)]
    while True:
        upto = _TO.match(text, items[-1].end, end) if not items[-1].through else None
        last = _next(text, upto.end(), end, unit, one=one) if upto else None
        if last is not None:
            items[-1] = replace(items[-1], end=last.end(), through=last.group())
            continue
        gap = AND.match(text, items[-1].end, end)
        following = _next(text, gap.end(), end, unit, one=one) if gap else None
        if following is None:
            return items
        items.append(_item(following, items[-1], unit))


def _next(text: str, at: int, end: int, unit: Unit, *, one: bool) -> re.Match[str] | None:
    return (None if one else _ITEM[unit].match(text, at, end)) or _INNER_ITEM.match(text, at, end)


def _item(match: re.Match[str], before: Item | None, unit: Unit) -> Item:
    """Return a number of a list; a letter alone goes on within the number before: "1 (a) and (b)"."""
    number = match["number"]
    lettered = number.endswith(")") or (unit in (Unit.PARAGRAPH, Unit.POINT) and number[0].islower())
    parts = (_number(number), *_MARK.findall(match["inner"]))
    if before is not None and lettered:
        parts = (*_kept(before, parts[0]), *parts)
        lettered = before.lettered
    return Item(match.start(), match.end(), parts, lettered)


def _kept(before: Item, mark: str) -> tuple[str, ...]:
    """Return what a letter alone still stands under: after "1 (a) (i)", "(b)" under 1 and "(ii)" under 1 (a)."""
    least = 0 if before.lettered else 1
    marks = before.parts[least:]
    for place in range(len(before.parts) - 1, least - 1, -1):
        if _style(before.parts[place], marks) == _style(mark, marks):
            return before.parts[:place]
    return before.parts


def _style(mark: str, beside: tuple[str, ...]) -> str:
    if mark.isdigit():
        return "digit"
    counted = any(roman(other) and len(other) > 1 for other in (mark, *beside))
    if roman(mark) and (mark == "i" or (counted and set(mark) <= set("ivx"))):
        return "roman"
    return "capital" if mark.isupper() else "letter"


def _number(said: str) -> str:
    return "1" if said == "l" else " ".join(said.strip("()").split())
