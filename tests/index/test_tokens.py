from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from index.tokens import count

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("Each", 1),
        ("Each Party shall", 3),
        ("<|endoftext|>", 7),  # a document may quote a model's control word; it is text like any other
        ("🗼", 3),
    ],
)
def test_tokens_of_a_text_are_those_of_cl100k_base(text: str, tokens: int) -> None:
    assert count([text]) == [tokens]


def test_each_text_is_counted_by_itself() -> None:
    assert count(["Each Party shall", "", "Each"]) == [3, 0, 1]
    assert count([]) == []


def test_counting_writes_nothing_to_the_temp_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "TIKTOKEN_CACHE_DIR"}
    program = "from index.tokens import count; print(count(['Each Party shall']))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[3]"
    assert list(tmp_path.iterdir()) == []
