"""The text below an element, for all readers of formats that come as a tree of elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def text_of(element: Element) -> str:
    """Return all text below an element, white space as it is."""
    return "".join(map(str, element.itertext()))


def words_of(element: Element) -> str:
    """Return all text below an element on one line."""
    return " ".join(text_of(element).split())
