"""How an index grows: size, and the cost of its searches, over libraries of synthetic treaties of our own.

Each treaty is the one of ``eval/bench_material.py`` five times over, with another object in its words and its articles
in another order. Vectors are not an encoder's but pseudo-random ones drawn around the mean of the passage's words, of
the encoder's length: what is measured is the index, and embedding 700 treaties would take hours.

    python -m eval.bench_scale FOLDER 10 100 700 [--server ADDRESS]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import random
import re
import resource
import statistics
import time
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus import chunk, structure
from corpus.chunk import Budget
from corpus.models import Document
from corpus.readers import read_document
from eval.bench_material import QUESTIONS, TREATY
from index.build import build
from index.generation import open_generation
from index.network import WIDTH
from index.tokens import count
from index.vectors_server import VectorServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.models import Vectors

_WORD = re.compile(r"\w+")
_OBJECTS = "hut ferry well bridge lamp orchard mill kiln tower pier weir barn chapel canal forge dam kite loom".split()
_REPEATS = 5
"""Times the twenty articles stand in one treaty: about 100 articles, as a long convention has."""
_PASSAGE_TOKENS = 220
_ROUNDS = 3


class DrawnEmbedder:
    """Vectors of the encoder's length, drawn by the words of a text; costs nothing beside the index."""

    name, dimension, max_tokens = f"drawn-{WIDTH}", WIDTH, 1000

    def __init__(self) -> None:
        self._of_word: dict[str, Vectors] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words and two."""
        return [len(_WORD.findall(text)) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), dimension)``."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.vstack([self.embed_query(text) for text in texts])

    def embed_query(self, question: str) -> Vectors:
        """Return the sum of the words' vectors and of one of the whole text, of length 1."""
        total = self._drawn(question) * 2
        for word in _WORD.findall(question.casefold()):
            if word not in self._of_word:
                self._of_word[word] = self._drawn(word)
            total = total + self._of_word[word]
        made: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
        return made

    def _drawn(self, text: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one library cost. Sizes in bytes, times in milliseconds or as named."""

    treaties: int
    passages: int
    sentences: int
    text: int
    passage_store: int
    vectors: int
    closeups: int
    build_seconds: float
    peak_memory: int
    dense_ms: float
    dense_within_ms: float
    lexical_ms: float
    start_seconds: float
    unchanged_seconds: float
    added_seconds: float


def treaty(number: int) -> Document:
    """Return one synthetic treaty, another for each number."""
    return read_document(treaty_text(number).encode(), f"made-{number}.md")


def treaty_text(number: int) -> str:
    """Return the Markdown of one synthetic treaty."""
    head, *articles = re.split(r"(?m)^(?=## )", TREATY)
    draw = random.Random(number)  # noqa: S311 - the same treaties each time, not a secret
    pieces = [head.replace("Care", f"Care {number} and Keeping")]
    for turn in range(_REPEATS):
        thing = _OBJECTS[(number + turn) % len(_OBJECTS)]
        shuffled = draw.sample(articles, len(articles))
        for place, article in enumerate(shuffled):
            renumbered = re.sub(r"^## Article \d+", f"## Article {turn * len(articles) + place + 1}", article)
            pieces.append(
                renumbered.replace("hut", thing).replace("half a day", f"{draw.randrange(2, 99)} days")
            )
    return "".join(pieces)


def measure(home: Path, treaties: int, server: VectorServer | None) -> Measured:
    """Build a library of so many treaties and ask it the benchmark's questions."""
    embedder = DrawnEmbedder()
    budget = Budget(_PASSAGE_TOKENS, count, embedder.max_tokens, embedder.count)
    documents = [treaty(number) for number in range(treaties)]
    match = partial(
        build, home, cut=lambda d: chunk.cut(d, structure.parse(d), budget), embedder=embedder, server=server
    )
    report = match(documents)
    began = time.perf_counter()
    with open_generation(home, server=server) as generation:
        vectors = [embedder.embed_query(question) for question in QUESTIONS]
        generation.vectors.query(vectors[0], 50)
        start, ids = time.perf_counter() - began, [d.id for d in documents[:3]]
        dense: list[float] = []
        within: list[float] = []
        lexical: list[float] = []
        for _ in range(_ROUNDS):
            for question, vector in zip(QUESTIONS, vectors, strict=True):
                marks = [time.perf_counter()]
                generation.vectors.query(vector, 50)
                marks.append(time.perf_counter())
                generation.vectors.query(vector, 50, ids)
                marks.append(time.perf_counter())
                generation.passages.lexical(question, 50)
                marks.append(time.perf_counter())
                for kept, begun, ended in zip((dense, within, lexical), marks, marks[1:], strict=False):
                    kept.append(1000 * (ended - begun))
        folder = generation.folder
        rows = np.load(folder / "closeups.npy", mmap_mode="r")
        measured = Measured(
            treaties=treaties,
            passages=generation.manifest.passages,
            sentences=len(rows),
            text=sum(len(d.text.encode()) for d in documents),
            passage_store=_size(folder / "passages.sqlite"),
            vectors=sum(_size(path) for path in (folder / "chroma").rglob("*")),
            closeups=sum(_size(path) for path in folder.glob("closeup*")),
            build_seconds=report.seconds,
            peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            dense_ms=statistics.median(dense),
            dense_within_ms=statistics.median(within),
            lexical_ms=statistics.median(lexical),
            start_seconds=start,
            unchanged_seconds=0.0,
            added_seconds=0.0,
        )
    again, more = match(documents), match([*documents, treaty(treaties)])
    return replace(measured, unchanged_seconds=again.seconds, added_seconds=more.seconds)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def main() -> None:
    """Measure one library after another, each in a folder of its own; print a line of JSON for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("treaties", type=int, nargs="+")
    parser.add_argument("--server", help="Address of a Chroma server for the vectors.")
    given = parser.parse_args()
    server = VectorServer(given.server) if given.server else None
    for treaties in given.treaties:
        made = asdict(measure(given.folder / str(treaties), treaties, server))
        print(json.dumps({"machine": platform.processor() or platform.machine(), **made}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
