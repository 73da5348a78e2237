"""Reading plain text: its characters, and its lines where they were broken by width."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableFile
from corpus.models import Kind
from corpus.pinpoint import FOOTNOTES
from corpus.readers import read_document

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared treaties are not beside the project"
)

QUOTED = "The Parties’ “lake” – any naïve café’s water … isn’t small, and the “boats” – all of them – are the Parties’."
FRENCH = "Les Parties à l’accord s’engagent à préserver les lacs et les forêts ; elles coopèrent à cet effet."
POLISH = (
    "Strony zobowiązują się chronić jeziora i rzeki. Każda Strona prowadzi rejestr łodzi oraz ścieżek, zgodnie z prawem"
    " międzynarodowym i na rzecz przyszłych pokoleń."
)
RUSSIAN = "Государства обязуются охранять озёра и реки. Каждая сторона ведёт учёт лодок."


def seen_as_windows(text: str) -> str:
    """Read UTF-8 as Windows' western encoding has it, as browsers do."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (QUOTED.encode(), QUOTED),
        (QUOTED.encode("utf-8-sig"), QUOTED),
        (QUOTED.encode("utf-16"), QUOTED),
        (QUOTED.encode("utf-16-le"), QUOTED),
        (QUOTED.encode("utf-16-be"), QUOTED),
        (QUOTED.encode("utf-32"), QUOTED),
        (QUOTED.encode("cp1252"), QUOTED),
        (QUOTED.encode("mac_roman"), QUOTED),
        (FRENCH.encode("mac_roman"), FRENCH),
        (FRENCH.encode("cp1252"), FRENCH),
        (POLISH.encode("cp1250"), POLISH),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (seen_as_windows(QUOTED).encode(), QUOTED),
        (QUOTED.encode() + b" \x93x\x94", QUOTED + " “x”"),
        ("São Paulo, Ânimo, ÂNGULO, Ã la carte".encode(), "São Paulo, Ânimo, ÂNGULO, Ã la carte"),
        (b"one\r\ntwo\r\n\r\n\r\n\r\nthree   \r\n", "one\ntwo\n\nthree"),
    ],
)
def test_plain_text_is_decoded_and_left_as_it_is(raw: bytes, text: str) -> None:
    assert read_document(raw, "note.txt").text == text


def test_a_damaged_unicode_file_is_an_error() -> None:
    with pytest.raises(UnreadableFile, match="not valid utf-8-sig"):
        read_document(b"\xef\xbb\xbfabc\xff", "note.txt")


# -- lines broken by width ----------------------------------------------------------------------------------------

WATER = "The Parties share the water of the river in equal parts and measure it every day at the bridge between them."
RAIN = "When rain falls for more than three days the Parties open the locks and let the water pass as long as it rains."
NETS = "(a) mend its nets, which it keeps in good order by day and by night, and shows them to the other; and"
LAMPS = "(b) light its lamps."
BLOCKS = [
    "PACT ON THE RIVER",
    "Article 1",
    "Waters",
    f"1. {WATER}",
    f"2. {RAIN} Each Party shall:",
    NETS,
    LAMPS,
]


def typed(
    blocks: list[str], *, width: int = 48, indent: int = 0, gap: int = 1, centred: bool = False
) -> list[str]:
    """Type blocks on lines of a fixed width."""
    rows: list[str] = []
    for block in blocks:
        heading = centred and len(block) < width
        rest = block.center(width).rstrip() if heading else " " * indent + block
        while rest.strip():
            cut = len(rest) if len(rest) <= width else rest.rindex(" ", 0, width + 1)
            rows.append(rest[:cut])
            rest = rest[cut:].lstrip()
        rows += [""] * gap
    return rows


@pytest.mark.parametrize(
    "rows",
    [
        typed(BLOCKS),
        typed(BLOCKS, width=60, indent=4, gap=0, centred=True),
        typed(BLOCKS, width=72, centred=True),
    ],
    ids=["flush", "indented", "centred"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_broken_by_width_are_joined_to_paragraphs(rows: list[str], line_end: str) -> None:
    document = read_document(line_end.join(rows).encode(), "pact.txt")
    assert document.text.split("\n\n") == BLOCKS
    assert document.pages == ()


GOODS = "boats nets lamps quays locks weirs mills dams gates bells oars".split()
LISTS = [f"{n}. Of " + " and ".join(GOODS[(n * k) % 11] for k in range(1, 16)) + "." for n in range(1, 25)]


def test_form_feeds_are_page_ends_and_heads_go() -> None:
    rows = typed(LISTS)
    pages = [rows[start : start + 20] for start in range(0, len(rows), 20)]
    framed = [
        "\n".join([f"RIVER PACT        {n}", "", *page, "", f"- {n} -"]) for n, page in enumerate(pages, 1)
    ]
    document = read_document("\f".join(framed).encode(), "pact.txt")
    assert document.text.split("\n\n") == LISTS
    assert [page.number for page in document.pages] == list(range(1, len(pages) + 1))
    unfed = read_document("\n\n".join(framed).encode(), "pact.txt")
    assert (unfed.text, unfed.pages) == (document.text, ())


def test_two_typed_columns_are_read_one_after_the_other() -> None:
    left, right = (typed([f"{n}. {WATER} {RAIN}" for n in numbers], width=40) for numbers in ((1, 2), (3, 4)))
    rows = [f"{one:<46}{two}" for one, two in zip(left, right, strict=True)]
    expected = [f"{n}. {WATER} {RAIN}" for n in (1, 2, 3, 4)]
    assert read_document("\n".join(rows).encode(), "pact.txt").text.split("\n\n") == expected


def test_typed_notes_come_after_the_text() -> None:
    rows = [*typed([f"1. Boats 1/ float. {WATER}", RAIN]), "________", "", "1/ Of reed."]
    found = read_document("\n".join(rows).encode(), "pact.txt").text.split("\n\n")
    assert found == [f"1. Boats float. {WATER}", RAIN, FOOTNOTES, "1/ Of reed."]


@pytest.mark.parametrize(
    "text",
    [
        "Menu\nHome\nNews\nBoats float on the lake, and nets sink in it: a report\nBy our own writer\n"
        + WATER
        + "\n"
        + RAIN,
        "\n".join([WATER, RAIN, WATER]),
        "boats\nnets\nlamps\nquays\nlocks\nweirs",
    ],
)
def test_lines_of_their_own_stay(text: str) -> None:
    assert read_document(text.encode(), "note.txt").text == text


def test_front_matter_says_what_a_plain_text_is() -> None:
    document = read_document(f"---\ntitle: Pact on Rivers\n---\n\n{WATER}\n".encode(), "pact.txt")
    assert (document.title, document.text) == ("Pact on Rivers", WATER)


# -- real files ----------------------------------------------------------------------------------------------

SEEDS = {
    "000": "PERSPECTIVE:",
    "001": "001_",
    "002": "Can the UN",
    "003": "003_",
    "004": "A tool for repression",
}


@needs_shared
@pytest.mark.parametrize("number", SEEDS)
def test_articles_off_the_web_keep_every_line(number: str) -> None:
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    document = read_document(path.read_bytes(), path.name)
    assert document.kind is Kind.COMMENTARY
    assert document.title.startswith(SEEDS[number])
    lines = [" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert [" ".join(line.split()) for line in document.text.splitlines() if line] == lines
