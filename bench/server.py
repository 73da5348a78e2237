"""The server, started as its user starts it: how long until it answers, and the memory it takes.

It is asked through the API that it offers to programs. The process is ended by its own id.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.peers.protocol import memory
from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import httpx

COMMAND = ("-c", "from assistant.cli import main; main()")
"""What the console script runs, so that the interpreter of the benchmark runs it, installed or not."""
PATIENCE = 180.0
"""Seconds after which a server that gives no sign is given up."""
LOOK = 0.05
"""Seconds between two looks."""
END = 10.0
"""Seconds it has to end after SIGTERM."""
ANNOUNCED = "Treaty assistant: "
"""What it prints before its address."""
HEALTH, ASK = "/healthz", "/gradio_api/run/ask"
OK = 200


@dataclass(frozen=True, slots=True)
class Served:
    """What was seen of the server.

    Attributes:
        page: Seconds from its start until the page was served.
        ready: Seconds from its start until it said that it can answer.
        asked: Seconds each question took over HTTP.
        resident: Megabytes after the questions; None if this system does not tell.
    """

    page: float
    ready: float
    asked: tuple[float, ...]
    resident: float | None


def measure_server(options: Sequence[str], questions: Sequence[str], folder: Path) -> Served:
    """Start ``treaty serve`` on a free port of the loopback address, ask, look at its memory, end it.

    Args:
        options: Of ``treaty``, before the command.
        questions: Asked one after another.
        folder: Where its output is kept.

    Raises:
        EvaluationError: If it ends, fails to answer, or gives no sign.
    """
    import httpx

    started = time.perf_counter()
    with _serving(options, folder) as process:
        address = _address(process, folder)
        # No proxy of the environment: the address is this machine's own.
        with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
            client.get("/").raise_for_status()
            page = time.perf_counter() - started
            _wait_until_ready(client)
            ready = time.perf_counter() - started
            asked = tuple(_timed_question(client, question) for question in questions)
            return Served(page, ready, asked, memory(process.pid)["resident"])


@contextmanager
def _serving(options: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, *COMMAND, *options, "serve", "--host", "127.0.0.1", "--port", "0"]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)  # noqa: S603 - our own program, no shell
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Return the address the server prints once it listens."""
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        for line in (folder / "out").read_text(encoding="utf-8").splitlines():
            if line.startswith(ANNOUNCED):
                return line.removeprefix(ANNOUNCED).strip()
        if process.poll() is not None:
            said = (folder / "err").read_text(encoding="utf-8").strip().splitlines() or ["nothing on stderr"]
            raise EvaluationError(f"expected the server to start, found: {said[-1]}. Run: treaty doctor")
        time.sleep(LOOK)
    raise EvaluationError(
        f"expected the server's address within {PATIENCE:.0f} s, found none. Run: treaty serve"
    )


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        if client.get(HEALTH).status_code == OK:
            return
        time.sleep(LOOK)
    raise EvaluationError(f"expected the server to be ready within {PATIENCE:.0f} s. Run: treaty doctor")


def _timed_question(client: httpx.Client, question: str) -> float:
    started = time.perf_counter()
    answer = client.post(ASK, json={"data": [question, None, None, None]})
    seconds = time.perf_counter() - started
    if answer.status_code != OK:
        raise EvaluationError(
            f"expected the server to answer, found status {answer.status_code}. Run: treaty doctor"
        )
    return seconds
