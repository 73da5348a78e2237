"""What a build is given and what it tells: documents with their hashes, how they are cut and embedded, what is live.

A document counts as unchanged if all its fields are. So a build needs no document that did not change, only its hash:
whoever keeps the hashes of what was read (``assistant.parse_cache``) need not read it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.models import Document, Passage
from index.generation import DocumentRecord, EmbedderRecord, Generation, Manifest
from index.soundness import content_sha256

if TYPE_CHECKING:
    from index.models import Embedder
    from index.vector_cache import VectorCache
    from index.vectors_server import VectorServer


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
class Source:
    """A document of the library, read when it is needed.

    Attributes:
        id: Its id.
        sha256: SHA-256 of all its fields (``index.soundness.content_sha256``).
        read: Returns it.
    """

    id: str
    sha256: str
    read: Callable[[], Document]


def sourced(document: Document) -> Source:
    """Return a document that is in memory as a source."""
    return Source(document.id, content_sha256(document), lambda: document)


@dataclass(frozen=True, slots=True)
class Job:
    """What a build is asked for, and what it may take over.

    Attributes:
        sources: The documents, in their order.
        hashes: Their content hashes, by id.
        cut: Cuts a document into passages.
        chunking: Version and budget of ``cut``.
        cache: Makes vectors, or has them of a build that was cut short.
        live: The generation to compare with and carry over from, or None.
        previous: Name of the generation that is replaced, or None.
        server: Where the vectors are to be; None for this machine.
        at_once: Passages given to the encoder in one call.
        fresh_most: Vectors beside the graph, or dead in it, from which on it is built anew.
    """

    sources: Sequence[Source]
    hashes: Mapping[str, str]
    cut: Cut
    chunking: str
    embedder: Embedder
    cache: VectorCache
    live: Generation | None
    previous: str | None
    tell: Tell
    server: VectorServer | None
    at_once: int
    fresh_most: int
    _cuts: dict[str, Entry] = field(default_factory=dict)

    def entry(self, source: Source) -> Entry:
        """Return a document with its passages, cut once."""
        if source.id not in self._cuts:
            document = source.read()
            self._cuts[source.id] = (document, tuple(self.cut(document)))
        return self._cuts[source.id]


def hashes_of(live: Generation | None) -> dict[str, str]:
    """Return the content hashes of a generation's documents, by id."""
    return {} if live is None else {one: record.sha256 for one, record in live.manifest.documents.items()}


def record_of(embedder: Embedder) -> EmbedderRecord:
    """Return what a manifest records of an encoder."""
    return EmbedderRecord(name=embedder.name, dimension=embedder.dimension)


def made_alike(manifest: Manifest, embedder: Embedder, chunking: str) -> bool:
    """Tell whether a generation was cut and embedded alike."""
    return manifest.embedder == record_of(embedder) and manifest.chunking == chunking


def compared(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Sort the ids of documents by what became of them, from their content hashes."""
    both = [one for one in now if one in before]
    return {
        "added": tuple(one for one in now if one not in before),
        "changed": tuple(one for one in both if now[one] != before[one]),
        "removed": tuple(one for one in before if one not in now),
        "unchanged": tuple(one for one in both if now[one] == before[one]),
    }


def corpus_sha256(hashes: Mapping[str, str]) -> str:
    """Return one hash for a set of documents, whatever their order."""
    listing = "\n".join(f"{document_id} {hashes[document_id]}" for document_id in sorted(hashes))
    return hashlib.sha256(listing.encode()).hexdigest()


def document_records(counts: Mapping[str, int], hashes: Mapping[str, str]) -> dict[str, DocumentRecord]:
    """Return what a manifest records of documents, from their numbers of passages."""
    return {one: DocumentRecord(sha256=hashes[one], passages=count) for one, count in counts.items()}
