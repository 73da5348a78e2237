"""Independent editions of treaties, unit by unit, and how far a provision tree agrees with one.

A unit is an article, or an annex up to its first article. A unit is found when the tree has one of the same
number in the same annex; its boundaries are right when the first and the last ``EDGE`` letters of its text agree
with the edition's (letters only, case and blanks put aside, because one edition lost blanks and the other has
line ends in other places; ``LIKE`` leaves room for a spelling). Before that, what the editions got wrong by
themselves is put right by rule: page numbers between the words, the heading of the next part or the final
formula at the end of an article, the end of a long heading at the beginning of its text, and articles out of the
rising order, which are references at a line's beginning and go back to the article before. An edge at which an
edition is torn (it begins in the middle of a sentence, or ends in one) proves nothing; such edges are left out
and counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from corpus.models import Document, Level, Provision

EDGE = 40
LIKE = 0.88
"""Four letters in forty may differ: editions spell ``co-operation`` and ``cooperation``, ``organise`` and -``ize``."""

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"Ｏ": 0, "零": 0}
_TENS = {"十": 10, "百": 100}
_NEXT_PART = re.compile(
    r"(?:\s*\b(?:PART|Part|CHAPTER|SECTION|SUBSECTION|TITLE)\s+[\dIVXLCA-H]+\b\.?[^a-z]*)+$|(?<=[.;])\s*[A-Z][^a-z.;]{12,}$"
    r"|(?<=[.;])\d?\s*(?:Part|Chapter|Section|Title)\s+[IVXLC]+[A-Z]?[^.;]{0,100}$"
)
_PAGE = re.compile(r"\s*/\.\.\.\s+(?:English\s+)?Page\s+\d+\s*")
_FINAL_FORMULA = re.compile(r"\bIN (?:WITNESS|FAITH) (?:WHEREOF|THEREOF)\b.*", re.DOTALL | re.IGNORECASE)
_TORN_START = re.compile(r"[a-z]")
_WHOLE_END = re.compile(r"[.;:!?”\"')]\s*$")
_REPEAT = re.compile(r" \[(\d+)\]$")

_Json = dict[str, Any]
Key = tuple[str, str, int]
"""Annex (empty for the main text), article (empty for the annex itself), and which of that name it is."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of an edition or of a tree.

    Attributes:
        key: Its number.
        text: Its words; for an edition after cutting what does not belong to it.
        whole: Whether start and end are to be compared.
        heading: The heading, where it is not part of the text.
    """

    key: Key
    text: str
    whole: tuple[bool, bool] = (True, True)
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many units of a tree and an edition agree.

    Attributes:
        right, found, gold: Units with number and both boundaries right; units of the tree; of the edition.
        torn: Edges that could not be compared.
        wrong: What differs, for reading.
    """

    right: int
    found: int
    gold: int
    torn: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Share of the tree's units that are right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the edition's units that the tree has right."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def agreement(ours: list[Unit], gold: list[Unit]) -> Agreement:
    """Hold a tree's units against an edition's."""
    by_key = {unit.key: unit for unit in ours}
    right, wrong = 0, []
    for unit in gold:
        mine = by_key.get(unit.key)
        problem = "missing" if mine is None else _difference(mine, unit)
        right += problem is None
        if problem:
            wrong.append(f"{name_of(unit.key)}: {problem}")
    known = {unit.key for unit in gold}
    wrong += [f"{name_of(unit.key)}: not in the other edition" for unit in ours if unit.key not in known]
    torn = sum(not side for unit in gold for side in unit.whole)
    return Agreement(right, len(ours), len(gold), torn, tuple(wrong))


def name_of(key: Key) -> str:
    """Return a key as a pinpoint."""
    annex, article, repeat = key
    named = ", ".join(part for part in (annex and f"annex {annex}", article and f"art. {article}") if part)
    return f"{named} [{repeat}]" if repeat > 1 else named


def letters(text: str) -> str:
    """Return the letters of a text in lower case."""
    return re.sub(r"[^a-z]", "", text.lower())


def _difference(mine: Unit, gold: Unit) -> str | None:
    ours, theirs = letters(mine.text), letters(gold.text)
    after_heading = theirs[_heading_end(letters(mine.heading), theirs) :]
    starts = (theirs[:EDGE], after_heading[:EDGE])
    if gold.whole[0] and not any(_like(ours[:EDGE], start) for start in starts):
        return f"begins {mine.text[:40]!r}, expected {gold.text[:40]!r}"
    if gold.whole[1] and not _like(ours[-EDGE:], theirs[-EDGE:]):
        return f"ends {mine.text[-40:]!r}, expected {gold.text[-40:]!r}"
    return None


def _heading_end(heading: str, text: str) -> int:
    """Return how many letters at the beginning of a text are the end of its heading: none, or ten and more."""
    return next((n for n in range(min(len(heading), len(text)), 9, -1) if heading.endswith(text[:n])), 0)


def _like(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= LIKE


# -- the editions


def articles_json(path: Path) -> list[Unit]:
    """Read an edition of articles with Chinese numbers; it has the main text only, headings apart."""
    articles = json.loads(path.read_text(encoding="utf-8"))["articles"]
    units = []
    for article in articles:
        text = _NEXT_PART.sub("", _FINAL_FORMULA.sub("", article["content_en"])).strip()
        whole = (not _TORN_START.match(text), bool(_WHOLE_END.search(text)))
        units.append(Unit(("", str(chinese_number(article["article"])), 1), text, whole))
    return units


def headings_json(path: Path) -> list[str]:
    """Return the headings of such an edition, empty where an article has none."""
    return [
        " ".join(one["title_en"].split()) for one in json.loads(path.read_text(encoding="utf-8"))["articles"]
    ]


def units_json(path: Path) -> list[Unit]:
    """Read an edition of units with label and heading in the text, annexes and their articles included."""
    annex, units = "", []
    seen: Counter[str] = Counter()
    for unit in _in_order(json.loads(path.read_text(encoding="utf-8"))["units"]):
        number, text = unit["number"], _PAGE.sub("\n\n", unit["text"]).strip()
        if _is_annex(unit):
            seen[number] += 1
            annex = number if seen[number] == 1 else f"{number} [{seen[number]}]"
            units.append(Unit((number, "", seen[number]), text))
        else:
            cleaned = _NEXT_PART.sub("", _FINAL_FORMULA.sub("", text)).strip()
            units.append(Unit((annex, number, 1), cleaned or text, (True, bool(_WHOLE_END.search(cleaned)))))
    return units


def _is_annex(unit: _Json) -> bool:
    return str(unit["label"]).upper().startswith("ANNEX")


def _in_order(units: list[_Json]) -> list[_Json]:
    """Return the units that have a number, those out of the rising order joined to the one before."""
    kept: list[_Json] = []
    for i, unit in enumerate(units):
        if unit["number"] is None:
            continue
        if kept and not _is_annex(unit) and not _rises(units, i, kept[-1]):
            kept[-1] = {**kept[-1], "text": kept[-1]["text"] + "\n\n" + unit["text"]}
        else:
            kept.append(unit)
    return kept


def _rises(units: list[_Json], i: int, before: _Json) -> bool:
    """Tell whether article ``i`` comes after the one before and, if there is one, before the next."""
    number = int(units[i]["number"])
    following = units[i + 1] if i + 1 < len(units) else None
    fits_next = following is None or _is_annex(following) or number < int(following["number"])
    first = 0 if _is_annex(before) else int(before["number"])
    return number == first + 1 or (number > first and fits_next)


def chinese_number(text: str) -> int:
    """Return the value of a Chinese numeral, positional (``三二〇``) or with tens and hundreds (``八十五``)."""
    if not any(char in _TENS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


# -- the tree


def bodies(document: Document, root: Provision) -> list[Unit]:
    """Return the articles of the main text, without label and heading."""
    return [
        Unit(
            ("", _number(node), _repeat(node)),
            document.text[node.body : node.span.end].strip(),
            heading=node.heading,
        )
        for node in _articles(root)
        if not _annex_of(root, node)
    ]


def wholes(document: Document, root: Provision) -> list[Unit]:
    """Return articles and annexes with label and heading; an annex ends at its first article."""
    units = []
    for node in root.walk():
        if node.level is Level.ARTICLE:
            words = _FINAL_FORMULA.sub("", node.span.of(document.text)).strip()
            annex = _annex_of(root, node)
            units.append(Unit((annex, _number(node), _repeat(node)), words))
        elif node.level is Level.ANNEX:
            number, repeat = _annex_number(node)
            first = next((article.span.start for article in _articles(node)), node.span.end)
            units.append(Unit((number, "", repeat), document.text[node.span.start : first].strip()))
    return units


def _articles(root: Provision) -> Iterator[Provision]:
    return (node for node in root.walk() if node.level is Level.ARTICLE)


def _number(node: Provision) -> str:
    return _REPEAT.sub("", node.path[-1]).split(" ", 1)[1]


def _repeat(node: Provision) -> int:
    found = _REPEAT.search(node.path[-1])
    return int(found[1]) if found else 1


def _annex_number(node: Provision) -> tuple[str, int]:
    return _REPEAT.sub("", node.path[0]).partition(" ")[2], _repeat(node)


def _annex_of(root: Provision, node: Provision) -> str:
    top = next(child for child in root.children if child.span.contains(node.span))
    if top.level is not Level.ANNEX:
        return ""
    number, repeat = _annex_number(top)
    return number if repeat == 1 else f"{number} [{repeat}]"
