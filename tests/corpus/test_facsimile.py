"""Pages as pictures, and where on them the words of a document are printed."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.collation import NONE, Letters, collate
from corpus.errors import UnreadableFile
from corpus.facsimile import MOST_PIXELS, Box, PageMarks, marks, page_image
from corpus.models import Document, Level, Span
from corpus.readers import read_document
from corpus.sentences import trim
from corpus.structure import parse
from tests.corpus.written_files import Drawn, Picture, Print, Ruled, locked_pdf, pdf, printed

WIDTH, HEIGHT = 612, 792
SHARED = Path(__file__).parents[3] / "shared" / "treaties" / "pdf"
LAMP = "Each Party shall keep a lantern in good repair at the entrance of every harbour and shall light it at dusk."
FEE = "No fee shall be taken from any ship for the light of a lantern, whatever her flag or her cargo may be."
OIL = "The Parties shall share their stores of whale-free oil in winter, the larger harbours giving first."


def read(raw: bytes) -> Document:
    return read_document(raw, "lamps.pdf")


def found(raw: bytes, *words: str) -> tuple[PageMarks, ...]:
    document = read(raw)
    starts = [document.text.index(one) for one in words]
    spans = [Span(start, start + len(one)) for start, one in zip(starts, words, strict=True)]
    return marks(raw, document, spans)


def line_of(box: Box) -> tuple[int, int, int]:
    """Return where a box begins and ends across the page and the baseline it stands over, in points."""
    middle = HEIGHT * (1 - (box.top + box.bottom) / 2)
    return round(box.left * WIDTH), round(box.right * WIDTH), round(middle)


def has(box: Box, line: tuple[float, float, str]) -> bool:
    """Tell whether a box lies over a printed line and no other: Courier, 10 points, 6 points a character."""
    left, right, middle = line_of(box)
    x, y, words = line
    return abs(left - x) <= 2 and abs(right - x - 6 * len(words)) <= 2 and y - 3 < middle < y + 9


def picture(png: bytes) -> tuple[int, int, int, bytes]:
    """Return width, height, bytes a pixel and the pixels of a PNG file whose rows have no filter."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    step = {0: 1, 2: 3}[colour]
    length = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + length])
    assert len(rows) == height * (1 + width * step)
    return (
        width,
        height,
        step,
        b"".join(rows[at + 1 : at + 1 + width * step] for at in range(0, len(rows), 1 + width * step)),
    )


def test_a_page_is_drawn_as_wide_as_asked_for_with_its_words_in_black_on_white() -> None:
    width, height, step, pixels = picture(page_image(pdf([printed(LAMP, FEE)]), 1, 306))
    assert (width, height, step) == (306, 396, 1)
    assert pixels[0] == 255
    dark = [place for place, pixel in enumerate(pixels) if pixel < 128]
    assert min(place % width for place in dark) >= 36
    assert all(height * 72 / 792 - 10 < place // width < height / 3 for place in dark)


def test_a_page_is_never_larger_than_allowed() -> None:
    width, height, *_ = picture(page_image(pdf([printed(LAMP)]), 1, 100_000))
    assert width * height <= MOST_PIXELS
    assert width / height == pytest.approx(WIDTH / HEIGHT, rel=0.01)


@pytest.mark.parametrize(
    ("raw", "page", "said"),
    [
        (pdf([printed(LAMP)]), 2, "page 2: the PDF has 1 pages"),
        (pdf([printed(LAMP)]), 0, "page 0: the PDF has 1 pages"),
        (b"%PDF-1.4 and nothing else", 1, "page 1: the PDF is damaged"),
        (locked_pdf(), 1, "page 1: the PDF is damaged"),
    ],
)
def test_a_page_that_cannot_be_drawn_says_why(raw: bytes, page: int, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        page_image(raw, page, 300)


def test_each_printed_line_of_a_quote_is_marked_and_nothing_else() -> None:
    lines = printed(LAMP, FEE, OIL)
    (page,) = found(pdf([lines]), FEE)
    wanted = [line for line in lines if line[2] in FEE]
    assert page.number == 1
    assert page.ratio == pytest.approx(WIDTH / HEIGHT)
    assert len(page.boxes) == len(wanted)
    assert all(has(box, line) for box, line in zip(page.boxes, wanted, strict=True))


def test_a_part_of_a_line_is_marked_from_its_first_to_its_last_word() -> None:
    lines = printed(LAMP)
    (page,) = found(pdf([lines]), "a lantern in good repair")
    x, y, words = lines[0]
    assert has(page.boxes[0], (x + 6 * words.index("a lantern"), y, "a lantern in good repair"))


def test_two_segments_are_marked_apart() -> None:
    (page,) = found(pdf([printed(LAMP, FEE, OIL)]), "Each Party shall keep", "giving first.")
    assert len(page.boxes) == 2


def test_a_word_broken_at_a_line_end_is_marked_on_both_lines() -> None:
    lines: list[Drawn] = [
        (72, 720, "Every harbour shall choose one light-"),
        (72, 708, "house as its sign, and shall paint it."),
        (72, 696, "A lighthouse is whitewashed in spring by the crew"),
        (72, 684, "of the first ship that enters the harbour then."),
    ]
    (page,) = found(pdf([lines]), "lighthouse as its sign")
    assert [line_of(box)[2] // 12 for box in page.boxes] == [
        line_of(page.boxes[0])[2] // 12,
        line_of(page.boxes[1])[2] // 12,
    ]
    assert line_of(page.boxes[0])[0] > 250
    assert line_of(page.boxes[1])[0] == pytest.approx(72, abs=2)


def test_a_quote_over_a_page_end_is_marked_on_both_pages_and_not_the_running_heads() -> None:
    def page(number: int, *lines: Drawn) -> list[Drawn]:
        return [(72, 760, f"{number}  LANTERN TREATY"), *lines, (300, 40, f"- {number} -")]

    other = printed(OIL, LAMP, top=700)
    cut = (96, 616, "The keepers of all harbours of the Parties shall meet in")
    rest = (72, 720, "spring and again in autumn at Lanternport.")
    raw = pdf(
        [page(1, *other), page(2, *printed(LAMP, FEE, top=700), cut), page(3, rest, *printed(OIL, top=696))]
        + [page(number, *other) for number in (4, 5)]
    )
    pages = found(raw, "shall meet in spring and again in autumn at Lanternport.")
    assert [page.number for page in pages] == [2, 3]
    assert [len(page.boxes) for page in pages] == [1, 1]
    assert has(pages[1].boxes[0], rest)


def test_of_words_that_a_page_holds_twice_those_meant_are_marked() -> None:
    lines = printed(
        "The lamp is lit by the keeper of the harbour. Ships wait.",
        LAMP,
        "The lamp is lit by the keeper of the harbour. Boats go.",
    )
    raw = pdf([lines])
    document = read(raw)
    words = "The lamp is lit by the keeper of the harbour."
    heights = []
    at = -1
    for _ in range(2):
        at = document.text.index(words, at + 1)
        (page,) = marks(raw, document, [Span(at, at + len(words))])
        heights.append(line_of(page.boxes[0])[2])
    assert heights[0] > heights[1] + 30


def column(words: str, left: float, top: float = 700) -> list[tuple[float, float, str]]:
    return printed(words, top=top, left=left, width=34)


def test_columns_drawn_row_by_row_are_marked_in_their_own_column() -> None:
    left, right = column(f"{LAMP} {FEE} {LAMP[:80]}", 60), column(f"{OIL} {FEE[:50]}hers. {OIL}", 330)
    rows = [line for pair in zip(left, right, strict=False) for line in pair]
    raw = pdf([[*rows, *left[len(right) :], *right[len(left) :]]])
    document = read(raw)
    at = document.text.index(OIL)
    (page,) = marks(raw, document, [Span(at, at + len(OIL))])
    assert page.boxes
    assert all(line_of(box)[0] >= 320 for box in page.boxes)


def test_note_marks_within_a_quote_do_not_hinder_and_a_note_is_marked_at_its_foot() -> None:
    lines: list[Drawn] = [
        (72, 720, "Each Party shall keep a lantern"),
        Print(258, 724, "1", size=6),
        (264, 720, "in good repair"),
        *printed(FEE, OIL, top=708),
        Ruled(72, 216, 130),
        Print(72, 118, "1", size=6),
        Print(78, 114, "A lantern is any lamp that burns in the open.", size=8),
    ]
    raw = pdf([lines])
    (page,) = found(raw, "Each Party shall keep a lantern in good repair")
    assert line_of(page.boxes[0])[0] == 72
    (page,) = found(raw, "any lamp that burns")
    assert line_of(page.boxes[0])[2] < 130


def test_a_turned_page_is_marked_as_it_is_shown() -> None:
    raw = pdf([printed(LAMP, FEE)], page_entries="/Rotate 90")
    (page,) = found(raw, "Each Party shall keep")
    assert page.ratio == pytest.approx(HEIGHT / WIDTH)
    (box,) = page.boxes
    # A quarter turn clockwise: what stood 96 points from the left edge and 720 from the lower one
    # stands as far from the upper and from the left one.
    assert box.bottom - box.top > 3 * (box.right - box.left)
    assert box.top * WIDTH == pytest.approx(96, abs=2)
    assert box.left * HEIGHT < 723 < box.right * HEIGHT


def test_a_page_box_that_is_cut_moves_the_marks_with_it() -> None:
    raw = pdf([printed(LAMP, FEE)], page_entries="/CropBox [60 100 560 740]")
    (page,) = found(raw, "Each Party shall keep")
    assert page.ratio == pytest.approx(500 / 640)
    assert page.boxes[0].left * 500 == pytest.approx(96 - 60, abs=2)


def test_words_that_are_not_on_the_page_are_not_marked() -> None:
    raw = pdf([printed(LAMP, FEE)])
    other = read(
        pdf([printed(LAMP, "A sailor may wear what hat he likes while the bells of Mistmouth ring at noon.")])
    )
    start = other.text.index("A sailor")
    (page,) = marks(raw, other, [Span(start, len(other.text))])
    assert page.boxes == ()


def test_a_page_of_pictures_among_pages_of_text_has_no_marks_and_can_be_drawn() -> None:
    raw = pdf([printed(LAMP), [Picture()], printed(FEE)])
    assert [page.number for page in found(raw, LAMP[:40], FEE[:40])] == [1, 3]
    assert picture(page_image(raw, 2, 100))[:2] == (100, 129)


WORDS = st.lists(
    st.sampled_from(
        "lamp harbour keeper oil winter lantern ship Party fee dusk bell fog shall of the a in 12 (a)".split()
    ),
    min_size=30,
    max_size=120,
)


@settings(max_examples=30, deadline=None)
@given(WORDS, st.data())
def test_whatever_the_words_every_mark_lies_over_letters_of_the_words_marked(
    words: list[str], data: st.DataObject
) -> None:
    lines = printed(" ".join(words))
    raw = pdf([lines])
    document = read(raw)
    first = data.draw(st.integers(0, len(document.text) - 2))
    span = Span(first, data.draw(st.integers(first + 1, len(document.text))))
    for page in marks(raw, document, [span]):
        drawn = ""
        for box in page.boxes:
            left, right, middle = line_of(box)
            x, _, line = next(one for one in lines if one[1] - 3 < middle < one[1] + 9)
            drawn += line[round((left - x) / 6) : round((right - x) / 6)]
        if page.boxes:
            assert Letters.of(drawn).plain == Letters.of(span.of(document.text)).plain


@given(st.text(), st.text())
def test_each_letter_has_one_partner_and_is_the_same_letter(first: str, second: str) -> None:
    one, two = Letters.of(first).plain, Letters.of(second).plain
    partners = collate(one, two)
    paired = [place for place in partners if place != NONE]
    assert len(set(paired)) == len(paired)
    assert all(two[there] == one[here] for here, there in enumerate(partners) if there != NONE)


@given(st.text(min_size=1))
def test_letters_know_their_places(text: str) -> None:
    letters = Letters.of(text, 7)
    assert len(letters.plain) == len(letters.places)
    assert all(Letters.of(text[place - 7]).plain for place in letters.places)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Con\ufb01de-\nntial", "confidential"),
        ("École № 2", "ecoleno2"),
        ("e\u0301cole", "ecole"),
        ("Straße", "strasse"),
    ],
)
def test_letters_are_compared_in_one_plain_form(text: str, plain: str) -> None:
    assert Letters.of(text).plain == plain


@pytest.mark.parametrize("name", ["bbnj", "fish-stocks", "part-xi"])
def test_provisions_of_published_treaties_are_found_on_their_pages(name: str) -> None:
    path = SHARED / f"{name}.pdf"
    if not path.exists():
        pytest.skip("the treaties as published are not beside the project")
    raw = path.read_bytes()
    document = read_document(raw, path.name)
    nodes = [node for node in parse(document).walk() if node.level in (Level.PARAGRAPH, Level.POINT)]
    spans = [
        span for node in nodes[:: len(nodes) // 25] if (span := trim(document.text, node.body, node.span.end))
    ]
    pages = [page for span in spans for page in marks(raw, document, [span])]
    assert len(pages) >= 25
    assert all(page.boxes for page in pages)
