"""The tab for comparing in a real browser: a table is asked for, read by ear and by keyboard, and taken away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.web.browsing import Served, Visit, small, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TOPIC = "training of lighthouse keepers"
PHONE = {"width": 390, "height": 844}


def compare(page: Any, topic: str = TOPIC) -> None:
    """Open the tab, type a topic and press Enter."""
    page.get_by_role("tab", name="Compare").click()
    box = page.get_by_label("Topic or question")
    box.fill(topic)
    box.press("Enter")


def choose(page: Any, *titles: str) -> None:
    """Choose instruments by their titles."""
    page.get_by_role("tab", name="Compare").click()
    page.get_by_label(re.compile("^Instruments to compare")).click()
    for title in titles:
        page.get_by_role("option", name=title).click()
    page.keyboard.press("Escape")


def test_all_treaties_are_compared_and_a_quote_opens_in_its_place(visit: Visit) -> None:
    page = visit.page
    compare(page)
    table = page.get_by_role("table", name="Instruments and their words")
    table.wait_for()
    assert table.get_by_role("columnheader").all_inner_texts() == ["Instrument", f"On {TOPIC}"]
    assert "Convention on the Care of Lamps" in table.get_by_role("rowheader").first.inner_text()
    words = table.locator("blockquote").first.text_content()
    link = table.get_by_role("link", name=re.compile("^Show in place")).first
    link.focus()
    link.press("Enter")
    page.wait_for_function("words => document.querySelector('mark')?.textContent === words", arg=words)
    assert "No matching provision found in 1 of 2" in page.locator(".lacking").inner_text()
    assert not visit.errors


def test_chosen_instruments_are_rows_and_one_without_says_so(visit: Visit) -> None:
    page = visit.page
    choose(page, "Convention on the Care of Lamps", "A treaty of one long line")
    compare(page)
    page.wait_for_selector("table.compared")
    rows = page.locator("table.compared tbody tr")
    assert rows.count() == 2
    assert "No matching provision found." in rows.nth(1).inner_text()
    near = rows.nth(1).locator("details.near")
    assert near.locator("blockquote").first.is_hidden()
    near.locator("summary").click()
    assert near.locator("blockquote").first.is_visible()


def test_the_table_is_taken_away(visit: Visit) -> None:
    page = visit.page
    compare(page)
    page.wait_for_selector("table.compared")
    for form, begins in (
        ("Markdown", b"#"),
        ("Word", b"PK"),
        ("CSV", b"\xef\xbb\xbfdocument_id"),
        ("JSON", b"{"),
    ):
        with page.expect_download() as saving:
            page.get_by_role("button", name=form, exact=True).click()
        path = saving.value.path()
        assert path.read_bytes().startswith(begins), form
        assert saving.value.suggested_filename.startswith("treaty-training-of-lighthouse-keepers.")


def test_what_cannot_be_compared_is_told_in_place(visit: Visit) -> None:
    compare(visit.page, "?!")
    alert = visit.page.locator("#tab-compare [role=alert]")
    alert.wait_for()
    assert "Expected a topic in words, found none" in alert.inner_text()


def test_an_example_is_compared_and_stands_in_the_box(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="Compare").click()
    visit.page.get_by_role("button", name="Settlement of disputes").click()
    visit.page.wait_for_selector(".comparison")
    assert visit.page.get_by_label("Topic or question").input_value() == "Settlement of disputes"


def test_a_comparison_tells_how_far_it_is_and_can_be_stopped(browser: Browser) -> None:
    with small("--ask", "0.5") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        compare(visit.page)
        visit.page.wait_for_selector("#tab-compare progress")
        visit.page.get_by_role("button", name="Stop").click()
        visit.page.get_by_text(re.compile(r"^Stopped after \d of 2 documents\.$")).wait_for()
        visit.page.get_by_role("button", name="Stop").wait_for(state="hidden")


def test_on_a_phone_the_rows_are_cards_and_nothing_is_wider_than_the_page(
    browser: Browser, served_small: Served
) -> None:
    with visiting(browser, served_small.address, **PHONE) as visit:
        visit.page.wait_for_selector(".status.ready")
        compare(visit.page)
        row = visit.page.locator("table.compared tbody tr").first
        row.wait_for()
        assert row.evaluate("row => getComputedStyle(row).display") == "block"
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert visit.page.get_by_role("rowheader").count() >= 1
