"""The next generation where little changed: it shares what the live one holds, and only the change is written.

Shared, by a second name for the same file: the search graph and the sentence vectors, which nobody writes again.
Copied: the passage store, in which the changed documents are replaced, and Chroma's database. New: the vectors of new
passages (``index.fresh``). ``docs/scaling.md`` says what that saves.

What is checked before it is taken into use is what was written: the rest is, byte for byte, what was checked when the
live generation was made. ``treaty index verify`` reads all of it again.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from index.closeups import FILES as CLOSEUPS
from index.closeups import FRESH_FILES, write_closeups
from index.embedding import embed_rest, sentence_vectors
from index.fresh import Fresh, read_fresh, write_fresh
from index.generation import LAYERED, Manifest, finish, staged, staged_id
from index.job import Progress, compared, corpus_sha256, document_records, hashes_of, made_alike, record_of
from index.passage_writing import SPACED, places_for, write_changed
from index.soundness import LAYER_FILES, PASSAGES, VECTORS, file_hashes, verify_layer
from index.vectors import LocalVectors

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.models import Passage
    from index.closeups import Rows
    from index.generation import Generation
    from index.job import Entry, Job
    from index.models import Vectors

FRESH_MOST = 8192
"""Vectors beside the graph, or dead in it, from which on a new graph is built: searching as many takes 3 ms, a tenth of
what a question's vector takes, and seventy treaties can be added one by one before."""

_SHARE = 8
"""A new graph is built as well when one in so many vectors is beside it or dead: it is soon done for a small index."""


@dataclass(frozen=True, slots=True)
class Layered:
    """What a build on top of the live generation did; the fields are those of ``index.build.BuildReport``."""

    generation: str
    embedded: int
    carried: int
    resumed: int
    cut_short: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be written.

    Attributes:
        live: The generation that it goes on top of.
        places: Of all documents in the passage store, in their order.
        gone: Ids of documents that go, or are replaced.
        entries: The documents that come, or replace another, with their passages.
        new: Those of their passages that are not in the live generation as they are.
        lost: Ids of passages of the documents that go which do not come again as they are.
        moved: By the id of a new passage, the id of a lost one with the same words.
        kept: The live generation's own layer, less what is lost.
    """

    live: Generation
    places: dict[str, int]
    gone: tuple[str, ...]
    entries: tuple[Entry, ...]
    new: tuple[Passage, ...]
    lost: frozenset[str]
    moved: dict[str, str]
    kept: Fresh


def layered(home: Path, job: Job) -> Layered | None:
    """Build the next generation on top of the live one and take it into use.

    Returns:
        What was done; None if so much changed, or in such a way, that all is to be written anew.

    Raises:
        IndexDamaged: If the live generation, or the one just built, is not sound.
        SearchIndexError: If two documents or passages have the same id, or the disk refuses.
    """
    change = _change(job)
    if change is None:
        return None
    vectors: dict[str, Vectors] = {}
    if change.moved:
        found = change.live.vectors.get(sorted(set(change.moved.values())))
        vectors = {now: found[then] for now, then in change.moved.items() if then in found}
    carried = len(vectors)
    with staged(home) as folder:
        write_changed(
            folder / PASSAGES, change.live.folder / PASSAGES, change.places, change.gone, change.entries
        )
        resumed, cut_short = embed_rest(change.new, vectors, job)
        known = change.live.closeups.of_each({one: change.moved[one] for one in change.moved})
        _share_closeups(change.live.folder, folder)
        rows = list(sentence_vectors(change.new, known, job))
        write_closeups(folder, [*_kept_closeups(change), *rows], FRESH_FILES)
        _store(folder, change, vectors)
        job.tell(Progress("store", len(change.new), len(change.new)))
        manifest = _manifest(folder, change, job)
        ids = [document.id for document, _ in change.entries]
        finish(home, folder, manifest, check=partial(verify_layer, ids=ids))
    embedded = len(change.new) - carried - resumed
    return Layered(staged_id(folder), embedded, manifest.passages - embedded - resumed, resumed, cut_short)


def _change(job: Job) -> _Change | None:
    """Return what is to be written, or None if all is."""
    live = job.live
    if live is None or not _fit(live, job):
        return None
    became = compared(hashes_of(live), job.hashes)
    gone = (*became["changed"], *became["removed"])
    layer = read_fresh(live.folder)
    if _too_many(live, layer, sum(live.manifest.documents[one].passages for one in gone), job):
        return None
    known = live.passages.places()
    places = places_for([source.id for source in job.sources], known)
    if places is None:
        return None
    coming = frozenset((*became["added"], *became["changed"]))
    entries: list[Entry] = []
    for source in job.sources:
        if source.id in coming:
            entries.append(job.entry(source))
            job.tell(Progress("cut", len(entries), len(coming)))
    old = {passage.id: passage for one in gone for passage in live.passages.passages_of(one)}
    now = [passage for _, passages in entries for passage in passages]
    new = tuple(one for one in now if not _stays(one, old))
    lost = frozenset(old) - {one.id for one in now if _stays(one, old)}
    if _too_many(live, layer, len(new) + len(lost), job):
        return None
    of_text = {old[one].embed_text: one for one in sorted(lost)}
    moved = {one.id: of_text[one.embed_text] for one in new if one.embed_text in of_text}
    kept = _kept(layer, lost, job.embedder.dimension)
    return _Change(live, places, gone, tuple(entries), new, lost, moved, kept)


def _fit(live: Generation, job: Job) -> bool:
    """Tell whether a generation can go on top of the live one."""
    return (
        job.server is None
        and live.manifest.server is None
        and len(job.hashes) == len(job.sources)  # or an id occurs twice, which writing all anew refuses
        and made_alike(live.manifest, job.embedder, job.chunking)
        and live.passages.version() == SPACED
    )


def _too_many(live: Generation, layer: Fresh | None, more: int, job: Job) -> bool:
    before = 0 if layer is None else len(layer.ids) + len(layer.dead)
    return before + more > min(job.fresh_most, live.manifest.passages // _SHARE)


def _stays(passage: Passage, old: dict[str, Passage]) -> bool:
    """Tell whether the live generation has a passage's vector under its id."""
    then = old.get(passage.id)
    return (
        then is not None and then.embed_text == passage.embed_text and then.document_id == passage.document_id
    )


def _kept(layer: Fresh | None, lost: frozenset[str], dimension: int) -> Fresh:
    """Return the layer of the live generation without what is lost; what is lost of the graph is dead in it."""
    if layer is None:
        return Fresh((), (), lost, np.empty((0, dimension), dtype=np.float32))
    rows = [row for row, one in enumerate(layer.ids) if one not in lost]
    return Fresh(
        tuple(layer.ids[row] for row in rows),
        tuple(layer.documents[row] for row in rows),
        layer.dead | (lost - frozenset(layer.ids)),
        layer.vectors[rows],
    )


def _share_closeups(before: Path, folder: Path) -> None:
    for name in CLOSEUPS:
        try:
            os.link(before / name, folder / name)
        except OSError:  # a file system without second names
            shutil.copyfile(before / name, folder / name)


def _kept_closeups(change: _Change) -> list[tuple[str, Rows]]:
    return [(one, change.live.closeups.of(one)) for one in change.kept.ids]


def _store(folder: Path, change: _Change, vectors: dict[str, Vectors]) -> None:
    """Share the graph, and write the vectors that lie upon it."""
    kept, before = change.kept, read_fresh(change.live.folder)
    in_graph = change.live.manifest.passages
    if before is not None:
        in_graph += len(before.dead) - len(before.ids)
    LocalVectors(change.live.folder / VECTORS).share(folder / VECTORS, in_graph)
    rows = np.array([vectors[one.id] for one in change.new], dtype=np.float32)
    fresh = Fresh(
        (*kept.ids, *(one.id for one in change.new)),
        (*kept.documents, *(one.document_id for one in change.new)),
        kept.dead,
        np.vstack([kept.vectors, rows.reshape(len(rows), kept.vectors.shape[1])]),
    )
    write_fresh(folder, fresh)


def _manifest(folder: Path, change: _Change, job: Job) -> Manifest:
    live = change.live
    counts = {one: record.passages for one, record in live.manifest.documents.items()}
    counts |= {document.id: len(passages) for document, passages in change.entries}
    same = {name for name in CLOSEUPS if name in live.manifest.files and _same(live.folder, folder, name)}
    return Manifest(
        format=LAYERED,
        id=staged_id(folder),
        created=datetime.now(UTC),
        previous=job.previous,
        embedder=record_of(job.embedder),
        chunking=job.chunking,
        corpus_sha256=corpus_sha256(job.hashes),
        documents=document_records({s.id: counts[s.id] for s in job.sources}, job.hashes),
        passages=sum(counts[source.id] for source in job.sources),
        files={name: live.manifest.files[name] for name in same}
        | file_hashes(folder, [name for name in LAYER_FILES if name not in same]),
    )


def _same(before: Path, folder: Path, name: str) -> bool:
    """Tell whether two generations have the very same file."""
    return os.path.samestat((before / name).stat(), (folder / name).stat())
