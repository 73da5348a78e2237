"""Makes the index match a set of documents: if anything changed, builds and swaps in the next one.

Where little changed the next generation shares most of the live one (``index.layer``); else everything is written anew,
here.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from corpus.models import Document, Passage
from index.closeups import write_closeups
from index.embedding import embed_rest, sentence_vectors
from index.errors import IndexDamaged, IndexMismatch
from index.generation import (
    Generation,
    Manifest,
    cache_folder,
    current,
    finish,
    open_generation,
    staged,
    staged_id,
    storing,
    writing,
)
from index.job import (
    Cut,
    Entry,
    Job,
    Progress,
    Source,
    Tell,
    compared,
    corpus_sha256,
    document_records,
    hashes_of,
    made_alike,
    record_of,
    sourced,
)
from index.layer import FRESH_MOST, layered
from index.passage_writing import write_passages
from index.soundness import PASSAGES, VECTORS, file_hashes
from index.vector_cache import KEEP_SECONDS, VectorCache
from index.vectors_server import VectorServer, new_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from index.models import Embedder, Vectors

__all__ = ["BuildReport", "Progress", "Source", "build"]

EMBED_AT_ONCE = 32
"""Passages given to the encoder in one call; progress is told before the first and after each. On two cores the bundled
encoder takes some six seconds for as many: whoever waits sees that it goes on."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        generation: The generation that is live now.
        fresh: Whether it was built by this call; False if the index matched already.
        added, changed, removed, unchanged: Ids of documents, compared with the generation before.
        embedded, carried: Passages whose vectors were computed, or taken over from the generation before.
        cut_short: Ids of passages longer than the encoder reads; their ends were not embedded.
        seconds: Wall-clock time.
        resumed: Passages whose vectors a build that was cut short had made.
    """

    generation: str
    fresh: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    embedded: int
    carried: int
    cut_short: tuple[str, ...]
    seconds: float
    resumed: int = 0


def build(
    home: Path,
    documents: Sequence[Document | Source],
    cut: Cut,
    embedder: Embedder,
    *,
    chunking: str = "unversioned",
    rebuild: bool = False,
    progress: Tell | None = None,
    keep_every: float = KEEP_SECONDS,
    server: VectorServer | None = None,
    at_once: int = EMBED_AT_ONCE,
    fresh_most: int = FRESH_MOST,
) -> BuildReport:
    """Make the index match ``documents``.

    A document counts as unchanged if all its fields are; it is not cut again if the live generation was cut and
    embedded alike. Vectors are carried over for passages with the same ``embed_text`` if the live generation was built
    with the same encoder, and taken up from a build with it that was cut short. Where little changed they stay where
    they are (``index.layer``); else they are read and added again rather than copied with the folder, which leaves no
    remains of deleted ones in the search graph (13,000 vectors: 0.9 s to read, 2.4 s to add).

    Args:
        home: The program's data folder.
        documents: All documents the index is to hold; a ``Source`` is read only if it changed.
        cut: Cuts a document into passages.
        embedder: The encoder.
        chunking: Version and budget of ``cut``, kept in the manifest; a change cuts everything anew.
        rebuild: Build even if nothing changed, and carry nothing over; also the way out of a damaged index.
        progress: Called from this thread as the work goes on.
        keep_every: Seconds of the encoder's work that may be lost if the process is killed.
        server: The server that is to have the vectors; None for this machine. Of a generation on this machine they
            are carried over to it.
        at_once: Passages given to the encoder in one call.
        fresh_most: Most vectors that are kept beside the search graph; 0 writes a new one for every change.

    Raises:
        IndexBusy: If another process is writing.
        IndexDamaged: If the live generation, or the one just built, is not sound.
        SearchIndexError: If two documents or passages have the same id, or the disk refuses.
        ModelError: If the encoder returned something other than what it promised.
    """
    started = time.perf_counter()
    sources = [one if isinstance(one, Source) else sourced(one) for one in documents]
    hashes = {source.id: source.sha256 for source in sources}
    with writing(home, server), _live(home, server, rebuild=rebuild) as live:
        became = compared(hashes_of(live), hashes)
        if live is not None and hashes == hashes_of(live) and _as_wanted(live, embedder, chunking, server):
            report = _report(live.id, became, fresh=False)
        else:
            cache = VectorCache(cache_folder(home), embedder, keep_every)
            if rebuild:
                cache.clear()
            previous, tell = _previous(home, rebuild=rebuild), progress or (lambda _: None)
            job = Job(
                sources,
                hashes,
                cut,
                chunking,
                embedder,
                cache,
                live,
                previous,
                tell,
                server,
                at_once,
                fresh_most,
            )
            report = _next(home, job, became)
            cache.clear()
    return replace(report, seconds=time.perf_counter() - started)


def _next(home: Path, job: Job, became: Mapping[str, tuple[str, ...]]) -> BuildReport:
    """Build the next generation, on top of the live one if that can be, and take it into use."""
    made = layered(home, job)
    if made is None:
        return _replaced(home, job, became)
    return replace(
        _report(made.generation, became, fresh=True),
        embedded=made.embedded,
        carried=made.carried,
        resumed=made.resumed,
        cut_short=made.cut_short,
    )


def _replaced(home: Path, job: Job, became: Mapping[str, tuple[str, ...]]) -> BuildReport:
    """Build the next generation beside the live one and put it in its place."""
    with staged(home, job.server) as folder:
        entries = _cut_all(job)
        write_passages(folder / PASSAGES, entries)
        passages = [passage for _, cuts in entries for passage in cuts]
        then = _then(job, passages)
        vectors = _carried(job.live, then)
        carried = len(vectors)
        resumed, cut_short = embed_rest(passages, vectors, job)
        known = (
            {} if job.live is None else job.live.closeups.of_each({p: then[p] for p in then if p in vectors})
        )
        write_closeups(folder, sentence_vectors(passages, known, job))
        _store(folder, passages, vectors, job)
        finish(home, folder, _manifest(folder, entries, job), job.server)
    return replace(
        _report(staged_id(folder), became, fresh=True),
        embedded=len(passages) - carried - resumed,
        carried=carried,
        resumed=resumed,
        cut_short=cut_short,
    )


def _report(generation: str, became: Mapping[str, tuple[str, ...]], *, fresh: bool) -> BuildReport:
    return BuildReport(
        generation,
        fresh,
        became["added"],
        became["changed"],
        became["removed"],
        became["unchanged"],
        embedded=0,
        carried=0,
        cut_short=(),
        seconds=0.0,
    )


def _manifest(folder: Path, entries: Sequence[Entry], job: Job) -> Manifest:
    counts = {document.id: len(passages) for document, passages in entries}
    return Manifest(
        id=staged_id(folder),
        created=datetime.now(UTC),
        previous=job.previous,
        embedder=record_of(job.embedder),
        chunking=job.chunking,
        corpus_sha256=corpus_sha256(job.hashes),
        documents=document_records(counts, job.hashes),
        passages=sum(counts.values()),
        files=file_hashes(folder),
        server=None if job.server is None else job.server.address,
    )


def _previous(home: Path, *, rebuild: bool) -> str | None:
    """Return the generation that the new one replaces; a rebuild does not mind a damaged pointer."""
    try:
        return current(home)
    except IndexDamaged:
        if rebuild:
            return None
        raise


@contextmanager
def _live(home: Path, server: VectorServer | None, *, rebuild: bool) -> Iterator[Generation | None]:
    """Open the generation to compare with and carry over from, if there is one, it is wanted, and can be read."""
    generation = None if rebuild or current(home) is None else _readable(home, server)
    if generation is None:
        yield None
        return
    with generation:
        yield generation


def _readable(home: Path, server: VectorServer | None) -> Generation | None:
    """Return the live generation; None, and all is built anew, if another version made it or its server is not set."""
    try:
        return open_generation(home, server=server, moving=True)
    except IndexMismatch:
        return None


def _as_wanted(live: Generation, embedder: Embedder, chunking: str, server: VectorServer | None) -> bool:
    in_place = (live.manifest.server is None) == (server is None)
    return in_place and made_alike(live.manifest, embedder, chunking)


def _cut_all(job: Job) -> list[Entry]:
    """Cut the documents; those that the live generation holds as they are, cut alike, are taken over from it."""
    same: Mapping[str, str] = {}
    if job.live is not None and made_alike(job.live.manifest, job.embedder, job.chunking):
        same = hashes_of(job.live)
    entries: list[Entry] = []
    for source in job.sources:
        if job.live is not None and same.get(source.id) == source.sha256:
            store = job.live.passages
            entries.append((store.document(source.id), store.passages_of(source.id)))
        else:
            entries.append(job.entry(source))
        job.tell(Progress("cut", len(entries), len(job.sources)))
    return entries


def _then(job: Job, passages: Sequence[Passage]) -> dict[str, str]:
    """Return, by the ids passages have now, the ids of those of the live generation that say the same."""
    if job.live is None or job.live.manifest.embedder != record_of(job.embedder):
        return {}
    ids_then = {passage.embed_text: passage.id for passage in job.live.passages.all_passages()}
    return {one.id: ids_then[one.embed_text] for one in passages if one.embed_text in ids_then}


def _carried(live: Generation | None, then: Mapping[str, str]) -> dict[str, Vectors]:
    """Return the vectors of the live generation, by the ids passages have now."""
    if live is None:
        return {}
    vectors = live.vectors.get(sorted(set(then.values())))
    return {now: vectors[old] for now, old in then.items() if old in vectors}


def _store(folder: Path, passages: Sequence[Passage], vectors: Mapping[str, Vectors], job: Job) -> None:
    made = new_vectors(folder / VECTORS, staged_id(folder), job.server)
    with storing(folder, job.server), made as store:
        store.add(
            [passage.id for passage in passages],
            [passage.document_id for passage in passages],
            np.array([vectors[passage.id] for passage in passages], dtype=np.float32),
        )
    job.tell(Progress("store", len(passages), len(passages)))
