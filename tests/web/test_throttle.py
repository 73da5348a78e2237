"""How often someone may try: freely at first, then with waits, and nobody's failures are kept for ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.web.service.throttle import FORGOTTEN, FREE, LONGEST_WAIT, Throttle, site_of


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_few_failures_cost_no_wait_then_each_doubles_it() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.begin("name:ada") for _ in range(FREE)] == [0.0] * FREE
    waits = []
    for _ in range(12):
        waits.append(throttle.begin("name:ada"))
        clock.now += waits[-1]
        assert throttle.begin("name:ada") == 0.0
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == LONGEST_WAIT


def test_an_attempt_counts_before_it_is_judged_and_success_forgets_it() -> None:
    throttle = Throttle(Clock())
    for _ in range(FREE):
        throttle.begin("name:ada", "site:192.0.2.1")
    assert throttle.begin("name:other", "site:192.0.2.1") > 0
    assert throttle.begin("name:ada", "site:192.0.2.2") > 0
    assert throttle.begin("name:other", "site:192.0.2.2") == 0.0
    throttle.forgive("name:ada", "site:192.0.2.1")
    assert throttle.begin("name:ada", "site:192.0.2.1") == 0.0


def test_failures_are_forgotten_after_an_hour() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(FREE):
        throttle.begin("name:ada")
    clock.now += FORGOTTEN + 1
    assert [throttle.begin("name:ada") for _ in range(FREE)] == [0.0] * FREE


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 1000)), max_size=60))
def test_what_is_remembered_is_bounded_and_no_wait_is_longer_than_the_longest(
    tries: list[tuple[str, float]],
) -> None:
    clock = Clock()
    throttle = Throttle(clock, most=7)
    for name, later in tries:
        clock.now += later
        assert 0.0 <= throttle.begin(f"name:{name}", "site:one") <= LONGEST_WAIT
        assert len(throttle) <= 7


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_known_by_what_it_can_hardly_change(address: str, site: str) -> None:
    assert site_of(address) == site
