"""Which cases the page runs: the program's own, as far as the library holds their documents, or a visitor's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.models import Level
from eval.cases import Case, cases_in, load_cases, problems
from eval.errors import CaseError
from eval.small import SIZE, choose
from eval.suite import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.models import Document, Provision

MAX_CHARACTERS = 1_000_000
"""Longest cases file of a visitor's: some three thousand cases. The server takes requests of a few megabytes."""
NAMED = 3
"""Faults of a cases file, and documents it lacks, that are named one by one."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Own:
    """A visitor's cases file: its name and its cases."""

    name: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor wants to run.

    Attributes:
        split: ``dev``, ``test`` or both, which is an empty string.
        small: At most ``eval.small.SIZE`` cases, spread over kinds and documents.
        own: The visitor's cases, in the place of the program's.
    """

    split: str = ""
    small: bool = True
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The cases that a wish comes to.

    Attributes:
        cases: To be run; may be none.
        words: What they are, in a few words, for the record.
        notes: What was left out and why, a line each.
    """

    cases: tuple[Case, ...]
    words: str
    notes: tuple[str, ...] = ()


def own_cases(name: str, text: str) -> Own:
    """Read a visitor's cases file.

    Raises:
        CaseError: If it is too long or a line of it is no case.
    """
    short = name.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME] or "cases"
    if len(text) > MAX_CHARACTERS:
        raise CaseError(
            f"{short}: expected at most {MAX_CHARACTERS:,} characters, found {len(text):,}. Divide the file"
        )
    return Own(short, cases_in(text, short))


def choice(wish: Wish, documents: Sequence[Document]) -> Choice:
    """Return the cases to run over these documents."""
    held = {document.id for document in documents}
    cases, notes = _of_visitor(wish.own, held) if wish.own else _of_program(held)
    of_split = tuple(case for case in cases if wish.split in ("", case.split.value))
    kept = choose(of_split, SIZE) if wish.small else of_split
    words = ", ".join(
        (
            wish.own.name if wish.own else "the program's cases",
            f"{wish.split} split" if wish.split else "both splits",
            _amount(len(kept), len(of_split)),
        )
    )
    return Choice(kept, words, tuple(notes))


def faults(cases: Sequence[Case], documents: Iterable[Document]) -> tuple[str, ...]:
    """Return what of the cases' expected places does not stand in the documents: the first lines, and how many more."""
    wanted = {gold.document for case in cases for gold in case.gold}
    found = problems(cases, [document for document in documents if document.id in wanted])
    more = f"… and {len(found) - NAMED} more places that do not stand in the documents"
    return (*found[:NAMED], more) if len(found) > NAMED else tuple(found)


def template(documents: Sequence[Document], root_of_first: Provision | None) -> str:
    """Return two lines of a cases file that name a document and an article of this library."""
    document_id = documents[0].id if documents else "DOCUMENT"
    nodes = root_of_first.walk() if root_of_first is not None else ()
    label = next((node.label for node in nodes if node.level is Level.ARTICLE and node.label), "13(1)(b)")
    return (
        '{"id": "mine-1", "question": "…?", "kind": "direct", "split": "dev", '
        f'"gold": [{{"document": "{document_id}", "provision": "{label}", "contains": ["telling words"]}}]}}\n'
        '{"id": "mine-2", "question": "…?", "kind": "unanswerable", "split": "dev", "gold": []}'
    )


def _amount(kept: int, of: int) -> str:
    if kept < of:
        return f"{kept} of {of} cases"
    return "1 case" if kept == 1 else f"{kept} cases"


def _of_program(held: set[str]) -> tuple[list[Case], list[str]]:
    """Return the cases of the files whose documents are all held; a file is left out whole, as ``treaty eval`` does."""
    cases: list[Case] = []
    notes = []
    for path in shipped():
        found = load_cases([path])
        lacking = sorted({gold.document for case in found for gold in case.gold} - held)
        if lacking:
            notes.append(f"Left out: {path.name}. {_not_held(lacking)}")
        else:
            cases += found
    return cases, notes


def _of_visitor(own: Own, held: set[str]) -> tuple[list[Case], list[str]]:
    """Return a visitor's cases without those that only documents elsewhere could answer."""
    kept = [case for case in own.cases if not case.gold or any(gold.document in held for gold in case.gold)]
    if len(kept) == len(own.cases):
        return kept, []
    lacking = sorted({gold.document for case in own.cases for gold in case.gold} - held)
    return kept, [f"Left out: {len(own.cases) - len(kept)} of the cases. {_not_held(lacking)}"]


def _not_held(lacking: Sequence[str]) -> str:
    named = ", ".join(lacking[:NAMED]) + (f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else "")
    return f"Not in this library: {named}."
