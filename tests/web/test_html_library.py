"""What the library tab shows: every standing in words, hostile titles as text, times as far as they are known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.library import html_library, html_reindex
from assistant.web.library.listing import Holding, Listing, Standing
from assistant.web.library.reindexer import Course, Phase, Report
from assistant.web.library.shelving import Added, Health, Official, What
from corpus.catalogue import entries
from corpus.library import Entry, Version
from corpus.models import Kind
from index.generation import DocumentRecord, EmbedderRecord, Manifest
from tests.web.markup import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

TRAP = '<script>alert(1)</script>" onclick="x" \u202eflipped {{value}} ${y}'
TAGS = set("div p ul li span strong b a bdi i code label input button details summary".split())
ATTRIBUTES = set(
    "class role href aria-label aria-valuenow aria-valuemin aria-valuemax aria-valuetext aria-hidden type accept "
    "multiple title rel target style data-do data-id data-most data-focus data-code".split()
)


def holding(
    standing: Standing = Standing.INDEXED, words: str = "Convention on Lamps", **facts: object
) -> Holding:
    given_facts: dict[str, object] = {
        "in_index": standing is not Standing.WAITING,
        "name": f"{words}.txt",
        **facts,
    }
    return Holding("lamps", words, Kind.TREATY, standing, **given_facts)  # type: ignore[arg-type]


def report(**changes: object) -> Report:
    fields = {
        "generation": "g",
        "built": True,
        "added": ("lamps",),
        "changed": (),
        "removed": (),
        "unchanged": ("bells", "ropes"),
        "embedded": 1200,
        "carried": 30,
        "seconds": 83.2,
    }
    return Report.model_validate({**fields, **changes})


def generation(name: str, previous: str | None) -> Manifest:
    return Manifest(
        id=name,
        created=datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC),
        previous=previous,
        embedder=EmbedderRecord(name=TRAP, dimension=4),
        chunking="c",
        corpus_sha256="0",
        documents={"lamps": DocumentRecord(sha256="0", passages=2)},
        passages=2,
    )


def everything(words: str) -> Iterator[str]:
    """Draw all parts of the tab with some foreign text wherever one can stand."""
    holdings = tuple(
        holding(one, words, notices=(words,), problem=words, as_of=words, retrieved=words, versions=2)
        for one in Standing
    )
    text = entries()[0].model_copy(update={"title": words or "x", "publisher": words, "authenticity": words})
    held = Entry("lamps", "lamps", words, words, None, (Version("0", ".txt", 1, words),))
    listing = Listing(holdings, words)
    for manage in (True, False):
        yield html_library.documents(listing, "", manage=manage)
        yield html_library.official(
            [Official(text, held), Official(text, None)], frozenset({"lamps"}), manage=manage
        )
        yield html_library.health(
            Health("g2", (generation("g1", None), generation("g2", "g1"))), manage=manage
        )
        yield html_reindex.waiting(listing, manage=manage)
    yield html_library.health(Health(None, (), words), manage=True)
    yield html_library.drop_zone(1, holding(words=words))
    yield html_library.line(words, good=False)
    yield html_library.told([Added(words, what, words, words, words, (words,)) for what in What], words)
    yield html_reindex.counts(listing)
    for phase in Phase:
        yield html_reindex.course(
            Course(phase, 1, words, 1, 2, report=report(), trouble=words), lambda _: words
        )


def test_no_hostile_text_becomes_markup() -> None:
    for drawn in everything(TRAP):
        read = Markup(drawn)
        assert read.tags <= TAGS
        assert read.attributes <= ATTRIBUTES


@given(st.text(max_size=40))
def test_no_text_escapes_from_any_part(words: str) -> None:
    for drawn in everything(words):
        read = Markup(drawn)
        assert read.tags <= TAGS
        assert read.attributes <= ATTRIBUTES
        assert all(one.startswith(("#/documents/", "https://")) for one in read.links)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.INDEXED, "Indexed"),
        (Standing.WAITING, "Waits for re-index"),
        (Standing.CHANGED, "Changed, waits for re-index"),
        (Standing.LEAVING, "Removed at the next re-index"),
        (Standing.PROBLEM, "Cannot be read"),
    ],
)
def test_every_standing_is_said_in_words(standing: Standing, words: str) -> None:
    drawn = html_library.documents(Listing((holding(standing),)), "", manage=True)
    assert f'<p class="lib-state">{words}</p>' in drawn
    assert ("#/documents/lamps" in drawn) == (standing is not Standing.WAITING)
    assert ('data-do="remove"' in drawn) == (standing is not Standing.LEAVING)


def test_a_row_tells_its_facts() -> None:
    row = holding(
        articles=1,
        passages=1200,
        as_of="2030-01-01",
        retrieved="2031-02-03T04:05",
        size=2_300_000,
        versions=3,
    )
    facts = Markup(html_library.documents(Listing((row,)), "", manage=False)).texts["p"][-1]
    assert facts == (
        "lamps · 1 article · 1,200 passages · as of 2030-01-01 · added 2031-02-03 · 2.3 MB · 3 versions · "
        "Convention on Lamps.txt"
    )


def test_guides_and_readers_without_rights_get_no_buttons() -> None:
    mine, guide = Listing((holding(),)), Listing((holding(embedded=True),))
    assert "button" not in Markup(html_library.documents(mine, "", manage=False)).tags
    drawn = html_library.documents(guide, "", manage=True)
    assert "button" not in Markup(drawn).tags
    assert "embedded guide, cannot be removed" in drawn
    assert "button" in Markup(html_library.documents(mine, "", manage=True)).tags


def test_removing_takes_a_second_step_that_says_what_it_does() -> None:
    row = holding(versions=3)
    read = Markup(html_library.documents(Listing((row,)), "", manage=True))
    assert read.texts["summary"] == ["Remove…"]
    said = read.texts["details"][0]
    assert "deletes its file in all 3 versions" in said
    assert "cannot be undone" in said
    assert "Until the next re-index answers go on quoting it" in said


def test_a_list_that_is_empty_or_matches_nothing_says_so() -> None:
    assert html_library.NO_DOCUMENTS in html_library.documents(Listing(()), "", manage=True)
    assert html_library.NO_MATCH in html_library.documents(Listing((holding(),)), "moon", manage=True)


def test_a_fetch_names_the_host_that_is_asked_and_what_cannot_be_fetched_has_a_page() -> None:
    drawn = html_library.official([Official(one, None) for one in entries()], frozenset(), manage=True)
    for one in entries():
        assert (f'data-id="{one.id}"' in drawn) == one.direct
    read = Markup(drawn)
    asked = [one for one in read.texts["button"] if one.startswith("Fetch from ")]
    assert len(asked) == sum(one.direct for one in entries())
    assert all("." in one.removeprefix("Fetch from ") for one in asked)
    assert "No program can fetch it" in drawn
    assert (
        "button"
        not in Markup(html_library.official([Official(entries()[0], None)], frozenset(), manage=False)).tags
    )


def test_results_are_counted_and_each_has_its_line() -> None:
    results = [
        Added("a.txt", What.ADDED, "A", "a", notices=("pages left out: 3",)),
        Added("b.pdf", What.REFUSED, line="b.pdf: the PDF is damaged. Fetch it again"),
    ]
    read = Markup(html_library.told(results))
    assert read.texts["p"] == ["1 taken in, 1 not added."]
    assert "Not added: b.pdf: the PDF is damaged. Fetch it again" in read.texts["li"]
    assert "pages left out: 3" in read.texts["li"]
    assert html_library.told([]) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "a few seconds"), (9, "a few seconds"), (11, "10 s"), (58, "60 s"), (100, "2 min"), (9000, "2.5 h")],
)
def test_times_are_said_no_finer_than_they_are_known(seconds: float, words: str) -> None:
    assert html_reindex.spoken(seconds) == words


def test_progress_has_a_bar_with_its_value_and_what_is_left_once_that_is_known() -> None:
    running = Course(Phase.RUNNING, 1, "embed", 10, 40, share=0.345, seconds=61.4)
    drawn = html_reindex.course(running, str)
    assert 'role="progressbar"' in drawn
    assert 'aria-valuenow="34"' in drawn
    assert "61 s so far<" in drawn
    assert "left" not in drawn.replace("leave", "")
    known = Course(Phase.RUNNING, 1, "embed", 10, 40, share=0.9999, seconds=61, left=118)
    assert "61 s so far, about 2 min left" in html_reindex.course(known, str)
    assert 'aria-valuenow="99"' in html_reindex.course(known, str)
    cutting = Course(Phase.RUNNING, 1, "cut", 2, 7)
    assert "Reading provisions: 2 of 7 documents" in html_reindex.course(cutting, str)


def test_the_end_says_what_changed_by_title() -> None:
    done = Course(Phase.DONE, 1, report=report(removed=tuple(f"d{n}" for n in range(12))))
    read = Markup(html_reindex.course(done, str.upper))
    summed = "1 added, 0 changed, 12 removed, 2 unchanged; 1,200 passages read anew, 30 carried over"
    assert read.texts["p"] == [f"The index was renewed in 1 min 23 s: {summed}."]
    assert read.texts["li"] == ["Added: LAMPS", f"Removed: {'; '.join(f'D{n}' for n in range(8))} and 4 more"]
    same = html_reindex.course(Course(Phase.DONE, 1, report=report(built=False)), str)
    assert "matched the library already" in same
    assert "is as it was" in html_reindex.course(Course(Phase.STOPPED, 1), str)
    assert html_reindex.course(Course(), str) == ""


def test_what_waits_is_counted() -> None:
    listing = Listing((holding(), holding(Standing.WAITING), holding(Standing.LEAVING)))
    assert Markup(html_reindex.counts(listing)).texts["p"] == ["2 documents: 1 indexed, 1 new, 1 removed."]
    assert "2 documents wait for a re-index" in html_reindex.waiting(listing, manage=True)
    assert html_reindex.waiting(Listing((holding(),)), manage=True) == ""


def test_the_way_back_is_offered_only_where_there_is_one() -> None:
    first, second = generation("g1", None), generation("g2", "g1")
    assert 'data-do="back"' in html_library.health(Health("g2", (first, second)), manage=True)
    assert 'data-do="back"' not in html_library.health(Health("g2", (first, second)), manage=False)
    assert 'data-do="back"' not in html_library.health(Health("g1", (first, second)), manage=True)
    assert "2031-05-06 07:08 UTC" in html_library.health(Health("g1", (first,)), manage=True)
