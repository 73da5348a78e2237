"""The structure benchmark: what counts as agreement, how layouts are printed, and that our parser reads them all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.readers import read_document
from corpus.structure import parse
from eval.bench_structure import edition, in_layout, layout_figures, main, words_in_order
from eval.structure_gold import Unit, agreement, articles_json, bodies, chinese_number, units_json, wholes
from eval.structure_layouts import LAYOUTS, Article, Layout, in_words, roman

HEADINGS = ("Keeping of lanterns", "Fog bells", "Counting of boats", "Costs of oil", "Disputes")
TEXTS = (
    "1. Each Party keeps a lantern at the mouth of its harbour.\n2. The lantern is lit at dusk and put out at dawn.",
    "Each Party rings a bell in fog and tells the other Party what the bell means to the ships that hear it.",
    "1. Each Party counts its boats in spring.\n2. It sends the count to the Council.\n3. The Council keeps it.",
    "The Parties pay for the oil in equal parts, and for the oil of the Council as article 3 requires.",
    "Disputes are settled at sea:\n(a) by the keepers; or\n(b) by the Council of Keepers.",
)
NUMBERS = "一 二 三 四 五".split()


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Return a folder with one edition of our own."""
    articles = [
        {"article": number, "title_en": heading, "content_en": text}
        for number, heading, text in zip(NUMBERS, HEADINGS, TEXTS, strict=True)
    ]
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "harbours.json").write_text(json.dumps({"articles": articles}), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十一", 11),
        ("八十五", 85),
        ("一百零九", 109),
        ("一百一十", 110),
        ("三二〇", 320),
        ("一〇一", 101),
    ],
)
def test_chinese_numbers(text: str, value: int) -> None:
    assert chinese_number(text) == value


def units(*texts: str, first: int = 1) -> list[Unit]:
    return [Unit(("", str(number), 1), text) for number, text in enumerate(texts, start=first)]


LONG = "Each Party keeps a lantern at the mouth of its harbour and lights it every day at dusk"
OTHER = "The Council of Keepers meets in the oldest of the harbours in the first week of spring"


@pytest.mark.parametrize(
    ("case", "ours", "gold", "figures"),
    [
        ("the same", units(LONG, OTHER), units(LONG, OTHER), (1.0, 1.0)),
        ("glued words", units(LONG, OTHER), units(LONG.replace(" ", ""), OTHER), (1.0, 1.0)),
        ("another end", units(LONG, OTHER), units(f"{LONG}. {OTHER}", OTHER), (0.5, 0.5)),
        ("another beginning", units(LONG, OTHER), units(f"{OTHER}. {LONG}", OTHER), (0.5, 0.5)),
        ("one too many", units(LONG, OTHER), units(LONG), (0.5, 1.0)),
        ("one missing", units(LONG), units(LONG, OTHER), (1.0, 0.5)),
        ("another number", units(LONG, first=2), units(LONG), (0.0, 0.0)),
    ],
)
def test_agreement(case: str, ours: list[Unit], gold: list[Unit], figures: tuple[float, float]) -> None:  # noqa: ARG001
    found = agreement(ours, gold)
    assert (found.precision, found.recall) == figures
    assert bool(found.wrong) is (figures != (1.0, 1.0))


def test_a_torn_edge_is_counted_and_not_compared() -> None:
    gold = [Unit(("", "1", 1), f"{OTHER} {LONG}", (False, True))]
    found = agreement(units(LONG), gold)
    assert (found.f1, found.torn) == (1.0, 1)


def test_words_in_order() -> None:
    assert words_in_order(f"{LONG} {OTHER}", f"{LONG} {OTHER}") == 1.0
    assert words_in_order(f"{LONG} {OTHER}", LONG) < 0.6
    assert words_in_order(f"{LONG} {OTHER}", f"{OTHER} {LONG}") < 1.0


def test_footnotes_may_stand_after_the_text() -> None:
    theirs = (
        f"{LONG} 1/ as said. _____ 1/ {OTHER} ends here. More words follow the note on the next page of it."
    )
    ours = f"{LONG} as said. More words follow the note on the next page of it.\n\nFootnotes\n\n1/ {OTHER} ends here."
    assert words_in_order(theirs, ours) > 0.7


def test_an_edition_that_takes_references_for_articles_is_mended(tmp_path: Path) -> None:
    labels = [
        (None, "preamble"),
        ("1", "Article 1"),
        ("7", "Article 7"),
        ("2", "Article 2"),
        ("I", "ANNEX I"),
        ("1", "Article 1"),
    ]
    found = [{"number": number, "label": label, "text": f"{label} {LONG}."} for number, label in labels]
    path = tmp_path / "units.json"
    path.write_text(json.dumps({"units": found}), encoding="utf-8")
    assert [unit.key for unit in units_json(path)] == [
        ("", "1", 1),
        ("", "2", 1),
        ("I", "", 1),
        ("I", "1", 1),
    ]
    assert "Article 7" in units_json(path)[0].text


def test_a_tree_gives_its_units() -> None:
    text = "\n\n".join(f"Article {n}\n\n{words}" for n, words in enumerate(TEXTS[:3], start=1))
    text += f"\n\nDone at Lanternport.\n\nANNEX I\n\nLIST\n\nArticle 1\n\n{LONG}.\n\nArticle 2\n\n{OTHER}."
    document = read_document(text.encode(), "harbours.txt")
    root = parse(document)
    assert [unit.key[1] for unit in bodies(document, root)] == ["1", "2", "3"]
    assert [unit.key for unit in wholes(document, root)][3:] == [("I", "", 1), ("I", "1", 1), ("I", "2", 1)]


FURNISHED = {"pages with running heads", "footnotes between"}
"""What interrupts a text is known by its repetition, and a text this small repeats nothing."""
PLAIN = [layout for layout in LAYOUTS if layout.name not in FURNISHED]


@pytest.mark.parametrize("layout", PLAIN, ids=lambda layout: layout.name)
def test_a_small_treaty_is_read_in_every_layout(shared: Path, layout: Layout) -> None:
    found = in_layout(layout, edition(shared, "harbours"))
    assert (found.f1, found.wrong) == (1.0, ())


def test_figures_come_by_layout_and_treaty(shared: Path) -> None:
    figures = dict(layout_figures(shared, ["harbours"]))
    assert list(figures) == [layout.name for layout in LAYOUTS]
    assert all(figures[layout.name] == {"harbours": 1.0} for layout in PLAIN)


def test_an_edition_becomes_articles(shared: Path) -> None:
    found = edition(shared, "harbours")
    assert [article.heading for article in found] == list(HEADINGS)
    assert found[0] == Article(1, HEADINGS[0], tuple(TEXTS[0].split("\n")), (True, True))
    assert [unit.key[1] for unit in articles_json(shared / "json" / "harbours.json")] == [
        "1",
        "2",
        "3",
        "4",
        "5",
    ]


def test_numbers_are_written_in_many_ways() -> None:
    assert [roman(number) for number in (4, 9, 40, 85)] == ["IV", "IX", "XL", "LXXXV"]
    assert [in_words(number) for number in (3, 20, 41)] == ["three", "twenty", "forty-one"]
    assert [in_words(number, ordinal=True) for number in (3, 20, 41)] == ["third", "twentieth", "forty-first"]


def test_without_treaties_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--shared", str(tmp_path / "none")]) == 0
    assert "skipped: no treaties at" in capsys.readouterr().out
