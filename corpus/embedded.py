"""The guides that ship with the program, as documents like any other."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from corpus.errors import LibraryError
from corpus.readers import read_document

if TYPE_CHECKING:
    from corpus.models import Document

_FOLDER = "documents"


@cache
def embedded_files() -> tuple[tuple[str, bytes], ...]:
    """Return the path and the bytes of each embedded document, in the order of file names."""
    folder = files("corpus") / _FOLDER
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".md")), key=lambda item: item.name
    )
    return tuple((f"corpus/{_FOLDER}/{item.name}", item.read_bytes()) for item in found)


@cache
def embedded_documents() -> tuple[Document, ...]:
    """Read the embedded corpus, in the order of file names.

    Returns:
        The documents; their address is None and their path ``corpus/documents/NAME.md``.

    Raises:
        LibraryError: If the installation lacks the documents, or two of them have one id.
        ReadError: If one of them is damaged.
    """
    documents = tuple(read_document(raw, path) for path, raw in embedded_files())
    if not documents:
        raise LibraryError("the installation holds no embedded documents. Install the program again")
    ids = [document.id for document in documents]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise LibraryError(f"two embedded documents have the id {repeated[0]!r}. Install the program again")
    return documents
