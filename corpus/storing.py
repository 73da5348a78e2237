"""Writing a file of the library in one step: a crash leaves the old one, the new one or none, never half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file beside its place, bring it to the disk, and move it into its place.

    Raises:
        OSError: If it cannot be written; nothing is left beside its place.
    """
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


def linked(source: Path, path: Path) -> bool:
    """Give a file a second name, if the file system can."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        os.link(source, beside)
    except OSError:
        return False
    beside.replace(path)
    return True
