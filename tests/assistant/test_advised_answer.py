"""With a model of the user's own, every answer is still made of the library's words, and without it nothing changes.

A real index, the bundled models, and real servers on this machine that advise well, badly or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import settings, wiring
from assistant.answer import Assistant
from assistant.models import Answer, Declined, Quoted
from assistant.quotes import verify
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS
from tests.assistant.local_endpoint import FAILURES, INVENTED, Answering, hangs, says, serving

QUESTIONS = (
    "Who bears the costs of a beacon?",
    "What must a keeper do when a beacon fails?",
    "How do I bake bread?",
    "Article 4(2) of the Lanternport Convention",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("home")
    made = settings.load(folder, embedded=False)
    shelf = wiring.library(made)
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("harbour-guide", GUIDE)):
        source = folder / f"{name}.md"
        source.write_text(text, encoding="utf-8")
        shelf.add(source)
    wiring.update_index(made)
    return folder


@contextmanager
def opened(home: Path, url: str | None = None, seconds: float = 5.0) -> Iterator[Assistant]:
    made = settings.load(
        home, embedded=False, endpoint_url=url, endpoint_model="small-model", endpoint_timeout=seconds
    )
    assistant = wiring.open_assistant(made)
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def alone(home: Path) -> Iterator[dict[str, Answer]]:
    """The answers without an endpoint."""
    with opened(home) as assistant:
        yield {question: assistant.ask(question) for question in QUESTIONS}


def notes(answer: Answer) -> list[str]:
    return [stage.name for stage in answer.stages if stage.name.startswith("advice")]


def test_without_an_endpoint_no_stage_speaks_of_one(alone: dict[str, Answer]) -> None:
    assert [notes(answer) for answer in alone.values()] == [[]] * len(QUESTIONS)


@pytest.mark.parametrize("case", FAILURES)
def test_with_an_endpoint_that_fails_every_answer_is_as_without(
    home: Path, alone: dict[str, Answer], case: str
) -> None:
    answer, why = FAILURES[case]
    with serving(answer) as server, opened(home, server.url) as assistant:
        advised = assistant.ask(QUESTIONS[0])
    assert advised == alone[QUESTIONS[0]]
    assert notes(advised) == [f"advice_reword_failed: {why}"]


def test_with_an_endpoint_that_hangs_every_answer_is_as_without(home: Path, alone: dict[str, Answer]) -> None:
    with serving(hangs) as server, opened(home, server.url, seconds=0.2) as assistant:
        for question, expected in alone.items():
            assert assistant.ask(question) == expected


ADVICE: dict[str, Answering] = {
    "good": says({"wordings": ["costs of a beacon borne by"]}, {"number": 1}),
    "no preference": says({"wordings": []}, {"number": 0}),
    "the last of them": says({"wordings": ["failure of a beacon"]}, {"number": 2}),
    "of something else": says({"wordings": ["sourdough", "the capital of Mongolia"]}, {"number": 1}),
    "with an invented quote": says({"wordings": [INVENTED]}, {"number": 1, "quote": INVENTED}),
    "with an article of its own": says(
        {"wordings": ["Article 2 of the Agreement on Sea Pilots"]}, {"number": 1}
    ),
}


@pytest.mark.parametrize("case", ADVICE)
def test_whatever_is_advised_every_quote_is_the_library_s_own_words(home: Path, case: str) -> None:
    with serving(ADVICE[case]) as server, opened(home, server.url) as assistant:
        for question in QUESTIONS:
            answer = assistant.ask(question)
            for one in answer.quotes if isinstance(answer, Quoted) else answer.nearest:
                verify(one, assistant.document(one.document_id))
                assert "free of charge" not in one.text
            assert (answer.question, answer.asked) == (question, question)


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_a_pick_never_decides_whether_a_question_is_answered(
    home: Path, alone: dict[str, Answer], question: str
) -> None:
    with serving(says({"wordings": []}, {"number": 2})) as server, opened(home, server.url) as assistant:
        advised = assistant.ask(question)
    expected = alone[question]
    assert (type(advised), advised.confidence) == (type(expected), expected.confidence)
    if isinstance(expected, Declined):
        assert advised == expected
        assert all("passages" not in one.material for one in server.asked)


def test_an_address_is_looked_up_without_asking_anyone(home: Path, alone: dict[str, Answer]) -> None:
    with serving(ADVICE["good"]) as server, opened(home, server.url) as assistant:
        assert assistant.ask(QUESTIONS[3]) == alone[QUESTIONS[3]]
    assert server.asked == []


def test_the_pick_stands_first_and_its_words_are_what_was_sent(home: Path) -> None:
    with serving(says({"wordings": []}, {"number": 2})) as server, opened(home, server.url) as assistant:
        answer = assistant.ask(QUESTIONS[1])
    assert isinstance(answer, Quoted)
    sent = [one["text"] for one in server.asked[-1].material["passages"]]
    assert answer.quotes[0].text == sent[1]
    assert notes(answer) == ["advice_reword", "advice_pick"]
