"""Pinpoints: how a provision's address is written for lawyers.

A path is the address as the tree has it, ``("Part II", "Article 13", "1", "b")``. Its *label* is the short
form used between programs, ``13(1)(b)``; its *pinpoint* is the form used in a citation, ``art 13(1)(b)``
(OSCOLA 4th ed, 2.2.2: no full stops, paragraphs and points in brackets).
"""

from __future__ import annotations

import re

ARTICLE = "Article "
PREAMBLE = "Preamble"
UNNUMBERED = "¶"
"""Marks a paragraph without a number of its own: ``¶2`` is the second."""
INDENT = "indent "
_LEADS = {"chapeau", "heading", "closing", "title"}
_ARTICLE_NAME = re.compile(r"Article [\w.]+(?: ?[a-zA-Z]{1,9})?(?: \[\d+\])?")
"""A guide's section called "Article 19: what it says" is not an article."""
_PREAMBLE_NAME = re.compile(r"Preamble(?: \[\d+\])?")
_REPEAT = re.compile(r" \[(\d+)\]$")
ATTACHED = "Attached: "
"""Marks an instrument printed after the treaty's final formula that is no numbered annex."""
_ANNEX = re.compile(r"(?:annex|appendix|schedule|protocol)\b|attached: ", re.IGNORECASE)


def label_of(path: tuple[str, ...]) -> str:
    """Return a path's short label: ``13(1)(b)``, ``Annex II, 3(1)``, ``preamble(4)``; or nothing."""
    annex, at = _annex(path)
    article = _index(path, _ARTICLE_NAME, at)
    if article is not None:
        number = path[article].removeprefix(ARTICLE)
        return _join(annex, number + _brackets(path[article + 1 :]))
    preamble = _index(path, _PREAMBLE_NAME, at)
    if preamble is not None:
        return _join(annex, "preamble" + _brackets(path[preamble + 1 :]))
    rest = _brackets(path[at:]) if annex else ""
    return annex + (f", {rest}" if annex and rest else "") if annex else ""


def pinpoint_of(path: tuple[str, ...]) -> str:
    """Return a path as a citation writes it: ``art 13(1)(b)``, ``Annex II, art 3``, ``preamble, recital 4``.

    A path without numbered addresses gives its last headings (``"Search and seizure"``).
    """
    annex, at = _annex(path)
    article = _index(path, _ARTICLE_NAME, at)
    if article is not None:
        number = path[article].removeprefix(ARTICLE)
        return _join(annex, f"art {number}{_brackets(path[article + 1 :])}")
    preamble = _index(path, _PREAMBLE_NAME, at)
    if preamble is not None:
        recital = next((p for p in path[preamble + 1 :] if p.isdigit()), None)
        return _join(annex, f"preamble, recital {recital}" if recital else "preamble")
    if annex:
        return label_of(path)
    named = [p for p in path if p not in _LEADS]
    headings = [p for p in named if not p.startswith(UNNUMBERED)]
    if headings:
        return f"“{_REPEAT.sub('', headings[-1])}”"
    return f"para {named[0].removeprefix(UNNUMBERED)}" if named else ""


def _annex(path: tuple[str, ...]) -> tuple[str, int]:
    """Return the annex a path lies in ('' for none) and where the rest of the path begins."""
    if path and _ANNEX.match(path[0]):
        return path[0].removeprefix(ATTACHED), 1
    return "", 0


def _index(path: tuple[str, ...], name: re.Pattern[str], start: int) -> int | None:
    return next((i for i in range(start, len(path)) if name.fullmatch(path[i])), None)


def _brackets(parts: tuple[str, ...]) -> str:
    kept = [_REPEAT.sub("", p) for p in parts if p not in _LEADS and not p.startswith((UNNUMBERED, INDENT))]
    return "".join(f"({p})" for p in kept)


def _join(annex: str, rest: str) -> str:
    return f"{annex}, {rest}" if annex else rest
