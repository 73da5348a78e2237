"""An OpenAI-compatible endpoint on this machine, for tests: a real server that answers as it is told to.

It listens on a loopback port of the system's choosing, keeps what it was asked, and ends with its fixture. How it
answers is a function, so that it can be as bad as an endpoint in the world may be.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.endpoint import LARGEST

PATIENCE = 5.0
"""Seconds after which a hanging answer of this server ends by itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the endpoint was sent."""

    path: str
    headers: dict[str, str]
    raw: str

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def material(self) -> Any:
        """The question, and passages if any."""
        return json.loads(self.body["messages"][-1]["content"])


class _Handler(BaseHTTPRequestHandler):
    server: LocalEndpoint
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, raw)
        self.server.asked.append(request)
        self.close_connection = True
        self.server.answer(self, request)

    def do_GET(self) -> None:
        """Take note, so that a redirect that was followed is seen."""
        self.server.asked.append(Request(self.path, {}, ""))
        self.send_response(204)
        self.end_headers()

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


Answering = Callable[[_Handler, Request], None]


class LocalEndpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[Request] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        return  # clients here break off on purpose


@contextmanager
def serving(answer: Answering) -> Iterator[LocalEndpoint]:
    """Run an endpoint for as long as the block."""
    with LocalEndpoint(answer) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield running
        finally:
            running.over.set()
            running.shutdown()
            thread.join(PATIENCE)


def completion(words: object) -> bytes:
    """Return the answer of a model that says these words."""
    return json.dumps(
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": words}}]}
    ).encode()


def says(reworded: object, picked: object | None = None) -> Answering:
    """Answer a rewording with ``reworded`` and a pick with ``picked`` (the same if None), as the model's words."""

    def answer(handler: _Handler, request: Request) -> None:
        words = reworded if picked is None or "passages" not in request.material else picked
        handler.reply(200, completion(words if isinstance(words, str) else json.dumps(words)))

    return answer


def sends(status: int, body: bytes = b"", **headers: str) -> Answering:
    """Answer with these very bytes."""
    return lambda handler, _: handler.reply(status, body, **headers)


def hangs(handler: _Handler, _: Request) -> None:
    """Take the question and say nothing."""
    handler.server.over.wait(PATIENCE)


def drips(handler: _Handler, _: Request) -> None:
    """Send headers a byte at a time, for ever: no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _byte in range(int(PATIENCE / 0.02)):
        if handler.server.over.wait(0.02):
            return
        handler.wfile.write(b"s")


def drips_words(handler: _Handler, _: Request) -> None:
    """Send a body a byte at a time, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _byte in range(int(PATIENCE / 0.02)):
        if handler.server.over.wait(0.02):
            return
        handler.wfile.write(b" ")


def floods(handler: _Handler, _: Request) -> None:
    """Send megabytes, without saying how many."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _piece in range(2_000):
        handler.wfile.write(b'{"choices": ' * 1_000)


def breaks_off(handler: _Handler, _: Request) -> None:
    """Promise more than comes."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{")


def sends_no_http(handler: _Handler, _: Request) -> None:
    """Greet like a mail server."""
    handler.wfile.write(b"220 mail ready\r\n\r\n")


INVENTED = "Article 9 says: “Lanterns are free of charge.” That is the answer."
FAILURES: dict[str, tuple[Answering, str]] = {
    "answers 500": (sends(500, b"oops"), "status 500"),
    "answers 404": (sends(404), "status 404"),
    "does not know the key": (sends(401), "status 401"),
    "understands nothing": (sends(400), "status 400"),
    "sends no JSON": (sends(200, b"<html>welcome</html>"), "not a completion"),
    "sends nothing": (sends(200, b""), "not a completion"),
    "sends other JSON": (sends(200, b'{"error": "busy"}'), "not a completion"),
    "sends no choice": (sends(200, b'{"choices": []}'), "not a completion"),
    "sends no words": (sends(200, b'{"choices": [{"message": {"content": null}}]}'), "not a completion"),
    "sends half a character": (sends(200, rb'{"choices": [{"message": {"content": "\ud83d"}}]}'), "not a completion"),
    "sends bytes": (sends(200, b"\xff\xfe\x00"), "not a completion"),
    "nests without end": (sends(200, b"[" * 400_000), "not a completion"),
    "invents a quote": (says(INVENTED), "no advice"),
    "invents a quote as JSON": (says({"answer": INVENTED}), "no advice"),
    "says nothing": (says(""), "no advice"),
    "gives wrong types": (says({"number": "two", "wordings": "costs"}), "no advice"),
    "gives a fraction and numbers": (says({"number": 1.5, "wordings": [1, 2]}), "no advice"),
    "gives truth for a number": (says({"number": True, "wordings": None}), "no advice"),
    "gives a number below 0": (says('{"number": -1, "wordings": {}}'), "no advice"),
    "gives too many objects": (says('{"number": 1, "wordings": ["a"]}' + "{}" * 100), "no advice"),
    "sends megabytes": (floods, "too large"),
    "says one byte too many": (sends(200, b" " * (LARGEST + 1)), "too large"),
    "breaks off": (breaks_off, "unreachable"),
    "sends no HTTP": (sends_no_http, "unreachable"),
}  # fmt: skip
