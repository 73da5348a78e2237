"""Starting the page in a process of its own, and visiting it with a browser that records what it is made to do."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180
END_SECONDS = 20


@dataclass
class Served:
    """A served page: its address, and what its process wrote since."""

    process: subprocess.Popen[str]
    address: str
    lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def asked(self) -> dict[str, Any]:
        """Return the next question that reached the assistant."""
        call: dict[str, Any] = json.loads(self.lines.get(timeout=START_SECONDS))
        return call

    def forget(self) -> None:
        """Drop what was asked so far."""
        while not self.lines.empty():
            self.lines.get()

    def end(self, number: int) -> int:
        """Send a signal, wait for the end and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(END_SECONDS)


@contextmanager
def served(*command: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """Serve a page by a Python command line, and end it by its id."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        name, _, address = lines.get(timeout=START_SECONDS).strip().partition(": ")
        assert name == "Treaty assistant"
        yield Served(process, address, lines)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(END_SECONDS)
        reader.join(END_SECONDS)
        process.stdout.close()


def _pass_on(written: IO[str], lines: queue.Queue[str]) -> None:
    for line in written:
        lines.put(line)


def small(*options: str) -> Any:
    """Serve the page over the small assistant."""
    return served("-m", "tests.web.serve_small", *options)


REAL = """
import sys
from pathlib import Path
from assistant.settings import load
from assistant.web import serve
from assistant.wiring import update_index
settings = load(home=Path(sys.argv[1]))
update_index(settings)
serve(settings, "127.0.0.1", 0)
"""


def real(home: Path) -> Any:
    """Serve the page over the real assistant and the embedded corpus, indexed in ``home``."""
    return served("-c", REAL, str(home))


@dataclass
class Visit:
    """A browser page with what it fetched and what it was made to show or run."""

    page: Page
    fetched: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")

    def turn(self, number: int) -> Any:
        """Return the turn with this number, from 0."""
        return self.page.locator(f"article.turn[data-turn='{number}']")


@contextmanager
def visiting(browser: Browser, address: str, *, width: int = 1280, height: int = 860) -> Iterator[Visit]:
    """Open the page in a fresh browser context."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(20_000)
    visit = Visit(page)
    page.on("request", lambda request: visit.fetched.append(request.url))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))

    def refuse(dialog: Any) -> None:
        visit.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    try:
        page.goto(address)
        yield visit
    finally:
        context.close()
