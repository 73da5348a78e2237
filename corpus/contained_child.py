"""The child process in which users' files are read: what it may use, and what it says of each file.

Started by ``corpus.contained`` with an interpreter of its own, an empty environment and an empty folder. It imports
the readers once; then, for every file, it forks a process that reads that one file and ends. So a file meets a fresh
memory, and what it breaks is gone before the next one comes. Once the readers are imported, the process that reads
can open no file, no socket and no further process. Only the standard library is imported before the limits are set.

Where the system knows no ``fork`` (Windows) the child reads one file and ends. Where it knows no limits on processes
(Windows), only the clock and the size of the answer hold, which the parent watches; where it does not hold to the
limit on memory (macOS), neither does the child.

A message is eight bytes of length, most significant first, and that many bytes. A job is two messages: what is asked,
in JSON, and the file. An answer is one message in JSON, which repeats the job's ``nonce``; nothing is ever unpickled.
A child that can take another file says that it is ready.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import select
import signal
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from types import ModuleType, TracebackType

CAN_FORK = hasattr(os, "fork") and sys.platform != "win32"
"""Whether each file gets a process of its own within the child."""

LENGTH = 8
"""Bytes that say how long a message is."""

READY = b"ready"
"""The readers are imported, and the process that read the last file ended well."""

OUT_OF_MEMORY = 70
"""Exit code of a process that met its limit on memory."""
BROKE_OFF = 71
"""Exit code of a process whose reader raised what no reader should; it has said so in its answer."""

_IDLE_SECONDS = 30.0
"""A child without work ends after this; starting another one costs about a second."""

_GRACE = 5
"""Seconds between the signal that says that the time is over and the one that ends a process without a word."""

_PIECE = 1 << 20
_DESCRIPTORS_OPEN = 3
"""Standard input, output and error; with the answers' own, which is open already, all that there is."""
_DESCRIPTORS_TO_START = 64
"""Imports open one file or two at a time."""
_READERS = ("plain", "markdown", "html", "legalxml", "pdf", "docx", "blockquotes")


def main() -> None:
    """Read files until standard input ends or nothing comes for a while."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints goes nowhere
    _limit("CORE", 0)
    _limit("FSIZE", 0)
    _limit("NOFILE", _DESCRIPTORS_TO_START)
    _import_readers()
    send(answers, READY)
    while _job_comes():
        asked = receive(0)
        if not asked:
            return
        job = json.loads(asked)
        reader = os.fork() if CAN_FORK else 0
        if reader == 0:
            _read_file(job, answers)
        _end_like(os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]))
        send(answers, READY)


def send(descriptor: int, message: bytes) -> None:
    """Write one message.

    Raises:
        OSError: If the other side is gone.
    """
    for part in (len(message).to_bytes(LENGTH, "big"), message):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(descriptor, rest[:_PIECE]) :]


def receive(descriptor: int, longest: int | None = None) -> bytes | None:
    """Read one message; None if the other side is gone before it is whole.

    Args:
        descriptor: Where it comes from.
        longest: Most bytes it may have; any number if None.

    Raises:
        OverflowError: If it is announced as longer than that; nothing of it is read.
    """
    length = _exactly(descriptor, LENGTH)
    if length is None:
        return None
    size = int.from_bytes(length, "big")
    if longest is not None and size > longest:
        raise OverflowError(size)
    return _exactly(descriptor, size)


def _exactly(descriptor: int, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        piece = os.read(descriptor, min(size - len(found), _PIECE))
        if not piece:
            return None
        found += piece
    return bytes(found)


def _import_readers() -> None:
    """Import all that reading may need: no file can be opened later, not even a module's."""
    import encodings

    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name not in {"mbcs", "oem"}:  # Windows' own, nowhere else to be imported
            importlib.import_module(f"encodings.{module.name}")
    for name in ("corpus.structure", *(f"corpus.readers.{one}" for one in _READERS)):
        importlib.import_module(name)


def _job_comes() -> bool:
    return not CAN_FORK or bool(select.select([0], [], [], _IDLE_SECONDS)[0])


def _end_like(code: int) -> None:
    """End as the process that read a file did, unless that was well; the parent then knows what became of it."""
    if code == 0:
        return
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _read_file(job: dict[str, Any], answers: int) -> NoReturn:
    """Read the file that follows on standard input, answer and end."""
    _limit("AS", job["memory"])
    _limit("CPU", job["seconds"], grace=_GRACE)
    _limit("NPROC", 0)
    _limit("NOFILE", _DESCRIPTORS_OPEN)

    def broke_off(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> NoReturn:
        if not issubclass(kind, MemoryError):
            said = {"nonce": job["nonce"], "broke": f"{kind.__name__} at {_place(trace)}"}
            send(answers, _json(said))
        os._exit(OUT_OF_MEMORY if issubclass(kind, MemoryError) else BROKE_OFF)

    sys.excepthook = broke_off
    raw = receive(0)
    if raw is None:
        os._exit(0)
    send(answers, _json({"nonce": job["nonce"], **_answer(raw, job)}))
    os._exit(0)


def _answer(raw: bytes, job: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be said of a file: the document, or why it is none."""
    from corpus.errors import ReadError
    from corpus.readers import Limits, read_document, suffix_of
    from corpus.readers.blockquotes import block_quotes
    from corpus.structure import parse

    name, limits = job["name"], Limits(**job["limits"])
    try:
        document = read_document(raw, name, limits=limits, address=job["address"], retrieved=job["retrieved"])
        if job["structure"]:
            parse(document)
        quotes = block_quotes(raw, name, suffix_of(name)) if job["quotes"] else []
    except ReadError as error:
        return {"refused": [type(error).__name__, error.name, error.reason, error.remedy]}
    except RecursionError:
        reason = "its parts are nested too deeply to be read"
        return {"refused": ["UnreadableFile", name, reason, "Save its text as plain text and add that"]}
    return {"document": asdict(document), "quotes": quotes}


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _place(trace: TracebackType | None) -> str:
    """Return the module and line where an exception was raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace is not None else "start"


def _limit(what: str, most: int, *, grace: int = 0) -> None:
    """Set a limit on this process for good, as far as the system knows it; ``grace`` is added to its hard form."""
    limits = _limits()
    number = getattr(limits, f"RLIMIT_{what}", None)
    if limits is None or number is None:
        return
    hard = limits.getrlimit(number)[1]
    lasting = most + grace if hard == limits.RLIM_INFINITY else min(most + grace, hard)
    try:
        limits.setrlimit(number, (min(most, lasting), lasting))
    except (ValueError, OSError):  # macOS refuses a limit on memory below what is reserved already
        return


def _limits() -> ModuleType | None:
    return importlib.import_module("resource") if sys.platform != "win32" else None
