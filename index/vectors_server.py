"""Vectors of passages on a Chroma server, one collection a generation, for machines that share an index.

Everything else of a generation stays in its folder, of which every machine carries a copy. A collection is known by its
generation's name, not by the server's address, which may differ from one machine to another.

A question that meets a server that is down fails with one line; the next one connects anew, so nothing here has to be
restarted when the server is back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from index.errors import IndexDamaged, IndexMismatch, IndexUnreachable, SearchIndexError
from index.fresh import LayeredVectors, has_layer
from index.vectors import ChromaVectors, LocalVectors, StoredVectors, VectorStore, quiet_settings

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from chromadb.api.client import Client

_PREFIX = "treaty-"
"""Before a generation's name in its collection's: a server may hold other collections."""
_PAGE = 1024
"""Rows in one request: 4 MB of 768 numbers each, in base64. The server takes 40 MB, a proxy often less."""
_CONNECT, _READ, _WRITE = 5.0, 30.0, 300.0
"""Seconds for a connection, for an answer while reading, and while filling. A server that has just started reads a
collection's graph from its disk before it answers the first question; one that is filled sorts vectors into it.
Chroma's own client waits for ever."""
_IDENTITY = "/api/v2/auth/identity"
"""Answered by every Chroma server since 1.0 and by little else."""


@dataclass(frozen=True, slots=True)
class VectorServer:
    """A Chroma server.

    Attributes:
        address: Such as ``http://127.0.0.1:8000``, without a slash at its end.
        token: Sent as a bearer token, for a proxy before the server to check; empty for none. Never shown.
    """

    address: str
    token: str = field(default="", repr=False)


def vectors_of(folder: Path, generation_id: str, server: VectorServer | None) -> StoredVectors:
    """Return where a generation's vectors are.

    Args:
        folder: Of the collection, if it is on this machine.
        generation_id: The generation's name.
        server: The server that has them; None for this machine.
    """
    if server is not None:
        return ServerVectors(server, generation_id)
    graph = LocalVectors(folder)
    return LayeredVectors(graph, folder.parent) if has_layer(folder.parent) else graph


def new_vectors(folder: Path, generation_id: str, server: VectorServer | None) -> VectorStore:
    """Return where a generation's vectors are to be: a new collection. Arguments as of ``vectors_of``."""
    if server is not None:
        return ServerVectors(server, generation_id, create=True)
    return LocalVectors(folder, create=True)


def require_place(generation_id: str, built_at: str | None, server: VectorServer | None) -> None:
    """Refuse a generation whose vectors are not where the settings say.

    Args:
        generation_id: The generation's name.
        built_at: Address of the server they were put on; None if they are on this machine.
        server: The server that the settings name, which may have another address by now; None for none.

    Raises:
        IndexMismatch: If they are on a server and none is set, or the other way round.
    """
    if built_at is not None and server is None:
        raise IndexMismatch(
            f"expected the vectors of generation {generation_id} on this machine, found them put on the server "
            f"{built_at}; set index_server to its address, or run: treaty index, to have them here"
        )
    if built_at is None and server is not None:
        raise IndexMismatch(
            f"expected the vectors of generation {generation_id} on the server {server.address}, found them on this "
            "machine; run: treaty index, to have them there, or remove the setting index_server"
        )


def forget(generation_id: str, server: VectorServer | None) -> None:
    """Remove a generation's collection from the server; nothing happens if there is no server or no collection.

    Raises:
        IndexUnreachable: If the server does not answer.
    """
    if server is not None:
        with ServerVectors(server, generation_id) as vectors:
            vectors.delete()


class ServerVectors(ChromaVectors):
    """A collection on a Chroma server; threads, processes and machines may share it.

    Args:
        server: The server.
        generation_id: The generation whose vectors they are.
        create: Whether to start a new collection there.
    """

    _page = _PAGE

    def __init__(self, server: VectorServer, generation_id: str, *, create: bool = False) -> None:
        super().__init__(create=create)
        self._server, self._generation = server, generation_id
        self._wait = _WRITE if create else _READ
        self._session: httpx.Client | None = None

    def close(self) -> None:
        """Close the connections; a later use opens new ones. Nobody may be using the store."""
        super().close()
        with self._lock:
            if self._session is not None:  # which Chroma's client leaves open
                self._session.close()
                self._session = None

    def delete(self) -> None:
        """Remove the collection; nothing happens if there is none.

        Raises:
            IndexUnreachable: If the server does not answer.
        """
        from chromadb.errors import ChromaError, NotFoundError
        from httpx import HTTPError

        try:
            with self._lock:
                client = self._client = self._client or self._connected()
                self._collection = None
            client.delete_collection(self._name)
        except NotFoundError:
            return
        except (ChromaError, HTTPError, ValueError) as error:
            raise self._failed(error) from error

    @property
    def _name(self) -> str:
        return f"{_PREFIX}{self._generation}"

    def _connected(self) -> Client:
        import httpx

        headers = {"Authorization": f"Bearer {self._server.token}"} if self._server.token else {}
        times = httpx.Timeout(self._wait, connect=_CONNECT)
        # Asked first without Chroma's client, which waits for ever while it is made.
        answer = httpx.get(self._server.address + _IDENTITY, headers=headers, timeout=times)
        answer.raise_for_status()
        if "tenant" not in _object(answer):
            raise ValueError("a server that is not Chroma")
        quiet = quiet_settings()
        import chromadb

        made = chromadb.HttpClient(host=self._server.address, headers=headers, settings=quiet)
        client = cast("Client", made)
        # There is no public way to bound how long Chroma's client waits, nor to close its connections. It has another
        # client inside it, which has done its work when it is made.
        inside, api = cast("Any", client._admin_client), cast("Any", client._server)  # noqa: SLF001
        inside._server._session.close()  # noqa: SLF001
        session = self._session = cast("httpx.Client", api._session)  # noqa: SLF001
        session.timeout = times
        session.event_hooks = {"response": [_refuse_other_servers]}
        return client

    def _failed(self, error: Exception) -> SearchIndexError:
        from chromadb.errors import ChromaError, InternalError, NotFoundError

        with self._lock:  # a server that came back may have it under another number
            self._collection = None
        if isinstance(error, NotFoundError):
            return IndexDamaged(
                f"expected the vectors of generation {self._generation} at {self._server.address}, found no collection "
                f"{self._name} there; set index_server to the server the index was built with, or run: "
                "treaty index --rebuild"
            )
        if isinstance(error, ChromaError) and not isinstance(error, InternalError):
            return IndexDamaged(
                f"expected the collection {self._name} at {self._server.address}, found: {_line(error)}; run: "
                "treaty index --rebuild"
            )
        return IndexUnreachable(
            f"expected the vector server at {self._server.address}, found: {_said(error)}; {_remedy(error)}"
        )


def _refuse_other_servers(response: httpx.Response) -> None:
    """Refuse an error that a proxy, or another server, tells in Chroma's place; its client would raise a bare one."""
    from chromadb.errors import error_types

    if response.is_error:
        response.read()
        if _object(response).get("error") not in error_types:
            response.raise_for_status()


def _object(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object that was answered; an empty one if it was something else."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return _line(error)


def _remedy(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in {401, 403}:
        return "set TREATY_INDEX_TOKEN to the token it expects"
    return (
        "start it (chroma run --path FOLDER --host HOST --port PORT) or correct the setting index_server; "
        "questions are answered again as soon as it is there"
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
