"""Quotes of a text that has changed: every way back leads to the version they are of, marked as an older one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assistant.models import Quoted
from assistant.permalinks import exact_link
from assistant.quotes import quote
from assistant.render import quote_json
from assistant.render_verify import verified_json, verified_text
from assistant.show import shown_version
from assistant.takeaway.models import Taken
from assistant.takeaway.notes import Notes
from assistant.verify import verify
from assistant.verify_formerly import with_formerly
from assistant.versions import CHANGED, Versions, lifetime
from assistant.web.ask.kept import kept_turn, restored
from assistant.web.ask.turns import Turn, Why
from corpus.errors import LibraryError
from corpus.library import Library
from corpus.links import link_of, resolve_link, source_of_link, words_of_link
from corpus.models import Document, Provision
from corpus.pinpoint import Style
from corpus.structure import parse
from index.models import Searched

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from assistant.models import Quote

THEN = (
    "# Convention on the Lamps\n\n## Article 1\nEvery keeper shall rest by day.\n\n## Article 2\n1. Oil is shared with "
    "every neighbour.\n2. Oil is returned within thirty days.\n\n## Article 3\nThis Convention enters into force on "
    "signature.\n"
)
NOW = THEN.replace("rest by day.", "rest by day and by turns.").replace("thirty", "sixty")


class Held:
    """The documents of an index, as the page's parts ask for them."""

    def __init__(self, *documents: Document) -> None:
        self._by_id = {one.id: one for one in documents}

    def documents(self) -> tuple[Document, ...]:
        return tuple(self._by_id.values())

    def document(self, document_id: str) -> Document:
        return self._by_id[document_id]

    def provisions(self, document_id: str) -> Provision:
        return parse(self._by_id[document_id])


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    return Library(tmp_path)


def quoted(document: Document, place: str) -> Quote:
    node = resolve_link(f"{link_of(document.id, ())}/{place}", parse(document))
    body = document.text[node.body : node.span.end]
    start = node.body + len(body) - len(body.lstrip())
    return quote(document, node, (type(node.span)(start, node.body + len(body.rstrip())),), 1.0)


@pytest.fixture
def made(shelf: Library) -> Quote:
    """A quote of the text as it was; the library has changed since."""
    shelf.add_bytes(THEN.encode(), "lamps.md")
    then = quoted(shelf.document("lamps"), "art-2/2")
    shelf.add_bytes(NOW.encode(), "lamps.md")
    return then


def test_a_link_says_which_version_it_is_of(shelf: Library, made: Quote) -> None:
    link = exact_link(made)
    assert source_of_link(link) == made.sha256[:12]
    assert words_of_link(link) is not None
    meant = Versions(lambda: shelf).meant(shelf.document("lamps"), link)
    assert meant.older is not None
    assert meant.older.document.provenance.sha256 == made.sha256
    assert meant.notice.startswith("Older version of this document: added on ")


def test_a_link_without_it_leads_to_the_newest_version_that_has_the_words(
    shelf: Library, made: Quote
) -> None:
    versions, today = Versions(lambda: shelf), shelf.document("lamps")
    bare = exact_link(made).rpartition("&d=")[0]
    meant = versions.meant(today, bare)
    assert meant.older is not None
    assert meant.older.document.provenance.sha256 == made.sha256
    same = exact_link(quoted(today, "art-2/2")).rpartition("&d=")[0]
    assert versions.meant(today, same).older is None
    assert versions.meant(today, bare.rpartition("v=")[0] + "v=0123456789ab").notice == CHANGED
    assert versions.meant(today, link_of("lamps", ("Article 2",))).notice == ""


def test_show_gives_the_words_of_then_and_the_way_to_those_of_today(shelf: Library, made: Quote) -> None:
    versions, today = Versions(lambda: shelf), shelf.document("lamps")
    data, text = shown_version(today, exact_link(made), (today,), versions)
    assert data["text"] == "Oil is returned within thirty days."
    assert (data["version"]["status"], data["version"]["sha256"]) == ("older", made.sha256)
    assert data["version"]["today"] == "#/documents/lamps/art-2/2"
    assert text.splitlines()[0].startswith("Older version of this document")
    assert "Today's text: #/documents/lamps/art-2/2" in text.splitlines()[0]
    data, text = shown_version(today, "2(2)", (today,), versions)
    assert (data["text"], data["version"]["status"]) == ("Oil is returned within sixty days.", "today")
    assert shown_version(today, "2(2)", (today,), versions, made.sha256[:8])[0]["text"] == made.text


def test_a_version_that_is_gone_is_said_to_be_gone(shelf: Library, made: Quote) -> None:
    today = shelf.document("lamps")
    entry = shelf.entry("lamps")
    shelf.file(entry, entry.version(made.sha256)).unlink()
    data, text = shown_version(today, exact_link(made), (today,), Versions(lambda: shelf))
    assert data["version"]["status"] == "gone"
    assert data["text"] == "Oil is returned within sixty days."
    assert "is not kept any more" in text.splitlines()[0]
    with pytest.raises(LibraryError, match="cannot be read"):
        shown_version(today, "2(2)", (today,), Versions(lambda: shelf), made.sha256)


def test_a_conversation_kept_in_the_browser_shows_its_quotes_in_their_version(
    shelf: Library, made: Quote
) -> None:
    turn = Turn("When?", Quoted("When?", (made,), Searched(1, 2, "g"), 0.9))
    kept = kept_turn(turn)
    assert kept is not None
    held = Held(shelf.document("lamps"))
    back = restored(kept, held, Versions(lambda: shelf))  # type: ignore[arg-type]
    assert isinstance(back.answer, Quoted)
    (again,) = back.answer.quotes
    assert (again.text, again.sha256) == (made.text, made.sha256)
    assert again.older is not None
    assert again.older.today == "#/documents/lamps/art-2/2"
    assert quote_json(again)["older"]["added"] == again.older.added
    shelf.remove("lamps")
    (lost,) = restored(kept, held, Versions(lambda: shelf)).lost  # type: ignore[arg-type]
    assert lost.why is Why.CHANGED


def test_an_exported_footnote_leads_to_the_version_it_was_made_from(made: Quote, moment: datetime) -> None:
    taken = Taken("When?", (Quoted("When?", (made,), Searched(1, 2, "g"), 0.9),), moment, {})
    assert source_of_link(Notes(taken, Style.OSCOLA).add(made).link) == made.sha256[:12]


@pytest.fixture
def moment() -> datetime:
    from datetime import UTC, datetime

    return datetime(2031, 5, 1, tzinfo=UTC)


def test_a_quotation_of_the_text_of_then_is_told_from_one_that_never_stood_there(
    shelf: Library, made: Quote
) -> None:
    memo = (
        'It says "Oil is returned within thirty days" (art 2(2) Convention on the Lamps), and not that '
        '"oil is returned within ninety years".'
    )
    today = shelf.document("lamps")
    held = Held(today)
    report = verify(memo, (today,), held.provisions)
    found = with_formerly(report, memo, (today,), Versions(lambda: shelf))
    then, never = found.findings
    assert (then.status.sound, never.status.sound, never.formerly) == (False, False, None)
    assert then.formerly is not None
    assert then.formerly.sha256 == made.sha256
    assert source_of_link(then.formerly.link) == made.sha256[:12]
    told = verified_json(found, memo)["findings"]
    assert [one["formerly"] is None for one in told] == [False, True]
    assert json.dumps(told)
    assert "These words stand in an older version of the document, added on" in verified_text(found, memo)


def test_documents_without_a_past_cost_nothing(shelf: Library) -> None:
    shelf.add_bytes(NOW.encode(), "lamps.md")
    today = shelf.document("lamps")
    memo = 'It says "oil is returned within ninety years".'
    report = verify(memo, (today,), Held(today).provisions)
    assert with_formerly(report, memo, (today,), Versions(lambda: shelf)) == report
    assert with_formerly(report, memo, (today,), None) == report


@pytest.mark.parametrize(
    ("added", "replaced", "said"),
    [
        (
            "2031-05-01T09:00:00+00:00",
            "2031-06-02T10:00:00+00:00",
            "added on 1 May 2031, replaced on 2 June 2031",
        ),
        (
            "2031-05-01T09:00:00+00:00",
            "2031-05-01T10:30:00+00:00",
            "added on 1 May 2031, 09:00 UTC, replaced on 1 May 2031, 10:30 UTC",
        ),
        ("2031-05-01T09:00:00+00:00", "", "added on 1 May 2031"),
    ],
)
def test_a_version_is_dated_as_finely_as_it_must(added: str, replaced: str, said: str) -> None:
    assert lifetime(added, replaced) == said
