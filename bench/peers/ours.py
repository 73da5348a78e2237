"""The program itself, spoken to as the peers are, and beside it its floor: the models alone.

``store`` is its home, with the documents already in the library. The floor is taken in the same process within
moments of what it is the floor of, so that whatever else runs on the machine slows both: while an index is built,
every few batches one of them is embedded once more and nothing else; after a question, the very calls it made of the
encoder and the cross-encoder are made again. Neither is counted to the program.

Besides the requests of ``protocol``:

    {"do": "update", …}                     → as index, by the program's own command: what is unchanged is kept
    {"do": "floor"}                         → {"seconds"}: the models' calls of the last question, made again
    {"do": "embedding", "documents": [id]}  → {"seconds", "passages"}: embedding those documents and nothing else
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Assistant
from assistant.settings import Settings, load
from assistant.wiring import chunking, cutter, library, sources, update_index
from bench.drawn import Drawn
from bench.peers.protocol import TOP_K, Json, serve
from index.build import EMBED_AT_ONCE, build
from index.closeups import parts_of
from index.embedder import BundledEmbedder
from index.generation import open_generation
from index.reranker import load_reranker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.models import Reranker, TokenVectors, Vectors

EVERY = 8
"""One batch in so many is embedded once more: an eighth more time, for a floor from all parts of the library."""


@dataclass(slots=True)
class Floor:
    """What the models did.

    Attributes:
        seconds, tokens: Of the batches embedded once more, alone.
        all_tokens: Of every batch.
        paused: Seconds that watching took, which are not the program's.
        calls: What the last question asked of the models.
    """

    seconds: float = 0.0
    tokens: int = 0
    all_tokens: int = 0
    paused: float = 0.0
    calls: list[Callable[[], object]] = field(default_factory=list)


class WatchedEmbedder:
    """An encoder that is now and then asked the same again, alone.

    Calls for questions are kept, to be made again of one that remembers nothing (``index.remembered``): loading the
    bundled models costs nothing where they are loaded.
    """

    def __init__(self, inner: BundledEmbedder, floor: Floor) -> None:
        self._inner, self._floor, self._batches = inner, floor, 0
        self.name, self.dimension, self.max_tokens = inner.name, inner.dimension, inner.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text."""
        return self._inner.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages, and of every eighth batch the same again."""
        vectors = self._inner.embed(texts)
        began = time.perf_counter()
        read = sum(min(n, self.max_tokens) for n in self._inner.count(texts))
        self._floor.all_tokens += read
        if self._batches % EVERY == 0:
            alone = time.perf_counter()
            self._inner.embed(texts)
            self._floor.seconds += time.perf_counter() - alone
            self._floor.tokens += read
        self._batches += 1
        self._floor.paused += time.perf_counter() - began
        return vectors

    def embed_query(self, question: str) -> Vectors:
        """Embed one question."""
        self._floor.calls.append(lambda: BundledEmbedder().embed_query(question))
        return self._inner.embed_query(question)

    def tokens(self, text: str) -> TokenVectors:
        """Return the tokens of a text; only of the bundled encoder, which is what is measured."""
        self._floor.calls.append(lambda: BundledEmbedder().tokens(text))
        return self._inner.tokens(text)


class WatchedReranker:
    """A cross-encoder whose calls are kept, to be made again of one that remembers nothing."""

    def __init__(self, inner: Reranker, floor: Floor) -> None:
        self._inner, self._floor, self.name = inner, floor, inner.name

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one relevance logit per text."""
        self._floor.calls.append(lambda: load_reranker(self.name).score(question, texts))
        return self._inner.score(question, texts)


class Ours:
    """Indexes and answers as the program does."""

    def __init__(self) -> None:
        self._floor = Floor()
        self._assistant: Assistant | None = None
        self._settings = Settings()

    def index(self, texts: Path, store: Path, *, drawn: bool) -> Json:  # noqa: ARG002 - it reads its own library
        """Build the whole index; its seconds are without those of the floor."""
        self._settings = load(store, embedded=False)
        real = BundledEmbedder()
        self._floor = Floor()
        began = time.perf_counter()
        documents = sources(self._settings).documents
        read = time.perf_counter() - began
        report = build(
            store,
            documents,
            cutter(self._settings, real),
            Drawn(real) if drawn else WatchedEmbedder(real, self._floor),
            chunking=chunking(self._settings),
            rebuild=True,
        )
        floor = self._floor
        return {
            "seconds": read + report.seconds - floor.paused,
            "passages": report.embedded,
            "incremental": True,
            "tokens": floor.all_tokens,
            "floor_rate": floor.tokens / floor.seconds if floor.seconds else None,
        }

    def update(self, texts: Path, store: Path, *, drawn: bool) -> Json:  # noqa: ARG002
        """Bring the index up to date; the encoder is loaded before, as in a server, and is the real one."""
        self._settings = load(store, embedded=False)
        BundledEmbedder()
        began = time.perf_counter()
        report = update_index(self._settings)
        return {
            "seconds": time.perf_counter() - began,
            "embedded": report.embedded,
            "carried": report.carried,
        }

    def open(self, texts: Path, store: Path, *, drawn: bool) -> None:  # noqa: ARG002
        """Open the live generation and the models."""
        self._settings = load(store, embedded=False)
        embedder, reranker = BundledEmbedder(), load_reranker(self._settings.reranker)
        watched = WatchedEmbedder(embedder, self._floor), WatchedReranker(reranker, self._floor)
        self._assistant = Assistant(open_generation(store, model=embedder.name), *watched)

    def ask(self, question: str) -> Json:
        """Answer; the hits are where its quotes stand."""
        self._floor.calls.clear()
        began = time.perf_counter()
        answer = self._opened().ask(question)
        seconds = time.perf_counter() - began
        quotes = [*getattr(answer, "quotes", ())][:TOP_K]
        hits = [[one.document_id, s.start, s.end] for one in quotes for s in one.segments[-1:]]
        return {"seconds": seconds, "hits": hits, "declined": not quotes}

    def floor(self) -> Json:
        """Make the models' calls of the last question again."""
        calls = list(self._floor.calls)
        began = time.perf_counter()
        for call in calls:
            call()
        self._floor.calls.clear()
        return {"seconds": time.perf_counter() - began}

    def embedding(self, documents: Sequence[str]) -> Json:
        """Embed the passages and sentences of documents as the build does, and nothing else."""
        embedder = BundledEmbedder()
        cut, shelf = cutter(self._settings, embedder), library(self._settings)
        texts = [one.embed_text for i in documents for one in cut(shelf.document(i))]
        parts = [part for text in texts for part in parts_of(text)]
        began = time.perf_counter()
        for start in range(0, len(texts), EMBED_AT_ONCE):
            embedder.embed(texts[start : start + EMBED_AT_ONCE])
        for start in range(0, len(parts), EMBED_AT_ONCE):
            embedder.embed(parts[start : start + EMBED_AT_ONCE])
        return {"seconds": time.perf_counter() - began, "passages": len(texts)}

    def _opened(self) -> Assistant:
        if self._assistant is None:
            raise ValueError("expected an open index, found none; send open first")
        return self._assistant


if __name__ == "__main__":
    serve(Ours())
