"""Printed lines back to paragraphs.

A page is lines at places; a treaty is paragraphs. Where a new paragraph begins is answered here with general
rules of typesetting and of legal numbering, from the words of the lines and their places on the page. Lengths
are PDF points (1/72 inch), counted from the page's lower left corner.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_GAP = 1.3
"""A vertical step this many times the usual line pitch parts paragraphs."""

SMALLER = 0.93
"""Notes are set in print of at most this share of the text's size."""

_LEAST_STEP = 1.0
_COMMON_STEP = 0.15
"""Share of the lines that must follow at the line pitch: of the steps so common, the smallest is the pitch."""

_DEFAULT_PITCH = 12.0
"""Pitch of a document without two lines below one another: that of 10-point print."""

_SAME_LINE = 0.3
"""Two pieces nearer than this share of the pitch stand on one line."""

_INDENT = 6.0
"""Smallest indent that begins a paragraph; less is the raggedness of the setting."""

_CENTRED_INDENT = 18.0
_MIDDLE_OFF = 3.0
"""Centred lines below one another have one middle, whatever the column's."""

_ONE_LEFT = 1.5
"""Lines that begin at one place are set flush; centred lines do so only by chance."""

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
_TAIL = 12
"""Characters at a line's end that hold all that can end a sentence; a line may be a whole book."""

_HYPHENATED = re.compile(r"[^\W\d_]-$")
_LEADERS = re.compile(r"(?:\.[ ]?){4,}[ ]*\w{0,6}$")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One printed line.

    Attributes:
        page: The page's place in the file, from 0.
        text: The words without blanks around them; a tab parts the cells of a table's row.
        left: Left edge of its first word.
        right: Right edge of its last word.
        bottom: Height of the baseline.
        size: Height of the print.
        column: 1 or 2 on a page of two columns, 0 for a line over its whole width.
        marks: Start and end, within ``text``, of raised small characters.
        turned: Whether it runs up or down the page; its places are then those of the page turned upright.
        across: Where on the page's width a turned line stands.
        parts: Its words as wide gaps part them; one part if there are none.
    """

    page: int
    text: str
    left: float
    right: float
    bottom: float
    size: float
    column: int = 0
    marks: tuple[tuple[int, int], ...] = ()
    turned: bool = False
    across: float = 0.0
    parts: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[int, int]:
        """Page and column."""
        return self.page, self.column

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
        plain = indented or MARKER.match(line.text) or ends_sentence(line.text)
        return inset > _CENTRED_INDENT and off < max(_MIDDLE_OFF, inset * _CENTRED_OFF) and not plain

    def has_room(self, line: Line, following: Line) -> bool:
        """Tell whether the first word of ``following`` would have fitted at the end of ``line``."""
        word = following.text.split(" ", 1)[0]
        return line.right + (len(word) + 1) * following.character_width < self.right


Areas = Mapping[tuple[int, int], Column]
"""The text areas of a document, by page and column."""


def columns(lines: Sequence[Line]) -> Areas:
    """Measure the text area of each page and column.

    Left and right pages are measured apart, and pages of another format by themselves.
    """
    pitch, stops = _pitch(lines), _stops(lines)
    sides: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    places: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        sides[line.page % 2, line.column].append(line)
        places[line.place].append(line)
    measured = {side: _column(on_side, pitch, stops) for side, on_side in sides.items()}
    found = {}
    for (page, column), group in places.items():
        usual, own = measured[page % 2, column], _column(group, pitch, stops)
        alike = len(group) < _FEW_LINES or abs(own.right - usual.right) < _OTHER_FORMAT
        found[page, column] = usual if alike else own
    return found


def is_label(words: str) -> bool:
    """Tell whether a line is the number of a division (``Article 7``, ``ANNEX``) and nothing else."""
    return bool(_LABEL.fullmatch(words))


def ends_sentence(words: str) -> bool:
    """Tell whether words end as a sentence, a clause or a lead-in does."""
    return bool(_TERMINAL.search(words[-_TAIL:]))


def begins_paragraph(line: Line, following: Line, areas: Areas) -> bool:
    """Tell whether a new paragraph begins with ``following``, the line printed after ``line``."""
    by_place = _by_place(line, following, areas[line.place])
    if by_place is not None:
        return by_place
    if _HYPHENATED.search(line.text) and following.text[0].islower():
        return False
    full = not areas[line.place].has_room(line, following)
    if _by_label(line, following, goes_on=full and not ends_sentence(line.text)):
        return True
    by_setting = _by_setting(line, following, areas)
    if by_setting is not None:
        return by_setting
    if MARKER.match(following.text):
        return not (_MARKER_IN_SENTENCE.match(following.text) or (full and _REFERENCE.search(line.text)))
    return _by_ending(line, following, areas, full=full)


def is_heading(paragraph: Sequence[Line], areas: Areas) -> bool:
    """Tell whether a paragraph is printed as a heading: in the middle of the column, or in capitals."""
    if len(_LETTERS.findall(paragraph[0].text)) < _HEADING_LETTERS:
        return False
    centred = [areas[line.place].centres(line) for line in paragraph]
    one_middle = all(abs(line.middle - paragraph[0].middle) < _MIDDLE_OFF for line in paragraph)
    if all(line.text.isupper() for line in paragraph):
        return True
    flush = len({round(line.left) for line in paragraph}) < len(paragraph)
    return not flush and (all(centred) or (any(centred) and one_middle))


def _by_place(line: Line, following: Line, area: Column) -> bool | None:
    """Decide by the vertical step alone, where it tells; across pages and columns it does not."""
    step = line.bottom - following.bottom
    if "\t" in line.text or "\t" in following.text or line.turned or following.turned:
        return True
    if line.place != following.place or step < -_SAME_LINE * area.pitch:
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


def _by_setting(line: Line, following: Line, areas: Areas) -> bool | None:
    """Decide by capitals and centring: lines of one heading are set alike, and text is set otherwise."""
    capitals = line.text.isupper(), following.text.isupper()
    if all(capitals):
        return False
    if not any(capitals) and abs(line.left - following.left) < _ONE_LEFT:
        return None
    centred = areas[line.place].centres(line), areas[following.place].centres(following)
    if not any(centred):
        return None
    if centred[0] and MARKER.match(following.text):
        return True
    one_block = all(centred) or abs(line.middle - following.middle) < _MIDDLE_OFF
    return not one_block or any(capitals)


def _by_ending(line: Line, following: Line, areas: Areas, *, full: bool) -> bool:
    """Decide by how ``line`` ends and where ``following`` starts."""
    area, next_area = areas[line.place], areas[following.place]
    terminal = ends_sentence(line.text)
    capital = not following.text[:1].islower()
    indented = following.left - next_area.left > (line.left - area.left) + _INDENT
    hanging = bool(MARKER.match(line.text))
    if indented and not hanging and (terminal or (capital and not full)):
        return True
    if terminal and not full and not line.text.endswith(","):
        return True
    return capital and area.right - line.right > _WIDE_GAP * (area.right - area.left)


def usual_step(steps: Sequence[float]) -> float:
    """Return the pitch of printed lines, in the steps from line to line; paragraphs are parted by larger ones."""
    downwards = sorted(step for step in steps if step > _LEAST_STEP)
    few = int(len(downwards) * _COMMON_STEP)
    for first, last in zip(downwards, downwards[few:], strict=False):
        if last - first <= _LEAST_STEP:
            return last
    return median(downwards) if downwards else _DEFAULT_PITCH


def _pitch(lines: Sequence[Line]) -> float:
    return usual_step([one.bottom - two.bottom for one, two in pairwise(lines) if one.place == two.place])


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
