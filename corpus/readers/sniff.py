"""What a file really is, by its first bytes, so that a wrong name is an error and never nonsense text."""

from __future__ import annotations

from corpus.errors import UnreadableFile
from corpus.readers.encoding import has_byte_order_mark, wide_encoding

_PDF_HEADER_WITHIN = 1024
"""PDF readers accept bytes before the header up to here, so files with such bytes are about."""

_LOOK = 4096

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive (DOCX, EPUB and ODT are such)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or locked Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3\x00", "a database"),
)
_HTML_STARTS = (b"<!doctype html", b"<html")
_HTML = frozenset({".html", ".htm", ".xhtml", ".xml"})
_REMEDY = "Give the file the ending of what it is, if that is one that can be read"


def check_content(raw: bytes, name: str, suffix: str) -> None:
    """Hold a file's content against its ending.

    Raises:
        UnreadableFile: If the content is of another kind; the message says which.
    """
    found = _found(raw)
    if suffix == ".pdf":
        fits = found == "a PDF"
    elif suffix == ".docx":
        # A locked DOCX is an old-style Office container; its reader tells the two apart.
        fits = found is not None and ("ZIP" in found or "Office" in found)
    elif suffix in _HTML:
        fits = found in {None, "an HTML page"}
    else:
        fits = found is None
    if not fits:
        raise UnreadableFile(
            name, f"the name ends in {suffix}, but the content is {found or 'plain text'}", _REMEDY
        )


def _found(raw: bytes) -> str | None:
    """Name what the bytes are; None for text without a format of its own."""
    if b"%PDF-" in raw[:_PDF_HEADER_WITHIN]:
        return "a PDF"
    for magic, what in _MAGIC:
        if raw.startswith(magic):
            return what
    start = raw[:_LOOK].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_STARTS):
        return "an HTML page"
    if b"\x00" in raw[:_LOOK] and not (has_byte_order_mark(raw) or wide_encoding(raw)):
        return "not text"
    return None
