"""What each visitor's page has in hand, so that it can be stopped, or dropped for something else.

A question that is stopped says so in its place. One whose visitor went on to something else, another conversation
say, draws nothing any more: whatever it drew would be over what they look at now.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(slots=True)
class Run:
    """One thing in hand; its flags are only ever set.

    Attributes:
        stopped: The visitor wants it stopped.
        left: The visitor has gone on to something else.
    """

    stopped: bool = False
    left: bool = False

    @property
    def ended(self) -> bool:
        """Whether nobody waits for what comes of it."""
        return self.stopped or self.left


class Runs:
    """The newest run of each visitor, by the name of their page's session; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[str, Run] = {}

    def begin(self, visitor: str) -> Run:
        """Return a new run; the visitor's one before it is left."""
        run = Run()
        with self._lock:
            before = self._newest.get(visitor)
            if before is not None:
                before.left = True
            self._newest[visitor] = run
        return run

    def busy(self, visitor: str) -> bool:
        """Tell whether a visitor has anything in hand."""
        return visitor in self._newest

    def stop(self, visitor: str) -> None:
        """Stop what a visitor has in hand, if anything."""
        with self._lock:
            run = self._newest.get(visitor)
            if run is not None:
                run.stopped = True

    def end(self, visitor: str, run: Run) -> None:
        """Forget a run that has come to its end; a newer one of the visitor stays."""
        with self._lock:
            if self._newest.get(visitor) is run:
                del self._newest[visitor]
