"""``--export``: answers and comparisons written to files by the program as a user runs it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

from assistant import settings, wiring
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")
QUESTION = "Article 3 of the Convention on the Care of Harbours"
COSTS = "The costs of a beacon are borne by the Party on whose coast it stands."


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("home")
    options = settings.load(made, embedded=False)
    shelf = wiring.library(options)
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("harbour-guide", GUIDE)):
        source = made / f"{name}.md"
        source.write_text(text, encoding="utf-8")
        shelf.add(source)
    wiring.update_index(options)
    return made


def treaty(*words: str | Path, home: Path, folder: Path) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")}
    done = subprocess.run(
        [*PROGRAM, *map(str, words), "--home", str(home), "--no-embedded"],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=False,
        timeout=240,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_an_answer_is_printed_and_written(home: Path, tmp_path: Path) -> None:
    ran = treaty("ask", QUESTION, "--export", "memo.md", "--json", home=home, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "written: memo.md\n")
    (printed,) = json.loads(ran.out)["quotes"]
    assert printed["text"] == COSTS
    text = (tmp_path / "memo.md").read_text(encoding="utf-8")
    assert text.startswith(
        f"# {QUESTION}\n\n**Convention on the Care of Harbours**\n\n> {COSTS}[^1]\n\n*Defined term: beacon*\n\n> "
    )
    assert f"SHA-256 {printed['document']['sha256']}, retrieved 20" in text
    assert printed["permalink"].startswith("#/documents/harbours/art-3?q=")
    assert f"\n[^1]: Convention on the Care of Harbours, art 3. `{printed['permalink']}`\n" in text
    assert re.search(r"Quoted on \d+ \w+ \d{4}, \d\d:\d\d UTC\.\n", text)


def test_a_batch_becomes_one_document_with_a_heading_a_question(home: Path, tmp_path: Path) -> None:
    questions = [
        {"id": "a", "question": QUESTION},
        {"id": "b", "question": "Article 99 of the pilots agreement"},
    ]
    (tmp_path / "questions.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in questions))
    ran = treaty(
        *("ask", "--batch", "questions.jsonl", "--export", "memo.docx"),
        *("--style", "bluebook", "--link-base", "https://chat.example"),
        home=home,
        folder=tmp_path,
    )
    assert (ran.code, ran.err) == (0, "written: memo.docx\n")
    content = (tmp_path / "memo.docx").read_bytes()
    paragraphs = [
        (one.style.name, one.text) for one in docx.Document(io.BytesIO(content)).paragraphs if one.style
    ]
    assert paragraphs[:2] == [("Heading 1", "questions.jsonl"), ("Heading 2", QUESTION)]
    assert ("Heading 2", questions[1]["question"]) in paragraphs
    assert ("Quote", COSTS) in paragraphs
    notes = zipfile.ZipFile(io.BytesIO(content)).read("word/footnotes.xml").decode()
    assert "Convention on the Care of Harbours art. 3." in notes
    assert "https://chat.example/#/documents/harbours/art-3" in notes


def test_a_comparison_is_written_too(home: Path, tmp_path: Path) -> None:
    ran = treaty("compare", "withdrawal", "--export", "memo.csl.json", home=home, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "written: memo.csl.json\n")
    items = json.loads((tmp_path / "memo.csl.json").read_text(encoding="utf-8"))
    assert [(item["id"], item["type"], item["note"]) for item in items] == [("pilots", "treaty", "art 4")]


def test_a_file_is_replaced_only_if_asked_for(home: Path, tmp_path: Path) -> None:
    (tmp_path / "memo.bib").write_text("mine")
    refused = treaty("ask", QUESTION, "--export", "memo.bib", home=home, folder=tmp_path)
    assert refused == Ran(
        1, "", "error: memo.bib exists already. Choose another name, or add --force to replace it\n"
    )
    assert (tmp_path / "memo.bib").read_text() == "mine"
    replaced = treaty("ask", QUESTION, "--export", "memo.bib", "--force", home=home, folder=tmp_path)
    assert (replaced.code, replaced.err) == (0, "written: memo.bib\n")
    assert (tmp_path / "memo.bib").read_text().startswith("@misc{harbours,\n")


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("ask q --export memo.txt", 2, ("--export", ".md, .docx, .json, .csl.json, .bib", "'memo.txt'")),
        ("compare q --export memo", 2, (".md, .docx, .json, .csl.json, .bib", "'memo'")),
        ("ask q --export lost/memo.md", 1, ("lost", "No such file or directory")),
        ("ask q --export memo.md --link-base here", 2, ("--link-base", "'here'")),
        ("compare q --force", 2, ("--force", "--export FILE")),
        ("ask q --link-base https://chat.example", 2, ("--link-base", "--export FILE")),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line_before_anything_is_asked(
    line: str, code: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    ran = treaty(*line.split(), home=tmp_path / "home", folder=tmp_path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert ran.err.startswith("error: ")
    assert all(word in ran.err for word in words)
    assert not list(tmp_path.iterdir())
