"""One pass over an XML file of a legal text, from elements to blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from corpus.readers import xmlnames
from corpus.readers.elements import text_of, words_of
from corpus.readers.lines import MARKER, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

    from corpus.readers.blocks import Blocks

_DEEPEST_LEVEL = 6
_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPTY_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_DIGITS = re.compile(r"\d{1,4}(?:\.\d{1,3})*")
_LETTERS = re.compile(r"[a-zA-Z]{1,5}")
_GOES_ON = re.compile(
    r"\b(?:a|an|and|any|as|at|by|for|from|in|its|of|on|or|such|that|the|this|to|under|which|with)$",
    re.IGNORECASE,
)
"""Words that end no sentence: what follows an empty line after them was torn off."""

_TAIL = 12
"""Characters at the end of a paragraph that hold its last word."""

_LONGEST_CELL = 300


class Walk:
    """One pass over a file, without recursion."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.depth = 0
        self.mixed: dict[Element, bool] = {}
        self.data_rows: list[bool] = []

    def through(self, root: Element) -> None:
        """Write the file's text into the blocks."""
        walker = etree.iterwalk(root, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walker:
            name = xmlnames.local(element)
            if event == "start":
                if self._skips(element, name):
                    walker.skip_subtree()
                    skipped = element
                    continue
                self._open(element, name)
                self._say(element.text)
                continue
            if element is skipped:
                skipped = None
            else:
                self._close(element, name)
            if element is not root:
                self._say(element.tail)
        self.blocks.end()

    def _skips(self, element: Element, name: str) -> bool:
        """Tell whether an element's text is no part of the running text; footnotes are put aside."""
        if name in xmlnames.NOTES:
            self.blocks.note_aside(_note(element))
            return True
        if name in xmlnames.NUMBERS and not self._is_inline(element, name):
            self._number(element)
            return True
        return name in xmlnames.DROPPED or name in xmlnames.NOTE_MARKS

    def _number(self, element: Element) -> None:
        words = words_of(element)
        if _WORD.search(words):
            self._heading(words)
        else:
            self.blocks.number(words)

    def _heading(self, words: str) -> None:
        self.blocks.end()
        self.blocks.level = self._level()
        self.blocks.add(words)
        self.blocks.end()
        self.blocks.level = None

    def _level(self) -> int:
        return max(1, min(self.depth, _DEEPEST_LEVEL))

    def _open(self, element: Element, name: str) -> None:
        if name in xmlnames.BREAKS:
            self.blocks.break_line()
        elif self._is_inline(element, name):
            self._quote(element, "startQuote")
        elif name in xmlnames.ROWS:
            self.data_rows.append(_is_data(element))
            if self.data_rows[-1]:
                self.blocks.begin_row()
        elif name in xmlnames.CELLS and self.data_rows and self.data_rows[-1]:
            if element.getprevious() is not None:
                self.blocks.next_cell()
        else:
            self._open_block(element, name)

    def _open_block(self, element: Element, name: str) -> None:
        self.blocks.end()
        if xmlnames.is_heading(name) and not _holds_blocks(element):
            self.blocks.level = self._level()
        if name in xmlnames.DIVISIONS or name in xmlnames.PARAGRAPHS:
            self.depth += name in xmlnames.DIVISIONS
            self._write_attributes(element, name)

    def _write_attributes(self, element: Element, name: str) -> None:
        """Write out a number and a title that stand in attributes and in no element of their own."""
        if any(
            xmlnames.local(child) in xmlnames.NUMBERS or xmlnames.is_heading(xmlnames.local(child))
            for child in element
        ):
            return
        number = next(
            (value for key in xmlnames.NUMBER_ATTRIBUTES if (value := element.get(key, "").strip())), ""
        )
        if name in xmlnames.PARAGRAPHS and not _WORD.search(number):
            if number:
                self.blocks.number(_as_printed(number))
            return
        title = next(
            (value for key in xmlnames.TITLE_ATTRIBUTES if (value := element.get(key, "").strip())), ""
        )
        if number:
            self._heading(number if _WORD.search(number) else f"{name.capitalize()} {number}")
        if title and title != number:
            self._heading(title)

    def _close(self, element: Element, name: str) -> None:
        if name in xmlnames.BREAKS:
            return
        if self._is_inline(element, name):
            self._quote(element, "endQuote")
            return
        if name in xmlnames.ROWS and self.data_rows.pop():
            self.blocks.end_row()
        elif name not in xmlnames.CELLS or not (self.data_rows and self.data_rows[-1]):
            self.blocks.end()
        if xmlnames.is_heading(name):
            self.blocks.level = None
        self.depth -= name in xmlnames.DIVISIONS

    def _say(self, text: str | None) -> None:
        """Add running text; where empty lines part it, the file keeps its paragraphs in them."""
        parts = [part for part in _EMPTY_LINE.split(text or "") if part.strip()]
        if len(parts) < 2:  # noqa: PLR2004 - one paragraph, or white space around an element
            self.blocks.add(text or "")
            return
        for place, part in enumerate(_mended(parts)):
            if place:
                self.blocks.end()
            self.blocks.add(part)

    def _is_inline(self, element: Element, name: str) -> bool:
        """Tell whether an element stands within running text."""
        parent = element.getparent()
        if parent is None:
            return False
        return name in xmlnames.INLINE or self._is_mixed(parent)

    def _is_mixed(self, parent: Element) -> bool:
        if parent not in self.mixed:
            own = bool((parent.text or "").strip())
            holds_numbers = any(xmlnames.local(child) in xmlnames.PARAGRAPHS for child in parent)
            tails = any((child.tail or "").strip() for child in parent)
            self.mixed[parent] = (own or tails) and not holds_numbers
        return self.mixed[parent]

    def _quote(self, element: Element, key: str) -> None:
        """Write quotation marks that stand in attributes: Akoma Ntoso's, and Formex's character codes."""
        if element.get(key):
            self.blocks.add(str(element.get(key)))
        code = element.get("CODE", "")
        if key == "startQuote" and re.fullmatch(r"[0-9A-Fa-f]{4}", code):
            mark = chr(int(code, 16))
            self.blocks.add(mark if mark.isprintable() else "")  # half a surrogate pair, say, is no character


def _note(element: Element) -> str:
    """Return a footnote with its mark, which often stands in an attribute."""
    words = words_of(element)
    mark = next(
        (value for key in ("marker", *xmlnames.NUMBER_ATTRIBUTES) if (value := element.get(key, "").strip())),
        "",
    )
    return words if not mark or words.startswith((mark, f"({mark}", f"[{mark}")) else f"{mark} {words}"


def _as_printed(number: str) -> str:
    """Write a bare number as treaties print it."""
    if _DIGITS.fullmatch(number):
        return f"{number}."
    return f"({number})" if _LETTERS.fullmatch(number) else number


def _is_data(row: Element) -> bool:
    """Tell a row of data from one that only places paragraphs side by side."""
    cells = [cell for cell in row if xmlnames.local(cell) in xmlnames.CELLS]
    return bool(cells) and all(len(text_of(cell)) <= _LONGEST_CELL for cell in cells)


def _holds_blocks(element: Element) -> bool:
    """Tell whether a title is itself made of titles (Formex's TITLE of TI and STI)."""
    return any(xmlnames.is_heading(xmlnames.local(child)) for child in element.iterdescendants())


def _mended(parts: list[str]) -> Iterator[str]:
    """Join paragraphs that an empty line tore apart within a sentence."""
    whole: list[str] = []
    for part in (" ".join(one.split()) for one in parts):
        last = whole[-1] if whole else ""
        goes_on = bool(_GOES_ON.search(last[-_TAIL:])) or (part[:1].islower() and not ends_sentence(last))
        if whole and not (goes_on and not MARKER.match(part)):
            yield " ".join(whole)
            whole = []
        whole.append(part)
    if whole:
        yield " ".join(whole)
