"""The door of a served chat: who has no session and no password gets the login page or a plain refusal.

Gradio's own login is not used: it leaves routes open (its streams, its tokens), compares what its callback tells it
without any limit on attempts, and its cookie goes along from other sites. This one stands before the whole
application, so that a route that a later release adds is behind it too. Only ``open_paths`` are before it.

People log in with a form and get a cookie; programs send HTTP Basic with each request. A password that was found right
is remembered as a digest under a key that ends with the process, so that not every request costs a hash.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import math
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from assistant.web.service.login_page import leave_page, login_page
from assistant.web.service.throttle import Throttle, site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.passwords import Accounts

LOGIN, LOGOUT = "/login", "/logout"
COOKIE = "treaty_session"
FORM_COOKIE = "treaty_form"
SESSION_SECONDS = 12 * 3600
"""A working day; whoever comes back the next morning logs in."""
MOST_SESSIONS = 5_000
"""Sessions, and passwords found right, that are remembered; the oldest goes first."""
LONGEST_FORM = 8_192
"""Bytes of a login form; a name and a password have far fewer."""
MOST_FIELDS = 10
"""Fields of a login form; ours has four."""
HASHING = 2
"""Hashes computed at a time: each takes 32 MB and most of a core."""
WRONG = "Name or password is not right."
STALE = "The form was too old. Please try again."
HELD_BACK = "Too many attempts. Try again in {} seconds."


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    ends: float


class Login:
    """ASGI middleware that lets through who is logged in.

    Args:
        app: What is behind the door.
        accounts: Who may pass.
        title: The program's name, for the page.
        root: Path prefix that a proxy puts before ours, without a slash at its end; or an empty string.
        open_paths: Paths before the door.
        told: Hears how an attempt ended: ``admitted``, ``refused`` or ``held_back``.
    """

    def __init__(
        self,
        app: ASGIApp,
        accounts: Accounts,
        title: str,
        *,
        root: str = "",
        open_paths: frozenset[str] = frozenset(),
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._app, self._accounts, self._title = app, accounts, title
        self._root, self._open, self._told = root, open_paths, told
        self._secret = secrets.token_bytes(32)
        self._throttle = Throttle()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._hashing = asyncio.Semaphore(HASHING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it here."""
        if scope["type"] == "lifespan" or scope["path"] in self._open:
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        else:
            answer = await self._answer(scope, receive)
            await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer to a request that does not pass, or None if it passes."""
        headers, path = Headers(scope=scope), scope["path"].rstrip("/")
        if path == LOGIN:
            return await self._login(scope, headers, receive)
        if path == LOGOUT:
            return await self._logout(scope, headers, receive)
        if self._session(headers) is not None:
            return _foreign(scope, headers)
        if headers.get("authorization", "").lower().startswith("basic "):
            return await self._basic(scope, headers)
        return self._closed(scope, headers)

    # -- people

    async def _login(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        if scope["method"] != "POST":
            query = parse_qs(scope["query_string"].decode("latin-1"))
            onward = _inside(query.get("next", [""])[0])
            if self._session(headers) is not None:
                return RedirectResponse(self._root + onward, 303)
            return self._form(scope, headers, onward)
        given = await _form(receive)
        name, onward = given.get("name", "").strip(), _inside(given.get("next", ""))
        if not self._is_ours(headers, given.get("form", "")):
            return self._form(scope, headers, onward, name=name, trouble=STALE, status=403)
        wait = await self._attempt(scope, name, given.get("password", ""))
        if wait is not None:
            trouble, status = (HELD_BACK.format(wait), 429) if wait else (WRONG, 401)
            return self._form(scope, headers, onward, name=name, trouble=trouble, status=status)
        token = secrets.token_urlsafe(32)
        self._sessions[_digest(token)] = _Session(name, time.monotonic() + SESSION_SECONDS)
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        answer = RedirectResponse(self._root + onward, 303)
        self._set(answer, scope, COOKIE, token, SESSION_SECONDS)
        return answer

    async def _logout(self, scope: Scope, headers: Headers, receive: Receive) -> Response:
        session = self._session(headers)
        if session is None:
            return RedirectResponse(self._root + LOGIN, 303)
        if scope["method"] != "POST":
            form = self._token(headers)
            page = leave_page(
                self._title, self._root + LOGOUT, self._signed(form), f"{self._root}/", session.name
            )
            answer: Response = HTMLResponse(page, headers={"Cache-Control": "no-store"})
            self._set(answer, scope, FORM_COOKIE, form, SESSION_SECONDS)
            return answer
        if not self._is_ours(headers, (await _form(receive)).get("form", "")):
            return RedirectResponse(self._root + LOGOUT, 303)
        self._sessions.pop(_digest(_cookies(headers).get(COOKIE, "")), None)
        answer = RedirectResponse(self._root + LOGIN, 303)
        answer.delete_cookie(COOKIE, path=self._root or "/")
        return answer

    def _form(
        self,
        scope: Scope,
        headers: Headers,
        onward: str,
        *,
        name: str = "",
        trouble: str = "",
        status: int = 200,
    ) -> Response:
        form = self._token(headers)
        page = login_page(
            self._title, self._root + LOGIN, self._signed(form), onward, name=name[:64], trouble=trouble
        )
        answer = HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
        self._set(answer, scope, FORM_COOKIE, form, SESSION_SECONDS)
        return answer

    def _session(self, headers: Headers) -> _Session | None:
        token = _digest(_cookies(headers).get(COOKIE, ""))
        session = self._sessions.get(token)
        if session is not None and session.ends < time.monotonic():
            del self._sessions[token]
            return None
        return session

    # The form's token is in a cookie and, signed, in the form: another site can set neither so that they fit.

    def _token(self, headers: Headers) -> str:
        return _cookies(headers).get(FORM_COOKIE, "")[:64] or secrets.token_urlsafe(32)

    def _signed(self, token: str) -> str:
        return hmac.new(self._secret, b"form:" + token.encode(), hashlib.sha256).hexdigest()

    def _is_ours(self, headers: Headers, given: str) -> bool:
        token = _cookies(headers).get(FORM_COOKIE, "")[:64]
        same = hmac.compare_digest(self._signed(token).encode(), given.encode(errors="replace"))
        return bool(token) and same and headers.get("sec-fetch-site", "none") in ("same-origin", "none")

    def _set(self, answer: Response, scope: Scope, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._root or "/",
            secure=scope.get("scheme") == "https",
            httponly=True,
            samesite="strict" if name == FORM_COOKIE else "lax",
        )

    # -- programs

    async def _basic(self, scope: Scope, headers: Headers) -> Response | None:
        name, password = _credentials(headers["authorization"])
        wait = await self._attempt(scope, name, password)
        if wait is None:
            return None
        if wait:
            return PlainTextResponse(HELD_BACK.format(wait) + "\n", 429, {"Retry-After": str(wait)})
        return _refused(WRONG, challenge=True)

    def _closed(self, scope: Scope, headers: Headers) -> Response:
        if scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            wanted = quote(_inside(scope["path"] + (f"?{query}" if query else "")), safe="/")
            return RedirectResponse(f"{self._root}{LOGIN}?next={wanted}", 303, {"Cache-Control": "no-store"})
        # A browser answers this challenge with a window of its own, which would stand over the page.
        return _refused("Log in first.", challenge="sec-fetch-mode" not in headers)

    # -- both

    async def _attempt(self, scope: Scope, name: str, password: str) -> int | None:
        """Return None if name and password are right, 0 if they are not, else the seconds to wait before a try."""
        right = hmac.digest(self._secret, f"{name}\0{password}".encode(errors="surrogatepass"), "sha256")
        if right in self._right:
            return None
        client = scope.get("client")
        keys = (f"name:{name}", f"site:{site_of(client[0] if client else '')}")
        wait = self._throttle.begin(*keys)
        if wait > 0:
            self._told("held_back")
            return math.ceil(wait)
        async with self._hashing:
            admitted = await asyncio.to_thread(self._accounts.admits, name, password)
        self._told("admitted" if admitted else "refused")
        if not admitted:
            return 0
        self._throttle.forgive(*keys)
        self._right[right] = None
        while len(self._right) > MOST_SESSIONS:
            self._right.popitem(last=False)
        return None


def _foreign(scope: Scope, headers: Headers) -> Response | None:
    """Refuse what another site makes a visitor's browser send along with the visitor's cookie."""
    if scope["method"] not in ("GET", "HEAD") and headers.get("sec-fetch-site", "none") not in (
        "same-origin",
        "none",
    ):
        return PlainTextResponse("Sent from another site.\n", 403)
    return None


def _refused(why: str, *, challenge: bool) -> Response:
    headers = {"Cache-Control": "no-store"}
    if challenge:
        headers["WWW-Authenticate"] = 'Basic realm="Treaty assistant", charset="UTF-8"'
    return PlainTextResponse(f"{why}\n", 401, headers)


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _credentials(authorization: str) -> tuple[str, str]:
    """Return name and password of an Authorization header; empty ones where it holds none."""
    try:
        name, _, password = base64.b64decode(authorization[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


async def _form(receive: Receive) -> dict[str, str]:
    """Return the fields of a form, each once; none of a form that is longer than ours can be."""
    body, more = b"", True
    while more and len(body) <= LONGEST_FORM:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > LONGEST_FORM:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields
        return {}
    return {name: values[0] for name, values in fields.items()}


def _inside(onward: str) -> str:
    """Return a path of ours to go on to; the page if it may lead elsewhere."""
    if not onward.startswith("/") or onward.startswith("//") or "\\" in onward or not onward.isprintable():
        return "/"
    return onward if urlsplit(onward).path.rstrip("/") not in (LOGIN, LOGOUT) else "/"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
