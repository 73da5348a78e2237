"""The user's library and the embedded guides: what is kept, under which id, and what happens when it breaks."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest

from corpus.embedded import embedded_documents
from corpus.errors import LibraryError, TooLarge, UnknownFormat, UnreadableFile
from corpus.library import Library
from corpus.models import Kind
from corpus.readers import Limits


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_library_is_empty_and_makes_nothing(library: Library) -> None:
    assert library.entries() == ()
    assert not library.folder.exists()


def test_an_added_document_is_its_bytes_and_its_entry(library: Library, inbox: Path) -> None:
    path = write(inbox, "Lake Pact.md", "# The Lake Pact\n\nBoats are *free*.\n")
    entry = library.add(path, address="https://example.org/lake")
    assert (entry.id, entry.title, entry.name) == ("lake-pact", "The Lake Pact", "Lake Pact.md")
    assert (entry.size, entry.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    assert not entry.unchanged
    assert library.entries() == (entry,)
    assert library.raw("lake-pact") == path.read_bytes()
    document = library.document("lake-pact")
    assert document.text == "The Lake Pact\n\nBoats are free."
    assert document.provenance.address == "https://example.org/lake"
    assert document.provenance.retrieved == entry.added
    assert library.document("lake-pact") is document
    kept = sorted(
        item.relative_to(library.folder).as_posix() for item in library.folder.rglob("*") if item.is_file()
    )
    assert [name for name in kept if name != ".lock"] == [
        "lake-pact/entry.json",
        f"lake-pact/versions/{entry.sha256}.md",
    ]


def test_another_library_object_sees_the_same(library: Library, inbox: Path) -> None:
    entry = library.add(write(inbox, "a.txt", "words"))
    assert Library(library.folder.parent).entries() == (entry,)


def test_the_same_bytes_are_kept_once(library: Library, inbox: Path) -> None:
    first = library.add(write(inbox, "a.txt", "words"))
    again = library.add(write(inbox, "other.txt", "words"))
    assert again.unchanged
    assert again.id == first.id
    assert len(library.entries()) == 1


def test_new_content_under_the_same_name_is_a_new_version(library: Library, inbox: Path) -> None:
    old = library.add(write(inbox, "a.txt", "old words"))
    new = library.add(write(inbox, "a.txt", "new words"))
    assert [version.sha256 for version in new.versions] == [old.sha256, new.sha256]
    assert library.document("a").text == "new words"
    back = library.add(write(inbox, "a.txt", "old words"))
    assert [version.sha256 for version in back.versions] == [new.sha256, old.sha256]
    assert library.document("a").text == "old words"


def test_two_files_that_ask_for_one_id_get_two(library: Library, inbox: Path) -> None:
    first = library.add(write(inbox, "pact.md", "one"))
    second = library.add(write(inbox, "Pact.txt", "two"))
    third = library.add(write(inbox, "named.md", "---\nid: pact\n---\nthree"))
    assert [entry.id for entry in (first, second, third)] == ["pact", "pact-2", "pact-3"]
    assert library.document("pact-2").id == "pact-2"
    changed = library.add(write(inbox, "Pact.txt", "two again"))
    assert (changed.id, len(changed.versions)) == ("pact-2", 2)


def test_reserved_ids_stay_with_their_owners(tmp_path: Path, inbox: Path) -> None:
    library = Library(tmp_path, reserved=frozenset({"guide"}))
    assert library.add(write(inbox, "guide.txt", "words")).id == "guide-2"


@pytest.mark.parametrize(
    "name", ["../../escape.txt", "..\\..\\escape.txt", "/etc/escape.txt", "C:\\escape.txt"]
)
def test_names_never_become_paths(library: Library, name: str) -> None:
    entry = library.add_bytes(b"words", name)
    assert (entry.id, entry.name) == ("escape", "escape.txt")
    home = library.folder.parent
    assert not [path for path in home.parent.rglob("escape*") if not path.is_relative_to(library.folder)]


def test_a_file_that_cannot_be_read_leaves_no_trace(library: Library, inbox: Path) -> None:
    with pytest.raises(UnreadableFile, match="the content is a PDF"):
        library.add(write(inbox, "a.txt", "%PDF-1.7"))
    with pytest.raises(UnknownFormat):
        library.add(write(inbox, "a.xyz", "words"))
    with pytest.raises(UnreadableFile, match="No such file"):
        library.add(inbox / "missing.txt")
    with pytest.raises(UnreadableFile, match="expected a file, found a folder"):
        library.add(inbox)
    assert not library.folder.exists()


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, inbox: Path) -> None:
    with pytest.raises(TooLarge, match="11 bytes where 10 are allowed"):
        Library(tmp_path, limits=Limits(max_bytes=10)).add(write(inbox, "a.txt", "eleven byte"))


def test_removing_takes_everything(library: Library, inbox: Path) -> None:
    library.add(write(inbox, "a.txt", "words"))
    removed = library.remove("a")
    assert removed.id == "a"
    assert library.entries() == ()
    assert [item.name for item in library.folder.iterdir() if item.name != ".lock"] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("lake-pcat", "no document 'lake-pcat' in the library. Did you mean: lake-pact"),
        ("zzz", "It holds: lake-pact, river-pact"),
        ("../lake-pact", "Did you mean: lake-pact"),
        ("", "It holds: lake-pact, river-pact"),
    ],
)
def test_an_unknown_id_is_answered_with_known_ones(
    library: Library, inbox: Path, asked: str, words: str
) -> None:
    for name in ("lake-pact.txt", "river-pact.txt"):
        library.add(write(inbox, name, name))
    for ask in (library.document, library.raw, library.remove, library.entry):
        with pytest.raises(LibraryError) as caught:
            ask(asked)
        assert words in str(caught.value)


def test_an_empty_library_says_so(library: Library) -> None:
    with pytest.raises(LibraryError, match="the library is empty"):
        library.document("a")


def test_changed_or_missing_bytes_are_found(library: Library, inbox: Path) -> None:
    path = write(inbox, "a.txt", "words")
    entry = library.add(path)
    kept = library.folder / "a" / "versions" / f"{entry.sha256}.txt"
    kept.write_text("other", encoding="utf-8")
    with pytest.raises(LibraryError, match="is not what was added"):
        library.raw("a")
    kept.unlink()
    with pytest.raises(LibraryError, match="cannot be read"):
        library.document("a")
    assert library.add(path).unchanged
    assert library.raw("a") == b"words"


@pytest.mark.parametrize("content", ["", "{", '{"id": "a"}', '{"id": "../b", "natural_id": "a"}'])
def test_a_damaged_entry_is_named(library: Library, inbox: Path, content: str) -> None:
    library.add(write(inbox, "a.txt", "words"))
    (library.folder / "a" / "entry.json").write_text(content, encoding="utf-8")
    with pytest.raises(LibraryError, match=r"a: .*entry\.json is damaged\. Remove the folder"):
        library.entries()


def test_an_entry_moved_to_another_folder_is_not_believed(library: Library, inbox: Path) -> None:
    library.add(write(inbox, "a.txt", "words"))
    (library.folder / "a").rename(library.folder / "b")
    with pytest.raises(LibraryError, match="speaks of another document"):
        library.entry("b")


def test_what_a_crash_left_behind_is_passed_over(library: Library, inbox: Path) -> None:
    (library.folder / ".removed-x" / "old").mkdir(parents=True)
    (library.folder / "half" / "versions").mkdir(parents=True)
    assert library.entries() == ()
    assert library.add(write(inbox, "half.txt", "words")).id == "half"


def test_entries_are_written_as_plain_json(library: Library, inbox: Path) -> None:
    library.add(write(inbox, "Übereinkunft.txt", "Über den See"))
    fields = json.loads((library.folder / "ubereinkunft" / "entry.json").read_text(encoding="utf-8"))
    assert fields["name"] == "Übereinkunft.txt"
    assert "unchanged" not in fields


def test_several_writers_at_once_lose_nothing(library: Library) -> None:
    writers = [
        Thread(target=Library(library.folder.parent).add_bytes, args=(f"words {number}".encode(), "same.txt"))
        for number in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (entry,) = library.entries()
    assert len(entry.versions) == 6


# -- the embedded corpus -------------------------------------------------------------------------------------

embedded_here = any(item.name.endswith(".md") for item in (files("corpus") / "documents").iterdir())
needs_guides = pytest.mark.skipif(not embedded_here, reason="the embedded documents are not written yet")


@needs_guides
def test_embedded_documents_are_guides_with_notes_and_sources() -> None:
    documents = embedded_documents()
    assert len({document.id for document in documents}) == len(documents)
    for document in documents:
        assert document.kind is Kind.GUIDE
        assert document.provenance.address is None
        assert document.provenance.path.startswith("corpus/documents/")
        assert document.provenance.as_of is not None
        assert document.notes
        assert document.sources
        starts = [note.start for note in document.notes]
        assert starts == sorted(starts)


@needs_guides
def test_embedded_documents_read_the_same_twice() -> None:
    assert embedded_documents.__wrapped__() == embedded_documents()
