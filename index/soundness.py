"""Whether a generation is what its manifest says: re-read from the disk, part by part.

What is checked: the files written once are the bytes that were written; every document is the one indexed; every
passage lies in its document and what was embedded of it ends with the very words its span holds; passages, vectors and
sentence vectors are the same in number and by name; every vector has the encoder's length and length 1; some are looked
up through the search graph. Chroma's own files change when they are opened, so of those the contents are checked.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from index.closeups import FILES as CLOSEUP_FILES
from index.closeups import FRESH_FILES as FRESH_CLOSEUPS
from index.errors import IndexDamaged
from index.fresh import FILES as FRESH_FILES
from index.fresh import read_fresh
from index.passages import document_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corpus.models import Document, Passage
    from index.generation import DocumentRecord, Generation
    from index.models import Vectors

PASSAGES, VECTORS, MANIFEST = "passages.sqlite", "chroma", "manifest.json"
"""What a generation's folder holds, with the sentence vectors of ``index.closeups``."""

WRITTEN_ONCE = (PASSAGES, *CLOSEUP_FILES)
"""Files whose SHA-256 the manifest keeps."""

LAYER_FILES = (*WRITTEN_ONCE, *FRESH_CLOSEUPS, *FRESH_FILES)
"""Those of a generation that shares its search graph with the one before."""

LENGTH_TOLERANCE = 1e-3
"""How far a stored vector may be from length 1; rounding alone stays below 1e-6."""

PROBES = 8
"""Vectors looked up through the search graph."""

AT_ONCE = 4096
"""Vectors held in memory while they are checked."""


def verify(generation: Generation) -> tuple[str, ...]:
    """Re-read a generation and return what is wrong with it, one line each; empty if it is sound."""
    store = generation.passages.check()
    findings = [*_file_findings(generation), *store]
    if not store:
        try:
            findings += _document_findings(generation)
            findings += _count_findings(generation)
            findings += _vector_findings(generation)
        except IndexDamaged as error:  # what cannot even be read
            findings.append(str(error))
    return tuple(findings)


def verify_layer(generation: Generation, ids: Sequence[str]) -> tuple[str, ...]:
    """Re-read what a generation has beside what it shares with the one before, and return what is wrong with it.

    Args:
        generation: One whose other part was verified when the one before was made.
        ids: The documents that were written.
    """
    store, manifest = generation.passages, generation.manifest
    findings = list(store.check())
    if not findings:
        if store.document_ids() != tuple(manifest.documents):
            findings.append(f"expected {len(manifest.documents)} documents, found others or another order")
        for one in ids:
            findings += _passage_findings(
                store.document(one), store.passages_of(one), manifest.documents[one]
            )
        findings += _layer_findings(generation, ids)
    return tuple(findings)


def _layer_findings(generation: Generation, ids: Sequence[str]) -> Iterator[str]:
    """Look whether vectors and sentence vectors are those of the new passages."""
    fresh, manifest = read_fresh(generation.folder), generation.manifest
    count = generation.passages.counts()[1]
    if count != manifest.passages:
        yield f"expected {manifest.passages} passages, found {count}"
    if fresh is None:
        yield "expected new vectors, found none"
        return
    for passage_id, vector in zip(fresh.ids, fresh.vectors, strict=True):
        yield from _length_findings(passage_id, vector, manifest.embedder.dimension)
    written = frozenset(p.id for one in ids for p in generation.passages.passages_of(one))
    if lacking := written & fresh.dead - frozenset(fresh.ids):
        yield f"expected a vector for passage {min(lacking)!r}, found none"
    if generation.closeups.fresh_ids() != frozenset(fresh.ids):
        yield "expected sentence vectors for each new passage, found others"


def content_sha256(document: Document) -> str:
    """Return the SHA-256 of all of a document's fields."""
    return hashlib.sha256(document_json(document).encode()).hexdigest()


def file_hashes(folder: Path, names: Sequence[str] = WRITTEN_ONCE) -> dict[str, str]:
    """Return the SHA-256 of files of a generation that are written once."""
    return {name: _file_sha256(folder / name) for name in names}


def _file_findings(generation: Generation) -> Iterator[str]:
    for name, written in generation.manifest.files.items():
        path = generation.folder / name
        if not path.is_file():
            yield f"expected the file {name}, found none"
        elif _file_sha256(path) != written:
            yield f"the file {name} is not what was written"


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _document_findings(generation: Generation) -> Iterator[str]:
    expected = generation.manifest.documents
    stored = set(generation.passages.document_ids())
    if stored != expected.keys():
        yield f"expected {len(expected)} documents, found {len(stored)} or others"
    for document_id in sorted(stored & expected.keys()):
        document = generation.passages.document(document_id)
        yield from _passage_findings(
            document, generation.passages.passages_of(document_id), expected[document_id]
        )


def _passage_findings(
    document: Document, passages: Sequence[Passage], record: DocumentRecord
) -> Iterator[str]:
    if content_sha256(document) != record.sha256:
        yield f"document {document.id!r} is not what was indexed"
    if len(passages) != record.passages:
        yield f"expected {record.passages} passages of {document.id!r}, found {len(passages)}"
    if any(passage.span.end > len(document.text) for passage in passages):
        yield f"a passage of {document.id!r} lies beyond its text"
    elif any(not one.embed_text.endswith(one.span.of(document.text)) for one in passages):
        yield f"a passage of {document.id!r} is not where its words stand"


def _count_findings(generation: Generation) -> Iterator[str]:
    passage_ids = {passage.id for passage in generation.passages.all_passages()}
    vector_ids = generation.vectors.ids()
    if len(passage_ids) != generation.manifest.passages:
        yield f"expected {generation.manifest.passages} passages, found {len(passage_ids)}"
    if passage_ids != generation.closeups.ids():
        yield f"expected sentence vectors for each of {len(passage_ids)} passages, found others"
    if passage_ids != vector_ids:
        yield f"expected a vector for each of {len(passage_ids)} passages, found {len(vector_ids)} or others"


def _vector_findings(generation: Generation) -> Iterator[str]:
    vector_ids = sorted(generation.vectors.ids())
    for start in range(0, len(vector_ids), AT_ONCE):
        for passage_id, vector in generation.vectors.get(vector_ids[start : start + AT_ONCE]).items():
            yield from _length_findings(passage_id, vector, generation.manifest.embedder.dimension)
    probes = vector_ids[:: max(1, len(vector_ids) // PROBES)][:PROBES]
    for passage_id, vector in generation.vectors.get(probes).items():
        if vector.shape == (generation.manifest.embedder.dimension,) and not _found(generation, vector):
            yield f"the vector of passage {passage_id!r} is not found by searching for it"


def _length_findings(passage_id: str, vector: Vectors, dimension: int) -> Iterator[str]:
    if vector.shape != (dimension,):
        yield f"the vector of passage {passage_id!r} has {vector.shape[0]} numbers"
    elif not abs(float(vector @ vector) - 1) <= LENGTH_TOLERANCE:  # so that what is no number is found too
        yield f"the vector of passage {passage_id!r} is not of length 1"


def _found(generation: Generation, vector: Vectors) -> bool:
    nearest = generation.vectors.query(vector, 1)
    return bool(nearest) and nearest[0][1] >= 1 - LENGTH_TOLERANCE
