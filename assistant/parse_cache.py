"""What the library's files were read as, so that each is read once: the next index needs only those that changed.

    HOME/cache/parsed/<key>      a document: SHA-256 of all its fields on the first line, then the fields as JSON
    HOME/cache/parsed/ledger     its own SHA-256 on the first line, then a line of JSON for each document

A key is the hash of all that a document is read from: the entry in the library with the digest of the file's bytes,
the limits, and this program's code for reading with the versions of the libraries it reads with. So nothing here is
ever out of date; what is damaged does not fit its hash, and is read again.

The bytes in the library are what their digest says: they are hashed when they are met first, and again if size or time
of the file is another. A file that was written just before it was looked at could change once more within the same
tick of the clock, so it is hashed the next time too, as git does.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import astuple, dataclass, field, replace
from functools import cache, partial
from importlib import metadata
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import ValidationError

from corpus.embedded import embedded_files
from corpus.readers import read_document
from index import durable
from index.job import Source
from index.passages import document_json, document_of
from index.soundness import content_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from corpus.entry import Entry
    from corpus.library import Library
    from corpus.models import Document

FOLDER = "cache/parsed"
_LEDGER = "ledger"

TICK = 2_000_000_000
"""Nanoseconds that two changes of a file may lie within and have one time: two seconds on FAT, less on all others."""

_LIBRARIES = ("charset-normalizer", "lxml", "pypdfium2", "python-docx", "pyyaml")
"""What the readers read with."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What is known of a document without reading it.

    Attributes:
        id: Its id.
        content: SHA-256 of all its fields.
        size, modified: Of the file whose bytes were hashed; time in nanoseconds.
        looked: When that was.
    """

    id: str
    content: str
    size: int = 0
    modified: int = 0
    looked: int = 0

    def holds(self, size: int, modified: int) -> bool:
        """Tell whether a file of this size and time is the one that was hashed."""
        return (size, modified) == (self.size, self.modified) and modified + TICK < self.looked


@dataclass(slots=True)
class ParseCache:
    """The documents that were read, of one home. Several processes may use it: the last to write wins, none is wrong.

    Attributes:
        home: The program's data folder.
        shelf: The user's library in it.
    """

    home: Path
    shelf: Library
    _rows: dict[str, _Row] = field(init=False)
    _used: dict[str, _Row] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._rows = dict(_ledger(self._folder / _LEDGER))

    def embedded(self) -> tuple[Source, ...]:
        """Return the documents that ship with the program; they are read only if they were not before.

        Raises:
            ReadError: If one of them is damaged.
        """
        return tuple(self._embedded(path, raw) for path, raw in embedded_files())

    def source(self, entry: Entry) -> Source:
        """Return a document of the library; it is read only if it was not before.

        Raises:
            LibraryError: If its bytes are gone or changed.
            ReadError: If the file cannot be read any more.
        """
        key = _key(repr(replace(entry, versions=(entry.current,))), repr(self.shelf.limits))
        known, looked = self._rows.get(key), time.time_ns()
        found = _stat(self.shelf.file(entry, entry.current))
        if known is None or found is None or not known.holds(found.st_size, found.st_mtime_ns):
            self.shelf.raw(entry.id)  # raises unless the bytes are those that were added
        source, row = self._source(key, known, partial(self.shelf.read, entry))
        if found is not None and not row.holds(found.st_size, found.st_mtime_ns):
            self._used[key] = replace(row, size=found.st_size, modified=found.st_mtime_ns, looked=looked)
        return source

    def keep(self) -> None:
        """Write down what was met, and remove what the library does not name any more; without a disk, do nothing."""
        try:
            if self._used != self._rows:
                durable.new_folder(self._folder)
                durable.write(self._folder / _LEDGER, _written(self._used))
            for path in self._folder.glob("*") if set(self._rows) - set(self._used) else ():
                if path.name != _LEDGER and path.name not in self._used:
                    path.unlink(missing_ok=True)
        except OSError:  # a cache that cannot be written is none; whoever needs the disk says so
            return
        self._rows = dict(self._used)

    @property
    def _folder(self) -> Path:
        return self.home / FOLDER

    def _embedded(self, path: str, raw: bytes) -> Source:
        key = _key(path, hashlib.sha256(raw).hexdigest())
        return self._source(key, self._rows.get(key), partial(read_document, raw, path))[0]

    def _source(self, key: str, row: _Row | None, read: Callable[[], Document]) -> tuple[Source, _Row]:
        """Return a document with what is known of it; it is read now if nothing is."""
        at = self._folder / key
        if row is None:
            document = _document(at, read)
            row = _Row(document.id, content_sha256(document))
        self._used[key] = row
        return Source(row.id, row.content, partial(_document, at, read)), row


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _document(path: Path, read: Callable[[], Document]) -> Document:
    """Return a document that was kept, or read it and keep it."""
    document = _kept(path)
    if document is None:
        document = read()
        body = document_json(document).encode()
        with suppress(OSError):  # where it cannot be kept it is read again
            durable.new_folder(path.parent)
            durable.write(path, f"{hashlib.sha256(body).hexdigest()}\n".encode(), body)
    return document


def _kept(path: Path) -> Document | None:
    """Return a document that was kept; None if there is none, or not as it was written."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        return document_of(body) if hashlib.sha256(body).hexdigest() == digest.decode("ascii") else None
    except (OSError, UnicodeDecodeError, ValidationError):
        return None


def _ledger(path: Path) -> dict[str, _Row]:
    """Return the rows of the ledger; none if there is none, or not as it was written."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        return {key: _Row(*rest) for key, *rest in map(json.loads, body.splitlines())}
    except (OSError, ValueError, TypeError):
        return {}


def _written(rows: dict[str, _Row]) -> bytes:
    body = "".join(f"{json.dumps([key, *astuple(row)])}\n" for key, row in rows.items()).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _key(*of: str) -> str:
    """Return the hash of all that a document is read from."""
    return hashlib.sha256("\0".join([_reading(), *of]).encode(errors="surrogatepass")).hexdigest()


@cache
def _reading() -> str:
    """Return a hash of the code that reads: this package's own, and the versions of the libraries it uses."""
    digest = hashlib.sha256()
    for name, source in sorted(_modules(files("corpus"), "corpus")):
        digest.update(f"{name}\n{hashlib.sha256(source).hexdigest()}\n".encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    return digest.hexdigest()


def _modules(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _modules(item, f"{name}.{item.name}")
        elif item.name.endswith(".py"):
            yield f"{name}.{item.name}", item.read_bytes()
