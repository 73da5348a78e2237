"""The page in a real browser: what a reader does, and what a hostile document tries."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.browsing import ROOT, Served, Visit, real, small, visiting
from tests.web.small_assistant import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

KEEPERS = "How long is the training of lighthouse keepers?"
KEEPERS_WORDS = "Each Party trains its lighthouse keepers for no less than forty days before the first watch."
PHONE = {"width": 390, "height": 844}


def test_an_answer_is_quoted_cited_and_shown_in_its_place(visit: Visit, served_small: Served) -> None:
    visit.ask(KEEPERS)
    turn = visit.turn(0)
    turn.locator("blockquote").first.wait_for()
    assert turn.locator("blockquote").first.text_content() == KEEPERS_WORDS
    assert "Convention on the Care of Lamps, art 3, p 2" in turn.locator(".cited").first.inner_text()
    assert turn.locator(".kind").first.inner_text() == "Treaty text"
    assert "Quoted word for word" in turn.inner_text()
    assert "4 documents" in turn.locator(".searched").inner_text()
    assert visit.page.locator("mark").all_text_contents() == [KEEPERS_WORDS]
    assert visit.page.locator(".path").inner_text().split("\n") == [
        "Part II: KEEPERS",
        "Article 3: Training of keepers",
    ]
    assert len(visit.page.locator(".provenance code").get_attribute("title") or "") == 64
    assert served_small.asked() == {"question": KEEPERS, "history": [], "document_ids": None}


def test_a_guide_says_what_it_speaks_of_and_rests_on(visit: Visit) -> None:
    visit.ask("Who pays when the harbour burns the oil that is paid for?")
    figure = visit.turn(0).locator("figure").first
    figure.wait_for()
    assert figure.locator(".kind").inner_text() == "Guide"
    assert figure.locator(".about").inner_text() == "on: Convention on the Care of Lamps, art. 2"
    assert visit.page.locator(".provenance").get_by_role("link", name="The keepers' log").is_visible()


def test_every_segment_of_a_quote_is_marked(visit: Visit) -> None:
    visit.ask("Who lights the lantern at dusk?")
    visit.page.wait_for_selector("mark")
    assert visit.page.locator("mark").all_text_contents() == [
        "Each Party shall ensure that every harbour:",
        "(b) lights the lantern at dusk.",
    ]
    assert " […] " in (visit.turn(0).locator("blockquote").first.text_content() or "")


def test_show_in_place_works_by_keyboard_and_moves_the_focus(visit: Visit) -> None:
    visit.ask(KEEPERS)
    button = visit.turn(0).get_by_role("button", name=re.compile("^Show in place")).nth(1)
    button.focus()
    button.press("Enter")
    words = visit.turn(0).locator("blockquote").nth(1).text_content()
    visit.page.wait_for_function("words => document.querySelector('mark')?.textContent === words", arg=words)
    visit.page.wait_for_function("document.activeElement?.closest('.reader header') !== null")


def test_the_panel_scrolls_to_the_words_and_shows_more(visit: Visit) -> None:
    visit.ask("A long line about endless breadlines")
    visit.page.wait_for_selector("mark")
    assert visit.page.locator("mark").is_visible()
    before = visit.page.locator(".page").evaluate("page => page.textContent.length")
    assert before < 20_000
    visit.page.get_by_role("button", name="Later text").click()
    visit.page.wait_for_function(f"document.querySelector('.page').textContent.length > {before + 4000}")


def test_earlier_questions_are_handed_on_and_a_new_conversation_forgets_them(
    visit: Visit, served_small: Served
) -> None:
    visit.ask(KEEPERS)
    visit.turn(0).locator(".answer").wait_for()
    visit.ask("Who settles a dispute about a lighthouse?")
    visit.turn(1).locator(".answer").wait_for()
    assert [served_small.asked()["history"], served_small.asked()["history"]] == [[], [KEEPERS]]
    visit.page.get_by_role("button", name="New conversation").click()
    visit.page.wait_for_function("!document.querySelector('article.turn') && !document.querySelector('mark')")
    visit.ask(KEEPERS)
    visit.turn(0).locator(".answer").wait_for()
    assert served_small.asked()["history"] == []


def test_the_document_filter_is_handed_on(visit: Visit, served_small: Served) -> None:
    visit.page.get_by_label("Only in", exact=True).click()
    visit.page.get_by_role("option", name="How the lamps convention works").click()
    visit.page.keyboard.press("Escape")
    visit.ask(KEEPERS)
    visit.turn(0).locator(".answer").wait_for()
    assert served_small.asked()["document_ids"] == ["lamps-guide"]
    assert visit.turn(0).locator(".kind").all_inner_texts() == ["Guide"]


def test_a_decline_says_what_was_searched_and_what_came_nearest(visit: Visit) -> None:
    visit.ask("Who repairs pianos in winter?")
    card = visit.turn(0).locator(".declined")
    card.wait_for()
    assert "Not answered from these documents" in card.inner_text()
    assert "Searched: 4 documents" in card.inner_text()
    assert "Nearest passages, not an answer" in card.inner_text()
    assert card.get_by_role("button", name=re.compile("^Show in place")).count() >= 1


def test_a_hostile_document_is_shown_as_text(visit: Visit) -> None:
    visit.ask(
        "Which trap has script and image, or a marked markdown trap, or a turned trap, or a template trap?"
    )
    visit.turn(0).locator(".answer").wait_for()
    quotes = visit.turn(0).locator("blockquote").all_text_contents()
    assert len(quotes) == 4
    assert all(words in HOSTILE for words in quotes)
    buttons = visit.turn(0).get_by_role("button", name=re.compile("^Show in place"))
    for number, words in enumerate(quotes):
        buttons.nth(number).click()
        visit.page.wait_for_function(
            "words => document.querySelector('mark')?.textContent === words", arg=words
        )
    visit.page.get_by_label("Only in", exact=True).click()
    title = 'Treaty of <b>Traps</b> & "Quotes" [U+202E]flipped'
    visit.page.get_by_role("option", name=title).wait_for()
    assert visit.page.evaluate("window.trapped") is None
    assert visit.page.locator(":is(.turn, .reader) :is(script, img, iframe, svg, style, b)").count() == 0
    assert visit.dialogs == []
    assert visit.errors == []


def test_a_hostile_question_is_shown_as_text(visit: Visit) -> None:
    question = "<img src=x onerror=alert(1)> **pianos** $x$ \u202etrap {{value}} ${alert(2)}"
    visit.ask(question)
    visit.turn(0).locator(":is(.answer, .declined)").wait_for()
    assert visit.turn(0).locator(".question bdi").first.text_content() == question
    assert visit.dialogs == []


def test_nothing_is_fetched_from_anywhere_else(visit: Visit, served_small: Served) -> None:
    visit.ask(KEEPERS)
    visit.turn(0).locator(".answer").wait_for()
    elsewhere = [url for url in visit.fetched if not url.startswith((served_small.address, "data:", "blob:"))]
    assert elsewhere == []
    policy = httpx.get(served_small.address).headers["content-security-policy"]
    assert "script-src-attr 'none'" in policy
    assert "http" not in policy


def test_another_host_name_is_refused(served_small: Served) -> None:
    answer = httpx.get(served_small.address, headers={"Host": "rebound.invalid"})
    assert answer.status_code == 421


def test_what_goes_wrong_unexpectedly_is_said_and_the_next_question_is_answered(visit: Visit) -> None:
    visit.ask("What ends unexpectedly?")
    visit.turn(0).locator(".trouble").wait_for()
    visit.ask(KEEPERS)
    visit.turn(1).locator(".answer").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, served_small: Served, scheme: str) -> None:
    with visiting(browser, served_small.address, **PHONE) as visit:
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit.page.wait_for_selector(".status.ready")
        questions = (KEEPERS, "Which trap has script and image?", "A line about endless breadlines")
        for number, question in enumerate(questions):
            visit.ask(question)
            visit.turn(number).locator(":is(.answer, .declined)").wait_for()
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        show = visit.turn(0).get_by_role("button", name=re.compile("^Show in place")).first
        show.click()
        visit.page.wait_for_function(
            "words => { const mark = document.querySelector('mark'); const box = mark?.getBoundingClientRect();"
            " return mark?.textContent === words && box.top >= 0 && box.bottom <= innerHeight; }",
            arg=KEEPERS_WORDS,
        )


CONTRAST = """(scheme) => {
  const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return scheme === 'dark' ? [0, 0, 0] : [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('#room *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(browser: Browser, served_small: Served, scheme: str) -> None:
    with visiting(browser, served_small.address) as visit:
        visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit.page.reload()
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        visit.turn(0).locator(".answer").wait_for()
        visit.ask("Who repairs pianos in winter?")
        visit.turn(1).locator(".declined").wait_for()
        assert visit.page.evaluate(CONTRAST, scheme) == []


def test_a_question_asked_while_loading_waits_and_says_so(browser: Browser, tmp_path: Path) -> None:
    loaded = tmp_path / "loaded"
    with small("--load-until", str(loaded)) as page, visiting(browser, page.address) as visit:
        assert visit.page.locator(".status").inner_text() == "Loading the models…"
        visit.ask(KEEPERS)
        visit.turn(0).locator(".progress").wait_for()
        assert "as soon as they are ready" in visit.turn(0).inner_text()
        loaded.touch()
        visit.turn(0).locator(".answer").wait_for()
        visit.page.wait_for_selector(".status.ready")
        assert visit.page.locator(".status").inner_text().startswith("Ready: 4 documents")


def test_progress_is_shown_stage_by_stage(browser: Browser) -> None:
    with small("--ask", "0.8") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        for words in ("Searching the documents", "Reading the passages", "Quoting"):
            visit.turn(0).locator(".progress", has_text=words).wait_for()
        visit.turn(0).locator(".answer").wait_for()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fail", "no index <here>. Run: treaty index"), "no index <here>. Run: treaty index"),
        (("--crash",), "run 'treaty doctor'"),
    ],
)
def test_a_failure_to_load_is_said_with_its_remedy(
    browser: Browser, options: tuple[str, ...], message: str
) -> None:
    with small(*options) as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.failed")
        assert message in visit.page.locator(".status").inner_text()
        visit.ask(KEEPERS)
        visit.turn(0).locator(".trouble").wait_for()
        assert message in visit.turn(0).inner_text()


def test_the_real_assistant_offers_questions_and_marks_the_words_it_quotes(
    browser: Browser, tmp_path: Path
) -> None:
    with real(tmp_path) as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready", timeout=120_000)
        first = visit.page.locator("button.example").first
        question = first.inner_text()
        first.click()
        visit.turn(0).locator(":is(.answer, .declined)").wait_for()
        assert visit.turn(0).locator(".question bdi").first.text_content() == question
        assert not visit.page.locator("button.example").first.is_visible()
        visit.ask("What is the difference between signature and ratification?")
        visit.turn(1).locator("figure").first.wait_for()
        quoted = visit.turn(1).locator("blockquote").first.text_content() or ""
        assert quoted.split(" […] ") == visit.page.locator("mark").all_text_contents()
        assert [u for u in visit.fetched if not u.startswith((page.address, "data:", "blob:"))] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(browser: Browser, number: int) -> None:
    with small() as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        assert page.end(number) == 0
        assert page.lines.get(timeout=5) == '{"closed": true}\n'


def test_a_busy_port_is_named_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.web.serve_small", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert str(port) in ended.stderr
    assert "--port" in ended.stderr


def test_importing_the_web_app_loads_neither_models_nor_gradio() -> None:
    heavy = "{'gradio', 'torch', 'sentence_transformers', 'chromadb', 'transformers', 'onnxruntime'}"
    serving = "{'torch', 'sentence_transformers', 'chromadb', 'transformers', 'onnxruntime'}"
    code = (
        f"import sys, assistant.web; assert not {heavy} & set(sys.modules); "
        f"import assistant.web.service.server; assert not {serving} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )


def test_the_page_is_up_within_ten_seconds() -> None:
    begun = time.monotonic()
    with small("--load", "30") as page:
        assert httpx.get(page.address).status_code == 200
        assert time.monotonic() - begun < 10
