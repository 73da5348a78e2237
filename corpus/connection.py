"""Connections to public addresses only, and never to one that was not looked at.

A host's name is resolved once. Every address behind it is held against the ranges that lie inside someone's network,
and the connection goes to the very address that passed: a name that answers differently the second time gains
nothing. TLS still checks the certificate against the host's name. One deadline bounds all waiting together, down to a
server that sends one byte at a time.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Resolver = Callable[[str, int], Sequence[str]]
    Objection = Callable[[str], str | None]
    _Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address that a gateway connects to."""


class RefusedAddress(Exception):
    """A host's name leads to an address that is not public."""


class Deadline:
    """A moment by which everything must be done.

    Args:
        seconds: From now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; 0 when it has passed."""
        return max(0.0, self._end - time.monotonic())

    def within(self, timeout: float | None) -> float:
        """Return ``timeout``, cut to what is left.

        Raises:
            httpcore.ReadTimeout: If nothing is left.
        """
        left = self.remaining()
        if not left:
            raise httpcore.ReadTimeout("the time for the whole transfer has passed")
        return left if timeout is None else min(timeout, left)


def system_addresses(host: str, port: int) -> list[str]:
    """Return the addresses the system's resolver gives for a host, each once, in its order.

    Raises:
        OSError: If the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def objection(address: str, *, allow_loopback: bool = False) -> str | None:
    """Say why an address must not be connected to, or None if it is a public one.

    Args:
        address: An IPv4 or IPv6 address, with or without a scope (``fe80::1%eth0``).
        allow_loopback: Whether this machine itself is allowed; only tests do so.
    """
    for ip in _stands_for(ipaddress.ip_address(address.partition("%")[0])):
        if allow_loopback and ip.is_loopback:
            continue
        for what in ("loopback", "link_local", "multicast", "unspecified", "reserved", "private"):
            if getattr(ip, f"is_{what}"):
                return what.replace("_", "-")
        if not ip.is_global:
            return "not public"
    return None


def _stands_for(ip: _Address) -> list[_Address]:
    """Return the addresses that are reached through one: itself, and IPv4 addresses written into an IPv6 one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    inner = (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))
    return [ip, *(address for address in inner if address is not None)]


class PinnedTransport(httpx.BaseTransport):
    """An httpx transport that connects to checked addresses only.

    Args:
        deadline: When all of it must be over.
        allow_loopback: Whether this machine itself may be connected to.
        resolve: How a host's name becomes addresses.
        tls: Which certificates are trusted; httpx's own bundle, whatever the environment says, if None.
        objects: What else to hold addresses against, instead of ``objection`` with ``allow_loopback``.

    It raises httpcore's errors and ``RefusedAddress``; ``corpus.fetch`` tells the user of them in one place.
    """

    def __init__(
        self,
        deadline: Deadline,
        *,
        allow_loopback: bool = False,
        resolve: Resolver = system_addresses,
        tls: ssl.SSLContext | None = None,
        objects: Objection | None = None,
    ) -> None:
        objects = objects or partial(objection, allow_loopback=allow_loopback)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            network_backend=_CheckedBackend(deadline, resolve, objects),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response with its body still to come."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves, checks every address, and connects to the first that answers."""

    def __init__(self, deadline: Deadline, resolve: Resolver, objects: Objection) -> None:
        self._deadline, self._resolve, self._objects = deadline, resolve, objects
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._checked(host, port, self._deadline.within(timeout))
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            try:
                stream = self._system.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _BoundedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _checked(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """Resolve a name; if one address behind it is not public, refuse them all."""
        addresses = _resolved(self._resolve, host, port, seconds)
        for address in addresses:
            why = self._objects(address)
            if why:
                raise RefusedAddress(f"{host} leads to {address}, which is a {why} address")
        return addresses


def _resolved(resolve: Resolver, host: str, port: int, seconds: float) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver takes no timeout."""
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(resolve(host, port))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=work, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise httpcore.ConnectTimeout(f"looking up {host} took longer than {seconds:.0f} s") from error
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(answer.strerror or str(answer)) from answer
    return answer


class _BoundedStream(httpcore.NetworkStream):
    """A stream none of whose waits goes beyond the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _BoundedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return cast("object", self._inner.get_extra_info(info))
