"""Asking: from a question to the turns of a conversation, with progress on the way.

Nothing here knows of Gradio or HTML; the page draws each state of the conversation that ``ask`` yields.
"""

from __future__ import annotations

import queue
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from assistant.errors import Busy, Stopped
from assistant.models import Answer
from assistant.web.ask.turns import MOST_TURNS, Turn, Turns, quote_at, shown_quotes
from assistant.web.runs import Run
from assistant.web.service.watch import Watch
from assistant.web.session import Failed, Loading, Session
from assistant.web.workers import Workers
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


__all__ = ["Asker", "Turn", "Turns", "quote_at", "shown_quotes"]


class Asker:
    """Asks the session's assistant, a few questions at a time.

    Args:
        session: What is asked.
        workers: The threads; ``CONCURRENT`` of them if not given.
        watch: Counts and logs the questions.
    """

    def __init__(self, session: Session, workers: Workers | None = None, watch: Watch | None = None) -> None:
        self._session = session
        self._workers = workers or Workers(CONCURRENT)
        self.watch = watch or Watch(session)
        self.submit = self._workers.submit

    @property
    def inside(self) -> int:
        """How many questions are at work or wait."""
        return self._workers.inside

    def close(self) -> None:
        """Take no more questions; those in hand are let go of."""
        self._workers.close()

    def ask(
        self, question: str, turns: Turns, document_ids: Sequence[str], run: Run | None = None
    ) -> Iterator[Turns]:
        """Yield the conversation with this question at its end: waiting, at work, then answered or stopped.

        Args:
            question: As it was typed.
            turns: What was asked before.
            document_ids: Where to look; everywhere if empty.
            run: By which it can be stopped; one that is left yields nothing more.
        """
        asked, run = question.strip(), run or Run()
        turns = turns[-(MOST_TURNS - 1) :]
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
        while isinstance(state, Loading) and not run.ended:
            yield (*turns, Turn(asked, progress=WAITING))
            state = self._session.wait(1.0)
        if isinstance(state, Failed):
            yield (*turns, Turn(asked, trouble=state.message))
            return
        for now in self._answer(asked, turns, tuple(document_ids), run):
            if run.ended:
                break
            yield now
        if run.stopped and not run.left:
            yield (*turns, Turn(asked, stopped=True))

    def _borrow(
        self, asked: str, history: tuple[str, ...], ids: tuple[str, ...], on_stage: Callable[[str], None]
    ) -> Answer:
        with self.watch.question(asked) as course, self._session.borrowed() as answers:
            made = answers.ask(asked, history=history, document_ids=ids or None, on_stage=on_stage)
            course.answer = made
        return made

    def _answer(self, asked: str, turns: Turns, ids: tuple[str, ...], run: Run) -> Iterator[Turns]:
        stages: queue.SimpleQueue[str] = queue.SimpleQueue()
        history = tuple(turn.question for turn in turns)
        yield (*turns, Turn(asked, progress=STAGES["searching"]))
        try:
            work = self.submit(self._borrow, asked, history, ids, partial(_on_stage, stages, run))
        except Busy as busy:
            self.watch.refused(busy, asked)
            yield (*turns, Turn(asked, trouble=str(busy)))
            return
        for stage in _stages(stages, work, run):
            yield (*turns, Turn(asked, progress=STAGES.get(stage, STAGES["searching"])))
        if run.ended:
            work.cancel()  # what has not begun; what has ends at its next stage
            return
        error = work.exception()
        if error is None:
            yield (*turns, Turn(asked, answer=work.result()))
        elif isinstance(error, TreatyError):
            yield (*turns, Turn(asked, trouble=str(error)))
        else:
            yield (*turns, Turn(asked, trouble=UNEXPECTED))
            raise error


def _on_stage(stages: queue.SimpleQueue[str], run: Run, stage: str) -> None:
    """Pass a stage on, or break the work off where nobody waits for it: the thread is free for another."""
    if run.ended:
        raise Stopped("expected someone to wait for the answer, found nobody. Ask again")
    stages.put(stage)


def _stages(stages: queue.SimpleQueue[str], work: Future[Answer], run: Run) -> Iterator[str]:
    """Yield the stages as they begin, until the work is done or nobody waits for it."""
    while not work.done() and not run.ended:
        try:
            yield stages.get(timeout=PATIENCE)
        except queue.Empty:
            continue
