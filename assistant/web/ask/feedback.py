"""What visitors think of answers, kept in a file on the machine that serves the page and sent nowhere.

One line of JSON each, in ``HOME/feedback/feedback.jsonl``. It is the only place where a question is written to disk,
and the page says so beside the box for a note.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from assistant.errors import FeedbackNotKept

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 10_000_000
"""Bytes of the file: some ten thousand opinions. A page that anyone can reach must not fill a disk."""
LONGEST_NOTE = 1000
"""Characters of a note."""
LOCK_SECONDS = 2.0
"""How long to wait for another process that writes; a line takes a millisecond."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a visitor thinks of what came of a question.

    Attributes:
        question: As it was asked.
        asked: As it was searched, where that differs.
        outcome: ``quoted``, ``declined`` or ``failed``.
        links: Stable links of the quotes that were shown.
        generation: Of the index that was searched.
        confidence: Of the answer, 0 to 1.
        liked: Whether it was found helpful.
        note: In the visitor's own words; empty if they gave none.
    """

    question: str
    asked: str
    outcome: str
    links: tuple[str, ...]
    generation: str
    confidence: float
    liked: bool
    note: str = ""


class Feedback(Protocol):
    """Where opinions go."""

    def keep(self, opinion: Opinion) -> None:
        """Keep an opinion.

        Raises:
            FeedbackNotKept: If it cannot be kept.
        """
        ...


class FeedbackFile:
    """Opinions in a file, a line each.

    Args:
        home: The program's home.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "feedback" / "feedback.jsonl"

    def keep(self, opinion: Opinion) -> None:
        """Append an opinion with the time.

        Raises:
            FeedbackNotKept: If the file is full, held by another process, or cannot be written.
        """
        said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(opinion)}
        # in ASCII, so that half a character in a question breaks nothing
        line = json.dumps({**said, "note": opinion.note[:LONGEST_NOTE]}) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS):
                held = self.path.stat().st_size if self.path.exists() else 0
                if held + len(line) > LARGEST:
                    raise FeedbackNotKept(
                        f"expected room for a line in {self.path}, found {held:,} bytes of {LARGEST:,}. "
                        "Move the file away"
                    )
                with self.path.open("a", encoding="ascii", newline="\n") as file:
                    file.write(line)
        except (OSError, Timeout) as error:
            raise FeedbackNotKept(
                f"expected to write to {self.path}, found: {error}. Check the folder's permissions"
            ) from error
