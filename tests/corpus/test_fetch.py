"""Fetching, against a real server on this machine that behaves as servers do. Nothing leaves the machine."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.catalogue import CatalogueEntry, Format
from corpus.catalogue import entry as catalogued
from corpus.errors import CorpusError, FetchError
from corpus.fetch import FetchLimits, Outcome, fetch, fetched
from corpus.library import Library
from corpus.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT = b"""Convention on the Lending of Garden Tools

The gardeners of the valley have agreed as follows:

Article 1
Each member shall lend a spade to any other member who asks for one.

Article 2
A spade shall come back clean.

Article 3
Disputes about spades shall be settled over tea.
"""
_CHANGED = _TEXT.replace(b"clean", b"clean and dry")
_LIMITS = FetchLimits(connect=2, read=0.5, total=8, retries=3, backoff=0.01, max_bytes=100_000)
_ONCE = FetchLimits(connect=2, read=0.5, total=8, retries=0, backoff=0.01, max_bytes=100_000)

_Answer = Callable[["_Publisher"], None]


class _Publisher(BaseHTTPRequestHandler):
    """Gives the answers of ``server.plan`` in turn, the last one for ever, and notes what was asked."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.close_connection = True
        answer = server.plan.pop(0) if len(server.plan) > 1 else server.plan[0]
        answer(self)

    def send(self, status: int, body: bytes, headers: dict[str, str], declared: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if declared is None else declared))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Publisher)
        self.plan: list[_Answer] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()

    def handle_error(self, *_: object) -> None:
        return  # clients here break off on purpose


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join(5)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def _entry(server: _Server, path: str = "/tools.txt", **changes: object) -> CatalogueEntry:
    fields: dict[str, object] = {
        "id": "tools",
        "title": "Convention on the Lending of Garden Tools",
        "publisher": "Allotment Union",
        "address": f"http://127.0.0.1:{server.server_port}{path}",
        "hosts": ("127.0.0.1",),
        "format": Format.TXT,
        "language": "en",
        "authenticity": "Written for a test.",
        "names": ("Spade Convention",),
        "kind": Kind.TREATY,
        "page": "https://tools.example/about",
        "through": 3,
    }
    return CatalogueEntry.model_validate(fields | changes)


def _ok(body: bytes = _TEXT, *, declared: int | None = None, **headers: str) -> _Answer:
    named = {"Content-Type": "text/plain; charset=utf-8"} | _named(headers)
    return lambda publisher: publisher.send(200, body, named, declared)


def _status(status: int, **headers: str) -> _Answer:
    return lambda publisher: publisher.send(status, b"", _named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _moved(to: str, status: int = 302) -> _Answer:
    return _status(status, Location=to)


def _refused(entry: CatalogueEntry, library: Library, limits: FetchLimits = _LIMITS) -> str:
    """Fetch, expect an error of one line, and find the library untouched."""
    before = _files(library)
    with pytest.raises(FetchError) as caught:
        fetch(entry, library, allow_loopback=True, limits=limits)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("tools: ")
    assert "embedded corpus goes on working" in message
    assert _files(library) == before
    return message


def _files(library: Library) -> dict[str, bytes]:
    found = library.folder.rglob("*") if library.folder.exists() else []
    return {str(path): path.read_bytes() for path in found if path.is_file() and path.name != ".lock"}


# -- what arrives is kept


def test_a_text_is_fetched_and_kept_as_it_came(server: _Server, library: Library) -> None:
    server.plan = [_ok(ETag='"v1"')]
    told: list[tuple[int, int | None]] = []
    got = fetch(
        _entry(server),
        library,
        progress=lambda *state: told.append(state),
        allow_loopback=True,
        limits=_LIMITS,
    )
    assert (got.outcome, got.size, got.entry.id) == (Outcome.ADDED, len(_TEXT), "tools")
    assert library.raw("tools") == _TEXT
    assert got.entry.sha256 == hashlib.sha256(_TEXT).hexdigest()
    assert told[-1] == (len(_TEXT), len(_TEXT))


def test_the_document_goes_by_the_catalogue(server: _Server, library: Library) -> None:
    server.plan = [_ok()]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    document = library.document("tools")
    assert (document.title, document.kind, document.names) == (entry.title, entry.kind, entry.names)
    assert document.provenance.address == entry.address
    assert document.provenance.authenticity == entry.authenticity
    assert fetched(entry, library) is not None


def test_it_is_not_fetched_before_it_is(server: _Server, library: Library) -> None:
    assert fetched(_entry(server), library) is None
    library.add_bytes(_TEXT, "tools.txt")
    assert fetched(_entry(server), library) is None


def test_a_second_fetch_costs_one_question(server: _Server, library: Library) -> None:
    stamp = "Sun, 06 Nov 1994 08:49:37 GMT"
    server.plan = [_ok(ETag='"v1"', Last_Modified=stamp), _status(304)]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    before = _files(library)
    again = fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    assert (again.outcome, again.size, again.entry.id) == (Outcome.UNCHANGED, 0, "tools")
    assert server.asked[1][1]["if-none-match"] == '"v1"'
    assert server.asked[1][1]["if-modified-since"] == stamp
    assert _files(library) == before


def test_the_same_bytes_again_are_no_new_version(server: _Server, library: Library) -> None:
    server.plan = [_ok()]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    again = fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    assert again.outcome is Outcome.UNCHANGED
    assert len(library.entry("tools").versions) == 1


def test_a_changed_text_is_a_new_version(server: _Server, library: Library) -> None:
    server.plan = [_ok(ETag='"v1"'), _ok(_CHANGED, ETag='"v2"'), _status(304)]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    changed = fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    assert changed.outcome is Outcome.CHANGED
    assert [version.size for version in changed.entry.versions] == [len(_TEXT), len(_CHANGED)]
    assert library.raw("tools") == _CHANGED
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    assert server.asked[2][1]["if-none-match"] == '"v2"'


def test_a_file_the_user_had_under_that_name_stays_their_own(server: _Server, library: Library) -> None:
    own = library.add_bytes(b"Article 1\nMy own notes on the tools.\n", "tools.txt")
    server.plan = [_ok()]
    got = fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS)
    assert (own.id, got.entry.id) == ("tools", "tools-2")
    assert len(library.entry("tools").versions) == 1


def test_the_very_file_the_user_had_becomes_the_official_text(server: _Server, library: Library) -> None:
    library.add_bytes(_TEXT, "downloaded.txt")
    server.plan = [_ok(), _ok(_CHANGED)]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    assert library.document("downloaded").provenance.authenticity == entry.authenticity
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    (held,) = library.entries()
    assert len(held.versions) == 2


@pytest.mark.parametrize("damage", ["bytes", "record"])
def test_damage_in_the_library_is_mended_by_a_full_fetch(
    server: _Server, library: Library, damage: str
) -> None:
    server.plan = [_ok(ETag='"v1"')]
    entry = _entry(server)
    fetch(entry, library, allow_loopback=True, limits=_LIMITS)
    pattern = "versions/*" if damage == "bytes" else "fetched.json"
    (path,) = (library.folder / "tools").glob(pattern)
    path.write_bytes(b"?")
    if damage == "bytes":
        fetch(entry, library, allow_loopback=True, limits=_LIMITS)
        assert "if-none-match" not in server.asked[1][1]
    else:
        assert fetched(entry, library) is None
        fetch(entry, library, allow_loopback=True, limits=_LIMITS)
        assert fetched(entry, library) is not None
    assert library.raw("tools") == _TEXT


def test_a_compressed_transfer_is_unpacked(server: _Server, library: Library) -> None:
    server.plan = [_ok(gzip.compress(_TEXT), Content_Encoding="gzip")]
    fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS)
    assert library.raw("tools") == _TEXT


# -- redirects


def test_redirects_are_followed_on_the_publishers_hosts(server: _Server, library: Library) -> None:
    server.plan = [_moved("/b", 301), _moved("c", 307), _ok()]
    got = fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS)
    assert [path for path, _ in server.asked] == ["/tools.txt", "/b", "/c"]
    assert got.address.endswith("/c")


def test_a_redirect_loop_ends(server: _Server, library: Library) -> None:
    server.plan = [_moved("/tools.txt")]
    assert "more than 5 redirects" in _refused(_entry(server), library)
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("http://localhost:{port}/x", "redirects to localhost"),
        ("https://elsewhere.example/x", "redirects to elsewhere.example"),
        ("//elsewhere.example/x", "redirects to elsewhere.example"),
        ("http://127.0.0.1.elsewhere.example/x", "redirects to 127.0.0.1.elsewhere.example"),
        ("http://127.0.0.1@elsewhere.example/x", "redirects to elsewhere.example"),
        ("https://user@127.0.0.1/x", "not a plain https address"),
        ("https://127.0.0.1:8443/x", "not a plain https address"),
        ("ftp://127.0.0.1/x", "not a plain https address"),
        ("file:///etc/hostname", "redirects to"),
        ("http://[", ""),
    ],
)
def test_redirects_elsewhere_are_refused(
    server: _Server, library: Library, target: str, complaint: str
) -> None:
    server.plan = [_moved(target.format(port=server.server_port))]
    assert complaint in _refused(_entry(server), library)
    assert len(server.asked) == 1


# -- what goes wrong


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_refusal_is_not_asked_again(server: _Server, library: Library, status: int) -> None:
    server.plan = [_status(status)]
    message = _refused(_entry(server), library)
    assert str(status) in message
    assert "Open https://tools.example/about" in message
    assert ("turn away programs" in message) == (status in {401, 403, 429})
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [202, 204, 206, 304])
def test_only_200_is_a_text(server: _Server, library: Library, status: int) -> None:
    server.plan = [_status(status)]
    assert str(status) in _refused(_entry(server), library)


def test_a_server_error_is_asked_again(server: _Server, library: Library) -> None:
    server.plan = [_status(500), _status(503), _ok()]
    fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS)
    assert len(server.asked) == 3
    assert library.raw("tools") == _TEXT


def test_server_errors_are_not_asked_for_ever(server: _Server, library: Library) -> None:
    server.plan = [_status(500)]
    assert "after 4 attempts" in _refused(_entry(server), library)
    assert len(server.asked) == 4


def test_retries_wait_longer_each_time(server: _Server, library: Library) -> None:
    server.plan = [_status(500)]
    began = time.monotonic()
    _refused(_entry(server), library, FetchLimits(read=1, retries=3, backoff=0.05))
    assert time.monotonic() - began >= 0.05 + 0.1 + 0.2


def test_a_body_that_breaks_off_is_asked_again(server: _Server, library: Library) -> None:
    server.plan = [_ok(_TEXT[:50], declared=len(_TEXT)), _ok()]
    fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS)
    assert library.raw("tools") == _TEXT


def test_a_body_that_always_breaks_off_is_never_kept(server: _Server, library: Library) -> None:
    server.plan = [_ok(_TEXT[:-1], declared=len(_TEXT))]
    assert "broke off" in _refused(_entry(server), library)


def test_a_silent_server_is_left(server: _Server, library: Library) -> None:
    def silent(publisher: _Publisher) -> None:
        publisher.server.over.wait(20)

    server.plan = [silent]
    began = time.monotonic()
    _refused(_entry(server), library, _ONCE)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left_when_the_time_is_over(
    server: _Server, library: Library, part: str
) -> None:
    def drip(publisher: _Publisher) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n"
        publisher.wfile.write(head + (b"\r\n" if part == "body" else b"X-Slow: "))
        while not publisher.server.over.wait(0.05):
            publisher.wfile.write(b"x")

    server.plan = [drip]
    began = time.monotonic()
    _refused(_entry(server), library, FetchLimits(read=1, total=1.5, backoff=0.01))
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("kind", ["text/html", "application/pdf", "image/png", ""])
def test_another_type_is_refused(server: _Server, library: Library, kind: str) -> None:
    server.plan = [_ok(Content_Type=kind)]
    assert "expected TXT" in _refused(_entry(server), library)


def test_a_pdf_that_is_none_is_refused(server: _Server, library: Library) -> None:
    server.plan = [_ok(Content_Type="application/pdf")]
    with pytest.raises(CorpusError, match="plain text"):
        fetch(_entry(server, format=Format.PDF), library, allow_loopback=True, limits=_LIMITS)
    assert _files(library) == {}


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (b"Please wait while we check that you are not a robot.", "article 3 and its title"),
        (_TEXT.replace(b"Article 3", b"Annex"), "article 3"),
        (_TEXT.replace(b"Lending of Garden Tools", b"Keeping of Bees"), "its title"),
        (_TEXT.replace(b"Article 3", b"Article 33"), "article 3"),
    ],
)
def test_what_is_not_the_text_is_refused(
    server: _Server, library: Library, body: bytes, missing: str
) -> None:
    server.plan = [_ok(body)]
    assert f"{missing} cannot be found" in _refused(_entry(server), library)


def test_an_expected_hash_is_held_against_the_bytes(server: _Server, library: Library) -> None:
    server.plan = [_ok(_CHANGED)]
    digest = hashlib.sha256(_TEXT).hexdigest()
    assert digest in _refused(_entry(server, sha256=digest), library)
    server.plan = [_ok()]
    fetch(_entry(server, sha256=digest), library, allow_loopback=True, limits=_LIMITS)


def test_a_declared_size_over_the_limit_is_refused_unread(server: _Server, library: Library) -> None:
    server.plan = [_ok(b"x", declared=10**12)]
    assert "larger than the 0.1 MB allowed" in _refused(_entry(server), library)


def test_an_undeclared_size_over_the_limit_is_refused(server: _Server, library: Library) -> None:
    def endless(publisher: _Publisher) -> None:
        publisher.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        while not publisher.server.over.is_set():
            publisher.wfile.write(b"x" * 10_000)

    server.plan = [endless]
    assert "larger than" in _refused(_entry(server), library)


def test_a_gzip_bomb_is_stopped(server: _Server, library: Library) -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    assert len(bomb) < _LIMITS.max_bytes
    server.plan = [_ok(bomb, Content_Encoding="gzip")]
    assert "larger than" in _refused(_entry(server), library)


@pytest.mark.parametrize("cut", [slice(0, -9), slice(0, 5), slice(3, None)], ids=["tail", "head", "start"])
def test_a_damaged_compressed_file_is_refused(server: _Server, library: Library, cut: slice) -> None:
    server.plan = [_ok(gzip.compress(_TEXT)[cut], Content_Encoding="gzip")]
    assert "compressed file is" in _refused(_entry(server), library)


def test_an_encoding_that_was_not_asked_for_is_refused(server: _Server, library: Library) -> None:
    server.plan = [_ok(Content_Encoding="br")]
    assert "encoding br" in _refused(_entry(server), library)


def test_nonsense_instead_of_http_is_refused(server: _Server, library: Library) -> None:
    def other(publisher: _Publisher) -> None:
        publisher.wfile.write(b"SSH-2.0-spade\r\n")

    server.plan = [other]
    assert "127.0.0.1" in _refused(_entry(server), library)


# -- where it does not go


def test_this_machine_is_refused_unless_a_test_asks_for_it(server: _Server, library: Library) -> None:
    server.plan = [_ok()]
    with pytest.raises(FetchError, match="not a plain https address"):
        fetch(_entry(server), library, limits=_LIMITS)
    secure = _entry(server).model_copy(update={"address": "https://127.0.0.1/tools.txt"})
    with pytest.raises(FetchError, match="loopback address"):
        fetch(secure, library, limits=_LIMITS)
    assert server.asked == []


@pytest.mark.parametrize("address", ["10.0.0.7", "169.254.169.254", "192.168.0.1", "fe80::1", "224.0.0.1"])
def test_a_name_that_leads_inside_is_refused_at_once(server: _Server, library: Library, address: str) -> None:
    entry = _entry(server).model_copy(
        update={"address": "https://tools.example/t.txt", "hosts": ("tools.example",)}
    )
    with pytest.raises(FetchError, match=f"tools.example leads to {address}"):
        fetch(entry, library, limits=_LIMITS, resolve=lambda *_: [address])


def test_the_environment_cannot_lead_it_elsewhere(
    server: _Server, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.plan = [_ok()]
    assert fetch(_entry(server), library, allow_loopback=True, limits=_LIMITS).outcome is Outcome.ADDED


def test_without_a_network_one_line_says_so(server: _Server, library: Library) -> None:
    def offline(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    entry = _entry(server).model_copy(
        update={"address": "https://tools.example/t.txt", "hosts": ("tools.example",)}
    )
    with pytest.raises(FetchError, match=r"tools\.example could not be reached") as caught:
        fetch(entry, library, limits=_LIMITS, resolve=offline)
    assert "Temporary failure in name resolution" in str(caught.value)
    assert "treaty corpus fetch tools" in str(caught.value)
    assert "embedded corpus goes on working" in str(caught.value)


def test_a_text_without_an_address_of_its_own_names_its_page(server: _Server, library: Library) -> None:
    message = _refused(_entry(server, direct=False), library)
    assert "Open https://tools.example/about" in message
    assert server.asked == []


# -- the catalogue's own idea of a text, held against real ones


_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "treaties"
_needs_shared = pytest.mark.skipif(not _SHARED.exists(), reason=f"needs the treaties in {_SHARED}")


@_needs_shared
@pytest.mark.parametrize("text_id", ["budapest-convention", "untoc", "uncac", "vclt", "un-charter", "iccpr"])
def test_a_real_treaty_passes_for_itself_and_not_for_strangers(
    server: _Server, library: Library, text_id: str
) -> None:
    server.plan = [_ok((_SHARED / "markdown" / f"{text_id}.md").read_bytes())]
    local = {"address": _entry(server).address, "hosts": ("127.0.0.1",), "format": Format.TXT}
    for stranger in {"vclt", "un-charter", "malabo-convention", "crc"} - {text_id}:
        with pytest.raises(FetchError, match="cannot be found"):
            fetch(catalogued(stranger).model_copy(update=local), library, allow_loopback=True)
    got = fetch(catalogued(text_id).model_copy(update=local), library, allow_loopback=True)
    assert (got.entry.id, got.entry.title) == (text_id, catalogued(text_id).title)


@_needs_shared
def test_a_published_pdf_is_fetched_with_its_pages(server: _Server, library: Library) -> None:
    server.plan = [_ok((_SHARED / "pdf" / "unclos.pdf").read_bytes(), Content_Type="application/pdf")]
    entry = catalogued("unclos").model_copy(
        update={"address": _entry(server, "/unclos.pdf").address, "hosts": ("127.0.0.1",)}
    )
    assert fetch(entry, library, allow_loopback=True).entry.id == "unclos"
    document = library.document("unclos")
    assert document.title == entry.title
    assert len(document.pages) > 100
