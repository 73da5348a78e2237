"""Real documents, as a user brings them: five commentary articles and seven treaties, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Assistant
from assistant.models import Declined, Quoted
from assistant.settings import load
from assistant.wiring import library, open_assistant, update_index

FORTY = (
    "How many ratifications does the UN convention against transnational organized crime need to enter into "
    "force?"
)
SHARED = Path(__file__).resolve().parents[3] / "shared"


def opened(home: Path, files: list[Path]) -> Assistant:
    if not files:
        pytest.skip("the shared documents are not beside the project")
    settings = load(home, embedded=False)
    for file in files:
        library(settings).add(file)
    update_index(settings)
    return open_assistant(settings)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("articles"), sorted((SHARED / "seeds").glob("*.txt")))
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def treaties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    files = sorted((SHARED / "treaties" / "markdown").glob("*.md"))
    assistant = opened(tmp_path_factory.mktemp("treaties"), files)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("How many nations are party to the Budapest Convention?", "003"),
        ("What did Deborah Brown say?", "001"),
        ("What did Iran try to remove?", "002"),
        ("Why is Article 19 problematic?", "004"),
    ],
)
def test_commentary_is_quoted_from_the_right_article(articles: Assistant, question: str, file: str) -> None:
    answer = articles.ask(question)
    assert isinstance(answer, Quoted)
    assert any(quote.document_id.startswith(file) for quote in answer.quotes)


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2022 world cup?",
        "What does the treaty say about asteroid mining?",
        "Which country ratified the convention first?",
    ],
)
def test_what_the_articles_do_not_say_is_declined(articles: Assistant, question: str) -> None:
    assert isinstance(articles.ask(question), Declined)


@pytest.mark.parametrize(
    ("question", "document", "provision"),
    [
        (
            FORTY,
            "untoc",
            "38(1)",
        ),
        ("What is a serious crime under UNTOC?", "untoc", "2(b)"),
        ("Can a state make reservations to the Budapest Convention?", "budapest-convention", "42"),
        ("what happens if a treaty was concluded by bribing the negotiator", "vclt", "50"),
    ],
)
def test_treaties_are_quoted_with_the_right_article(
    treaties: Assistant, question: str, document: str, provision: str
) -> None:
    answer = treaties.ask(question)
    assert isinstance(answer, Quoted)
    assert (answer.quotes[0].document_id, answer.quotes[0].provision) == (document, provision)
