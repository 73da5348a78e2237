"""Reading PDFs: lines back to paragraphs, and what stands on pages but is no part of the text."""

from __future__ import annotations

import re
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from corpus.errors import EncryptedFile, NoTextLayer, TooLarge, UnreadableFile
from corpus.models import Document, Kind
from corpus.pinpoint import FOOTNOTES
from corpus.readers import Limits, read_document
from tests.corpus.written_files import Drawn, Picture, Placed, Print, Ruled, centred, locked_pdf, pdf, printed

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared treaties are not beside the project"
)

WATER = "The Parties share the water of the river in equal parts and measure it every day at the bridge."
RAIN = "When rain falls for more than three days the Parties open the locks and let the water pass freely."
SNOW = "When snow covers the banks each Party clears its own side of the river and the bridge in common."
BOATS = "Boats of either Party may use the whole river by day and by night if they carry a lamp and a bell."
FISH = "Fish that swim over the border belong to the Party in whose waters they are caught in the net."


def blocks(*pages: list[Drawn], page_entries: str = "") -> list[str]:
    return read(*pages, page_entries=page_entries).text.split("\n\n")


def read(*pages: list[Drawn], page_entries: str = "") -> Document:
    return read_document(pdf(pages, page_entries=page_entries), "river.pdf")


def heads(document: Document) -> list[tuple[str, int]]:
    return [(heading.span.of(document.text), heading.level) for heading in document.headings]


# -- paragraphs ----------------------------------------------------------------------------------------------


def test_printed_lines_become_paragraphs_and_heads_go() -> None:
    def page(number: int, *paragraphs: str) -> list[Drawn]:
        head: list[Drawn] = [(400, 770, f"TR/{number}/7"), centred(740, f"Article {number}")]
        return [
            *head,
            centred(728, "Water and fish"),
            *printed(*paragraphs, top=704),
            (300, 40, f"- {number} -"),
        ]

    texts = [(f"1. {WATER}", f"2. {FISH}"), (RAIN,), (f"1. {SNOW}",), (f"1. {BOATS}", "2. That is all.")]
    document = read(*[page(number, *text) for number, text in enumerate(texts, 1)])
    expected = [["Article " + str(number), "Water and fish", *text] for number, text in enumerate(texts, 1)]
    assert document.text.split("\n\n") == [block for page in expected for block in page]
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.page_at(document.text.index("Article 3")) == 3
    assert ("Article 4", 3) in heads(document)
    assert document.kind is Kind.TREATY


def test_a_paragraph_goes_on_over_the_page_end() -> None:
    lines = printed(f"1. {WATER} {FISH} {WATER}", f"2. {FISH}")
    first: list[Drawn] = [*lines[:3], (300, 40, "1")]
    second: list[Drawn] = [*[(x, y + 36, words) for x, y, words in lines[3:]], (300, 40, "2")]
    document = read(first, second)
    assert document.text == f"1. {WATER} {FISH} {WATER}\n\n2. {FISH}"
    one, two = document.pages
    assert one.span.end == two.span.start
    assert 0 < document.text[: one.span.end].count(" ") < document.text.count(" ")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (
            "    The Parties agree on common rules of free navi-",
            "gation for ships of all flags.",
            "free navigation for",
        ),
        (
            "    Ships are well-known here and rowing ships are well-",
            "known too as I am told by all.",
            "are well-known too",
        ),
        (
            "    The Parties meet in the place where it is said in",
            "Article 9 of the Pact on Rivers.",
            "said in Article 9 of",
        ),
        (
            "    The Parties may do what they may under paragraph 1",
            "(b) and nothing more than that.",
            "paragraph 1 (b) and",
        ),
        (
            "    The Parties agree on common rules of free navi\u00ad",
            "gation for ships of all flags.",
            "free navigation for",
        ),
    ],
)
def test_line_ends_are_joined_as_the_words_ask(first: str, second: str, joined: str) -> None:
    lines = [*printed(f"1. {WATER}", f"2. {FISH}"), (96, 600, first.strip()), (72, 588, second)]
    assert joined in read(list(lines)).text


def test_points_begin_paragraphs() -> None:
    points = [
        "1. Each Party shall:",
        "(a) keep the banks of the river free of waste of any kind and",
        "(b) count its boats;",
        "– or both.",
    ]
    assert blocks(list(printed(*points))) == points


# -- what stands on pages but is no part of the text ----------------------------------------------------------


PARAGRAPHS = [
    f"{place}. {one} {two}"
    for place, (one, two) in enumerate(permutations([WATER, RAIN, SNOW, BOATS, FISH], 2), 1)
][:8]


def under(heads: list[list[Drawn]]) -> list[list[Drawn]]:
    """Eight pages of running text with given heads or feet."""
    return [[*head, *printed(text, top=690)] for head, text in zip(heads, PARAGRAPHS, strict=True)]


@pytest.mark.parametrize(
    "head",
    [
        [[(72, 760, f"{n}   Treaty Series"), (400, 760, "14 May 2004")] for n in range(8)],
        [[(72, 760, "River Pact") if n % 2 else (300, 760, "Treaty Series 2004")] for n in range(8)],
        [[(72, 760, ("Waters", "Boats")[n // 4]), (500, 760, f"{n + 31}")] for n in range(8)],
        [[(300, 40, "viii ix x xi xii xiii xiv xv".split()[n])] for n in range(8)],
        [[(300, 40, f"{n + 12} / 45")] for n in range(8)],
        [[(300, 40, f"Page {n + 1} of 45"), (72, 52, "RP/12/Rev.1")] for n in range(8)],
        [[(72, 772, "RP/12"), (72, 760, "English"), (72, 748, f"Page {n + 2}")] for n in range(8)],
        [[Print(30, 200, f"Certified copy {n}", 8, turned=True)] for n in range(8)],
    ],
    ids=["dated", "left-right", "chapters", "roman", "of", "symbol-foot", "three-rows", "up-the-side"],
)
def test_furniture_of_any_form_goes(head: list[list[Drawn]]) -> None:
    assert blocks(*under(head)) == PARAGRAPHS


def test_a_head_that_names_the_article_of_its_page_goes_and_the_headings_stay() -> None:
    pages: list[list[Drawn]] = []
    expected: list[str] = []
    places = "bridge lock weir quay ford mill dam gate".split()
    for place, (text, where) in enumerate(zip(PARAGRAPHS, places, strict=True), 1):
        head: list[Drawn] = [(72, 760, f"Article {place}"), *printed(f"They meet at the {where}.", top=700)]
        pages.append([*head, centred(640, f"Article {place}"), *printed(text, top=600)])
        expected += [f"They meet at the {where}.", f"Article {place}", text]
    assert blocks(*pages) == expected


@pytest.mark.parametrize("step", [1, 5])
def test_numbers_that_count_the_lines_in_the_margin_go(step: int) -> None:
    lines: list[Placed] = printed(*PARAGRAPHS[:6], left=108)
    counts: list[Drawn] = [(72, y, str(row)) for row, (_, y, _) in enumerate(lines, 1) if row % step == 0]
    assert blocks([*lines, *counts]) == PARAGRAPHS[:6]


def test_paragraph_numbers_in_the_margin_stay() -> None:
    rows: list[Drawn] = []
    for place in range(1, 5):
        rows.append((72, 720 - 40 * place, str(place)))
        rows += printed(f"{WATER}", top=720 - 40 * place, left=108)
    found = blocks(rows)
    assert [block.split()[0] for block in found] == ["1", "2", "3", "4"]


def test_what_the_crop_box_cuts_off_is_not_read() -> None:
    cut: list[Drawn] = [(72, 20, "slug_9543 12-01-2005"), *printed(f"1. {WATER}")]
    assert blocks(cut, page_entries="/CropBox [0 40 612 792]") == [f"1. {WATER}"]


# -- footnotes ------------------------------------------------------------------------------------------------


def noted(*, rule: bool = True) -> list[list[Drawn]]:
    """Two pages with a sentence that goes on over the page end, a note at the foot of each."""
    one = printed(f"1. {WATER} {FISH} {WATER}")
    first: list[Drawn] = [*one[:3], Print(72 + 6 * len(one[2][2]), one[2][1] + 4, "1", 6)]
    first += [Print(72, 64, "1", 5), Print(80, 60, "A day ends at sunset.", 7)]
    second: list[Drawn] = [(x, y + 36, words) for x, y, words in one[3:]]
    second += [
        Print(72, 60, "2 Nets count as boats.", 7),
        *printed("2. Nets", top=640),
        Print(138, 644, "2", 6),
    ]
    return [[*page, *([Ruled(72, 180, 74)] if rule else [])] for page in (first, second)]


@pytest.mark.parametrize("rule", [True, False])
def test_footnotes_come_after_the_text_and_keep_their_pages(rule: bool) -> None:
    document = read(*noted(rule=rule))
    assert document.text.split("\n\n") == [
        f"1. {WATER} {FISH} {WATER}",
        "2. Nets",
        FOOTNOTES,
        "1 A day ends at sunset.",
        "2 Nets count as boats.",
    ]
    assert (FOOTNOTES, 1) in heads(document)
    assert document.page_at(document.text.index("1 A day")) == 1
    assert document.page_at(document.text.index("2 Nets count")) == 2
    spans = [page.span for page in document.pages]
    assert all(one.end == two.start for one, two in pairwise(spans))
    assert (spans[0].start, spans[-1].end) == (0, len(document.text))


def test_typed_notes_below_a_typed_rule() -> None:
    page: list[Drawn] = [*printed(f"1. Boats 1/ float. {WATER}", "2. Nets do not."), (72, 100, "________")]
    page += [(72, 80, "1/"), (108, 80, "Boats of reed.")]
    assert blocks(page) == [f"1. Boats float. {WATER}", "2. Nets do not.", FOOTNOTES, "1/ Boats of reed."]


def test_raised_figures_that_no_note_answers_stay() -> None:
    page: list[Drawn] = [(72, 700, "A lock holds 40 m"), Print(174, 704, "2", 6), (180, 700, "of water.")]
    assert blocks(page) == ["A lock holds 40 m2 of water."]


def test_an_underlined_heading_is_no_rule_above_notes() -> None:
    page: list[Drawn] = [*printed(WATER), centred(600, "Article 2"), Ruled(225, 279, 598.5)]
    page += printed(f"1. {FISH}", "2. That is all.", top=580)
    assert blocks(page) == [WATER, "Article 2", f"1. {FISH}", "2. That is all."]


# -- columns and tables -----------------------------------------------------------------------------------------


def beside(left: list[Placed], right: list[Placed], *, by_rows: bool) -> list[Drawn]:
    """Draw two columns, one after the other or row by row."""
    drawn = [*left, *right]
    if by_rows:
        drawn.sort(key=lambda line: (-line[1], line[0]))
    return list(drawn)


@pytest.mark.parametrize("by_rows", [True, False])
def test_two_columns_are_read_one_after_the_other(by_rows: bool) -> None:
    left = printed(f"1. {WATER} {RAIN}", f"2. {SNOW}", top=660, width=34)
    right = printed(f"3. {BOATS} {FISH}", f"4. {RAIN}", top=660, left=320, width=34)
    title: list[Drawn] = [centred(720, "PACT ON THE RIVER AND ITS BANKS", middle=300)]
    assert blocks([*title, *beside(left, right, by_rows=by_rows)]) == [
        "PACT ON THE RIVER AND ITS BANKS",
        f"1. {WATER} {RAIN}",
        f"2. {SNOW}",
        f"3. {BOATS} {FISH}",
        f"4. {RAIN}",
    ]


EAU = (
    "Les Parties partagent les eaux de la rivière en parts égales et les mesurent chaque jour au pont. Les bateaux"
    " des Parties peuvent naviguer sur toute la rivière."
)


def test_of_two_languages_side_by_side_one_is_read_and_the_owner_told() -> None:
    pages = []
    for place in (1, 2):
        left = printed(f"{place}. {WATER} {BOATS}", top=660, width=34)
        right = printed(f"{place}. {EAU}", top=660, left=320, width=34)
        pages.append(beside(left, right, by_rows=True))
    document = read(*pages)
    assert document.text.split("\n\n") == [f"{place}. {WATER} {BOATS}" for place in (1, 2)]
    assert document.notices == (
        "it is set in English and French side by side; only the English text was read",
    )


@pytest.mark.parametrize("by_rows", [True, False])
def test_a_table_is_read_row_by_row(by_rows: bool) -> None:
    cells: list[list[Placed]] = [
        [(72, 600, "Goods"), (200, 600, "Duty"), (300, 600, "Year")],
        [(72, 580, "Boats of reed or"), (72, 568, "of wood"), (200, 580, "5"), (300, 580, "2004")],
        [(72, 548, "Nets"), (200, 548, "7"), (300, 548, "2005")],
    ]
    drawn = [cell for row in cells for cell in row]
    if by_rows:
        drawn.sort(key=lambda line: (-line[1], line[0]))
    page: list[Drawn] = [*printed(f"1. {WATER}"), *drawn, *printed("2. The table is binding.", top=500)]
    assert blocks(page) == [
        f"1. {WATER}",
        "Goods\tDuty\tYear\nBoats of reed or of wood\t5\t2004\nNets\t7\t2005",
        "2. The table is binding.",
    ]


def test_numbers_hung_before_their_paragraphs_are_no_table() -> None:
    rows: list[Drawn] = []
    for place in range(1, 6):
        rows += [(72, 720 - 30 * place, f"{place}."), (108, 720 - 30 * place, "Each Party counts its boats.")]
    assert blocks(rows) == [f"{place}. Each Party counts its boats." for place in range(1, 6)]


def test_what_is_drawn_last_but_stands_on_top_is_read_first() -> None:
    page: list[Drawn] = [*printed(f"1. {WATER}", top=600), *printed("Pact on rivers", top=700)]
    assert blocks(page) == ["Pact on rivers", f"1. {WATER}"]


def test_a_page_that_is_turned_as_a_whole_is_read_like_any_other() -> None:
    sideways: list[Drawn] = [
        Print(100 + 12 * row, 72, words, turned=True)
        for row, (_, _, words) in enumerate(printed(f"1. {WATER} {FISH}"))
    ]
    assert blocks(sideways) == [f"1. {WATER} {FISH}"]
    assert blocks(sideways, page_entries="/Rotate 90") == [f"1. {WATER} {FISH}"]


# -- bookmarks, refusals ------------------------------------------------------------------------------------


def test_bookmarks_say_which_lines_are_headings() -> None:
    lines = printed("Article 1", "Waters", f"1. {WATER}", "Waters are shared.", top=720)
    raw = pdf([lines], bookmarks=[(0, "Article 1 - Waters"), (0, "1. The Parties"), (0, "Elsewhere")])
    assert heads(read_document(raw, "river.pdf")) == [("Article 1", 1), ("Waters", 1)]


def test_pages_that_hold_pictures_only_are_named() -> None:
    text: list[Drawn] = list(printed(f"1. {WATER}"))
    document = read(text, [Picture()], text)
    assert document.notices == ("1 of 3 pages hold pictures only and were not read: 2",)
    with pytest.raises(NoTextLayer, match="found 2 pages, 2 of them without any: pictures of text"):
        read([Picture()], [Picture()])


def test_pdf_refusals() -> None:
    with pytest.raises(EncryptedFile, match="locked with a password"):
        read_document(locked_pdf(), "locked.pdf")
    with pytest.raises(
        NoTextLayer, match=r"expected text on its pages, found 2 pages, 2 of them without any.*OCR"
    ):
        read_document(pdf([[], []]), "scan.pdf")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_document(b"%PDF-1.4\nnothing that follows", "broken.pdf")
    with pytest.raises(TooLarge, match="3 pages where 2"):
        read_document(pdf([printed(WATER)] * 3), "long.pdf", limits=Limits(max_pages=2))


# -- real files -----------------------------------------------------------------------------------------------


def found_in_order(theirs: str, ours: str) -> float:
    """Share of the five-word pieces of one text that stand in another, one after the other."""
    words, text = (re.findall(r"[\w'’-]+", one) for one in (theirs, ours))
    pieces = [f" {' '.join(words[start : start + 5])} " for start in range(0, len(words), 5)]
    joined, place, found = f" {' '.join(text)} ", 0, 0
    for piece in pieces:
        at = joined.find(piece, place, place + 60_000)  # a table of contents may lie between
        if at >= 0:
            place, found = at + len(piece) - 1, found + 1
    return found / len(pieces)


PRINTED = {"bbnj": 76, "fish-stocks": 50, "part-xi": 10, "unclos": 320}
TYPED_NOTES = re.compile(r"_{8,}\s+\d/.*?(?=/\.\.\.|\Z)", re.DOTALL)
NOTE_MARK = re.compile(r"(?<=\w)[.,;]? \d/(?=[\s,.;])")


@needs_shared
@pytest.mark.parametrize("name", PRINTED)
def test_printed_treaties_agree_with_an_independent_extraction(name: str) -> None:
    folder = SHARED / "treaties/pdf"
    document = read_document((folder / f"{name}.pdf").read_bytes(), f"{name}.pdf")
    reference = (folder / f"{name}.reference.txt").read_text(encoding="utf-8")
    # The independent text has heads and footnotes where the pages have them.
    reference = NOTE_MARK.sub(" ", TYPED_NOTES.sub(" ", reference))
    reference = re.sub(r"/\.\.\.( English)? Page \d+", " ", reference)
    text, _, notes = document.text.partition(f"\n\n{FOOTNOTES}\n\n")
    assert found_in_order(reference, text) > 0.995
    assert len(notes.split("\n\n")) == (5 if name == "part-xi" else 1)
    assert len(set(re.findall(r"(?m)^Article \d+$", text))) >= PRINTED[name]
    broken = re.findall(r"\n\n[a-z]+ [a-z]+ ", text[text.index("Have agreed") :])
    assert len(broken) < 0.01 * text.count("\n\n")
    spans = [page.span for page in document.pages]
    assert all(one.end == two.start for one, two in pairwise(spans))
    assert spans[-1].end == len(document.text)
