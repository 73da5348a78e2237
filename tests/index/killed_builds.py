"""Builds in processes of their own, killed at any moment, and what must hold of the index afterwards.

Run as a program it builds one state of a small library for every number on its standard input, each in a fork of
itself, and tells on standard output how far that is: ``started``, the stages of the build and, once a further line has
had it killed, ``ended STATUS``. The fork spares every build the import of Chroma; the build itself is the one that
``treaty index`` runs.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.build import build
from index.errors import NoIndex
from index.generation import MANIFEST, UNFINISHED, current, index_folder, open_generation, verify
from index.retrieve import Retriever
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import GUIDE, LIGHTHOUSES, by_section, lighthouse_guide, lighthouse_treaty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.models import Document
    from index.build import Progress

PROJECT = Path(__file__).resolve().parents[2]

ANY, CHECKING, RENAMED, POINTED = "at any moment", "while checking", "once renamed", "once pointed to"
MOMENTS = (ANY, CHECKING, RENAMED, POINTED)
"""When a build is killed. The last two last a millisecond or so: the folder is watched for them."""


def library(turn: int) -> list[Document]:
    """A treaty and its guide in one of their states; both name it, so that a mixture would show."""
    return [
        lighthouse_treaty(LIGHTHOUSES.replace("twice", f"{turn} times")),
        lighthouse_guide(GUIDE.replace("one log", "the log").replace("the hour", f"hour {turn}")),
    ]


def answered(home: Path) -> int:
    """Ask the live generation; return which state of the library it answers from, whole and sound.

    Raises:
        NoIndex: If there is none.
    """
    with open_generation(home, model="hash-64") as generation:
        assert verify(generation) == ()
        found = Retriever(generation, HashEmbedder(), OverlapReranker()).search(
            "How often does the horn sound in fog?"
        )
        texts = {one.id: one.text for one in generation.passages.documents()}
        words = found.hits[0].passage.span.of(texts["lighthouses"])
        (turn,) = (int(word) for word in words.split() if word.isdigit())
        assert texts == {one.id: one.text for one in library(turn)}
        return turn


def completed(home: Path, turn: int) -> None:
    """Index in this process, and find nothing left of the builds that were killed."""
    build(home, library(turn), by_section, HashEmbedder())
    assert answered(home) == turn
    names = {folder.name for folder in (index_folder(home) / "generations").iterdir()}
    with open_generation(home) as live:
        assert names <= {live.id, live.manifest.previous}
    assert {item.name for item in index_folder(home).iterdir()} <= {"CURRENT", "generations", "write.lock"}


@dataclass(slots=True)
class Trials:
    """Kills build after build of one index.

    Attributes:
        home: The index's home.
        chance: Draws moments.
        mend: How often a build is completed before the next is killed.
        seen: How often a kill left what: see ``_left``.
        live: The state that is live, None before the first.
    """

    home: Path
    chance: random.Random
    builder: subprocess.Popen[str]
    mend: float
    seen: dict[str, int] = field(default_factory=dict)
    live: int | None = None
    _turn: int = 0
    _whole: float = 1.0
    _last: float = 0.3

    @property
    def kills(self) -> int:
        """Builds that were killed before they ended."""
        return sum(self.seen.values())

    def once(self, moment: str) -> None:
        """Start a build, kill it, and hold what is left against what must hold."""
        self._turn += 1
        before = current(self.home)
        killed = self._killed(moment, before)
        if killed:
            left = _left(self.home, before)
            self.seen[left] = self.seen.get(left, 0) + 1
        try:
            self.live = answered(self.home)
        except NoIndex:
            assert self.live is None
            assert killed
        else:
            assert self.live == self._turn or (killed and self.live < self._turn)
        if self.chance.random() < self.mend:
            self._turn += 1
            completed(self.home, self._turn)
            self.live = self._turn

    def _killed(self, moment: str, before: str | None) -> bool:
        started = time.monotonic()
        self._send(f"{self._turn}")
        self._line("started")
        if moment == ANY:
            time.sleep(self.chance.uniform(0, self._whole))
        else:
            self._line("store")
            stored = time.monotonic()
            if moment == CHECKING:
                time.sleep(self.chance.uniform(0, self._last))
            else:
                _watch(self.home, moment, before)
                time.sleep(self.chance.choice((0.0, self.chance.uniform(0, 0.005))))
        self._send("kill")
        status = int(self._line("ended"))
        if status == 0:
            now = time.monotonic()
            self._whole = now - started
            if moment != ANY:
                self._last = now - stored
        return status == -signal.SIGKILL

    def _send(self, line: str) -> None:
        assert self.builder.stdin is not None
        self.builder.stdin.write(f"{line}\n")
        self.builder.stdin.flush()

    def _line(self, word: str) -> str:
        """Read up to the line that begins with a word, and return its rest."""
        assert self.builder.stdout is not None
        for line in self.builder.stdout:
            first, _, rest = line.strip().partition(" ")
            if first == word:
                return rest
        raise AssertionError(f"the builder ended before it said {word!r}")


@contextmanager
def trials(home: Path, seed: int, mend: float = 0.5) -> Iterator[Trials]:
    """Start the program that builds; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, __file__, str(home)],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as builder:
        try:
            yield Trials(home, random.Random(seed), builder, mend)  # noqa: S311 - of moments, not of secrets
        finally:
            builder.kill()


def _watch(home: Path, moment: str, before: str | None) -> None:
    """Wait until the build has renamed its generation, or pointed to it."""
    folder = index_folder(home) / "generations"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if moment == POINTED and current(home) != before:
            return
        if moment == RENAMED and not any(one.name.startswith(UNFINISHED) for one in folder.iterdir()):
            return


def _left(home: Path, before: str | None) -> str:
    """Name what a kill left, from what is on the disk."""
    folder = index_folder(home) / "generations"
    names = sorted(one.name for one in folder.iterdir()) if folder.exists() else []
    started = [name for name in names if name.startswith(UNFINISHED)]
    if started:
        return "complete, not renamed" if (folder / started[0] / MANIFEST).exists() else "incomplete"
    if current(home) != before:
        return "pointed to, not cleaned up" if len(names) > 2 else "pointed to"
    return "renamed, not pointed to" if names and names[-1] > (before or "") else "nothing"


def main() -> None:
    """Build as told, each time in a fork."""
    import chromadb  # noqa: F401 - so that the forks need not

    home = Path(sys.argv[1])
    for line in sys.stdin:
        process = os.fork()
        if not process:
            _build(home, int(line))
            os._exit(0)
        _tell("started")
        sys.stdin.readline()
        os.kill(process, signal.SIGKILL)  # at worst it has ended and is not yet waited for
        _tell(f"ended {os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}")


def _build(home: Path, turn: int) -> None:
    def tell(step: Progress) -> None:
        if step.stage == "store":
            _tell(step.stage)

    build(home, library(turn), by_section, HashEmbedder(), keep_every=0.0, progress=tell)


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
