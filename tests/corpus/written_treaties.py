"""Treaties of our own writing, for tests: small fixed ones, and a Hypothesis strategy that lays them out.

A written treaty knows what it says and where, so that a parse can be held against it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hypothesis import strategies as st

from corpus.models import Document, Heading, Kind, Level, Provenance, Provision, Span
from corpus.numerals import roman

ADDRESSED = (Level.ARTICLE, Level.PARAGRAPH, Level.POINT)
ROMAN = {
    value: text for text in "I II III IV V VI VII VIII IX X XI XII XIII".split() if (value := roman(text))
}


def document(
    text: str,
    *,
    id: str = "harbours",  # noqa: A002 - the field's name
    title: str = "Convention on the Care of Harbours",
    kind: Kind = Kind.TREATY,
    names: tuple[str, ...] = (),
    marked: tuple[str, ...] = (),
) -> Document:
    """Return a document of ``text``; lines equal to one of ``marked`` are headings of the source's own format."""
    headings, at = [], 0
    for line in text.split("\n"):
        if line in marked:
            headings.append(Heading(Span(at, at + len(line)), 2))
        at += len(line) + 1
    provenance = Provenance(f"{id}.txt", hashlib.sha256(text.encode()).hexdigest(), "test/1")
    return Document(id, title, kind, text, provenance, headings=tuple(headings), names=names)


def labelled(root: Provision) -> dict[str, Provision]:
    """Return the articles, paragraphs and points of a tree by label."""
    return {p.label: p for p in root.walk() if p.level in ADDRESSED}


def own_words(text: str, provision: Provision) -> str:
    """Return a provision's words after label and heading, on one line."""
    return " ".join(text[provision.body : provision.span.end].split())


def check_tree(root: Provision, text: str) -> None:
    """Check what every tree must be, whatever the text."""
    leaves = list(root.leaves())
    assert leaves[0].span.start == 0
    assert leaves[-1].span.end == len(text)
    assert all(one.span.end == other.span.start for one, other in pairwise(leaves))
    paths = [node.path for node in root.walk()]
    assert len(paths) == len(set(paths))
    for node in root.walk():
        assert node.span.start <= node.body <= node.span.end
        assert all(child.path[:-1] == node.path for child in node.children)
        if node.children:
            assert node.children[0].span.start == node.span.start
            assert node.children[-1].span.end == node.span.end


# -- what a treaty says


@dataclass(frozen=True)
class Unit:
    """A paragraph or point (or, unnumbered, the words of an article) and the points below it."""

    words: str
    points: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Article:
    heading: str
    paragraphs: tuple[Unit, ...]
    """One, unnumbered, or several, numbered."""


@dataclass(frozen=True)
class Part:
    """Articles under a heading; a treaty without parts has one, whose heading is empty."""

    heading: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Layout:
    """How a treaty is printed.

    Attributes:
        article: The article's label; ``{n}`` is its number, ``{r}`` the same in Roman numerals.
        heading: ``below``, ``beside`` or ``none``.
        paragraph, point, subpoint: The marks, ``{m}`` being the number or letter.
        lines: Points stand on lines of their own; otherwise they run on after the colon.
        gap: What stands between blocks.
        part: What a division is called.
        hashes: Headings are marked, as Markdown marks them.
    """

    article: str = "Article {n}"
    heading: str = "below"
    paragraph: str = "{m}."
    point: str = "({m})"
    subpoint: str = "({m})"
    lines: bool = True
    gap: str = "\n\n"
    part: str = "PART"
    hashes: bool = False


@dataclass(frozen=True)
class Written:
    """A treaty as written.

    Attributes:
        expected: Label of every article, paragraph and point, and the words it begins with.
    """

    preamble: tuple[str, ...]
    parts: tuple[Part, ...]
    annexes: tuple[tuple[str, tuple[Unit, ...]], ...]
    closing: bool
    layout: Layout
    title: str = "Convention on the Care of Harbours"
    expected: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in order."""
        return tuple(article for part in self.parts for article in part.articles)

    def with_article(self, place: int, article: Article) -> Written:
        """Return the treaty with the article at ``place`` (from 0) replaced."""
        parts, passed = [], 0
        for part in self.parts:
            inner = list(part.articles)
            if passed <= place < passed + len(inner):
                inner[place - passed] = article
            passed += len(part.articles)
            parts.append(replace(part, articles=tuple(inner)))
        return replace(self, parts=tuple(parts), expected={})

    def print(self) -> Document:
        """Return the treaty laid out, and note in ``expected`` what a parse of it must find."""
        printer = _Printer(self)
        return printer.document()


class _Printer:
    def __init__(self, written: Written) -> None:
        self._written, self._layout = written, written.layout
        self._blocks: list[str] = []
        self._marked: list[str] = []

    def document(self) -> Document:
        written = self._written
        if written.preamble:
            self._blocks += ["The Parties to this Convention,", *written.preamble, "Have agreed as follows:"]
        number = 0
        for place, part in enumerate(written.parts, start=1):
            if part.heading:
                self._heading(f"{self._layout.part} {ROMAN[place]}")
                self._heading(part.heading)
            for article in part.articles:
                number += 1
                self._article(number, article)
        if written.closing:
            self._blocks.append("Done at Lanternport, in a single copy, on the first day of spring.")
        for place, (heading, units) in enumerate(written.annexes, start=1):
            self._heading(f"ANNEX {ROMAN[place]}")
            self._heading(heading)
            self._numbered(units, f"Annex {ROMAN[place]}, ")
        text = f"{written.title}\n\n{self._layout.gap.join(self._blocks)}"
        return document(text, title=written.title, marked=tuple(self._marked) if self._layout.hashes else ())

    def _heading(self, words: str) -> None:
        self._blocks.append(words)
        self._marked.append(words)

    def _article(self, number: int, article: Article) -> None:
        label = self._layout.article.format(n=number, r=ROMAN.get(number, ""))
        name = label.split()[1].rstrip(".")
        self._written.expected[name] = ""
        if self._layout.heading == "beside":
            self._heading(f"{label} {article.heading}")
        else:
            self._heading(label)
            if self._layout.heading == "below":
                self._heading(article.heading)
        if len(article.paragraphs) == 1:
            self._unit("", article.paragraphs[0], name)
        else:
            self._numbered(article.paragraphs, name)

    def _numbered(self, units: tuple[Unit, ...], above: str) -> None:
        for number, unit in enumerate(units, start=1):
            label = f"{above}({number})"
            self._written.expected[label] = unit.words
            self._unit(self._layout.paragraph.format(m=number) + " ", unit, label)

    def _unit(self, mark: str, unit: Unit, label: str) -> None:
        if not unit.points:
            self._blocks.append(f"{mark}{unit.words}.")
            return
        blocks = [f"{mark}{unit.words}:"]
        for letter, point in zip("abcdefgh", unit.points, strict=False):
            ends = "." if point is unit.points[-1] else ";"
            self._written.expected[f"{label}({letter})"] = point.words
            blocks += self._point(self._layout.point.format(m=letter), point, f"{label}({letter})", ends)
        if self._layout.lines:
            self._blocks += blocks
        else:
            self._blocks.append(" ".join(blocks))

    def _point(self, mark: str, point: Unit, label: str, ends: str) -> list[str]:
        if not point.points:
            return [f"{mark} {point.words}{ends}"]
        blocks = [f"{mark} {point.words}:"]
        for numeral, below in zip(("i", "ii", "iii", "iv"), point.points, strict=False):
            self._written.expected[f"{label}({numeral})"] = below.words
            last = below is point.points[-1]
            blocks.append(f"{self._layout.subpoint.format(m=numeral)} {below.words}{ends if last else ','}")
        return blocks


# -- the strategy

_ACTORS = ("Each Party", "The Council of Keepers", "The harbour master", "Every keeper", "A Party so asked")
_DEEDS = ("keeps", "shall inspect", "shall repair", "may close", "reports on", "shall pay for", "lights")
_THINGS = (
    "the lantern",
    "its moorings",
    "the fog bells",
    "the oil store",
    "every beacon",
    "the log of arrivals",
)
_ENDS = (
    "before dusk",
    "within thirty days",
    "unless the tide forbids it",
    "in accordance with Article 2",
    "as paragraph 1 (a) of Article 3 requires",
    "without prejudice to articles 1 to 3",
    "at its own cost, and without delay",
    "where two or more ships wait",
)
_HEADINGS = ("Keeping of lanterns", "Moorings", "Fog bells and beacons", "Oil", "Arrivals in winter", "Costs")
_PART_HEADINGS = ("LIGHT", "WATER AND ICE", "KEEPERS", "COMMON RULES")
_RECITALS = (
    "Recalling that nights are long in winter,",
    "Noting the good work of the keepers,",
    "Convinced that a lit harbour is a safe harbour,",
    "Desiring to share the cost of oil,",
)


def words() -> st.SearchStrategy[str]:
    """Sentences without their full stop."""
    parts = (_ACTORS, _DEEDS, _THINGS, _ENDS)
    return st.tuples(*(st.sampled_from(p) for p in parts)).map(" ".join)


def _lower() -> st.SearchStrategy[str]:
    return st.tuples(*(st.sampled_from(p) for p in (_DEEDS, _THINGS, _ENDS))).map(" ".join)


def _units(*, depth: int, fewest: int) -> st.SearchStrategy[tuple[Unit, ...]]:
    points = st.just(()) if depth == 0 else st.one_of(st.just(()), _units(depth=depth - 1, fewest=2))
    unit = st.builds(Unit, _lower() if fewest == 2 and depth < 2 else words(), points)
    return st.lists(unit, min_size=fewest, max_size=4).map(tuple)


def articles() -> st.SearchStrategy[Article]:
    """Articles of one unnumbered paragraph or several numbered ones, with points and sub-points."""
    paragraph = st.builds(Unit, words(), st.one_of(st.just(()), _units(depth=1, fewest=2)))
    alone = st.tuples(paragraph)
    several = st.lists(paragraph, min_size=2, max_size=4).map(tuple)
    return st.builds(Article, st.sampled_from(_HEADINGS), st.one_of(alone, several))


def layouts() -> st.SearchStrategy[Layout]:
    """The ways of printing that treaties use."""
    return st.builds(
        Layout,
        article=st.sampled_from(
            (
                "Article {n}",
                "ARTICLE {n}",
                "Article {r}",
                "Article {n}.",
                "Art. {n}",
                "ARTICLE {r}.",
                "Article {n}A",
            )
        ),
        heading=st.sampled_from(("below", "none")),
        paragraph=st.sampled_from(("{m}.", "({m})", "{m})", "{m}")),
        point=st.sampled_from(("({m})", "{m})", "{m}.")),
        subpoint=st.sampled_from(("({m})", "{m})")),
        lines=st.booleans(),
        gap=st.sampled_from(("\n\n", "\n")),
        part=st.sampled_from(("PART", "CHAPTER", "TITLE")),
        hashes=st.booleans(),
    )


@st.composite
def written(draw: st.DrawFn) -> Written:
    """Treaties of three to nine articles, with or without preamble, parts, annexes and final formula."""
    layout = draw(layouts())
    if draw(st.booleans()) and layout.heading == "below":
        layout = replace(
            layout, heading="beside", article="Article {n}." if draw(st.booleans()) else "Article {n} –"
        )
    inner = st.lists(articles(), min_size=3, max_size=4).map(tuple)
    headed = draw(st.booleans())
    parts = tuple(
        Part(_PART_HEADINGS[place] if headed else "", draw(inner))
        for place in range(draw(st.integers(2, 3)) if headed else 1)
    )
    annexes = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("LIST OF HARBOURS", "FORMS OF LOGS")),
                st.lists(st.builds(Unit, words()), min_size=2, max_size=3).map(tuple),
            ),
            max_size=2,
        )
    )
    recitals = draw(st.lists(st.sampled_from(_RECITALS), unique=True, max_size=3))
    return Written(tuple(recitals), parts, tuple(annexes), draw(st.booleans()), layout)
