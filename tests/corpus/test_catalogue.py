"""The catalogue of official texts: what it must hold, and what a guide's note is found to speak of."""

from __future__ import annotations

import re
from importlib.resources import files
from urllib.parse import urlsplit

import pytest

from corpus import catalogue
from corpus.embedded import embedded_documents
from corpus.errors import CatalogueError
from corpus.models import Kind

_WANTED = 12
_CODE_HOSTS = ("github", "gitlab", "raw.", "huggingface", "wikisource", "wikipedia")

_SOUND = """
[[text]]
id = "tools"
title = "Convention on the Lending of Garden Tools"
publisher = "Allotment Union"
address = "https://tools.example/text.txt"
hosts = ["tools.example"]
format = "txt"
language = "en"
authenticity = "Written for a test."
names = ["Spade Convention"]
kind = "treaty"
"""


def test_a_dozen_texts_can_be_fetched_directly() -> None:
    assert len([entry for entry in catalogue.entries() if entry.direct]) >= _WANTED


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.id)
def test_every_text_comes_from_its_publisher_over_https(entry: catalogue.CatalogueEntry) -> None:
    for address in (entry.address, entry.human_page):
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert parts.port is None
        assert not any(host in (parts.hostname or "") for host in _CODE_HOSTS)
    assert urlsplit(entry.address).hostname in entry.hosts
    assert entry.kind in {Kind.TREATY, Kind.DECLARATION}
    assert entry.names
    assert "\n" not in entry.authenticity


def test_every_address_says_where_it_was_seen() -> None:
    lines = (files("corpus") / "catalogue.toml").read_text(encoding="utf-8").splitlines()
    addresses = [number for number, line in enumerate(lines) if line.startswith("address = ")]
    assert len(addresses) == len(catalogue.entries())
    assert all(lines[number - 1].startswith("# ") for number in addresses)


@pytest.mark.parametrize(
    ("note", "text_id"),
    [
        ("Budapest Convention, art. 19(4)", "budapest-convention"),
        ("UN Convention against Cybercrime, arts. 7-11", "un-cybercrime-convention"),
        ("the Hanoi Convention", "un-cybercrime-convention"),
        ("A/RES/79/243", "un-cybercrime-convention"),
        ("Convention on Cybercrime (ETS No. 185)", "budapest-convention"),
        ("ETS 185", "budapest-convention"),
        ("CETS No. 185, art. 2", "budapest-convention"),
        ("ETS No. 005", "echr"),
        ("ETS 5, art. 8", "echr"),
        ("First Additional Protocol, preamble", "budapest-first-protocol"),
        ("First Additional Protocol to the Budapest Convention, art. 3", "budapest-first-protocol"),
        ("Additional Protocol to the Convention on Cybercrime", "budapest-first-protocol"),
        ("Second Additional Protocol to the Budapest Convention, art. 7", "budapest-second-protocol"),
        ("CETS 224", "budapest-second-protocol"),
        ("Palermo Convention, art. 2(b)", "untoc"),
        ("UNTOC art. 18", "untoc"),
        ("UN Convention against Corruption, art. 57", "uncac"),
        ("Vienna Convention on the Law of Treaties, art. 31", "vclt"),
        ("vclt art 31(3)(c)", "vclt"),
        ("Article 51 of the UN Charter", "un-charter"),
        ("ICCPR,  art. 17", "iccpr"),
        ("UDHR art. 12", "udhr"),
        ("OECD Declaration on Government Access", "oecd-government-access"),
        ("Malabo Convention, art. 29", "malabo-convention"),
        (
            "UN Convention against Cybercrime, art. 40; Budapest Convention, art. 27",
            "un-cybercrime-convention",
        ),
    ],
)
def test_a_note_speaks_of_a_text(note: str, text_id: str) -> None:
    found = catalogue.covers(note)
    assert found is not None
    assert found.id == text_id


@pytest.mark.parametrize(
    "note",
    [
        "",
        "general",
        "US-UK CLOUD Act agreement",
        "Vienna Convention on Diplomatic Relations, art. 24",
        "Optional Protocol to the International Covenant on Civil and Political Rights",
        "Protocol No. 7 to the European Convention on Human Rights",
        "Explanatory Report to the Budapest Convention, para. 38",
        "First Additional Protocol to the Geneva Conventions",
        "ETS 1850",
        "SHUNTOCK",
    ],
)
def test_what_only_sounds_like_a_text_is_not_one(note: str) -> None:
    assert catalogue.covers(note) is None


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.id)
def test_a_text_is_found_by_each_of_its_names(entry: catalogue.CatalogueEntry) -> None:
    for name in (entry.title, *entry.names):
        found = catalogue.covers(f"{name}, art. 1")
        assert found is not None
        assert found.id == entry.id, name


def test_treaties_the_guides_speak_of_are_in_the_catalogue() -> None:
    notes = [note.about for document in embedded_documents() for note in document.notes]
    pinpoints = [part.strip() for about in notes for part in about.split(";")]
    treaties = [
        part for part in pinpoints if re.search(r"\b(?:Convention|Protocol|Covenant|Charter)\b", part)
    ]
    assert treaties
    assert [part for part in treaties if catalogue.covers(part) is None] == []


def test_an_entry_is_got_by_its_id() -> None:
    assert catalogue.entry("vclt").title == "Vienna Convention on the Law of Treaties"


@pytest.mark.parametrize(
    ("wrong", "offered"),
    [
        ("untok", "untoc"),
        ("budapest", "budapest-convention"),
        ("ETS 185", "budapest-convention"),
        ("?", "It has"),
    ],
)
def test_an_unknown_id_gets_an_offer(wrong: str, offered: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(offered)) as caught:
        catalogue.entry(wrong)
    assert repr(wrong) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_catalogue_is_read() -> None:
    (entry,) = catalogue.parse(_SOUND)
    assert (entry.id, entry.format, entry.kind) == ("tools", catalogue.Format.TXT, Kind.TREATY)
    assert entry.human_page == entry.address


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("https://tools", "http://tools"), "not an https address"),
        (('["tools.example"]', '["spades.example"]'), "own host"),
        (('format = "txt"', 'format = "odt"'), "format"),
        (('id = "tools"', 'id = "../tools"'), "id"),
        (('kind = "treaty"', 'kind = "treaty"\ncolour = "green"'), "colour"),
        (('language = "en"\n', ""), "language"),
        (("[[text]]", "[[text"), "not TOML"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_an_unsound_catalogue_is_refused_in_one_line(change: tuple[str, str], complaint: str) -> None:
    damaged = _SOUND.replace(*change)
    assert damaged != _SOUND
    with pytest.raises(CatalogueError, match=complaint) as caught:
        catalogue.parse(damaged)
    assert "\n" not in str(caught.value)


def test_one_name_cannot_stand_for_two_texts() -> None:
    second = _SOUND.replace('id = "tools"', 'id = "hoes"').replace("Garden Tools", "Hoes")
    with pytest.raises(CatalogueError, match="stands for both"):
        catalogue.parse(_SOUND + second)
