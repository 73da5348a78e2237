"""Makes the index match a set of documents: if anything changed, builds and swaps in the next one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from corpus.models import Document, Passage
from index.closeups import parts_of, write_closeups
from index.errors import IndexDamaged, IndexMismatch
from index.generation import (
    DocumentRecord,
    EmbedderRecord,
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
from index.passages import write_passages
from index.soundness import PASSAGES, VECTORS, content_sha256, file_hashes
from index.vector_cache import KEEP_SECONDS, VectorCache
from index.vectors_server import VectorServer, vectors_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.models import Embedder, Vectors

EMBED_AT_ONCE = 32
"""Passages given to the encoder in one call; progress is told before the first and after each. On two cores the bundled
encoder takes some six seconds for as many: whoever waits sees that it goes on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is.

    Attributes:
        stage: ``cut`` (of documents), ``embed`` (of tokens), ``closeups`` (of sentences) or ``store`` (of passages).
        done, total: Of what the stage counts.
    """

    stage: str
    done: int
    total: int


Cut = Callable[[Document], Sequence[Passage]]
Tell = Callable[[Progress], None]
Entry = tuple[Document, tuple[Passage, ...]]


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


@dataclass(frozen=True, slots=True)
class _Job:
    """What a build is asked for, and what it may take over.

    Attributes:
        hashes: Content hashes of the documents, by id.
        live: The generation to compare with and carry over from, or None.
        cache: Makes vectors, or has them of a build that was cut short.
        server: Where the vectors are to be; None for this machine.
        at_once: Passages given to the encoder in one call.
    """

    documents: Sequence[Document]
    hashes: Mapping[str, str]
    cut: Cut
    chunking: str
    embedder: Embedder
    cache: VectorCache
    live: Generation | None
    tell: Tell
    server: VectorServer | None
    at_once: int


def build(
    home: Path,
    documents: Sequence[Document],
    cut: Cut,
    embedder: Embedder,
    *,
    chunking: str = "unversioned",
    rebuild: bool = False,
    progress: Tell | None = None,
    keep_every: float = KEEP_SECONDS,
    server: VectorServer | None = None,
    at_once: int = EMBED_AT_ONCE,
) -> BuildReport:
    """Make the index match ``documents``.

    A document counts as unchanged if all its fields are; it is not cut again if the live generation was cut and
    embedded alike. Vectors are carried over for passages with the same ``embed_text`` if the live generation was built
    with the same encoder, and taken up from a build with it that was cut short. They are read and added again rather
    than copied with the folder, which leaves no remains of deleted ones in the search graph (13,000 vectors: 0.9 s to
    read, 2.4 s to add).

    Args:
        home: The program's data folder.
        documents: All documents the index is to hold.
        cut: Cuts a document into passages.
        embedder: The encoder.
        chunking: Version and budget of ``cut``, kept in the manifest; a change cuts everything anew.
        rebuild: Build even if nothing changed, and carry nothing over; also the way out of a damaged index.
        progress: Called from this thread as the work goes on.
        keep_every: Seconds of the encoder's work that may be lost if the process is killed.
        server: The server that is to have the vectors; None for this machine. Of a generation on this machine they
            are carried over to it.
        at_once: Passages given to the encoder in one call.

    Raises:
        IndexBusy: If another process is writing.
        IndexDamaged: If the live generation, or the one just built, is not sound.
        SearchIndexError: If two documents or passages have the same id, or the disk refuses.
        ModelError: If the encoder returned something other than what it promised.
    """
    started = time.perf_counter()
    hashes = {document.id: content_sha256(document) for document in documents}
    with writing(home, server), _live(home, server, rebuild=rebuild) as live:
        became = _compared(_hashes(live), hashes)
        if live is not None and hashes == _hashes(live) and _as_wanted(live, embedder, chunking, server):
            report = _report(live.id, became, fresh=False)
        else:
            cache = VectorCache(cache_folder(home), embedder, keep_every)
            if rebuild:
                cache.clear()
            tell = progress or (lambda _: None)
            job = _Job(documents, hashes, cut, chunking, embedder, cache, live, tell, server, at_once)
            report = _replaced(home, job, became, previous=_previous(home, rebuild=rebuild))
            cache.clear()
    return replace(report, seconds=time.perf_counter() - started)


def _replaced(
    home: Path, job: _Job, became: Mapping[str, tuple[str, ...]], *, previous: str | None
) -> BuildReport:
    """Build the next generation beside the live one and put it in its place."""
    with staged(home, job.server) as folder:
        entries = _cut_all(job)
        write_passages(folder / PASSAGES, entries)
        passages = [passage for _, cuts in entries for passage in cuts]
        then = _then(job, passages)
        vectors = _carried(job.live, then)
        carried = len(vectors)
        resumed, cut_short = _embed_rest(passages, vectors, job)
        known = (
            {} if job.live is None else job.live.closeups.of_each({p: then[p] for p in then if p in vectors})
        )
        write_closeups(folder, _closeups(passages, known, job))
        _store(folder, passages, vectors, job)
        finish(home, folder, _manifest(folder, entries, job, previous), job.server)
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


def _manifest(folder: Path, entries: Sequence[Entry], job: _Job, previous: str | None) -> Manifest:
    return Manifest(
        id=staged_id(folder),
        created=datetime.now(UTC),
        previous=previous,
        embedder=_record(job.embedder),
        chunking=job.chunking,
        corpus_sha256=_corpus_sha256(job.hashes),
        documents=_document_records(entries, job.hashes),
        passages=sum(len(passages) for _, passages in entries),
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
    return in_place and _made_alike(live.manifest, embedder, chunking)


def _made_alike(manifest: Manifest, embedder: Embedder, chunking: str) -> bool:
    return manifest.embedder == _record(embedder) and manifest.chunking == chunking


def _record(embedder: Embedder) -> EmbedderRecord:
    return EmbedderRecord(name=embedder.name, dimension=embedder.dimension)


def _compared(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Sort the ids of documents by what became of them, from their content hashes."""
    both = [one for one in now if one in before]
    return {
        "added": tuple(one for one in now if one not in before),
        "changed": tuple(one for one in both if now[one] != before[one]),
        "removed": tuple(one for one in before if one not in now),
        "unchanged": tuple(one for one in both if now[one] == before[one]),
    }


def _cut_all(job: _Job) -> list[Entry]:
    """Cut the documents; those that the live generation holds as they are, cut alike, are taken over from it."""
    same: Mapping[str, str] = {}
    if job.live is not None and _made_alike(job.live.manifest, job.embedder, job.chunking):
        same = _hashes(job.live)
    entries: list[Entry] = []
    for document in job.documents:
        if job.live is not None and same.get(document.id) == job.hashes[document.id]:
            passages = job.live.passages.passages_of(document.id)
        else:
            passages = tuple(job.cut(document))
        entries.append((document, passages))
        job.tell(Progress("cut", len(entries), len(job.documents)))
    return entries


def _then(job: _Job, passages: Sequence[Passage]) -> dict[str, str]:
    """Return, by the ids passages have now, the ids of those of the live generation that say the same."""
    if job.live is None or job.live.manifest.embedder != _record(job.embedder):
        return {}
    ids_then = {passage.embed_text: passage.id for passage in job.live.passages.all_passages()}
    return {one.id: ids_then[one.embed_text] for one in passages if one.embed_text in ids_then}


def _carried(live: Generation | None, then: Mapping[str, str]) -> dict[str, Vectors]:
    """Return the vectors of the live generation, by the ids passages have now."""
    if live is None:
        return {}
    vectors = live.vectors.get(sorted(set(then.values())))
    return {now: vectors[old] for now, old in then.items() if old in vectors}


def _embed_rest(
    passages: Sequence[Passage], vectors: dict[str, Vectors], job: _Job
) -> tuple[int, tuple[str, ...]]:
    """Embed what has no vector yet, adding to ``vectors``.

    Returns:
        How many vectors a build that was cut short had made, and the ids of passages the encoder cuts.
    """
    rest = [passage for passage in passages if passage.id not in vectors]
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


def _closeups(
    passages: Sequence[Passage], known: Mapping[str, Vectors], job: _Job
) -> Iterator[tuple[str, Vectors]]:
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


def _store(folder: Path, passages: Sequence[Passage], vectors: Mapping[str, Vectors], job: _Job) -> None:
    made = vectors_of(folder / VECTORS, staged_id(folder), job.server, create=True)
    with storing(folder, job.server), made as store:
        store.add(
            [passage.id for passage in passages],
            [passage.document_id for passage in passages],
            np.array([vectors[passage.id] for passage in passages], dtype=np.float32),
        )
    job.tell(Progress("store", len(passages), len(passages)))


def _hashes(live: Generation | None) -> dict[str, str]:
    return {} if live is None else {one: record.sha256 for one, record in live.manifest.documents.items()}


def _corpus_sha256(hashes: Mapping[str, str]) -> str:
    """Return one hash for a set of documents, whatever their order."""
    listing = "\n".join(f"{document_id} {hashes[document_id]}" for document_id in sorted(hashes))
    return hashlib.sha256(listing.encode()).hexdigest()


def _document_records(entries: Sequence[Entry], hashes: Mapping[str, str]) -> dict[str, DocumentRecord]:
    return {
        document.id: DocumentRecord(sha256=hashes[document.id], passages=len(passages))
        for document, passages in entries
    }
