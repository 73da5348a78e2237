"""Vectors that an unfinished build has made, so that the next one goes on where it was cut short.

    HOME/index/cache/<encoder>/<digest>.vectors

Encoding a large library takes hours; reading and cutting it takes minutes. So only vectors are kept, each under the
SHA-256 of the very text it was made from: whatever document the text is in and however that was cut, the same text has
the same vector. Every few seconds what was made since goes into a file of its own, which begins with the SHA-256 of the
rest and is put in its place in one step: a torn or changed file is as good as none.

When a generation is finished it holds every vector that is of use, and the cache goes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import durable
from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.models import Embedder, Vectors

KEEP_SECONDS = 5.0
"""Work of the encoder that a kill may cost. A build that takes less leaves nothing to clear away."""

MOST_BYTES = 1 << 30
"""Disk that the cache may take: 350,000 texts of 768 numbers, a day's work for the bundled encoder on two cores."""

_DIGEST = hashlib.sha256().digest_size
_SUFFIX = ".vectors"


@dataclass(slots=True)
class VectorCache:
    """The vectors of one build: those that an unfinished one left, and those it makes. Only while writing the index.

    Attributes:
        folder: ``HOME/index/cache``; made when there is something to keep.
        embedder: What makes the vectors.
        every: Seconds of work between two files.
    """

    folder: Path
    embedder: Embedder
    every: float = KEEP_SECONDS
    _kept: dict[bytes, Vectors] = field(init=False, default_factory=dict)
    _fresh: dict[bytes, Vectors] = field(init=False, default_factory=dict)
    _since: float = field(init=False, default_factory=time.monotonic)

    def __post_init__(self) -> None:
        for path in sorted(self._own.glob(f"*{_SUFFIX}")):
            self._kept.update(_read(path, self.embedder.dimension))

    def __contains__(self, text: str) -> bool:
        """Whether an unfinished build left the text's vector."""
        return _key(text) in self._kept

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, shape ``(len(texts), dimension)``; only those not kept are made.

        Raises:
            ModelError: If the encoder returned something other than what it promised.
            OSError: If they cannot be written.
        """
        keys = [_key(text) for text in texts]
        made = self._made([text for text, key in zip(texts, keys, strict=True) if key not in self._kept])
        rows = [self._kept[key] if key in self._kept else next(made) for key in keys]
        self._fresh.update((key, row) for key, row in zip(keys, rows, strict=True) if key not in self._kept)
        if self._fresh and time.monotonic() - self._since >= self.every:
            self._keep()
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.embedder.dimension)

    def clear(self) -> None:
        """Remove everything, of other encoders too."""
        self._kept.clear()
        self._fresh.clear()
        if self.folder.exists():
            shutil.rmtree(self.folder)

    @property
    def _own(self) -> Path:
        """The folder for this encoder."""
        name = f"{self.embedder.name}\n{self.embedder.dimension}"
        return self.folder / hashlib.sha256(name.encode()).hexdigest()[:16]

    def _made(self, texts: Sequence[str]) -> Iterator[Vectors]:
        if not texts:
            return iter(())
        rows = self.embedder.embed(texts)
        if rows.shape != (len(texts), self.embedder.dimension):
            raise ModelError(
                f"expected {len(texts)} vectors of {self.embedder.dimension} numbers from {self.embedder.name!r}, "
                f"found an array of shape {rows.shape}; use another model"
            )
        return iter(rows)

    def _keep(self) -> None:
        """Write what was made since the last time; nothing more is kept when there is no room for it."""
        table = np.array(list(self._fresh.values()), dtype=np.float32)
        body = b"".join(self._fresh) + table.tobytes()
        if self._room_for(len(body)):
            digest = hashlib.sha256(body)
            durable.new_folder(self._own)
            durable.write(self._own / f"{digest.hexdigest()[:32]}{_SUFFIX}", digest.digest(), body)
        self._fresh.clear()
        self._since = time.monotonic()

    def _room_for(self, size: int) -> bool:
        """Tell whether the cache may grow; what was kept for another encoder makes room first."""
        for other in self.folder.glob("*"):
            if other != self._own:
                shutil.rmtree(other)
        taken = sum(path.stat().st_size for path in self._own.glob(f"*{_SUFFIX}"))
        return taken + size <= MOST_BYTES


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _read(path: Path, dimension: int) -> dict[bytes, Vectors]:
    """Return the vectors in a file by the digests of their texts; none if it is not as it was written."""
    content = path.read_bytes()
    digest, body = content[:_DIGEST], memoryview(content)[_DIGEST:]
    count, over = divmod(len(body), _DIGEST + 4 * dimension)
    if over or hashlib.sha256(body).digest() != digest:
        return {}
    rows = np.frombuffer(body[count * _DIGEST :], dtype=np.float32).reshape(count, dimension)
    return {bytes(body[n * _DIGEST : (n + 1) * _DIGEST]): rows[n] for n in range(count)}
