"""What a model said of a text, kept for when it is asked the same again.

Within one question a tenth of what the cross-encoder reads it has read before (measured over twelve questions and
eleven treaties: 25 of 262 pairs), and whoever asks a question again, goes back to one, or follows up on it has all of
it read again. The bundled models' results depend on model and text alone, so nothing has to be forgotten when the
index changes: a changed passage is another text. Texts are kept as digests, so that no question stays in memory.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

V = TypeVar("V")


class Remembered(Generic[V]):
    """The results asked for last, by their texts; safe to use from several threads.

    Args:
        most: Results kept; the one not asked for longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def each(self, keys: Sequence[tuple[str, ...]], make: Callable[[list[int]], Sequence[V]]) -> list[V]:
        """Return the result for every key.

        Args:
            keys: The texts that a result depends on.
            make: Given the places in ``keys`` of those not known, each once, returns their results in that order.
        """
        digests = [_digest(key) for key in keys]
        known = self._known(digests)
        places = {
            digest: place for place, digest in reversed(list(enumerate(digests))) if digest not in known
        }
        lacking = sorted(places.values())
        if lacking:
            made = dict(zip((digests[place] for place in lacking), make(lacking), strict=True))
            known |= made
            self._keep(made)
        return [known[digest] for digest in digests]

    def _known(self, digests: Sequence[bytes]) -> dict[bytes, V]:
        with self._lock:
            found = {digest: self._kept[digest] for digest in digests if digest in self._kept}
            for digest in found:
                self._kept.move_to_end(digest)
        return found

    def _keep(self, made: dict[bytes, V]) -> None:
        with self._lock:
            self._kept.update(made)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _digest(texts: tuple[str, ...]) -> bytes:
    """Return one digest of texts; each is told with its length, so that no two rows of texts run into one."""
    told = hashlib.sha256()
    for text in texts:
        raw = text.encode()
        told.update(len(raw).to_bytes(8, "big") + raw)
    return told.digest()
