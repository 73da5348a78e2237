"""What sort of text a document is: told by its title, its articles, its front matter or the user."""

from __future__ import annotations

import pytest

from corpus.models import Kind
from corpus.readers import read_document
from corpus.readers.identity import kind

ARTICLES = "Article 1\nScope\nArticle 2\nTerms\nArticle 3\nEnd"

CASES = [
    ("Reservations", Kind.RESERVATION),
    ("Reservations and Declarations", Kind.RESERVATION),
    ("Declarations and reservations to the Fog Pact", Kind.RESERVATION),
    ("Declarations, Objections and Reservations", Kind.RESERVATION),
    ("List of reservations", Kind.RESERVATION),
    ("Objections to reservations", Kind.RESERVATION),
    ("Withdrawal of the reservation by Norland", Kind.RESERVATION),
    ("Reservation by Norland", Kind.RESERVATION),
    ("Reservations to the Fog Pact: a guide", None),
    ("What reservations are", None),
    ("Fog reservations explained", None),
    ("Convention on Reservations of Berths", None),
    ("Amendments", Kind.AMENDMENT),
    ("Amendment to the Fog Pact", Kind.AMENDMENT),
    ("Lanternport Amendment to the Fog Pact", Kind.AMENDMENT),
    ("2031 Amendments to the Protocol on Fog", Kind.AMENDMENT),
    ("Protocol amending the Fog Pact", None),
    ("Protocol of Amendment to the Fog Pact", None),
    ("Agreement on the Amendment of the Fog Pact", None),
    ("Amendment procedures", None),
    ("Fog Pact, as amended", None),
    ("Explanatory Report to the Fog Pact", Kind.EXPLANATORY_REPORT),
    ("Explanatory report to the Protocol amending the Fog Pact", Kind.EXPLANATORY_REPORT),
    ("Fog Pact – Explanatory Report", Kind.EXPLANATORY_REPORT),
    ("Draft Explanatory Memorandum", Kind.EXPLANATORY_REPORT),
    ("What the explanatory report says", None),
    ("Declaration", Kind.DECLARATION),
    ("Joint Declaration on Harbours", Kind.DECLARATION),
    ("Interpretative Declarations by Parties", Kind.DECLARATION),
    ("Notes on the Declaration", None),
    ("Guide to the Declaration on Fog", None),
    ("Has the Declaration been signed?", None),
    ("Convention on the Care of Harbours", None),
]  # fmt: skip


@pytest.mark.parametrize(("title", "called"), CASES)
@pytest.mark.parametrize(("text", "otherwise"), [(ARTICLES, Kind.TREATY), ("Words.", Kind.COMMENTARY)])
def test_a_title_that_names_its_kind_goes_before_articles(
    title: str, called: Kind | None, text: str, otherwise: Kind
) -> None:
    assert kind(text, title) is (called or otherwise)


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("Reservations and Declarations to the Fog Pact", Kind.RESERVATION),
        ("Explanatory Report to the Fog Pact", Kind.EXPLANATORY_REPORT),
        ("Amendment to the Fog Pact", Kind.AMENDMENT),
        ("Joint Declaration on Fog", Kind.DECLARATION),
    ],
)
def test_a_first_line_that_says_what_a_text_is_is_its_title(first: str, found: Kind) -> None:
    document = read_document(f"{first}\n\nNorland\n\nIts own bells ring by hand.\n".encode(), "file.txt")
    assert (document.title, document.kind) == (first, found)


@pytest.mark.parametrize("suffix", ["md", "txt"])
@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("reservation", Kind.RESERVATION),
        ("amendment", Kind.AMENDMENT),
        ("explanatory_report", Kind.EXPLANATORY_REPORT),
        ("Explanatory report", Kind.EXPLANATORY_REPORT),
        ("explanatory-report", Kind.EXPLANATORY_REPORT),
        ("declaration", Kind.DECLARATION),
        ("treaty", Kind.TREATY),
    ],
)
def test_front_matter_says_what_a_text_is(suffix: str, written: str, found: Kind) -> None:
    source = f"---\ntitle: Fog Pact\nkind: {written}\n---\n\n{ARTICLES}\n"
    document = read_document(source.encode(), f"fog.{suffix}")
    assert document.kind is found
    assert document.text.startswith("Article 1")


@pytest.mark.parametrize(
    "text", ["---\nA rule above\nand below.\n---\n\nWords.", "---\n\nkind: of a lamp", "--- kind: a dash"]
)
def test_a_rule_of_dashes_in_plain_text_is_text(text: str) -> None:
    assert read_document(text.encode(), "fog.txt").text.startswith("---")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_understood_as_people_write_it(kind: Kind) -> None:
    assert Kind(kind.words) is Kind(kind.words.upper()) is Kind(kind.value) is kind


@pytest.mark.parametrize("unknown", ["poem", "", "reservations of berths"])
def test_an_unknown_kind_is_none(unknown: str) -> None:
    with pytest.raises(ValueError, match="not a valid Kind"):
        Kind(unknown)
