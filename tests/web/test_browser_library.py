"""The library tab in a real browser, over the real assistant and a small library of our own writing."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.browsing import served, visiting
from tests.web.test_browser import CONTRAST, PHONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.web.browsing import Served, Visit

pytestmark = pytest.mark.timeout(1200)
"""Seconds; each re-index loads the encoder in a process of its own, and continuous integration may be slow."""
MODELS_MS = 400_000
"""Milliseconds for what loads models."""

SERVE = """
import sys
from pathlib import Path
from assistant.settings import load
from assistant.web import serve
from assistant.wiring import library, update_index
settings = load(home=Path(sys.argv[1]), embedded=False)
for path in sorted(Path(sys.argv[2]).iterdir()):
    library(settings).add(path)
update_index(settings)
serve(settings, "127.0.0.1", 0)
"""


def treaty(title: str, *articles: str) -> str:
    """Return a treaty of our own writing."""
    numbered = "\n\n".join(f"Article {n}\n{words}" for n, words in enumerate(articles, start=1))
    return f"---\ntitle: {title}\n---\n\n{title}\n\nThe Parties have agreed as follows:\n\n{numbered}\n"


FERRIES = treaty(
    "Convention on Mountain Ferries",
    "Bells\nEach ferry shall ring its bell twice before it leaves the pier.",
    "Fares\nA Party shall not take a higher fare from passengers of another Party than from its own.",
    "Entry into force\nThis Convention enters into force ninety days after the third ratification is deposited.",
)
ORCHARDS = treaty(
    "Agreement on Border Orchards",
    "Trees\nA tree that stands on the border belongs to both Parties in equal shares.",
    "Harvest\nThe harvest of a border tree is divided on the first Sunday of October.",
    "Ladders\nEach Party keeps one ladder for every ten border trees.",
)
LANTERNS = treaty(
    "Pact of the River Towns on Lanterns",
    "Lanterns\nEach town shall keep forty lanterns along its quay.",
    "Oil\nLantern oil shall not be exported during a flood.",
    "Denunciation\nA town may denounce this Pact by written notice twelve months in advance.",
)
ABOUT_LANTERNS = "How many lanterns shall each town keep along its quay?"
ABOUT_BELLS = "How often shall a ferry ring its bell before it leaves the pier?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over two indexed treaties."""
    home, first = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("first")
    (first / "ferries.txt").write_text(FERRIES, encoding="utf-8")
    (first / "orchards.txt").write_text(ORCHARDS, encoding="utf-8")
    with served("-c", SERVE, str(home), str(first)) as page:
        yield page


@pytest.fixture
def visit(browser: Browser, library: Served) -> Iterator[Visit]:
    with at_library(browser, library) as opened:
        yield opened


@contextmanager
def at_library(browser: Browser, library: Served, **size: int) -> Iterator[Visit]:
    """Visit the library tab."""
    with visiting(browser, library.address, **size) as visit:
        visit.page.wait_for_selector(".status.ready", timeout=MODELS_MS)
        to_tab(visit, "Library")
        visit.page.wait_for_selector(".lib-row")
        yield visit


def to_tab(visit: Visit, name: str) -> None:
    tab = visit.page.get_by_role("tab", name=name, exact=True)
    if tab.count() == 0:  # a phone has no room for all of them
        visit.page.get_by_role("button", name="More tabs").click()
        tab = visit.page.locator(".overflow-dropdown").get_by_text(name, exact=True)
    tab.click()


def send(visit: Visit, *files: tuple[str, str | bytes]) -> None:
    """Choose files in the drop zone and wait for what became of them."""
    made = [
        {"name": name, "mimeType": "", "buffer": words.encode() if isinstance(words, str) else words}
        for name, words in files
    ]
    visit.page.locator("#library-drop input[type=file]").set_input_files(made)  # type: ignore[arg-type]
    visit.page.wait_for_function(
        "count => document.querySelectorAll('#library-told .lib-told > ul > li').length === count"
        " && !document.querySelector('#library-told .lib-now')",
        arg=len(files),
    )


def told(visit: Visit) -> str:
    return str(visit.page.locator("#library-told").inner_text())


def row(visit: Visit, title: str) -> Any:
    return visit.page.locator("#library-list .lib-row", has_text=title)


def renewed(visit: Visit, documents: int) -> None:
    """Wait until a re-index has ended and the page answers from it."""
    visit.page.wait_for_selector(".lib-ended", timeout=MODELS_MS)
    visit.page.locator(".status.ready", has_text=f"{documents} document").wait_for(timeout=MODELS_MS)


def answer(visit: Visit, question: str) -> Any:
    """Ask in the tab for asking, and return the newest turn once it is answered."""
    to_tab(visit, "Ask")
    before = visit.page.locator("article.turn").count()
    visit.ask(question)
    turn = visit.page.locator("article.turn").nth(before)
    turn.locator(":is(.answer, .declined)").wait_for(timeout=60_000)
    return turn


def test_a_treaty_is_added_indexed_quoted_removed_and_no_longer_quoted(
    browser: Browser, library: Served, visit: Visit
) -> None:
    page = visit.page
    assert answer(visit, ABOUT_LANTERNS).locator(".declined").count() == 1
    to_tab(visit, "Library")
    send(visit, ("lanterns.txt", LANTERNS))
    assert "Added: Pact of the River Towns on Lanterns" in told(visit)
    row(visit, "River Towns").get_by_text("Waits for re-index").wait_for()
    assert "1 document waits for a re-index" in page.locator("#library-counts").inner_text()

    page.get_by_role("button", name="Re-index now").click()
    bar = page.get_by_role("progressbar", name="Re-indexing")
    bar.wait_for()
    assert 0 <= int(bar.get_attribute("aria-valuenow") or -1) <= 99
    assert re.search(r"\d+ s so far", page.locator(".lib-running").inner_text())
    with at_library(browser, library) as other:
        other.page.get_by_role("progressbar", name="Re-indexing").wait_for()
        quoted = answer(other, ABOUT_BELLS).locator("blockquote").first.text_content() or ""
        assert "ring its bell twice" in quoted
        to_tab(other, "Library")
        renewed(other, 3)
    renewed(visit, 3)
    assert "Added: Pact of the River Towns on Lanterns" in page.locator(".lib-ended").inner_text()
    row(visit, "River Towns").get_by_text("Indexed").wait_for()
    assert "3 articles" in row(visit, "River Towns").inner_text()
    row(visit, "River Towns").get_by_role("link").click()
    page.locator(".reader h2", has_text="River Towns").wait_for()

    quoted = answer(visit, ABOUT_LANTERNS).locator("blockquote").first.text_content() or ""
    assert quoted in LANTERNS
    assert "forty lanterns" in quoted

    to_tab(visit, "Library")
    row(visit, "River Towns").get_by_text("Remove…").click()
    row(visit, "River Towns").get_by_role("button", name="Delete").click()
    row(visit, "River Towns").get_by_text("Removed at the next re-index").wait_for()
    assert "Removed from the library: Pact of the River Towns" in told(visit)
    page.get_by_role("button", name="Re-index now").click()
    page.get_by_role("progressbar").wait_for()
    renewed(visit, 2)
    row(visit, "River Towns").wait_for(state="detached")
    assert answer(visit, ABOUT_LANTERNS).locator(".declined").count() == 1
    assert visit.errors == []
    assert visit.dialogs == []


def test_a_bad_file_among_good_ones_gets_its_line_and_the_rest_is_added(
    visit: Visit, library: Served
) -> None:
    send(
        visit,
        ("bad.pdf", b"%PDF-1.4 broken"),
        ("oil & <b>lamps</b>.txt", treaty("Charter of the Lamp Oil Carriers", "One.", "Two.", "Three.")),
        ("ferries.txt", FERRIES),
        ("song.mp3", b"la"),
    )
    lines = told(visit).splitlines()
    assert "2 taken in, 2 not added." in lines
    assert "Not added: bad.pdf: the PDF is damaged and cannot be opened. Fetch the file again" in lines
    assert any(one.startswith("Added: Charter of the Lamp Oil Carriers") for one in lines)
    assert any(one.startswith("Already there: Convention on Mountain Ferries") for one in lines)
    assert any(one.startswith("Not added: song.mp3: no reader for '.mp3' files") for one in lines)
    new = row(visit, "Lamp Oil Carriers")
    new.get_by_text("Waits for re-index").wait_for()
    new.get_by_text("Remove…").click()
    new.get_by_role("button", name="Delete").click()
    new.wait_for(state="detached")
    elsewhere = [u for u in visit.fetched if not u.startswith((library.address, "data:", "blob:"))]
    assert elsewhere == []


def test_a_document_is_replaced_by_a_file_of_another_name(visit: Visit) -> None:
    orchards = row(visit, "Border Orchards")
    orchards.get_by_role("button", name="Replace").click()
    visit.page.get_by_text(
        "The next file becomes the newest version of Agreement on Border Orchards"
    ).wait_for()
    visit.page.get_by_role("button", name="Do not replace it").click()
    visit.page.get_by_text("Drop documents here").wait_for()
    orchards.get_by_role("button", name="Replace").click()
    visit.page.get_by_text("Drop the new version here").wait_for()
    send(visit, ("orchards of 2031.txt", ORCHARDS.replace("October", "September")))
    assert "New version: Agreement on Border Orchards" in told(visit)
    orchards.get_by_text("Changed, waits for re-index").wait_for()
    assert "2 versions" in orchards.inner_text()
    send(visit, ("orchards.txt", ORCHARDS))
    orchards.get_by_text("Indexed").wait_for()


def test_re_indexing_can_be_cancelled_and_survives_a_reload(visit: Visit) -> None:
    send(visit, ("trains.txt", treaty("Treaty of the Winter Trains", "One.", "Two.", "Three.")))
    visit.page.get_by_role("button", name="Re-index now").click()
    visit.page.get_by_role("progressbar").wait_for()
    visit.page.reload()
    visit.page.wait_for_selector(".status.ready")
    to_tab(visit, "Library")
    visit.page.get_by_role("progressbar").wait_for()
    visit.page.get_by_role("button", name="Cancel", exact=True).click()
    visit.page.get_by_text("Re-indexing was cancelled. The index is as it was.").wait_for()
    row(visit, "Winter Trains").get_by_text("Waits for re-index").wait_for()
    row(visit, "Winter Trains").get_by_text("Remove…").click()
    row(visit, "Winter Trains").get_by_role("button", name="Delete").click()
    row(visit, "Winter Trains").wait_for(state="detached")


def test_the_catalogue_names_the_host_of_each_fetch_and_asks_nobody_by_itself(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Official texts").click()
    fetches = visit.page.locator("#library-official button", has_text="Fetch from")
    fetches.first.wait_for()
    assert all(re.fullmatch(r"Fetch from [a-z0-9.-]+\.[a-z]+", one) for one in fetches.all_inner_texts())
    visit.page.get_by_role("button", name="The index").click()
    visit.page.get_by_text("Live: answers come from it").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_has_enough_contrast(browser: Browser, library: Served, scheme: str) -> None:
    with at_library(browser, library, **PHONE) as visit:
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit.page.reload()
        visit.page.wait_for_selector(".status.ready")
        to_tab(visit, "Library")
        send(visit, ("bad.pdf", b"%PDF-1.4 broken"))
        row(visit, "Border Orchards").get_by_text("Remove…").click()
        visit.page.get_by_role("button", name="Official texts").click()
        visit.page.locator("#library-official .lib-row").first.wait_for()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert visit.page.evaluate(CONTRAST, scheme) == []
