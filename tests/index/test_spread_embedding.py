"""An encoder over several processes gives what one gives, in the order asked; what is lost is told in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build
from index.embedder import load_embedder
from index.errors import ModelError
from index.generation import open_generation
from index.workers import Processes, SpreadEmbedder, batches
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.models import Vectors

TEXTS = [" ".join(f"lamp{n} keeper" for _ in range(1 + 7 * n % 40)) for n in range(100)]


class EndingEmbedder(HashEmbedder):
    """Ends its process, as a machine that is out of memory does, when it reads a certain word."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("shipwreck" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts)


def not_there() -> HashEmbedder:
    raise ModelError("expected a model, found none; give another")


@pytest.fixture(scope="module")
def two() -> Iterator[SpreadEmbedder]:
    with SpreadEmbedder(HashEmbedder(), Processes(HashEmbedder, 2)) as spread:
        yield spread


# -- how texts are dealt out


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 2000))
def test_every_text_is_in_one_batch_within_the_budget(tokens: list[int], budget: int) -> None:
    made = batches(tokens, budget)
    assert sorted(place for one in made for place in one) == list(range(len(tokens)))
    for one in made:
        longest = max(tokens[place] for place in one)
        assert len(one) == 1 or len(one) * longest <= budget
    in_turn = [tokens[place] for one in made for place in one]
    assert in_turn == sorted(tokens, reverse=True)


# -- the same vectors


def test_processes_give_the_rows_of_one_process_in_order(two: SpreadEmbedder) -> None:
    np.testing.assert_array_equal(two.embed(TEXTS), HashEmbedder().embed(TEXTS))
    assert two.embed([]).shape == (0, 64)


def test_counts_and_questions_stay_here(two: SpreadEmbedder) -> None:
    one = HashEmbedder()
    assert (two.name, two.dimension, two.max_tokens) == (one.name, one.dimension, one.max_tokens)
    assert two.count(TEXTS) == one.count(TEXTS)
    np.testing.assert_array_equal(two.embed_query("lamp3"), one.embed_query("lamp3"))


def test_the_bundled_encoder_gives_the_same_bits() -> None:
    here = load_embedder()
    texts = [*TEXTS[:6], "A keeper sounds the horn in fog.", "x"]
    with SpreadEmbedder(here, Processes(partial(load_embedder, "bundled"), 2)) as spread:
        np.testing.assert_array_equal(spread.embed(texts), here.embed(texts))


def test_an_index_built_by_processes_is_the_one_built_by_one(two: SpreadEmbedder, tmp_path: Path) -> None:
    documents = [lighthouse_treaty(), lighthouse_guide()]
    build(tmp_path / "one", documents, by_section, HashEmbedder())
    build(tmp_path / "two", documents, by_section, two, at_once=two.at_once)
    with open_generation(tmp_path / "one") as one, open_generation(tmp_path / "two") as other:
        ids = sorted(one.vectors.ids())
        first, second = one.vectors.get(ids), other.vectors.get(ids)
        for passage_id in ids:
            np.testing.assert_array_equal(first[passage_id], second[passage_id])
            np.testing.assert_array_equal(one.closeups.of(passage_id), other.closeups.of(passage_id))


# -- what goes wrong


def test_a_process_that_is_ended_is_told_with_a_remedy() -> None:
    with (
        SpreadEmbedder(HashEmbedder(), Processes(EndingEmbedder, 2)) as spread,
        pytest.raises(ModelError, match="--workers") as caught,
    ):
        spread.embed(["calm sea", "shipwreck"])
    assert "\n" not in str(caught.value)


def test_a_model_that_a_process_cannot_load_is_told_as_it_is() -> None:
    with (
        SpreadEmbedder(HashEmbedder(), Processes(not_there, 1)) as spread,
        pytest.raises(ModelError, match=r"^expected a model, found none; give another$"),
    ):
        spread.embed(["calm sea"])


def test_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc to see which processes there are")
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys\n"
        "from index.workers import Processes\n"
        "from tests.index.hash_embedder import HashEmbedder\n"
        "if __name__ == '__main__':\n"
        "    pool = Processes(HashEmbedder, 2)\n"
        "    list(pool.embed_each([['a'], ['b']]))\n"
        "    print(*pool._pool._processes, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    pids = done.stdout.split()
    assert pids, done.stderr
    for pid in pids:
        _wait_for_the_end_of(pid)


def _wait_for_the_end_of(pid: str) -> None:
    until = time.monotonic() + 60
    while (stat := Path("/proc", pid, "stat")).exists():
        with_state = stat.read_text().rpartition(")")[2].split()
        if with_state[0] == "Z":  # ended; nobody here is its parent any more
            return
        assert time.monotonic() < until
        time.sleep(0.05)


# -- Ray

RAY = """
import sys
import time
from functools import partial
import numpy as np
from index.workers import LOCAL, RayActors, SpreadEmbedder
from index.errors import ModelError
from tests.index.hash_embedder import HashEmbedder
from tests.index.test_workers import TEXTS, not_there
with SpreadEmbedder(HashEmbedder(), RayActors(HashEmbedder, 2, LOCAL)) as spread:
    assert (spread.embed(TEXTS) == HashEmbedder().embed(TEXTS)).all()
    assert spread.at_once == 64
with SpreadEmbedder(HashEmbedder(), RayActors(not_there, 1, LOCAL)) as spread:
    try:
        spread.embed(["calm sea"])
    except ModelError as error:
        print(error)
"""


@pytest.mark.skipif(find_spec("ray") is None, reason="needs ray: pip install 'treaty-assistant[cluster]'")
def test_two_ray_workers_give_the_same_rows() -> None:
    root = Path(__file__).parents[2]
    here = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, "-c", RAY], env=here, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "expected a model, found none" in done.stdout
    assert "every machine of the cluster" in done.stdout


@pytest.mark.skipif(find_spec("ray") is not None, reason="ray is installed")
def test_without_ray_the_error_says_what_to_install() -> None:
    from index.workers import RayActors

    with pytest.raises(ModelError, match=r"treaty-assistant\[cluster\]"):
        RayActors(HashEmbedder, 2)
