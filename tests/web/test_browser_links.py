"""Links to provisions, tables of contents and the choice of a citation style, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.browsing import Served, Visit, small, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEEPERS = "How long is the training of lighthouse keepers?"
KEEPERS_WORDS = "Each Party trains its lighthouse keepers for no less than forty days before the first watch."
DUSK = ["Each Party shall ensure that every harbour:", "(b) lights the lantern at dusk."]
PHONE = {"width": 390, "height": 844}
MARK_IN_VIEW = """words => {
  const mark = [...document.querySelectorAll('mark')].pop();
  const box = mark?.getBoundingClientRect();
  const page = mark?.closest('.page').getBoundingClientRect();
  return mark?.textContent === words
    && box.top >= Math.max(page.top, 0) && box.bottom <= Math.min(page.bottom, innerHeight);
}"""


def hash_of(visit: Visit) -> str:
    found: str = visit.page.evaluate("location.hash")
    return found


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_a_link_opens_its_document_with_the_provision_marked_and_in_view(
    browser: Browser, served_small: Served, size: dict[str, int]
) -> None:
    with visiting(browser, f"{served_small.address}/#/documents/lamps/art-1/1/b", **size) as visit:
        visit.page.wait_for_function(MARK_IN_VIEW, arg=DUSK[-1])
        assert visit.page.locator("mark").all_text_contents() == DUSK
        assert visit.page.locator(".reader h2").inner_text() == "Convention on the Care of Lamps"
        assert hash_of(visit) == "#/documents/lamps/art-1/1/b"
        if size:
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_link_opened_early_waits_for_the_library_and_is_the_same_after_a_restart(browser: Browser) -> None:
    words = []
    for _ in range(2):
        with (
            small("--load", "6") as page,
            visiting(browser, f"{page.address}/#/documents/lamps/art-3") as visit,
        ):
            visit.page.get_by_text("opens as soon as they are ready").wait_for()
            visit.page.wait_for_selector("mark")
            words.append(visit.page.locator("mark").all_text_contents())
    assert words == [[KEEPERS_WORDS], [KEEPERS_WORDS]]


def test_each_quote_has_a_link_that_opens_it_in_a_new_tab(visit: Visit) -> None:
    visit.ask("Who lights the lantern at dusk?")
    link = (
        visit.turn(0)
        .get_by_role("link", name=re.compile("^Link to this passage: Convention on the Care"))
        .first
    )
    link.wait_for()
    assert str(link.get_attribute("href")).startswith("#/documents/lamps/art-1/1/b?q=")
    with visit.page.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    tab = opened.value
    tab.wait_for_selector("mark")
    assert tab.locator("mark").all_text_contents() == DUSK
    assert tab.locator("article.turn").count() == 0


def test_the_address_names_what_is_shown_and_the_back_button_returns(visit: Visit) -> None:
    visit.ask(KEEPERS)
    visit.page.wait_for_selector("mark")
    visit.page.wait_for_function("location.hash.startsWith('#/documents/lamps/art-3?q=')")
    visit.page.evaluate("location.hash = '#/documents/lamps/art-2'")
    visit.page.wait_for_function(
        MARK_IN_VIEW, arg="The Parties share their stores of whale-free oil in winter."
    )
    visit.page.go_back()
    visit.page.wait_for_function(MARK_IN_VIEW, arg=KEEPERS_WORDS)
    visit.page.get_by_role("button", name="New conversation").click()
    visit.page.wait_for_function("location.hash === '' && !document.querySelector('mark')")


@pytest.mark.parametrize(
    ("link", "said", "instead"),
    [
        ("#/documents/pirates/art-1", "not in this library: pirates.", "A treaty of one long line"),
        ("#/documents/lamps/art-9", "lamps has nothing at 'art-9'. Closest: art-", "Article 2: Oil"),
        ("#/documents//art-9", "expected a link such as #/documents/ID/", "A treaty of one long line"),
        (
            "#/documents/lamps/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%E2%80%AE",
            "<img src=x onerror=alert(1)>",
            "Article 2: Oil",
        ),
        ("#/documents/%22%3E%3Cscript%3Ealert(1)%3C/x", 'library: "><script>alert(1)<.', "How the lamps"),
        ("#/documents/lamps/%FF%00%", "nothing at", "Article 2: Oil"),
    ],
)
def test_a_link_that_leads_nowhere_says_so_and_offers_what_there_is(
    browser: Browser, served_small: Served, link: str, said: str, instead: str
) -> None:
    with visiting(browser, f"{served_small.address}/{link}") as visit:
        alert = visit.page.locator("#panel [role=alert]")
        alert.wait_for()
        assert said in alert.inner_text()
        visit.page.locator("#panel nav a", has_text=instead).wait_for()
        assert visit.page.locator("#panel :is(img, script)").count() == 0
        assert (visit.dialogs, visit.errors) == ([], [])


def test_an_anchor_of_another_sort_is_left_alone(browser: Browser, served_small: Served) -> None:
    with visiting(browser, f"{served_small.address}/#question") as visit:
        visit.page.locator("#panel nav.shelf").wait_for()
        assert hash_of(visit) == "#question"


def test_the_table_of_contents_works_by_keyboard(visit: Visit) -> None:
    visit.page.locator("nav.shelf").get_by_role("link", name="Convention on the Care of Lamps").press("Enter")
    contents = visit.page.locator("details.contents")
    contents.get_by_role("link", name="Article 3: Training of keepers").wait_for()
    assert hash_of(visit) == "#/documents/lamps"
    names = contents.get_by_role("link").all_inner_texts()
    assert names[:3] == ["Preamble", "Part I: LIGHT", "Article 1: Keeping of lamps"]
    contents.get_by_role("link", name="Article 3: Training of keepers").press("Enter")
    visit.page.wait_for_function(MARK_IN_VIEW, arg=KEEPERS_WORDS)
    visit.page.wait_for_function("document.activeElement?.closest('.reader header') !== null")
    assert contents.get_attribute("open") is None
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    current = contents.locator("[aria-current]")
    current.wait_for()
    assert current.inner_text() == "Article 3: Training of keepers"
    current.press("Enter")  # the link of what is shown already
    visit.page.wait_for_function("document.activeElement?.closest('.reader header') !== null")


def test_a_linked_document_shows_more_of_itself(visit: Visit) -> None:
    visit.page.evaluate("location.hash = '#/documents/long/art-1'")
    visit.page.wait_for_selector("mark")
    before = visit.page.locator(".page").evaluate("page => page.textContent.length")
    visit.page.get_by_role("button", name="Later text").click()
    visit.page.wait_for_function(f"document.querySelector('.page').textContent.length > {before + 4000}")


def test_a_style_is_chosen_for_all_citations_shown_and_those_to_come(visit: Visit) -> None:
    visit.ask(KEEPERS)
    visit.page.wait_for_selector("mark")
    place = visit.page.locator(".page").evaluate("page => page.scrollTop")
    visit.page.get_by_label("Citations").click()
    visit.page.get_by_role("option", name="Bluebook").click()
    cited = visit.turn(0).locator("cite").first
    visit.page.wait_for_function("document.querySelector('cite').textContent.includes('art. 3')")
    assert cited.inner_text() == "Convention on the Care of Lamps art. 3, at 2"
    assert "(last visited January 2, 2026)" in visit.page.locator(".provenance").inner_text()
    assert visit.page.locator(".page").evaluate("page => page.scrollTop") == place
    visit.ask("Who lights the lantern at dusk?")
    visit.turn(1).locator("cite").first.wait_for()
    assert (
        visit.turn(1).locator("cite").first.inner_text()
        == "Convention on the Care of Lamps art. 1(1)(b), at 1"
    )
    assert cited.inner_text() == "Convention on the Care of Lamps art. 3, at 2"
    visit.page.get_by_label("Citations").click()
    visit.page.get_by_role("option", name="Plain words").click()
    visit.page.wait_for_function("document.querySelector('cite').textContent.includes('Article 3, page 2')")
    assert "Article 1, paragraph 1, point (b), page 1" in visit.turn(1).locator("cite").first.inner_text()


def test_the_style_of_the_settings_is_the_first(browser: Browser) -> None:
    with small("--style", "bluebook") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        visit.turn(0).locator("cite").first.wait_for()
        assert (
            visit.turn(0).locator("cite").first.inner_text() == "Convention on the Care of Lamps art. 3, at 2"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contents_and_shelf_have_enough_contrast(browser: Browser, served_small: Served, scheme: str) -> None:
    from tests.web.test_browser import CONTRAST

    with visiting(browser, served_small.address) as visit:
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit.page.reload()
        visit.page.locator("nav.shelf").wait_for()
        assert visit.page.evaluate(CONTRAST, scheme) == []
        visit.page.locator("nav.shelf a").first.click()
        visit.page.wait_for_selector("details.contents[open]")
        assert visit.page.evaluate(CONTRAST, scheme) == []
