"""Follow-ups: what was just quoted is not quoted again, what stands next to it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant import carried
from assistant.quotes import quote
from corpus import chunk
from corpus.chunk import Budget
from corpus.models import Document, Kind, Provenance, Span
from corpus.structure import parse
from index.models import Hit, Signals
from index.tokens import count

if TYPE_CHECKING:
    from assistant.models import Quote
    from corpus.models import Passage

TEXT = """Convention on Town Wells

Article 1
Digging
1. A town digs a well where water is found.
2. Nobody may dig within ten paces of another well.

Article 2
Depth
A well is at least nine ells deep.

Article 3
Ropes
The town replaces the rope each spring.

Article 4
Cats
Cats are kept away from wells.

Article 5
Songs
Songs may be sung at a well on Sundays.
"""
WELLS = Document(
    "wells", "Convention on Town Wells", Kind.TREATY, TEXT, Provenance("wells.txt", "ab", "text/1")
)
ROOT = parse(WELLS)
PASSAGES = chunk.cut(WELLS, ROOT, Budget(24, count, 512, count))


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def cited(words: str) -> Quote:
    span = at(words)
    return quote(WELLS, ROOT.chain(span.start)[-1], [span], 1.0)


def passage(words: str) -> Passage:
    start = TEXT.index(words)
    return next(one for one in PASSAGES if one.span.start <= start < one.span.end)


def near(words: str) -> dict[str, float]:
    found = carried.neighbours([cited(words)], lambda _: PASSAGES, lambda _: ROOT)
    return {name: worth for name, (_, worth) in found.items()}


@pytest.mark.parametrize(
    ("words", "worth"),
    [
        ("A town digs", carried.QUOTED),
        ("nine ells", carried.NEXT_ARTICLE),
        ("replaces the rope", carried.NEAR_ARTICLE),
    ],
)
def test_nearness_to_what_was_quoted_counts_and_what_was_quoted_counts_against(
    words: str, worth: float
) -> None:
    assert near("A town digs a well where water is found.")[passage(words).id] == worth


def test_what_stands_further_away_is_not_carried() -> None:
    assert passage("Cats are kept").id not in near("A town digs a well where water is found.")


def test_of_two_quotes_the_nearer_counts_unless_one_is_the_passage_itself() -> None:
    quotes = [
        cited("A town digs a well where water is found."),
        cited("The town replaces the rope each spring."),
    ]
    found = carried.neighbours(quotes, lambda _: PASSAGES, lambda _: ROOT)
    assert found[passage("nine ells").id][1] == carried.NEXT_ARTICLE
    assert found[passage("replaces the rope").id][1] == carried.QUOTED
    assert found[passage("Songs may").id][1] == carried.NEAR_ARTICLE


def test_only_passages_that_the_search_did_not_find_are_read_besides() -> None:
    found = carried.neighbours(
        [cited("A well is at least nine ells deep.")], lambda _: PASSAGES, lambda _: ROOT
    )
    hits = [Hit(passage("replaces the rope"), 1.0)]
    ids = [one.id for one in carried.unread(found, hits)]
    assert passage("replaces the rope").id not in ids
    assert passage("A town digs").id in ids


def test_a_follow_up_prefers_the_neighbour_to_what_was_quoted_before() -> None:
    found = carried.neighbours(
        [cited("A well is at least nine ells deep.")], lambda _: PASSAGES, lambda _: ROOT
    )
    hits = [Hit(passage(words), 1.0, Signals()) for words in ("nine ells", "Songs may", "replaces the rope")]
    ordered = carried.reordered(hits, found, [0.0, 0.0, 0.0], frozenset({"wells"}))
    assert [hit.passage.id for hit in ordered] == [
        passage(words).id for words in ("replaces the rope", "Songs may", "nine ells")
    ]
