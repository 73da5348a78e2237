"""The outline of a treaty: annexes, divisions, articles, preamble and final formula.

``articles`` has said which lines open an article and to which series it belongs; here these are put under
their divisions and annexes. A series restarts in annexes and attached protocols, and in the chapters of
treaties that number each chapter anew. Divisions (Part, Chapter, Section, Title …) nest in the order in which a
treaty first uses them, because treaties disagree on which is the larger.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.articles import Articles
from corpus.headings import (
    Label,
    accompanying_label,
    agrees,
    annex_label,
    closes,
    division_label,
)
from corpus.lines import Line, is_title_like, next_line
from corpus.models import Document, Level
from corpus.pinpoint import ATTACHED, FOOTNOTES, PREAMBLE
from corpus.titles import Titles
from corpus.tree import Node

_PREAMBLE_WORD = re.compile(r"preamble\b[\s.:—–-]*", re.IGNORECASE)
_LONGEST_ANNEX_LINE = 60
"""Characters of an unmarked line that may open an annex before the final formula."""
_SHORTEST_PROSE = 120
"""Characters of a line that is the beginning of a preamble, not one more line of the title."""
_LINES_OF_TITLE = 40
"""Lines above an article 1 that restarts among which the title of its instrument is looked for."""


@dataclass(slots=True)
class _Base:
    """The document or an annex under construction, with the divisions open in it and the order of their kinds."""

    node: Node
    divisions: list[Node] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    has_articles: bool = False
    closed: bool = False

    def depth(self, node: Node) -> int:
        """Return how deep a division lies by its kind; one without a number is the deepest."""
        kind = node.name.split(" ")[0]
        return self.kinds.index(kind) if kind in self.kinds else len(self.kinds) + 1

    def add(self, node: Node) -> None:
        """Add a node below the innermost open division."""
        (self.divisions[-1] if self.divisions else self.node).children.append(node)


class Outline:
    """Builds the outline of one treaty, line by line. Use ``build``."""

    def __init__(self, document: Document, articles: Articles) -> None:
        self._text, self._title = document.text, document.title
        self._lines, self._articles = list(articles.lines), articles
        self._starts = sorted(articles.chosen)
        self._titles = Titles(document.text, self._lines, articles)
        self.root = Node(Level.DOCUMENT, "", 0, 0)
        self._base = self._main = _Base(self.root)
        self._series: dict[int, _Base] = {}
        self._noted = False  # the footnotes have begun, which readers put last
        self._divided = False  # a division was opened after the last article
        self._skip: set[int] = set()  # lines already used as headings

    def build(self) -> Node:
        """Return the root of the outline; articles have no children yet."""
        for i, line in enumerate(self._lines):
            if i not in self._skip:
                self._take(i, line)
        self.root.children = [*self._without_lists()]
        return self.root

    def _without_lists(self) -> Iterator[Node]:
        """Yield what stands at the top, without the entries of a list of annexes: a name alone that comes again."""
        children = self.root.children
        for i, node in enumerate(children):
            end = children[i + 1].start if i + 1 < len(children) else len(self._text)
            hollow = (
                node.level is Level.ANNEX and not node.children and not self._text[node.body : end].strip()
            )
            if not (hollow and any(later.name == node.name for later in children[i + 1 :])):
                yield node

    def _take(self, i: int, line: Line) -> None:
        if line.marked and line.text == FOOTNOTES:
            self._open_notes(line)
        elif not self._noted:
            self._open(i, line)

    def _open(self, i: int, line: Line) -> None:
        """Open what the line opens, if anything; the first that fits."""
        if line.start in self._articles.chosen:
            self._open_article(i, line)
        elif label := self._division(line):
            self._open_division(i, label)
        elif (label := annex_label(line)) and self._may_attach(line, label):
            self._open_annex(i, label)
        elif closes(line) and self._base.has_articles:
            self._close(line)
        else:
            self._open_unlabelled(i, line)

    def _open_unlabelled(self, i: int, line: Line) -> None:
        if self._base.closed and (line.marked or (accompanying_label(line) and line.opens)):
            self._attach(i)
        elif line.marked:
            self._open_unnumbered(i, line)
        elif not self._base.node.children and self._starts_preamble(i, line):
            self._open_preamble(line)

    def _open_notes(self, line: Line) -> None:
        self._noted = True
        self.root.children.append(Node(Level.SECTION, FOOTNOTES, line.start, line.end, line.text))

    def _division(self, line: Line) -> Label | None:
        label = division_label(line)
        return None if label and label.kind == self._articles.unit else label

    # -- articles

    def _open_article(self, i: int, line: Line) -> None:
        chosen = self._articles.chosen[line.start]
        self._enter_series(i, chosen.run)
        start, heading, body = self._titles.of_article(i, self._skip)
        name = f"{chosen.candidate.label.kind} {chosen.text}"
        self._base.add(Node(Level.ARTICLE, name, start, body, heading))
        self._base.has_articles, self._base.closed, self._divided = True, False, False

    def _enter_series(self, i: int, run: int) -> None:
        """Go to the document or annex in which a series runs; a new one begins in what was opened last."""
        if run in self._series:
            self._return_to(self._series[run])
            return
        if self._base.has_articles and not self._divided:
            title = self._title_above(i)
            if title is not None:
                self._attach(title)
        self._series[run] = self._base

    def _return_to(self, base: _Base) -> None:
        """Go on with the main text after an annex printed within it; other annexes are not taken up again."""
        if base is self._main and self._base is not base:
            base.divisions = []  # the annex stands after them
            self._base = base

    def _title_above(self, i: int) -> int | None:
        """Return the line that is the title of an attached instrument whose article 1 stands at line ``i``."""
        for j in range(i - 1, max(i - _LINES_OF_TITLE, 0), -1):
            line = self._lines[j]
            if line.start in self._articles.chosen:
                break
            if line.marked or (line.text.isupper() and is_title_like(line)):
                return j
        return None

    # -- divisions

    def _open_division(self, i: int, label: Label) -> None:
        self._resume_main(i)
        heading, body = self._titles.of_division(i, label, self._skip)
        self._open_after(i)
        base = self._base
        if label.kind not in base.kinds:
            base.kinds.append(label.kind)
        depth = base.kinds.index(label.kind)
        base.divisions = [one for one in base.divisions if base.depth(one) < depth]
        node = Node(Level.DIVISION, label.name, self._lines[i].start, body, heading)
        base.add(node)
        base.divisions.append(node)
        self._divided = True

    def _resume_main(self, i: int) -> None:
        """Leave an annex printed between two chapters, when the next article goes on with the main text."""
        line = self._lines[i]
        if self._base is self._main or self._following_run(line) != 0 or not self._main.has_articles:
            return
        following = self._starts[bisect_right(self._starts, line.start)]
        between = (one for one in self._lines[i + 1 : i + _LINES_OF_TITLE] if one.start < following)
        if not any(annex_label(one) for one in between):
            self._return_to(self._main)

    def _following_run(self, line: Line) -> int | None:
        """Return the series of the next article, None after the last."""
        place = bisect_right(self._starts, line.start)
        return self._articles.chosen[self._starts[place]].run if place < len(self._starts) else None

    def _open_unnumbered(self, i: int, line: Line) -> None:
        """Open a heading without a number (``Voting``) as the lowest division, if articles go on below it."""
        base = self._base
        in_annex = base is not self._main and not base.has_articles
        if not base.divisions and not base.has_articles and not in_annex:
            return
        following = self._lines[i + 1 : i + 4]
        if not in_annex and not any(one.start in self._articles.chosen for one in following):
            return
        base.divisions = [one for one in base.divisions if base.depth(one) < len(base.kinds)]
        node = Node(Level.DIVISION, line.text, line.start, line.end, line.text)
        base.add(node)
        base.divisions.append(node)

    # -- annexes, preamble, final formula

    def _may_attach(self, line: Line, label: Label) -> bool:
        """Tell whether an annex may begin: after articles, or where a numbered one follows an annex without any."""
        base = self._base
        begun = base.has_articles or (base is not self._main and bool(label.number or base.node.children))
        if line.inside and not base.closed and self._following_run(line) == 0:
            return False
        outstanding = line.marked or base.closed or line.text.isupper() or line.inside
        return begun and (outstanding or (len(line.text) < _LONGEST_ANNEX_LINE and line.opens))

    def _open_annex(self, i: int, label: Label) -> None:
        heading, body = self._titles.of_division(i, label, self._skip)
        self._begin_annex(Node(Level.ANNEX, label.name, self._lines[i].start, body, heading), i)

    def _attaches(self, line: Line) -> bool:
        """Tell whether an instrument without a number begins here, or the footnotes, which readers put last."""
        opens = line.marked or bool(accompanying_label(line) and line.opens)
        return opens and (self._base.closed or (line.marked and line.text == FOOTNOTES))

    def _attach(self, i: int) -> None:
        """Open an instrument that has no number at its title; headings taken for divisions go into it."""
        line = self._lines[i]
        for node in (self._base.node, *self._base.divisions):
            node.children = [child for child in node.children if child.start < line.start]
        self._begin_annex(Node(Level.ANNEX, ATTACHED + line.text, line.start, line.end, line.text), i)

    def _begin_annex(self, node: Node, i: int) -> None:
        self._open_after(i)
        self._base = _Base(node)
        self.root.children.append(node)
        self._divided = False

    def _close(self, line: Line) -> None:
        if not self._base.closed:
            self._base.node.children.append(Node(Level.CLOSING, "closing", line.start, line.start))
        self._base.divisions, self._base.closed = [], True

    def _starts_preamble(self, i: int, line: Line) -> bool:
        """Tell whether the preamble begins here: its own word, or the first prose before any article."""
        if self._base.has_articles or line.text == self._title or self._base.divisions:
            return False
        if self._base is not self._main:
            return bool(re.match(r"The (?:High |Contracting |States|Parties|Governments?)", line.text))
        if _PREAMBLE_WORD.match(line.text):
            return True
        following = next_line(self._lines, i)
        opens_with_parties = line.text.startswith(("The ", "THE "))
        return (
            len(line.text) > _SHORTEST_PROSE
            or agrees(line)
            or line.text.endswith(",")
            or (opens_with_parties and following is not None and following.text.endswith(","))
        )

    def _open_preamble(self, line: Line) -> None:
        match = _PREAMBLE_WORD.match(line.text)
        body = line.start + (match.end() if match else 0)
        self._base.node.children.append(Node(Level.PREAMBLE, PREAMBLE, line.start, body))

    def _open_after(self, i: int) -> None:
        """Let the line after a label and its heading open a block, though these end like no sentence."""
        after = i + 1
        while after in self._skip:
            after += 1
        if after < len(self._lines):
            self._lines[after] = replace(self._lines[after], opens=True, fresh=True)
