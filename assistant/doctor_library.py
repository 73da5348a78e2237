"""What ``treaty doctor`` finds in the library: bytes that changed, entries that are damaged, dates that cannot be."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.doctor_check import Check, is_ahead, listed
from corpus.errors import LibraryError, TreatyError
from corpus.readers.frontmatter import ID_PATTERN
from corpus.storing import write

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.settings import Settings
    from corpus.entry import Entry, Version
    from corpus.library import Library

_DATE = len("2026-01-01")


def checks(settings: Settings) -> Iterator[Check]:
    """Look at every document of the library and at what lies between them."""
    from assistant.wiring import library, sources

    shelf = library(settings)
    try:
        names = shelf.every_name()
    except LibraryError as error:
        yield Check("library", ok=False, found=str(error))
        return
    damaged = [check for entry in names for check in _versions(shelf, entry)]
    yield from damaged
    yield from _left(shelf.folder)
    yield from _ahead(names)
    found = sources(settings)
    problems = [one for one in found.problems if not any(str(one).startswith(f"{c.name}: ") for c in damaged)]
    for problem in found.problems if not damaged else problems:
        yield Check("library", ok=False, found=str(problem))
    if not damaged and not found.problems:
        many = sum(len(one.versions) - 1 for one in names)
        earlier = f", {many} earlier version{'s' if many > 1 else ''} kept" if many else ""
        number = len(found.documents)
        documents = f"{number} document{'' if number == 1 else 's'}"
        yield Check("library", ok=True, found=f"{documents}, all readable{earlier}")


def _versions(shelf: Library, entry: Entry) -> Iterator[Check]:
    """Hold the bytes of every version against the digest they were added under."""
    for version in entry.versions:
        path = shelf.file(entry, version)
        try:
            raw = path.read_bytes() if path.exists() else None
        except OSError as error:
            yield Check(
                entry.id,
                ok=False,
                found=f"{path} cannot be read ({error.strerror})",
                remedy="Check its rights",
            )
            continue
        if raw is None or hashlib.sha256(raw).hexdigest() != version.sha256:
            yield _damaged(shelf, entry, version, gone=raw is None)


def _damaged(shelf: Library, entry: Entry, version: Version, *, gone: bool) -> Check:
    path = shelf.file(entry, version)
    newest = version == entry.current
    which = "its newest version" if newest else f"its version of {version.added[:_DATE]}"
    what = "is gone" if gone else "is not what was added: somebody changed it on the disk"
    remedy = (
        f"Add {entry.name} again as it was, or remove {entry.id} and add it anew"
        if newest
        else "What was quoted from it cannot be shown in its place; add that file again, and the newest after it"
    )
    copies = [
        one for one in path.parents[2].glob(f"*/versions/{path.name}") if one != path and _is_it(one, version)
    ]
    if not copies:
        return Check(entry.id, ok=False, found=f"{which} ({path}) {what}", remedy=remedy)

    def restore() -> str:
        if not gone:
            path.replace(path.with_name(f"{path.name}.changed"))
        try:
            write(path, copies[0].read_bytes())
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be written ({error.strerror}). Check the folder's rights"
            ) from error
        kept = "" if gone else f"; what lay there is kept as {path.name}.changed"
        return f"{entry.id}: {which} was given its bytes back from {copies[0].parents[1].name}{kept}"

    remedy = f"The library has its bytes as {copies[0].parents[1].name}, too. Run: treaty doctor --fix"
    return Check(entry.id, ok=False, found=f"{which} ({path}) {what}", remedy=remedy, fix=restore)


def _is_it(path: Path, version: Version) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == version.sha256
    except OSError:
        return False


def _left(folder: Path) -> Iterator[Check]:
    """Name what an interrupted change left; bytes whose entry was never written are only named."""
    if not folder.is_dir():
        return
    removed = [one for one in folder.glob(".removed-*") if one.is_dir()]
    beside = [one for one in (*folder.glob("*/.*"), *folder.glob("*/versions/.*")) if one.is_file()]
    if left := [*removed, *beside]:

        def clear() -> str:
            for one in removed:
                shutil.rmtree(one, ignore_errors=True)
            for one in beside:
                one.unlink(missing_ok=True)
            return f"removed {len(left)} leftovers of interrupted changes from the library"

        found = f"{len(left)} leftovers of interrupted changes: {listed([str(one) for one in left])}"
        yield Check("library leftovers", ok=False, found=found, remedy="Run: treaty doctor --fix", fix=clear)
    for one in sorted(folder.iterdir()):
        if one.is_dir() and re.fullmatch(ID_PATTERN, one.name) and not (one / "entry.json").exists():
            found = f"{one} holds no entry.json: adding it was interrupted, or the file was lost"
            yield Check(
                "library", ok=False, found=found, remedy="Add the document again, then remove that folder"
            )


def _ahead(names: tuple[Entry, ...]) -> Iterator[Check]:
    """Name dates that lie in the future: a citation would show them."""
    late = [entry.id for entry in names if any(is_ahead(version.added) for version in entry.versions)]
    if late:
        remedy = "Set this machine's clock right; for a right date, remove these and add them again"
        yield Check("clock", ok=False, found=f"added in the future: {listed(late)}", remedy=remedy)


def unreadable(settings: Settings) -> bool:
    """Tell whether a document cannot be read, so that no index can be made."""
    from assistant.wiring import sources

    try:
        return bool(sources(settings).problems)
    except TreatyError:
        return True
