"""``treaty verify`` as a user meets it: run as a program, on files of several formats and on standard input."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pytest

from assistant.memo import read_memo
from corpus.readers import Limits
from tests.assistant.harbour_texts import HARBOURS, PILOTS

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")
SOUND = "Article 3 of the Agreement on Sea Pilots: “A ship pays the pilot a fee according to its tonnage.”\n"
WRONG = SOUND.replace("fee", "tip")
REPORT = {"checked", "findings"}
FINDING = {"status", "start", "end", "quotation", "source", "found", "diff", "given", "right"}
"""The JSON contract: further keys may come, none of these may go."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a home that holds two treaties and was never indexed."""

    folder: Path

    def treaty(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")}
        return subprocess.run(
            [*PROGRAM, *words, "--home", "home", "--no-embedded"],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": str(PROJECT)},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def written(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("desk"))
    files = [made.written("harbours.md", HARBOURS), made.written("pilots.md", PILOTS)]
    assert made.treaty("corpus", "add", *files).returncode == 0
    return made


def test_a_sound_text_ends_with_0_and_needs_no_index(desk: Desk) -> None:
    ran = desk.treaty("verify", desk.written("sound.md", SOUND))
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[0] == "line 1: exact"
    assert ran.stdout.endswith("1 quotation and 1 pinpoint checked; nothing to mend.\n")


def test_a_text_with_something_to_mend_ends_with_3(desk: Desk) -> None:
    ran = desk.treaty("verify", desk.written("wrong.txt", WRONG))
    assert ran.returncode == 3
    assert "DIFFERS" in ran.stdout
    assert "[-fee-]" in ran.stdout
    assert "{+tip+}" in ran.stdout


def test_json_keeps_its_contract(desk: Desk) -> None:
    ran = desk.treaty("verify", "-", "--json", stdin=WRONG)
    assert ran.returncode == 3
    data: dict[str, Any] = json.loads(ran.stdout)
    assert data.keys() >= REPORT
    (finding,) = data["findings"]
    assert finding.keys() >= FINDING
    assert finding["status"] == "differs"
    assert WRONG[finding["start"] : finding["end"]] == finding["quotation"]
    assert finding["source"]["citation"] == "Agreement on Sea Pilots, art 3"
    assert {"op": "replace", "source": "fee", "text": "tip"} in finding["diff"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("torn.pdf", "damaged"), ("memo.odt", "no reader for"), ("lost.md", "Check the path")],
)
def test_what_cannot_be_read_is_one_line_and_1(desk: Desk, name: str, words: str) -> None:
    if name != "lost.md":
        desk.written(name, "%PDF-1.7\nnothing")
    ran = desk.treaty("verify", name, "--json")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: ")
    assert words in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_an_empty_library_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    ran = desk.treaty("verify", desk.written("sound.md", SOUND))
    assert ran.returncode == 1
    assert "no documents to check against" in ran.stderr


# -- reading


def test_block_quotes_are_known_by_their_style_in_word_and_their_tag_in_html() -> None:
    words = "A ship pays the pilot a fee according to its tonnage."
    written = docx.Document()
    for text, style in (("Article 3 reads:", None), (words, "Quote"), ("So it is.", None)):
        written.add_paragraph(text, style=style)
    packed = io.BytesIO()
    written.save(packed)
    page = f"<html><body><p>Article 3 reads:</p><blockquote><p>{words}</p></blockquote></body></html>"
    for raw, name in ((packed.getvalue(), "memo.docx"), (page.encode(), "memo.html")):
        memo = read_memo(raw, name, Limits())
        assert [span.of(memo.text) for span in memo.blocks] == [words]


def test_markdown_stays_as_it_was_written() -> None:
    raw = b"> *quoted*\r\n\r\nand noted[^1]\r\n"
    assert read_memo(raw, "memo.md", Limits()).text == "> *quoted*\n\nand noted[^1]\n"
