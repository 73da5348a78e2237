"""What a command line says: options that may stand anywhere on it, files and folders, questions.

A batch of questions is read as a whole before any of it is answered, so that a wrong line costs no answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from assistant.errors import AnswerError, EmptyQuestion
from corpus.errors import LibraryError

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = ("--json", "--no-embedded")
_OPTION = "--home"
_SHOWN = 60
"""Characters of a wrong line that its error repeats."""


def hoisted(words: Sequence[str]) -> list[str]:
    """Return the arguments with the options that every command takes moved to the front."""
    front: list[str] = []
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            return [*front, *rest, word, *queue]
        if word in _FLAGS or word.startswith(f"{_OPTION}="):
            front.append(word)
        elif word != _OPTION:
            rest.append(word)
        elif queue:
            front += [word, queue.pop(0)]
        else:
            return [*front, word]  # without its value; what follows must not be taken for it
    return [*front, *rest]


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and for each folder those in it that a reader takes; itself if it holds none.

    A link that is named is followed. One found in a folder is left alone: it may lead anywhere (see ``links``).
    """
    from corpus.readers import SUFFIXES

    for path in paths:
        inside = path.rglob("*") if path.is_dir() else ()
        found = sorted(
            p for p in inside if p.suffix.lower() in SUFFIXES and p.is_file() and not p.is_symlink()
        )
        yield from found or [path]


def links(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the links within the folders named, which ``files`` leaves alone."""
    for path in paths:
        yield from sorted(p for p in (path.rglob("*") if path.is_dir() else ()) if p.is_symlink())


def not_a_folder(path: Path) -> Path:
    """Return the path of a file.

    Raises:
        LibraryError: If it is a folder, one in which ``files`` found nothing.
    """
    if path.is_dir():
        raise LibraryError(f"{path}: expected documents in this folder, found none. Name another, or a file")
    return path


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the earlier ones of its conversation; the answer to one of a batch carries ``label``."""

    text: str
    history: tuple[str, ...]
    label: dict[str, Any]


def _readable(text: str) -> str:
    """Refuse lone surrogates: bytes of a command line that are not UTF-8 arrive as such."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"no character at place {error.start}, but {text[error.start]!a}") from error
    return text


def _in_words(text: str) -> str:
    if not any(c.isalnum() for c in text):
        raise ValueError("no words in it")
    return text


_Text = Annotated[str, AfterValidator(_readable)]


class _Line(BaseModel):
    """One line of a batch; keys that other programs keep in it are left alone."""

    model_config = ConfigDict(strict=True, extra="ignore")

    id: str | int | float | None = None
    question: Annotated[_Text, AfterValidator(_in_words)]
    history: list[_Text] | None = None


def one_question(question: str, history: Sequence[str]) -> tuple[Question]:
    """Return the question of a command line.

    Raises:
        EmptyQuestion: If a text holds bytes that are no characters.
    """
    try:
        texts = [_readable(text) for text in (question, *history)]
    except ValueError as error:
        raise EmptyQuestion(f"expected a question in words, found {error}. Type it in UTF-8") from error
    return (Question(texts[0], tuple(texts[1:]), {}),)


def batch(path: Path) -> tuple[Question, ...]:
    """Return the questions of a file, each labelled with its ``id``, or with its line's number for want of one.

    Raises:
        AnswerError: If the file is not UTF-8, or a line is no question; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} that is not"
        raise AnswerError(f"{path}: expected UTF-8 text, found {found}. Save it as UTF-8") from error
    return tuple(_question(path, n, line.strip()) for n, line in enumerate(lines, start=1) if line.strip())


def _question(path: Path, number: int, line: str) -> Question:
    try:
        found = _Line.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise _wrong(path, number, line, f"{key}: {first['msg']}".removeprefix(": ")) from error
    except ValueError as error:
        raise _wrong(path, number, line, f"no JSON: {error}") from error
    label = {"id": number if found.id is None else found.id}
    return Question(found.question, tuple(found.history or ()), label)


def _wrong(path: Path, number: int, line: str, reason: str) -> AnswerError:
    shown = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
    expected = '{"id": …, "question": "…"}'
    return AnswerError(
        f"{path}, line {number}: expected {expected}, found {shown} ({reason}). Mend that line; nothing was asked"
    )
