"""Numbers that a format draws but does not write: HTML lists, Word's automatic numbering."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST = 780
"""Thirty rounds of the alphabet; no list is longer, and a damaged file may ask for any number."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def list_marker(style: str, number: int) -> str:
    """Return the number of a list item as treaties print it: ``1.``, ``(a)``, ``(iv)``.

    Args:
        style: ``decimal``, or ``lower-`` or ``upper-`` with ``alpha`` or ``roman``.
        number: The item's place, from 1.
    """
    digits = numeral(style, number)
    return f"{digits}." if style == "decimal" else f"({digits})"


def numeral(style: str, number: int) -> str:
    """Write ``number`` in a style; numbers that letters and Roman numerals cannot write stay decimal."""
    case, _, kind = style.partition("-")
    if not 1 <= number <= _HIGHEST or kind not in {"alpha", "roman"}:
        return str(number)
    written = _alpha(number) if kind == "alpha" else _roman(number)
    return written.upper() if case == "upper" else written


def _alpha(number: int) -> str:
    """Letters as word processors count: a to z, then aa, bb, cc."""
    rounds, place = divmod(number - 1, len(_ALPHABET))
    return _ALPHABET[place] * (rounds + 1)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written
