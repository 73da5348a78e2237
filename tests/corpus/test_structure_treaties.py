"""Seven treaties as a lawbook mirror prints them, held against an independent edition of four of them.

The texts are other people's words and stay in the shared folder; here are only numbers and counts, which were
read off the official texts by eye.
"""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from corpus.models import Document, Kind, Level, Provision
from corpus.readers import read_document
from corpus.references import main_articles
from corpus.structure import parse
from tests.corpus.written_treaties import check_tree, labelled

TREATIES = Path(__file__).resolve().parents[3] / "shared" / "treaties"
pytestmark = pytest.mark.skipif(
    not TREATIES.is_dir(), reason="the shared treaties are not beside the project: nothing to parse"
)

ARTICLES = {
    "budapest-convention": 48,
    "budapest-first-protocol": 16,
    "iccpr": 53,
    "un-charter": 111,
    "uncac": 71,
    "untoc": 41,
    "vclt": 85,
}
GOLD = ("vclt", "uncac", "un-charter", "iccpr")
MISPRINTED_ENDS = {
    ("vclt", "Article 66"): "the other edition lacks the end of the article",
    ("vclt", "Article 85"): "the other edition counts the final formula to the last article",
    ("un-charter", "Article 2"): "the other edition prints a Roman numeral with small letters",
}
LIKE = 0.92
"""Two editions may differ by a letter or two in forty."""


@cache
def read(name: str) -> tuple[Document, Provision]:
    path = TREATIES / "markdown" / f"{name}.md"
    found = read_document(path.read_bytes(), path.name)
    return found, parse(found)


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


@pytest.mark.parametrize("name", ARTICLES)
def test_a_treaty_is_a_tree_whose_leaves_tile_it(name: str) -> None:
    found, root = read(name)
    assert found.kind is Kind.TREATY
    check_tree(root, found.text)


@pytest.mark.parametrize(("name", "count"), ARTICLES.items())
def test_the_articles_are_numbered_from_one_without_a_gap(name: str, count: int) -> None:
    _, root = read(name)
    assert [a.path[-1] for a in main_articles(root)] == [f"Article {n}" for n in range(1, count + 1)]


def test_a_protocol_printed_after_the_final_formula_has_articles_of_its_own() -> None:
    _, root = read("iccpr")
    annex = root.children[-1]
    assert annex.level is Level.ANNEX
    assert sum(node.level is Level.ARTICLE for node in annex.walk()) == 14
    assert [child.level for child in annex.children if child.level is not Level.ARTICLE] == [
        Level.HEADING,
        Level.PREAMBLE,
        Level.CLOSING,
    ]


@pytest.mark.parametrize("name", GOLD)
def test_articles_begin_and_end_where_another_edition_has_them(name: str) -> None:
    found, root = read(name)
    gold = json.loads((TREATIES / "json" / f"{name}.json").read_text(encoding="utf-8"))["articles"]
    ours = main_articles(root)
    assert len(ours) == len(gold)
    for article, other in zip(ours, gold, strict=True):
        words, theirs = letters(found.text[article.body : article.span.end]), letters(other["content_en"])
        where = f"{name} {article.path[-1]}"
        assert SequenceMatcher(None, words[:40], theirs[:40]).ratio() > LIKE, where
        if (name, article.path[-1]) not in MISPRINTED_ENDS:
            assert words[-16:] in theirs[-160:], where  # theirs may run on into the next chapter's heading


@pytest.mark.parametrize("name", ["vclt", "uncac"])
def test_articles_have_the_headings_another_edition_gives_them(name: str) -> None:
    _, root = read(name)
    gold = json.loads((TREATIES / "json" / f"{name}.json").read_text(encoding="utf-8"))["articles"]
    for article, other in zip(main_articles(root), gold, strict=True):
        ratio = SequenceMatcher(None, letters(article.heading), letters(other["title_en"])).ratio()
        assert ratio > LIKE, f"{name} {article.path[-1]}: {article.heading}"


@pytest.mark.parametrize("name", ["un-charter", "iccpr"])
def test_articles_without_headings_are_given_none(name: str) -> None:
    _, root = read(name)
    assert not [article.path[-1] for article in main_articles(root) if article.heading]


def numbered(node: Provision) -> list[str]:
    """Return what a provision is divided into, leads and closing words left out."""
    return [c.path[-1] for c in node.children if c.level in (Level.PARAGRAPH, Level.POINT)]


def to(last: int | str) -> list[str]:
    if isinstance(last, int):
        return [str(n) for n in range(1, last + 1)]
    return [chr(code) for code in range(ord("a"), ord(last) + 1)]


PARTS = [
    # treaty, label, what it is divided into
    ("vclt", "2", to(2)),
    ("vclt", "2(1)", to("i")),
    ("vclt", "7", to(2)),
    ("vclt", "20(4)", to("c")),
    ("vclt", "31", to(4)),
    ("vclt", "31(3)", to("c")),
    ("vclt", "41(1)(b)", ["i", "ii"]),
    ("vclt", "60(2)", to("c")),
    ("vclt", "60(2)(a)", ["i", "ii"]),
    ("vclt", "77(1)", to("h")),
    ("uncac", "2", to("i")),
    ("uncac", "2(a)", ["i", "ii", "iii"]),
    ("uncac", "13(1)(d)", ["i", "ii"]),
    ("uncac", "44", to(18)),
    ("uncac", "46", to(30)),
    ("uncac", "46(3)", to("k")),
    ("un-charter", "1", to(4)),
    ("un-charter", "2", to(7)),
    ("un-charter", "13(1)", to("b")),
    ("un-charter", "73", to("e")),
    ("un-charter", "51", []),
    ("iccpr", "14", to(7)),
    ("iccpr", "14(3)", to("g")),
    ("iccpr", "8(3)(c)", ["i", "ii", "iii", "iv"]),
    ("iccpr", "41(1)", to("h")),
    ("iccpr", "41(1)(h)", ["i", "ii"]),
    ("iccpr", "27", []),
    ("untoc", "5(1)(a)(ii)", to("b")),
    ("untoc", "18", to(30)),
    ("budapest-convention", "1", to("d")),
    ("budapest-convention", "1(c)", ["i", "ii"]),
    ("budapest-convention", "19", to(5)),
    ("budapest-convention", "19(3)", to("d")),
    ("budapest-convention", "27(9)", to("e")),
    ("budapest-convention", "35(1)", to("c")),
    ("budapest-first-protocol", "3", to(3)),
    ("budapest-first-protocol", "6(2)", to("b")),
]


@pytest.mark.parametrize(("name", "label", "parts"), PARTS)
def test_an_article_has_its_paragraphs_and_points(name: str, label: str, parts: list[str]) -> None:
    _, root = read(name)
    main = {one: node for one, node in labelled(root).items() if not node.path[0].startswith("Attached")}
    assert numbered(main[label]) == parts


def test_unnumbered_headings_stand_between_chapter_and_article() -> None:
    _, root = read("un-charter")
    assert labelled(root)["27"].path == ("Chapter V", "Voting", "Article 27")
    assert labelled(root)["28"].path == ("Chapter V", "Procedure", "Article 28")
    assert labelled(root)["33"].path == ("Chapter VI", "Article 33")


def test_divisions_nest_in_the_order_in_which_the_treaty_uses_them() -> None:
    _, root = read("budapest-convention")
    assert labelled(root)["19"].path == ("Chapter II", "Section 2", "Title 4", "Article 19")
    assert labelled(root)["35"].path == ("Chapter III", "Section 2", "Title 3", "Article 35")
    assert labelled(root)["36"].path == ("Chapter IV", "Article 36")
