"""Which official texts are offered with an answer, and that none is offered that is there."""

from __future__ import annotations

import pytest

from assistant.models import Declined, Offer, Quote, Quoted, Reason
from assistant.offers import (
    MOST_OFFERS,
    fetch_command,
    held,
    lacking,
    offers,
    offers_of,
    short_title,
    with_offers,
)
from assistant.quotes import quote
from assistant.render import answer_json, answer_text
from corpus.catalogue import CatalogueEntry, covers, entries, entry
from corpus.models import Document, Kind, Provenance, SectionNote, Span
from corpus.structure import parse
from index.models import Searched

SEARCHED = Searched(1, 1, "g")
DIRECT = Offer("spades", "Convention on Spades", "treaty corpus fetch spades", "https://spades.example")
RAKES = Offer("rakes", "Rake Treaty; with Annex", "treaty corpus fetch rakes", "https://rakes.example")
BY_HAND = Offer("hoes", "Hoe Pact", None, "https://hoes.example/about")


def document(
    title: str,
    kind: Kind = Kind.TREATY,
    *,
    known_as: str = "mine",
    about: str | None = None,
    names: tuple[str, ...] = (),
) -> Document:
    notes = (SectionNote(0, about),) if about else ()
    source = Provenance("a.md", "ab", "x/1")
    return Document(known_as, title, kind, "A spade is a tool.", source, notes=notes, names=names)


def guide(about: str | None, kind: Kind = Kind.GUIDE) -> Quote:
    made = document("A guide", kind, about=about)
    return quote(made, parse(made).children[0], [Span(0, 18)], 1.0)


@pytest.mark.parametrize(
    ("about", "ids"),
    [
        ("Budapest Convention, art. 19(4)", ["budapest-convention"]),
        (
            "UN Convention against Cybercrime, arts. 7-11; Budapest Convention, art. 2",
            ["un-cybercrime-convention", "budapest-convention"],
        ),
        ("Budapest Convention, art. 2; Budapest Convention, art. 6", ["budapest-convention"]),
        ("First Additional Protocol, art. 3", ["budapest-first-protocol"]),
        ("US-UK CLOUD Act agreement", []),
        ("general", []),
        (None, []),
    ],
)
def test_a_guide_s_quote_offers_the_texts_its_section_speaks_of(about: str | None, ids: list[str]) -> None:
    assert [one.id for one in offers([guide(about)], frozenset())] == ids


def test_what_is_in_the_library_is_not_offered() -> None:
    quotes = [guide("UN Charter, art. 103; VCLT, art. 30"), guide("VCLT, art. 31")]
    assert [one.id for one in offers(quotes, frozenset({"un-charter"}))] == ["vclt"]
    assert offers(quotes, frozenset({"un-charter", "vclt"})) == ()


def test_a_treaty_s_own_words_offer_nothing() -> None:
    assert offers([guide("VCLT, art. 31", Kind.TREATY)], frozenset()) == ()


def test_a_text_that_the_question_names_is_offered_first() -> None:
    made = offers([guide("UN Charter, art. 103")], frozenset(), "What does article 31 of the VCLT say?")
    assert [one.id for one in made] == ["vclt", "un-charter"]


def test_an_answer_offers_a_few_texts_at_most() -> None:
    assert len(offers([guide("UNTOC; UNCAC; VCLT; UNCLOS; ICCPR")], frozenset())) == MOST_OFFERS


def test_an_offer_names_the_command_or_the_publisher_s_page() -> None:
    (fetched,) = offers([guide("VCLT, art. 31")], frozenset())
    assert fetched == Offer("vclt", entry("vclt").title, "treaty corpus fetch vclt", entry("vclt").human_page)
    by_hand = next(one for one in entries() if not one.direct)
    (made,) = offers([guide(by_hand.names[0])], frozenset())
    assert (made.command, made.page) == (None, by_hand.human_page)


# -- what counts as there


@pytest.mark.parametrize(
    ("there", "ids"),
    [
        (document("Anything", known_as="vclt"), {"vclt"}),
        (document("Vienna Convention on the Law of Treaties"), {"vclt"}),
        (document("VIENNA CONVENTION ON THE LAW OF TREATIES (1969)"), {"vclt"}),
        (document("My copy", names=("Lending Pact", "UNCLOS")), {"unclos"}),
        (document("Universal Declaration of Human Rights", Kind.DECLARATION), {"udhr"}),
        (document("The Budapest Convention, article by article", Kind.GUIDE), set()),
        (document("Notes on the Budapest Convention", Kind.COMMENTARY), set()),
        (document("Explanatory Report to the Budapest Convention"), set()),
        (document("Convention on the Lending of Garden Tools"), set()),
    ],
    ids=lambda value: value.title if isinstance(value, Document) else "",
)
def test_an_official_text_is_there_by_id_title_or_name(there: Document, ids: set[str]) -> None:
    assert held([there]) == ids


# -- with an answer


@pytest.mark.parametrize(
    ("reason", "ids"),
    [
        (Reason.NOT_AN_ANSWER, ["vclt"]),
        (Reason.UNKNOWN_PROVISION, ["vclt"]),
        (Reason.NOTHING_CLOSE, []),
    ],
)
def test_a_decline_offers_what_its_nearest_passages_speak_of_if_they_are_near(
    reason: Reason, ids: list[str]
) -> None:
    declined = Declined("Who bakes?", reason, "Not answered.", (guide("VCLT, art. 31"),), SEARCHED, 0.1)
    assert [one.id for one in offers_of(declined, frozenset())] == ids


def test_a_decline_offers_the_text_that_the_question_names() -> None:
    declined = Declined(
        "What does article 5 of the UNCLOS say?", Reason.NOTHING_CLOSE, "No.", (), SEARCHED, 0.0
    )
    assert [one.id for one in offers_of(declined, frozenset())] == ["unclos"]
    assert offers_of(declined, frozenset({"unclos"})) == ()


def test_an_answer_to_a_follow_up_counts_the_question_as_it_was_searched() -> None:
    made = Quoted("And then?", (guide(None),), SEARCHED, 0.9, asked="When is the VCLT in force? And then?")
    assert [one.id for one in offers_of(made, frozenset())] == ["vclt"]


# -- in words


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ((DIRECT,), "The official text of the Convention on Spades is not in your library."),
        (
            (DIRECT, RAKES, BY_HAND),
            "The official texts of the Convention on Spades, the Rake Treaty and the Hoe Pact are not in your library.",
        ),
    ],
)
def test_what_is_lacking_is_said_in_one_sentence(made: tuple[Offer, ...], sentence: str) -> None:
    assert lacking(made) == sentence


def test_one_command_fetches_all_that_can_be_fetched() -> None:
    assert fetch_command((DIRECT, BY_HAND, RAKES)) == "treaty corpus fetch spades rakes"
    assert fetch_command((BY_HAND,)) == ""


@pytest.mark.parametrize("one", entries(), ids=lambda one: one.id)
def test_a_short_title_still_names_the_text(one: CatalogueEntry) -> None:
    assert one.title.startswith(short_title(one.title))
    assert covers(short_title(one.title)) == one


def test_the_terminal_shows_offers_after_the_answer() -> None:
    quoted = Quoted("What?", (guide(None),), SEARCHED, 0.9, offers=(DIRECT, BY_HAND))
    spades = "The official text of the Convention on Spades is not in your library."
    hoes = "The official text of the Hoe Pact is not in your library."
    assert answer_text(quoted).split("\n\n")[-1].splitlines() == [
        f"{spades} To add it: treaty corpus fetch spades, then: treaty index",
        f"{hoes} Open https://hoes.example/about, save it and run: treaty corpus add FILE, then: treaty index",
    ]
    declined = Declined(
        "What?", Reason.NOTHING_CLOSE, "Not answered.", (), SEARCHED, 0.0, offers=(DIRECT, RAKES)
    )
    assert answer_text(declined).startswith("Not answered.\n\nThe official texts of ")
    assert "To add them: treaty corpus fetch spades rakes, then" in answer_text(declined)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ((), []),
        (
            (DIRECT, BY_HAND),
            [
                {
                    "id": "spades",
                    "title": "Convention on Spades",
                    "command": "treaty corpus fetch spades",
                    "page": "https://spades.example",
                },
                {"id": "hoes", "title": "Hoe Pact", "command": None, "page": "https://hoes.example/about"},
            ],
        ),
    ],
)
def test_json_has_the_offers_of_every_answer(made: tuple[Offer, ...], told: list[object]) -> None:
    for answer in (
        Quoted("What?", (guide(None),), SEARCHED, 0.9, offers=made),
        Declined("What?", Reason.NOT_AN_ANSWER, "No.", (), SEARCHED, 0.0, offers=made),
    ):
        assert answer_json(answer)["offers"] == told


# -- the reason of a decline


def absent(asked: str) -> Declined:
    return Declined(asked, Reason.UNKNOWN_DOCUMENT, "Not answered.", (), SEARCHED, 1.0, asked=asked)


def test_a_decline_for_want_of_a_text_in_the_catalogue_says_that_it_was_not_fetched() -> None:
    answer = with_offers(
        absent("What does article 31 of the Vienna Convention on the Law of Treaties say?"), frozenset()
    )
    assert isinstance(answer, Declined)
    assert answer.reason is Reason.NOT_FETCHED
    assert [one.id for one in answer.offers] == ["vclt"]


def test_a_decline_for_want_of_a_text_that_nobody_can_fetch_keeps_its_reason() -> None:
    answer = with_offers(absent("What does article 3 of the Convention on Winter Roads say?"), frozenset())
    assert isinstance(answer, Declined)
    assert (answer.reason, answer.offers) == (Reason.UNKNOWN_DOCUMENT, ())
