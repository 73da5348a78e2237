"""The passage store: documents, passages and their words, in one SQLite file, written once and then read.

``index.passage_writing`` writes it. It holds everything retrieval and quoting need except vectors, so that a document
in an index is the very one that was indexed: text, pages, headings, notes, provenance. The provision tree is not
stored; it follows.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import threading
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import TypeAdapter, ValidationError

from corpus.models import Document, Passage, Span
from index.errors import IndexDamaged, SearchIndexError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

HEADINGS_WEIGHT, BODY_WEIGHT = 1.0, 1.0
"""BM25 weights of what stands above a passage (title, headings, chapeau) and of the passage itself."""

QUESTION_TERMS = 64
"""Most different words of a question that are searched; a pasted page would match everything, slowly."""

DOCUMENT_CACHE = 64
"""Documents kept in memory; quoting reads the same few again and again."""

TERM_CACHE = 4096
"""Words whose frequency is remembered; every question asks for those of its own."""

_STOPS = """
a about above after again all also am an and any are as at be because been before being below
between both but by can could did do does doing down during each else for from further had has have
having he her here hers him his how i if in into is it its itself just me more most my no nor not
now of off on once only or other our ours out over own please same say says she should so some such
tell than that the their theirs them then there these they this those through to too under until up
upon very was we were what when where whether which while who whom whose why will with would you
your yours
"""

STOP_WORDS = frozenset(_STOPS.split())
"""English words that carry no subject. Modal verbs of duty stay out of it: "may" and "shall" are law."""

_WORD = re.compile(r"\w+")
_DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
_PLACES = "SELECT position FROM passages WHERE document IN (SELECT value FROM json_each(:within))"
_PASSAGE = "p.id, p.document, p.path, p.label, p.first, p.last, p.embed_text"


def question_terms(question: str) -> tuple[str, ...]:
    """Return the words of a question worth looking for, lower case, each once, in the order asked."""
    words = dict.fromkeys(_WORD.findall(question.casefold()))
    return tuple(word for word in words if word not in STOP_WORDS)[:QUESTION_TERMS]


def placed_terms(question: str) -> tuple[tuple[str, int, int], ...]:
    """Return each of ``question_terms`` with the characters where it first stands."""
    wanted = frozenset(question_terms(question))
    places: dict[str, tuple[str, int, int]] = {}
    for match in _WORD.finditer(question):
        term = match.group().casefold()
        if term in wanted and term not in places:
            places[term] = (term, match.start(), match.end())
    return tuple(places.values())


def document_of(written: bytes) -> Document:
    """Return the document that ``document_json`` wrote.

    Raises:
        pydantic.ValidationError: If it is none.
    """
    return _DOCUMENT.validate_json(written)


def document_json(document: Document) -> str:
    """Return a document as JSON from which it can be rebuilt exactly."""
    # Left out where there is none, so that what was indexed before it was kept has the hash it had.
    unsaid: Any = None if document.provenance.also else {"provenance": {"also"}}
    return _DOCUMENT.dump_json(document, exclude=unsaid).decode()


class PassageStore:
    """A store opened for reading; any number of threads may use it at once.

    The file is opened as immutable: SQLite takes no locks on it and nothing is written beside it.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise IndexDamaged(f"expected the passage store {path}, found none; run: treaty index --rebuild")
        self._path = path
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        # Caches belong to the store, not to the class, so that a closed store can be forgotten.
        self._document = lru_cache(DOCUMENT_CACHE)(self._read_document)
        self._frequency = lru_cache(TERM_CACHE)(self._count_term)

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def document_ids(self) -> tuple[str, ...]:
        """Return the ids of all documents, in the order they were written."""
        return tuple(row[0] for row in self._rows("SELECT id FROM documents ORDER BY position"))

    def places(self) -> Mapping[str, int]:
        """Return the documents' places by id, as ``index.passage_writing`` gave them."""
        return dict(self._rows("SELECT id, position FROM documents"))

    def version(self) -> int:
        """Return the version of the file's layout, 0 for one made before there were several."""
        ((version,),) = self._rows("PRAGMA user_version")
        return int(version)

    def document(self, document_id: str) -> Document:
        """Return one document as it was indexed.

        Raises:
            SearchIndexError: If the index has no such document.
            IndexDamaged: If its row cannot be read.
        """
        return self._document(document_id)

    def documents(self) -> tuple[Document, ...]:
        """Return all documents, in the order they were written."""
        return tuple(self.document(document_id) for document_id in self.document_ids())

    def passage(self, passage_id: str) -> Passage:
        """Return one passage.

        Raises:
            IndexDamaged: If the store has no such passage: ids come from the index itself.
        """
        return self.passages([passage_id])[0]

    def passages(self, passage_ids: Sequence[str]) -> tuple[Passage, ...]:
        """Return passages in the order of their ids.

        Raises:
            IndexDamaged: If one is missing.
        """
        rows = self._rows(
            f"SELECT {_PASSAGE} FROM passages p WHERE p.id IN (SELECT value FROM json_each(?))",  # noqa: S608
            json.dumps(list(passage_ids)),
        )
        found = {row[0]: _passage(row) for row in rows}
        if missing := [one for one in passage_ids if one not in found]:
            raise IndexDamaged(
                f"expected passage {missing[0]!r} in {self._path}, found none; run: treaty index --rebuild"
            )
        return tuple(found[passage_id] for passage_id in passage_ids)

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """Return a document's passages in the order of its text; none for a document that is not there."""
        return tuple(
            map(
                _passage,
                self._rows(
                    f"SELECT {_PASSAGE} FROM passages p WHERE p.document = ? "  # noqa: S608
                    "ORDER BY p.position",
                    document_id,
                ),
            )
        )

    def all_passages(self) -> tuple[Passage, ...]:
        """Return every passage, in the order they were written."""
        return tuple(map(_passage, self._rows(f"SELECT {_PASSAGE} FROM passages p ORDER BY p.position")))  # noqa: S608

    def counts(self) -> tuple[int, int]:
        """Return how many documents and passages there are."""
        (row,) = self._rows("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)")
        return row[0], row[1]

    def lexical(
        self, question: str, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Find the passages that share the question's rarer words, best first.

        Args:
            question: Any text; none of its characters acts as query syntax.
            k: Most passages wanted.
            document_ids: Where to look; None for everywhere.

        Returns:
            Passage ids with BM25, more is better; empty if the question has no words to look for.
        """
        terms = question_terms(question)
        if not terms:
            return []
        # Within some documents: their places are read off an index, so that no passage is read that is not found.
        within = "" if document_ids is None else f"AND +words.rowid IN ({_PLACES})"
        rows = self._rows(
            "SELECT p.id, found.score FROM (SELECT words.rowid AS place, -bm25(words, :headings, :body) AS score "  # noqa: S608 - constant clauses
            f"FROM words WHERE words MATCH :query {within} ORDER BY score DESC, place LIMIT :k) AS found "
            "JOIN passages p ON p.position = found.place ORDER BY found.score DESC, found.place",
            {
                "headings": HEADINGS_WEIGHT,
                "body": BODY_WEIGHT,
                "query": " OR ".join(map(_quoted, terms)),
                "within": json.dumps(list(document_ids or ())),
                "k": k,
            },
        )
        return [(row[0], row[1]) for row in rows]

    def document_frequency(self, term: str) -> int:
        """Return how many passages hold the word, in any form with the same stem; 0 for what is no word."""
        return self._frequency(term)

    def idf(self, terms: Sequence[str]) -> list[float]:
        """Return how rare each word is among the passages, ``ln(1 + (N - n + 0.5) / (n + 0.5))``.

        It is the weight that usually goes with BM25 (Robertson and Zaragoza 2009), with 1 added so that it is
        never negative.
        """
        passages = self.counts()[1]
        frequencies = map(self.document_frequency, terms)
        return [math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in frequencies]

    def check(self) -> tuple[str, ...]:
        """Return what is wrong with the file itself; empty if nothing is."""
        found = [str(row[0]) for row in self._rows("PRAGMA quick_check") if row[0] != "ok"]
        (row,) = self._rows("SELECT (SELECT count(*) FROM words_docsize), (SELECT count(*) FROM passages)")
        if row[0] != row[1]:
            found.append(f"expected words of {row[1]} passages, found those of {row[0]}")
        return tuple(found)

    def _count_term(self, term: str) -> int:
        if not _WORD.search(term):
            return 0
        ((count,),) = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", _quoted(term))
        return int(count)

    def _read_document(self, document_id: str) -> Document:
        rows = self._rows("SELECT text, rest FROM documents WHERE id = ?", document_id)
        if not rows:
            raise SearchIndexError(
                f"expected the id of an indexed document, found {document_id!r}; run: treaty corpus list"
            )
        try:
            return replace(_DOCUMENT.validate_json(rows[0][1]), text=rows[0][0])
        except ValidationError as error:
            raise IndexDamaged(
                f"document {document_id!r} in {self._path} cannot be read: {error.errors()[0]['msg']}; "
                "run: treaty index --rebuild"
            ) from error

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        parameters = values[0] if values and isinstance(values[0], dict) else values
        with self._lock:
            try:
                return self._connection.execute(query, parameters).fetchall()
            except sqlite3.DatabaseError as error:
                raise IndexDamaged(
                    f"expected a passage store in {self._path}, found: {error}; run: treaty index --rebuild"
                ) from error


def _passage(row: tuple[Any, ...]) -> Passage:
    passage_id, document_id, path, label, first, last, embed_text = row
    return Passage(passage_id, document_id, tuple(json.loads(path)), label, Span(first, last), embed_text)


def _quoted(term: str) -> str:
    """Make an FTS5 string of a word, so that nothing in it is read as query syntax."""
    return '"' + term.replace('"', '""') + '"'
