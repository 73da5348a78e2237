"""The user's library: the documents they brought, kept as the bytes they brought.

HOME/library/<id>/entry.json              what the document is, and the digests of its versions, newest last
HOME/library/<id>/versions/<sha256>.pdf   the raw bytes of each version

An id is made of ASCII letters, digits and hyphens and a version is named by its digest, so no name that a
user or a web page chose ever becomes a path. Everything is written beside its place and moved there in one step: a
crash leaves the old entry or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from corpus.contained import read_contained
from corpus.entry import Entry, Version
from corpus.errors import LibraryError, ReadError
from corpus.intake import bytes_of
from corpus.readers import Limits, Metadata, suffix_of
from corpus.readers.frontmatter import ID_PATTERN, MAX_ID
from corpus.readers.identity import file_name, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.models import Document

__all__ = ["Entry", "Library", "Version"]

_LOCK_SECONDS = 30.0
"""Longest wait for another process that adds or removes; writing one file takes far less."""

_NAMED_IDS = 5
"""How many known ids an error lists where none comes close."""

_ENTRY = TypeAdapter(Entry)


class Library:
    """The documents under ``home/library``. Safe to use from several threads and processes.

    Args:
        home: The program's data folder; made when the first document comes.
        limits: How large a document may be; the default ``Limits()`` if None.
        reserved: Ids that belong to others, such as the embedded documents; no document here gets one of them.
    """

    def __init__(
        self, home: Path, *, limits: Limits | None = None, reserved: frozenset[str] = frozenset()
    ) -> None:
        self.folder = home / "library"
        self.limits = limits or Limits()
        self.reserved = reserved
        self._documents: dict[tuple[str, str, Metadata | None], Document] = {}

    def add(self, path: Path, *, address: str | None = None, known: Metadata | None = None) -> Entry:
        """Add the file at ``path``, or a new version of a document that came from a file of this name.

        ``known`` is what its owner says of it, which goes before what is read off the file; it stays with the entry.

        Raises:
            ReadError: If the file cannot become a document; the library is then as it was.
            LibraryError: If another process holds the library or it cannot be written.
        """
        return self.add_bytes(bytes_of(path, self.limits), path.name, address=address, known=known)

    def add_bytes(
        self, raw: bytes, name: str, *, address: str | None = None, known: Metadata | None = None
    ) -> Entry:
        """Add a file that is already in memory; ``name`` is what its owner calls it. See ``add``.

        ``known`` is what its publisher is known to say of it; it stays with the entry.
        """
        name = file_name(name)
        added = datetime.now(UTC).isoformat(timespec="seconds")
        document = read_contained(
            raw, name, limits=self.limits, address=address, retrieved=added, structure=True
        )
        document = _as_known(document, known)
        version = Version(document.provenance.sha256, suffix_of(name), len(raw), added)
        with self._writing():
            present = self.entries()
            same = [entry for entry in present if entry.sha256 == version.sha256]
            if same:
                self._mend(same[0], raw)
                return self._recognised(same[0], document, name, known)
            entry = _placed(document, name, version, present, self.reserved)
            entry = replace(entry, known=known or entry.known)
            versions = self.folder / entry.id / "versions"
            versions.mkdir(parents=True, exist_ok=True)
            _write(versions / f"{version.sha256}{version.suffix}", raw)
            self._write_entry(entry)
        return entry

    def replace(self, document_id: str, raw: bytes, name: str) -> Entry:
        """Make a file the newest version of a document, whatever the file is called; the document keeps its name.

        What its publisher is known to say of it stays. See ``add``.

        Raises:
            ReadError: If the file cannot become a document; the library is then as it was.
            LibraryError: If there is no such document, or another one has these very bytes.
        """
        suffix, added = suffix_of(name), datetime.now(UTC).isoformat(timespec="seconds")
        entry = self.entry(document_id)
        kept = entry.name if suffix_of(entry.name) == suffix else f"{stem(entry.name)}{suffix}"
        try:
            document = read_contained(raw, kept, limits=self.limits, structure=True)
            document = _as_known(document, entry.known)
        except ReadError as error:  # named as its owner knows it
            raise type(error)(name, error.reason, error.remedy) from error
        version = Version(document.provenance.sha256, suffix, len(raw), added)
        with self._writing():
            entry = self.entry(document_id)
            same = [one for one in self.entries() if one.sha256 == version.sha256]
            if same:
                return _only(same[0], entry, name)
            _write(self.folder / entry.id / "versions" / f"{version.sha256}{suffix}", raw)
            earlier = tuple(old for old in entry.versions if old.sha256 != version.sha256)
            named = replace(entry, natural_id=document.id, title=document.title, name=kept)
            entry = replace(named, versions=(*earlier, version))
            self._write_entry(entry)
        return entry

    def remove(self, document_id: str) -> Entry:
        """Take a document and all its versions out of the library and return what its entry was.

        Raises:
            LibraryError: If there is no such document.
        """
        with self._writing():
            entry = self.entry(document_id)
            # Renamed first: a removal that is cut short leaves no half an entry.
            doomed = Path(tempfile.mkdtemp(prefix=".removed-", dir=self.folder))
            (self.folder / entry.id).rename(doomed / entry.id)
            shutil.rmtree(doomed)
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, in order of their ids.

        Raises:
            LibraryError: If one of them is damaged.
        """
        if not self.folder.is_dir():
            return ()
        names = sorted(item.name for item in self.folder.iterdir() if re.fullmatch(ID_PATTERN, item.name))
        return tuple(self._read_entry(name) for name in names if (self.folder / name / "entry.json").exists())

    def entry(self, document_id: str) -> Entry:
        """Return one entry.

        Raises:
            LibraryError: If there is no such document, or its entry is damaged.
        """
        known = re.fullmatch(ID_PATTERN, document_id) and (self.folder / document_id / "entry.json").exists()
        if not known:
            raise LibraryError(self._unknown(document_id))
        return self._read_entry(document_id)

    def raw(self, document_id: str) -> bytes:
        """Return the bytes of the newest version.

        Raises:
            LibraryError: If there is no such document, or its bytes are gone or changed.
        """
        entry = self.entry(document_id)
        path = self.folder / entry.id / "versions" / f"{entry.sha256}{entry.current.suffix}"
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise LibraryError(
                f"{entry.id}: {path} cannot be read ({error.strerror}). {_again(entry)}"
            ) from error
        if hashlib.sha256(raw).hexdigest() != entry.sha256:
            raise LibraryError(f"{entry.id}: {path} is not what was added. {_again(entry)}")
        return raw

    def document(self, document_id: str) -> Document:
        """Read one document from its newest version.

        Raises:
            LibraryError: If there is no such document, or its bytes are gone or changed.
            ReadError: If the file cannot be read any more.
        """
        entry = self.entry(document_id)
        key = (entry.id, entry.sha256, entry.known)
        if key not in self._documents:
            raw, added = self.raw(entry.id), entry.added
            document = read_contained(
                raw, entry.name, limits=self.limits, address=entry.address, retrieved=added
            )
            self._documents[key] = replace(_as_known(document, entry.known), id=entry.id)
        return self._documents[key]

    def _mend(self, entry: Entry, raw: bytes) -> None:
        """Put the bytes back if the version that should hold them lost or changed them."""
        path = self.folder / entry.id / "versions" / f"{entry.sha256}{entry.current.suffix}"
        if not path.exists() or path.read_bytes() != raw:
            path.parent.mkdir(exist_ok=True)
            _write(path, raw)

    def _recognised(self, entry: Entry, document: Document, name: str, known: Metadata | None) -> Entry:
        """Return the entry that holds these very bytes already, with what is now known of them."""
        if known in {None, entry.known}:
            return replace(entry, unchanged=True)
        entry = replace(entry, natural_id=document.id, title=document.title, name=name, known=known)
        self._write_entry(entry)
        return entry

    def keep_beside(self, document_id: str, name: str, content: bytes) -> None:
        """Keep a small file beside an entry, in place of an earlier one of that name; it goes when the entry goes.

        Raises:
            LibraryError: If there is no such document or the library cannot be written.
        """
        with self._writing():
            _write(self.folder / self.entry(document_id).id / name, content)

    def kept_beside(self, document_id: str, name: str) -> bytes | None:
        """Return a file that was kept beside an entry, or None if there is none."""
        path = self.folder / self.entry(document_id).id / name
        try:
            return path.read_bytes() if path.exists() else None
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be read ({error.strerror}). Check the folder's rights"
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the library against other writers, and turn the system's refusals into one error."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise LibraryError(
                f"{self.folder} is being changed by another process. Try again later"
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise LibraryError(
                f"{self.folder} cannot be written ({reason}). Check the folder's rights"
            ) from error

    def _read_entry(self, document_id: str) -> Entry:
        path = self.folder / document_id / "entry.json"
        try:
            entry = _ENTRY.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            remedy = f"Remove the folder {path.parent} and add the document again"
            raise LibraryError(f"{document_id}: {path} is damaged. {remedy}") from error
        if entry.id != document_id or not entry.versions:
            raise LibraryError(f"{document_id}: {path} speaks of another document. Remove its folder")
        return entry

    def _write_entry(self, entry: Entry) -> None:
        fields = {key: value for key, value in asdict(entry).items() if key != "unchanged"}
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
        _write(self.folder / entry.id / "entry.json", text.encode())

    def _unknown(self, document_id: str) -> str:
        ids = [entry.id for entry in self.entries()]
        if not ids:
            return f"no document {document_id!r}: the library is empty. Add one with `treaty corpus add`"
        close = get_close_matches(document_id, ids, n=_NAMED_IDS, cutoff=0.5)
        listed = ", ".join(close or ids[:_NAMED_IDS])
        return (
            f"no document {document_id!r} in the library. {'Did you mean' if close else 'It holds'}: {listed}"
        )


def _placed(
    document: Document, name: str, version: Version, known: tuple[Entry, ...], reserved: frozenset[str]
) -> Entry:
    """Return the entry a document gets: its file's earlier one with one version more, or a new one."""
    natural, address = document.id, document.provenance.address
    for entry in known:
        if (entry.natural_id, entry.name) == (natural, name):
            earlier = tuple(old for old in entry.versions if old.sha256 != version.sha256)
            versions = (*earlier, version)
            return replace(entry, title=document.title, address=address or entry.address, versions=versions)
    taken = reserved | {entry.id for entry in known}
    place, number = natural, 1
    while place in taken:
        number += 1
        place = f"{natural[: MAX_ID - len(str(number)) - 1].rstrip('-')}-{number}"
    return Entry(place, natural, document.title, name, address, (version,))


def _only(holder: Entry, wanted: Entry, name: str) -> Entry:
    """Return the entry that holds these very bytes already, if it is the one they were meant for."""
    if holder.id != wanted.id:
        raise LibraryError(
            f"{name}: expected a new version of {wanted.id}, found what is in the library as {holder.id}. "
            "Choose another file"
        )
    return replace(holder, unchanged=True)


def _as_known(document: Document, known: Metadata | None) -> Document:
    """Return the document under the names its publisher gives it."""
    if known is None:
        return document
    provenance = replace(
        document.provenance,
        language=known.language or document.provenance.language,
        authenticity=known.authenticity or document.provenance.authenticity,
    )
    return replace(
        document,
        id=known.id or document.id,
        title=known.title or document.title,
        kind=known.kind or document.kind,
        names=known.names or document.names,
        provenance=provenance,
    )


def _again(entry: Entry) -> str:
    return f"Remove {entry.id} and add {entry.name} again"


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step: beside its place, to the disk, then into its place."""
    handle, beside = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
