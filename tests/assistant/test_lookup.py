"""A question that names an address is answered by that provision, or told that there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.lookup import MOST_PARTS, look_up
from assistant.models import Answer, Declined, Quoted, Reason
from corpus.models import Document, Provision
from corpus.structure import parse
from index.models import Searched
from tests.corpus.written_treaties import document

SEARCHED = Searched(1, 9, "g1")
LONG = " ".join(
    f"The {n}th lantern burns from dusk to dawn in every harbour of the north." for n in range(20, 45)
)
TEXT = f"""Convention on the Care of Harbours

Article 1
Lanterns
1. Each Party keeps:
(a) a lantern;
(b) a bell.
2. A lantern burns until dawn.

Article 2
Oil
Oil is shared in winter.

Article 3
Long nights
1. {LONG}
2. {LONG}
3. Bells ring.
4. Logs are kept.
5. Keepers sleep.

Done at Lanternport, on the first day of spring.

PROTOCOL ON FOG

Article 1
Horns
Horns are blown.

Article 2
Bells
Bells are rung in fog.

Article 9
Silence
The rest is silence.
"""
HARBOURS = document(TEXT)
OTHER = document("Guide to oil. It is dear.", id="oil")


def provisions() -> Callable[[str], Provision]:
    trees = {made.id: parse(made) for made in (HARBOURS, OTHER)}
    return trees.__getitem__


def ask(question: str, *treaties: Document) -> Answer | None:
    return look_up(question, treaties or (HARBOURS,), provisions(), SEARCHED)


@pytest.mark.parametrize(
    ("question", "provision", "text"),
    [
        ("What does article 2 say?", "2", "Oil is shared in winter."),
        ("Article 1(2)", "1(2)", "A lantern burns until dawn."),
        ("What is in paragraph 2 of article 1?", "1(2)", "A lantern burns until dawn."),
        ("art. 1, para. 1 (b)", "1(1)(b)", "Each Party keeps: […] (b) a bell."),
        ("Show me article 9", "Protocol, 9", "The rest is silence."),
    ],
)
def test_the_provision_named_is_quoted(question: str, provision: str, text: str) -> None:
    answer = ask(question)
    assert isinstance(answer, Quoted)
    assert [(one.provision, one.text) for one in answer.quotes] == [(provision, text)]
    assert answer.confidence == 1.0
    assert answer.searched == SEARCHED


def test_a_short_article_is_quoted_whole() -> None:
    answer = ask("What does article 1 say?")
    assert isinstance(answer, Quoted)
    assert answer.quotes[0].text.startswith("1. Each Party keeps:")
    assert answer.quotes[0].text.endswith("2. A lantern burns until dawn.")


def test_of_a_long_article_the_first_paragraphs_are_quoted_each_by_itself() -> None:
    answer = ask("What does article 3 say?")
    assert isinstance(answer, Quoted)
    assert [one.provision for one in answer.quotes] == ["3(1)", "3(2)", "3(3)", "3(4)"]
    assert len(answer.quotes) == MOST_PARTS


def test_an_article_that_is_not_there_is_declined_with_how_far_the_numbers_run() -> None:
    answer = ask("What does article 40 say?")
    assert isinstance(answer, Declined)
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert "no article 40" in answer.message
    assert "run from art 1 to art 3" in answer.message  # of the treaty, not of the protocol printed after it
    assert len(answer.nearest) == 1


def test_a_paragraph_that_is_not_there_is_declined_with_what_the_article_has() -> None:
    answer = ask("What does article 1(7) say?")
    assert isinstance(answer, Declined)
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert (
        "“Convention on the Care of Harbours” has no article 1(7); art 1, as indexed, has 2 numbered parts"
        in answer.message
    )
    assert answer.nearest[0].provision == "1"


@pytest.mark.parametrize("question", ["Who pays for oil?", "Is there an article on bells?", ""])
def test_a_question_without_an_address_is_searched(question: str) -> None:
    assert ask(question) is None


def test_an_address_in_no_particular_treaty_is_searched() -> None:
    assert look_up("What does article 2 say?", (), provisions(), SEARCHED) is None


def test_of_several_treaties_the_one_that_has_the_article_is_quoted() -> None:
    answer = ask("What does article 2 say?", OTHER, HARBOURS)
    assert isinstance(answer, Quoted)
    assert answer.quotes[0].document_id == "harbours"


def test_a_treaty_whose_articles_were_not_found_is_not_said_to_lack_one() -> None:
    assert ask("What does article 40 say?", OTHER, HARBOURS) is None
