"""Behind a reverse proxy with a path prefix, and while more is asked than can be answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import httpx
import pytest

from tests.web.browsing import Served, small, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PREFIX = "/law/treaties"
KEEPERS = "How long is the training of lighthouse keepers?"
KEEPERS_WORDS = "Each Party trains its lighthouse keepers for no less than forty days before the first watch."
_NOT_PASSED_ON = {"host", "connection", "transfer-encoding", "content-length", "accept-encoding"}


class _Proxy(BaseHTTPRequestHandler):
    """Passes what is under the prefix on, says who asked for it, and streams what comes back."""

    upstream: ClassVar[str]
    strips: ClassVar[bool]

    def _pass_on(self) -> None:
        if not self.path.startswith(f"{PREFIX}/"):
            self.send_error(404)
            return
        path = self.path.removeprefix(PREFIX) if self.strips else self.path
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON}
        headers |= {"x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "http"}
        headers["x-forwarded-host"] = self.headers["host"]
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        sent = httpx.stream(self.command, self.upstream + path, headers=headers, content=body, timeout=60)
        try:
            with sent as answer:
                self.send_response(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name not in _NOT_PASSED_ON | {"content-encoding", "date"}:
                        self.send_header(name, value)
                self.end_headers()
                for piece in answer.iter_bytes():
                    self.wfile.write(piece)
                    self.wfile.flush()
        except (OSError, httpx.HTTPError):
            self.close_connection = True  # the browser or the server is gone

    do_GET = do_POST = do_HEAD = _pass_on  # noqa: N815 - the names that the server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def proxied(upstream: str, *, strips: bool) -> Iterator[str]:
    """Run a proxy for the block and give the address that visitors use."""
    handler = type("Handler", (_Proxy,), {"upstream": upstream, "strips": strips})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}{PREFIX}"
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with small("--root-path", PREFIX) as served:
        yield served


@pytest.mark.parametrize("strips", [True, False], ids=["prefix taken off", "prefix left on"])
def test_programs_reach_it_through_a_proxy(page: Served, strips: bool) -> None:
    with proxied(page.address, strips=strips) as address:
        assert httpx.get(f"{address}/config").json()["root"] == address
        sent = {"data": [KEEPERS, None, None, None]}
        answer = httpx.post(f"{address}/gradio_api/run/ask", json=sent, timeout=60)
        assert answer.json()["data"][0]["quotes"][0]["text"] == KEEPERS_WORDS
        assert httpx.get(f"{address}/healthz").json()["status"] == "ready"
        assert httpx.get(f"{address}/metrics").status_code == 403


def test_a_visitor_asks_through_a_proxy(page: Served, browser: Browser) -> None:
    with (
        proxied(page.address, strips=True) as address,
        visiting(browser, f"{address}/#/documents/lamps/art-3") as visit,
    ):
        visit.page.wait_for_selector(".status.ready")
        assert visit.page.locator("mark").first.text_content() == KEEPERS_WORDS
        visit.ask(KEEPERS)
        visit.turn(0).locator("blockquote").first.wait_for()
        assert visit.turn(0).locator("blockquote").first.text_content() == KEEPERS_WORDS
        assert visit.errors == []
        assert all(fetched.startswith((f"{address}/", "data:")) for fetched in visit.fetched)


def test_a_visitor_is_told_when_too_many_ask(browser: Browser) -> None:
    with (
        small("--ask", "3", "--waiting", "1") as page,
        visiting(browser, page.address) as visit,
        ThreadPoolExecutor(3) as others,
    ):
        visit.page.wait_for_selector(".status.ready")
        sent = {"data": [KEEPERS, None, None, None]}
        for _ in range(3):
            others.submit(httpx.post, f"{page.address}/gradio_api/run/ask", json=sent, timeout=60)
        assert [page.asked()["question"] for _ in range(2)] == [KEEPERS] * 2
        visit.ask(KEEPERS)
        visit.turn(0).get_by_text("Try again in a moment").wait_for()
