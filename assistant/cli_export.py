"""``--export FILE`` of ``treaty ask`` and ``treaty compare``: what is printed, as a file to take away.

Everything that can be wrong with the file's name is told before a question is answered, which takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.errors import FileExists
from assistant.takeaway.acting import web_address
from assistant.takeaway.models import Form, Taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.compare import Compared
    from assistant.models import Answer
    from corpus.pinpoint import Style

_SUFFIXES = ", ".join(form.suffix for form in Form)

Export = Annotated[
    Path | None,
    typer.Option(
        "--export", metavar="FILE", help=f"Write it to a file as well; its name tells the form: {_SUFFIXES}."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="With --export: replace a file that exists.")]
LinkBase = Annotated[
    str | None,
    typer.Option(
        "--link-base",
        metavar="ADDRESS",
        help="With --export: the web chat's address, put before each quotation's link.",
    ),
]


@dataclass(frozen=True, slots=True)
class Target:
    """The file to write: where, in which form, whether over an old one, and what begins its links."""

    path: Path
    form: Form
    force: bool
    base: str

    def write(
        self,
        title: str,
        parts: Sequence[Answer | Compared],
        texts: Mapping[str, str],
        style: Style,
    ) -> None:
        """Write answers and comparisons, and say so on stderr.

        Raises:
            FileExists: If the file has come to exist meanwhile and is not to be replaced.
        """
        from assistant.takeaway.bundle import take_away

        taken = Taken(title, tuple(parts), datetime.now(UTC), texts, self.base)
        content = take_away(taken, self.form, style).content
        try:
            with self.path.open("wb" if self.force else "xb") as file:
                file.write(content)
        except FileExistsError as error:
            raise _exists(self.path) from error
        terminal.note(f"written: {self.path}")


def target(export: Path | None, *, force: bool, link_base: str | None) -> Target | None:
    """Return the file that the options name, or None where nothing is to be exported.

    Raises:
        BadParameter: If the name tells no form, the address is none of the web, or an option lacks ``--export``.
        FileExists: If the file exists and is not to be replaced.
        OSError: If its folder does not exist.
    """
    if export is None:
        for name, given in (("--force", force), ("--link-base", link_base)):
            if given:
                raise typer.BadParameter("there is nothing to export. Add --export FILE", param_hint=name)
        return None
    form = Form.of_name(export.name)
    if form is None:
        raise typer.BadParameter(
            f"expected a file name that ends in one of {_SUFFIXES}, found '{export.name}'",
            param_hint="--export",
        )
    if link_base and not web_address(link_base):
        raise typer.BadParameter(
            f"expected an address such as https://example.org/, found '{link_base}'", param_hint="--link-base"
        )
    if not force and export.exists():
        raise _exists(export)
    export.parent.stat()
    return Target(export, form, force, link_base or "")


def _exists(path: Path) -> FileExists:
    return FileExists(f"{path} exists already. Choose another name, or add --force to replace it")
