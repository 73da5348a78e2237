"""Defined terms: how treaties define them, where the definition stands and holds, and where the terms are used."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.definitions import Definition, definitions_of
from corpus.models import Level, Span
from corpus.structure import parse
from corpus.terms import Lexicon
from tests.corpus.written_treaties import Written, document, written

OPENING = (
    "Convention on the Care of Harbours\n\nThe Parties to this Convention,\n\nHave agreed as follows:\n\n"
)
REST = "\n\nArticle 2\nDuties\nParties keep lamps.\n\nArticle 3\nCosts\nParties pay.\n\nArticle 4\nEnd\nParties rest.\n"


def defined(body: str, heading: str = "Use of terms") -> list[Definition]:
    """Return what a treaty defines whose first article has these words."""
    source = document(f"{OPENING}Article 1\n{heading}\n{body}{REST}")
    return list(definitions_of(source, parse(source)))


def terms(body: str, heading: str = "Use of terms") -> list[str]:
    return [term for one in defined(body, heading) for term in one.terms]


# -- how terms are defined


@pytest.mark.parametrize(
    "entry",
    [
        "“beacon” means a fixed light;",
        '"beacon" means a fixed light;',
        "‘beacon’ means a fixed light;",
        "'beacon' means a fixed light;",
        "«beacon» means a fixed light;",
        "``beacon'' means a fixed light;",
        "beacon means a fixed light;",
        "the term “beacon” shall mean a fixed light;",
        "the expression beacon refers to a fixed light;",
        "“beacon” includes a fixed light;",
        "“beacon” is defined as a fixed light;",
        "“beacon” denotes a fixed light;",
        "“beacon” is a fixed light;",
        "“beacon” are lights that do not move;",
        "“beacon”: a fixed light;",
        "“beacon” shall be understood to mean a fixed light;",
        "“beacon”, in relation to a harbour, means a fixed light;",
        "“beacon”, which includes a lantern, shall mean a fixed light;",
        "“beacon” (“phare”) shall be interpreted throughout this Convention to mean a fixed light;",
        "“beacon” has the meaning given to it in article 3;",
        "beacon: a fixed light;",
    ],
)
def test_an_entry_of_a_list_defines_however_it_is_printed(entry: str) -> None:
    body = f"For the purposes of this Convention:\n\n(a) {entry}\n\n(b) “keeper” means a person."
    assert terms(body) == ["beacon", "keeper"]


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("For the purposes of this Convention, “beacon” means a fixed light.", "beacon"),
        ("For the purposes of this Convention, a beacon is a fixed light on the shore.", "beacon"),
        ("For the purpose of this Convention beacons are areas of light.", "beacons"),
        ("In the present Convention, beacon means any of the following lights.", "beacon"),
        ("The term harbour fire as used in this Convention applies to any light.", "harbour fire"),
        ("Night watch means the keeping of lamps at night.", "Night watch"),
        (
            "A grave neglect of a lamp, for the purposes of this Convention, consists in leaving it.",
            "grave neglect",
        ),
    ],
)
def test_a_sentence_of_any_article_may_define(sentence: str, term: str) -> None:
    assert terms(sentence, heading="Lamps") == [term]


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("The Council of Keepers (hereinafter referred to as “the Council”) meets at dusk.", "Council"),
        ("The Council of Keepers (hereinafter the “Council”) meets at dusk.", "Council"),
        ("The Council of Keepers (hereafter called the Council) meets at dusk.", "Council"),
        (
            "The Council of Keepers, hereinafter referred to in this Convention as the Council, meets.",
            "Council",
        ),
        ("The Council of Keepers (the “Council”) meets at dusk.", "Council"),
        ("Such lamps are hereinafter referred to as shared lamps.", "shared lamps"),
        ("Oil that is spilt is referred to as “waste”.", "waste"),
    ],
)
def test_a_name_given_in_passing_is_a_definition(sentence: str, term: str) -> None:
    (one,) = defined(f"{sentence} It rests at dawn.", heading="Council")
    assert (one.terms, one.in_passing) == ((term,), True)


def test_several_terms_may_share_an_entry() -> None:
    body = "In this Convention:\n\n(a) “douse”, “snuff” and “quench” mean to put out;\n\n(b) “wax” means wax."
    assert [one.terms for one in defined(body)] == [("douse", "snuff", "quench"), ("wax",)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Disputes are settled by peaceful means of the Parties’ choice.",
        "The Council shall by all means keep a lamp, which includes its oil.",
        "Nothing in this Convention means that a lamp is free.",
        "This means that the keeper rests.",
        "For the purposes of article 3, the Council meets at dusk and includes a keeper.",
        "The functions hereinafter provided are carried out by keepers.",
        "Nothing in this Convention shall be interpreted as giving a right to oil.",
        "A keeper writes “all well” in the log and the log includes the hour.",
        "A sign that reads (“no entry”) is put up.",
    ],
)
def test_words_that_only_look_like_a_definition_define_nothing(sentence: str) -> None:
    assert terms(sentence, heading="Lamps") == []


# -- the words of a definition

LIST = (
    "For the purposes of this Convention:\n\n"
    "(a) “beacon” means:\n\n(i) a fixed light; or\n\n(ii) a floating light;\n\n"
    "(b) “keeper” means a person; a person is a human being;\n\n"
    "(c) “oil” means whale-free oil."
)


def test_a_definition_is_the_whole_point_with_what_is_below_it() -> None:
    source = document(f"{OPENING}Article 1\nUse of terms\n{LIST}{REST}")
    said = [" ".join(one.span.of(source.text).split()) for one in definitions_of(source, parse(source))]
    assert said == [
        "“beacon” means: (i) a fixed light; or (ii) a floating light;",
        "“keeper” means a person; a person is a human being;",
        "“oil” means whale-free oil.",
    ]


def test_definitions_that_run_on_in_one_paragraph_are_told_apart() -> None:
    body = "In this Convention “oil” means whale-free oil; “wax” means clean wax; “wick” means cord."
    source = document(f"{OPENING}Article 1\nUse of terms\n{body}{REST}")
    said = [one.span.of(source.text) for one in definitions_of(source, parse(source))]
    assert [words.split(" means ")[1] for words in said] == ["whale-free oil;", "clean wax;", "cord."]


def test_what_introduces_a_term_belongs_to_its_definition() -> None:
    body = (
        "The term “oil” means whale-free oil. The term “wax” means clean wax; the word “wick” includes cord."
    )
    source = document(f"{OPENING}Article 1\nUse of terms\n{body}{REST}")
    assert [one.span.of(source.text) for one in definitions_of(source, parse(source))] == [
        "The term “oil” means whale-free oil.",
        "The term “wax” means clean wax;",
        "the word “wick” includes cord.",
    ]


def test_unnumbered_entries_are_definitions_each() -> None:
    body = "For the purposes of this Convention:\n\n“Oil” means whale-free oil.\n\n“Wax” means clean wax."
    source = document(f"{OPENING}Article 1\nUse of terms\n{body}{REST}")
    assert [one.span.of(source.text) for one in definitions_of(source, parse(source))] == [
        "“Oil” means whale-free oil.",
        "“Wax” means clean wax.",
    ]


def test_what_a_term_does_not_include_belongs_to_what_it_means() -> None:
    body = (
        "1. For the purposes of this Convention:\n\n(a) “light” means a lamp;\n\n"
        "2. (a) “dimming” means taking light away;\n\n(b) “dimming” does not include trimming."
    )
    found = [one for one in defined(body) if one.terms == ("dimming",)]
    assert [one.provision.label for one in found] == ["1(2)"]


def test_an_exception_within_a_definition_is_not_one_more() -> None:
    body = (
        "For the purposes of this Convention:\n\n(a) “Keeper” means:\n\n(i) a person who keeps a lamp;\n\n"
        "(ii) any other person. However, for the purposes of Article 2, “keeper” may mean an owl;\n\n"
        "(b) “oil” means oil."
    )
    assert terms(body) == ["Keeper", "oil"]


# -- where a definition holds

PARTS = """Convention on the Care of Harbours

PART I
LIGHT

Article 1
Terms of light
1. For the purposes of this Part, “flame” means an open fire.
2. For the purposes of this article, “glow” means a dying fire.
3. For the purposes of paragraph 2, “dying” means without oil.
4. For the purposes of article 3 and of this article, “spark” means a flying fire.
5. “Lamp” means a light with a wick.

PART II
SOUND

Article 2
Bells
Bells ring.

Article 3
Horns
Horns sound.

Done at Lanternport, on the first day of spring.

ANNEX I
BOATS

Article 1
Terms of boats
For the purposes of this Annex, “oar” means a paddle.

Article 2
Rowing
“Crew” means those who row.

Article 3
Sails
For the purposes of this Convention, “sail” means cloth.
"""


@pytest.mark.parametrize(
    ("term", "scope"),
    [
        ("flame", ["Part I"]),
        ("glow", ["Article 1"]),
        ("dying", ["2"]),
        ("spark", ["Article 3", "Article 1"]),
        ("Lamp", [""]),
        ("oar", ["Annex I"]),
        ("Crew", ["Annex I"]),
        ("sail", [""]),
    ],
)
def test_a_definition_holds_where_it_says(term: str, scope: list[str]) -> None:
    source = document(PARTS)
    (one,) = [one for one in definitions_of(source, parse(source)) if term in one.terms]
    assert [node.path[-1] if node.path else "" for node in one.scope] == scope


# -- where terms are used


def uses(body: str, words: str) -> list[tuple[str, str]]:
    """Return the uses in ``words``, which are the second article of a treaty whose first is ``body``."""
    first = f"Article 1\nUse of terms\nFor the purposes of this Convention:\n\n{body}"
    text = f"{OPENING}{first}\n\nArticle 2\nDuties\n{words}\n\nArticle 3\nEnd\nDone.\n"
    source = document(text)
    root = parse(source)
    lexicon = Lexicon(text, root, definitions_of(source, root))
    at = text.index(words)
    return [(one.span.of(text), one.term) for one in lexicon.uses_in(Span(at, at + len(words)))]


BEACON = "(a) “beacon” means a light;\n\n(b) “beacon keeper” means a person;\n\n(c) “Areas of Watch” means the coast."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A beacon burns.", [("beacon", "beacon")]),
        ("The beacons burn.", [("beacons", "beacon")]),
        ("Beacons burn.", [("Beacons", "beacon")]),
        (
            "The beacon keeper rests beside a beacon.",
            [("beacon keeper", "beacon keeper"), ("beacon", "beacon")],
        ),
        ("The beacon-light of a non-beacon burns.", []),
        ("Beaconing is forbidden.", []),
        ("Each Area of Watch is kept.", [("Area of Watch", "Areas of Watch")]),
        ("Other areas of watch are kept.", []),
    ],
)
def test_a_term_is_used_in_either_number_and_the_longest_wins(
    words: str, found: list[tuple[str, str]]
) -> None:
    assert uses(BEACON, words) == found


@pytest.mark.parametrize(
    ("entries", "words", "found"),
    [
        ("(a) “Wick” means cord;\n\n(b) “Oil” means oil.", "The wick burns.", ["wick"]),
        (
            "(a) “Party” means a State;\n\n(b) “oil” means oil.",
            "Each Party is a party to a dispute.",
            ["Party"],
        ),
        ("(a) “Coast” means the shore;\n\n(b) “oil” means oil.", "A coast is not the Coast.", ["Coast"]),
        (
            "(a) “Convention” means the Convention on Wax;\n\n(b) “oil” means oil.",
            "Under the Convention, unlike the Brass Convention and the Convention on Lead, oil burns.",
            ["Convention", "oil"],
        ),
    ],
    ids=["the entry's capital", "a kept capital", "a meant capital", "a longer name"],
)
def test_a_capital_counts_where_the_treaty_keeps_it(entries: str, words: str, found: list[str]) -> None:
    assert [said for said, _ in uses(entries, words)] == found


def test_a_term_is_not_used_in_its_own_definition_nor_beyond_its_scope() -> None:
    source = document(PARTS)
    root = parse(source)
    lexicon = Lexicon(PARTS, root, definitions_of(source, root))
    assert lexicon.uses_in(Span(PARTS.index("5. “Lamp”"), PARTS.index("PART II"))) == []
    outside = document(PARTS.replace("Bells ring.", "Bells ring without flame or oar, but with sails."))
    root = parse(outside)
    lexicon = Lexicon(outside.text, root, definitions_of(outside, root))
    at = outside.text.index("Bells ring")
    assert [one.term for one in lexicon.uses_in(Span(at, at + 50))] == ["sail"]


def test_of_several_definitions_the_narrowest_around_the_words_counts() -> None:
    text = PARTS.replace(
        "5. “Lamp” means", "5. “flame” means a candle; it holds everywhere. “Lamp” means"
    ).replace(
        "2. For the purposes of this article, “glow” means",
        "2. A flame is kept. For the purposes of this article, “glow” means",
    )
    source = document(text)
    root = parse(source)
    lexicon = Lexicon(text, root, definitions_of(source, root))
    at = text.index("A flame is kept")
    (use,) = lexicon.uses_in(Span(at, at + 16))
    assert use.definition.provision.label == "1(1)"


# -- whatever is written


@settings(max_examples=80, deadline=None)
@given(written(), st.booleans())
def test_definitions_lie_within_their_provisions_and_hold_somewhere(treaty: Written, extra: bool) -> None:
    printed = treaty.print()
    if extra:
        printed = document(
            printed.text.replace(".", ", called “lamp” means a light.", 1), title=printed.title
        )
    root = parse(printed)
    found = definitions_of(printed, root)
    lexicon = Lexicon(printed.text, root, found)
    for one in found:
        assert one.provision.span.overlaps(one.span)
        assert one.terms
        assert one.scope
        assert all(term.lower().split()[0] in one.span.of(printed.text).lower() for term in one.terms)
    for leaf in root.leaves():
        if leaf.level is not Level.HEADING and leaf.body < leaf.span.end:
            for use in lexicon.uses_in(Span(leaf.body, leaf.span.end)):
                assert leaf.span.contains(use.span)
                assert use.definition.holds_at(use.span.start)
