"""The names file: what widely known treaties are called, so that a document with such a title goes by those names.

Names come from three places: the catalogue of official texts, ``names.toml`` of the program, and a file of the same
form in the user's home. An entry is met by a document's title, not by its id, so that a text from any source gets its
names; a user may also say the id.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corpus.catalogue import entries as official_texts
from corpus.errors import NamesError
from corpus.models import Document, Kind
from corpus.name_words import GENERIC, SMALL, TYPE, sequence_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE = "names.toml"
NAMED_KINDS = (Kind.TREATY, Kind.DECLARATION)
"""Kinds that have articles to be asked for by name."""
_FEW_WORDS = 2
"""Distinctive words of a title up to which the title must be most of a document's title, not any part of it."""
_MOST = 0.5
_TELLING = frozenset(
    """
    united nations european american african arab council optional additional second third revised europe union
    """.split()
)
"""Words that make another treaty of the same subject: a title that has one more is another title."""
_HEAD = 2000
"""Characters at the beginning of a text in which its title is looked for."""
_LONGEST_TITLE = 400
_YEAR = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class NamedTreaty(BaseModel):
    """A treaty and what people call it.

    Attributes:
        title: Official title.
        names: Short names, abbreviations, series numbers.
        also: Other titles it is printed under.
        year: Of adoption; a title with only earlier years is another treaty's.
        id: The document that is meant, whatever its title.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: _Line
    names: Annotated[tuple[_Line, ...], Field(min_length=1)]
    also: tuple[_Line, ...] = ()
    year: Annotated[int, Field(ge=1600, le=2100)] | None = None
    id: _Line | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """Every title it is printed under."""
        return (self.title, *self.also)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Titles and names."""
        return (*self.titles, *self.names)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    treaty: tuple[NamedTreaty, ...]


@dataclass(frozen=True, slots=True)
class NameBook:
    """Treaties with the names they go by."""

    treaties: tuple[NamedTreaty, ...]

    def of(self, document: Document) -> tuple[NamedTreaty, ...]:
        """Return the treaties that a document is, by its id or title; of several, those whose title says most."""
        if document.kind not in NAMED_KINDS:
            return ()
        printed = _printed_titles(document)
        called = frozenset(sequence_of(name) for name in (document.id, document.title, *document.names))
        met = [(treaty, _met(treaty, printed)) for treaty in self.treaties]
        most = max((words for _, words in met), default=0)
        return tuple(
            treaty
            for treaty, words in met
            if treaty.id == document.id or _is_called(treaty, called) or (words == most and words > 0)
        )

    def named(self, document: Document) -> Document:
        """Return a document with the names it goes by in addition to its own."""
        added = [name for treaty in self.of(document) for name in (*treaty.also, *treaty.names)]
        names = tuple(dict.fromkeys((*document.names, *added)))
        return replace(document, names=names) if names != document.names else document

    def absent(self, documents: Iterable[Document]) -> tuple[NamedTreaty, ...]:
        """Return the treaties that none of the documents is."""
        held = {treaty for document in documents for treaty in self.of(document)}
        return tuple(treaty for treaty in self.treaties if treaty not in held)


def _printed_titles(document: Document) -> list[str]:
    """Return a document's title; if that names no kind of treaty, such lines at the head of its text as well."""
    if TYPE.search(document.title):
        return [document.title]
    lines = [line.strip() for line in document.text[:_HEAD].splitlines() if line.strip()]
    pairs = [f"{one} {other}" for one, other in pairwise(lines)]
    return [
        document.title,
        *(line for line in (*lines, *pairs) if TYPE.search(line) and len(line) <= _LONGEST_TITLE),
    ]


def _is_called(treaty: NamedTreaty, called: frozenset[tuple[str, ...]]) -> bool:
    """Tell whether a document is called by a name that is this treaty's alone, as its file name may be."""
    return any(sequence_of(name) in called for name in (*treaty.titles, *treaty.names[:1]))


def _met(treaty: NamedTreaty, printed: list[str]) -> int:
    return max((_share(title, treaty, line) for title in treaty.titles for line in printed), default=0)


def _share(title: str, treaty: NamedTreaty, printed: str) -> int:
    """Return how many words of ``title`` a printed title has if it is that title; else 0."""
    own, theirs = words_of(title) - SMALL, words_of(printed) - SMALL
    if not own <= theirs or _type(title) != _type(printed):
        return 0
    allowed = frozenset(word for name in treaty.all_names for word in words_of(name))
    if (theirs - allowed) & _TELLING or _is_older(printed, treaty):
        return 0
    short = len(own - GENERIC) <= _FEW_WORDS and len(own) < _MOST * len(theirs)
    return 0 if short else len(own)


def _is_older(title: str, treaty: NamedTreaty) -> bool:
    """Tell whether a title's only year is before the treaty's; beside a second treaty's name it may be that one's."""
    years = [int(year) for year in _YEAR.findall(title)]
    return (
        bool(years) and treaty.year is not None and max(years) < treaty.year and len(TYPE.findall(title)) == 1
    )


def _type(title: str) -> str:
    found = TYPE.search(title)
    return found.group(1).lower() if found else ""


@cache
def packaged() -> NameBook:
    """Return the names that ship with the program: those of the catalogue and of its names file.

    Raises:
        NamesError: If the installed file is damaged.
    """
    official = [
        NamedTreaty(title=text.title, names=text.names, id=text.id)
        for text in official_texts()
        if text.kind in NAMED_KINDS and text.names
    ]
    own = parse((files("corpus") / FILE).read_text(encoding="utf-8"), f"corpus/{FILE}")
    return NameBook((*official, *own))


def read(path: Path) -> NameBook:
    """Return the packaged names and those of a user's file; the packaged ones alone if there is no such file.

    Raises:
        NamesError: If the file cannot be read or is not a names file.
    """
    if not path.is_file():
        return packaged()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NamesError(
            f"{path}: expected a TOML file in UTF-8, found: {error}. Mend or remove it"
        ) from error
    return NameBook((*packaged().treaties, *parse(text, str(path))))


def parse(toml: str, where: str) -> tuple[NamedTreaty, ...]:
    """Read a names file: TOML with one ``[[treaty]]`` table a treaty.

    Args:
        toml: The file's text.
        where: How an error names the file.

    Raises:
        NamesError: If it is no such file; the message names the first place that is wrong.
    """
    try:
        return _File.model_validate(tomllib.loads(toml)).treaty
    except tomllib.TOMLDecodeError as error:
        raise NamesError(f"{where}: expected TOML, found: {error}. Mend or remove it") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise NamesError(
            f"{where}: expected [[treaty]] tables with title and names, found at {place}: {first['msg'].lower()} "
            f"({error.error_count()} in all). Mend or remove it"
        ) from error
