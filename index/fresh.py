"""What a generation has beside the vectors it shares with the one before: those that are new, and which are dead.

A library of many treaties mostly changes by one of them. The next generation then shares the search graph, which is
never written again, and keeps the vectors of new passages in a table of its own, searched whole: of 8,192 vectors that
takes 3 ms, and every one is found. Passages that are gone stay in the graph and are passed over. When there are too
many of either, all is put into a new graph (``index.layer`` says when).

    fresh.json          ids and documents of the new vectors in order, and the ids in the graph that count no more
    fresh-vectors.npy   the new vectors, float32
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from index.errors import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from index.models import Vectors
    from index.vectors import StoredVectors

_NAMES, _TABLE = FILES = ("fresh.json", "fresh-vectors.npy")


@dataclass(frozen=True, slots=True)
class Fresh:
    """The layer upon a shared graph.

    Attributes:
        ids: Of the passages whose vectors are here.
        documents: The document of each.
        dead: Ids in the graph that count no more; one may be here again, with another vector.
        vectors: Shape ``(len(ids), dimension)``.
    """

    ids: tuple[str, ...]
    documents: tuple[str, ...]
    dead: frozenset[str]
    vectors: Vectors


def read_fresh(folder: Path) -> Fresh | None:
    """Return a generation's layer; None if all its vectors are in its graph.

    Raises:
        IndexDamaged: If it cannot be read.
    """
    try:
        found = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        ids, documents, dead = (tuple(map(str, found[key])) for key in ("ids", "documents", "dead"))
        vectors = np.load(folder / _TABLE, allow_pickle=False)
    except FileNotFoundError:
        if not has_layer(folder):
            return None
        raise IndexDamaged(
            f"expected {' and '.join(FILES)} in {folder}, found one of them; run: treaty index --rebuild"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"expected new vectors in {folder}, found: {error}; run: treaty index --rebuild"
        ) from error
    if not len(ids) == len(documents) == len(vectors):
        raise IndexDamaged(
            f"expected {len(ids)} new vectors in {folder}, found {len(vectors)}; run: treaty index --rebuild"
        )
    return Fresh(ids, documents, frozenset(dead), vectors)


def has_layer(folder: Path) -> bool:
    """Tell whether a generation has a layer."""
    return any((folder / name).exists() for name in FILES)


def write_fresh(folder: Path, fresh: Fresh) -> None:
    """Write a generation's layer."""
    named = {"ids": fresh.ids, "documents": fresh.documents, "dead": sorted(fresh.dead)}
    (folder / _NAMES).write_text(json.dumps(named), encoding="utf-8")
    np.save(folder / _TABLE, fresh.vectors.astype(np.float32))


class LayeredVectors:
    """Vectors in a graph that is shared, with a layer upon it; threads may share it. Written whole, then read.

    Args:
        graph: The store that is shared.
        folder: The generation's, which has the layer; read when it is first asked for.
    """

    def __init__(self, graph: StoredVectors, folder: Path) -> None:
        self._graph, self._folder = graph, folder

    @cached_property
    def _fresh(self) -> Fresh:
        fresh = read_fresh(self._folder)
        if fresh is None:
            raise IndexDamaged(
                f"expected new vectors in {self._folder}, found none; run: treaty index --rebuild"
            )
        return fresh

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {one: row for row, one in enumerate(self._fresh.ids)}

    def query(
        self, vector: Vectors, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector of length 1 with cosine similarity, most similar first."""
        found = [*self._living(vector, k, document_ids), *self._new(vector, document_ids)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Return the vectors of those ids that are there."""
        elsewhere = [one for one in ids if one not in self._rows and one not in self._fresh.dead]
        found = {one: self._fresh.vectors[self._rows[one]] for one in ids if one in self._rows}
        return {**found, **(self._graph.get(elsewhere) if elsewhere else {})}

    def count(self) -> int:
        """Return how many vectors there are."""
        return self._graph.count() - len(self._fresh.dead) + len(self._fresh.ids)

    def ids(self) -> frozenset[str]:
        """Return the ids of all vectors."""
        return (self._graph.ids() - self._fresh.dead) | frozenset(self._fresh.ids)

    def close(self) -> None:
        """Release files; a later use opens them again."""
        self._graph.close()

    def delete(self) -> None:
        """Remove the graph for good; nothing happens if there is none."""
        self._graph.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _living(self, vector: Vectors, k: int, document_ids: Sequence[str] | None) -> list[tuple[str, float]]:
        """Return the k nearest in the graph that are not dead, asking for more until there are as many."""
        wanted = k + min(k, len(self._fresh.dead))
        while True:
            found = self._graph.query(vector, wanted, document_ids)
            living = [pair for pair in found if pair[0] not in self._fresh.dead]
            if len(living) >= k or len(found) < wanted:
                return living
            wanted *= 2

    def _new(self, vector: Vectors, document_ids: Sequence[str] | None) -> list[tuple[str, float]]:
        if not self._fresh.ids:
            return []
        cosines = (self._fresh.vectors @ vector).tolist()
        within = None if document_ids is None else frozenset(document_ids)
        pairs = zip(self._fresh.ids, self._fresh.documents, cosines, strict=True)
        return [(one, cosine) for one, document, cosine in pairs if within is None or document in within]
