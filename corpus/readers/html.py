"""HTML: what the page says, without what it is wrapped in.

Scripts, navigation and forms go; blocks become paragraphs; list numbers that a browser would draw are written
out, since a pinpoint needs them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.normalise import (
    CHARACTERS,
    MappedText,
    apply,
    control_characters,
    newline_form,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.readers.blocks import Blocks
from corpus.readers.encoding import decode
from corpus.readers.numbering import list_marker
from corpus.readers.reading import Limits, Metadata, Reading, headings_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

READER = "html/1"

_DROPPED = frozenset([
    "aside", "audio", "button", "canvas", "dialog", "footer", "head", "iframe", "link", "math", "meta", "nav",
    "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
])  # fmt: skip
_DROPPED_ROLES = frozenset(["banner", "complementary", "contentinfo", "navigation", "search"])
_BLOCKS = frozenset([
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
])  # fmt: skip
_CELLS = frozenset(["td", "th"])
_HEADING = re.compile(r"h[1-6]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(none|decimal|(?:lower|upper)-(?:alpha|latin|roman))"
)
_STYLES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_MOST_OF_THE_PAGE = 0.5
"""Some sites wrap the whole page in one form; a form with this share of its words is the page, not a form."""


def read(raw: bytes, name: str, limits: Limits) -> Reading:  # noqa: ARG001 - every reader has this signature
    """Read an HTML page.

    Raises:
        UnreadableFile: If the bytes are not text, or the page is nested too deeply to be read whole.
        EmptyDocument: If there is no element in it.
    """
    root = _parsed(raw, name)
    blocks = Blocks()
    _Walk(blocks, _length(root)).through(root)
    text, marks = blocks.finished()
    mapped = apply(MappedText.of(text), *CHARACTERS, soft_hyphens, plain_spaces, tidy_white_space)
    title = root.findtext(".//title")
    language = (root.get("lang") or "").strip() or None
    metadata = Metadata(language=language)
    return Reading(mapped, READER, headings_in(mapped, marks), metadata=metadata, property_title=title)


def _parsed(raw: bytes, name: str) -> Element:
    """Parse a page, tolerant of bad markup but not of losing text."""
    declared = _DECLARED.search(raw[:_DECLARED_WITHIN])
    source = MappedText.of(decode(raw, name, declared=declared[1].decode("ascii") if declared else None))
    text = apply(source, newline_form, control_characters).text
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(text.encode(), parser) if text.strip() else None
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            name, "it is no HTML that can be read", "Save the page as text and add that"
        ) from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        reason = "its elements are nested too deeply to be read whole"
        raise UnreadableFile(name, reason, "Save the page as text or PDF and add that")
    if root is None:
        raise EmptyDocument(name, "there is no element in it", "Check that this is the page you meant")
    return root


class _Walk:
    """One pass over a page, in the order of the text, without recursion: pages may be deep."""

    def __init__(self, blocks: Blocks, length: int) -> None:
        self.blocks = blocks
        self.length = length
        self.counters: list[int] = []
        self.data_tables: list[bool] = []

    def through(self, root: Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else ""
            dropped = self._dropped(element, tag)
            if event == "start" and dropped:
                walker.skip_subtree()
            elif event == "start":
                self._open(element, tag)
                self.blocks.add(element.text or "", kept=tag == "pre")
            else:
                if not dropped:
                    self._close(tag)
                parent = element.getparent()
                self.blocks.add(element.tail or "", kept=parent is not None and parent.tag == "pre")
        self.blocks.end()

    def _dropped(self, element: Element, tag: str) -> bool:
        if tag in _DROPPED or element.get("role") in _DROPPED_ROLES or element.get("hidden") is not None:
            return True
        if _HIDDEN.search(element.get("style") or ""):
            return True
        if tag == "header":
            return next(element.iterancestors("article", "main"), None) is None
        if tag == "form":
            return _length(element) < _MOST_OF_THE_PAGE * self.length
        return tag == "sup" and _is_note_mark(element)

    def _open(self, element: Element, tag: str) -> None:
        if tag in _BLOCKS:
            self.blocks.end()
        if _HEADING.fullmatch(tag):
            self.blocks.level = int(tag[1])
        elif tag in {"ol", "ul"}:
            self.counters.append(_start(element))
        elif tag == "li":
            self.blocks.mark(self._item_marker(element))
        elif tag == "br":
            self.blocks.break_line()
        elif tag == "q":
            self.blocks.add("“")
        else:
            self._open_table_part(element, tag)

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

    def _close(self, tag: str) -> None:
        if tag == "q":
            self.blocks.add("”")
        if tag == "tr":
            self.blocks.end_row()
        if tag in _BLOCKS or (tag in _CELLS and not (self.data_tables and self.data_tables[-1])):
            self.blocks.end()
        if tag in {"ol", "ul"}:
            self.counters.pop()
        elif tag == "li":
            self.blocks.mark(None)
        elif tag == "table":
            self.data_tables.pop()
        elif _HEADING.fullmatch(tag):
            self.blocks.level = None

    def _item_marker(self, element: Element) -> str:
        """Return the number or bullet a browser would draw before a list item."""
        parent = element.getparent()
        if parent is None or not self.counters:
            return ""
        value = element.get("value") or ""
        number = int(value) if re.fullmatch(r"\d{1,6}", value) else self.counters[-1]
        self.counters[-1] = number + 1
        drawn = _LIST_STYLE.search(f"{parent.get('style') or ''};{element.get('style') or ''}")
        style = (
            drawn[1].replace("latin", "alpha") if drawn else _STYLES.get(parent.get("type") or "1", "decimal")
        )
        if style == "none":
            return ""
        return "-" if parent.tag == "ul" else list_marker(style, number)


def _length(element: Element) -> int:
    return sum(len(text) for text in element.itertext())


def _start(element: Element) -> int:
    written = element.get("start") or ""
    return int(written) if re.fullmatch(r"\d{1,6}", written) else 1


def _is_note_mark(element: Element) -> bool:
    """Tell whether a raised text is only a link within the page: the mark of a footnote."""
    links = element.findall(".//a")
    return bool(links) and all((link.get("href") or "").startswith("#") for link in links)


def _is_data(table: Element) -> bool:
    """Tell a table of data from one that only places paragraphs side by side."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return False
    cells = [cell for tag in _CELLS for cell in table.iter(tag)]
    return all(sum(child.tag in _BLOCKS for child in cell) <= 1 for cell in cells)
