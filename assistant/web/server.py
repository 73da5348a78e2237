"""Listening: one address, taken before anything else starts, and a clean end.

Gradio's own launcher is not used. It looks at the address through the proxy settings of the environment,
says of a busy port only that none was found, and ends on a signal without closing what we opened. Here the
socket is bound first, uvicorn serves it, and every response carries a policy that keeps the browser from
asking another host for anything.
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

from assistant.errors import ServeError
from assistant.web.app import TITLE, build
from assistant.web.ask import Asker
from assistant.web.theme import CSS, HEAD, reading_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.web.session import Session

GRACE_SECONDS = 2
"""How long open pages may hold up the end: each keeps a stream open that never ends by itself."""

# Gradio builds its page with inline scripts and compiled templates, so those are allowed; handlers in
# attributes (onclick, onerror) are not, nor is any other host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses of this machine; a page served there answers to no other name (see ``Guard``)."""


class Guard:
    """Adds the headers, and on a loopback address refuses requests made out to another host name.

    A web site whose name is made to resolve to this machine could otherwise read the library through the
    visitor's browser (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, only_loopback: bool) -> None:
        self._app, self._only_loopback = app, only_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the headers added to its response."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if self._only_loopback and _host_name(scope) not in LOOPBACK:
            await _refuse(send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        await self._app(scope, receive, send_guarded)


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


def run(session: Session, host: str, port: int, *, open_browser: bool = False) -> None:
    """Load the session in the background and serve its page until a signal ends it.

    Raises:
        ServeError: If the address cannot be listened at.
    """
    with listen(host, port) as listener:
        asker = Asker(session)
        config = uvicorn.Config(
            application(session, asker, host),
            log_level=logging.WARNING,
            timeout_graceful_shutdown=GRACE_SECONDS,
            access_log=False,
        )
        session.start()
        try:
            Server(config, _address(host, listener), open_browser=open_browser).run([listener])
        finally:
            asker.close()
            session.close()


def application(session: Session, asker: Asker, host: str) -> ASGIApp:
    """Return the page as an ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app,
        build(session, asker),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=reading_room(),
        css=CSS,
        head=HEAD,
    )
    return Guard(app, only_loopback=host in LOOPBACK)


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


def _host_name(scope: Scope) -> str:
    """Return the host name a request is made out to, without its port."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


async def _refuse(send: Send) -> None:
    body = b"This page answers only to the name of this machine, such as 127.0.0.1.\n"
    await send(
        {
            "type": "http.response.start",
            "status": 421,
            "headers": [(b"content-type", b"text/plain"), *HEADERS],
        }
    )
    await send({"type": "http.response.body", "body": body})
