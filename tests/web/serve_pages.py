"""Serves the page over the small library and a treaty printed as a PDF; run as a program by the browser tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import assistant.web  # noqa: F401 - sets the environment that Gradio reads at its import
from assistant.web.service.server import run
from assistant.web.session import Session
from corpus.readers import read_document
from corpus.structure import parse
from tests.corpus.written_files import pdf, printed
from tests.web.small_assistant import SmallAssistant

if TYPE_CHECKING:
    from corpus.models import Document

CROSSES = (
    "1. A ferryman crosses the river at every hour of daylight, and by night when a bell is rung, "
    "as laid down in article 3."
)
FIRST = (
    "CONVENTION ON FERRIES",
    "Article 1",
    "Use of terms",
    "For the purposes of this Convention:",
    '(a) "ferry" means a boat that carries people over a river for a fare;',
    '(b) "ferryman" means whoever steers a ferry.',
    "Article 2",
    "Crossings",
    CROSSES,
    "2. No ferryman refuses a doctor, whatever the hour and the weather.",
)
SECOND = (
    "Article 3",
    "Bells",
    "1. A bell hangs on either bank of the river, and whoever waits for the ferry may ring it.",
    "2. A ferryman who hears the bell answers with his lantern, as article 2, paragraph 1, says.",
)
RAW = pdf([printed(*FIRST), printed(*SECOND)])


class FerryAssistant(SmallAssistant):
    """The small assistant with one document more."""

    def __init__(self) -> None:
        super().__init__()
        ferries = read_document(RAW, "ferries.pdf", retrieved="2026-01-02T03:04:05Z")
        self._documents[ferries.id] = ferries
        self._roots[ferries.id] = parse(ferries)


def raw_of(document: Document) -> bytes | None:
    """Return the PDF's bytes."""
    return RAW if document.id == "ferries" else None


if __name__ == "__main__":
    run(Session(FerryAssistant), "127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0, raw_of=raw_of)
