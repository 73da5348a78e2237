"""The vector store: nearest by cosine, within documents, and nothing left open."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.vectors import PAGE, LocalVectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.models import Vectors

COUNT, DIMENSION = 300, 24


def unit_vectors(count: int, dimension: int = DIMENSION) -> Vectors:
    rows = np.random.default_rng(7).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


VECTORS = unit_vectors(COUNT)
IDS = [f"p{n:03}" for n in range(COUNT)]
DOCUMENTS = [f"d{n % 3}" for n in range(COUNT)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalVectors]:
    folder = tmp_path_factory.mktemp("vectors") / "chroma"
    with LocalVectors(folder, create=True) as opened:
        opened.add(IDS, DOCUMENTS, VECTORS)
    with LocalVectors(folder) as opened:
        yield opened


@pytest.mark.parametrize("within", [None, ["d1"], ["d0", "d2"], ["d1", "nowhere"]])
def test_the_nearest_are_the_nearest_by_cosine(store: LocalVectors, within: list[str] | None) -> None:
    for probe in (3, 100, 299):
        cosines = VECTORS @ VECTORS[probe]
        order = [n for n in np.argsort(-cosines) if within is None or DOCUMENTS[n] in within][:10]
        found = store.query(VECTORS[probe], 10, within)
        assert [passage_id for passage_id, _ in found] == [IDS[n] for n in order]
        np.testing.assert_allclose([cosine for _, cosine in found], cosines[order], atol=1e-5)


@pytest.mark.parametrize("within", [[], ["nowhere"]])
def test_nothing_is_near_within_no_document(store: LocalVectors, within: list[str]) -> None:
    assert store.query(VECTORS[0], 10, within) == []


def test_asking_for_more_than_there_is_gives_all(store: LocalVectors) -> None:
    assert len(store.query(VECTORS[0], 10 * COUNT)) == COUNT


def test_vectors_come_back_as_they_were_added(store: LocalVectors) -> None:
    found = store.get([IDS[5], "nowhere", IDS[200]])
    assert found.keys() == {IDS[5], IDS[200]}
    assert found[IDS[5]].dtype == np.float32
    np.testing.assert_allclose(found[IDS[200]], VECTORS[200], atol=1e-6)
    assert store.get([]) == {}


def test_ids_and_count(store: LocalVectors) -> None:
    assert store.count() == COUNT
    assert store.ids() == frozenset(IDS)


def test_more_than_one_page_is_added_and_read(tmp_path: Path) -> None:
    count = PAGE + 2000  # more than Chroma takes at once
    rows = unit_vectors(count, 4)
    ids = [str(n) for n in range(count)]
    with LocalVectors(tmp_path / "chroma", create=True) as opened:
        opened.add(ids, ["d"] * count, rows)
        assert opened.count() == len(opened.ids()) == count
        found = opened.get(ids)
    np.testing.assert_allclose([found[passage_id] for passage_id in ids], rows, atol=1e-6)


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    with LocalVectors(tmp_path / "chroma", create=True) as opened:
        opened.add([], [], np.empty((0, DIMENSION), dtype=np.float32))
        assert opened.count() == 0
        assert opened.query(VECTORS[0], 5) == []


def test_a_missing_or_foreign_folder_is_damage_with_a_remedy(tmp_path: Path) -> None:
    with (
        LocalVectors(tmp_path / "none") as absent,
        pytest.raises(IndexDamaged, match="treaty index --rebuild"),
    ):
        absent.count()
    assert not (tmp_path / "none").exists()
    (tmp_path / "chroma.sqlite3").write_text(
        "not a database, though long enough to be taken for one at first"
    )
    with (
        LocalVectors(tmp_path) as foreign,
        pytest.raises(IndexDamaged, match="treaty index --rebuild") as caught,
    ):
        foreign.count()
    assert "\n" not in str(caught.value)


def test_a_copied_folder_is_a_store_of_its_own(store: LocalVectors, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with LocalVectors(tmp_path / "chroma", create=True) as original:
        original.add(IDS, DOCUMENTS, VECTORS)
        shutil.copytree(tmp_path / "chroma", copy)
    with LocalVectors(copy) as copied:
        assert copied.query(VECTORS[9], 5) == store.query(VECTORS[9], 5)


def test_closing_releases_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    with LocalVectors(folder, create=True) as opened:
        opened.add(IDS, DOCUMENTS, VECTORS)
        opened.query(VECTORS[0], 5)
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("needs /proc to see which files are open")
    until = time.monotonic() + 10  # Chroma closes SQLite on a thread of its own
    while still_open := [one for one in descriptors.iterdir() if one.resolve().is_relative_to(folder)]:
        assert time.monotonic() < until, f"still open: {still_open}"
        time.sleep(0.01)
    shutil.rmtree(folder)


def test_threads_may_share_a_store(store: LocalVectors) -> None:
    alone = [store.query(VECTORS[n], 5) for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: store.query(VECTORS[n], 5), range(60))) == alone
