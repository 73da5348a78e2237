"""Bytes to characters: byte order marks first, then strict UTF-8, then what the file declares, then a guess.

A wrong guess would put wrong words into a quotation, so each step is taken only where the bytes speak for it, and
text that went through the wrong encoding once already (``â€œ`` for a quotation mark) is put right again.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from corpus.errors import UnreadableFile
from corpus.readers.languages import language_of

# UTF-32 before UTF-16: its little-endian mark begins with the mark of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"
_LATIN = re.compile(r"(?:iso-?8859-?1|latin-?1|(?:us-)?ascii|ansi|windows-?1252|cp-?1252)", re.IGNORECASE)
"""Names under which files declare Windows' western encoding: browsers read all of them as that."""

_NO_ENCODINGS = frozenset(
    "idna punycode undefined unicode_escape raw_unicode_escape utf_7 mbcs oem palmos".split()
)
"""Python knows these by the same names as encodings; they are none that a file is written in, or take long."""

# In Windows text these bytes are typographic quotes, dashes and the like: the usual reason why English text
# is not valid UTF-8. Letters (0xC0 and up) could be of any alphabet and are left to the statistical guess.
_WINDOWS_PUNCTUATION = re.compile(rb"[\x80\x85\x91-\x97\xa0\xa3\xa7\xa9\xab\xb0\xbb]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")

_MAC = "mac_roman"
_MAC_PUNCTUATION = re.compile(
    rb"(?<=[A-Za-z])\xd5(?=[a-z]\b)|\xd2(?=[A-Za-z])|(?<=[A-Za-z.,])\xd3|\x20[\xd0\xd1]\x20"
)
"""Old Macintosh's apostrophe, quotes and dashes, where nothing but punctuation can stand."""

_LETTER_BESIDE = re.compile(rb"[\xc0-\xff](?=[A-Za-z\xc0-\xff])|(?<=[A-Za-z])[\xc0-\xff]")
_WIDE_LOOK = 4096
_WIDE_SHARE = 0.3
"""Share of NUL among every second byte from which a file is UTF-16: nearly half of them even in mixed scripts."""

_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MIXED_SHARE = 0.5
"""Share of the bytes beyond ASCII that must be whole UTF-8 letters before the rest counts as stray bytes."""

_LAST_BYTE = 0xFF
_CONTINUING = "".join(
    bytes([byte]).decode(_WESTERN, errors="ignore") or chr(byte) for byte in range(0x80, 0xC0)
)
_TWICE = re.compile(
    f"[\u00c2-\u00df][{_CONTINUING}]|[\u00e0-\u00ef][{_CONTINUING}]{{2}}|[\u00f0-\u00f4][{_CONTINUING}]{{3}}"
)
"""One letter of UTF-8 as it looks when each of its bytes is read as Windows' western encoding has it."""

_TELLING = re.compile("\u00e2\u20ac|\u00c3[\u00a0-\u00bf\u0178\u2030\u0160]|\u00c2[\u00a0-\u00bf]")
"""What typographic quotes, accented letters and no-break spaces become: only then is anything undone."""

_LOST_QUOTE = "\u00e2\u20ac\ufffd"
"""The closing quote, whose last byte stands for nothing in Windows' encoding and is lost on the way."""

_FEW_ACCENTS = 0.03
"""Share of letters beyond ASCII up to which a text is western: English with a few names in it."""

_WESTERN_LANGUAGES = frozenset(
    "English French Spanish Portuguese Italian German Dutch Danish Swedish Norwegian".split()
)


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
    wide = wide_encoding(raw)
    if wide is not None:
        return _strict(raw, name, wide)
    if declared is not None and _LATIN.fullmatch(declared):
        declared = _WESTERN
    for candidate in ("utf-8", declared):
        text = _try(raw, candidate)
        if text is not None:
            return _once(text)
    return _once(_guessed(raw, name))


def wide_encoding(raw: bytes) -> str | None:
    """Return which UTF-16 a file without a byte order mark is in, or None."""
    look = raw[: min(_WIDE_LOOK, len(raw) // 2 * 2)]
    half = len(look) // 2
    if half == 0 or len(raw) % 2:
        return None
    even, odd = look[0::2].count(0), look[1::2].count(0)
    if odd > _WIDE_SHARE * half and even == 0:
        return "utf-16-le"
    if even > _WIDE_SHARE * half and odd == 0:
        return "utf-16-be"
    return None


def has_byte_order_mark(raw: bytes) -> bool:
    """Tell whether the bytes begin with a Unicode byte order mark."""
    return any(raw.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS)


def _guessed(raw: bytes, name: str) -> str:
    """Decode bytes that are neither UTF-8 nor what the file declares."""
    high = len(_HIGH_BYTE.findall(raw))
    whole = sum(len(letter) for letter in _MULTIBYTE.findall(raw))
    if whole > _MIXED_SHARE * high:
        return raw.decode("utf-8", errors="western")
    if len(_MAC_PUNCTUATION.findall(raw)) > len(_LETTER_BESIDE.findall(_MAC_PUNCTUATION.sub(b" ", raw))):
        return raw.decode(_MAC)
    western = _try(raw, _WESTERN)
    if western is not None and _is_western(raw, western):
        return western
    best = from_bytes(raw).best()
    if best is None:
        raise UnreadableFile(
            name, "its bytes are not text in any known encoding", "Save it as UTF-8 and try again"
        )
    return str(best)


def _is_western(raw: bytes, western: str) -> bool:
    letters = len(_HIGH_BYTE.findall(_WINDOWS_PUNCTUATION.sub(b"", raw)))
    return letters <= _FEW_ACCENTS * len(raw) or language_of(western) in _WESTERN_LANGUAGES


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read a stray byte within UTF-8 as Windows' western encoding has it: someone pasted it in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.start + 1]
    return stray.decode(_WESTERN, errors="replace"), error.start + 1


codecs.register_error("western", _western)


def _once(text: str) -> str:
    """Undo a second encoding: UTF-8 that was read as Windows' western encoding and written as UTF-8 again."""
    if not _TELLING.search(text):
        return text

    def undone(match: re.Match[str]) -> str:
        raw = b"".join(_byte(letter) for letter in match.group())
        return _try(raw, "utf-8") or match.group()

    return _TWICE.sub(undone, text).replace(_LOST_QUOTE, "\u201d")


def _byte(letter: str) -> bytes:
    """Return the byte that was read as this letter; what Windows' encoding leaves out, browsers read as it stands."""
    return (
        letter.encode(_WESTERN) if ord(letter) > _LAST_BYTE or letter >= "\xa0" else letter.encode("latin-1")
    )


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
        return (
            None if codecs.lookup(encoding).name.replace("-", "_") in _NO_ENCODINGS else raw.decode(encoding)
        )
    except (UnicodeError, LookupError):
        return None
