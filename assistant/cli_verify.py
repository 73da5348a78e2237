"""``treaty verify``: every quotation and citation of someone's text, checked against the library."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from corpus.errors import EmptyDocument, TreatyError
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.models import Document

WRONG = 3
"""Exit code when something in the text is to be mended; 1 says that it could not be checked."""
_STDIN = "-"


def verify(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A text: Markdown, plain text, DOCX, PDF, HTML; or - for standard input.")
    ],
    *,
    style: Annotated[
        Style | None,
        typer.Option("--style", help="How citations are written; the setting `style` if left out."),
    ] = None,
) -> None:
    """Check every quotation and citation in a text. Exit code 0: all exact; 3: something to mend; 1: an error."""
    from assistant.memo import read_memo
    from assistant.render_verify import verified_json, verified_text
    from assistant.verify import verify as check
    from assistant.verify_formerly import with_formerly
    from assistant.versions import versions_of
    from assistant.wiring import limits
    from corpus import name_book
    from corpus.intake import bytes_of
    from corpus.structure import parse

    settings: Settings = context.obj
    stdin = str(file) == _STDIN
    most = limits(settings)
    raw, name = (
        (sys.stdin.buffer.read(most.max_bytes + 1), "stdin.md")
        if stdin
        else (bytes_of(file, most), file.name)
    )
    memo = read_memo(raw, name, most)
    book = name_book.read(settings.home / name_book.FILE)
    documents = tuple(book.named(one) for one in _documents(settings))
    by_id = {one.id: one for one in documents}
    trees = lru_cache(maxsize=None)(lambda one: parse(by_id[one]))
    report = check(memo.text, documents, trees, absent=book.absent(documents), blocks=memo.blocks)
    report = with_formerly(report, memo.text, documents, versions_of(settings), memo.blocks)
    manner = style or settings.style
    terminal.show(verified_json(report, memo.text, manner), verified_text(report, memo.text, manner))
    if not report.sound:
        raise typer.Exit(WRONG)


def _documents(settings: Settings) -> list[Document]:
    """Return the documents: as the index holds them where it has their newest version, which is faster than reading.

    Raises:
        EmptyDocument: If there are none.
    """
    from assistant.wiring import library
    from corpus.embedded import embedded_documents

    shelf, indexed = library(settings), _indexed(settings)
    found = list(embedded_documents()) if settings.embedded else []
    for entry in shelf.entries():
        kept = indexed.get(entry.id)
        try:
            fresh = kept is not None and kept.provenance.sha256 == entry.sha256
            found.append(kept if kept is not None and fresh else shelf.document(entry.id))
        except TreatyError as error:
            terminal.error(str(error))
    if not found:
        raise EmptyDocument(
            "library", "there are no documents to check against", "Run: treaty corpus add FILE"
        )
    return found


def _indexed(settings: Settings) -> dict[str, Document]:
    """Return the documents of the live index by id; none if there is no index that this program can open."""
    from index.errors import SearchIndexError
    from index.generation import current, open_generation

    try:
        if current(settings.home) is None:
            return {}
        with open_generation(settings.home, server=settings.vector_server) as generation:
            return {one.id: one for one in generation.passages.documents()}
    except SearchIndexError as error:
        terminal.note(f"The index is not used: {error}")
        return {}
