"""What programs send, checked before anything is done with it: its type, its size, and what is out of bounds.

Gradio declares an endpoint's types and does not hold a caller to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from assistant.errors import UnfitArgument
from assistant.web.ask.asker import MAX_QUESTION
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_HITS = 100
"""As on the command line."""
LONGEST_TEXT = 100_000
"""Characters of a text to verify: forty pages, nine seconds on a busy machine if none of 850 quotations is found, and
the time grows faster than the text. The command line takes files of any allowed size."""
LONGEST_PLACE = 500
"""Characters of a document's id, a link or a pinpoint."""
MOST_EARLIER, MOST_DOCUMENTS = 50, 200
_SHOWN = 60
"""Characters of a wrong value that its error repeats."""

_T = TypeVar("_T")
_STRICT = ConfigDict(strict=True)
_Question = Annotated[str, StringConstraints(max_length=MAX_QUESTION)]
_Place = Annotated[str, StringConstraints(max_length=LONGEST_PLACE)]
_QUESTION: TypeAdapter[str] = TypeAdapter(_Question, config=_STRICT)
_EARLIER: TypeAdapter[list[str] | None] = TypeAdapter(
    Annotated[list[_Question], Field(max_length=MOST_EARLIER)] | None, config=_STRICT
)
_DOCUMENTS: TypeAdapter[list[str] | None] = TypeAdapter(
    Annotated[list[_Place], Field(max_length=MOST_DOCUMENTS)] | None, config=_STRICT
)
_PLACE: TypeAdapter[str | None] = TypeAdapter(_Place | None, config=_STRICT)
_TEXT: TypeAdapter[str] = TypeAdapter(
    Annotated[str, StringConstraints(max_length=LONGEST_TEXT)], config=_STRICT
)
_HITS: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=MOST_HITS)], config=_STRICT)
_STYLE: TypeAdapter[Style | None] = TypeAdapter(Style | None)


def question(name: str, value: object) -> str:
    """Return a question.

    Raises:
        UnfitArgument: If it is no text or too long, as for every argument here.
    """
    return _fitting(_QUESTION, name, value, f"text of at most {MAX_QUESTION} characters")


def earlier(name: str, value: object) -> Sequence[str]:
    """Return the earlier questions of a conversation."""
    expected = f"a list of at most {MOST_EARLIER} texts of at most {MAX_QUESTION} characters"
    return _fitting(_EARLIER, name, value, expected) or ()


def documents(name: str, value: object) -> Sequence[str] | None:
    """Return ids of documents, or None where none are named."""
    return _fitting(_DOCUMENTS, name, value, f"a list of at most {MOST_DOCUMENTS} ids of documents") or None


def place(name: str, value: object) -> str | None:
    """Return an id, a link or a pinpoint, or None for an empty one."""
    return _fitting(_PLACE, name, value, f"text of at most {LONGEST_PLACE} characters") or None


def text(name: str, value: object) -> str:
    """Return a text to verify."""
    return _fitting(_TEXT, name, value, f"text of at most {LONGEST_TEXT} characters")


def hits(name: str, value: object) -> int:
    """Return a number of passages."""
    return _fitting(_HITS, name, value, f"a whole number from 1 to {MOST_HITS}")


def style(name: str, value: object) -> Style | None:
    """Return how citations are written, or None where it is not said."""
    return _fitting(_STYLE, name, value or None, f"one of {', '.join(Style)}")


def _fitting(adapter: TypeAdapter[_T], name: str, value: object, expected: str) -> _T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise UnfitArgument(
            f"argument '{name}': expected {expected}, found {_found(value)}. Call again with another"
        ) from error


def _found(value: object) -> str:
    if isinstance(value, str):
        return f"text of {len(value)} characters" if len(value) > _SHOWN else f"'{value}'"
    if isinstance(value, list | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return f"{value}"[:_SHOWN]
