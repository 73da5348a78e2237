"""What the library keeps of a document besides its bytes: what it is called, where it came from, its versions."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.readers import Metadata


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
        unchanged: Whether ``add`` found these very bytes already there.
    """

    id: str
    natural_id: str
    title: str
    name: str
    address: str | None
    versions: tuple[Version, ...]
    known: Metadata | None = None
    unchanged: bool = False

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
