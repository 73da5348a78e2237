"""Numbers that a format draws but does not write: HTML lists, Word's automatic numbering."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_HIGHEST = 780
"""Thirty rounds of the alphabet; no list is longer, and a damaged file may ask for any number."""

_WORDS = {
    "cardinal": (
        "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen"
        " Eighteen Nineteen Twenty"
    ).split(),
    "ordinal": (
        "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth"
        " Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth Twentieth"
    ).split(),
}
"""Numbers in words, as far as treaties count their parts so."""

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
    """Write ``number`` in a style; numbers that letters, Roman numerals or words cannot write stay decimal."""
    case, _, kind = style.partition("-")
    if style == "decimal-zero":
        return f"{number:02}"
    if kind == "words" and 1 <= number <= len(_WORDS[case]):
        return _WORDS[case][number - 1]
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
