"""The user's library: the documents they brought, kept as the bytes they brought.

HOME/library/<id>/entry.json              what the document is, and the digests of its versions, newest last
HOME/library/<id>/versions/<sha256>.pdf   the raw bytes of each version; of twins, one file under two names

An id is made of ASCII letters, digits and hyphens and a version is named by its digest, so no name that a
user or a web page chose ever becomes a path. Everything is written beside its place and moved there in one step: a
crash leaves the old entry or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import json
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
from corpus.entry import TOLD, Entry, Version, as_known, with_twins
from corpus.errors import LibraryError, ReadError
from corpus.intake import bytes_of
from corpus.placing import entry_of, new_entry, renewed
from corpus.readers import Limits, Metadata, suffix_of
from corpus.readers.frontmatter import ID_PATTERN
from corpus.readers.identity import file_name, stem
from corpus.storing import linked, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

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
        self._documents: dict[tuple[object, ...], Document] = {}

    def add(
        self,
        path: Path,
        *,
        address: str | None = None,
        known: Metadata | None = None,
        apart: AbstractSet[str] = frozenset(),
    ) -> Entry:
        """Add the file at ``path``, or a new version of the document that came from it (``corpus.placing``).

        ``known`` is what its owner says of it, which goes before what is read off the file; it stays with the entry.
        ``apart`` are ids of documents that it is no version of: those of other files added with it.

        Raises:
            ReadError: If the file cannot become a document; the library is then as it was.
            LibraryError: If another process holds the library or it cannot be written.
        """
        raw, place = bytes_of(path, self.limits), str(path.absolute())
        return self.add_bytes(raw, path.name, address=address, known=known, place=place, apart=apart)

    def add_bytes(
        self,
        raw: bytes,
        name: str,
        *,
        address: str | None = None,
        known: Metadata | None = None,
        place: str | None = None,
        apart: AbstractSet[str] = frozenset(),
    ) -> Entry:
        """Add a file that is already in memory; ``name`` is what its owner calls it. See ``add``.

        ``known`` is what its publisher is known to say of it; ``place`` is where it lies, if it lies somewhere.
        Bytes that are there under another name are kept once and get a name more: the two are twins.
        """
        name = file_name(name)
        added = datetime.now(UTC).isoformat(timespec="seconds")
        document = read_contained(
            raw, name, limits=self.limits, address=address, retrieved=added, structure=True
        )
        document = as_known(document, known)
        version = Version(document.provenance.sha256, suffix_of(name), len(raw), added)
        with self._writing():
            kept = self._kept()
            entry = entry_of(kept, (document.id, name), version.sha256, place, apart)
            if entry is None and known is not None and known.id is not None:
                # What a publisher sends and its reader had saved before becomes the publisher's.
                entry = next((one for one in kept if one.sha256 == version.sha256), None)
            if entry is not None and entry.sha256 == version.sha256:
                self._store(entry, entry.current, raw)
                return self._recognised(entry, document, name, known, place)
            if entry is None:
                entry = new_entry(document, name, version, kept, self.reserved)
            else:
                published = document.provenance.address or entry.address
                entry = replace(
                    renewed(entry, version),
                    natural_id=document.id,
                    title=document.title,
                    name=name,
                    address=published,
                )
            entry = replace(entry, known=known or entry.known, place=place or entry.place)
            self._store(entry, version, raw)
            self._write_entry(entry)
        return self.entry(entry.id)

    def replace(self, document_id: str, raw: bytes, name: str) -> Entry:
        """Make a file the newest version of a document, whatever the file is called; the document keeps its name.

        What its publisher is known to say of it stays. See ``add``.

        Raises:
            ReadError: If the file cannot become a document; the library is then as it was.
            LibraryError: If there is no such document, or another one has these very bytes: most likely it is the
                wrong file.
        """
        suffix, added = suffix_of(name), datetime.now(UTC).isoformat(timespec="seconds")
        entry = self.entry(document_id)
        kept = entry.name if suffix_of(entry.name) == suffix else f"{stem(entry.name)}{suffix}"
        try:
            document = read_contained(raw, kept, limits=self.limits, structure=True)
            document = as_known(document, entry.known)
        except ReadError as error:  # named as its owner knows it
            raise type(error)(name, error.reason, error.remedy) from error
        version = Version(document.provenance.sha256, suffix, len(raw), added)
        with self._writing():
            entry = self._one(document_id)
            if entry.sha256 == version.sha256:
                return replace(self.entry(document_id), unchanged=True)
            _refuse_anothers(version, entry, self._kept(), name)
            self._store(entry, version, raw)
            named = replace(entry, natural_id=document.id, title=document.title, name=kept)
            self._write_entry(renewed(named, version))
        return self.entry(document_id)

    def remove(self, document_id: str) -> Entry:
        """Take a document and all its versions out of the library and return what its entry was.

        Of twins only the one that is named goes; what was kept for both stays under the other's name.

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
        """Return the documents, in order of their ids; of twins, the one that was added first, which names them.

        Raises:
            LibraryError: If one of them is damaged.
        """
        return tuple(entry for entry in self.every_name() if not entry.same_as)

    def every_name(self) -> tuple[Entry, ...]:
        """Return all entries, twins too, in order of their ids.

        Raises:
            LibraryError: If one of them is damaged.
        """
        return with_twins(self._kept())

    def entry(self, document_id: str) -> Entry:
        """Return one entry.

        Raises:
            LibraryError: If there is no such document, or its entry is damaged.
        """
        self._one(document_id)
        return next(entry for entry in self.every_name() if entry.id == document_id)

    def raw(self, document_id: str, sha256: str | None = None) -> bytes:
        """Return the bytes of the newest version, or of the one with a digest.

        Raises:
            LibraryError: If there is no such document or version, or its bytes are gone or changed.
        """
        entry = self._one(document_id)
        version = entry.current if sha256 is None else entry.version(sha256)
        path = self.file(entry, version)
        remedy = _again(entry) if version == entry.current else "Its newest version can still be read"
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise LibraryError(f"{entry.id}: {path} cannot be read ({error.strerror}). {remedy}") from error
        if hashlib.sha256(raw).hexdigest() != version.sha256:
            raise LibraryError(f"{entry.id}: {path} is not what was added. {remedy}")
        return raw

    def file(self, entry: Entry, version: Version) -> Path:
        """Return where the bytes of a version are, or should be."""
        return self.folder / entry.id / "versions" / f"{version.sha256}{version.suffix}"

    def document(self, document_id: str) -> Document:
        """Read one document from its newest version.

        Raises:
            LibraryError: If there is no such document, or its bytes are gone or changed.
            ReadError: If the file cannot be read any more.
        """
        return self.read(self.entry(document_id))

    def read(self, entry: Entry) -> Document:
        """Read the document of an entry that ``entries`` gave. See ``document``."""
        key = (entry.id, entry.sha256, entry.known, entry.also)
        if key not in self._documents:
            self._documents[key] = self._read(entry, entry.current)
        return self._documents[key]

    def document_as_of(self, document_id: str, sha256: str) -> Document:
        """Read a document from the version with a digest, which may be any that the library keeps.

        Raises:
            LibraryError: If there is no such document or version, or its bytes are gone or changed.
            ReadError: If the file cannot be read any more.
        """
        entry = self.entry(document_id)
        return self._read(entry, entry.version(sha256))

    def _read(self, entry: Entry, version: Version) -> Document:
        document = read_contained(
            self.raw(entry.id, version.sha256),
            entry.file_of(version),
            limits=self.limits,
            address=entry.address,
            retrieved=version.added,
        )
        document = as_known(document, entry.known)
        also = entry.also if version == entry.current else ()
        return replace(document, id=entry.id, provenance=replace(document.provenance, also=also))

    def _store(self, entry: Entry, version: Version, raw: bytes) -> None:
        """Put a version's bytes in their place unless they are there; those of a twin are not stored twice."""
        path = self.file(entry, version)
        if path.exists() and path.read_bytes() == raw:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in self.folder.glob(f"*/versions/{path.name}"):
            if other != path and other.read_bytes() == raw and linked(other, path):
                return
        write(path, raw)

    def _recognised(
        self, entry: Entry, document: Document, name: str, known: Metadata | None, place: str | None
    ) -> Entry:
        """Return the entry that holds these very bytes already, with what is now known of them."""
        said = known not in {None, entry.known}
        if said:
            own = entry.place if name == entry.name else None
            entry = replace(
                entry, natural_id=document.id, title=document.title, name=name, known=known, place=own
            )
        if said or place not in {None, entry.place}:
            self._write_entry(replace(entry, place=place or entry.place))
        return replace(self.entry(entry.id), unchanged=not said)

    def _kept(self) -> tuple[Entry, ...]:
        """Return all entries as they are kept, in order of their ids."""
        if not self.folder.is_dir():
            return ()
        names = sorted(item.name for item in self.folder.iterdir() if re.fullmatch(ID_PATTERN, item.name))
        return tuple(self._read_entry(name) for name in names if (self.folder / name / "entry.json").exists())

    def _one(self, document_id: str) -> Entry:
        """Return one entry as it is kept."""
        known = re.fullmatch(ID_PATTERN, document_id) and (self.folder / document_id / "entry.json").exists()
        if not known:
            raise LibraryError(self._unknown(document_id))
        return self._read_entry(document_id)

    def keep_beside(self, document_id: str, name: str, content: bytes) -> None:
        """Keep a small file beside an entry, in place of an earlier one of that name; it goes when the entry goes.

        Raises:
            LibraryError: If there is no such document or the library cannot be written.
        """
        with self._writing():
            write(self.folder / self.entry(document_id).id / name, content)

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
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            remedy = "Free some space there" if full else "Check the folder's rights"
            raise LibraryError(f"{self.folder} cannot be written ({reason}). {remedy}") from error

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
        fields = {key: value for key, value in asdict(entry).items() if key not in TOLD}
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
        write(self.folder / entry.id / "entry.json", text.encode())

    def _unknown(self, document_id: str) -> str:
        ids = [entry.id for entry in self._kept()]
        if not ids:
            return f"no document {document_id!r}: the library is empty. Add one with `treaty corpus add`"
        close = get_close_matches(document_id, ids, n=_NAMED_IDS, cutoff=0.5)
        listed = ", ".join(close or ids[:_NAMED_IDS])
        return (
            f"no document {document_id!r} in the library. {'Did you mean' if close else 'It holds'}: {listed}"
        )


def _refuse_anothers(version: Version, wanted: Entry, kept: tuple[Entry, ...], name: str) -> None:
    """Refuse a new version of a document that is, to the byte, another one."""
    for holder in kept:
        if holder.sha256 == version.sha256:
            raise LibraryError(
                f"{name}: expected a new version of {wanted.id}, found what is in the library as {holder.id}. "
                "Choose another file"
            )


def _again(entry: Entry) -> str:
    return f"Remove {entry.id} and add {entry.name} again"
