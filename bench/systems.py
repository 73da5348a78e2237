"""The processes that are measured, as the benchmark holds them: started, spoken to, ended by their own ids."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.figures import CAIRN, OURS, RECIPE
from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
"""The repository: the peers are run as modules from here, and import nothing of it but their protocol."""
VENV = Path(__file__).resolve().parent / ".venv"
"""Where ``make bench`` puts the peers' packages."""
MODULES = {OURS: "bench.peers.ours", RECIPE: "bench.peers.recipe", CAIRN: "bench.peers.cairn_assistant"}
LONGEST = 3600.0
"""Seconds after which a request is given up: building an index of 700 treaties takes the better part of it."""
END = 10.0
"""Seconds a process has to end after its input was closed."""

Json = dict[str, Any]


def interpreter(who: str, venv: Path = VENV) -> Path | None:
    """Return the Python that runs a system: this one for the program, the peers' for a peer; None if not there."""
    if who == OURS:
        return Path(sys.executable)
    folder = venv / ("Scripts" if sys.platform == "win32" else "bin")
    return next((path for path in (folder / "python", folder / "python.exe") if path.is_file()), None)


def present(venv: Path = VENV) -> tuple[str, ...]:
    """Return the systems that can be measured here."""
    return tuple(who for who in MODULES if interpreter(who, venv) is not None)


@dataclass(slots=True)
class Running:
    """A system in a process of its own.

    Args:
        who: One of ``MODULES``.
        texts: Folder of the documents' canonical texts.
        store: Folder of its own.
        drawn: Whether it builds with drawn vectors.
    """

    who: str
    texts: Path
    store: Path
    drawn: bool = False
    venv: Path = VENV
    _process: subprocess.Popen[str] | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        python = interpreter(self.who, self.venv)
        if python is None:
            raise EvaluationError(f"expected the peers' packages in {self.venv}, found none. Run: make bench")
        self.store.mkdir(parents=True, exist_ok=True)
        log = (self.store.parent / f"{self.who}.log").open("ab")
        with log:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules, no shell
                [str(python), "-m", MODULES[self.who]],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def index(self) -> Json:
        """Build its index."""
        return self.send("index", **self._place())

    def open(self) -> Json:
        """Have it open its index."""
        return self.send("open", **self._place())

    def update(self) -> Json:
        """Bring the index up to date; a peer that cannot builds it again."""
        return self.send("update" if self.who == OURS else "index", **self._place())

    def ask(self, question: str) -> Json:
        """Ask one question."""
        return self.send("ask", question=question)

    def send(self, do: str, **given: Any) -> Json:
        """Send a request and wait for what comes of it.

        Raises:
            EvaluationError: If the system says that it failed, ends, or takes longer than an hour.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EvaluationError(f"expected {self.who} to run, found that it was not started")
        late = threading.Timer(LONGEST, process.kill)
        late.start()
        try:
            process.stdin.write(json.dumps({"do": do, **given}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            late.cancel()
        reply: Json = json.loads(line) if line else {"error": "it ended"}
        if "error" in reply:
            raise EvaluationError(
                f"{self.who}: expected an answer to '{do}', found: {reply['error']}. {self._said()}"
            )
        return reply

    def _place(self) -> Json:
        return {"texts": str(self.texts), "store": str(self.store), "drawn": self.drawn}

    def _said(self) -> str:
        log = self.store.parent / f"{self.who}.log"
        lines = (
            log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
        )
        return f"Its last words: {lines[-1]}" if lines else "It said nothing"


def timed_process(words: Sequence[str], patience: float = 600.0) -> float:
    """Run this interpreter to its end; return the seconds it took.

    Raises:
        EvaluationError: If it failed or took too long.
    """
    started = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(
            f"expected a process to end within {patience:.0f} s, found it running"
        ) from error
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
        raise EvaluationError(f"expected a process to succeed, found: {last}. Run: treaty doctor")
    return seconds
