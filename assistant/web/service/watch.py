"""What is kept of a question for operation: its outcome and its time, in numbers and in the log."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import Busy, Stopped
from assistant.log import Log
from assistant.models import Answer, Declined
from assistant.web.service.metrics import Metrics
from assistant.web.session import Failed, Ready
from corpus.errors import TreatyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.web.session import Session
    from index.models import Searched


@dataclass(slots=True)
class Course:
    """A question on its way; whoever answers it puts the answer here."""

    answer: Answer | None = None


class Watch:
    """Counts and logs what is asked of a session.

    Args:
        session: What is served.
        log: Where lines go; nowhere if not given.
        waiting: How much work is in hand or waits.
    """

    def __init__(
        self, session: Session, log: Log | None = None, waiting: Callable[[], int] = lambda: 0
    ) -> None:
        self._session, self._log = session, log or Log()
        self.metrics = Metrics(self._searched, waiting)

    @contextmanager
    def question(self, words: str) -> Iterator[Course]:
        """Count and log a question that is answered within the block."""
        course, started, outcome, reason = Course(), time.perf_counter(), "failed", ""
        self.metrics.begins()
        try:
            yield course
            outcome, reason = _outcome(course.answer)
        except Stopped:
            outcome = "stopped"
            raise
        except TreatyError as error:
            outcome, reason = "error", type(error).__name__
            raise
        finally:
            seconds = time.perf_counter() - started
            stages = course.answer.stages if course.answer else ()
            self.metrics.ends(outcome, reason, seconds, stages)
            self._tell("question", outcome, reason, seconds, question=words)

    def refused(self, error: TreatyError, words: str = "") -> None:
        """Count and log a question that was not taken up."""
        outcome = "busy" if isinstance(error, Busy) else "error"
        self.metrics.refused(outcome, type(error).__name__)
        self._tell("question", outcome, type(error).__name__, 0.0, question=words)

    @contextmanager
    def call(self, endpoint: str) -> Iterator[None]:
        """Count and log a call of an endpoint that asks no question."""
        started, outcome, reason = time.perf_counter(), "failed", ""
        try:
            yield
            outcome = "done"
        except TreatyError as error:
            outcome, reason = "busy" if isinstance(error, Busy) else "error", type(error).__name__
            raise
        finally:
            self.metrics.called(endpoint, outcome)
            self._tell(endpoint, outcome, reason, time.perf_counter() - started)

    def login(self, outcome: str) -> None:
        """Count and log an attempt to log in, without its name or address."""
        self.metrics.login(outcome)
        self._log.write("login", outcome)

    def health(self) -> dict[str, str]:
        """Return whether questions can be answered, and from which generation."""
        state = self._session.state
        if isinstance(state, Ready):
            return {"status": "ready", "generation": state.answers.searched().generation}
        return {"status": "failed" if isinstance(state, Failed) else "loading"}

    def _tell(self, event: str, outcome: str, reason: str, seconds: float, *, question: str = "") -> None:
        generation = self._generation()
        ms = round(seconds * 1000, 1)
        self._log.write(event, outcome, question=question, reason=reason, ms=ms, generation=generation)

    def _generation(self) -> str:
        found = self._searched()
        return found.generation if found is not None else ""

    def _searched(self) -> Searched | None:
        state = self._session.state
        return state.answers.searched() if isinstance(state, Ready) else None


def _outcome(answer: Answer | None) -> tuple[str, str]:
    if isinstance(answer, Declined):
        return "declined", answer.reason.value
    return "quoted", ""
