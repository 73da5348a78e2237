"""An index whose vectors are on a server: built, shared, replaced and removed as one on the disk is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corpus import name_book
from index.build import build
from index.errors import IndexMismatch, IndexUnreachable
from index.generation import open_generation, rollback, verify
from index.vectors_server import VectorServer
from tests.index.chroma_server import ChromaServer
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty, renamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.models import Document

TREATY, GUIDE = lighthouse_treaty(), lighthouse_guide()
QUESTIONS = ("Who pays for a lighthouse?", "What does a keeper do in fog?", "Who won the cup?")


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def server(chroma: ChromaServer) -> VectorServer:
    return VectorServer(chroma.address)


def indexed(home: Path, server: VectorServer | None, *documents: Document) -> str:
    return build(home, documents, by_section, HashEmbedder(), server=server).generation


def collections(server: VectorServer) -> set[str]:
    from chromadb import HttpClient

    client: Any = HttpClient(host=server.address)
    names = {one.name for one in client.list_collections()}
    for api in (client._admin_client, client):
        api._server._session.close()
    return names


def test_a_generation_on_a_server_is_sound_and_has_no_vectors_here(
    server: VectorServer, tmp_path: Path
) -> None:
    name = indexed(tmp_path, server, TREATY, GUIDE)
    with open_generation(tmp_path, server=server) as generation:
        assert generation.manifest.server == server.address
        assert verify(generation) == ()
        assert not (generation.folder / "chroma").exists()
    assert f"treaty-{name}" in collections(server)
    assert not build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder(), server=server).fresh


def test_the_wrong_place_is_refused_and_told(server: VectorServer, tmp_path: Path) -> None:
    indexed(tmp_path / "there", server, TREATY)
    with pytest.raises(IndexMismatch, match=f"put on the server {server.address}; set index_server"):
        open_generation(tmp_path / "there")
    indexed(tmp_path / "here", None, TREATY)
    with pytest.raises(IndexMismatch, match="on this machine; run: treaty index"):
        open_generation(tmp_path / "here", server=server)


def test_moving_to_a_server_embeds_nothing_again(server: VectorServer, tmp_path: Path) -> None:
    indexed(tmp_path, None, TREATY, GUIDE)
    moved = build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder(), server=server)
    assert (moved.fresh, moved.embedded, moved.carried) == (True, 0, 10)
    with open_generation(tmp_path, server=server) as generation:
        assert verify(generation) == ()


def test_two_generations_are_kept_on_the_server(server: VectorServer, tmp_path: Path) -> None:
    first = indexed(tmp_path, server, TREATY)
    second = indexed(tmp_path, server, TREATY, GUIDE)
    assert rollback(tmp_path, server) == first
    third = indexed(tmp_path, server, GUIDE)
    fourth = indexed(tmp_path, server, GUIDE, renamed(TREATY, "again"))
    there = collections(server)
    assert {f"treaty-{one}" for one in (third, fourth)} <= there
    assert not {f"treaty-{one}" for one in (first, second)} & there


def test_a_build_that_fails_leaves_no_collection(server: VectorServer, tmp_path: Path) -> None:
    indexed(tmp_path, server, TREATY)
    before = collections(server)

    def torn(document: Document) -> tuple[()]:
        raise IndexUnreachable(document.id)

    with pytest.raises(IndexUnreachable):
        build(tmp_path, [GUIDE], torn, HashEmbedder(), server=server)
    assert collections(server) == before


ASK = """
import sys
from pathlib import Path
from index.vectors_server import VectorServer
from tests.index.test_vectors_index import answers
print(answers(Path(sys.argv[1]), VectorServer(sys.argv[2])))
"""


def answers(home: Path, server: VectorServer) -> str:
    """What an assistant of its own says to the questions, without the times."""
    from assistant.answer import Assistant
    from assistant.render import answer_json

    embedder = HashEmbedder()
    generation = open_generation(home, model=embedder.name, server=server)
    one = Assistant(generation, embedder, OverlapReranker(), name_book.read(home / name_book.FILE))
    texts = {document.id: document.text for document in one.documents()}
    made = [answer_json(one.ask(question), texts) | {"timings_ms": None} for question in QUESTIONS]
    one.close()
    return repr(made)


def test_two_processes_answer_alike(server: VectorServer, tmp_path: Path) -> None:
    indexed(tmp_path, server, TREATY, GUIDE)
    here = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", ASK, str(tmp_path), server.address]
    others = [
        subprocess.Popen(command, env=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [other.communicate(timeout=250) for other in others]
    assert told[0][0] == told[1][0] == answers(tmp_path, server) + "\n", told[0][1]
    assert "'status': 'quoted'" in told[0][0]


def test_an_assistant_tells_that_the_server_is_down_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    with ChromaServer(tmp_path / "server") as chroma:
        server = VectorServer(chroma.address)
        indexed(tmp_path / "home", server, TREATY, GUIDE)
        from assistant.answer import Assistant

        embedder = HashEmbedder()
        generation = open_generation(tmp_path / "home", server=server)
        one = Assistant(generation, embedder, OverlapReranker(), name_book.read(tmp_path / "no-names.toml"))
        before = one.ask(QUESTIONS[0])
        chroma.stop()
        with pytest.raises(IndexUnreachable, match=rf"{chroma.address}.*chroma run"):
            one.ask(QUESTIONS[1])
        chroma.start()
        assert type(one.ask(QUESTIONS[0])) is type(before)
        one.close()
