"""Serves the page over the small assistant; run as a program by the browser tests.

Usage: ``python -m tests.web.serve_small [--load SECONDS] [--ask SECONDS] [--fail MESSAGE | --crash] [--port N]
[--style STYLE] [--auth FILE] [--root-path PREFIX] [--allowed-host NAME] [--mcp] [--log FORM] [--log-questions]
[--waiting N] [--home DIR]``
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import assistant.web  # noqa: F401 - sets the environment that Gradio reads at its import
from assistant.errors import PasswordsError, ServeError
from assistant.log import Form
from assistant.serving import Serving
from assistant.settings import Settings
from assistant.web.ask.feedback import FeedbackFile
from assistant.web.service.server import run
from assistant.web.session import Answers, Session
from corpus.pinpoint import Style
from index.errors import NoIndex
from tests.web.small_assistant import SmallAssistant


def main() -> int:
    """Serve until a signal comes."""
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, default=0.0)
    options.add_argument("--load-until", type=Path, default=None)
    options.add_argument("--ask", type=float, default=0.0)
    options.add_argument("--fail", default="")
    options.add_argument("--crash", action="store_true")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--style", type=Style, default=Style.OSCOLA)
    options.add_argument("--auth", type=Path, default=None)
    options.add_argument("--root-path", default="")
    options.add_argument("--allowed-host", action="append", default=[])
    options.add_argument("--mcp", action="store_true")
    options.add_argument("--log", type=Form, default=Form.OFF)
    options.add_argument("--log-questions", action="store_true")
    options.add_argument("--waiting", type=int, default=32)
    options.add_argument("--home", type=Path, default=None)
    options.add_argument("--feedback", type=Path, default=None)
    given = options.parse_args()

    def open_answers() -> Answers:
        while given.load_until and not given.load_until.exists():
            time.sleep(0.1)
        if given.fail:
            raise NoIndex(given.fail)
        if given.crash:
            raise ZeroDivisionError
        return SmallAssistant(given.load, given.ask)

    settings = Settings(home=given.home) if given.home else None
    feedback = FeedbackFile(given.feedback) if given.feedback else None
    try:
        serving = Serving(
            auth=given.auth,
            root_path=given.root_path,
            allowed_hosts=tuple(given.allowed_host),
            mcp=given.mcp,
            log=given.log,
            log_questions=given.log_questions,
            waiting=given.waiting,
            upload_bytes=1_000_000,
        )
        run(
            Session(open_answers, given.style, settings=settings, feedback=feedback),
            "127.0.0.1",
            given.port,
            serving=serving,
        )
    except (ServeError, PasswordsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
