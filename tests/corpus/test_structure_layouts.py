"""Layouts that publishers use: labels, headings, contents, annexes and references, each in a small text of our own.

What is expected is written as an outline, as in ``test_structure``: ``Article 1[1[chapeau a b] 2]``.
"""

from __future__ import annotations

import pytest

from corpus.models import Level, Provision
from corpus.structure import parse
from tests.corpus.written_treaties import check_tree, document

WORDS = (
    "Each Party keeps a lantern at the mouth of its harbour and lights it at dusk.",
    "Each Party rings a bell in fog and tells the other Party what the bell means.",
    "Each Party counts its boats in spring and sends the count to the Council.",
    "Each Party pays for its own oil and for half of the oil of the Council.",
)


def parsed(text: str, **known: object) -> Provision:
    root = parse(document(text, **known))  # type: ignore[arg-type]
    check_tree(root, text)
    return root


def articles(root: Provision) -> list[str]:
    return ["/".join(node.path) for node in root.walk() if node.level is Level.ARTICLE]


def headings(root: Provision) -> list[str]:
    return [node.heading for node in root.walk() if node.level is Level.ARTICLE]


def first_words(root: Provision, text: str) -> list[str]:
    found = [node for node in root.walk() if node.level is Level.ARTICLE]
    return [text[node.body : node.span.end].split(maxsplit=1)[0] for node in found]


LABELS = [
    ("Article 1", "Article 2", "Article 3"),
    ("ARTICLE 1", "ARTICLE 2", "ARTICLE 3"),
    ("Article I", "Article II", "Article III"),
    ("ARTICLE I.", "ARTICLE II.", "ARTICLE III."),
    ("Art. 1", "Art. 2", "Art. 3"),
    ("Art. 1.-", "Art. 2.-", "Art. 3.-"),
    ("ARTICLE ONE", "ARTICLE TWO", "ARTICLE THREE"),
    ("Article the First", "Article the Second", "Article the Third"),
    ("Article 2.1", "Article 2.2", "Article 2.3"),
    ("Article 1-01", "Article 1-02", "Article 1-03"),
    ("Article A-01", "Article A-02", "Article A-03"),
    ("Article IV.1", "Article IV.2", "Article IV.3"),
    ("Article 1101", "Article 1102", "Article 1103"),
    ("Article 15", "Article 15A", "Article 16"),
    ("Article 8", "Article 8 bis", "Article 9"),
    ("Article A", "Article B", "Article C"),
    ("Section 1.", "Section 2.", "Section 3."),
    ("Rule 1", "Rule 2", "Rule 3"),
    ("Regulation 1", "Regulation 2", "Regulation 3"),
    ("Clause 1.", "Clause 2.", "Clause 3."),
    ("**Article 1**", "**Article 2**", "**Article 3**"),
]


def numbers(labels: tuple[str, ...]) -> list[str]:
    cleaned = [label.replace("Art. ", "Article ").replace("the ", "").strip("*.- ") for label in labels]
    parted = [one.partition(" ") for one in cleaned]
    return [f"{unit.capitalize()} {number}" for unit, _, number in parted]


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: labels[0])
@pytest.mark.parametrize("gap", ["\n", "\n\n", " "], ids=["lines", "empty lines", "one line"])
def test_articles_are_found_whatever_they_are_called(labels: tuple[str, ...], gap: str) -> None:
    text = gap.join(f"{label}{gap}{words}" for label, words in zip(labels, WORDS, strict=False))
    root = parsed(text)
    assert [name.replace("the ", "") for name in articles(root)] == numbers(labels)
    assert first_words(root, text) == ["Each"] * 3


HEADED = [
    ("below", "Article 1\nLanterns\n{}"),
    ("below, after a gap", "Article 1\n\nLanterns\n\n{}"),
    ("after a colon", "Article 1: Lanterns\n{}"),
    ("after a dash", "Article 1 — Lanterns\n{}"),
    ("after a full stop and a dash", "Art. 1.- Lanterns\n{}"),
    ("after a full stop", "Article 1. Lanterns\n{}"),
    ("after a blank", "ARTICLE 1 Lanterns\n{}"),
    ("before the first paragraph", "Article 1 Lanterns 1. {} 2. Bells are rung."),
    ("before a sentence", "Article 1 Lanterns {}"),
    ("in brackets", "Article 1 (Lanterns)\n{}"),
]


@pytest.mark.parametrize(("where", "form"), HEADED, ids=lambda one: one if "{" not in one else "")
def test_headings_are_found_wherever_they_stand(where: str, form: str) -> None:  # noqa: ARG001
    printed = [
        form.format(words).replace("1", str(place), 1).replace("Lanterns", heading)
        for place, (words, heading) in enumerate(
            zip(WORDS, ("Lanterns", "Fog bells", "Boats"), strict=False), 1
        )
    ]
    text = "\n".join(printed)
    root = parsed(text)
    assert articles(root) == ["Article 1", "Article 2", "Article 3"]
    assert [heading.strip("()") for heading in headings(root)] == ["Lanterns", "Fog bells", "Boats"]


def test_headings_above_the_numbers() -> None:
    names = ("Lanterns", "Fog bells", "Boats")
    text = "\n\n".join(f"{name}\n\nArticle {n}\n\n{WORDS[n]}" for n, name in enumerate(names, start=1))
    root = parsed(text)
    assert headings(root) == list(names)
    assert [node.span.of(text)[:4] for node in root.walk() if node.level is Level.ARTICLE] == [
        "Lant",
        "Fog ",
        "Boat",
    ]


BROKEN = """Article 1
Lanterns
Each Party keeps a lantern at the mouth of its harbour, in accordance with
Article 2 of the Convention on Fog, and it does so in every season, as is said in
Article 3. The lantern burns oil, and the oil is paid for by the Party under
Article 4
of that Convention, which says how dear the oil may be in the winter of a year.
Article 2
Bells and horns that are
heard in fog
Each Party rings a bell in fog and tells the other Party what the bell means to
the ships that hear it.
Article 3
Each Party counts its boats in spring and sends the count to the Council of the
Parties, which keeps it for ten years in the house of the oldest of the harbour
masters, and which may send a keeper to count them again if the sum is a strange
one.
Article 4
Costs
1. Each Party pays for its own oil.
2. The Council pays for the rest.
"""


def test_a_reference_at_the_beginning_of_a_broken_line_is_no_heading() -> None:
    root = parsed(BROKEN)
    assert articles(root) == ["Article 1", "Article 2", "Article 3", "Article 4"]
    assert headings(root) == ["Lanterns", "Bells and horns that are heard in fog", "", "Costs"]
    assert first_words(root, BROKEN) == ["Each", "Each", "Each", "1."]


def test_a_heading_broken_within_a_phrase_goes_on_after_an_empty_line() -> None:
    blocks = ["Article 1", "Lanterns", WORDS[0]]
    blocks += [
        "Article 2",
        "Bells on the pier, the outer mole,",
        "the breakwater and the lower quay",
        WORDS[1],
    ]
    blocks += ["Article 3", "Boats that lie in the harbour", WORDS[2]]
    text = "\n\n".join(blocks)
    root = parsed(text)
    whole = "Bells on the pier, the outer mole, the breakwater and the lower quay"
    assert headings(root) == ["Lanterns", whole, "Boats that lie in the harbour"]
    assert first_words(root, text) == ["Each", "Each", "Each"]


def test_articles_that_a_list_cites_are_no_provisions() -> None:
    cited = "Article 7 Lanterns; Article 8 Bells; Article 9 Boats; Article 10 Oil; and Article 11 Costs."
    text = "\n\n".join(f"Article {n}\n\n{WORDS[n]}" for n in (1, 2, 3)) + f"\n\nOf another treaty: {cited}"
    assert articles(parsed(text)) == ["Article 1", "Article 2", "Article 3"]


CONTENTS = [
    ("dots", "Article 1 Lanterns ........ 3\nArticle 2 Bells .......... 4\nArticle 3 Boats .......... 5"),
    ("page numbers", "Article 1 Lanterns 3\nArticle 2 Bells 4\nArticle 3 Boats 5"),
    ("bare", "Article 1 Lanterns\nArticle 2 Bells\nArticle 3 Boats"),
    ("headings below", "Article 1\nLanterns\nArticle 2\nBells\nArticle 3\nBoats"),
    ("with parts", "PART I LIGHT\nArticle 1 Lanterns\nArticle 2 Bells\nPART II BOATS\nArticle 3 Boats"),
    ("with an annex", "Article 1 Lanterns\nArticle 2 Bells\nArticle 3 Boats\nANNEX I List of harbours"),
]


@pytest.mark.parametrize(("form", "table"), CONTENTS, ids=[form for form, _ in CONTENTS])
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["lines", "empty lines"])
def test_a_table_of_contents_holds_no_articles(form: str, table: str, gap: str) -> None:  # noqa: ARG001
    names = ("Lanterns", "Bells", "Boats")
    body = [f"Article {n} {name}{gap}{WORDS[n]}" for n, name in enumerate(names, start=1)]
    parties = "The Parties, wishing to light their harbours, have agreed as follows:"
    text = gap.join(["Convention on Harbours", "Contents", table.replace("\n", gap), parties, *body])
    root = parsed(text)
    assert articles(root) == ["Article 1", "Article 2", "Article 3"]
    assert first_words(root, text) == ["Each"] * 3


def test_chapters_that_number_their_articles_anew() -> None:
    chapter = "\n\n".join(f"Article {n}\n\n{WORDS[n]}" for n in (1, 2, 3))
    root = parsed(f"CHAPTER 1\n\nLIGHT\n\n{chapter}\n\nCHAPTER 2\n\nBOATS\n\n{chapter}")
    assert articles(root) == [f"Chapter {c}/Article {n}" for c in (1, 2) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("PART I", "Part I"),
        ("Chapter One", "Chapter One"),
        ("PART THE SECOND", "Part THE SECOND"),
        ("Title IV", "Title IV"),
        ("Section B – Bells", "Section B"),
        ("CHAPTER 2: BELLS", "Chapter 2"),
        ("SUB-SECTION 3", "Sub-section 3"),
        ("FIRST PART", "Part FIRST"),
    ],
)
def test_divisions(printed: str, name: str) -> None:
    text = f"{printed}\n\n" + "\n\n".join(f"Article {n}\n\n{WORDS[n]}" for n in (1, 2, 3))
    assert articles(parsed(text)) == [f"{name}/Article {n}" for n in (1, 2, 3)]


MAIN = "\n\n".join(f"Article {n}\n\n{WORDS[n]}" for n in (1, 2, 3))
CLOSING = "IN WITNESS WHEREOF the keepers have signed.\n\nDONE at Lanternport in spring."


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("ANNEX I", "Annex I"),
        ("Annex 2-A", "Annex 2-A"),
        ("ANNEX A TO CHAPTER 3", "Annex A"),
        ("APPENDIX 1", "Appendix 1"),
        ("Schedule B", "Schedule B"),
        ("ANNEX", "Annex"),
        ("PROTOCOL No. 2", "Protocol 2"),
        ("SIDE LETTER", "Attached: SIDE LETTER"),
        ("EXCHANGE OF NOTES", "Attached: EXCHANGE OF NOTES"),
        ("AGREED MINUTES", "Attached: AGREED MINUTES"),
        ("OPTIONAL PROTOCOL ON FOG", "Attached: OPTIONAL PROTOCOL ON FOG"),
    ],
)
def test_what_is_printed_after_the_final_formula(title: str, name: str) -> None:
    root = parsed(f"{MAIN}\n\n{CLOSING}\n\n{title}\n\n1. Lanternport.\n\n2. Greyhaven.")
    assert root.children[-1].path == (name,)
    assert root.children[-1].level is Level.ANNEX
    assert [child.path[-1] for child in root.children[-1].children if child.level is Level.PARAGRAPH] == [
        "1",
        "2",
    ]


def test_an_annex_between_chapters_leaves_the_main_text_whole() -> None:
    text = (
        f"CHAPTER 1\n\n{MAIN}\n\nANNEX 1-A\n\nLIST OF HARBOURS\n\n1. Lanternport.\n\n2. Greyhaven.\n\n"
        f"CHAPTER 2\n\nArticle 4\n\n{WORDS[0]}\n\nArticle 5\n\n{WORDS[1]}"
    )
    root = parsed(text)
    assert articles(root)[-2:] == ["Chapter 2/Article 4", "Chapter 2/Article 5"]
    assert [child.path[-1] for child in root.children] == ["Chapter 1", "Annex 1-A", "Chapter 2"]


def test_rules_in_an_annex() -> None:
    rules = "\n\n".join(f"Rule {n}\n\n{WORDS[n]}" for n in (1, 2, 3))
    root = parsed(f"{MAIN}\n\n{CLOSING}\n\nANNEX\n\n{rules}")
    assert articles(root)[3:] == ["Annex/Rule 1", "Annex/Rule 2", "Annex/Rule 3"]


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»")])
def test_articles_that_an_amendment_quotes_are_not_its_own(opening: str, closing: str) -> None:
    quoted = f"{opening}Article 2\n\nLanterns\n\n1. {WORDS[0]}\n\nArticle 3\n\n{WORDS[1]}{closing}"
    text = (
        f"Article 1\n\nArticle 2 of the Convention shall read as follows:\n\n{quoted}\n\n"
        f"Article 2\n\n{WORDS[2]}\n\nArticle 3\n\n{WORDS[3]}"
    )
    root = parsed(text)
    assert articles(root) == ["Article 1", "Article 2", "Article 3"]
    assert "read as follows" in root.children[0].span.of(text)
    assert first_words(root, text)[1:] == ["Each", "Each"]


def test_a_note_mark_behind_a_number_is_no_digit() -> None:
    text = " ".join(
        f"ARTICLE {label} {words}" for label, words in zip(("1", "22", "3", "47"), WORDS, strict=True)
    )
    assert articles(parsed(text)) == ["Article 1", "Article 2", "Article 3", "Article 4"]


def test_a_blank_within_a_number() -> None:
    labels = ("10", "1 1", "12", "1 3")
    text = " ".join(f"ARTICLE {label} {words}" for label, words in zip(labels, WORDS, strict=True))
    assert articles(parsed(text)) == ["Article 10", "Article 11", "Article 12", "Article 13"]
    assert first_words(parsed(text), text) == ["Each"] * 4


def test_a_text_in_small_letters_with_labels_in_capitals() -> None:
    text = "the parties have agreed as follows: " + " ".join(
        f"ARTICLE {n} {words.lower()}" for n, words in zip(("I", "II", "III", "IV"), WORDS, strict=True)
    )
    text += " in witness whereof the keepers have signed. done at lanternport."
    root = parsed(text)
    assert articles(root) == ["Article I", "Article II", "Article III", "Article IV"]
    assert root.children[-1].level is Level.CLOSING


def test_numbers_with_points_nest() -> None:
    body = "3.1 Lanterns are lit:\n3.1.1 at dusk;\n3.1.2 in fog.\n3.2 Bells are rung.\n3.3 Boats are counted."
    text = f"Article 1\n{WORDS[0]}\nArticle 2\n{WORDS[1]}\nArticle 3\n{body}"
    third = parsed(text).children[-1]
    assert [child.path[-1] for child in third.children if child.level is Level.PARAGRAPH] == [
        "3.1",
        "3.2",
        "3.3",
    ]
    first = next(child for child in third.children if child.path[-1] == "3.1")
    assert [child.path[-1] for child in first.children if child.level is Level.PARAGRAPH] == [
        "3.1.1",
        "3.1.2",
    ]


RECITALS = [
    ("Considering that nights are long,", "Recognizing the work of keepers,"),
    ("CONSIDERING that nights are long;", "RECOGNIZING the work of keepers;"),
    ("Whereas nights are long,", "Whereas keepers work,"),
    ("WHEREAS nights are long;", "WHEREAS keepers work;"),
    ("(1) Nights are long.", "(2) Keepers work."),
]


@pytest.mark.parametrize("recitals", RECITALS, ids=lambda one: one[0].split()[0])
@pytest.mark.parametrize("gap", ["\n\n", "\n", " "], ids=["empty lines", "lines", "one line"])
def test_recitals(recitals: tuple[str, str], gap: str) -> None:
    if gap == " " and recitals[0].startswith("("):
        pytest.skip("numbers in brackets within a line may be references")
    opening = gap.join(["The Parties to this Convention,", *recitals, "HAVE AGREED as follows:"])
    root = parsed(f"{opening}\n\n{MAIN}")
    preamble = next(child for child in root.children if child.level is Level.PREAMBLE)
    found = [child for child in preamble.children if child.level is Level.RECITAL]
    assert [child.path[-1] for child in found] == ["1", "2"]


def test_recitals_that_have_numbers_keep_them() -> None:
    opening = (
        "THE PARTIES,\n\nWHEREAS:\n\n(1) Nights are long.\n\n(2) Keepers work.\n\nHAVE AGREED AS FOLLOWS:"
    )
    preamble = parsed(f"{opening}\n\n{MAIN}").children[0]
    assert [child.path[-1] for child in preamble.children if child.level is Level.RECITAL] == ["1", "2"]


def test_a_list_of_annexes_opens_none() -> None:
    listed = "LIST OF ANNEXES\n\nAnnex I: Bells\n\nAnnex II: Boats"
    annexes = "ANNEX I\n\nBELLS\n\n1. Bronze.\n\n2. Tin.\n\nANNEX II\n\nBOATS\n\nBoats are wooden."
    root = parsed(f"{MAIN}\n\nDone at Lanternport.\n\n{listed}\n\n{annexes}")
    assert [child.path[-1] for child in root.children[-2:]] == ["Annex I", "Annex II"]
    assert [child.heading for child in root.children[-2:]] == ["BELLS", "BOATS"]


def test_footnotes_that_a_reader_put_last_belong_to_no_annex() -> None:
    text = (
        f"{MAIN}\n\nDone at sea.\n\nANNEX I\n\n{WORDS[0]}\n\nFootnotes\n\n1 ANNEX II is lost.\n\n2 See that."
    )
    root = parsed(text, marked=("Footnotes",))
    assert [child.path[-1] for child in root.children[-2:]] == ["Annex I", "Footnotes"]
    assert root.children[-1].level is Level.SECTION


def test_a_restarted_list_stands_beside_the_first() -> None:
    body = "Keep:\n(a) lamps;\n(b) bells.\n\nCount:\n(a) boats;\n(b) keepers."
    text = f"Article 1\n\n{WORDS[0]}\n\nArticle 2\n\n{body}\n\nArticle 3\n\n{WORDS[1]}"
    second = parsed(text).children[1]
    assert [child.path[-1] for child in second.children if child.level is Level.POINT] == [
        "a",
        "b",
        "a [2]",
        "b [2]",
    ]
