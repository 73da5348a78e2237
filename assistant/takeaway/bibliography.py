"""The documents quoted as entries of a bibliography: CSL-JSON and BibTeX, one entry a document.

An entry holds what is known and makes nothing up: title, kind, where the text was published, when the copy was
taken, and the pinpoints quoted. Dates of adoption, series and parties are not known to the program. What only came
near to a question is not cited. CSL's keys are those of the 1.0.2 schema for input data; in BibTeX ``url`` and
``urldate`` are those of biblatex, which plainer styles pass over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent_encoded

from assistant.compare import Compared
from assistant.models import Quoted
from assistant.takeaway.acting import one_line, web_address
from corpus.models import Kind
from corpus.pinpoint import pinpoint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.models import Quote
    from assistant.takeaway.models import Taken
    from corpus.pinpoint import Style

_DAY = 10
"""Characters of the date at the beginning of an ISO date and time."""
_TYPES = {
    Kind.TREATY: "treaty",
    Kind.AMENDMENT: "treaty",
    Kind.DECLARATION: "document",
    Kind.RESERVATION: "document",
    Kind.EXPLANATORY_REPORT: "report",
    Kind.COMMENTARY: "report",
    Kind.GUIDE: "report",
}
"""CSL's type of each kind; what is not a treaty also says its kind as ``genre``."""
# BibTeX counts braces whether or not a backslash is before them, so they are written as commands.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
}  # fmt: skip
_SPECIAL = re.compile("[" + re.escape("".join(_TEX)) + "]")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9.:-]+")
_NOT_IN_ADDRESS = re.compile(r"[^!#-;=?-Z_a-z~\[\]]")
"""What would unbalance or end a field, or act in TeX even in an address."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document quoted.

    Attributes:
        id: The document's id.
        title: On one line.
        kind: What sort of text it is.
        address: Where it was published, if that is an address of the web.
        day: The day the copy was taken, if known.
        pinpoints: The provisions quoted, each once, in the order quoted.
        links: Their stable links.
        sha256: Of the copy quoted from.
    """

    id: str
    title: str
    kind: Kind
    address: str
    day: date | None
    pinpoints: tuple[str, ...]
    links: tuple[str, ...]
    sha256: str


def csl_json(taken: Taken, style: Style) -> bytes:
    """Return the documents quoted as CSL-JSON: a list of items; an empty one if nothing was quoted."""
    items = [_item(entry) for entry in _entries(taken, style)]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def bibtex(taken: Taken, style: Style) -> bytes:
    """Return the documents quoted as BibTeX in UTF-8; one comment line if nothing was quoted."""
    taken_keys: set[str] = set()
    entries = [_bibtex_entry(_key(entry.id, taken_keys), entry) for entry in _entries(taken, style)]
    return ("\n".join(entries) or "% No document is quoted.\n").encode("utf-8")


def _entries(taken: Taken, style: Style) -> list[_Entry]:
    found: dict[str, _Entry] = {}
    for quote in _cited(taken):
        before = found.get(quote.document_id) or _first(quote)
        citation = quote.citation
        pinpoint = one_line(pinpoint_of(quote.path, style, instrument=quote.kind.is_instrument))
        found[quote.document_id] = replace(
            before,
            pinpoints=tuple(dict.fromkeys((*before.pinpoints, *([pinpoint] if pinpoint else [])))),
            links=tuple(dict.fromkeys((*before.links, taken.link(citation.link)))),
        )
    return list(found.values())


def _cited(taken: Taken) -> Iterator[Quote]:
    """Yield what is quoted as an answer, each quote followed by what is attached to it."""
    for part in taken.parts:
        if isinstance(part, Compared):
            yield from (quote for row in part.rows for quote in row.quotes)
        elif isinstance(part, Quoted):
            for quote in part.quotes:
                yield quote
                yield from (one.target for one in (quote.attachments if taken.attached else ()))


def _first(quote: Quote) -> _Entry:
    citation = quote.citation
    return _Entry(
        one_line(quote.document_id),
        one_line(quote.document_title),
        quote.kind,
        web_address(citation.address),
        _day(citation.retrieved),
        (),
        (),
        quote.sha256,
    )


def _day(moment: str | None) -> date | None:
    try:
        return date.fromisoformat((moment or "")[:_DAY])
    except ValueError:
        return None


# -- CSL-JSON


def _item(entry: _Entry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": entry.id, "type": _TYPES[entry.kind], "title": entry.title}
    if entry.kind is not Kind.TREATY:
        item["genre"] = entry.kind.words
    if entry.address:
        item["URL"] = entry.address
    if entry.day:
        item["accessed"] = {"date-parts": [[entry.day.year, entry.day.month, entry.day.day]]}
    if entry.pinpoints:
        item["note"] = "; ".join(entry.pinpoints)
    known = {"sha256": entry.sha256, "pinpoints": list(entry.pinpoints), "links": list(entry.links)}
    return item | {"custom": known}


# -- BibTeX


def _bibtex_entry(key: str, entry: _Entry) -> str:
    # A second pair of braces keeps a title's capitals. A URL is read as it stands, not as TeX.
    fields = {
        "title": f"{{{_tex(entry.title)}}}",
        "howpublished": "" if entry.kind is Kind.TREATY else _tex(entry.kind.words.capitalize()),
        "url": _NOT_IN_ADDRESS.sub(lambda found: percent_encoded(found[0], safe=""), entry.address),
        "urldate": entry.day.isoformat() if entry.day else "",
        "note": _tex("; ".join(entry.pinpoints)),
    }
    lines = [f"  {name:<12} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX[found[0]], text)


def _key(document_id: str, used: set[str]) -> str:
    """Return a document's id as a citation key; a number after it if another one gave the same."""
    base = _NOT_IN_KEY.sub("-", document_id).strip("-") or "document"
    key, number = base, 1
    while key.casefold() in used:
        number += 1
        key = f"{base}-{number}"
    used.add(key.casefold())
    return key
