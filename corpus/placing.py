"""Which document of the library a file is: one that is there, in a new version, or another one.

A file is known again by where it lies; if that is not known, or nothing came from there, by its name and the id it asks
for. So two files of one name in two folders stay two documents, each with versions of its own, and a file that was
moved, or is sent by a browser, is still known by its name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.entry import Entry, Version
from corpus.readers.frontmatter import MAX_ID

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from corpus.models import Document


def entry_of(
    kept: tuple[Entry, ...],
    asked: tuple[str, str],
    sha256: str,
    place: str | None,
    apart: AbstractSet[str] = frozenset(),
) -> Entry | None:
    """Return the entry that a file belongs to, or None if it is new.

    Args:
        kept: The library's entries.
        asked: The id that the file asks for, and its name.
        sha256: Of its bytes.
        place: Where it lies, or None.
        apart: Ids of documents that it is known not to be: other files that are being added with it.
    """
    found = [one for one in kept if place is not None and one.place == place]
    left = [one for one in kept if one.id not in apart]
    found += [one for one in left if (one.natural_id, one.name) == asked]
    found += [one for one in left if (one.sha256, one.name) == (sha256, asked[1])]
    return found[0] if found else None


def new_entry(
    document: Document, name: str, version: Version, kept: tuple[Entry, ...], reserved: AbstractSet[str]
) -> Entry:
    """Return the entry of a file that is new, under the id it asks for or, if that is taken, one beside it."""
    natural, number = document.id, 1
    taken, place = reserved | {entry.id for entry in kept}, natural
    while place in taken:
        number += 1
        place = f"{natural[: MAX_ID - len(str(number)) - 1].rstrip('-')}-{number}"
    count = 1 + max((entry.number for entry in kept), default=0)
    return Entry(place, natural, document.title, name, document.provenance.address, (version,), number=count)


def renewed(entry: Entry, version: Version) -> Entry:
    """Return an entry with a version as its newest; one it had before is moved to the end."""
    earlier = tuple(old for old in entry.versions if old.sha256 != version.sha256)
    return replace(entry, versions=(*earlier, version))
