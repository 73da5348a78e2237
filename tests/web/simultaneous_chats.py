"""Many people asking one server at once, while its library changes and is indexed anew beside them.

Half of them use the page's own calls, with a conversation each, half the endpoint for programs. Every sentence of the
library tells which of its two states it is from, so an answer made from both would show; beyond that each quotation of
the endpoint is re-read, by its offsets, in the document of the generation that the answer names.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from typing import TYPE_CHECKING, Any

import httpx

from corpus.library import Library
from index.generation import current, open_generation
from tests.web.awaiting import awaited
from tests.web.browsing import ROOT, Served, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from corpus.models import Document

BEFORE, AFTER = "forty", "one hundred and ten"
"""Words of the library's two states; of unlike length, so that offsets differ too."""

TREATIES = {
    "lamps.md": """# Convention on Lamps

## Article 1. Burning

1. Each Party keeps every lamp on its quays burning for {n} nights after midsummer.

2. Whoever fills a lamp writes down {n} drops of oil for each hour of burning.

## Article 2. Keepers

A keeper of lamps trains for {n} days before the first watch.

## Article 3. Glass

The glass of a lamp is cleaned after every {n} hours of burning.

## Article 4. Costs

Each Party bears the costs of its lamps, up to {n} barrels of oil a year.
""",
    "ferries.md": """# Convention on Ferries

## Article 1. Crossings

A ferryman may refuse to cross the river if the wind has blown for {n} minutes without a pause.

## Article 2. Fares

The fare for a horse is {n} coins, and a doctor pays nothing on any of the {n} crossings.

## Article 3. Bells

Whoever waits for a ferry may ring the bell on the bank up to {n} times.

## Article 4. Boats

A ferry carries no more than {n} people and their baskets.
""",
    "wells.md": """# Convention on Wells

## Article 1. Digging

Each Party digs its wells no nearer than {n} paces to a burial ground.

## Article 2. Drying up

If a well dries up, the Party pays each household {n} jars of water a month.

## Article 3. Ropes

The rope of a well is changed after {n} weeks of use.

## Article 4. Cattle

Cattle drink from a well only when {n} buckets have been drawn for the households.
""",
}
QUESTIONS = (
    "How long does a keeper of lamps train before the first watch?",
    "When may a ferryman refuse to cross the river?",
    "What is paid to a household if a well dries up?",
    "Article 2 of the Convention on Ferries",
    "How near to a burial ground may a well be dug?",
    "For how many nights are the lamps kept burning?",
)
BUSY = "Try again in a moment"
READ_SECONDS = 0.3
"""How long somebody reads an answer before asking on, or waits after being told to try again."""


@dataclass
class Told:
    """What all of them were told.

    Attributes:
        seconds: From question to answer, of each answer.
        answers: Those of the endpoint.
        words: Of the page's answers, the words quoted in each.
        busy: How often somebody was told to try again.
        troubles: Whatever else was said instead of an answer.
        after: How many have heard of the library's new state.
    """

    seconds: list[float] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    busy: int = 0
    troubles: list[str] = field(default_factory=list)
    after: int = 0

    def line(self) -> str:
        """Return the figures in a line."""
        cuts = quantiles(self.seconds, n=20, method="inclusive")
        return (
            f"{len(self.answers)} answers by the endpoint, {len(self.words)} by the page; p50 {cuts[9]:.1f} s, "
            f"p95 {cuts[18]:.1f} s; {self.busy} times told to try again; troubles: {self.troubles or 'none'}"
        )


def put(home: Path, words: str) -> None:
    """Bring the library into one of its states."""
    shelf = Library(home)
    known = {entry.id for entry in shelf.entries()}
    for name, text in TREATIES.items():
        raw = text.format(n=words).encode()
        number = name.removesuffix(".md")
        if number in known:
            shelf.replace(number, raw, name)
        else:
            assert shelf.add_bytes(raw, name).id == number


def program(home: Path, *words: str) -> list[str]:
    """Return the command line of ``treaty`` on a home, without the embedded guides."""
    return ["-c", "from assistant.cli import main; main()", "--home", str(home), "--no-embedded", *words]


def serving(home: Path, *options: str, **environment: str) -> AbstractContextManager[Served]:
    """Run ``treaty serve``."""
    command = program(home, "serve", "--port", "0", *options)
    return served(*command, environment=environment)


def indexing(home: Path) -> subprocess.Popen[bytes]:
    """Start ``treaty index``."""
    return subprocess.Popen(
        [sys.executable, *program(home, "index")],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def answered_by(home: Path, chats: int, seconds: float, **environment: str) -> Told:
    """Serve a new library's first state and have so many chat about it, as ``chatting`` says.

    Raises:
        AssertionError: If the page is not ready in time, or the new state is not indexed.
    """
    put(home, BEFORE)
    with serving(home, **environment) as page:
        until = time.monotonic() + seconds
        while httpx.get(f"{page.address}/healthz", timeout=seconds).status_code != httpx.codes.OK:
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.25)
        return awaited(chatting(page, home, chats, seconds), seconds=3 * seconds)


async def chatting(page: Served, home: Path, chats: int, seconds: float) -> Told:
    """Have so many ask at once, index the library's new state meanwhile, and go on until each has heard of it.

    Raises:
        AssertionError: If the new state is not indexed.
    """
    told, until = Told(), time.monotonic() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=page.address, timeout=seconds, limits=limits) as http:
        config = (await http.get("/config")).json()
        visitors: list[Callable[[str], Any]] = [
            (_PageChat(http, config, number) if number % 2 else _EndpointChat(http)).ask
            for number in range(chats)
        ]
        at_work = [
            asyncio.create_task(_chat(ask, number, told, until)) for number, ask in enumerate(visitors)
        ]
        await asyncio.to_thread(put, home, AFTER)
        index = indexing(home)
        await asyncio.gather(*at_work)
        _, said = await asyncio.to_thread(index.communicate)
        assert index.returncode == 0, said
    return told


async def _chat(ask: Callable[[str], Any], number: int, told: Told, until: float) -> None:
    """Ask one question after the other until the new state has been heard of, and one more then."""
    heard = 0
    for turn in count(number):
        if heard == 2 or time.monotonic() > until:
            break
        began = time.monotonic()
        answer = await ask(QUESTIONS[turn % len(QUESTIONS)])
        if isinstance(answer, str):
            told.busy += BUSY in answer
            told.troubles += [answer] if BUSY not in answer else []
        else:
            told.seconds.append(time.monotonic() - began)
            if isinstance(answer, dict):
                told.answers.append(answer)
            else:
                told.words.append(answer)
            heard += AFTER in json.dumps(answer)
        await asyncio.sleep(READ_SECONDS)
    told.after += heard > 0


class _EndpointChat:
    """A program that asks by name."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, question: str) -> dict[str, Any] | str:
        """Return the answer, or what was said instead."""
        response = await self._http.post("/gradio_api/run/ask", json={"data": [question, None, None, None]})
        found = response.json()
        if response.status_code == httpx.codes.OK:
            answer: dict[str, Any] = found["data"][0]
            return answer
        return str(found.get("error", found))


class _PageChat:
    """A browser's page: joins Gradio's line by the number of the question box, and hears of the answer by a stream."""

    def __init__(self, http: httpx.AsyncClient, config: dict[str, Any], number: int) -> None:
        self._http, self._session = http, f"visitor{number}"
        named = {one["props"].get("elem_id"): one["id"] for one in config["components"]}
        event = [named["question"], "submit"]
        (asks,) = (one for one in config["dependencies"] if event in [list(t) for t in one["targets"]])
        self._number, self._drawn = asks["id"], asks["outputs"].index(named["conversation"])

    async def ask(self, question: str) -> list[str] | str:
        """Return the words quoted in the last answer of the conversation, or what was said instead."""
        joining = {
            "data": [question, None, [], [], "oscola"],
            "fn_index": self._number,
            "session_hash": self._session,
            "trigger_id": None,
            "event_data": None,
        }
        joined = await self._http.post("/gradio_api/queue/join", json=joining)
        if joined.status_code != httpx.codes.OK:
            return joined.text
        async with self._http.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": self._session}
        ) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    return self._read(message)
        return "the stream ended without an answer"

    def _read(self, message: dict[str, Any]) -> list[str] | str:
        if not message["success"]:
            return str(message["output"])
        *_, last = str(message["output"]["data"][self._drawn]).split("<article")
        quoted = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", last, flags=re.DOTALL)
        words = [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in quoted]
        return words or html.unescape(re.sub(r"<[^>]+>", " ", last))


def whole(home: Path, told: Told) -> None:
    """Hold what was told against the two generations: every quotation is from one of them and stands in its place."""
    states = {}
    with open_generation(home) as live:
        previous = live.manifest.previous
        states[live.id] = (AFTER, {one.id: one for one in live.passages.documents()})
    assert previous is not None
    assert current(home) != previous
    with open_generation(home, generation_id=previous) as earlier:
        states[earlier.id] = (BEFORE, {one.id: one for one in earlier.passages.documents()})
    for answer in told.answers:
        words, documents = states[answer["searched"]["generation"]]
        shown = [*answer["quotes"], *answer["nearest"]]
        assert shown, answer["question"]
        attached = [one["quote"] for quote in shown for one in quote["attachments"]]
        for quote in (*shown, *attached):
            _stands(quote, words, documents)
    for quotes in told.words:
        (of_these,) = {words for words, _ in states.values() if any(words in one for one in quotes)}
        texts = [
            document.text
            for words, found in states.values()
            if words == of_these
            for document in found.values()
        ]
        for piece in _pieces(quotes):
            assert any(piece in " ".join(text.split()) for text in texts), piece


def _stands(quote: dict[str, Any], words: str, documents: dict[str, Document]) -> None:
    document = documents[quote["document"]["id"]]
    assert quote["document"]["sha256"] == document.provenance.sha256
    other = BEFORE if words == AFTER else AFTER
    assert other not in quote["text"]
    for segment in quote["segments"]:
        assert document.text[segment["start"] : segment["end"]] == segment["text"]


def _pieces(quotes: list[str]) -> Iterator[str]:
    """Yield what was quoted without a gap."""
    for quote in quotes:
        for piece in re.split(r"\[…\]|\[\.\.\.\]", quote):
            if piece.strip():
                yield " ".join(piece.split())
