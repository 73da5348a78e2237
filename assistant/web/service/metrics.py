"""Numbers of the server for Prometheus: how many questions ended how, how long stages take, how much waits.

A registry of its own, so that two servers in one process do not share numbers. No label holds anything that a visitor
wrote: outcomes, reason codes, names of errors, endpoints and stages are the program's own words, and few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prometheus_client.metrics_core import Metric

    from index.models import Searched, Stage

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Buckets: an embedding takes 0.01 s, an answer about 0.5 s, a comparison of twelve treaties up to 10 s."""
STAGES = frozenset({"embed", "dense", "lexical", "rerank", "select", "lookup", "total"})
"""Stages that have a label of their own; those of a user's own model are ``other``."""
OTHER = "other"


class _Library(Collector):
    """What is being served, as it is at the moment of asking."""

    def __init__(self, searched: Callable[[], Searched | None], waiting: Callable[[], int]) -> None:
        self._searched, self._waiting = searched, waiting

    def collect(self) -> Iterable[Metric]:
        found = self._searched()
        yield GaugeMetricFamily("treaty_ready", "1 if questions can be answered.", float(found is not None))
        inside = float(self._waiting())
        yield GaugeMetricFamily(
            "treaty_work_inside", "Pieces of work in hand or waiting for a thread.", inside
        )
        if found is not None:
            live = GaugeMetricFamily(
                "treaty_generation_info", "The generation served.", labels=["generation"]
            )
            live.add_metric([found.generation], 1.0)
            yield live
            yield GaugeMetricFamily("treaty_documents", "Documents served.", float(found.documents))
            yield GaugeMetricFamily("treaty_passages", "Passages searched.", float(found.passages))


class Metrics:
    """The numbers, and their exposition.

    Args:
        searched: What is being served, or None before there is something.
        waiting: How much work is in hand or waits.
    """

    def __init__(self, searched: Callable[[], Searched | None], waiting: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        own = self._registry
        self._questions = Counter(
            "treaty_questions", "Questions by how they ended.", ["outcome", "reason"], registry=own
        )
        self._calls = Counter(
            "treaty_calls", "Calls of programs by endpoint.", ["endpoint", "outcome"], registry=own
        )
        self._seconds = Histogram(
            "treaty_question_seconds", "From the start of the work to its end.", registry=own, buckets=SECONDS
        )
        self._stages = Histogram(
            "treaty_stage_seconds", "Time of one stage.", ["stage"], registry=own, buckets=SECONDS
        )
        self._in_flight = Gauge("treaty_questions_in_flight", "Questions being answered.", registry=own)
        self._logins = Counter(
            "treaty_logins", "Attempts to log in by how they ended.", ["outcome"], registry=own
        )
        for outcome in ("admitted", "refused", "held_back"):
            self._logins.labels(outcome)
        ProcessCollector(registry=own)
        own.register(_Library(searched, waiting))

    def begins(self) -> None:
        """A question is taken up."""
        self._in_flight.inc()

    def ends(self, outcome: str, reason: str, seconds: float, stages: Sequence[Stage]) -> None:
        """A question has an end."""
        self._in_flight.dec()
        self.refused(outcome, reason)
        self._seconds.observe(seconds)
        for stage in stages:
            self._stages.labels(stage.name if stage.name in STAGES else OTHER).observe(stage.ms / 1000)

    def refused(self, outcome: str, reason: str = "") -> None:
        """Count a question that ended, or was not taken up.

        Args:
            outcome: ``quoted``, ``declined``, ``error`` (told to the visitor), ``busy``, ``stopped`` by who
                asked, or ``failed`` (not expected).
            reason: The decline's code or the error's name.
        """
        self._questions.labels(outcome, reason).inc()

    def called(self, endpoint: str, outcome: str) -> None:
        """Count a call of an endpoint."""
        self._calls.labels(endpoint, outcome).inc()

    def login(self, outcome: str) -> None:
        """Count an attempt to log in: ``admitted``, ``refused`` or ``held_back``."""
        self._logins.labels(outcome).inc()

    def exposition(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._registry)
