"""Work of some seconds behind a tab: done by the threads that answer questions, its progress told as it comes."""

from __future__ import annotations

import queue
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from assistant.errors import Busy
from assistant.web.ask.asker import PATIENCE
from corpus.errors import TreatyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

_T = TypeVar("_T")
_Told = TypeVar("_Told")


class Submit(Protocol):
    """Hands work to the threads; ``assistant.web.workers.Workers.submit`` is one."""

    def __call__(self, work: Callable[..., _T], /, *args: object) -> Future[_T]:
        """Have a thread do some work; ``Busy`` if as many wait as may."""
        ...


@dataclass(frozen=True, slots=True)
class Done(Generic[_T]):
    """What work has come to, or None and in one line why not."""

    result: _T | None
    trouble: str = ""


def carried_out(
    submit: Submit, work: Callable[[Callable[[_Told], None]], _T], unexpected: str
) -> Iterator[_Told | Done[_T]]:
    """Yield each word of the progress of some work, and at last what it has come to.

    Args:
        submit: The threads.
        work: Called in one of them with what it tells its progress to.
        unexpected: What is said of an error that was not foreseen; the error itself goes to the terminal.
    """
    heard: queue.SimpleQueue[_Told] = queue.SimpleQueue()
    try:
        future = submit(work, heard.put)
    except Busy as error:
        yield Done(None, str(error))
        return
    while not future.done():
        try:
            yield heard.get(timeout=PATIENCE)
        except queue.Empty:
            continue
    yield _done(future, unexpected)


def _done(future: Future[_T], unexpected: str) -> Done[_T]:
    error = future.exception()
    if error is None:
        return Done(future.result())
    if isinstance(error, TreatyError):
        return Done(None, str(error))
    traceback.print_exception(error, file=sys.stderr)
    return Done(None, unexpected)
