"""A library's files are read once: what is kept is what would be read, and what is damaged is read again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from assistant.parse_cache import FOLDER, TICK, ParseCache
from corpus.embedded import embedded_documents
from corpus.errors import LibraryError
from corpus.library import Library
from index.soundness import content_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.entry import Entry
    from corpus.models import Document

TREATY = b"# Convention on Kites\n\n## Article 1\n\nEvery child shall have a kite.\n"
GUIDE = b"# A Note on String\n\nString is wound on a reel.\n"


class CountingLibrary(Library):
    """A library that counts the documents read."""

    read_ids: list[str]

    def read(self, entry: Entry) -> Document:
        self.read_ids.append(entry.id)
        return super().read(entry)


@pytest.fixture
def shelf(tmp_path: Path) -> CountingLibrary:
    made = CountingLibrary(tmp_path)
    made.read_ids = []
    for raw, name in ((TREATY, "kites.md"), (GUIDE, "string.md")):
        entry = made.add_bytes(raw, name)
        old = made.file(entry, entry.current)
        os.utime(old, ns=(0, old.stat().st_mtime_ns - 2 * TICK))  # not written just now
    made.read_ids.clear()
    return made


def met(home: Path, shelf: CountingLibrary) -> dict[str, Document]:
    """Meet every document, as the next index does, and read those it gives."""
    cache = ParseCache(home, shelf)
    found = [cache.source(entry) for entry in shelf.entries()]
    cache.embedded()
    cache.keep()
    documents = {one.id: one.read() for one in found}
    assert {one.id: one.sha256 for one in found} == {
        name: content_sha256(document) for name, document in documents.items()
    }
    return documents


def test_each_file_is_read_once_and_kept_as_it_was_read(tmp_path: Path, shelf: CountingLibrary) -> None:
    first = met(tmp_path, shelf)
    assert sorted(shelf.read_ids) == sorted(first)
    assert met(tmp_path, shelf) == first == {one.id: Library(tmp_path).read(one) for one in shelf.entries()}
    assert len(shelf.read_ids) == 2


def test_the_embedded_documents_are_those_of_the_program(tmp_path: Path) -> None:
    found = [ParseCache(tmp_path, Library(tmp_path)).embedded() for _ in range(2)]
    for sources in found:
        assert tuple(one.read() for one in sources) == embedded_documents()


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00" * 40], ids=["emptied", "other words", "zeros"])
@pytest.mark.parametrize("what", ["ledger", "document"])
def test_what_is_damaged_is_read_again_and_replaced(
    tmp_path: Path, shelf: CountingLibrary, what: str, damage: bytes
) -> None:
    first = met(tmp_path, shelf)
    for path in (tmp_path / FOLDER).iterdir():
        if (path.name == "ledger") == (what == "ledger"):
            path.write_bytes(damage)
    assert met(tmp_path, shelf) == first
    shelf.read_ids.clear()
    assert met(tmp_path, shelf) == first
    assert shelf.read_ids == []


def test_a_file_that_was_changed_in_its_place_is_found(tmp_path: Path, shelf: CountingLibrary) -> None:
    met(tmp_path, shelf)
    entry = shelf.entries()[0]
    path = shelf.file(entry, entry.current)
    path.write_bytes(path.read_bytes().replace(b"kite", b"bike"))
    with pytest.raises(LibraryError, match="is not what was added"):
        met(tmp_path, shelf)


def test_a_file_changed_within_the_same_tick_is_found(tmp_path: Path, shelf: CountingLibrary) -> None:
    entry = shelf.entries()[0]
    path = shelf.file(entry, entry.current)
    raw = path.read_bytes()
    path.write_bytes(raw)  # its time is now
    met(tmp_path, shelf)
    at = path.stat().st_mtime_ns
    path.write_bytes(raw.replace(b"kite", b"bike"))
    os.utime(path, ns=(at, at))  # same size, same time
    with pytest.raises(LibraryError, match="is not what was added"):
        met(tmp_path, shelf)


def test_what_the_library_names_no_more_goes(tmp_path: Path, shelf: CountingLibrary) -> None:
    met(tmp_path, shelf)
    before = len(list((tmp_path / FOLDER).iterdir()))
    shelf.remove(shelf.entries()[0].id)
    met(tmp_path, shelf)
    assert len(list((tmp_path / FOLDER).iterdir())) == before - 1


def test_a_home_that_cannot_be_written_is_read_all_the_same(tmp_path: Path, shelf: CountingLibrary) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert len(met(tmp_path, shelf)) == 2
