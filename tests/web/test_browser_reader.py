"""The reader in a real browser: links in its text, the way from quote to quote, exact links and the page as printed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.web.browsing import Served, Visit, served, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

BELL = "When does a ferryman cross the river, when the bell is rung?"
CROSSES = (
    "A ferryman crosses the river at every hour of daylight, and by night when a bell is rung, "
    "as laid down in article 3."
)
HANGS = "A bell hangs on either bank of the river, and whoever waits for the ferry may ring it."
ANSWERS = "A ferryman who hears the bell answers with his lantern, as article 2, paragraph 1, says."
SHOWS = "words => [...document.querySelectorAll('mark')].map(mark => mark.textContent).join() === words"

SPOT = """() => {
  const [sheet, spot] = ['.leaf img', '.spot'].map(one => document.querySelector(one).getBoundingClientRect());
  return [(spot.left - sheet.left) / sheet.width, spot.height / sheet.height];
}"""


@pytest.fixture(scope="module")
def ferries() -> Iterator[Served]:
    """The page over the small library and a treaty printed as a PDF."""
    with served("-m", "tests.web.serve_pages") as page:
        yield page


@pytest.fixture
def answered(browser: Browser, ferries: Served) -> Iterator[Visit]:
    """A visit in which a question was answered with three quotes from the PDF."""
    with visiting(browser, ferries.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(BELL)
        visit.page.wait_for_function(SHOWS, arg=CROSSES)
        yield visit


def pictures(visit: Visit) -> list[str]:
    return [address for address in visit.fetched if address.endswith(".png") and "/page/" in address]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_fetched_when_it_is_opened_and_the_quote_s_lines_are_marked_on_it(
    browser: Browser, ferries: Served, width: int, scheme: str
) -> None:
    from tests.web.test_browser import CONTRAST

    with visiting(browser, f"{ferries.address}/#/documents/ferries/art-2/1", width=width) as visit:
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit.page.wait_for_function(SHOWS, arg=CROSSES)
        details = visit.page.locator("details.facsimile")
        assert details.locator("summary").inner_text() == "Page image page 1"
        assert pictures(visit) == []
        details.locator("summary").press("Enter")
        image = details.get_by_role("img", name="Page 1 of the file of CONVENTION ON FERRIES")
        visit.page.wait_for_function("document.querySelector('.leaf img').naturalWidth === 1240")
        spots = details.locator(".spot")
        assert spots.count() == 3
        image.scroll_into_view_if_needed()
        left, height = visit.page.evaluate(SPOT)
        # The line begins 7 characters of 6 points from the margin at 72: a first line's indent, and the number.
        assert left == pytest.approx(114 / 612, abs=0.005)
        assert height == pytest.approx(11 / 792, abs=0.005)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.page.evaluate(CONTRAST, scheme) == []
        assert (visit.errors, visit.dialogs) == ([], [])


def test_a_page_is_sent_for_a_document_of_the_library_and_for_nothing_else(
    answered: Visit,
) -> None:
    answered.page.locator("details.facsimile summary").click()
    answered.page.wait_for_function("document.querySelector('.leaf img').naturalWidth > 0")
    address = pictures(answered)[0]
    with urlopen(address) as sent:
        assert sent.headers["content-type"] == "image/png"
        assert sent.headers["cache-control"].startswith("private")
        assert sent.headers["x-content-type-options"] == "nosniff"
        assert sent.read(8) == b"\x89PNG\r\n\x1a\n"
    digest = address.split("/")[-2]
    wrong = (
        address.replace("/1.png", "/0.png"),
        address.replace("/1.png", "/3.png"),
        address.replace("/1.png", "/-1.png"),
        address.replace("/1.png", "/1.pdf"),
        address.replace(digest, digest[::-1]),
        address.replace("ferries", "lamps"),
        address.replace("ferries", "nobody"),
        address.replace("ferries", "..%2f..%2fetc"),
        address.replace("ferries", "%00"),
    )
    for one in wrong:
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(one))
        assert refused.value.code in {404, 422}
        refused.value.close()


def test_from_quote_to_quote_by_keyboard_and_not_beyond_the_ends(answered: Visit) -> None:
    page = answered.page
    on, back = (
        page.get_by_role("button", name="Next quote"),
        page.get_by_role("button", name="Previous quote"),
    )
    place = page.locator(".steps .of")
    assert place.inner_text().endswith("1 of 3")
    assert back.is_disabled()
    on.press("Enter")
    page.wait_for_function(SHOWS, arg=HANGS)
    page.wait_for_function("document.activeElement.matches('.step[value=after]')")
    page.keyboard.press("Enter")
    page.wait_for_function(SHOWS, arg=ANSWERS)
    assert place.inner_text().endswith("3 of 3")
    assert on.is_disabled()
    page.wait_for_function("document.activeElement.matches('.reader header')")
    back.click()
    page.wait_for_function(SHOWS, arg=HANGS)


def test_the_page_stays_open_from_quote_to_quote(answered: Visit) -> None:
    page = answered.page
    page.locator("details.facsimile summary").click()
    page.get_by_role("button", name="Next quote").click()
    page.wait_for_function(SHOWS, arg=HANGS)
    page.wait_for_function("document.querySelector('details.facsimile').open")
    assert page.locator("details.facsimile summary").inner_text() == "Page image page 2"


def test_a_quote_s_address_opens_its_very_words_in_a_new_tab_and_after_a_restart(
    answered: Visit, browser: Browser
) -> None:
    page = answered.page
    page.wait_for_function("location.hash.startsWith('#/documents/ferries/art-2/1?q=')")
    link = page.evaluate("location.hash")
    assert (
        answered.turn(0).get_by_role("link", name="Link to this passage").first.get_attribute("href") == link
    )
    with (
        served("-m", "tests.web.serve_pages") as again,
        visiting(browser, f"{again.address}/{link}") as later,
    ):
        later.page.wait_for_function(SHOWS, arg=CROSSES)
        assert later.page.evaluate("location.hash") == link
        assert later.page.locator(".notice").count() == 0


def test_an_address_whose_words_have_changed_says_so_and_opens_the_provision(
    browser: Browser, ferries: Served
) -> None:
    link = "#/documents/ferries/art-3/2?q=1-20&v=000000000000"
    with visiting(browser, f"{ferries.address}/{link}") as visit:
        visit.page.wait_for_function(SHOWS, arg=ANSWERS)
        assert "changed since the link was made" in visit.page.locator(".notice").inner_text()
        assert visit.page.evaluate("location.hash") == "#/documents/ferries/art-3/2"


def test_links_within_the_text_lead_on_and_back(answered: Visit) -> None:
    page = answered.page
    inline = page.locator("mark a.inline")
    assert inline.all_inner_texts() == ["ferryman", "article 3"]
    assert [one.get_attribute("title") for one in inline.all()] == ["Defined in art 1(b)", "art 3"]
    inline.last.press("Enter")
    page.wait_for_function("location.hash === '#/documents/ferries/art-3'")
    page.wait_for_function("document.querySelector('.path').innerText.includes('Article 3')")
    page.go_back()
    page.wait_for_function(SHOWS, arg=CROSSES)


def test_what_is_copied_from_the_text_is_the_text(answered: Visit) -> None:
    copied = answered.page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('mark')); return getSelection().toString(); }"
    )
    assert copied == CROSSES
