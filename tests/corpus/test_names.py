"""Which treaty a question means, from the names people use."""

from __future__ import annotations

import pytest

from corpus.models import Document, Kind
from corpus.names import named_in, names_of, shortens
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
