"""Vectors on a Chroma server: the same store as on disk, an error that helps while it is down, and recovery."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from index.errors import IndexDamaged, IndexUnreachable, SearchIndexError
from index.vectors import LocalVectors, VectorStore
from index.vectors_server import ServerVectors, VectorServer, new_vectors, vectors_of
from tests.index.chroma_server import ChromaServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.models import Vectors

COUNT, DIMENSION = 300, 24


def unit_vectors(count: int) -> Vectors:
    rows = np.random.default_rng(11).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


VECTORS = unit_vectors(COUNT)
IDS = [f"p{n:03}" for n in range(COUNT)]
DOCUMENTS = [f"d{n % 3}" for n in range(COUNT)]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def server(chroma: ChromaServer) -> VectorServer:
    return VectorServer(chroma.address)


@pytest.fixture(scope="module")
def store(server: VectorServer) -> Iterator[VectorStore]:
    with ServerVectors(server, "filled", create=True) as made:
        made.add(IDS, DOCUMENTS, VECTORS)
    with ServerVectors(server, "filled") as opened:
        yield opened


# -- the same as on disk


@pytest.mark.parametrize("within", [None, ["d1"], ["d0", "d2"], ["d1", "nowhere"], ["nowhere"], []])
def test_a_server_finds_what_a_folder_finds(
    store: VectorStore, tmp_path: Path, within: list[str] | None
) -> None:
    with LocalVectors(tmp_path / "chroma", create=True) as local:
        local.add(IDS, DOCUMENTS, VECTORS)
        for probe in (0, 77, 299):
            ours, theirs = store.query(VECTORS[probe], 10, within), local.query(VECTORS[probe], 10, within)
            assert [one for one, _ in ours] == [one for one, _ in theirs]
            np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-6)


def test_everything_comes_back(store: VectorStore) -> None:
    assert store.count() == COUNT
    assert store.ids() == frozenset(IDS)
    found = store.get([IDS[5], "nowhere", IDS[200]])
    assert found.keys() == {IDS[5], IDS[200]}
    np.testing.assert_allclose(found[IDS[200]], VECTORS[200], atol=1e-6)


def test_threads_may_share_a_server_store(store: VectorStore) -> None:
    alone = [store.query(VECTORS[n], 5) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: store.query(VECTORS[n], 5), range(40))) == alone


def test_a_large_collection_is_filled_page_by_page(server: VectorServer) -> None:
    count = 6000  # more than the server takes in one request
    rows = np.tile(VECTORS, (20, 1))
    with ServerVectors(server, "large", create=True) as made:
        made.add([str(n) for n in range(count)], ["d"] * count, rows)
        assert made.count() == len(made.ids()) == count


# -- a collection of its own for each generation


def test_generations_do_not_see_each_other(server: VectorServer) -> None:
    with (
        ServerVectors(server, "one", create=True) as one,
        ServerVectors(server, "two", create=True) as two,
    ):
        one.add(["a"], ["d"], VECTORS[:1])
        two.add(["b", "c"], ["d", "d"], VECTORS[1:3])
        assert one.ids() == frozenset({"a"})
        assert two.ids() == frozenset({"b", "c"})
        one.delete()
        assert two.count() == 2
        with pytest.raises(IndexDamaged):
            one.count()


def test_deleting_twice_or_what_never_was_is_well(server: VectorServer, tmp_path: Path) -> None:
    for place in (server, None):
        with new_vectors(tmp_path / "chroma", "gone", place) as made:
            made.add(["a"], ["d"], VECTORS[:1])
            made.delete()
            made.delete()
        with vectors_of(tmp_path / "chroma", "gone", place) as again:
            again.delete()
            with pytest.raises(IndexDamaged, match="found no"):
                again.count()


def test_a_collection_that_is_not_there_names_generation_server_and_remedy(server: VectorServer) -> None:
    with ServerVectors(server, "never-built") as store, pytest.raises(IndexDamaged) as caught:
        store.query(VECTORS[0], 5)
    said = str(caught.value)
    assert "never-built" in said
    assert server.address in said
    assert "index_server" in said
    assert "\n" not in said


# -- while it is down, and after


def test_a_server_that_stops_in_mid_query_is_told_and_taken_up_again(tmp_path: Path) -> None:
    """The store is never opened again: what fails while the server is down works once it is back."""
    with ChromaServer(tmp_path) as chroma:
        where = VectorServer(chroma.address)
        with ServerVectors(where, "g", create=True) as made:
            made.add(IDS, DOCUMENTS, VECTORS)
        with ServerVectors(where, "g") as store:
            before = store.query(VECTORS[7], 10)
            told: list[SearchIndexError] = []
            answered, stop = [0], threading.Event()

            def ask_on() -> None:
                while not stop.is_set():
                    try:
                        assert store.query(VECTORS[7], 10) == before
                        answered[0] += 1
                    except SearchIndexError as error:
                        told.append(error)

            with ThreadPoolExecutor(4) as pool:
                asking = [pool.submit(ask_on) for _ in range(4)]
                wait_for(lambda: answered[0] > 20)
                chroma.stop()
                wait_for(lambda: len(told) > 20)
                chroma.start()
                then = answered[0]
                wait_for(lambda: answered[0] > then + 20)
                stop.set()
                for each in asking:
                    each.result()
            assert store.query(VECTORS[7], 10) == before
            for one in told:
                assert isinstance(one, IndexUnreachable)
                assert chroma.address in str(one)
                assert "chroma run" in str(one)
                assert "\n" not in str(one)


def wait_for(happened: object, seconds: float = 60) -> None:
    assert callable(happened)
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_store_may_be_opened_before_its_server(tmp_path: Path) -> None:
    chroma = ChromaServer(tmp_path)
    where = VectorServer(chroma.address)
    with ServerVectors(where, "g") as store:
        with pytest.raises(IndexUnreachable, match=chroma.address):
            store.count()
        with chroma:
            with ServerVectors(where, "g", create=True) as made:
                made.add(IDS, DOCUMENTS, VECTORS)
            assert store.count() == COUNT


def test_a_collection_made_anew_is_found_by_its_name(server: VectorServer) -> None:
    with ServerVectors(server, "renewed", create=True) as first:
        first.add(["a"], ["d"], VECTORS[:1])
        with ServerVectors(server, "renewed") as reader:
            assert reader.count() == 1
            first.delete()
            with ServerVectors(server, "renewed", create=True) as second:
                second.add(["b", "c"], ["d", "d"], VECTORS[:2])
            with pytest.raises(IndexDamaged):
                reader.count()  # of the one it knew, which is gone
            assert reader.count() == 2


# -- what stands between


@contextmanager
def standing_before(chroma: ChromaServer, token: str, refused: tuple[int, str, bytes]) -> Iterator[str]:
    """A proxy that lets in whoever has the token, and answers others with a status, a type and a body."""

    class Proxy(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != f"Bearer {token}":
                return self._answer(*refused)
            asked = httpx.request(self.command, chroma.address + self.path, content=body, timeout=30)
            return self._answer(asked.status_code, "application/json", asked.content)

        do_GET = do_POST = do_DELETE = _pass  # noqa: N815 - the names http.server calls

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        serving = threading.Thread(target=proxy.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}/"[:-1]
        finally:
            proxy.shutdown()
            serving.join()


def test_the_token_is_sent_and_never_shown(chroma: ChromaServer, store: VectorStore) -> None:
    with standing_before(
        chroma, "s3cret", (401, "application/json", b'{"detail": "who are you?"}')
    ) as address:
        let_in = VectorServer(address, "s3cret")
        assert "s3cret" not in repr(let_in)
        with ServerVectors(let_in, "filled") as ours:
            assert ours.query(VECTORS[3], 5) == store.query(VECTORS[3], 5)
        for token in ("", "wrong"):
            with (
                ServerVectors(VectorServer(address, token), "filled") as theirs,
                pytest.raises(IndexUnreachable, match=r"HTTP 401.*TREATY_INDEX_TOKEN"),
            ):
                theirs.count()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((502, "text/html", b"<html>Bad Gateway</html>"), "HTTP 502"),
        ((404, "application/json", json.dumps({"detail": "Not Found"}).encode()), "HTTP 404"),
        ((200, "text/html", b"<html>Welcome</html>"), "not Chroma"),
        ((200, "application/json", b"[]"), "not Chroma"),
    ],
)
def test_another_server_at_the_address_is_told(
    chroma: ChromaServer, answer: tuple[int, str, bytes], found: str
) -> None:
    with (
        standing_before(chroma, "nobody has it", answer) as address,
        ServerVectors(VectorServer(address), "filled") as store,
        pytest.raises(IndexUnreachable, match=found) as caught,
    ):
        store.count()
    assert "\n" not in str(caught.value)
