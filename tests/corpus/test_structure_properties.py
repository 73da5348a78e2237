"""What holds of every treaty, however it is printed: found provisions, tiling, unique addresses, stable passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corpus.chunk import Budget, cut
from corpus.models import Document, Kind, Level, Provision, Span
from corpus.readers import read_document
from corpus.structure import parse
from tests.corpus.written_treaties import (
    Article,
    Written,
    articles,
    check_tree,
    document,
    labelled,
    own_words,
    written,
)


def _count(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BUDGET = Budget(40, _count, 300, _count)
"""Small, so that articles are cut; counted in words."""


@PROPERTY
@given(written())
def test_every_article_paragraph_and_point_is_found_under_its_label_and_no_other_is(treaty: Written) -> None:
    printed = treaty.print()
    found = labelled(parse(printed))
    assert sorted(found) == sorted(treaty.expected)
    for label, words in treaty.expected.items():
        assert own_words(printed.text, found[label]).startswith(words)


@PROPERTY
@given(written())
def test_every_article_keeps_its_heading(treaty: Written) -> None:
    assume(treaty.layout.heading != "none")
    root = parse(treaty.print())
    found = [node.heading for node in root.walk() if node.level is Level.ARTICLE]
    assert found == [article.heading for article in treaty.articles]


@PROPERTY
@given(written())
def test_the_leaves_tile_the_text_and_addresses_are_unique(treaty: Written) -> None:
    printed = treaty.print()
    check_tree(parse(printed), printed.text)


@PROPERTY
@given(
    st.text(
        alphabet=st.sampled_from("aAbI1234.;:,()— \n\n“”iv-"),
        min_size=1,
        max_size=300,
    ).filter(str.strip),
    st.sampled_from(list(Kind)),
    st.booleans(),
)
def test_any_text_at_all_is_tiled(noise: str, kind: Kind, between: bool) -> None:
    text = f"Article 1\n{noise}\nArticle 2\n{noise}\nArticle 3\n{noise}" if between else noise
    check_tree(parse(document(text, kind=kind)), text)


@PROPERTY
@given(written())
def test_a_treaty_on_one_line_has_the_same_articles(treaty: Written) -> None:
    layout = replace(treaty.layout, gap=" ", paragraph="{m}.", hashes=False)
    running = replace(treaty, layout=layout, annexes=(), expected={})
    printed = running.print()
    root = parse(printed)
    check_tree(root, printed.text)
    found = [node.path[-1].removeprefix("Article ") for node in root.walk() if node.level is Level.ARTICLE]
    assert found == [label for label in running.expected if "(" not in label]


@PROPERTY
@given(written())
def test_a_treaty_written_out_and_read_again_has_the_same_tree(treaty: Written) -> None:
    printed = replace(treaty, layout=replace(treaty.layout, hashes=False)).print()
    again = read_document(printed.text.encode(), "harbours.txt")
    assume(again.text == printed.text)
    assert _outline(parse(again)) == _outline(parse(printed))


def _outline(root: Provision) -> list[tuple[tuple[str, ...], str, Span]]:
    return [(node.path, node.heading, node.span) for node in root.walk()]


LARGE = 100_000
HARD = {
    "one word": "a" * LARGE,
    "one line of words": "word " * LARGE,
    "references": "Article 5 of the " * (LARGE // 10),
    "labels": " ".join(f"Article {n % 90}. Oil is dear." for n in range(LARGE // 40)),
    "labels on lines": "Article 3\n" * (LARGE // 40),
    "points": "Article 1\nA.\nArticle 2\n" + "(a) x;\n(b) y:\n1. z;\n" * (LARGE // 40) + "Article 3\nB.",
    "points on one line": "Article 1\nA.\nArticle 2\n"
    + "(a) x; (b) y: (i) z; " * (LARGE // 40)
    + "\nArticle 3\nB.",
    "full stops": ". " * LARGE,
    "capitals": "ANNEX I ARTICLE " * (LARGE // 40),
    "opening quotes": "“Article 5 " * (LARGE // 10),
    "a table only": "\n".join(f"Article {n} Oil {n}" for n in range(LARGE // 40)),
    "annexes": "Article 1\nA.\nArticle 2\nB.\nArticle 3\nC.\n" + "ANNEX I\n\nOil.\n\n" * (LARGE // 40),
    "a preamble": "The Parties,\n"
    + "Recalling that, and " * (LARGE // 40)
    + "\nArticle 1\nA.\nArticle 2\nB.\nArticle 3",
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_no_text_takes_more_time_than_its_length(text: str) -> None:
    """A search that goes over the text for each of its characters would not end within the runner's time."""
    check_tree(parse(document(text)), text)


@PROPERTY
@given(written())
def test_parsing_again_gives_the_same_tree(treaty: Written) -> None:
    assert parse(treaty.print()) == parse(treaty.print())


def _passages(printed: Document) -> dict[str, tuple[str, ...]]:
    return {passage.id: passage.path for passage in cut(printed, parse(printed), BUDGET)}


@PROPERTY
@given(written(), articles(), st.data())
def test_passages_keep_their_ids_when_another_article_is_edited(
    treaty: Written, other: Article, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(treaty.articles) - 1))
    before = _passages(treaty.print())
    after = _passages(treaty.with_article(place, other).print())
    edited = re.compile(
        rf"Article (?:{place + 1}A?|{'I II III IV V VI VII VIII IX X XI XII'.split()[place]})"
    )
    elsewhere = {one for one, path in before.items() if not any(edited.fullmatch(part) for part in path)}
    assert elsewhere <= after.keys()


@PROPERTY
@given(written())
def test_every_passage_lies_within_the_provision_it_is_cited_to(treaty: Written) -> None:
    printed = treaty.print()
    root = parse(printed)
    nodes = {node.path: node for node in root.walk()}
    for passage in cut(printed, root, BUDGET):
        assert nodes[passage.path].span.contains(passage.span)
        assert passage.label == nodes[passage.path].label
