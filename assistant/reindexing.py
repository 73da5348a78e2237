"""Brings the index up to date in a process of its own, for a server that goes on answering meanwhile.

The server starts ``python -m assistant.reindexing``, writes the settings to it as one line of JSON, and reads lines
of JSON from it: ``{"stage", "done", "total"}`` as the work goes on, then ``{"report": {…}}`` or ``{"error": "…"}``.
When the process ends its memory is given back. It can be ended at any moment: the next generation is built beside the
live one (``index.generation``), and what is left of it goes when the index is next written.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from assistant.settings import Settings
from corpus.errors import TreatyError
from index.build import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDED = frozenset(
    {
        "home",
        "embedded",
        "embedder",
        "allow_downloads",
        "passage_tokens",
        "max_megabytes",
        "max_pages",
        "index_server",
    }
)
"""Settings that the index depends on; what is secret among the others stays where it is."""

POLITENESS = 5
"""Steps of priority that it stands back behind the questions (``nice``): they take three times its share of a core that
both want. More would let it starve on a machine that is busy with other things."""

ENDED_ALONE = 3
"""Exit code when the server went away."""


def settings_line(settings: Settings) -> str:
    """Return what the process is told first: the settings it needs, as a line."""
    return settings.model_dump_json(include=set(NEEDED)) + "\n"


def main() -> int:
    """Build the index as the first line of standard input says, telling of it on standard output."""
    told = _only_ours()
    settings = Settings(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    with suppress(AttributeError, OSError):  # Windows has no such call, and a container may forbid it
        os.nice(POLITENESS)
    say = _speaker(told)
    try:
        say({"report": _update(settings, lambda step: say(_step(step)))})
    except TreatyError as error:
        say({"error": " ".join(str(error).split())})
        return 1
    except OSError as error:
        place = error.filename or "the system"
        say({"error": f"{place}: {error.strerror or error}. Check the space and the rights there"})
        return 1
    return 0


def _update(settings: Settings, progress: Callable[[Progress], None]) -> dict[str, Any]:
    from assistant.terminal import report_json
    from assistant.wiring import update_index

    return report_json(update_index(settings, progress))


def _step(step: Progress) -> dict[str, Any]:
    return {"stage": step.stage, "done": step.done, "total": step.total}


def _speaker(told: TextIO) -> Callable[[dict[str, Any]], None]:
    def say(line: dict[str, Any]) -> None:
        told.write(json.dumps(line) + "\n")
        told.flush()

    return say


def _only_ours() -> TextIO:
    """Return the standard output for our lines alone: whatever else is printed goes where errors go."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _end_with_the_server() -> None:
    """End when the server does: it holds the other end of standard input open as long as it lives."""
    sys.stdin.read()
    os._exit(ENDED_ALONE)


if __name__ == "__main__":
    sys.exit(main())
