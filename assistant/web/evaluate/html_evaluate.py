"""The HTML of the tab for evaluating. What a case, a file's name or a document says is escaped.

The plots and bars are those of the report (``eval.plots``); ``page.css`` has their colours for this page.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant.web.evaluate.evaluating import Job, Phase
from assistant.web.html import attribute, escape
from eval.cases import CaseKind
from eval.compare import OUTCOMES, outcome_of
from eval.metrics import MEASURES, by_kind, scores
from eval.page import confidence_plots
from eval.plots import Part, interval_strip, stacked_bar
from eval.report import KIND_COLUMNS, NONE, cause_of, figure, went_wrong, worst_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.web.evaluate.case_choice import Choice, Own
    from assistant.web.evaluate.places import Places
    from eval.cases import Case, Gold
    from eval.judge import Judged
    from eval.made_with import Metadata
    from eval.metrics import Score
    from eval.run import Outcome, Run

    Json = Mapping[str, Any]

WORST = 12
"""Cases shown; the report to be downloaded has more, the saved run all."""
TILES = (
    "quote exactness",
    "right@1",
    "recall@10",
    "coverage",
    "quote precision",
    "declined correctly",
    "declined wrongly",
    "median ms",
)
"""Figures at the head of a run."""
SO_FAR = ("right@1", "recall@10", "coverage", "declined correctly", "declined wrongly")
"""Figures of a run at work."""
MINUTE = 60
EMPTY = '<p class="searched">No run is kept yet. The figures of the first one appear here.</p>'
NO_CASES = "No cases for the documents of this library. Write a cases file of your own and choose it here."
READING = '<p class="progress"><span class="at-work" aria-hidden="true"></span>Working out the figures…</p>'
KINDS_SAID = {
    CaseKind.DIRECT: "a plain question in the text's own words",
    CaseKind.EVERYDAY: "the same in everyday words",
    CaseKind.NUMBER: "asks for a number, a date or a time limit",
    CaseKind.COMPARISON: "compares two places",
    CaseKind.DEFINITION: "asks what a term means",
    CaseKind.LIST: "asks for all items of a list",
    CaseKind.FOLLOW_UP: 'needs "history", the questions before it',
    CaseKind.REFERENCE: "names a provision",
    CaseKind.UNANSWERABLE: "is not answered by the documents; its gold is empty",
    CaseKind.NEAR_MISS: "the same, in the form of a question for a rule",
    CaseKind.FALSE_PREMISE: "takes something for granted that the text says otherwise",
}


def offer(chosen: Choice, own: Own | None, trouble: str = "") -> str:
    """Return what would be run, and where a visitor's own file is chosen."""
    said = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    if chosen.cases:
        said += f"<p>Would ask: <bdi>{escape(chosen.words)}</bdi>.</p>"
    else:
        said += f'<p class="trouble">{NO_CASES}</p>'
    back = (
        '<button type="button" class="show" data-act="forget">Use the program’s cases</button>' if own else ""
    )
    return (
        f'<section class="offered">{said}{_notes(chosen.notes)}'
        '<div class="ways"><label class="show file">Choose a cases file…'
        '<input type="file" accept=".jsonl,.json,.txt" class="unseen" data-act="file"></label>'
        f"{back}</div></section>"
    )


def how_to_write(template: str, ids: Sequence[str]) -> str:
    """Return how a cases file is written, with lines that fit this library."""
    kinds = "".join(f"<dt><code>{kind.value}</code></dt><dd>{said}</dd>" for kind, said in KINDS_SAID.items())
    listed = ", ".join(f"<code>{escape(one)}</code>" for one in ids)
    return (
        '<details class="how"><summary>How a cases file is written</summary><div>'
        "<p>Plain text in UTF-8, ending in .jsonl, one JSON object a line:</p>"
        f"<pre>{''.join(f'<code>{escape(line)}</code>' for line in template.splitlines())}</pre>"
        "<p>What is right is said by place, never by a model answer. Each entry of <code>gold</code> names a "
        "<code>document</code> by its id and, if you like, a <code>provision</code> as it is cited "
        "(<code>13(1)(b)</code>) or a <code>section</code> by its heading; <code>contains</code> lists words "
        "that the quotes must hold. Several entries are alternatives. <code>split</code> is <code>dev</code> for "
        "questions you look at while you improve things and <code>test</code> for those you do not.</p>"
        f"<dl>{kinds}</dl>" + (f"<p>Ids in this library: {listed}</p>" if listed else "") + "</div></details>"
    )


def job(now: Job) -> str:
    """Return how far the evaluation at work has come, or how the last one ended."""
    if now.phase is Phase.IDLE:
        return ""
    if now.phase is Phase.FAILED:
        return trouble(f"Evaluation not finished: {now.trouble}")
    if not now.at_work:
        ended = f"Evaluated {now.done} of {now.cases} cases in {_span(now.seconds)}"
        kept = "" if now.phase is Phase.ENDED else ", then stopped; what was done is kept" if now.done else ""
        return f'<p class="searched" role="status">{ended}{kept}.</p>{_notes(now.notes)}'
    wait = " Visitors’ questions go first." if now.phase is Phase.WAITING else ""
    left = f", about {_span(now.left)} left" if now.left is not None else ""
    return (
        f'<section class="running" aria-label="Evaluation at work"><p role="status">{now.done} of {now.cases} cases'
        f"{left}.{wait}</p>"
        f'<div class="bar-done" role="progressbar" aria-label="Cases done" aria-valuemin="0" '
        f'aria-valuemax="{now.cases}" aria-valuenow="{now.done}">'
        f'<i style="width: {100 * now.done / now.cases:.1f}%"></i></div>'
        f'<p class="searched"><bdi>{escape(now.words)}</bdi></p>{_notes(now.notes)}'
        f"{_so_far(now.judged)}</section>"
    )


def report(name: str, run: Run, places: Places) -> str:
    """Return a run: its figures, plots and worst cases."""
    judged = run.judged()
    found = scores(judged)
    return (
        f'<article class="run" data-run="{attribute(name)}">{_tiles(found)}{_kinds(judged)}'
        f'<section aria-label="Confidence"><h3>Confidence</h3>{confidence_plots(judged)}</section>'
        f"{_worst(run, places)}{_figures(found)}{_made_with(run.metadata)}</article>"
    )


def downloads(name: str) -> str:
    """Return the buttons that fetch a run's files."""
    return "".join(
        f'<button type="button" class="show" data-act="fetch" data-form="{form}" data-run="{attribute(name)}">'
        f"{words}</button>"
        for form, words in (("json", "Download the run (JSON)"), ("html", "Download the report (HTML)"))
    )


def trouble(message: str) -> str:
    """Return an error, in its one line."""
    return f'<div class="card trouble" role="alert"><p>{escape(message)}</p></div>'


# -- figures


def _tiles(found: Mapping[str, Score]) -> str:
    tiles = "".join(
        f"<li><span>{name}</span><b>{figure(name, found[name].value)}</b>"
        f"<span>{_between(name, found[name])}</span></li>"
        for name in TILES
    )
    return f'<ul class="tiles">{tiles}</ul>'


def _so_far(judged: Sequence[Judged]) -> str:
    if not judged:
        return ""
    found = scores(judged, interval=False)
    tiles = "".join(
        f"<li><span>{name}</span><b>{figure(name, found[name].value)}</b></li>" for name in SO_FAR
    )
    return f'<h4>So far</h4><ul class="tiles few">{tiles}</ul>'


def _kinds(judged: Sequence[Judged]) -> str:
    kinds = by_kind(judged)
    heads = "".join(f'<th scope="col">{short}</th>' for _, short in KIND_COLUMNS)
    rows = "".join(
        f'<tr><th scope="row">{kind.value.replace("_", " ")}</th><td>{sum(case.kind is kind for case in judged)}</td>'
        + "".join(f"<td>{figure(name, one[name].value)}</td>" for name, _ in KIND_COLUMNS)
        + "</tr>"
        for kind, one in kinds.items()
    )
    bars = "".join(
        _bar(kind.value.replace("_", " "), [case for case in judged if case.kind is kind]) for kind in kinds
    )
    legend = "".join(f'<li><i class="{one.replace(" ", "-")}"></i>{one}</li>' for one in reversed(OUTCOMES))
    head = f'<tr><th scope="col">kind</th><th scope="col">n</th>{heads}</tr>'
    return (
        f'<section aria-label="By kind of question"><h3>By kind of question</h3><ul class="legend">{legend}</ul>'
        f'<ul class="bars">{bars}</ul>{_table("Figures by kind of question", head, rows)}</section>'
    )


def _bar(name: str, cases: Sequence[Judged]) -> str:
    counts = Counter(outcome_of(case) for case in cases)
    parts = [Part(one, one.replace(" ", "-"), counts[one]) for one in reversed(OUTCOMES)]
    right = sum(bool(case.right) for case in cases)
    return (
        f'<li><span class="name">{name}</span>{stacked_bar(parts)}'
        f'<span class="count">{right} of {len(cases)} right</span></li>'
    )


def _figures(found: Mapping[str, Score]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{one.name}<span class="meaning">{escape(one.meaning)}</span></th>'
        f"<td>{figure(one.name, found[one.name].value)}</td><td>{_between(one.name, found[one.name])}</td>"
        f"<td>{interval_strip(found[one.name]) if one.unit == 'share' else ''}</td>"
        f"<td>{found[one.name].given}</td></tr>"
        for one in MEASURES
    )
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("measure", "value", "95% interval", "0 to 1", "scores")
    )
    return (
        '<details class="all"><summary>All figures</summary><p class="soft">Intervals: 95%, by bootstrap over '
        f"documents.</p>{_table('All figures', f'<tr>{head}</tr>', rows)}</details>"
    )


def _table(name: str, head: str, rows: str) -> str:
    """Return a table that scrolls within itself, by keyboard too."""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table><thead>{head}</thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _between(name: str, score: Score) -> str:
    if score.low is None or score.high is None:
        return NONE
    return f"{figure(name, score.low)} to {figure(name, score.high)}"


# -- worst cases


def _worst(run: Run, places: Places) -> str:
    wrong = worst_cases(run)
    causes = Counter(cause_of(case) for _, case in wrong)
    listed = "".join(
        f"<li><b>{count}</b> {escape(cause.value)}</li>" for cause, count in causes.most_common()
    )
    more = f"; the worst {WORST} are shown" if len(wrong) > WORST else ""
    cases = "".join(_case(outcome, case, places) for outcome, case in wrong[:WORST])
    return (
        '<section aria-label="Worst cases"><h3>Worst cases</h3>'
        f'<p class="soft">{len(wrong)} of {len(run.outcomes)} questions went wrong{more}.</p>'
        f'<ul class="causes">{listed}</ul>{cases}</section>'
    )


def _case(outcome: Outcome, case: Judged, places: Places) -> str:
    asked = outcome.case
    sure = NONE if case.confidence is None else f"{case.confidence:.2f}"
    before = "".join(f"<li>asked before: <q><bdi>{escape(one)}</bdi></q></li>" for one in asked.history)
    return (
        f'<details class="case"><summary><b><bdi>{escape(asked.question)}</bdi></b><span class="facts">'
        f'<span class="fault">{escape(went_wrong(outcome, case))}</span>; {asked.kind.value.replace("_", " ")}, '
        f"confidence {sure}, <bdi>{escape(asked.id)}</bdi></span></summary><div><h4>Expected</h4><ul>{before}"
        f"{_expected(asked, places)}</ul>{_said(outcome, places)}</div></details>"
    )


def _expected(case: Case, places: Places) -> str:
    if not case.gold:
        return "<li>to be declined: no document answers it</li>"
    corrected = "" if case.answerable else "<li>to be declined, or corrected from:</li>"
    return corrected + "".join(f"<li>{_gold(gold, places)}</li>" for gold in case.gold)


def _gold(gold: Gold, places: Places) -> str:
    where = ", ".join(part for part in (places.title(gold.document), gold.provision, gold.section) if part)
    words = " … ".join(f"<q><bdi>{escape(one)}</bdi></q>" for one in gold.contains)
    return _linked(where, places.gold(gold)) + (f": {words}" if words else "")


def _said(outcome: Outcome, places: Places) -> str:
    if outcome.answer is None:
        return f"<h4>Failed</h4><ul><li>{escape('; '.join(dict.fromkeys(outcome.errors)))}</li></ul>"
    if outcome.answer["status"] == "declined":
        near = "".join(_quote(quote, places) for quote in outcome.answer["nearest"])
        reason = escape(str(outcome.answer["reason"]))
        return f'<h4>Declined; nearest</h4><ul class="nearest"><li>{reason}</li>{near}</ul>'
    return f"<h4>Quoted</h4><ul>{''.join(_quote(one, places) for one in outcome.answer['quotes'])}</ul>"


def _quote(quote: Json, places: Places) -> str:
    cited = _linked(quote["citation"], places.link(quote["document"]["id"], tuple(quote["path"])))
    return f'<li><blockquote dir="auto">{escape(quote["text"])}</blockquote><cite>{cited}</cite></li>'


def _linked(words: str, link: str | None) -> str:
    shown = f"<bdi>{escape(words)}</bdi>"
    return shown if link is None else f'<a href="{attribute(link)}">{shown}</a>'


# -- the rest


def _made_with(made: Metadata) -> str:
    rows = (
        ("date", f"{datetime.fromisoformat(made.date):%-d %B %Y, %H:%M} UTC"),
        ("index", made.generation or NONE),
        ("program source", made.program_sha256),
        ("documents", f"{made.documents}, {made.corpus_sha256}"),
        ("cases", made.cases_sha256),
        *((f"{name} model", value) for name, value in made.models.items()),
        *(
            (f"setting {name}", json.dumps(value, ensure_ascii=False))
            for name, value in made.settings.items()
        ),
        *made.versions.items(),
    )
    listed = "".join(
        f"<div><dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd></div>" for name, value in rows
    )
    return f'<details class="all"><summary>Made with</summary><dl class="made">{listed}</dl></details>'


def _notes(notes: Sequence[str]) -> str:
    return "".join(f'<p class="note"><bdi>{escape(one)}</bdi></p>' for one in notes)


def _span(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / MINUTE)} min"
