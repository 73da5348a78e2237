"""What the encoder learns of questions: it begins as published, and moves the right passage up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from eval.asking_cases import Asked, Shelf
from eval.asking_model import AskingModel
from eval.fit_encoder import BATCH, batches, folds, learn, right_at
from eval.held_out import HeldOut
from index.asking import DOWN, UP
from index.embedder import load_embedder

TOLD = (
    "A keeper who extinguishes a lamp before sunrise forfeits the wages of that month.",
    "The costs of a beacon are borne by the Party on whose coast it stands.",
    "Pilots shall be licensed by the harbour of registry.",
    "A vessel in distress may enter any harbour without prior notice.",
    "Disputes shall be submitted to the board of navigation.",
    "This Agreement enters into force upon the fifth acceptance.",
)
QUESTIONS = (
    "What if the watchman dozes off and it gets dark?",
    "Who picks up the bill for keeping the light on?",
    "Who decides that someone knows how to bring ships in?",
    "Our boat is sinking, do we have to ring up first?",
    "We quarrel over the rules; who settles it?",
    "How many have to say yes before it counts?",
)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    vectors = load_embedder().embed(TOLD)
    everything = np.ones(len(TOLD), dtype=np.bool_)
    cases = tuple(
        Asked(
            f"file-{n % 3}",
            n % 2 == 0,
            (question, question),
            np.arange(len(TOLD)) == n,
            everything,
            everything,
        )
        for n, question in enumerate(QUESTIONS)
    )
    return Shelf(cases, vectors, vectors, np.arange(len(TOLD)), {})


def test_before_anything_is_learned_the_vectors_are_the_published_ones() -> None:
    model = AskingModel(0.0, {})
    model.prepare(QUESTIONS)
    with torch.no_grad():
        found = model.vectors(QUESTIONS).numpy()
    assert (found * load_embedder().embed(QUESTIONS)).sum(axis=1).min() > 0.98, "8 bits against 32"


def test_what_is_learned_moves_the_right_passages_up(shelf: Shelf) -> None:
    lower: dict[str, torch.Tensor] = {}
    before = right_at(AskingModel(0.0, lower), shelf.cases, shelf)
    model = learn(shelf.cases, shelf, lower, epochs=12)
    after = right_at(model, shelf.cases, shelf)
    assert after[0] == 1.0 > before[0]
    learned = model.learned()
    assert {name.removesuffix(DOWN) + UP for name in learned if name.endswith(DOWN)} <= set(learned)
    assert all(matrix.dtype == np.float16 for matrix in learned.values())


def test_a_fold_leaves_out_whole_files_and_every_file_is_left_out_once(shelf: Shelf) -> None:
    found = folds(shelf.cases)
    assert (np.sum(found, axis=0) == 1).all()
    for out in found:
        left = {case.file for case, is_out in zip(shelf.cases, out, strict=True) if is_out}
        assert left.isdisjoint(case.file for case, is_out in zip(shelf.cases, out, strict=True) if not is_out)


def test_batches_hold_every_question_once(shelf: Shelf) -> None:
    many = shelf.cases * 12
    found = batches(many, np.random.default_rng(1))
    assert sorted(n for batch in found for n in batch) == list(range(len(many)))
    assert max(map(len, found)) <= BATCH


def test_known_questions_get_the_vectors_set_apart_and_others_the_encoders(tmp_path: Path) -> None:
    apart = np.eye(2, 768, dtype=np.float32)
    np.savez(tmp_path / "apart.npz", texts=np.array(QUESTIONS[:2]), vectors=apart)
    embedder = load_embedder()
    held_out = HeldOut(tmp_path / "apart.npz")
    assert (held_out.embed_query(QUESTIONS[1]) == apart[1]).all()
    assert (held_out.embed_query(QUESTIONS[2]) == embedder.embed_query(QUESTIONS[2])).all()
    assert (held_out.embed(TOLD[:1]) == embedder.embed(TOLD[:1])).all()
