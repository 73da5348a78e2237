"""What a line says when it opens a provision: an article, a division, an annex, the final formula.

Here a line is read by itself and beside its neighbours; whether an article continues its series is decided in
``series``. A line opens an article when it reads ``Article N`` (or ``Section N``, ``Rule N`` … where these are
the unit) and the rest of the line is a heading or the article's own words, not the rest of a sentence that
refers to article N.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.models import Level
from corpus.numerals import ordinal, word

if TYPE_CHECKING:
    from corpus.lines import Line

_LATIN = r"(?:bis|ter|quater|quinquies|sexies|septies|octies|novies|decies)"
NUMBER = (
    r"(?:(?:\d{1,4}|[IVXLC]{1,7}|[A-Z]{1,2})(?:[.-](?:[A-Z]{1,2}(?=[.-])|\d{1,3}(?!\d)))+|[\dl][\dlO]{0,3}\b"
    r"|\d{1,4}(?=\w)|[IVXLC]+\b|[A-Z]\b)"
    rf"(?:\s?{_LATIN}\b|\s[A-Z](?=\s*(?:$|[.:—–]))|-?[A-Za-z]\b(?![.)'’]))?"
)
"""``13``, ``2.1``, ``1-01``, ``A-01``, ``IV.3``, ``XIII``, ``13 bis``, ``15A``; and ``4l`` where print meant 41."""
_WORD = r"(?:(?i:the)\s+)?[A-Za-z]{3,11}(?:-[A-Za-z]{3,9})?\b"
"""``ONE``, ``the First``, ``Twenty-one``: whether the word is a number is asked afterwards."""
_ARTICLE_WORDS = r"ARTICLE|Article|ARTICEL|ART\.|Art\."
_OTHER_UNITS = r"SECTION|Section|RULE|Rule|REGULATION|Regulation|CLAUSE|Clause|PARAGRAPH|Paragraph"
_NUMBER = re.compile(NUMBER)
_NOTE_MARK = r"(?:[*†‡¹²³⁰-⁹]{1,3}|\s?\[\d{1,3}\])?"
"""A mark that leads to a footnote stands right behind the number."""
_ARTICLE = re.compile(
    rf"[*_]{{0,3}}\s?(?P<unit>{_ARTICLE_WORDS}|{_OTHER_UNITS})(?:\s+|(?=\d))(?P<number>{NUMBER}|{_WORD}){_NOTE_MARK}(?P<rest>.*)",
    re.DOTALL,
)
_DIVISION = re.compile(
    rf"(?P<kind>PART|TITLE|CHAPTER|SUB-?SECTION|SUB-?CHAPTER|SECTION|BOOK|DIVISION)\s+"
    rf"(?P<number>{NUMBER}|{_WORD})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DIVISION_AFTER = re.compile(
    rf"(?P<number>{_WORD})\s+(?P<kind>PART|TITLE|CHAPTER|SECTION)\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
"""``First Part``."""
_ANNEX = re.compile(
    rf"(?P<kind>PROTOCOL|Protocol"
    rf"|ANNEX(?:URE)?|APPENDIX|SCHEDULE|ATTACHMENT|EXHIBIT|Annex(?:ure)?|Appendix|Schedule|Attachment|Exhibit)"
    rf"(?:\s+(?:(?i:No)\.?\s*|n°\s*|N°\s*)?(?P<number>{NUMBER}|ONE|TWO|THREE|FOUR|FIVE|SIX))?(?P<rest>.*)",
    re.DOTALL,
)
_ACCOMPANYING = re.compile(
    r"(?:(?:AGREED |Agreed )?(?:MINUTES?|Minutes?)\b|SIDE LETTERS?|Side [Ll]etters?|EXCHANGE OF (?:NOTES|LETTERS)"
    r"|Exchange of (?:[Nn]otes|[Ll]etters)|(?:JOINT |Joint )?(?:DECLARATIONS?|Declarations?)\b"
    r"|(?:MEMORANDUM OF )?UNDERSTANDING|Memorandum of [Uu]nderstanding|Understanding\b|FINAL ACT|Final Act"
    r"|(?:ADDITIONAL|Additional|OPTIONAL|Optional|SUPPLEMENTARY|Supplementary) (?:PROTOCOL|Protocol)"
    r"|INTERPRETATIVE NOTES?|Interpretative [Nn]otes?|EXPLANATORY NOTES?|SUPPLEMENTARY AGREEMENT)(?P<rest>.*)",
    re.DOTALL,
)
"""Texts printed after a treaty that were agreed with it; they open an annex only there."""
_CLOSING = re.compile(
    r"(?i:in (?:witness|faith|testimony) (?:whereof|thereof|of which))\b"
    r"|(?:DONE|Done) (?:at|AT|in|IN|on|ON|this|THIS)\b|(?:SIGNED|Signed) (?:at|AT|in (?:duplicate|triplicate|the))\b"
    r"|(?i:the foregoing (?:convention|agreement|treaty) (?:was|has been))",
)
_AGREEMENT = re.compile(
    r"\b(?:have|HAVE|has|hereby|HEREBY) (?:agreed|AGREED|agree|AGREE)\b[^.]{0,120}[:,—–-]*$"
)
_PUNCTUATION = re.compile(r"\s*+[.:;—–-][\s.:;—–-]*+(?:(?<=\s)|(?!\d))")
_OWN_WORDS = re.compile(
    r"^[*_]*\s+(?=[A-Z“\"‘\[]|\(\d{1,2}\)\s*\D|\([a-z]\)\s+\S|\d{1,2}\s*[.)]|\d{1,2}\s+[A-Z])"
)
_TORN_DIGITS = re.compile(r"\s(?P<digits>\d{1,2})(?=\s+[A-Z]|\s*$)")
_BRACKETED = re.compile(r"^\s+\([A-Za-z][^()]{2,120}\)(?P<after>.*)", re.DOTALL)
_RUNS_ON = re.compile(
    r"^\s*(?:[,;)]|(?:of|and|or|to|in|shall|is|are|may|above|below|hereof|thereof|applies)\b)"
)
_RUNS_ON_AFTER_CAPITALS = re.compile(r"^\s*(?:[,;)]|(?:of|and|or|shall|above|hereof|thereof|applies)\b)")
LONGEST_DIVISION_LINE = 160
"""Characters of a line that is the heading of a division or annex."""
LONGEST_HEADING = 120
"""Characters of an unmarked article heading."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a line that opens a node says.

    Attributes:
        level: What it opens.
        name: Its part of the address.
        kind: Words that name the level, ``Chapter``; for an article its unit, ``Article``.
        number: The number as printed, empty if it has none.
        rest_at: Offset of what follows the number on the line.
        spaced: The number if a blank got between its digits (``1 1``), and what follows it then; empty if none did.
    """

    level: Level
    name: str
    kind: str
    number: str
    rest_at: int
    spaced: tuple[str, int] = ("", 0)


def article_label(line: Line) -> Label | None:
    """Return the label if the line reads like the opening of an article, whatever the series says."""
    match = _ARTICLE.match(line.text)
    if match is None or not is_number(match["number"]) or not _opens_article(line, match["rest"]):
        return None
    unit = match["unit"].capitalize().replace("Art.", "Article").replace("Articel", "Article")
    number = " ".join(match["number"].split())
    rest_at = line.start + match.start("rest")
    torn = _TORN_DIGITS.match(match["rest"]) if number.isdigit() else None
    spaced = (number + torn["digits"], rest_at + torn.end("digits")) if torn else ("", 0)
    return Label(Level.ARTICLE, f"{unit} {number}", unit, number, rest_at, spaced)


def _opens_article(line: Line, rest: str) -> bool:
    """Tell whether what follows the number leaves a heading or an article's words, not the rest of a sentence."""
    if not rest.strip(" .:;—–-*_"):
        return line.fresh
    in_capitals = line.text[:3].isupper()
    if not line.fresh or (_RUNS_ON_AFTER_CAPITALS if in_capitals else _RUNS_ON).match(rest):
        return False
    if in_capitals and re.match(r"\s+[a-z]", rest):
        return line.opens  # a text in small letters whose labels alone are in capitals
    bracketed = _BRACKETED.match(rest)
    if bracketed:
        return (
            not bracketed["after"].strip(" .:")
            or in_capitals
            or not bracketed["after"].lstrip()[:1].islower()
        )
    return bool(_PUNCTUATION.match(rest)) or bool(_OWN_WORDS.match(rest))


def division_label(line: Line) -> Label | None:
    """Return the label if the line reads like the heading of a part, chapter, section or title."""
    match = _DIVISION.match(line.text) or _DIVISION_AFTER.match(line.text)
    if match is None or len(line.text) > LONGEST_DIVISION_LINE or not (line.fresh or line.marked):
        return None
    number, rest = " ".join(match["number"].split()), match["rest"]
    if not is_number(number) or _is_sentence(line, rest):
        return None
    kind = match["kind"].capitalize()
    return Label(Level.DIVISION, f"{kind} {number}", kind, number, line.start + match.start("rest"))


def _is_sentence(line: Line, rest: str) -> bool:
    """Tell whether a line goes on as a sentence after the number: no heading does."""
    if rest and not re.match(r"\s*[.:—–-]|\s+[A-Z(“\"]|\s*$", rest):
        return True
    return line.ends_sentence and bool(rest.strip(" .:—–-")) and not (line.marked or rest.isupper())


def annex_label(line: Line) -> Label | None:
    """Return the label if the line reads like the heading of an annex, schedule, appendix or protocol."""
    match = _ANNEX.match(line.text)
    if match is None or len(line.text) > LONGEST_DIVISION_LINE or not (line.fresh or line.marked):
        return None
    rest = match["rest"]
    if line.ends_sentence and not rest.isupper() and rest.strip(" .:—–-"):
        return None
    if rest and not re.match(r"\s*[.:—–-]|\s+[A-Z(“\"]|\s+(?:to|on|of)\s+[A-Zt]|\s*$", rest):
        return None
    number = " ".join((match["number"] or "").split())
    kind = match["kind"].capitalize()
    return Label(Level.ANNEX, f"{kind} {number}".strip(), kind, number, line.start + match.start("rest"))


def accompanying_label(line: Line) -> Label | None:
    """Return the label if the line reads like the title of a text agreed beside the treaty."""
    match = _ACCOMPANYING.match(line.text)
    if match is None or line.ends_sentence or len(line.text) > LONGEST_DIVISION_LINE or not line.fresh:
        return None
    if match["rest"] and not (
        line.text.isupper() or re.match(r"\s*[:—–-]|\s+(?:\d|[A-Zbocr])", match["rest"])
    ):
        return None
    return Label(Level.ANNEX, line.text, "", "", line.end)


def closes(line: Line) -> bool:
    """Tell whether the line begins a final formula."""
    return bool(_CLOSING.match(line.text)) and line.fresh


def agrees(line: Line) -> bool:
    """Tell whether the line ends with the words of agreement after which the provisions begin."""
    return bool(_AGREEMENT.search(line.text[-200:]))


def after_punctuation(rest: str) -> int:
    """Return how many characters of punctuation and blanks part a number from what follows it."""
    match = _PUNCTUATION.match(rest)
    return match.end() if match else len(rest) - len(rest.lstrip(" *_\t\n"))


def is_number(text: str) -> bool:
    """Tell whether a text that stands where a number should is one."""
    cleaned = re.sub(r"^the\s+", "", text, flags=re.IGNORECASE)
    return bool(_NUMBER.fullmatch(cleaned)) or word(cleaned) is not None or ordinal(cleaned) is not None
