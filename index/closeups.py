"""Vectors of the sentences within passages: a question is often answered by one sentence of a long provision.

A passage's likeness to a question is the cosine of its own vector and, at half its weight, the best cosine of its
sentences without headings. On 246 everyday questions over three treaties, each searched within its treaty, the right
passage is then first in 0.44 of cases and among sixteen in 0.89, where its own vector alone gives 0.39 and 0.85.

The vectors are kept beside the collection as one float16 array in the order of the passages, mapped into memory: they
are only looked up for passages that the search has found, never searched themselves. A generation that shares its
search graph with the one before (``index.fresh``) shares this array too, and has another of its new passages.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.models import Span
from corpus.sentences import sentences
from index.errors import IndexDamaged
from index.fresh import read_fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from index.models import Vectors

SHARE = 0.5
"""Weight of the best sentence's cosine against the passage's 1."""
SHORTEST = 25
"""Characters of a sentence that is worth a vector."""
FILES = ("closeups.npy", "closeup-bounds.npy", "closeup-ids.txt")
FRESH_FILES = ("closeups-fresh.npy", "closeup-bounds-fresh.npy", "closeup-ids-fresh.txt")
"""Of the passages that are new since the array was written."""
_ABOVE = 2
"""Lines of a passage's embedded text before its own words: title and headings."""

Rows = npt.NDArray[np.float16]


def parts_of(embed_text: str) -> tuple[str, ...]:
    """Return the sentences of a passage, without its title and headings, that get a vector."""
    words = embed_text.split("\n", _ABOVE)[-1]
    if not words.strip():
        return ()
    found = (span.of(words) for span in sentences(words, Span(0, len(words))))
    return tuple(one for one in found if len(one) >= SHORTEST)


def write_closeups(
    folder: Path, rows: Iterable[tuple[str, Vectors | Rows]], names: tuple[str, str, str] = FILES
) -> None:
    """Write the sentence vectors of every passage.

    Args:
        folder: The generation's folder.
        rows: A passage's id with its vectors, shape ``(sentences, dimension)``; there may be no sentences.
        names: ``FILES``, or ``FRESH_FILES`` for those that are new.
    """
    ids: list[str] = []
    counts: list[int] = []
    full: list[Rows] = []  # in half precision as they come: with them in full it took three times the memory
    for one, vectors in rows:
        ids.append(one)
        counts.append(len(vectors))
        if len(vectors):
            full.append(vectors.astype(np.float16))
    table = np.vstack(full) if full else np.empty((0, 1), dtype=np.float16)
    np.save(folder / names[0], table)
    np.save(folder / names[1], np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    (folder / names[2]).write_text("".join(f"{one}\n" for one in ids), encoding="utf-8")


class Closeups:
    """The sentence vectors of one generation; threads and processes may share it.

    They are read when they are first asked for.

    Raises:
        IndexDamaged: If the files are missing; later, if they do not fit together.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shared = _Table(folder, FILES)
        self._fresh = _Table(folder, FRESH_FILES) if (folder / FRESH_FILES[0]).exists() else None

    def ids(self) -> frozenset[str]:
        """Return the ids of the passages."""
        fresh = read_fresh(self._folder)
        dead = frozenset[str]() if fresh is None else fresh.dead
        return (frozenset(self._shared.places) - dead) | self.fresh_ids()

    def fresh_ids(self) -> frozenset[str]:
        """Return the ids of the passages that are not in the shared array, or are there with other words."""
        return frozenset(self._fresh.places) if self._fresh is not None else frozenset()

    def of(self, passage_id: str) -> Rows:
        """Return a passage's sentence vectors, shape ``(sentences, dimension)``; none for an unknown id."""
        if self._fresh is not None and passage_id in self._fresh.places:
            return self._fresh.of(passage_id)
        return self._shared.of(passage_id)

    def of_each(self, wanted: Mapping[str, str]) -> dict[str, Rows]:
        """Return the vectors of several passages.

        Args:
            wanted: By the name each is to be given, the passage's id here.
        """
        known = self.ids()
        return {name: self.of(one) for name, one in wanted.items() if one in known}

    def likeness(self, vector: Vectors, cosines: Mapping[str, float]) -> dict[str, float]:
        """Return each passage's likeness to a question, ``(cosine + SHARE * best) / (1 + SHARE)``.

        Args:
            vector: The question's, shape ``(dimension,)``, length 1.
            cosines: Of the passages' own vectors, by id; stands for the best where there is no sentence.
        """
        return {one: self._likeness(vector, one, cosine) for one, cosine in cosines.items()}

    def cosines(self, vector: Vectors, passage_id: str) -> tuple[float, ...]:
        """Return the cosine of each sentence of a passage to a question's vector, in the order of ``parts_of``."""
        rows = self.of(passage_id)
        return tuple((rows.astype(np.float32) @ vector).tolist()) if len(rows) else ()

    def _likeness(self, vector: Vectors, passage_id: str, cosine: float) -> float:
        best = max(self.cosines(vector, passage_id), default=cosine)
        return (cosine + SHARE * best) / (1 + SHARE)


class _Table:
    """One array with the passages its rows belong to; the array is mapped, the names are read when first asked for."""

    def __init__(self, folder: Path, names: tuple[str, str, str]) -> None:
        self._folder, self._names = folder, names
        if missing := [name for name in names if not (folder / name).is_file()]:
            raise IndexDamaged(
                f"expected sentence vectors in {folder}, found no {missing[0]}; run: treaty index --rebuild"
            )

    @cached_property
    def rows(self) -> Rows:
        rows: Rows = self._load(self._names[0])
        return rows

    @cached_property
    def bounds(self) -> npt.NDArray[np.int64]:
        bounds: npt.NDArray[np.int64] = self._load(self._names[1])
        return bounds

    @cached_property
    def places(self) -> dict[str, int]:
        ids = (self._folder / self._names[2]).read_text(encoding="utf-8").splitlines()
        if len(self.bounds) != len(ids) + 1 or self.bounds[-1] != len(self.rows):
            raise IndexDamaged(
                f"expected sentence vectors of {len(ids)} passages in {self._folder}, found {len(self.rows)} rows "
                f"for {len(self.bounds) - 1}; run: treaty index --rebuild"
            )
        return {one: place for place, one in enumerate(ids)}

    def of(self, passage_id: str) -> Rows:
        place = self.places.get(passage_id)
        if place is None:
            return self.rows[:0]
        return self.rows[self.bounds[place] : self.bounds[place + 1]]

    def _load(self, name: str) -> Any:
        try:
            return np.load(self._folder / name, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"expected sentence vectors in {self._folder}, found: {error}; run: treaty index --rebuild"
            ) from error
