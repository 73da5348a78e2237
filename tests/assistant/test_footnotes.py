"""Footnotes explain a text: they answer only a question that asks for them, or where nothing else was found."""

from __future__ import annotations

import pytest

from assistant.weighing import without_notes
from corpus.models import Passage, Span
from index.models import Hit


def hit(*path: str) -> Hit:
    return Hit(Passage("-".join(path), "harbours", path, path[-1], Span(0, 1), "words"), 1.0)


TEXT, POINT, NOTE = hit("3"), hit("3", "1"), hit("Footnotes")


@pytest.mark.parametrize(
    ("asked", "found", "kept"),
    [
        ("Who bears the costs?", (NOTE, TEXT, POINT), [TEXT, POINT]),
        ("Who bears the costs?", (NOTE,), [NOTE]),
        ("Who bears the costs?", (), []),
        ("What does the footnote on costs say?", (NOTE, TEXT), [NOTE, TEXT]),
        ("What do the endnotes say of costs?", (NOTE, TEXT), [NOTE, TEXT]),
        ("What follows from an exchange of notes?", (NOTE, TEXT), [TEXT]),
    ],
)
def test_footnotes_stand_back(asked: str, found: tuple[Hit, ...], kept: list[Hit]) -> None:
    assert list(without_notes(asked, found)) == kept
