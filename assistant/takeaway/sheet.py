"""What a person reads of the thing taken away, in order and numbered, before any form is chosen.

Markdown and Word are two ways to write the same sheet, so they cannot say different things. Every sentence on it is
the user's own (the question), a document's (the quotations) or speaks of the search; none is about the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.compare import Compared
from assistant.models import AttachmentKind, Declined, Offer, Quote, Quoted
from assistant.offers import lacking
from assistant.render_compare import BY_WORDS, NOT_FOUND, notes, shown
from assistant.takeaway.acting import one_line, visible, web_address
from assistant.takeaway.notes import Note, Notes
from corpus.models import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from assistant.models import Answer
    from assistant.takeaway.models import Taken
    from corpus.pinpoint import Style
    from index.models import Searched

SOURCES = "Documents quoted"
NEAREST = "Nearest passages (not an answer)"
_NEAR = "Not an answer"
_ATTACHED = {AttachmentKind.DEFINITION: "Defined term", AttachmentKind.REFERENCE: "Refers to"}
_DAY = 10
"""Characters of the date at the beginning of an ISO date and time."""


class Manner(StrEnum):
    """How words of the sheet itself are set."""

    PLAIN = "plain"
    LABEL = "label"
    """Names what stands below it and stays with it."""
    ATTACHED = "attached"
    """The same for what belongs with the quotation above it."""
    ASIDE = "aside"
    """Small: what was searched."""


class Standing(StrEnum):
    """What a quotation is to the question."""

    ANSWER = "answer"
    ATTACHED = "attached"
    NEAR = "near"
    """Not an answer; only the nearest there is."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, 1 the highest."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph that is no quotation; ``address`` is one of the web and follows the text."""

    text: str
    manner: Manner = Manner.PLAIN
    address: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A document's exact words with their footnote."""

    text: str
    note: Note
    standing: Standing = Standing.ANSWER


@dataclass(frozen=True, slots=True)
class Row:
    """A document's row of a table: its title, how it was found, and its quotations or that there are none."""

    title: str
    remark: str
    pieces: tuple[Quotation | Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Documents side by side on a topic."""

    topic: str
    rows: tuple[Row, ...]


Piece = Heading | Words | Quotation | Table


@dataclass(frozen=True, slots=True)
class Source:
    """A document quoted: what it is and how its copy can be told from any other."""

    title: str
    sha256: str
    file: str
    retrieved: str
    address: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All there is to read: the title, what was asked and quoted, the footnotes, the documents, the last line."""

    title: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]
    closing: str


def compose(taken: Taken, style: Style) -> Sheet:
    """Return the sheet of what is taken away, citations in ``style``."""
    desk = _Desk(taken, Notes(taken, style))
    pieces = tuple(piece for part in taken.parts for piece in desk.part(part))
    sources = tuple(_source(quote) for quote in desk.quoted.values())
    return Sheet(
        one_line(taken.title), pieces, tuple(desk.notes.made), sources, _closing(taken.made, bool(sources))
    )


class _Desk:
    """Lays out the parts of one sheet; remembers the documents quoted, in the order they first were."""

    def __init__(self, taken: Taken, numbered: Notes) -> None:
        self._taken, self.notes = taken, numbered
        self.quoted: dict[str, Quote] = {}

    def part(self, part: Answer | Compared) -> Iterator[Piece]:
        """Yield an answer or a comparison; its heading too, unless the title says the same."""
        question = one_line(part.question)
        if len(self._taken.parts) > 1 or question != one_line(self._taken.title):
            yield Heading(2, question)
        if isinstance(part, Compared):
            yield from self._compared(part)
        elif isinstance(part, Quoted):
            yield from self._answered(part)
        else:
            yield from self._declined(part)

    def _answered(self, answer: Quoted) -> Iterator[Piece]:
        yield from _asked(answer)
        above = ""
        for quote in answer.quotes:
            if (name := _name(quote)) != above:
                yield Words(name, Manner.LABEL)
            yield self._quotation(quote)
            attached = list(self._attachments(quote))
            yield from attached
            above = "" if attached else name
        for title in answer.without:
            yield Words(f"No matching provision found: {one_line(title)}")
        yield from _offered(answer.offers)
        yield _searched(answer.searched)

    def _declined(self, answer: Declined) -> Iterator[Piece]:
        yield from _asked(answer)
        yield Words(one_line(answer.message))
        for one, title in answer.choices:
            yield Words(f"{one_line(title)} ({one_line(one)})")
        if answer.nearest:
            yield Heading(3, NEAREST)
        for quote in answer.nearest:
            yield Words(f"{_NEAR}: {_name(quote)}", Manner.LABEL)
            yield self._quotation(quote, Standing.NEAR)
        yield from _offered(answer.offers)
        yield _searched(answer.searched)

    def _compared(self, compared: Compared) -> Iterator[Piece]:
        rows = []
        for row in shown(compared):
            found = tuple(self._quotation(quote) for quote in row.quotes)
            remark = BY_WORDS if row.found.value == "words" else ""
            rows.append(Row(one_line(row.document.title), remark, found or (Words(NOT_FOUND),)))
        if rows:
            yield Table(one_line(compared.topic), tuple(rows))
        for note in notes(compared):
            yield Words(one_line(note))
        yield _searched(compared.searched)

    def _attachments(self, quote: Quote) -> Iterator[Piece]:
        if not self._taken.attached:
            return
        for kind, name in _ATTACHED.items():
            for one in quote.attachments:
                if one.kind is kind:
                    note = f" ({one_line(one.note)})" if one.note else ""
                    yield Words(f"{name}: {one_line(one.label)}{note}", Manner.ATTACHED)
                    yield self._quotation(one.target, Standing.ATTACHED)

    def _quotation(self, quote: Quote, standing: Standing = Standing.ANSWER) -> Quotation:
        self.quoted.setdefault(quote.document_id, quote)
        note = self.notes.add(quote, near=standing is Standing.NEAR)
        return Quotation(visible(quote.text), note, standing)


def _asked(answer: Answer) -> Iterator[Words]:
    if answer.asked and answer.asked != answer.question:
        yield Words(f"Searched as: {one_line(answer.asked)}", Manner.ASIDE)


def _offered(made: Sequence[Offer]) -> Iterator[Words]:
    for one in made:
        page = web_address(one.page)
        yield Words(one_line(lacking([one])) + (" Its publisher's page:" if page else ""), address=page)


def _searched(searched: Searched) -> Words:
    documents = "1 document" if searched.documents == 1 else f"{searched.documents} documents"
    passages = "1 passage" if searched.passages == 1 else f"{searched.passages:,} passages"
    return Words(f"Searched: {documents}, {passages}; index {one_line(searched.generation)}.", Manner.ASIDE)


def _name(quote: Quote) -> str:
    """Return a document's title, with its kind unless it is a treaty."""
    kind = "" if quote.kind is Kind.TREATY else f" ({quote.kind.words})"
    return f"{one_line(quote.document_title)}{kind}"


def _source(quote: Quote) -> Source:
    return Source(
        _name(quote),
        one_line(quote.sha256),
        one_line(quote.document_path),
        one_line((quote.citation.retrieved or "")[:_DAY]),
        web_address(quote.citation.address),
    )


def _closing(made: datetime, quoted: bool) -> str:  # noqa: FBT001 - private
    at = made.astimezone(UTC)
    when = f"{at.day} {at:%B %Y, %H:%M} UTC"
    if not quoted:
        return f"No words of any document are quoted here. Written on {when}."
    return (
        "Every quotation above is in the words of the document it is cited to, as listed here; […] marks words that "
        f"were left out. Quoted on {when}."
    )
