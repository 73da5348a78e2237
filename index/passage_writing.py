"""Writing a passage store (``index.passages``): a whole one, or one that is another's with some documents changed.

Documents and passages have places that leave room between them, so that a document put in between, or cut into more
passages than before, moves nothing else: a store that was changed is in the same order as one written afresh.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import SearchIndexError
from index.passages import document_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from corpus.models import Document, Passage

    Entry = tuple[Document, Sequence[Passage]]

SCHEMA = """
CREATE TABLE documents (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, rest TEXT NOT NULL);
CREATE TABLE passages (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL REFERENCES documents (id), path TEXT NOT NULL, label TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, embed_text TEXT NOT NULL);
CREATE INDEX passages_document ON passages (document);
CREATE VIRTUAL TABLE words USING fts5 (headings, body, content='',
    tokenize="porter unicode61 remove_diacritics 2");
"""
"""``words`` keeps no copy of the text: its rows are ``passages`` by position."""

STEP = 1 << 20
"""Between the places of two documents written one after the other: twenty can be put in at one spot, one before the
other, until there is no room. The same number of places belongs to each document's passages."""

SPACED = 1
"""``user_version`` of a store whose places leave room; older ones are numbered through."""


def write_passages(path: Path, entries: Iterable[Entry]) -> None:
    """Write a new store; entries keep their order.

    Args:
        path: Where the file is to be; nothing may be there yet.
        entries: Each document with its passages, in the order of the text.

    Raises:
        SearchIndexError: If an id occurs twice or a span reaches beyond its document.
        FileExistsError: If there is a file already.
    """
    path.touch(exist_ok=False)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute(f"PRAGMA user_version = {SPACED}")
        connection.executescript(SCHEMA)
        with connection:
            for number, (document, passages) in enumerate(entries, start=1):
                _write(connection, number * STEP, document, passages)
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def write_changed(
    path: Path, before: Path, places: Mapping[str, int], gone: Collection[str], entries: Iterable[Entry]
) -> None:
    """Write a store that is another one without some documents and with others.

    Args:
        path: Where the file is to be.
        before: The other store, which stays as it is.
        places: Of the documents that are written, by id, as ``places_for`` gives them.
        gone: Ids of the documents that go; of one that changed, the old state.
        entries: Each document that is written with its passages.

    Raises:
        SearchIndexError: As ``write_passages`` does.
    """
    shutil.copyfile(before, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute(
            "PRAGMA synchronous = OFF"
        )  # the whole folder goes to the disk when it is finished
        with connection:
            for document_id in gone:
                _remove(connection, document_id)
            for document, passages in entries:
                _write(connection, places[document.id], document, passages)


def places_for(order: Sequence[str], known: Mapping[str, int]) -> dict[str, int] | None:
    """Return a place for each document of a library, those that have one keeping it.

    Args:
        order: The ids of all documents, in their order.
        known: The places of those that have one.

    Returns:
        Rising places in that order; None if the order of those known is another, or there is no room in between.
    """
    kept = [known[one] for one in order if one in known]
    if kept != sorted(kept):
        return None
    places: dict[str, int] = {}
    for low, waiting, high in _gaps(order, known):
        step = STEP if high is None else (high - low) // (len(waiting) + 1)
        if not step:
            return None
        places.update((one, low + step * nth) for nth, one in enumerate(waiting, start=1))
    return places | {one: known[one] for one in order if one in known}


def _gaps(order: Sequence[str], known: Mapping[str, int]) -> Iterator[tuple[int, list[str], int | None]]:
    """Yield the documents without a place that stand between two with one: the places around them, and their ids."""
    waiting: list[str] = []
    low = 0
    for one in order:
        if one in known:
            if waiting:
                yield low, waiting, known[one]
            low, waiting = known[one], []
        else:
            waiting.append(one)
    if waiting:
        yield low, waiting, None


def _write(
    connection: sqlite3.Connection, place: int, document: Document, passages: Sequence[Passage]
) -> None:
    if len(passages) >= STEP:
        raise SearchIndexError(
            f"expected fewer than {STEP:,} passages in one document, found {len(passages):,} in {document.id!r}; "
            "split the file"
        )
    _write_document(connection, place, document)
    for number, passage in enumerate(passages):
        _write_passage(connection, place * STEP + number, document, passage)


def _write_document(connection: sqlite3.Connection, place: int, document: Document) -> None:
    try:
        connection.execute(
            "INSERT INTO documents (position, id, title, kind, text, rest) VALUES (?, ?, ?, ?, ?, ?)",
            (
                place,
                document.id,
                document.title,
                document.kind,
                document.text,
                document_json(replace(document, text="")),
            ),
        )
    except sqlite3.IntegrityError as error:
        raise SearchIndexError(
            f"expected every document to have an id of its own, found {document.id!r} twice; rename one"
        ) from error


def _write_passage(connection: sqlite3.Connection, place: int, document: Document, passage: Passage) -> None:
    if passage.span.end > len(document.text) or passage.document_id != document.id:
        raise SearchIndexError(
            f"expected passage {passage.id!r} within document {document.id!r}, found it at {passage.span} "
            f"of {passage.document_id!r}"
        )
    row = (
        place,
        passage.id,
        document.id,
        json.dumps(passage.path),
        passage.label,
        passage.span.start,
        passage.span.end,
    )
    try:
        connection.execute(
            "INSERT INTO passages (position, id, document, path, label, first, last, embed_text) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, passage.embed_text),
        )
    except sqlite3.IntegrityError as error:
        raise SearchIndexError(
            f"expected every passage to have an id of its own, found {passage.id!r} twice in {document.id!r}"
        ) from error
    connection.execute(
        "INSERT INTO words (rowid, headings, body) VALUES (?, ?, ?)",
        (place, *_words(passage.embed_text, passage.span.of(document.text))),
    )


def _remove(connection: sqlite3.Connection, document_id: str) -> None:
    """Remove a document with its passages. The full text must be told what it held: it keeps no copy of it."""
    ((text,),) = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchall()
    rows = connection.execute(
        "SELECT position, embed_text, first, last FROM passages WHERE document = ?", (document_id,)
    ).fetchall()
    connection.executemany(
        "INSERT INTO words (words, rowid, headings, body) VALUES ('delete', ?, ?, ?)",
        [(place, *_words(embed_text, text[first:last])) for place, embed_text, first, last in rows],
    )
    connection.execute("DELETE FROM passages WHERE document = ?", (document_id,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))


def _words(embed_text: str, body: str) -> tuple[str, str]:
    """Return what is searched of a passage: what stands above it, and its own words."""
    return embed_text.removesuffix(body), body
