"""The door: who passes it, what stays shut without a login, and how guessing is slowed.

What the door does is tried on a door before an empty room; what stands behind it, on the page served with ``--auth``.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant.passwords import Accounts, Hash, line_of
from assistant.web.service.endpoints import NAMES
from assistant.web.service.login import Login, _inside
from tests.web.awaiting import awaited
from tests.web.browsing import Served, small, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from starlette.types import Receive, Scope, Send

NAME, PASSWORD = "keeper", "the oil is low tonight"
RIGHT = (NAME, PASSWORD)
KEEPERS = "How long is the training of lighthouse keepers?"
ASKED = {"data": [KEEPERS, None, None, None]}


def _hash(password: str) -> Hash:
    """Return a hash that costs little."""
    salt = b"0123456789abcdef"
    return Hash(4, 8, 1, salt, hashlib.scrypt(password.encode(), salt=salt, n=16, r=8, p=1, dklen=32))


async def _room(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("inside\n")(scope, receive, send)


class Door:
    """A door before an empty room, and what it told."""

    def __init__(self, root: str = "") -> None:
        self.told: list[str] = []
        accounts = Accounts({name: _hash(PASSWORD) for name in (NAME, "second")})
        self.app = Login(
            _room, accounts, "The room", root=root, open_paths=frozenset({"/healthz"}), told=self.told.append
        )

    def visitor(self, address: str = "http://127.0.0.1", host: str = "192.0.2.1") -> TestClient:
        """Return a browser that follows no redirects."""
        return TestClient(self.app, address, follow_redirects=False, client=(host, 50_000))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def visitor(door: Door) -> TestClient:
    return door.visitor()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page behind the door, with the command's own file."""
    path = tmp_path_factory.mktemp("auth") / "people"
    path.write_text(line_of(NAME, PASSWORD), encoding="utf-8")
    with small("--auth", str(path), "--mcp") as served:
        yield served


def _token(client: TestClient, onward: str = "/") -> str:
    text = client.get("/login", params={"next": onward}).text
    found = re.search(r'name="form" value="([0-9a-f]{64})"', text)
    assert found is not None
    return found[1]


def _log_in(client: TestClient, name: str = NAME, password: str = PASSWORD, **more: str) -> Any:
    fields = {"form": _token(client), "next": "/", "name": name, "password": password, **more}
    return client.post("/login", data=fields)


# -- the page behind it


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/token"),
        ("GET", "/gradio_api/app_id"),
        ("GET", "/gradio_api/startup-events"),
        ("GET", "/gradio_api/heartbeat/abc"),
        ("GET", "/gradio_api/file=pyproject.toml"),
        ("GET", "/gradio_api/queue/data?session_hash=abc"),
        ("GET", "/theme.css"),
        ("GET", "/static/fonts/x"),
        ("GET", "/assets/index.js"),
        ("GET", "/pages/lamps"),
        ("GET", "/metrics"),
        ("GET", "/healthz/"),
        ("GET", "/healthz/../config"),
        ("GET", "//config"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/cancel"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/mcp/"),
        ("GET", "/gradio_api/mcp/"),
        ("OPTIONS", "/gradio_api/run/ask"),
        ("HEAD", "/"),
    ],
)
def test_nothing_is_open_without_a_login(page: Served, method: str, path: str) -> None:
    answer = httpx.request(method, f"{page.address}{path}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_only_health_is_open_and_tells_no_more_than_a_generation(page: Served) -> None:
    assert set(httpx.get(f"{page.address}/healthz").json()) <= {"status", "generation"}


def test_programs_and_models_send_name_and_password(page: Served) -> None:
    answer = httpx.post(f"{page.address}/gradio_api/run/ask", json=ASKED, auth=RIGHT, timeout=60)
    assert answer.json()["data"][0]["status"] == "quoted"
    numbers = httpx.get(f"{page.address}/metrics", auth=RIGHT).text
    assert 'treaty_logins_total{outcome="admitted"} 1.0' in numbers
    assert not re.search("keeper|oil", numbers)
    head = {"Authorization": _basic(*RIGHT)}
    client = Client(page.address, headers=head, verbose=False, download_files=False)
    assert client.predict(question=KEEPERS, api_name="/ask")["status"] == "quoted"

    async def tools() -> set[str]:
        async with (
            httpx.AsyncClient(headers=head, timeout=60) as http,
            streamable_http_client(f"{page.address}/gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return {tool.name for tool in (await session.list_tools()).tools}

    assert awaited(tools()) == set(NAMES)


def test_a_visitor_logs_in_asks_and_logs_out(page: Served, browser: Browser) -> None:
    with visiting(browser, f"{page.address}/#/documents/lamps/art-3") as visit:
        tab = visit.page
        tab.get_by_label("Name").fill(NAME)
        tab.get_by_label("Password").fill("a wrong password")
        tab.get_by_role("button", name="Log in").click()
        assert "Name or password is not right." in tab.get_by_role("alert").inner_text()
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Log in").click()
        # what stood after # is kept: the link that was opened leads to its place
        tab.locator("mark", has_text="lighthouse keepers").first.wait_for()
        visit.ask(KEEPERS)
        visit.turn(0).locator("blockquote").first.wait_for()
        tab.get_by_role("link", name="Log out").click()
        assert f"You are logged in as {NAME}." in tab.locator("main").inner_text()
        tab.get_by_role("button", name="Log out").click()
        tab.get_by_label("Name").wait_for()
        tab.goto(page.address)
        assert tab.get_by_role("button", name="Log in").is_visible()
        assert visit.errors == []
        assert all(address.startswith((page.address, "data:")) for address in visit.fetched)


# -- people


def test_a_browser_is_led_to_the_login_and_back(visitor: TestClient) -> None:
    answer = visitor.get("/gradio_api/info?all=1", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/gradio_api/info%3Fall%3D1")
    again = _log_in(visitor, next="/gradio_api/info?all=1")
    assert (again.status_code, again.headers["location"]) == (303, "/gradio_api/info?all=1")
    assert visitor.get("/login?next=/a").headers["location"] == "/a"


def test_behind_a_proxy_all_ways_and_cookies_have_its_prefix() -> None:
    behind = Door("/treaties").visitor("https://library.example")
    answer = behind.get("/a", headers={"accept": "text/html"})
    assert answer.headers["location"] == "/treaties/login?next=/a"
    page = behind.get("/login?next=/a")
    assert 'action="/treaties/login"' in page.text
    assert "Path=/treaties; SameSite=strict; Secure" in page.headers["set-cookie"]


def test_a_script_of_the_page_gets_no_window_of_the_browser(visitor: TestClient) -> None:
    answer = visitor.post("/gradio_api/queue/join", headers={"sec-fetch-mode": "cors"})
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, False)


def test_a_login_opens_everything_until_the_logout(visitor: TestClient, door: Door) -> None:
    answer = _log_in(visitor)
    assert answer.status_code == 303
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("treaty_session="))
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= {
        part.strip().lower() for part in cookie.split(";")
    }
    assert visitor.get("/anything").text == "inside\n"
    kept = visitor.cookies["treaty_session"]
    leaving = visitor.get("/logout").text
    assert f"<bdi>{NAME}</bdi>" in leaving
    form = re.search(r'name="form" value="([0-9a-f]{64})"', leaving)
    assert form is not None
    assert visitor.post("/logout", data={"form": form[1]}).headers["location"] == "/login"
    assert visitor.get("/anything").status_code == 401
    # the cookie is worth nothing any more, wherever it was copied to
    assert door.visitor().get("/anything", headers={"cookie": f"treaty_session={kept}"}).status_code == 401
    assert door.told == ["admitted"]


@pytest.mark.parametrize(
    ("name", "password"), [(NAME, "wrong password"), ("nobody", PASSWORD), ("", ""), (NAME, "")]
)
def test_a_wrong_login_says_the_same_whatever_was_wrong(
    visitor: TestClient, name: str, password: str
) -> None:
    answer = _log_in(visitor, name, password)
    assert answer.status_code == 401
    assert "Name or password is not right." in answer.text
    assert "treaty_session" not in visitor.cookies


def test_what_was_typed_is_shown_as_text(visitor: TestClient) -> None:
    text = _log_in(visitor, '"><script>alert(1)</script>', "wrong password", next='/"><img src=x>').text
    assert "<script>alert(1)" not in text
    assert "<img" not in text
    assert "&quot;&gt;&lt;script&gt;" in text


@pytest.mark.parametrize("sent", ["", "0" * 64, "é"])
def test_a_form_of_another_site_does_not_log_in(visitor: TestClient, sent: str) -> None:
    _token(visitor)
    answer = visitor.post("/login", data={"form": sent, "name": NAME, "password": PASSWORD})
    assert answer.status_code == 403
    assert "treaty_session" not in visitor.cookies


def test_a_form_without_its_cookie_does_not_log_in(visitor: TestClient) -> None:
    token = _token(visitor)
    visitor.cookies.clear()
    answer = visitor.post("/login", data={"form": token, "name": NAME, "password": PASSWORD})
    assert answer.status_code == 403


def test_what_another_site_sends_with_the_cookie_is_refused(visitor: TestClient) -> None:
    _log_in(visitor)
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        answer = visitor.post("/anything", json={"data": []}, headers={"sec-fetch-site": site})
        assert answer.status_code == status


def test_a_form_that_is_too_large_is_not_read(visitor: TestClient) -> None:
    answer = visitor.post("/login", data={"form": "x" * 100_000, "name": NAME, "password": PASSWORD})
    assert answer.status_code == 403
    many = "&".join(f"field{n}=x" for n in range(50))
    head = {"content-type": "application/x-www-form-urlencoded"}
    assert visitor.post("/login", content=many, headers=head).status_code == 403


@pytest.mark.parametrize(
    "onward",
    [
        "https://other.example", "//other.example", "/\\other.example", "\\\\other.example", "javascript:alert(1)",
        "/\t/other.example", "/login", "/logout?x", "", "relative", "/a\r\nset-cookie: x=1",
    ],
)  # fmt: skip
def test_a_login_leads_nowhere_else(onward: str) -> None:
    assert _inside(onward) == "/"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_where_a_login_leads_is_always_a_path_of_ours(onward: str) -> None:
    inside = _inside(onward)
    assert inside.startswith("/")
    assert httpx.URL("http://127.0.0.1/x").join(inside).host == "127.0.0.1"


# -- guessing


def test_guessing_at_a_name_is_slowed_from_everywhere_and_a_right_password_waits_too(door: Door) -> None:
    visitor, elsewhere = door.visitor(), door.visitor(host="198.51.100.7")
    tried = [visitor.get("/a", headers={"authorization": _basic(NAME, f"guess {n}")}) for n in range(5)]
    assert [one.status_code for one in tried] == [401] * 5
    held = elsewhere.get("/a", headers={"authorization": _basic(*RIGHT)})
    assert held.status_code == 429
    assert int(held.headers["retry-after"]) == 2
    form = _log_in(elsewhere)
    assert form.status_code == 429
    assert "Too many attempts. Try again in 2 seconds." in form.text
    assert door.told == ["refused"] * 5 + ["held_back"] * 2
    time.sleep(2.1)
    assert elsewhere.get("/a", headers={"authorization": _basic(*RIGHT)}).status_code == 200


def test_guesses_sent_at_once_are_counted_one_by_one(door: Door) -> None:
    async def all_at_once() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(door.app), base_url="http://127.0.0.1"
        ) as client:
            ways = [client.get("/a", auth=(f"name{n}", "a wrong password")) for n in range(20)]
            return [answer.status_code for answer in await asyncio.gather(*ways)]

    assert sorted(awaited(all_at_once())) == [401] * 5 + [429] * 15


def test_who_was_let_in_before_is_not_shut_out_by_others_guesses(door: Door) -> None:
    visitor, right = door.visitor(), {"authorization": _basic(*RIGHT)}
    assert visitor.get("/a", headers=right).status_code == 200
    for n in range(8):
        visitor.get("/a", headers={"authorization": _basic(NAME, f"guess {n}")})
    assert visitor.get("/a", headers=right).status_code == 200
    assert door.told == ["admitted", *["refused"] * 5, *["held_back"] * 3]


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Bearer x", "basic a2VlcGVy"])
def test_a_header_that_holds_no_login_is_refused(visitor: TestClient, header: str) -> None:
    assert visitor.get("/a", headers={"authorization": header}).status_code == 401


def _basic(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"
