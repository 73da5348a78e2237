"""What is read from a command line: options anywhere, files in folders, questions in batches."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.arguments import Question, batch, files, hoisted, not_a_folder, one_question
from assistant.errors import AnswerError, EmptyQuestion
from corpus.errors import LibraryError


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("ask x", "ask x"),
        ("ask x --json", "--json ask x"),
        ("index --home h status --no-embedded", "--home h --no-embedded index status"),
        ("corpus list --home=h", "--home=h corpus list"),
        ("corpus list --home", "--home"),
        ("ask --json -- --home x --json", "--json ask -- --home x --json"),
        ("ask --jsonl --homes h", "ask --jsonl --homes h"),
    ],
)
def test_options_of_every_command_come_to_the_front(line: str, moved: str) -> None:
    assert hoisted(line.split()) == moved.split()


@given(st.lists(st.sampled_from(["ask", "x", "--json", "--no-embedded", "--home=h", "--top-k", "3"])))
def test_moving_loses_no_word_and_keeps_the_order_of_the_rest(words: list[str]) -> None:
    moved = hoisted(words)
    options = {"--json", "--no-embedded", "--home=h"}
    assert sorted(moved) == sorted(words)
    assert [word for word in moved if word not in options] == [word for word in words if word not in options]


def test_a_folder_stands_for_the_files_in_it_that_can_be_read(tmp_path: Path) -> None:
    for name in ("b.md", "a.PDF", "picture.png", "deeper/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    named = tmp_path / "picture.png"
    found = files([tmp_path, named])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.PDF",
        "b.md",
        "deeper/c.txt",
        "picture.png",
    ]


def test_a_folder_without_documents_is_an_error_that_names_it(tmp_path: Path) -> None:
    assert list(files([tmp_path])) == [tmp_path]
    with pytest.raises(LibraryError, match="expected documents in this folder, found none"):
        not_a_folder(tmp_path)


def test_one_question_has_its_history_and_no_label() -> None:
    assert one_question("What now?", ["What then?"]) == (Question("What now?", ("What then?",), {}),)


def test_bytes_that_are_no_characters_are_no_question() -> None:
    with pytest.raises(EmptyQuestion, match=r"no character at place 4, but '\\udcff'"):
        one_question("why \udcff?", [])


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "batch.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_batch_is_read_line_by_line(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "question": "Who pays?"}',
        "",
        '{"id": 0, "question": "Who else?", "history": ["Who pays?"], "kind": "direct"}',
        '{"question": "Salt\u2028and sugar?", "history": null}\r',
    ]
    assert batch(written(tmp_path, "\ufeff" + "\n".join(lines) + "\n")) == (
        Question("Who pays?", (), {"id": "a"}),
        Question("Who else?", ("Who pays?",), {"id": 0}),
        Question("Salt\u2028and sugar?", (), {"id": 4}),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b"}', "question: Field required"),
        ('{"id": "b", "question": 3}', "question: Input should be a valid string"),
        ('{"id": "b", "question": " ?"}', "no words in it"),
        ('{"id": ["b"], "question": "x"}', "id.str: "),
        ('{"id": "b", "question": "x", "history": "y"}', "history: Input should be a valid list"),
        ('{"id": "b", "question": "x", "history": [1]}', "history.0: "),
        ('["x"]', "(Input should be a valid dictionary"),
        ("{", "no JSON: "),
        ('{"question": "\\ud800 x"}', r"no character at place 0, but '\ud800'"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(tmp_path: Path, line: str, said: str) -> None:
    path = written(tmp_path, '{"id": "a", "question": "Who pays?"}\n\n' + line)
    with pytest.raises(AnswerError, match=r"batch\.jsonl, line 3: expected") as caught:
        batch(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_batch_is_utf8(tmp_path: Path) -> None:
    with pytest.raises(AnswerError, match="expected UTF-8 text, found byte 14 that is not"):
        batch(written(tmp_path, b'{"question": "\xe9?"}'))
