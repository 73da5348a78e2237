"""Numbers as treaties write them: ``13``, ``XIII``, ``m``, ``13 bis``, ``15A``, ``2.1``.

A number's *ordinal* is its place in its own series, so that sequences can be checked whatever the style.
"""

from __future__ import annotations

import re

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_FORM = re.compile(
    r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE
)
_CARDINALS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for series in (_CARDINALS, _ORDINALS) for n, word in enumerate(series.split(), start=1)}
_TENS_WORDS = {
    form: 10 * n
    for n, word in enumerate(_TENS.split(), start=2)
    for form in (word, f"{word.removesuffix('y')}ieth")
}
_ORDINAL_WORDS = frozenset((*_ORDINALS.split(), *(word for word in _TENS_WORDS if word.endswith("th"))))
_LATIN = {"bis": 0.1, "ter": 0.2, "quater": 0.3, "quinquies": 0.4, "sexies": 0.5, "septies": 0.6}
_ARTICLE = re.compile(
    r"(?P<main>\d+|[ivxlcdm]+|[a-z])(?:\.(?P<sub>\d+))?\s*(?P<suffix>[a-z]*)", re.IGNORECASE
)


def roman(text: str) -> int | None:
    """Return the value of a Roman numeral in either case, or None if it is not one in canonical form."""
    if not _ROMAN_FORM.fullmatch(text):
        return None
    total, highest = 0, 0
    for letter in reversed(text.lower()):
        value = _ROMAN[letter]
        total += value if value >= highest else -value
        highest = max(highest, value)
    return total


def alpha(text: str) -> int | None:
    """Return the place of ``a`` (1) to ``z`` (26), then ``aa`` (27), ``bb`` (28); None if it is neither."""
    lower = text.lower()
    if not re.fullmatch(r"([a-z])\1?", lower):
        return None
    return ord(lower[0]) - ord("a") + 1 + 26 * (len(lower) - 1)


def word(text: str) -> int | None:
    """Return the value of a number below a hundred written as a word (``two``, ``second``, ``thirty-first``)."""
    lower = text.lower()
    if lower in _WORDS:
        return _WORDS[lower]
    tens, _, unit = lower.partition("-")
    if tens not in _TENS_WORDS:
        return None
    if not unit:
        return _TENS_WORDS[tens]
    return _TENS_WORDS[tens] + _WORDS[unit] if _WORDS.get(unit, 10) < 10 else None  # noqa: PLR2004 - one digit


def is_ordinal_word(text: str) -> bool:
    """Tell whether a word says a place (``second``, ``thirty-first``), not an amount."""
    return word(text) is not None and text.lower().rpartition("-")[2] in _ORDINAL_WORDS


def same(one: str, other: str) -> bool:
    """Tell whether two numbers stand for the same place: ``XIII`` and ``13``, ``c`` and ``C``, but not ``b`` and ``2``.

    A letter that is also a Roman numeral is taken for either.
    """
    return bool(_readings(one) & _readings(other))


def _readings(text: str) -> frozenset[tuple[str, float]]:
    """Return what a number may stand for: its series (letters, or figures of any kind) and its place there."""
    cleaned = text.strip().rstrip(".")
    found = set()
    letter = alpha(cleaned)
    if letter is not None:
        found.add(("letter", float(letter)))
    place = ordinal(cleaned)
    if place is not None and (letter is None or roman(cleaned) is not None):
        found.add(("figure", place))
    return frozenset(found)


def ordinal(text: str) -> float | None:
    """Return the place of an article or division number in its series, or None if it is not a number.

    ``13`` is 13.0, ``13 bis`` 13.1, ``15A`` 15.01, ``XIII`` 13.0, ``B`` 2.0. A decimal ``2.11`` counts its
    second part in thousandths, so that ``2.2`` comes before ``2.11``.
    """
    cleaned = text.strip()
    if (value := word(cleaned)) is not None:
        return float(value)
    if (value := roman(cleaned)) is not None:
        return float(value)
    match = _ARTICLE.fullmatch(cleaned)
    if match is None:
        return None
    main = _main(match["main"])
    suffix = _suffix(match["suffix"])
    if main is None or suffix is None:
        return None
    return main + int(match["sub"] or 0) / 1000 + suffix


def _main(text: str) -> float | None:
    if text.isdigit():
        return float(text)
    value = roman(text) or alpha(text)
    return None if value is None else float(value)


def _suffix(text: str) -> float | None:
    if not text:
        return 0.0
    if text.lower() in _LATIN:
        return _LATIN[text.lower()]
    value = alpha(text)
    return None if value is None else value / 100
