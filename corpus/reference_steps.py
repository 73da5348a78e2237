"""Steps of a reference: a unit's word and the numbers with it, "articles 5, 7(2) and 9–11", "third paragraph".

The hard part is where a list of numbers ends. A number after a comma goes on with the list if the word before is in
the plural, or an "and" comes later; otherwise it is a paragraph ("Article 31, 3 (c)"). A count or a date is never a
number of a provision ("article 5, 30 days").
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus.numerals import ordinal
from corpus.reference_words import (
    LAST,
    MOST_LISTED,
    WITHIN,
    Token,
    Unit,
    UnitWord,
    lone_letter,
    number_at,
    place_of,
    unit_of,
    written_between,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a step with the brackets after it; ``through`` is the last number of a range."""

    number: str
    parts: tuple[str, ...] = ()
    through: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A unit's word and its numbers.

    Attributes:
        items: At least one; an annex or preamble without a number has one whose number is empty.
        start, end: Its first token, and the token after it.
        bare_article: Whether it is a number after a treaty's name, without the word "article".
        common: Whether the article is said to be common to several treaties.
    """

    unit: Unit
    kind: str
    items: tuple[Item, ...]
    start: int
    end: int
    bare_article: bool = False
    common: bool = False

    @property
    def slot(self) -> str:
        """What there can be but one of in a mention: one article, one paragraph, one part, one section."""
        return self.kind if self.unit is Unit.DIVISION else self.unit.value

    @property
    def rank(self) -> int:
        """Its place among the units within an article."""
        return WITHIN.index(self.unit) if self.unit in WITHIN else 0


_LONGEST_RANGE = 200
"""Articles from the first to the last of a range; a wider one is a slip."""
_DASHES = ("-", "–", "—")
_TO = (*_DASHES, "to", "through", "till", "until")
_AS_WELL_AS = ("as", "well", "as")
_AND = ("and", "or", "&", "/", "and/or")
_MEASURES = frozenset(
    """
    day days month months year years week weeks hour hours minute minutes metre metres mile miles nautical per percent
    % members states parties countries votes euros dollars people january february march april may june july august
    september october november december
    """.split()
)
"""After a number these make it a count or a date."""
_TREATY_WORDS = frozenset("convention treaty covenant charter statute agreement pact constitution".split())
"""After these a number with a bracket is an article: "UN Charter 2(4)"."""
_SHORTEST_ABBREVIATION = 3
_PREAMBULAR = ("preambular", "preambulatory")
_PLACED = {
    Unit.ARTICLE: None,
    Unit.PARAGRAPH: None,
    Unit.SUBPARAGRAPH: None,
    Unit.POINT: None,
    Unit.RECITAL: None,
    Unit.ANNEX: ("annex", "appendix", "schedule"),
    Unit.DIVISION: ("chapter", "section"),
}
"""Units that "the third …" may be said of, and which of their words: "the first part" is everyday speech."""
_AFTER_PLACED = frozenset(
    ["", "of", "in", "from", "to", "under", "?", ",", ".", ";", ")", "and", "or", "common"]
)
_DETERMINERS = ("the", "its", "of")


class Steps:
    """Reads steps off a question's tokens."""

    def __init__(self, found: tuple[Token, ...], abbreviations: frozenset[str]) -> None:
        self.tokens, self._abbreviations = found, abbreviations

    def low(self, at: int) -> str:
        """Return a token's text in lower case; nothing beyond the last."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def says(self, at: int, *texts: str) -> bool:
        """Tell whether the token at ``at`` is one of these."""
        return self.low(at) in texts

    def at(self, at: int) -> Step | None:
        """Return the step that begins at ``at``, or None."""
        if at >= len(self.tokens):
            return None
        if self.says(at, "common") and (step := self.at(at + 1)) and step.unit is Unit.ARTICLE:
            return replace(step, common=True, start=at)
        return self._placed(at) or self._numbered(at) or self._alone(at) or self._named(at)

    def _unit(self, at: int) -> tuple[UnitWord, int] | None:
        """Return the unit at ``at`` and the token after it; "preambular paragraph" is a recital."""
        if self.says(at, *_PREAMBULAR):
            found = self._unit(at + 1)
            if found is None or found[0].unit is not Unit.PARAGRAPH:
                return None
            return replace(found[0], unit=Unit.RECITAL, kind="recital"), found[1]
        unit = unit_of(self.tokens[at]) if at < len(self.tokens) else None
        return (unit, at + 1) if unit is not None else None

    def _placed(self, at: int) -> Step | None:
        """Read "third paragraph", "4th recital", "last article"."""
        place = place_of(self.tokens[at])
        found = self._unit(at + 1) if place is not None else None
        if place is None or found is None:
            return None
        unit, end = found
        if unit.plural or unit.unit not in _PLACED or number_at(self.tokens, end, unit.unit) is not None:
            return None
        words = _PLACED[unit.unit]
        larger = unit.unit is Unit.ARTICLE or words is not None
        if (words is not None and unit.kind not in words) or (larger and self.low(end) not in _AFTER_PLACED):
            return None
        if place == LAST and words is not None:
            return None
        return Step(unit.unit, unit.kind, (Item(place),), at, end)

    def _numbered(self, at: int) -> Step | None:
        """Read "articles 5, 7 and 9", "Annex II", "paragraph 2 (b)"."""
        found = self._unit(at)
        if found is None:
            return None
        unit, end = found
        first = self._item(end, unit)
        if first is None:
            return None
        items, end = self._list(first[0], first[1], unit)
        common = unit.unit is Unit.ARTICLE and self.says(end, "common")
        return Step(unit.unit, unit.kind, tuple(items[:MOST_LISTED]), at, end, common=common)

    def _alone(self, at: int) -> Step | None:
        """Read units that need no number: "the preamble", "the recitals", "the annex"."""
        unit = unit_of(self.tokens[at])
        if unit is None or (not unit.exact and unit.unit is not Unit.PREAMBLE):
            return None
        determined = (
            self.low(at - 1) in _DETERMINERS or self.tokens[at].text.istitle() or self.says(at + 1, ",")
        )
        recitals = unit.unit is Unit.RECITAL and unit.plural and determined
        annex = unit.unit is Unit.ANNEX and not unit.plural and (determined or self._qualified(at))
        if unit.unit is Unit.PREAMBLE or recitals:
            return Step(Unit.PREAMBLE, "preamble", (Item(""),), at, at + 1)
        return Step(Unit.ANNEX, unit.kind, (Item(""),), at, at + 1) if annex else None

    def _qualified(self, at: int) -> bool:
        return self.says(at - 1, "additional", "optional", "annexed")

    def _named(self, at: int) -> Step | None:
        """Read a number right after a treaty's name as an article: "ECHR 8(2)", "UN Charter 2(4)"."""
        token = self.tokens[at]
        known = token.low in self._abbreviations
        written = token.low in _TREATY_WORDS or (
            len(token.text) >= _SHORTEST_ABBREVIATION and token.text.isalpha() and token.text.isupper()
        )
        number = at + 1
        if not (known or written) or number >= len(self.tokens) or self.tokens[number].kind != "number":
            return None
        unit = UnitWord(Unit.ARTICLE, "article")
        first = self._item(number, unit)
        if first is None or not (known or first[0].parts):
            return None
        items, end = self._list(first[0], first[1], unit)
        return Step(Unit.ARTICLE, "article", tuple(items[:MOST_LISTED]), number, end, bare_article=True)

    # -- numbers

    def _item(self, at: int, unit: UnitWord) -> tuple[Item, int] | None:
        """Return the number at ``at`` with its brackets, and the token after; None for a count or a date."""
        number = number_at(self.tokens, at, unit.unit)
        if number is None:
            return None
        text, end = number
        parts, end = self._marks(end)
        if not parts and self.low(end) in _MEASURES:
            return None
        if not parts and self.says(end, ",") and unit.unit not in WITHIN:  # "Annex I, (b)"
            parts, after = self._marks(end + 1)
            end = after if parts else end
        if unit.unit is Unit.PARAGRAPH and lone_letter(self.tokens, end):  # "paragraph 3 a"
            parts, end = [*parts, self.tokens[end].text], end + 1
        return Item(text, tuple(parts)), end

    def _marks(self, at: int) -> tuple[list[str], int]:
        """Return the brackets from ``at`` on, and the token after them."""
        end = at
        while end < len(self.tokens) and self.tokens[end].kind in ("bracket", "half"):
            end += 1
        return [token.text for token in self.tokens[at:end]], end

    def _list(self, first: Item, at: int, unit: UnitWord) -> tuple[list[Item], int]:
        """Return the items of a list that begins with ``first``, and the token after it."""
        items, at = self._through(first, at, unit)
        closed, after_first = False, at
        while (more := self._next(at, items[-1], unit)) is not None:
            item, at, by_comma = more
            closed = closed or not by_comma
            added, at = self._through(item, at, unit)
            items += added
        several = unit.plural or closed or all(item.number == first.number for item in items)
        if several or len(items) == 1:
            return items, at
        below = items[1]
        if first.parts or first.through or unit.unit in WITHIN:
            return [first], after_first
        return [replace(first, parts=(below.number, *below.parts))], self._after_second(after_first, unit)

    def _after_second(self, at: int, unit: UnitWord) -> int:
        second = self._item(at + 1, unit)
        return second[1] if second is not None else at

    def _next(self, at: int, last: Item, unit: UnitWord) -> tuple[Item, int, bool] | None:
        """Return the next item of a list, the token after it, and whether only a comma stands before it."""
        comma = self.says(at, ",", ";")
        at += comma
        joined = 1 if self.says(at, *_AND) else 3 if self._phrase(at) == _AS_WELL_AS else 0
        at += joined
        if not comma and not joined and not (unit.plural and self._figure(at)):
            return None
        if at < len(self.tokens) and self.tokens[at].kind == "bracket" and last.parts:
            return self._bracketed(at, last, by_comma=not joined)
        if self.low(at) == "i" and not unit.plural:
            return None
        item = self._item(at, unit)
        return (*item, not joined) if item is not None else None

    def _phrase(self, at: int) -> tuple[str, ...]:
        return tuple(self.low(at + i) for i in range(len(_AS_WELL_AS)))

    def _figure(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind == "number"

    def _bracketed(self, at: int, last: Item, *, by_comma: bool) -> tuple[Item, int, bool]:
        """Return ``5(1)(b)`` for "(b)" after ``5(1)(a)``: a mark takes the place of the last of its style."""
        marks, end = self._marks(at)
        like = [i for i, part in enumerate(last.parts) if part.isdigit() == marks[0].isdigit()]
        kept = last.parts[: like[-1]] if like else last.parts
        return Item(last.number, (*kept, *marks)), end, by_comma

    def _through(self, item: Item, at: int, unit: UnitWord) -> tuple[list[Item], int]:
        """Return the items of a range that begins with ``item`` (itself alone if none does), and the token after."""
        if not self.says(at, *_TO):
            return [item], at
        after = at + 1
        if after < len(self.tokens) and self.tokens[after].kind == "bracket" and item.parts:
            last, end, _ = self._bracketed(after, item, by_comma=False)
            return _between(item, last), end
        again = self._unit(after)
        if again is not None and again[0].unit is unit.unit and not self.says(at, *_DASHES):
            after = again[1]
        last_number = self._item(after, unit)
        if last_number is None:
            return [item], at
        return self._ranged(item, *last_number, unit=unit, at=at)

    def _ranged(self, item: Item, last: Item, end: int, *, unit: UnitWord, at: int) -> tuple[list[Item], int]:
        low, high = ordinal(item.number), ordinal(last.number)
        if low is None or high is None or high > low + _LONGEST_RANGE:
            return [item], at
        if high > low:
            return [Item(item.number, through=last.number)], end
        hyphened = unit.unit is Unit.ARTICLE and not unit.plural and self.tokens[at].text == "-"
        if hyphened and not item.parts:  # "article 6-1" is paragraph 1
            return [Item(item.number, (last.number, *last.parts))], end
        return [item], at


def _between(first: Item, last: Item) -> list[Item]:
    """Write out ``5(1)`` to ``5(3)``, or ``5(a)`` to ``5(c)``; only the ends if they are not of one style."""
    if len(first.parts) != len(last.parts):
        return [first, last]
    marks = written_between(first.parts[-1], last.parts[-1])
    return [replace(first, parts=(*first.parts[:-1], mark)) for mark in marks]
