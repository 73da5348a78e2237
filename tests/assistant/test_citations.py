"""Citations: what a reader needs to look a quote up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.citations import about_at, cite, every_style, full, place, styled
from corpus.models import Document, Kind, Page, SectionNote, Span
from corpus.pinpoint import Style
from tests.corpus.written_treaties import document

TEXT = "Who pays\nOil is paid for by the harbour. What next?\nKeepers learn trimming."
TREATY = document(TEXT, title="Fog Pact")
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


ON_ARTICLE_3 = " — on Convention on the Care of Harbours, art 3"


@pytest.mark.parametrize(
    ("cited", "path", "offset", "oscola", "bluebook", "plain"),
    [
        (
            TREATY, ("Part II", "Article 13", "1", "b"), 0,
            "Fog Pact, art 13(1)(b)", "Fog Pact art. 13(1)(b)", "Fog Pact, Article 13, paragraph 1, point (b)",
        ),
        (
            TREATY, ("Preamble", "2"), 0,
            "Fog Pact, preamble, recital 2", "Fog Pact pmbl., para. 2", "Fog Pact, Preamble, recital 2",
        ),
        (
            TREATY, ("Annex I", "3"), 0,
            "Fog Pact, Annex I, para 3", "Fog Pact annex I, para. 3", "Fog Pact, Annex I, paragraph 3",
        ),
        (
            TREATY, ("Annex", "Section 1", "5"), 0,
            "Fog Pact, Annex, s 1, para 5", "Fog Pact annex, § 1, para. 5", "Fog Pact, Annex, Section 1, paragraph 5",
        ),
        (
            TREATY, ("Attached: Protocol on Fog", "Article 2"), 0,
            "Fog Pact, Protocol on Fog, art 2", "Fog Pact, Protocol on Fog, art. 2",
            "Fog Pact, Protocol on Fog, Article 2",
        ),
        (TREATY, ("closing",), 0, "Fog Pact, final formula", "Fog Pact final formula", "Fog Pact, final formula"),
        (TREATY, (), 0, *["Fog Pact"] * 3),
        (PAGED, ("Article 2",), 0, "Fog Pact, art 2, p 1", "Fog Pact art. 2, at 1", "Fog Pact, Article 2, page 1"),
        (PAGED, ("Article 2",), 20, "Fog Pact, art 2, p 2", "Fog Pact art. 2, at 2", "Fog Pact, Article 2, page 2"),
        (PAGED, (), 20, "Fog Pact, p 2", "Fog Pact, at 2", "Fog Pact, page 2"),
        (
            of_kind(Kind.COMMENTARY), ("¶3",), 0,
            "On harbours (commentary), para 3", "On harbours (commentary) para. 3",
            "On harbours (commentary), paragraph 3",
        ),
        (of_kind(Kind.DECLARATION), ("Who pays", "¶1"), 0, *["On harbours (declaration), “Who pays”"] * 3),
        (
            of_kind(Kind.DECLARATION), ("Article 3",), 0,
            "On harbours (declaration), art 3", "On harbours (declaration) art. 3",
            "On harbours (declaration), Article 3",
        ),
        (of_kind(Kind.RESERVATION), ("Norland", "¶1"), 0, *["On harbours (reservation), “Norland”"] * 3),
        (
            of_kind(Kind.AMENDMENT), ("Article II", "1"), 0,
            "On harbours (amendment), art II(1)", "On harbours (amendment) art. II(1)",
            "On harbours (amendment), Article II, paragraph 1",
        ),
        (
            of_kind(Kind.EXPLANATORY_REPORT), ("Chapter I", "Article 5", "60"), 0,
            "On harbours (explanatory report), “Article 5”, para 60",
            "On harbours (explanatory report), “Article 5”, para. 60",
            "On harbours (explanatory report), “Article 5”, paragraph 60",
        ),
        (GUIDE, ("Who pays", "¶1"), 10, *[f"Guide to harbours (guide), “Who pays”{ON_ARTICLE_3}"] * 3),
        (GUIDE, ("What next", "¶1"), 60, *["Guide to harbours (guide), “What next”"] * 3),
    ],
)  # fmt: skip
def test_a_citation_names_title_pinpoint_and_page_in_each_style(  # noqa: PLR0917 - a table of cases
    cited: Document, path: tuple[str, ...], offset: int, oscola: str, bluebook: str, plain: str
) -> None:
    citation = cite(cited, path, offset)
    assert every_style(citation) == {"oscola": oscola, "bluebook": bluebook, "plain": plain}
    assert citation.text == oscola
    for style in Style:
        assert place(citation, style) in styled(citation, style).replace(f" ({cited.kind.words})", "")


def test_only_a_treaty_is_cited_without_its_kind() -> None:
    assert "(" not in cite(of_kind(Kind.TREATY), ("Preamble",), 0).text
    for kind in set(Kind) - {Kind.TREATY}:
        assert f"({kind.words})" in cite(of_kind(kind), (), 0).text


def published(document: Document, address: str | None, retrieved: str | None) -> Document:
    return replace(document, provenance=replace(document.provenance, address=address, retrieved=retrieved))


@pytest.mark.parametrize(
    ("address", "retrieved", "oscola", "bluebook", "plain"),
    [
        (None, None, "", "", ""),
        (None, "2026-01-02T03:04:05+00:00", "", "", ""),
        (
            "https://example.org/h", "2026-01-02T03:04:05+00:00",
            " <https://example.org/h> accessed 2 January 2026",
            ", https://example.org/h (last visited January 2, 2026)",
            ". Source: https://example.org/h, retrieved 2 January 2026",
        ),
        (
            "https://example.org/h", None,
            " <https://example.org/h>", ", https://example.org/h", ". Source: https://example.org/h",
        ),
        (
            "https://example.org/h", "in spring",
            " <https://example.org/h> accessed in spring",
            ", https://example.org/h (last visited in spring)",
            ". Source: https://example.org/h, retrieved in spring",
        ),
    ],
)  # fmt: skip
def test_a_full_citation_says_where_the_source_was_published_and_when_it_was_taken(
    address: str | None, retrieved: str | None, oscola: str, bluebook: str, plain: str
) -> None:
    citation = cite(published(TREATY, address, retrieved), ("Article 2",), 0)
    for style, source in zip(Style, (oscola, bluebook, plain), strict=True):
        assert full(citation, style) == styled(citation, style) + source


def test_the_parts_of_a_citation_are_kept_beside_the_text() -> None:
    citation = cite(published(PAGED, "https://example.org/h", "2026-01-02"), ("Article 2",), 25)
    assert citation.title == "Fog Pact"
    assert citation.pinpoint == "art 2"
    assert citation.page == 2
    assert (citation.address, citation.retrieved) == ("https://example.org/h", "2026-01-02")
    assert citation.about is None
    assert (citation.kind, citation.path) == (Kind.TREATY, ("Article 2",))
    assert citation.link == "#/documents/harbours/art-2"


@pytest.mark.parametrize(
    ("offset", "about"), [(0, None), (9, GUIDE.notes[0].about), (51, GUIDE.notes[0].about), (52, None)]
)
def test_a_guide_s_section_says_what_it_is_about(offset: int, about: str | None) -> None:
    assert about_at(GUIDE, offset) == about


def test_a_treaty_is_about_nothing_but_itself() -> None:
    assert cite(replace(GUIDE, kind=Kind.TREATY), ("Article 1",), 10).about is None
