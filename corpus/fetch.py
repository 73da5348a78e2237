"""Official texts from their publishers into the user's library, one command away.

Only what the catalogue names is fetched, only from hosts it names, only over HTTPS, and only at public addresses
(``corpus.connection``). What arrives is held against what was asked for - status, type, size, the text itself -
before the library sees it; until then nothing is written. The publisher's own marks of a version (ETag, Last-Modified)
are kept beside the library's entry, so that fetching again costs one short question.

Everything that goes wrong ends as one ``FetchError``; it says that the embedded corpus does not depend on it.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import httpcore
import httpx
from pydantic import TypeAdapter, ValidationError

from corpus.catalogue import CatalogueEntry, Format
from corpus.connection import Deadline, PinnedTransport, RefusedAddress, objection, system_addresses
from corpus.errors import FetchError, LibraryError
from corpus.readers import Metadata, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from corpus.connection import Resolver
    from corpus.library import Entry, Library

    Progress = Callable[[int, int | None], None]
    """Told of bytes received so far, and of all that are to come if the publisher says."""

_TYPES = {
    Format.PDF: {"application/pdf", "application/octet-stream", "binary/octet-stream"},
    Format.HTML: {"text/html", "application/xhtml+xml"},
    Format.DOCX: {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/octet-stream",
    },
    Format.TXT: {"text/plain"},
}
"""Media types publishers send; the readers look at the bytes as well, so the general types do no harm."""

_HEADERS = {"User-Agent": "treaty-assistant", "Accept": "*/*", "Accept-Encoding": "gzip"}
"""Only gzip, which is unpacked below in bounded steps; other encodings are refused."""

_UNPACK_STEP = 65_536
_SERVER_ERROR = 500
_MOVED = frozenset({301, 302, 303, 307, 308})
_NOT_FOR_PROGRAMS = frozenset({401, 403, 429})
_RECORD = "fetched.json"
_TITLE_WORD = 5
"""Letters of the shortest title word looked for: shorter ones are mostly grammar."""

_TITLE_SHARE = 0.75
"""Share of the title's words that must occur; extraction breaks a word now and then."""

_OFFLINE = "The embedded corpus goes on working without it"


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long and how much a fetch may take.

    Attributes:
        connect: Seconds for a connection, the look-up of the host's name included.
        read: Seconds without a byte.
        total: Seconds for everything, retries included.
        retries: Further attempts after server errors, time-outs and broken connections.
        backoff: Seconds before the first retry; doubled for each further one.
        max_bytes: Size of the file, compressed and unpacked; the largest UN treaty volumes have 30 MB.
        redirects: Redirects followed.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 180.0
    retries: int = 3
    backoff: float = 1.0
    max_bytes: int = 50_000_000
    redirects: int = 5


class Outcome(StrEnum):
    """What a fetch did to the library."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A text that is now in the library.

    Attributes:
        entry: The library's entry.
        outcome: Whether it is new, a new version, or what was there before.
        address: Where the bytes came from in the end, redirects followed.
        received: Bytes of the file that came over the network; 0 if the publisher said that nothing changed.
    """

    entry: Entry
    outcome: Outcome
    address: str
    received: int


@dataclass(frozen=True, slots=True)
class _Record:
    """What is kept beside a library entry: which text it is, and the publisher's marks of the version."""

    text: str
    address: str
    sha256: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a publisher sent; ``raw`` is None for "not modified"."""

    address: str
    raw: bytes | None
    etag: str | None
    last_modified: str | None


class _Broken(Exception):
    """The transfer went wrong in a way that may pass: worth another attempt."""


_RECORD_TYPE = TypeAdapter(_Record)
_PASSING = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.RemoteProtocolError, _Broken)


def fetched(entry: CatalogueEntry, library: Library) -> Entry | None:
    """Return the library's entry of an official text, or None if it was not fetched yet.

    Raises:
        LibraryError: If an entry of the library is damaged.
    """
    for held in library.entries():
        record = _record_of(held, library)
        if record is not None and record.text == entry.id:
            return held
    return None


def fetch(
    entry: CatalogueEntry,
    library: Library,
    *,
    progress: Progress | None = None,
    allow_loopback: bool = False,
    limits: FetchLimits | None = None,
    resolve: Resolver = system_addresses,
) -> Fetched:
    """Fetch an official text into the library, or find that the library has its newest version.

    Args:
        entry: The text, from the catalogue.
        library: Where it goes; it keeps the raw bytes, and a changed text as a new version.
        progress: Told of bytes received.
        allow_loopback: Whether this machine may be the publisher, over plain HTTP too; for tests.
        limits: The default ``FetchLimits()`` if None.
        resolve: How a host's name becomes addresses.

    Raises:
        FetchError: If it cannot be fetched, or what came is not this text; the library is then as it was.
        ReadError: If what came cannot be read; the library is then as it was.
        LibraryError: If the library is damaged or cannot be written.
    """
    if not entry.direct:
        raise FetchError(entry.id, "only the publisher's page that links to it is known", _by_hand(entry))
    limits = limits or FetchLimits()
    held = fetched(entry, library)
    transport = PinnedTransport(
        (deadline := Deadline(limits.total)), allow_loopback=allow_loopback, resolve=resolve
    )
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    with httpx.Client(transport=transport, trust_env=False, timeout=timeout) as client:
        errand = _Errand(client, entry, limits, progress, allow_loopback=allow_loopback)
        reply = errand.run(_conditions(held, entry, library), deadline)
    if reply.raw is None:
        return _not_modified(entry, held, reply)
    return _kept(entry, held, reply.raw, reply, library)


class _Errand:
    """One fetch: attempts, redirects, and the checks on what the publisher sends."""

    def __init__(
        self,
        client: httpx.Client,
        entry: CatalogueEntry,
        limits: FetchLimits,
        progress: Progress | None,
        *,
        allow_loopback: bool,
    ) -> None:
        self._client, self._entry, self._limits = client, entry, limits
        self._progress, self._allow_loopback = progress, allow_loopback

    def run(self, conditions: dict[str, str], deadline: Deadline) -> _Reply:
        """Try, and try again what may pass."""
        pauses = [self._limits.backoff * 2**n for n in range(self._limits.retries)]
        for pause in (*pauses, None):
            try:
                return self._attempt(conditions)
            except _PASSING as error:
                if pause is None or pause >= deadline.remaining():
                    raise self._unreachable(error) from error
            except (RefusedAddress, httpx.InvalidURL, httpcore.ProtocolError) as error:
                raise self._error(
                    f"{error}", "The publisher's site is not as expected; try again later"
                ) from error
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, conditions: dict[str, str]) -> _Reply:
        url = httpx.URL(self._entry.address)
        for _ in range(self._limits.redirects + 1):
            self._check_target(url)
            with self._client.stream("GET", url, headers=_HEADERS | conditions) as response:
                if response.status_code not in _MOVED:
                    return self._reply(response, conditions)
                url = url.join(response.headers.get("location", ""))
        reason = f"more than {self._limits.redirects} redirects, the last to {url}"
        raise self._error(reason, _by_hand(self._entry))

    def _check_target(self, url: httpx.URL) -> None:
        """Refuse an address that the catalogue does not stand for."""
        if url.host not in self._entry.hosts:
            reason = f"the publisher redirects to {url.host or url}, where {', '.join(self._entry.hosts)} is expected"
            raise self._error(reason, _by_hand(self._entry))
        if self._allow_loopback and url.scheme == "http" and _is_loopback(url.host):
            return
        if url.scheme != "https" or url.port is not None or url.userinfo:
            raise self._error(f"{url} is not a plain https address", _by_hand(self._entry))

    def _reply(self, response: httpx.Response, conditions: dict[str, str]) -> _Reply:
        status, headers = response.status_code, response.headers
        marks = (headers.get("etag"), headers.get("last-modified"))
        if status == httpx.codes.NOT_MODIFIED and conditions:
            return _Reply(str(response.url), None, *marks)
        if status >= _SERVER_ERROR:
            raise _Broken(f"the publisher's server answered {status} {response.reason_phrase}".rstrip())
        if status != httpx.codes.OK:
            turned_away = " (the site may turn away programs)" if status in _NOT_FOR_PROGRAMS else ""
            reason = (
                f"expected 200 OK, the publisher's server answered {status} {response.reason_phrase}".rstrip()
            )
            raise self._error(reason + turned_away, _by_hand(self._entry))
        kind = headers.get("content-type", "none").partition(";")[0].strip().lower()
        if kind not in _TYPES[self._entry.format]:
            reason = f"expected {self._entry.format.upper()}, the publisher sent the type {kind}"
            raise self._error(reason, _by_hand(self._entry))
        return _Reply(str(response.url), self._body(response), *marks)

    def _body(self, response: httpx.Response) -> bytes:
        """Read the body, counting what comes and what it unpacks to."""
        declared = response.headers.get("content-length", "")
        expected = int(declared) if declared.isdecimal() else None
        if expected is not None and expected > self._limits.max_bytes:
            raise self._too_large()
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        arriving = self._counted(response.iter_raw(), expected)
        if encoding in {"gzip", "x-gzip"}:
            arriving = _unpacked(arriving)
        elif encoding != "identity":
            raise self._error(
                f"the publisher sent the encoding {encoding}, which was not asked for", _OFFLINE
            )
        body = bytearray()
        for piece in arriving:
            body += piece
            if len(body) > self._limits.max_bytes:
                raise self._too_large()
        return bytes(body)

    def _counted(self, chunks: Iterable[bytes], expected: int | None) -> Iterator[bytes]:
        received = 0
        for chunk in chunks:
            received += len(chunk)
            if received > self._limits.max_bytes:
                raise self._too_large()
            if self._progress is not None:
                self._progress(received, expected)
            yield chunk

    def _too_large(self) -> FetchError:
        allowed = self._limits.max_bytes / 1_000_000
        return self._error(f"the file is larger than the {allowed:g} MB allowed", _by_hand(self._entry))

    def _unreachable(self, error: Exception) -> FetchError:
        host, attempts = httpx.URL(self._entry.address).host, self._limits.retries + 1
        what = str(error) or type(error).__name__
        return self._error(
            f"{host} could not be reached or broke off, in up to {attempts} attempts ({what})",
            f"Check the network and run `treaty corpus fetch {self._entry.id}` again. {_OFFLINE}",
        )

    def _error(self, reason: str, remedy: str) -> FetchError:
        return FetchError(self._entry.id, reason, remedy)


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip in bounded steps: a small file that unpacks to gigabytes is stopped by whoever counts."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                yield unpacker.decompress(rest, _UNPACK_STEP)
                rest = unpacker.unconsumed_tail
        while piece := unpacker.decompress(b"", _UNPACK_STEP):
            yield piece
    except zlib.error as error:
        raise _Broken("the compressed file is damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise _Broken("the compressed file is not whole")


def _kept(entry: CatalogueEntry, held: Entry | None, raw: bytes, reply: _Reply, library: Library) -> Fetched:
    """Check the text and hand it to the library, then note the publisher's marks."""
    digest = hashlib.sha256(raw).hexdigest()
    if entry.sha256 not in {None, digest}:
        reason = f"expected the file with SHA-256 {entry.sha256}, the publisher sent {digest}"
        raise FetchError(entry.id, reason, _by_hand(entry))
    name = f"{entry.id}-official.{entry.format}"
    _check_text(entry, raw, name, library)
    known = Metadata(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        language=entry.language,
        authenticity=entry.authenticity,
        names=entry.names,
    )
    kept = library.add_bytes(raw, name, address=entry.address, known=known)
    record = _Record(entry.id, entry.address, digest, reply.etag, reply.last_modified)
    library.keep_beside(kept.id, _RECORD, json.dumps(asdict(record), indent=2).encode() + b"\n")
    if held is not None and held.sha256 == digest:
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.ADDED if held is None else Outcome.CHANGED
    return Fetched(kept, outcome, reply.address, len(raw))


def _check_text(entry: CatalogueEntry, raw: bytes, name: str, library: Library) -> None:
    """Refuse what can be read but is another text: a notice, a table of contents, a different treaty."""
    text = read_document(raw, name, limits=library.limits).text
    missing = []
    if entry.through and not re.search(rf"\bart(?:icle|\.)?\s+{entry.through}\b", text, re.IGNORECASE):
        missing.append(f"article {entry.through}")
    words = {word for word in re.findall(r"[^\W\d_]+", entry.title.casefold()) if len(word) >= _TITLE_WORD}
    present = words & set(re.findall(r"[^\W\d_]+", text.casefold()))
    if len(present) < _TITLE_SHARE * len(words):
        missing.append("its title")
    if missing:
        reason = f"what the publisher sent is not this text: {' and '.join(missing)} cannot be found in it"
        raise FetchError(entry.id, reason, _by_hand(entry))


def _conditions(held: Entry | None, entry: CatalogueEntry, library: Library) -> dict[str, str]:
    """Return the headers that ask for the text only if it is another than the one held."""
    record = None if held is None else _record_of(held, library)
    if held is None or record is None or (record.address, record.sha256) != (entry.address, held.sha256):
        return {}
    with suppress(
        LibraryError
    ):  # bytes that are gone or changed are fetched again, whatever the publisher's marks
        library.raw(held.id)
        marks = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
        return {header: mark for header, mark in marks.items() if mark}
    return {}


def _not_modified(entry: CatalogueEntry, held: Entry | None, reply: _Reply) -> Fetched:
    if held is None:
        raise FetchError(entry.id, "the publisher's server answered 304 to a first question", _by_hand(entry))
    return Fetched(held, Outcome.UNCHANGED, reply.address, 0)


def _record_of(held: Entry, library: Library) -> _Record | None:
    """Return what was noted beside an entry. A record that cannot be read costs one full fetch, so it counts as none."""
    raw = library.kept_beside(held.id, _RECORD)
    try:
        return None if raw is None else _RECORD_TYPE.validate_json(raw)
    except ValidationError:
        return None


def _is_loopback(host: str) -> bool:
    try:
        return objection(host) == "loopback"
    except ValueError:
        return host == "localhost"


def _by_hand(entry: CatalogueEntry) -> str:
    return f"Open {entry.human_page}, save the text and run `treaty corpus add FILE`. {_OFFLINE}"
