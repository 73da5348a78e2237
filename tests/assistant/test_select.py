"""Which words of the right passage are quoted: the best ones, and those beside them that answer nearly as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.deciding import distinct
from assistant.quotes import quote
from assistant.select import (
    MOST_BESIDE,
    NEAR,
    PARAGRAPH,
    asks_for_list,
    beside,
    candidates,
    of_one_list,
    together,
)
from corpus.models import Passage, Span
from corpus.structure import parse
from index.closeups import parts_of
from index.models import Hit, Signals
from tests.corpus.written_treaties import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.select import Candidate

FILLING = " ".join(["The lamp stands on a rock that the sea has not yet taken."] * 12)
LAMPS = document(
    f"""Convention on Lamps

Article 1
Keepers
1. The keeper lights the lamp at dusk. The mate may light it in a storm.

2. The guild appoints the keeper. {FILLING} The guild pays the keeper in oil.

3. The mate is chosen by the keeper.

4. No keeper is older than the lamp.

5. A keeper who sleeps is dismissed.

Article 2
Entry into force
This Convention begins in spring.

Article 3
Languages
It is written in one language.

Article 4
Stores
1. The keeper holds in store:

(a) oil for forty nights;

(b) wicks;

(c) a spare glass.

2. The mate:

(a) counts the oil;

(b) trims the wicks.

Article 5
Storms
The keeper lights the lamp at dusk. The mate may light it in a storm. {FILLING}
""",
    title="Convention on Lamps",
)
ROOT = parse(LAMPS)


def scored(logits: dict[str, float], article: str = "1") -> list[Candidate]:
    """Return the candidates of an article; those that have a phrase score as given, the rest -9."""

    def score(_: str, texts: Sequence[str]) -> list[float]:
        return [
            max((value for words, value in logits.items() if words in text), default=-9.0) for text in texts
        ]

    node = next(node for node in ROOT.walk() if node.label == article)
    passage = Passage("p", LAMPS.id, node.path, node.label, node.span, "Lamps\nKeepers\nwords")
    return candidates("Who?", [Hit(passage, 1.0)], lambda _: LAMPS, lambda _: ROOT, score)


def best(found: Sequence[Candidate]) -> Candidate:
    """Return the candidate with the highest logit."""
    return max(found, key=lambda one: one.fit)


def words(one: Candidate) -> str:
    """Return what would be quoted."""
    return quote(one.document, one.node, one.segments, one.logit).text


def test_a_short_paragraph_is_quoted_whole() -> None:
    found = scored({"The mate may": 5.0})
    assert words(together(best(found), found)) == (
        "The keeper lights the lamp at dusk. The mate may light it in a storm."
    )


@pytest.mark.parametrize(
    ("behind", "text"),
    [
        (0.0, "The guild appoints the keeper. […] The guild pays the keeper in oil."),
        (NEAR, "The guild appoints the keeper. […] The guild pays the keeper in oil."),
        (NEAR + 0.1, "The guild appoints the keeper."),
    ],
)
def test_of_a_long_paragraph_the_sentences_that_answer_nearly_as_well(behind: float, text: str) -> None:
    assert len(FILLING) > PARAGRAPH
    found = scored({"The guild appoints": 2.0, "The guild pays": 2.0 - behind})
    assert words(together(best(found), found)) == text


def test_a_neighbouring_paragraph_that_answers_nearly_as_well_is_quoted_under_its_own_number() -> None:
    found = scored({"The guild appoints": 2.0, "chosen by": 2.0 - NEAR, "No keeper": 2.0 - NEAR - 0.1})
    first = best(found)
    more = beside(first, together(first, found), found)
    assert [(one.node.label, words(one)) for one in more] == [("1(3)", "The mate is chosen by the keeper.")]


def test_of_several_beside_the_best_the_better_is_quoted() -> None:
    found = scored({"The guild appoints": 2.0, "chosen by": 1.2, "No keeper": 1.8, "sleeps": 1.5})
    first = best(found)
    more = beside(first, first, found)
    assert [one.node.label for one in more] == ["1(4)", "1(5)"][:MOST_BESIDE]


def test_what_lies_within_the_words_chosen_is_not_quoted_again() -> None:
    found = scored({"The guild appoints": 2.0, "chosen by": 2.0})
    first = best(found)
    article = next(node for node in ROOT.walk() if node.label == "1")
    whole = type(first)(LAMPS, article, (Span(article.body, article.span.end),), first.hit, first.logit)
    assert beside(first, whole, found) == ()
    inner, outer = (quote(one.document, one.node, one.segments, 1.0) for one in (first, whole))
    assert distinct([outer, inner]) == [outer]
    assert distinct([inner, outer]) == [inner, outer]


def quoted_points(*openings: str) -> list[tuple[str, str]]:
    """Return address and words of what is quoted when the points of article 4 that begin so are chosen."""
    found = scored({}, "4")
    chosen = [one for words_ in openings for one in found if words_ in words(one)]
    assert len(chosen) == len(openings)
    return [(one.node.label, words(one)) for one in of_one_list(chosen, lambda _: ROOT)]


def test_points_of_one_list_are_one_quote_under_their_chapeau_in_the_order_of_the_list() -> None:
    assert quoted_points("spare glass", "forty nights") == [
        ("4(1)", "The keeper holds in store:\n\n(a) oil for forty nights; […] (c) a spare glass.")
    ]


def test_points_of_other_lists_and_what_is_no_point_stay_apart() -> None:
    assert [label for label, _ in quoted_points("wicks;", "counts the oil")] == ["4(1)(b)", "4(2)(a)"]
    assert [label for label, _ in quoted_points("trims", "spare glass", "counts")] == ["4(2)", "4(1)(c)"]
    lit = scored({"The mate may": 5.0})
    assert of_one_list(lit, lambda _: ROOT) == lit


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are the duties of a keeper?", True),
        ("What are all the duties of a keeper?", True),
        ("Which stores must a keeper hold?", True),
        ("Which stores should a keeper hold?", True),
        ("What must the yearly report of a keeper contain?", True),
        ("What must a keeper's letter of appointment state?", True),
        ("What should the training of mates cover?", True),
        ("List the stores of a lighthouse.", True),
        ("What must a keeper do when the lamp fails?", False),
        ("What must the keeper of a coastal state do?", False),
        ("Who appoints the keeper?", False),
        ("What is a state?", False),
        ("How long does the oil last?", False),
    ],
)
def test_which_questions_ask_for_several_things(question: str, wanted: bool) -> None:
    assert asks_for_list(question) is wanted


@pytest.mark.parametrize(
    ("logits", "alike", "best_words"),
    [
        ({"lights": -4.0, "mate may": -4.5}, {"mate may": 0.6, "lights": 0.2}, "The mate may"),  # in doubt
        ({"lights": -4.0, "mate may": -9.5}, {"mate may": 0.4, "lights": 0.2}, "The keeper lights"),
        ({"lights": 4.0, "mate may": 2.0}, {"mate may": 0.6, "lights": 0.2}, "The keeper lights"),  # sure
    ],
)
def test_where_the_cross_encoder_finds_nothing_relevant_the_likeness_of_sentences_decides(
    logits: dict[str, float], alike: dict[str, float], best_words: str
) -> None:
    article = next(node for node in ROOT.walk() if node.label == "5")
    passage = Passage(
        "p",
        LAMPS.id,
        article.path,
        article.label,
        article.span,
        f"Lamps\nStores\n{article.span.of(LAMPS.text)}",
    )
    sentences = tuple(
        max((value for words_, value in alike.items() if words_ in part), default=0.0)
        for part in parts_of(passage.embed_text)
    )

    def score(_: str, texts: Sequence[str]) -> list[float]:
        return [max((v for words_, v in logits.items() if words_ in text), default=-9.9) for text in texts]

    hit = Hit(passage, 1.0, Signals(cosine=0.0, sentences=sentences))
    found = candidates("Who?", [hit], lambda _: LAMPS, lambda _: ROOT, score)
    assert words(max(found, key=lambda one: one.fit)).startswith(best_words)


def test_likenesses_that_belong_to_other_sentences_are_passed_over() -> None:
    article = next(node for node in ROOT.walk() if node.label == "5")
    text = f"Lamps\nStores\n{article.span.of(LAMPS.text)}"
    passage = Passage("p", LAMPS.id, article.path, article.label, article.span, text)
    hit = Hit(passage, 1.0, Signals(cosine=0.0, sentences=(0.9,)))
    found = candidates("Who?", [hit], lambda _: LAMPS, lambda _: ROOT, lambda _, texts: [1.0] * len(texts))
    assert len(parts_of(text)) > 1
    assert {one.fit for one in found} == {1.0}
