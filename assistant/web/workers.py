"""The threads that answer, and the bounded line before them: a question that would wait too long is told so at once."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from assistant.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

WAITING = 32
"""Questions that may wait: at half a second each, and two at a time, the last has waited eight seconds."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Workers:
    """A few threads and those who wait for them.

    Args:
        at_work: Threads.
        waiting: How many may wait; one more is refused.
    """

    def __init__(self, at_work: int, waiting: int = WAITING) -> None:
        self._most = at_work + waiting
        self._threads = ThreadPoolExecutor(at_work, thread_name_prefix="ask")
        self._lock, self._inside = threading.Lock(), 0

    @property
    def inside(self) -> int:
        """How many are at work or wait."""
        return self._inside

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a thread do some work.

        Raises:
            Busy: If as many wait as may.
        """
        with self._lock:
            if self._inside >= self._most:
                raise Busy(
                    f"expected a free place, found {self._inside} questions at work or waiting. Try again in a moment"
                )
            self._inside += 1
        try:
            future = self._threads.submit(work, *args, **kwargs)
        except RuntimeError as error:  # after ``close``
            self._leave(None)
            raise Busy("expected a server at work, found it ending. Try again when it is back") from error
        future.add_done_callback(self._leave)
        return future

    def close(self) -> None:
        """Take no more work; what is in hand is let go of."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, _done: Future[_T] | None) -> None:
        with self._lock:
            self._inside -= 1
