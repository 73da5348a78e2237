"""What a document is called and what sort of text it is, where its front matter does not say.

General rules over the text itself; a rule that finds nothing falls back to the file's name and never invents.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import PurePosixPath, PureWindowsPath

from corpus.models import Heading, Kind
from corpus.numerals import ordinal
from corpus.readers.frontmatter import MAX_ID

_DIVISION = re.compile(r"(?:article|art\.|part|chapter|section|title|annex|preamble)\b", re.IGNORECASE)
"""Headings of a text's own parts; what stands before the first of them may be its title."""

_CONTENTS = re.compile(r"(?:table of )?contents|index|menu|home", re.IGNORECASE)

_ARTICLE_LINE = re.compile(
    r"^[ \t]*(?:article|art\.?)[ \t]+(?P<number>\d{1,3}(?:\.\d{1,3})?|[IVXLC]{1,7})\b[^\n]{0,120}$",
    re.IGNORECASE | re.MULTILINE,
)
_ARTICLES_OF_A_TREATY = 3

# What a title calls a text stands near its beginning, after a name ("Harbour City Declaration"), not after a
# preposition ("Notes on the Declaration") or another instrument ("Protocol of Amendment"), nor in a question.
_NO_NAME = """
    what why how when where will does is has on of to about and for against from under
    treaty convention covenant charter agreement protocol statute pact notes guide commentary
"""
_LEAD = rf"(?:(?!(?:{'|'.join(_NO_NAME.split())})\b)[\w.’'-]+\s+){{0,3}}"
_DECLARATION = re.compile(rf"{_LEAD}d[ée]clarations?\b", re.IGNORECASE)
_AMENDMENT = re.compile(rf"{_LEAD}amendments?(?=\s+(?:to|of|adopted)\b|$)", re.IGNORECASE)
_RESERVATION = re.compile(
    r"(?:(?:the\s+)?(?:lists?|texts?|status|compilation|collection|withdrawals?)\s+of\s+(?:the\s+)?)?"
    rf"{_LEAD}(?:(?:declarations?|statements?|objections?|understandings?)(?:\s*(?:,|and|or|to|&|/)\s*\w+)?"
    r"\s*(?:,|and|or|to|&|/)\s*(?:the\s+)?)?"
    r"reservations?(?=\s*(?:$|[,:;(&/–—-]|(?:and|or|to|by|of|made|upon|entered|formulated|concerning|for)\b))",
    re.IGNORECASE,
)
_EXPLANATORY = r"(?:explanatory\s+(?:report|memorandum|notes?)|rapport\s+explicatif)"
_EXPLANATORY_REPORT = re.compile(
    rf"^(?:(?:the|draft|revised|final)\s+)*{_EXPLANATORY}\b|[-–—:,(]\s*(?:draft\s+)?{_EXPLANATORY}\W*$",
    re.IGNORECASE,
)
_CALLED = ((_RESERVATION, Kind.RESERVATION), (_AMENDMENT, Kind.AMENDMENT), (_DECLARATION, Kind.DECLARATION))
"""In this order: reservations are often printed together with declarations."""
_WORK_ABOUT = re.compile(
    r"\?\s*$|\b(?:guide|handbook|overview|explained|commentary|faq|an introduction|article by article)\b",
    re.IGNORECASE,
)
"""In a title of someone's work on reservations or amendments, which is none itself."""

# Function words show a language within a few words, where names and terms of art do not.
_ENGLISH = """
    a against and any are between by concerning for from in into its is of on or other relating
    shall that the their this to under which will with within
"""
_OTHER_LANGUAGES = """
    aan au auf aux bij contra contre das de degli del della der des det di die dos du door een el en
    entre et het inzake la las le les los met naar og oor over para por pour relatif relative sobre
    sur tegen tot und van vom von voor zu zum zur в и на о об по с у
"""
_LEANING = dict.fromkeys(_ENGLISH.split(), 1) | dict.fromkeys(_OTHER_LANGUAGES.split(), -1)

_TITLE_WORDS = range(4, 31)
_TITLE_WORDS_IN_CAPITALS = range(3, 61)
"""Official titles in capitals run long."""

_TITLE_SEARCH = 60
"""Lines looked at: a title stands near the top."""

_BODY_WORDS = 40
"""A line this long is a paragraph: the body has begun and no title follows."""

_SUBJECT_WORDS = 8
_NAMED_IN_TITLE = 2
_SUBJECT_WORD = 5
"""Letters of the shortest word that counts as part of a subject: shorter ones are mostly grammar."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DATE_LINE = re.compile(r"\b(?:19|20)\d\d\b")
_DATE_WORDS = 6
_INSTRUMENT = re.compile(
    r"\b(?:treaty|convention|covenant|charter|agreement|protocol|statute|declaration)\b", re.IGNORECASE
)
_LEFTOVER_TITLE = re.compile(
    r"^(?:microsoft word|untitled|document\d*)\b|\.\w{2,5}$|^[\W\d]*$", re.IGNORECASE
)
_NO_ASCII_FORM = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Latin letters, in lower case, that Unicode does not decompose."""

_HASH_DIGITS = 8


_WORDS_IN_CAPITALS = 4
"""Fewer words in capitals may be an abbreviation."""
_ROMAN = re.compile(r"[IVXLC]{2,}")
_SMALL = frozenset("a an and the of on in for to by with against between under its from or at beyond".split())


def file_name(name: str) -> str:
    """Return the last part of ``name``, whichever system's path it may be."""
    return PureWindowsPath(PurePosixPath(name).name).name


def stem(name: str) -> str:
    """Return the file's name without folder and suffix."""
    return PurePosixPath(file_name(name)).stem or name


def document_id(name: str) -> str:
    """Return an id made of the file's name: ASCII letters and digits in lower case, joined by hyphens.

    Letters without an ASCII form are made up for by a short hash, so that two names in another script differ.
    """
    base = unicodedata.normalize("NFC", stem(name)).lower()
    decomposed = unicodedata.normalize("NFKD", base.translate(_NO_ASCII_FORM))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    lost = any(letter.isalnum() and not letter.isascii() for letter in plain)
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if lost or not slug or len(slug) > MAX_ID:
        digest = hashlib.sha256(base.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
        slug = f"{slug[: MAX_ID - _HASH_DIGITS - 1].strip('-') or 'document'}-{digest}"
    return slug


def title(text: str, headings: tuple[Heading, ...], property_title: str | None, name: str) -> str:
    """Return the document's title: from its headings, its properties, its first lines, or its file's name.

    A title printed all in capitals is given in ordinary letters: it is shown in every citation.
    """
    found = _found_title(text, headings, property_title, name)
    return _in_title_case(found) if found.isupper() and len(found.split()) >= _WORDS_IN_CAPITALS else found


def _found_title(text: str, headings: tuple[Heading, ...], property_title: str | None, name: str) -> str:
    subject = _subject(text)
    stated = _plausible(property_title)
    return (
        _from_headings([(heading.level, _one_line(heading.span.of(text))) for heading in headings])
        or (stated if stated and _names(stated, subject) else None)
        or _from_lines(text, subject)
        or stated
        or stem(name)
    )


def kind(text: str, title: str) -> Kind:
    """Tell what sort of text this is: by what its title calls it, else a treaty by its articles, else commentary.

    A protocol that amends a treaty is a treaty; what is called an amendment is an amendment, articles or not.
    """
    called = _called(_one_line(title))
    if called is not None:
        return called
    return Kind.TREATY if _rising_articles(text) >= _ARTICLES_OF_A_TREATY else Kind.COMMENTARY


def _called(title: str) -> Kind | None:
    """Return the kind that a title names, or None if it names none or speaks of one."""
    if _EXPLANATORY_REPORT.search(title):
        return Kind.EXPLANATORY_REPORT
    if _WORK_ABOUT.search(title):
        return None
    return next((kind for pattern, kind in _CALLED if pattern.match(title)), None)


def _from_headings(headings: list[tuple[int, str]]) -> str | None:
    """Choose the first heading before the first division, or an English one there if the first is not."""
    leading = []
    for level, words in headings:
        if _DIVISION.match(words):
            break
        if _CONTENTS.fullmatch(words):
            continue
        leading.append((level, words))
    if not leading:
        return None
    first = next((words for level, words in leading if level == 1), leading[0][1])
    if _lean_to_english(first) >= 0:
        return first
    best = max((words for _, words in leading), key=_lean_to_english)
    return best if _lean_to_english(best) > 0 else first


def _lean_to_english(words: str) -> float:
    """Share of English function words less that of other languages'."""
    found = [word.lower() for word in _WORD.findall(words)]
    return sum(_LEANING.get(word, 0) for word in found) / max(len(found), 1)


def _plausible(value: str | None) -> str | None:
    words = _one_line(value or "")
    return None if len(words.split()) < 2 or _LEFTOVER_TITLE.search(words) else words  # noqa: PLR2004 - one word names nothing


def _from_lines(text: str, subject: set[str]) -> str | None:
    """Choose the line before the body that says what the text is, or names most of what it is about."""
    lines = [line.strip() for line in text.split("\n", _TITLE_SEARCH)[:_TITLE_SEARCH]]
    candidates = [line for line in _before_body(lines) if _looks_like_title(line)]
    first = next(filter(None, lines), "")
    if first in candidates and _called(first) is not None:
        return first
    best = max(candidates, key=lambda line: _names(line, subject), default="")
    return best if _names(best, subject) >= _NAMED_IN_TITLE else None


def _subject(text: str) -> set[str]:
    """Return the words the text uses most: what it is about. By-lines and navigation do not speak of it."""
    words = [word.lower() for word in _WORD.findall(text) if len(word) >= _SUBJECT_WORD]
    counts = Counter(word for word in words if word not in _LEANING)
    return {word for word, count in counts.most_common(_SUBJECT_WORDS) if count > 1}


def _names(line: str, subject: set[str]) -> int:
    """Count the words of the subject that ``line`` names; naming an instrument counts as one more."""
    words = {word.lower() for word in _WORD.findall(line)}
    return len(words & subject) + bool(_INSTRUMENT.search(line))


def _before_body(lines: list[str]) -> list[str]:
    """Return the lines before the first paragraph: a long line, or one that goes on in the next."""
    for at, (line, following) in enumerate(zip(lines, [*lines[1:], ""], strict=True)):
        if following[:1].islower() or (len(line.split()) > _BODY_WORDS and not line.isupper()):
            return lines[:at]
    return lines


def _looks_like_title(line: str) -> bool:
    words = line.split()
    half = len(words) // 2
    in_length = len(words) in (_TITLE_WORDS_IN_CAPITALS if line.isupper() else _TITLE_WORDS)
    repeated = words[:half] == words[half:]
    dated = len(words) <= _DATE_WORDS and _DATE_LINE.search(line)
    return in_length and not (repeated or dated or line.endswith((".", ":", ";", ",")))


def _rising_articles(text: str) -> int:
    """Length of the longest run of article headings at line starts whose numbers rise."""
    longest = run = 0
    last = 0.0
    for match in _ARTICLE_LINE.finditer(text):
        number = ordinal(match["number"]) or 0.0
        run = run + 1 if number > last else 1
        last = number
        longest = max(longest, run)
    return longest


def _in_title_case(words: str) -> str:
    """Put capitals on the first letters of all but small words; a Roman numeral keeps its own."""
    cased = [
        word
        if _ROMAN.fullmatch(word)
        else word.lower()
        if word.lower() in _SMALL and k
        else word.capitalize()
        for k, word in enumerate(words.split())
    ]
    return " ".join(cased)


def _one_line(words: str) -> str:
    return " ".join(words.split())
