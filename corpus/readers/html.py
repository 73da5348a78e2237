"""HTML: what the page says, without what it is wrapped in.

Scripts, menus and forms go; blocks become paragraphs; the numbers that a browser would draw for lists and CSS
counters are written out, since a pinpoint needs them; footnotes come after the text.
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
    inner_blanks,
    newline_form,
    plain_hyphens,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.readers.blocks import Blocks
from corpus.readers.elements import check_memory
from corpus.readers.encoding import decode
from corpus.readers.htmlwalk import Walk
from corpus.readers.reading import Limits, Metadata, Reading, headings_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

READER = "html/2"

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|^<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_FRAME_NAMES = 5


def read(raw: bytes, name: str, limits: Limits) -> Reading:  # noqa: ARG001 - every reader has this signature
    """Read an HTML page.

    Raises:
        UnreadableFile: If the bytes are not text, or the page is nested too deeply to be read whole.
        EmptyDocument: If there is no element in it, or it only frames other pages.
    """
    return reading_of(parsed_page(raw, name), name, READER)


def reading_of(root: Element, name: str, reader: str) -> Reading:
    """Read a parsed page; ``reader`` is the name and version that the reading carries.

    Raises:
        EmptyDocument: If it only frames other pages.
    """
    blocks = Blocks()
    walk = Walk(blocks, root)
    walk.through()
    text, marks = blocks.finished()
    _check_frames(root, text, name)
    mapped = apply(MappedText.of(text), *CHARACTERS, soft_hyphens, plain_spaces, plain_hyphens)
    mapped = apply(mapped, inner_blanks, tidy_white_space)
    language = (root.get("lang") or "").strip() or None
    return Reading(
        mapped,
        reader,
        headings_in(mapped, marks),
        metadata=Metadata(language=language),
        property_title=root.findtext(".//title"),
        notices=tuple(walk.notices),
    )


def parsed_page(raw: bytes, name: str) -> Element:
    """Parse a page, tolerant of bad markup but not of losing text.

    Raises:
        UnreadableFile: If the bytes are not text, or the page is nested too deeply to be read whole.
        EmptyDocument: If there is no element in it.
    """
    declared = _DECLARED.search(raw[:_DECLARED_WITHIN])
    encoding = (declared[1] or declared[2]).decode("ascii") if declared else None
    source = MappedText.of(decode(raw, name, declared=encoding))
    text = _XML_DECLARATION.sub("", apply(source, newline_form, control_characters).text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(text.encode(), parser) if text.strip() else None
    except etree.XMLSyntaxError as error:
        check_memory(error)
        raise UnreadableFile(
            name, "it is no HTML that can be read", "Save the page as text and add that"
        ) from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        reason = "its elements are nested too deeply to be read whole"
        raise UnreadableFile(name, reason, "Save the page as text or PDF and add that")
    if root is None:
        raise EmptyDocument(name, "there is no element in it", "Check that this is the page you meant")
    return root


def _check_frames(root: Element, text: str, name: str) -> None:
    frames = [frame.get("src") or "" for frame in root.iter("frame")]
    if frames and not any(character.isalnum() for character in text):
        shown = ", ".join(frames[:_FRAME_NAMES])
        reason = f"expected a page with text, found one that only frames other pages ({shown})"
        raise EmptyDocument(name, reason, "Open the framed page that holds the text and save that one")
