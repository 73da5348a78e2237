"""The browser and the served page that the tests of the web chat share."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.web.browsing import Served, Visit, small, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; skipped where there is none, except in continuous integration."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("expected chromium on the PATH, found none. Install it in the build image")
        pytest.skip("no chromium on the PATH; apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def served_small() -> Iterator[Served]:
    """The page over the small assistant, for a whole module."""
    with small() as page:
        yield page


@pytest.fixture
def visit(browser: Browser, served_small: Served) -> Iterator[Visit]:
    """A fresh visit to it, once it is ready."""
    with visiting(browser, served_small.address) as opened:
        opened.page.wait_for_selector(".status.ready")
        served_small.forget()
        yield opened
