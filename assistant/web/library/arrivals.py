"""Files that visitors send: kept in a folder of the server's own until they are read, and no longer.

What a browser says of a file is foreign. Its name is only ever shown and handed to the library, which makes no path of
it; and where it says the file lies must be in that folder, since the path comes back from the browser.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.doctor_system import IN_USE
from assistant.errors import UnfitArgument
from corpus.readers.identity import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "GRADIO_TEMP_DIR"
"""Environment variable that says where Gradio keeps what is uploaded; read when the page is built."""

MOST_FILES = 500
"""Of one go; more are better added as a folder on the command line."""
_LONGEST_NAME, _LONGEST_PATH = 400, 4096
_NO_NAME = "file"


class Sent(BaseModel):
    """A file as the browser tells of it.

    Attributes:
        name: What its owner calls it.
        size: Its bytes, as the browser counts them.
        path: Where the server put it; empty if it was not sent, or did not arrive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    size: Annotated[int, Field(ge=0)]
    path: Annotated[str, Field(max_length=_LONGEST_PATH)]

    @property
    def called(self) -> str:
        """Its name without folder and without characters that control what shows it."""
        plain = "".join(c for c in self.name if unicodedata.category(c) not in {"Cc", "Cs"})
        return file_name(plain)[-_LONGEST_NAME:].strip() or _NO_NAME


_SENT: TypeAdapter[list[Sent]] = TypeAdapter(Annotated[list[Sent], Field(max_length=MOST_FILES)])


@contextmanager
def kept_apart() -> Iterator[Path]:
    """Give uploads a folder that only this user can read, for as long as the server runs.

    A folder that the environment names is used as it is, and stays.
    """
    if given := os.environ.get(FOLDER):
        yield Path(given)
        return
    made = Path(tempfile.mkdtemp(prefix="treaty-uploads-"))
    os.environ[FOLDER] = str(made)
    # Held open until the folder is gone: by it `treaty doctor` tells the folder of a server that runs from what a
    # killed one left.
    with (made / IN_USE).open("wb"):
        try:
            yield made
        finally:
            del os.environ[FOLDER]
            shutil.rmtree(made, ignore_errors=True)


def sent(told: object) -> list[Sent]:
    """Return the files that the browser tells of.

    Raises:
        UnfitArgument: If it tells of something else, or of too many.
    """
    try:
        return _SENT.validate_python(told)
    except ValidationError as error:
        raise UnfitArgument(
            f"expected at most {MOST_FILES} files with name, size and place, found something else. "
            "Choose fewer, or add a folder with: treaty corpus add FOLDER"
        ) from error


@contextmanager
def taken(one: Sent, folder: Path) -> Iterator[Path | None]:
    """Give the place of a file that arrived in ``folder``, or None; the file is gone afterwards."""
    place = Path(os.path.realpath(one.path)) if one.path and "\0" not in one.path else None
    if place is None or not place.is_relative_to(folder.resolve()) or not place.is_file():
        yield None
        return
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)
        if place.parent != folder.resolve():
            with suppress(OSError):  # another file is in it
                place.parent.rmdir()
