"""Cross-references in treaty prose: which words refer, what they name, and what stands there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.crossrefs import Whose, crossrefs_in
from corpus.instruments import meant_by, name_at, parent_of
from corpus.models import Document, Level, Provision, Span
from corpus.structure import parse
from corpus.targets import addresses, find
from tests.corpus.written_treaties import Written, document, written

# -- reading


def read(words: str) -> list[tuple[str, str]]:
    """Return each reference's words and its address, written ``article 5 > paragraph 2``."""
    return [
        (one.span.of(words), " > ".join(f"{step.kind} {step.number}" for step in one.steps))
        for one in crossrefs_in(words, Span(0, len(words)))
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("under article 35, a keeper", [("article 35", "article 35")]),
        ("under Art. 35 the keeper", [("Art. 35", "art 35")]),
        ("under article IV, a keeper", [("article IV", "article IV")]),
        (
            "under article 15 bis or article 8A,",
            [("article 15 bis", "article 15 bis"), ("article 8A", "article 8A")],
        ),
        (
            "in accordance with article 35, paragraph 2 (b), the",
            [("article 35, paragraph 2 (b)", "article 35 > paragraph 2 > point b")],
        ),
        (
            "paragraph 2 (b) of article 35",
            [("paragraph 2 (b) of article 35", "article 35 > paragraph 2 > point b")],
        ),
        ("article 6(1)(a)(ii)", [("article 6(1)(a)(ii)", "article 6 > paragraph 1 > point a > point ii")]),
        ("paragraph 1.b of article 9", [("paragraph 1.b of article 9", "article 9 > paragraph 1 > point b")]),
        ("paragraph 2 of this article", [("paragraph 2 of this article", "article this > paragraph 2")]),
        ("paragraphs 1 and 2 above", [("paragraphs 1", "paragraph 1"), ("2 above", "paragraph 2")]),
        (
            "subparagraphs (a)(i) and (ii) or (b)",
            [
                ("subparagraphs (a)(i)", "subparagraph a > point i"),
                ("(ii)", "subparagraph a > point ii"),
                ("(b)", "subparagraph b"),
            ],
        ),
        (
            "article 6, paragraph 1 a) (i) or b) (i)",
            [
                ("article 6, paragraph 1 a) (i)", "article 6 > paragraph 1 > point a > point i"),
                ("b) (i)", "article 6 > paragraph 1 > point b > point i"),
            ],
        ),
        (
            "articles 5, paragraph 2, and 6, paragraph 3",
            [
                ("articles 5, paragraph 2", "article 5 > paragraph 2"),
                ("6, paragraph 3", "article 6 > paragraph 3"),
            ],
        ),
        (
            "articles 5, 6 and 7, paragraph 1",
            [("articles 5", "article 5"), ("6", "article 6"), ("7, paragraph 1", "article 7 > paragraph 1")],
        ),
        (
            "articles 4 and 5 of Annex II",
            [("articles 4", "annex II > article 4"), ("5 of Annex II", "annex II > article 5")],
        ),
        ("Annex II, article 4", [("Annex II, article 4", "annex II > article 4")]),
        ("section 2 of Part XI", [("section 2 of Part XI", "part XI > section 2")]),
        ("Part XI, section 2", [("Part XI, section 2", "part XI > section 2")]),
        ("Annexes I and II", [("Annexes I", "annex I"), ("II", "annex II")]),
        ("the preceding paragraph", [("the preceding paragraph", "paragraph preceding")]),
        (
            "the second paragraph of article 3",
            [("the second paragraph of article 3", "article 3 > paragraph 2")],
        ),
        (
            "paragraph l(a) of article l of",
            [("paragraph l(a) of article l", "article 1 > paragraph 1 > point a")],
        ),
        ("as the Annex says", [("the Annex", "annex the")]),
    ],
)
def test_an_address_is_read_from_the_words_around_it(words: str, found: list[tuple[str, str]]) -> None:
    assert read(words) == found


@pytest.mark.parametrize(
    "words",
    [
        "The Parties take part in the watch.",
        "In these articles a point of light is an item of value.",
        "The preceding articles and the following paragraphs apply.",
        "Part of the oil is kept; parts of equal size are shared.",
        "Each section has 3 lamps, each chapter a keeper.",
        "The letter a keeper writes is kept for 10 years.",
    ],
)
def test_words_that_name_no_place_are_no_reference(words: str) -> None:
    assert read(words) == []


@pytest.mark.parametrize(
    ("words", "addresses_only"),
    [
        ("under article 5, 30 days after", ["article 5"]),
        ("under article 5, 10 December", ["article 5"]),
        ("article 5 and 12 members", ["article 5"]),
        ("paragraph 2.3 of the plan", []),
    ],
)
def test_a_count_a_date_or_a_decimal_is_no_number_of_a_provision(
    words: str, addresses_only: list[str]
) -> None:
    assert [said for said, _ in read(words)] == addresses_only


@pytest.mark.parametrize(
    ("words", "through"),
    [
        ("articles 5 to 7 of this Convention", "7"),
        ("articles 5 through 7", "7"),
        ("articles 5–7", "7"),
        ("paragraph 1 (a) to (c)", "(c)"),
        ("article 5 to the Secretary", ""),
    ],
)
def test_a_range_is_one_reference_that_says_where_it_ends(words: str, through: str) -> None:
    (one,) = crossrefs_in(words, Span(0, len(words)))
    assert one.through == through


@pytest.mark.parametrize(
    ("words", "whose", "instrument"),
    [
        ("article 5 shall apply", Whose.OWN, ""),
        ("article 5 in that year", Whose.OWN, ""),
        ("article 5 of this Convention", Whose.OWN, "Convention"),
        ("article 5 of the present Protocol", Whose.OWN, "Protocol"),
        ("paragraph 2 of this article of", Whose.OWN, ""),
        ("article 5 of the Convention applies", Whose.NAMED, "Convention"),
        (
            "article 5 of the Statute of the Court of Lamps, which",
            Whose.NAMED,
            "Statute of the Court of Lamps",
        ),
        ("Annex II to the Convention", Whose.NAMED, "Convention"),
        ("Article 6 COH", Whose.NAMED, "COH"),
        ("article 5 of the Convention for the purposes of", Whose.NAMED, "Convention"),
        ("article 5 of its rules", Whose.UNKNOWN, ""),
        ("article 5 of the harbour code", Whose.UNKNOWN, ""),
        ("article 5 thereof", Whose.UNKNOWN, ""),
        ("the annex to the harbour master's report", Whose.UNKNOWN, ""),
        ("resolution 12, paragraph 3", Whose.UNKNOWN, ""),
        ("the Protocol and its article 5", Whose.UNKNOWN, ""),
    ],
)
def test_a_reference_says_which_instrument_it_is_of(words: str, whose: Whose, instrument: str) -> None:
    (one,) = crossrefs_in(words, Span(0, len(words)))
    assert (one.whose, one.instrument) == (whose, instrument)


def test_what_is_joined_to_a_reference_to_another_treaty_may_be_of_either() -> None:
    words = "article 5, article 6, paragraph 1, and article 7 of the Convention"
    assert [one.whose for one in crossrefs_in(words, Span(0, len(words)))] == [
        Whose.EITHER,
        Whose.EITHER,
        Whose.NAMED,
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "article articles paragraph paragraphs sub-paragraph Part section Annex annexes 1 2 3 12 (a) (b) (ii) a) "
            "IV A , and or to of the this that preceding Convention Protocol above shall . ; - lamps".split()
        ),
        max_size=25,
    )
)
def test_whatever_is_read_the_spans_are_in_order_and_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    found = crossrefs_in(text, Span(0, len(text))) if text else ()
    for one, other in pairwise(found):
        assert one.span.end <= other.span.start
    for one in found:
        assert one.span.end <= len(text)
        assert one.steps


# -- finding

TEXT = """Convention on the Care of Harbours

PART I
LIGHT

Article 1
Lamps
1. Each Party keeps, subject to paragraph 3:
(a) a lamp;
(b) oil, unless subparagraph (a) cannot be met:
(i) in winter;
(ii) in the cases of subparagraph (a) or (i).
2. The preceding paragraph binds every Party.
3. Nothing in this article or in article 2 limits article 3.

Article 2
Wicks
Wicks are trimmed at noon.

A Party trims under the first paragraph of article 2 and under that article only.

PART II
SOUND

SECTION 1
BELLS

Article 3
Bells
Part I and section 2 apply to bells under Annex II, article 1.

SECTION 2
HORNS

Article 4
Horns
Horns are blown as section 1 of Part II says.

Done at Lanternport, on the first day of spring.

ANNEX I
KEEPERS

Article 1
Choice
Keepers are chosen under article 2 of this Annex and under article 4.

Article 2
Oath
Keepers swear as article 1 of this Convention requires.

ANNEX II
BOATS

Article 1
Rowing
Boats are rowed.
"""
DOCUMENT = document(TEXT)
ROOT = parse(DOCUMENT)
KNOWN = addresses(ROOT, DOCUMENT.title)


def found_in(words: str, said: str) -> str | None:
    """Return the label (or last name) of what ``said`` names where it stands in ``words``."""
    at = TEXT.index(words)
    before: Provision | None = None
    for one in crossrefs_in(TEXT, Span(at, at + len(words))):
        node = find(one, KNOWN, one.span.start, before)
        if one.span.of(TEXT) == said:
            return None if node is None else node.label or node.path[-1]
        before = node
    raise AssertionError(f"{said!r} is not read in {words!r}")


@pytest.mark.parametrize(
    ("words", "said", "label"),
    [
        ("Each Party keeps, subject to paragraph 3:", "paragraph 3", "1(3)"),
        ("(b) oil, unless subparagraph (a) cannot be met:", "subparagraph (a)", "1(1)(a)"),
        ("(ii) in the cases of subparagraph (a) or (i).", "subparagraph (a)", "1(1)(a)"),
        ("2. The preceding paragraph binds", "The preceding paragraph", "1(1)"),
        ("3. Nothing in this article or in article 2 limits article 3.", "this article", "1"),
        ("3. Nothing in this article or in article 2 limits article 3.", "article 2", "2"),
        ("3. Nothing in this article or in article 2 limits article 3.", "article 3", "3"),
        ("A Party trims under the first paragraph of article 2", "the first paragraph of article 2", "2"),
        (
            "under the first paragraph of article 2 and under that article only",
            "the first paragraph of article 2",
            "2",
        ),
        ("Part I and section 2 apply", "Part I", "Part I"),
        ("Part I and section 2 apply", "section 2", "Section 2"),
        ("under Annex II, article 1.", "Annex II, article 1", "Annex II, 1"),
        ("as section 1 of Part II says", "section 1 of Part II", "Section 1"),
        ("under article 2 of this Annex and under article 4.", "article 2 of this Annex", "Annex I, 2"),
        ("under article 2 of this Annex and under article 4.", "article 4", "4"),
        ("as article 1 of this Convention requires", "article 1 of this Convention", "1"),
    ],
)
def test_an_address_is_found_from_where_its_words_stand(words: str, said: str, label: str) -> None:
    assert found_in(words, said) == label


def test_an_unnumbered_paragraph_is_found_by_its_place() -> None:
    (one,) = crossrefs_in("article 2, paragraph 2", Span(0, 22))
    node = find(one, KNOWN)
    assert node is not None
    assert TEXT[node.body : node.span.end].startswith("A Party trims")


@pytest.mark.parametrize(
    "words",
    [
        "article 9",
        "paragraph 4 of article 1",
        "Annex III",
        "Part V",
        "article 1, paragraph 1 (c)",
        "section 1 of Part I",
    ],
)
def test_what_is_not_there_is_not_found(words: str) -> None:
    (one,) = crossrefs_in(words, Span(0, len(words)))
    assert find(one, KNOWN, TEXT.index("Wicks are")) is None


@pytest.mark.parametrize(
    "words", ["paragraph 2", "this article", "the preceding article", "subparagraph (a)"]
)
def test_nothing_relative_is_found_from_another_document(words: str) -> None:
    (one,) = crossrefs_in(words, Span(0, len(words)))
    assert find(one, KNOWN) is None


@settings(max_examples=60, deadline=None)
@given(written(), st.data())
def test_every_numbered_provision_is_found_by_its_address(treaty: Written, data: st.DataObject) -> None:
    printed = treaty.print()
    root = parse(printed)
    known = addresses(root, printed.title)
    nodes = [n for n in root.walk() if n.level is Level.ARTICLE and not _annexed(n)]
    article = data.draw(st.sampled_from(nodes))
    number = article.path[-1].removeprefix("Article ")
    inner = [n for n in article.walk() if n.level in (Level.PARAGRAPH, Level.POINT)]
    node = data.draw(st.sampled_from([article, *inner]))
    marks = node.path[len(article.path) :]
    words = f"article {number}" + "".join(f"({mark})" for mark in marks)
    (found,) = crossrefs_in(words, Span(0, len(words)))
    assert found.span == Span(0, len(words))
    assert find(found, known) is node


def _annexed(node: Provision) -> bool:
    return node.path[0].startswith(("Annex", "Attached"))


# -- instruments


def treaty(title: str, text: str = "", *, names: tuple[str, ...] = ()) -> Document:
    return document(f"{title}\n\n{text}", id=title.lower().replace(" ", "-"), title=title, names=names)


PARENT = treaty("Convention on Lighthouse Keepers")
PROTOCOL = treaty("Protocol to the Convention on Lighthouse Keepers")
WAX = treaty("Convention on Candle Wax")
STATUTE = treaty("Statute of the Court of Lamps")
SHELF = (PARENT, PROTOCOL, WAX, STATUTE)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("the Convention, which", "Convention"),
        ("the Convention on Candle Wax, done", "Convention on Candle Wax"),
        ("the Statute of the Court of Lamps and the", "Statute of the Court of Lamps"),
        ("the Convention in accordance with the Statute of the Court", "Convention"),
        ("the Convention on candle wax, done", "Convention on candle wax"),
        ("Protocol No. 4 to", "Protocol No. 4"),
        ("the harbour master", None),
    ],
)
def test_the_name_of_an_instrument_is_read_off_the_prose(words: str, name: str | None) -> None:
    found = name_at(words, 0, len(words))
    assert (found.words if found else None) == name


@pytest.mark.parametrize(
    ("own", "noun", "said", "meant"),
    [
        (PROTOCOL, "Convention", (), PARENT),
        (PROTOCOL, "Protocol", (), PROTOCOL),
        (treaty("Agreement under the Convention on Candle Wax on the Sharing of Oil"), "Convention", (), WAX),
        (PARENT, "Convention", (), PARENT),
        (PARENT, "Protocol", (), None),
        (PROTOCOL, "Convention", ("“Convention” means the Convention on Candle Wax.",), WAX),
        (PROTOCOL, "Convention", ("“Convention” means the Convention on Fog Horns.",), None),
        (
            treaty("Agreement on Oars", "It is read with the Statute of the Court of Lamps."),
            "Statute",
            (),
            STATUTE,
        ),
        (
            treaty(
                "Agreement on Oars",
                "See the Convention on Candle Wax and the Convention on Lighthouse Keepers.",
            ),
            "Convention",
            (),
            None,
        ),
    ],
    ids=[
        "title",
        "itself",
        "a title that goes on",
        "own",
        "none",
        "defined",
        "not in the library",
        "named in full",
        "several",
    ],
)
def test_a_bare_noun_means_what_its_definition_or_title_or_text_names(
    own: Document, noun: str, said: tuple[str, ...], meant: Document | None
) -> None:
    assert parent_of(noun, own, said, SHELF) is meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Statute of the Court of Lamps", STATUTE),
        ("Convention on Candle Wax of 3 May 1901", WAX),
        ("Statute of the Court of Bells", None),
        ("International Convention on Candle Wax", None),
        ("UN Convention on Candle Wax", None),
        ("Convention against Candle Wax", None),
    ],
)
def test_a_whole_name_means_the_treaty_that_bears_it_and_no_namesake(
    name: str, meant: Document | None
) -> None:
    assert meant_by(name, PROTOCOL, SHELF) is meant
