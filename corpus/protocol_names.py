"""Protocols are called by their place: "the Second Additional Protocol", "Protocol No. 4", "the protocol to X"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.name_words import words_of
from corpus.numerals import same, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.models import Document

ADJECTIVES = frozenset("additional optional first second third fourth fifth sixth seventh".split())
PROTOCOL = re.compile(
    rf"(?P<said>(?:\b(?:{'|'.join(sorted(ADJECTIVES))})\s+)*)\bprotocol(?:\s+additional)?(?:\s+(?:no\.?\s*)?(?P<number>\d{{1,2}}|[IVX]+))?\b",
    re.IGNORECASE,
)


def numbered_protocols(question: str, protocols: Sequence[Document]) -> list[Document]:
    """Return those protocols that fit what is said of them: "the Second Additional Protocol", "Protocol No. 4".

    All are returned if nothing is said; "first" fits one that is not called second or third.
    """
    found = PROTOCOL.search(question)
    if found is None:
        return list(protocols)
    said, number = set(found["said"].lower().split()), found["number"]
    fit = [d for d in protocols if _has_number(d.title, number)] if number else list(protocols)
    exact = [d for d in fit if said <= words_of(lead_of(d.title))]
    if exact or "first" not in said:
        return exact
    return [d for d in fit if not _is_later(d.title)]


def _is_later(title: str) -> bool:
    """Tell whether a title says that it is not the first protocol."""
    words = words_of(lead_of(title)) & ADJECTIVES - {"additional", "optional", "first"}
    return bool(words) or any(m["number"] and not same(m["number"], "1") for m in PROTOCOL.finditer(title))


def _has_number(title: str, number: str) -> bool:
    found = list(PROTOCOL.finditer(title))
    return any(
        (m["number"] and same(m["number"], number))
        or any(word(said) == _figure(number) for said in m["said"].lower().split())
        for m in found
    )


def _figure(number: str) -> int | None:
    return int(number) if number.isdigit() else None


def lead_of(title: str) -> str:
    """Return what a title says before the treaty it belongs to: "Second Additional Protocol"."""
    return re.split(r"\s(?:to|of|on|relating|concerning|supplementing)\s", title, maxsplit=1)[0]
