"""A disk that is full or read only, and homes whose names are nobody's favourites."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corpus.library import Library
from index.build import build
from index.generation import current, open_generation, rollback, verify
from index.retrieve import Retriever
from tests.index.confined import on_a_small_disk, read_only
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import by_section, lighthouse_treaty

if TYPE_CHECKING:
    from pathlib import Path

FILLING = """
import json, shutil, sys
from pathlib import Path

from index.build import build
from index.errors import SearchIndexError
from index.generation import current, open_generation, verify
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import by_section, lighthouse_treaty, renamed

home = Path(sys.argv[1])
live, ballast = current(home), home / "ballast"
more = [renamed(lighthouse_treaty(), f"copy-{number}") for number in range(40)]
for room in (0, 200_000, 400_000, 900_000, 1_500_000, 2_200_000):
    ballast.write_bytes(bytes(shutil.disk_usage(home).free - room))
    try:
        build(home, more, by_section, HashEmbedder(dimension=512), keep_every=0.0)
        said = ""
    except SearchIndexError as error:
        said = str(error)
    ballast.unlink()
    with open_generation(home) as generation:
        findings = verify(generation)
    hidden = [path.name for path in (home / "index" / "generations").iterdir() if path.name.startswith(".")]
    print(json.dumps([said, current(home) == live, findings, hidden]))
build(home, more, by_section, HashEmbedder(dimension=512))
print(json.dumps(["", current(home) == live, [], []]))
"""


def test_a_full_disk_is_one_line_and_the_index_stays_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    build(home, [lighthouse_treaty()], by_section, HashEmbedder())
    done = on_a_small_disk(FILLING, home, megabytes=16)
    assert done.returncode == 0, done.stderr
    *full, room_again = map(json.loads, done.stdout.splitlines())
    assert len(full) == 6
    for said, stays, findings, hidden in full:
        assert (stays, findings, hidden) == (True, [], [])
        assert "\n" not in said
        assert said.endswith("free some space there and run: treaty index"), said
    assert room_again == ["", False, [], []]


READING = """
import json, sys, tempfile
from pathlib import Path

from corpus.errors import TreatyError
from corpus.library import Library
from index.build import build
from index.generation import open_generation, rollback, verify
from index.retrieve import Retriever
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import by_section

home = Path(sys.argv[1])
for write in (
    lambda: build(home, [], by_section, HashEmbedder()),
    lambda: rollback(home),
    lambda: Library(home).add_bytes(b"# Lamps\\n\\nOil burns well.", "lamps.md"),
):
    try:
        write()
    except TreatyError as error:
        print(json.dumps(str(error)))
with open_generation(home) as generation:
    found = Retriever(generation, HashEmbedder(), OverlapReranker()).search("Who sounds the horn in fog?")
    print(json.dumps([found.hits[0].passage.label, verify(generation)]))
print(json.dumps(list(Path(tempfile.gettempdir()).glob("treaty-vectors-*"))))
"""


def test_a_read_only_home_can_be_asked_and_refuses_changes_in_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    build(home, [lighthouse_treaty()], by_section, HashEmbedder())
    (tmp_path / "temporary").mkdir()
    done = read_only(READING, home, TMPDIR=str(tmp_path / "temporary"))
    assert done.returncode == 0, done.stderr
    built, rolled_back, added, found, left = map(json.loads, done.stdout.splitlines())
    for said in (built, rolled_back):
        assert "Read-only file system; choose another with --home" in said
        assert "\n" not in said
    assert "Read-only file system" in added
    assert (found, left) == (["Article 3", []], [])


@pytest.mark.parametrize(
    "name", ["Ma bibliothèque", "条約 の 図書館", "договоры и карты", "مكتبة", "50% of #1? a&b 'c'", "%20 ü"]
)
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    home = tmp_path / name / "home"
    shelf = Library(home)
    for number, words in enumerate(("Oil burns well.", "Gas burns better.")):
        shelf.add_bytes(f"# On lamps\n\nOn burning\n{words}\n".encode(), f"lamps {number}.md")
        documents = [shelf.document(entry.id) for entry in shelf.entries()]
        build(home, documents, by_section, HashEmbedder())
        with open_generation(home) as generation:
            assert verify(generation) == ()
            found = Retriever(generation, HashEmbedder(), OverlapReranker()).search(words).hits[0].passage
            assert words in found.embed_text
    after = current(home)
    assert rollback(home) != after
    with open_generation(home) as generation:
        assert len(generation.passages.document_ids()) == 1


ASKING = """
import json, shutil, sys
from pathlib import Path

from corpus.errors import TreatyError
from corpus.library import Library
from index.generation import open_generation, verify
from index.retrieve import Retriever
from tests.index.hash_embedder import HashEmbedder, OverlapReranker

home = Path(sys.argv[1])
ballast = home / "ballast"
ballast.write_bytes(bytes(shutil.disk_usage(home).free))

def ask():
    with open_generation(home) as generation:
        found = Retriever(generation, HashEmbedder(), OverlapReranker()).search("Who sounds the horn in fog?")
        return found.hits[0].passage.label

for attempt in (ask, lambda: Library(home).add_bytes(b"# Lamps\\n\\nOil burns well.", "lamps.md") and "added"):
    try:
        print(json.dumps(attempt()))
    except TreatyError as error:
        print(json.dumps(str(error)))
ballast.unlink()
print(json.dumps(ask()))
"""


def test_asking_on_a_full_disk_answers_or_says_that_it_is_full_and_never_calls_the_index_damaged(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    build(home, [lighthouse_treaty()], by_section, HashEmbedder())
    done = on_a_small_disk(ASKING, home, megabytes=16)
    assert done.returncode == 0, done.stderr
    asked, added, again = map(json.loads, done.stdout.splitlines())
    assert asked == "Article 3" or asked.endswith("free some space there and try again"), asked
    assert added.endswith("cannot be written (No space left on device). Free some space there"), added
    assert again == "Article 3"
