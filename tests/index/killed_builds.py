"""Builds in processes of their own, killed at any moment, and what must hold of the index afterwards.

Run as a program it builds one state of a small library for every number on its standard input, each in a fork of
itself, and tells on standard output how far that is: ``started`` with the fork's number, the stages of the build and,
once a further line has come and the fork is dead, ``ended STATUS``. The fork spares every build the import of Chroma;
the build itself is the one that ``treaty index`` runs, on real files. Whoever kills looks at nothing but those files,
and so tells what the kill has met.
"""

from __future__ import annotations

import importlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.build import build
from index.durable import DOOMED
from index.errors import NoIndex
from index.generation import (
    MANIFEST,
    PASSAGES,
    UNFINISHED,
    VECTORS,
    current,
    index_folder,
    open_generation,
    verify,
)
from index.layer import FRESH_MOST
from index.retrieve import Retriever
from tests.index.hash_embedder import HashEmbedder, OverlapReranker
from tests.index.small_treaty import (
    GUIDE,
    LIGHTHOUSES,
    by_section,
    lighthouse_guide,
    lighthouse_treaty,
    renamed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.models import Document
    from index.build import Progress

PROJECT = Path(__file__).resolve().parents[2]

ANY, CHECKING, RENAMED, POINTED = "at any moment", "while checking", "once renamed", "once pointed to"
CLEARING, CLEANING = "while it clears what a kill left", "while it removes the generation before the last"
MOMENTS = (ANY, CHECKING, RENAMED, POINTED, CLEARING, CLEANING)
"""When a build is killed. All but the first two last some milliseconds: the folder is watched for them."""

SWAPPING = frozenset({"renamed", "pointer half written", "pointed to"})
"""What a kill leaves within the swap: see ``Trials.seen``."""

BALLAST = 2000
"""Files put into a folder that is to be removed, so that this takes as long as with a large library's index."""


HARBOURS = "\n\n".join(
    f"Harbour {number}\nBoats in harbour {number} are tied with {number} ropes." for number in range(1, 161)
)


def library(turn: int) -> list[Document]:
    """A treaty and its guide in one of their states, and a book that stays as it is.

    Both that change name the state, so that a mixture would show. They are so small beside the book that a build may
    share the vectors of the generation before and add to them.
    """
    return [
        lighthouse_treaty(LIGHTHOUSES.replace("twice", f"{turn} times")),
        lighthouse_guide(GUIDE.replace("the hour", f"hour {turn}")),
        renamed(lighthouse_guide(HARBOURS), "harbours"),
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
        seen: How often a kill met what, by what it left on the disk: see ``met``.
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
        before, there = current(self.home), folders(self.home)
        killed = self._killed(moment, before)
        if killed:
            found = met(self.home, before, there)
            self.seen[found] = self.seen.get(found, 0) + 1
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
        watched = _loaded(self.home, moment)
        started = time.monotonic()
        self._send(f"{self._turn}")
        if moment == CLEARING:
            watch(lambda: not watched or len(_names(watched[0] / "ballast")) < BALLAST)
        process = int(self._line("started"))
        if moment == ANY:
            time.sleep(self.chance.uniform(0, self._whole))
        elif moment != CLEARING:
            self._line("store")
            stored = time.monotonic()
            if moment == CHECKING:
                time.sleep(self.chance.uniform(0, self._last))
            else:
                watch(lambda: _reached(self.home, moment, before))
                if moment != CLEANING:
                    time.sleep(self.chance.choice((0.0, self.chance.uniform(0, 0.005))))
        # At worst it has ended: the builder does not wait for it before the next line.
        os.kill(process, signal.SIGKILL)
        self._send("killed")
        status = int(self._line("ended"))
        if status == 0:
            now = time.monotonic()
            self._whole = now - started
            if moment not in {ANY, CLEARING}:
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


def watch(come: Callable[[], bool]) -> None:
    """Wait until something has come, without a pause in between."""
    until = time.monotonic() + 60
    while not come() and time.monotonic() < until:
        pass


def _reached(home: Path, moment: str, before: str | None) -> bool:
    """Tell whether a build has renamed its generation, pointed to it, or begun to remove the oldest (or is done)."""
    names = folders(home)
    if moment == RENAMED:
        return not any(name.startswith(UNFINISHED) for name in names)
    if current(home) == before:
        return False
    return moment == POINTED or len(names) <= 2 or any(name.startswith(DOOMED) for name in names)


def _loaded(home: Path, moment: str) -> list[Path]:
    """Put ballast into what the next build will remove, and return those folders."""
    folder = index_folder(home) / "generations"
    if moment == CLEARING:
        doomed = [folder / f"{UNFINISHED}20260101T000000-abcdef"] if folder.exists() else []
    elif moment == CLEANING:
        doomed = [folder / name for name in folders(home) if name != current(home)]
    else:
        doomed = []
    for one in doomed:
        (one / "ballast").mkdir(parents=True, exist_ok=True)
        for number in range(BALLAST):
            (one / "ballast" / f"{number}").touch()
    return doomed


def met(home: Path, before: str | None, there: frozenset[str]) -> str:
    """Name what a kill met, from what was on the disk before the build and what is there now."""
    names = folders(home)
    fresh = names - there
    removing = any(name.startswith(DOOMED) for name in names)
    if current(home) != before:
        return "removing the oldest" if removing else "done" if len(names) <= 2 else "pointed to"
    started = [name for name in fresh if name.startswith(UNFINISHED)]
    if started:
        return _part(_names(index_folder(home) / "generations" / started[0]))
    if fresh - {name for name in fresh if name.startswith(DOOMED)}:
        half = any(name.startswith(".CURRENT-") for name in _names(index_folder(home)))
        return "pointer half written" if half else "renamed"
    return "clearing what a kill left" if removing or _thinned(home) else "not begun"


def _part(names: frozenset[str]) -> str:
    """Name the stage of an unfinished generation by the files it has."""
    if MANIFEST in names:
        return "checking"
    if VECTORS in names:
        return "storing"
    return "embedding" if PASSAGES in names else "cutting"


def _thinned(home: Path) -> bool:
    """Tell whether an unfinished generation was just being removed."""
    kept = [one / "ballast" for one in (index_folder(home) / "generations").glob(f"{UNFINISHED}*")]
    return any(0 < len(_names(one)) < BALLAST for one in kept)


def folders(home: Path) -> frozenset[str]:
    """Return the names of all generations' folders, finished or not."""
    return _names(index_folder(home) / "generations")


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - the fastest way there is, which watching needs
    except FileNotFoundError:
        return frozenset()


def main() -> None:
    """Build as told, each time in a fork."""
    home = Path(sys.argv[1])
    _import_as_a_build_does()
    for line in sys.stdin:
        process = os.fork()
        if not process:
            _build(home, int(line))
            os._exit(0)
        _tell(f"started {process}")
        sys.stdin.readline()
        _tell(f"ended {os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}")


def _import_as_a_build_does() -> None:
    """Import what a build imports on its way, so that the forks need not; an opened Chroma would not survive a fork."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), library(0), by_section, HashEmbedder())
        with os.fdopen(writing, "w") as told:
            told.write("\n".join(sys.modules))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as heard:
        names = heard.read().splitlines()
    os.waitpid(process, 0)
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)


def _build(home: Path, turn: int) -> None:
    def tell(step: Progress) -> None:
        if step.stage == "store":
            _tell(step.stage)

    on_top = FRESH_MOST if turn % 3 else 0  # every third writes all anew
    build(home, library(turn), by_section, HashEmbedder(), keep_every=0.0, progress=tell, fresh_most=on_top)


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
