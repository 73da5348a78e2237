"""Characters and addresses that would act instead of being read, wherever a file is opened.

Documents of the library are rid of control characters when they are read, but titles, addresses and questions are
not, and a document may come from elsewhere. What acts is shown by its code, so that nothing is hidden or lost.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

# What XML 1.0 cannot hold (section 2.2, Char) and UTF-8 cannot store; other control characters, which programs
# drop; and the controls that turn the order of words round (Unicode Standard Annex 9, section 2). Joiners and plain
# direction marks stay: some scripts need them.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]+\Z", re.IGNORECASE)


def visible(text: str) -> str:
    """Return text in which what acts stands as its code, ``[U+202E]``; tabs and line feeds stay."""
    return _ACTING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def one_line(text: str) -> str:
    """Return text for a heading or a title: visible, its blanks and line feeds single spaces."""
    return visible(" ".join(text.split()))


def web_address(address: str | None) -> str:
    """Return an address if it is one of the web, else an empty string: no other scheme is ever a link."""
    if address is None or _ACTING.search(address) or not _ADDRESS.match(address):
        return ""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    return address if host else ""


def right_to_left(text: str) -> bool:
    """Tell whether a paragraph runs from right to left, by its first strong character (Annex 9, rules P2 and P3)."""
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in {"L", "R", "AL"}:
            return way != "L"
    return False
