"""Texts that are no treaties: guides, commentary, declarations without articles. Sections and paragraphs."""

from __future__ import annotations

import re

from corpus.lines import Line, is_title_like, next_line
from corpus.models import Document, Level
from corpus.pinpoint import INDENT, UNNUMBERED
from corpus.tree import Node

_ITEM = re.compile(r"(?:[-–•*]|\(?[a-z0-9]{1,3}[.)])\s+")
"""How a line of a list begins."""
_LONGEST_PLAIN_HEADING = 90
"""Characters; a longer unmarked line is a paragraph that lacks its full stop."""
_FEWEST_WORDS_BELOW = 12
"""Words the next line must have for a short line above it to be its heading, not a line of a list or menu."""


def sections(document: Document, lines: list[Line]) -> Node:
    """Return the outline: sections nested by heading level, each block of text a paragraph."""
    root = Node(Level.DOCUMENT, "", 0, 0)
    open_sections: list[tuple[int, Node]] = [(0, root)]
    marked = any(line.marked for line in lines)
    prose_seen = False
    for i, line in enumerate(lines):
        if not marked and line.text.casefold() == document.title.casefold():
            root.children.append(Node(Level.HEADING, "title", line.start, line.end, line.text))
            open_sections, prose_seen = [(0, root)], False
            continue
        level = line.level if marked else int(prose_seen and _is_plain_heading(lines, i))
        prose_seen = prose_seen or (line.ends_sentence and len(line.text.split()) >= _FEWEST_WORDS_BELOW)
        if level:
            while open_sections[-1][0] >= level:
                open_sections.pop()
            node = Node(Level.SECTION, line.text, line.start, line.end, line.text)
            open_sections[-1][1].children.append(node)
            open_sections.append((level, node))
        elif line.opens:
            _paragraph(open_sections[-1][1], line, lines[i - 1] if i else None)
    _drop_title_level(root, document)
    return root


def _paragraph(parent: Node, line: Line, before: Line | None) -> None:
    """Add a block: an item of the list that the paragraph before leads into, or a paragraph of its own."""
    last = parent.children[-1] if parent.children else None
    item = _ITEM.match(line.text)
    if (
        item
        and last
        and (last.level is Level.PARAGRAPH or (before is not None and before.text.endswith(":")))
    ):
        last.level = Level.PARAGRAPH
        last.children.append(
            Node(Level.POINT, f"{INDENT}{len(last.children) + 1}", line.start, line.start + item.end())
        )
        return
    place = sum(child.name.startswith(UNNUMBERED) for child in parent.children) + 1
    parent.children.append(Node(Level.TEXT, f"{UNNUMBERED}{place}", line.start, line.start))


def _is_plain_heading(lines: list[Line], i: int) -> bool:
    """Tell whether an unmarked line is a heading: short, title-like, with prose below it."""
    line, following = lines[i], next_line(lines, i)
    return (
        is_title_like(line, longest=_LONGEST_PLAIN_HEADING)
        and line.opens
        and following is not None
        and len(following.text.split()) >= _FEWEST_WORDS_BELOW
        and following.ends_sentence
    )


def _drop_title_level(root: Node, document: Document) -> None:
    """Lift the sections below a single top heading that repeats the title: it is no part of their address."""
    if len(root.children) != 1 or root.children[0].level is not Level.SECTION:
        return
    top = root.children[0]
    if top.heading.strip() == document.title.strip() and any(c.level is Level.SECTION for c in top.children):
        root.children = top.children
