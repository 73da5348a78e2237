"""Generations: the pointer, the lock, what is checked, what is kept, and what each failure says."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.build import build
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    NoIndex,
    SearchIndexError,
)
from index.generation import (
    MANIFEST,
    PASSAGES,
    UNFINISHED,
    current,
    index_folder,
    manifests,
    open_generation,
    rollback,
    staged,
    verify,
    writing,
)
from index.vectors import LocalVectors
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from corpus.models import Document
    from index.models import Vectors

TREATY, GUIDE = lighthouse_treaty(), lighthouse_guide()


def indexed(home: Path, *documents: Document) -> str:
    return build(home, documents, by_section, HashEmbedder()).generation


def folder_of(home: Path, generation_id: str) -> Path:
    return index_folder(home) / "generations" / generation_id


def kept(home: Path) -> set[str]:
    return {folder.name for folder in (index_folder(home) / "generations").iterdir()}


# -- opening


def test_without_an_index_the_error_names_the_command(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    assert manifests(tmp_path) == ()
    with pytest.raises(NoIndex, match=r"run: treaty index$"):
        open_generation(tmp_path)


def test_a_generation_opens_with_what_was_indexed(tmp_path: Path) -> None:
    generation_id = indexed(tmp_path, TREATY, GUIDE)
    assert current(tmp_path) == generation_id
    with open_generation(tmp_path, model="hash-64") as generation:
        assert generation.id == generation_id
        assert generation.passages.documents() == (TREATY, GUIDE)
        assert generation.vectors.count() == generation.manifest.passages == 10
        assert {one: record.passages for one, record in generation.manifest.documents.items()} == {
            "lighthouses": 8,
            "guide": 2,
        }
        assert verify(generation) == ()


def test_another_model_is_refused(tmp_path: Path) -> None:
    indexed(tmp_path, TREATY)
    with pytest.raises(IndexMismatch, match=r"'other'.*'hash-64'.*run: treaty index"):
        open_generation(tmp_path, model="other")


@pytest.mark.parametrize("content", ["", "\n", "../elsewhere", "a/b"])
def test_a_pointer_that_names_no_generation_is_damage(tmp_path: Path, content: str) -> None:
    indexed(tmp_path, TREATY)
    (index_folder(tmp_path) / "CURRENT").write_text(content)
    with pytest.raises(IndexDamaged, match="treaty index --rebuild"):
        open_generation(tmp_path)


@pytest.mark.parametrize(
    ("change", "error", "found"),
    [
        (lambda manifest: manifest | {"format": 99}, IndexMismatch, "format 99"),
        (lambda manifest: manifest | {"colour": "red"}, IndexDamaged, "colour"),
        (
            lambda manifest: {key: manifest[key] for key in manifest if key != "embedder"},
            IndexDamaged,
            "embedder",
        ),
    ],
    ids=["newer format", "unknown field", "missing field"],
)
def test_a_manifest_that_is_not_ours_is_refused(
    tmp_path: Path,
    change: Callable[[dict[str, object]], dict[str, object]],
    error: type[SearchIndexError],
    found: str,
) -> None:
    path = folder_of(tmp_path, indexed(tmp_path, TREATY)) / MANIFEST
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(error, match=found) as caught:
        open_generation(tmp_path)
    assert "run: treaty index --rebuild" in str(caught.value)


def test_a_generation_that_is_gone_is_damage(tmp_path: Path) -> None:
    shutil.rmtree(folder_of(tmp_path, indexed(tmp_path, TREATY)))
    with pytest.raises(IndexDamaged, match="found none; run: treaty index --rebuild"):
        open_generation(tmp_path)


# -- checking


def change_store(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / PASSAGES)) as connection, connection:
        connection.execute(statement)


DAMAGE = {
    "text changed": ("UPDATE documents SET text = replace(text, 'fog', 'fig')", "not what was indexed"),
    "document gone": ("DELETE FROM documents WHERE id = 'guide'", "expected 2 documents"),
    "passage gone": ("DELETE FROM passages WHERE label = 'Article 3'", "words of 9 passages"),
    "passage renamed": ("UPDATE passages SET id = 'other' WHERE label = 'Article 3'", "a vector for each"),
    "passage moved": (
        "UPDATE passages SET first = first + 1, last = last + 1 WHERE label = 'Article 3'",
        "not where its words stand",
    ),
    "passage beyond the text": (
        "UPDATE passages SET last = 99999 WHERE label = 'Article 3'",
        "beyond its text",
    ),
}


@pytest.mark.parametrize(("statement", "finding"), DAMAGE.values(), ids=DAMAGE)
def test_checking_finds_what_was_changed_in_the_passage_store(
    tmp_path: Path, statement: str, finding: str
) -> None:
    change_store(folder_of(tmp_path, indexed(tmp_path, TREATY, GUIDE)), statement)
    with open_generation(tmp_path) as generation:
        assert any(finding in one for one in verify(generation)), verify(generation)


@pytest.mark.parametrize("name", [PASSAGES, "closeups.npy", "closeup-ids.txt"])
def test_checking_finds_one_changed_byte(tmp_path: Path, name: str) -> None:
    path = folder_of(tmp_path, indexed(tmp_path, TREATY)) / name
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    with open_generation(tmp_path) as generation:
        assert f"the file {name} is not what was written" in verify(generation)


def test_a_generation_made_before_files_were_hashed_is_sound(tmp_path: Path) -> None:
    path = folder_of(tmp_path, indexed(tmp_path, TREATY)) / MANIFEST
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({key: manifest[key] for key in manifest if key not in {"files", "server"}}))
    with open_generation(tmp_path) as generation:
        assert verify(generation) == ()


def test_checking_finds_vectors_that_do_not_belong(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, indexed(tmp_path, TREATY))
    shutil.rmtree(folder / "chroma")
    with LocalVectors(folder / "chroma", create=True) as vectors:
        vectors.add(["stray"], ["lighthouses"], HashEmbedder(dimension=8).embed(["stray"]))
    with open_generation(tmp_path) as generation:
        findings = verify(generation)
    assert any("a vector for each" in one for one in findings)
    assert any("8 numbers" in one for one in findings)


# -- one writer


def test_a_second_writer_is_told_which_lock_is_held(tmp_path: Path) -> None:
    program = "\n".join(
        [
            "import sys; from pathlib import Path; from index.generation import writing",
            "with writing(Path(sys.argv[1])):",
            "    print('held', flush=True); sys.stdin.read()",
        ]
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy, match=r"write\.lock held by another process"):
            indexed(tmp_path, TREATY)
        other.communicate("")
    indexed(tmp_path, TREATY)


def test_the_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="twice"):
        indexed(tmp_path, TREATY, TREATY)
    indexed(tmp_path, TREATY)


@pytest.mark.skipif(os.name != "posix", reason="a file in a folder's place is refused differently elsewhere")
def test_a_home_that_cannot_hold_an_index_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("in the way")
    with pytest.raises(SearchIndexError, match="choose another with --home"):
        indexed(tmp_path, TREATY)


# -- swapping, keeping, going back


def test_a_crash_while_building_leaves_the_live_generation(tmp_path: Path) -> None:
    live = indexed(tmp_path, TREATY)

    def crash(document: Document) -> tuple[()]:
        raise KeyboardInterrupt(document.id)

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, [TREATY, GUIDE], crash, HashEmbedder())
    assert current(tmp_path) == live
    assert kept(tmp_path) == {live}


def test_the_next_writer_clears_away_what_a_killed_one_left(tmp_path: Path) -> None:
    live = indexed(tmp_path, TREATY)
    leftover = folder_of(tmp_path, f"{UNFINISHED}20200101T000000-abcdef")
    (leftover / "chroma").mkdir(parents=True)
    with open_generation(tmp_path):
        assert leftover.exists(), "a reader removes nothing"
    with writing(tmp_path), staged(tmp_path) as folder:
        assert kept(tmp_path) == {live, folder.name}
    assert kept(tmp_path) == {live}


def test_a_generation_that_fails_its_check_is_not_taken_into_use(tmp_path: Path) -> None:
    live = indexed(tmp_path, TREATY)

    class Careless(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.asarray(super().embed(texts) * 3, dtype=np.float32)

    # Chroma scales vectors when its graph is written out, after 1,000; until then they are what was added.
    with pytest.raises(IndexDamaged, match="not of length 1"):
        build(tmp_path, [TREATY, GUIDE], by_section, Careless("careless"))
    assert current(tmp_path) == live
    assert kept(tmp_path) == {live}


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    first = indexed(tmp_path, TREATY)
    second = indexed(tmp_path, TREATY, GUIDE)
    assert kept(tmp_path) == {first, second}
    third = indexed(tmp_path, GUIDE)
    assert kept(tmp_path) == {second, third}
    assert [manifest.id for manifest in manifests(tmp_path)] == [second, third]


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    indexed(tmp_path, TREATY)
    with open_generation(tmp_path) as reader:
        assert reader.vectors.count() == 8
        indexed(tmp_path, TREATY, GUIDE)
        indexed(tmp_path, GUIDE)
        assert reader.passages.documents() == (TREATY,)
        assert verify(reader) == ()


def test_what_a_reader_claims_stays_until_it_lets_go(tmp_path: Path) -> None:
    first = indexed(tmp_path, TREATY)
    with open_generation(tmp_path) as reader:  # which has not touched the vectors yet
        second, third = indexed(tmp_path, TREATY, GUIDE), indexed(tmp_path, GUIDE)
        assert kept(tmp_path) == {first, second, third}
        assert len(reader.vectors.query(HashEmbedder().embed_query("fog"), 3)) == 3
    with writing(tmp_path):
        assert kept(tmp_path) == {second, third}


def test_a_claim_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    first = indexed(tmp_path, TREATY)
    program = "import sys; from pathlib import Path; from index.generation import open_generation; "
    reading = "open_generation(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", f"{program}_ = {reading}", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        second, third = indexed(tmp_path, TREATY, GUIDE), indexed(tmp_path, GUIDE)
        assert kept(tmp_path) == {first, second, third}
        reader.kill()
    with writing(tmp_path):
        assert kept(tmp_path) == {second, third}


def test_what_no_pointer_names_goes_with_the_next_writer(tmp_path: Path) -> None:
    first, second = indexed(tmp_path, TREATY), indexed(tmp_path, TREATY, GUIDE)
    stray = shutil.copytree(folder_of(tmp_path, second), folder_of(tmp_path, "20990101T000000-abcdef"))
    half = folder_of(tmp_path, ".old-20000101T000000-abcdef")
    half.mkdir()
    assert len(manifests(tmp_path)) == 3, "what is half removed is not listed"
    assert not build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder()).fresh
    assert not stray.exists()
    assert kept(tmp_path) == {first, second}


def test_nothing_is_cleared_away_while_the_pointer_is_damaged(tmp_path: Path) -> None:
    first, second = indexed(tmp_path, TREATY), indexed(tmp_path, GUIDE)
    (index_folder(tmp_path) / "CURRENT").write_text("")
    with writing(tmp_path):
        assert kept(tmp_path) == {first, second}


def test_rolling_back_makes_the_one_before_live(tmp_path: Path) -> None:
    first = indexed(tmp_path, TREATY)
    second = indexed(tmp_path, TREATY, GUIDE)
    assert rollback(tmp_path) == first == current(tmp_path)
    with open_generation(tmp_path) as generation:
        assert generation.passages.document_ids() == ("lighthouses",)
    with pytest.raises(NoIndex, match=f"expected a generation before {first}"):
        rollback(tmp_path)
    third = indexed(tmp_path, TREATY, renamed(GUIDE, "guide-2"))
    assert kept(tmp_path) == {first, third}, f"{second} was rolled back"


def test_nothing_to_roll_back_to(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run: treaty index"):
        rollback(tmp_path)


def test_a_damaged_generation_is_not_rolled_back_to(tmp_path: Path) -> None:
    first = indexed(tmp_path, TREATY)
    second = indexed(tmp_path, GUIDE)
    change_store(folder_of(tmp_path, first), "UPDATE documents SET text = text || '.'")
    with pytest.raises(IndexDamaged, match="no use"):
        rollback(tmp_path)
    assert current(tmp_path) == second
