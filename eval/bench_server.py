"""Whole processes for the benchmark: a cold command, the models alone, and the server, with their memory.

The server is asked as a browser asks it: its page's events are private, so Gradio's own client may not call
them, but the queue behind them speaks plain HTTP. Every process is ended by its own id.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.errors import EvaluationError

if TYPE_CHECKING:
    import httpx

COMMAND = ("-c", "from assistant.cli import main; main()")
"""What the console script runs, so that the interpreter of the benchmark runs it, installed or not."""
MODELS = ("-c", "import sys; from eval.bench_server import models_alone; models_alone(sys.argv[1])")
PATIENCE = 180.0
"""Seconds after which a process that gives no sign is given up."""
LOOK = 0.05
"""Seconds between two looks at a process."""
END = 10.0
"""Seconds a process has to end after SIGTERM."""
ANSWERED = ('class="answer"', 'class="card declined"')
"""One of these stands in the conversation once a question is answered or declined; nothing else counts."""
ANNOUNCED = "Treaty assistant: "
"""What the server prints before its address."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process in megabytes (10⁶ bytes): now, and at its highest; None where not told."""

    resident: float | None
    peak: float | None


@dataclass(frozen=True, slots=True)
class ModelCalls:
    """What one question asked of the models, so that the same can be asked of them alone."""

    embedded: tuple[str, ...]
    scored: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Served:
    """What was seen of the server.

    Attributes:
        page: Seconds from its start until the page was served.
        ready: Seconds from its start until a question could be answered.
        asked: Seconds each question took over HTTP.
        idle: Memory when ready.
        after: Memory after the questions.
    """

    page: float
    ready: float
    asked: tuple[float, ...]
    idle: Memory
    after: Memory


def memory_in(status: str) -> Memory:
    """Return the memory that the text of ``/proc/<pid>/status`` tells of (proc(5); its kB are 1,024 bytes)."""
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    sizes = [fields[name].split()[0] if name in fields else None for name in ("VmRSS", "VmHWM")]
    resident, peak = (None if size is None else int(size) * 1024 / 1e6 for size in sizes)
    return Memory(resident, peak)


def memory_of(pid: int | str) -> Memory:
    """Return a process's memory; unknown on systems without ``/proc``."""
    try:
        return memory_in(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Memory(None, None)


def timed_process(words: Sequence[str]) -> tuple[float, str]:
    """Run this interpreter to its end; return the seconds it took and what it printed.

    Raises:
        EvaluationError: If it failed or took too long.
    """
    started = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, *words], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(
            f"expected a process to end within {PATIENCE:.0f} s, found it running"
        ) from error
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise EvaluationError(f"expected a process to succeed, found: {_trouble(done.stderr)}")
    return seconds, done.stdout


def write_calls(path: Path, calls: ModelCalls) -> None:
    """Write what ``models_alone`` is to ask."""
    path.write_text(json.dumps({"embedded": calls.embedded, "scored": calls.scored}), encoding="utf-8")


def models_alone(path: str) -> None:
    """Load both models, ask them what the file says, print this process's memory: the floor of a cold process."""
    from assistant.settings import load
    from index.embedder import load_embedder
    from index.reranker import load_reranker

    calls = json.loads(Path(path).read_text(encoding="utf-8"))
    settings = load()
    embedder, reranker = load_embedder(settings.embedder), load_reranker(settings.reranker)
    for question in calls["embedded"]:
        embedder.embed_query(question)
    for question, texts in calls["scored"]:
        reranker.score(question, texts)
    memory = memory_of("self")
    sys.stdout.write(json.dumps([memory.resident, memory.peak]))


def measure_server(options: Sequence[str], questions: Sequence[str], folder: Path) -> Served:
    """Start ``treaty serve`` on a free port of the loopback address, ask, look at its memory, end it.

    Args:
        options: Of ``treaty``, before the command.
        questions: Asked one after another, each in a conversation of its own.
        folder: Where its output is kept.

    Raises:
        EvaluationError: If it ends, fails to load, or gives no sign.
    """
    import httpx

    started = time.perf_counter()
    with _serving(options, folder) as process:
        address = _address(process, folder)
        # No proxy of the environment: the address is this machine's own.
        with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
            client.get("/").raise_for_status()
            page = time.perf_counter() - started
            events = _Events(client)
            _wait_until_ready(events)
            ready = time.perf_counter() - started
            idle = memory_of(process.pid)
            asked = tuple(_timed_question(events, question) for question in questions)
            return Served(page, ready, asked, idle, memory_of(process.pid))


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
            found = _trouble((folder / "err").read_text(encoding="utf-8"))
            raise EvaluationError(f"expected the server to start, found: {found}")
        time.sleep(LOOK)
    raise EvaluationError(
        f"expected the server's address within {PATIENCE:.0f} s, found none. Run: treaty serve"
    )


def _wait_until_ready(events: _Events) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        _, _, chosen, timer = events.send("load", [])
        if chosen.get("interactive"):
            return
        if not timer.get("active"):
            raise EvaluationError(
                "expected the server to load the models, found that it failed. Run: treaty doctor"
            )
        time.sleep(LOOK)
    raise EvaluationError(f"expected the server to be ready within {PATIENCE:.0f} s. Run: treaty doctor")


def _timed_question(events: _Events, question: str) -> float:
    started = time.perf_counter()
    conversation = events.send("submit", [question, None, []])[2]
    seconds = time.perf_counter() - started
    if not any(mark in conversation for mark in ANSWERED):
        raise EvaluationError("expected the server to answer or decline, found neither. Run: treaty doctor")
    return seconds


class _Events:
    """Sends the page's events to the queue, each from a session of its own, and waits for what comes of them."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._sessions = itertools.count(1)
        config = client.get("/config").raise_for_status().json()
        self._prefix: str = config["api_prefix"]
        self._numbers = {
            name: event["id"] for event in config["dependencies"] for _, name in reversed(event["targets"])
        }

    def send(self, event: str, values: list[Any]) -> list[Any]:
        """Send an event with its inputs; return its outputs when it is done."""
        session = f"bench{next(self._sessions)}"
        body = {"data": values, "fn_index": self._numbers[event], "session_hash": session}
        self._client.post(f"{self._prefix}/queue/join", json=body).raise_for_status()
        with self._client.stream(
            "GET", f"{self._prefix}/queue/data", params={"session_hash": session}
        ) as stream:
            for line in stream.iter_lines():
                message: Json = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    return _outputs(event, message)
        raise EvaluationError(f"expected the server to finish '{event}', found that it closed the stream")


def _outputs(event: str, message: Json) -> list[Any]:
    if not message["success"]:
        raise EvaluationError(f"expected the server to take '{event}', found: {message['output']}")
    outputs: list[Any] = message["output"]["data"]
    return outputs


def _trouble(stderr: str) -> str:
    """Return what a process said at its end; our own errors say themselves what to do."""
    last = (stderr.strip().splitlines() or ["nothing on stderr"])[-1]
    ours = last.startswith("error: ")
    return last.removeprefix("error: ") if ours else f"{last}. Run: treaty doctor"
