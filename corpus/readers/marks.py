"""Markdown's marks, as steps: what is left is what a reader of the rendered page would see.

Only marks go. Words stay as they are, glued or hyphenated as the source has them: ``a,*inter alia,*b`` loses
its asterisks and gains no blank.
"""

from __future__ import annotations

import html
import re

from corpus.normalise import Edit, MappedText, Step, plain_spaces

_HEADING = re.compile(
    r"^[ ]{0,3}(?P<hashes>#{1,6})(?:(?<=##)|(?=[ \t])|$)[ \t]*+(?P<words>[^\n]*)$", re.MULTILINE
)
"""A heading mark: one ``#`` needs a blank after it (else ``#1`` would be a heading), two or more do not."""

_UNDERLINED = re.compile(
    r"(?:\A|(?<=\n\n))(?P<words>[^\s#>|*+-][^\n]*)\n(?P<line>=+|-{3,})[ \t]*$", re.MULTILINE
)
_TAG_LINES = re.compile(r"^[ \t]*<(?:meta|link|!doctype)\b[^>\n]*>[ \t]*$\n?", re.MULTILINE | re.IGNORECASE)
_COMMENTS = re.compile(r"<!--.{0,4000}?-->", re.DOTALL)
_BREAK_TAGS = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_BLOCK_ENDS = re.compile(
    r"</(?:p|div|h[1-6]|li|tr|table|blockquote|dd|dt|center|caption|section)[ \t]*>[ \t]*(?=\S)",
    re.IGNORECASE,
)
_CELL_TAGS = re.compile(r"</t[dh][ \t]*>\s*<t[dh]\b[^<>\n]*>", re.IGNORECASE)
_TAGS = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em|figcaption"
    r"|figure|font|h[1-6]|header|hr|html|i|img|ins|kbd|label|li|main|mark|nobr|ol|p|page|pre|q|s|section|small|span"
    r"|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul)\b[^<>\n]*>",
    re.IGNORECASE,
)
_TAGGED_HEADING = re.compile(
    r"^[ ]{0,3}<h(?P<level>[1-6])\b[^<>\n]*>[ \t]*(?P<words>[^\n]*?)[ \t]*</h(?P=level)[ \t]*>[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_BOLD_LINE = re.compile(r"^[ ]{0,3}(?P<mark>\*\*|__)(?P<words>[^\s*_][^\n]{0,200}?)(?P=mark)[:.]?[ \t]*$")
# Link text may hold one pair of brackets and a link target one pair of round brackets, as addresses do.
_LINK = re.compile(
    r"!?\[(?P<words>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[(?!\s*\])[^\[\]\n]*\])"
)
PICTURE = re.compile(r"!\[(?:[\w .-]*\.\w{2,5}|)\]\((?:[^()\n]|\([^()\n]*\))*\)")
"""A picture that is named by its file only: there is nothing in it to read."""

_LINK_DEFINITION = re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:[ \t]*\S+[^\n]*$\n?", re.MULTILINE)
_ADDRESS = re.compile(r"<(?P<words>(?:https?://|mailto:)[^<>\s]+)>")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\s]{1,64}\](?!:)")
_MIRROR_QUOTES = re.compile(r"(?<!`)``(?P<words>[^`\n\"]*?)(?:\"|''|``)")
_OPEN_QUOTES = re.compile(r"(?<!`)``(?!`)")
_CODE = re.compile(r"(?<!`)`(?P<words>[^`\n]+)`(?!`)")
_FENCE = re.compile(r"^[ ]{0,3}(?:```+|~~~+)[^\n`]*$\n?", re.MULTILINE)
# Emphasis and comments are bounded: an unclosed mark must not make the search quadratic in a long line.
_STARS = re.compile(r"(?<![\\*])(\*{1,3})(?=[^\s*])(?P<words>[^\n]{0,400}?[^\s*\\])\1(?!\*)")
_LOOSE_STARS = re.compile(r"(?<![\\*])\*(?=\w)(?P<words>[^\n*]{0,80}[ ])\*(?=\w)")
"""A pair whose second mark slipped behind the blank: ``*a priori *claim``."""

_UNDERSCORES = re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])(?P<words>[^\n]{0,400}?[^\s_\\])\1(?!\w)")
_STRUCK = re.compile(r"(?<!~)~~(?=\S)(?P<words>[^\n~]+?)(?<=\S)~~(?!~)")
_QUOTED_LINE = re.compile(r"^[ ]{0,3}(?:>[ ]?)+", re.MULTILINE)
_THEMATIC_BREAK = re.compile(
    r"^[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]+){2,}_|___)[ \t]*$", re.MULTILINE
)
_TABLE_RULE = re.compile(
    r"^[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$\n?|^[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$\n?",
    re.MULTILINE,
)
_TABLE_ROW = re.compile(r"^[ \t]*\|[^\n]*\|[ \t]*$", re.MULTILINE)
_CELL_EDGE = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
_INNER_BLANKS = re.compile(r"(?<=[^\s])[ ]{2,}(?=[^\s])")
_BULLETS = re.compile(
    r"^(?P<indent>[ \t]*)(?:[*+-](?P<blank>[ \t]+)(?=\(?(?:\d{1,3}|[a-z]{1,4})[.)][ \t])|[*+](?=[ \t]+\S))",
    re.MULTILINE,
)
"""Bullets; one before a number of the text's own (``* (a)``) is the converter's, and goes."""

_INDENT = re.compile(r"^[ ]{1,3}(?=[^\s\d*+-])", re.MULTILINE)
_ESCAPES = re.compile(r"\\(?P<words>[!-/:-@\[-`{-~])")
_ENTITIES = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def heading_marks(text: str, start: int = 0) -> list[tuple[int, int, int]]:
    """Find Markdown headings from ``start`` on: start and end of the words, and the level, in order."""
    marked = [(*_words(mark), len(mark["hashes"])) for mark in _HEADING.finditer(text, start)]
    marked += [(*mark.span("words"), int(mark["level"])) for mark in _TAGGED_HEADING.finditer(text, start)]
    lined = [
        (*mark.span("words"), 1 if mark["line"][0] == "=" else 2)
        for mark in _UNDERLINED.finditer(text, start)
    ]
    return sorted(marked + lined)


def bold_words(line: str) -> tuple[int, int] | None:
    """Return where the words of a line that is bold from end to end begin and end; None for any other line."""
    found = _BOLD_LINE.match(line)
    return None if found is None else found.span("words")


def hidden_lines(mapped: MappedText) -> MappedText:
    """Remove what no rendered page shows: HTML meta lines, comments, link definitions, code fences."""
    for pattern in (_COMMENTS, _TAG_LINES, _LINK_DEFINITION, _FENCE):
        mapped = mapped.replaced(pattern, "")
    return mapped


def heading_hashes(mapped: MappedText) -> MappedText:
    """Reduce headings to their words."""
    mapped = mapped.kept(_UNDERLINED, "words")
    edits: list[Edit] = []
    for mark in _HEADING.finditer(mapped.text):
        start, end = _words(mark)
        edits += (Edit(mark.start(), start, ""), Edit(end, mark.end(), ""))
    return mapped.edited(edits)


def block_marks(mapped: MappedText) -> MappedText:
    """Remove the marks of quoted lines and thematic breaks, make bullets dashes; table cells become tab-separated."""
    mapped = mapped.replaced(_QUOTED_LINE, "").replaced(_TABLE_RULE, "").replaced(_THEMATIC_BREAK, "")
    mapped = mapped.replaced(_BULLETS, lambda match: match["indent"] + ("" if match["blank"] else "-"))
    return mapped.edited(edit for row in _TABLE_ROW.finditer(mapped.text) for edit in _cells(row))


def tags(mapped: MappedText) -> MappedText:
    """Remove the HTML tags people use within Markdown; ``<br>`` and the end of a block end the line."""
    mapped = mapped.kept(_ADDRESS, "words").replaced(_BREAK_TAGS, "\n").replaced(_CELL_TAGS, "\t")
    return mapped.replaced(_BLOCK_ENDS, "\n").replaced(_TAGS, "")


def links(mapped: MappedText) -> MappedText:
    """Reduce links to their words and remove footnote marks."""
    return mapped.kept(_LINK, "words").replaced(_FOOTNOTE_MARK, "")


def backticks(mapped: MappedText) -> MappedText:
    """Turn quotes written with two backticks into typographic ones, and take single backticks off code."""
    pairs = (
        edit
        for match in _MIRROR_QUOTES.finditer(mapped.text)
        for edit in (
            Edit(match.start(), match.start("words"), "“"),
            Edit(match.end("words"), match.end(), "”"),
        )
    )
    return mapped.edited(pairs).replaced(_OPEN_QUOTES, "“").kept(_CODE, "words")


def emphasis(mapped: MappedText) -> MappedText:
    """Take the marks off emphasised words, nested ones too."""
    for pattern in (_STARS, _STARS, _LOOSE_STARS, _UNDERSCORES, _UNDERSCORES, _STRUCK):
        mapped = mapped.kept(pattern, "words")
    return mapped


def escapes(mapped: MappedText) -> MappedText:
    """Undo backslash escapes, then decode character references, each once."""
    return mapped.kept(_ESCAPES, "words").replaced(_ENTITIES, lambda match: html.unescape(match.group()))


def inner_blanks(mapped: MappedText) -> MappedText:
    """Reduce blanks within a line to one and take stray ones off its start: no rendered page shows them."""
    return mapped.replaced(_INNER_BLANKS, " ").replaced(_INDENT, "")


MARKS: tuple[Step, ...] = (
    hidden_lines,
    heading_hashes,
    block_marks,
    tags,
    links,
    backticks,
    emphasis,
    escapes,
    plain_spaces,
    inner_blanks,
)
"""All of them, in the order in which they may safely run."""


def _words(mark: re.Match[str]) -> tuple[int, int]:
    """Return where the words of a heading begin and end, without the hashes that may close it."""
    words = mark["words"].rstrip()
    unclosed = words.rstrip("#")
    if not unclosed or unclosed[-1] in " \t":
        words = unclosed.rstrip()
    return mark.start("words"), mark.start("words") + len(words)


def _cells(row: re.Match[str]) -> list[Edit]:
    """Edits that take the outer bars off a table row and put tabs for the inner ones."""
    bars = list(_CELL_EDGE.finditer(row.group()))
    last = len(bars) - 1
    return [
        Edit(row.start() + bar.start(), row.start() + bar.end(), "" if place in {0, last} else "\t")
        for place, bar in enumerate(bars)
    ]
