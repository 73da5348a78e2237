"""What lies on a page before it is text: pieces of printed lines, and rules.

Lengths are PDF points (1/72 inch), counted from the page's lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line that no wide gap parts.

    Attributes:
        text: The words, single blanks between them.
        left: Left edge.
        right: Right edge.
        base: Height of the baseline.
        size: Height of the print, from the deepest descender to the highest ascender.
        marks: Start and end, within ``text``, of raised small characters.
        turned: Quarter turns the text was turned by to stand upright.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    marks: tuple[tuple[int, int], ...] = ()
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line drawn on the page."""

    left: float
    right: float
    base: float
