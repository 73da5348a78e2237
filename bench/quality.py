"""Whether what is found is right, judged alike for every system, so that speed is not bought with it.

A passage is right if it shares a character with the provision that answers (``eval.cases``). The peers know no
provisions, so ours too is judged by the characters alone. Questions that follow up others are left out: neither peer
carries a conversation. Long passages are favoured, the more characters the likelier they touch, so the middle
length of what was judged stands beside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import COLUMNS, OURS, Figure, Section, figure
from corpus.structure import parse
from eval.cases import CaseKind, load_cases
from eval.metrics import scores
from eval.run import evaluate
from eval.spans import gold_place
from eval.suite import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.answer import Assistant
    from bench.systems import Running
    from corpus.models import Document
    from eval.cases import Case
    from eval.spans import GoldPlace

CASES = "treaties.jsonl"
SPLIT = "test"
DEPTHS = (1, 3)
MEASURED = (
    "quote exactness",
    "right@1",
    "right@3",
    "quote precision",
    "declined correctly",
    "declined wrongly",
)

Hit = tuple[str, int, int]
"""Document id, start and end (exclusive) in its canonical text."""
Right = Callable[[Hit, "Sequence[GoldPlace]"], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What a system gave for one case."""

    case: Case
    hits: tuple[Hit, ...]
    declined: bool


def cases_for(documents: Sequence[Document]) -> tuple[Case, ...]:
    """Return the test cases over treaties that these documents can answer, without follow-ups."""
    ids = {one.id for one in documents}
    path = next(one for one in shipped() if one.name == CASES)
    return tuple(
        case
        for case in load_cases([path], SPLIT)
        if case.kind is not CaseKind.FOLLOW_UP and all(gold.document in ids for gold in case.gold)
    )


def golds(cases: Iterable[Case], documents: Iterable[Document]) -> dict[str, tuple[GoldPlace, ...]]:
    """Return where the answers of answerable cases stand, by case id."""
    known = {one.id: one for one in documents}
    roots = {gold.document: parse(known[gold.document]) for case in cases for gold in case.gold}
    return {
        case.id: tuple(gold_place(g, known[g.document], roots[g.document]) for g in case.gold)
        for case in cases
        if case.answerable
    }


def touches(hit: Hit, gold: Sequence[GoldPlace]) -> bool:
    """Tell whether a passage shares a character with a place that answers."""
    document, start, end = hit
    return any(
        one.document == document and any(start < stop and begin < end for begin, stop in one.places)
        for one in gold
    )


def holds(hit: Hit, gold: Sequence[GoldPlace]) -> bool:
    """Tell whether a passage holds all the words that make up the answer, whole and in the place that answers."""
    document, start, end = hit
    return any(
        one.document == document
        and bool(one.units)
        and all(any(start <= begin and stop <= end for begin, stop in unit) for unit in one.units)
        for one in gold
    )


def share_at(
    k: int, found: Sequence[Found], gold: Mapping[str, Sequence[GoldPlace]], right: Right = touches
) -> float | None:
    """Return the share of answerable cases with a right passage among the first ``k``; None if there are none."""
    marks = [
        any(right(hit, gold[one.case.id]) for hit in one.hits[:k]) for one in found if one.case.id in gold
    ]
    return sum(marks) / len(marks) if marks else None


RIGHT: Mapping[str, Right] = {
    "right: among the first {} a passage of the provision that answers": touches,
    "complete: among the first {} a passage with all words of the answer": holds,
}


def declined(found: Sequence[Found], *, answerable: bool) -> float | None:
    """Return the share of cases declined among those the documents answer, or among those they do not."""
    marks = [one.declined for one in found if one.case.answerable is answerable]
    return sum(marks) / len(marks) if marks else None


def asked_of(system: Running, cases: Sequence[Case]) -> list[Found]:
    """Ask a peer every case."""
    found = []
    for case in cases:
        reply = system.ask(case.question)
        found.append(Found(case, tuple((d, s, e) for d, s, e in reply["hits"]), bool(reply["declined"])))
    return found


def section(assistant: Assistant, documents: Sequence[Document], peers: Mapping[str, Running]) -> Section:
    """Judge the program and the peers on the test cases, and the program by its own evaluation beside."""
    cases = cases_for(documents)
    gold = golds(cases, documents)
    run = evaluate(assistant, cases)
    found = {who: asked_of(system, cases) for who, system in peers.items()}
    found[OURS] = [
        Found(
            one.case,
            tuple((hit.document, hit.start, hit.end) for hit in one.hits or ()),
            one.answer is None or one.answer["status"] == "declined",
        )
        for one in run.outcomes
    ]
    figures = [
        figure(name.format(k), "", {who: [share_at(k, found[who], gold, right)] for who in _those(found)})
        for name, right in RIGHT.items()
        for k in DEPTHS
    ]
    figures += [_declining(found, answerable=answerable) for answerable in (False, True)]
    lengths = {
        who: [median(end - start for _, start, end in hits)]
        for who in _those(found)
        if (hits := [hit for one in found[who] for hit in one.hits[:1]])
    }
    figures.append(figure("length of the first passage, characters", "", lengths))
    told = scores(run.judged(), interval=False)
    figures += [
        figure(f"treaty eval: {name}", "", {OURS: [told[name].value]}) for name in MEASURED if name in told
    ]
    note = (
        f"{len(cases)} questions of the test split over these treaties, no follow-ups; {len(gold)} have an answer. "
        "A passage is right if it shares a character with the provision that answers, for every system alike."
    )
    return Section("Answers", note, tuple(figures))


def _declining(found: Mapping[str, Sequence[Found]], *, answerable: bool) -> Figure:
    name = "declined although answered there" if answerable else "declined where nothing answers"
    return figure(name, "", {who: [declined(found[who], answerable=answerable)] for who in _those(found)})


def _those(found: Mapping[str, object]) -> list[str]:
    return [who for who in COLUMNS if who in found]
