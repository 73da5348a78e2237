"""Vectors of passages, in a Chroma collection on disk. The only module that knows Chroma.

One folder holds one collection, filled once and then read. Chroma is imported when the collection is first
touched, so that commands which need no vectors start without it.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from index.errors import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

    from index.models import Vectors

COLLECTION = "passages"

GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 16,
    "ef_search": 400,
}
"""The search graph. Chroma's defaults are L2 and 100/16/100. With these values the 50 nearest of 13,000
clustered vectors are the true ones (0.9973 of them by default); adding takes 2.4 s, not 1.8, and a query 1.2 ms."""

PAGE = 4096
"""Rows added or read at a time; Chroma refuses more than about 5,400 here, by a limit of its SQLite."""


class VectorStore:
    """One collection of unit vectors by passage id; threads may share it, processes only for reading.

    Args:
        folder: The collection's folder.
        create: Whether to start a new collection there.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self._folder, self._create = folder, create
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._collection: Collection | None = None

    def close(self) -> None:
        """Release the files; a later use opens them again. Nobody may be using the store.

        Chroma lets go of its SQLite file within moments, on a thread of its own.
        """
        with self._lock:
            # The collection holds Chroma's server object, and that the open files: let go of both.
            self._collection = None
            if self._client is not None:
                self._client.close()
                self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, ids: Sequence[str], document_ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors of shape ``(len(ids), dimension)`` with the document each belongs to."""
        with self._opened() as collection:
            for start in range(0, len(ids), PAGE):
                page = slice(start, start + PAGE)
                collection.add(
                    ids=list(ids[page]),
                    embeddings=vectors[page],
                    metadatas=[{"document": document_id} for document_id in document_ids[page]],
                )

    def query(
        self, vector: Vectors, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Find the vectors nearest to ``vector``.

        Args:
            vector: Shape ``(dimension,)``, length 1.
            k: Most passages wanted.
            document_ids: Where to look; None for everywhere.

        Returns:
            Passage ids with cosine similarity, most similar first.
        """
        if document_ids is not None and not document_ids:
            return []
        where: dict[str, Any] | None = None
        if document_ids is not None:
            where = {"document": {"$in": list(document_ids)}}
        with self._opened() as collection:
            rows: Any = [vector]  # Chroma's annotation leaves out a list of float32 arrays
            answer = collection.query(query_embeddings=rows, n_results=k, where=where, include=["distances"])
        distances = answer["distances"] or [[]]
        # Chroma's cosine distance is 1 - cosine; equal ones are put in order of id, which Chroma does not.
        pairs = [
            (one, 1.0 - float(distance)) for one, distance in zip(answer["ids"][0], distances[0], strict=True)
        ]
        return sorted(pairs, key=lambda found: (-found[1], found[0]))

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Return the vectors of those ids that are there.

        They are what was added to within the last bit: Chroma's graph scales each to length 1 once more.
        """
        found: dict[str, Vectors] = {}
        with self._opened() as collection:
            for start in range(0, len(ids), PAGE):
                answer = collection.get(ids=list(ids[start : start + PAGE]), include=["embeddings"])
                rows = np.asarray(answer["embeddings"], dtype=np.float32)
                found.update(zip(answer["ids"], rows, strict=True))
        return found

    def count(self) -> int:
        """Return how many vectors there are."""
        with self._opened() as collection:
            return collection.count()

    def ids(self) -> frozenset[str]:
        """Return the ids of all vectors."""
        with self._opened() as collection:
            return frozenset(collection.get(include=[])["ids"])

    @contextmanager
    def _opened(self) -> Iterator[Collection]:
        from chromadb.errors import ChromaError

        try:
            with self._lock:
                collection = self._collection or self._open()
            yield collection
        except (ChromaError, ValueError, OSError) as error:
            raise IndexDamaged(
                f"expected a vector collection in {self._folder}, found: {error}; run: treaty index --rebuild"
            ) from error

    def _open(self) -> Collection:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        if not self._create and not (self._folder / "chroma.sqlite3").is_file():
            raise IndexDamaged(
                f"expected a vector collection in {self._folder}, found none; run: treaty index --rebuild"
            )
        # No .env file: Chroma would read one from whatever folder the program was started in.
        quiet: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
        settings = Settings(**quiet)
        self._client = cast("Client", chromadb.PersistentClient(self._folder, settings=settings))
        if self._create:
            self._collection = self._client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": GRAPH}
            )
            self._create = False
        else:
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        return self._collection
