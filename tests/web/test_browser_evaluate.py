"""The tab for evaluating in a real browser: a run of six cases, its figures, a second run compared with it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from eval.run import Run
from tests.web.browsing import Served, Visit, small, visiting
from tests.web.small_assistant import library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload

PHONE = 390
ATTACK = "</b><script>window.trapped = 1</script><img src=x onerror=alert(1)>"
LAMPS = next(d.id for d in library() if "Lamps" in d.title)
GOLD = [{"document": LAMPS, "provision": "3", "contains": ["forty days"]}]


def cases(number: int = 6) -> bytes:
    asked = ["How long is the training of lighthouse keepers?", f"How do keepers train? {ATTACK}"]
    lines: list[dict[str, object]] = [
        {"id": f"keepers-{n}", "question": asked[n % 2], "kind": "direct", "split": "dev", "gold": GOLD}
        for n in range(number - 1)
    ]
    settle = "Who settles a dispute about a lighthouse?"
    lines.append({"id": "settle", "question": settle, "kind": "unanswerable", "split": "dev", "gold": []})
    return "\n".join(map(json.dumps, lines)).encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def served_home(home: Path) -> Iterator[Served]:
    with small("--home", str(home), "--ask", "0.05") as page:
        yield page


@pytest.fixture
def tab(browser: Browser, served_home: Served) -> Iterator[Visit]:
    with visiting(browser, served_home.address) as opened:
        opened.page.wait_for_selector(".status.ready")
        opened.page.get_by_role("tab", name="Evaluate").click()
        yield opened


def choose(visit: Visit, content: bytes) -> None:
    file: FilePayload = {"name": "mine.jsonl", "mimeType": "text/plain", "buffer": content}
    visit.page.locator("input[data-act='file']").set_input_files(file)


def run(visit: Visit) -> str:
    """Run what is chosen to its end, and return the name of the run that is then shown."""
    shown = "document.querySelector('.run')?.dataset.run"
    before = visit.page.evaluate(shown)
    visit.page.get_by_role("button", name="Run the evaluation").click()
    visit.page.wait_for_function(f"before => {shown} && {shown} !== before", arg=before)
    return str(visit.page.evaluate(shown))


def pick(visit: Visit, box: str, number: int) -> None:
    visit.page.locator(f"#{box} input").click()
    visit.page.locator(f"#{box} [role='option']").nth(number).click()


def test_a_library_without_cases_says_how_to_write_them(tab: Visit) -> None:
    tab.page.wait_for_selector(".offered .trouble")
    assert "No cases for the documents of this library" in tab.page.locator(".offered").inner_text()
    tab.page.get_by_text("How a cases file is written").click()
    assert LAMPS in tab.page.locator(".how pre").inner_text()
    tab.page.get_by_role("button", name="Run the evaluation").click()
    tab.page.locator("#evaluate-progress [role='alert']").wait_for()
    assert "found none" in tab.page.locator("#evaluate-progress").inner_text()
    choose(tab, b"{bad")
    tab.page.locator(".offered [role='alert']").wait_for()
    assert "mine.jsonl, line 1: expected a JSON object" in tab.page.locator(".offered").inner_text()
    choose(tab, b"\xff\xfe")
    tab.page.get_by_text("expected a cases file in UTF-8").wait_for()


def test_two_runs_are_made_looked_at_compared_and_taken_away(tab: Visit, home: Path, tmp_path: Path) -> None:
    page = tab.page
    choose(tab, cases())
    page.get_by_text("Would ask: mine.jsonl, dev split, 6 cases.").wait_for()
    first = run(tab)
    page.locator("#evaluate-progress").get_by_text(re.compile("Evaluated 6 of 6 cases")).wait_for()
    assert (
        Run.load(home / "evaluations" / f"{first}.json")
        .metadata.settings["cases asked"]
        .startswith("mine.jsonl")
    )
    kinds = page.locator("section[aria-label='By kind of question'] tbody th")
    assert kinds.all_inner_texts() == ["direct", "unanswerable"]
    assert page.locator("svg.plot").count() == 2
    assert page.locator("svg.plot").first.bounding_box()["width"] > 150  # type: ignore[index]

    worst = page.locator("details.case").first
    worst.locator("summary").click()
    worst.locator("cite a").first.click()
    page.wait_for_selector(".reader mark")
    words = worst.locator("blockquote").first.inner_text()
    assert page.locator(".reader mark").first.inner_text() in words

    second = run(tab)
    assert second != first
    pick(tab, "evaluate-against", 2)
    page.locator(".difference").wait_for()
    assert "Cases in both: 6." in page.locator(".difference").inner_text()
    assert "Same program" in (page.locator(".difference").text_content() or "")

    for form, kept in (("JSON", (home / "evaluations" / f"{second}.json").read_bytes()), ("HTML", b"")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=f"({form})").click()
        taken.value.save_as(tmp_path / form)
        content = (tmp_path / form).read_bytes()
        assert taken.value.suggested_filename == f"evaluation-{second}.{form.lower()}"
        assert content == kept if kept else content.startswith(b"<!doctype html>")

    assert page.evaluate("window.trapped") is None
    assert page.locator("#tab-evaluate :is(script, img, iframe)").count() == 0
    assert tab.dialogs == tab.errors == []


def test_a_run_at_work_is_seen_by_everyone_and_can_be_stopped(
    tab: Visit, browser: Browser, served_home: Served
) -> None:
    choose(tab, cases(900))
    tab.page.get_by_label("All cases").click()
    tab.page.get_by_text("900 cases").first.wait_for()
    tab.page.get_by_role("button", name="Run the evaluation").click()
    tab.page.wait_for_selector("[role='progressbar']")
    with visiting(browser, served_home.address) as other:
        other.page.get_by_role("tab", name="Evaluate").click()
        other.page.wait_for_selector("[role='progressbar']")
        assert other.page.get_by_role("button", name="Run the evaluation").is_disabled()
        other.page.get_by_role("button", name="Stop").click()
        other.page.get_by_text("then stopped; what was done is kept").wait_for()
    tab.page.get_by_text("then stopped; what was done is kept").wait_for()


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_nothing_reaches_beyond_its_column(browser: Browser, served_home: Served, width: int) -> None:
    with visiting(browser, served_home.address, width=width, height=844) as opened:
        opened.page.get_by_role("tab", name="Evaluate").click()
        opened.page.wait_for_selector(".run")
        column = opened.page.locator("#talk").bounding_box()
        assert column is not None
        wide = opened.page.locator(
            "#tab-evaluate :is(.scroll, .tiles, .plots, .case, .offered, #evaluate-runs)"
        )
        boxes = [box for one in wide.all() if (box := one.bounding_box()) is not None]
        assert boxes
        assert all(box["x"] + box["width"] <= column["x"] + column["width"] + 1 for box in boxes)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
