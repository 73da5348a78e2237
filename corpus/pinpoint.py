"""Pinpoints: how a provision's address is written for lawyers.

A path is the address as the tree has it, ``("Part II", "Article 13", "1", "b")``. Its *label* is the short
form used between programs, ``13(1)(b)``; its *pinpoint* is the form used in a citation, which differs by
style: ``art 13(1)(b)`` (OSCOLA 4th ed, 2.2.2: no full stops, paragraphs and points in brackets),
``art. 13(1)(b)`` (Bluebook 21st ed, table T16) or in full words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

ARTICLE = "Article "
PREAMBLE = "Preamble"
UNNUMBERED = "¶"
"""Marks a paragraph without a number of its own: ``¶2`` is the second."""
INDENT = "indent "
CLOSING = "closing"
_LEADS = {"chapeau", "heading", CLOSING, "title"}
_ARTICLE_NAME = re.compile(r"Article [\w.-]+(?: ?[a-zA-Z]{1,9})?(?: \[\d+\])?")
"""A guide's section called "Article 19: what it says" is not an article."""
_PREAMBLE_NAME = re.compile(r"Preamble(?: \[\d+\])?")
REPEAT = re.compile(r" \[(\d+)\]$")
"""What the tree appends to a name that a sibling before it has already."""
ATTACHED = "Attached: "
"""Marks an instrument printed after the treaty's final formula that is no numbered annex."""
FOOTNOTES = "Footnotes"
"""Heads the footnotes, which readers put after the text so that they interrupt no provision."""
_ANNEX = re.compile(
    r"(?:annex(?:ure)?|appendix|schedule|protocol|attachment|exhibit)\b|attached: ", re.IGNORECASE
)
_DIVISION = re.compile(
    r"(?:Part|Title|Chapter|Sub-?section|Section|Book|Division) [\w.]+(?: ?[a-z]{3,9})?", re.IGNORECASE
)
_MARKER = re.compile(r"\d{1,3}|[a-z]{1,2}|[ivxlc]{3,6}|([a-z])\1{2}|[A-Z]|[IVXLC]{2,5}|([A-Z])\2")
"""What a paragraph or point may be called; anything longer below an annex is a heading."""


class Style(StrEnum):
    """How citations are written."""

    OSCOLA = "oscola"
    BLUEBOOK = "bluebook"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class _Address:
    """A path taken apart; what it lacks is empty.

    Attributes:
        annex: Name of the annex or attached instrument: ``Annex II``.
        divisions: Numbered divisions, where no article says more: ``("Part II", "Section 3")``.
        article: Number of the article: ``13 bis``.
        preamble: Whether it lies in the preamble.
        heading: The heading it stands under, where no article says more.
        numbers: Paragraph, point and sub-point, without brackets.
        final: Whether it is the final formula.
        block: Place of an unnumbered paragraph that nothing else names.
    """

    annex: str = ""
    divisions: tuple[str, ...] = ()
    article: str = ""
    preamble: bool = False
    heading: str = ""
    numbers: tuple[str, ...] = ()
    final: bool = False
    block: str = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    """The words of a style.

    Attributes:
        article, paragraph, recital, preamble, final: The words before a number, or alone.
        units: What annexes and divisions are called, by their name in lower case; others keep theirs.
        spelt: Whether paragraph and point are named in words instead of brackets.
    """

    article: str
    paragraph: str
    recital: str
    preamble: str
    final: str
    units: dict[str, str]
    spelt: bool = False


_WORDINGS = {
    Style.OSCOLA: _Wording(
        "art", "para", "recital", "preamble", "final formula",
        {"part": "pt", "chapter": "ch", "section": "s", "sub-section": "sub-s", "subsection": "sub-s",
         "title": "title", "book": "book", "division": "div"},
    ),
    Style.BLUEBOOK: _Wording(
        "art.", "para.", "para.", "pmbl.", "final formula",
        {"annex": "annex", "appendix": "app.", "schedule": "sched.", "protocol": "protocol", "part": "pt.",
         "chapter": "ch.", "section": "§", "sub-section": "subsec.", "subsection": "subsec.", "title": "tit.",
         "book": "bk.", "division": "div."},
    ),
    Style.PLAIN: _Wording("Article", "paragraph", "recital", "Preamble", "final formula", {}, spelt=True),
}  # fmt: skip


def label_of(path: tuple[str, ...]) -> str:
    """Return a path's short label: ``13(1)(b)``, ``Annex II, 3(1)``, ``preamble(4)``; or nothing."""
    annex, at = _annex(path)
    article = _index(path, _ARTICLE_NAME, at)
    if article is not None:
        number = path[article].removeprefix(ARTICLE)
        return _join(annex, number + _brackets(_numbers(path[article + 1 :])))
    preamble = _index(path, _PREAMBLE_NAME, at)
    if preamble is not None:
        return _join(annex, "preamble" + _brackets(_numbers(path[preamble + 1 :])))
    return _join(annex, _brackets(_numbers(path[at:]))) if annex else ""


def pinpoint_of(path: tuple[str, ...], style: Style = Style.OSCOLA, *, instrument: bool = True) -> str:
    """Return a path as a citation writes it: ``art 13(1)(b)``, ``Annex II, art 3``, ``preamble, recital 4``.

    A path without numbered addresses gives its last heading (``“Search and seizure”``).

    Args:
        path: The address of a provision.
        style: How to write it.
        instrument: Whether articles, annexes and the preamble are the document's own. In a text about an instrument
            (a guide, an explanatory report) they only head what is said of that instrument's.
    """
    found = _address(path) if instrument else _address_within_a_report(path)
    wording = _WORDINGS[style]
    parts = [
        _unit(found.annex, wording),
        *(_unit(division, wording) for division in found.divisions),
        f"“{found.heading}”" if found.heading else "",
        wording.preamble if found.preamble else "",
        f"{wording.article} {found.article}" if found.article else "",
        wording.final if found.final else "",
    ]
    named = [part for part in parts if part]
    if found.block and not named:
        return f"{wording.paragraph} {found.block}"
    return _numbered(named, found, wording)


def article_at(path: tuple[str, ...]) -> tuple[int, int] | None:
    """Return how many names of a path an annex takes up (0 or 1), and the place of its article; None for none."""
    _, at = _annex(path)
    article = _index(path, _ARTICLE_NAME, at)
    return None if article is None else (at, article)


def is_marker(name: str) -> bool:
    """Tell whether a name is the number or letter of a paragraph or point."""
    return _MARKER.fullmatch(name) is not None


def is_numbered_division(name: str) -> bool:
    """Tell whether a name is that of a numbered part, chapter, section or title."""
    return _DIVISION.fullmatch(name) is not None


def _numbered(named: list[str], found: _Address, wording: _Wording) -> str:
    """Return the parts with the numbers of paragraph and point after them."""
    numbers = found.numbers
    if found.preamble:
        return ", ".join([*named, *(f"{wording.recital} {n}" for n in numbers[:1] if n.isdigit())])
    if not numbers:
        return ", ".join(named)
    if wording.spelt:
        return ", ".join([*named, *_spelt(numbers)])
    if found.article:
        return ", ".join([*named[:-1], named[-1] + _brackets(numbers)])
    if numbers[0].isdigit():
        return ", ".join([*named, f"{wording.paragraph} {numbers[0]}{_brackets(numbers[1:])}"])
    return ", ".join([*named, _brackets(numbers)])


def _spelt(numbers: tuple[str, ...]) -> list[str]:
    """Return numbers in words: ``paragraph 3``, ``point (c)(ii)``."""
    first = [f"paragraph {numbers[0]}"] if numbers[0].isdigit() else []
    points = _brackets(numbers[len(first) :])
    return [*first, *([f"point {points}"] if points else [])]


def _address(path: tuple[str, ...]) -> _Address:
    annex, at = _annex(path)
    article = _index(path, _ARTICLE_NAME, at)
    if article is not None:
        number = path[article].removeprefix(ARTICLE)
        return _Address(annex, article=number, numbers=_numbers(path[article + 1 :]))
    preamble = _index(path, _PREAMBLE_NAME, at)
    if preamble is not None:
        return _Address(annex, preamble=True, numbers=_numbers(path[preamble + 1 :]))
    names, numbers = _named(path[at:])
    return _Address(
        annex,
        divisions=tuple(name for name in names if is_numbered_division(name)),
        heading=names[-1] if names and not is_numbered_division(names[-1]) else "",
        numbers=numbers,
        final=CLOSING in path,
        block="" if annex else _block(path),
    )


def _address_within_a_report(path: tuple[str, ...]) -> _Address:
    """Take a path apart in a text whose articles, annexes and parts are headings."""
    names, numbers = _named(path)
    heading = names[-1].removeprefix(ATTACHED) if names else ""
    return _Address(heading=heading, numbers=numbers, block=_block(path))


def _named(parts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headings and divisions of a path, and the numbers of paragraphs and points below them."""
    kept = _numbers(parts)
    first = next((i for i, name in enumerate(kept) if is_marker(name)), len(kept))
    return kept[:first], kept[first:]


def _block(path: tuple[str, ...]) -> str:
    return next((name.removeprefix(UNNUMBERED) for name in path if name.startswith(UNNUMBERED)), "")


def _annex(path: tuple[str, ...]) -> tuple[str, int]:
    """Return the annex a path lies in ('' for none) and where the rest of the path begins."""
    if path and _ANNEX.match(path[0]):
        return path[0].removeprefix(ATTACHED), 1
    return "", 0


def _unit(name: str, wording: _Wording) -> str:
    """Return an annex's or division's name in a style: ``pt II``, ``annex II``; a title keeps its words."""
    unit, gap, number = name.partition(" ")
    if gap and not re.fullmatch(r"(?:No\.? ?)?[\w.]{1,8}(?: [a-z]{3,9})?(?: \[\d+\])?", number):
        return name
    return f"{wording.units.get(unit.lower(), unit)}{gap}{number}"


def _index(path: tuple[str, ...], name: re.Pattern[str], start: int) -> int | None:
    return next((i for i in range(start, len(path)) if name.fullmatch(path[i])), None)


def _numbers(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers of paragraphs and points, without what has none and the marks of repeated names."""
    return tuple(
        REPEAT.sub("", p) for p in parts if p not in _LEADS and not p.startswith((UNNUMBERED, INDENT))
    )


def _brackets(numbers: tuple[str, ...]) -> str:
    return "".join(f"({number})" for number in numbers)


def _join(annex: str, rest: str) -> str:
    return ", ".join(part for part in (annex, rest) if part)
