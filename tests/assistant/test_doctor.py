"""``treaty doctor``: damages done for real to a home of our own are found, named, and mended as far as is safe."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement

from assistant import doctor, doctor_index, doctor_library, doctor_system
from assistant.settings import Settings
from assistant.web.library.arrivals import FOLDER, kept_apart
from assistant.wiring import library, update_index
from corpus.library import Library
from index.build import build
from index.errors import IndexDamaged
from index.generation import current, index_folder, open_generation, rollback
from index.vectors import LocalVectors
from index.vectors_server import ServerVectors, VectorServer
from tests.index.chroma_server import ChromaServer
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import by_section, lighthouse_treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.doctor import Check

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")
PACT = "# Convention on the Lamps\n\n## Article 1\nLamps burn by night.\n\n## Article 2\nOil is shared.\n"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one treaty in two versions, and two generations."""
    home = tmp_path_factory.mktemp("doctor") / "home"
    settings = Settings(home=home, embedded=False)
    for text in (PACT.replace("night", "day"), PACT):
        library(settings).add_bytes(text.encode(), "lamps.md")
        update_index(settings)
    return home


@pytest.fixture
def settings(indexed: Path, tmp_path: Path) -> Settings:
    shutil.copytree(indexed, tmp_path / "home")
    return Settings(home=tmp_path / "home", embedded=False)


def bad(settings: Settings) -> list[Check]:
    """Return what is not well in library and index."""
    found = (*doctor_library.checks(settings), *doctor_index.checks(settings))
    return [check for check in found if not check.ok]


def the_bad(settings: Settings) -> Check:
    (found,) = bad(settings)
    return found


def snapshot(settings: Settings) -> dict[str, str]:
    """Return the digests of every version and entry of the library."""
    files = [
        *library(settings).folder.glob("*/versions/[!.]*"),
        *library(settings).folder.glob("*/entry.json"),
    ]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def live_folder(settings: Settings) -> Path:
    return index_folder(settings.home) / "generations" / str(current(settings.home))


def test_nothing_is_found_where_nothing_is_wrong(settings: Settings) -> None:
    assert bad(settings) == []
    assert doctor.mend(tuple(doctor_index.checks(settings))) == ()


# -- the index ------------------------------------------------------------------------------------------------


def _lose_vectors(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


def _lose_a_vector(folder: Path) -> None:
    with LocalVectors(folder / "chroma") as store, store._opened() as collection:
        collection.delete(ids=[min(store.ids())])


def _add_a_vector(folder: Path) -> None:
    with LocalVectors(folder / "chroma") as store:
        (vector,) = store.get([min(store.ids())]).values()
        store.add(["of-no-passage"], ["lamps"], vector.reshape(1, -1))


def _other_format(folder: Path) -> None:
    said = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(said | {"format": 99}), encoding="utf-8")


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}", encoding="utf-8")


def _torn_passages(folder: Path) -> None:
    with (folder / "passages.sqlite").open("r+b") as file:
        file.seek(4096)
        file.write(bytes(64))


@pytest.mark.parametrize(
    ("damage", "name", "words"),
    [
        (_lose_vectors, "index", "found none"),
        (_lose_a_vector, "vectors", "1 of 2 passages have no vector"),
        (_add_a_vector, "vectors", "1 of 3 vectors belong to no passage"),
        (_other_format, "index", "found format 99"),
        (_no_manifest, "index", "expected a manifest"),
        (_torn_passages, "index", "passages.sqlite"),
    ],
)
def test_a_damaged_index_is_named_and_made_anew_from_the_library(
    settings: Settings, damage: Callable[[Path], None], name: str, words: str
) -> None:
    before = snapshot(settings)
    damage(live_folder(settings))
    check = bad(settings)[0]
    assert (check.name, check.fix is None) == (name, False)
    assert words in check.found
    (done,) = doctor.mend(tuple(bad(settings)))
    assert done.startswith("the index was made anew from the library: generation ")
    assert [one.found for one in bad(settings)] == []
    assert snapshot(settings) == before


def test_a_pointer_to_nothing_is_named_and_mended(settings: Settings) -> None:
    (index_folder(settings.home) / "CURRENT").write_text("20200101T000000-abcdef\n", encoding="utf-8")
    assert "manifest.json, found none" in the_bad(settings).found
    doctor.mend((the_bad(settings),))
    assert bad(settings) == []


def test_a_folder_of_another_program_is_named_and_left_alone(settings: Settings) -> None:
    foreign = index_folder(settings.home) / "generations" / "photographs"
    foreign.mkdir()
    (foreign / "lake.jpg").write_bytes(b"a lake")
    check = the_bad(settings)
    assert (check.name, check.fix) == ("foreign folder", None)
    assert str(foreign) in check.found
    assert doctor.mend((check,)) == ()
    assert (foreign / "lake.jpg").read_bytes() == b"a lake"


@pytest.mark.parametrize("name", [".new-20310101T000000-abcdef", ".old-20310101T000000-abcdef"])
def test_what_a_killed_writer_left_is_named_and_removed(settings: Settings, name: str) -> None:
    left = index_folder(settings.home) / "generations" / name
    left.mkdir()
    (left / "passages.sqlite").write_bytes(b"half")
    assert name in the_bad(settings).found
    assert doctor.mend((the_bad(settings),)) == ("removed what killed processes had left in the index",)
    assert not left.exists()
    assert bad(settings) == []


def test_an_earlier_generation_that_is_still_read_is_named_with_its_reader(settings: Settings) -> None:
    live = current(settings.home)
    rollback(settings.home)
    with open_generation(settings.home, generation_id=live):
        (check,) = [one for one in bad(settings) if one.name == "earlier generation"]
    assert f"{live} is still read by process" in check.found
    assert str(os.getpid()) in check.found
    assert f"restart it to answer from {current(settings.home)}" in check.remedy


def test_an_index_of_the_future_is_named(settings: Settings) -> None:
    path = live_folder(settings) / "manifest.json"
    said = json.loads(path.read_bytes()) | {"created": (datetime.now(UTC) + timedelta(days=3)).isoformat()}
    path.write_text(json.dumps(said), encoding="utf-8")
    assert the_bad(settings).name == "clock"
    assert "was made in the future" in the_bad(settings).found


def test_a_document_that_waits_is_named_and_indexed(settings: Settings) -> None:
    library(settings).add_bytes(PACT.replace("Lamps", "Bells").encode(), "bells.md")
    assert the_bad(settings).found == "not indexed in their newest version: bells"
    (done,) = doctor.mend((the_bad(settings),))
    assert done.startswith("the index was made to match the library")
    assert bad(settings) == []


# -- the library ----------------------------------------------------------------------------------------------


def test_bytes_changed_behind_our_back_are_named_and_never_touched(settings: Settings) -> None:
    entry = library(settings).entry("lamps")
    path = library(settings).file(entry, entry.current)
    path.write_text("scribbled", encoding="utf-8")
    check = bad(settings)[0]
    assert (check.name, check.fix) == ("lamps", None)
    assert "is not what was added: somebody changed it on the disk" in check.found
    assert check.remedy.startswith("Add lamps.md again as it was")
    doctor.mend(tuple(bad(settings)))
    assert path.read_text(encoding="utf-8") == "scribbled"


def test_an_earlier_version_that_is_gone_is_named(settings: Settings) -> None:
    entry = library(settings).entry("lamps")
    library(settings).file(entry, entry.versions[0]).unlink()
    check = the_bad(settings)
    assert f"its version of {entry.versions[0].added[:10]}" in check.found
    assert "cannot be shown in its place" in check.remedy


def test_a_file_that_is_there_under_two_names_mends_itself_and_keeps_what_lay_there(
    settings: Settings,
) -> None:
    shelf = library(settings)
    shelf.add_bytes(PACT.encode(), "lanterns.md")
    entry = shelf.entry("lamps")
    path = shelf.file(entry, entry.current)
    path.unlink()  # so that the other name keeps its bytes: they were one file
    path.write_text("scribbled", encoding="utf-8")
    (found,) = [check for check in doctor_library.checks(settings) if not check.ok and check.name == "lamps"]
    (done,) = doctor.mend((found,))
    assert "was given its bytes back from lanterns" in done
    assert path.read_bytes() == PACT.encode()
    assert path.with_name(f"{path.name}.changed").read_text(encoding="utf-8") == "scribbled"


def test_leftovers_of_interrupted_changes_are_removed_and_bytes_without_entry_are_not(
    settings: Settings,
) -> None:
    folder = library(settings).folder
    (folder / ".removed-x" / "gone").mkdir(parents=True)
    (folder / "lamps" / ".half").write_bytes(b"{")
    (folder / "orphan" / "versions").mkdir(parents=True)
    (folder / "orphan" / "versions" / "0.md").write_bytes(b"words")
    found = {check.name: check for check in bad(settings)}
    assert set(found) == {"library leftovers", "library"}
    assert "orphan holds no entry.json" in found["library"].found
    doctor.mend(tuple(found.values()))
    assert not (folder / ".removed-x").exists()
    assert not (folder / "lamps" / ".half").exists()
    assert (folder / "orphan" / "versions" / "0.md").read_bytes() == b"words"


def test_a_date_in_the_future_is_named(settings: Settings) -> None:
    path = library(settings).folder / "lamps" / "entry.json"
    said = json.loads(path.read_bytes())
    said["versions"][-1]["added"] = "2999-01-01T00:00:00+00:00"
    path.write_text(json.dumps(said), encoding="utf-8")
    assert (the_bad(settings).name, the_bad(settings).found) == ("clock", "added in the future: lamps")


def test_a_damaged_entry_is_named(settings: Settings) -> None:
    (library(settings).folder / "lamps" / "entry.json").write_text("{", encoding="utf-8")
    (found,) = [check for check in doctor_library.checks(settings) if not check.ok]
    assert "entry.json is damaged. Remove the folder" in found.found


# -- what is around them --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "ok", "remedy"),
    [
        ("numpy>=2.1,<3", True, ""),
        ("numpy>=99", False, "Expected >=99. Run: make run, or: pip install 'numpy>=99'"),
        ("no-such-package>=1", False, "Run: make run"),
    ],
)
def test_packages_are_held_against_the_pins(wanted: str, ok: bool, remedy: str) -> None:
    check = doctor_system.package(Requirement(wanted))
    assert check.ok is ok
    assert ok or check.remedy == remedy


def test_every_package_that_is_pinned_is_looked_at() -> None:
    names = {one.name for one in doctor_system._requirements()}
    assert {"chromadb", "torch", "gradio", "onnxruntime", "pypdfium2"} <= names


def test_the_room_that_an_index_needs_grows_with_what_there_is(settings: Settings, tmp_path: Path) -> None:
    least = doctor_system.room_needed(tmp_path / "empty")
    assert doctor_system.room_needed(settings.home) == least
    Library(settings.home).file((entry := library(settings).entry("lamps")), entry.current).with_name(
        "large.md"
    ).write_bytes(bytes(40_000_000))
    assert doctor_system.room_needed(settings.home) > 2 * least


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    check = doctor_system.home(Settings(home=tmp_path / "home"))
    assert not check.ok
    assert "is no folder" in check.found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv(FOLDER, raising=False)
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path)
    yield tmp_path
    tempfile.tempdir = before


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="this system does not tell who has a file open"
)
def test_uploads_of_a_killed_server_are_removed_and_those_of_a_running_one_are_not(temporary: Path) -> None:
    left = temporary / "treaty-uploads-abc"
    left.mkdir()
    (left / "memo.pdf").write_bytes(b"a memo")
    assert doctor_system.left_in_temporary().ok, "it may be of a server that says nothing of itself"
    (left / doctor_system.IN_USE).touch()
    with kept_apart() as running:
        check = doctor_system.left_in_temporary()
        assert not check.ok
        assert str(left) in check.found
        assert str(running) not in check.found
        assert doctor.mend((check,)) == (f"removed what ended servers had left: {left}",)
        assert running.is_dir()
    assert not left.exists()
    assert doctor_system.left_in_temporary().ok


def _doctor(home: Path, *words: str) -> tuple[int, Any]:
    done = subprocess.run(
        [*PROGRAM, "doctor", "--json", *words, "--home", str(home), "--no-embedded"],
        cwd=PROJECT,
        env={k: v for k, v in os.environ.items() if not k.startswith("TREATY_")}
        | {"PYTHONPATH": str(PROJECT), "TMPDIR": str(home.parent)},
        capture_output=True,
        check=False,
        timeout=240,
    )
    return done.returncode, json.loads(done.stdout)


def test_the_command_tells_in_json_mends_and_ends_with_0_when_all_is_well(settings: Settings) -> None:
    _lose_a_vector(live_folder(settings))
    code, found = _doctor(settings.home)
    assert (code, found["fixed"]) == (1, [])
    wrong = [one for one in found["checks"] if not one["ok"]]
    assert [(one["check"], one["fixable"]) for one in wrong] == [("vectors", True)]
    assert all("\n" not in one["found"] for one in found["checks"])
    _, found = _doctor(settings.home, "--fix")
    assert any(line.startswith("the index was made anew") for line in found["fixed"])
    assert [one for one in found["checks"] if not one["ok"]] == []


# -- vectors on a server --------------------------------------------------------------------------------------


def test_a_collection_whose_removal_was_cut_short_is_named_and_removed_from_its_server(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with ChromaServer(tmp_path / "server") as running:
        server = VectorServer(running.address)
        for title in ("Lamps", "Bells"):
            documents = [replace(lighthouse_treaty(), title=title)]
            build(home, documents, by_section, HashEmbedder(), server=server)
        generations = index_folder(home) / "generations"
        (doomed,) = [one for one in generations.iterdir() if one.name != current(home)]
        doomed.rename(generations / f".old-{doomed.name}")  # as a writer does that was then killed
        settings = Settings(home=home, embedded=False, index_server=running.address)
        (check,) = [one for one in doctor_index.checks(settings) if one.name == "index leftovers"]
        assert check.found.endswith(f".old-{doomed.name}, and their collections at {running.address}")
        with ServerVectors(server, doomed.name) as left:
            assert left.count()
        doctor.mend((check,))
        with (
            ServerVectors(server, doomed.name) as left,
            pytest.raises(IndexDamaged, match="found no collection"),
        ):
            left.count()
        assert not [one for one in doctor_index.checks(settings) if one.name == "index leftovers"]
