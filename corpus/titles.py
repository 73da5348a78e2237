"""Headings of articles, divisions and annexes: beside the number, below it, or above it, on one line or more.

Nothing marks a heading in plain text. A line below a number is one if what follows it begins anew: after an
empty line, with a paragraph's number, or with a capital after a line too short to run on. Beside the number,
where the text has lost its line ends, a heading ends where a sentence begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.articles import MIN_ARTICLES, Articles
from corpus.headings import (
    LONGEST_DIVISION_LINE,
    LONGEST_HEADING,
    Label,
    after_punctuation,
    annex_label,
    article_label,
    division_label,
)
from corpus.lines import Line, is_title_like, next_line

_MARK = re.compile(
    r"(?:\d{1,3}\s?[.)](?!\d)|\(?[a-zA-Z]{1,3}\)|\(\d{1,3}\)|\d{1,2}(?:\.\d{1,2})+\s|[–—•-]\s)"
)
_THEN_MARK = re.compile(
    r"(?P<heading>(?:[^.;:]|:(?=\s[a-z])){2,160}?)[.:]?\s+(?=(?:1\s?\.(?!\d)|\(1\)|1\)|\(a\)|a\)|1\s+(?=[A-Z]))\s*\S|\d{1,2}\.1\s+[A-Z])"
)
_SENTENCE = frozenset(
    """The Each Any A An For In If No Nothing Where When Whenever This These Unless Subject Without With All Every
    Upon On At As Except Notwithstanding It Either Neither Both Pursuant Having After Before Within By To There They
    Should Until Such Nothing""".split()
)
"""Words with which sentences of treaties begin and which headings hardly have in their middle with a capital."""
_TERMS = frozenset(
    """Party Parties State States Member Members Contracting Convention Agreement Treaty Charter Covenant Protocol
    Council Committee Commission Assembly Secretary Director General United Nations Article Articles Annex Annexes
    Part Chapter Section Organization Government Governments""".split()
)
"""Words that have a capital in the middle of a heading whose other words have none."""
_SUBJECTS = frozenset({"States", "Parties", "Members"})
"""Terms with which a sentence begins without an article."""
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_ATTRIBUTE = re.compile(
    r"\b(?:of|to|by|with|between|among|for|in|on|the|an?|all|other|such|any|over|from|regarding|concerning)"
    r"(?: [a-z-]+)?$"
)
"""Before a term: it belongs to the words before."""
_BRACKETED = re.compile(r"\((?P<heading>[A-Za-z][^()]{2,120})\)(?:[.:]\s*|\s*$|\s+(?=[A-Z0-9(]))")
"""A heading in brackets, as some treaties of the interwar years print it."""
_CAPITAL = re.compile(r"(?<=\s)[A-Z][\w’'-]*")
_UNFINISHED = re.compile(
    r"(?:\b(?:of|and|or|to|in|on|for|the|an?|with|by|from|under|between|as|its|at|each|every|any|no|such|another)"
    r"|[,(/–-])$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?<!which )(?<!that )(?<!who )\b(?:shall|may|must|is|are|will|agrees?|undertakes?|has|have|applies|apply)\b"
)
"""A heading has no verb of its own, save in a relative clause."""
_CAPITALS = re.compile(r"[^a-z]{3,160}?(?=\s+(?:\d{1,2}\s?[.)]|\([a-z1]\)|[A-Z“\"]?[a-z])|\s*$)")
"""What a heading in capitals covers: up to a mark or to the first word in small letters."""
_MOSTLY = 0.7
_LONGEST_ABOVE = 140
_MOST_LINES = 4


class Titles:
    """Finds the headings of one treaty."""

    def __init__(self, text: str, lines: Sequence[Line], articles: Articles) -> None:
        self._text, self._lines, self._chosen = text, lines, articles.chosen
        self._above = self._stand_above()

    def of_article(self, i: int, skip: set[int]) -> tuple[int, str, int]:
        """Return where an article begins, its heading, and where its words begin; used lines go into ``skip``."""
        line = self._lines[i]
        label, chosen_text = self._chosen[line.start].candidate.label, self._chosen[line.start].text
        if self._above and i and i - 1 not in skip and self._is_above(i):
            above = self._lines[i - 1]
            return above.start, above.text, line.end
        rest_at = label.spaced[1] if chosen_text == label.spaced[0] else label.rest_at
        at = rest_at + after_punctuation(self._text[rest_at : line.end])
        if at >= line.end:
            heading, body = self._below(i, skip, division=False)
            return line.start, heading, body
        heading, body = self._beside(i, at, skip)
        return line.start, heading, body

    def of_division(self, i: int, label: Label, skip: set[int]) -> tuple[str, int]:
        """Return the heading of a division or annex and where the words after it begin."""
        line = self._lines[i]
        at = label.rest_at + after_punctuation(self._text[label.rest_at : line.end])
        if at >= line.end:
            return self._below(i, skip, division=True)
        if line.inside:
            match = _CAPITALS.match(self._text, at, line.end)
            if match or len(line.text) > LONGEST_DIVISION_LINE:
                end = match.end() if match else at
                return self._text[at:end].strip(), end
        return self._text[at : line.end], line.end

    # -- beside the number

    def _beside(self, i: int, at: int, skip: set[int]) -> tuple[str, int]:
        line = self._lines[i]
        rest = self._text[at : line.end]
        length, body = _heading_within(rest)
        if length or rest[0].islower():
            return rest[:length].strip("()"), at + body
        if _MARK.match(rest) and not line.marked:
            return "", at
        if line.marked or self._stands_alone(i, rest):
            return rest, line.end
        last = None if line.inside or line.ends_sentence else self._wrapped(i)
        if last is not None and self._lines[last].end - at <= LONGEST_DIVISION_LINE:
            skip.update(range(i + 1, last + 1))
            return " ".join(self._text[at : self._lines[last].end].split()), self._lines[last].end
        end = _before_sentence(rest)
        return rest[:end].rstrip(), at + end

    def _stands_alone(self, i: int, rest: str) -> bool:
        """Tell whether the rest of a number's line is the whole heading."""
        line, following = self._lines[i], next_line(self._lines, i)
        if line.ends_sentence or len(rest) > LONGEST_DIVISION_LINE:
            return False
        if (following is None or following.opens) and not line.inside:
            return not _PREDICATE.search(rest) or len(rest) < LONGEST_HEADING // 2
        if _before_sentence(rest):
            return False
        if following is None or line.inside or _MARK.match(following.text):
            return True
        return following.fresh and not following.text[0].islower()

    # -- below the number

    def _below(self, i: int, skip: set[int], *, division: bool) -> tuple[str, int]:
        line, following = self._lines[i], next_line(self._lines, i)
        if following is None:
            return "", line.end
        if not self._is_heading(i + 1, following, division=division):
            end = 0 if division or self._opens_another(following) else _before_sentence(following.text)
            return (following.text[:end].rstrip(), following.start + end) if end else ("", line.end)
        last = i + 1
        if not following.marked:
            wrapped = self._wrapped(i + 1)
            last = wrapped if wrapped is not None else last
        skip.update(range(i + 1, last + 1))
        end = self._lines[last].end
        return " ".join(self._text[following.start : end].split()), end

    def _is_heading(self, i: int, line: Line, *, division: bool) -> bool:
        if self._opens_another(line) or (article_label(line) and not line.marked):
            return False
        if line.marked:
            return True
        if not is_title_like(line):
            return self._wrapped(i) is not None and line.text[0].isupper() and not line.ends_sentence
        following = next_line(self._lines, i)
        if following is None:
            return False
        stands_apart = division or following.opens or following.start in self._chosen
        return stands_apart or self._is_close_heading(i, line, following)

    def _is_close_heading(self, i: int, line: Line, following: Line) -> bool:
        """Tell whether a line that text follows without a gap is a heading, not the beginning of that text."""
        if _PREDICATE.search(line.text) and not line.text.isupper():
            return False
        if _MARK.match(following.text):
            return True
        if following.text[0].islower() or not following.fresh or _UNFINISHED.search(line.text):
            return self._wrapped(i) is not None
        return True

    def _wrapped(self, i: int) -> int | None:
        """Return the last line of a heading that begins at line ``i`` and runs over several; None if it does not."""
        first = self._lines[i]
        for last in range(i + 1, min(i + _MOST_LINES, len(self._lines))):
            line, following = self._lines[last], next_line(self._lines, last)
            if not _goes_on(self._lines[last - 1], line) or self._opens_another(line):
                return None
            if line.end - first.start > LONGEST_DIVISION_LINE or _PREDICATE.search(line.text):
                return None
            if following is None or following.opens or self._opens_another(following):
                return last
            if following.fresh and following.text[0].isupper() and not _both_capitals(line, following):
                return last
        return None

    def _opens_another(self, line: Line) -> bool:
        """Tell whether a line opens a provision of its own and so belongs to no heading above it."""
        labelled = line.start in self._chosen or division_label(line) or annex_label(line)
        return bool(labelled or line.inside or _MARK.match(line.text))

    # -- above the number

    def _stand_above(self) -> bool:
        """Tell whether this treaty prints its headings above the numbers."""
        places = [i for i, line in enumerate(self._lines) if line.start in self._chosen]
        above = [i for i in places if i and self._is_above(i)]
        return len(above) >= max(MIN_ARTICLES, _MOSTLY * len(places))

    def _is_above(self, i: int) -> bool:
        """Tell whether line ``i - 1`` may be the heading of the article numbered on line ``i``."""
        above, line, following = self._lines[i - 1], self._lines[i], next_line(self._lines, i)
        label = self._chosen[line.start].candidate.label
        if self._text[label.rest_at : line.end].strip(" .:*") or not above.fresh:
            return False
        if division_label(above) or annex_label(above) or above.start in self._chosen or above.inside:
            return False
        if i > 1 and division_label(self._lines[i - 2]):
            return False
        if not is_title_like(above, longest=_LONGEST_ABOVE) or _PREDICATE.search(above.text):
            return False
        if following is None or not is_title_like(following, longest=_LONGEST_ABOVE):
            return True
        return bool(_MARK.match(following.text))


def _heading_within(text: str) -> tuple[int, int]:
    """Return how long a heading in brackets or before a mark is, and where the words begin; 0, 0 if there is none."""
    if bracketed := _BRACKETED.match(text):
        return bracketed.end("heading") + 1, bracketed.end()
    split = _THEN_MARK.match(text)
    if split is None or re.search(r"\bshall\b", split["heading"]) or text[0].islower():
        return 0, 0
    end = _before_sentence(split["heading"]) or len(split["heading"])
    return end, end


def _goes_on(before: Line, line: Line) -> bool:
    """Tell whether a heading that fills a line goes on with the next, be it after an empty line."""
    cut = bool(_UNFINISHED.search(before.text))
    if line.ends_sentence or (line.opens and not (cut and line.text[0].islower())):
        return False
    return cut or _both_capitals(before, line) or not line.fresh or line.text[0].islower()


def _both_capitals(one: Line, other: Line) -> bool:
    return one.text.isupper() and other.text.isupper()


def _before_sentence(text: str) -> int:
    """Return where the first sentence begins after a heading that stands before it on one line; 0 if nowhere."""
    if not text.strip() or not text.lstrip()[0].isalpha():
        return 0
    first = text.split(maxsplit=1)[0]
    for match in _CAPITAL.finditer(text, 1, LONGEST_DIVISION_LINE):
        heading = text[: match.start()].strip()
        if re.search(r"[.;]\s|:\s+[^a-z]", heading) or _PREDICATE.search(heading):
            return 0
        after = text[match.end() :].split(maxsplit=3)[:3]
        if not any(word[0].islower() for word in after):
            continue  # one more word of a heading whose words all have capitals
        if not _UNFINISHED.search(heading) and _begins_sentence(match.group(), heading, first, after[0]):
            return match.start()
    return 0


def _begins_sentence(word: str, heading: str, first: str, after: str) -> bool:
    """Tell whether a word with a capital begins a sentence after a heading: by the word, or by the heading's style."""
    words = heading.split()
    if word in _SENTENCE or word == first or word.lower() in words[1:]:  # "Roadsteads Roadsteads …"
        return True
    if word in _SUBJECTS and first not in _SENTENCE:
        ends_noun = words[-1].endswith("s") or not _ATTRIBUTE.search(heading)
        return words[-1][0].islower() and ends_noun and after[:1] in ("", "P", *_SMALL)
    if word == "Article":  # "Marine mammals Article 65 applies …"
        return words[-1][0].islower()
    in_small_letters = words[-1][0].islower() and len(words) > 1
    return in_small_letters and word not in _TERMS and not word.isupper()
