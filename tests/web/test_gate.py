"""What stands before the application: the names it answers to, what is closed, and how much it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from assistant.errors import ServeError
from assistant.serving import Serving
from assistant.web.service.gate import LOOPBACK, MAX_BODY, Guard, Limits
from tests.web.awaiting import awaited

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Receive, Scope, Send


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the path, the size of the body and the host name a proxy gave."""
    request = Request(scope, receive)
    size = len(await request.body())
    said = {"path": request.url.path, "size": size, "forwarded": request.headers.get("x-forwarded-host")}
    await JSONResponse(said)(scope, receive, send)


def _sent(app: ASGIApp, method: str, path: str, **given: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:7860"
        ) as client:
            return await client.request(method, path, **given)

    return awaited(send())


@pytest.mark.parametrize(
    ("host", "names", "status"),
    [
        ("127.0.0.1:7860", LOOPBACK, 200),
        ("LOCALHOST:7860", LOOPBACK, 200),
        ("[::1]:7860", LOOPBACK, 200),
        ("rebound.example", LOOPBACK, 421),
        ("127.0.0.1.rebound.example", LOOPBACK, 421),
        ("", LOOPBACK, 421),
        ("library.example", LOOPBACK | {"library.example"}, 200),
        ("rebound.example", None, 200),
    ],
)
def test_only_names_that_are_known_are_answered(host: str, names: frozenset[str] | None, status: int) -> None:
    answer = _sent(Guard(_echo, names=names), "GET", "/", headers={"host": host})
    assert answer.status_code == status
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_an_open_path_answers_under_every_name() -> None:
    guard = Guard(_echo, names=LOOPBACK, open_paths={"/healthz"})
    assert _sent(guard, "GET", "/healthz", headers={"host": "10.0.0.7"}).status_code == 200
    assert _sent(guard, "GET", "/healthz/", headers={"host": "10.0.0.7"}).status_code == 421


@pytest.mark.parametrize(
    ("forwarded", "said", "believed"),
    [
        ((), "library.example", None),
        ({"library.example"}, "library.example:443", "library.example:443"),
        ({"library.example"}, "other.example", None),
        ({"library.example"}, "other.example, library.example", None),
        (None, "other.example", "other.example"),
    ],
)
def test_a_forwarded_name_is_believed_only_of_an_announced_proxy(
    forwarded: set[str] | None, said: str, believed: str | None
) -> None:
    guard = Guard(_echo, names=None, forwarded=forwarded)
    assert _sent(guard, "GET", "/", headers={"x-forwarded-host": said}).json()["forwarded"] == believed


@pytest.mark.parametrize(
    ("path", "inside"), [("/treaties/a/b", "/a/b"), ("/a/b", "/a/b"), ("/treatiesx", "/treatiesx")]
)
def test_a_prefix_is_taken_off_where_the_proxy_leaves_it_on(path: str, inside: str) -> None:
    assert _sent(Guard(_echo, names=None, root="/treaties"), "GET", path).json()["path"] == inside


def test_the_prefix_itself_leads_to_the_page() -> None:
    answer = _sent(Guard(_echo, names=None, root="/treaties"), "GET", "/treaties")
    assert (answer.status_code, answer.headers["location"]) == (307, "/treaties/")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/gradio_api/run/ask", 200),
        ("POST", "/gradio_api/call/ask", 200),
        ("GET", "/gradio_api/call/ask/0123", 200),
        ("POST", "/gradio_api/call/v2/ask", 200),
        ("POST", "/gradio_api/queue/join", 200),
        ("POST", "/gradio_api/run/clear", 404),
        ("POST", "/gradio_api/call/page_0", 404),
        ("POST", "/gradio_api/call/v2/page_0", 404),
        ("POST", "/gradio_api/api/look/", 404),
        ("GET", "/gradio_api/deep_link", 404),
        ("GET", "/gradio_api/proxy=https://other.example", 404),
        ("POST", "/gradio_api/vibe-edit/", 404),
        ("GET", "/gradio_api/mcp/sse", 404),
        ("GET", "/gradio_api/mcp/schema", 404),
        ("POST", "/gradio_api/mcp/", 200),
    ],
)
def test_only_the_endpoints_are_called_by_name(method: str, path: str, status: int) -> None:
    assert _sent(Limits(_echo, {"ask"}, 100), method, path).status_code == status


@pytest.mark.parametrize(("size", "status"), [(0, 200), (MAX_BODY, 200), (MAX_BODY + 1, 413)])
@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
def test_a_body_is_bounded_whether_or_not_its_length_is_told(size: int, status: int, told: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 1_000_000):
            yield b"x" * min(1_000_000, size - start)

    answer = _sent(Limits(_echo, (), 100), "POST", "/any", content=b"x" * size if told else pieces())
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["size"] == size


def test_an_upload_says_its_length_and_has_a_bound_of_its_own() -> None:
    limits = Limits(_echo, (), 1_000_000)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"

    assert _sent(limits, "POST", "/gradio_api/upload", content=pieces()).status_code == 411
    assert _sent(limits, "POST", "/gradio_api/upload", content=b"x" * 9_000_000).json()["size"] == 9_000_000
    assert _sent(limits, "POST", "/gradio_api/upload", content=b"x" * 10_000_001).status_code == 413


@pytest.mark.parametrize(
    ("root_path", "prefix", "hosts"),
    [
        ("", "", set()),
        ("/treaties", "/treaties", set()),
        ("/law/treaties/", "/law/treaties", set()),
        ("https://Library.example/treaties", "/treaties", {"library.example"}),
    ],
)
def test_a_root_path_gives_prefix_and_name(root_path: str, prefix: str, hosts: set[str]) -> None:
    serving = Serving(root_path=root_path)
    assert serving.prefix == prefix
    assert set(serving.hosts) == hosts


@pytest.mark.parametrize(
    "root_path", ["treaties", "/a b", "ftp://library.example", "https://", "/a?b", "//other"]
)
def test_a_root_path_that_is_none_is_refused(root_path: str) -> None:
    with pytest.raises(ServeError, match="Choose another --root-path"):
        Serving(root_path=root_path)


@pytest.mark.parametrize("name", ["", "https://library.example", "library.example/a", "a b"])
def test_a_host_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ServeError, match="Choose another --allowed-host"):
        Serving(allowed_hosts=(name,))


@pytest.mark.parametrize(
    ("host", "auth", "warned"),
    [
        ("127.0.0.1", False, False),
        ("localhost", False, False),
        ("0.0.0.0", False, True),
        ("0.0.0.0", True, False),
    ],
)
def test_an_open_door_is_warned_of(host: str, auth: bool, warned: bool, tmp_path: Any) -> None:
    assert bool(Serving(auth=tmp_path if auth else None).warning(host)) is warned
