"""Printed lines back to paragraphs.

A page is lines at places; a treaty is paragraphs. Two questions are answered here with general rules of
typesetting and of legal numbering, from the words of the lines and their places on the page: which lines are
running heads, feet and page numbers, and where a new paragraph begins. Lengths are PDF points (1/72 inch),
counted from the page's lower left corner.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

_EDGE_LINES = 4
"""Running heads of UN documents take three lines: symbol, language, page."""

_RECURRING_SHARE = 1 / 3
"""Left and right pages may have heads of their own, and first pages none, so a head may be on few pages more
than a third."""

_RECURRING_PAGES = 3

_GAP = 1.3
"""A vertical step this many times the usual line pitch parts paragraphs."""

_LEAST_STEP = 1.0
_DEFAULT_PITCH = 12.0
"""Pitch of a document without two lines below one another: that of 10-point print."""

_SAME_LINE = 0.3
"""Two pieces nearer than this share of the pitch stand on one line."""

_INDENT = 6.0
"""Smallest indent that begins a paragraph; less is the raggedness of the setting."""

_CENTRED_INDENT = 18.0
_MIDDLE_OFF = 3.0
"""Centred lines below one another have one middle, whatever the column's."""

_HEADING_LETTERS = 2
_CENTRED_OFF = 0.06
"""A centred line is indented on both sides and off the middle by no more than this share of its indent."""

_STOP_LINES = 4
_STOP_SPREAD = 30.0

_LONG_LINE = 40
"""Characters; about half a line of print."""

_OUTLYING = 0.05
"""Share of lines that may stand out of either margin."""

_WIDE_GAP = 0.3
"""A line that leaves this share of its column free was ended on purpose if a capital follows."""

_FEW_LINES = 8
_OTHER_FORMAT = 24.0
"""A page of enough lines whose right margin is off by more than this is set in a format of its own."""

_NUMBER = r"(?:\d{1,3}|[IVXLC]{1,7}|[A-Z])(?:[ ]?(?:bis|ter|quater))?"
_DIVISION = r"(?:article|art\.|part|chapter|section|sub-?section|title|annex|appendix)"
_LABEL = re.compile(rf"(?:{_DIVISION}[ ]+{_NUMBER}[.:]?|(?:annex|appendix|preamble)[.:]?)", re.IGNORECASE)
"""A line that is the number of a division and nothing else."""

_TITLED = re.compile(
    rf"(?:Article|ARTICLE|Art\.|Part|PART|Chapter|CHAPTER|Section|SECTION|Sub-?section|SUB-?SECTION|Annex|ANNEX)"
    rf"[ ]+{_NUMBER}[.:]?[ ]+[–—-]?[ ]?(?=[“\"A-Z])"
)
MARKER = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,2})*[.)]|\(\d{1,3}\)|\([a-z]{1,5}\)|[a-z][.)]|[ivx]{1,5}\)|\([A-Z]\)|[-–—•·▪◦])(?=\s|$)"
)
"""The number or bullet that begins a paragraph, a point or a list item, up to the blank after it."""

_MARKER_IN_SENTENCE = re.compile(r"\([a-z]{1,5}\)(?:[,;.)]|[ ](?:and|or|to|of|above|below|thereof)\b)")
_REFERENCE = re.compile(
    r"(?:\b(?:paragraphs?|subparagraphs?|articles?|sections?|parts?|chapters?|annex(?:es)?|items?|nos?\.)"
    r"|(?<![;,] )\b(?:and|or|to|of|with|in|under|by)|\b\d+|\([a-z]{1,3}\))$",
    re.IGNORECASE,
)
_TERMINAL = re.compile(r"(?:[.;:,?!]|; (?:and|or))[)”’\"']*$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")
_LEADERS = re.compile(r"(?:\.[ ]?){4,}[ ]*\w{0,6}$")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_LETTERS = re.compile(r"[^\W\d_]")
_PAGE_NUMBER = re.compile(
    r"[-–—|\[( ]*(?:page[ ]*)?(?:\d{1,3}|[ivxl]{1,7})(?:[ ]*(?:/|of)[ ]*\d{1,4})?[-–—|\]) ]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its words without blanks around, their source offsets, and their box on the page."""

    page: int
    start: int
    end: int
    text: str
    left: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Place of its middle."""
        return (self.left + self.right) / 2

    @property
    def character_width(self) -> float:
        """Mean width of its characters."""
        return (self.right - self.left) / max(len(self.text), 1)


@dataclass(frozen=True, slots=True)
class Column:
    """The text area of a page.

    Attributes:
        left: Left margin.
        right: Right margin.
        pitch: Usual step from line to line.
        stops: Places where lines of many lengths begin: margins and indents, in whole points.
    """

    left: float
    right: float
    pitch: float
    stops: frozenset[int]

    def centres(self, line: Line) -> bool:
        """Tell whether ``line`` is set in the middle of the column."""
        inset = min(line.left - self.left, self.right - line.right)
        off = abs(line.middle - (self.left + self.right) / 2)
        indented = not self.stops.isdisjoint(range(round(line.left) - 1, round(line.left) + 2))
        plain = indented or MARKER.match(line.text) or _TERMINAL.search(line.text)
        return inset > _CENTRED_INDENT and off < max(_MIDDLE_OFF, inset * _CENTRED_OFF) and not plain

    def has_room(self, line: Line, following: Line) -> bool:
        """Tell whether the first word of ``following`` would have fitted at the end of ``line``."""
        word = following.text.split(" ", 1)[0]
        return line.right + (len(word) + 1) * following.character_width < self.right


def without_running_heads(lines: Sequence[Line]) -> list[Line]:
    """Leave out running heads and feet, and page numbers.

    A head stands at the top or bottom of the page and recurs, digits aside, on many pages. A division heading
    (``Article 7``) at the top of many pages recurs just so and stays.
    """
    pages = [list(page) for _, page in groupby(lines, key=lambda line: line.page)]
    recurring = _recurring(pages)
    dropped: set[int] = set()
    for page in pages:
        by_height = sorted(page, key=lambda line: -line.bottom)
        dropped |= {line.start for line in _edge(by_height, recurring)}
        dropped |= {line.start for line in _edge(by_height[::-1], recurring)}
    return [line for line in lines if line.start not in dropped]


def columns(lines: Sequence[Line]) -> dict[int, Column]:
    """Measure the text area of each page: left and right pages apart, and pages of another format by themselves."""
    pitch, stops = _pitch(lines), _stops(lines)
    parities = {line.page % 2 for line in lines}
    sides = {
        parity: _column([line for line in lines if line.page % 2 == parity], pitch, stops)
        for parity in parities
    }
    found = {}
    for page, group in groupby(lines, key=lambda line: line.page):
        on_page = list(group)
        side, own = sides[page % 2], _column(on_page, pitch, stops)
        alike = len(on_page) < _FEW_LINES or abs(own.right - side.right) < _OTHER_FORMAT
        found[page] = side if alike else own
    return found


def begins_paragraph(line: Line, following: Line, areas: dict[int, Column]) -> bool:
    """Tell whether a new paragraph begins with ``following``, the line printed after ``line``."""
    by_place = _by_place(line, following, areas[line.page])
    if by_place is not None:
        return by_place
    if _HYPHENATED.search(line.text) and following.text[0].islower():
        return False
    full = not areas[line.page].has_room(line, following)
    if _by_label(line, following, goes_on=full and not _TERMINAL.search(line.text)):
        return True
    by_setting = _by_setting(line, following, areas)
    if by_setting is not None:
        return by_setting
    if MARKER.match(following.text):
        return not (_MARKER_IN_SENTENCE.match(following.text) or (full and _REFERENCE.search(line.text)))
    return _by_ending(line, following, areas, full=full)


def is_heading(paragraph: Sequence[Line], areas: dict[int, Column]) -> bool:
    """Tell whether a paragraph is printed as a heading: in the middle of the column, or in capitals."""
    if len(_LETTERS.findall(paragraph[0].text)) < _HEADING_LETTERS:
        return False
    centred = [areas[line.page].centres(line) for line in paragraph]
    one_middle = all(abs(line.middle - paragraph[0].middle) < _MIDDLE_OFF for line in paragraph)
    return all(line.text.isupper() for line in paragraph) or all(centred) or (any(centred) and one_middle)


def _by_place(line: Line, following: Line, area: Column) -> bool | None:
    """Decide by the vertical step alone, where it tells; across pages and columns it does not."""
    step = line.bottom - following.bottom
    if line.page != following.page or step < -_SAME_LINE * area.pitch:
        return None
    if step < _SAME_LINE * area.pitch and following.left >= line.right:
        return False
    ruled = not (_ALPHANUMERIC.search(line.text) and _ALPHANUMERIC.search(following.text))
    return True if ruled or step > _GAP * area.pitch else None


def _by_label(line: Line, following: Line, *, goes_on: bool) -> bool:
    """Tell whether one of the lines is a division's heading, or an entry of a table of contents ends."""
    if _LABEL.fullmatch(line.text) or _LEADERS.search(line.text):
        return True
    return not goes_on and bool(_LABEL.fullmatch(following.text) or _TITLED.match(following.text))


def _by_setting(line: Line, following: Line, areas: dict[int, Column]) -> bool | None:
    """Decide by capitals and centring: lines of one heading are set alike, and text is set otherwise."""
    capitals = line.text.isupper(), following.text.isupper()
    if all(capitals):
        return False
    centred = areas[line.page].centres(line), areas[following.page].centres(following)
    if not any(centred):
        return None
    one_block = all(centred) or abs(line.middle - following.middle) < _MIDDLE_OFF
    return not one_block or any(capitals)


def _by_ending(line: Line, following: Line, areas: dict[int, Column], *, full: bool) -> bool:
    """Decide by how ``line`` ends and where ``following`` starts."""
    area, next_area = areas[line.page], areas[following.page]
    terminal = bool(_TERMINAL.search(line.text))
    capital = not following.text[:1].islower()
    indented = following.left - next_area.left > (line.left - area.left) + _INDENT
    hanging = bool(MARKER.match(line.text))
    if indented and not hanging and (terminal or (capital and not full)):
        return True
    if terminal and not full and not line.text.endswith(","):
        return True
    return capital and area.right - line.right > _WIDE_GAP * (area.right - area.left)


def _recurring(pages: list[list[Line]]) -> set[str]:
    seen: Counter[str] = Counter()
    for page in pages:
        by_height = sorted(page, key=lambda line: -line.bottom)
        edges = (*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:])
        seen.update({_without_digits(line) for line in edges if not _LABEL.fullmatch(line.text)})
    least = max(_RECURRING_PAGES, len(pages) * _RECURRING_SHARE)
    return {words for words, count in seen.items() if count >= least}


def _edge(by_height: list[Line], recurring: set[str]) -> Iterable[Line]:
    """Yield the lines from one edge of a page inwards that do not belong to its text."""
    for line in by_height[:_EDGE_LINES]:
        if not (_without_digits(line) in recurring or _PAGE_NUMBER.fullmatch(line.text)):
            return
        yield line


def _without_digits(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


def _pitch(lines: Sequence[Line]) -> float:
    steps = [one.bottom - two.bottom for one, two in pairwise(lines) if one.page == two.page]
    downwards = [step for step in steps if step > _LEAST_STEP]
    return median(downwards) if downwards else _DEFAULT_PITCH


def _stops(lines: Sequence[Line]) -> frozenset[int]:
    """Find where lines begin that end at different places: centred lines of one start have one end, too."""
    rights: defaultdict[int, list[float]] = defaultdict(list)
    for line in lines:
        rights[round(line.left)].append(line.right)
    return frozenset(
        left
        for left, ends in rights.items()
        if len(ends) >= _STOP_LINES and max(ends) - min(ends) > _STOP_SPREAD
    )


def _column(lines: Sequence[Line], pitch: float, stops: frozenset[int]) -> Column:
    """Measure the margins that nearly all long lines keep within."""
    long = [line for line in lines if len(line.text) > _LONG_LINE] or list(lines)
    lefts, rights = sorted(line.left for line in long), sorted(line.right for line in long)
    outlying = int(len(long) * _OUTLYING)
    return Column(lefts[outlying], rights[-1 - outlying], pitch, stops)
