"""Vectors of passages, in a Chroma collection: what the index asks of a store of them, and the store on disk.

Only this module and ``index/vectors_server.py`` know Chroma. One folder holds one collection, filled once and then
read. Chroma is imported when the collection is first touched, so that commands which need no vectors start without it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from abc import ABC, abstractmethod
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

import numpy as np

from index.errors import IndexDamaged, NoRoom, SearchIndexError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

    from index.models import Vectors

COLLECTION = "passages"

GRAPH: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 16,
    "ef_search": 800,
}
"""The search graph. Chroma's defaults are L2 and 100/16/100. With 200/16/400 the 50 nearest of 13,000 clustered vectors
are the true ones (0.9973 of them by default); adding takes 2.4 s, not 1.8, and a query 1.2 ms. Of 77,482 drawn vectors
(700 synthetic treaties, 60 vectors near a passage, against all of them by numpy), recall of the 100 nearest by
``ef_search``: 100 0.833, 200 0.925, 400 0.973 with 0 of 100 for the worst, 800 0.9997 with 99 for the worst, 1600 the
same. Going from 400 to 800 costs some 5 ms on a loaded machine."""

PAGE = 4096
"""Rows added or read at a time; Chroma refuses more than about 5,400 here, by a limit of its SQLite."""

_DATABASE = "chroma.sqlite3"
"""Chroma's database within its folder; what else begins so is its journal."""

IDS_AT_ONCE = 50_000
"""Ids listed at a time: a few megabytes, however large the collection is."""


_ROOM = 1_000_000
"""Bytes free below which a failure is put down to the disk: Chroma's journal is some hundred kilobytes."""


class StoredVectors(Protocol):
    """Unit vectors by passage id, wherever they are kept. Threads may share one that is read.

    Every method raises ``SearchIndexError`` if the store is damaged or cannot be reached.
    """

    def query(
        self, vector: Vectors, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector of length 1 with cosine similarity, most similar first."""
        ...

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Return the vectors of those ids that are there."""
        ...

    def count(self) -> int:
        """Return how many vectors there are."""
        ...

    def ids(self) -> frozenset[str]:
        """Return the ids of all vectors."""
        ...

    def close(self) -> None:
        """Release files and connections; a later use opens them again."""
        ...

    def delete(self) -> None:
        """Remove the vectors for good; nothing happens if there are none."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class VectorStore(StoredVectors, Protocol):
    """Vectors that are being written."""

    def add(self, ids: Sequence[str], document_ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors of shape ``(len(ids), dimension)`` with the document each belongs to."""
        ...


class ChromaVectors(ABC):
    """A collection of Chroma, wherever it is kept: the part that folder and server have in common.

    Args:
        create: Whether to start a new collection at first use.
    """

    _page = PAGE

    def __init__(self, *, create: bool) -> None:
        self._create = create
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._collection: Collection | None = None

    def close(self) -> None:
        """Release files and connections; a later use opens them again. Nobody may be using the store.

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
        pages = max(1, -(-len(ids) // self._page))
        at_once = max(
            1, -(-len(ids) // pages)
        )  # alike in size: Chroma writes its graph after 1,000, not what is over
        with self._opened() as collection:
            for start in range(0, len(ids), at_once):
                page = slice(start, start + at_once)
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
            for start in range(0, len(ids), self._page):
                answer = collection.get(ids=list(ids[start : start + self._page]), include=["embeddings"])
                rows = np.asarray(answer["embeddings"], dtype=np.float32)
                found.update(zip(answer["ids"], rows, strict=True))
        return found

    def count(self) -> int:
        """Return how many vectors there are."""
        with self._opened() as collection:
            return collection.count()

    def ids(self) -> frozenset[str]:
        """Return the ids of all vectors."""
        found: set[str] = set()
        with self._opened() as collection:
            for start in range(0, collection.count(), IDS_AT_ONCE):
                found.update(collection.get(include=[], limit=IDS_AT_ONCE, offset=start)["ids"])
        return frozenset(found)

    @contextmanager
    def _opened(self) -> Iterator[Collection]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            with self._lock:
                collection = self._collection or self._open()
            yield collection
        except (ChromaError, HTTPError, ValueError, OSError) as error:
            raise self._failed(error) from error

    def _open(self) -> Collection:
        """Open the collection, or start it."""
        client = self._client = self._client or self._connected()
        if self._create:
            self._collection = client.create_collection(
                self._name, embedding_function=None, configuration={"hnsw": GRAPH}
            )
            self._create = False
        else:
            self._collection = client.get_collection(self._name, embedding_function=None)
        return self._collection

    @property
    @abstractmethod
    def _name(self) -> str:
        """The collection's name."""

    @abstractmethod
    def _connected(self) -> Client:
        """Return a client that reaches the collection."""

    @abstractmethod
    def _failed(self, error: Exception) -> SearchIndexError:
        """Say in one line what went wrong and what to do."""


class LocalVectors(ChromaVectors):
    """A collection on this machine's disk; threads may share it, processes only for reading.

    Args:
        folder: The collection's folder.
        create: Whether to start a new collection there.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(create=create)
        self._folder = folder
        self._copy: Path | None = None

    def close(self) -> None:
        """Release the files; see ``ChromaVectors``."""
        super().close()
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)
            self._copy = None

    def delete(self) -> None:
        """Remove the folder; nothing happens if there is none."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def share(self, folder: Path, count: int) -> None:
        """Make another store of the same vectors elsewhere; neither may be added to from then on.

        The graph's files are the same on the disk, under two names: Chroma writes them only when vectors are added.
        Its database, which it writes to be read, is copied, whoever may have it open.

        Args:
            folder: Where it is to be; on the same disk, or the files are copied.
            count: How many vectors there must be.

        Raises:
            IndexDamaged: If there are others, or they cannot be read.
        """
        folder.mkdir()
        try:
            for path in sorted(self._folder.rglob("*")):
                if not path.name.startswith(_DATABASE):
                    _put_beside(path, folder / path.relative_to(self._folder))
            reading = sqlite3.connect(f"{(self._folder / _DATABASE).resolve().as_uri()}?mode=ro", uri=True)
            with closing(reading), closing(sqlite3.connect(folder / _DATABASE)) as writing:
                writing.execute("PRAGMA synchronous = OFF")  # the folder goes to the disk as a whole
                reading.backup(writing)
                ((found,),) = writing.execute("SELECT count(*) FROM embeddings")
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error
        if found != count:
            raise self._failed(ValueError(f"{found} vectors where {count} were put"))

    @property
    def _name(self) -> str:
        return COLLECTION

    def _connected(self) -> Client:
        if not self._create and not (self._folder / _DATABASE).is_file():
            raise IndexDamaged(
                f"expected a vector collection in {self._folder}, found none; run: treaty index --rebuild"
            )
        quiet = quiet_settings()
        import chromadb
        from chromadb.errors import ChromaError

        try:
            return cast("Client", chromadb.PersistentClient(self._writable(), settings=quiet))
        except (ChromaError, OSError, ValueError, RuntimeError, AttributeError) as error:
            # Where its file cannot be opened Chroma keeps what it has half made, by the folder's name, and trips over
            # it each time: a server would never open the folder again.
            self._forget_half_made()
            raise ValueError(f"a file that Chroma cannot open ({error})") from error

    def _forget_half_made(self) -> None:
        from chromadb.api.shared_system_client import SharedSystemClient

        for place in filter(None, (self._folder, self._copy)):
            SharedSystemClient._identifier_to_system.pop(str(place), None)  # noqa: SLF001 - there is no public way
            SharedSystemClient._identifier_to_refcount.pop(str(place), None)  # noqa: SLF001

    def _writable(self) -> Path:
        """Return the folder; if it is read only, a copy for as long as this is open: Chroma writes even to be read."""
        places = (self._folder, self._folder / _DATABASE)
        if self._create or all(os.access(place, os.W_OK) for place in places):
            return self._folder
        self._copy = Path(tempfile.mkdtemp(prefix="treaty-vectors-"))
        for path in self._folder.rglob("*"):
            if path.is_file():
                place = self._copy / path.relative_to(self._folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)  # without its rights
        return self._copy

    def _failed(self, error: Exception) -> SearchIndexError:
        place = self._copy or self._folder
        if place.exists() and (free := shutil.disk_usage(place).free) < _ROOM:
            return NoRoom(
                f"expected room on the disk for the vectors in {place}, which are written to even to be read, found "
                f"{free / 1e6:.1f} MB free; free some space there and try again"
            )
        return IndexDamaged(
            f"expected a vector collection in {self._folder}, found: {error}; run: treaty index --rebuild"
        )


def _put_beside(path: Path, place: Path) -> None:
    """Give a file another name, or copy it where the file system has no second names; make a folder like another."""
    if path.is_dir():
        place.mkdir(exist_ok=True)
        return
    try:
        os.link(path, place)
    except OSError:
        shutil.copyfile(path, place)


def quiet_settings() -> Settings:
    """Return settings with which Chroma sends no usage data and reads nothing from where the program was started."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    from chromadb.config import Settings

    # No .env file: Chroma would read one from whatever folder the program was started in.
    quiet: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    return Settings(**quiet)
