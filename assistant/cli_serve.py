"""``treaty serve`` and ``treaty password``: the web chat, and who may use it."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import passwords, terminal
from assistant.errors import PasswordsError
from assistant.log import Form

if TYPE_CHECKING:
    from assistant.settings import Settings


def serve(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 7860,
    auth: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ask for a login; lines of the file are made by: treaty password NAME."
        ),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option(
            metavar="PREFIX",
            help="Behind a proxy: the prefix, such as /treaties, or the whole address visitors use.",
        ),
    ] = "",
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Behind a proxy: a host name that visitors use; repeatable."),
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Be an MCP server too, at /gradio_api/mcp/.")] = False,
    log: Annotated[Form, typer.Option(help="A line on stderr for each question and call.")] = Form.OFF,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Let those lines hold the questions' words.")
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Change neither library nor index, not at the start either.")
    ] = False,
) -> None:
    """Make the index match the library (unless --read-only), then start the web chat."""
    from assistant.serving import Serving
    from assistant.wiring import limits, update_index
    from index.errors import NoIndex
    from index.generation import current

    settings: Settings = context.obj
    serving = Serving(
        auth=auth,
        root_path=root_path,
        allowed_hosts=tuple(allowed_host or ()),
        mcp=mcp,
        log=log,
        log_questions=log_questions,
        waiting=settings.max_waiting,
        upload_bytes=limits(settings).max_bytes,
        read_only=read_only,
    )
    if auth is not None:
        passwords.read(auth)  # a wrong file is told before the index is worked on
        if passwords.open_to_others(auth):
            terminal.note(
                f"{auth}: others on this machine may read the password hashes. Run: chmod 600 {auth}"
            )
    if warning := serving.warning(host):
        terminal.note(warning)
    if not read_only:
        with terminal.progress() as progress:
            update_index(settings, progress)
    elif current(settings.home) is None:
        raise NoIndex(
            f"expected an index in {settings.home}, found none, and --read-only makes none. Run there: treaty index"
        )
    from assistant.web import serve as serve_web

    serve_web(settings, host, port, serving=serving)


def password(
    name: Annotated[str, typer.Argument(help="Who logs in with it.")],
) -> None:
    """Print a line for the file of serve --auth; the password is asked for twice, or read from standard input."""
    if sys.stdin.isatty():
        first = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != first:
            raise PasswordsError("expected the same password twice, found two different ones. Try again")
    else:
        first = sys.stdin.readline().rstrip("\r\n")
    line = passwords.line_of(name, first)
    terminal.show({"line": line}, line)
