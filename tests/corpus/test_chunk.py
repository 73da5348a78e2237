"""Passages: nothing lost, limits kept, definitions alone, and what the encoder reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from corpus.chunk import Budget, cut
from corpus.errors import CorpusError
from corpus.models import Document, Kind, Level, Passage, Provision
from corpus.readers import read_document
from corpus.sentences import sentences
from corpus.structure import parse
from index.tokens import count
from tests.corpus.written_treaties import Written, document, written

TREATIES = Path(__file__).resolve().parents[3] / "shared" / "treaties" / "markdown"
PROPERTY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def in_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def budget(target: int, limit: int = 400) -> Budget:
    return Budget(target, in_words, limit, in_words)


def cut_up(text: str, target: int, limit: int = 400, **known: object) -> list[Passage]:
    made = document(text, **known)  # type: ignore[arg-type]
    return list(cut(made, parse(made), budget(target, limit)))


def spans(text: str, passages: Sequence[Passage]) -> list[str]:
    return [passage.span.of(text) for passage in passages]


def lost(made: Document, root: Provision, passages: Sequence[Passage]) -> list[str]:
    """Return the leaves with words that are in no passage's span and not all in the text embedded for one."""
    covered = set[int]()
    for passage in passages:
        covered.update(range(passage.span.start, passage.span.end))
    embedded = [" ".join(passage.embed_text.split()) for passage in passages]
    missing = []
    for leaf in root.leaves():
        if leaf.level is Level.HEADING:
            continue
        letters = [at for at in range(leaf.body, leaf.span.end) if made.text[at].isalnum()]
        own = " ".join(made.text[leaf.body : leaf.span.end].split())
        if any(at not in covered for at in letters) and not any(own in text for text in embedded):
            missing.append(own)
    return missing


ARTICLE = """Article 1
Lanterns
1. Each Party keeps in every harbour:
(a) a lantern of brass;
(b) a bell of bronze.
2. A lantern burns until dawn.

Article 2
Oil
Oil is shared in winter.

Article 3
Wax
Wax is shared in summer.
"""


def test_a_short_article_is_one_passage() -> None:
    passages = cut_up(ARTICLE, 100)
    assert [passage.label for passage in passages] == ["1", "2", "3"]
    assert spans(ARTICLE, passages)[1] == "Oil is shared in winter."
    assert spans(ARTICLE, passages)[0].startswith("1. Each Party")


def test_a_longer_article_is_cut_into_its_paragraphs() -> None:
    passages = cut_up(ARTICLE, 18)
    assert [passage.label for passage in passages] == ["1(1)", "1(2)", "2", "3"]
    assert spans(ARTICLE, passages)[1] == "A lantern burns until dawn."


def test_a_longer_paragraph_is_cut_into_runs_of_points_that_know_their_chapeau() -> None:
    passages = cut_up(ARTICLE, 6)
    points = [passage for passage in passages if passage.label in ("1(1)(a)", "1(1)(b)")]
    assert [passage.label for passage in points] == ["1(1)(a)", "1(1)(b)"]
    assert all("Each Party keeps in every harbour:" in passage.embed_text for passage in points)
    assert all("Each Party" not in passage.span.of(ARTICLE) for passage in points)


def test_the_embedded_text_names_document_and_headings_and_the_span_does_not() -> None:
    lantern = cut_up(ARTICLE, 18)[0]
    assert lantern.embed_text.startswith("Convention on the Care of Harbours\nArticle 1. Lanterns\n")
    assert lantern.embed_text.endswith(lantern.span.of(ARTICLE))


def test_a_long_leaf_is_cut_between_sentences() -> None:
    text = (
        "Article 1\n"
        + "The tide comes in. The tide goes out. " * 6
        + "\n\nArticle 2\nOil.\n\nArticle 3\nWax."
    )
    passages = [passage for passage in cut_up(text, 20) if passage.label == "1"]
    assert len(passages) == 3
    assert all(span.startswith("The tide") and span.endswith(".") for span in spans(text, passages))


DEFINITIONS = """Article 1
Use of terms
For the purposes of this Convention:
(a) “lantern” means a lamp with a shade;
(b) “bell” means what is rung in fog;
(c) “log” shall mean the book of arrivals.

Article 2
Oil
Each Party keeps:
(a) oil;
(b) wax;
(c) tar.

Article 3
Wax
Wax is shared.
"""


def test_every_definition_is_a_passage_of_its_own_though_the_article_would_fit() -> None:
    passages = cut_up(DEFINITIONS, 200)
    assert [passage.label for passage in passages] == ["1(a)", "1(b)", "1(c)", "2", "3"]
    assert "For the purposes of this Convention:" in passages[1].embed_text


def test_points_that_define_nothing_stay_together() -> None:
    passages = cut_up(DEFINITIONS, 200)
    assert next(p for p in passages if p.label == "2").span.of(DEFINITIONS).endswith("tar.")


@PROPERTY
@given(written())
def test_nothing_is_lost(treaty: Written) -> None:
    made = treaty.print()
    root = parse(made)
    for target in (8, 30, 200):
        assert lost(made, root, cut(made, root, budget(target))) == []


@PROPERTY
@given(written())
def test_passages_keep_to_the_limits_and_come_in_the_order_of_the_text(treaty: Written) -> None:
    made = treaty.print()
    passages = cut(made, parse(made), budget(30, limit=60))
    assert all(tokens <= 60 for tokens in in_words([passage.embed_text for passage in passages]))
    longest = max(in_words([passage.span.of(made.text) for passage in passages]))
    assert longest <= 30  # no sentence of these treaties is longer by itself
    starts = [passage.span.start for passage in passages]
    assert starts == sorted(starts)
    assert len({passage.id for passage in passages}) == len(passages)


def test_a_chapeau_too_long_to_be_repeated_is_a_passage_of_its_own() -> None:
    chapeau = (
        "In the harbours of the north, "
        + "where the nights are long and the oil is dear, " * 14
        + "each Party keeps:"
    )
    points = "\n".join(f"({letter}) a lantern that burns from dusk to dawn in winter;" for letter in "abcdef")
    text = f"Article 1\nLamps\n{chapeau}\n{points}\n\nArticle 2\nOil.\n\nArticle 3\nWax."
    made = document(text)
    root = parse(made)
    assert lost(made, root, cut(made, root, budget(40, limit=200))) == []


def test_a_chapeau_left_off_for_the_encoder_s_limit_is_a_passage_of_its_own() -> None:
    points = "\n".join(f"({letter}) a lantern that burns from dusk to dawn in winter;" for letter in "abcdef")
    chapeau = "Each Party keeps in every harbour of the north that ships may reach by night:"
    text = f"Article 1\nLamps\n{chapeau}\n{points}\n\nArticle 2\nOil.\n\nArticle 3\nWax."
    made = document(text)
    root = parse(made)
    assert lost(made, root, cut(made, root, budget(24, limit=34))) == []


def test_a_passage_longer_than_the_encoder_reads_is_cut_again() -> None:
    text = "Article 1\n" + "bell " * 90 + "\n\nArticle 2\nOil.\n\nArticle 3\nWax."
    passages = cut_up(text, 500, limit=40)
    assert all(tokens <= 40 for tokens in in_words([passage.embed_text for passage in passages]))
    assert sum(span.count("bell") for span in spans(text, passages)) == 90


def test_what_cannot_be_cut_is_an_error_and_not_lost() -> None:
    def in_letters(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    made = document("Article 1\n" + "x" * 400 + "\n\nArticle 2\nOil.\n\nArticle 3\nWax.")
    with pytest.raises(CorpusError, match="expected text in words, found 400 characters without a blank"):
        cut(made, parse(made), Budget(500, in_letters, 100, in_letters))


def test_marks_without_words_are_no_passages() -> None:
    assert cut_up("* * *", 40, kind=Kind.COMMENTARY) == []


def test_the_same_words_twice_have_two_ids() -> None:
    text = "Oil is dear.\n\nOil is dear."
    passages = cut_up(text, 2, kind=Kind.COMMENTARY)
    assert len({passage.id for passage in passages}) == len(passages)


@pytest.mark.skipif(
    not TREATIES.is_dir(), reason="the shared treaties are not beside the project: nothing to cut"
)
@pytest.mark.parametrize("name", ["iccpr", "uncac", "un-charter"])
def test_nothing_is_lost_of_a_real_treaty(name: str) -> None:
    raw = (TREATIES / f"{name}.md").read_bytes()
    made = read_document(raw, f"{name}.md")
    root = parse(made)
    passages = cut(made, root, Budget(220, count, 512, count))
    assert lost(made, root, passages) == []
    spans_of_one_sentence = [p.span for p in passages if len(sentences(made.text, p.span)) == 1]
    longer = [
        p.label
        for p in passages
        if count([p.span.of(made.text)])[0] > 220 and p.span not in spans_of_one_sentence
    ]
    assert longer == []
