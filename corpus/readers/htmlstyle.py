"""The little of CSS that decides what a reader of a page sees: what is hidden, and the numbers that are drawn.

Selectors of tags, classes and ids with descendant and child combinators are understood; others, and rules for
print or narrow screens, are passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.readers.numbering import numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_LONGEST = 500_000
"""Characters of style sheets looked at."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<marks>(?:[.#][\w-]+)*)(?P<before>::?before)?")
_MARK = re.compile(r"([.#])([\w-]+)")
_COMBINED = re.compile(r"\s*>\s*|\s+")
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*$", re.IGNORECASE)
_PROPERTIES = frozenset(
    "display visibility list-style list-style-type counter-reset counter-increment content text-align".split()
)
_CONTENT = re.compile(
    r"""counters?\(\s*([\w-]+)(?:\s*,\s*["'][^"']*["'])?(?:\s*,\s*([\w-]+))?\s*\)|"([^"]*)"|'([^']*)'"""
)
_COUNTER = re.compile(r"(-?[a-zA-Z_][\w-]*)(?:\s+(-?\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str
    classes: frozenset[str]
    id: str
    child: bool
    """Whether it must be the parent, not any ancestor, of what follows it."""

    def fits(self, element: Element) -> bool:
        return (
            self.tag in {"", "*", element.tag}
            and self.classes <= set((element.get("class") or "").split())
            and (not self.id or self.id == element.get("id"))
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    compounds: tuple[_Compound, ...]
    before: bool
    declarations: dict[str, str]
    weight: tuple[int, int, int, int]

    def fits(self, element: Element) -> bool:
        if not self.compounds[-1].fits(element):
            return False
        current: Element | None = element
        for compound in reversed(self.compounds[:-1]):
            current = None if current is None else current.getparent()
            while not compound.child and current is not None and not compound.fits(current):
                current = current.getparent()
            if current is None or not compound.fits(current):
                return False
        return True


@dataclass
class Styles:
    """A page's style rules, by what they ask of an element."""

    rules: defaultdict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, root: Element) -> Styles:
        """Read the ``style`` elements of a page."""
        found = cls()
        sheets = "\n".join(element.text or "" for element in root.iter("style"))
        for order, (selectors, declarations) in enumerate(_blocks(_COMMENT.sub("", sheets[:_LONGEST]))):
            wanted = {key: value for key, value in _declared(declarations).items() if key in _PROPERTIES}
            if wanted:
                found._add(selectors, wanted, order)
        return found

    def of_element(self, element: Element, *, before: bool = False) -> dict[str, str]:
        """Return an element's declarations, or those of what is drawn before it."""
        keys = ["", str(element.tag), *(f".{one}" for one in (element.get("class") or "").split())]
        if element.get("id"):
            keys.append(f"#{element.get('id')}")
        fitting = [
            rule
            for key in keys
            for rule in self.rules.get(key, ())
            if rule.before == before and rule.fits(element)
        ]
        style: dict[str, str] = {}
        for rule in sorted(fitting, key=lambda rule: rule.weight):
            style |= rule.declarations
        return style if before else style | _declared(element.get("style") or "")

    def _add(self, selectors: str, declarations: dict[str, str], order: int) -> None:
        for selector in selectors.split(","):
            read = _selector(selector.strip())
            if read is None:
                continue
            compounds, before = read
            last = compounds[-1]
            ids = sum(bool(one.id) for one in compounds)
            classes = sum(len(one.classes) for one in compounds)
            weight = (ids, classes, len(compounds), order)
            key = (
                f"#{last.id}" if last.id else f".{min(last.classes)}" if last.classes else last.tag.strip("*")
            )
            self.rules[key].append(_Rule(compounds, before, declarations, weight))


@dataclass
class Counters:
    """CSS counters, each living in the element whose children it was set among."""

    scopes: list[dict[str, int]] = field(default_factory=lambda: [{}])

    def open(self, style: dict[str, str], before: dict[str, str]) -> None:
        """Set and count what an element's style says, enter it, and do the same for what is drawn before it."""
        self._count(style)
        self.scopes.append({})
        self._count(before)

    def _count(self, style: dict[str, str]) -> None:
        for name, value in _counters(style.get("counter-reset", ""), 0):
            self.scopes[-1][name] = value
        for name, step in _counters(style.get("counter-increment", ""), 1):
            scope = next((one for one in reversed(self.scopes) if name in one), self.scopes[-1])
            scope[name] = scope.get(name, 0) + step

    def close(self) -> None:
        """Leave an element."""
        self.scopes.pop()

    def drawn(self, content: str) -> str:
        """Return what a ``content`` with a counter draws; nothing for ornaments without one."""
        if "counter" not in content:
            return ""
        return "".join(self._part(match) for match in _CONTENT.finditer(content)).strip()

    def _part(self, match: re.Match[str]) -> str:
        name, style, one, other = match.groups()
        if name is None:
            return one or other or ""
        value = next((scope[name] for scope in reversed(self.scopes) if name in scope), 0)
        return numeral((style or "decimal").replace("latin", "alpha"), value)


def is_hidden(style: dict[str, str]) -> bool:
    """Tell whether an element of this style is not shown."""
    return style.get("display", "").strip() == "none" or style.get("visibility", "").strip() == "hidden"


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the rules of a sheet that hold on an ordinary screen: selectors and declarations."""
    open_at: list[tuple[str, int]] = []
    place = 0
    for brace in _BRACE.finditer(sheet):
        if brace.group() == "{":
            open_at.append((sheet[place : brace.start()].rpartition(";")[2].strip(), brace.end()))
        elif open_at:
            prelude, start = open_at.pop()
            around = all(_SCREEN.match(one) for one, _ in open_at)
            if around and prelude and not prelude.startswith("@") and "{" not in sheet[start : brace.start()]:
                yield prelude, sheet[start : brace.start()]
        place = brace.end()


def _declared(text: str) -> dict[str, str]:
    return {key.lower(): value.replace("!important", "").strip() for key, value in _DECLARATION.findall(text)}


def _selector(text: str) -> tuple[tuple[_Compound, ...], bool] | None:
    parts = _COMBINED.split(text)
    joints = [joint.strip() for joint in _COMBINED.findall(text)]
    compounds: list[_Compound] = []
    before = False
    for place, part in enumerate(parts):
        found = _COMPOUND.fullmatch(part)
        if found is None or not part:
            return None
        before = bool(found["before"])
        marks = _MARK.findall(found["marks"])
        classes = frozenset(name for sign, name in marks if sign == ".")
        ident = next((name for sign, name in marks if sign == "#"), "")
        child = place < len(joints) and joints[place] == ">"
        compounds.append(_Compound((found["tag"] or "").lower(), classes, ident, child))
    return tuple(compounds), before


def _counters(value: str, default: int) -> Iterator[tuple[str, int]]:
    for name, number in _COUNTER.findall(value):
        if name not in {"none", "inherit", "initial"}:
            yield name, int(number) if number else default
