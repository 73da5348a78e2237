"""Evaluations that were run from the page, kept as files: ``HOME/evaluations/NAME.json``, the latest twenty.

A name is the moment the run ended. A run that was put there by hand (``treaty eval --save``) is listed too and never
removed; only names of our own making are.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from eval.errors import RunError
from eval.run import Run

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "evaluations"
"""In the home folder."""
MOST = 20
"""Runs kept: of some hundred cases each, a run takes one or two megabytes."""
LISTED = 100
"""Runs offered, should more have been put there."""
ASKED = "cases asked"
"""What a run's settings say of the choice of its cases, beside what the assistant was opened with."""
_OWN = re.compile(r"\d{8}T\d{6}Z(?:-\d+)?")
_LONGEST_HEAD = 100_000
"""Characters of a file that are read for what it was made with; a saved run has it in its first line."""


class KeptRuns:
    """The runs in a folder, which is made when the first is kept; safe to use from several threads.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names of the runs, the latest first."""
        found = [(path.stat().st_mtime_ns, path.stem) for path in self._folder.glob("*.json")]
        return tuple(name for _, name in sorted(found, reverse=True))[:LISTED]

    def load(self, name: str) -> Run:
        """Read a run.

        Raises:
            RunError: If there is none of that name, or it cannot be read.
        """
        return Run.load(self._path(name))

    def raw(self, name: str) -> bytes:
        """Return a run's file.

        Raises:
            RunError: If there is none of that name.
        """
        try:
            return self._path(name).read_bytes()
        except OSError as error:
            raise RunError(f"expected the run {name}, found: {error}. Choose another") from error

    def label(self, name: str) -> str:
        """Return what a run is offered as: its day, how many documents it asked, and which cases."""
        try:
            with self._path(name).open(encoding="utf-8") as file:
                made = json.loads(file.readline(_LONGEST_HEAD).rstrip().rstrip(",") + "}")["metadata"]
            day = f"{datetime.fromisoformat(made['date']):%-d %b %Y, %H:%M:%S}"
            asked = made["settings"].get(ASKED, f"{made['documents']} documents")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RunError):
            return f"{name} (cannot be read)"
        own = "" if _OWN.fullmatch(name) else f"{name}, "
        return f"{own}{day} UTC: {asked}"

    def keep(self, run: Run) -> str:
        """Write a run and return its name; the oldest of our own go.

        Raises:
            RunError: If it cannot be written.
        """
        with self._lock:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                name = self._free(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
                part = self._folder / f"{name}.part"
                run.save(part)
                part.replace(self._folder / f"{name}.json")
                self._prune()
            except OSError as error:
                raise RunError(
                    f"{self._folder}: expected a folder to keep the run in, found: {error}. Make room there"
                ) from error
        return name

    def _path(self, name: str) -> Path:
        """Return the file of a run that is there: no name from outside becomes a path."""
        if name not in self.names():
            raise RunError(f"expected the name of a run that is kept, found '{name[:80]}'. Choose another")
        return self._folder / f"{name}.json"

    def _free(self, name: str) -> str:
        tried, number = name, 1
        while (self._folder / f"{tried}.json").exists():
            number += 1
            tried = f"{name}-{number}"
        return tried

    def _prune(self) -> None:
        own = sorted(
            (path.stat().st_mtime_ns, path)
            for path in self._folder.glob("*.json")
            if _OWN.fullmatch(path.stem)
        )
        for _, path in own[:-MOST]:
            path.unlink()
