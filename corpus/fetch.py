"""Official texts from their publishers into the user's library, one command away.

Only what the catalogue names is fetched, only from hosts it names, only over HTTPS (``corpus.download``), and only at
public addresses (``corpus.connection``). What arrives is held against what was asked for before the library sees
it; until then nothing is written. The publisher's own marks of a version (ETag, Last-Modified) are kept beside the
library's entry, so that fetching again costs one short question.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from corpus.connection import system_addresses
from corpus.contained import read_contained
from corpus.download import FetchLimits, Reply, by_hand, download
from corpus.errors import FetchError, LibraryError
from corpus.readers import Metadata

if TYPE_CHECKING:
    from corpus.catalogue import CatalogueEntry
    from corpus.connection import Resolver
    from corpus.download import Progress
    from corpus.library import Entry, Library

__all__ = ["FetchLimits", "Fetched", "Outcome", "fetch", "fetched"]

_RECORD = "fetched.json"
_NAME_WORDS = 3
"""Words of the shortest name that counts as the text's own: an abbreviation occurs in other texts as well."""

_NOT_A_LETTER = re.compile(r"[\W_]+")


class Outcome(StrEnum):
    """What a fetch did to the library."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A text that is now in the library.

    Attributes:
        entry: The library's entry.
        outcome: Whether it is new, a new version, or what was there before.
        address: Where the bytes came from in the end, redirects followed.
        size: Bytes of the file, unpacked; 0 if the publisher said that nothing changed and sent none.
    """

    entry: Entry
    outcome: Outcome
    address: str
    size: int


@dataclass(frozen=True, slots=True)
class _Record:
    """What is kept beside a library entry: which text it is, and the publisher's marks of the version."""

    text: str
    address: str
    sha256: str
    etag: str | None
    last_modified: str | None


_RECORD_TYPE = TypeAdapter(_Record)


def fetched(entry: CatalogueEntry, library: Library) -> Entry | None:
    """Return the library's entry of an official text, or None if it was not fetched yet.

    Raises:
        LibraryError: If an entry of the library is damaged.
    """
    for held in library.every_name():
        record = _record_of(held, library)
        if record is not None and record.text == entry.id:
            return held
    return None


def fetch(
    entry: CatalogueEntry,
    library: Library,
    *,
    progress: Progress | None = None,
    allow_loopback: bool = False,
    limits: FetchLimits | None = None,
    resolve: Resolver = system_addresses,
) -> Fetched:
    """Fetch an official text into the library, or find that the library has its newest version.

    Args:
        entry: The text, from the catalogue.
        library: Where it goes; it keeps the raw bytes, and a changed text as a new version.
        progress: Told of bytes received.
        allow_loopback: Whether this machine may be the publisher, over plain HTTP too; for tests.
        limits: The default ``FetchLimits()`` if None.
        resolve: How a host's name becomes addresses.

    Raises:
        FetchError: If it cannot be fetched, or what came is not this text; the library is then as it was.
        ReadError: If what came cannot be read; the library is then as it was.
        LibraryError: If the library is damaged or cannot be written.
    """
    if not entry.direct:
        raise FetchError(entry.id, "only the publisher's page that links to it is known", by_hand(entry))
    held = fetched(entry, library)
    reply = download(
        entry,
        conditions=_conditions(held, entry, library),
        limits=limits or FetchLimits(),
        progress=progress,
        allow_loopback=allow_loopback,
        resolve=resolve,
    )
    if reply.raw is None:
        return _not_modified(entry, held, reply)
    return _kept(entry, held, reply.raw, reply, library)


def _kept(entry: CatalogueEntry, held: Entry | None, raw: bytes, reply: Reply, library: Library) -> Fetched:
    """Check the text and hand it to the library, then note the publisher's marks."""
    digest = hashlib.sha256(raw).hexdigest()
    if entry.sha256 not in {None, digest}:
        reason = f"expected the file with SHA-256 {entry.sha256}, the publisher sent {digest}"
        raise FetchError(entry.id, reason, by_hand(entry))
    name = f"{entry.id}-official.{entry.format}"
    _check_text(entry, raw, name, library)
    known = Metadata(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        language=entry.language,
        authenticity=entry.authenticity,
        names=entry.names,
    )
    kept = library.add_bytes(raw, name, address=entry.address, known=known)
    record = _Record(entry.id, entry.address, digest, reply.etag, reply.last_modified)
    library.keep_beside(kept.id, _RECORD, json.dumps(asdict(record), indent=2).encode() + b"\n")
    if held is not None and held.sha256 == digest:
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.ADDED if held is None else Outcome.CHANGED
    return Fetched(kept, outcome, reply.address, len(raw))


def _check_text(entry: CatalogueEntry, raw: bytes, name: str, library: Library) -> None:
    """Refuse what can be read but is another text: a notice, a table of contents, a different treaty."""
    text = read_contained(raw, name, limits=library.limits).text
    missing = []
    if entry.through and not re.search(rf"\bart(?:icle|\.)?\s+{entry.through}\b", text, re.IGNORECASE):
        missing.append(f"article {entry.through}")
    names = [name for name in (entry.title, *entry.names) if len(name.split()) >= _NAME_WORDS]
    letters = _letters(text)
    if not any(_letters(name) in letters for name in names):
        missing.append("its title")
    if missing:
        reason = f"what the publisher sent is not this text: {' and '.join(missing)} cannot be found in it"
        raise FetchError(entry.id, reason, by_hand(entry))


def _letters(text: str) -> str:
    """Return letters and digits alone: titles are set with breaks and spaces that their names do not have."""
    return _NOT_A_LETTER.sub("", text.casefold())


def _conditions(held: Entry | None, entry: CatalogueEntry, library: Library) -> dict[str, str]:
    """Return the headers that ask for the text only if it is another than the one held."""
    record = None if held is None else _record_of(held, library)
    if held is None or record is None or (record.address, record.sha256) != (entry.address, held.sha256):
        return {}
    try:
        library.raw(held.id)
    except LibraryError:
        return {}  # bytes that are gone or changed are fetched again, whatever the publisher's marks
    marks = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {header: mark for header, mark in marks.items() if mark}


def _not_modified(entry: CatalogueEntry, held: Entry | None, reply: Reply) -> Fetched:
    if held is None:
        raise FetchError(entry.id, "the publisher's server answered 304 to a first question", by_hand(entry))
    return Fetched(held, Outcome.UNCHANGED, reply.address, 0)


def _record_of(held: Entry, library: Library) -> _Record | None:
    """Return what was noted beside an entry; a record that cannot be read costs a full fetch and counts as none."""
    raw = library.kept_beside(held.id, _RECORD)
    try:
        return None if raw is None else _RECORD_TYPE.validate_json(raw)
    except ValidationError:
        return None
