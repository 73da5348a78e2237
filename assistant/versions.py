"""Versions of a document that another has replaced: where quotes made from them still have their place.

The library keeps the bytes of every version. One that a link or a kept conversation leads to is read again, in the
process that reads every file, and the last few stay in memory. Nothing is searched in them: questions are answered from
the newest text alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assistant.models import OlderVersion
from corpus.errors import TreatyError
from corpus.links import link_of, source_of_link, words_of_link
from corpus.structure import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.models import Quote
    from assistant.settings import Settings
    from corpus.library import Library
    from corpus.links import Words
    from corpus.models import Document, Provision

_MOST_KEPT = 8
"""Versions kept in memory: a text of some megabytes with its tree each."""
_DATE = len("2026-01-01")
_DIGITS = 12

GONE = (
    "This was quoted from a version of the document ({}) that is not kept any more, so its words cannot be shown. "
    "What follows is the text of today."
)
CHANGED = (
    "This document has changed since the link was made: the words meant no longer stand where they stood. "
    "Their provision is shown instead."
)


@dataclass(frozen=True, slots=True)
class Older:
    """A version of a document that is not the one questions are answered from.

    Attributes:
        document: As it was read from that version.
        root: Its provision tree.
        added: ISO date and time the version came into the library.
        replaced: When the one after it did; empty if there is none after it, because the index is behind.
    """

    document: Document
    root: Provision
    added: str
    replaced: str

    def of(self, node_path: tuple[str, ...]) -> OlderVersion:
        """Return what a quote says of it."""
        return OlderVersion(self.added, self.replaced, link_of(self.document.id, node_path))

    def marked(self, made: Quote) -> Quote:
        """Return a quote of it that says that it is one."""
        return replace(made, older=self.of(made.path))


@dataclass(frozen=True, slots=True)
class Meant:
    """What a link leads to.

    Attributes:
        older: The version that it was made from, if that is another than today's and is kept.
        notice: What whoever follows it should know, or an empty string.
        gone: Whether its version is not kept any more.
    """

    older: Older | None = None
    notice: str = ""
    gone: bool = False


class Versions:
    """Reads the versions that a library keeps; safe to use from several threads.

    Args:
        shelf: Gives the library.
    """

    def __init__(self, shelf: Callable[[], Library]) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Older] = OrderedDict()

    def before(self, document: Document) -> tuple[str, ...]:
        """Return the digests of a document's other versions, newest first; none if the library does not have it."""
        try:
            entry = self._shelf().entry(document.id)
        except TreatyError:
            return ()
        digests = [one.sha256 for one in reversed(entry.versions)]
        return tuple(one for one in digests if one != document.provenance.sha256)

    def as_of(self, document: Document, sha256: str) -> Older:
        """Return the version of a document with a digest, of which the first digits suffice.

        Raises:
            LibraryError: If the library does not keep it, or its bytes are gone or changed.
            ReadError: If it cannot be read any more.
        """
        shelf = self._shelf()
        entry = shelf.entry(document.id)
        version = entry.version(sha256)
        key = (document.id, version.sha256)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = shelf.document_as_of(document.id, version.sha256)
        after = next((two.added for one, two in pairwise(entry.versions) if one == version), "")
        older = Older(found, parse(found), version.added, after)
        with self._lock:
            self._kept[key] = older
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return older

    def meant(self, document: Document, link: str, source: str | None = None) -> Meant:
        """Return which version a link leads to.

        A link says the digest of the file it was made from; older ones only what the words hash to, and then it is
        the newest version in which they stand.

        Args:
            document: As questions are answered from it.
            link: A link into it, or an empty string.
            source: The digest of a version, where that is asked for in so many words.
        """
        source, words = source or source_of_link(link), words_of_link(link)
        if source is not None:
            return self._of_source(document, source)
        if words is None or _stand(words, document):
            return Meant()
        for digest in self.before(document):
            try:
                older = self.as_of(document, digest)
            except TreatyError:
                continue
            if _stand(words, older.document):
                return Meant(older, notice_of(older, document))
        return Meant(notice=CHANGED)

    def _of_source(self, document: Document, source: str) -> Meant:
        if document.provenance.sha256.startswith(source):
            return Meant()
        try:
            older = self.as_of(document, source)
        except TreatyError:
            return Meant(notice=GONE.format(f"SHA-256 {source[:_DIGITS]}…"), gone=True)
        return Meant(older, notice_of(older, document))


def versions_of(settings: Settings | None) -> Versions | None:
    """Return the versions that the library of these settings keeps; None without settings."""
    if settings is None:
        return None
    from assistant.wiring import library  # the model libraries come with it, and few commands need versions

    return Versions(lambda: library(settings))


def notice_of(older: Older, today: Document) -> str:
    """Return the line that marks an older version, with its dates."""
    if not older.replaced:
        since = day(today.provenance.retrieved or "")
        return (
            f"Another version of this document, added on {day(older.added)}: questions are answered from the one "
            f"of {since} until the index is made again."
        )
    return f"Older version of this document: {lifetime(older.added, older.replaced)}. It is not the text of today."


def version_json(meant: Meant, shown: Document) -> dict[str, Any]:
    """Return which version is shown, as JSON: ``today``, ``older``, or ``gone`` where today's stands in for one."""
    older = meant.older
    return {
        "status": "older" if older else "gone" if meant.gone else "today",
        "sha256": shown.provenance.sha256,
        "added": older.added if older else shown.provenance.retrieved,
        "replaced": (older.replaced or None) if older else None,
        "today": link_of(shown.id, ()) if older else None,
        "notice": meant.notice or None,
    }


def lifetime(added: str, replaced: str) -> str:
    """Return from when to when a version was the newest: by days, or by minutes where it lasted less than one."""
    same = added[:_DATE] == replaced[:_DATE]
    first, last = (f"{day(one)}, {one[11:16]} UTC" if same else day(one) for one in (added, replaced))
    return f"added on {first}, replaced on {last}" if replaced else f"added on {day(added)}"


def day(moment: str) -> str:
    """Return the day of an ISO date and time in words; what is none, as it stands."""
    try:
        found = date.fromisoformat(moment[:_DATE])
    except ValueError:
        return moment or "an unknown day"
    return f"{found.day} {found:%B} {found.year}"


def _stand(words: Words, document: Document) -> bool:
    return words.spans[-1].end <= len(document.text) and words.stand_in(document.text)
