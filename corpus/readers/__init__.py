"""Bytes to documents: one module a format, chosen by the file's suffix and held against its content.

A reader gives a ``Reading``; here it gets its identity and provenance and becomes a ``Document``. Whatever
goes wrong with a file ends as one ``ReadError`` that names the file, what was found and what to do.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import PurePosixPath
from typing import Protocol, cast

from corpus.errors import EmptyDocument, TooLarge, UnknownFormat
from corpus.models import Document, Provenance
from corpus.readers import identity
from corpus.readers.reading import Limits, Metadata, Reading
from corpus.readers.sniff import check_content

__all__ = ["SUFFIXES", "Limits", "Metadata", "Reading", "check_size", "read_document", "suffix_of"]

_MODULES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "legalxml",
    ".pdf": "pdf",
    ".docx": "docx",
}
SUFFIXES = tuple(_MODULES)
"""File name endings that can be read, in lower case."""

_DEFAULT_LANGUAGE = "en"
_MEGABYTE = 1_000_000


class _Reader(Protocol):
    def read(self, raw: bytes, name: str, limits: Limits) -> Reading: ...


def suffix_of(name: str) -> str:
    """Return the file name's ending in lower case.

    Raises:
        UnknownFormat: If no reader takes it.
    """
    suffix = PurePosixPath(identity.file_name(name)).suffix.lower()
    if suffix not in _MODULES:
        reason = (
            f"no reader for {suffix!r} files" if suffix else "the name has no ending that says what it is"
        )
        raise UnknownFormat(name, reason, f"Save it as one of {' '.join(SUFFIXES)}")
    return suffix


def check_size(raw: bytes, name: str, limits: Limits) -> None:
    """Hold a file's size against the limit.

    Raises:
        TooLarge: If it is over it.
        EmptyDocument: If there is not a byte in it.
    """
    if len(raw) > limits.max_bytes:
        found, allowed = len(raw) / _MEGABYTE, limits.max_bytes / _MEGABYTE
        raise TooLarge(name, f"{found:.1f} MB where {allowed:.1f} MB are allowed", "Split it into parts")
    if not raw:
        raise EmptyDocument(name, "the file is empty", "Check that this is the file you meant")


def read_document(
    raw: bytes,
    name: str,
    *,
    limits: Limits | None = None,
    address: str | None = None,
    retrieved: str | None = None,
) -> Document:
    """Read one file.

    Args:
        raw: The file's bytes.
        name: The file as the user named it; its ending chooses the reader.
        limits: How large a file may be; the default ``Limits()`` if None.
        address: Where it was published; the file's own word goes before this.
        retrieved: ISO date and time the bytes were taken in.

    Returns:
        The document, in canonical text.

    Raises:
        ReadError: One of its kinds, if the file cannot become a document.
    """
    limits = limits or Limits()
    suffix = suffix_of(name)
    check_size(raw, name, limits)
    check_content(raw, name, suffix)
    reading = _reader(suffix).read(raw, name, limits)
    if not any(character.isalnum() for character in reading.text.text):
        raise EmptyDocument(name, "there are no words in it", "Check that this is the file you meant")
    return _document(reading, raw, name, address, retrieved)


def _reader(suffix: str) -> _Reader:
    """Import the reader of a suffix; the PDF and DOCX libraries load only when such a file comes."""
    return cast("_Reader", import_module(f"corpus.readers.{_MODULES[suffix]}"))


def _document(
    reading: Reading, raw: bytes, name: str, address: str | None, retrieved: str | None
) -> Document:
    metadata, text = reading.metadata, reading.text.text
    # Headings of a paged source are guessed from the setting of its lines, so they do not name it.
    headings = () if reading.pages else reading.headings
    title = metadata.title or identity.title(text, headings, reading.property_title, name)
    return Document(
        id=metadata.id or identity.document_id(name),
        title=title,
        kind=metadata.kind or identity.kind(text, title),
        text=text,
        provenance=Provenance(
            path=name,
            sha256=hashlib.sha256(raw).hexdigest(),
            reader=reading.reader,
            address=metadata.address or address,
            retrieved=retrieved,
            language=metadata.language or _DEFAULT_LANGUAGE,
            authenticity=metadata.authenticity,
            status=metadata.status,
            as_of=metadata.as_of,
        ),
        pages=reading.pages,
        headings=reading.headings,
        notes=reading.notes,
        sources=metadata.sources,
        names=metadata.names,
        notices=reading.notices,
    )
