"""Bibliographies: an entry a document quoted, in CSL-JSON and in BibTeX that can be read back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.takeaway import Form, Taken, take_away
from assistant.takeaway.acting import one_line, visible
from corpus.models import Kind
from corpus.pinpoint import Style
from tests.assistant.taken_things import (
    HARBOURS,
    HOSTILE,
    PUBLISHED,
    answered,
    compared,
    declined,
    lines,
    quoted,
    taken,
    with_definition,
)

FACTS = {"address": PUBLISHED, "retrieved": "2026-02-01T08:00:00+00:00"}
CSL_KEYS = {"id", "type", "title", "genre", "URL", "accessed", "note", "custom"}
"""Those of the schema for input data that are written here; it allows no others than its own."""
CSL_TYPES = {"treaty", "document", "report"}
_COMMANDS = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}", r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^", r"\%": "%", r"\&": "&", r"\$": "$", r"\#": "#", r"\_": "_",
}  # fmt: skip


def csl(made: Taken, style: Style = Style.OSCOLA) -> list[dict[str, Any]]:
    items = json.loads(take_away(made, Form.CSL, style).content)
    for item in items:
        assert {"id", "type"} <= set(item) <= CSL_KEYS
        assert item["type"] in CSL_TYPES
        assert all(isinstance(item[key], str) for key in item if key not in {"accessed", "custom"})
        assert isinstance(item["custom"], dict)
        if "accessed" in item:
            ((year, month, day),) = item["accessed"]["date-parts"]
            assert all(isinstance(part, int) for part in (year, month, day))
    assert len({item["id"] for item in items}) == len(items)
    return list(items)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a BibTeX file, its values still TeX."""

    kind: str
    key: str
    fields: dict[str, str]


def bibtex(made: Taken, style: Style = Style.OSCOLA) -> list[Entry]:
    """Read BibTeX as strictly as it can be: entries and nothing between them, braces balanced, keys plain."""
    text = take_away(made, Form.BIBTEX, style).content.decode()
    entries = []
    while text.strip():
        head = re.match(r"\s*@([a-z]+)\{([A-Za-z0-9.:-]+),\n", text)
        assert head is not None, text
        fields, text = {}, text[head.end() :]
        while not text.startswith("}\n"):
            name = re.match(r"  ([a-z]+) += \{", text)
            assert name is not None, text
            end = _closing_brace(text, name.end())
            fields[name[1]] = text[name.end() : end]
            assert text[end : end + 3] == "},\n"
            text = text[end + 3 :]
        entries.append(Entry(head[1], head[2], fields))
        text = text[2:]
    assert len({one.key.casefold() for one in entries}) == len(entries)
    return entries


def _closing_brace(text: str, start: int) -> int:
    """Return where the brace opened before ``start`` is closed; BibTeX counts braces after a backslash too."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
    raise AssertionError(f"no closing brace in {text[start:]!r}")


def read(tex: str) -> str:
    """Return what TeX prints of a value; whatever is left of TeX's own characters fails."""
    plain, at = "", 0
    while at < len(tex):
        command = next((one for one in _COMMANDS if tex.startswith(one, at)), tex[at])
        assert command not in set("\\{}~^%&$#_")
        plain += _COMMANDS.get(command, command)
        at += len(command)
    return plain


# -- what is cited


def test_an_entry_a_document_with_its_pinpoints() -> None:
    oil = with_definition(
        quoted("Oil is shared.", "Article 3", "1", **FACTS), quoted("A light.", "Article 1", **FACTS)
    )
    guide = quoted("Oil is dear.", "Oil", id="guide", title="On oil", kind=Kind.GUIDE)
    made = taken(
        answered("What of oil?", oil, guide, quoted("Again.", "Article 3", "1", **FACTS)),
        declined("And wax?", quoted("Wax.", id="near", title="Nearest")),
        compared("oil", ("Oil burns.",), ()),
        base="https://chat.example/",
    )
    treaty, about, port = csl(made)
    link = "https://chat.example/#/documents/harbours"
    assert treaty == {
        "id": "harbours",
        "type": "treaty",
        "title": HARBOURS,
        "URL": PUBLISHED,
        "accessed": {"date-parts": [[2026, 2, 1]]},
        "note": "art 3(1); art 1",
        "custom": {
            "sha256": oil.sha256,
            "pinpoints": ["art 3(1)", "art 1"],
            "links": [f"{link}/art-3/1", f"{link}/art-1"],
        },
    }
    assert (about["type"], about["genre"], about["note"]) == ("report", "guide", "“Oil”")
    assert (port["id"], port["note"]) == ("port-0", "art 1")
    assert [entry.key for entry in bibtex(made)] == ["harbours", "guide", "port-0"]
    assert bibtex(made)[0] == Entry(
        "misc",
        "harbours",
        {
            "title": f"{{{HARBOURS}}}",
            "url": PUBLISHED,
            "urldate": "2026-02-01",
            "note": "art 3(1); art 1",
        },
    )
    assert bibtex(made)[1].fields["howpublished"] == "Guide"


def test_pinpoints_are_in_the_style_asked_for() -> None:
    made = taken(answered("q", quoted("Oil.", "Article 3", "1")))
    assert csl(made, Style.BLUEBOOK)[0]["note"] == "art. 3(1)"
    assert bibtex(made, Style.PLAIN)[0].fields["note"] == "Article 3, paragraph 1"


@pytest.mark.parametrize("kind", list(Kind))
def test_only_treaties_and_their_amendments_are_treaties(kind: Kind) -> None:
    (item,) = csl(taken(answered("q", quoted("Oil.", kind=kind))))
    assert (item["type"] == "treaty") is (kind in {Kind.TREATY, Kind.AMENDMENT})
    assert item.get("genre") == (None if kind is Kind.TREATY else kind.words)


def test_nothing_quoted_is_an_empty_bibliography() -> None:
    made = taken(declined("And wax?", quoted("Wax.")))
    assert csl(made) == []
    assert take_away(made, Form.BIBTEX, Style.OSCOLA).content == b"% No document is quoted.\n"


def test_what_is_left_out_is_not_cited() -> None:
    one = with_definition(quoted("Oil."), quoted("A light.", id="other"))
    assert [item["id"] for item in csl(taken(answered("q", one), attached=False))] == ["harbours"]


@pytest.mark.parametrize("retrieved", ["", "yesterday", "2026-13-40"])
def test_a_day_that_is_none_is_left_out(retrieved: str) -> None:
    made = taken(answered("q", quoted("Oil.", retrieved=retrieved)))
    assert "accessed" not in csl(made)[0]
    assert "urldate" not in bibtex(made)[0].fields


# -- what acts


@given(lines)
def test_titles_are_read_back(title: str) -> None:
    made = taken(answered("q", quoted("Oil.", "Part I", title, title=title)))
    (entry,) = bibtex(made)
    assert entry.fields["title"].startswith("{")
    assert read(entry.fields["title"][1:-1]) == one_line(title) == csl(made)[0]["title"]
    assert read(entry.fields["note"]) == csl(made)[0]["note"]


@given(st.lists(lines.map(visible), min_size=1, max_size=4, unique=True))
def test_every_id_gives_a_key_of_its_own(ids: list[str]) -> None:
    made = taken(answered("q", *(quoted("Oil.", id=one) for one in ids)))
    assert len(bibtex(made)) == len({item["id"] for item in csl(made)})


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_no_address_of_the_web_is_not_given_as_one(address: str) -> None:
    made = taken(answered("q", quoted("Oil.", address=address)))
    assert "URL" not in csl(made)[0]
    assert "url" not in bibtex(made)[0].fields


def test_an_address_cannot_end_its_field() -> None:
    made = taken(answered("q", quoted("Oil.", address="https://x.example/a%20b_~c?d=é&e#f")))
    assert bibtex(made)[0].fields["url"] == "https://x.example/a%20b_~c?d=%C3%A9&e#f"
    assert csl(made)[0]["URL"] == "https://x.example/a%20b_~c?d=é&e#f"
