"""The workloads, in the order in which they are measured: systems take turns, so that noise falls on all alike.

Every system has a process of its own. One process builds, another is opened and asked, so that memory while asking
is not that of building. The peers are given the canonical text of the documents: reading files is counted to the
program alone.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from assistant.settings import load
from assistant.wiring import open_assistant
from bench import quality
from bench.figures import FLOOR, OURS, Aim, Figure, Section, figure, percentiles
from bench.libraries import ANOTHER, Place, made, placed, size_of, treaties, write_made
from bench.server import measure_server
from bench.systems import Running, timed_process
from eval.bench_material import QUESTIONS, TREATY, TREATY_NAME
from index.generation import open_generation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CLIENTS = {1: "Tell me: ", 8: "Please say: ", 32: "One more: "}
"""So many ask at a time; each crowd in other words, because ours remembers what was asked."""
AGAIN = QUESTIONS[5:10]
CROWD = 32
"""Questions that a crowd of clients asks altogether."""
TIMES = 3
"""How often a thing is done whose first time says little."""
SERVER_QUESTIONS = QUESTIONS[1:4]
COLD_QUESTION = QUESTIONS[0]
ASKED_LARGE = 20
"""Questions asked of a made library: enough for a median; the percentiles above it need the whole forty."""
COMMAND = ("-c", "from assistant.cli import main; main()")

WARM = "warm question"
LARGEST = 700
"""Treaties of the library for which an aim was set."""
AIM_RATE = Aim(0.95, least=True, ratio=True)
AIM_QUESTION = Aim(1.10, ratio=True)
AIM_MS = Aim(450)
AIM_COLD = Aim(6)
AIM_UNCHANGED = Aim(0.5)
AIM_CHANGED = Aim(1)
AIM_GROWTH = Aim(1.5)
AIM_MEMORY = Aim(900)

Json = dict[str, Any]
Times = dict[str, list[float]]


def real(folder: Path, library: Path, systems: Sequence[str]) -> list[Section]:
    """Measure the treaties of a folder: indexing with the real encoder, answers, cold starts and the server."""
    files = treaties(library)
    tell(f"Reading {len(files)} treaties")
    place = placed(folder, files)
    documents = place.documents()
    built = _indexed(place, systems, drawn=False)
    figures = [*_index_figures(built), *_disk(place, systems)]
    with ExitStack() as stack:
        opened = _opened(stack, place, systems)
        asked, alone = _asked(opened, QUESTIONS)
        figures += [
            figure(WARM, "ms", {**asked, FLOOR: alone}, AIM_QUESTION, times=1000),
            *percentiles({**asked, FLOOR: alone}, WARM, {0.5: AIM_MS}),
            _again(opened),
            *_crowds(opened),
            figure("memory after questions", "MB", _memory(opened), AIM_MEMORY),
        ]
        told = quality_of(place, documents, opened)
    figures += _cold(place, systems)
    figures += _reindexed(place, built, _one_more(place))
    figures += _served(place)
    note = (
        f"{len(files)} files, {built[OURS]['passages']:,} passages of ours. The floor of indexing is every eighth "
        "batch embedded once more, alone, while the index is built; that of a question the same calls of both models, "
        "made again right after it. Lowest and highest in brackets."
    )
    return [Section(f"{len(files)} treaties of a folder", note, tuple(figures)), told]


def generated(folder: Path, size: int, systems: Sequence[str]) -> Section:
    """Measure a library of treaties made from our own: built with drawn vectors, asked with the real models."""
    place, built = _made(folder, size, systems)
    figures = [figure("built with drawn vectors", "s", {who: [one["seconds"]] for who, one in built.items()})]
    figures += _disk(place, systems)
    with ExitStack() as stack:
        opened = _opened(stack, place, systems, drawn=True)
        first = {who: [one.ask(COLD_QUESTION)["seconds"]] for who, one in opened.items()}
        asked, alone = _asked(opened, QUESTIONS[1 : ASKED_LARGE + 1])
        aim = AIM_MEMORY if size >= LARGEST else None
        figures += [
            figure("first question after opening", "ms", first, times=1000),
            figure(WARM, "ms", {**asked, FLOOR: alone}, AIM_QUESTION, times=1000),
            figure("memory after questions", "MB", _memory(opened), aim),
        ]
    figures += _reindexed(place, built, _another(place, size))
    note = (
        f"{built[OURS]['passages']:,} passages of ours. Built with vectors drawn by chance, in the peer as in ours, "
        "because embedding so much would take hours; questions and changed documents go through the real models."
    )
    return Section(f"{size} made treaties", note, tuple(figures))


def quality_of(place: Place, documents: Sequence[Any], opened: Mapping[str, Running]) -> Section:
    """Judge the answers of every system that is open."""
    tell("Judging answers")
    peers = {who: one for who, one in opened.items() if who != OURS}
    assistant = open_assistant(load(place.home, embedded=False))
    try:
        return quality.section(assistant, documents, peers)
    finally:
        assistant.close()


def tell(what: str) -> None:
    """Say on standard error what is done now."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what} …\n")
    sys.stderr.flush()


def _made(folder: Path, size: int, systems: Sequence[str]) -> tuple[Place, dict[str, Json]]:
    """Return a made library and what building its indexes came to, in this run or in the one that kept it."""
    kept = folder / "built.json"
    if kept.is_file():
        built: dict[str, Json] = json.loads(kept.read_text(encoding="utf-8"))
        if set(built) == set(systems):
            return Place(folder, tuple(sorted((folder / "files").glob("*.md")))), built
    shutil.rmtree(folder, ignore_errors=True)
    tell(f"Making {size} treaties")
    place = made(folder, size)
    built = _indexed(place, systems, drawn=True)
    kept.write_text(json.dumps(built), encoding="utf-8")
    return place, built


def _running(place: Place, who: str, *, drawn: bool = False) -> Running:
    store = place.home if who == OURS else place.folder / who
    return Running(who, place.texts, store, drawn)


def _indexed(place: Place, systems: Sequence[str], *, drawn: bool) -> dict[str, Json]:
    built = {}
    for who in systems:
        tell(f"Indexing: {who}")
        with _running(place, who, drawn=drawn) as system:
            built[who] = system.index()
    return built


def _index_figures(built: Mapping[str, Json]) -> list[Figure]:
    """Return seconds, and tokens a second of ours against the floor; other systems read other tokens."""
    ours = built[OURS]
    rates = {OURS: [ours["tokens"] / ours["seconds"]], FLOOR: [ours["floor_rate"]]}
    return [
        figure("index built", "s", {who: [one["seconds"]] for who, one in built.items()}),
        figure("indexing rate, the encoder's tokens", "tokens/s", rates, AIM_RATE),
        figure("passages", "", {who: [one["passages"]] for who, one in built.items()}),
    ]


def _disk(place: Place, systems: Sequence[str]) -> list[Figure]:
    sizes = {}
    for who in systems:
        if who == OURS:
            with open_generation(place.home) as generation:
                sizes[who] = [size_of(generation.folder) / 1e6]
        else:
            sizes[who] = [size_of(place.folder / who) / 1e6]
    return [figure("index on disk", "MB", sizes)]


def _opened(
    stack: ExitStack, place: Place, systems: Sequence[str], *, drawn: bool = False
) -> dict[str, Running]:
    opened = {who: stack.enter_context(_running(place, who, drawn=drawn)) for who in systems}
    for one in opened.values():
        one.open()
    return opened


def _asked(opened: Mapping[str, Running], questions: Sequence[str]) -> tuple[Times, list[float]]:
    """Ask every system each question in turn, after one to warm up; return seconds, and those of the floor."""
    tell(f"Asking {len(questions)} questions")
    for one in opened.values():
        one.ask(TREATY_NAME)
    asked: Times = {who: [] for who in opened}
    alone = []
    for question in questions:
        for who, one in opened.items():
            asked[who].append(one.ask(question)["seconds"])
            if who == OURS:
                alone.append(one.send("floor")["seconds"])
    return asked, alone


def _again(opened: Mapping[str, Running]) -> Figure:
    """Ask questions once more that were asked before."""
    times = {who: [one.ask(question)["seconds"] for question in AGAIN] for who, one in opened.items()}
    return figure("the same question again", "ms", times, times=1000)


def _crowds(opened: Mapping[str, Running]) -> list[Figure]:
    """Have so many clients ask at a time, within one process."""
    tell("Asking many at a time")
    rates: dict[int, Times] = {clients: {} for clients in CLIENTS}
    for clients, opening in CLIENTS.items():
        questions = [f"{opening}{question}" for question in QUESTIONS[:CROWD]]
        for who, one in opened.items():
            seconds = one.send("many", questions=questions, clients=clients)["seconds"]
            rates[clients][who] = [len(questions) / seconds]
    return [figure(f"questions a second, {n} at a time", "/s", rates[n]) for n in CLIENTS]


def _memory(opened: Mapping[str, Running]) -> dict[str, list[float | None]]:
    return {who: [one.send("memory")["resident"]] for who, one in opened.items()}


def _cold(place: Place, systems: Sequence[str]) -> list[Figure]:
    """Start, open and ask once: of ours the very command, of the peers a process that does as much."""
    tell("Asking in whole processes")
    took: Times = {who: [] for who in systems}
    options = (*COMMAND, "--home", str(place.home), "--no-embedded", "--json", "ask", COLD_QUESTION)
    for _ in range(TIMES):
        for who in systems:
            if who == OURS:
                took[who].append(timed_process(options))
                continue
            began = time.perf_counter()
            with _running(place, who) as system:
                system.open()
                system.ask(COLD_QUESTION)
                took[who].append(time.perf_counter() - began)
    return [figure("a question from a cold start", "s", took, AIM_COLD)]


def _one_more(place: Place) -> tuple[Path, Path]:
    """Return a treaty of our own, and what replaces it."""
    path = place.folder / TREATY_NAME
    path.write_text(TREATY, encoding="utf-8")
    changed = place.folder / "changed" / TREATY_NAME
    changed.parent.mkdir()
    changed.write_text(TREATY.replace("hut", "mill"), encoding="utf-8")
    return path, changed


def _another(place: Place, number: int) -> tuple[Path, Path]:
    """Return one made treaty more, and what replaces it, another throughout."""
    changed = place.folder / "changed"
    changed.mkdir(exist_ok=True)
    path = write_made(place.folder / "files", number)
    return path, write_made(changed, ANOTHER + number, called=number)


def _reindexed(place: Place, built: Mapping[str, Json], files: tuple[Path, Path]) -> list[Figure]:
    """Bring the index up to date after nothing, one document more, that one in another version, that one gone.

    Neither peer sees what changed, so each builds its index again, whatever the change: that is not done over, what
    building took stands there.
    """
    path, changed = files
    tell("Bringing the index up to date")
    with _running(place, OURS) as ours:
        unchanged = [ours.update()["seconds"] for _ in range(TIMES)]
        one = place.add(path)
        took, alone = [ours.update()["seconds"]], [_embedding(ours, one)]
        place.replace(one, changed)
        took.append(ours.update()["seconds"])
        alone.append(_embedding(ours, one))
        place.remove(one)
        took.append(ours.update()["seconds"])
    peers = {who: [one["seconds"]] for who, one in built.items() if not one["incremental"]}
    return [
        figure("up to date: nothing changed", "s", {OURS: unchanged, **peers}, AIM_UNCHANGED),
        figure("up to date: one document added", "s", {OURS: took[:1], FLOOR: alone[:1]}),
        figure("up to date: one document changed", "s", {OURS: took[1:2], FLOOR: alone[1:]}),
        figure("one changed, beyond its embedding", "s", {OURS: [took[1] - alone[1]]}, AIM_CHANGED),
        figure("up to date: one document removed", "s", {OURS: took[2:]}),
    ]


def _embedding(ours: Running, document: str) -> float:
    seconds: float = ours.send("embedding", documents=[document])["seconds"]
    return seconds


def _served(place: Place) -> list[Figure]:
    tell("Serving")
    folder = place.folder / "server"
    folder.mkdir()
    served = measure_server(("--home", str(place.home), "--no-embedded"), SERVER_QUESTIONS, folder)
    return [
        figure("server: page after its start", "s", {OURS: [served.page]}),
        figure("server: ready after its start", "s", {OURS: [served.ready]}),
        figure("server: question over HTTP", "ms", {OURS: list(served.asked)}, times=1000),
        figure("server: memory after questions", "MB", {OURS: [served.resident]}),
    ]


def growth_of_questions(folder: Path, sizes: Sequence[int]) -> list[Figure]:
    """Ask the made libraries in turns: growth measured one library after another would be that of the noise."""
    tell("Asking all made libraries in turns")
    times: dict[int, Times] = {size: {OURS: [], FLOOR: []} for size in sizes}
    with ExitStack() as stack:
        opened = {size: stack.enter_context(_running(Place(folder / str(size), ()), OURS)) for size in sizes}
        for one in opened.values():
            one.open()
            one.ask(TREATY_NAME)
        for question in QUESTIONS[1 : ASKED_LARGE + 1]:
            for size, one in opened.items():
                times[size][OURS].append(one.ask(question)["seconds"])
                times[size][FLOOR].append(one.send("floor")["seconds"])
    least, most = times[sizes[0]][OURS], times[sizes[-1]][OURS]
    grown = [large / small for large, small in zip(most, least, strict=True)]
    aim = AIM_GROWTH if sizes[-1] >= LARGEST else None
    return [
        *(figure(f"{WARM}, {size} treaties, in turns", "ms", times[size], times=1000) for size in sizes),
        figure(f"{WARM}, {sizes[-1]} treaties by {sizes[0]}", "×", {OURS: grown}, aim),
    ]
