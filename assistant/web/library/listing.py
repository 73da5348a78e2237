"""The documents of library and index side by side: which are quoted now, and what a re-index would change.

Documents that are indexed as they are in the library are described by the index; only the others are read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from corpus.embedded import embedded_documents
from corpus.errors import LibraryError, TreatyError
from corpus.models import Kind, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.settings import Settings
    from assistant.web.session import Answers
    from corpus.library import Entry, Library
    from corpus.models import Document


class Standing(Enum):
    """Where a document stands between library and index."""

    INDEXED = "indexed"
    WAITING = "waiting"
    """It is in the library and not in the index."""
    CHANGED = "changed"
    """The index has it in another state than the library."""
    LEAVING = "leaving"
    """The index has it and the library does not."""
    TWIN = "twin"
    """It is, to the byte, another document of the library, which is the one that is quoted."""
    PROBLEM = "problem"
    """It is in the library and cannot be read, which keeps the index from being renewed."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One document, as far as it can be told.

    Attributes:
        id, title, kind: Of the document; the kind is None if it cannot be read.
        standing: Between library and index.
        embedded: Whether it is a guide of the program, which cannot be removed.
        in_index: Whether it can be opened and quoted now.
        name: Of its file.
        articles, passages: How many the index has; None if it has none of it.
        as_of: ISO date to which its content is true, or None.
        retrieved: ISO date and time it came into the library, or None.
        size: Bytes of its file, or None.
        versions: How many states of it the library keeps.
        notices: What its owner should know of how it was read.
        problem: Why it cannot be read, in one line.
        same_as: Of a twin: the title of the document that is quoted in its place.
        also: File names of its twins.
    """

    id: str
    title: str
    kind: Kind | None
    standing: Standing
    embedded: bool = False
    in_index: bool = False
    name: str = ""
    articles: int | None = None
    passages: int | None = None
    as_of: str | None = None
    retrieved: str | None = None
    size: int | None = None
    versions: int = 0
    notices: tuple[str, ...] = ()
    problem: str = ""
    same_as: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """All documents, in order of their titles.

    Attributes:
        holdings: One each.
        trouble: Why the library as a whole cannot be listed, in one line.
    """

    holdings: tuple[Holding, ...]
    trouble: str = ""

    def of(self, *standings: Standing) -> tuple[Holding, ...]:
        """Return the documents that stand so."""
        return tuple(one for one in self.holdings if one.standing in standings)

    @property
    def waiting(self) -> tuple[Holding, ...]:
        """What a re-index would change."""
        return self.of(Standing.WAITING, Standing.CHANGED, Standing.LEAVING)

    def matching(self, words: str) -> tuple[Holding, ...]:
        """Return the documents that have each of some words in title, id or file name."""
        wanted = words.casefold().split()
        return tuple(
            one
            for one in self.holdings
            if all(word in f"{one.title} {one.id} {one.name}".casefold() for word in wanted)
        )


def drawn_up(settings: Settings, library: Library, answers: Answers | None) -> Listing:
    """Return every document of library, index and program."""
    indexed = {one.id: one for one in answers.documents()} if answers is not None else {}
    trouble = ""
    try:
        names = library.every_name()
    except LibraryError as error:
        names, trouble = (), str(error)
    guides = embedded_documents() if settings.embedded else ()
    found = [
        *(_guide(one, indexed.get(one.id), answers) for one in guides),
        *(_entry(one, library, indexed.get(one.id), answers) for one in names if not one.same_as),
    ]
    known = {one.id for one in found}
    titles = {one.id: one.title for one in found}
    found += [_twin(one, titles[one.same_as]) for one in names if one.same_as]
    if not trouble:
        found += _leaving(indexed, known, answers)
    return Listing(tuple(sorted(found, key=lambda one: (one.title.casefold(), one.id))), trouble)


def _leaving(indexed: dict[str, Document], known: set[str], answers: Answers | None) -> Iterator[Holding]:
    own = {one.id for one in embedded_documents()}
    for document_id, document in indexed.items():
        if document_id not in known:
            yield _holding(document, Standing.LEAVING, answers, embedded=document_id in own)


def _guide(guide: Document, indexed: Document | None, answers: Answers | None) -> Holding:
    return _holding(guide, _against(indexed, guide), answers if indexed else None, embedded=True)


def _against(indexed: Document | None, document: Document) -> Standing:
    if indexed is None:
        return Standing.WAITING
    same = indexed.provenance.sha256 == document.provenance.sha256
    return Standing.INDEXED if same else Standing.CHANGED


def _entry(entry: Entry, library: Library, indexed: Document | None, answers: Answers | None) -> Holding:
    as_is = indexed is not None and _is_of(indexed, entry)
    behind = Standing.WAITING if indexed is None else Standing.CHANGED
    try:
        library.raw(entry.id)
        document = indexed if indexed is not None and as_is else library.document(entry.id)
        standing = Standing.INDEXED if as_is else behind
        found = _holding(document, standing, answers if indexed else None)
    except TreatyError as error:
        problem = " ".join(str(error).split())
        in_index = indexed is not None
        found = Holding(entry.id, entry.title, None, Standing.PROBLEM, in_index=in_index, problem=problem)
    return replace(
        found,
        name=entry.name,
        size=entry.size,
        versions=len(entry.versions),
        retrieved=entry.added,
        also=entry.also,
    )


def _twin(entry: Entry, same_as: str) -> Holding:
    return Holding(
        entry.id,
        entry.title,
        None,
        Standing.TWIN,
        name=entry.name,
        retrieved=entry.added,
        size=entry.size,
        versions=len(entry.versions),
        same_as=same_as,
    )


def _is_of(indexed: Document, entry: Entry) -> bool:
    """Tell whether the index has a document as the library has it: its bytes, and what its owner says of it."""
    known = entry.known
    said = known is None or (
        known.kind in {None, indexed.kind}
        and known.title in {None, indexed.title}
        and known.language in {None, indexed.provenance.language}
    )
    same = (indexed.provenance.sha256, indexed.provenance.also) == (entry.sha256, entry.also)
    return said and same


def _holding(
    document: Document, standing: Standing, answers: Answers | None, *, embedded: bool = False
) -> Holding:
    articles = passages = None
    if answers is not None:
        root = answers.provisions(document.id)
        articles = sum(node.level is Level.ARTICLE for node in root.walk())
        passages = answers.searched([document.id]).passages
    return Holding(
        document.id,
        document.title,
        document.kind,
        standing,
        embedded=embedded,
        in_index=answers is not None,
        articles=articles,
        passages=passages,
        as_of=document.provenance.as_of,
        notices=document.notices,
    )
