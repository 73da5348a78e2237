"""Plain text: each line is a paragraph, as it is.

The reader guesses nothing: a news article with its navigation lines stays as the user saved it.
"""

from __future__ import annotations

from corpus.normalise import CHARACTERS, LINES, MappedText, apply
from corpus.readers.encoding import decode
from corpus.readers.reading import Limits, Reading

READER = "plain/1"


def read(raw: bytes, name: str, limits: Limits) -> Reading:  # noqa: ARG001 - every reader has this signature
    """Read a plain text file.

    Raises:
        UnreadableFile: If the bytes are not text.
    """
    return Reading(apply(MappedText.of(decode(raw, name)), *CHARACTERS, *LINES), READER)
