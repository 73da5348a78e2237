"""The assistant behind the page: loaded in the background, and opened anew when a new index is there.

The page is served at once and the models load in a thread; this module holds what has become of that: loading,
ready or failed. From then on the same thread looks whether another generation of the index has become the live one,
opens it beside the old one and puts it in its place. Whoever works with the assistant borrows it, and an assistant
that was replaced is closed when the last borrower has given it back: no question in flight is dropped.

It also owns the interface that the web app asks of an assistant, so that the page can be tried with a small one.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.errors import NotReady
from assistant.versions import versions_of
from corpus.errors import TreatyError
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.models import Answer
    from assistant.settings import Settings
    from assistant.web.ask.feedback import Feedback
    from corpus.models import Document, Provision
    from index.models import Hit, Searched

CLOSE_SECONDS = 2.0
"""How long closing waits for loading to end; an import cannot be broken off, so the end comes without it."""
LOOK_SECONDS = 1.0
"""Between two looks at which generation is live: one small file is read."""


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

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        top_k: int = 10,
        document_ids: Sequence[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Return the passages nearest to a question, best first."""
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

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        """Return what a question is searched in."""
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
    """Questions can be answered.

    Attributes:
        answers: To look at; to work with it, ``Session.borrowed`` it.
        opened: Which opening this is, from 1: it grows when a new index is taken up.
        trouble: Why a newer index could not be opened, or an empty string.
    """

    answers: Answers
    opened: int = 1
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Loading ended with an error; ``message`` is one line with its remedy."""

    message: str


State = Loading | Ready | Failed

STOPPED = "Loading stopped unexpectedly. The terminal that runs the program shows where; run 'treaty doctor'"
STILL_LOADING = "expected the models to be loaded, found them loading. Try again in a few seconds"


class _Borrowed:
    """How many work with an assistant; the one that was replaced is closed by the last of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count: dict[int, int] = {}
        self._retired: dict[int, Answers] = {}

    def take(self, answers: Answers) -> None:
        with self._lock:
            self._count[id(answers)] = self._count.get(id(answers), 0) + 1

    def give_back(self, answers: Answers) -> None:
        with self._lock:
            self._count[id(answers)] -= 1
            if self._count[id(answers)]:
                return
            del self._count[id(answers)]
            retired = self._retired.pop(id(answers), None)
        if retired is not None:
            retired.close()

    def retire(self, answers: Answers) -> None:
        with self._lock:
            if id(answers) in self._count:
                self._retired[id(answers)] = answers
                return
        answers.close()


class Session:
    """One assistant for all visitors of the page, loaded and renewed in a background thread.

    Args:
        open_answers: Opens the assistant; called in that thread.
        style: How citations are written until a visitor chooses otherwise.
        live: Returns the name of the live generation of the index, or None; without it none is ever taken up.
        settings: What the assistant is opened with; without them nothing that needs a home folder is offered.
        feedback: Where visitors' opinions of answers go; without it they are not asked for.
    """

    def __init__(
        self,
        open_answers: Callable[[], Answers],
        style: Style = Style.OSCOLA,
        live: Callable[[], str | None] | None = None,
        settings: Settings | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        self.style, self.settings, self.feedback = style, settings, feedback
        self.versions = versions_of(settings)
        self._open_answers, self._live = open_answers, live
        self._state: State = Loading()
        self._borrowed, self._swap = _Borrowed(), threading.Lock()
        self._done, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="load-assistant", daemon=True)

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

    @contextmanager
    def borrowed(self) -> Iterator[Answers]:
        """Lend the assistant: it stays open until it is given back, whatever becomes of the index meanwhile.

        Raises:
            NotReady: If it is not loaded; the message says why.
        """
        with self._swap:
            state = self._state
            if not isinstance(state, Ready):
                raise NotReady(state.message if isinstance(state, Failed) else STILL_LOADING)
            self._borrowed.take(state.answers)
        try:
            yield state.answers
        finally:
            self._borrowed.give_back(state.answers)

    def close(self) -> None:
        """Close the assistant, if there is one, when the last borrower has given it back."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        with self._swap:
            state, self._state = self._state, Failed(STOPPED)
        if isinstance(state, Ready):
            self._borrowed.retire(state.answers)

    def _run(self) -> None:
        self._load()
        while self._live is not None and not self._ending.wait(LOOK_SECONDS):
            self._renew(self._live)

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

    def _renew(self, live: Callable[[], str | None]) -> None:
        """Take up the live generation if it is another; one that cannot be opened leaves the old one in use."""
        state = self._state
        try:
            name = live()
            if name is None or (isinstance(state, Ready) and state.answers.searched().generation == name):
                return
            answers = self._open_answers()
            answers.warm()
        except TreatyError as error:
            if isinstance(state, Ready):
                self._state = Ready(state.answers, state.opened, str(error))
            return
        with self._swap:
            unwanted = answers if self._ending.is_set() else None
            if unwanted is None:
                self._state = Ready(answers, state.opened + 1 if isinstance(state, Ready) else 1)
        old = unwanted or (state.answers if isinstance(state, Ready) else None)
        if old is not None:
            self._borrowed.retire(old)
