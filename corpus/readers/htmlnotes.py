"""Footnotes of web pages: the marks that go from the text, and the notes that come after it.

A mark is a raised label (``1``, ``*``) or a bracketed link that leads to a note. A note is a block with a
footnote's class, a block that such a link leads to, or one that begins with a raised label which the text above
it has raised too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.readers.elements import text_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

    from corpus.readers.htmlparts import Parts

_LABEL = re.compile(r"[\[(]?(?P<label>\d{1,3}|[*†‡§]{1,4}|[a-z]|[ivx]{1,6})[\])]?")
_BRACKETED = re.compile(r"\[\s*(?P<label>\d{1,3}|[*†‡§]{1,4}|[a-z]|[ivx]{1,6})\s*\]")
_TARGET = re.compile(
    r"(?:^|[^a-z])(?:_?e?d?f[no]|_?ftn|_?edn|foot|note|nt|noten?)(?=[^a-z]|note|ref|$)", re.IGNORECASE
)
_NOTE_NAMES = frozenset(
    """
    footnote footnotes endnote endnotes footnotetext fn fns footnotelist notes note ftn refnote voetnoot fussnote
    msofootnotetext msoendnotetext eutnote
""".split()
)
_NAME = re.compile(r"[a-z]+", re.IGNORECASE)
_BACK = re.compile(r"[\s^↩↑⬑⏎▲←]*(?:back)?[\s^↩↑⬑⏎▲←]*", re.IGNORECASE)
_LARGEST = 0.5
"""Share of the page's words; an element with more is the page, whatever its class says."""

_BLOCKS = frozenset(["p", "div", "li", "td", "dd", "aside", "section", "tr", "blockquote", "ol", "ul", "dl"])
_INLINE = frozenset(["span", "small", "font", "em", "i"])


class HtmlNotes:
    """Which elements of a page are footnotes, and which are their marks."""

    def __init__(self, root: Element, parts: Parts) -> None:
        self._notes: set[Element] = set()
        self._marks: set[Element] = set()
        self._parts = parts
        self._named(root)
        self._linked(root)
        self._raised(root)

    def is_note(self, element: Element) -> bool:
        """Tell whether a block is a footnote or a list of them."""
        return element in self._notes

    def is_mark(self, element: Element) -> bool:
        """Tell whether an element is the mark of a footnote, or leads back from one."""
        return element in self._marks

    def _named(self, root: Element) -> None:
        """Find notes by their classes."""
        for element in root.iter(*_BLOCKS, *_INLINE):
            names = {one.lower() for one in _NAME.findall((element.get("class") or "").replace("_", " "))}
            whole = {(element.get("class") or "").lower().replace("-", "")}
            if (
                (names | whole) & _NOTE_NAMES
                and self._parts.share(element) < _LARGEST
                and not _is_only_label(element)
            ):
                self._notes.add(element)

    def _linked(self, root: Element) -> None:
        """Find marks that are links, and the notes they lead to."""
        targets = {
            key: element for element in root.iter() for key in (element.get("id"), element.get("name")) if key
        }
        for link in root.iter("a"):
            href = link.get("href") or ""
            words = text_of(link).strip()
            if not href.startswith("#") or self._within_note(link):
                if href.startswith("#") and _BACK.fullmatch(words):
                    self._marks.add(link)
                continue
            target = targets.get(href[1:])
            block = None if target is None else _block_of(target)
            told = _TARGET.search(href) or _in_sup(link) or _BRACKETED.fullmatch(words)
            if not _LABEL.fullmatch(words) or not (told or (block is not None and self._in_note(block))):
                continue
            if block is not None and block is not _block_of(link) and _begins_with(block, words):
                self._notes.add(block)
                self._marks.add(_outermost(link))
            elif _in_sup(link) or (target is None and _TARGET.search(href)):
                self._marks.add(_outermost(link))

    def _raised(self, root: Element) -> None:
        """Find marks that are only raised, and the notes that begin with them."""
        before: dict[str, list[Element]] = {}
        for sup in root.iter("sup"):
            found = _LABEL.fullmatch(text_of(sup).strip())
            if found is None or sup in self._marks:
                continue
            if not _opens_block(sup):
                before.setdefault(found["label"], []).append(sup)
            elif found["label"] in before:
                block = _block_of(sup)
                if block is not None and self._parts.share(block) < _LARGEST:
                    self._notes.add(block)
                    self._marks.update(before[found["label"]])
        labelled = {label for note in self._notes for label in _first_labels(note)}
        for label, marks in before.items():
            if label in labelled:
                self._marks.update(mark for mark in marks if not self._within_note(mark))

    def _in_note(self, block: Element) -> bool:
        return block in self._notes or self._within_note(block)

    def _within_note(self, element: Element) -> bool:
        return any(ancestor in self._notes for ancestor in element.iterancestors())


def _is_only_label(element: Element) -> bool:
    words = text_of(element).strip()
    return element.tag in _INLINE and (not words or bool(_LABEL.fullmatch(words)))


def _in_sup(link: Element) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag == "sup") or link.find(".//sup") is not None


def _outermost(link: Element) -> Element:
    """Return the ``sup`` around a link that holds nothing else, or the link."""
    parent = link.getparent()
    if parent is not None and parent.tag == "sup" and len(parent) == 1 and not (parent.text or "").strip():
        return parent
    return link


def _block_of(element: Element) -> Element | None:
    if element.tag in _BLOCKS:
        return element
    return next((one for one in element.iterancestors() if one.tag in _BLOCKS), None)


def _begins_with(block: Element, words: str) -> bool:
    """Tell whether a block begins with a note's label, or is an item of a list that draws it."""
    label = words.strip("[]() ")
    text = words_of(block)
    return block.tag == "li" or text.lstrip("[(^↑ ").startswith(label)


def _opens_block(sup: Element) -> bool:
    """Tell whether a raised label is the first thing in its block."""
    current = sup
    while True:
        parent = current.getparent()
        if parent is None or (parent.text or "").strip() or _words_before(current):
            return False
        if parent.tag in _BLOCKS:
            return True
        current = parent


def _words_before(element: Element) -> bool:
    return any(
        (one.tail or "").strip() or text_of(one).strip() for one in element.itersiblings(preceding=True)
    )


def _first_labels(note: Element) -> Iterator[str]:
    """Yield the labels that the blocks of a note begin with."""
    for block in (one for one in note.iter() if one.tag in _BLOCKS or one is note):
        words = text_of(block).split(None, 1)
        found = _LABEL.match(words[0]) if words else None
        if found:
            yield found["label"]
