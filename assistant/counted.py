"""Nouns that count the same things, so that a question about countries is met by a number of States."""

from __future__ import annotations

from assistant.stems import stem

SAME_COUNT = tuple(
    frozenset(map(stem, words.split()))
    for words in (
        "country state nation party member signatory government",
        "people person individual",
        "article provision",
        "crime offence",
        "ratification instrument",
        "judge arbitrator commissioner expert member",
    )
)
"""Stems, a group a thing."""
