"""Front matter: the YAML block in which a Markdown source says what it is.

All values are read as text: with YAML's usual guessing the language ``no`` would become false. Keys the
program does not know are left alone, since other tools keep theirs in the same block; a known key with a wrong
value is an error that names its line.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from corpus.errors import UnreadableFile
from corpus.models import Kind, Source
from corpus.readers.reading import Metadata

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_UNCLOSED = re.compile(r"\A---[ \t]*\n[A-Za-z_]+:")
_FIRST_LINE = 2
"""Line 1 of the file is the opening ``---``."""

ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
MAX_ID = 80
"""An id names a folder of the library; this leaves room below the path limits of every file system."""

_SHOWN = 100
"""Characters of a wrong value that an error repeats."""

_REMEDY = "Correct the front matter and try again"


class _TextLoader(yaml.SafeLoader):
    """The safe loader without guesses: every scalar is the text that was written."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - overrides the attribute of the base class


def _iso_date(value: object) -> object:
    if isinstance(value, str):
        date.fromisoformat(value)
    return value


_Line = Annotated[str, StringConstraints(strip_whitespace=True)]


class _Work(BaseModel):
    """One entry under ``sources``."""

    name: _Line
    address: _Line = ""


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=MAX_ID)] | None = None
    title: _Line | None = None
    kind: Kind | None = None
    language: _Line | None = None
    as_of: Annotated[str | None, BeforeValidator(_iso_date)] = None
    authenticity: _Line | None = None
    status: _Line | None = None
    address: _Line | None = None
    names: tuple[_Line, ...] = ()
    sources: dict[str, _Work] = {}


def split(text: str, name: str) -> tuple[Metadata, int]:
    """Read the front matter at the start of ``text``, whose line ends are line feeds.

    Returns:
        What it says, and where the text after it begins; empty metadata and 0 if there is none.

    Raises:
        UnreadableFile: If it is not closed, not YAML, not a mapping, or a known key has a wrong value.
    """
    toml = _TOML.match(text)
    if toml is not None:
        return _metadata(_checked(_parsed_toml(toml["toml"], name), {}, name)), toml.end()
    block = _BLOCK.match(text)
    if block is None:
        if _UNCLOSED.match(text):
            raise UnreadableFile(
                name, "line 1: the front matter is opened with --- but never closed", _REMEDY
            )
        return Metadata(), 0
    values, lines = _parsed(block["yaml"], name)
    return _metadata(_checked(values, lines, name)), block.end()


def _metadata(checked: _FrontMatter) -> Metadata:
    sources = tuple(Source(key, work.name, work.address) for key, work in checked.sources.items())
    return Metadata(**checked.model_dump(exclude={"sources"}), sources=sources)


def _parsed_toml(block: str, name: str) -> dict[str, object]:
    try:
        values = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(name, f"the front matter is not TOML ({error})", _REMEDY) from error
    return {key: value if isinstance(value, list | dict) else str(value) for key, value in values.items()}


def _parsed(block: str, name: str) -> tuple[dict[str, object], dict[str, int]]:
    """Return the keys with their values, blank ones left out, and the file's line of each key."""
    try:
        loader = _TextLoader(block)
        _refuse_aliases(block, name)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + _FIRST_LINE if error.problem_mark else _FIRST_LINE
        raise UnreadableFile(
            name, f"line {line}: the front matter is not YAML ({error.problem})", _REMEDY
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableFile(name, "the front matter is not YAML that can be read", _REMEDY) from error
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode | None):
        reason = f"line {_FIRST_LINE}: the front matter is not made of `key: value` lines"
        raise UnreadableFile(name, reason, _REMEDY)
    if node is None:
        return {}, {}
    _refuse_repeated_keys(node, name)
    lines = {str(key.value): key.start_mark.line + _FIRST_LINE for key, _ in node.value}
    return {str(key): value for key, value in values.items() if value != ""}, lines


def _refuse_aliases(block: str, name: str) -> None:
    """Refuse values that stand for others: a few lines of them can say more than fits into memory."""
    for event in yaml.parse(block, Loader=_TextLoader):
        if isinstance(event, yaml.AliasEvent):
            line = (event.start_mark.line if event.start_mark else 0) + _FIRST_LINE
            reason = f"line {line}: the front matter repeats a value by an alias (*{event.anchor})"
            raise UnreadableFile(name, reason, "Write the value out")


def _refuse_repeated_keys(node: yaml.MappingNode, name: str) -> None:
    seen: set[str] = set()
    for key, value in node.value:
        written = str(key.value)
        if written in seen:
            line = key.start_mark.line + _FIRST_LINE
            raise UnreadableFile(
                name, f"line {line}: the key {written!r} stands there a second time", _REMEDY
            )
        seen.add(written)
        if isinstance(value, yaml.MappingNode):
            _refuse_repeated_keys(value, name)


def _checked(values: dict[str, object], lines: dict[str, int], name: str) -> _FrontMatter:
    try:
        return _FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        line = lines.get(str(first["loc"][0]), _FIRST_LINE)
        reason = (
            f"line {line}: front matter key {key!r}: {first['msg']}, found {repr(first['input'])[:_SHOWN]}"
        )
        raise UnreadableFile(name, reason, _REMEDY) from error
