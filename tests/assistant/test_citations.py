"""Citations: what a reader needs to look a quote up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.citations import about_at, cite
from corpus.models import Document, Kind, Page, SectionNote, Span
from tests.corpus.written_treaties import document

TEXT = "Who pays\nOil is paid for by the harbour. What next?\nKeepers learn trimming."
TREATY = document(TEXT)
PAGED = replace(TREATY, pages=(Page(1, Span(0, 20)), Page(2, Span(20, len(TEXT)))))
GUIDE = replace(
    document(TEXT, title="Guide to harbours", kind=Kind.GUIDE),
    notes=(
        SectionNote(9, "Convention on the Care of Harbours, art 3"),
        SectionNote(52, "general"),
    ),
)


def of_kind(kind: Kind) -> Document:
    return replace(TREATY, title="On harbours", kind=kind)


@pytest.mark.parametrize(
    ("cited", "path", "offset", "text"),
    [
        (TREATY, ("Part II", "Article 13", "1", "b"), 0, "Convention on the Care of Harbours, art 13(1)(b)"),
        (TREATY, ("Preamble", "2"), 0, "Convention on the Care of Harbours, preamble, recital 2"),
        (TREATY, ("Annex I", "3"), 0, "Convention on the Care of Harbours, Annex I, (3)"),
        (TREATY, (), 0, "Convention on the Care of Harbours"),
        (PAGED, ("Article 2",), 0, "Convention on the Care of Harbours, art 2, p 1"),
        (PAGED, ("Article 2",), 20, "Convention on the Care of Harbours, art 2, p 2"),
        (of_kind(Kind.COMMENTARY), ("¶3",), 0, "On harbours (commentary), para 3"),
        (of_kind(Kind.DECLARATION), ("Who pays", "¶1"), 0, "On harbours (declaration), “Who pays”"),
        (
            GUIDE,
            ("Who pays", "¶1"),
            10,
            "Guide to harbours (guide), “Who pays” — on Convention on the Care of Harbours, art 3",
        ),
        (GUIDE, ("What next", "¶1"), 60, "Guide to harbours (guide), “What next”"),
    ],
)
def test_a_citation_names_title_pinpoint_and_page(
    cited: Document, path: tuple[str, ...], offset: int, text: str
) -> None:
    assert cite(cited, path, offset).text == text


def test_only_a_treaty_is_cited_without_its_kind() -> None:
    assert "(" not in cite(of_kind(Kind.TREATY), ("Preamble",), 0).text
    for kind in (Kind.GUIDE, Kind.COMMENTARY, Kind.DECLARATION):
        assert f"({kind.value})" in cite(of_kind(kind), (), 0).text


def test_the_parts_of_a_citation_are_kept_beside_the_text() -> None:
    citation = cite(
        replace(PAGED, provenance=replace(PAGED.provenance, address="https://example.org/h")),
        ("Article 2",),
        25,
    )
    assert citation.title == "Convention on the Care of Harbours"
    assert citation.pinpoint == "art 2"
    assert citation.page == 2
    assert citation.address == "https://example.org/h"
    assert citation.about is None


@pytest.mark.parametrize(
    ("offset", "about"), [(0, None), (9, GUIDE.notes[0].about), (51, GUIDE.notes[0].about), (52, None)]
)
def test_a_guide_s_section_says_what_it_is_about(offset: int, about: str | None) -> None:
    assert about_at(GUIDE, offset) == about


def test_a_treaty_is_about_nothing_but_itself() -> None:
    assert cite(replace(GUIDE, kind=Kind.TREATY), ("Article 1",), 10).about is None
