"""Bytes to characters: byte order marks first, then strict UTF-8, then what the file declares, then a guess.

A wrong guess would put wrong words into a quotation, so the guess comes last and only where UTF-8 cannot be.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from corpus.errors import UnreadableFile

# UTF-32 before UTF-16: its little-endian mark begins with the mark of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"
# In Windows text these bytes are typographic quotes, dashes and the like: the usual reason why English text
# is not valid UTF-8. Letters (0xC0 and up) could be of any alphabet and are left to the statistical guess.
_WINDOWS_PUNCTUATION = re.compile(rb"[\x80\x85\x91-\x97\xa0\xa3\xa7\xa9\xab\xb0\xbb]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def decode(raw: bytes, name: str, *, declared: str | None = None) -> str:
    """Return the characters of a text file.

    Args:
        raw: The file's bytes.
        name: The file as the user named it, for the error.
        declared: An encoding the file itself declares; used only if the bytes agree with it.

    Raises:
        UnreadableFile: If no encoding fits the bytes.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _strict(raw, name, encoding)
    for candidate in ("utf-8", declared):
        text = _try(raw, candidate)
        if text is not None:
            return text
    if not _HIGH_BYTE.search(_WINDOWS_PUNCTUATION.sub(b"", raw)):
        return _strict(raw, name, _WESTERN)
    best = from_bytes(raw).best()
    if best is None:
        raise UnreadableFile(
            name, "its bytes are not text in any known encoding", "Save it as UTF-8 and try again"
        )
    return str(best)


def has_byte_order_mark(raw: bytes) -> bool:
    """Tell whether the bytes begin with a Unicode byte order mark."""
    return any(raw.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS)


def _strict(raw: bytes, name: str, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not valid {encoding}, which the file begins as"
        raise UnreadableFile(name, reason, "Save it as UTF-8 and try again") from error


def _try(raw: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return raw.decode(encoding)
    except (UnicodeError, LookupError):
        return None
