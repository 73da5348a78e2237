"""Puts the parts together as the settings say. The only module that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from assistant.parse_cache import ParseCache
from assistant.settings import Settings
from corpus import chunk, name_book, structure
from corpus.chunk import Budget
from corpus.embedded import embedded_documents
from corpus.errors import LibraryError, TreatyError
from corpus.library import Library
from corpus.models import Document, Passage
from corpus.readers import Limits
from index.build import BuildReport, Progress, Source, build
from index.embedder import load_embedder, load_embedder_when_needed
from index.errors import IndexMismatch, NoIndex
from index.generation import current, open_generation
from index.tokens import count

if TYPE_CHECKING:
    from assistant.advice import Adviser
    from assistant.answer import Assistant
    from assistant.parts import Parts
    from index.models import Embedder


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents an index is made of, and the errors of those that could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[TreatyError, ...]


def library(settings: Settings) -> Library:
    """Return the user's library."""
    return Library(
        settings.home, limits=limits(settings), reserved=frozenset(d.id for d in embedded_documents())
    )


def file_of(settings: Settings, document: Document) -> bytes | None:
    """Return the very bytes a document was read from; None if the library does not hold them, or only newer ones."""
    shelf = library(settings)
    try:
        known = shelf.entry(document.id).sha256 == document.provenance.sha256
        return shelf.raw(document.id) if known else None
    except LibraryError:
        return None


def limits(settings: Settings) -> Limits:
    """Return the limits on source files."""
    return Limits(max_bytes=settings.max_megabytes * 1_000_000, max_pages=settings.max_pages)


def sources(settings: Settings) -> Sources:
    """Return the embedded documents (unless left out) and the user's."""
    found, problems = _found(settings)
    return Sources(tuple(one.read() for one in found), problems)


def _found(settings: Settings) -> tuple[tuple[Source, ...], tuple[TreatyError, ...]]:
    """Return all documents, unread where they were read before, and the errors of those that could not be."""
    shelf = Library(settings.home, limits=limits(settings))
    cache = ParseCache(settings.home, shelf)
    problems: list[TreatyError] = []
    embedded = cache.embedded()  # looked at in any case, so that they stay in the cache
    found = list(embedded) if settings.embedded else []
    for entry in shelf.entries():
        try:
            found.append(cache.source(entry))
        except TreatyError as error:
            problems.append(error)
    if not problems:
        cache.keep()
    return tuple(found), tuple(problems)


def update_index(
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    *,
    rebuild: bool = False,
    workers: int = 0,
    ray: str | None = None,
) -> BuildReport:
    """Make the index match the library and the embedded corpus.

    Args:
        settings: The program's settings.
        progress: Called as the work goes on.
        rebuild: Whether to embed everything anew.
        workers: Processes that the embedding is spread over; 0 for this process alone.
        ray: Address of the Ray cluster they are on, or ``local``; None for this machine without Ray.

    Raises:
        TreatyError: If there is nothing to index, or a document of the library cannot be read any more.
    """
    found, problems = _found(settings)
    if problems:
        raise problems[0]
    if not found:
        raise NoIndex("expected documents to index, found none. Run: treaty corpus add FILE")
    embedder = load_embedder_when_needed(settings.embedder, allow_download=settings.allow_downloads)
    make = partial(
        build,
        settings.home,
        found,
        cutter(settings, embedder),
        chunking=chunking(settings),
        rebuild=rebuild,
        progress=progress,
        server=settings.vector_server,
    )
    if not workers:
        return make(embedder)
    from index.workers import spread

    downloads = settings.allow_downloads
    with spread(embedder, settings.embedder, workers, allow_download=downloads, ray=ray) as many:
        return make(many, at_once=many.at_once)


def cutter(settings: Settings, embedder: Embedder) -> Callable[[Document], tuple[Passage, ...]]:
    """Return what cuts a document into passages for an encoder."""
    budget = Budget(settings.passage_tokens, count, embedder.max_tokens, embedder.count)
    return lambda document: chunk.cut(document, structure.parse(document), budget)


def chunking(settings: Settings) -> str:
    """Return what the manifest records of how passages are cut."""
    return f"structure {structure.VERSION}, chunk {chunk.VERSION}, {settings.passage_tokens} tokens"


def open_assistant(
    settings: Settings, parts: Parts | None = None, embedder: Embedder | None = None
) -> Assistant:
    """Open the live generation and the models.

    Args:
        settings: The program's settings.
        parts: What takes part in answering; everything if not given.
        embedder: Stands for the one that the settings name.

    Raises:
        NoIndex: If nothing was indexed yet.
        IndexMismatch: If the index was built with another model or chunking.
        NamesError: If the user's names file is damaged.
        ModelError: If a model is not there or is not one.
        SettingsError: If the certificates for the endpoint cannot be read.
    """
    if current(settings.home) is None:
        raise NoIndex(f"expected an index in {settings.home}, found none. Run: treaty index")
    from assistant.answer import Assistant  # with all that answers, which an index does not wait for
    from index.reranker import load_reranker

    names = name_book.read(settings.home / name_book.FILE)
    advising = adviser(settings)
    if embedder is None:
        embedder = load_embedder(settings.embedder, allow_download=settings.allow_downloads)
    reranker = load_reranker(settings.reranker, allow_download=settings.allow_downloads)
    generation = open_generation(settings.home, model=embedder.name, server=settings.vector_server)
    if generation.manifest.chunking != chunking(settings):
        generation.close()
        raise IndexMismatch(
            f"expected an index cut by '{chunking(settings)}', found one cut by '{generation.manifest.chunking}'. "
            "Run: treaty index"
        )
    return Assistant(generation, embedder, reranker, names, advising, parts=parts)


def adviser(settings: Settings) -> Adviser | None:
    """Return the model that the user brings, or None: it is off unless the settings name an endpoint.

    Raises:
        SettingsError: If the certificates that the environment names cannot be read.
    """
    if not settings.endpoint_url:
        return None
    from assistant.endpoint import Endpoint  # httpx, which nobody waits for without an endpoint

    return Endpoint(
        settings.endpoint_url,
        settings.endpoint_model.strip(),
        settings.endpoint_key,
        settings.endpoint_timeout,
    )


def not_indexed(settings: Settings, assistant: Assistant) -> tuple[str, ...]:
    """Return the ids of library documents that the open index does not hold in their newest version."""
    indexed = {d.id: d.provenance.sha256 for d in assistant.documents()}
    return tuple(e.id for e in Library(settings.home).entries() if indexed.get(e.id) != e.sha256)
