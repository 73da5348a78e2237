"""Footnotes: every quotation has one, its document cited in full the first time and in short after that.

Later citations point back to the first by its number: "(n 1)" in OSCOLA (4th edition, 1.2.1), "supra note 1" in
Bluebook (21st edition, rule 4.2); plain words leave out only where the source was published. Title and kind are
repeated, so that a note says by itself what is cited and nothing but treaty text looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.citations import full, place, styled
from assistant.permalinks import exact_link
from assistant.takeaway.acting import visible, web_address
from corpus.models import Kind
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from assistant.models import Citation, Quote
    from assistant.takeaway.models import Taken

NEAR = "Nearest passage, not an answer: "
"""Begins the note of a passage that came near to a question which was declined."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote.

    Attributes:
        number: From 1, in the order of the quotations.
        before, address, after: The citation; ``address`` is where the source was published if that is an address of
            the web, and stands between the other two as it is read.
        link: To the very words, in the version they were quoted from.
    """

    number: int
    before: str
    address: str
    after: str
    link: str

    @property
    def text(self) -> str:
        """The citation as it is read."""
        return f"{self.before}{self.address}{self.after}"


class Notes:
    """Numbers the footnotes of one file and remembers which documents were cited before.

    Args:
        taken: What is taken away; its base begins each link.
        style: How citations are written.

    Attributes:
        made: The notes so far.
    """

    def __init__(self, taken: Taken, style: Style) -> None:
        self._taken, self._style = taken, style
        self._first: dict[str, int] = {}
        self.made: list[Note] = []

    def add(self, quote: Quote, *, near: bool = False) -> Note:
        """Return the next note, which cites a quote.

        Args:
            quote: What is quoted.
            near: Whether it only came near to a question.
        """
        number = len(self.made) + 1
        first = self._first.setdefault(quote.document_id, number)
        citation = quote.citation
        if first == number:
            before, address, after = _parted(full(citation, self._style), citation.address)
        else:
            before, address, after = later(citation, self._style, first), "", ""
        stop = "" if f"{before}{address}{after}".endswith(".") else "."
        before, after = (before, after + stop) if address else (before + stop, "")
        lead = NEAR if near else ""
        made = Note(number, _line(lead + before), address, _line(after), self._taken.link(exact_link(quote)))
        self.made.append(made)
        return made


def later(citation: Citation, style: Style, first: int) -> str:
    """Return a citation of a document that note ``first`` cites in full."""
    if style is Style.PLAIN:
        return (
            f"{styled(citation, style)} (source: note {first})"
            if citation.address
            else styled(citation, style)
        )
    kind = "" if citation.kind is Kind.TREATY else f" ({citation.kind.words})"
    pinpoint = place(citation, style).removeprefix(citation.title).lstrip(", ")
    about = f" — on {citation.about}" if citation.about else ""
    if style is Style.BLUEBOOK:
        return f"{citation.title}{kind}, supra note {first}{', ' if pinpoint else ''}{pinpoint}{about}"
    return f"{citation.title}{kind} (n {first}){' ' if pinpoint else ''}{pinpoint}{about}"


def _line(text: str) -> str:
    """Return a part of a note on one line, its blanks at either end kept."""
    return visible(re.sub(r"\s+", " ", text))


def _parted(citation: str, address: str | None) -> tuple[str, str, str]:
    """Return a full citation in three: before its address, the address if it is one of the web, and after it."""
    linked = web_address(address)
    before, found, after = citation.rpartition(linked) if linked else (citation, "", "")
    return before, found, after
