"""What the library keeps of a document besides its bytes: what it is called, where it came from, its versions.

Two names are *twins* as long as the very same bytes are under both. Bytes decide and not the text read from them: two
files with the same words may differ in pages, in what their front matter says of them and in who published them, a
quotation vouches for one of them by its digest, and what a file reads as may change with the next reader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.errors import LibraryError
from corpus.readers import Metadata, suffix_of
from corpus.readers.identity import stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.models import Document

_DIGITS, _DATE = 12, len("2026-01-01")
"""Of a digest and of a moment, as an error names a version."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a document's file.

    Attributes:
        sha256: Hex digest of the bytes.
        suffix: Ending of the file's name, with its dot, in lower case.
        size: Bytes.
        added: ISO date and time, UTC.
    """

    sha256: str
    suffix: str
    size: int
    added: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the library.

    Attributes:
        id: Its id in the library.
        natural_id: The id its file asks for; differs from ``id`` when another file had that one first.
        title: Its title.
        name: Name of the file it came from, without folder.
        address: Where it was published, or None.
        versions: Its states, newest last; never empty.
        known: What its publisher is known to say of it, which goes before what is read off the file; or None.
        place: Where the file was when it was added, or None: a file of the same place is the same file, changed.
        number: In which order the names came into the library, from 1; 0 for those from before it was kept.
        unchanged: Whether ``add`` found these very bytes already there. Told, not kept.
        same_as: Id of the twin that was added before all others, under which it is quoted; or empty. Told, not kept.
        also: Files' names of the twins that were added after it. Told, not kept.
    """

    id: str
    natural_id: str
    title: str
    name: str
    address: str | None
    versions: tuple[Version, ...]
    known: Metadata | None = None
    place: str | None = None
    number: int = 0
    unchanged: bool = False
    same_as: str = ""
    also: tuple[str, ...] = ()

    @property
    def current(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    @property
    def sha256(self) -> str:
        """Hex digest of the newest version."""
        return self.current.sha256

    @property
    def size(self) -> int:
        """Bytes of the newest version."""
        return self.current.size

    @property
    def added(self) -> str:
        """When the newest version came in: ISO date and time, UTC."""
        return self.current.added

    @property
    def order(self) -> tuple[int, str, str]:
        """What sorts names by when they came into the library."""
        return self.number, self.versions[0].added, self.id

    def version(self, sha256: str) -> Version:
        """Return the version with a digest, of which the first digits suffice.

        Raises:
            LibraryError: If there is none, or more than one.
        """
        found = [one for one in self.versions if sha256 and one.sha256.startswith(sha256)]
        if len(found) != 1:
            known = ", ".join(f"{one.sha256[:_DIGITS]} of {one.added[:_DATE]}" for one in self.versions)
            raise LibraryError(
                f"{self.id}: expected the SHA-256 of one of its versions, found {sha256[:64]!r}. The library keeps: "
                f"{known}"
            )
        return found[0]

    def file_of(self, version: Version) -> str:
        """Return the name that a version is read under: a document keeps its name when its format changes."""
        return self.name if suffix_of(self.name) == version.suffix else f"{stem(self.name)}{version.suffix}"


TOLD = ("unchanged", "same_as", "also")
"""Fields of an entry that are found out when it is read, and not kept."""


def as_known(document: Document, known: Metadata | None) -> Document:
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


def with_twins(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries that know their twins, in the order given."""
    found = tuple(entries)
    alike: dict[str, list[Entry]] = {}
    for entry in sorted(found, key=lambda one: one.order):
        alike.setdefault(entry.sha256, []).append(entry)
    return tuple(_among(entry, alike[entry.sha256]) for entry in found)


def _among(entry: Entry, twins: list[Entry]) -> Entry:
    """Return an entry that knows its twins; of the first, what a publisher says of one of them is said too."""
    first, *others = twins
    if entry.id != first.id:
        return replace(entry, same_as=first.id)
    named = next((one.known for one in twins if one.known is not None), None)
    return replace(entry, also=tuple(one.name for one in others), known=entry.known or named)
