"""What the library tab does: which documents there are and where each stands, adding, replacing and removing them.

The library is what may be quoted next; the index is what is quoted now. Every document is told against both, so that a
visitor sees what a re-index would change before it does. Nothing here knows of Gradio or HTML.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from assistant.offers import held
from assistant.web.library.listing import Listing, Standing, drawn_up
from assistant.wiring import library
from corpus import catalogue
from corpus.errors import LibraryError, TooLarge, TreatyError, UnreadableFile
from corpus.fetch import Fetched, Outcome, fetch, fetched
from corpus.readers import Metadata
from index import generation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from assistant.settings import Settings
    from assistant.web.library.arrivals import Sent
    from assistant.web.session import Answers
    from corpus.catalogue import CatalogueEntry
    from corpus.library import Entry
    from corpus.models import Document, Kind
    from index.generation import Manifest

    Take = Callable[..., Fetched]

__all__ = ["Added", "Health", "Listing", "Official", "Shelving", "Standing", "What"]

_NOT_SENT = "it did not arrive: a folder, or a connection that broke"


class What(Enum):
    """What became of a file."""

    ADDED = "added"
    NEW_VERSION = "new version"
    SAME = "already there"
    TWIN = "another name"
    OTHER_KIND = "kind changed"
    REFUSED = "not added"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was to be added.

    Attributes:
        name: The file as its owner calls it.
        what: What became of it.
        title: Of the document; empty if it was refused.
        document_id: Likewise.
        line: Why it was refused, or what its owner should know, in one line.
        notices: What its owner should know of how it was read.
    """

    name: str
    what: What
    title: str = ""
    document_id: str = ""
    line: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Official:
    """An official text of the catalogue, and what the library has of it.

    Attributes:
        text: As the catalogue names it.
        held: Its entry in the library if it was fetched, or None.
        named: Whether an indexed document has its name, however it came there.
    """

    text: CatalogueEntry
    held: Entry | None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """The generations of the index.

    Attributes:
        live: Name of the live one, or None.
        kept: All of them, oldest first.
        trouble: Why they cannot be told, in one line.
    """

    live: str | None
    kept: tuple[Manifest, ...]
    trouble: str = ""

    @property
    def earlier(self) -> Manifest | None:
        """The generation that a rollback would make live, or None."""
        names = {one.id: one for one in self.kept}
        now = names.get(self.live or "")
        return names.get(now.previous or "") if now is not None else None


class Shelving:
    """The library of a server, for all its visitors; safe to use from several threads.

    Args:
        settings: The program's settings.
        texts: The catalogue of official texts.
        take: What fetches one of them.
    """

    def __init__(
        self,
        settings: Settings,
        texts: Callable[[], tuple[CatalogueEntry, ...]] = catalogue.entries,
        take: Take = fetch,
    ) -> None:
        self.settings = settings
        self._library, self._texts, self._take = library(settings), texts, take
        self._lock = threading.Lock()
        self._drawn: tuple[tuple[object, ...], Listing] | None = None
        self._changes = 0
        self._titles: dict[str, str] = {}

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return self._library.limits.max_bytes

    @property
    def changes(self) -> tuple[int, int]:
        """What differs after each change of the library, by this server or by a command beside it."""
        folder = self._library.folder
        return self._changes, folder.stat().st_mtime_ns if folder.is_dir() else 0

    def changed(self) -> None:
        """Look at every document anew when they are next listed."""
        self._changes += 1

    def listing(self, answers: Answers | None) -> Listing:
        """Return every document and where it stands; ``answers`` are over the live index, None if there are none."""
        with self._lock:
            live = answers.searched().generation if answers is not None else ""
            now = (live, *self.changes)
            if self._drawn is None or self._drawn[0] != now:
                listing = drawn_up(self.settings, self._library, answers)
                self._titles |= {one.id: one.title for one in listing.holdings}
                self._drawn = now, listing
            return self._drawn[1]

    def title(self, document_id: str) -> str:
        """Return the title of a document that is listed or was."""
        return self._titles.get(document_id, document_id)

    def add(self, one: Sent, place: Path | None, kind: Kind | None) -> Added:
        """Add a file that was sent; a refusal is told, not raised."""
        try:
            before = {entry.id: entry for entry in self._library.every_name()}
            known = Metadata(kind=kind) if kind else None
            entry = self._library.add_bytes(self._bytes(one, place), one.called, known=known)
            return self._added(one.called, entry, before)
        except TreatyError as error:
            return _refused(one.called, str(error))
        finally:
            self.changed()

    def replace(self, document_id: str, one: Sent, place: Path | None) -> Added:
        """Make a file that was sent the newest version of a document; a refusal is told, not raised."""
        try:
            before = {entry.id: entry for entry in self._library.every_name()}
            entry = self._library.replace(document_id, self._bytes(one, place), one.called)
            return self._added(one.called, entry, before)
        except TreatyError as error:
            return _refused(one.called, str(error))
        finally:
            self.changed()

    def remove(self, document_id: str) -> Entry:
        """Take a document out of the library, with its file and its earlier versions.

        Raises:
            LibraryError: If there is no such document.
        """
        try:
            return self._library.remove(document_id)
        finally:
            self.changed()

    def official(self, documents: Iterable[Document] = ()) -> tuple[Official, ...]:
        """Return the catalogue of official texts and what the library has of each; ``documents`` are the indexed ones.

        Raises:
            LibraryError: If an entry of the library is damaged.
        """
        named = held(documents)
        return tuple(Official(text, fetched(text, self._library), text.id in named) for text in self._texts())

    def text(self, text_id: str) -> CatalogueEntry:
        """Return an official text by its id.

        Raises:
            LibraryError: If there is none.
        """
        for one in self._texts():
            if one.id == text_id:
                return one
        raise LibraryError(
            f"expected an official text of the catalogue, found '{text_id}'. Load the page again"
        )

    def fetch(self, text_id: str, received: Callable[[int, int | None], None] | None = None) -> Added:
        """Fetch an official text from its publisher; a failure is told, not raised."""
        try:
            got = self._take(self.text(text_id), self._library, progress=received)
        except TreatyError as error:
            return _refused(text_id, str(error))
        finally:
            self.changed()
        what = {Outcome.ADDED: What.ADDED, Outcome.CHANGED: What.NEW_VERSION, Outcome.UNCHANGED: What.SAME}
        return self._told(text_id, got.entry, what[got.outcome])

    def health(self) -> Health:
        """Return the generations of the index."""
        home = self.settings.home
        try:
            return Health(generation.current(home), generation.manifests(home))
        except TreatyError as error:
            return Health(None, (), str(error))

    def roll_back(self) -> str:
        """Make the generation before the live one live again, and return its name.

        Raises:
            SearchIndexError: If there is none, it is not sound, or the index is being written.
        """
        return generation.rollback(self.settings.home, self.settings.vector_server)

    def _bytes(self, one: Sent, place: Path | None) -> bytes:
        most = self.most_bytes
        if one.size > most:
            found = f"{one.size / 1_000_000:.1f} MB where {most / 1_000_000:.1f} MB are allowed"
            raise TooLarge(one.called, found, "Split it into parts")
        if place is None:
            raise UnreadableFile(one.called, _NOT_SENT, "Choose the file again")
        try:
            return place.read_bytes()
        except OSError as error:
            raise UnreadableFile(one.called, error.strerror or str(error), "Choose the file again") from error

    def _added(self, name: str, entry: Entry, before: dict[str, Entry]) -> Added:
        earlier = before.get(entry.id)
        if entry.same_as and not entry.unchanged:
            what = What.TWIN
        elif earlier is None:
            what = What.ADDED
        elif entry.sha256 != earlier.sha256:
            what = What.NEW_VERSION
        else:
            what = What.SAME if entry.unchanged else What.OTHER_KIND
        return self._told(name, entry, what)

    def _told(self, name: str, entry: Entry, what: What) -> Added:
        self._titles[entry.id] = entry.title
        fresh = what in {What.ADDED, What.NEW_VERSION}
        notices = self._library.document(entry.id).notices if fresh else ()
        line = self._twin(entry) if what is What.ADDED else ""
        if what is What.TWIN:
            line = f"It is, to the byte, {entry.same_as}: kept once, and quoted under that name"
        return Added(name, what, entry.title, entry.id, line, notices)

    def _twin(self, entry: Entry) -> str:
        """Return a line if another document has the same title: often an older state of the same text."""
        same = [
            one.id
            for one in self._library.entries()
            if one.id != entry.id and one.title.casefold() == entry.title.casefold()
        ]
        if not same:
            return ""
        return f"The library has another document of this title: {same[0]}. If this is its newer state, remove one"


def _refused(name: str, line: str) -> Added:
    return Added(name, What.REFUSED, line=" ".join(line.split()))
