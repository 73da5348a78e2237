"""The measured systems: each answers over a tiny library; how answers are judged; no time is asserted."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from assistant.wiring import library
from bench.__main__ import BEGIN, END, cpu_model, main, sizes_in, written
from bench.drawn import Drawn
from bench.figures import CAIRN, OURS, RECIPE, Section
from bench.libraries import Place, made, placed, treaties, write_made
from bench.peers.protocol import Refused, answer, memory_in, serve
from bench.quality import Found, declined, holds, share_at, touches
from bench.systems import VENV, Running, interpreter
from corpus.errors import TreatyError
from corpus.models import Level
from corpus.references import references_in
from corpus.structure import parse
from eval.bench_material import QUESTIONS, TREATY, TREATY_NAME
from eval.cases import Case, CaseKind, Split
from eval.errors import EvaluationError
from eval.spans import GoldPlace
from index.embedder import load_embedder

Json = dict[str, Any]
PEERS = [
    pytest.param(
        who,
        marks=pytest.mark.skipif(
            interpreter(who) is None, reason=f"no packages of the peers in {VENV.name}; run: make bench"
        ),
    )
    for who in (RECIPE, CAIRN)
]
LAMPS = "Where fog is common, what shall a hut have that is lit at dusk?"


@pytest.fixture(scope="module")
def huts(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A library of one treaty of our own."""
    folder = tmp_path_factory.mktemp("huts")
    path = folder / TREATY_NAME
    path.write_text(TREATY, encoding="utf-8")
    return placed(folder / "place", [path])


@pytest.mark.parametrize("who", PEERS)
def test_a_peer_finds_the_article_in_its_place(huts: Place, who: str) -> None:
    text = next(huts.texts.glob("*.txt")).read_text(encoding="utf-8")
    with Running(who, huts.texts, huts.folder / who) as peer:
        built = peer.index()
        peer.open()
        found = peer.ask(LAMPS)
        crowd = peer.send("many", questions=[LAMPS] * 4, clients=2)
        memory = peer.send("memory")
    assert built["passages"] > 1
    assert built["incremental"] is False
    document, start, end = found["hits"][0]
    assert document == "mountain-huts"
    assert "lamp" in text[start:end]
    assert found["declined"] is False
    assert crowd["seconds"] > 0
    assert set(memory) == {"resident", "peak"}


def test_ours_builds_answers_and_keeps_what_is_unchanged(huts: Place) -> None:
    text = next(huts.texts.glob("*.txt")).read_text(encoding="utf-8")
    with Running(OURS, huts.texts, huts.home) as ours:
        built = ours.index()
        ours.open()
        found = ours.ask(LAMPS)
        floor = ours.send("floor")
        again = ours.update()
        alone = ours.send("embedding", documents=["mountain-huts"])
    assert built["tokens"] > built["passages"] > 0
    assert built["floor_rate"] > 0
    document, start, end = found["hits"][0]
    assert (document, "lamp" in text[start:end]) == ("mountain-huts", True)
    assert floor["seconds"] > 0
    assert again["embedded"] == 0
    assert alone["passages"] == built["passages"]


def test_a_library_built_with_drawn_vectors_is_brought_up_to_date_by_the_encoder(tmp_path: Path) -> None:
    place = made(tmp_path / "place", 2)
    assert [path.name for path in place.files] == ["made-0.md", "made-1.md"]
    assert len({path.read_text(encoding="utf-8") for path in place.texts.glob("*.txt")}) == 2
    small = tmp_path / TREATY_NAME
    small.write_text(TREATY, encoding="utf-8")
    with Running(OURS, place.texts, place.home, drawn=True) as ours:
        built = ours.index()
        one = place.add(small)
        added = ours.update()
        place.remove(one)
        removed = ours.update()
    assert built["floor_rate"] is None
    assert added["carried"] == built["passages"]
    assert 0 < added["embedded"] < 40
    assert (removed["embedded"], removed["carried"]) == (0, built["passages"])
    assert not (place.texts / f"{one}.txt").exists()


def test_a_changed_treaty_takes_the_place_of_its_former_version(tmp_path: Path) -> None:
    place = made(tmp_path / "place", 1)
    [document] = place.documents()
    place.replace(document.id, write_made(tmp_path, 5, called=0))
    [now] = place.documents()
    assert now.id == document.id
    assert now.text != document.text
    assert (place.texts / f"{now.id}.txt").read_text(encoding="utf-8") == now.text


def test_drawn_vectors_pass_for_the_encoders() -> None:
    encoder = load_embedder()
    drawn = Drawn(encoder)
    assert (drawn.name, drawn.dimension, drawn.max_tokens) == (
        encoder.name,
        encoder.dimension,
        encoder.max_tokens,
    )
    assert drawn.count(["a hut"]) == encoder.count(["a hut"])
    assert drawn.embed(["a hut", "a mill"]).shape == (2, encoder.dimension)


# -- the protocol


class Echo:
    """A system that finds what it is asked for."""

    def index(self, texts: Path, store: Path, *, drawn: bool) -> Json:
        return {"passages": len(list(texts.glob("*.txt"))), "drawn": drawn, "store": store.name}

    def open(self, texts: Path, store: Path, *, drawn: bool) -> None:
        if drawn:
            raise Refused(f"nothing in {texts.name} or {store.name}")

    def ask(self, question: str) -> Json:
        return {"hits": [[question, 0, 1]], "declined": False}

    def twice(self, *, number: int) -> Json:
        return {"number": 2 * number}


def test_requests_are_timed_and_what_a_system_says_goes_before(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    place = {"texts": str(tmp_path), "store": str(tmp_path / "s"), "drawn": True}
    built = answer(Echo(), {"do": "index", **place})
    assert (built["passages"], built["drawn"], built["store"]) == (1, True, "s")
    assert answer(Echo(), {"do": "ask", "question": "q"})["hits"] == [["q", 0, 1]]
    assert answer(Echo(), {"do": "twice", "number": 4})["number"] == 8
    assert answer(Echo(), {"do": "many", "questions": ["q", "r"], "clients": 2})["seconds"] >= 0


def test_each_line_is_answered_by_a_line_also_where_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"texts": str(tmp_path), "store": str(tmp_path), "drawn": True}
    asked: list[Json] = [
        {"do": "open", **place},
        {"do": "_hidden"},
        {"do": "sing"},
        {"do": "ask", "question": "q"},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(one) + "\n" for one in asked)))
    serve(Echo())
    failed, hidden, unknown, found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert failed["error"].startswith("Refused: nothing in")
    assert "expected a request that Echo knows" in hidden["error"]
    assert "found 'sing'" in unknown["error"]
    assert found["declined"] is False


@pytest.mark.parametrize(
    ("status", "resident", "peak"),
    [
        ("Name:\tpython\nVmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\nThreads:\t4\n", 1.024, 2.048),
        ("Name:\tkthreadd\nThreads:\t1\n", None, None),
        ("", None, None),
    ],
)
def test_memory_is_read_in_megabytes(status: str, resident: float | None, peak: float | None) -> None:
    assert memory_in(status) == {"resident": resident, "peak": peak}


def test_without_the_peers_packages_a_peer_says_what_to_run(tmp_path: Path) -> None:
    assert interpreter(RECIPE, tmp_path) is None
    with (
        pytest.raises(EvaluationError, match="Run: make bench"),
        Running(RECIPE, tmp_path, tmp_path / "s", venv=tmp_path),
    ):
        pass


def test_a_system_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    with (
        Running(OURS, tmp_path, tmp_path / "home") as ours,
        pytest.raises(EvaluationError, match="ours: expected"),
    ):
        ours.ask("Who keeps the lamp?")


# -- judging

GOLD = (GoldPlace("huts", ((100, 200),), (((120, 130), (150, 160)), ((170, 180),))),)


@pytest.mark.parametrize(
    ("hit", "touching", "holding"),
    [
        (("huts", 0, 100), False, False),
        (("huts", 0, 101), True, False),
        (("huts", 199, 300), True, False),
        (("huts", 200, 300), False, False),
        (("mills", 100, 200), False, False),
        (("huts", 115, 180), True, True),
        (("huts", 140, 180), True, True),
        (("huts", 155, 180), True, False),
    ],
)
def test_a_passage_is_right_by_its_place_and_complete_by_its_words(
    hit: tuple[str, int, int], touching: bool, holding: bool
) -> None:
    assert (touches(hit, GOLD), holds(hit, GOLD)) == (touching, holding)


def test_shares_are_of_the_cases_that_have_an_answer() -> None:
    def case(kind: CaseKind, number: int) -> Case:
        return Case(str(number), "?", kind, Split.TEST, ())

    found = [
        Found(case(CaseKind.DIRECT, 1), (("huts", 0, 9), ("huts", 150, 160)), declined=False),
        Found(case(CaseKind.DIRECT, 2), (), declined=True),
        Found(case(CaseKind.UNANSWERABLE, 3), (("huts", 100, 200),), declined=True),
    ]
    gold = {"1": GOLD, "2": GOLD}
    assert (share_at(1, found, gold), share_at(3, found, gold)) == (0.0, 0.5)
    assert (declined(found, answerable=True), declined(found, answerable=False)) == (0.5, 1.0)
    assert share_at(1, found[2:], gold) is None
    assert declined(found[:2], answerable=False) is None


# -- what is measured, and the command


def test_treaties_are_the_markdown_and_pdf_files_below_a_folder(tmp_path: Path) -> None:
    for name in ("pdf/b.PDF", "pdf/b.txt", "markdown/a.md", "c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in treaties(tmp_path)] == ["a.md", "b.PDF"]


def test_a_folder_without_treaties_is_one_line_that_names_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(
        EvaluationError, match=r"expected treaties as \.md or \.pdf files, found no such folder"
    ):
        treaties(tmp_path / "absent")
    assert main(["--library", str(tmp_path), "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("error: ")
    assert "found none. Name another folder with --library DIR" in err


@pytest.mark.parametrize(("text", "sizes"), [("11", [11]), ("700, 11,100", [11, 100, 700])])
def test_sizes(text: str, sizes: list[int]) -> None:
    assert sizes_in(text) == sizes


@pytest.mark.parametrize("text", ["", "eleven", "11,", "0", "-3"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="expected numbers of treaties such as 11,100"):
        sizes_in(text)


def test_a_run_is_written_between_the_marks_of_the_page_and_nowhere_else() -> None:
    page = f"Before\n\n{BEGIN}\nold \\1\n{END}\n\nAfter\n"
    now = written(page, {"date": "today", "beside": ""}, [Section("Eleven", "A \\1 note.", ())])
    assert now.startswith(f"Before\n\n{BEGIN}\n")
    assert now.endswith(f"{END}\n\nAfter\n")
    assert "old" not in now
    assert "date: today.\n\n### Eleven\n\nA \\1 note." in now
    assert written(now, {"date": "today", "beside": ""}, [Section("Eleven", "A \\1 note.", ())]) == now
    with pytest.raises(TreatyError, match="expected the marks"):
        written("no marks", {}, [])


def test_the_documentation_has_the_marks() -> None:
    page = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert page.index(BEGIN) < page.index(END)


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        ("processor\t: 0\nmodel name\t: Lantern 9: fast\nflags\t: a b\n", "Lantern 9: fast"),
        ("processor\t: 0\nBogoMIPS\t: 50\n", None),
        ("", None),
    ],
)
def test_the_processor_is_named_if_the_system_names_it(cpuinfo: str, name: str | None) -> None:
    assert cpu_model(cpuinfo) == name


def test_the_added_treaty_has_twenty_articles(tmp_path: Path) -> None:
    path = tmp_path / TREATY_NAME
    path.write_text(TREATY, encoding="utf-8")
    shelf = library(Settings(home=tmp_path / "home", embedded=False))
    root = parse(shelf.document(shelf.add(path).id))
    labels = [one.label for one in root.walk() if one.level is Level.ARTICLE]
    assert labels == [str(number) for number in range(1, 21)]


def test_the_questions_are_forty_and_none_is_a_mere_reference() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 40
    assert [one for one in QUESTIONS if references_in(one)] == []
