"""Teaches the encoder how people ask: ``python -m eval.fit_encoder HELD_OUT HOME [HOME …]``.

Each home is a folder with an index; its questions are those of ``eval/training`` whose documents it holds. The loss is
the cross-entropy of the right passages among all of the treaty (in half of the batches among those of the others too),
by their likeness to the question as the search counts it. What is written is ``index/asking.safetensors``.

What the questions on documents left out of the learning gain is printed, and their vectors are written to ``HELD_OUT``
(``.npz``), by question: whatever else is fitted on the same questions (``eval.fit_ranking``, ``eval.calibrate``) must
see the vectors that a question on an unknown treaty would get.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from eval.asking_cases import Asked, Shelf, shelf
from eval.asking_model import AskingModel
from index import asking
from index.closeups import SHARE

EPOCHS, BATCH = 2, 32
RATE, DECAY, DROPOUT = 1e-3, 0.01, 0.1
_WARM = 10
"""Steps until the rate is reached; then it falls to nothing."""
SHARPNESS = 0.05
"""Likenesses are divided by this before the softmax."""
WIDENED = 0.4
"""Share of questions read with legal words for everyday ones; the search takes the mean of both vectors."""
ABROAD = 0.5
"""Share of batches in which passages of other treaties count as wrong, where they seem less like the question than the
right one does: those that seem more so may well be right."""
_NEVER = -1e4
_LEAST = -2.0

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Passages:
    """Vectors of all passages and of their sentences, and to which passage each sentence belongs."""

    whole: torch.Tensor
    sentences: torch.Tensor
    owner: torch.Tensor

    def likeness(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return each passage's likeness to each question, as ``index/closeups.py`` counts it."""
        cosines, close = vectors @ self.whole.T, vectors @ self.sentences.T
        empty = torch.full(cosines.shape, _LEAST)
        best = empty.scatter_reduce(1, self.owner[None].expand(len(vectors), -1), close, "amax")
        best = torch.where(best == _LEAST, cosines, best)
        return (cosines + SHARE * best) / (1 + SHARE)


def learn(
    cases: Sequence[Asked], held: Shelf, lower: dict[str, torch.Tensor], *, epochs: int = EPOCHS
) -> AskingModel:
    """Return a model that learned from some of the questions.

    Args:
        cases: What to learn from.
        held: All passages.
        lower: As ``AskingModel`` takes it.
        epochs: How often it sees each question.
    """
    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    model, passages = AskingModel(DROPOUT, lower), _passages(held)
    model.prepare(text for case in cases for text in case.texts)
    with torch.no_grad():
        before = torch.cat([passages.likeness(_vectors(model, part)) for part in _parts(cases, BATCH)])
    others = _others(cases)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps = epochs * len(_parts(cases, BATCH))
    chosen = chain.from_iterable(batches(cases, chance) for _ in range(epochs))
    for step, batch in enumerate(chosen):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, step / _WARM) * (1 - step / steps)
        loss = _loss(model, passages, [cases[n] for n in batch], before[batch], others[batch], chance=chance)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return model


def _loss(
    model: AskingModel,
    passages: Passages,
    cases: Sequence[Asked],
    before: torch.Tensor,
    others: torch.Tensor,
    *,
    chance: np.random.Generator,
) -> torch.Tensor:
    """Return the cross-entropy of a batch.

    Args:
        model: Learns.
        passages: Among which the right ones are to be found.
        cases: The batch.
        before: Likenesses before anything was learned, shape ``(cases, passages)``.
        others: Which passages besides its own treaty's may be held against each.
        chance: Chooses forms of questions, and whether other treaties count.
    """
    texts = [case.texts[int(chance.random() < WIDENED)] for case in cases]
    scores = passages.likeness(model.vectors(texts, learning=True)) / SHARPNESS
    right, among = (
        torch.tensor(np.array(flags)) for flags in zip(*((c.right, c.own) for c in cases), strict=True)
    )
    if chance.random() < ABROAD:
        likest = before.masked_fill(~right, _LEAST).amax(1, keepdim=True)
        among = among | (others & (before < likest))
    shares = torch.log_softmax(scores.masked_fill(~(among | right), _NEVER), 1)
    return -torch.logsumexp(shares.masked_fill(~right, _NEVER), 1).mean()


def _others(cases: Sequence[Asked]) -> torch.Tensor:
    """Return, a row a question, the passages of the treaties that are learned from and that it does not exclude."""
    taught = np.any([case.own for case in cases], axis=0)
    return torch.tensor(np.array([case.own | (case.scope & taught) for case in cases]))


def batches(cases: Sequence[Asked], chance: np.random.Generator) -> list[list[int]]:
    """Return all cases in chance order, those of a batch of about one length: padding costs time."""
    order = [int(n) for n in chance.permutation(len(cases))]
    pools = [order[k : k + 8 * BATCH] for k in range(0, len(order), 8 * BATCH)]
    level = [n for pool in pools for n in sorted(pool, key=lambda n: len(cases[n].texts[0]))]
    found = [level[k : k + BATCH] for k in range(0, len(level), BATCH)]
    return [found[n] for n in chance.permutation(len(found))]


def _parts(cases: Sequence[Asked], size: int) -> list[Sequence[Asked]]:
    return [cases[k : k + size] for k in range(0, len(cases), size)]


def _passages(held: Shelf) -> Passages:
    return Passages(torch.tensor(held.vectors), torch.tensor(held.sentences), torch.tensor(held.owner))


def _vectors(model: AskingModel, cases: Sequence[Asked]) -> torch.Tensor:
    """Return the vectors with which the search would look: the mean of a question's and its widened form's."""
    both = [model.vectors([case.texts[k] for case in cases]) for k in (0, 1)]
    return torch.nn.functional.normalize(both[0] + both[1], dim=1)


def right_at(model: AskingModel, cases: Sequence[Asked], held: Shelf) -> tuple[float, ...]:
    """Return the shares of questions with a right passage among the first 1, 3 and 10 by likeness."""
    model.prepare(text for case in cases for text in case.texts)
    passages = _passages(held)
    places: list[int] = []
    for part in _parts(cases, BATCH):
        with torch.no_grad():
            found = passages.likeness(_vectors(model, part)).numpy()
        for case, row in zip(part, found, strict=True):
            best = row[case.right].max()
            places.append(1 + int((row[case.scope] > best).sum()))
    return tuple(round(sum(place <= k for place in places) / len(places), 3) for k in (1, 3, 10))


def folds(cases: Sequence[Asked], count: int = 3) -> list[Flags]:
    """Return what each fold leaves out: whole files, about equally many questions in each."""
    sizes = {file: sum(case.file == file for case in cases) for file in {case.file for case in cases}}
    files: list[list[str]] = [[] for _ in range(count)]
    for file in sorted(sizes, key=lambda one: (-sizes[one], one)):
        min(files, key=lambda fold: sum(sizes[one] for one in fold)).append(file)
    return [np.array([case.file in fold for case in cases]) for fold in files]


def main(held_out: Path, homes: Sequence[Path]) -> None:
    """Learn, say what is gained, and write what was learned."""
    held = shelf(homes)
    lower: dict[str, torch.Tensor] = {}
    plain = AskingModel(0.0, lower)
    apart: dict[str, npt.NDArray[np.float32]] = {}
    for out in folds(held.cases):
        started = time.monotonic()
        left, taught = (
            [c for c, is_out in zip(held.cases, out, strict=True) if bool(is_out) is of]
            for of in (True, False)
        )
        model = learn(taught, held, lower)
        files = sorted({case.file for case in left})
        sys.stdout.write(f"without {', '.join(files)}: {time.monotonic() - started:.0f} s\n")
        for name, some in _kinds(left):
            before, after = (right_at(one, some, held) for one in (plain, model))
            sys.stdout.write(f"  {len(some)} {name}: right@1, 3, 10 {before} -> {after}\n")
        sys.stdout.flush()
        apart |= _read(model, sorted({text for file in files for text in held.texts[file]}))
    np.savez(held_out, texts=np.array(list(apart)), vectors=np.stack(list(apart.values())))
    target = Path(__file__).resolve().parents[1] / "index" / asking.FILE
    save_file(learn(held.cases, held, lower).learned(), target)


def _kinds(cases: Sequence[Asked]) -> tuple[tuple[str, list[Asked]], ...]:
    return tuple(
        (name, [case for case in cases if case.everyday is of])
        for name, of in (("everyday", True), ("other", False))
    )


def _read(model: AskingModel, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Return each text's vector."""
    model.prepare(texts)
    with torch.no_grad():
        parts = [model.vectors(texts[k : k + BATCH]).numpy() for k in range(0, len(texts), BATCH)]
    return dict(zip(texts, np.vstack(parts), strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Teaches the encoder how people ask")
    parser.add_argument("held_out", type=Path, metavar="HELD_OUT", help="file that is written (.npz)")
    parser.add_argument("homes", nargs="+", type=Path, metavar="HOME", help="folder with an index")
    given = parser.parse_args()
    main(given.held_out, given.homes)
