"""Opening the assistant for one command of the command line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answer import Assistant
    from assistant.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Assistant]:
    """Open the assistant; tell on stderr when the library has changed since it was indexed.

    Raises:
        TreatyError: If there is no index, or it was made with another model or chunking.
    """
    from assistant.wiring import not_indexed, open_assistant

    assistant = open_assistant(settings)
    try:
        behind = not_indexed(settings, assistant)
        if behind:
            terminal.note(f"Not indexed yet: {', '.join(behind)}. Run: treaty index")
        yield assistant
    finally:
        assistant.close()
