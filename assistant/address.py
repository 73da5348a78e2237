"""Whether a passage stands at the address a question names.

A question about article 29 is not answered by words about article 28, however close they sound. A passage matches if
its own provision, the note of the guide's section it stands in, or the words quoted name the article asked for. Which
instrument is meant is judged by the names the guides' notes use: the one that shares most words with the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.citations import about_at
from corpus.models import Document, Kind, Span
from corpus.numerals import ordinal
from corpus.references import Reference, number_splits, references_in

_WORD = re.compile(r"[A-Za-z]{2,}")
_SMALL = frozenset(["the", "of", "on", "and", "against", "to", "for", "convention", "protocol", "treaty"])
_LONGEST_RANGE = 100


def articles_named(text: str) -> frozenset[float]:
    """Return the numbers of the articles a text names, ranges written out: ``arts. 7-9`` names 7, 8 and 9."""
    return _numbers(references_in(text))


def _numbers(references: Iterable[Reference]) -> frozenset[float]:
    found: set[float] = set()
    for reference in references:
        places = [ordinal(number) for number, _ in number_splits(reference.article)]
        found.update(place for place in places if place is not None)
        first, last = places[0], ordinal(reference.through) if reference.through else None
        if first is not None and last is not None and last <= first + _LONGEST_RANGE:
            found.update(float(n) for n in range(int(first), int(last) + 1))
    return frozenset(found)


def instruments(documents: Iterable[Document]) -> frozenset[str]:
    """Return the instruments that the guides' notes name."""
    return frozenset(
        _instrument(part)
        for d in documents
        for note in d.notes
        for part in note.about.split(";")
        if part.strip()
    )


def at_address(
    question: str,
    references: Sequence[Reference],
    document: Document,
    path: tuple[str, ...],
    *,
    segments: Sequence[Span],
    known: frozenset[str],
) -> bool:
    """Tell whether quoted words stand at one of the articles asked for (always, if none is asked for).

    Args:
        question: As searched.
        references: What it names.
        document: The document quoted.
        path: Path of the provision quoted.
        segments: The spans quoted.
        known: The instruments that the guides name.
    """
    wanted = _numbers(references)
    if not wanted:
        return True
    own = next((ordinal(p.removeprefix("Article ")) for p in path if p.startswith("Article ")), None)
    if own is not None:
        return own in wanted
    if document.kind is Kind.GUIDE:
        about = about_at(document, segments[0].start) or ""
        parts = [p for p in about.split(";") if wanted & articles_named(p)]
        return any(_meant(question, _instrument(p), known) for p in parts)
    return bool(wanted & articles_named(" ".join(s.of(document.text) for s in segments)))


def sections_on(
    question: str, references: Sequence[Reference], document: Document, known: frozenset[str]
) -> dict[int, int]:
    """Return the sections of a guide that speak of an article asked for: offset of each, and of how many it speaks.

    Only of an instrument that the question names: "article 32" alone is an article of every treaty.

    Args:
        question: As searched.
        references: What it names.
        document: The guide.
        known: The instruments that the guides name.
    """
    wanted, found = _numbers(references), dict[int, int]()
    for note in document.notes if wanted else ():
        for part in note.about.split(";"):
            named, instrument = articles_named(part), _instrument(part)
            if wanted & named and _shared(question, instrument) and _meant(question, instrument, known):
                found[note.start] = min(len(named), found.get(note.start, len(named)))
    return found


def _instrument(pinpoint: str) -> str:
    return re.split(r",?\s+arts?\.", pinpoint.strip())[0].strip(" ,")


def _meant(question: str, instrument: str, known: frozenset[str]) -> bool:
    shares = {name: _shared(question, name) for name in known | {instrument}}
    return shares[instrument] == max(shares.values())


def _shared(question: str, name: str) -> int:
    words = {w.lower() for w in _WORD.findall(question)} - _SMALL
    return len(words & {w.lower() for w in _WORD.findall(name)})
