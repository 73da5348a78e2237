"""Two addresses for whoever keeps the server running: whether it is well, and its numbers.

``/healthz`` is before the door: a load balancer has no password. It says no more than a word and a generation's name.
``/metrics`` is behind the door; where there is none, it is told to this machine only and to nobody through a proxy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

from assistant.settings import is_loopback
from assistant.web.service.metrics import CONTENT_TYPE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.web.service.watch import Watch

HEALTH, METRICS = "/healthz", "/metrics"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_PLAIN = {"Cache-Control": "no-store"}


class Service:
    """Answers the two addresses and passes everything else on.

    Args:
        app: What is behind.
        watch: What is known of the server.
        guarded: Whether who comes here has logged in.
    """

    def __init__(self, app: ASGIApp, watch: Watch, *, guarded: bool) -> None:
        self._app, self._watch, self._guarded = app, watch, guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass a request on."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path not in (HEALTH, METRICS):
            await self._app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await PlainTextResponse("Only to be read.\n", 405, {"Allow": "GET, HEAD"})(scope, receive, send)
        elif path == HEALTH:
            health = self._watch.health()
            await JSONResponse(health, 200 if health["status"] == "ready" else 503, _PLAIN)(
                scope, receive, send
            )
        else:
            await self._numbers(scope)(scope, receive, send)

    def _numbers(self, scope: Scope) -> Response:
        if not self._guarded and not _from_here(scope):
            return PlainTextResponse("Told to this machine only; with --auth also to who logs in.\n", 403)
        return Response(self._watch.metrics.exposition(), media_type=CONTENT_TYPE, headers=_PLAIN)


def _from_here(scope: Scope) -> bool:
    client, headers = scope.get("client"), Headers(scope=scope)
    return client is not None and is_loopback(client[0]) and not any(name in headers for name in _FORWARDED)
