"""Asking: from a question to the turns of a conversation, with progress on the way.

Nothing here knows of Gradio or HTML; the page draws each state of the conversation that ``ask`` yields.
"""

from __future__ import annotations

import queue
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.models import Answer, Declined, Quote
from assistant.web.session import Failed, Loading, Session
from corpus.errors import TreatyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CONCURRENT = 2
"""Questions answered at a time: the models can be shared, but on two cores more would only slow them all."""

MAX_QUESTION = 2000
"""Longest question in characters; a longer one is a text to be read, and no model reads it whole."""

PATIENCE = 0.2
"""Seconds between two looks at the work in hand."""

WAITING = "Loading the models… Your question is asked as soon as they are ready."
STAGES = {
    "searching": "Searching the documents…",
    "reading": "Reading the passages that came nearest…",
    "quoting": "Quoting…",
}
UNEXPECTED = "Something went wrong while answering. The terminal that runs the program shows where"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far: an answer, trouble, or progress towards them."""

    question: str
    answer: Answer | None = None
    progress: str = ""
    trouble: str = ""


Turns = tuple[Turn, ...]


class Asker:
    """Asks the session's assistant, a few questions at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._workers = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="ask")

    def close(self) -> None:
        """Take no more questions; those in hand are let go of."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def ask(self, question: str, turns: Turns, document_ids: Sequence[str]) -> Iterator[Turns]:
        """Yield the conversation with this question at its end: waiting, at work, answered."""
        asked = question.strip()
        if not asked:
            yield turns
            return
        if len(asked) > MAX_QUESTION:
            trouble = (
                f"A question may have {MAX_QUESTION} characters; this one has {len(asked)}. Ask a shorter one"
            )
            yield (*turns, Turn(asked[:MAX_QUESTION], trouble=trouble))
            return
        state = self._session.state
        while isinstance(state, Loading):
            yield (*turns, Turn(asked, progress=WAITING))
            state = self._session.wait(1.0)
        if isinstance(state, Failed):
            yield (*turns, Turn(asked, trouble=state.message))
            return
        yield from self._answer(asked, turns, tuple(document_ids))

    def _borrow(
        self, asked: str, history: tuple[str, ...], ids: tuple[str, ...], on_stage: Callable[[str], None]
    ) -> Answer:
        with self._session.borrowed() as answers:
            return answers.ask(asked, history=history, document_ids=ids or None, on_stage=on_stage)

    def _answer(self, asked: str, turns: Turns, ids: tuple[str, ...]) -> Iterator[Turns]:
        stages: queue.SimpleQueue[str] = queue.SimpleQueue()
        history = tuple(turn.question for turn in turns)
        yield (*turns, Turn(asked, progress=STAGES["searching"]))
        work = self._workers.submit(self._borrow, asked, history, ids, stages.put)
        for stage in _stages(stages, work):
            yield (*turns, Turn(asked, progress=STAGES.get(stage, STAGES["searching"])))
        error = work.exception()
        if error is None:
            yield (*turns, Turn(asked, answer=work.result()))
        elif isinstance(error, TreatyError):
            yield (*turns, Turn(asked, trouble=str(error)))
        else:
            yield (*turns, Turn(asked, trouble=UNEXPECTED))
            raise error


def shown_quotes(answer: Answer | None) -> tuple[Quote, ...]:
    """Return the quotes a turn shows, in order: those of the answer, or those nearest to one."""
    if answer is None:
        return ()
    return answer.nearest if isinstance(answer, Declined) else answer.quotes


def quote_at(turns: Turns, turn: object, quote: object) -> Quote | None:
    """Return a quote by the numbers the browser sent, which are not trusted, or None where there is none."""
    if not isinstance(turn, int) or not 0 <= turn < len(turns):
        return None
    quotes = shown_quotes(turns[turn].answer)
    return quotes[quote] if isinstance(quote, int) and 0 <= quote < len(quotes) else None


def _stages(stages: queue.SimpleQueue[str], work: Future[Answer]) -> Iterator[str]:
    """Yield the stages as they begin, until the work is done."""
    while not work.done():
        try:
            yield stages.get(timeout=PATIENCE)
        except queue.Empty:
            continue
