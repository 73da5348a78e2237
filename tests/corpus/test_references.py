"""References as people write them, and the provisions they name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.models import Document, Provision
from corpus.references import (
    Address,
    Reference,
    annexed_articles,
    articles,
    main_articles,
    mentions,
    references_in,
    resolve,
    resolve_all,
)
from corpus.structure import parse
from tests.corpus.addressed_treaties import HARBOURS, LAMPS, TIDES
from tests.corpus.written_treaties import document, own_words

TREES: dict[str, Provision] = {made.id: parse(made) for made in (HARBOURS, TIDES, LAMPS)}
A1, A2, A3 = (("Part I", f"Section {s}", f"Article {n}") for s, n in ((1, "1"), (1, "2"), (2, "3")))
A4, A5 = (("Part II", "Section 1", f"Article {n}") for n in ("4", "5"))

FORMS: list[tuple[Document, str, list[str], list[tuple[str, ...]]]] = [
    # -- an article, its paragraphs and points
    (HARBOURS, "Article 1(2)(a)", ["article 1(2)(a)"], [(*A1, "2", "a")]),
    (HARBOURS, "article 1 (2) (a) (ii)", ["article 1(2)(a)(ii)"], [(*A1, "2", "a", "ii")]),
    (HARBOURS, "art. 1, para. 2 (b)", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Art 1 par 2 lit. b", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Article 1, paragraph 2, subparagraph (b)", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Article 1 paragraph 2 b", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Article 1, 2 (b)", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Article 1 2) b)?", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Art. 4 § 2", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "§ 2 of article 4", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "paragraph 2 (b) of article 1", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "subparagraph (b) of paragraph 2 of article 1", ["article 1(2)(b)"], [(*A1, "2", "b")]),
    (HARBOURS, "Article 4.2", ["article 4.2"], [(*A4, "2")]),
    (HARBOURS, "Article 4-2", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "article no. 4", ["article 4"], [A4]),
    (HARBOURS, "Article 2 bis", ["article 2 bis"], [("Part I", "Section 1", "Article 2 bis")]),
    (HARBOURS, "article 2bis", ["article 2 bis"], [("Part I", "Section 1", "Article 2 bis")]),
    (HARBOURS, "article 5A", ["article 5A"], [("Part II", "Section 1", "Article 5A")]),
    (HARBOURS, "Article IV", ["article IV"], [A4]),
    (HARBOURS, "article iv", ["article IV"], [A4]),
    (HARBOURS, "last article of the convention", ["article last"], [("Part II", "Section 1", "Article 6")]),
    # -- in words
    (HARBOURS, "article four, paragraph two", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "third paragraph of article 3", ["article 3(3)"], [(*A3, "¶3")]),
    (HARBOURS, "the 2nd paragraph of article 3", ["article 3(2)"], [(*A3, "¶2")]),
    (HARBOURS, "last paragraph of article 4", ["article 4(last)"], [(*A4, "2")]),
    (HARBOURS, "the fourth article of it", ["article 4"], [A4]),
    # -- mistyped
    (HARBOURS, "artcle 4", ["article 4"], [A4]),
    (HARBOURS, "aritcle 4, paragrph 2", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "Art4", ["article 4"], [A4]),
    (HARBOURS, "anex II", ["Annex II"], [("Annex II",)]),
    (HARBOURS, "preample", ["preamble"], [("Preamble",)]),
    # -- several at a time
    (HARBOURS, "Arts 4–5", ["articles 4 to 5"], [A4, A5]),
    (HARBOURS, "article 4 to article 5", ["articles 4 to 5"], [A4, A5]),
    (
        HARBOURS,
        "articles 1, 4 and 5(1)",
        ["article 1", "article 4", "article 5(1)"],
        [A1, A4, (*A5, "1")],
    ),
    (HARBOURS, "article 1 and 4", ["article 1", "article 4"], [A1, A4]),
    (HARBOURS, "articles 1 4", ["article 1", "article 4"], [A1, A4]),
    (HARBOURS, "paragraphs 1 and 2 of article 5", ["article 5(1)", "article 5(2)"], [(*A5, "1"), (*A5, "2")]),
    (HARBOURS, "Article 1(2)(a), (b)", ["article 1(2)(a)", "article 1(2)(b)"], [(*A1, "2", "a"), (*A1, "2", "b")]),
    (HARBOURS, "article 4(1)-(2)", ["article 4(1)", "article 4(2)"], [(*A4, "1"), (*A4, "2")]),
    (HARBOURS, "article 2 and paragraph 2 of article 4", ["article 2", "article 4(2)"], [A2, (*A4, "2")]),
    (HARBOURS, "paragraph 1 of articles 4 and 5", ["article 4(1)", "article 5(1)"], [(*A4, "1"), (*A5, "1")]),
    # -- divisions
    (HARBOURS, "Part II", ["Part II"], [("Part II",)]),
    (HARBOURS, "part two", ["Part 2"], [("Part II",)]),
    (HARBOURS, "Part I section 2", ["Part I, Section 2"], [("Part I", "Section 2")]),
    (HARBOURS, "section 2 of Part I", ["Part I, Section 2"], [("Part I", "Section 2")]),
    (HARBOURS, "Section 1", ["Section 1"], [("Part I", "Section 1"), ("Part II", "Section 1")]),
    (HARBOURS, "Parts I to II", ["Part I to II"], [("Part I",), ("Part II",)]),
    (HARBOURS, "Part II, article 4", ["article 4 in Part II"], [A4]),
    (LAMPS, "Chapter 2", ["Chapter 2"], [("Chapter 2",)]),
    (LAMPS, "chapter II", ["Chapter II"], [("Chapter 2",)]),
    # -- annexes
    (HARBOURS, "Annex I, 2", ["Annex I, (2)"], [("Annex I", "2")]),
    (HARBOURS, "paragraph 2 of annex 1", ["Annex 1, (2)"], [("Annex I", "2")]),
    (HARBOURS, "Annex II, Part B, 2", ["Annex II, Part B, (2)"], [("Annex II", "Part B", "2")]),
    (HARBOURS, "part B of Annex II", ["Annex II, Part B"], [("Annex II", "Part B")]),
    (HARBOURS, "Annex III, article 2(2)", ["article 2(2) in Annex III"], [("Annex III", "Article 2", "2")]),
    (HARBOURS, "article 3 of annex III", ["article 3 in Annex III"], [("Annex III", "Article 3")]),
    (HARBOURS, "Annexes I and III", ["Annex I", "Annex III"], [("Annex I",), ("Annex III",)]),
    (HARBOURS, "the second annex", ["Annex 2"], [("Annex II",)]),
    (TIDES, "Schedule 2 paragraph 1", ["Schedule 2, (1)"], [("Schedule 2", "1")]),
    (TIDES, "Appendix 1", ["Appendix 1"], [("Appendix 1",)]),
    (TIDES, "the appendix", ["Appendix"], [("Appendix 1",)]),
    # -- the preamble
    (HARBOURS, "preamble", ["preamble"], [("Preamble",)]),
    (HARBOURS, "What do the recitals say?", ["preamble"], [("Preamble",)]),
    (HARBOURS, "recital 4", ["recital 4"], [("Preamble", "4")]),
    (HARBOURS, "preamble, 4th recital", ["recital 4"], [("Preamble", "4")]),
    (HARBOURS, "the third preambular paragraph", ["recital 3"], [("Preamble", "3")]),
    (HARBOURS, "paragraph 2 of the preamble", ["recital 2"], [("Preamble", "2")]),
    (HARBOURS, "recitals 1 to 3", ["recital 1", "recital 2", "recital 3"], [("Preamble", n) for n in "123"]),
    # -- Roman and decimal articles, and series numbered otherwise
    (TIDES, "Art. IV(b)", ["article IV(b)"], [("Article IV", "b")]),
    (TIDES, "article 4 (b)", ["article 4(b)"], [("Article IV", "b")]),
    (TIDES, "points (a) to (b) of article II", ["article II(a)", "article II(b)"], [("Article II", m) for m in "ab"]),
    (LAMPS, "Article 1.2(2)", ["article 1.2(2)"], [("Chapter 1", "Article 1.2", "2")]),
    (LAMPS, "article 1.2.2", ["article 1.2.2"], [("Chapter 1", "Article 1.2", "2")]),
    (LAMPS, "Article 2.2.b", ["article 2.2.b"], [("Chapter 2", "Article 2.2", "b")]),
    (LAMPS, "article 2.10", ["article 2.10"], [("Chapter 2", "Article 2.10")]),
    # -- after the name of a treaty
    (HARBOURS, "CCH 4(2)", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "Harbours Convention 4(2)", ["article 4(2)"], [(*A4, "2")]),
    (HARBOURS, "common article 4", ["article 4"], [A4]),
    (HARBOURS, "What does article 4 say, and is it in paragraph 2?", ["article 4(2)"], [(*A4, "2")]),
]  # fmt: skip


@pytest.mark.parametrize(("treaty", "question", "read", "found"), FORMS, ids=[form[1] for form in FORMS])
def test_a_reference_is_read_and_leads_to_its_provision(
    treaty: Document, question: str, read: list[str], found: list[tuple[str, ...]]
) -> None:
    references = references_in(question)
    assert [str(reference) for reference in references] == read
    nodes = [node for reference in references for node in resolve_all(TREES[treaty.id], reference)]
    assert [node.path for node in nodes] == found


@pytest.mark.parametrize(
    "question",
    [
        "",
        "the article says so",
        "What may an article of trade cost?",
        "Who wrote the article?",
        "Is there an article on fog?",
        "which article i should read",
        "How many articles are there?",
        "What about 13 lanterns?",
        "Article 19 (the NGO) says",
        "the NGO Article 19 says",
        "What did ARTICLE 19 ask of them?",
        "the group Article 19, which keeps watch",
        "COVID 19",
        "HTS 12",
        "Resolution 5",
        "resolution 48(263)",
        "12 (twelve) months",
        "part of the harbour",
        "the first part of the night",
        "World War II",
        "an article 19 years ago",
        "Can a Party annex a harbour?",
        "Is it easier to change an annex than the treaty?",
        "Which annex lists the species?",
        "particle 5",
        "the protocol says",
        "paragraph 2",
        "chapters",
        "the year 1994",
    ],
)
def test_what_only_sounds_like_a_reference_is_none(question: str) -> None:
    assert references_in(question) == ()


@pytest.mark.parametrize(
    ("question", "references"),
    [
        ("Article 31(3)(c)", [Reference("31", ("3", "c"))]),
        ("Annex III, article 13(2)", [Reference("13", ("2",), "annex iii")]),
        ("articles 7 through 10", [Reference("7", through="10")]),
        ("Article 3 common to both", [Reference("3", common=True)]),
        ("Part XI, section 2", [Reference(divisions=("Part XI", "Section 2"))]),
        ("Article VIII, Section 2(b)", [Reference("VIII", ("b",), divisions=("Section 2",))]),
        ("recital 4", [Reference(preamble=True, parts=("4",))]),
        ("article 5 of the Protocol", [Reference("5", annex="protocol")]),
        ("Protocol I, art 3", [Reference("3", annex="protocol i")]),
        ("article 5, 30 days", [Reference("5")]),
        ("article 5 of 7 January 1999", [Reference("5")]),
        ("Article 1 F (b)", [Reference("1F", ("b",))]),
        ("article 15 A party", [Reference("15")]),
        ("What does ARTICLE 19 say?", [Reference("19")]),
    ],
)
def test_what_a_reference_holds(question: str, references: list[Reference]) -> None:
    assert list(references_in(question)) == references


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (Reference("5", annex="annex i"), Address.ARTICLE),
        (Reference(divisions=("Part II",), annex="annex i"), Address.DIVISION),
        (Reference(annex="annex i", parts=("2",)), Address.ANNEX),
        (Reference(preamble=True), Address.RECITAL),
    ],
)
def test_a_reference_tells_what_it_names(reference: Reference, kind: Address) -> None:
    assert reference.kind is kind


def test_an_abbreviation_that_is_known_needs_no_bracket() -> None:
    assert mentions("CCH 4 and 5") == ()
    found = mentions("CCH 4 and 5", frozenset(["cch"]))
    assert [str(r) for mention in found for r in mention.references] == ["article 4", "article 5"]


def test_a_mention_says_where_it_stands_without_the_treaty_s_name() -> None:
    question = "Does paragraph 2 of article 4 of the Protocol apply?"
    (mention,) = mentions(question)
    assert question[mention.start : mention.end] == "paragraph 2 of article 4"


# -- resolving

TEXT = """Convention on the Care of Harbours

Article 1
Lanterns
1. Each Party keeps a lantern in every harbour.
2. A lantern is lit:
(a) at dusk, and in fog:
(i) with oil;
(ii) with wax;
(b) when a bell rings.

Article 2
Bells
Each Party keeps a bell.

Article 2 bis
Whistles
Each Party keeps a whistle.

Article 3
Keepers
1. A keeper sleeps by day.

2. A keeper wakes at dusk.

Done at Lanternport, on the first day of spring.

PROTOCOL ON FOG

Article 1
Fog
Fog is seen at dawn.

Article 2
Horns
1. A horn is blown in fog.
2. A horn is not blown at night.

Article 9
Silence
The rest is silence.
"""


@pytest.fixture(scope="module")
def root() -> Provision:
    return parse(document(TEXT))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (Reference("2"), "Each Party keeps a bell."),
        (Reference("II"), "Each Party keeps a bell."),
        (Reference("2 bis"), "Each Party keeps a whistle."),
        (Reference("1", ("1",)), "Each Party keeps a lantern in every harbour."),
        (Reference("1", ("2", "b")), "when a bell rings."),
        (Reference("1", ("2", "B")), "when a bell rings."),
        (Reference("1", ("2", "a", "ii")), "with wax;"),
        (Reference("1", ("2", "a", "2")), "with wax;"),
        (Reference("9"), "The rest is silence."),
        (Reference("1", (), "protocol"), "Fog is seen at dawn."),
    ],
)
def test_a_reference_finds_its_provision(root: Provision, reference: Reference, words: str) -> None:
    node = resolve(root, reference)
    assert node is not None
    assert own_words(TEXT, node) == words


@pytest.mark.parametrize(
    "reference",
    [
        Reference("4"),
        Reference("3", ("3",)),
        Reference("2", ("1",)),  # the protocol's article 2 has a paragraph 1; the main one has none
        Reference("1", (), "annex iv"),
        Reference("1", ("2", "z")),
        Reference("1", ("2", "1")),  # the points are letters, and (a) is not the first of figures
        Reference("1", ("2", "a", "iii")),
        Reference("B"),  # a letter is no second article
        Reference(preamble=True),
        Reference(divisions=("Part I",)),
        Reference(annex="annex"),
    ],
)
def test_a_reference_to_what_is_not_there_finds_nothing(root: Provision, reference: Reference) -> None:
    assert resolve(root, reference) is None


def test_the_articles_of_the_main_text_come_before_those_of_an_annex(root: Provision) -> None:
    names = [article.path[-1] for article in articles(root)]
    assert names == [f"Article {n}" for n in ("1", "2", "2 bis", "3", "1", "2", "9")]
    assert [a.path for a in main_articles(root)] == [
        ("Article 1",),
        ("Article 2",),
        ("Article 2 bis",),
        ("Article 3",),
    ]
    assert [a.path[-1] for a in annexed_articles(root, "protocol")] == ["Article 1", "Article 2", "Article 9"]


@settings(deadline=None)
@given(st.integers(1, 300), st.integers(1, 30), st.sampled_from("abcdefgh"))
def test_every_form_of_an_address_is_one_reference(article: int, paragraph: int, point: str) -> None:
    expected = (Reference(str(article), (str(paragraph), point)),)
    for form in (
        f"Article {article}({paragraph})({point})",
        f"art. {article}, para. {paragraph} ({point})",
        f"paragraph {paragraph} ({point}) of article {article}",
        f"subparagraph ({point}) of paragraph {paragraph} of article {article}",
        f"Art{article} § {paragraph} lit. {point}",
    ):
        assert references_in(form) == expected, form


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_within_the_text(question: str) -> None:
    for mention in mentions(question):
        assert mention.references
        assert all(0 <= start < end <= len(question) for start, end in mention.spans)
