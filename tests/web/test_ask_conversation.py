"""Carrying a conversation on in a real browser: what is kept, edited, stopped, copied, judged and taken away."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.web.ask.kept import talk_json
from tests.web.browsing import Served, Visit, small, visiting
from tests.web.test_ask_kept import DUSK, KEEPERS, PIANOS, answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

KEY = "treaty-assistant/conversations"
KEEPERS_WORDS = "Each Party trains its lighthouse keepers for no less than forty days before the first watch."
DISPUTE = "Who settles a dispute about a lighthouse?"
DONE = ":is(.answer, .declined, .trouble, .stopped)"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 800}


def asked(visit: Visit, *questions: str, first: int = 0) -> None:
    for number, question in enumerate(questions, start=first):
        visit.ask(question)
        visit.turn(number).locator(DONE).wait_for()


def stored(visit: Visit) -> list[dict[str, Any]]:
    kept = f"JSON.parse(localStorage['{KEY}'] ?? '{{}}').conversations ?? []"
    found: list[dict[str, Any]] = visit.page.evaluate(kept)
    return found


def questions(visit: Visit) -> list[str]:
    found: list[str] = visit.page.locator(".question bdi").all_text_contents()
    return found


def shown(visit: Visit) -> list[tuple[str, str]]:
    """Return the quotes and citations that are shown."""
    figures = visit.page.locator(".turn figure").all()
    return [
        (f.locator("blockquote").text_content() or "", f.locator("cite").first.inner_text()) for f in figures
    ]


def press(visit: Visit, name: str, turn: int) -> None:
    visit.turn(turn).get_by_role("button", name=name, exact=True).click()


def choose(visit: Visit, question: str) -> None:
    """Open a conversation from the list."""
    visit.page.locator("details.talks > summary").click()
    visit.page.locator("button.open", has_text=question).click()


def reload(visit: Visit) -> None:
    visit.page.reload()
    visit.page.wait_for_selector(".status.ready")


def test_a_conversation_outlives_a_reload_with_its_citations_and_goes_on(
    visit: Visit, served_small: Served
) -> None:
    asked(visit, KEEPERS, PIANOS)
    before = shown(visit)
    visit.page.wait_for_function(f"localStorage['{KEY}']?.includes('pianos')")
    reload(visit)
    visit.turn(1).locator(".declined").wait_for()
    assert questions(visit) == [KEEPERS, PIANOS]
    assert shown(visit) == before
    assert before[0] == (KEEPERS_WORDS, "Convention on the Care of Lamps, art 3, p 2")
    visit.turn(0).locator("button.show").first.click()
    visit.page.wait_for_function(
        "words => document.querySelector('mark')?.textContent === words", arg=KEEPERS_WORDS
    )
    served_small.forget()
    asked(visit, DISPUTE, first=2)
    assert served_small.asked()["history"] == [KEEPERS, PIANOS]


def test_it_outlives_the_server_and_a_visit_that_comes_while_the_models_load(
    browser: Browser, tmp_path: Path
) -> None:
    loaded = tmp_path / "loaded"
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(20_000)
    try:
        with small() as served:
            port = served.address.rpartition(":")[2]
            page.goto(served.address)
            page.wait_for_selector(".status.ready")
            visit = Visit(page)
            asked(visit, KEEPERS)
            page.wait_for_function(f"localStorage['{KEY}']?.includes('keepers')")
        with small("--port", port, "--load-until", str(loaded)) as served:
            page.goto(served.address)
            visit.turn(0).locator(".progress").wait_for()
            assert "shown again as soon as" in visit.turn(0).inner_text()
            loaded.touch()
            visit.turn(0).locator(".answer").wait_for()
            assert shown(visit)[0][0] == KEEPERS_WORDS
    finally:
        context.close()


def test_several_conversations_are_listed_opened_and_deleted(visit: Visit, served_small: Served) -> None:
    asked(visit, KEEPERS, DISPUTE)
    visit.page.get_by_role("button", name="New conversation").click()
    visit.page.wait_for_selector("button.example")
    asked(visit, PIANOS)
    visit.page.wait_for_function(f"JSON.parse(localStorage['{KEY}']).conversations.length === 2")
    choose(visit, KEEPERS)
    visit.turn(1).locator(".answer").wait_for()
    assert questions(visit) == [KEEPERS, DISPUTE]
    served_small.forget()
    asked(visit, DUSK, first=2)
    assert served_small.asked()["history"] == [KEEPERS, DISPUTE]
    visit.page.wait_for_function(f"localStorage['{KEY}'].includes('dusk')")
    assert [len(talk["turns"]) for talk in stored(visit)] == [3, 1]
    visit.page.locator("details.talks > summary").click()
    visit.page.get_by_role("button", name=f"Delete: {PIANOS}").click()
    visit.page.wait_for_function(f"JSON.parse(localStorage['{KEY}']).conversations.length === 1")
    assert questions(visit) == [KEEPERS, DISPUTE, DUSK]
    visit.page.get_by_text("Delete all", exact=True).click()
    visit.page.get_by_role("button", name="Yes, delete all of them").click()
    visit.page.wait_for_function(f"!localStorage['{KEY}'] && !document.querySelector('article.turn')")
    reload(visit)
    visit.page.wait_for_selector("button.example")
    assert questions(visit) == []


def test_two_tabs_do_not_undo_one_another(visit: Visit, served_small: Served) -> None:
    asked(visit, KEEPERS)
    tab = visit.page.context.new_page()
    tab.goto(f"{served_small.address}/#/documents/lamps/art-2")
    tab.wait_for_selector("mark")
    other = Visit(tab)
    assert questions(other) == []
    asked(other, PIANOS)
    asked(visit, DISPUTE, first=1)
    visit.page.wait_for_function("document.querySelector('.talks .count')?.textContent === '2'")
    tab.wait_for_function(f"localStorage['{KEY}'].includes('dispute')")
    assert sorted(len(talk["turns"]) for talk in stored(visit)) == [1, 2]


def test_a_question_is_edited_and_asked_again_without_what_came_after_it(
    visit: Visit, served_small: Served
) -> None:
    asked(visit, KEEPERS, DISPUTE, PIANOS)
    served_small.forget()
    visit.turn(1).get_by_text("Edit").click()
    box = visit.turn(1).get_by_label("Ask this instead")
    assert box.input_value() == DISPUTE
    box.fill(DUSK)
    box.press("Enter")
    visit.page.wait_for_function("document.querySelectorAll('article.turn').length === 2")
    visit.turn(1).locator(".answer").wait_for()
    assert questions(visit) == [KEEPERS, DUSK]
    assert served_small.asked() == {"question": DUSK, "history": [KEEPERS], "document_ids": None}
    served_small.forget()
    asked(visit, PIANOS, first=2)
    assert served_small.asked()["history"] == [KEEPERS, DUSK]


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_a_question_at_work_is_stopped(browser: Browser, way: str) -> None:
    with small("--ask", "3") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        stop = visit.turn(0).get_by_role("button", name="Stop")
        stop.wait_for()
        if way == "button":
            stop.click()
        else:
            visit.page.keyboard.press("Escape")
        visit.turn(0).locator(".stopped").wait_for()
        visit.page.wait_for_timeout(4000)  # the answer would have come by now
        assert visit.turn(0).locator("figure").count() == 0
        press(visit, "Ask again", 0)
        visit.turn(0).locator(".progress").wait_for()
        visit.turn(0).locator(".answer").wait_for(timeout=30_000)
        assert questions(visit) == [KEEPERS]


def test_a_new_conversation_leaves_what_is_at_work(browser: Browser) -> None:
    with small("--ask", "1.5") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        visit.turn(0).locator(".progress").wait_for()
        visit.page.get_by_role("button", name="New conversation").click()
        visit.page.wait_for_function("!document.querySelector('article.turn')")
        visit.page.wait_for_timeout(6000)  # the answer would have come by now
        assert questions(visit) == []


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "older way"])
def test_a_quote_is_copied_with_its_citation_and_it_is_said(visit: Visit, *, clipboard: bool) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reading = "async () => (await navigator.clipboard.readText())"
    if not clipboard:
        # as on a page served over plain http to another machine; what was copied is then pasted to be read
        visit.page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    asked(visit, DUSK)
    visit.page.get_by_label("Citations").click()
    visit.page.get_by_role("option", name="Bluebook").click()
    visit.page.wait_for_function("document.querySelector('cite').textContent.includes('art. 1')")
    visit.turn(0).get_by_role("button", name=re.compile("^Copy: ")).first.click()
    visit.page.wait_for_function("document.querySelector('#told').textContent === 'Copied'")
    cited = visit.turn(0).locator("cite").first.inner_text()
    words = visit.turn(0).locator("blockquote").first.text_content()
    assert visit.page.evaluate(reading) == f"\u201c{words}\u201d \u2014 {cited}"
    assert "[…] (b) lights the lantern at dusk." in (words or "")


@pytest.fixture
def judged(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """A visit to a page that keeps opinions below ``tmp_path``."""
    with small("--feedback", str(tmp_path)) as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        yield visit


def opinions(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "feedback" / "feedback.jsonl").read_text().splitlines()]


def test_a_dislike_with_a_note_is_written_down_and_said_where(judged: Visit, tmp_path: Path) -> None:
    asked(judged, KEEPERS)
    assert not (tmp_path / "feedback").exists()
    press(judged, "Not helpful", 0)
    judged.page.wait_for_selector("button.judge[aria-pressed='true']")
    judged.turn(0).get_by_text("Add a note").click()
    assert "written to a file on the computer that runs this page" in judged.turn(0).inner_text()
    judged.turn(0).get_by_label("What was good or wrong?").fill("It names <b>no</b> day.")
    press(judged, "Keep this note", 0)
    judged.page.wait_for_function("document.querySelector('details.note[open]') === null")
    judged.page.wait_for_function("document.querySelector('#told').textContent.startsWith('Thank you')")
    first, second = opinions(tmp_path)
    assert (first["question"], first["liked"], first["note"], first["outcome"]) == (
        KEEPERS,
        False,
        "",
        "quoted",
    )
    assert (second["note"], second["liked"]) == ("It names <b>no</b> day.", False)
    assert first["links"][0] == "#/documents/lamps/art-3"
    reload(judged)
    judged.turn(0).locator("button.judge[aria-pressed='true']", has_text="Not helpful").wait_for()


def test_without_a_place_for_opinions_none_are_asked_for(visit: Visit) -> None:
    asked(visit, KEEPERS)
    assert visit.page.locator("button.judge").count() == 0


def test_the_filters_of_kind_and_document_reach_the_assistant_together(
    visit: Visit, served_small: Served
) -> None:
    visit.page.get_by_label("Only kinds").click()
    kinds = visit.page.get_by_role("option").all_inner_texts()
    assert [kind.strip(" ✓\n") for kind in kinds] == ["Treaty text", "Commentary", "Guide"]
    visit.page.get_by_role("option", name="Treaty text").click()
    visit.page.keyboard.press("Escape")
    asked(visit, KEEPERS)
    assert served_small.asked()["document_ids"] == ["lamps", "long"]
    visit.page.get_by_label("Only in", exact=True).click()
    visit.page.get_by_role("option", name="How the lamps convention works").click()
    visit.page.keyboard.press("Escape")
    asked(visit, KEEPERS, first=1)
    assert "None of the documents chosen is of a kind chosen" in visit.turn(1).inner_text()
    visit.page.get_by_label("Only in", exact=True).click()
    visit.page.get_by_role("option", name="Convention on the Care of Lamps").click()
    visit.page.keyboard.press("Escape")
    asked(visit, DUSK, first=2)
    assert served_small.asked()["document_ids"] == ["lamps"]


def hostile() -> dict[str, str]:
    """Return what might be found in a browser's storage."""
    talk = talk_json("0123456789abcdef", [answered(KEEPERS)])
    assert talk is not None
    mark = talk["turns"][0]["quotes"][0]
    nasty = '<img src=x onerror="window.trapped=1"> ${alert(1)} {{value}} </script><script>alert(2)</script>'

    def store(**turn: Any) -> str:
        turns = [{**talk["turns"][0], **turn}]
        return json.dumps({"version": 1, "conversations": [{**talk, "turns": turns}]})

    return {
        "markup": store(question=nasty, asked=nasty, quotes=[{**mark, "document": "gone", "cited": nasty}]),
        "words of its own": store(
            quotes=[{**mark, "text": "INVENTED", "document": "gone", "cited": "Cited so"}]
        ),
        "an answer of its own": store(quotes=[], message="INVENTED", answer="INVENTED"),
        "a moved quote": store(quotes=[{**mark, "segments": [[0, 40]]}]),
        "no conversation": '{"version":1,"conversations":[{"id":"x","turns":[{"question":"INVENTED"}]}]}',
        "no JSON": "INVENTED" * 100,
        "too much": json.dumps({"version": 1, "conversations": [], "more": "INVENTED" * 300_000}),
        "depth": "[" * 200_000,
    }


@pytest.mark.parametrize("name", hostile())
def test_what_was_put_into_the_storage_shows_nothing_it_should_not(
    browser: Browser, served_small: Served, name: str
) -> None:
    with visiting(browser, f"{served_small.address}/healthz") as visit:
        visit.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, hostile()[name]])
        visit.page.goto(served_small.address)
        visit.page.wait_for_selector(".status.ready")
        visit.page.wait_for_selector("button.example", state="attached")
        visit.page.wait_for_timeout(500)
        assert "INVENTED" not in visit.page.locator("#talk").inner_text()
        assert visit.page.locator(".turn :is(img, script)").count() == 0
        assert visit.page.evaluate("window.trapped") is None
        assert shown(visit) == []
        assert visit.dialogs == []
        assert visit.errors == []
        visit.page.get_by_role("button", name="New conversation").click()
        visit.page.wait_for_function("!document.querySelector('article.turn')")
        asked(visit, KEEPERS)
        assert shown(visit)[0][0] == KEEPERS_WORDS


def test_a_quote_whose_document_is_gone_is_named_and_can_be_asked_for_again(
    browser: Browser, served_small: Served
) -> None:
    with visiting(browser, f"{served_small.address}/healthz") as visit:
        visit.page.evaluate(
            "([key, text]) => localStorage.setItem(key, text)", [KEY, hostile()["words of its own"]]
        )
        visit.page.goto(served_small.address)
        visit.turn(0).locator(".lost").wait_for()
        assert (
            "its document is not in the library any more. It was cited as: Cited so"
            in visit.turn(0).inner_text()
        )
        press(visit, "Ask again", 0)
        visit.turn(0).locator("blockquote").first.wait_for()
        assert shown(visit)[0][0] == KEEPERS_WORDS


@pytest.mark.parametrize(("form", "suffix"), [("Markdown", ".md"), ("Word", ".docx"), ("BibTeX", ".bib")])
def test_an_answer_and_a_conversation_are_taken_away(visit: Visit, form: str, suffix: str) -> None:
    asked(visit, KEEPERS, DUSK)
    for whole, at in enumerate((visit.turn(1), visit.page.locator("#bar"))):
        at.locator("details.export > summary").click()
        with visit.page.expect_download() as caught:
            at.get_by_role("button", name=form).click()
        assert caught.value.suggested_filename.endswith(suffix)
        content = Path(caught.value.path()).read_bytes()
        assert content
        if form == "Markdown":
            assert ("forty days before the first watch" in content.decode()) == bool(whole)


def test_the_outcome_is_said_once_and_the_focus_is_back_in_the_question_box(visit: Visit) -> None:
    visit.page.evaluate(
        "window.heard = []; new MutationObserver(() => { const words = document.querySelector('#told').textContent;"
        " if (words) window.heard.push(words); }).observe(document.querySelector('#told'), {childList: true})"
    )
    visit.page.wait_for_selector("button.example")
    visit.page.locator("button.example").first.focus()
    visit.page.keyboard.press("Enter")
    visit.turn(0).locator(DONE).wait_for()
    visit.page.wait_for_function("document.activeElement === document.querySelector('#question textarea')")
    visit.page.wait_for_timeout(500)
    heard = visit.page.evaluate("window.heard")
    assert heard == ["Not answered from these documents. Nearest passages shown: 2."]
    asked(visit, KEEPERS, first=1)
    visit.page.wait_for_function("window.heard.length === 2")
    said = visit.page.evaluate("window.heard[1]")
    assert re.fullmatch(r"Answered with \d quotes\. First: Convention on the Care of Lamps, art 3, p 2", said)
    visit.page.get_by_label("Citations").click()
    visit.page.get_by_role("option", name="Bluebook").click()
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate("window.heard.length") == 2


def test_what_is_being_typed_while_an_answer_comes_stays(browser: Browser) -> None:
    with small("--ask", "1") as page, visiting(browser, page.address) as visit:
        visit.page.wait_for_selector(".status.ready")
        visit.ask(KEEPERS)
        visit.turn(0).locator(".progress").wait_for()
        box = visit.page.get_by_label("Your question")
        box.fill("And who pays")
        visit.turn(0).locator(".answer").wait_for()
        visit.page.wait_for_timeout(300)
        assert box.input_value() == "And who pays"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_conversation_has_room_and_a_phone_needs_no_sideways_scrolling(
    browser: Browser, served_small: Served, scheme: str
) -> None:
    for size in (DESK, PHONE):
        with visiting(browser, served_small.address, **size) as visit:
            visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            visit.page.wait_for_selector(".status.ready")
            asked(visit, KEEPERS, PIANOS, DUSK)
            if size is DESK:
                height = visit.page.locator("#conversation").evaluate("e => e.getBoundingClientRect().height")
                assert height >= 0.45 * size["height"]
            visit.page.locator("details.talks > summary").click()
            visit.turn(1).get_by_text("Edit").click(force=True)
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            masthead = visit.page.locator(".masthead").evaluate("e => e.getBoundingClientRect().width")
            assert masthead >= min(size["width"] - 40, 600)
