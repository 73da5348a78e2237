"""A build killed at any moment: the index answers from a whole generation, and the next build completes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.index.killed_builds import ANY, MOMENTS, SWAPPING, completed, trials

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are POSIX's")


def test_a_first_build_that_is_killed_leaves_no_index_or_a_whole_one(tmp_path: Path) -> None:
    with trials(tmp_path, seed=3) as killing:
        for _ in range(3):
            killing.once(ANY)
    completed(tmp_path, 100)


def test_a_killed_build_leaves_the_generation_before_or_its_own(tmp_path: Path) -> None:
    completed(tmp_path, 0)
    with trials(tmp_path, seed=4, mend=0.3) as killing:
        killing.live = 0
        for moment in (*MOMENTS, ANY, *MOMENTS):
            killing.once(moment)
    completed(tmp_path, 100)
    assert killing.kills > len(MOMENTS)
    assert killing.seen.keys() & {*SWAPPING, "removing the oldest"}
