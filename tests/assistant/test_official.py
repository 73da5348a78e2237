"""``treaty corpus fetch``, against a publisher on this machine. Nothing leaves the machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer

from assistant import terminal
from assistant.official import Errand, Fetch, catalogue_table, fetch_official, fetch_texts, text_json
from assistant.settings import Settings
from assistant.wiring import library as library_of
from corpus.catalogue import CatalogueEntry, Format, entries
from corpus.errors import LibraryError
from corpus.fetch import FetchLimits, fetch
from corpus.library import Library
from corpus.models import Kind
from corpus.names import named_in
from index.passage_writing import write_passages
from index.passages import PassageStore

WORDS = "Convention on the Lending of Garden {}\n\nArticle 1\nEach member lends.\n\nArticle 2\nAll comes back {}.\n"
QUICK = FetchLimits(connect=2, read=0.5, total=4, retries=0)
Shown = pytest.CaptureFixture[str]


class Publisher(BaseHTTPRequestHandler):
    """Answers with ``server.texts``; each text's mark is its own hash, and the same mark is not sent twice."""

    server: Publishing

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = self.server.texts.get(self.path, "").encode()
        mark = f'"{hash(body)}"'
        unchanged = self.headers["If-None-Match"] == mark
        self.send_response(304 if unchanged else 200 if body else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("ETag", mark)
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Publishing(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Publisher)
        self.texts: dict[str, str] = {}
        self.asked: list[str] = []


@pytest.fixture
def publisher() -> Iterator[Publishing]:
    with Publishing() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join(5)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


@pytest.fixture
def as_json() -> Iterator[None]:
    terminal.use_json(True)
    yield
    terminal.use_json(False)


def text(name: str, publisher: Publishing | None = None, **changes: object) -> CatalogueEntry:
    address = f"https://{name}.example/text"
    if publisher is not None:
        publisher.texts[f"/{name}"] = WORDS.format(name.title(), "clean")
        address = f"http://127.0.0.1:{publisher.server_port}/{name}"
    fields: dict[str, object] = {
        "id": name,
        "title": f"Convention on the Lending of Garden {name.title()}, with all that hangs on a wall",
        "publisher": "Allotment Union",
        "address": address,
        "hosts": ("127.0.0.1" if publisher is not None else f"{name}.example",),
        "format": Format.TXT,
        "language": "en",
        "authenticity": "Written for a test.",
        "names": (
            f"Convention on the Lending of Garden {name.title()}",
            f"{name.title()} Convention",
            "ATS 7",
        ),
        "kind": Kind.TREATY,
        "page": f"https://{name}.example/about",
        "through": 2,
    }
    return CatalogueEntry.model_validate(fields | changes)


near: Fetch = partial(fetch, allow_loopback=True, limits=QUICK)


def offline(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def nowhere(_host: str, _port: int) -> list[str]:
    """Resolve every name to an address of this machine where nobody listens."""
    return ["127.0.0.1"]


# -- fetching


def test_each_text_is_told_in_one_line(publisher: Publishing, library: Library, capsys: Shown) -> None:
    spades, rakes = text("spades", publisher), text("rakes", publisher)
    fetch_texts([spades, rakes], library, take=near)
    assert capsys.readouterr().out.splitlines() == [
        "fetched: spades  Convention on the Lending of Garden Spades, with all that hangs on a wall",
        "fetched: rakes  Convention on the Lending of Garden Rakes, with all that hangs on a wall",
    ]
    publisher.texts["/rakes"] = WORDS.format("Rakes", "clean and dry")
    errand = fetch_texts([spades, rakes], library, take=near)
    assert [line.partition("  ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "unchanged: spades",
        "new version: rakes",
    ]
    assert errand.problems == []
    assert [one.outcome.value for _, one in errand.got] == ["unchanged", "changed"]
    assert len(library.entry("rakes").versions) == 2


def test_a_failure_is_one_line_and_the_rest_goes_on(
    publisher: Publishing, library: Library, capsys: Shown
) -> None:
    gone, rakes = text("spades", publisher), text("rakes", publisher)
    publisher.texts["/spades"] = ""
    errand = fetch_texts([gone, rakes], library, take=near)
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("error: spades: expected 200 OK, the publisher's server answered 404")
    assert "https://spades.example/about" in line
    assert shown.out.startswith("fetched: rakes")
    assert len(errand.problems) == 1
    assert errand.not_tried == []


def test_an_id_that_a_document_of_the_user_has_is_left_to_it(
    publisher: Publishing, library: Library, capsys: Shown
) -> None:
    library.add_bytes(b"---\nid: spades\n---\n# My spades\n\nThree of them.\n", "mine.md")
    fetch_texts([text("spades", publisher)], library, take=near)
    assert capsys.readouterr().out.endswith("(in the library as spades-2)\n")
    assert library.entry("spades").title == "My spades"


def test_a_damaged_library_ends_it(publisher: Publishing, library: Library) -> None:
    spades = text("spades", publisher)
    fetch_texts([spades], library, take=near)
    (library.folder / "spades" / "entry.json").write_text("{", encoding="utf-8")
    with pytest.raises(LibraryError, match="damaged"):
        fetch_texts([spades, text("rakes", publisher)], library, take=near)


# -- no network


def test_a_network_that_is_not_there_is_told_once(library: Library, capsys: Shown) -> None:
    texts = [text(name) for name in ("spades", "rakes", "hoes")]
    errand = fetch_texts(texts, library, take=partial(fetch, limits=QUICK, resolve=offline), resolve=offline)
    (line,) = capsys.readouterr().err.splitlines()
    assert "there seems to be no network" in line
    assert "2 other texts were not tried" in line
    assert "The embedded corpus goes on working without it" in line
    assert [one.id for one in errand.not_tried] == ["rakes", "hoes"]


def test_the_only_text_asked_for_is_no_sign_of_the_network(library: Library, capsys: Shown) -> None:
    fetch_texts(
        [text("spades")], library, take=partial(fetch, limits=QUICK, resolve=offline), resolve=offline
    )
    (line,) = capsys.readouterr().err.splitlines()
    assert "spades.example could not be reached" in line
    assert "treaty corpus fetch spades" in line


def test_one_publisher_out_of_reach_does_not_keep_the_others_from_coming(
    publisher: Publishing, library: Library
) -> None:
    texts = [text("hoes"), text("spades", publisher), text("sieves"), text("pails"), text("rakes", publisher)]

    def some(host: str, _port: int) -> list[str]:
        return nowhere(host, _port) if host == "127.0.0.1" else offline(host, _port)

    errand = fetch_texts(
        texts, library, take=partial(fetch, allow_loopback=True, limits=QUICK, resolve=some), resolve=nowhere
    )
    assert [one.id for one, _ in errand.got] == ["spades", "rakes"]
    assert len(errand.problems) == 3
    assert errand.not_tried == []


def test_names_that_resolve_are_no_network_if_two_publishers_cannot_be_connected_to(library: Library) -> None:
    texts = [text(name) for name in ("spades", "rakes", "hoes")]
    deaf: Fetch = partial(fetch, allow_loopback=True, limits=QUICK, resolve=nowhere)
    errand = fetch_texts(texts, library, take=deaf, resolve=nowhere)
    assert len(errand.problems) == 2
    assert [one.id for one in errand.not_tried] == ["hoes"]


# -- the command


def ended(home: Path, ids: list[str], *, listing: bool = False) -> int:
    """Run the command and return its exit code."""
    try:
        fetch_official(Settings(home=home), ids, listing=listing)
    except typer.Exit as end:
        return end.exit_code
    return 0


def test_the_listing_tells_what_can_be_fetched_and_fetches_nothing(tmp_path: Path, capsys: Shown) -> None:
    assert ended(tmp_path, [], listing=True) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "title", "publisher", "language", "format", "fetched", "address"]
    assert [line.split()[0] for line in lines] == [one.id for one in entries()]
    for line, one in zip(lines, entries(), strict=True):
        assert line.split()[-2:] == ["-", one.address]
    assert not (tmp_path / "library").exists()


def test_the_listing_of_some_texts(tmp_path: Path, capsys: Shown) -> None:
    assert ended(tmp_path, ["vclt", "untoc", "vclt"], listing=True) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["id", "vclt", "untoc"]


def test_a_fetched_text_is_listed_with_its_date(publisher: Publishing, library: Library) -> None:
    spades = text("spades", publisher)
    assert text_json(spades, library)["fetched"] is None
    fetch_texts([spades], library, take=near)
    row = text_json(spades, library)
    assert row["document"] == "spades"
    assert f"  {row['fetched'][:10]}  " in catalogue_table([row])
    assert "hangs on a wall" not in catalogue_table([row])
    assert row["title"] == spades.title


@pytest.mark.usefixtures("as_json")
def test_the_listing_as_json(tmp_path: Path, capsys: Shown) -> None:
    assert ended(tmp_path, ["vclt", "untok"], listing=True) == 1
    shown = capsys.readouterr()
    made = json.loads(shown.out)
    (row,) = made["texts"]
    assert {"id", "title", "publisher", "language", "format", "fetched", "address"} <= set(row)
    assert row["fetched"] is None
    assert len(made["problems"]) == len(shown.err.splitlines()) == 1


def test_an_unknown_id_is_a_failure_that_names_the_closest(tmp_path: Path, capsys: Shown) -> None:
    assert ended(tmp_path, ["untok"]) == 1
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("error: no official text 'untok' in the catalogue")
    assert "untoc" in line
    assert shown.out == ""


@pytest.mark.usefixtures("as_json")
def test_what_no_program_can_fetch_is_a_failure_if_it_is_asked_for(tmp_path: Path, capsys: Shown) -> None:
    by_hand = next(one for one in entries() if not one.direct)
    assert ended(tmp_path, [by_hand.id]) == 1
    shown = capsys.readouterr()
    made = json.loads(shown.out)
    assert (made["fetched"], made["not_tried"]) == ([], [])
    assert by_hand.human_page in made["problems"][0]
    assert len(shown.err.splitlines()) == 1


def test_progress_does_not_reach_what_is_no_terminal(
    publisher: Publishing, library: Library, capsys: Shown
) -> None:
    fetch_texts([text("spades", publisher)], library, Errand(), take=near)
    assert capsys.readouterr().err == ""


# -- what a fetched text is called


@pytest.mark.parametrize(
    "question",
    ["What does the Spades Convention say?", "Article 2 of ATS 7", "Who lends under the SPADES convention?"],
)
def test_a_fetched_text_is_known_by_its_names_in_the_catalogue(
    publisher: Publishing, library: Library, tmp_path: Path, question: str
) -> None:
    spades = text("spades", publisher)
    fetch_texts([spades], library, take=near)
    again = Library(tmp_path).document("spades")
    assert again.names == spades.names
    write_passages(tmp_path / "passages.sqlite", [(again, ())])
    with PassageStore(tmp_path / "passages.sqlite") as store:
        assert named_in(question, store.documents()) == ("spades",)


def test_the_library_of_the_settings_is_where_texts_go(tmp_path: Path, publisher: Publishing) -> None:
    fetch_texts([text("spades", publisher)], library_of(Settings(home=tmp_path)), take=near)
    assert Library(tmp_path).entry("spades").address == f"http://127.0.0.1:{publisher.server_port}/spades"
