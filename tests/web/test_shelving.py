"""What the library tab does: where each document stands, and what becomes of files that are sent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UnfitArgument
from assistant.serving import Serving
from assistant.settings import Settings
from assistant.web.library.arrivals import Sent, kept_apart, sent, taken
from assistant.web.library.listing import Standing
from assistant.web.library.shelving import Shelving, What
from assistant.wiring import library, sources
from corpus import chunk, structure
from corpus.chunk import Budget
from corpus.embedded import embedded_documents
from corpus.errors import FetchError, LibraryError
from corpus.fetch import Fetched, Outcome
from corpus.library import Library
from corpus.models import Document, Kind, Provision
from index.build import build
from index.errors import NoIndex
from index.models import Searched
from index.tokens import count
from tests.index.hash_embedder import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.catalogue import CatalogueEntry

LAMPS = "Convention on the Lamps\n\nArticle 1\nLamps burn.\n\nArticle 2\nOil is shared.\n\nArticle 3\nKeepers rest.\n"
BELLS = "Agreement on the Bells\n\nArticle 1\nBells ring.\n\nArticle 2\nRopes are dry.\n\nArticle 3\nRingers rest.\n"


class Indexed:
    """Tells of an index as an assistant does, and answers nothing."""

    def __init__(self, documents: Sequence[Document], name: str) -> None:
        self._documents, self._name = {one.id: one for one in documents}, name

    def documents(self) -> tuple[Document, ...]:
        return tuple(self._documents.values())

    def provisions(self, document_id: str) -> Provision:
        return structure.parse(self._documents[document_id])

    def searched(self, document_ids: Sequence[str] | None = None) -> Searched:
        chosen = self._documents if document_ids is None else document_ids
        return Searched(len(chosen), 3 * len(chosen), self._name)


class Harbour:
    """A home folder with a library, an index over it, and what the tab does with them."""

    def __init__(self, home: Path, *, embedded: bool = False) -> None:
        self.settings = Settings(home=home, embedded=embedded)
        self.shelving = Shelving(self.settings)
        self._home, self._sent = home, home / "sent"
        self._sent.mkdir(parents=True)

    def send(self, name: str, content: bytes | str, kind: Kind | None = None, *, to: str = "") -> What:
        return self.sent(name, content, kind, to=to)[0]

    def sent(
        self, name: str, content: bytes | str, kind: Kind | None = None, *, to: str = ""
    ) -> tuple[What, str, str]:
        raw = content.encode() if isinstance(content, str) else content
        place = self._sent / hashlib.sha256(raw).hexdigest()[:8]
        place.write_bytes(raw)
        one = Sent(name=name, size=len(raw), path=str(place))
        with taken(one, self._sent) as found:
            done = self.shelving.replace(to, one, found) if to else self.shelving.add(one, found, kind)
        assert not place.exists()
        return done.what, done.document_id, done.line

    def index(self) -> Indexed:
        embedder = HashEmbedder()
        budget = Budget(200, count, embedder.max_tokens, embedder.count)
        documents = sources(self.settings).documents
        report = build(
            self._home, documents, lambda one: chunk.cut(one, structure.parse(one), budget), embedder
        )
        return Indexed(documents, report.generation)

    def standings(self, answers: Indexed | None) -> dict[str, Standing]:
        return {one.id: one.standing for one in self.shelving.listing(answers).holdings}  # type: ignore[arg-type]


@pytest.fixture
def harbour(tmp_path: Path) -> Harbour:
    return Harbour(tmp_path)


def test_a_document_waits_is_indexed_changes_and_leaves(harbour: Harbour) -> None:
    assert harbour.send("lamps.txt", LAMPS) is What.ADDED
    assert harbour.standings(None) == {"lamps": Standing.WAITING}
    answers = harbour.index()
    assert harbour.standings(answers) == {"lamps": Standing.INDEXED}
    harbour.send("bells.txt", BELLS)
    assert harbour.send("lamps.txt", LAMPS.replace("burn", "dark")) is What.NEW_VERSION
    assert harbour.standings(answers) == {"bells": Standing.WAITING, "lamps": Standing.CHANGED}
    harbour.shelving.remove("lamps")
    assert harbour.standings(answers) == {"bells": Standing.WAITING, "lamps": Standing.LEAVING}
    assert harbour.standings(harbour.index()) == {"bells": Standing.INDEXED}


def test_what_is_indexed_is_told_in_full(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    found = harbour.shelving.listing(harbour.index()).holdings[0]  # type: ignore[arg-type]
    assert (found.title, found.kind, found.articles, found.passages) == (
        "Convention on the Lamps",
        Kind.TREATY,
        3,
        3,
    )
    assert (found.name, found.size, found.versions, found.in_index) == ("lamps.txt", len(LAMPS), 1, True)
    assert found.retrieved is not None


def test_guides_of_the_program_are_told_as_such(tmp_path: Path) -> None:
    listing = Harbour(tmp_path, embedded=True).shelving.listing(None)
    assert {one.id for one in listing.holdings if one.embedded} == {one.id for one in embedded_documents()}
    titles = [one.title.casefold() for one in listing.holdings]
    assert titles == sorted(titles)


def test_the_list_is_searched_by_title_id_and_file(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    harbour.send("clang.txt", BELLS)
    listing = harbour.shelving.listing(None)
    for words, ids in [
        ("BELLS agreement", ["clang"]),
        ("clang.txt", ["clang"]),
        ("lamps bells", []),
        ("", 2),
    ]:
        found = [one.id for one in listing.matching(words)]
        assert found == ids or len(found) == ids


def test_the_same_file_is_there_already_and_another_kind_waits(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    assert harbour.send("lamps.txt", LAMPS) is What.SAME
    answers = harbour.index()
    assert harbour.send("lamps.txt", LAMPS, Kind.DECLARATION) is What.OTHER_KIND
    assert harbour.standings(answers) == {"lamps": Standing.CHANGED}
    assert harbour.standings(harbour.index()) == {"lamps": Standing.INDEXED}


def test_the_same_file_under_another_name_is_listed_under_both_and_quoted_under_the_first(
    harbour: Harbour,
) -> None:
    harbour.send("lamps.txt", LAMPS)
    what, _, line = harbour.sent("beacons.txt", LAMPS)
    assert (what, line) == (What.TWIN, "It is, to the byte, lamps: kept once, and quoted under that name")
    answers = harbour.index()
    assert [one.id for one in answers.documents()] == ["lamps"]
    assert harbour.standings(answers) == {"lamps": Standing.INDEXED, "beacons": Standing.TWIN}
    found = {one.id: one for one in harbour.shelving.listing(answers).holdings}  # type: ignore[arg-type]
    assert found["lamps"].also == ("beacons.txt",)
    assert found["beacons"].same_as == "Convention on the Lamps"
    harbour.shelving.remove("lamps")
    assert harbour.standings(harbour.index()) == {"beacons": Standing.INDEXED}


def test_a_second_document_of_one_title_is_pointed_out(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    _, _, line = harbour.sent("lamps-2031.txt", LAMPS.replace("shared", "sold"))
    assert "another document of this title: lamps" in line


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("bad.pdf", b"%PDF-1.4 broken", "bad.pdf: the PDF is damaged"),
        ("empty.txt", b"", "empty.txt: the file is empty"),
        ("song.mp3", b"la", "song.mp3: no reader for '.mp3' files"),
        ("no ending", b"words", "the name has no ending"),
        ("dots.txt", b"... --- ...", "dots.txt: there are no words in it"),
    ],
)
def test_a_refusal_is_one_line_and_the_library_stays(
    harbour: Harbour, name: str, content: bytes, line: str
) -> None:
    what, document_id, said = harbour.sent(name, content)
    assert (what, document_id) == (What.REFUSED, "")
    assert line in said
    assert "\n" not in said
    assert harbour.standings(None) == {}


def test_a_file_that_is_too_large_or_did_not_arrive_is_refused(harbour: Harbour) -> None:
    huge = Sent(name="huge.pdf", size=harbour.shelving.most_bytes + 100_000, path="")
    assert "50.1 MB where 50.0 MB are allowed" in harbour.shelving.add(huge, None, None).line
    lost = Sent(name="lost.pdf", size=10, path="")
    assert "it did not arrive" in harbour.shelving.add(lost, None, None).line


@pytest.mark.parametrize(
    ("name", "document_id"),
    [
        ("../../etc/lamps.txt", "lamps"),
        ("C:\\secret\\lamps.txt", "lamps"),
        ("la\x00m\x1bps.txt", "lamps"),
        ("la\ud800mps.txt", "lamps"),
        ("Lamps' <b>.txt", "lamps-b"),
        ("  lamps .txt  ", "lamps"),
    ],
)
def test_a_name_from_a_browser_is_no_path(
    harbour: Harbour, name: str, document_id: str, tmp_path: Path
) -> None:
    assert harbour.sent(name, LAMPS)[:2] == (What.ADDED, document_id)
    assert {one.name for one in (tmp_path / "library").iterdir()} == {".lock", document_id}


@given(st.text(st.characters()))
def test_whatever_a_file_is_called_it_has_a_name_without_folder(name: str) -> None:
    called = Sent(name=name, size=0, path="").called
    assert called
    assert not set(called) & {"/", "\\", "\0", "\n"}


def test_a_file_replaces_a_document_whatever_it_is_called(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    answers = harbour.index()
    assert harbour.sent("new state.txt", LAMPS.replace("burn", "dark"), to="lamps")[:2] == (
        What.NEW_VERSION,
        "lamps",
    )
    assert harbour.standings(answers) == {"lamps": Standing.CHANGED}
    assert harbour.send("lamps.txt", LAMPS.replace("burn", "red")) is What.NEW_VERSION
    page = LAMPS.replace("\n\n", "</p><p>").replace("burn", "green")
    assert (
        harbour.send("page.html", f"<html><body><p>{page}</p></body></html>", to="lamps") is What.NEW_VERSION
    )
    entry = library(harbour.settings).entry("lamps")
    assert (entry.name, len(entry.versions)) == ("lamps.html", 4)
    assert harbour.standings(harbour.index()) == {"lamps": Standing.INDEXED}


def test_a_replacement_keeps_what_the_publisher_is_known_to_say(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS, Kind.DECLARATION)
    harbour.send("lamps2.txt", LAMPS.replace("burn", "dark"), to="lamps")
    assert library(harbour.settings).document("lamps").kind is Kind.DECLARATION


def test_a_replacement_that_cannot_be_is_refused_by_its_own_name(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    harbour.send("bells.txt", BELLS)
    assert harbour.sent("x.txt", b"...", to="lamps")[2].startswith("x.txt: there are no words")
    assert "is in the library as bells" in harbour.sent("y.txt", BELLS, to="lamps")[2]
    assert "no document 'moon'" in harbour.sent("z.txt", LAMPS + "!", to="moon")[2]
    assert harbour.send("w.txt", LAMPS, to="lamps") is What.SAME


def test_a_document_whose_bytes_are_gone_is_a_problem_with_its_line(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    answers = harbour.index()
    entry = library(harbour.settings).entry("lamps")
    (harbour.settings.home / "library" / "lamps" / "versions" / f"{entry.sha256}.txt").unlink()
    harbour.shelving.changed()
    found = harbour.shelving.listing(answers).holdings[0]  # type: ignore[arg-type]
    assert found.standing is Standing.PROBLEM
    assert "Remove lamps and add lamps.txt again" in found.problem


def test_a_damaged_library_is_told_and_nothing_seems_to_leave(harbour: Harbour) -> None:
    harbour.send("lamps.txt", LAMPS)
    answers = harbour.index()
    (harbour.settings.home / "library" / "lamps" / "entry.json").write_text("{", encoding="utf-8")
    harbour.shelving.changed()
    listing = harbour.shelving.listing(answers)  # type: ignore[arg-type]
    assert "is damaged" in listing.trouble
    assert listing.of(Standing.LEAVING) == ()


def test_removing_what_is_not_there_says_so(harbour: Harbour) -> None:
    with pytest.raises(LibraryError, match="no document 'lamps'"):
        harbour.shelving.remove("lamps")


def test_an_official_text_is_fetched_only_when_asked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    def take(text: CatalogueEntry, shelf: Library, *, progress: object) -> Fetched:
        asked.append(text.id)
        if len(asked) == 1:
            raise FetchError(text.id, "the server did not answer", "Try again")
        assert progress is None
        entry = shelf.add_bytes(LAMPS.encode(), f"{text.id}-official.txt")
        return Fetched(entry, Outcome.ADDED, text.address, len(LAMPS))

    shelving = Shelving(Settings(home=tmp_path, embedded=False), take=take)
    first = shelving.official()[0]
    assert (first.held, asked) == (None, [])
    assert shelving.fetch(first.text.id).line == f"{first.text.id}: the server did not answer. Try again"
    assert shelving.fetch(first.text.id).what is What.ADDED
    assert "expected an official text" in shelving.fetch("../etc").line


def test_a_text_that_came_by_hand_is_known_by_its_name(harbour: Harbour) -> None:
    text = harbour.shelving.official()[0].text
    named = LAMPS.replace("Convention on the Lamps", text.title)
    harbour.send("mine.txt", f"---\ntitle: {json.dumps(text.title)}\nkind: {text.kind}\n---\n{named}")
    found = harbour.shelving.official(harbour.index().documents())
    assert [one.text.id for one in found if one.named] == [text.id]
    assert all(one.held is None for one in found)


def test_the_index_goes_back_one_generation(harbour: Harbour) -> None:
    assert harbour.shelving.health().kept == ()
    with pytest.raises(NoIndex):
        harbour.shelving.roll_back()
    harbour.send("lamps.txt", LAMPS)
    first = harbour.index().searched().generation
    assert harbour.shelving.health().earlier is None
    harbour.send("bells.txt", BELLS)
    second = harbour.index().searched().generation
    found = harbour.shelving.health()
    assert (found.live, found.earlier and found.earlier.id) == (second, first)
    assert harbour.shelving.roll_back() == first
    assert harbour.shelving.health().live == first


def test_only_files_in_the_folder_of_uploads_are_read_and_they_go(tmp_path: Path) -> None:
    folder, outside = tmp_path / "uploads", tmp_path / "secret.txt"
    (folder / "abc").mkdir(parents=True)
    inside = folder / "abc" / "lamps.txt"
    inside.write_text(LAMPS, encoding="utf-8")
    outside.write_text(LAMPS, encoding="utf-8")
    link = folder / "link.txt"
    link.symlink_to(outside)
    for path in (outside, link, folder, folder / ".." / "secret.txt", "", "\0", "relative.txt"):
        with taken(Sent(name="x.txt", size=1, path=str(path)), folder) as place:
            assert place is None
    assert outside.exists()
    with taken(Sent(name="x.txt", size=1, path=str(inside)), folder) as place:
        assert place == inside
    assert not inside.parent.exists()
    assert folder.exists()


@pytest.mark.parametrize(
    "told",
    [
        None,
        "files",
        [{"name": "x"}],
        [{"name": "x", "size": -1, "path": ""}],
        [{"name": "x", "size": 1, "path": 7}],
        [{"name": "x", "size": 1, "path": "", "more": 1}],
        [{"name": "x", "size": 1, "path": ""}] * 501,
    ],
)
def test_what_is_no_list_of_files_is_refused(told: object) -> None:
    with pytest.raises(UnfitArgument, match="at most 500 files"):
        sent(told)


def test_uploads_have_a_folder_of_their_own_that_goes_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    with kept_apart() as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "left.txt").write_text("x", encoding="utf-8")
    assert not folder.exists()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with kept_apart() as folder:
        assert folder == tmp_path
    assert tmp_path.exists()


@pytest.mark.parametrize(
    ("serving", "host", "managed"),
    [
        (Serving(), "127.0.0.1", True),
        (Serving(), "0.0.0.0", False),
        (Serving(auth=Path("passwords")), "0.0.0.0", True),
        (Serving(read_only=True), "127.0.0.1", False),
        (Serving(auth=Path("passwords"), read_only=True), "0.0.0.0", False),
    ],
)
def test_only_who_was_let_in_may_change_the_library(serving: Serving, host: str, managed: bool) -> None:
    assert serving.managed(host) is managed
