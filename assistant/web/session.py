"""Loading of the assistant behind the page.

The page is served at once and the models load in a thread; this module holds what has become of that:
loading, ready or failed. It also owns the interface that the web app asks of an assistant, so that the page
can be tried with a small one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from corpus.errors import TreatyError
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.models import Answer
    from corpus.models import Document, Provision
    from index.models import Searched

CLOSE_SECONDS = 2.0
"""How long closing waits for loading to end; an import cannot be broken off, so the end comes without it."""


class Answers(Protocol):
    """What the web app asks of an assistant; implementations are safe to call from several threads."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        document_ids: Sequence[str] | None = None,
        on_stage: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer or decline a question; ``on_stage`` hears of each stage as it begins."""
        ...

    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""
        ...

    def document(self, document_id: str) -> Document:
        """Return one document."""
        ...

    def provisions(self, document_id: str) -> Provision:
        """Return the root of a document's provision tree."""
        ...

    def searched(self) -> Searched:
        """Return what a question without a filter is searched in."""
        ...

    def warm(self) -> None:
        """Load the models."""
        ...

    def close(self) -> None:
        """Let go of files and models."""
        ...


@dataclass(frozen=True, slots=True)
class Loading:
    """The models are being loaded."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Questions can be answered."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Failed:
    """Loading ended with an error; ``message`` is one line with its remedy."""

    message: str


State = Loading | Ready | Failed

STOPPED = "Loading stopped unexpectedly. The terminal that runs the program shows where; run 'treaty doctor'"


class Session:
    """One assistant for all visitors of the page, loaded in a background thread.

    Args:
        open_answers: Opens the assistant; called once, in that thread.
        style: How citations are written until a visitor chooses otherwise.
    """

    def __init__(self, open_answers: Callable[[], Answers], style: Style = Style.OSCOLA) -> None:
        self.style = style
        self._open_answers = open_answers
        self._state: State = Loading()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._load, name="load-assistant", daemon=True)

    @property
    def state(self) -> State:
        """What has become of loading."""
        return self._state

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def wait(self, seconds: float) -> State:
        """Return the state once loading has ended, or after ``seconds`` if it has not."""
        self._done.wait(seconds)
        return self._state

    def close(self) -> None:
        """Close the assistant, if there is one."""
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        if isinstance(self._state, Ready):
            self._state.answers.close()

    def _load(self) -> None:
        state: State = Failed(STOPPED)
        try:
            answers = self._open_answers()
            answers.warm()
            state = Ready(answers)
        except TreatyError as error:
            state = Failed(str(error))
        finally:
            # Anything unexpected goes on to the thread's excepthook; the page still says that loading failed.
            self._state = state
            self._done.set()
