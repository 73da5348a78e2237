"""The program with its real models has not fallen below the baseline: takes one to three minutes on two cores."""

from __future__ import annotations

import pytest

from assistant.settings import load
from eval.run import Run
from eval.small import BASELINE, check, run_small


@pytest.mark.timeout(1200)
def test_no_figure_fell_below_the_baseline() -> None:
    check(run_small(load()), Run.load(BASELINE), "eval/baseline.json")
