"""The cache of an unfinished build: what is kept, what is taken up again, and what is as good as none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.build import build
from index.generation import cache_folder, open_generation
from index.vector_cache import VectorCache
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.models import Document
    from index.models import Vectors

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = [f"lamp {number}" for number in range(40)]


def left_by(folder: Path, texts: Sequence[str], embedder: HashEmbedder | None = None) -> Path:
    """Embed texts as a build does that is then cut short; return the file they are in."""
    before = set(folder.rglob("*.vectors"))
    VectorCache(folder, embedder or HashEmbedder(), every=0.0).embed(texts)
    (path,) = set(folder.rglob("*.vectors")) - before
    return path


def test_what_was_kept_is_not_made_again_and_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    left_by(tmp_path, TEXTS[:30])
    embedder = HashEmbedder()
    cache = VectorCache(tmp_path, embedder)
    assert [text for text in TEXTS if text in cache] == TEXTS[:30]
    np.testing.assert_array_equal(cache.embed(TEXTS), HashEmbedder().embed(TEXTS))
    assert embedder.read == TEXTS[30:]


def test_the_order_and_company_of_texts_do_not_matter(tmp_path: Path) -> None:
    left_by(tmp_path, TEXTS[::3])
    wanted = [*TEXTS[7:20], *TEXTS[7:9], *TEXTS[:3]]
    np.testing.assert_array_equal(
        VectorCache(tmp_path, HashEmbedder()).embed(wanted), HashEmbedder().embed(wanted)
    )


def test_nothing_is_written_by_a_build_that_takes_a_moment(tmp_path: Path) -> None:
    VectorCache(tmp_path / "cache", HashEmbedder(), every=60.0).embed(TEXTS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "other", [HashEmbedder("hash-other"), HashEmbedder(dimension=32)], ids=["name", "dimension"]
)
def test_vectors_of_another_encoder_are_not_taken(tmp_path: Path, other: HashEmbedder) -> None:
    left_by(tmp_path, TEXTS)
    assert not any(text in VectorCache(tmp_path, other) for text in TEXTS)


def test_vectors_of_another_encoder_make_room(tmp_path: Path) -> None:
    first = left_by(tmp_path, TEXTS)
    second = left_by(tmp_path, TEXTS, HashEmbedder("hash-other"))
    assert not first.exists()
    assert second.exists()


TEARS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "its digest alone": lambda content: content[:32],
    "cut in a vector": lambda content: content[:-10],
    "cut between vectors": lambda content: content[: -64 * 4],
    "longer": lambda content: content + bytes(4),
    "one bit": lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
}


@pytest.mark.parametrize("tear", TEARS.values(), ids=TEARS)
def test_a_torn_file_is_as_good_as_none(tmp_path: Path, tear: Callable[[bytes], bytes]) -> None:
    torn, whole = left_by(tmp_path, TEXTS[:10]), left_by(tmp_path, TEXTS[10:20])
    torn.write_bytes(tear(torn.read_bytes()))
    assert whole.parent == torn.parent
    embedder = HashEmbedder()
    rows = VectorCache(tmp_path, embedder).embed(TEXTS)
    np.testing.assert_array_equal(rows, HashEmbedder().embed(TEXTS))
    assert embedder.read == [*TEXTS[:10], *TEXTS[20:]]


# -- builds that are cut short


def large_library() -> list[Document]:
    """Forty treaties that share no passage: what is embedded of one begins with its title."""
    return [
        renamed(replace(lighthouse_treaty(), title=f"Convention {number}"), f"convention-{number}")
        for number in range(40)
    ]


def first_index(home: Path) -> None:
    """Index the large library and tell of every step: run in a process of its own, to be killed."""
    build(
        home,
        large_library(),
        by_section,
        HashEmbedder(),
        keep_every=0.0,
        progress=lambda step: print(step.stage, step.done, step.total, flush=True),  # noqa: T201
    )


def killed_halfway(home: Path, stage: str) -> None:
    """Run ``first_index`` and kill it in the middle of a stage."""
    program = "import sys; from pathlib import Path; from tests.index.test_vector_cache import first_index; "
    with subprocess.Popen(
        [sys.executable, "-c", f"{program}first_index(Path(sys.argv[1]))", str(home)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            name, done, total = line.split()
            if name == stage and int(done) * 2 >= int(total) > 0:
                child.kill()
                break
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize(("stage", "share"), [("embed", 0.5), ("closeups", 0.0)])
def test_a_killed_first_index_goes_on_where_it_was(tmp_path: Path, stage: str, share: float) -> None:
    killed_halfway(tmp_path, stage)
    embedder = HashEmbedder()
    report = build(tmp_path, large_library(), by_section, embedder)
    passages = {one.embed_text for document in large_library() for one in by_section(document)}
    again = [text for text in embedder.read if text in passages]
    tokens = sum(embedder.count(again)) / sum(embedder.count(sorted(passages)))
    assert tokens == pytest.approx(share, abs=0.15)  # a batch is a tenth; the child was one or two ahead
    assert (report.embedded, report.resumed) == (len(again), len(passages) - len(again))
    assert not cache_folder(tmp_path).exists()

    build(tmp_path / "at once", large_library(), by_section, HashEmbedder())
    with open_generation(tmp_path) as resumed, open_generation(tmp_path / "at once") as whole:
        ids = sorted(whole.vectors.ids())
        np.testing.assert_array_equal(rows_of(resumed.vectors.get(ids)), rows_of(whole.vectors.get(ids)))
        assert resumed.manifest.files["closeups.npy"] == whole.manifest.files["closeups.npy"]


def rows_of(vectors: object) -> Vectors:
    assert isinstance(vectors, dict)
    return np.array([vectors[one] for one in sorted(vectors)], dtype=np.float32)


def test_an_error_half_way_costs_no_vector(tmp_path: Path) -> None:
    class Tired(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            if len(self.read) > 100:
                raise KeyboardInterrupt
            return super().embed(texts)

    tired = Tired()
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, large_library(), by_section, tired, keep_every=0.0)
    assert build(tmp_path, large_library(), by_section, HashEmbedder()).resumed == len(tired.read)


def test_a_rebuild_takes_up_nothing(tmp_path: Path) -> None:
    texts = [one.embed_text for one in by_section(lighthouse_guide())]
    left_by(cache_folder(tmp_path), texts)
    report = build(tmp_path, [lighthouse_guide()], by_section, HashEmbedder(), rebuild=True)
    assert (report.embedded, report.resumed) == (2, 0)
