"""Markdown: front matter, headings, section notes, and the text without its marks.

It also takes the loose Markdown of lawbook mirrors: ``###SECTION 1`` without a blank, an HTML ``<meta>`` line
on top, quotes opened with two backticks.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.errors import UnreadableFile
from corpus.models import SectionNote
from corpus.normalise import CHARACTERS, LINES, MappedText, apply
from corpus.readers import frontmatter
from corpus.readers.converted import put_right
from corpus.readers.encoding import decode
from corpus.readers.headlines import Block, heading_levels
from corpus.readers.marks import MARKS, bold_words, heading_marks
from corpus.readers.reading import Limits, Metadata, Reading, headings_in
from corpus.readers.typed import unwrapped

READER = "markdown/2"

_LINE = re.compile(r"[^\n]+")
_NOTE_LINE = re.compile(r"^\*On:[ \t]*(?P<words>[^\n]+?)\.?[ \t]*\*[ \t]*$\n?", re.MULTILINE)
# A pinpoint has full stops of its own (``art. 19(4)``), so a note is taken apart from its end.
_AS_OF = re.compile(r"\.?\s+As of:\s*(?P<date>\S+)$")
_SOURCES = re.compile(r"\.?\s+Sources:\s*(?P<keys>.+)$")


def read(raw: bytes, name: str, limits: Limits) -> Reading:  # noqa: ARG001 - every reader has this signature
    """Read a Markdown file.

    Raises:
        UnreadableFile: If the bytes are not text, or the front matter or a section note is wrong.
    """
    decoded = apply(MappedText.of(decode(raw, name)), *CHARACTERS).text
    metadata, body_start = frontmatter.split(decoded, name)
    source = MappedText.of(put_right(decoded, body_start))
    # Front matter may have a line that looks like a note.
    lines = _NOTE_LINE.finditer(source.text, body_start)
    found = [match for match in lines if _below_heading(source.text, match.start())]
    body = source.without([(0, body_start), *(match.span() for match in found)])
    marks = _headings(source.text, body_start)
    text = apply(body, *MARKS, *LINES)
    text = unwrapped(text, frozenset(heading.span.start for heading in headings_in(text, marks)))
    notes = tuple(_note(match, text.offset_at(match.end()), metadata, name, source.text) for match in found)
    return Reading(text, READER, headings_in(text, marks), notes=notes, metadata=metadata)


def _headings(text: str, start: int) -> list[tuple[int, int, int]]:
    """Find the headings: those marked as such, and bold lines whose words or neighbours make them one."""
    marked = {
        text.rfind("\n", 0, begin) + 1: (begin, end, level)
        for begin, end, level in heading_marks(text, start)
    }
    lines = [match for match in _LINE.finditer(text, start) if match.group().strip()]
    spans: list[tuple[int, int]] = []
    blocks: list[Block] = []
    for line in lines:
        begin, end, level = marked.get(line.start(), (line.start(), line.end(), None))
        bold = bold_words(line.group()) if level is None else None
        if bold is not None:
            begin, end = line.start() + bold[0], line.start() + bold[1]
        spans.append((begin, end))
        blocks.append(Block(text[begin:end].strip(), level, bold is not None))
    levels = heading_levels(blocks)
    return [(*span, level) for span, level in zip(spans, levels, strict=True) if level is not None]


def _below_heading(text: str, start: int) -> bool:
    """Tell whether the last line with words before ``start`` is a heading."""
    line = text[:start].rstrip().rpartition("\n")[2]
    return bool(heading_marks(line)) or set(line) in ({"="}, {"-"})


def _note(match: re.Match[str], start: int, metadata: Metadata, name: str, text: str) -> SectionNote:
    about, as_of = match["words"], None
    keys: tuple[str, ...] = ()
    dated = _AS_OF.search(about)
    if dated:
        about, as_of = about[: dated.start()], dated["date"]
    sourced = _SOURCES.search(about)
    if sourced:
        about = about[: sourced.start()]
        keys = tuple(key.strip() for key in sourced["keys"].split(","))
    line = text.count("\n", 0, match.start()) + 1
    _check(as_of, keys, metadata, f"{name}, line {line}")
    return SectionNote(start, about.strip(), keys, as_of)


def _check(as_of: str | None, keys: tuple[str, ...], metadata: Metadata, place: str) -> None:
    known = {source.key for source in metadata.sources}
    unknown = [key for key in keys if key not in known]
    if unknown:
        reason = f"the note names the source {unknown[0]!r}, which the front matter does not list"
        raise UnreadableFile(place, reason, "Add it under `sources:` or correct the key")
    if as_of is None:
        return
    try:
        date.fromisoformat(as_of)
    except ValueError as error:
        raise UnreadableFile(
            place, f"the note's date {as_of!r} is not a date", "Write it as 2026-01-31"
        ) from error
