"""Cases: questions whose right answers are known.

A case file holds one JSON object a line. What is right is said by place (document, section or provision) and
by words that the quotes must hold, never by a model answer: the program quotes, so an answer is right if it
quotes the place that answers. Files are checked strictly when they are read, and against the corpus by
``problems``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from corpus.structure import parse
from eval.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from corpus.models import Document, Provision

_Words = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]


class CaseKind(StrEnum):
    """What is hard about a question."""

    DIRECT = "direct"
    EVERYDAY = "everyday"
    NUMBER = "number"
    COMPARISON = "comparison"
    DEFINITION = "definition"
    LIST = "list"
    FOLLOW_UP = "follow_up"
    REFERENCE = "reference"
    UNANSWERABLE = "unanswerable"
    NEAR_MISS = "near_miss"
    FALSE_PREMISE = "false_premise"


UNANSWERED = (CaseKind.UNANSWERABLE, CaseKind.NEAR_MISS)
"""Kinds that no document answers; a near miss asks for a rule as answerable questions do, others mostly for facts."""
TO_DECLINE = (*UNANSWERED, CaseKind.FALSE_PREMISE)
"""Kinds of question that the documents do not answer as asked."""


class Split(StrEnum):
    """``dev`` cases may be looked at while the program is tuned, ``test`` cases may not."""

    DEV = "dev"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Gold:
    """A place that answers, and the words of it that the quotes must hold.

    Attributes:
        document: Document id.
        section: A heading, as the document has it; None for any.
        provision: A provision's label, ``13(1)(b)``; None for any.
        contains: Words or phrases; compared without regard to case and to the width of blanks.
    """

    document: str
    section: str | None = None
    provision: str | None = None
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is right: any one of the ``gold`` entries.

    Attributes:
        file: Name of the file it came from, without ending.
        history: Earlier questions of the conversation, oldest first.
    """

    id: str
    question: str
    kind: CaseKind
    split: Split
    gold: tuple[Gold, ...]
    history: tuple[str, ...] = ()
    file: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question as it is asked."""
        return self.kind not in TO_DECLINE

    @property
    def group(self) -> str:
        """What its score varies with: the document that answers, or for want of one its file."""
        return self.gold[0].document if self.gold else self.file


class _GoldLine(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    document: _Words
    section: _Words | None = None
    provision: _Words | None = None
    contains: tuple[_Words, ...] = ()


class _CaseLine(BaseModel):
    """One line of a case file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Words
    question: _Words
    history: tuple[_Words, ...] = ()
    kind: CaseKind
    split: Split
    gold: tuple[_GoldLine, ...]

    @model_validator(mode="after")
    def _gold_fits_kind(self) -> Self:
        if self.kind in UNANSWERED and self.gold:
            raise ValueError(f"a case of kind {self.kind.value} has an empty gold")
        if self.kind not in TO_DECLINE and not self.gold:
            raise ValueError(f"a case of kind {self.kind.value} needs a gold entry")
        if self.kind is CaseKind.FOLLOW_UP and not self.history:
            raise ValueError("a follow_up case needs the history it follows")
        return self


def load_cases(paths: Iterable[Path], split: Split | str | None = None) -> tuple[Case, ...]:
    """Read case files.

    Args:
        paths: JSON Lines files.
        split: Keep the cases of this split only; all if None.

    Returns:
        The cases in the order of the files.

    Raises:
        CaseError: If a file cannot be read, a line is no case, an id stands twice, or no case is left.
    """
    return _distinct((placed for path in paths for placed in _read(path)), split)


def cases_in(text: str, name: str, split: Split | str | None = None) -> tuple[Case, ...]:
    """Read the cases of one file's text, named in errors by ``name``; otherwise as ``load_cases``."""
    return _distinct(_placed(text, name), split)


def problems(cases: Iterable[Case], documents: Iterable[Document]) -> list[str]:
    """Return what of the gold of ``cases`` does not stand in ``documents``, one line each."""
    by_id = {document.id: document for document in documents}
    roots = {document_id: parse(document) for document_id, document in by_id.items()}
    return [
        f"{case.file}: case {case.id}: {problem}"
        for case in cases
        for gold in case.gold
        if (problem := _problem(gold, by_id, roots)) is not None
    ]


def fold(text: str) -> str:
    """Return ``text`` as words are compared: case folded, each run of blanks one space."""
    return " ".join(text.casefold().split())


def holds(text: str, words: Sequence[str]) -> bool:
    """Tell whether each of ``words`` stands in ``text`` whole: ``9`` does not stand in ``90``."""
    folded = fold(text)
    return all(re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", folded) for word in words)


def nodes_of(root: Provision, gold: Gold) -> list[Provision]:
    """Return the provisions or sections of a document that a gold entry names; its root if it names none."""
    if gold.section is None and gold.provision is None:
        return [root]
    return [
        node
        for node in root.walk()
        if node.path
        and (gold.section is None or node.path[-1] == gold.section)
        and (gold.provision is None or node.label == gold.provision)
    ]


def label_within(inner: str, outer: str) -> bool:
    """Tell whether the provision labelled ``inner`` is ``outer`` or lies in it: ``13(1)(b)`` in ``13(1)``."""
    return inner == outer or inner.startswith((f"{outer}(", f"{outer}, "))


def _split(split: Split | str | None) -> Split | None:
    try:
        return None if split is None else Split(split)
    except ValueError:
        known = ", ".join(s.value for s in Split)
        raise CaseError(f"expected a split ({known}), found '{split}'. Name one of them, or none") from None


def _distinct(placed: Iterable[tuple[str, Case]], split: Split | str | None) -> tuple[Case, ...]:
    """Return the cases of a split, having made sure that each has an id of its own."""
    wanted = _split(split)
    cases: dict[str, Case] = {}
    for place, case in placed:
        if case.id in cases:
            raise CaseError(
                f"{place}: expected an id of its own, found '{case.id}' again. Give the case another id"
            )
        cases[case.id] = case
    kept = tuple(case for case in cases.values() if wanted in (None, case.split))
    if not kept:
        raise CaseError(
            "expected at least one case, found none. Name a case file that has cases of the split asked for"
        )
    return kept


def _read(path: Path) -> Iterator[tuple[str, Case]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(
            f"{path}: expected a file of cases in UTF-8, found: {error}. Check its name"
        ) from error
    yield from _placed(text, str(path))


def _placed(text: str, name: str) -> Iterator[tuple[str, Case]]:
    """Yield each case with the place it stands in."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            place = f"{name}, line {number}"
            yield place, _case(line, place, PurePath(name).stem)


def _case(line: str, place: str, file: str) -> Case:
    try:
        read = _CaseLine.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise CaseError(f"{place}: expected a JSON object, found: {error}. Mend the line") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "case"
        raise CaseError(
            f"{place}: '{key}': {first['msg'].lower()}; found {str(first.get('input'))[:80]!r}. "
            f"A case has the keys {', '.join(_CaseLine.model_fields)}"
        ) from error
    gold = tuple(Gold(g.document, g.section, g.provision, g.contains) for g in read.gold)
    return Case(read.id, read.question, read.kind, read.split, gold, read.history, file)


def _problem(gold: Gold, documents: Mapping[str, Document], roots: Mapping[str, Provision]) -> str | None:
    """Return what is wrong with one gold entry, or None."""
    document = documents.get(gold.document)
    if document is None:
        return f"expected the id of a document, found '{gold.document}'"
    nodes = nodes_of(roots[gold.document], gold)
    if not nodes:
        where = gold.section or gold.provision
        return f"expected a heading or provision of {gold.document}, found '{where}'"
    if not any(holds(node.span.of(document.text), gold.contains) for node in nodes):
        return f"expected {list(gold.contains)} in '{gold.section or gold.provision or gold.document}'"
    return None
