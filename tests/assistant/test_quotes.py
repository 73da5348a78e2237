"""A quote is the document's words or it is not made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.errors import UnverifiedQuote
from assistant.models import ELLIPSIS, Quote
from assistant.quotes import governed, quote, verify
from corpus.models import Kind, Provision, Span
from corpus.structure import parse
from tests.corpus.written_treaties import Written, document, labelled, written

TEXT = """Convention on the Care of Harbours

Article 1
Lanterns
1. Each Party keeps in every harbour:
(a) a lantern:
(i) of brass;
(ii) of iron;
(b) a bell.
2. A lantern burns until dawn. It is trimmed at noon.

Article 2
Oil
Oil is shared in winter.

Article 3
Wax
Each Party may sell wax which:
(a) is clean;
(b) is old.
"""
DOCUMENT = document(TEXT)
ROOT = parse(DOCUMENT)


def at(label: str) -> Provision:
    return labelled(ROOT)[label]


def chain_to(label: str) -> tuple[Provision, ...]:
    node = at(label)
    chain = [ROOT]
    while chain[-1] is not node:
        chain.append(next(child for child in chain[-1].children if child.span.contains(node.span)))
    return tuple(chain)


def found(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def made(*words: str, label: str = "1(2)") -> Quote:
    return quote(DOCUMENT, at(label), [found(one) for one in words], 1.0)


# -- what a quote says


def test_a_quote_of_one_span_is_its_words() -> None:
    one = made("A lantern burns until dawn.")
    assert one.text == "A lantern burns until dawn."
    assert (one.document_id, one.provision, one.path) == ("harbours", "1(2)", ("Article 1", "2"))
    assert one.sha256 == DOCUMENT.provenance.sha256
    assert one.kind is Kind.TREATY


def test_words_left_out_between_spans_are_shown_as_left_out() -> None:
    one = made("Each Party keeps in every harbour:", "(b) a bell.", label="1(1)(b)")
    assert one.text == "Each Party keeps in every harbour: […] (b) a bell."
    assert len(one.segments) == 2


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            ("It is trimmed at noon.", "A lantern burns until dawn."),
            "A lantern burns until dawn. It is trimmed at noon.",
        ),
        (("A lantern burns", "lantern burns until dawn."), "A lantern burns until dawn."),
        (("A lantern burns until dawn.", "burns"), "A lantern burns until dawn."),
        (("A lantern burns until dawn.", "A lantern burns until dawn."), "A lantern burns until dawn."),
    ],
)
def test_spans_that_touch_or_overlap_become_one_in_the_order_of_the_text(
    words: tuple[str, ...], text: str
) -> None:
    one = made(*words)
    assert one.text == text
    assert len(one.segments) == 1


def test_a_provision_without_an_address_has_none_in_its_quote() -> None:
    guide = document("Oil is dear.", kind=Kind.GUIDE)
    one = quote(guide, parse(guide).children[0], [Span(0, 12)], 1.0)
    assert one.provision is None


# -- what cannot be quoted


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [Span(len(TEXT) - 3, len(TEXT) + 1)],
        [Span(len(TEXT) + 10, len(TEXT) + 20)],
        [Span(TEXT.index("\n\n"), TEXT.index("\n\n") + 2)],
        [found("Oil is shared in winter."), Span(TEXT.index("\n\n"), TEXT.index("\n\n") + 2)],
    ],
    ids=["no span", "over the end", "beyond the end", "blanks only", "blanks beside words"],
)
def test_spans_without_words_of_the_document_make_no_quote(segments: list[Span]) -> None:
    with pytest.raises(UnverifiedQuote, match="harbours"):
        quote(DOCUMENT, at("2"), segments, 1.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "A lantern burns until dusk."},
        {"text": "A lantern burns until dawn"},
        {"text": "a lantern burns until dawn."},
        {"text": "A lantern  burns until dawn."},
        {"text": "A lantern burns […] dawn."},
        {"text": ""},
        {"segments": (Span(0, 10),)},
        {"segments": ()},
        {"document_id": "another"},
    ],
    ids=[
        "a word",
        "a full stop",
        "a capital",
        "a blank",
        "words left out",
        "nothing",
        "spans",
        "no span",
        "document",
    ],
)
def test_a_quote_that_differs_from_its_spans_by_one_character_is_not_verified(
    changed: dict[str, object],
) -> None:
    one = made("A lantern burns until dawn.")
    verify(one, DOCUMENT)
    with pytest.raises(UnverifiedQuote):
        verify(replace(one, **changed), DOCUMENT)  # type: ignore[arg-type]


def test_a_quote_of_an_earlier_version_of_a_document_is_not_verified() -> None:
    later = replace(DOCUMENT, text=TEXT.replace("until dawn", "until noon"))
    with pytest.raises(UnverifiedQuote, match=r"harbours: the quote at .* is not the document's text"):
        verify(made("A lantern burns until dawn."), later)


# -- the words that govern


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("2", "Oil is shared in winter."),
        ("1(2)", "A lantern burns until dawn. It is trimmed at noon."),
        ("1(1)(a)", "Each Party keeps in every harbour:\n(a) a lantern:\n(i) of brass;\n(ii) of iron;"),
        ("1(1)(b)", "Each Party keeps in every harbour: […] (b) a bell."),
        ("1(1)(a)(i)", "Each Party keeps in every harbour: […] a lantern:\n(i) of brass;"),
        ("1(1)(a)(ii)", "Each Party keeps in every harbour: […] a lantern: […] (ii) of iron;"),
        ("3(b)", "Each Party may sell wax which: […] (b) is old."),
        ("3(a)", "Each Party may sell wax which:\n(a) is clean;"),
    ],
)
def test_a_point_is_quoted_with_every_chapeau_that_governs_it(label: str, text: str) -> None:
    chain = chain_to(label)
    one = quote(DOCUMENT, chain[-1], governed(TEXT, chain), 1.0)
    assert one.text == text
    assert one.provision == label


# -- whatever is quoted


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT) + 5), st.integers(1, 60)), min_size=1, max_size=5))
def test_a_quote_is_the_join_of_its_spans_or_is_not_made(places: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in places]
    try:
        one = quote(DOCUMENT, at("2"), spans, 0.0)
    except UnverifiedQuote:
        assert any(span.end > len(TEXT) or not span.of(TEXT).strip() for span in spans)
        return
    assert one.text == ELLIPSIS.join(span.of(TEXT) for span in one.segments)
    assert list(one.segments) == sorted(one.segments)
    assert all(any(segment.contains(span) for segment in one.segments) for span in spans)
    for before, after in zip(one.segments, one.segments[1:], strict=False):
        assert TEXT[before.end : after.start].strip(), "segments with nothing left out between them"
    verify(one, DOCUMENT)


@settings(max_examples=60, deadline=None)
@given(written(), st.data())
def test_every_provision_of_a_treaty_can_be_quoted_with_what_governs_it(
    treaty: Written, data: st.DataObject
) -> None:
    printed = treaty.print()
    root = parse(printed)
    leaf = data.draw(st.sampled_from([one for one in root.leaves() if one.body < one.span.end]))
    chain = root.chain(leaf.span.start)
    assume(chain[-1] is leaf)
    segments = governed(printed.text, chain)
    one = quote(printed, leaf, segments, 0.0)
    own = printed.text[leaf.body : leaf.span.end].strip()
    assert one.text.endswith(own)
