"""Comparing: from a topic and a choice of documents to a table, with progress on the way and a way to stop.

Nothing here knows of Gradio or HTML; the page draws each state of the comparison that ``compare`` yields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.compare import compare, of_library, rows_for
from assistant.comparison import FEWEST
from assistant.web.ask.asker import MAX_QUESTION
from assistant.web.session import Failed, Loading
from assistant.web.working import Done, carried_out

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from assistant.compare import Compared
    from assistant.web.session import Answers, Session
    from assistant.web.working import Submit

MOST_CHOSEN = 40
"""Documents of one table; more columns of words than anyone reads, and a minute's work."""

WAITING = "Loading the models… The documents are compared as soon as they are ready."
BEGUN = "Asking each document…"
STOPPED = "Stopped after {} of {} documents."
UNEXPECTED = "Something went wrong while comparing. The terminal that runs the program shows where"


@dataclass(frozen=True, slots=True)
class Course:
    """What has become of a comparison.

    Attributes:
        compared: The table, at the end.
        progress: What is being done, or an empty string at the end.
        done, documents: Documents asked, and how many there are to ask; 0 before that is known.
        trouble: Why there is no table, in one line.
        note: What the visitor did to it: that it was stopped.
    """

    compared: Compared | None = None
    progress: str = ""
    done: int = 0
    documents: int = 0
    trouble: str = ""
    note: str = ""


class _Stopped(Exception):
    """Raised between two documents."""


class Comparer:
    """Compares documents of the session's assistant.

    Args:
        session: Lends the assistant.
        submit: The threads that answer; a comparison takes the place of one question.
    """

    def __init__(self, session: Session, submit: Submit) -> None:
        self._session, self._submit = session, submit

    def compare(self, topic: str, document_ids: Sequence[str], stop: threading.Event) -> Iterator[Course]:
        """Yield a comparison as it goes: of the documents chosen, or of all treaties if none is.

        Args:
            topic: As typed.
            document_ids: As chosen.
            stop: Ends it before the next document.
        """
        asked, chosen = topic.strip(), tuple(document_ids)
        if wrong := _unfit(asked, chosen):
            yield Course(trouble=wrong)
            return
        state = self._session.state
        while isinstance(state, Loading) and not stop.is_set():
            yield Course(progress=WAITING)
            state = self._session.wait(1.0)
        if isinstance(state, Failed):
            yield Course(trouble=state.message)
            return
        yield from self._compare(asked, chosen, stop)

    def _compare(self, asked: str, chosen: tuple[str, ...], stop: threading.Event) -> Iterator[Course]:
        def work(tell: Callable[[tuple[int, int]], None]) -> Compared | None:
            def on_row(done: int, documents: int) -> None:
                tell((done, documents))
                if stop.is_set():
                    raise _Stopped

            try:
                with self._session.borrowed() as answers:
                    return _made(asked, chosen, answers, on_row)
            except _Stopped:
                return None

        now = Course(progress=BEGUN)
        yield now
        for said in carried_out(self._submit, work, UNEXPECTED):
            if isinstance(said, Done):
                stopped = "" if said.result or said.trouble else STOPPED.format(now.done, now.documents)
                now = Course(said.result, trouble=said.trouble, note=stopped)
            else:
                now = Course(progress=BEGUN, done=said[0], documents=said[1])
            yield now


def _unfit(asked: str, chosen: Sequence[str]) -> str:
    """Return what is wrong with what was typed and chosen, or an empty string."""
    if not any(character.isalnum() for character in asked):
        return "Expected a topic in words, found none. Name what to compare, such as: withdrawal"
    if len(asked) > MAX_QUESTION:
        return f"A topic may have {MAX_QUESTION} characters; this one has {len(asked)}. Name a shorter one"
    if 0 < len(chosen) < FEWEST:
        return "Expected two instruments or more, found one. Choose another as well, or none for all treaties"
    if len(chosen) > MOST_CHOSEN:
        return f"Expected at most {MOST_CHOSEN} instruments, found {len(chosen)}. Choose fewer"
    return ""


def _made(
    asked: str, chosen: Sequence[str], answers: Answers, on_row: Callable[[int, int], None]
) -> Compared:
    """Return the table; where none is chosen, of the treaties that the question names, else of all."""
    if chosen:
        return compare(answers, asked, chosen, on_row=on_row)
    return rows_for(asked, answers, on_row=on_row) or of_library(asked, answers, on_row=on_row)
