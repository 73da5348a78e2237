"""One file from a publisher over HTTPS, within limits.

What a server may do to whoever asks - never answer, answer for ever, send elsewhere, break off, send gigabytes or
something that unpacks to them - ends here as one ``FetchError``. Redirects are followed by hand, to hosts the catalogue
names and nowhere else; what may pass is tried again. Nothing here touches the disk.
"""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore
import httpx

from corpus.catalogue import CatalogueEntry, Format
from corpus.connection import Deadline, PinnedTransport, RefusedAddress, objection, system_addresses
from corpus.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from corpus.connection import Resolver

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


@dataclass(frozen=True, slots=True)
class Reply:
    """What a publisher sent.

    Attributes:
        address: Where it came from in the end.
        raw: The file, unpacked; None if the answer was that it is not modified.
        etag: The publisher's mark of this version, or None.
        last_modified: The publisher's date of it, as sent, or None.
    """

    address: str
    raw: bytes | None
    etag: str | None
    last_modified: str | None


class _Broken(Exception):
    """The transfer went wrong in a way that may pass: worth another attempt."""


_PASSING = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.RemoteProtocolError, _Broken)


def download(
    entry: CatalogueEntry,
    *,
    conditions: Mapping[str, str],
    limits: FetchLimits,
    progress: Progress | None = None,
    allow_loopback: bool = False,
    resolve: Resolver = system_addresses,
) -> Reply:
    """Ask a publisher for a text.

    Args:
        entry: The text, from the catalogue.
        conditions: Headers that ask for it only if it changed; empty to have it in any case.
        limits: Within which it must be done.
        progress: Told of bytes received.
        allow_loopback: Whether this machine may be the publisher, over plain HTTP too; for tests.
        resolve: How a host's name becomes addresses.

    Raises:
        FetchError: If it cannot be had.
    """
    deadline = Deadline(limits.total)
    transport = PinnedTransport(deadline, allow_loopback=allow_loopback, resolve=resolve)
    timeout = httpx.Timeout(limits.read, connect=limits.connect)
    with httpx.Client(transport=transport, trust_env=False, timeout=timeout) as client:
        errand = _Errand(client, entry, limits, progress, allow_loopback=allow_loopback)
        return errand.run(conditions, deadline)


def by_hand(entry: CatalogueEntry) -> str:
    """Return what a user can do where the program cannot."""
    return f"Open {entry.human_page}, save the text and run `treaty corpus add FILE`. {_OFFLINE}"


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

    def run(self, conditions: Mapping[str, str], deadline: Deadline) -> Reply:
        """Try, and try again what may pass."""
        attempt = 0
        while True:
            pause = self._limits.backoff * 2**attempt
            try:
                return self._attempt(conditions)
            except _PASSING as error:
                if attempt == self._limits.retries or pause >= deadline.remaining():
                    raise self._unreachable(error, attempt + 1) from error
            except (RefusedAddress, httpx.InvalidURL, httpcore.ProtocolError) as error:
                raise self._error(str(error), by_hand(self._entry)) from error
            attempt += 1
            time.sleep(pause)

    def _attempt(self, conditions: Mapping[str, str]) -> Reply:
        url = httpx.URL(self._entry.address)
        for _ in range(self._limits.redirects + 1):
            self._check_target(url)
            with self._client.stream("GET", url, headers={**_HEADERS, **conditions}) as response:
                if response.status_code not in _MOVED:
                    return self._reply(response, conditions)
                url = url.join(response.headers.get("location", ""))
        reason = f"more than {self._limits.redirects} redirects, the last to {url}"
        raise self._error(reason, by_hand(self._entry))

    def _check_target(self, url: httpx.URL) -> None:
        """Refuse an address that the catalogue does not stand for."""
        if url.host not in self._entry.hosts:
            reason = f"the publisher redirects to {url.host or url}, where {', '.join(self._entry.hosts)} is expected"
            raise self._error(reason, by_hand(self._entry))
        if self._allow_loopback and url.scheme == "http" and _is_loopback(url.host):
            return
        if url.scheme != "https" or url.port is not None or url.userinfo:
            raise self._error(f"{url} is not a plain https address", by_hand(self._entry))

    def _reply(self, response: httpx.Response, conditions: Mapping[str, str]) -> Reply:
        status, headers = response.status_code, response.headers
        marks = (headers.get("etag"), headers.get("last-modified"))
        if status == httpx.codes.NOT_MODIFIED and conditions:
            return Reply(str(response.url), None, *marks)
        if status >= _SERVER_ERROR:
            raise _Broken(f"the publisher's server answered {status} {response.reason_phrase}".rstrip())
        if status != httpx.codes.OK:
            turned_away = " (the site may turn away programs)" if status in _NOT_FOR_PROGRAMS else ""
            reason = (
                f"expected 200 OK, the publisher's server answered {status} {response.reason_phrase}".rstrip()
            )
            raise self._error(reason + turned_away, by_hand(self._entry))
        kind = headers.get("content-type", "none").partition(";")[0].strip().lower()
        if kind not in _TYPES[self._entry.format]:
            reason = f"expected {self._entry.format.upper()}, the publisher sent the type {kind}"
            raise self._error(reason, by_hand(self._entry))
        return Reply(str(response.url), self._body(response), *marks)

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
        return self._error(f"the file is larger than the {allowed:g} MB allowed", by_hand(self._entry))

    def _unreachable(self, error: Exception, attempts: int) -> FetchError:
        host, what = httpx.URL(self._entry.address).host, str(error) or type(error).__name__
        times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        return self._error(
            f"{host} could not be reached or broke off, after {times} ({what})",
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


def _is_loopback(host: str) -> bool:
    try:
        return objection(host) == "loopback"
    except ValueError:
        return host == "localhost"
