"""Taking in the bytes of a file that someone named: a file it must be, and no larger than the limit.

A pipe or a device may never end, and opening it may wait for ever; neither is read. A link that someone named is
followed, since they named it; links found within a folder are left alone (``assistant.arguments``).
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from corpus.errors import TooLarge, UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.readers import Limits

_NOT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def bytes_of(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file, or refuse it before they are in memory.

    Raises:
        TooLarge: If it is over the limit, also if it grows over it meanwhile.
        UnreadableFile: If it is no file, or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOT_WAITING)
        try:
            raw = _taken(descriptor, path, limits)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UnreadableFile(
            str(path), error.strerror or str(error), "Check the path and its rights"
        ) from error
    except ValueError as error:  # NUL in it
        raise UnreadableFile(repr(str(path)), f"no path ({error})", "Check the path") from error
    _check(len(raw), path, limits)
    return raw


def _taken(descriptor: int, path: Path, limits: Limits) -> bytes:
    """Read what a descriptor leads to, so that what is looked at is what is read."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        what = next((words for test, words in _KINDS if test(found.st_mode)), "something else")
        raise UnreadableFile(str(path), f"expected a file, found {what}", "Name a file")
    _check(found.st_size, path, limits)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(limits.max_bytes + 1)


def _check(size: int, path: Path, limits: Limits) -> None:
    if size > limits.max_bytes:
        reason = f"{size:,} bytes where {limits.max_bytes:,} are allowed"
        raise TooLarge(path.name, reason, "Split it into parts")
