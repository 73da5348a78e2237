"""Listening: one address, taken before anything else starts, and a clean end.

Gradio's own launcher is not used. It looks at the address through the proxy settings of the environment,
says of a busy port only that none was found, and ends on a signal without closing what we opened. Here the
socket is bound first, uvicorn serves it, and what a request passes on its way in stands in ``application``:
the guard of host names, the door, the operator's addresses, the limits, and Gradio.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
import webbrowser
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant import passwords
from assistant.errors import ServeError
from assistant.log import Log
from assistant.serving import Serving
from assistant.settings import is_loopback
from assistant.web.app import TITLE, build
from assistant.web.ask.asker import CONCURRENT, Asker
from assistant.web.reader.pages import Pages, add_pages
from assistant.web.service import endpoints
from assistant.web.service.endpoints import Endpoints
from assistant.web.service.gate import LOOPBACK, Guard, Limits
from assistant.web.service.health import HEALTH, Service
from assistant.web.service.login import Login
from assistant.web.service.login_page import logout_link
from assistant.web.service.watch import Watch
from assistant.web.theme import CSS, HEAD, reading_room
from assistant.web.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from starlette.types import ASGIApp

    from assistant.passwords import Accounts
    from assistant.web.reader.pages import RawOf
    from assistant.web.session import Session
    from corpus.name_book import NameBook

GRACE_SECONDS = 2
"""How long open pages may hold up the end: each keeps a stream open that never ends by itself."""

CALLBACKS = 4
"""Callbacks of the page run at a time; those that ask have a limit of their own."""
EVENTS_AHEAD = 32
"""Callbacks of the page, in addition to the questions that may wait, that Gradio keeps in line: a page that opens
sends two. One more visitor is told that the program is busy."""


class Server(uvicorn.Server):
    """Uvicorn, ending quietly on a signal and saying where the page is."""

    def __init__(self, config: uvicorn.Config, address: str, *, open_browser: bool) -> None:
        super().__init__(config)
        self._address, self._open_browser = address, open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the address."""
        await super().startup(sockets)
        sys.stdout.write(f"{TITLE}: {self._address}\n")
        sys.stdout.flush()
        if self._open_browser:
            webbrowser.open(self._address)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as requests to end; uvicorn's own form raises them again at the end."""
        handlers = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit and number == signal.SIGINT
        self.should_exit = True


def run(
    session: Session,
    host: str,
    port: int,
    *,
    serving: Serving | None = None,
    names: NameBook | None = None,
    raw_of: RawOf | None = None,
    open_browser: bool = False,
) -> None:
    """Load the session in the background and serve its page until a signal ends it.

    Args:
        session: What is served.
        host: Where to listen.
        port: Where to listen; 0 for any free one.
        serving: How; for one's own use on this machine if not given.
        names: What treaties are called; those of the program if not given.
        raw_of: Gives a document's file, so that its pages can be shown; without it none are.
        open_browser: Whether to open the page.

    Raises:
        ServeError: If the address cannot be listened at.
        PasswordsError: If the file of names and hashes is wrong.
    """
    how = serving or Serving()
    accounts = passwords.read(how.auth) if how.auth is not None else None
    with listen(host, port) as listener:
        workers = Workers(CONCURRENT, how.waiting)
        watch = Watch(session, Log(how.log, questions=how.log_questions), lambda: workers.inside)
        asker = Asker(session, workers, watch)
        config = uvicorn.Config(
            application(session, asker, host, how, accounts=accounts, names=names, raw_of=raw_of),
            log_level=logging.WARNING,
            timeout_graceful_shutdown=GRACE_SECONDS,
            access_log=False,
            server_header=False,
        )
        session.start()
        try:
            Server(config, _address(host, listener), open_browser=open_browser).run([listener])
        finally:
            asker.close()
            session.close()


def application(
    session: Session,
    asker: Asker,
    host: str,
    serving: Serving,
    *,
    accounts: Accounts | None = None,
    names: NameBook | None = None,
    raw_of: RawOf | None = None,
) -> ASGIApp:
    """Return the page, its endpoints and all that stands before them as an ASGI application."""
    page = _page(session, asker, serving, names, raw_of, manage=serving.managed(host))
    app = Limits(page, endpoints.NAMES, serving.upload_bytes)
    inside = Service(app, asker.watch, guarded=accounts is not None)
    door = (
        Login(
            inside,
            accounts,
            TITLE,
            root=serving.prefix,
            open_paths=frozenset({HEALTH}),
            told=asker.watch.login,
        )
        if accounts is not None
        else inside
    )
    here = is_loopback(host)
    return Guard(
        door,
        names=LOOPBACK | serving.hosts if here or serving.hosts else None,
        root=serving.prefix,
        forwarded=(serving.hosts or None) if serving.proxied else (),
        open_paths=frozenset({HEALTH}),
    )


def _page(
    session: Session,
    asker: Asker,
    serving: Serving,
    names: NameBook | None,
    raw_of: RawOf | None,
    *,
    manage: bool,
) -> ASGIApp:
    """Return Gradio's application: the page, the endpoints, and the MCP server if it is wanted."""
    pages = Pages(raw_of, serving.prefix) if raw_of is not None else None
    blocks = build(session, asker, pages, manage=manage)
    endpoints.add(blocks, Endpoints(session, asker, names))
    blocks.queue(api_open=False, max_size=serving.waiting + EVENTS_AHEAD, default_concurrency_limit=CALLBACKS)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if pages is not None:
        add_pages(app, session, pages)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=serving.upload_bytes,
        root_path=serving.root_path.rstrip("/") or None,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=serving.mcp,
        theme=reading_room(),
        css=CSS,
        head=HEAD + (logout_link(serving.prefix) if serving.auth is not None else ""),
    )
    if serving.mcp:
        from assistant.web.service.tools import mend  # the library behind it is imported for nobody else

        mend(blocks)
    return app


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address.

    Raises:
        ServeError: If the address is taken or is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        raise ServeError(
            f"expected to listen at {host} port {port}, found: {error}. "
            "Choose another with --port (0 takes any free one) or --host"
        ) from error
    return listener


def _address(host: str, listener: socket.socket) -> str:
    """Return the address to open in a browser."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}"
