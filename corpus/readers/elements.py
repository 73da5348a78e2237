"""What all readers of formats that come as a tree of elements share: the text below an element, want of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def text_of(element: Element) -> str:
    """Return all text below an element, white space as it is."""
    return "".join(map(str, element.itertext()))


def words_of(element: Element) -> str:
    """Return all text below an element on one line."""
    return " ".join(text_of(element).split())


def check_memory(error: etree.XMLSyntaxError) -> None:
    """Tell want of memory from a fault of the file: the parser calls both a syntax error.

    Raises:
        MemoryError: If that is what it was.
    """
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:  # the stubs do not know it
        raise MemoryError from error
