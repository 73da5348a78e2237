"""Re-indexing behind the page: one at a time for all visitors, in a process of its own that can be ended.

What every visitor sees is one ``Course``: how far it is, how long it took and how long it may still take. A page that
is loaded anew sees the same. Nothing here knows of Gradio or HTML.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from enum import Enum
from typing import IO, TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.web.library.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMAND = (sys.executable, "-m", "assistant.reindexing")
END_SECONDS = 5.0
"""How long a process that is told to end may take before it is killed."""

UNEXPECTED = (
    "Re-indexing stopped unexpectedly. The terminal that runs the program shows where; the index is as it was"
)


class Phase(Enum):
    """What has become of re-indexing."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Report(BaseModel):
    """What a build did, as ``assistant.terminal.report_json`` tells it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    generation: str
    built: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    embedded: int
    carried: int
    resumed: int = 0
    seconds: float


class _Line(BaseModel):
    """One line of the process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = ""
    done: int = 0
    total: int = 0
    report: Report | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How far re-indexing has come.

    Attributes:
        phase: What has become of it.
        number: Counts the runs since the program began, from 1; 0 before the first.
        stage: As ``index.build.Progress`` names it; empty until the first is told.
        done, total: Of what the stage counts.
        share: Of the whole, 0 to 1.
        seconds: Since it began.
        left: Seconds it may still take, or None as long as that is not known.
        report: What was done, once it is.
        trouble: Why it failed, in one line.
    """

    phase: Phase = Phase.IDLE
    number: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    share: float = 0.0
    seconds: float = 0.0
    left: float | None = None
    report: Report | None = None
    trouble: str = ""


class Reindexer:
    """Runs re-indexing; safe to use from several threads.

    Args:
        first_line: Returns what the process is told on its standard input: the settings.
        ended: Called after each run, from a thread of its own.
        command: What is run.
        clock: Tells seconds.
    """

    def __init__(
        self,
        first_line: Callable[[], str],
        ended: Callable[[], None] = lambda: None,
        command: Sequence[str] = COMMAND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_line, self._ended, self._command, self._clock = first_line, ended, tuple(command), clock
        self._lock = threading.Lock()
        self._course, self._pace = Course(), Pace(clock)
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False

    @property
    def course(self) -> Course:
        """How far it is now."""
        with self._lock:
            if self._course.phase is not Phase.RUNNING:
                return self._course
            pace = self._pace.now()
            return replace(self._course, share=pace.share, seconds=pace.seconds, left=pace.left)

    def start(self) -> bool:
        """Begin, and tell whether it did: it does not if it runs already."""
        with self._lock:
            if self._course.phase is Phase.RUNNING:
                return False
            self._stopped, self._pace = False, Pace(self._clock)
            self._course = Course(Phase.RUNNING, self._course.number + 1)
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs us
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
            self._thread = threading.Thread(
                target=self._follow, args=(self._process,), name="re-index", daemon=True
            )
            self._thread.start()
        return True

    def stop(self) -> None:
        """End it, if it runs; the live index stays as it is."""
        with self._lock:
            process, self._stopped = self._process, True
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def wait(self, seconds: float) -> Course:
        """Return the course when it has ended, or after ``seconds`` if it has not."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return self.course

    def close(self) -> None:
        """End it with the server."""
        self.stop()
        self.wait(END_SECONDS)

    def _follow(self, process: subprocess.Popen[str]) -> None:
        """Read what the process says until it ends."""
        heard = _Line(error=UNEXPECTED)
        try:
            _tell(process.stdin, self._first_line())
            for line in process.stdout or ():
                heard = self._heard(line) or heard
            process.wait()
        except (OSError, ValidationError):
            process.kill()
            process.wait()
            heard = _Line(error=UNEXPECTED)
        finally:
            for end in (process.stdin, process.stdout):
                if end is not None:
                    end.close()
            self._end(heard)
            self._ended()

    def _heard(self, line: str) -> _Line | None:
        """Take note of a line, and return it if it is the last one."""
        heard = _Line.model_validate_json(line)
        if heard.report is not None or heard.error:
            return heard
        with self._lock:
            self._pace.step(heard.stage, heard.done, heard.total)
            self._course = replace(self._course, stage=heard.stage, done=heard.done, total=heard.total)
        return None

    def _end(self, heard: _Line) -> None:
        with self._lock:
            pace, self._process = self._pace.now(), None
            ended = replace(self._course, seconds=pace.seconds, left=None)
            if heard.report is not None:
                # A stop that came too late: the new generation is the live one.
                self._course = replace(ended, phase=Phase.DONE, share=1.0, report=heard.report)
            elif self._stopped:
                self._course = replace(ended, phase=Phase.STOPPED, share=pace.share)
            else:
                self._course = replace(ended, phase=Phase.FAILED, share=pace.share, trouble=heard.error)


def _tell(end: IO[str] | None, line: str) -> None:
    if end is not None:
        end.write(line)
        end.flush()
