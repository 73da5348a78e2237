"""The command line as a user meets it: each test runs ``treaty`` as a program of its own and reads what it prints.

One home is made for the module: two treaties and a guide of our own, added beside files that cannot be read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus.readers import read_document
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from assistant.cli import main; main()")

ANSWER = {
    "question", "status", "quotes", "reason", "nearest", "searched", "confidence", "timings_ms",
}  # fmt: skip
QUOTE = {"text", "segments", "document", "provision", "citation", "page", "score"}
HIT = {"document", "provision", "start", "end", "text", "score"}
PROVISION = {"path", "label", "heading", "start", "end", "children"}
"""The JSON contract: further keys may come, none of these may go."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the program left: its exit code and both streams."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    def failed_in_one_line(self, *words: str, code: int = 1) -> bool:
        """Whether it ended with one line on stderr that has these words, and nothing on stdout."""
        one = self.err.startswith("error: ") and self.err.count("\n") == 1 and self.err.endswith("\n")
        return self.code == code and one and self.out == b"" and all(word in self.err for word in words)


def treaty(*words: str | Path, cwd: Path, **variables: str) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TREATY_")}
    own = cwd / "temporary"  # what servers of other tests leave in the shared one is none of this desk's
    own.mkdir(exist_ok=True)
    done = subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(PROJECT), "TMPDIR": str(own), **variables},
        capture_output=True,
        check=False,
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a home in it, and the runs that made the home what it is."""

    folder: Path
    unindexed: Ran
    added: Ran
    indexed: Ran

    def treaty(self, *words: str | Path, **variables: str) -> Ran:
        """Run the program in this folder, on this home, without the embedded guides."""
        return treaty(*words, "--home", "home", "--no-embedded", cwd=self.folder, **variables)

    def written(self, name: str, *lines: str) -> str:
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return name

    def copy(self, folder: Path) -> Desk:
        shutil.copytree(self.folder / "home", folder / "home")
        return Desk(folder, self.unindexed, self.added, self.indexed)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    shelf = folder / "shelf"
    shelf.mkdir()
    for name, text in (("harbours", HARBOURS), ("guide", GUIDE)):
        (shelf / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "pilots.md").write_text(PILOTS, encoding="utf-8")
    (folder / "torn.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    here = ("--home", "home", "--no-embedded")
    return Desk(
        folder,
        unindexed=treaty("ask", "How old must a pilot be?", "--json", *here, cwd=folder),
        added=treaty("corpus", "add", "shelf", "torn.pdf", "pilots.md", *here, cwd=folder),
        indexed=treaty("index", *here, cwd=folder),
    )


# -- the corpus


def test_what_cannot_be_read_is_named_and_the_rest_is_added(desk: Desk) -> None:
    assert desk.added.code == 1
    assert desk.added.text.splitlines() == [
        "added: harbour-guide  How the harbours convention works",
        "added: harbours  Convention on the Care of Harbours",
        "added: pilots  Agreement on Sea Pilots",
    ]
    assert desk.added.err.splitlines() == [
        "error: torn.pdf: the PDF is damaged and cannot be opened. Fetch the file again",
        "Run: treaty index",
    ]


def test_a_file_added_again_is_there_already_and_json_tells_of_both(desk: Desk) -> None:
    (desk.folder / "empty").mkdir()
    ran = desk.treaty("corpus", "add", "pilots.md", "lost.md", "empty", "--json")
    assert ran.code == 1
    title = "Agreement on Sea Pilots"
    assert ran.json["added"] == [{"id": "pilots", "title": title, "file": "pilots.md", "unchanged": True}]
    assert [problem.split(":")[0] for problem in ran.json["problems"]] == ["lost.md", "empty"]
    assert ran.err.count("error: ") == ran.err.count("\n") == 2


def test_the_documents_are_listed(desk: Desk) -> None:
    rows = desk.treaty("corpus", "list").text.splitlines()
    assert rows[0].split() == ["id", "kind", "title", "as", "of", "retrieved"]
    assert [row.split()[:2] for row in rows[1:]] == [
        ["harbour-guide", "guide"],
        ["harbours", "treaty"],
        ["pilots", "treaty"],
    ]
    assert not any(row != row.rstrip() for row in rows)


def test_the_canonical_text_is_printed_to_the_byte(desk: Desk) -> None:
    expected = read_document(HARBOURS.encode(), "harbours.md").text
    ran = desk.treaty("corpus", "show", "harbours", "--text", PYTHONIOENCODING="ascii")
    assert ran.out == expected.encode()
    assert desk.treaty("corpus", "show", "harbours", "--text", "--json").json["text"] == expected


def test_the_outline_shows_addresses_headings_and_first_words(desk: Desk) -> None:
    lines = desk.treaty("corpus", "show", "harbours").text.splitlines()
    assert lines[0] == "Convention on the Care of Harbours"
    assert "  Part I  LIGHT" in lines
    assert "    Article 2  Duty to light" in lines
    assert "        c  enter the cause of the failure in the log." in lines


@pytest.mark.parametrize(
    ("document", "pinpoint", "title", "words"),
    [
        (
            "harbours",
            "Art. 2(2)(b)",
            "Convention on the Care of Harbours, art 2(2)(b)",
            "When a beacon fails, the keeper shall: […] (b) report the failure to the harbour master within one hour;",
        ),
        (
            "harbour-guide",
            "what keepers write down",
            "How the harbours convention works, “What keepers write down”",
            GUIDE.rstrip().rpartition("\n")[2],
        ),
        (
            "harbours",
            "art-2/2/b",
            "Convention on the Care of Harbours, art 2(2)(b)",
            "When a beacon fails, the keeper shall: […] (b) report the failure to the harbour master within one hour;",
        ),
    ],
)
def test_a_provision_is_shown_with_the_words_that_govern_it(
    desk: Desk, document: str, pinpoint: str, title: str, words: str
) -> None:
    shown = desk.treaty("corpus", "show", document, pinpoint).text
    assert shown.startswith(f"{title}\n\n{words}\n")


@pytest.mark.parametrize("before", ["", "http://127.0.0.1:7860/"])
def test_a_link_shows_its_provision(desk: Desk, before: str) -> None:
    shown = desk.treaty("corpus", "show", f"{before}#/documents/harbours/art-2/1", "--json").json
    assert shown["provision"]["label"] == "2(1)"
    assert shown["link"] == "#/documents/harbours/art-2/1"


def test_a_text_s_kind_may_be_given_and_is_kept(desk: Desk, tmp_path: Path) -> None:
    other = desk.copy(tmp_path)
    (tmp_path / "notes.txt").write_text("Norland keeps its own bells.\n", encoding="utf-8")
    other.treaty("corpus", "add", "notes.txt", "--kind", "explanatory_report")
    again = other.treaty("corpus", "add", "notes.txt", "--json").json
    assert again["added"][0]["unchanged"] is True
    rows = other.treaty("corpus", "list", "--json").json["documents"]
    assert {row["id"]: row["kind"] for row in rows}["notes"] == "explanatory_report"
    assert "explanatory report" in other.treaty("corpus", "list").text
    refused = other.treaty("corpus", "add", "notes.txt", "--kind", "poem")
    assert refused.failed_in_one_line("'poem'", "'explanatory_report'", code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("harbors",), ["expected the id of a document", "found 'harbors'", "Closest: harbours"]),
        (("harbours", "2(2)(d)"), ["harbours: expected a provision", "found '2(2)(d)'", "Closest: 2(2)"]),
    ],
)
def test_what_is_not_there_is_met_with_what_is_closest(
    desk: Desk, words: tuple[str, ...], said: list[str]
) -> None:
    assert desk.treaty("corpus", "show", *words, "--json").failed_in_one_line(*said)


def test_a_file_is_parsed_without_being_added(desk: Desk) -> None:
    (desk.folder / "loose.md").write_text(PILOTS.replace("id: pilots", "id: loose"), encoding="utf-8")
    ran = desk.treaty("parse", "loose.md", "--json")
    assert ran.json["document"]["id"] == "loose"
    articles = [p for p in ran.json["provisions"] if p["label"]]
    assert [(p["label"], p["heading"]) for p in articles] == [
        ("1", "Licences"),
        ("2", "Age of pilots"),
        ("3", "Fees"),
        ("4", "Withdrawal"),
    ]
    assert all(p.keys() >= PROVISION for p in articles)


# -- the index


def test_without_an_index_a_question_names_the_command_that_makes_one(desk: Desk) -> None:
    assert desk.unindexed.failed_in_one_line("expected an index in home, found none", "Run: treaty index")


def test_indexing_tells_what_it_did(desk: Desk) -> None:
    assert (desk.indexed.code, desk.indexed.err) == (0, "")
    assert "3 added, 0 changed, 0 removed, 0 unchanged" in desk.indexed.text


def test_indexing_again_finds_nothing_to_do(desk: Desk) -> None:
    ran = desk.treaty("index")
    assert ran.text.startswith("The index matches already: 3 documents, generation ")


def test_the_index_is_sound(desk: Desk) -> None:
    (one,) = desk.treaty("index", "status", "--json").json["generations"]
    assert (one["live"], one["documents"]) == (True, 3)
    assert desk.treaty("index", "verify", "--json").json == {"generation": one["generation"], "findings": []}


def test_a_damaged_index_is_not_sound(desk: Desk, tmp_path: Path) -> None:
    other = desk.copy(tmp_path)
    (manifest,) = other.folder.glob("home/index/generations/*/manifest.json")
    counted = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**counted, "passages": 1}), encoding="utf-8")
    ran = other.treaty("index", "verify")
    assert ran.code == 1
    assert ran.text.startswith("expected 1 passages, found ")


def test_there_is_nothing_to_go_back_to_at_first(desk: Desk) -> None:
    assert desk.treaty("index", "rollback", "--json").failed_in_one_line("expected a generation before")


def test_a_removed_document_leaves_with_the_next_index_and_a_rollback_brings_it_back(
    desk: Desk, tmp_path: Path
) -> None:
    other = desk.copy(tmp_path)
    assert other.treaty("corpus", "remove", "pilots").text == "removed: pilots  Agreement on Sea Pilots\n"
    built = other.treaty("index", "--json").json
    assert (built["removed"], built["embedded"]) == (["pilots"], 0)
    before, after = other.treaty("index", "status", "--json").json["generations"]
    assert (before["live"], after["live"]) == (False, True)
    assert other.treaty("index", "rollback", "--json").json == {"live": before["generation"]}


def test_an_index_cut_otherwise_is_refused_and_doctor_says_so_too(desk: Desk) -> None:
    asked = desk.treaty("ask", "How old must a pilot be?", TREATY_PASSAGE_TOKENS="100")
    assert asked.failed_in_one_line("100 tokens", "220 tokens", "Run: treaty index")
    examined = desk.treaty("doctor", "--json", TREATY_PASSAGE_TOKENS="100")
    assert examined.code == 1
    (bad,) = [check for check in examined.json["checks"] if not check["ok"]]
    assert bad["check"] == "index settings"
    assert "Run: treaty index" in bad["remedy"]


def test_doctor_names_models_library_and_index(desk: Desk) -> None:
    ran = desk.treaty("doctor")
    lines = dict(line.removeprefix("ok  ").split(": ", 1) for line in ran.text.splitlines())
    assert ran.code == 0
    assert lines["encoder"].startswith("bundled/")
    assert lines["reranker"].startswith("bundled/")
    assert lines["library"] == "3 documents, all readable"
    assert "3 documents" in lines["index"]


# -- asking


def test_an_answer_is_a_quote_and_its_citation(desk: Desk) -> None:
    ran = desk.treaty("ask", "How old must a pilot be?")
    assert (ran.code, ran.err) == (0, "")
    assert ran.text == (
        "  “No person younger than twenty-one years may be licensed as a pilot.”\n"
        "  — Agreement on Sea Pilots, art 2\n"
    )


def test_citations_are_written_in_the_style_of_option_or_setting(desk: Desk) -> None:
    asked = ("ask", "How old must a pilot be?", "--document", "pilots")
    by_option = desk.treaty(*asked, "--style", "bluebook", "--links")
    assert by_option.text.splitlines()[1:3] == [
        "  — Agreement on Sea Pilots art. 2",
        "    #/documents/pilots/art-2",
    ]
    by_setting = desk.treaty(*asked, TREATY_STYLE="plain")
    assert "  — Agreement on Sea Pilots, Article 2\n" in by_setting.text
    found = desk.treaty("search", "Who pays for a beacon?", "--top-k", "1", "--style", "plain")
    assert found.text.startswith("1. Convention on the Care of Harbours, Article 3")
    assert desk.treaty(*asked, "--style", "mla").failed_in_one_line("'mla'", "'bluebook'", code=2)


def test_an_answer_as_json_keeps_the_contract(desk: Desk) -> None:
    answer = desk.treaty("ask", "--json", "How old must a pilot be?", "--document", "pilots").json
    assert answer.keys() >= ANSWER
    assert (answer["status"], answer["reason"], answer["nearest"]) == ("quoted", None, [])
    assert answer["searched"].keys() >= {"documents", "passages", "generation"}
    assert answer["searched"]["documents"] == 1
    assert 0 <= answer["confidence"] <= 1
    (quote,) = answer["quotes"]
    assert quote.keys() >= QUOTE
    assert quote["document"].keys() >= {"id", "title", "path", "sha256"}
    assert (quote["provision"], quote["citation"]) == ("2", "Agreement on Sea Pilots, art 2")
    text = read_document(PILOTS.encode(), "pilots.md").text
    assert [text[s["start"] : s["end"]] for s in quote["segments"]] == [quote["text"]]
    assert [s["text"] for s in quote["segments"]] == [quote["text"]]


def test_a_batch_is_answered_line_by_line_with_ids_and_histories(desk: Desk) -> None:
    batch = desk.written(
        "batch.jsonl",
        '{"id": "age", "question": "How old must a pilot be?", "note": "of another program"}',
        "",
        '{"id": 7, "question": "And within what time must it be reported?",'
        ' "history": ["What must the keeper do when a beacon fails?"]}',
        '{"question": "What is the tax on salt\u2028and sugar?"}',
    )
    age, report, salt = desk.treaty("ask", "--batch", batch).lines
    assert (age["id"], report["id"], salt["id"]) == ("age", 7, 4)
    assert all(line.keys() >= ANSWER for line in (age, report, salt))
    assert age["quotes"][0]["provision"] == "2"
    assert report["asked"].startswith("What must the keeper do")
    assert "within one hour" in report["quotes"][0]["text"]
    assert (salt["status"], salt["quotes"]) == ("declined", [])
    assert salt["reason"].startswith("Not answered: ")
    assert all(quote.keys() >= QUOTE for quote in salt["nearest"])


def test_a_wrong_line_of_a_batch_is_named_before_anything_is_asked(desk: Desk) -> None:
    batch = desk.written(
        "wrong.jsonl", '{"id": "a", "question": "How old must a pilot be?"}', "", '{"id": "b"}'
    )
    ran = desk.treaty("ask", "--batch", batch)
    assert ran.failed_in_one_line("wrong.jsonl, line 3: expected", "question: Field required")


def test_passages_are_searched_without_quoting(desk: Desk) -> None:
    found = desk.treaty("search", "Who pays for a beacon?", "--top-k", "2", "--json").json
    assert found["query"] == "Who pays for a beacon?"
    assert len(found["hits"]) == 2
    assert all(hit.keys() >= HIT for hit in found["hits"])
    assert (found["hits"][0]["document"], found["hits"][0]["provision"]) == ("harbours", "3")


def test_an_unknown_document_and_an_empty_question_are_refused(desk: Desk) -> None:
    unknown = desk.treaty("ask", "How old must a pilot be?", "--document", "pirates", "--json")
    assert unknown.failed_in_one_line("found 'pirates'", "Run: treaty corpus list")
    empty = desk.treaty("search", "?", "--json")
    assert empty.failed_in_one_line("expected a question in words, found none")


def test_documents_not_yet_indexed_are_told_of_on_stderr(desk: Desk, tmp_path: Path) -> None:
    other = desk.copy(tmp_path)
    (tmp_path / "new.md").write_text(PILOTS.replace("id: pilots", "id: new"), encoding="utf-8")
    assert other.treaty("corpus", "add", "new.md").err == "Run: treaty index\n"
    ran = other.treaty("search", "fees", "--top-k", "1", "--json")
    assert ran.err == "Not indexed yet: new. Run: treaty index\n"
    assert len(ran.json["hits"]) == 1


def test_cases_are_evaluated_and_the_run_is_kept(desk: Desk) -> None:
    cases = desk.written(
        "cases.jsonl",
        '{"id": "age", "question": "How old must a pilot be?", "kind": "direct", "split": "dev",'
        ' "gold": [{"document": "pilots", "provision": "2", "contains": ["twenty-one"]}]}',
        '{"id": "salt", "question": "What is the tax on salt?", "kind": "unanswerable", "split": "test", "gold": []}',
    )
    report = desk.treaty("eval", "--cases", cases, "--save", "run.json", "--json").json
    assert report["cases"] == 2
    assert report["total"]["quote exactness"]["value"] == 1
    assert report["total"]["right@1"]["value"] == 1
    assert report["total"]["declined correctly"]["value"] == 1
    kept = json.loads((desk.folder / "run.json").read_text(encoding="utf-8"))
    assert [outcome["case"]["id"] for outcome in kept["outcomes"]] == ["age", "salt"]


# -- the line itself


def test_options_of_every_command_may_stand_anywhere(desk: Desk) -> None:
    first = treaty("--home", "home", "--json", "--no-embedded", "corpus", "list", cwd=desk.folder)
    last = treaty("corpus", "list", "--no-embedded", "--home=home", "--json", cwd=desk.folder)
    by_variable = treaty("corpus", "--no-embedded", "list", "--json", cwd=desk.folder, TREATY_HOME="home")
    assert first.json == last.json == by_variable.json
    documents = first.json["documents"]
    assert [d["id"] for d in documents] == ["harbour-guide", "harbours", "pilots"]
    assert {"title", "kind", "sha256", "language", "authenticity", "as_of"} <= documents[0].keys()


def test_the_embedded_guides_are_there_unless_left_out(desk: Desk) -> None:
    with_guides = treaty("corpus", "list", "--json", "--home", "home", cwd=desk.folder).json["documents"]
    assert {"guide-glossary", "pilots"} <= {d["id"] for d in with_guides}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask",), "give a question, or a file with --batch FILE. See: treaty ask --help"),
        (("ask", "--batch", "b.jsonl", "--history", "x"), "each line has its own history"),
        (("corpus", "show", "harbours", "2", "--text"), "give a pinpoint or --text, not both"),
        (("sing", "--json"), "No such command 'sing'. See: treaty --help"),
        (("corpus", "list", "--home"), "'--home' requires an argument"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    assert treaty(*words, cwd=tmp_path).failed_in_one_line(said, code=2)


def test_a_misspelt_variable_is_refused(tmp_path: Path) -> None:
    ran = treaty("corpus", "list", cwd=tmp_path, TREATY_HOME="home", TREATY_RERANK="bundled")
    assert ran.failed_in_one_line("TREATY_RERANK:", "TREATY_RERANKER")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    ran = treaty("parse", "lost.md", "--json", cwd=tmp_path)
    assert ran.failed_in_one_line("lost.md: No such file or directory")
