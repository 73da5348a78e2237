"""What must outlive a crash, and what must not be taken from under a reader.

A file is written beside its place, brought to the disk and moved there in one step; a folder leaves its place in one
step before anything in it is removed. Whoever reads a folder claims a file of it, and a claimed folder stays: the claim
is a lock of the system on the open file, so it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from index.errors import SearchIndexError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOOMED = ".old-"
"""Begins the name of a folder that is being removed."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def to_disk(path: Path) -> None:
    """Wait until a file's contents, or a folder's list of names, are on the disk."""
    if sys.platform == "win32" and path.is_dir():  # which cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def all_to_disk(folder: Path) -> None:
    """Wait until a folder and everything in it are on the disk."""
    for path in (*folder.rglob("*"), folder):
        with suppress(
            FileNotFoundError
        ):  # Chroma closes its database on a thread of its own, journal and all
            to_disk(path)


def write(path: Path, *parts: bytes) -> None:
    """Write a file in one step: after a crash there is the old one, the new one or none, and never half of one.

    Raises:
        OSError: If it cannot be written; nothing is left beside its place.
    """
    beside = path.with_name(f".{path.name}-{secrets.token_hex(3)}")
    try:
        with beside.open("xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    to_disk(path.parent)


def new_folder(folder: Path) -> None:
    """Make a folder and those above it, each entered in the one above for good."""
    if not folder.is_dir():
        new_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        to_disk(folder.parent)


@contextmanager
def refusals(folder: Path) -> Iterator[None]:
    """Say in one line why the system refused to write in a folder.

    Raises:
        SearchIndexError: If it did.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        # SQLite raises the latter, and numpy an error without a number, where a disk is full.
        full = isinstance(error, sqlite3.OperationalError) or error.errno in {None, *_FULL}
        found = getattr(error, "strerror", None) or "no space left"
        remedy = "free some space there and run: treaty index" if full else "choose another with --home"
        raise SearchIndexError(
            f"expected a folder to write the index in, found {folder}: {found}; {remedy}"
        ) from error


def claim(path: Path) -> BinaryIO:
    """Open a file for reading and claim its folder until the file is closed.

    Raises:
        FileNotFoundError: If it is not there, or no longer: its folder was just being removed.
    """
    file = path.open("rb")
    try:
        if sys.platform != "win32":  # where an open file cannot be removed as it is
            with suppress(OSError):  # a file system without locks: that the last two are kept must do
                fcntl.flock(file, fcntl.LOCK_SH)
        if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            raise FileNotFoundError(path)
    except OSError:
        file.close()
        raise
    return file


def in_use(path: Path) -> bool:
    """Tell whether somebody has claimed a file; never where the system cannot say."""
    try:
        with path.open("rb") as file:
            return _claimed(file)
    except OSError:
        return False


def set_aside(folder: Path, claimed: str) -> Path | None:
    """Give a folder that is to be removed another name, unless a reader has claimed it.

    Args:
        folder: What is to go.
        claimed: Name of the file in it that readers claim; without it nobody can be reading.

    Returns:
        Where it is now, to be removed; None if somebody reads it.
    """
    doomed = folder.with_name(f"{DOOMED}{folder.name}")
    try:
        with (folder / claimed).open("rb") as file:
            return None if _claimed(file) else folder.rename(doomed)
    except FileNotFoundError:
        return folder.rename(doomed)
    except PermissionError:
        if os.name == "posix":
            raise
        return None  # how Windows says that a file in it is open


def _claimed(file: BinaryIO) -> bool:
    """Tell whether somebody else has claimed an open file; if not, nobody can until it is closed."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks, see claim()
        return False
    return False
