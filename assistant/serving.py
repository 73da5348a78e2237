"""How the chat is served: who may come in, under which name, what is told of it, and how much it takes.

Beside the web app and not in it: the command line reads this before the index is made to match, and importing the web
app keeps the model libraries from downloading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import ServeError
from assistant.log import Form
from assistant.settings import is_loopback

if TYPE_CHECKING:
    from pathlib import Path

_ROOT = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)?(?:/[A-Za-z0-9._~-]+)*/?")
_NAME = re.compile(r"[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}")


@dataclass(frozen=True, slots=True)
class Serving:
    """How a server is run.

    Attributes:
        auth: File of names and password hashes; None for no login.
        root_path: What a proxy puts before our paths (``/treaties``), or the whole address that visitors use
            (``https://example.org/treaties``).
        allowed_hosts: Host names that visitors use; empty for this machine's only, or for any at an address that
            other machines reach.
        mcp: Whether the endpoints are also tools of an MCP server.
        log: How lines about what was asked are written.
        log_questions: Whether they hold the questions' words.
        waiting: Questions that may wait.
        upload_bytes: Bytes of one uploaded file.
        read_only: Whether it only answers, from whatever index is live: nobody changes the library or the index through
            it, and it does not do so itself when it starts.
    """

    auth: Path | None = None
    root_path: str = ""
    allowed_hosts: tuple[str, ...] = ()
    mcp: bool = False
    log: Form = Form.OFF
    log_questions: bool = False
    waiting: int = 32
    upload_bytes: int = 50_000_000
    read_only: bool = False

    def __post_init__(self) -> None:
        if _ROOT.fullmatch(self.root_path) is None:
            raise ServeError(
                f"expected a prefix such as /treaties or an address such as https://example.org/treaties, found "
                f"'{self.root_path}'. Choose another --root-path"
            )
        for name in self.allowed_hosts:
            if _NAME.fullmatch(name) is None:
                raise ServeError(
                    f"expected a host name without port or path, such as example.org, found '{name}'. "
                    "Choose another --allowed-host"
                )

    @property
    def prefix(self) -> str:
        """The path part of the root path, without a slash at its end."""
        return urlsplit(self.root_path).path.rstrip("/")

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that visitors were said to use."""
        named = urlsplit(self.root_path).hostname
        return frozenset(name.lower() for name in (*self.allowed_hosts, *((named,) if named else ())))

    @property
    def proxied(self) -> bool:
        """Whether a proxy was announced."""
        return bool(self.root_path or self.allowed_hosts)

    def managed(self, host: str) -> bool:
        """Tell whether visitors may change the library and the index: never those whom nobody has let in."""
        alone = is_loopback(host) and not self.proxied
        return not self.read_only and (self.auth is not None or alone)

    def warning(self, host: str) -> str:
        """Return what its owner should know before others reach a server, or an empty string."""
        if self.auth is not None or is_loopback(host):
            return ""
        return (
            f"warning: listening at {host} without --auth: whoever reaches this port may ask questions and read the "
            "library. Add --auth FILE (make its lines with: treaty password NAME) or listen at 127.0.0.1"
        )
