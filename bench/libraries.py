"""The libraries that are measured: a folder's treaties or made ones, in a home for the program, as texts for peers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import load
from assistant.wiring import library, sources
from eval.bench_scale import treaty_text
from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document

SHARED = Path(__file__).resolve().parents[2] / "shared" / "treaties"
"""Beside the repository: the treaties that the figures in the documentation were measured with."""
SUFFIXES = (".md", ".pdf")
ANOTHER = 100_000
"""Added to a treaty's number where another treaty is wanted in its place."""


@dataclass(frozen=True, slots=True)
class Place:
    """A library in a folder of its own.

    Attributes:
        folder: Holds ``home`` (the program's data), ``texts`` (canonical texts by id), and the peers' stores.
        files: The source files, in the order in which they were added.
    """

    folder: Path
    files: tuple[Path, ...]

    @property
    def home(self) -> Path:
        """The program's data folder."""
        return self.folder / "home"

    @property
    def texts(self) -> Path:
        """The documents' canonical texts, one ``ID.txt`` each: what the peers are given."""
        return self.folder / "texts"

    def add(self, path: Path) -> str:
        """Add a file, or the new version of one, to the library and to the texts; return its document's id."""
        shelf = library(load(self.home, embedded=False))
        document = shelf.document(shelf.add(path).id)
        _write(self.texts, document)
        return document.id

    def replace(self, document_id: str, path: Path) -> None:
        """Make a file the newest version of a document."""
        shelf = library(load(self.home, embedded=False))
        shelf.replace(document_id, path.read_bytes(), path.name)
        _write(self.texts, shelf.document(document_id))

    def remove(self, document_id: str) -> None:
        """Take a document out of the library and the texts."""
        library(load(self.home, embedded=False)).remove(document_id)
        (self.texts / f"{document_id}.txt").unlink()

    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the library."""
        return sources(load(self.home, embedded=False)).documents


def treaties(folder: Path) -> tuple[Path, ...]:
    """Return the treaties below a folder, in order of their names.

    Raises:
        EvaluationError: If there are none.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    if not found:
        what = "none" if folder.is_dir() else "no such folder"
        raise EvaluationError(
            f"{folder}: expected treaties as {' or '.join(SUFFIXES)} files, found {what}. "
            "Name another folder with --library DIR"
        )
    return tuple(found)


def placed(folder: Path, files: Sequence[Path]) -> Place:
    """Put files into a new library."""
    place = Place(folder, tuple(files))
    place.texts.mkdir(parents=True)
    shelf = library(load(place.home, embedded=False))
    for path in files:
        _write(place.texts, shelf.document(shelf.add(path).id))
    return place


def made(folder: Path, treaties_wanted: int) -> Place:
    """Make a library of synthetic treaties, each some hundred articles long."""
    files = folder / "files"
    files.mkdir(parents=True)
    return placed(folder, [write_made(files, number) for number in range(treaties_wanted)])


def write_made(folder: Path, number: int, *, called: int | None = None) -> Path:
    """Write a synthetic treaty; ``called`` is the number in its file name, where it takes another's place."""
    path = folder / f"made-{number if called is None else called}.md"
    path.write_text(treaty_text(number), encoding="utf-8")
    return path


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write(folder: Path, document: Document) -> None:
    (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8", newline="")
