"""Word's styles and automatic numbering, as far as the text needs them.

Word keeps a list number as a rule: ``numbering.xml`` says how each level of a list looks and where it starts,
paragraphs or their styles point to a level, and the number itself is counted. Element names are those of
ECMA-376 (WordprocessingML), sections 17.7 and 17.9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml.ns import qn

from corpus.readers.numbering import numeral

if TYPE_CHECKING:
    from docx.opc.part import Part
    from lxml.etree import _Element as Element

_VALUE = qn("w:val")
_STYLES = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
    "cardinalText": "cardinal-words",
    "ordinalText": "ordinal-words",
    "decimalZero": "decimal-zero",
}
_OFF = frozenset(["0", "false", "off"])
_BULLET = "-"
"""Bullets are drawn with symbol fonts; their characters mean nothing outside them."""

_HEADING_NAME = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|overskrift|rubrik|otsikko|nagłówek|nadpis|заголовок"
    r"|başlık|encabezado|cabeçalho|标题|標題|見出し|제목)[ ]?(?P<level>[1-9])|title|titel|titre|título",
    re.IGNORECASE,
)
"""Word names its own heading styles in English in every language; other programs, and people, do not."""

_CONTENTS_NAME = re.compile(
    r"toc (?:\d|heading)|contents (?:\d|heading)|table of (?:figures|authorities)", re.IGNORECASE
)
_LEVEL_MARK = re.compile(r"%([1-9])")
_LONGEST_CHAIN = 20
"""Styles rest on styles; a longer chain is a circle."""

_NO_LIST = _NEVER = "0"
_BODY_TEXT = 9
"""The outline level that is none."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style says.

    Attributes:
        level: Heading level from 1.
        list_id: The list it belongs to.
        list_level: Its level in that list.
        bold: Whether its type is bold.
        hidden: Whether it is not shown.
        contents: Whether it is an entry of a table of contents.
    """

    level: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    bold: bool = False
    hidden: bool = False
    contents: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a document, by id."""

    elements: dict[str, Element]
    characters: dict[str, Element]
    default: str | None

    @classmethod
    def of(cls, part: Part) -> Styles:
        """Read the styles part of a document part; empty if there is none."""
        root = _related(part, RELATIONSHIP_TYPE.STYLES)
        styles = [] if root is None else root.findall(qn("w:style"))
        paragraphs = [style for style in styles if style.get(qn("w:type")) == "paragraph"]
        default = next(
            (style.get(qn("w:styleId")) for style in paragraphs if style.get(qn("w:default")) == "1"), None
        )
        characters = {
            style.get(qn("w:styleId")) or "": properties
            for style in styles
            if style.get(qn("w:type")) == "character" and (properties := style.find(qn("w:rPr"))) is not None
        }
        return cls({style.get(qn("w:styleId")) or "": style for style in paragraphs}, characters, default)

    def of_paragraph(self, paragraph: Element) -> Style:
        """Return the style of a paragraph, its own settings first."""
        properties = paragraph.find(qn("w:pPr"))
        chain = [] if properties is None else [properties]
        named = _text(properties, "w:pStyle") or self.default
        level, contents = None, False
        kinds: list[Element] = []
        for _ in range(_LONGEST_CHAIN):
            element = self.elements.get(named or "")
            if element is None:
                break
            kinds += [one for one in (element.find(qn("w:rPr")),) if one is not None]
            inner = element.find(qn("w:pPr"))
            chain += [] if inner is None else [inner]
            level = level or _level_of_name(_text(element, "w:name"))
            contents = contents or bool(_CONTENTS_NAME.fullmatch(_text(element, "w:name") or ""))
            named = _text(element, "w:basedOn")
        outlined = next((value for value in (_text(one, "w:outlineLvl") for one in chain) if value), None)
        if outlined and outlined.isdigit() and int(outlined) < _BODY_TEXT:
            level = int(outlined) + 1
        bold, hidden = (_switched(kinds, tag) for tag in ("w:b", "w:vanish"))
        return Style(level, *_list_of(chain), bold=bold, hidden=hidden, contents=contents)

    def of_run(self, run: Element, tag: str, *, default: bool) -> bool:
        """Tell whether a run's type is bold (``w:b``) or hidden (``w:vanish``), by itself or by its style."""
        properties = run.find(qn("w:rPr"))
        if properties is None:
            return default
        named = self.characters.get(_text(properties, "w:rStyle") or "")
        kinds = [properties] + [one for one in (named,) if one is not None]
        return _switched(kinds, tag, default=default)


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has been counted."""

    levels: dict[str, dict[int, Element]] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, part: Part) -> Numbering:
        """Read the numbering part of a document part; empty if there is none."""
        root = _related(part, RELATIONSHIP_TYPE.NUMBERING)
        found = cls()
        if root is None:
            return found
        patterns = {one.get(qn("w:abstractNumId")): one for one in root.findall(qn("w:abstractNum"))}
        for one in root.findall(qn("w:num")):
            found._read_list(one, patterns)
        return found

    def next_number(self, paragraph: Element, style: Style) -> str:
        """Count one paragraph and return the number Word draws before it; empty if it has none."""
        own = _list_of([one for one in (paragraph.find(qn("w:pPr")),) if one is not None])
        list_id = own[0] or style.list_id
        level = next((one for one in (own[1], style.list_level) if one is not None), 0)
        if list_id is None or list_id == _NO_LIST or level not in self.levels.get(list_id, {}):
            return ""
        self._count(list_id, level)
        return self._drawn(list_id, level)

    def _read_list(self, one: Element, patterns: dict[str | None, Element]) -> None:
        list_id, pattern_id = one.get(qn("w:numId")) or "", _text(one, "w:abstractNumId")
        pattern = patterns.get(pattern_id)
        levels = {} if pattern is None else {_number(it, "w:ilvl"): it for it in pattern.findall(qn("w:lvl"))}
        for override in one.findall(qn("w:lvlOverride")):
            level, inner = _number(override, "w:ilvl"), override.find(qn("w:lvl"))
            if inner is not None:
                levels[level] = inner
            start = _text(override, "w:startOverride")
            if start and start.isdigit():
                self.overrides.setdefault(list_id, {})[level] = int(start)
        self.levels[list_id] = levels
        self.shared[list_id] = pattern_id or list_id

    def _count(self, list_id: str, level: int) -> None:
        """Lists of one pattern go on counting together, unless a list says where it starts."""
        counts = self._counts.setdefault(self.shared[list_id], {})
        start = self.overrides.get(list_id, {}).pop(level, None)
        if start is not None:
            counts[level] = start
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = self._start(list_id, level)
        for deeper in [one for one in counts if one > level]:
            if _text(self.levels[list_id].get(deeper), "w:lvlRestart") != _NEVER:
                del counts[deeper]

    def _drawn(self, list_id: str, level: int) -> str:
        element = self.levels[list_id][level]
        if _text(element, "w:numFmt") == "bullet":
            return _BULLET
        counts = self._counts[self.shared[list_id]]
        legal = element.find(qn("w:isLgl"))
        in_figures = legal is not None and legal.get(_VALUE) not in _OFF

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            count = counts.get(place, self._start(list_id, place))
            form = _text(self.levels[list_id].get(place), "w:numFmt") or "decimal"
            if form == "none":
                return ""
            return numeral("decimal" if in_figures else _STYLES.get(form, form), count)

        return _LEVEL_MARK.sub(number, _text(element, "w:lvlText") or "").strip()

    def _start(self, list_id: str, level: int) -> int:
        start = _text(self.levels[list_id].get(level), "w:start") or "1"
        return int(start) if start.isdigit() else 1


def _switched(kinds: list[Element], tag: str, *, default: bool = False) -> bool:
    """Return what the first of several run properties that names a switch says of it."""
    for kind in kinds:
        mark = kind.find(qn(tag))
        if mark is not None:
            return mark.get(_VALUE) not in _OFF
    return default


def _related(part: Part, kind: str) -> Element | None:
    try:
        related = part.part_related_by(kind)
    except KeyError:
        return None
    return related.element if isinstance(related, XmlPart) else None


def _level_of_name(name: str | None) -> int | None:
    found = _HEADING_NAME.fullmatch(name or "")
    return None if found is None else int(found["level"] or 1)


def _list_of(chain: list[Element]) -> tuple[str | None, int | None]:
    """Return the first list id and list level that a chain of paragraph properties names."""
    marks = [mark for mark in (one.find(qn("w:numPr")) for one in chain) if mark is not None]
    ids = (_text(mark, "w:numId") for mark in marks)
    levels = (_text(mark, "w:ilvl") for mark in marks)
    list_id = next((one for one in ids if one is not None), None)
    level = next((one for one in levels if one is not None and one.isdigit()), None)
    return list_id, None if level is None else int(level)


def _text(parent: Element | None, tag: str) -> str | None:
    """Return the ``w:val`` of a child element, or None."""
    child = None if parent is None else parent.find(qn(tag))
    return None if child is None else child.get(_VALUE)


def _number(element: Element, attribute: str) -> int:
    written = element.get(qn(attribute)) or "0"
    return int(written) if written.isdigit() else 0
