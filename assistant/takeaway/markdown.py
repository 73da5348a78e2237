"""The sheet as Markdown (CommonMark, with the footnotes that GitHub, Pandoc and note-taking programs share).

Nothing of a document acts as markup: a quotation, read by a parser, is its words to the last character. Line feeds
are hard breaks, an empty line begins a paragraph, and blanks that a parser would drop are written as entities.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from assistant.takeaway.sheet import SOURCES, Heading, Manner, Quotation, Row, Source, Table, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.takeaway.notes import Note
    from assistant.takeaway.sheet import Piece, Sheet

# CommonMark's marks, and those of the dialects people open files with: tables, strikethrough, mathematics, mentions,
# citations, superscript. Every one may be escaped, being ASCII punctuation (CommonMark 2.4).
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~$^@&]")
_TEMPTING = re.compile(r":(?=//)|(?<=www)\.|-(?=-)|(?<=-)-|(?<=\.)\.", re.IGNORECASE)
"""Where an address without marks would become a link by itself, and hyphens or stops a dash or an ellipsis."""
_BULLET = re.compile(r"[+=:%-]|\((?=[\w@]+\))")
_NUMBER = re.compile(r"(\d{1,9}|[A-Za-z]{1,7})([.)])(?=\s|\Z)")
"""Beginnings of a line that open a list, a heading's underline or a definition."""
_EDGES = re.compile(r"\A\s+|\s+\Z")
_BREAKS = re.compile(r"(\n+)")
_EMPHASIS = {Manner.PLAIN: "", Manner.LABEL: "**", Manner.ATTACHED: "*", Manner.ASIDE: "*"}
_LINK = re.compile(r"[!-;=?-_a-z~]+")
"""A link that can stand in angle brackets or as code: printable ASCII without blank, ``<``, ``>`` and backtick."""


def written(sheet: Sheet) -> str:
    """Return the sheet as Markdown."""
    blocks = [f"# {inline(sheet.title)}"]
    for piece in sheet.pieces:
        blocks += _piece(piece)
    if sheet.sources:
        blocks += [f"## {SOURCES}", "\n".join(_source(one) for one in sheet.sources)]
    blocks += ["---", inline(sheet.closing), *(_note(note) for note in sheet.notes)]
    return "\n\n".join(blocks) + "\n"


def inline(text: str) -> str:
    """Return text for one line of a paragraph, read as nothing but itself."""
    escaped = _TEMPTING.sub(r"\\\g<0>", _MARKS.sub(r"\\\g<0>", text))
    if _BULLET.match(escaped):
        escaped = f"\\{escaped}"
    escaped = _NUMBER.sub(r"\1\\\2", escaped, count=1) if _NUMBER.match(escaped) else escaped
    return _EDGES.sub(lambda found: _entities(found[0]), escaped)


def quoted(text: str) -> list[str]:
    """Return the lines of a block quote: its text, without the marks that make it one; empty ones part paragraphs."""
    lines, current = [], ""
    for part in _BREAKS.split(text):
        if not part.startswith("\n"):
            current += inline(part)
        elif len(part) == 1 and current:
            lines.append(f"{current}\\")
            current = ""
        else:
            # A parser keeps no third line feed, nor one at the beginning: those are entities.
            kept = len(part) - 2 if current else len(part)
            lines += [current, ""] if current else []
            current = _entities("\n" * kept)
    return [*lines, current]


def _entities(blanks: str) -> str:
    return "".join(f"&#{ord(character)};" for character in blanks)


def _piece(piece: Piece) -> Iterator[str]:
    match piece:
        case Heading():
            yield f"{'#' * piece.level} {inline(piece.text)}"
        case Words():
            yield _words(piece)
        case Quotation():
            yield _quotation(piece)
        case Table():
            for row in piece.rows:
                yield from _row(row)
        case _:
            assert_never(piece)


def _words(words: Words) -> str:
    text = inline(words.text)
    if words.address:
        text += f" <{words.address}>"
    return f"{_EMPHASIS[words.manner]}{text}{_EMPHASIS[words.manner]}"


def _quotation(quotation: Quotation) -> str:
    lines = quoted(quotation.text)
    lines[-1] += f"[^{quotation.note.number}]"
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _row(row: Row) -> Iterator[str]:
    remark = f" ({row.remark})" if row.remark else ""
    yield f"### {inline(row.title + remark)}"
    for piece in row.pieces:
        yield from _piece(piece)


def _source(source: Source) -> str:
    facts = [
        f"file {inline(source.file)}",
        f"SHA-256 {inline(source.sha256)}",
        *([f"retrieved {inline(source.retrieved)}"] if source.retrieved else []),
        *([f"<{source.address}>"] if source.address else []),
    ]
    return f"- {inline(source.title)}: {', '.join(facts)}"


def _note(note: Note) -> str:
    """Return a footnote's text; the link behind it also keeps parsers without footnotes from reading a definition."""
    address = f"<{note.address}>" if note.address else ""
    link = inline(note.link)
    if _LINK.fullmatch(note.link):
        link = f"<{note.link}>" if note.link.startswith("http") else f"`{note.link}`"
    edges = [part and _inner(part) for part in (note.before, note.after)]
    return f"[^{note.number}]: {edges[0]}{address}{edges[1]} {link}"


def _inner(text: str) -> str:
    """Return part of a line as ``inline`` does, its single blanks at either end as they are."""
    middle = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{inline(middle)}{after}" if middle else text
