"""Plain text: each line is a paragraph, as it is, unless the file was broken into lines by width.

The reader guesses nothing where lines are paragraphs: a news article with its navigation lines stays as the user
saved it. A text broken by width is read as print is (``typed``). Front matter as Markdown has it is read where it
names the text's kind, title or id; any other block between dashes is text.
"""

from __future__ import annotations

import re

from corpus.normalise import CHARACTERS, LINES, MappedText, apply, control_characters, unicode_nfc
from corpus.readers import frontmatter
from corpus.readers.bilingual import one_language
from corpus.readers.composed import composed
from corpus.readers.encoding import decode
from corpus.readers.footnotes import without_notes
from corpus.readers.reading import Limits, Metadata, Reading, headings_in
from corpus.readers.typed import typed_lines

READER = "plain/3"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:(?!---|\.\.\.)[^\n]*\n)*?(?:kind|title|id):")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85")


def read(raw: bytes, name: str, limits: Limits) -> Reading:  # noqa: ARG001 - every reader has this signature
    """Read a plain text file.

    Raises:
        UnreadableFile: If the bytes are not text, or the front matter is wrong.
    """
    decoded = decode(raw, name)
    source = apply(MappedText.of(decoded), *CHARACTERS)
    if not _FRONT_MATTER.match(source.text):
        return _typed(decoded) or Reading(apply(source, *LINES), READER)
    metadata, start = frontmatter.split(source.text, name)
    body = _typed(source.text[start:], metadata)
    return body or Reading(apply(source.without([(0, start)]), *LINES), READER, metadata=metadata)


def _typed(text: str, metadata: Metadata | None = None) -> Reading | None:
    """Read a text broken by width; None if this one is not."""
    feeds = _LINE_ENDS.sub("\n", text).replace("\f\n", "\f").replace("\n\f", "\f").split("\f")
    clean = "\f".join(apply(MappedText.of(page), unicode_nfc, control_characters).text for page in feeds)
    found = typed_lines(clean.rstrip("\f"))
    if found is None:
        return None
    lines, notices = one_language(found[0])
    parted = without_notes(lines, {})
    mapped, marks, pages = composed(parted.text, parted.notes)
    headings = headings_in(mapped, marks)
    return Reading(
        mapped,
        READER,
        headings,
        pages if found[1] else (),
        metadata=metadata or Metadata(),
        notices=notices,
    )
