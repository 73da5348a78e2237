"""The tab for verifying in a real browser: a text is pasted or a file chosen, and nothing in it does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.browsing import Served, Visit, served, visiting
from tests.web.test_html_verify import ALTERED, EXACT, INVENTED, MEMO, TITLE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

PHONE = {"width": 390, "height": 844}
VERDICTS = ["Exact", "Differs from its source", "Not found in any document"]


def check(page: Any, text: str) -> None:
    """Open the tab, paste a text and have it checked."""
    page.get_by_role("tab", name="Verify").click()
    page.get_by_label("Text to check").fill(text)
    page.get_by_role("button", name="Check the text").click()


def verdicts(page: Any) -> list[str]:
    """Return the verdicts of the report, without their signs."""
    page.wait_for_selector(".verified")
    return [words.split(" ", 1)[1] for words in page.locator(".finding .verdict").all_inner_texts()]


def test_a_pasted_text_is_checked_finding_by_finding(visit: Visit) -> None:
    page = visit.page
    check(page, MEMO)
    assert verdicts(page) == VERDICTS
    assert (
        "3 quotations and 3 pinpoints checked against 4 documents." in page.locator(".summary").inner_text()
    )
    assert page.locator(".finding blockquote del").all_inner_texts() == ["−olive"]
    assert page.locator(".finding blockquote ins").all_inner_texts() == ["+whale-free"]
    assert not visit.errors


def test_a_finding_leads_to_the_text_and_the_source_opens_in_its_place(visit: Visit) -> None:
    page = visit.page
    check(page, MEMO)
    page.locator(".finding").nth(1).get_by_role("link", name="line 3").click()
    mark = page.locator(".memo mark").nth(1)
    assert mark.is_visible()
    assert mark.text_content() == ALTERED
    assert mark.evaluate("mark => mark === document.activeElement")
    page.locator(".memo .note").nth(1).click()
    assert page.evaluate("document.activeElement.id") == "finding-2"
    page.locator(".finding").first.get_by_role("link", name="Show in place").click()
    page.wait_for_function(
        "words => document.querySelector('.reader mark')?.textContent.startsWith(words)", arg=EXACT
    )


def test_a_wrong_address_links_to_the_right_one(visit: Visit) -> None:
    page = visit.page
    check(page, f"It is said that “{EXACT}” ({TITLE}, art 4).")
    assert verdicts(page) == ["Wrong address"]
    page.get_by_role("link", name=f"{TITLE}, art 3").click()
    page.wait_for_function(
        "words => document.querySelector('.reader mark')?.textContent.startsWith(words)", arg=EXACT
    )


def test_a_file_is_checked_and_does_not_stay_on_the_disk(browser: Browser, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    memo = tmp_path / "memo.md"
    memo.write_text(MEMO, encoding="utf-8")
    environment = {"GRADIO_TEMP_DIR": str(uploads)}
    command = ("-m", "tests.web.serve_small")
    with served(*command, environment=environment) as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.page.get_by_role("tab", name="Verify").click()
        visit.page.locator("#verify-file input[type=file]").set_input_files(memo)
        assert verdicts(visit.page) == VERDICTS
        assert visit.page.locator(".summary h2").inner_text() == "memo.md"
        assert not [one for one in uploads.rglob("*") if one.is_file() and one.stat().st_size]


def test_a_file_of_another_kind_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    other = tmp_path / "memo.zip"
    other.write_bytes(b"PK")
    page.get_by_role("tab", name="Verify").click()
    page.locator("#verify-file input[type=file]").set_input_files(other)
    alert = page.locator("#tab-verify [role=alert]")
    alert.wait_for()
    assert "memo.zip: no reader for '.zip' files." in alert.inner_text()


def test_a_hostile_text_does_nothing(visit: Visit) -> None:
    page = visit.page
    trap = "<img src='http://trap.invalid/a.png' onerror='alert(1)'><script>alert(2)</script>"
    check(page, f"{trap} “{trap} and {EXACT}” [x](http://trap.invalid/b) > “{INVENTED} {trap}”")
    page.wait_for_selector(".verified")
    page.locator(".memo summary").click()
    assert trap in (page.locator(".memo .words").text_content() or "")
    assert not visit.dialogs
    assert not [address for address in visit.fetched if "trap.invalid" in address]


def test_the_report_is_taken_away(visit: Visit) -> None:
    page = visit.page
    check(page, MEMO)
    page.wait_for_selector(".verified")
    for form, begins in (("Markdown", "# pasted text"), ("JSON", "{")):
        with page.expect_download() as saving:
            page.locator("#tab-verify").get_by_role("button", name=form, exact=True).click()
        assert saving.value.path().read_text(encoding="utf-8").startswith(begins)


def test_the_example_shows_what_can_be_found(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("tab", name="Verify").click()
    page.get_by_role("button", name="Try it with an example from this library").click()
    assert verdicts(page) == [
        "Exact",
        "Differs from its source",
        "Wrong address",
        "Not found in any document",
    ]
    assert TITLE in page.get_by_label("Text to check").input_value()


def test_on_a_phone_nothing_is_wider_than_the_page(browser: Browser, served_small: Served) -> None:
    with visiting(browser, served_small.address, **PHONE) as visit:
        visit.page.wait_for_selector(".status.ready")
        check(visit.page, MEMO)
        assert verdicts(visit.page) == VERDICTS
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
