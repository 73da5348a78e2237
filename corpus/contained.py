"""Users' files, read in another process: what a hostile file breaks or uses up is that process and nothing else.

Parsers of PDF, Word files and web pages are large and written in C; a file may come from anyone. So the program reads
no such file itself. It hands the bytes to a child (``corpus.contained_child``) that has no environment, an empty
folder, no descriptors but its own and limits on memory, processor time and files, and takes back JSON, which is
checked before it becomes a ``Document``. The clock is watched here: a child that does not answer in time is killed.

Children stay warm for a while, for the next file; on Linux and macOS each file is read in a process of its own forked
from one. Windows has neither ``fork`` nor limits on processes: there every file starts a child afresh, and only the
clock, the size of the answer and the checks on it hold. macOS does not enforce the limit on memory.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from corpus import errors
from corpus.contained_children import SAVE_ANEW, Answer, Bounds, Stopped, answer_of, close_children
from corpus.errors import ReaderFailed, ReadError
from corpus.models import Document, Span
from corpus.readers import Limits, check_size, suffix_of
from corpus.readers.frontmatter import ID_PATTERN, MAX_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Bounds", "Read", "close_children", "read_contained", "read_quoting"]

_LONGEST_REASON = 600
"""Characters of a refusal that are repeated; a file has a say in its words."""

_REFUSALS: dict[str, type[ReadError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ReadError)
}


@dataclass(frozen=True, slots=True)
class Read:
    """A document, and the words of the block quotes that its file marks, if they were asked for."""

    document: Document
    block_quotes: tuple[str, ...] = ()


def read_contained(
    raw: bytes,
    name: str,
    *,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    address: str | None = None,
    retrieved: str | None = None,
    structure: bool = False,
) -> Document:
    """Read one file in a process of its own.

    Args:
        raw: The file's bytes.
        name: The file as the user named it; its ending chooses the reader.
        limits: How large a file may be; the default ``Limits()`` if None.
        bounds: What reading it may use; the default ``Bounds()`` if None.
        address: Where it was published; the file's own word goes before this.
        retrieved: ISO date and time the bytes were taken in.
        structure: Whether its provisions are found too, within the same bounds, and thrown away: what comes back can
            then be parsed here without harm.

    Returns:
        The document, as ``read_document`` would give it.

    Raises:
        ReadError: One of its kinds, if the file cannot become a document within the bounds.
    """
    job = {"address": address, "retrieved": retrieved, "structure": structure, "quotes": False}
    return _read(raw, name, job, limits or Limits(), bounds or Bounds()).document


def read_quoting(raw: bytes, name: str, *, limits: Limits, bounds: Bounds | None = None) -> Read:
    """Read one file in a process of its own, with the block quotes that its format marks. See ``read_contained``."""
    job = {"address": None, "retrieved": None, "structure": False, "quotes": True}
    return _read(raw, name, job, limits, bounds or Bounds())


def _read(raw: bytes, name: str, job: Mapping[str, object], limits: Limits, bounds: Bounds) -> Read:
    suffix_of(name)
    check_size(raw, name, limits)
    named = name.encode(errors="backslashreplace").decode()  # bytes of a file name that are no characters
    asked = {
        **job,
        "name": named,
        "limits": asdict(limits),
        "memory": bounds.memory,
        "seconds": bounds.seconds,
    }
    try:
        return _checked(answer_of(asked, raw, bounds), raw, named)
    except Stopped as stopped:
        raise stopped.kind(name, stopped.reason, stopped.remedy) from stopped


def _checked(answer: Answer, raw: bytes, name: str) -> Read:
    """Return what a child read, if it can be true; the child may be in the hands of the file."""
    if answer.refused is not None and answer.refused[0] in _REFUSALS:
        kind, place, reason, remedy = answer.refused
        raise _REFUSALS[kind](_short(place), _short(reason), _short(remedy))
    if answer.broke is not None:
        raise ReaderFailed(name, f"its reader broke off ({_short(answer.broke)})", SAVE_ANEW)
    found = answer.document
    if found is None or not is_of(found, raw, name):
        raise ReaderFailed(name, "its reader gave an answer that does not fit the file", SAVE_ANEW)
    return Read(found, answer.quotes)


def is_of(document: Document, raw: bytes, name: str) -> bool:
    """Tell whether a document may have come from a file: its id, its digest, and every place within its text."""
    spans = [page.span for page in document.pages] + [heading.span for heading in document.headings]
    spans += [Span(note.start, note.start + 1) for note in document.notes if note.start < len(document.text)]
    return (
        len(document.id) <= MAX_ID
        and re.fullmatch(ID_PATTERN, document.id) is not None
        and document.provenance.path == name
        and document.provenance.sha256 == hashlib.sha256(raw).hexdigest()
        and any(character.isalnum() for character in document.text)
        and all(span.end <= len(document.text) for span in spans)
    )


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_REASON else words[: _LONGEST_REASON - 1] + "…"
