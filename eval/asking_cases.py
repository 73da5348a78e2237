"""The questions that teach the encoder, each with the passages that are right for it, and all passages' vectors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant import wiring
from assistant.query import widened
from assistant.settings import load
from corpus.models import Passage
from eval.cases import Case, CaseKind, Split
from eval.fit_ranking import MADE, TRAINING, over
from eval.judge import Place, lies_in
from eval.suite import shipped_over
from index.generation import open_generation

MORE = TRAINING / "everyday"
"""Questions that only the encoder learns from: the order and the confidence are learned from as many as people ask."""
UNTAUGHT = (CaseKind.COMPARISON, CaseKind.FOLLOW_UP, CaseKind.REFERENCE)
"""Kinds whose question alone does not say what is sought, or says it by address."""

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is right for it; flags are over all passages of a ``Shelf``.

    Attributes:
        file: Name of the file of its document.
        everyday: Whether it is of that kind.
        texts: The question, and its form with legal words for everyday ones.
        right: Passages that answer.
        own: Passages of the documents that its file asks of.
        scope: Passages that a search for it would look through.
    """

    file: str
    everyday: bool
    texts: tuple[str, str]
    right: Flags
    own: Flags
    scope: Flags


@dataclass(frozen=True, slots=True)
class Shelf:
    """Questions and passages of several homes.

    Attributes:
        cases: What can be learned from.
        vectors: Of the passages, shape ``(passages, dimension)``.
        sentences: Of their sentences, shape ``(sentences, dimension)``.
        owner: The passage of each sentence.
        texts: By file, all that is asked of its documents in training and on the dev split, answerable or not.
    """

    cases: tuple[Asked, ...]
    vectors: Floats
    sentences: Floats
    owner: npt.NDArray[np.int64]
    texts: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Home:
    passages: tuple[Passage, ...]
    vectors: Floats
    closeups: tuple[Floats, ...]
    cases: tuple[tuple[Case, frozenset[str]], ...]
    """With the documents that a search for it would look through."""
    tried: tuple[Case, ...]
    """Those of the dev split."""


def shelf(homes: Sequence[Path]) -> Shelf:
    """Read the passages of every home, and the training questions over their documents."""
    read = [_home(home) for home in homes]
    passages = [passage for home in read for passage in home.passages]
    documents = np.array([passage.document_id for passage in passages])
    places = [Place(one.document_id, one.path, one.label or None) for one in passages]
    taught = [pair for home in read for pair in home.cases]
    asked_of: dict[str, set[str]] = {}
    for case, _ in taught:
        asked_of.setdefault(case.file, set()).update(gold.document for gold in case.gold)
    cases: list[Asked] = []
    for case, scope in taught:
        right = np.array([any(lies_in(place, gold) for gold in case.gold) for place in places])
        if not right.any() or case.kind in UNTAUGHT:
            continue
        own, within = (np.isin(documents, list(ids)) for ids in (asked_of[case.file], scope))
        cases.append(Asked(case.file, case.kind is CaseKind.EVERYDAY, _texts(case), right, own, within))
    closeups = [rows for home in read for rows in home.closeups]
    return Shelf(
        tuple(cases),
        np.vstack([home.vectors for home in read]),
        np.vstack([rows for rows in closeups if len(rows)]),
        np.repeat(np.arange(len(closeups)), [len(rows) for rows in closeups]),
        {file: _asked_over(read, file, ids) for file, ids in asked_of.items()},
    )


def _asked_over(read: Sequence[_Home], file: str, documents: Collection[str]) -> frozenset[str]:
    """Return every text of a training file, and of the dev cases over its documents."""
    taught = [case for home in read for case, _ in home.cases if case.file == file]
    tried = [
        c for home in read for c in home.tried if c.gold and all(g.document in documents for g in c.gold)
    ]
    return frozenset(text for case in (*taught, *tried) for text in _texts(case))


def _home(folder: Path) -> _Home:
    settings = load(folder)
    assistant = wiring.open_assistant(settings)
    try:
        held = {document.id for document in assistant.documents()}
        cases = (*over(held), *over(held, MORE), *over(held, MADE))
        scopes = [frozenset(assistant.finder.scope(case.question, None) or held) for case in cases]
        tried = shipped_over(held, Split.DEV)
    finally:
        assistant.close()
    with open_generation(settings.home) as generation:
        passages = tuple(one for i in sorted(held) for one in generation.passages.passages_of(i))
        vectors = generation.vectors.get([passage.id for passage in passages])
        closeups = [generation.closeups.of(passage.id).astype(np.float32) for passage in passages]
    return _Home(
        passages,
        np.stack([vectors[passage.id] for passage in passages]),
        tuple(closeups),
        tuple(zip(cases, scopes, strict=True)),
        tried,
    )


def _texts(case: Case) -> tuple[str, str]:
    return case.question, widened(case.question)
