"""Which treaty a question means, from the names people use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.models import Document, Kind
from corpus.name_book import NamedTreaty
from corpus.names import (
    abbreviations_in,
    foreign_name,
    named_in,
    names_of,
    naming,
    naming_words,
    raised,
    shortens,
)
from tests.corpus.written_treaties import document

_DONE = "1. Keepers wake.\n\nDone at {place}, on the first day of spring."
HARBOURS = document(
    _DONE.format(place="Lanternport"), id="harbours", title="Convention on the Care of Harbours"
)
FOG = document(_DONE.format(place="the city of Greyhaven"), id="fog", title="Protocol on Signals in Fog")
ICE = document(
    "1. Ice is cold.",
    id="ice",
    title="United Harbours Treaty on Winter Navigation",
    names=("Ice Treaty", "HTS 12"),
)
GUIDE = document(
    "Oil is dear.", id="guide", title="Guide to the Convention on the Care of Harbours", kind=Kind.GUIDE
)
ALL = (HARBOURS, FOG, ICE, GUIDE)


@pytest.mark.parametrize(
    ("abbreviation", "name", "fits"),
    [
        ("VCLT", "Vienna Convention on the Law of Treaties", True),
        ("UNCLOS", "United Nations Convention on the Law of the Sea", True),
        ("UNCAC", "United Nations Convention against Corruption", True),
        ("UNTOC", "United Nations Convention against Transnational Organized Crime", True),
        ("ICCPR", "International Covenant on Civil and Political Rights", True),
        ("ICESCR", "International Covenant on Economic, Social and Cultural Rights", True),
        ("ICCPR", "International Covenant on Economic, Social and Cultural Rights", False),
        ("UNCAC", "United Nations Convention against Transnational Organized Crime", False),
        ("UNTOC", "United Nations Convention against Corruption", False),
        ("CCH", "Convention on the Care of Harbours", True),
        ("CH", "Convention on the Care of Harbours", False),  # too short to mean anything
        ("UN", "United Nations Convention against Corruption", False),
        ("BBNJ", "BBNJ", True),
        ("XYZ", "Convention on the Care of Harbours", False),
        ("ABC", "", False),
    ],
)
def test_initials_shorten_a_title_with_or_without_its_small_words(
    abbreviation: str, name: str, fits: bool
) -> None:
    assert shortens(abbreviation, name) is fits


def test_a_treaty_goes_by_its_title_its_other_names_and_where_it_was_done() -> None:
    assert names_of(HARBOURS) == ("Convention on the Care of Harbours", "Lanternport Convention")
    assert names_of(FOG) == ("Protocol on Signals in Fog", "Greyhaven Protocol")
    assert names_of(ICE) == ("United Harbours Treaty on Winter Navigation", "Ice Treaty", "HTS 12")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Convention concerning the Trade in Lamps", ("Convention concerning the Trade in Lamps",)),
        ("General Convention: Oil and Wicks", ("General Convention: Oil and Wicks",)),
        ("Lamp Treaty: Oil and Wicks", ("Lamp Treaty: Oil and Wicks", "Lamp Treaty")),
        ("UN Charter: Oil and Wicks", ("UN Charter: Oil and Wicks", "UN Charter")),
        ("Convention", ()),
    ],
)
def test_a_word_for_what_it_is_does_not_name_a_treaty(title: str, names: tuple[str, ...]) -> None:
    made = document("1. Lamps are lit.", id="made", title=title)
    assert names_of(made) == names
    assert named_in("Who pays for oil in general under the Convention?", [made, HARBOURS]) == ()


def test_only_a_treaty_is_called_after_the_place_where_it_was_done() -> None:
    text = _DONE.format(place="Lanternport")
    guide = document(text, title="Guide to the Convention", kind=Kind.GUIDE)
    assert names_of(guide) == ("Guide to the Convention",)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What does the Convention on the Care of Harbours say about oil?", ["harbours"]),
        ("what does the convention on the care of harbours say?", ["harbours"]),
        ("When did the Lanternport Convention enter into force?", ["harbours"]),
        ("Who may sign the Greyhaven Protocol?", ["fog"]),
        ("Does the CCH allow tolls?", ["harbours"]),
        ("Is HTS 12 in force?", ["ice"]),
        ("What is the Ice Treaty?", ["ice"]),
        ("How do the Lanternport Convention and the Greyhaven Protocol differ?", ["harbours", "fog"]),
        ("How do HTS 12 and the Convention on the Care of Harbours differ?", ["harbours", "ice"]),
        ("Does the CCH go further than the Greyhaven Protocol?", ["harbours", "fog"]),
        # a subject is no name
        ("Who cares for harbours?", []),
        ("What is the fog signal?", []),
        ("Who keeps the ice away?", []),
        ("What does the convention say?", []),
        ("Is there a protocol?", []),
        ("", []),
    ],
)
def test_a_question_names_treaties(question: str, ids: list[str]) -> None:
    assert list(named_in(question, ALL)) == ids


def test_a_guide_is_never_what_a_question_names() -> None:
    assert named_in("What does the Guide to the Convention on the Care of Harbours say?", (GUIDE,)) == ()


def test_of_two_titles_the_one_that_says_more_is_meant() -> None:
    later = document("1. x", id="later", title="Second Protocol to the Convention on the Care of Harbours")
    both: tuple[Document, ...] = (HARBOURS, later)
    assert named_in("What does the Convention on the Care of Harbours say?", both) == ("harbours",)
    asked = "What does the Second Protocol to the Convention on the Care of Harbours say?"
    assert named_in(asked, both) == ("later",)


RULES = document(_DONE.format(place="Saltmouth"), title="Convention on Lamp Oil", id="oil")
FIRST = document(
    _DONE.format(place="Tarn"),
    title="Additional Protocol to the Convention on Lamp Oil, concerning wicks",
    id="wicks",
)
STOCKS = document(
    _DONE.format(place="Tarn"), title="Agreement for the Sharing of Herring Nets and Lobster Pots", id="pots"
)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What does the Convention on Lamp Oil say?", ("oil",)),
        ("article 3 of the Additional Protocol to the Convention on Lamp Oil", ("wicks",)),
        (
            "article 3 of the First Protocol to the Saltmouth Convention",
            ("wicks",),
        ),  # never the convention's own
        ("What does the Lobster Pots Agreement say?", ("pots",)),
        ("What does the Herring Agreement say?", ("pots",)),
        ("What does the Cabbage Agreement say?", ()),
    ],
)
def test_a_protocol_is_not_its_convention_and_a_short_name_is_enough(
    question: str, ids: tuple[str, ...]
) -> None:
    assert named_in(question, (RULES, FIRST, STOCKS)) == ids


# -- names that fit several, protocols by their number

FISH, NETS = (
    document(_DONE.format(place="Tarn"), title=f"Tarn Convention on {what}", id=what.lower())
    for what in ("Trout", "Nets")
)


def test_a_name_that_fits_several_treaties_names_them_together() -> None:
    both = (FISH, NETS)
    assert naming("article 5 of the Tarn Convention", both).groups == (("trout", "nets"),)
    assert naming("the Tarn Convention on Nets", both).groups == (("nets",),)
    assert naming("the Tarn Convention on Trout and the Tarn Convention on Nets", both).groups == (
        ("trout",),
        ("nets",),
    )


SECOND = document(
    _DONE.format(place="Tarn"), title="Second Additional Protocol to the Convention on Lamp Oil", id="lids"
)
FOURTH = document("1. x", title="Protocol No. 4 to the Convention on Lamp Oil", id="four")


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("the Second Additional Protocol to the Saltmouth Convention", ("lids",)),
        ("the First Protocol to the Saltmouth Convention", ("wicks",)),
        ("Protocol No. 4 to the Saltmouth Convention", ("four",)),
        ("Protocol 4 to the Saltmouth Convention", ("four",)),
        ("the Third Protocol to the Saltmouth Convention", ()),
        ("the Saltmouth Convention", ("oil",)),
    ],
)
def test_protocols_are_told_by_their_number(question: str, ids: tuple[str, ...]) -> None:
    assert named_in(question, (RULES, FIRST, SECOND, FOURTH)) == ids


def test_a_protocol_alone_in_the_library_does_not_go_by_its_convention_s_name() -> None:
    assert named_in("What does the Convention on Lamp Oil say?", (SECOND,)) == ()
    assert named_in("What does the Second Protocol to the Convention on Lamp Oil say?", (SECOND,)) == (
        "lids",
    )


# -- known treaties that are not there

KNOWN = (
    NamedTreaty(title="Tarn Convention on Road Tolls", names=("TCRT", "Tolls Convention", "Tarn Convention")),
    NamedTreaty(title="Convention on Lamp Oil", names=("Oil Convention",)),
)


@pytest.mark.parametrize(
    ("question", "ids", "absent"),
    [
        ("the Tarn Convention on Road Tolls", (), ("Tarn Convention on Road Tolls",)),
        ("the tarn convention on road tolls", (), ("Tarn Convention on Road Tolls",)),
        ("the Tolls Convention", (), ("Tarn Convention on Road Tolls",)),
        ("article 5 of TCRT", (), ("Tarn Convention on Road Tolls",)),
        ("article 5 tcrt", (), ("Tarn Convention on Road Tolls",)),
        ("the Convention on Lamp Oil", (), ("Convention on Lamp Oil",)),
        ("the Tarn Convention", ("trout",), ()),
        ("the Tarn Convention on Trout", ("trout",), ()),
        (
            "the Tarn Convention on Trout and the Tolls Convention",
            ("trout",),
            ("Tarn Convention on Road Tolls",),
        ),
        ("who pays tolls on roads?", (), ()),
    ],
)
def test_a_known_treaty_that_is_not_there_is_not_taken_for_another(
    question: str, ids: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    named = naming(question, (FISH, SECOND), KNOWN)
    assert named.ids == ids
    assert named.absent == absent


def test_a_longer_title_is_another_treaty_s_though_nobody_knows_it() -> None:
    assert named_in("the Tarn Convention on Road Signs", (FISH,)) == ()
    assert named_in("the Tarn Convention on Trouts", (FISH,)) == ("trout",)  # the ending is left aside


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Marsh Treaty of 1901", "Marsh Treaty"),
        ("Marsh Treaty on Eel Traps, article 2", "Marsh Treaty on Eel Traps"),
        ("Trout Treaty", ""),  # a word of a name that is there
        ("Ice Treaty", ""),  # the guide speaks of it
        ("marsh treaty", ""),
        ("Convention", ""),
        ("the Marsh Treaty", ""),
    ],
)
def test_a_name_of_nothing_indexed_is_foreign(text: str, foreign: str) -> None:
    guide = document("See the Ice Treaty.", id="guide", title="A guide", kind=Kind.GUIDE)
    assert foreign_name(text, (FISH, guide)) == foreign


# -- series numbers and abbreviations


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("article 5 of HTS 12", ("ice",)),
        ("HTS No. 12, article 5", ("ice",)),
        ("HTS No. 012", ("ice",)),
        ("HTS 121", ()),
        ("12 HTS", ()),
    ],
)
def test_a_series_number_is_met_as_it_is_written(question: str, ids: tuple[str, ...]) -> None:
    assert named_in(question, ALL) == ids


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("article 5 cchx", "article 5 cchx"),
        ("what does ccch say", "what does ccch say"),
        ("article 5 uhtwn", "article 5 UHTWN"),
        ("what does uhtwn say", "what does UHTWN say"),
        ("uhtwn art 5", "UHTWN art 5"),
        ("annex II uhtwn", "annex II UHTWN"),
        ("which text uhtwn article 5", "which text uhtwn article 5"),  # after a noun it may be a verb
        ("article 5 of cites", "article 5 of CITES"),
        ("which paragraph cites article 5", "which paragraph cites article 5"),
    ],
)
def test_abbreviations_in_lower_case_are_read_where_a_name_is_expected(typed: str, read: str) -> None:
    species = document("1. x", id="species", title="Convention on Trade in Species", names=("CITES",))
    assert raised(typed, (*ALL, species)) == read


def test_the_abbreviations_and_naming_words_of_a_question() -> None:
    assert abbreviations_in("CCH 4, TCRT 5 and NASA 6", ALL, KNOWN) == {"cch", "tcrt"}
    asked = "Does the Lanternport Convention on harbours (cch) bind organized keepers?"
    assert naming_words(asked, HARBOURS) >= {"lanternport", "convention", "harbours"}
    assert "organized" not in naming_words(asked, HARBOURS)


def test_a_declaration_has_names_too() -> None:
    made = document("1. x", id="wells", title="Universal Declaration on Wells", kind=Kind.DECLARATION)
    assert named_in("article 3 of the Universal Declaration on Wells", (made,)) == ("wells",)


def test_words_that_also_stand_in_a_name_do_not_name_it_without_a_word_for_what_it_is() -> None:
    known = replace(
        document("Text."),
        id="deep",
        title="Agreement on Night Fishing in the Deep Lakes",
        names=("Deep Lakes Treaty",),
    )
    assert named_in("What must a boat show on the deep lakes at night?", [known]) == ()
    assert named_in("What must a boat show under the deep lakes treaty?", [known]) == ("deep",)
    assert named_in("What does the Deep Lakes Treaty say of lamps?", [known]) == ("deep",)
