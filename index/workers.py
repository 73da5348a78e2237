"""An encoder spread over several processes, of this machine or of a Ray cluster, for building large indexes.

Every process holds the model and embeds on one thread. Texts go out in batches of like length and about equal work,
the longest first, so that nobody waits long for the last one; rows come back in the order of the texts. The bundled
encoder reads every text by itself, so its vectors are, bit for bit, those of one process. Other models read batches:
there the last bits depend on which texts share one.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from index.embedder import BundledEmbedder, load_embedder
from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from index.models import Embedder, Vectors

    Load = Callable[[], Embedder]
    """Loads the encoder in a worker; goes to it pickled."""

BATCH_TOKENS = 2000
"""Tokens of one batch: some three seconds of the bundled encoder on one core, beside which sending it is nothing."""

LOCAL = "local"
"""Asks for a Ray of its own on this machine."""

_REFUSED = (ConnectionError, TimeoutError, ValueError, RuntimeError)
"""What Ray raises where it cannot start or reach a cluster, besides bare exceptions."""
_LONGEST_REASON = 300
"""Characters of Ray's own words in an error: it prints pages."""


class Pool(Protocol):
    """Processes that embed batches."""

    @property
    def size(self) -> int:
        """How many there are."""
        ...

    def embed_each(self, batches: Sequence[Sequence[str]]) -> Iterator[Vectors]:
        """Embed every batch, as many at a time as there are processes; in the order of the batches."""
        ...

    def close(self) -> None:
        """End the processes."""
        ...


class SpreadEmbedder:
    """An encoder that has its passages embedded by a pool; questions and counts stay in this process.

    Args:
        embedder: The same encoder, here.
        pool: Closed with this one.
    """

    def __init__(self, embedder: Embedder, pool: Pool) -> None:
        self._embedder, self._pool = embedder, pool

    @property
    def name(self) -> str:
        """The model's name, as the manifest records it."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """Longest input, special tokens included."""
        return self._embedder.max_tokens

    @property
    def at_once(self) -> int:
        """How many passages keep every process busy when they are given in one call."""
        return 32 * self._pool.size

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the model's own tokens in each text, special tokens included."""
        return self._embedder.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), dimension)``, rows of length 1.

        Raises:
            ModelError: If a worker ended, could not load the model, or returned something else.
        """
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        shares = batches([min(n, self.max_tokens) for n in self.count(texts)])
        made = self._pool.embed_each([[texts[place] for place in share] for share in shares])
        for share, found in zip(shares, made, strict=True):
            if found.shape != (len(share), self.dimension):
                raise ModelError(
                    f"expected {len(share)} vectors of {self.dimension} numbers from {self.name!r}, found an array "
                    f"of shape {found.shape}; use another model"
                )
            rows[list(share)] = found
        return rows

    def embed_query(self, question: str) -> Vectors:
        """Embed one question: shape ``(dimension,)``, length 1."""
        return self._embedder.embed_query(question)

    def close(self) -> None:
        """End the pool."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def batches(tokens: Sequence[int], budget: int = BATCH_TOKENS) -> list[tuple[int, ...]]:
    """Return the places of texts in batches, the longest texts first, each batch within the budget.

    Args:
        tokens: Of each text.
        budget: Most tokens of a batch, counted as a padded one is: texts times the longest. One text may have more.
    """
    made: list[list[int]] = []
    for place in sorted(range(len(tokens)), key=lambda one: (-tokens[one], one)):
        if made and (len(made[-1]) + 1) * tokens[made[-1][0]] <= budget:
            made[-1].append(place)
        else:
            made.append([place])
    return [tuple(one) for one in made]


class Processes:
    """Processes of this machine.

    Args:
        load: Loads the encoder, in each of them, when its first batch comes.
        size: How many.
    """

    def __init__(self, load: Load, size: int) -> None:
        self._size = size
        # Not forked: the parent has threads, of onnxruntime among others, whose locks would be copied held.
        self._pool = ProcessPoolExecutor(size, get_context("spawn"), _begin, (load,))

    @property
    def size(self) -> int:
        """How many there are."""
        return self._size

    def embed_each(self, batches: Sequence[Sequence[str]]) -> Iterator[Vectors]:
        """Embed every batch; in the order of the batches.

        Raises:
            ModelError: If a process ended, or could not load the model.
        """
        try:
            yield from self._pool.map(_embed, batches)
        except BrokenProcessPool as error:
            raise ModelError(
                f"expected {self._size} processes to embed, found that one was ended, as a machine out of memory does: "
                "each holds the model; run: treaty index again with a smaller --workers"
            ) from error

    def close(self) -> None:
        """End the processes; what they have not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)


class RayActors:
    """Processes of a Ray cluster, one actor each, which may be on other machines that have this program too.

    Args:
        load: Loads the encoder, in each of them.
        size: How many; each takes one of the cluster's cores.
        address: Of a running cluster (``auto`` for the one this machine belongs to), or ``local`` for one of its own.
    """

    def __init__(self, load: Load, size: int, address: str = LOCAL) -> None:
        # Ray would tell its authors of its use, and say so on the terminal.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            import ray
        except ImportError as error:
            raise ModelError(
                "expected the package ray for --ray, found none; run: pip install 'treaty-assistant[cluster]'"
            ) from error
        self._ray: Any = ray
        alone: dict[str, Any] = {"num_cpus": size, "include_dashboard": False} if address == LOCAL else {}
        try:
            ray.init(address=address, log_to_driver=False, logging_level="error", **alone)
        except Exception as error:
            # Where its processes do not come up in time Ray raises a bare Exception; any other kind is not expected.
            if type(error) is not Exception and not isinstance(error, _REFUSED):
                raise
            raise ModelError(_no_ray(address, error)) from error
        actor = ray.remote(num_cpus=1, max_restarts=1, max_task_retries=1)(_Actor)
        self._actors = [actor.remote(load) for _ in range(size)]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._actors)

    def embed_each(self, batches: Sequence[Sequence[str]]) -> Iterator[Vectors]:
        """Embed every batch; in the order of the batches.

        Raises:
            ModelError: If an actor was lost, or could not load the model.
        """
        idle, running = list(self._actors), {}
        done: dict[int, Vectors] = {}
        waiting = iter(enumerate(batches))
        for given in range(len(batches)):
            while given not in done:
                while idle and (following := next(waiting, None)) is not None:
                    place, batch = following
                    actor = idle.pop()
                    running[actor.embed.remote(list(batch))] = (place, actor)
                (ready,), _ = self._ray.wait(list(running), num_returns=1)
                place, actor = running.pop(ready)
                done[place] = self._got(ready)
                idle.append(actor)
            yield done.pop(given)

    def close(self) -> None:
        """Let go of the cluster; one of its own ends."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._ray.shutdown()

    def _got(self, ready: object) -> Vectors:
        try:
            rows: Vectors = self._ray.get(ready)
        except self._ray.exceptions.RayTaskError as error:
            raise ModelError(
                f"expected vectors of a Ray worker, found: {_line(error.cause)}; see that every machine of the cluster "
                "has this program and its models"
            ) from error
        except self._ray.exceptions.RayError as error:
            raise ModelError(
                f"expected {self.size} Ray workers to embed, found that one was lost: {_line(error)}; run: treaty "
                "index again with fewer --workers"
            ) from error
        return rows


def spread(
    embedder: Embedder, setting: str, workers: int, *, allow_download: bool = False, ray: str | None = None
) -> SpreadEmbedder:
    """Spread an encoder over processes.

    Args:
        embedder: The encoder, here.
        setting: The name it was loaded by, in settings.
        workers: How many processes.
        allow_download: As it was loaded.
        ray: Address of a Ray cluster, or ``local``; None for plain processes of this machine.

    Raises:
        ModelError: If Ray is wanted and not there.
    """
    load = partial(load_embedder, setting, allow_download=allow_download)
    return SpreadEmbedder(
        embedder, Processes(load, workers) if ray is None else RayActors(load, workers, ray)
    )


class _Actor:
    """What a Ray worker runs."""

    def __init__(self, load: Load) -> None:
        _one_thread()
        self._load = load
        self._embedder: Embedder | None = None

    def embed(self, texts: list[str]) -> Vectors:
        self._embedder = self._embedder or self._load()
        return _rows(self._embedder, texts)


class _Worker:
    """What a process of the pool has: how to load its encoder, and the encoder once it is loaded."""

    load: Load | None = None
    embedder: Embedder | None = None


def _begin(load: Load) -> None:
    """Prepare a process of the pool; the model comes later, because an error here would reach nobody as it is."""
    _one_thread()
    _Worker.load = load
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends this process
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End when the parent does, however it ends: the pool's queues alone would let this process wait for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _embed(texts: Sequence[str]) -> Vectors:
    if _Worker.embedder is None:
        if _Worker.load is None:
            raise ModelError("expected a process of a pool, found another; run: treaty index again")
        _Worker.embedder = _Worker.load()
    return _rows(_Worker.embedder, texts)


def _rows(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    # Given several texts the bundled encoder runs as many at a time as there are cores: here the others have those.
    if isinstance(embedder, BundledEmbedder):
        return np.vstack([embedder.embed([text]) for text in texts])
    return embedder.embed(texts)


def _one_thread() -> None:
    """Keep the numerical libraries, none of which is loaded yet, to one thread in this process."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _no_ray(address: str, error: BaseException) -> str:
    """Return in one line that Ray did not come up, or is not where it was said to be."""
    found = _line(error)[:_LONGEST_REASON].rstrip(". ")
    if address == LOCAL:
        return (
            f"expected Ray to start on this machine, found: {found}; try again when the machine is less busy, or run: "
            "treaty index --workers N without --ray"
        )
    return f"expected a Ray cluster at {address!r}, found: {found}; start one (ray start --head) or use --ray local"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
