"""A question that names an address is answered by the provisions there, asked back, or told that there are none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from assistant import settings, wiring
from assistant.answer import Assistant
from assistant.excerpt import MOST_PARTS, WHOLE
from assistant.lookup import MOST_QUOTES, Shelf, addresses, leaves_open, look_up
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import verify
from assistant.render import answer_json
from corpus import name_book
from corpus.models import Document, Kind
from corpus.name_book import NamedTreaty
from corpus.structure import parse
from index.build import build
from index.generation import open_generation
from index.models import Searched
from tests.corpus import addressed_treaties
from tests.corpus.written_treaties import document
from tests.index.hash_embedder import HashEmbedder, OverlapReranker

SEARCHED = Searched(5, 9, "g1")


def _sentences(what: str) -> str:
    return " ".join(f"The {n}th {what} burns from dusk to dawn in every harbour." for n in range(20, 36))


TEXT = f"""Convention on the Care of Harbours

The Parties to this Convention,

Recalling that nights at sea are long,

Noting the good work of the keepers,

Have agreed as follows:

PART I
LIGHT

Article 1
Lanterns
1. Each Party keeps:
(a) a lantern;
(b) a bell.
2. A lantern burns until dawn.

Article 2
Oil
Oil is shared in winter.

Article 3
Long nights
1. {_sentences("lantern")}
2. {_sentences("torch")}
3. Bells ring.
4. Logs are kept.
5. Keepers sleep, and no keeper is woken for a parrot.

PART II
FINAL PROVISIONS

Article 4
Reservations
1. A reservation is made in writing.
2. No reservation may be made to article 2.

Article 5
Languages
English is spoken.

Done at Lanternport, on the first day of spring.

PROTOCOL ON FOG

Article 1
Horns
Horns are blown.

Article 2
Bells
Bells are rung in fog.

Article 9
Silence
The rest is silence.
"""
HARBOURS = document(TEXT)
PILOTS = document(
    "\n\n".join(f"Article {n}\nA pilot of rank {n} is paid in coin." for n in (1, 2, 3, 7)),
    id="pilots",
    title="Agreement on Sea Pilots",
    names=("ASP",),
)
FEES, TOLLS = (
    document(
        "\n\n".join(f"Article {n}\nThe {what} of class {n} is one coin." for n in (1, 2, 3, 4)),
        id=what,
        title=title,
    )
    for what, title in (
        ("fee", "Tarn Convention on Fees"),
        ("toll", "Tarn Convention on Tolls"),
    )
)
WICKS, LIDS = (
    document(
        "\n\n".join(f"Article {n}\nA {what} of size {n} is black." for n in (1, 2, 3)),
        id=what,
        title=f"{which}Additional Protocol to the Convention on Lamp Oil",
    )
    for what, which in (("wick", ""), ("lid", "Second "))
)
TIDES = addressed_treaties.TIDES
TREE = addressed_treaties.HARBOURS
OTHER = document("Guide to oil. It is dear.", id="oil")
GUIDE = document(
    "The Ice Pact is old. Article 3 of it is short.", id="guide", title="A guide", kind=Kind.GUIDE
)
KNOWN = (
    NamedTreaty(title="Convention on Winter Roads", names=("CWR", "Snow Convention")),
    NamedTreaty(title="Ice Pact", names=("Ice Pact",)),
)


def shelf(*documents: Document) -> Shelf:
    return Shelf(documents, {made.id: parse(made) for made in documents}.__getitem__, KNOWN)


def ask(question: str, *documents: Document, earlier: str = "") -> Answer | None:
    return look_up(question, shelf(*(documents or (HARBOURS,))), SEARCHED, earlier=earlier)


def quoted(question: str, *documents: Document, earlier: str = "") -> Quoted:
    answer = ask(question, *documents, earlier=earlier)
    assert isinstance(answer, Quoted), answer
    for one in answer.quotes:
        verify(one, next(d for d in documents or (HARBOURS,) if d.id == one.document_id))
    return answer


def declined(question: str, *documents: Document) -> Declined:
    answer = ask(question, *documents)
    assert isinstance(answer, Declined), answer
    return answer


def places(quotes: tuple[Quote, ...]) -> list[tuple[str, str | None]]:
    return [(one.document_id, one.provision) for one in quotes]


# -- one provision


@pytest.mark.parametrize(
    ("question", "provision", "text"),
    [
        ("What does article 2 say?", "2", "Oil is shared in winter."),
        ("Article 1(2)", "1(2)", "A lantern burns until dawn."),
        ("What is in paragraph 2 of article 1?", "1(2)", "A lantern burns until dawn."),
        ("art. 1, para. 1 (b)", "1(1)(b)", "Each Party keeps: […] (b) a bell."),
        ("Show me article 9", "Protocol, 9", "The rest is silence."),
        ("article 2 of the Protocol on Fog", "Protocol, 2", "Bells are rung in fog."),
        ("article 2 of the CCH's protocol", "Protocol, 2", "Bells are rung in fog."),
        ("protocol to the CCH, article 2", "Protocol, 2", "Bells are rung in fog."),
        ("what does aritcle five say", "5", "English is spoken."),
        ("quote the last article", "5", "English is spoken."),
        ("first recital", "preamble(1)", "Recalling that nights at sea are long,"),
    ],
)
def test_the_provision_named_is_quoted(question: str, provision: str, text: str) -> None:
    answer = quoted(question)
    assert [(one.provision, one.text) for one in answer.quotes] == [(provision, text)]
    assert answer.confidence == 1.0
    assert answer.searched == SEARCHED


def test_a_short_article_is_quoted_whole() -> None:
    (one,) = quoted("What does article 1 say?").quotes
    assert one.text.startswith("1. Each Party keeps:")
    assert one.text.endswith("2. A lantern burns until dawn.")


def test_of_a_long_article_the_first_paragraphs_are_quoted_each_by_itself() -> None:
    answer = quoted("What does article 3 say?")
    assert [one.provision for one in answer.quotes] == ["3(1)", "3(2)", "3(3)", "3(4)"]
    assert len(answer.quotes) == MOST_PARTS


@pytest.mark.parametrize(
    ("question", "provisions"),
    [
        ("What does article 3 say about parrots?", ["3(5)"]),
        ("Under article 3, how long does a torch burn?", ["3(2)"]),
        ("What must a keeper do with a log under article 3?", ["3(4)", "3(5)"]),
        ("In article 1, does it burn until dawn?", ["1(2)"]),
        ("What does article 1 say about lanterns?", ["1"]),  # its heading says that all of it is about them
        ("What does article 1 require?", ["1"]),  # a word of asking is no subject
        ("What does article 1 say about parrots?", ["1"]),  # nor is one that is not there
    ],
)
def test_what_is_asked_about_a_provision_comes_first(question: str, provisions: list[str]) -> None:
    assert [one.provision for one in quoted(question).quotes] == provisions


def test_another_article_that_speaks_of_the_one_asked_about_comes_before_it() -> None:
    answer = quoted("May a reservation be made to article 2?")
    assert [one.provision for one in answer.quotes] == ["4(2)", "2"]


# -- parts, annexes, the preamble


def test_the_preamble_is_quoted_whole() -> None:
    (one,) = quoted("What does the preamble say?").quotes
    assert one.text.startswith("The Parties to this Convention,")
    assert "the keepers" in one.text


def test_a_short_part_is_quoted_whole() -> None:
    (one,) = quoted("Part II").quotes
    assert one.text.startswith("Article 4\nReservations")
    assert one.text.endswith("English is spoken.")


def test_of_a_long_part_its_headings_and_its_first_provisions_are_quoted() -> None:
    first, *rest = quoted("What does Part I cover?").quotes
    assert first.text == "PART I\nLIGHT\n\nArticle 1\nLanterns […] Article 2\nOil […] Article 3\nLong nights"
    assert [one.provision for one in rest] == ["1", "2", "3(1)"]


def test_what_is_asked_about_a_part_is_looked_for_in_it() -> None:
    assert [one.provision for one in quoted("Where does Part I speak of parrots?").quotes] == ["3(5)"]


@pytest.mark.parametrize(
    ("question", "document_id", "words"),
    [
        (
            "Annex II, Part B, 2 of the Convention on the Care of Harbours",
            "harbours",
            "The draught of the ship.",
        ),
        ("Annex III of the CCH, article 2(2)", "harbours", "A member serves two years."),
        ("article 3 CCH, Annex III", "harbours", "Each member has one vote."),
        ("Schedule 2 paragraph 1 of the Agreement on Tides", "tides", "A reading is free."),
        (
            "What does Appendix 1 to the Agreement on Tides list?",
            "tides",
            "1. The north shore.\n2. The south shore.",
        ),
    ],
)
def test_what_stands_in_annexes_is_found_there(question: str, document_id: str, words: str) -> None:
    (one,) = quoted(question, TREE, TIDES).quotes
    assert (one.document_id, one.text) == (document_id, words)


# -- several provisions


def test_several_articles_are_quoted_in_the_order_asked() -> None:
    assert places(quoted("What do articles 5 and 2 say?").quotes) == [("harbours", "5"), ("harbours", "2")]
    assert places(quoted("arts 4-5").quotes) == [("harbours", "4"), ("harbours", "5")]


def test_each_of_several_articles_gets_its_share() -> None:
    answer = quoted("articles 2 to 5")
    assert [one.provision for one in answer.quotes] == ["2", "3(1)", "3(2)", "4", "5"]
    assert len(quoted("articles 1 to 200").quotes) <= MOST_QUOTES
    assert all(len(one.text) <= WHOLE for one in answer.quotes)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Compare article 2 of the Convention on the Care of Harbours with article 3 of the ASP", ["2", "3"]),
        ("CCH art 2, ASP art 3", ["2", "3"]),
        ("article 2 CCH and article 3 ASP", ["2", "3"]),
        ("In the CCH, how does article 2 differ from article 3 of the Agreement on Sea Pilots?", ["2", "3"]),
    ],
)
def test_each_article_is_taken_from_the_treaty_named_with_it(question: str, expected: list[str]) -> None:
    answer = quoted(question, HARBOURS, PILOTS)
    assert places(answer.quotes) == [("harbours", expected[0]), ("pilots", expected[1])]


def test_one_article_of_two_treaties_is_quoted_from_both() -> None:
    answer = quoted("article 2 of the Agreement on Sea Pilots and the CCH", HARBOURS, PILOTS)
    assert places(answer.quotes) == [("pilots", "2"), ("harbours", "2")]


def test_an_article_common_to_several_treaties_is_quoted_from_each() -> None:
    answer = quoted("article 2 common to the Tarn Conventions", FEES, TOLLS)
    assert places(answer.quotes) == [("fee", "2"), ("toll", "2")]


def test_where_one_of_several_is_not_there_it_is_said_and_the_others_are_shown() -> None:
    answer = declined("articles 2 and 70")
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert "no article 70" in answer.message
    assert places(answer.nearest)[0] == ("harbours", "2")


# -- which treaty


@pytest.mark.parametrize(
    "question",
    ["What does article 2 say?", "article 2 of the Convention", "article 2 of the convention", "Art2"],
)
def test_the_only_treaty_there_is_needs_no_name(question: str) -> None:
    assert places(quoted(question, HARBOURS, GUIDE).quotes) == [("harbours", "2")]


@pytest.mark.parametrize(
    "question", ["article 2 of the UN convention", "article 2 of the Marsh agreement", "article 2 NASA"]
)
def test_but_not_if_another_is_spoken_of(question: str) -> None:
    assert ask(question, HARBOURS, GUIDE) is None


def test_a_kind_that_only_one_treaty_is_names_it() -> None:
    assert places(quoted("article 2 of the Agreement", HARBOURS, PILOTS, FEES).quotes) == [("pilots", "2")]
    assert places(quoted("Agreement, art. 2", HARBOURS, PILOTS, FEES).quotes) == [("pilots", "2")]
    assert ask("article 2 of the Convention", HARBOURS, PILOTS, FEES) is None


@pytest.mark.parametrize(
    ("question", "name", "choices"),
    [
        ("article 2 of the Tarn Convention", "Tarn Convention", ("fee", "toll")),
        ("article 70 of the Tarn Convention", "Tarn Convention", ("fee", "toll")),
        ("article 3 of the Additional Protocol", "Additional Protocol", ("wick", "lid")),
    ],
)
def test_a_name_that_fits_several_treaties_is_asked_back(
    question: str, name: str, choices: tuple[str, ...]
) -> None:
    documents = (FEES, TOLLS, WICKS, LIDS)
    answer = declined(question, *documents)
    assert answer.reason is Reason.AMBIGUOUS
    titles = tuple(d.title for d in documents if d.id in choices)
    assert answer.choices == tuple(zip(choices, titles, strict=True))
    assert f"“{name}” fits 2 indexed documents. Which is meant:" in answer.message
    assert all(title in answer.message for title in titles)


def test_a_protocol_is_told_by_its_number_and_its_convention() -> None:
    oil = document(
        PILOTS.text + "\n\nDone at Saltmouth, on the first day of spring.",
        id="lamp-oil",
        title="Convention on Lamp Oil",
    )
    everything = (oil, WICKS, LIDS, PILOTS)
    for asked, one in (
        ("article 2 of the First Protocol to the Saltmouth Convention", "wick"),
        ("article 2 of the second protocol to the Saltmouth Convention", "lid"),
        ("article 2 of the Convention on Lamp Oil", "lamp-oil"),
    ):
        assert places(quoted(asked, *everything).quotes) == [(one, "2")]
    answer = declined("article 2 of the protocol to the Saltmouth Convention", *everything)
    assert [one for one, _ in answer.choices] == ["wick", "lid"]


def test_the_choices_are_part_of_the_json() -> None:
    answer = declined("article 2 of the Tarn Convention", FEES, TOLLS)
    form = answer_json(answer)
    assert form["reason_code"] == "ambiguous_document"
    assert form["choices"] == [
        {"id": "fee", "title": "Tarn Convention on Fees"},
        {"id": "toll", "title": "Tarn Convention on Tolls"},
    ]
    assert answer_json(quoted("article 2 of the Tarn Convention on Fees", FEES, TOLLS))["choices"] == []


def test_it_is_asked_back_even_if_only_one_of_them_has_the_article() -> None:
    assert declined("article 4 of the Tarn Convention", FEES, TOLLS).reason is Reason.AMBIGUOUS


def test_a_filter_or_a_fuller_name_leaves_one() -> None:
    assert places(quoted("article 2 of the Tarn Convention", FEES, GUIDE).quotes) == [("fee", "2")]
    assert places(quoted("article 2 of the Tarn Convention on Tolls", FEES, TOLLS).quotes) == [("toll", "2")]
    assert places(quoted("article 2 of the Second Additional Protocol", WICKS, LIDS).quotes) == [("lid", "2")]


def test_the_treaty_spoken_of_before_is_meant_where_none_is_named() -> None:
    before = "What does the Agreement on Sea Pilots say of rank?"
    assert places(quoted("And article 3?", HARBOURS, PILOTS, earlier=before).quotes) == [("pilots", "3")]
    answer = quoted("And article 2 of the CCH?", HARBOURS, PILOTS, earlier=before)
    assert places(answer.quotes) == [("harbours", "2")]
    assert ask("And article 3 of the UN treaty?", HARBOURS, PILOTS, earlier=before) is None


def test_a_question_leaves_its_treaty_open_if_it_names_none_of_several() -> None:
    several = shelf(HARBOURS, PILOTS)
    assert leaves_open("What does article 3 say?", several)
    assert not leaves_open("What does article 3 of the CCH say?", several)
    assert not leaves_open("Who pays for oil?", several)
    assert not leaves_open("What does article 3 say?", shelf(HARBOURS))


@pytest.mark.parametrize(
    "question", ["Who pays for oil?", "Is there an article on bells?", "", "What does the CCH say about oil?"]
)
def test_a_question_without_an_address_is_searched(question: str) -> None:
    assert ask(question) is None


def test_where_one_article_s_treaty_cannot_be_told_all_is_searched() -> None:
    question = "How do article 2 of the Marsh convention and article 2 of the CCH differ?"
    assert ask(question, HARBOURS, PILOTS) is None
    assert ask("Does the CCH follow article 2 of the Marsh convention?", HARBOURS, PILOTS) is None
    assert ask("Does the CCH mirror article 2 NASA?", HARBOURS, PILOTS) is None


def test_an_address_in_no_particular_treaty_is_searched() -> None:
    assert ask("What does article 2 say?", HARBOURS, PILOTS) is None
    assert ask("What does article 2 say?", GUIDE) is None


def test_a_part_in_a_treaty_s_name_is_no_reference() -> None:
    made = document(TIDES.text, id="on-part", title="Agreement on Part II of the Harbours Convention")
    assert ask("Who measures under the Agreement on Part II of the Harbours Convention?", made, TREE) is None


def test_a_treaty_whose_articles_were_not_found_is_not_said_to_lack_one() -> None:
    assert ask("What does article 40 say?", OTHER) is None


# -- what is not there


@pytest.mark.parametrize(
    ("question", "documents", "said", "nearest"),
    [
        ("article 40", (HARBOURS,), "has no article 40; as indexed, it has 5 articles.", ["5"]),
        (
            "article 5 of the ASP",
            (PILOTS, TREE),
            "no article 5; as indexed, its articles run from 1 to 7.",
            ["3", "7"],
        ),
        ("article 1(7)", (HARBOURS,), "no article 1(7); art 1, as indexed, has 2 paragraphs.", ["1"]),
        ("art 1(1)(d)", (HARBOURS,), "art 1(1), as indexed, has 2 points: (a) to (b).", ["1(1)"]),
        ("article 3(7)", (HARBOURS,), "art 3, as indexed, has 5 paragraphs.", ["3(5)"]),
        ("article 2(3)", (HARBOURS,), "art 2, as indexed, is not divided into numbered parts.", ["2"]),
        ("article 4.9", (HARBOURS,), "no article 4.9; art 4, as indexed, has 2 paragraphs.", ["4"]),
        ("recital 8", (HARBOURS,), "no recital 8; preamble, as indexed, has 2 recitals.", ["preamble(2)"]),
        ("the preamble", (TIDES,), "no preamble; as indexed, it has no preamble.", []),
        ("Part IX", (HARBOURS,), "no Part IX; as indexed, it has Part I and Part II.", [None]),
        ("chapter 3", (HARBOURS,), "no Chapter 3; as indexed, it has Part I and Part II.", []),
        (
            "Annex IV",
            (TREE,),
            "no Annex IV; as indexed, it has Annex I, Annex II and Annex III.",
            ["Annex III"],
        ),
        ("Annex II", (PILOTS,), "no Annex II; as indexed, it has no annexes.", []),
        ("article 9 of annex III", (TREE,), "as indexed, Annex III has 3 articles.", ["Annex III, 3"]),
        ("Annex I, 5", (TREE,), "Annex I, as indexed, has 2 paragraphs.", ["Annex I"]),
    ],
)
def test_a_false_address_is_declined_with_what_is_true_and_what_is_near(
    question: str, documents: tuple[Document, ...], said: str, nearest: list[str | None]
) -> None:
    answer = declined(question, *documents)
    assert answer.reason is Reason.UNKNOWN_PROVISION
    assert answer.message.startswith(f"Not answered: “{documents[0].title}” has no ")
    assert answer.message.endswith(said)
    assert [one.provision for one in answer.nearest][: len(nearest)] == nearest
    assert (answer.nearest == ()) is (nearest == [])


def test_an_article_that_is_printed_but_was_not_recognised_is_searched_for() -> None:
    text = "\n\n".join(f"Article {n}\nA pilot of rank {n} is paid." for n in (1, 2, 3, 7))
    made = document(text.replace("Article 3", "Article 3, see below\n\nArticle 3"), id="odd")
    odd = document(text.replace("rank 3 is paid.", "rank 3 is paid.\n— Article 5 is void."), id="odd")
    assert isinstance(ask("article 3", made), Quoted)
    assert ask("article 5", odd) is None


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("article 3 of the Convention on Winter Roads", "Convention on Winter Roads"),
        ("article 3 of the Snow Convention", "Convention on Winter Roads"),
        ("CWR art 3", "Convention on Winter Roads"),
        ("article 3 cwr", "Convention on Winter Roads"),
        ("article 3 of the Marsh Treaty on Eels", "Marsh Treaty on Eels"),
    ],
)
def test_a_treaty_that_is_not_there_is_told_to_be_absent(question: str, title: str) -> None:
    for documents in ((HARBOURS,), (HARBOURS, PILOTS), (HARBOURS, GUIDE)):
        answer = declined(question, *documents)
        assert answer.reason is Reason.UNKNOWN_DOCUMENT
        assert answer.message == f"Not answered: “{title}” is not among the 5 indexed documents."
        assert answer.nearest == ()
        assert answer.confidence == 0.0


def test_beside_an_absent_treaty_the_provision_of_the_other_is_shown() -> None:
    answer = declined("Compare article 2 of the CCH with article 3 of the Snow Convention", HARBOURS, PILOTS)
    assert answer.reason is Reason.UNKNOWN_DOCUMENT
    assert places(answer.nearest) == [("harbours", "2")]


def test_an_absent_treaty_that_a_guide_speaks_of_is_searched_for() -> None:
    assert ask("article 3 of the Ice Pact", HARBOURS, GUIDE) is None
    assert declined("article 3 of the Ice Pact", HARBOURS).reason is Reason.UNKNOWN_DOCUMENT


# -- addresses for a search


def test_the_addresses_of_a_question_come_in_the_order_asked() -> None:
    found = addresses("articles 5 and 2 of the CCH", shelf(HARBOURS, PILOTS))
    assert [(made.id, node.label) for made, node in found] == [("harbours", "5"), ("harbours", "2")]
    assert addresses("article 2 of the Tarn Convention", shelf(FEES, TOLLS)) == ()
    assert addresses("Who pays?", shelf(HARBOURS)) == ()


def test_no_provision_is_quoted_twice() -> None:
    answer = quoted("article 2, article 2 and article II")
    assert places(answer.quotes) == [("harbours", "2")]
    found = [one.segments[0].start for one in quoted("articles 1 to 5").quotes]
    assert all(one < other for one, other in pairwise(found))


# -- in the assistant


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home, embedder = tmp_path_factory.mktemp("home"), HashEmbedder()
    made = settings.load(home, embedded=False)
    build(home, (HARBOURS, PILOTS, FEES, TOLLS), wiring.cutter(made, embedder), embedder, chunking="test")
    names = home / "names.toml"
    names.write_text(
        '[[treaty]]\ntitle = "Agreement on Sea Pilots"\nnames = ["Rank Pact"]\n\n'
        '[[treaty]]\ntitle = "Convention on Winter Roads"\nnames = ["Snow Convention"]\n',
        encoding="utf-8",
    )
    opened = Assistant(
        open_generation(home, model=embedder.name), embedder, OverlapReranker(), name_book.read(names)
    )
    yield opened
    opened.close()


def test_names_of_the_user_s_file_are_known(assistant: Assistant) -> None:
    answer = assistant.ask("What does article 3 of the Rank Pact say?")
    assert isinstance(answer, Quoted)
    assert places(answer.quotes) == [("pilots", "3")]
    absent = assistant.ask("What does article 3 of the Snow Convention say?")
    assert isinstance(absent, Declined)
    assert absent.reason is Reason.UNKNOWN_DOCUMENT


@pytest.mark.parametrize(
    "question", ["And article 3?", "What does article 3 say?", "What about paragraph 2?"]
)
def test_a_conversation_decides_which_treaty_is_meant(assistant: Assistant, question: str) -> None:
    history = ["What does article 3 of the Convention on the Care of Harbours say?"]
    answer = assistant.ask(question, history=history)
    assert isinstance(answer, Quoted)
    assert {one.document_id for one in answer.quotes} == {"harbours"}
    assert (answer.quotes[0].provision or "").startswith("3(2)" if "paragraph" in question else "3(1)")
    assert answer.question == question


def test_a_filter_leaves_one_of_those_a_name_fits(assistant: Assistant) -> None:
    question = "What does article 2 of the Tarn Convention say?"
    both = assistant.ask(question)
    assert isinstance(both, Declined)
    assert [one for one, _ in both.choices] == ["fee", "toll"]
    answer = assistant.ask(question, document_ids=[both.choices[1][0]])
    assert isinstance(answer, Quoted)
    assert places(answer.quotes) == [("toll", "2")]


def test_a_search_begins_with_the_provisions_named(assistant: Assistant) -> None:
    hits = assistant.search("articles 5 and 2 of the Convention on the Care of Harbours", top_k=2)
    assert [hit.passage.label for hit in hits] == ["5", "2"]
