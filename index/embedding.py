"""The part of a build that the encoder works on: vectors of passages and of their sentences, those that are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.closeups import parts_of
from index.job import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.models import Passage
    from index.closeups import Rows
    from index.job import Job
    from index.models import Vectors


def embed_rest(
    passages: Sequence[Passage], vectors: dict[str, Vectors], job: Job
) -> tuple[int, tuple[str, ...]]:
    """Embed what has no vector yet, adding to ``vectors``.

    Returns:
        How many vectors a build that was cut short had made, and the ids of passages the encoder cuts.
    """
    rest = [passage for passage in passages if passage.id not in vectors]
    if not rest:  # and the encoder is not even loaded
        return 0, ()
    tokens = job.embedder.count([passage.embed_text for passage in rest])
    cut_short = tuple(one.id for one, n in zip(rest, tokens, strict=True) if n > job.embedder.max_tokens)
    made = [one for one in rest if one.embed_text in job.cache]
    vectors.update(
        zip((one.id for one in made), job.cache.embed([one.embed_text for one in made]), strict=True)
    )
    new = [(one, n) for one, n in zip(rest, tokens, strict=True) if one.id not in vectors]
    total, done = sum(n for _, n in new), 0
    if new:
        job.tell(Progress("embed", 0, total))
    for start in range(0, len(new), job.at_once):
        some = new[start : start + job.at_once]
        rows = job.cache.embed([passage.embed_text for passage, _ in some])
        vectors.update(zip((passage.id for passage, _ in some), rows, strict=True))
        done += sum(n for _, n in some)
        job.tell(Progress("embed", done, total))
    return len(made), cut_short


def sentence_vectors(
    passages: Sequence[Passage], known: Mapping[str, Rows], job: Job
) -> Iterator[tuple[str, Vectors | Rows]]:
    """Give every passage's sentence vectors: those known, and those of the rest, embedded here."""
    parts = {one.id: parts_of(one.embed_text) for one in passages if one.id not in known}
    total, done = sum(map(len, parts.values())), 0
    job.tell(Progress("closeups", 0, total))
    for start in range(0, len(passages), job.at_once):
        some = passages[start : start + job.at_once]
        texts = [text for one in some for text in parts.get(one.id, ())]
        rows = iter(job.cache.embed(texts))
        for one in some:
            fresh = [next(rows) for _ in parts.get(one.id, ())]
            made = np.array(fresh, dtype=np.float32).reshape(len(fresh), job.embedder.dimension)
            yield one.id, known.get(one.id, made)
        done += len(texts)
        job.tell(Progress("closeups", done, total))
