"""Texts that have lost their line ends: a whole treaty, or whole chapters of it, in one line.

Headings then stand between sentences. A line is cut where one may stand; the outline keeps the cuts it takes
for headings and the rest is joined again, so that a sentence with a reference stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.headings import NUMBER, division_label
from corpus.lines import Line

_HEAD = re.compile(
    rf"(?:(?<=\S)\s+|(?<=[.;:]))(?P<head>[*_]{{0,3}}(?P<kind>ARTICLE|Article|ART\.|Art\.|CHAPTER|Chapter|PART|Part|TITLE|Title|SECTION|Section"
    rf"|RULE|Rule|CLAUSE|Clause|REGULATION|Regulation|ANNEX|Annex|APPENDIX|Appendix|SCHEDULE|Schedule|PROTOCOL)"
    rf"(?:\s+(?P<number>{NUMBER}|(?:the |THE )?[A-Z][A-Za-z]{{2,8}}(?:-[A-Za-z]{{3,6}})?\b)|(?=\s*$))"
    rf"|(?i:in (?:witness|faith|testimony) whereof)\b|(?:DONE|Done) (?:at|AT|in|IN)\b)"
)
_SENTENCE_END = re.compile(r"[.;:!?][\"”’')\]\d]{0,3}$")
_REFERS = re.compile(
    r"\b(?:of|in|to|under|and|or|by|with|see|from|per|the|this|that|than|both|pursuant|paragraphs?|points?"
    r"|subparagraphs?|said|its|for|on|via|through|between|also|only|either|where)$",
    re.IGNORECASE,
)
_SHORTEST = 40
"""Characters of the shortest line that is looked into."""
_HEADING_BEFORE = 200
"""Characters after a cut within which the next may follow without a sentence between: heading upon heading."""
_LONGEST_LABEL = 12
"""Characters of a head's own label, behind whose number a full stop may stand."""
_LONGEST_WORDS = 40
"""Characters before a head that are looked at: the word before it, or the end of a sentence."""


def cut(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, cut wherever a heading may stand within one; parts after a cut are ``inside``."""
    return [part for line in lines for part in (_parts(line) if len(line.text) > _SHORTEST else [line])]


def joined(parts: Sequence[Line], text: str, kept: set[int]) -> list[Line]:
    """Join the parts again except those whose start is in ``kept``."""
    groups: list[list[Line]] = []
    for part in parts:
        if part.inside and part.start not in kept:
            groups[-1].append(part)
        else:
            groups.append([part])
    return [_whole(group, text) for group in groups]


def _whole(parts: list[Line], text: str) -> Line:
    first, last = parts[0], parts[-1]
    return first if first is last else replace(first, end=last.end, text=text[first.start : last.end])


def headings_beside(parts: Sequence[Line], articles: set[int]) -> set[int]:
    """Return the cuts to keep: the articles, the headings before them, the final formula and what follows it."""
    kept: set[int] = set()
    follows_kept = False
    first = min(articles, default=0)
    for i in range(len(parts) - 1, -1, -1):
        part = parts[i]
        is_article = part.start in articles
        heading = part.inside and division_label(part) is not None
        after_text = part.inside and part.start > first and _stands_alone(part)
        if is_article or after_text or (heading and follows_kept):
            kept.add(part.start)
            follows_kept = True
        else:
            follows_kept = False
    return kept


def _stands_alone(part: Line) -> bool:
    """Tell whether a part is a final formula or an annex's heading in capitals, whatever follows."""
    return bool(
        re.match(r"(?i:in (?:witness|faith|testimony))|DONE|Done|ANNEX|APPENDIX|SCHEDULE|PROTOCOL", part.text)
    )


def _parts(line: Line) -> Iterator[Line]:
    starts = [line.start, *_cuts(line)]
    ends = [*starts[1:], line.end]
    for start, end in zip(starts, ends, strict=True):
        text = line.text[start - line.start : end - line.start].rstrip()
        if start == line.start:
            yield replace(line, end=start + len(text), text=text)
        else:
            yield Line(start, start + len(text), text, marked=False, level=0, opens=True, inside=True)


def _cuts(line: Line) -> list[int]:
    cuts: list[int] = []
    last: int | None = 0 if _HEAD.match(f". {line.text[:_HEADING_BEFORE]}", 1) else None
    for match in _HEAD.finditer(line.text):
        at = match.start("head")
        before = line.text[max(at - _LONGEST_WORDS, 0) : match.start()]
        upon = last is not None and _is_heading_upon(line.text[last:at]) and not _REFERS.search(before)
        if upon or _SENTENCE_END.search(before) or _capital(match, before):
            cuts.append(line.start + at)
            last = at
    return cuts


def _is_heading_upon(text: str) -> bool:
    """Tell whether what stands between two heads is a heading: short, and no sentence ends in it."""
    return len(text) <= _HEADING_BEFORE and not re.search(r"[.;]\s", text[_LONGEST_LABEL:])


def _capital(match: re.Match[str], before: str) -> bool:
    """Tell whether a word in capitals after words in small letters can only be a heading."""
    kind = match["kind"] or ""
    return kind.isupper() and not _REFERS.search(before) and not before.rstrip(" ,").endswith(",")
