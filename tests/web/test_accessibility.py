"""What axe-core finds wrong with the page: nothing, in every tab, by day and by lamp, wide and narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.browsing import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.web.browsing import Served

TABS = ("Ask", "Compare", "Verify", "Library", "Evaluate")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
"""The success criteria of WCAG 2.2 at levels A and AA that axe-core can test."""


def violations(page: Page) -> list[str]:
    """Return a line for each violation: rule, what it wants, and where."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=lambda given: f"{given[0]}-{given[1]}")
def page(request: pytest.FixtureRequest, browser: Browser, served_small: Served) -> Iterator[Page]:
    scheme, width = request.param
    with visiting(browser, served_small.address, width=width) as visit:
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.reload()
        visit.page.wait_for_selector(".status.ready")
        yield visit.page


def go_to(page: Page, name: str) -> None:
    """Open a tab, from the menu where the page is too narrow to show it."""
    tab = page.get_by_role("tab", name=name, exact=True)
    if not tab.is_visible():
        page.get_by_label("More tabs").click()
        tab = page.locator(".overflow-dropdown").get_by_text(name, exact=True)
    tab.click()


def test_a_conversation_and_its_document_can_be_used_by_everyone(page: Page) -> None:
    box = page.get_by_label("Your question")
    box.fill("Which lantern must every harbour keep in good repair?")
    box.press("Enter")
    page.wait_for_selector("article.turn figure.quote")
    page.wait_for_selector(".reader mark")
    assert violations(page) == []


def test_a_decline_can_be_used_by_everyone(page: Page) -> None:
    box = page.get_by_label("Your question")
    box.fill("What is the price of a lighthouse in gold?")
    box.press("Enter")
    page.wait_for_selector("article.turn .card.declined")
    assert violations(page) == []


def test_every_tab_can_be_used_by_everyone(page: Page) -> None:
    found = {}
    for name in TABS:
        if page.get_by_role("tab", name=name, exact=True).count() == 0:
            continue  # a tab that works on the library's files is not there without them
        go_to(page, name)
        page.wait_for_timeout(500)
        found[name] = violations(page)
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(found) >= 3
