"""What stands before the whole application: under which names it answers, what it is never asked, how much it is sent.

A web site whose name is made to resolve to this machine could read the library through a visitor's browser (DNS
rebinding), so a page served on a loopback address answers to no other name than this machine's, and a page that was
told its names to no others. Behind a proxy the visitor's address comes in headers that anyone can send; they are
dropped where no proxy was announced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine."""
API = "/gradio_api"
CALLS = (f"{API}/call/v2/", f"{API}/call/", f"{API}/run/", f"{API}/api/")
"""Where Gradio calls a function by its name; the page itself calls by number."""
CLOSED = tuple(
    f"{API}/{name}" for name in ("deep_link", "proxy=", "vibe", "undo-vibe", "run-history", "dev", "stream")
) + tuple(f"{API}/mcp/{name}" for name in ("sse", "messages", "schema"))
"""Routes of Gradio that nothing here uses: shared states, fetching for others, editing the program, old transports."""
UPLOAD = f"{API}/upload"
MAX_BODY = 6_000_000
"""Bytes of a request that is no upload: the conversations that a browser kept, four bytes a character, have four
million, the longest text to verify has 1.6 million."""
UPLOADED_TOGETHER = 10
"""Files of the largest size that one upload may have in all."""


class Guard:
    """Refuses requests made out to another host name, and adds the headers to every answer.

    Args:
        app: What is guarded.
        names: Host names that are answered to; None for all.
        root: Path prefix of the proxy, without a slash at its end; it is taken off where the proxy leaves it on.
        forwarded: Names that a proxy may say the visitor used; None for any, none for no proxy.
        open_paths: Paths that answer under every name.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Collection[str] | None,
        root: str = "",
        forwarded: Collection[str] | None = (),
        open_paths: Collection[str] = (),
    ) -> None:
        self._app, self._names, self._root = app, names, root
        self._forwarded, self._open = forwarded, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the headers added to its response."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        scope = self._without_prefix(scope)
        name = host_name(Headers(scope=scope).get("host", ""))
        if self._names is not None and name not in self._names and scope["path"] not in self._open:
            text = "This page answers only to the name of this machine, such as 127.0.0.1, and to --allowed-host.\n"
            await PlainTextResponse(text, 421)(scope, receive, send_guarded)
        elif self._root and scope["path"] == self._root:
            await RedirectResponse(f"{self._root}/", 307)(scope, receive, send_guarded)
        else:
            await self._app(self._believed(scope), receive, send_guarded)

    def _without_prefix(self, scope: Scope) -> Scope:
        path = scope["path"]
        if not self._root or not path.startswith(f"{self._root}/"):
            return scope
        inside = path[len(self._root) :]
        return {**scope, "path": inside, "raw_path": scope.get("raw_path", b"")[len(self._root.encode()) :]}

    def _believed(self, scope: Scope) -> Scope:
        """Return a request without the host name that a proxy, or someone in its place, says it was sent to."""
        said = Headers(scope=scope).get("x-forwarded-host")
        first = host_name(said.split(",")[0].strip()) if said is not None else ""
        if said is None or self._forwarded is None or first in self._forwarded:
            return scope
        return {**scope, "headers": [one for one in scope["headers"] if one[0] != b"x-forwarded-host"]}


class Limits:
    """Refuses what is closed and what is too large, before anything of it is read into the application.

    Args:
        app: What is behind.
        endpoints: The functions that programs may call by name.
        upload_bytes: Bytes of one uploaded file.
    """

    def __init__(self, app: ASGIApp, endpoints: Collection[str], upload_bytes: int) -> None:
        self._app, self._endpoints = app, frozenset(endpoints)
        self._upload = UPLOADED_TOGETHER * upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, length = scope["path"], _length(Headers(scope=scope))
        upload = path.rstrip("/") == UPLOAD
        if path.startswith(CLOSED) or not self._callable(path):
            await PlainTextResponse("Not found.\n", 404)(scope, receive, send)
        elif upload and length is None:
            await PlainTextResponse("An upload says how long it is.\n", 411)(scope, receive, send)
        elif length is not None and length > (self._upload if upload else MAX_BODY):
            await _too_large(scope, receive, send)
        elif upload or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        else:
            await self._whole(scope, receive, send)

    def _callable(self, path: str) -> bool:
        for prefix in CALLS:
            if path.startswith(prefix):
                return path.removeprefix(prefix).split("/")[0] in self._endpoints
        return True

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on once its body is there; one that does not say its length may still be too long."""
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > MAX_BODY:
                await _too_large(scope, receive, send)
                return
        first: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def again() -> Message:
            return first.pop() if first else await receive()

        await self._app(scope, again, send)


def host_name(host: str) -> str:
    """Return the name in a Host header, in lower case, without its port."""
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower()


def _length(headers: Headers) -> int | None:
    given = headers.get("content-length", "")
    return int(given) if given.isdecimal() else None


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    text = f"A request may have {MAX_BODY} bytes, an uploaded file what the setting max_megabytes says.\n"
    await PlainTextResponse(text, 413)(scope, receive, send)
