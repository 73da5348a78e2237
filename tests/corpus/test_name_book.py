"""The names file: which documents its entries are, and what is wrong with a damaged one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpus.catalogue import entries
from corpus.errors import NamesError
from corpus.models import Document, Kind
from corpus.name_book import NameBook, NamedTreaty, packaged, parse, read
from corpus.names import named_in
from tests.corpus.written_treaties import document

HARBOURS = NamedTreaty(
    title="Convention on the Care of Harbours", names=("CCH", "Harbours Convention"), year=1901
)
BEACONS = NamedTreaty(
    title="Convention on the Care of Harbours and their Beacons", names=("Beacons Convention",), year=1950
)
PILOTS = NamedTreaty(
    title="Agreement on Organized Pilotage between Distant Coasts",
    names=("AOP",),
    also=("Pilotage Agreement",),
)
SALT = NamedTreaty(title="Tarn Agreement", names=("Salt Agreement",), id="salt-of-tarn")
BOOK = NameBook((HARBOURS, BEACONS, PILOTS, SALT))


def titled(
    title: str, text: str = "1. Keepers wake.", *, called: str = "x", kind: Kind = Kind.TREATY
) -> Document:
    return document(text, id=called, title=title, kind=kind)


@pytest.mark.parametrize(
    ("made", "entry"),
    [
        (titled("Convention on the Care of Harbours"), HARBOURS),
        (titled("CONVENTION ON THE CARE OF HARBOURS (1901)"), HARBOURS),
        (titled("Convention of the care of harbours, done at Lanternport"), HARBOURS),
        (titled("Convention on the Care of Harbours and their Beacons"), BEACONS),  # its title says more
        (titled("Agreement on organised pilotage between distant coasts"), PILOTS),  # -ise or -ize
        (titled("Pilotage Agreement"), PILOTS),
        (titled("Tarn Agreement"), SALT),
        (titled("Any title at all", called="salt-of-tarn"), SALT),
        (titled("Whatever", called="cch"), HARBOURS),
        (titled("scan 12", "LANTERNPORT\nCONVENTION ON THE CARE\nOF HARBOURS\n\n1. Keepers wake."), HARBOURS),
    ],
    ids=lambda value: value.title if isinstance(value, Document) else "",
)
def test_a_document_goes_by_the_names_of_its_title(made: Document, entry: NamedTreaty) -> None:
    assert BOOK.of(made) == (entry,)
    assert set(entry.names) <= set(BOOK.named(made).names)


@pytest.mark.parametrize(
    "made",
    [
        titled("Protocol to the Convention on the Care of Harbours"),
        titled("Second Convention on the Care of Harbours"),
        titled("United Nations Convention on the Care of Harbours"),
        titled("Convention on Harbours"),
        titled("Convention on the Care of Harbours, 1880"),  # before the entry's year
        titled("Convention on the Care of Harbours", kind=Kind.GUIDE),
        titled("Agreement on the Fees of Tarn and of all Ports upon the Northern Shore"),
        titled("Protocol on Fog", "Protocol\nCONVENTION ON THE CARE OF HARBOURS\n"),
    ],
    ids=lambda made: made.title,
)
def test_a_document_of_another_title_does_not(made: Document) -> None:
    assert BOOK.of(made) == ()
    assert BOOK.named(made) == made


def test_what_none_of_the_documents_is_is_absent() -> None:
    here = [titled("Convention on the Care of Harbours"), titled("Tarn Agreement")]
    assert BOOK.absent(here) == (BEACONS, PILOTS)


def test_names_are_met_in_questions() -> None:
    made = BOOK.named(titled("Convention on the Care of Harbours", called="harbours"))
    assert named_in("What does the Harbours Convention say?", [made]) == ("harbours",)


# -- the program's own file


def test_the_packaged_names_are_many_and_each_entry_once() -> None:
    titles = Counter(treaty.title.casefold() for treaty in packaged().treaties)
    official = {text.title.casefold() for text in entries()}
    assert len(titles) >= 100
    assert all(count == 1 or (count == 2 and title in official) for title, count in titles.items())


@pytest.mark.parametrize("treaty", packaged().treaties, ids=lambda treaty: treaty.title[:60])
def test_a_document_of_an_entry_s_title_is_that_treaty_and_no_other(treaty: NamedTreaty) -> None:
    made = titled(treaty.title)
    assert {found.title.casefold() for found in packaged().of(made)} == {treaty.title.casefold()}


@pytest.mark.parametrize(
    ("name", "count"), [("Geneva Convention", 4), ("Washington Convention", 2), ("ECHR", 1), ("GC III", 1)]
)
def test_a_name_may_stand_for_several_treaties(name: str, count: int) -> None:
    assert sum(name in treaty.names for treaty in packaged().treaties) == count


# -- the user's file

OWN = """
[[treaty]]
title = "Convention on the Care of Harbours"
names = ["Lamp Treaty"]
"""


def test_a_user_s_file_adds_to_the_packaged_names(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    assert read(path) == packaged()
    path.write_text(OWN, encoding="utf-8")
    assert read(path).treaties[: len(packaged().treaties)] == packaged().treaties
    assert read(path).treaties[-1].names == ("Lamp Treaty",)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[[treaty", "expected TOML, found"),
        ("[[text]]\ntitle = 'x'", "found at treaty: field required"),
        ("[[treaty]]\ntitle = 'x'", "found at treaty.0.names: field required"),
        ("[[treaty]]\ntitle = 'x'\nnames = []", "found at treaty.0.names: tuple should have at least 1 item"),
        (
            "[[treaty]]\ntitle = ' '\nnames = ['y']",
            "found at treaty.0.title: string should have at least 1 character",
        ),
        (
            "[[treaty]]\ntitle = 'x'\nnames = ['y']\nnick = 'z'",
            "found at treaty.0.nick: extra inputs are not permitted",
        ),
        (
            "[[treaty]]\ntitle = 'x'\nnames = ['y']\nyear = 12",
            "found at treaty.0.year: input should be greater",
        ),
    ],
)
def test_a_damaged_file_is_told_in_one_line(toml: str, message: str) -> None:
    with pytest.raises(NamesError, match=r"^/home/u/names\.toml: ") as raised:
        parse(toml, "/home/u/names.toml")
    assert message in str(raised.value)
    assert "Mend or remove it" in str(raised.value)
    assert "\n" not in str(raised.value).split("found: ")[0]


def test_a_file_that_is_no_text_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_bytes(b"\xff\xfe\x00names")
    with pytest.raises(NamesError, match="expected a TOML file in UTF-8"):
        read(path)
