"""The catalogue of official texts: what can be fetched from its publisher, and what a guide's note speaks of.

The guides that ship with the program describe treaties in their own words. The treaties themselves are one command
away; this module knows which there are, so that an answer taken from a guide can say where the official text is.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from corpus.errors import CatalogueError
from corpus.models import Kind
from corpus.readers.frontmatter import ID_PATTERN, MAX_ID

_FILE = "catalogue.toml"
_LISTED_IDS = 5
"""How many ids an error lists where none comes close."""

_SERIES = re.compile(r"\bc?ets (?:no\.? ?)?0*(?=\d)")
"""The Council of Europe counts its treaties through: ETS No. 185 and CETS 185 are one."""

_DEPENDENT = re.compile(r"\b(?:protocol|report|commentary)(?: no\.? ?\d+)? to the $")
"""Before a name, this makes it part of another text's name: a protocol to a treaty is not the treaty."""

_QUOTES = str.maketrans("‘’“”", "''\"\"")

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Format(StrEnum):
    """The file format a publisher gives a text in."""

    PDF = "pdf"
    HTML = "html"
    DOCX = "docx"
    TXT = "txt"


class CatalogueEntry(BaseModel):
    """One official text and where its publisher keeps it.

    Attributes:
        id: What ``treaty corpus fetch`` calls it; the document's id in the library.
        title: Official title.
        publisher: Who publishes it at ``address``.
        address: Where the text is; if not ``direct``, the publisher's page that links to it.
        hosts: Hosts a redirect may lead to, in lower case.
        format: What the publisher sends.
        language: BCP 47 code.
        authenticity: One line: whose text this is and whether it is authentic.
        names: Other names: short names, abbreviations, series numbers.
        kind: What sort of text it is.
        page: A page for people about the text, or None.
        direct: Whether a program can fetch it at ``address``.
        sha256: Hex digest of the bytes, where they are known never to change; else None.
        through: Number of an article the text must reach, or None: what lacks it is not the text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=MAX_ID)]
    title: _Line
    publisher: _Line
    address: _Line
    hosts: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+$")], ...]
    format: Format
    language: _Line
    authenticity: _Line
    names: tuple[_Line, ...]
    kind: Kind
    page: _Line | None = None
    direct: bool = True
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    through: int | None = None

    @model_validator(mode="after")
    def _address_among_hosts(self) -> Self:
        host = urlsplit(self.address).hostname
        if host not in self.hosts:
            raise ValueError(f"hosts must name the address's own host {host!r}")
        return self

    @property
    def human_page(self) -> str:
        """The page to send a person to."""
        return self.page or self.address


class _Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: tuple[CatalogueEntry, ...]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for what in self.text:
            for address in (what.address, what.human_page):
                if urlsplit(address).scheme != "https":
                    raise ValueError(f"{what.id}: {address} is not an https address")
        owners: dict[str, str] = {}
        for what in self.text:
            for name in {what.id, *_names(what)}:
                if owners.setdefault(name, what.id) != what.id:
                    raise ValueError(f"{name!r} stands for both {owners[name]} and {what.id}")
        return self


@cache
def entries() -> tuple[CatalogueEntry, ...]:
    """Return all official texts, in the order of the catalogue.

    Raises:
        CatalogueError: If the installed catalogue is damaged.
    """
    return parse((files("corpus") / _FILE).read_text(encoding="utf-8"))


def parse(toml: str) -> tuple[CatalogueEntry, ...]:
    """Read a catalogue: TOML with one ``[[text]]`` table a text.

    Raises:
        CatalogueError: If it is not such a file, has an address that is not https, or one name for two texts.
    """
    try:
        return _Catalogue.model_validate(tomllib.loads(toml)).text
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{_FILE} is not TOML ({error}). Install the program again") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "catalogue"
        raise CatalogueError(
            f"{_FILE}: {place}: {first['msg']} ({error.error_count()} in all). Install the program again"
        ) from error


def entry(text_id: str) -> CatalogueEntry:
    """Return the official text of this id.

    Raises:
        CatalogueError: If there is none; the message names the ids that come closest.
    """
    for what in entries():
        if what.id == text_id:
            return what
    ids = [what.id for what in entries()]
    close = get_close_matches(text_id, ids, n=_LISTED_IDS, cutoff=0.5)
    named = covers(text_id)
    if not close and named is not None:
        close = [named.id]
    listed = ", ".join(close or ids[:_LISTED_IDS])
    lead = "Did you mean" if close else "It has, among others,"
    raise CatalogueError(f"no official text {text_id!r} in the catalogue. {lead} {listed}")


def covers(pinpoint_or_name: str) -> CatalogueEntry | None:
    """Return the official text that a guide's note or a name speaks of, or None.

    ``Budapest Convention, art. 19(4)`` speaks of the Budapest Convention. Of several names the one that comes first
    counts, of those that begin together the longest. A protocol or report "to the" treaty speaks of the treaty
    only if that is its own name in the catalogue.
    """
    text = _normal(pinpoint_or_name)
    found = [
        (place, -len(name), what)
        for what in entries()
        for name in _names(what)
        if (place := _place(name, text)) is not None
    ]
    return min(found, key=lambda item: item[:2])[2] if found else None


def _place(name: str, text: str) -> int | None:
    """Return where ``text`` uses ``name`` as a name of its own, or None."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w| to the\b)", text):
        if not _DEPENDENT.search(text, 0, match.start()):
            return match.start()
    return None


def _names(what: CatalogueEntry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_normal(name) for name in (what.title, *what.names)))


def _normal(text: str) -> str:
    """Return a name in the form in which names are compared."""
    return _SERIES.sub("ets ", " ".join(text.translate(_QUOTES).casefold().split()))
