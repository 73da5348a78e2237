"""A run: cases asked of an assistant, and everything it said, kept so that it can be judged again later.

A run records what was found and answered, where the gold stands, and what it was made with (``eval.made_with``),
and no scores: those are computed from it whenever they are shown (``eval.judge``, ``eval.metrics``), so an old run
can be read with a new measure. Quote exactness, gold places and the treaties named are settled here, because they
need the documents.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.render import answer_json
from corpus.errors import TreatyError
from corpus.names import named_in
from corpus.structure import parse
from eval.cases import Case
from eval.errors import RunError
from eval.judge import Judged, Place, is_exact, judge
from eval.made_with import (
    FORMAT,
    Metadata,
    cases_hash,
    corpus_hash,
    program_hash,
    settings_kept,
    versions,
)
from eval.spans import GoldPlace, gold_place

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.models import Answer
    from corpus.models import Document, Provision
    from index.models import Hit

TOP_K = 10
"""Hits kept of each search: as deep as the deepest measure looks."""

_ANSWER_KEPT = ("asked", "status", "reason", "reason_code", "searched", "confidence", "timings_ms")
_QUOTE_KEPT = ("text", "segments", "document", "provision", "path", "citation", "page", "score")

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

    def documents(self) -> Sequence[Document]:
        """Return the documents that may be quoted."""
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
        answer: What a run keeps of the JSON form of ``assistant.render``; None if it failed.
        exact: For each quote and then each nearest quote: whether it is its document's text.
        gold: Where the gold entries stand; those of documents that are not indexed are left out.
        named: Ids of the treaties that the question names, as ``corpus.names`` reads it: one that it misses is
            missed here too, and shows only in figures over all questions.
        answer_ms, search_ms: How long each took; None if it failed.
        errors: Messages of what failed.
    """

    case: Case
    hits: tuple[Found, ...] | None
    answer: Json | None
    exact: tuple[bool, ...]
    answer_ms: float | None
    search_ms: float | None
    gold: tuple[GoldPlace, ...] = ()
    named: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def judged(self) -> Judged:
        """Return the case's scores."""
        hits = [Place(h.document, h.path, h.label) for h in self.hits] if self.hits is not None else None
        return judge(
            self.case, hits, self.answer, self.exact, self.answer_ms, gold=self.gold, named=self.named
        )


@dataclass(frozen=True, slots=True)
class Run:
    """Cases, what came of them, and what they were asked of."""

    metadata: Metadata
    outcomes: tuple[Outcome, ...]

    def judged(self) -> tuple[Judged, ...]:
        """Return the scores of each case."""
        return tuple(outcome.judged() for outcome in self.outcomes)

    def save(self, path: Path) -> None:
        """Write the run as one JSON file, a case a line, so that two runs can be told apart line by line."""
        lines = ",\n".join(_one_line(_OUTCOME.dump_json(outcome)) for outcome in self.outcomes)
        made = _one_line(_METADATA.dump_json(self.metadata))
        path.write_text(
            f'{{"metadata": {made},\n"outcomes": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n"
        )

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
_OUTCOME = TypeAdapter(Outcome)
_METADATA = TypeAdapter(Metadata)


def _one_line(form: bytes) -> str:
    return json.dumps(json.loads(form), ensure_ascii=False)


def evaluate(
    assistant: Asked,
    cases: Sequence[Case],
    *,
    settings: Mapping[str, Any] | None = None,
    models: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask every case and keep what came of it.

    A case that ends in an expected error is recorded with its message and has no scores; any other error ends
    the run, because it is a fault of the program.

    Args:
        assistant: What is evaluated.
        cases: What to ask, in this order.
        settings: What the assistant was opened with, for the record; paths are left out.
        models: Names of its models, for the record.
        progress: Told after each case.
    """
    found = []
    for done, outcome in enumerate(outcomes(assistant, cases), start=1):
        found.append(outcome)
        if progress is not None:
            progress(done, len(cases))
    return run_of(assistant.documents(), found, settings=settings, models=models)


def outcomes(assistant: Asked, cases: Iterable[Case]) -> Iterator[Outcome]:
    """Ask the cases one by one, each when it is called for; ``run_of`` makes a run of what came of them."""
    shelf = _Shelf({document.id: document for document in assistant.documents()})
    for case in cases:
        yield _outcome(assistant, shelf, case)


def run_of(
    documents: Sequence[Document],
    found: Sequence[Outcome],
    *,
    settings: Mapping[str, Any] | None = None,
    models: Mapping[str, str] | None = None,
) -> Run:
    """Return outcomes as a run, with what they were made with; arguments as of ``evaluate``."""
    generations = [o.answer["searched"]["generation"] for o in found if o.answer is not None]
    metadata = Metadata(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(),
        settings=settings_kept(settings or {}),
        generation=", ".join(dict.fromkeys(generations)),
        cases_sha256=cases_hash([outcome.case for outcome in found]),
        program_sha256=program_hash(),
        corpus_sha256=corpus_hash(documents),
        documents=len(documents),
        models=dict(models or {}),
    )
    return Run(metadata, tuple(found))


class _Shelf:
    """The documents of a run, with the trees of those that were asked for."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self._roots: dict[str, Provision] = {}

    def gold(self, case: Case) -> tuple[GoldPlace, ...]:
        """Find the gold entries of a case."""
        known = [
            (gold, self.documents[gold.document]) for gold in case.gold if gold.document in self.documents
        ]
        return tuple(gold_place(gold, document, self._root(document)) for gold, document in known)

    def _root(self, document: Document) -> Provision:
        if document.id not in self._roots:
            self._roots[document.id] = parse(document)
        return self._roots[document.id]

    def exact(self, quote: Json) -> bool:
        """Read a quote again; one of a document that is not here is not exact."""
        document = self.documents.get(quote["document"]["id"])
        return document is not None and is_exact(quote, document)


def _outcome(assistant: Asked, shelf: _Shelf, case: Case) -> Outcome:
    """Ask one case: the answer first, so that its time is that of a question never heard before."""
    errors: list[str] = []
    answer, answer_ms = _timed(lambda: assistant.ask(case.question, history=case.history), errors)
    hits, search_ms = _timed(
        lambda: assistant.search(case.question, history=case.history, top_k=TOP_K), errors
    )
    form = None if answer is None else _kept(answer_json(answer))
    return Outcome(
        case=case,
        hits=None if hits is None else tuple(_found(hit) for hit in hits[:TOP_K]),
        answer=form,
        exact=() if form is None else tuple(shelf.exact(q) for q in (*form["quotes"], *form["nearest"])),
        answer_ms=None if answer_ms is None else round(answer_ms, 1),
        search_ms=None if search_ms is None else round(search_ms, 1),
        gold=shelf.gold(case),
        named=named_in(case.question, shelf.documents.values()),
        errors=tuple(errors),
    )


def _kept(form: Json) -> Json:
    """Return what a run keeps of an answer: what it was, not the forms it may be shown in."""
    kept = {key: form[key] for key in _ANSWER_KEPT}
    return kept | {
        listed: [{key: quote[key] for key in _QUOTE_KEPT} for quote in form[listed]]
        for listed in ("quotes", "nearest")
    }


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
