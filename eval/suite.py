"""Which cases to run: the files that come with the program, as far as their documents are indexed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from eval.cases import Case, Split, load_cases


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases to run, and the files left out with the documents they lack."""

    cases: tuple[Case, ...]
    left_out: dict[str, tuple[str, ...]]


def shipped() -> tuple[Path, ...]:
    """Return the case files that come with the program, in order of their names."""
    folder = Path(str(resources.files("eval").joinpath("cases")))
    return tuple(sorted(folder.glob("*.jsonl")))


def suite(indexed: Collection[str], files: Sequence[Path] | None = None, split: str | None = None) -> Suite:
    """Choose the cases to run.

    Args:
        indexed: Ids of the documents in the index.
        files: Case files, run whatever is indexed; the shipped ones if None.
        split: ``dev`` or ``test``; both if None.

    Raises:
        CaseError: If a file cannot be read or a line of it is wrong.
    """
    left_out: dict[str, tuple[str, ...]] = {}
    chosen: list[Path] = []
    for path in files or shipped():
        lacking = tuple(sorted(_asked_of(path) - set(indexed)))
        if lacking and files is None:
            left_out[path.name] = lacking
        else:
            chosen.append(path)
    return Suite(load_cases(chosen, split), left_out)


def shipped_over(indexed: Collection[str], split: Split) -> tuple[Case, ...]:
    """Return the cases of a split that come with the program and ask of these documents alone; there may be none."""
    fitting = [path for path in shipped() if _asked_of(path) <= set(indexed)]
    return load_cases(fitting, split) if fitting else ()


def _asked_of(path: Path) -> set[str]:
    """Return the ids of the documents that a file's questions are answered from."""
    return {gold.document for case in load_cases([path]) for gold in case.gold}
