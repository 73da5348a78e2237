"""Generations of the index: immutable folders, and a pointer to the live one.

    HOME/index/CURRENT                 name of the live generation
    HOME/index/write.lock              held by whoever builds, rolls back or cleans up
    HOME/index/generations/<id>/       manifest.json, passages.sqlite, chroma/
    HOME/index/generations/.new-<id>/  being built; after a crash the next writer removes it

Nothing in a finished generation ever changes, so readers need no lock: they read the pointer once and stay
with what it named. Replacing the pointer is one atomic rename, after what it will name has reached the disk.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import filelock
from pydantic import BaseModel, ConfigDict, ValidationError

from index.closeups import Closeups
from index.errors import IndexBusy, IndexDamaged, IndexMismatch, NoIndex, SearchIndexError
from index.passages import PassageStore, document_json
from index.vectors import VectorStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from corpus.models import Document

FORMAT = 2
"""Version of the folder's layout and of the manifest; another number is refused."""

PASSAGES, VECTORS, MANIFEST = "passages.sqlite", "chroma", "manifest.json"
UNFINISHED = ".new-"

LENGTH_TOLERANCE = 1e-3
"""How far a stored vector may be from length 1; rounding alone stays below 1e-6."""

PROBES = 8
"""Vectors looked up through the search graph when a generation is checked."""


class EmbedderRecord(BaseModel):
    """The encoder whose vectors a generation holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    dimension: int


class DocumentRecord(BaseModel):
    """A document as it was indexed: SHA-256 of all its fields, and how many passages were cut from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sha256: str
    passages: int


class Manifest(BaseModel):
    """What a generation was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = FORMAT
    id: str
    created: datetime
    previous: str | None
    embedder: EmbedderRecord
    chunking: str
    corpus_sha256: str
    documents: dict[str, DocumentRecord]
    passages: int


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened generation; the caller closes it, or uses it in a ``with`` statement."""

    folder: Path
    manifest: Manifest
    passages: PassageStore
    vectors: VectorStore
    closeups: Closeups

    @property
    def id(self) -> str:
        """Its name, which is also its folder's."""
        return self.manifest.id

    def close(self) -> None:
        """Release the files of both stores."""
        self.vectors.close()
        self.passages.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def index_folder(home: Path) -> Path:
    """Return the folder of the index within ``home``."""
    return home / "index"


def current(home: Path) -> str | None:
    """Return the name of the live generation, or None if there is none yet."""
    try:
        name = (index_folder(home) / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if not name or Path(name).name != name:
        raise IndexDamaged(
            f"expected the name of a generation in {index_folder(home) / 'CURRENT'}, found {name!r}; "
            "run: treaty index --rebuild"
        )
    return name


def open_generation(home: Path, *, model: str | None = None, generation_id: str | None = None) -> Generation:
    """Open the live generation, or the one named.

    Args:
        home: The program's data folder.
        model: Name of the encoder that questions will be embedded with; None to look without asking.
        generation_id: Another generation than the live one.

    Raises:
        NoIndex: If nothing was indexed yet.
        IndexMismatch: If it was built with another encoder, or by another version of this program.
        IndexDamaged: If a part of it is missing.
    """
    name = generation_id or current(home)
    if name is None:
        raise NoIndex(f"expected an index in {index_folder(home)}, found none; run: treaty index")
    generation = _open_folder(_generations(home) / name)
    built_with = generation.manifest.embedder.name
    if model is not None and model != built_with:
        generation.close()
        raise IndexMismatch(
            f"expected an index built with the model {model!r}, found one built with {built_with!r}; "
            "run: treaty index, or set the model back"
        )
    return generation


def manifests(home: Path) -> tuple[Manifest, ...]:
    """Return the manifests of all finished generations, oldest first."""
    folders = [one for one in _generations(home).glob("*") if not one.name.startswith(UNFINISHED)]
    return tuple(sorted(map(_read_manifest, folders), key=lambda manifest: manifest.created))


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Be the only writer; leftovers of a crashed one are removed first.

    Raises:
        IndexBusy: If another process, or another part of this one, is writing.
        SearchIndexError: If the folder cannot be written.
    """
    path = index_folder(home) / "write.lock"
    lock = filelock.FileLock(path, timeout=0)
    try:
        _generations(home).mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout as error:
        raise IndexBusy(
            f"expected to be the only one writing the index, found {path} held by another process; "
            "wait until it is done and try again"
        ) from error
    except OSError as error:
        raise SearchIndexError(
            f"expected a folder to write the index in, found {index_folder(home)}: {error.strerror}; "
            "choose another with --home"
        ) from error
    try:
        for leftover in _generations(home).glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover)
        yield
    finally:
        lock.release()


@contextmanager
def staged(home: Path) -> Iterator[Path]:
    """Give a folder to build a generation in; it goes if it is not finished. Only while writing."""
    now = datetime.now(UTC)
    folder = _generations(home) / f"{UNFINISHED}{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def staged_id(folder: Path) -> str:
    """Return the name that the generation in a staged folder will have."""
    return folder.name.removeprefix(UNFINISHED)


def finish(home: Path, folder: Path, manifest: Manifest) -> None:
    """Check a staged generation, put it in its place, and make it the live one. Only while writing.

    Raises:
        IndexDamaged: If what was written does not agree with the manifest; the live generation stays.
    """
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    with _open_folder(folder) as generation:
        if findings := verify(generation):
            raise IndexDamaged(
                f"the new index was not taken into use: {findings[0]}; run: treaty index --rebuild"
            )
    for path in (*folder.rglob("*"), folder):
        with suppress(
            FileNotFoundError
        ):  # Chroma closes its database on a thread of its own, journal and all
            _to_disk(path)
    folder.rename(_generations(home) / manifest.id)
    _to_disk(_generations(home))
    _point_to(home, manifest.id)
    _clean(home, keep={manifest.id, manifest.previous})


def rollback(home: Path) -> str:
    """Make the generation before the live one live again, and return its name.

    Raises:
        NoIndex: If nothing was indexed yet, or no earlier generation is kept.
        IndexBusy: If another process is writing.
    """
    with writing(home):
        with open_generation(home) as live:
            previous = live.manifest.previous
        if previous is None or not (_generations(home) / previous).is_dir():
            raise NoIndex(f"expected a generation before {live.id}, found none kept; run: treaty index")
        with open_generation(home, generation_id=previous) as earlier:
            if findings := verify(earlier):
                raise IndexDamaged(
                    f"generation {previous} is no use: {findings[0]}; run: treaty index --rebuild"
                )
        _point_to(home, previous)
    return previous


def verify(generation: Generation) -> tuple[str, ...]:
    """Re-read a generation and return what is wrong with it, one line each; empty if it is sound."""
    findings = [*generation.passages.check()]
    if not findings:
        findings += _document_findings(generation)
        findings += _vector_findings(generation)
    return tuple(findings)


def content_sha256(document: Document) -> str:
    """Return the SHA-256 of all of a document's fields."""
    return hashlib.sha256(document_json(document).encode()).hexdigest()


def _document_findings(generation: Generation) -> Iterator[str]:
    expected = generation.manifest.documents
    stored = {document.id: document for document in generation.passages.documents()}
    if stored.keys() != expected.keys():
        yield f"expected {len(expected)} documents, found {len(stored)} or others"
    for document_id in stored.keys() & expected.keys():
        document, record = stored[document_id], expected[document_id]
        if content_sha256(document) != record.sha256:
            yield f"document {document_id!r} is not what was indexed"
        passages = generation.passages.passages_of(document_id)
        if len(passages) != record.passages:
            yield f"expected {record.passages} passages of {document_id!r}, found {len(passages)}"
        if any(passage.span.end > len(document.text) for passage in passages):
            yield f"a passage of {document_id!r} lies beyond its text"


def _vector_findings(generation: Generation) -> Iterator[str]:
    passage_ids = {passage.id for passage in generation.passages.all_passages()}
    vector_ids = generation.vectors.ids()
    if len(passage_ids) != generation.manifest.passages:
        yield f"expected {generation.manifest.passages} passages, found {len(passage_ids)}"
    if passage_ids != generation.closeups.ids():
        yield f"expected sentence vectors for each of {len(passage_ids)} passages, found others"
    if passage_ids != vector_ids:
        yield f"expected a vector for each of {len(passage_ids)} passages, found {len(vector_ids)} or others"
    for passage_id, vector in generation.vectors.get(sorted(vector_ids)[:PROBES]).items():
        if vector.shape != (generation.manifest.embedder.dimension,):
            yield f"the vector of passage {passage_id!r} has {vector.shape[0]} numbers"
        elif abs(float(vector @ vector) - 1) > LENGTH_TOLERANCE:
            yield f"the vector of passage {passage_id!r} is not of length 1"
        elif generation.vectors.query(vector, 1)[0][1] < 1 - LENGTH_TOLERANCE:
            yield f"the vector of passage {passage_id!r} is not found by searching for it"


def _open_folder(folder: Path) -> Generation:
    manifest = _read_manifest(folder)
    closeups = Closeups(folder)
    return Generation(
        folder, manifest, PassageStore(folder / PASSAGES), VectorStore(folder / VECTORS), closeups
    )


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise IndexDamaged(f"expected {path}, found none; run: treaty index --rebuild") from error
    except ValidationError as error:
        found = error.errors()[0]
        raise IndexDamaged(
            f"expected a manifest in {path}, found {found['msg']} at {found['loc']}; "
            "run: treaty index --rebuild"
        ) from error
    if manifest.format != FORMAT:
        raise IndexMismatch(
            f"expected an index of format {FORMAT}, found format {manifest.format}; "
            "run: treaty index --rebuild"
        )
    return manifest


def _generations(home: Path) -> Path:
    return index_folder(home) / "generations"


def _point_to(home: Path, name: str) -> None:
    pointer = index_folder(home) / "CURRENT"
    fresh = pointer.with_suffix(".new")
    fresh.write_text(name + "\n", encoding="utf-8")
    _to_disk(fresh)
    fresh.replace(pointer)  # atomic
    _to_disk(pointer.parent)


def _clean(home: Path, keep: set[str | None]) -> None:
    """Remove finished generations that nobody can ask for any more. Only while writing.

    A reader that still has one open keeps its files until it closes them.
    """
    for folder in _generations(home).iterdir():
        if folder.name not in keep and not folder.name.startswith(UNFINISHED):
            shutil.rmtree(folder)


def _to_disk(path: Path) -> None:
    """Wait until a file's contents, or a folder's list of names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
