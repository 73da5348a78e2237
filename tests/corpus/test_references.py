"""References in a question, and the provisions they name."""

from __future__ import annotations

import pytest

from corpus.models import Provision
from corpus.references import Reference, articles, main_articles, references_in, resolve
from corpus.structure import parse
from tests.corpus.written_treaties import document, own_words

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
    ("question", "references"),
    [
        ("What does article 31 say?", [Reference("31")]),
        ("What does Article 31(3)(c) say?", [Reference("31", ("3", "c"))]),
        ("article 31 (3) (c)", [Reference("31", ("3", "c"))]),
        ("art. 5, para. 2", [Reference("5", ("2",))]),
        ("Art 5 paragraph 2 (b)", [Reference("5", ("2", "b"))]),
        ("art 5(2)(b)(iv)?", [Reference("5", ("2", "b", "iv"))]),
        ("What is in paragraph 2 of article 5?", [Reference("5", ("2",))]),
        ("para. 2 (b) of art. 5", [Reference("5", ("2", "b"))]),
        ("paragraphs of article 5", [Reference("5")]),
        ("article 4 and paragraph 2 of article 5", [Reference("4"), Reference("5", ("2",))]),
        ("ARTICLE XIV", [Reference("XIV")]),
        ("Does article 13 bis apply?", [Reference("13 bis")]),
        ("article 15A", [Reference("15A")]),
        ("Compare article 2 with art. 7(1)", [Reference("2"), Reference("7", ("1",))]),
        ("artcle 5", [Reference("5")]),
        ("§ 2 of article 6", [Reference("6", ("2",))]),
        ("What does CCH 31(3)(c) mean?", [Reference("31", ("3", "c"))]),
        ("Annex III, article 13(2)", [Reference("13", ("2",), "annex iii")]),
        ("What may an article of trade cost?", []),
        ("Who wrote the article?", []),
        ("Is there an article on fog?", []),
        ("which article i should read", []),
        ("How many articles are there?", []),
        ("What about 13 lanterns?", []),
        ("", []),
    ],
)
def test_references_are_read_off_a_question(question: str, references: list[Reference]) -> None:
    assert list(references_in(question)) == references


def test_a_reference_is_written_as_a_pinpoint() -> None:
    assert str(Reference("31", ("3", "c"))) == "article 31(3)(c)"


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
        (Reference("9"), "The rest is silence."),
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
        Reference("1", ("2", "a", "iii")),
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
