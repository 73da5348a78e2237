"""What the server tells whoever keeps it running: whether it is well, its numbers, and lines about what was asked."""

from __future__ import annotations

import io
import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from assistant.log import Form, Log
from tests.web.browsing import Served, served, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEEPERS = "How long is the training of lighthouse keepers?"
PIANOS = "Who repairs pianos in winter?"
TO_FILE = """
import runpy, sys
sys.stderr = open(sys.argv.pop(1), "a", encoding="utf-8", buffering=1)
runpy.run_module("tests.web.serve_small", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with small() as found:
        _until(found, "ready")
        yield found


def _until(page: Served, status: str) -> httpx.Response:
    for _ in range(120):
        answer = httpx.get(f"{page.address}/healthz")
        if answer.json()["status"] == status:
            return answer
        time.sleep(0.25)
    pytest.fail(f"expected {status} within half a minute, found {answer.text}")


def _ask(page: Served, question: str) -> httpx.Response:
    return httpx.post(f"{page.address}/gradio_api/run/ask", json={"data": [question, None, None, None]})


def _number(page: Served, name: str) -> float:
    lines = httpx.get(f"{page.address}/metrics").text.splitlines()
    found = [line.rpartition(" ")[2] for line in lines if line.startswith(name + " ")]
    return float(found[0]) if found else 0.0


def test_health_tells_loading_then_ready_with_the_generation() -> None:
    with small("--load", "2") as page:
        first = httpx.get(f"{page.address}/healthz")
        assert (first.status_code, first.json()) == (503, {"status": "loading"})
        ready = _until(page, "ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "generation": "small"})
        assert ready.headers["cache-control"] == "no-store"


def test_health_tells_that_loading_failed_and_not_why() -> None:
    with small("--fail", "expected an index in /home/keeper, found none") as page:
        failed = _until(page, "failed")
        assert (failed.status_code, failed.json()) == (503, {"status": "failed"})


def test_health_answers_under_every_name_and_only_to_be_read(page: Served) -> None:
    assert httpx.get(f"{page.address}/healthz", headers={"host": "10.0.0.7"}).status_code == 200
    assert httpx.head(f"{page.address}/healthz").status_code == 200
    assert httpx.post(f"{page.address}/healthz").status_code == 405


def test_numbers_count_questions_by_their_end_and_hold_no_word_of_them(page: Served) -> None:
    quoted, declined = (
        'treaty_questions_total{outcome="quoted",reason=""}',
        'treaty_questions_total{outcome="declined",reason="not_an_answer"}',
    )
    before = _number(page, quoted), _number(page, declined)
    _ask(page, KEEPERS)
    _ask(page, PIANOS)
    assert (_number(page, quoted), _number(page, declined)) == (before[0] + 1, before[1] + 1)
    text = httpx.get(f"{page.address}/metrics").text
    assert _number(page, "treaty_questions_in_flight") == 0.0
    assert _number(page, "treaty_work_inside") == 0.0
    assert _number(page, 'treaty_generation_info{generation="small"}') == 1.0
    assert (_number(page, "treaty_ready"), _number(page, "treaty_documents")) == (1.0, 4.0)
    assert _number(page, "process_resident_memory_bytes") > 1_000_000
    assert 'treaty_logins_total{outcome="refused"} 0.0' in text
    assert not re.search("keepers|pianos|Lamps", text)


def test_numbers_are_told_to_nobody_through_a_proxy(page: Served) -> None:
    for header in ("x-forwarded-for", "forwarded", "x-real-ip"):
        answer = httpx.get(f"{page.address}/metrics", headers={header: "192.0.2.1"})
        assert (answer.status_code, "treaty_" in answer.text) == (403, False)


# -- lines


@pytest.fixture
def lines_of(tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    path = tmp_path / "stderr"
    with served("-c", TO_FILE, str(path), "--log", "json") as page:
        _until(page, "ready")
        yield page, path


def test_each_question_and_call_is_a_line_without_its_words(lines_of: tuple[Served, Path]) -> None:
    page, path = lines_of
    _ask(page, KEEPERS)
    _ask(page, PIANOS)
    httpx.post(f"{page.address}/gradio_api/run/show", json={"data": ["nothing", None]})
    text = path.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["event"], row["outcome"], row.get("reason")) for row in rows] == [
        ("question", "quoted", None),
        ("question", "declined", "not_an_answer"),
        ("show", "error", "UnknownDocument"),
    ]
    assert all(row["generation"] == "small" and row["ms"] >= 0 for row in rows)
    assert all(datetime.fromisoformat(row["time"]).tzinfo for row in rows)
    assert "keepers" not in text
    assert "127.0.0.1" not in text


NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "questions", "line"),
    [
        (Form.OFF, True, ""),
        (Form.TEXT, False, "2026-01-02T12:00:00.000Z question quoted ms=1.5 generation=g-1\n"),
        (
            Form.TEXT,
            True,
            '2026-01-02T12:00:00.000Z question quoted ms=1.5 generation=g-1 question="two\\nlines of \\u00e9"\n',
        ),
        (
            Form.JSON,
            False,
            (
                '{"time": "2026-01-02T12:00:00.000Z", "event": "question", "outcome": "quoted", "ms": 1.5, '
                '"generation": "g-1"}\n'
            ),
        ),
    ],
)
def test_a_line_stays_a_line_and_holds_words_only_if_asked_to(form: Form, questions: bool, line: str) -> None:
    to = io.StringIO()
    log = Log(form, questions=questions, to=to, now=lambda: NOON)
    log.write("question", "quoted", question="two\nlines of é", reason="", ms=1.5, generation="g-1")
    assert to.getvalue() == line
