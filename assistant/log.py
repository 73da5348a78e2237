"""One line on stderr for each thing that was asked of the server, for whoever keeps it running.

Off unless it is asked for. A line says when, what, how it ended and how long it took. It never holds a name, a
password, an address or a word of a document, and a question's words only if the owner asks for them.
"""

from __future__ import annotations

import json
import re
import sys
import threading
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Field = str | int | float | None
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


class Form(StrEnum):
    """How a line is written."""

    JSON = "json"
    TEXT = "text"
    OFF = "off"


class Log:
    """Writes lines.

    Args:
        form: How.
        questions: Whether a question's words may be written.
        to: Where; stderr if not given.
        now: The time; for tests.
    """

    def __init__(
        self,
        form: Form = Form.OFF,
        *,
        questions: bool = False,
        to: IO[str] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._form, self._questions, self._to, self._now = form, questions, to, now
        self._lock = threading.Lock()

    def write(self, event: str, outcome: str, *, question: str = "", **fields: Field) -> None:
        """Write a line, unless the log is off; fields without a value are left out.

        Args:
            event: What was asked: ``question``, an endpoint's name, ``login``, ``ready``.
            outcome: How it ended.
            question: Its words, written only if the owner asked for them.
            fields: What else there is to say.
        """
        if self._form is Form.OFF:
            return
        time = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said: dict[str, Field] = {"time": time, "event": event, "outcome": outcome}
        row = said | {name: value for name, value in fields.items() if value not in (None, "")}
        if question and self._questions:
            row["question"] = question
        line = json.dumps(row, ensure_ascii=False) if self._form is Form.JSON else _plain(row)
        with self._lock:
            to = self._to or sys.stderr
            to.write(f"{line}\n")
            to.flush()


def _plain(row: dict[str, Field]) -> str:
    """Return a row as words; what is more than letters and digits is quoted, so a line stays a line."""
    first = [str(row.pop(name)) for name in ("time", "event", "outcome")]
    return " ".join((*first, *(f"{name}={_word(value)}" for name, value in row.items())))


def _word(value: Field) -> str:
    word = str(value)
    return word if _PLAIN.fullmatch(word) else json.dumps(word)
