"""The line before the threads is bounded, and everyone who leaves makes room."""

from __future__ import annotations

import threading

import pytest

from assistant.errors import Busy
from assistant.web.workers import Workers


def test_one_more_than_may_wait_is_told_at_once_and_a_place_is_free_again_afterwards() -> None:
    workers, go = Workers(1, waiting=1), threading.Event()
    first, second = workers.submit(go.wait, 10), workers.submit(str, 2)
    with pytest.raises(Busy, match="Try again in a moment"):
        workers.submit(str, 3)
    go.set()
    assert first.result(10)
    assert second.result(10) == "2"
    assert workers.submit(str, 4).result(10) == "4"
    workers.close()


def test_work_that_fails_leaves_its_place() -> None:
    workers = Workers(1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            workers.submit(divmod, 1, 0).result(10)
    workers.close()


def test_after_the_end_nothing_is_taken() -> None:
    workers = Workers(1)
    workers.close()
    with pytest.raises(Busy, match="found it ending"):
        workers.submit(str, 1)
    assert workers.inside == 0
