"""The web chat, for people who would rather read than type commands.

Importing this package is cheap: Gradio is imported when serving starts, and the models in a background
thread after that, so that the page is there within seconds.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.serving import Serving
    from assistant.settings import Settings
    from corpus.models import Document

# Read by the libraries at their import, so they are set before it: no telemetry, no look at a model hub.
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
for _name, _value in QUIET.items():
    os.environ.setdefault(_name, _value)

__all__ = ["serve"]


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    serving: Serving | None = None,
    open_browser: bool = False,
) -> None:
    """Serve the chat until SIGINT or SIGTERM; the address is printed once the page can be opened.

    Args:
        settings: The program's settings.
        host: Name or number of the address to listen at.
        port: Port to listen at; 0 lets the system choose one.
        serving: Who may come in, and what is told of it; for one's own use on this machine if not given.
        open_browser: Open the page in the user's browser.

    Raises:
        ServeError: If the address cannot be listened at.
        PasswordsError: If the file of names and hashes is wrong.
        NamesError: If the user's names file is damaged.
    """
    from assistant.web.ask.feedback import FeedbackFile
    from assistant.web.library.arrivals import kept_apart
    from assistant.web.service.server import run
    from assistant.web.session import Answers, Session
    from corpus import name_book
    from index.generation import current

    def open_answers() -> Answers:
        # Imported here, in the loading thread: the index and the models take seconds to import.
        from assistant.wiring import open_assistant

        return open_assistant(settings)

    def raw_of(document: Document) -> bytes | None:
        from assistant.wiring import file_of

        return file_of(settings, document)

    feedback = FeedbackFile(settings.home)
    session = Session(open_answers, settings.style, lambda: current(settings.home), settings, feedback)
    names = name_book.read(settings.home / name_book.FILE)
    with kept_apart():
        run(session, host, port, serving=serving, names=names, raw_of=raw_of, open_browser=open_browser)
