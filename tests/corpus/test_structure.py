"""Provision trees of small texts: what opens a provision, what only looks as if it did, and what texts are no treaty.

A tree is written as an outline: ``Article 1[1[chapeau a b] 2]``.
"""

from __future__ import annotations

import pytest

from corpus.models import Kind, Level, Provision
from corpus.readers import read_document
from corpus.structure import parse
from tests.corpus.written_treaties import check_tree, document, labelled, own_words


def outline(node: Provision) -> str:
    name = node.path[-1] if node.path else ""
    inner = " ".join(outline(child) for child in node.children if child.level is not Level.HEADING)
    return f"{name}[{inner}]" if inner else name


def parsed(text: str, **known: object) -> Provision:
    root = parse(document(text, **known))  # type: ignore[arg-type]
    check_tree(root, text)
    return root


def article(body: str) -> str:
    """Return the outline of an article with ``body``, read as the second of three."""
    root = parsed(f"Article 1\nOil is dear.\n\nArticle 2\n{body}\n\nArticle 3\nWax is dear.")
    assert [child.path for child in root.children] == [("Article 1",), ("Article 2",), ("Article 3",)]
    return outline(root.children[1])


@pytest.mark.parametrize(
    ("case", "body", "expected"),
    [
        ("one sentence", "Each Party keeps a lantern.", "Article 2"),
        ("numbered paragraphs", "1. Lanterns.\n2. Bells.\n3. Oil.", "Article 2[1 2 3]"),
        ("numbers in brackets", "(1) Lanterns.\n(2) Bells.", "Article 2[1 2]"),
        ("numbers with half a bracket", "1) Lanterns.\n2) Bells.", "Article 2[1 2]"),
        ("bare numbers", "1 Lanterns are lit.\n2 Bells are rung.", "Article 2[1 2]"),
        (
            "a chapeau and points",
            "Each Party keeps:\n(a) a lantern;\n(b) a bell.",
            "Article 2[chapeau a b]",
        ),
        (
            "points in a paragraph",
            "1. Each Party keeps:\n(a) a lantern;\n(b) a bell.\n2. Oil.",
            "Article 2[1[chapeau a b] 2]",
        ),
        (
            "sub-points",
            "1. Keep:\n(a) lamps:\n(i) of oil;\n(ii) of wax;\n(b) bells.\n2. Oil.",
            "Article 2[1[chapeau a[chapeau i ii] b] 2]",
        ),
        (
            "points without a line of their own",
            "Each Party keeps: (a) a lantern; (b) a bell; and (c) a log.",
            "Article 2[chapeau a b c]",
        ),
        (
            "paragraphs without a line of their own",
            "1. Lamps burn. 2. Bells ring. 3. Logs are kept.",
            "Article 2[1 2 3]",
        ),
        (
            "the letter i after h",
            "Keep:\n(a) a;\n(b) b;\n(c) c;\n(d) d;\n(e) e;\n(f) f;\n(g) g;\n(h) h;\n(i) i;\n(j) j.",
            "Article 2[chapeau a b c d e f g h i j]",
        ),
        (
            "the Roman one after h",
            "Keep:\n(a) a;\n(b) b;\n(c) c;\n(d) d;\n(e) e;\n(f) f;\n(g) g;\n(h) h:\n(i) one;\n(ii) two.",
            "Article 2[chapeau a b c d e f g h[chapeau i ii]]",
        ),
        (
            "v between iv and vi, not the letter",
            "Keep:\n(a) a:\n(i) one;\n(ii) two;\n(iii) three;\n(iv) four;\n(v) five;\n(vi) six;\n(b) b.",
            "Article 2[chapeau a[chapeau i ii iii iv v vi] b]",
        ),
        (
            "letters go on doubled",
            "Keep:\n" + "\n".join(f"({c}) x;" for c in [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"]),
            "Article 2[chapeau " + " ".join([*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"]) + "]",
        ),
        (
            "capital letters",
            "Keep:\nA) a lantern;\nB) a bell.",
            "Article 2[chapeau A B]",
        ),
        (
            "dashes",
            "Each Party keeps:\n– a lantern;\n– a bell.",
            "Article 2[chapeau indent 1 indent 2]",
        ),
        (
            "dashes in a point",
            "Keep:\n(a) lamps:\n– of oil;\n– of wax;\n(b) bells.",
            "Article 2[chapeau a[chapeau indent 1 indent 2] b]",
        ),
        (
            "unnumbered paragraphs",
            "Each Party keeps a lantern.\n\nEach Party keeps a bell.",
            "Article 2[chapeau ¶2]",
        ),
        (
            "words that close a list",
            "1. A keeper who:\n(a) sleeps; or\n(b) dreams,\n\nis sent home.\n\n2. Oil.",
            "Article 2[1[chapeau a b ¶4] 2]",
        ),
        (
            "a second block of a paragraph",
            "1. Lanterns are lit.\n\nThey are lit at dusk.\n\n2. Oil.",
            "Article 2[1[chapeau ¶2] 2]",
        ),
        # what only looks like a mark
        (
            "a reference to a paragraph",
            "1. Subject to paragraph 2 (a), lamps burn.\n2. Bells ring.",
            "Article 2[1 2]",
        ),
        (
            "a reference after a semicolon",
            "1. Lamps burn; (a) above applies.\n2. Bells ring.",
            "Article 2[1 2]",
        ),
        ("a year", "The Council met in\n1923. It sat for a day.", "Article 2"),
        ("a decimal", "The tide rises 1.5 fathoms in spring.", "Article 2"),
        ("an abbreviation", "Oil is sold by the gallon, i.e. at a price; e.g. in winter.", "Article 2"),
        (
            "a number that does not go on",
            "1. Lamps burn.\n2. Bells ring.\n9. Nine is no paragraph.",
            "Article 2[1 2[chapeau ¶2]]",
        ),
    ],
)
def test_an_article_is_divided_as_its_marks_say(case: str, body: str, expected: str) -> None:  # noqa: ARG001
    assert article(body) == expected


def test_a_paragraph_begins_after_its_number_and_a_point_after_its_letter() -> None:
    text = "Article 1\nLamps\n1. Each Party keeps:\n(a) a lantern;\n(b) a bell.\nArticle 2\nOil.\nArticle 3\nWax."
    found = labelled(parsed(text))
    assert own_words(text, found["1(1)"]) == "Each Party keeps: (a) a lantern; (b) a bell."
    assert own_words(text, found["1(1)(a)"]) == "a lantern;"
    assert found["1"].heading == "Lamps"


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("the beginning of a sentence", "Article 2 of the Convention on Fog applies to lanterns."),
        ("a sentence about several", "Article 2 and Article 3 apply to bells."),
        ("a broken line", "as is laid down in\nArticle 2 for bells and lanterns alike."),
        ("a number out of the series", "Article 40\nof another treaty applies."),
    ],
)
def test_a_reference_at_the_beginning_of_a_line_opens_no_article(case: str, line: str) -> None:  # noqa: ARG001
    root = parsed(f"Article 1\nOil.\n\n{line}\n\nArticle 2\nBells.\n\nArticle 3\nWax.")
    assert [child.path[-1] for child in root.children] == ["Article 1", "Article 2", "Article 3"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Article 1", "Article 1 bis", "Article 2", "Article 3"], ["1", "1 bis", "2", "3"]),
        (["Article 1", "Article 2", "Article 2A", "Article 2B", "Article 3"], ["1", "2", "2A", "2B", "3"]),
        (["Article I", "Article II", "Article III", "Article IV"], ["I", "II", "III", "IV"]),
        (["ARTICLE 1.", "ARTICLE 2.", "ARTICLE 3."], ["1", "2", "3"]),
        (["Article 1", "Article 2", "Article 5", "Article 6"], ["1", "2", "5", "6"]),
        (["Article 2.1", "Article 2.2", "Article 2.10"], ["2.1", "2.2", "2.10"]),
        (["Article One", "Article Two", "Article Three"], ["One", "Two", "Three"]),
    ],
)
def test_articles_are_numbered_in_many_ways(lines: list[str], names: list[str]) -> None:
    root = parsed("\n\n".join(f"{line}\n\nEach Party keeps a lantern." for line in lines))
    assert [child.path[-1] for child in root.children] == [f"Article {name}" for name in names]


TREATY = """Convention on the Care of Harbours

The Parties to this Convention,

Recalling that nights are long, and that ships are many,

Noting the good work of keepers,

Have agreed as follows:

PART I

LIGHT

Article 1

Lanterns

Each Party keeps a lantern.

SECTION 1

OIL

Article 2

Oil

Oil is shared.

PART II

Article 3

Disputes

1. Disputes are settled at sea.

2. The Council may help.

IN WITNESS WHEREOF the keepers have signed this Convention.

Done at Lanternport, on the first day of spring.

ANNEX I

List of harbours

1. Lanternport.

2. Greyhaven.

ANNEX II

Forms

Article 1

The log

Logs are kept in ink.

Article 2

The bell

1. Bells ring.

2. Bells are cast.
"""


def test_a_whole_treaty() -> None:
    assert outline(parsed(TREATY)) == (
        "[Preamble[chapeau 1 2] "
        "Part I[Article 1 Section 1[Article 2]] "
        "Part II[Article 3[1 2]] "
        "closing[chapeau ¶2] "
        "Annex I[1 2] "
        "Annex II[Article 1 Article 2[1 2]]]"
    )
    root = parsed(TREATY)
    headings = {
        node.path[-1]: node.heading for node in root.walk() if node.level in (Level.DIVISION, Level.ANNEX)
    }
    assert headings == {
        "Part I": "LIGHT",
        "Section 1": "OIL",
        "Part II": "",
        "Annex I": "List of harbours",
        "Annex II": "Forms",
    }


def test_an_attached_protocol_begins_a_series_of_its_own() -> None:
    text = TREATY[: TREATY.index("ANNEX I")] + "PROTOCOL ON FOG\n\nArticle 1\n\nFog.\n\nArticle 2\n\nHorns."
    root = parsed(text)
    annex = root.children[-1]
    assert annex.level is Level.ANNEX
    assert [node.label for node in annex.walk() if node.level is Level.ARTICLE] == [
        f"{annex.label}, 1",
        f"{annex.label}, 2",
    ]


def test_a_number_used_twice_is_told_apart() -> None:
    body = "1. Lamps.\n2. Bells.\n\nDuties of keepers\n\n1. Sleep.\n2. Wake."
    text = f"Article 1\n{body}\n\nArticle 2\nOil.\n\nArticle 3\nWax."
    paths = [node.path for node in parsed(text).walk()]
    assert len(paths) == len(set(paths))


# -- texts that are no treaty


def test_two_articles_make_no_treaty() -> None:
    root = parsed("Article 1\nOil is dear.\n\nArticle 2\nWax is dear.")
    assert all(node.level is not Level.ARTICLE for node in root.walk())


def test_a_guide_is_read_as_sections_whatever_it_quotes() -> None:
    text = "Article 1\n\nOil is dear.\n\nArticle 2\n\nWax is dear.\n\nArticle 3\n\nFog is free."
    root = parsed(text, kind=Kind.GUIDE, marked=("Article 1", "Article 2", "Article 3"))
    assert [child.level for child in root.children] == [Level.SECTION] * 3


def test_sections_nest_by_the_level_of_their_headings() -> None:
    raw = (
        b"# On oil\n\nOil is a liquid.\n\n## Price\n\nOil is dear.\n\nIt is dearer in winter.\n\n"
        b"### Winter\n\nIce is free.\n\n## Use\n\nLamps burn it.\n"
    )
    found = read_document(raw, "oil.md")
    root = parse(found)
    check_tree(root, found.text)
    assert found.title == "On oil"
    assert outline(root) == "[¶1 Price[¶1 ¶2 Winter[¶1]] Use[¶1]]"


@pytest.mark.parametrize("word", ["each", "every", "any", "no", "such", "another"])
def test_a_sentence_is_not_cut_at_a_capital_behind_a_word_that_goes_on(word: str) -> None:
    """Its first half would be taken for a heading, and could not be quoted."""
    sentence = f"Keepers who mend a lamp, and {word} Warden who lights it, are paid by the harbour."
    text = f"Article 1\n\nOil is dear.\n\nArticle 2\n\n{sentence}\n\nArticle 3\n\nWax is dear.\n"
    found = labelled(parsed(text))["2"]
    assert not found.heading
    assert own_words(text, found) == sentence


def test_a_short_line_above_prose_is_a_heading_in_an_article_without_marks() -> None:
    prose = "Keepers learn trimming, signalling and rescue during their training of forty long days."
    text = f"How harbours work\n\n{prose}\n\nWho pays for oil\n\n{prose}\n\n{prose}"
    root = parsed(text, title="How harbours work", kind=Kind.COMMENTARY)
    assert [(c.level, c.path[-1]) for c in root.children] == [
        (Level.HEADING, "title"),
        (Level.TEXT, "¶1"),
        (Level.SECTION, "Who pays for oil"),
    ]


@pytest.mark.parametrize("text", ["x", "Article", "1.", "(a)", "Article 1", "\n x", "—", "Annex", "PART I"])
def test_the_smallest_texts_are_trees_too(text: str) -> None:
    parsed(text)
