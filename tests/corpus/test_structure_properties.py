"""What holds of every treaty, however it is printed: found provisions, tiling, unique addresses, stable passages."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.chunk import Budget, cut
from corpus.models import Document, Kind
from corpus.structure import parse
from tests.corpus.written_treaties import Article, Unit, Written, articles, document, labelled, own_words, written

EXAMPLES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BUDGET = Budget(40, lambda texts: [len(t.split()) for t in texts], 400, lambda texts: [len(t.split()) for t in texts])


@EXAMPLES
@given(written())
def test_every_article_paragraph_and_point_is_found_under_its_label(treaty: Written) -> None:
    printed = treaty.print()
    found = labelled(parse(printed))
    assert sorted(found) == sorted(treaty.expected)
    for label, words in treaty.expected.items():
        assert own_words(printed.text, found[label]).startswith(words)
