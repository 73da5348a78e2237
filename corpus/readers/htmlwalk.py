"""One pass over a web page, in the order of its text, from elements to blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from corpus.readers.bilingual import other_language
from corpus.readers.elements import text_of
from corpus.readers.headlines import WEAK_LEVEL
from corpus.readers.htmlnotes import HtmlNotes
from corpus.readers.htmlparts import Parts
from corpus.readers.htmlstyle import Counters, Styles, is_hidden
from corpus.readers.numbering import list_marker

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from corpus.readers.blocks import Blocks

_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "noframes", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
])  # fmt: skip
_CELLS = frozenset(["td", "th"])
_HEADING = re.compile(r"h[1-6]")
_BOLD = frozenset(["b", "strong"])
_BOLD_STYLE = re.compile(r"bold|[6-9]00")
_HEADING_CLASS = re.compile(
    r"(?:^|[\s_-])(?:s?ti|sti|titles?|titre\w*|titel|titulo|titolo|heading\w*|headline|subtitle|rubrik|articletitle)"
    r"(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_LONGEST_HEADING = 250
_STYLES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_LIST_STYLE = re.compile(r"\b(none|decimal|(?:lower|upper)-(?:alpha|latin|roman))\b")
_INTEGER = re.compile(r"-?\d{1,6}")


class Walk:
    """One pass over a page, without recursion: pages may be deep.

    Attributes:
        notices: What was left out that the owner should know of.
    """

    def __init__(self, blocks: Blocks, root: Element) -> None:
        self.blocks = blocks
        self.parts = Parts(root)
        self.root = self.parts.main(root)
        self.styles = Styles.of(root)
        self.notes = HtmlNotes(root, self.parts)
        self.left_out, self.notices = other_language(self.root)
        self.counters = Counters()
        self.lists: list[tuple[int, int]] = []
        self.data_tables: list[bool] = []
        self.bold = 0

    def through(self) -> None:
        """Write the page's text into the blocks."""
        walker = etree.iterwalk(self.root, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                style = self.styles.of_element(element) if tag else {}
                if self._is_dropped(element, tag, style):
                    walker.skip_subtree()
                    skipped = element
                    continue
                self._open(element, tag, style)
                self._say(element.text, tag)
                continue
            if element is skipped:
                skipped = None
            else:
                self._close(element, tag)
            if element is not self.root:
                parent = element.getparent()
                self._say(element.tail, "" if parent is None else str(parent.tag))
        self.blocks.end()

    def _say(self, text: str | None, tag: str) -> None:
        self.blocks.add(text or "", kept=tag == "pre", bold=self.bold > 0)

    def _is_dropped(self, element: Element, tag: str, style: dict[str, str]) -> bool:
        if element is self.root:
            return False
        return (
            not tag
            or is_hidden(style)
            or element in self.left_out
            or self.notes.is_mark(element)
            or (self.parts.is_furniture(element, tag) and not self.notes.is_note(element))
        )

    def _open(self, element: Element, tag: str, style: dict[str, str]) -> None:
        if tag in _BLOCKS:
            self.blocks.end()
        if self.notes.is_note(element):
            self._open_note(tag)
        before = self.styles.of_element(element, before=True)
        self.counters.open(style, before)
        drawn = self.counters.drawn(before.get("content", ""))
        if drawn:
            self.blocks.mark(drawn)
        self.bold += _is_bold(tag, style)
        self._open_block(element, tag, style, drawn)

    def _open_note(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _CELLS:
            self.blocks.begin_note()

    def _open_block(self, element: Element, tag: str, style: dict[str, str], drawn: str) -> None:
        if _HEADING.fullmatch(tag):
            self.blocks.level = int(tag[1])
        elif tag in {"ol", "ul"}:
            self.lists.append(_counting(element))
        elif tag == "li":
            self._item(element, style, drawn)
        elif tag == "br":
            self.blocks.break_line()
        elif tag == "q":
            self.blocks.add("“")
        elif tag in {"p", "div", "center", "span"}:
            self._open_paragraph(element, style)
        else:
            self._open_table_part(element, tag)

    def _open_paragraph(self, element: Element, style: dict[str, str]) -> None:
        if element.tag != "span" and self.blocks.level is None and _is_heading_class(element):
            self.blocks.level = WEAK_LEVEL
        centred = element.tag == "center" or "center" in (style.get("text-align", ""), element.get("align"))
        self.blocks.centred = self.blocks.centred or centred

    def _open_table_part(self, element: Element, tag: str) -> None:
        if tag == "table":
            self.data_tables.append(_is_data(element))
        elif tag not in _CELLS:
            return
        elif not (self.data_tables and self.data_tables[-1]):
            self.blocks.end()
        elif element.getprevious() is None:
            self.blocks.begin_row()
        else:
            self.blocks.next_cell()

    def _close(self, element: Element, tag: str) -> None:
        self.bold -= _is_bold(tag, self.styles.of_element(element))
        self.counters.close()
        if tag == "q":
            self.blocks.add("”")
        if tag == "tr":
            self.blocks.end_row()
        if tag in _BLOCKS or (tag in _CELLS and not (self.data_tables and self.data_tables[-1])):
            self.blocks.end()
        if self.notes.is_note(element) and (tag in _BLOCKS or tag in _CELLS):
            self.blocks.end_note()
        self._close_block(element, tag)

    def _close_block(self, element: Element, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self.lists.pop()
        elif tag == "li":
            self.blocks.mark(None)
        elif tag == "table":
            self.data_tables.pop()
        elif _HEADING.fullmatch(tag):
            self.blocks.level = None
        elif tag in {"p", "div", "center"}:
            self.blocks.centred = False
            self.blocks.level = None if _is_heading_class(element) else self.blocks.level

    def _item(self, element: Element, style: dict[str, str], drawn: str) -> None:
        """Set the number or bullet a browser would draw before a list item."""
        parent = element.getparent()
        if parent is None or not self.lists:
            return
        value, step = self.lists[-1]
        written = element.get("value") or ""
        number = int(written) if _INTEGER.fullmatch(written) else value
        self.lists[-1] = (number + step, step)
        if not drawn:
            self.blocks.mark(self._marker(element, parent, style, number))

    def _marker(self, element: Element, parent: Element, style: dict[str, str], number: int) -> str:
        listed = self.styles.of_element(parent)
        named = [style.get(key) or listed.get(key) for key in ("list-style-type", "list-style")]
        found = next((found for one in named if one and (found := _LIST_STYLE.search(one))), None)
        form = found[1].replace("latin", "alpha") if found else ""
        form = form or _STYLES.get(element.get("type") or parent.get("type") or "1", "decimal")
        if form == "none":
            return ""
        return "-" if parent.tag == "ul" else list_marker(form, number)


def _is_bold(tag: str, style: dict[str, str]) -> bool:
    return tag in _BOLD or bool(_BOLD_STYLE.search(style.get("font-weight", "")))


def _is_heading_class(element: Element) -> bool:
    """Tell whether a paragraph's class calls it a heading, and it is no longer than one."""
    if not _HEADING_CLASS.search(element.get("class") or ""):
        return False
    holds_blocks = any(child.tag in _BLOCKS for child in element)
    return not holds_blocks and len(text_of(element).strip()) <= _LONGEST_HEADING


def _counting(element: Element) -> tuple[int, int]:
    """Return the number of a list's first item, and the step to the next."""
    written = element.get("start") or ""
    backwards = element.get("reversed") is not None
    items = sum(child.tag == "li" for child in element)
    start = int(written) if _INTEGER.fullmatch(written) else items if backwards else 1
    return start, -1 if backwards else 1


def _is_data(table: Element) -> bool:
    """Tell a table of data from one that only places paragraphs side by side."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return False
    cells = [cell for tag in _CELLS for cell in table.iter(tag)]
    return all(sum(child.tag in _BLOCKS for child in cell) <= 1 for cell in cells)
