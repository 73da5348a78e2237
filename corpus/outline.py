"""The outline of a treaty: annexes, divisions, articles, preamble and final formula.

A line opens an article when it reads ``Article N`` and the rest of the line is a heading or the article's
own words, not the rest of a sentence that refers to article N; and when N continues the series. Series
restart in annexes and attached protocols only. Divisions (Part, Chapter, Section, Title …) nest in the
order in which a treaty first uses them, because treaties disagree on which is the larger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.lines import Line, is_title_like, next_line
from corpus.models import Document, Level
from corpus.numerals import ordinal
from corpus.pinpoint import ATTACHED, PREAMBLE
from corpus.tree import Node

NUMBER = (
    r"(?:\d{1,3}(?:\.\d{1,3})?(?:\s?(?:bis|ter|quater|quinquies|sexies|septies)\b|\s?[A-Za-z]\b(?![.)]))?"
    r"|[IVXLC]+\b|[A-Z]\b)"
)
_ARTICLE = re.compile(rf"(?:ARTICLE|Article|Art\.)\s+(?P<number>{NUMBER})(?P<rest>.*)", re.DOTALL)
_ARTICLE_WORD = re.compile(r"(?:ARTICLE|Article)\s+(?P<number>[A-Za-z]+)(?P<rest>)$")
_DIVISION = re.compile(
    rf"(?P<kind>PART|TITLE|CHAPTER|SUB-?SECTION|SECTION|BOOK|DIVISION)\s+"
    rf"(?P<number>{NUMBER}|(?:ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|FIRST|SECOND|THIRD)\b)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ANNEX = re.compile(
    rf"(?P<kind>ANNEX|APPENDIX|SCHEDULE|PROTOCOL|Annex|Appendix|Schedule|Protocol)(?:\s+(?:No\.?\s*)?(?P<number>{NUMBER}))?(?P<rest>.*)",
    re.DOTALL,
)
_CLOSING = re.compile(
    r"(?:IN (?:WITNESS|FAITH) (?:WHEREOF|THEREOF)|In (?:witness|faith) (?:whereof|thereof)"
    r"|DONE (?:at|AT|in|IN)\b|Done (?:at|in)\b)",
)
_PREAMBLE_WORD = re.compile(r"preamble\b[\s.:—–-]*", re.IGNORECASE)
_PUNCTUATION = re.compile(r"^\s*[.:—–-]+\s*")
_OWN_WORDS = re.compile(r"^\s+(?=[A-Z“\"‘(\[]|\d+\s*\.|\d+\s+[A-Z])")
_HEADING_THEN_NUMBER = re.compile(r"(?P<heading>[^.;:]{2,160}?)\s+(?=(?:1\s*\.|\(1\)|\(a\)|a\))\s*\S)")
_LONGEST_DIVISION_LINE = 160
_LONGEST_ANNEX_LINE = 60
"""Characters of an unmarked line that may open an annex before the final formula."""
_LONGEST_ARTICLE_HEADING = 80
"""Characters of an unmarked article heading that is followed by text without a gap."""
_SHORTEST_PROSE = 120
"""Characters of a line that is the beginning of a preamble, not one more line of the title."""
_LARGEST_GAP = 10
"""Article numbers that may be missing before an unmarked article (excerpts, repealed articles)."""
_HOLLOW = 25
"""Mean characters of an article's own words below which a series of articles is a table of contents."""
MIN_ARTICLES = 3
"""A text with fewer article headings is not parsed as a treaty."""


@dataclass(frozen=True, slots=True)
class _Label:
    """What a line that opens a node says: its name, its ordinal, and where heading or words follow."""

    level: Level
    name: str
    kind: str
    number: float
    rest_at: int
    """Offset of what follows the number on the line."""


def article_label(line: Line) -> _Label | None:
    """Return the label if the line reads like the opening of an article, whatever the series says."""
    match = _ARTICLE.match(line.text) or _ARTICLE_WORD.match(line.text)
    if match is None:
        return None
    number = ordinal(match["number"])
    if number is None or not _opens_article(line, match["rest"]):
        return None
    return _Label(
        Level.ARTICLE,
        f"Article {_tidy(match['number'])}",
        "article",
        number,
        line.start + match.start("rest"),
    )


def _opens_article(line: Line, rest: str) -> bool:
    if not rest.strip(" .:—–-*"):
        return line.opens or line.marked or line.text.isupper() or rest.strip() in ("", ".")
    if not line.opens:
        return False
    return bool(_PUNCTUATION.match(rest) and not rest.lstrip().startswith("-,")) or bool(
        _OWN_WORDS.match(rest)
    )


def division_label(line: Line) -> _Label | None:
    """Return the label if the line reads like the heading of a part, chapter, section or title."""
    match = _DIVISION.match(line.text)
    if match is None or len(line.text) > _LONGEST_DIVISION_LINE or not (line.opens or line.marked):
        return None
    number, rest = ordinal(match["number"]), match["rest"]
    if (
        number is None
        or (rest and not re.match(r"\s*[.:—–-]|\s+[A-Z]", rest))
        or (line.ends_sentence and rest.strip(" .:—–-") and not line.marked and not rest.isupper())
    ):
        return None
    kind = match["kind"].capitalize()
    return _Label(
        Level.DIVISION, f"{kind} {_tidy(match['number'])}", kind, number, line.start + match.start("rest")
    )


def annex_label(line: Line) -> _Label | None:
    """Return the label if the line reads like the heading of an annex, schedule, appendix or protocol."""
    match = _ANNEX.match(line.text)
    if match is None or len(line.text) > _LONGEST_DIVISION_LINE or not (line.opens or line.marked):
        return None
    rest = match["rest"]
    if line.ends_sentence or (rest and not re.match(r"\s*[.:—–-]|\s+[A-Z]", rest)):
        return None
    number = match["number"]
    name = f"{match['kind'].capitalize()} {_tidy(number)}" if number else match["kind"].capitalize()
    return _Label(
        Level.ANNEX,
        name,
        "annex",
        ordinal(number) or 0.0 if number else 0.0,
        line.start + match.start("rest"),
    )


def _tidy(number: str) -> str:
    return " ".join(number.split())


def _articles(node: Node) -> list[Node]:
    own = [node] if node.level is Level.ARTICLE else []
    return own + [found for child in node.children for found in _articles(child)]


class Outline:
    """Builds the outline of one treaty, line by line. Use ``build``."""

    def __init__(self, document: Document, lines: list[Line]) -> None:
        self._text, self._lines, self._title = document.text, list(lines), document.title
        self.root = Node(Level.DOCUMENT, "", 0, 0)
        self._base = self.root  # the document, or the annex we are in
        self._divisions: list[Node] = []
        self._kinds: list[str] = []
        self._last_article = 0.0
        self._article: Node | None = None
        self._closed = False
        self._skip: set[int] = set()  # lines already used as headings

    def build(self) -> Node:
        """Return the root of the outline; articles have no children yet."""
        for i, line in enumerate(self._lines):
            if i not in self._skip:
                self._take(i, line)
        return self.root

    def _take(self, i: int, line: Line) -> None:
        if (label := article_label(line)) and self._continues(i, label):
            self._open_article(i, label)
        elif label := division_label(line):
            self._open_division(i, label)
        elif (label := annex_label(line)) and self._may_attach(line, label):
            self._open_annex(i, label)
        elif _CLOSING.match(line.text) and line.opens and self._last_article:
            self._close(line)
        elif self._closed and line.marked:
            name = ATTACHED + line.text
            self._open_annex(i, _Label(Level.ANNEX, name, "annex", 0.0, line.end))
        elif line.marked:
            self._open_unnumbered(i, line)
        elif not self._base.children and self._starts_preamble(i, line):
            self._open_preamble(line)

    # -- articles

    def _continues(self, i: int, label: _Label) -> bool:
        """Tell whether the number fits the series: rising, or restarting where a new instrument may begin."""
        gap = label.number - self._last_article
        if 0 < gap <= 1:
            return True
        line = self._lines[i]
        alone = not self._text[label.rest_at : line.end].strip(" .:*")
        if gap > 1:
            return (alone or line.marked) and (gap <= _LARGEST_GAP or line.marked)
        return label.number == 1 and (alone or line.marked) and self._restart(i)

    def _restart(self, i: int) -> bool:
        """Begin an attached instrument at the last heading before an article 1 that restarts the series."""
        if self._last_article == 0:
            return True
        if self._is_hollow():
            self._begin_again()
            return True
        for j in range(i - 1, max(i - 40, 0), -1):
            line = self._lines[j]
            if article_label(line):
                break
            if line.marked or (line.text.isupper() and is_title_like(line)):
                self._detach_after(line.start)
                self._open_annex(j, _Label(Level.ANNEX, ATTACHED + line.text, "annex", 0.0, line.end))
                return True
        return False

    def _is_hollow(self) -> bool:
        """Tell whether the articles so far are headings only: a table of contents, not a treaty."""
        starts = [node.start for node in _articles(self._base)]
        bodies = [node.body for node in _articles(self._base)]
        words = [after - body for body, after in zip(bodies, starts[1:], strict=False)]
        return len(words) > 1 and sum(words) / len(words) < _HOLLOW

    def _begin_again(self) -> None:
        self.root.children.clear()
        self._base, self._divisions, self._kinds = self.root, [], []
        self._article, self._last_article, self._closed = None, 0.0, False

    def _detach_after(self, start: int) -> None:
        """Forget unnumbered divisions opened at or after ``start``: they belong to what begins there."""
        for node in (self._base, *self._divisions):
            node.children = [child for child in node.children if child.start < start]

    def _open_article(self, i: int, label: _Label) -> None:
        heading, body = self._heading(i, label)
        node = Node(Level.ARTICLE, label.name, self._lines[i].start, body, heading)
        (self._divisions[-1] if self._divisions else self._base).children.append(node)
        self._article, self._last_article, self._closed = node, label.number, False

    # -- divisions

    def _open_division(self, i: int, label: _Label) -> None:
        heading, body = self._heading(i, label, division=True)
        self._open_after(i)
        if label.kind not in self._kinds:
            self._kinds.append(label.kind)
        depth = self._kinds.index(label.kind)
        self._divisions = [d for d in self._divisions if d.name and self._depth(d) < depth]
        node = Node(Level.DIVISION, label.name, self._lines[i].start, body, heading)
        (self._divisions[-1] if self._divisions else self._base).children.append(node)
        self._divisions.append(node)
        self._article = None

    def _depth(self, node: Node) -> int:
        kind = node.name.split(" ")[0]
        return self._kinds.index(kind) if kind in self._kinds else len(self._kinds) + 1

    def _open_unnumbered(self, i: int, line: Line) -> None:
        """Open a heading without a number (``Voting``) as the lowest division, if articles go on below it."""
        in_annex = self._base is not self.root and not self._last_article
        if not self._divisions and not self._last_article and not in_annex:
            return
        if not in_annex and not any(article_label(following) for following in self._lines[i + 1 : i + 4]):
            return
        self._divisions = [d for d in self._divisions if self._depth(d) < len(self._kinds)]
        node = Node(Level.DIVISION, line.text, line.start, line.end, line.text)
        (self._divisions[-1] if self._divisions else self._base).children.append(node)
        self._divisions.append(node)

    # -- annexes, preamble, final formula

    def _may_attach(self, line: Line, label: _Label) -> bool:
        """Tell whether an annex may begin: after articles, or where a numbered one follows an annex without any."""
        begun = bool(self._last_article) or (self._base is not self.root and label.number > 0)
        return begun and (
            line.marked or self._closed or line.text.isupper() or len(line.text) < _LONGEST_ANNEX_LINE
        )

    def _open_annex(self, i: int, label: _Label) -> None:
        attached = label.name.startswith(ATTACHED)
        heading, body = (
            (self._lines[i].text, self._lines[i].end) if attached else self._heading(i, label, division=True)
        )
        self._open_after(i)
        self._base = Node(Level.ANNEX, label.name, self._lines[i].start, body, heading)
        self.root.children.append(self._base)
        self._divisions, self._kinds = [], []
        self._article, self._last_article, self._closed = None, 0.0, False

    def _close(self, line: Line) -> None:
        if not self._closed:
            self._base.children.append(Node(Level.CLOSING, "closing", line.start, line.start))
        self._divisions, self._article, self._closed = [], None, True

    def _starts_preamble(self, i: int, line: Line) -> bool:
        """Tell whether the preamble begins here: its own word, or the first prose before any article."""
        if (
            self._last_article
            or line.text == self._title
            or self._divisions
            or any(c.level is Level.PREAMBLE for c in self._base.children)
        ):
            return False
        if self._base is not self.root:
            return bool(re.match(r"The (?:High |Contracting |States|Parties|Governments?)", line.text))
        if _PREAMBLE_WORD.match(line.text):
            return True
        following = next_line(self._lines, i)
        opens_with_parties = line.text.startswith(("The ", "THE "))
        return (
            len(line.text) > _SHORTEST_PROSE
            or line.text.endswith(",")
            or (opens_with_parties and following is not None and following.text.endswith(","))
        )

    def _open_preamble(self, line: Line) -> None:
        match = _PREAMBLE_WORD.match(line.text)
        body = line.start + (match.end() if match else 0)
        self._base.children.append(Node(Level.PREAMBLE, PREAMBLE, line.start, body))

    # -- headings

    def _open_after(self, i: int) -> None:
        """Let the line after a division's label and heading open a block, though these end like no sentence."""
        after = i + 2 if i + 1 in self._skip else i + 1
        if after < len(self._lines):
            self._lines[after] = replace(self._lines[after], opens=True)

    def _heading(self, i: int, label: _Label, *, division: bool = False) -> tuple[str, int]:
        """Return the heading of a label, from its own line or the next, and where the words begin."""
        line = self._lines[i]
        rest = self._text[label.rest_at : line.end]
        skipped = _PUNCTUATION.match(rest)
        at = label.rest_at + (skipped.end() if skipped else len(rest) - len(rest.lstrip()))
        rest = self._text[at : line.end]
        if rest:
            return self._heading_on_line(line, at, rest, division=division)
        following = next_line(self._lines, i)
        if following is None or not self._is_heading(i + 1, following, division=division):
            return "", line.end
        self._skip.add(i + 1)
        return following.text, following.end

    def _heading_on_line(self, line: Line, at: int, rest: str, *, division: bool) -> tuple[str, int]:
        split = _HEADING_THEN_NUMBER.match(rest)
        if split and not division:
            return split["heading"], at + split.end("heading")
        if division or line.marked or (not line.ends_sentence and len(rest) <= _LONGEST_DIVISION_LINE):
            return rest, line.end
        return "", at

    def _is_heading(self, i: int, line: Line, *, division: bool) -> bool:
        if article_label(line) or division_label(line) or annex_label(line):
            return False
        if re.match(r"(?:\d+\s*\.|\(?[a-z]{1,3}\)|\(\d+\))", line.text):
            return False
        if line.marked:
            return True
        if not is_title_like(line):
            return False
        following = next_line(self._lines, i)
        if following is None:
            return False
        return division or following.opens or len(line.text) <= _LONGEST_ARTICLE_HEADING
