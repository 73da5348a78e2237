"""What is shown with a quote: its terms' definitions and what it refers to, in words that verify."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.attachments import (
    BEGINNING,
    HEADING,
    LONGEST_TARGET,
    MOST_DEFINITIONS,
    MOST_REFERENCES,
    attach,
    attached,
)
from assistant.models import Attachment, AttachmentKind, Declined, Quote, Quoted, Reason
from assistant.quotes import governed, quote, verify
from assistant.select import beside, candidates, of_one_list, together, whole_list
from corpus.models import Document, Kind, Level, Passage, Provision, Span
from corpus.structure import parse
from index.models import Hit, Searched
from tests.corpus.written_treaties import Written, document, labelled, written

HARBOURS = document(
    """Convention on the Care of Harbours

PART I
LIGHT

Article 1
Use of terms
For the purposes of this Convention:

(a) “beacon” means a fixed light that marks the entrance of a harbour;

(b) “keeper” means:

(i) a person charged with the care of a beacon; or

(ii) a person who stands in for one.

Article 2
Duty to light
1. Each Party keeps every beacon burning, subject to paragraph 3 and article 4.

2. When a beacon fails, the keeper shall:

(a) ring the bell, unless subparagraph (b) is done first;

(b) report the failure under articles 4 to 6 of this Convention.

3. Article 2 binds no Party in fog. The preceding paragraph does, as Part II and Annex I say.

Article 3
Council
The Council of Keepers (hereinafter referred to as “the Council”) is set up.

PART II
COSTS

Article 4
Sharing
"""
    + "\n\n".join(
        f"{n}. A Party pays share {n} of the oil. " + "It pays at noon and never later. " * 12
        for n in range(1, 6)
    )
    + """

Article 5
Payment
"""
    + "A Party pays in shells, which are counted twice by the Council before they are taken. " * 30
    + """

Article 6
Debts
A debt is paid in wax.

Done at Lanternport, on the first day of spring.

ANNEX I
SHELLS

1. Shells are white.

2. Shells are whole.
""",
    id="harbours",
)
PROTOCOL = document(
    """Protocol to the Convention on the Care of Harbours

Article 1
Purpose
Article 2, paragraph 1, of the Convention applies to boats, and so does article 2.

Article 2
Boats
A boat is lit as article 3 of the Statute of Ferries and article 9 of the Convention say.

Article 3
End
This Protocol ends when the Convention on the Care of Harbours ends.
""",
    id="protocol",
    title="Protocol to the Convention on the Care of Harbours",
)
GUIDE = document(
    """How the harbours convention works

What keepers do

Article 2 of the Convention on the Care of Harbours asks much of keepers, and Article 1 says who they are in the end.
""",
    id="guide",
    title="How the harbours convention works",
    kind=Kind.GUIDE,
)
SHELF = {one.id: one for one in (HARBOURS, PROTOCOL, GUIDE)}
TREES = {one.id: parse(one) for one in SHELF.values()}


def chain_to(root: Provision, node: Provision) -> tuple[Provision, ...]:
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(child for child in chain[-1].children if child.span.contains(node.span)))
    return tuple(chain)


def quoted(source: Document, label: str) -> Quote:
    root = TREES[source.id]
    node = labelled(root)[label]
    return quote(source, node, governed(source.text, chain_to(root, node)), 1.0)


def belonging(made: Quote, shelf: dict[str, Document] = SHELF) -> tuple[Attachment, ...]:
    (one,) = attach((made,), shelf.__getitem__, TREES.__getitem__, shelf.values())
    return one.attachments


def listed(made: Quote, kind: AttachmentKind, shelf: dict[str, Document] = SHELF) -> list[tuple[str, str]]:
    return [(one.label, one.target.citation.pinpoint) for one in belonging(made, shelf) if one.kind is kind]


# -- definitions


@pytest.mark.parametrize(
    ("label", "terms"),
    [
        ("2(1)", [("beacon", "art 1(a)")]),
        ("2(2)", [("beacon", "art 1(a)"), ("keeper", "art 1(b)")]),
        ("2(2)(a)", [("beacon", "art 1(a)"), ("keeper", "art 1(b)")]),
        ("1(b)", [("beacon", "art 1(a)")]),
        ("1(a)", []),
        ("1", []),
        ("3", []),
        ("6", []),
    ],
    ids=[
        "a term",
        "two",
        "in the chapeau",
        "in a definition",
        "its own",
        "all of them",
        "in passing",
        "none",
    ],
)
def test_the_terms_of_a_quote_come_with_their_definitions(label: str, terms: list[tuple[str, str]]) -> None:
    assert listed(quoted(HARBOURS, label), AttachmentKind.DEFINITION) == terms


def test_a_definition_is_quoted_with_what_governs_it_and_what_is_below_it() -> None:
    keeper = belonging(quoted(HARBOURS, "2(2)"))[1]
    assert " ".join(keeper.target.text.split()) == (
        "For the purposes of this Convention: […] (b) “keeper” means: (i) a person charged with the care of a beacon; "
        "or (ii) a person who stands in for one."
    )
    assert keeper.span.of(HARBOURS.text) == "keeper"


def test_the_terms_a_treaty_uses_least_are_shown_where_there_are_many() -> None:
    words = [f"gear{letter}" for letter in "abcdefgh"]
    entries = "\n\n".join(
        f"({letter}) “{word}” means a tool;" for letter, word in zip("abcdefgh", words, strict=True)
    )
    text = (
        f"Convention on Gear\n\nArticle 1\nUse of terms\nFor the purposes of this Convention:\n\n{entries}\n\n"
        f"Article 2\nStock\nA Party keeps {', '.join(words)}.\n\nArticle 3\nUse\nA Party uses geara and gearb daily.\n"
    )
    source = document(text, id="gear", title="Convention on Gear")
    root = parse(source)
    made = quote(source, labelled(root)["2"], governed(text, chain_to(root, labelled(root)["2"])), 1.0)
    (one,) = attach((made,), lambda _: source, lambda _: root, (source,))
    assert [a.label for a in one.attachments] == words[2:]
    assert len(one.attachments) == MOST_DEFINITIONS


# -- references


@pytest.mark.parametrize(
    ("label", "references"),
    [
        ("2(1)", [("paragraph 3", "art 2(3)"), ("article 4", "art 4")]),
        (
            "2(2)(b)",
            [("articles 4 to 6 of this Convention", "art 4")],
        ),
        ("2(2)(a)", [("subparagraph (b)", "art 2(2)(b)")]),
        ("2(3)", [("The preceding paragraph", "art 2(2)"), ("Part II", "pt II"), ("Annex I", "Annex I")]),
        ("2", [("article 4", "art 4"), ("Part II", "pt II"), ("Annex I", "Annex I")]),
    ],
    ids=["two", "a range", "a sibling", "itself left out", "what is quoted left out"],
)
def test_a_quote_comes_with_what_it_refers_to(label: str, references: list[tuple[str, str]]) -> None:
    assert listed(quoted(HARBOURS, label), AttachmentKind.REFERENCE) == references


def test_a_reference_is_labelled_with_its_words_and_says_where_they_stand() -> None:
    for label in ("2(1)", "2(2)(b)", "2(3)"):
        made = quoted(HARBOURS, label)
        for one in belonging(made):
            assert any(segment.contains(one.span) for segment in made.segments)
            if one.kind is AttachmentKind.REFERENCE:
                assert one.label == one.span.of(HARBOURS.text)


def test_a_range_says_that_the_first_is_shown_and_which_is_the_last() -> None:
    (one,) = (a for a in belonging(quoted(HARBOURS, "2(2)(b)")) if a.kind is AttachmentKind.REFERENCE)
    assert one.note.startswith("the first; the last is 6")


def test_the_convention_of_a_protocol_is_its_parent() -> None:
    assert listed(quoted(PROTOCOL, "1"), AttachmentKind.REFERENCE) == [
        ("Article 2, paragraph 1, of the Convention", "art 2(1)"),
        ("article 2", "art 2"),
    ]
    first, second = belonging(quoted(PROTOCOL, "1"))
    assert (first.target.document_id, second.target.document_id) == ("harbours", "protocol")


def test_what_is_not_in_the_library_or_not_there_is_not_shown() -> None:
    assert belonging(quoted(PROTOCOL, "2")) == ()
    alone = {"protocol": PROTOCOL}
    assert listed(quoted(PROTOCOL, "1"), AttachmentKind.REFERENCE, alone) == [("article 2", "art 2")]


def test_a_guide_refers_only_to_what_it_names_in_full() -> None:
    root = TREES["guide"]
    leaf = next(one for one in root.leaves() if "asks much" in GUIDE.text[one.body : one.span.end])
    made = quote(GUIDE, leaf, governed(GUIDE.text, chain_to(root, leaf)), 1.0)
    assert listed(made, AttachmentKind.REFERENCE) == [
        ("Article 2 of the Convention on the Care of Harbours", "art 2")
    ]


def test_more_references_than_a_reader_follows_are_left_out() -> None:
    numbers = ", ".join(str(n) for n in range(2, 14))
    text = "Convention on Lists\n\n" + "".join(
        f"Article {n}\nHeading\nA Party counts.\n\n" for n in range(1, 14)
    )
    text = text.replace("A Party counts.", f"A Party counts under articles {numbers} and 13.", 1)
    source = document(text, id="lists", title="Convention on Lists")
    root = parse(source)
    made = quote(source, labelled(root)["1"], governed(text, chain_to(root, labelled(root)["1"])), 1.0)
    (one,) = attach((made,), lambda _: source, lambda _: root, (source,))
    assert [a.target.provision for a in one.attachments] == [str(n) for n in range(2, 2 + MOST_REFERENCES)]


# -- long targets


@pytest.mark.parametrize(
    ("label", "reference", "note"),
    [
        ("2(1)", "article 4", BEGINNING),
        ("2(1)", "paragraph 3", ""),
        ("2(3)", "Part II", HEADING),
        ("2(3)", "Annex I", ""),
    ],
)
def test_what_is_too_long_is_shown_by_its_beginning_and_says_so(
    label: str, reference: str, note: str
) -> None:
    (one,) = (a for a in belonging(quoted(HARBOURS, label)) if a.label == reference)
    assert one.note == note


def test_a_long_article_is_cut_between_paragraphs_and_a_long_paragraph_between_sentences() -> None:
    (fourth,) = (a for a in belonging(quoted(HARBOURS, "2(1)")) if a.label == "article 4")
    assert len(fourth.target.text) <= LONGEST_TARGET
    assert fourth.target.text.startswith("1. A Party pays share 1")
    assert fourth.target.text.endswith("It pays at noon and never later.")
    assert fourth.target.citation.pinpoint == "art 4"
    text = HARBOURS.text.replace("subject to paragraph 3 and article 4", "subject to article 5")
    source = document(text, id="harbours")
    root = parse(source)
    made = quote(source, labelled(root)["2(1)"], governed(text, chain_to(root, labelled(root)["2(1)"])), 1.0)
    (one,) = attach((made,), lambda _: source, lambda _: root, (source,))
    (fifth,) = (a for a in one.attachments if a.label == "article 5")
    assert LONGEST_TARGET / 2 < len(fifth.target.text) <= LONGEST_TARGET
    assert fifth.target.text.endswith("before they are taken.")


def test_a_part_is_shown_by_its_heading_and_an_annex_without_articles_by_its_words() -> None:
    part, annex = (a for a in belonging(quoted(HARBOURS, "2(3)")) if a.label in ("Part II", "Annex I"))
    assert part.target.text.split() == ["PART", "II", "COSTS"]
    assert annex.target.text.split()[:5] == ["ANNEX", "I", "SHELLS", "1.", "Shells"]


# -- answers

SEARCHED = Searched(3, 30, "small")


def test_an_answer_gets_attachments_and_a_decline_none() -> None:
    made = quoted(HARBOURS, "2(1)")
    answer = attached(
        Quoted("?", (made,), SEARCHED, 0.9), SHELF.__getitem__, TREES.__getitem__, SHELF.values()
    )
    assert isinstance(answer, Quoted)
    assert answer.quotes[0].attachments
    decline = Declined("?", Reason.NOT_AN_ANSWER, "Not answered.", (made,), SEARCHED, 0.1)
    assert attached(decline, SHELF.__getitem__, TREES.__getitem__, SHELF.values()) is decline


# -- whatever is attached


@settings(max_examples=50, deadline=None)
@given(written(), st.data())
def test_everything_attached_verifies_stands_in_the_quote_and_has_nothing_attached(
    treaty: Written, data: st.DataObject
) -> None:
    printed = treaty.print()
    last = [node for node in parse(printed).walk() if node.level is Level.ARTICLE][-1]
    number = last.path[-1].removeprefix("Article ")
    leaves = (one for one in parse(printed).leaves() if one.level is not Level.HEADING)
    first = next(one for one in leaves if one.body < one.span.end)
    at = first.span.start + len(printed.text[first.span.start : first.span.end].rstrip())
    more = f" This is subject to article {number} and to paragraph 1 of article {number}."
    source = document(printed.text[:at] + more + printed.text[at:], title=printed.title)
    root = parse(source)
    node = data.draw(st.sampled_from([one for one in root.chain(at)[1:] if one.body < one.span.end]))
    made = quote(source, node, governed(source.text, chain_to(root, node)), 1.0)
    (one,) = attach((made,), lambda _: source, lambda _: root, (source,))
    for each in one.attachments:
        verify(each.target, source)
        assert each.target.attachments == ()
        assert any(segment.contains(each.span) for segment in made.segments)
        assert not any(segment.contains(each.target.segments[-1]) for segment in made.segments)
        assert len(each.target.text) < 3 * LONGEST_TARGET
    there = next(one for one in reversed(list(root.walk())) if one.level is Level.ARTICLE)
    shown = [each.target.path for each in one.attachments]
    if at < there.span.start and not node.span.contains(there.span) and len(shown) < MOST_REFERENCES:
        assert there.path in shown


# -- points are never quoted without the words that govern them

SEVERAL_LISTS = """Convention on Lists

Article 1
Duties
The keeper shall each night:

(a) light the lamp;

(b) trim the wick.

The boatman shall each day:

(a) row to the rock;

(b) count the oars.

Article 2
Rest
Both rest.

Article 3
End
All ends.

Done at Lanternport, on the first day of spring.

ANNEX I
TOOLS

The keeper's tools are:

(a) a lamp;

(b) a bell.
"""


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("trim the wick", "The keeper shall each night: […] (b) trim the wick."),
        ("count the oars", "The boatman shall each day: […] (b) count the oars."),
        ("row to the rock", "The boatman shall each day:\n\n(a) row to the rock;"),
        ("a bell", "The keeper's tools are: […] (b) a bell."),
    ],
)
def test_a_point_is_quoted_with_the_lead_of_its_own_list(words: str, text: str) -> None:
    source = document(SEVERAL_LISTS, title="Convention on Lists")
    root = parse(source)
    chain = root.chain(SEVERAL_LISTS.index(words))
    assert quote(source, chain[-1], governed(source.text, chain), 1.0).text == text


def _ungoverned(source: Document, root: Provision, made: Quote) -> list[str]:
    """Return the labels of points quoted without the words that lead to their list."""
    found = []
    for node in root.walk():
        for place, point in enumerate(node.children):
            body = Span(point.body, point.body + 1)
            if point.level is not Level.POINT or not any(segment.contains(body) for segment in made.segments):
                continue
            before = [one for one in node.children[:place] if one.level is not Level.POINT]
            lead = source.text[before[-1].body : before[-1].span.end].strip() if before else ""
            if lead not in made.text:
                found.append(point.label)
    return found


@settings(max_examples=60, deadline=None)
@given(written(), st.data())
def test_no_way_of_quoting_leaves_a_point_ungoverned(treaty: Written, data: st.DataObject) -> None:
    """Looked up or attached (governed), selected (candidates), with its neighbours, and as a list or part of one."""
    printed = treaty.print()
    root = parse(printed)
    node = data.draw(st.sampled_from([n for n in root.walk() if n.path and n.body < n.span.end]))
    made = [quote(printed, node, governed(printed.text, chain_to(root, node)), 1.0)]
    passage = Passage("p", printed.id, node.path, node.label, node.span, f"title\nheading\n{printed.text}")
    scored = candidates(
        "What?", [Hit(passage, 1.0)], lambda _: printed, lambda _: root, lambda _, texts: [1.0] * len(texts)
    )
    for wanted in (False, True):
        chosen = [whole_list(one, scored, root, wanted=wanted) for one in scored]
        chosen += [words for one in scored for words in (together(one, scored), *beside(one, one, scored))]
        made += [quote(printed, one.node, one.segments, 1.0) for one in chosen]
    some = data.draw(st.lists(st.sampled_from(scored), max_size=4)) if scored else []
    made += [quote(printed, one.node, one.segments, 1.0) for one in of_one_list(some, lambda _: root)]
    for one in made:
        assert _ungoverned(printed, root, one) == []
        assert all(first.end <= second.start for first, second in pairwise(one.segments))
