"""Connections go to checked public addresses only, and end when their time is over."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from shutil import which
from typing import TYPE_CHECKING

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.connection import Deadline, PinnedTransport, RefusedAddress, objection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INSIDE = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
_INSIDE_6 = ["::1/128", "::/128", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32"]

_inside_v4 = st.sampled_from(_INSIDE).flatmap(
    lambda net: st.integers(0, IPv4Network(net).num_addresses - 1).map(lambda n: IPv4Network(net)[n])
)
_inside_v6 = st.sampled_from(_INSIDE_6).flatmap(
    lambda net: st.integers(0, IPv6Network(net).num_addresses - 1).map(lambda n: IPv6Network(net)[n])
)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2606:4700::6810:1", "64:ff9b::808:808"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert objection(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("224.0.0.251", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("192.168.1.1", "private"),
        ("fd00::1", "private"),
        ("240.0.0.1", "reserved"),
        ("100.64.0.1", "not public"),
        ("64:ff9b::7f00:1", "loopback"),
    ],
)
def test_addresses_inside_a_network_are_refused(address: str, why: str) -> None:
    assert objection(address) == why


@given(_inside_v4)
def test_no_way_of_writing_an_inside_address_is_allowed(address: object) -> None:
    number = int(IPv6Address(f"::ffff:{address}")) & 0xFFFFFFFF
    disguises = [
        str(address),
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        str(IPv6Address((0x2002 << 112) | (number << 80))),
    ]
    assert None not in [objection(disguise) for disguise in disguises]


@given(_inside_v6)
def test_no_inside_ipv6_address_is_allowed(address: object) -> None:
    assert objection(str(address)) is not None


def test_loopback_is_allowed_only_when_asked_for() -> None:
    assert objection("127.0.0.1", allow_loopback=True) is None
    assert objection("10.0.0.1", allow_loopback=True) == "private"


@contextmanager
def _listening(answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A server for one connection on this machine: takes one request, sends ``answer``."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            try:
                plain, _ = server.accept()
                plain.settimeout(10)
                with plain, tls.wrap_socket(plain, server_side=True) if tls else plain as stream:
                    heard.append(stream.recv(65_536))
                    stream.sendall(answer)
            except OSError:
                return  # the client left, or never came

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            thread.join(15)


def _client(transport: PinnedTransport) -> httpx.Client:
    return httpx.Client(transport=transport, trust_env=False, timeout=5)


_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def test_a_name_is_resolved_once_and_the_checked_address_is_used() -> None:
    asked: list[str] = []

    def changing(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    transport = PinnedTransport(Deadline(10), allow_loopback=True, resolve=changing)
    with _listening(_OK) as (port, heard), _client(transport) as client:
        assert client.get(f"http://treaties.example:{port}/a").text == "ok"
    assert asked == ["treaties.example"]
    assert f"Host: treaties.example:{port}".encode() in heard[0]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["fe80::1%lo"]])
def test_one_inside_address_refuses_the_host(addresses: list[str]) -> None:
    transport = PinnedTransport(Deadline(10), resolve=lambda *_: addresses)
    with _client(transport) as client, pytest.raises(RefusedAddress, match=r"treaties\.example leads to"):
        client.get("https://treaties.example/")


def test_an_address_written_as_a_number_is_checked_too() -> None:
    with _client(PinnedTransport(Deadline(10))) as client, pytest.raises(RefusedAddress, match="loopback"):
        client.get("https://127.0.0.1/")


@pytest.mark.skipif(which("openssl") is None, reason="makes its certificate with the openssl command")
def test_tls_checks_the_certificate_against_the_name(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    name = ["-subj", "/CN=treaties.example", "-addext", "subjectAltName=DNS:treaties.example"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)

    def ask(host: str, trusted: ssl.SSLContext | None) -> str:
        transport = PinnedTransport(
            Deadline(10), allow_loopback=True, resolve=lambda *_: ["127.0.0.1"], tls=trusted
        )
        with _listening(_OK, server_side) as (port, _), _client(transport) as client:
            return client.get(f"https://{host}:{port}/").text

    trusting = ssl.create_default_context(cafile=str(certificate))
    assert ask("treaties.example", trusting) == "ok"
    with pytest.raises(httpcore.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        ask("other.example", trusting)
    with pytest.raises(httpcore.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        ask("treaties.example", None)


def test_a_resolver_that_hangs_is_left() -> None:
    release = threading.Event()

    def hanging(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return []

    transport = PinnedTransport(Deadline(0.2), resolve=hanging)
    began = time.monotonic()
    with _client(transport) as client, pytest.raises(httpcore.ConnectTimeout, match="looking up"):
        client.get("https://treaties.example/")
    assert time.monotonic() - began < 5
    release.set()


def test_a_passed_deadline_ends_everything() -> None:
    deadline = Deadline(0)
    assert deadline.remaining() == 0
    with pytest.raises(httpcore.ReadTimeout):
        deadline.within(5)
