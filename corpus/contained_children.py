"""The child processes that read files: started, watched, kept warm for the next file, ended.

``corpus.contained`` says why there are any, ``corpus.contained_child`` what goes on in one. Whatever a child does, what
comes of it here is an ``Answer`` or ``Stopped``.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

import corpus
from corpus import contained_child
from corpus.errors import ReaderFailed, ReadError, ReadingStopped
from corpus.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START_SECONDS = 120.0
"""Longest wait for a child to import the readers: half a second on an idle machine."""

_MOST_CHILDREN = max(1, min(4, os.cpu_count() or 1))
"""Files read at the same time; more would only share the processors."""

_WALL = 5
"""The clock may run this many times as long as the processor: the machine may be busy with other things."""

_KEPT_OF_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What an interpreter may need to start at all; nothing else of the environment is handed on."""

PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from corpus.contained_child import main; main()"
"""What a child runs."""

_NONCE = 16
"""Bytes of what an answer must repeat, so that no file answers for the next one."""

_OTHERS = "The library and the other files are as they were"
_SMALLER = f"Split it into parts, or save its text as plain text and add that. {_OTHERS}"
SAVE_ANEW = f"Save the file anew, or save its text as plain text and add that. {_OTHERS}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may use. ``corpus.readers.Limits`` says how large the file itself may be.

    The defaults are about ten times what a treaty series volume needs (a PDF of 1,010 pages, provisions found: 12 s of
    processor time and 160 MB) and keep a hostile file from harming a server of 4 GB.

    Attributes:
        memory: Bytes of address space; the interpreter and the readers have taken 100 MB of it already.
        seconds: Of processor time; the clock may run five times as long.
        answer: Bytes of the document as it is handed back.
    """

    memory: int = 1_500_000_000
    seconds: int = 120
    answer: int = 150_000_000


class Answer(BaseModel):
    """What a child says of a file: one of three things."""

    model_config = ConfigDict(extra="forbid")

    nonce: str
    document: Document | None = None
    quotes: tuple[str, ...] = ()
    refused: tuple[str, str, str, str] | None = None
    broke: str | None = None


class Stopped(Exception):
    """A child gave no answer; ``stale`` if that may be the fault of the time between two files, not of this one."""

    def __init__(
        self, kind: type[ReadError], reason: str, remedy: str = SAVE_ANEW, *, stale: bool = False
    ) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.remedy, self.stale = kind, reason, remedy, stale


def answer_of(asked: Mapping[str, object], raw: bytes, bounds: Bounds) -> Answer:
    """Ask a warm child, and a new one if the warm one turns out to have ended or to speak of another file."""
    try:
        with _child() as child:
            return child.answer(asked, raw, bounds)
    except Stopped as stopped:
        if not stopped.stale:
            raise
    with _child(afresh=True) as child:
        return child.answer(asked, raw, bounds)


class Child:
    """One child process; used by one thread at a time. ``fit`` says whether it can take another file.

    Args:
        program: What it runs; its arguments are where modules are found.

    Raises:
        Stopped: If it does not start.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        self._folder = tempfile.mkdtemp(prefix="treaty-reading-")
        path = [
            str(Path(corpus.__path__[0]).parent),
            *(str(Path(entry).absolute()) for entry in sys.path if entry),
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, on a module of this program
                [sys.executable, "-I", "-B", "-X", "utf8", "-c", program, *path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=self._folder,
                env={key: os.environ[key] for key in _KEPT_OF_ENVIRONMENT if key in os.environ},
                start_new_session=True,
            )
        finally:
            self._sweep()
        self.fit = False
        with self._watched(_START_SECONDS):
            started = contained_child.receive(self._output, len(contained_child.READY))
        if started is None:
            self.close()
            reason = "the process that reads files could not be started"
            raise Stopped(ReaderFailed, reason, "Check the installation with: treaty doctor")

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def _output(self) -> int:
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        return self._process.stdout.fileno()

    def answer(self, asked: Mapping[str, object], raw: bytes, bounds: Bounds) -> Answer:
        """Have one file read.

        Raises:
            Stopped: If no answer came; the child is then of no more use.
        """
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        nonce, channel = secrets.token_hex(_NONCE), self._process.stdin.fileno()
        stale, said = self.fit, None
        with self._watched(_WALL * bounds.seconds) as overdue:
            with suppress(BrokenPipeError):  # why it is gone, its end tells
                contained_child.send(channel, json.dumps({**asked, "nonce": nonce}).encode())
                contained_child.send(channel, raw)
            try:
                said = contained_child.receive(self._output, bounds.answer)
            except OverflowError as error:
                reason = (
                    f"expected at most {bounds.answer:,} bytes of text and headings, found {error.args[0]:,}"
                )
                raise Stopped(ReadingStopped, reason, _SMALLER) from error
            self.fit = said is not None and self._is_ready()
        if said is None:
            raise self._ended(bounds, overdue=overdue.is_set(), stale=stale)
        try:
            answer = Answer.model_validate_json(said)
        except ValidationError as error:
            raise Stopped(ReaderFailed, "its reader gave an answer that is none", stale=stale) from error
        if answer.nonce != nonce:
            raise Stopped(ReaderFailed, "its reader gave the answer to another file", stale=stale)
        return answer

    def _is_ready(self) -> bool:
        with suppress(OverflowError):
            ready = contained_child.receive(self._output, len(contained_child.READY))
            return contained_child.CAN_FORK and ready == contained_child.READY
        return False

    def _ended(self, bounds: Bounds, *, overdue: bool, stale: bool) -> Stopped:
        """Say why no answer came, by how the child ended."""
        code = self._process.wait()
        if overdue or -code == getattr(signal, "SIGXCPU", None):
            reason = f"expected to be read within {bounds.seconds} s, but it takes longer"
            return Stopped(ReadingStopped, reason, _SMALLER)
        if code == contained_child.OUT_OF_MEMORY:
            reason = f"expected to be read within {bounds.memory / 1e6:,.0f} MB of memory, but it takes more"
            return Stopped(ReadingStopped, reason, _SMALLER)
        if code < 0:
            reason = f"its reader crashed or ran out of memory ({_signal_name(-code)})"
            return Stopped(ReaderFailed, reason)
        reason = f"its reader ended without an answer (exit code {code})"
        return Stopped(ReaderFailed, reason, stale=stale and code == 0)

    def kill(self) -> None:
        """End it and whatever it started."""
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)  # its own group, by ``start_new_session``
            else:
                self._process.kill()

    def close(self) -> None:
        """End it and take away what it leaves."""
        if self.alive:
            self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._sweep()

    def _sweep(self) -> None:
        """Remove its folder, if it is there still: an empty folder that is gone can hold nothing."""
        with suppress(OSError):  # Windows keeps a folder that a process is in; ``close`` tries again
            Path(self._folder).rmdir()

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[threading.Event]:
        """Kill the child if the block takes longer; the event tells. Also if the block is broken off."""
        overdue = threading.Event()

        def expire() -> None:
            overdue.set()
            self.kill()

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        whole = False
        try:
            yield overdue
            whole = True
        finally:
            timer.cancel()
            if not whole:
                self.kill()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


_PLACES = threading.BoundedSemaphore(_MOST_CHILDREN)
_IDLE: list[Child] = []


@contextmanager
def _child(*, afresh: bool = False) -> Iterator[Child]:
    """Lend a child: a warm one if there is one and it will do. One that is fit for another file is kept."""
    with _PLACES:
        child = (None if afresh else _warm()) or Child()
        try:
            yield child
        except BaseException:
            child.close()
            raise
        if child.fit:
            _IDLE.append(child)
        else:
            child.close()


def _warm() -> Child | None:
    while _IDLE:
        child = _IDLE.pop()
        if child.alive:
            return child
        child.close()
    return None


def close_children() -> None:
    """End the children that wait for files. The next file starts one afresh."""
    while _IDLE:
        _IDLE.pop().close()


atexit.register(close_children)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_IDLE.clear)  # they are the parent's
