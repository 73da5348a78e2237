"""Generations of the index: immutable folders, and a pointer to the live one.

    HOME/index/CURRENT                 name of the live generation
    HOME/index/write.lock              held by whoever builds, rolls back or cleans up
    HOME/index/cache/                  vectors of a build that was cut short (index.vector_cache)
    HOME/index/generations/<id>/       manifest.json, passages.sqlite, chroma/, closeup…
    HOME/index/generations/.new-<id>/  being built
    HOME/index/generations/.old-<id>/  being removed

Nothing in a finished generation ever changes, so readers need no lock: they read the pointer once and stay with what it
named. Replacing the pointer is one atomic rename, after what it will name has been checked and has reached the disk.
Kept are the live generation and the one it replaced; what neither is, and what a killed writer left, goes when the next
one begins, but never from under a reader: each claims the generation it has open (``index.durable``).
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import filelock
from pydantic import BaseModel, ConfigDict, ValidationError

from index import durable
from index.closeups import Closeups
from index.errors import (
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexUnreachable,
    NoIndex,
    SearchIndexError,
)
from index.passages import PassageStore
from index.soundness import MANIFEST, PASSAGES, VECTORS, content_sha256, verify
from index.vectors_server import forget, require_place, vectors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from index.vectors import StoredVectors
    from index.vectors_server import VectorServer

__all__ = ["MANIFEST", "PASSAGES", "VECTORS", "Generation", "Manifest", "content_sha256", "verify"]

FORMAT = 2
"""Version of the folder's layout and of the manifest; another number is refused."""

LAYERED = 3
"""Version of a folder that shares files with the one before and has new vectors beside them (``index.fresh``)."""

UNFINISHED = ".new-"
"""Begins the name of a folder that a generation is built in."""


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
    files: dict[str, str] = {}
    """SHA-256 of the files that are written once; generations made before this was kept have none."""
    server: str | None = None
    """Address of the server that the vectors were put on; None if they are in the folder."""


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened generation; the caller closes it, or uses it in a ``with`` statement.

    Until then its folder is not removed.
    """

    folder: Path
    manifest: Manifest
    passages: PassageStore
    vectors: StoredVectors
    closeups: Closeups
    claim: BinaryIO = field(repr=False)

    @property
    def id(self) -> str:
        """Its name, which is also its folder's."""
        return self.manifest.id

    def close(self) -> None:
        """Release the files of both stores, and the claim."""
        self.vectors.close()
        self.passages.close()
        self.claim.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def index_folder(home: Path) -> Path:
    """Return the folder of the index within ``home``."""
    return home / "index"


def cache_folder(home: Path) -> Path:
    """Return the folder for vectors of a build that was cut short."""
    return index_folder(home) / "cache"


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


def open_generation(
    home: Path,
    *,
    model: str | None = None,
    generation_id: str | None = None,
    server: VectorServer | None = None,
    moving: bool = False,
) -> Generation:
    """Open the live generation, or the one named.

    Args:
        home: The program's data folder.
        model: Name of the encoder that questions will be embedded with; None to look without asking.
        generation_id: Another generation than the live one.
        server: The server that has the vectors; None if this machine has.
        moving: Whether vectors on this machine are wanted even though there is a server now.

    Raises:
        NoIndex: If nothing was indexed yet.
        IndexMismatch: If it was built with another encoder, by another version of this program, or with its vectors
            on a server where there is none now, or the other way round.
        IndexDamaged: If a part of it is missing.
    """
    name = generation_id or current(home)
    if name is None:
        raise NoIndex(f"expected an index in {index_folder(home)}, found none; run: treaty index")
    try:
        generation = _open_folder(_generations(home) / name, server, moving=moving)
    except IndexDamaged:
        if generation_id is not None or current(home) == name:
            raise
        # It was replaced, and removed, since the pointer was read.
        return open_generation(home, model=model, server=server, moving=moving)
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
    found = [_read_manifest(folder) for folder in _finished(home) if folder.exists()]
    return tuple(sorted(found, key=lambda manifest: manifest.created))


@contextmanager
def writing(home: Path, server: VectorServer | None = None) -> Iterator[None]:
    """Be the only writer; what a killed one left, and generations that no pointer names, are removed first.

    Args:
        home: The program's data folder.
        server: The server that has the vectors, from which theirs are removed too.

    Raises:
        IndexBusy: If another process, or another part of this one, is writing.
        SearchIndexError: If the folder cannot be written, or the disk is full.
    """
    path = index_folder(home) / "write.lock"
    lock = filelock.FileLock(path, timeout=0)
    with durable.refusals(index_folder(home)):
        durable.new_folder(_generations(home))
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise IndexBusy(
                f"expected to be the only one writing the index, found {path} held by another process; "
                "wait until it is done and try again"
            ) from error
        try:
            _clear(home, server)
            yield
        finally:
            lock.release()


@contextmanager
def storing(folder: Path, server: VectorServer | None = None) -> Iterator[None]:
    """Say that vectors could not be written: of those that are just being written, Chroma calls a full disk damage."""
    try:
        yield
    except IndexDamaged as error:
        if server is not None:
            raise
        free = shutil.disk_usage(folder).free / 1e6
        raise SearchIndexError(
            f"expected room for the vectors in {folder}, found {free:.0f} MB free ({error.__cause__ or error}); "
            "free some space there and run: treaty index"
        ) from error


@contextmanager
def staged(home: Path, server: VectorServer | None = None) -> Iterator[Path]:
    """Give a folder to build a generation in; it goes if it is not finished. Only while writing."""
    now = datetime.now(UTC)
    folder = _generations(home) / f"{UNFINISHED}{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        if folder.exists():
            with suppress(IndexUnreachable, OSError):  # it stays, then, and the next writer removes it
                _remove(folder, server)


def staged_id(folder: Path) -> str:
    """Return the name that the generation in a staged folder will have."""
    return folder.name.removeprefix(UNFINISHED)


def finish(
    home: Path,
    folder: Path,
    manifest: Manifest,
    server: VectorServer | None = None,
    check: Callable[[Generation], Sequence[str]] = verify,
) -> None:
    """Check a staged generation, put it in its place, and make it the live one. Only while writing.

    Args:
        home: The program's data folder.
        folder: Where it was staged.
        manifest: What it was made from.
        server: The server that has the vectors; None if this machine has.
        check: Returns what is wrong with it.

    Raises:
        IndexDamaged: If what was written does not agree with the manifest; the live generation stays.
    """
    durable.write(folder / MANIFEST, f"{manifest.model_dump_json(indent=2)}\n".encode())
    with storing(folder, server), _open_folder(folder, server) as generation:
        findings = check(generation)
    if findings:
        raise IndexDamaged(
            f"the new index was not taken into use: {findings[0]}; run: treaty index --rebuild"
        )
    durable.all_to_disk(folder)
    folder.rename(_generations(home) / manifest.id)
    durable.to_disk(_generations(home))
    _point_to(home, manifest.id)
    _remove_but(home, {manifest.id, manifest.previous}, server)


def rollback(home: Path, server: VectorServer | None = None) -> str:
    """Make the generation before the live one live again, and return its name.

    Raises:
        NoIndex: If nothing was indexed yet, or no earlier generation is kept.
        IndexBusy: If another process is writing.
    """
    with writing(home, server):
        with open_generation(home, server=server) as live:
            previous = live.manifest.previous
        if previous is None or not (_generations(home) / previous).is_dir():
            raise NoIndex(f"expected a generation before {live.id}, found none kept; run: treaty index")
        with open_generation(home, generation_id=previous, server=server) as earlier:
            if findings := verify(earlier):
                raise IndexDamaged(
                    f"generation {previous} is no use: {findings[0]}; run: treaty index --rebuild"
                )
        _point_to(home, previous)
    return previous


def _open_folder(folder: Path, server: VectorServer | None, *, moving: bool = False) -> Generation:
    try:
        claim = durable.claim(folder / MANIFEST)
    except FileNotFoundError as error:
        raise IndexDamaged(
            f"expected {folder / MANIFEST}, found none; run: treaty index --rebuild"
        ) from error
    try:
        manifest, closeups = _read_manifest(folder), Closeups(folder)
        if not moving or manifest.server is not None:
            require_place(manifest.id, manifest.server, server)
        passages = PassageStore(folder / PASSAGES)
    except SearchIndexError:
        claim.close()
        raise
    vectors = vectors_of(folder / VECTORS, manifest.id, server if manifest.server is not None else None)
    return Generation(folder, manifest, passages, vectors, closeups, claim)


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
    if manifest.format not in {FORMAT, LAYERED}:
        raise IndexMismatch(
            f"expected an index of format {FORMAT}, found format {manifest.format}; "
            "run: treaty index --rebuild"
        )
    return manifest


def _generations(home: Path) -> Path:
    return index_folder(home) / "generations"


def _finished(home: Path) -> list[Path]:
    folders = _generations(home).glob("*")
    return [one for one in folders if not one.name.startswith((UNFINISHED, durable.DOOMED))]


def _point_to(home: Path, name: str) -> None:
    durable.write(index_folder(home) / "CURRENT", f"{name}\n".encode())


def _clear(home: Path, server: VectorServer | None) -> None:
    """Remove what killed writers left and what no pointer names. Only while writing."""
    for leftover in index_folder(home).glob(".CURRENT-*"):
        leftover.unlink()
    for mark in (UNFINISHED, durable.DOOMED):
        for folder in _generations(home).glob(f"{mark}*"):
            _remove(folder, server)
    try:
        name = current(home)
        previous = _read_manifest(_generations(home) / name).previous if name else None
    except SearchIndexError:
        return  # a damaged index, or one of another version: what is still of use is not ours to say
    _remove_but(home, {name, previous}, server)


def _remove_but(home: Path, keep: set[str | None], server: VectorServer | None) -> None:
    """Remove finished generations that nobody can ask for any more and nobody reads. Only while writing."""
    for folder in _finished(home):
        if folder.name not in keep and (doomed := durable.set_aside(folder, MANIFEST)):
            _remove(doomed, server)


def _remove(folder: Path, server: VectorServer | None) -> None:
    """Remove a generation that is unfinished or set aside, its collection on the server first."""
    forget(folder.name.removeprefix(UNFINISHED).removeprefix(durable.DOOMED), server)
    shutil.rmtree(folder)
