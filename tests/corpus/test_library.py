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


# -- one content under several names --------------------------------------------------------------------------


def test_the_same_bytes_under_two_names_are_kept_once_and_listed_under_both(
    library: Library, inbox: Path
) -> None:
    library.add(write(inbox, "first.txt", "words"))
    second = library.add(write(inbox, "second.txt", "words"))
    assert (second.id, second.same_as, second.unchanged) == ("second", "first", False)
    assert [(one.id, one.same_as) for one in library.every_name()] == [("first", ""), ("second", "first")]
    (document,) = library.entries()
    assert (document.id, document.also) == ("first", ("second.txt",))
    assert library.document("first").provenance.also == ("second.txt",)
    kept = {item.stat().st_ino for item in library.folder.glob("*/versions/*")}
    assert len(kept) == 1


def test_the_first_name_is_the_one_added_first_whatever_the_names_are(library: Library, inbox: Path) -> None:
    for name in ("zinc.txt", "amber.txt", "mica.txt"):
        library.add(write(inbox, name, "words"))
    (document,) = library.entries()
    assert (document.id, document.also) == ("zinc", ("amber.txt", "mica.txt"))


@pytest.mark.parametrize("name", ["first.txt", "second.txt"])
def test_a_file_that_is_there_under_its_name_is_unchanged(library: Library, inbox: Path, name: str) -> None:
    for one in ("first.txt", "second.txt"):
        library.add(write(inbox, one, "words"))
    assert library.add(inbox / name).unchanged
    assert len(library.every_name()) == 2


@pytest.mark.parametrize(("removed", "left"), [("first", "second"), ("second", "first")])
def test_removing_one_of_two_names_keeps_the_content(
    library: Library, inbox: Path, removed: str, left: str
) -> None:
    for one in ("first.txt", "second.txt"):
        library.add(write(inbox, one, "words"))
    library.remove(removed)
    (document,) = library.entries()
    assert (document.id, document.also, document.same_as) == (left, (), "")
    assert library.document(left).text == "words"


@pytest.mark.parametrize(("changed", "stays"), [("first", "second"), ("second", "first")])
def test_of_two_names_the_one_that_changes_keeps_its_id_and_the_other_keeps_the_content(
    library: Library, inbox: Path, changed: str, stays: str
) -> None:
    for one in ("first.txt", "second.txt"):
        old = library.add(write(inbox, one, "words"))
    entry = library.add(write(inbox, f"{changed}.txt", "other words"))
    assert (entry.id, len(entry.versions), entry.same_as) == (changed, 2, "")
    assert [one.id for one in library.entries()] == ["first", "second"]
    assert library.document(changed).text == "other words"
    assert library.document(stays).text == "words"
    assert library.document_as_of(changed, old.sha256).text == "words"


def test_two_documents_that_become_the_same_are_one_and_keep_their_own_pasts(
    library: Library, inbox: Path
) -> None:
    library.add(write(inbox, "first.txt", "words"))
    past = library.add(write(inbox, "second.txt", "once other words"))
    entry = library.add(write(inbox, "second.txt", "words"))
    assert (entry.same_as, len(entry.versions)) == ("first", 2)
    assert [one.id for one in library.entries()] == ["first"]
    assert library.document_as_of("second", past.sha256).text == "once other words"


def test_files_with_one_text_and_other_front_matter_are_two_documents(library: Library, inbox: Path) -> None:
    for name in ("lake", "river"):
        library.add(write(inbox, f"{name}.md", f"---\nid: {name}\n---\nwords"))
    assert [(one.id, one.also) for one in library.entries()] == [("lake", ()), ("river", ())]


def test_where_no_second_name_can_be_given_to_a_file_it_is_copied(library: Library, inbox: Path) -> None:
    first = library.add(write(inbox, "first.txt", "words"))
    damaged = library.file(first, first.current)
    damaged.write_text("damage", encoding="utf-8")
    library.add(write(inbox, "second.txt", "words"))
    assert library.raw("second") == b"words"
    with pytest.raises(LibraryError, match="is not what was added"):
        library.raw("first")


def test_a_new_version_may_not_be_another_document_to_the_byte(library: Library, inbox: Path) -> None:
    for one in ("first", "second"):
        library.add(write(inbox, f"{one}.txt", one))
    with pytest.raises(
        LibraryError, match="expected a new version of second, found what is in the library as"
    ):
        library.replace("second", b"first", "new.txt")
    assert library.replace("second", b"second", "new.txt").unchanged


# -- versions --------------------------------------------------------------------------------------------------


def test_one_name_in_two_folders_is_two_documents_each_with_its_versions(
    library: Library, inbox: Path
) -> None:
    ids: set[str] = set()
    for folder in ("en", "fr"):
        ids.add(library.add(write(inbox, f"{folder}/pact.txt", folder), apart=frozenset(ids)).id)
    assert ids == {"pact", "pact-2"}
    for folder, document_id in (("fr", "pact-2"), ("en", "pact")):
        entry = library.add(write(inbox, f"{folder}/pact.txt", f"{folder} again"))
        assert (entry.id, len(entry.versions)) == (document_id, 2)


def test_a_file_that_was_moved_is_known_by_its_name(library: Library, inbox: Path) -> None:
    library.add(write(inbox, "old/pact.txt", "one"))
    assert len(library.add(write(inbox, "new/pact.txt", "two")).versions) == 2


def test_a_file_that_asks_for_another_id_by_now_keeps_the_one_it_has(library: Library, inbox: Path) -> None:
    library.add(write(inbox, "pact.md", "one"))
    entry = library.add(write(inbox, "pact.md", "---\nid: charter\n---\ntwo"))
    assert (entry.id, len(entry.versions)) == ("pact", 2)


def test_an_earlier_version_is_read_again_with_its_own_date_and_digest(library: Library, inbox: Path) -> None:
    old = library.add(write(inbox, "a.txt", "old words"))
    library.add(write(inbox, "a.txt", "new words"))
    earlier = library.document_as_of("a", old.sha256[:12])
    assert (earlier.id, earlier.text) == ("a", "old words")
    assert (earlier.provenance.sha256, earlier.provenance.retrieved) == (old.sha256, old.added)
    library.replace("a", b"<html><body><p>newest words</p></body></html>", "a.html")
    assert library.document_as_of("a", old.sha256).text == "old words"


@pytest.mark.parametrize("asked", ["0" * 12, "", "../a"])
def test_a_version_that_is_not_kept_is_answered_with_those_that_are(
    library: Library, inbox: Path, asked: str
) -> None:
    entry = library.add(write(inbox, "a.txt", "words"))
    kept = f"The library keeps: {entry.sha256[:12]} of {entry.added[:10]}"
    with pytest.raises(LibraryError, match=kept):
        library.document_as_of("a", asked)


def test_a_version_whose_bytes_are_gone_says_that_the_newest_can_be_read(
    library: Library, inbox: Path
) -> None:
    old = library.add(write(inbox, "a.txt", "old words"))
    library.add(write(inbox, "a.txt", "new words"))
    library.file(old, old.current).unlink()
    with pytest.raises(LibraryError, match=r"cannot be read .* Its newest version can still be read"):
        library.document_as_of("a", old.sha256)


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
