"""Serves the page over the small assistant; run as a program by the browser tests.

Usage: ``python -m tests.web.serve_small [--load SECONDS] [--ask SECONDS] [--fail MESSAGE | --crash] [--port N]
[--style STYLE]``
"""

from __future__ import annotations

import argparse
import sys

import assistant.web  # noqa: F401 - sets the environment that Gradio reads at its import
from assistant.errors import ServeError
from assistant.web.server import run
from assistant.web.session import Answers, Session
from corpus.pinpoint import Style
from index.errors import NoIndex
from tests.web.small_assistant import SmallAssistant


def main() -> int:
    """Serve until a signal comes."""
    options = argparse.ArgumentParser()
    options.add_argument("--load", type=float, default=0.0)
    options.add_argument("--ask", type=float, default=0.0)
    options.add_argument("--fail", default="")
    options.add_argument("--crash", action="store_true")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--style", type=Style, default=Style.OSCOLA)
    given = options.parse_args()

    def open_answers() -> Answers:
        if given.fail:
            raise NoIndex(given.fail)
        if given.crash:
            raise ZeroDivisionError
        return SmallAssistant(given.load, given.ask)

    try:
        run(Session(open_answers, given.style), "127.0.0.1", given.port)
    except ServeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
