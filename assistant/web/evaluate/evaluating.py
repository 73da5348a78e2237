"""Running an evaluation behind the page: one at a time for all visitors, and never before a visitor's question.

A run is a thread that has the threads of the questions do one case after another. Before each it waits until no
visitor asks, so that of the places where questions are answered it takes one at most, and that one only between
questions. It borrows one assistant for all of the run: an index taken up meanwhile does not change what is measured.
Nothing here knows of Gradio or HTML.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from assistant.errors import Busy
from assistant.web.evaluate.case_choice import Choice, Wish, choice, faults
from assistant.web.evaluate.kept_runs import ASKED
from corpus.errors import TreatyError
from eval.errors import EvaluationError
from eval.run import outcomes, run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assistant.web.evaluate.kept_runs import KeptRuns
    from assistant.web.session import Answers, Session
    from eval.judge import Judged
    from eval.run import Outcome

PATIENCE = 20.0
"""Seconds a case waits for the visitors at most: with questions all the time a run still comes to its end."""
LOOK = 0.05
"""Seconds between two looks whether a visitor asks."""
UNEXPECTED = "Something went wrong while evaluating. The terminal that runs the program shows where"

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Line(Protocol):
    """The threads that answer questions, and how many wait for them (``assistant.web.workers``)."""

    @property
    def inside(self) -> int:
        """How many are at work or wait."""
        ...

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a thread do some work; ``Busy`` if as many wait as may."""
        ...


class Phase(Enum):
    """What has become of the evaluation."""

    IDLE = "idle"
    RUNNING = "running"
    WAITING = "waiting"
    """Between two cases, for visitors' questions."""
    ENDED = "ended"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """How far an evaluation has come.

    Attributes:
        number: Counts the evaluations since the program began, from 1; 0 before the first.
        words: What is asked.
        done, cases: Cases asked, and how many there are.
        seconds: Since it began.
        judged: The scores so far.
        notes: What was left out, and expected places that the documents do not have, a line each.
        name: Of the run that was kept, once it ended or was stopped.
        trouble: Why it failed, in one line.
    """

    number: int = 0
    phase: Phase = Phase.IDLE
    words: str = ""
    done: int = 0
    cases: int = 0
    seconds: float = 0.0
    judged: tuple[Judged, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = ""
    trouble: str = ""

    @property
    def at_work(self) -> bool:
        """Whether it goes on."""
        return self.phase in (Phase.RUNNING, Phase.WAITING)

    @property
    def left(self) -> float | None:
        """Seconds it will take yet at the pace so far; None before the first case is done."""
        return self.seconds / self.done * (self.cases - self.done) if self.done else None


class Evaluator:
    """Runs evaluations, one at a time.

    Args:
        session: Lends the assistant.
        line: Where the visitors' questions are answered.
        runs: Where runs are kept.
        made_with: Returns settings and models, for the record.
    """

    def __init__(
        self,
        session: Session,
        line: Line,
        runs: KeptRuns,
        made_with: Callable[[], tuple[Mapping[str, Any], Mapping[str, str]]] = lambda: ({}, {}),
    ) -> None:
        self._session, self._line, self._runs, self._made_with = session, line, runs, made_with
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._job = Job()
        self._began = 0.0

    @property
    def job(self) -> Job:
        """The evaluation at work, else the last one."""
        job = self._job
        return replace(job, seconds=time.monotonic() - self._began) if job.at_work else job

    def begin(self, wish: Wish) -> None:
        """Start an evaluation in a thread of its own.

        Raises:
            TreatyError: If one is at work, the assistant is not there, or no case can be asked of its documents.
        """
        with self._lock:
            if self._job.at_work:
                raise EvaluationError(
                    "expected no evaluation at work, found one. Wait for its end, or stop it"
                )
            with self._session.borrowed() as answers:
                chosen = choice(wish, answers.documents())
            if not chosen.cases:
                raise EvaluationError(
                    "expected a case for the documents of this library, found none. Choose a file of your own"
                )
            self._stopping.clear()
            self._began = time.monotonic()
            self._job = Job(
                self._job.number + 1,
                Phase.RUNNING,
                chosen.words,
                cases=len(chosen.cases),
                notes=chosen.notes,
            )
        threading.Thread(target=self._run, args=(chosen,), name="evaluate", daemon=True).start()

    def stop(self) -> None:
        """Ask the evaluation at work to end after the case in hand; what was done is kept."""
        self._stopping.set()

    def _run(self, chosen: Choice) -> None:
        try:
            with self._session.borrowed() as answers:
                self._evaluate(answers, chosen)
        except TreatyError as error:
            self._end(Phase.FAILED, trouble=str(error))
        except CancelledError:  # the server ends
            self._end(Phase.STOPPED)
        finally:
            # Anything unexpected goes on to the thread's excepthook; the page still says that the run failed.
            if self._job.at_work:
                self._end(Phase.FAILED, trouble=UNEXPECTED)

    def _evaluate(self, answers: Answers, chosen: Choice) -> None:
        wrong = self._line.submit(faults, chosen.cases, answers.documents()).result()
        self._job = replace(self._job, notes=(*self._job.notes, *wrong))
        found: list[Outcome] = []
        asked = outcomes(answers, chosen.cases)
        while len(found) < len(chosen.cases) and self._has_turn():
            found.append(self._next(asked))
            judged = (*self._job.judged, found[-1].judged())
            self._job = replace(self._job, done=len(found), judged=judged)
        stopped = len(found) < len(chosen.cases)
        name = self._keep(answers, chosen, found) if found else ""
        self._end(Phase.STOPPED if stopped else Phase.ENDED, name=name)

    def _has_turn(self) -> bool:
        """Wait until no visitor asks, and tell whether to go on."""
        waited_from = time.monotonic()
        while self._line.inside and time.monotonic() - waited_from < PATIENCE:
            self._job = replace(self._job, phase=Phase.WAITING)
            if self._stopping.wait(LOOK):
                return False
        self._job = replace(self._job, phase=Phase.RUNNING)
        return not self._stopping.is_set()

    def _next(self, asked: Iterator[Outcome]) -> Outcome:
        """Ask the next case where questions are answered; while all places there are taken, wait for one."""
        while True:
            try:
                return self._line.submit(next, asked).result()
            except Busy:
                if self._stopping.wait(LOOK):
                    raise

    def _keep(self, answers: Answers, chosen: Choice, found: Sequence[Outcome]) -> str:
        settings, models = self._made_with()
        stopped = f", stopped after {len(found)}" if len(found) < len(chosen.cases) else ""
        record = {**settings, ASKED: chosen.words + stopped}
        return self._runs.keep(run_of(answers.documents(), found, settings=record, models=models))

    def _end(self, phase: Phase, *, name: str = "", trouble: str = "") -> None:
        seconds = time.monotonic() - self._began
        self._job = replace(self._job, phase=phase, name=name, trouble=trouble, seconds=seconds)
