"""Names and password hashes: what goes into the file, and who is admitted by it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from assistant.errors import PasswordsError
from assistant.passwords import Accounts, line_of, open_to_others, read

if TYPE_CHECKING:
    from pathlib import Path

LINE = line_of("lamp.keeper@east", "a long watch")


def _file(folder: Path, text: str) -> Path:
    path = folder / "auth"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    return read(_file(tmp_path_factory.mktemp("auth"), f"# who keeps watch\n\n{LINE}\n"))


@pytest.mark.parametrize(
    ("name", "password", "admitted"),
    [
        ("lamp.keeper@east", "a long watch", True),
        ("lamp.keeper@east", "a long watch ", False),
        ("lamp.keeper@east", "", False),
        ("Lamp.keeper@east", "a long watch", False),
        ("nobody", "a long watch", False),
        ("", "", False),
        ("lamp.keeper@east", "\udcff" * 2000, False),
    ],
)
def test_name_and_password_must_both_be_right(
    accounts: Accounts, name: str, password: str, admitted: bool
) -> None:
    assert accounts.admits(name, password) is admitted


def test_the_line_holds_no_password_and_no_two_lines_are_alike() -> None:
    assert re.fullmatch(r"lamp\.keeper@east:scrypt\$15\$8\$3\$[\w+/=]{24}\$[\w+/=]{44}", LINE)
    assert "watch" not in LINE
    assert line_of("lamp.keeper@east", "a long watch") != LINE


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("two words", "a long watch", "expected a name of letters"),
        ("a:b", "a long watch", "expected a name of letters"),
        ("", "a long watch", "expected a name of letters"),
        ("ada", "short", "found 5"),
        ("ada", "x" * 1001, "found 1001"),
    ],
)
def test_a_name_or_password_that_cannot_be_used_is_refused(name: str, password: str, said: str) -> None:
    with pytest.raises(PasswordsError, match=said) as raised:
        line_of(name, password)
    assert "a long watch" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found none"),
        ("# nobody\n", "found none"),
        (f"{LINE}\n{LINE}\n", "line 2: expected each name once"),
        ("ada:secret\n", "line 1: expected name:scrypt"),
        (LINE.replace("$15$", "$31$"), "line 1: expected name:scrypt"),
        (LINE.replace("$8$3$", "$8$0$"), "line 1: expected name:scrypt"),
        (LINE[:-8], "line 1: expected name:scrypt"),
    ],
    ids=lambda given: given if given.startswith("line") else "file",
)
def test_a_wrong_file_is_one_line_without_its_hashes(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PasswordsError, match=re.escape(said)) as raised:
        read(_file(tmp_path, text))
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_file_that_is_not_there_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(PasswordsError, match="treaty password NAME"):
        read(tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="rights of files are told otherwise there")
def test_a_file_that_others_may_read_is_known(tmp_path: Path) -> None:
    path = _file(tmp_path, LINE)
    path.chmod(0o600)
    assert not open_to_others(path)
    path.chmod(0o640)
    assert open_to_others(path)
