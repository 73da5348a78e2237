"""The guides that ship with the program: complete front matter, sources for every section, words of their own.

A guide is quoted sentence by sentence, so its sources and dates must be there for each of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.models import Span
from corpus.sentences import sentences

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted((PROJECT / "corpus" / "documents").glob("*.md"))
SHARED = PROJECT.parent / "shared"
"""Texts of others, beside the project; the guides must not repeat them."""

LEAST_DOCUMENTS = 11
LEAST_WORDS = 25_000
RUN = 8
"""Consecutive words that count as copied."""
AUTHENTICITY = "Guide written for this project; not an authentic text."

TITLES = (
    "concerning the criminalisation of acts of a racist and xenophobic nature committed through computer systems",
    "on enhanced co-operation and disclosure of electronic evidence",
    "OECD Declaration on Government Access to Personal Data Held by Private Sector Entities",
    "United Nations Office on Drugs and Crime",
    "United Nations Convention against Transnational Organized Crime",
    "Vienna Convention on the Law of Treaties",
    "International Covenant on Civil and Political Rights",
)
"""Official titles and names, which have one wording only; they interrupt a run of words."""

_FRONT = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
_NOTE = re.compile(
    r"\*On: (?P<about>.+?)\. Sources: (?P<keys>[\w, -]+)\.(?: As of: (?P<as_of>\d{4}-\d\d-\d\d)\.)?\*"
)
_TITLE = re.compile("|".join(map(re.escape, TITLES)), re.IGNORECASE)
_OTHER_SPELLING = re.compile(
    r"\b[Cc]o-operat\w*|\b(?!size|prize|seiz)[a-z]+iz(?:e[ds]?|ing|ations?|ational)\b"
)
"""Names and titles keep their own spelling; they have capitals or stand in the list."""
_DANGLING = re.compile(r"(?:This(?! guide\b)|It|They|These|Those)\b")
_WORD = re.compile(r"[^\W_]+")

_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|sixteen|eighteen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_STATUS = re.compile(
    rf"(?<!\bthe (?=two\b))\b{_NUMBER}\b(?! (?:days|months|years))(?: [\w-]+){{0,3}} "
    r"(?:parties|signatories|signatures|ratifications|accessions|ratified|signed|acceded|deposited)\b|"
    rf"\b(?:signed|ratified|joined|deposited) by (?:[\w-]+ ){{0,2}}{_NUMBER}\b",
    re.IGNORECASE,
)
"""How many have joined, which changes; not how many must join, which does not."""
_REFERENCE = re.compile(
    r"\b(?:articles?|arts?\.|paragraphs?|chapters?|resolutions?|protocols?) \d\S*(?:(?:, | and | to | or )\d\S*)*",
    re.IGNORECASE,
)
_THRESHOLD = re.compile(
    r"\b(?:requires?|required|needs?|needed|necessary|threshold|condition|minimum|depends|after|once|upon)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its note and the text below it, up to the next heading."""

    heading: str
    level: int
    note: re.Match[str] | None
    text: str

    def sentences(self) -> list[str]:
        if not self.text:
            return []
        return [span.of(self.text) for span in sentences(self.text, Span(0, len(self.text)))]


@cache
def front(path: Path) -> dict[str, Any]:
    block = _FRONT.match(path.read_text(encoding="utf-8"))
    assert block is not None
    read = yaml.safe_load(block.group(1))
    assert isinstance(read, dict)
    return read


@cache
def sections(path: Path) -> tuple[Section, ...]:
    text = _FRONT.sub("", path.read_text(encoding="utf-8"))
    found = list(_HEADING.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    made = []
    for match, end in zip(found, ends, strict=True):
        below = text[match.end() : end].strip()
        note = _NOTE.match(below)
        words = below[note.end() :].strip() if note else below
        made.append(Section(match.group(2), len(match.group(1)), note, words))
    return tuple(made)


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def counts(sentence: str) -> bool:
    """Tell whether a sentence says how many have signed or joined a treaty."""
    plain = _REFERENCE.sub("", sentence)
    return _STATUS.search(plain) is not None and _THRESHOLD.search(plain) is None


def each_file() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_there_are_enough_documents_and_words() -> None:
    assert len(FILES) >= LEAST_DOCUMENTS
    total = sum(len(section.text.split()) for path in FILES for section in sections(path))
    assert total >= LEAST_WORDS


@each_file()
def test_the_front_matter_is_complete(path: Path) -> None:
    read = front(path)
    assert {"id", "title", "kind", "language", "as_of", "authenticity", "sources"} <= read.keys()
    assert re.fullmatch(r"guide-[a-z0-9-]+", read["id"])
    assert (read["kind"], read["language"], read["authenticity"]) == ("guide", "en", AUTHENTICITY)
    assert isinstance(read["as_of"], date)


@each_file()
def test_every_source_has_a_name_and_an_address_or_says_why_not(path: Path) -> None:
    lacking = [
        key
        for key, work in front(path)["sources"].items()
        if not work.get("name") or not (work.get("address") or work.get("note"))
    ]
    assert lacking == []


@each_file()
def test_the_title_is_the_one_heading_of_the_first_level(path: Path) -> None:
    assert [s.heading for s in sections(path) if s.level == 1] == [front(path)["title"]]


@each_file()
def test_every_section_with_text_says_what_it_is_on_and_from_where(path: Path) -> None:
    assert [section.heading for section in sections(path) if section.text and not section.note] == []


@each_file()
def test_every_source_of_a_note_is_listed_and_every_listed_source_is_used(path: Path) -> None:
    used = {
        key.strip() for section in sections(path) if section.note for key in section.note["keys"].split(",")
    }
    assert used == set(front(path)["sources"])


@each_file()
def test_no_section_opens_with_a_word_that_points_back(path: Path) -> None:
    assert [s.text[:60] for s in sections(path) if _DANGLING.match(s.text)] == []


@each_file()
def test_words_are_spelt_the_british_way(path: Path) -> None:
    others = [
        found.group()
        for section in sections(path)
        for found in _OTHER_SPELLING.finditer(_TITLE.sub("", f"{section.heading}\n{section.text}"))
    ]
    assert others == []


@each_file()
def test_a_number_that_changes_has_its_date(path: Path) -> None:
    undated = [
        sentence
        for section in sections(path)
        if not (section.note and section.note["as_of"])
        for sentence in section.sentences()
        if counts(sentence) and not _DATE.search(sentence)
    ]
    assert undated == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Seventy-two states have signed the Convention.", True),
        ("The Convention had 81 parties.", True),
        ("Only two states have ratified the treaty.", True),
        ("The treaty was signed by 72 states.", True),
        ("Five ratifications were needed for entry into force.", False),
        ("Assistance is refused between the two parties.", False),
        ("Articles 7 and 8 bind the parties.", False),
        ("A party must act within 30 days.", False),
    ],
)
def test_what_counts_as_a_number_that_changes(sentence: str, *, expected: bool) -> None:
    assert counts(sentence) is expected


@each_file()
def test_no_run_of_words_is_shared_with_a_text_of_others(path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED.name}/ with the texts of others is not beside the project")
    runs = {
        run: sentence
        for section in sections(path)
        for sentence in section.sentences()
        for run in own(sentence)
    }
    shared = {runs[run] for run in runs.keys() & foreign_runs()}
    assert sorted(shared) == []


def own(sentence: str) -> Iterator[tuple[str, ...]]:
    """Yield the runs of words of a sentence that hold no official title."""
    for part in _TITLE.split(sentence):
        yield from runs_of(words(part))


def runs_of(found: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(found[start:] for start in range(RUN)), strict=False)


@cache
def foreign_runs() -> frozenset[tuple[str, ...]]:
    """Return the runs of the texts of others, as far as a guide has them too: all of them would fill the memory."""
    ours = {
        run for path in FILES for section in sections(path) for one in section.sentences() for run in own(one)
    }
    found: set[tuple[str, ...]] = set()
    for path in sorted([*SHARED.glob("treaties/*/*"), *SHARED.glob("seeds/*")]):
        if path.suffix == ".pdf":
            continue  # its words stand beside it, in *.reference.txt
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            text = json.dumps(json.loads(text), ensure_ascii=False).replace("\\n", " ")
        found.update(run for run in runs_of(words(text)) if run in ours)
    return frozenset(found)
