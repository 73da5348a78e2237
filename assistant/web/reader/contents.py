"""A document's table of contents in the reader: its divisions, articles and annexes as links that open them.

It is drawn from the provision tree, never from a table of contents that the document may print itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.web.html import KINDS, attribute, escape
from assistant.web.reader.extract import name_of
from corpus.links import link_of, link_to_version
from corpus.models import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.models import Document, Provision

LONG = 24
"""Entries above which the divisions of a table of contents are folded; about what a panel shows at once."""

LISTED = frozenset({Level.ANNEX, Level.PREAMBLE, Level.DIVISION, Level.ARTICLE, Level.SECTION, Level.CLOSING})
_WITHIN = frozenset({Level.ANNEX, Level.DIVISION, Level.SECTION})
"""What has entries of its own below it; the paragraphs of an article are found by reading it."""
_FINAL_FORMULA = "Final formula"
_CURRENT = ' aria-current="true"'


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a table of contents, and those below it."""

    name: str
    provision: Provision
    below: tuple[Entry, ...]

    @property
    def count(self) -> int:
        """How many lines it takes, its own included."""
        return 1 + sum(entry.count for entry in self.below)

    def holds(self, offset: int | None) -> bool:
        """Tell whether the words at ``offset`` stand in it."""
        span = self.provision.span
        return offset is not None and span.start <= offset < span.end


def entries(root: Provision) -> tuple[Entry, ...]:
    """Return the table of contents of a document."""
    return tuple(_entries(root))


def contents(
    root: Provision, at: int | None = None, *, open_now: bool = False, sha256: str | None = None
) -> str:
    """Return the table of contents as a list that unfolds, or nothing for a text without divisions.

    Args:
        root: The root of the document's provision tree.
        at: Offset of the words shown; the entry that holds them is marked as the current one, and unfolded.
        open_now: Whether it is unfolded from the beginning.
        sha256: Of the version that its links stay in; None for the text of today.
    """
    found = entries(root)
    if not found:
        return ""
    fold = sum(entry.count for entry in found) > LONG
    return (
        f'<details class="contents"{" open" if open_now else ""}><summary>Contents</summary>'
        f'<nav aria-label="Contents of the document">{_list(found, _Manner(at, fold, sha256))}</nav></details>'
    )


def shelf(documents: Sequence[Document]) -> str:
    """Return the documents that can be opened, as links, or nothing if there are none."""
    if not documents:
        return ""
    lines = "".join(
        f'<li>{_link(link_of(document.id, ()), document.title)} <span class="kind">{KINDS[document.kind]}</span></li>'
        for document in documents
    )
    return f'<nav class="shelf" aria-label="Documents"><h2>Or open one</h2><ul>{lines}</ul></nav>'


def _entries(node: Provision) -> Iterator[Entry]:
    for child in node.children:
        if child.level in LISTED:
            below = tuple(_entries(child)) if child.level in _WITHIN else ()
            yield Entry(name_of(child) or _FINAL_FORMULA, child, below)


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a table of contents is drawn; see ``contents``."""

    at: int | None
    fold: bool
    sha256: str | None

    def link(self, node: Provision) -> str:
        return link_of(node.document_id, node.path) + (link_to_version(self.sha256) if self.sha256 else "")


def _list(found: Sequence[Entry], manner: _Manner) -> str:
    return f"<ol>{''.join(f'<li>{_entry(entry, manner)}</li>' for entry in found)}</ol>"


def _entry(entry: Entry, manner: _Manner) -> str:
    """Return one entry: a link, with those below it in a list, folded away if the whole is long."""
    link, here = manner.link(entry.provision), entry.holds(manner.at)
    current = here and not any(one.holds(manner.at) for one in entry.below)
    if not entry.below:
        return _link(link, entry.name, current=current)
    below = _list(entry.below, manner)
    if not manner.fold:
        return _link(link, entry.name, current=current) + below
    whole = _link(link, "From its beginning", named=entry.name, current=current)
    return (
        f"<details{' open' if here else ''}><summary>{escape(entry.name)}</summary>"
        f'<p class="whole">{whole}</p>{below}</details>'
    )


def _link(link: str, words: str, *, named: str = "", current: bool = False) -> str:
    spoken = f' aria-label="{attribute(f"{words}: {named}")}"' if named else ""
    return f'<a href="{attribute(link)}"{spoken}{_CURRENT if current else ""}><bdi>{escape(words)}</bdi></a>'
