"""How fast, and how large: every figure beside what the models alone take for the same work, in one run.

``python -m eval.bench [--library DIR] [--json]`` puts the treaties of a folder into a temporary home, without
the embedded corpus, and indexes, asks and serves them. The floor of a figure is the encoder or the
cross-encoder on the same texts in the same order, with no retrieval code around it; what lies above it is
ours. Only a ratio can be compared between machines.

The index is built as a first start builds it, the import of Chroma included. Whole processes find their files
in the system's cache. A question's floor is the time its own calls of ``embed_query`` and ``score`` took.
Counting tokens is left on our side: it only decides what the models are given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from typing import Any, TypeVar

from rich.console import Console

from assistant.answer import Assistant
from assistant.settings import Settings, load
from assistant.wiring import cutter, library, sources, update_index
from corpus.errors import TreatyError
from corpus.models import Passage
from eval.bench_figures import (
    SERVER_MB,
    Aim,
    Figure,
    Timing,
    Work,
    added_figures,
    figure_json,
    index_figures,
    middle,
    table,
    warm_figures,
)
from eval.bench_material import QUESTIONS, TREATY, TREATY_NAME
from eval.bench_server import COMMAND, MODELS, Memory, ModelCalls, measure_server, timed_process, write_calls
from eval.errors import EvaluationError
from index.bundled import cores
from index.embedder import load_embedder
from index.generation import open_generation
from index.models import Embedder, Reranker, Vectors
from index.reranker import load_reranker

LIBRARY = Path(__file__).resolve().parents[2] / "shared" / "treaties"
"""Beside the repository: the treaties that the figures in the documentation were measured with."""
SUFFIXES = (".md", ".pdf")
TIMES = 3
"""How often a thing is done whose first time says little; the median counts."""
SERVER_QUESTIONS = slice(1, 4)
PACKAGES = ("chromadb", "onnxruntime", "gradio")
FLOAT32 = 4

T = TypeVar("T")
Json = dict[str, Any]


class Spent:
    """The time that models took since ``clear``, and what they were asked; for one thread."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new question."""
        self.seconds = 0.0
        self.embedded: list[str] = []
        self.scored: list[tuple[str, tuple[str, ...]]] = []

    def timed(self, call: Callable[[], T]) -> T:
        """Make a call and add the time it took."""
        started = time.perf_counter()
        result = call()
        self.seconds += time.perf_counter() - started
        return result

    def calls(self) -> ModelCalls:
        """Return what the models were asked."""
        return ModelCalls(tuple(self.embedded), tuple(self.scored))


class TimedEmbedder:
    """An encoder whose time is summed."""

    def __init__(self, inner: Embedder, spent: Spent) -> None:
        self._inner, self._spent = inner, spent
        self.name, self.dimension, self.max_tokens = inner.name, inner.dimension, inner.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text; not timed."""
        return self._inner.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages."""
        return self._spent.timed(lambda: self._inner.embed(texts))

    def embed_query(self, question: str) -> Vectors:
        """Embed one question."""
        self._spent.embedded.append(question)
        return self._spent.timed(lambda: self._inner.embed_query(question))


class TimedReranker:
    """A cross-encoder whose time is summed."""

    def __init__(self, inner: Reranker, spent: Spent) -> None:
        self._inner, self._spent = inner, spent
        self.name = inner.name

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one relevance logit per text."""
        self._spent.scored.append((question, tuple(texts)))
        return self._spent.timed(lambda: self._inner.score(question, texts))


def main(words: Sequence[str] | None = None) -> int:
    """Run the benchmark and print it; no figure makes it fail."""
    options = argparse.ArgumentParser(prog="python -m eval.bench", description="How fast, and how large.")
    options.add_argument(
        "--library",
        type=Path,
        default=LIBRARY,
        metavar="DIR",
        help="Folder of treaties as .md and .pdf files.",
    )
    options.add_argument("--json", action="store_true", help="Print JSON.")
    given = options.parse_args(words)
    try:
        files = treaties(given.library)
        with tempfile.TemporaryDirectory(prefix="treaty-bench-", ignore_cleanup_errors=True) as folder:
            result = Bench(Path(folder)).run(files)
    except TreatyError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    show(*result, as_json=given.json)
    return 0


def treaties(folder: Path) -> tuple[Path, ...]:
    """Return the treaties below a folder, in order of their names.

    Raises:
        EvaluationError: If there are none.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not found:
        what = "none" if folder.is_dir() else "no such folder"
        raise EvaluationError(
            f"{folder}: expected treaties as {' or '.join(SUFFIXES)} files, found {what}. "
            "Name another folder with --library DIR"
        )
    return tuple(found)


class Bench:
    """One run over a library in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings: Settings = load(folder / "home", embedded=False)
        self._options = ("--home", str(self._settings.home), "--no-embedded")
        self._embedder = load_embedder(self._settings.embedder)
        self._reranker = load_reranker(self._settings.reranker)
        self._spent = Spent()
        self._warm: list[Timing] = []
        self._alone = Memory(None, None)

    def run(self, files: Sequence[Path]) -> tuple[Json, list[Figure]]:
        """Measure everything; return what it was measured with, and the figures."""
        header = machine()
        figures = self._indexing(files)
        with open_generation(self._settings.home, server=self._settings.vector_server) as generation:
            manifest = generation.manifest
        header |= {
            "documents": len(manifest.documents),
            "passages": manifest.passages,
            "encoder": self._embedder.name,
            "reranker": self._reranker.name,
        }
        figures += self._adding()
        figures += [self._size()]
        figures += self._asking()
        figures += self._serving()
        header["load_at_end"] = _load()
        return header, figures

    def _indexing(self, files: Sequence[Path]) -> list[Figure]:
        _tell(f"Reading and indexing {len(files)} files")
        shelf = library(self._settings)
        added, _ = _clocked(lambda: [shelf.add(path) for path in files])
        cut = cutter(self._settings, self._embedder)
        texts = [one.embed_text for document in sources(self._settings).documents for one in cut(document)]
        tokens = sum(self._embedder.count(texts))
        # The floor is taken on both sides of the figure, so that a machine that slows down slows both.
        before = _worked(lambda: self._embedder.embed(texts))
        ours = _worked(lambda: update_index(self._settings))
        after = _worked(lambda: self._embedder.embed(texts))
        floor = Work(mean((before.seconds, after.seconds)), mean((before.processor, after.processor)))
        return [
            Figure(f"library: {len(files)} files read and kept", added, "s"),
            *index_figures(len(files), tokens, ours, floor),
        ]

    def _adding(self) -> list[Figure]:
        """Add one document to the index and take it out again; measure both, and a run that changes nothing."""
        _tell("Adding one document and removing it")
        path = self._folder / TREATY_NAME
        path.write_text(TREATY, encoding="utf-8")
        shelf = library(self._settings)
        unchanged, added, removed, floors = [], [], [], []
        for _ in range(TIMES):
            unchanged.append(_clocked(lambda: update_index(self._settings))[0])
            entry = shelf.add(path)
            own = cutter(self._settings, self._embedder)(shelf.document(entry.id))
            floors.append(self._embedding(own))
            seconds, report = _clocked(lambda: update_index(self._settings))
            added.append(seconds)
            shelf.remove(entry.id)
            removed.append(_clocked(lambda: update_index(self._settings))[0])
        return [
            *added_figures(report, len(own), median(added), median(floors)),
            Figure("the document removed", median(removed), "s"),
            Figure("nothing changed", median(unchanged), "s"),
        ]

    def _embedding(self, passages: Sequence[Passage]) -> float:
        return _worked(lambda: self._embedder.embed([one.embed_text for one in passages])).seconds

    def _size(self) -> Figure:
        """Return the size of the live generation; its floor is the documents' text and the bare vectors."""
        with open_generation(self._settings.home, server=self._settings.vector_server) as generation:
            texts = sum(len(document.text.encode()) for document in generation.passages.documents())
            floor = texts + generation.manifest.passages * self._embedder.dimension * FLOAT32
            files = [path for path in generation.folder.rglob("*") if path.is_file()]
        return Figure("index on disk", sum(path.stat().st_size for path in files) / 1e6, "MB", floor / 1e6)

    def _asking(self) -> list[Figure]:
        _tell(f"Asking {len(QUESTIONS)} questions")
        opened, first = [], []
        for _ in range(TIMES):
            seconds, assistant = _clocked(self._open)
            opened.append(seconds)
            first.append(self._timing(assistant, QUESTIONS[0]))
            assistant.close()
        calls = self._spent.calls()
        assistant = self._open()
        assistant.warm()
        self._warm = [self._timing(assistant, question) for question in QUESTIONS]
        assistant.close()
        return [
            Figure("opening the index", median(opened), "s"),
            _against("first question after opening", middle(first)),
            *warm_figures(self._warm),
            *self._cold(calls),
        ]

    def _open(self) -> Assistant:
        generation = open_generation(
            self._settings.home, model=self._embedder.name, server=self._settings.vector_server
        )
        embedder, reranker = (
            TimedEmbedder(self._embedder, self._spent),
            TimedReranker(self._reranker, self._spent),
        )
        return Assistant(generation, embedder, reranker)

    def _timing(self, assistant: Assistant, question: str) -> Timing:
        self._spent.clear()
        seconds, _ = _clocked(lambda: assistant.ask(question))
        return Timing(seconds, self._spent.seconds)

    def _cold(self, calls: ModelCalls) -> list[Figure]:
        """Measure a whole command, in turns with a process that only loads the models and asks them the same."""
        _tell("Asking in whole processes")
        path = self._folder / "calls.json"
        write_calls(path, calls)
        ask = (*COMMAND, *self._options, "--json", "ask", QUESTIONS[0])
        ours, floors = [], []
        for _ in range(TIMES):
            ours.append(timed_process(ask)[0])
            seconds, printed = timed_process((*MODELS, str(path)))
            floors.append(seconds)
        self._alone = Memory(*json.loads(printed))
        return [Figure("whole process: treaty ask", median(ours), "s", median(floors))]

    def _serving(self) -> list[Figure]:
        _tell("Serving")
        folder = self._folder / "server"
        folder.mkdir()
        served = measure_server(self._options, QUESTIONS[SERVER_QUESTIONS], folder)
        models = middle(self._warm[SERVER_QUESTIONS])
        asked = _against("server: question over HTTP", Timing(median(served.asked), models.model_seconds))
        aim = Aim(SERVER_MB)
        return [
            Figure("server: until the page is served", served.page, "s"),
            Figure("server: until ready", served.ready, "s"),
            asked,
            Figure("server: memory when ready", served.idle.resident, "MB", self._alone.resident, aim),
            Figure("server: memory after questions", served.after.resident, "MB", self._alone.resident, aim),
            Figure("server: most memory", served.after.peak, "MB", self._alone.peak, aim),
        ]


def machine() -> Json:
    """Return what the figures were measured on and with."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": cores(),
        "cpu": cpu_model(_text_of(Path("/proc/cpuinfo"))) or platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "load_at_start": _load(),
    }


def cpu_model(cpuinfo: str) -> str | None:
    """Return the processor's name in the text of ``/proc/cpuinfo``, or None if it gives none."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else None


def show(header: Json, figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print a run."""
    if as_json:
        found = {**header, "figures": [figure_json(one) for one in figures]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False, soft_wrap=True)
    versions = ", ".join(f"{name} {number}" for name, number in header["versions"].items())
    console.print(
        f"{header['date']}, {header['cores']} cores, {header['cpu']}, Python {header['python']}\n"
        f"{versions}; {header['encoder']}, {header['reranker']}\n"
        f"{header['documents']} documents, {header['passages']} passages; "
        f"load {header['load_at_start']} at the start, {header['load_at_end']} at the end"
    )
    console.print(table(figures))


def _against(name: str, timing: Timing) -> Figure:
    return Figure(name, 1000 * timing.seconds, "ms", 1000 * timing.model_seconds)


def _clocked(call: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds a call took, and what it gave."""
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def _worked(call: Callable[[], object]) -> Work:
    """Return what a call took of the clock and of the processors, all threads of this process together."""
    processor = time.process_time()
    seconds, _ = _clocked(call)
    return Work(seconds, time.process_time() - processor)


def _load() -> float | None:
    """Return how many processes wanted a core over the last minute: what else ran here."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _tell(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


if __name__ == "__main__":
    sys.exit(main())
