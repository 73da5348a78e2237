"""Links to provisions: what they look like, and that each leads back to the provision it was made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import LibraryError
from corpus.links import (
    Words,
    is_link,
    link_of,
    link_to,
    link_to_version,
    parts_of_link,
    resolve_link,
    source_of_link,
    words_of_link,
)
from corpus.models import Document, Kind, Level, Provision, Span
from corpus.structure import parse
from tests.corpus.written_treaties import Written, document, written

PROPERTY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CASES = [
    ((), "#/documents/fog"),
    (("Article 31", "3", "c"), "#/documents/fog/art-31/3/c"),
    (("Part III", "Section 3", "Article 31", "3", "c"), "#/documents/fog/art-31/3/c"),
    (("Chapter IV", "VOTING", "Article 18", "2"), "#/documents/fog/art-18/2"),
    (("Article 13 bis", "1"), "#/documents/fog/art-13-bis/1"),
    (("Article 2.1", "a"), "#/documents/fog/art-2.1/a"),
    (("Article XIV",), "#/documents/fog/art-xiv"),
    (("Annex II", "Article 3", "1"), "#/documents/fog/annex-ii/art-3/1"),
    (("Annex VI", "Section 1", "Article 3", "1"), "#/documents/fog/annex-vi/art-3/1"),
    (("Annex", "Section 1", "5", "a"), "#/documents/fog/annex/section-1/5/a"),
    (("Attached: Protocol on Fog", "Article 3"), "#/documents/fog/protocol-on-fog/art-3"),
    (("Annex I [2]", "3"), "#/documents/fog/annex-i~2/3"),
    (("Article 7", "1 [2]", "a"), "#/documents/fog/art-7/1~2/a"),
    (("Preamble", "4"), "#/documents/fog/preamble/4"),
    (("closing",), "#/documents/fog/closing"),
    (("Part II", "heading"), "#/documents/fog/part-ii/heading"),
    (("Article 5", "chapeau"), "#/documents/fog/art-5/chapeau"),
    (("Article 5", "¶2"), "#/documents/fog/art-5/block-2"),
    (("Article 5", "1", "indent 2"), "#/documents/fog/art-5/1/indent-2"),
    (("Annex", "A", "a"), "#/documents/fog/annex/A/a"),
    (("What is a lamp?", "¶1"), "#/documents/fog/what-is-a-lamp/block-1"),
    (("Keepers’ pay: “who” & why", "Notes"), "#/documents/fog/keepers-pay-who-why/notes"),
    (("Éclairage des ports",), "#/documents/fog/%C3%A9clairage-des-ports"),
    (("* * *",), "#/documents/fog/section"),
    (("long " * 40,), "#/documents/fog/" + "-".join(["long"] * 12)),
    (("longest" * 20,), "#/documents/fog/" + ("longest" * 20)[:60]),
]


@pytest.mark.parametrize(("path", "link"), CASES)
def test_a_path_has_one_link(path: tuple[str, ...], link: str) -> None:
    assert link_of("fog", path) == link
    assert parts_of_link(link)[0] == "fog"
    assert is_link(link)


@given(st.text(), st.lists(st.text(min_size=1)).map(tuple))
def test_whatever_the_names_a_link_is_plain_ascii_without_markup(
    document_id: str, path: tuple[str, ...]
) -> None:
    assert re.fullmatch(r"#/documents/[A-Za-z0-9._~%/-]*", link_of(document_id, path))


def check_links(source: Document) -> None:
    """Check that every provision of a text has a link of its own that leads back to it."""
    root = parse(source)
    nodes = list(root.walk())
    links = [link_of(source.id, node.path) for node in nodes]
    assert len(set(links)) == len(links)
    for node, link in zip(nodes, links, strict=True):
        assert resolve_link(link, root) is node


@PROPERTY
@given(written())
def test_every_provision_of_any_treaty_is_found_again_by_its_link(treaty: Written) -> None:
    check_links(treaty.print())


@PROPERTY
@given(written())
def test_an_article_s_link_names_nothing_above_it_but_an_annex(treaty: Written) -> None:
    root = parse(treaty.print())
    for node in root.walk():
        if node.level is Level.ARTICLE:
            assert re.fullmatch(r"#/documents/harbours/art-[\w.-]+", link_of("harbours", node.path))


@PROPERTY
@given(
    st.lists(st.sampled_from(("Notes", "NOTES", "Notes!", "Fog", "¶2", "* * *", "1")), min_size=1),
    st.lists(st.sampled_from(("Each lamp is lit.", "(a) a lamp;", "1. A keeper sings.", "– an oar,")), min_size=1),
    st.sampled_from(list(Kind)),
    st.booleans(),
)  # fmt: skip
def test_headings_alike_and_repeated_marks_have_links_of_their_own(
    headings: list[str], blocks: list[str], kind: Kind, articles: bool
) -> None:
    lines = [line for heading in headings for line in (heading, *blocks)]
    if articles:
        lines = [line for n in range(1, 5) for line in (f"Article {n}", *lines)]
    check_links(document("\n\n".join(lines), kind=kind, marked=tuple(headings)))


TEXT = """Convention on the Care of Harbours

PART I
LIGHT

Article 1
Lamps
1. Each Party keeps:
(a) a lamp;
(b) a bell.
2. No fee is taken.

PART II
FOG

Article 2
Bells
Bells are rung.

Article 3
Oil
Oil is shared.
"""


@pytest.fixture(scope="module")
def harbours() -> Provision:
    return parse(document(TEXT))


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("#/documents/harbours/art-1/1/b", ("Part I", "Article 1", "1", "b")),
        ("/documents/harbours/art-1/1/b", ("Part I", "Article 1", "1", "b")),
        ("documents/harbours/art-1/1/b/", ("Part I", "Article 1", "1", "b")),
        ("http://127.0.0.1:7860/#/documents/harbours/art-1/1/b", ("Part I", "Article 1", "1", "b")),
        ("#/documents/harbours/Part-I/Art-1/1/B", ("Part I", "Article 1", "1", "b")),
        ("#/documents/harbours/part-ii", ("Part II",)),
        ("#/documents/harbours/art%2D2", ("Part II", "Article 2")),
        ("#/documents/harbours", ()),
        ("#/documents/harbours/", ()),
    ],
)
def test_a_link_is_understood_as_people_write_it(
    link: str, path: tuple[str, ...], harbours: Provision
) -> None:
    assert resolve_link(link, harbours).path == path


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#/documents/harbours/art-9", "harbours has nothing at 'art-9'. Closest: art-"),
        ("#/documents/harbours/whale/song", "Its table of contents lists what there is"),
        ("#/documents/lamps/art-1", "expected a link into 'harbours', found one into 'lamps'"),
        ("#/documents/harbours//art-1", "expected a link such as #/documents/ID/art-31/3/c"),
        ("#/documents/", "expected a link such as"),
        ("#conversation", "expected a link such as"),
        ("", "expected a link such as"),
    ],
)
def test_a_link_to_nothing_is_refused_in_one_line(link: str, said: str, harbours: Provision) -> None:
    with pytest.raises(LibraryError, match=re.escape(said)) as refused:
        resolve_link(link, harbours)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("words", ["harbours", "13(1)(b)", "art-13/1", "my documents/a", "#", ""])
def test_an_id_or_pinpoint_is_no_link(words: str) -> None:
    assert not is_link(words)


def test_a_link_outlives_a_new_paragraph_in_another_article(harbours: Provision) -> None:
    link = link_of("harbours", ("Part II", "Article 3"))
    longer = parse(document(TEXT.replace("2. No fee", "2. No bell is lent.\n3. No fee")))
    assert resolve_link(link, longer).heading == resolve_link(link, harbours).heading == "Oil"


@st.composite
def words(draw: st.DrawFn) -> tuple[str, Words]:
    """Draw a text and some words of it."""
    text = draw(st.text(min_size=2, max_size=200))
    ends = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = [Span(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False)]
    return text, Words.of(spans, [span.of(text) for span in spans])


@given(words(), st.sampled_from([path for path, _ in CASES]))
def test_a_link_to_words_leads_to_them_and_to_their_provision(
    meant: tuple[str, Words], path: tuple[str, ...]
) -> None:
    text, said = meant
    plain = link_of("fog", path)
    link = link_to(plain, said)
    assert re.fullmatch(r"#/documents/[A-Za-z0-9._~%/-]*\?q=[0-9,-]+&v=[0-9a-f]{12}", link)
    assert words_of_link(link) == said
    assert said.stand_in(text)
    assert (parts_of_link(link), is_link(link)) == (parts_of_link(plain), True)


@given(words(), st.data())
def test_words_that_have_changed_no_longer_stand_there(meant: tuple[str, Words], data: st.DataObject) -> None:
    text, said = meant
    span = data.draw(st.sampled_from(said.spans))
    at = data.draw(st.integers(span.start, span.end - 1))
    changed = text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]
    assert not said.stand_in(changed)
    assert not said.stand_in(text[: said.spans[-1].end - 1])


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?",
        "?q=1-2",
        "?v=0123456789ab",
        "?q=2-1&v=0123456789ab",
        "?q=1-1&v=0123456789ab",
        "?q=1-3,3-5&v=0123456789ab",
        "?q=5-6,1-2&v=0123456789ab",
        "?q=1-2&v=0123456789AB",
        "?q=1-2&v=0123456789ab&x=1",
        "?q=1-2,&v=0123456789ab",
        "?q=-1-2&v=0123456789ab",
        "?q=1-9999999999&v=0123456789ab",
        "?q=" + ",".join(f"{2 * n}-{2 * n + 1}" for n in range(21)) + "&v=0123456789ab",
        "?q=\u0661-\u0662&v=0123456789ab",
    ],
)
def test_a_link_that_does_not_say_well_to_which_words_is_one_to_the_provision(asked: str) -> None:
    root = parse(document(TEXT))
    link = f"#/documents/harbours/art-1/1/b{asked}"
    assert words_of_link(link) is None
    assert resolve_link(link, root).path == ("Part I", "Article 1", "1", "b")


def test_where_a_text_is_cut_into_words_counts() -> None:
    assert (
        Words.of([Span(0, 1), Span(2, 4)], ["a", "bc"]).digest
        != Words.of([Span(0, 2), Span(3, 4)], ["ab", "c"]).digest
    )


@pytest.mark.parametrize(
    ("link", "source"),
    [
        ("#/documents/pact/art-1?d=0123456789ab", "0123456789ab"),
        ("#/documents/pact/art-1?q=3-9&v=0123456789ab&d=ba9876543210", "ba9876543210"),
        ("https://example.org/#/documents/pact?d=0123456789ab", "0123456789ab"),
        ("#/documents/pact/art-1?q=3-9&v=0123456789ab", None),
        ("#/documents/pact/art-1?d=0123456789a", None),
        ("#/documents/pact/art-1?d=0123456789ag", None),
        ("#/documents/pact/art-1", None),
    ],
)
def test_a_link_may_say_the_version_it_was_made_from(link: str, source: str | None) -> None:
    assert source_of_link(link) == source


def test_a_link_to_words_of_a_version_is_read_as_it_was_written() -> None:
    words, digest = Words((Span(3, 9),), "0123456789ab"), "5be2" * 16
    link = link_to("#/documents/pact/art-1", words, digest)
    assert (words_of_link(link), source_of_link(link)) == (words, digest[:12])
    assert parts_of_link(link) == ("pact", ("art-1",))
    assert link_to("#/documents/pact/art-1", words, "no digest") == link.rpartition("&d=")[0]
    assert source_of_link("#/documents/pact/art-1" + link_to_version(digest)) == digest[:12]
