"""A run as one page: its figures, plots and worst cases, with its own style and nothing from outside.

Everything that a case, a document or an answer says is escaped; the page has no script and its policy allows none.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from eval.compare import OUTCOMES, outcome_of
from eval.confidence import reliability, risk_coverage
from eval.metrics import MEASURES, Score, by_kind, foretold, scores
from eval.plots import Part, interval_strip, reliability_plot, risk_coverage_plot, stacked_bar
from eval.report import KIND_COLUMNS, NONE, figure, went_wrong, worst_cases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.cases import Case, Gold
    from eval.judge import Judged
    from eval.made_with import Metadata
    from eval.run import Outcome, Run

    Json = Mapping[str, Any]

WORST = 40
"""Cases shown; the saved run has all."""
TILES = (
    "right@1",
    "recall@10",
    "coverage",
    "quote precision",
    "quote recall",
    "declined correctly",
    "declined wrongly",
    "median ms",
)
"""Figures at the head of the page."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(run: Run, *, worst: int = WORST) -> str:
    """Return a run's report as a page.

    Args:
        run: The run.
        worst: Most cases shown of those that went wrong.
    """
    judged = run.judged()
    found = scores(judged)
    style = resources.files("eval").joinpath("page.css").read_text(encoding="utf-8")
    body = "".join(
        (
            _head(run, found),
            _figures(found),
            _confidence(judged),
            _kinds(judged),
            _documents(judged),
            _worst(run, worst),
            _made_with(run.metadata),
        )
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>Evaluation, {escape(_day(run.metadata.date))}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _head(run: Run, found: Mapping[str, Score]) -> str:
    made = run.metadata
    tiles = "".join(
        f"<li><span>{escape(name)}</span><b>{figure(name, found[name].value)}</b>"
        f"<span>{_between(name, found[name])}</span></li>"
        for name in TILES
    )
    return (
        f"<header><h1>Evaluation</h1><p class='soft'>{len(run.outcomes)} questions over {made.documents} "
        f"documents, {escape(_day(made.date))}</p></header>\n<ul class='tiles'>{tiles}</ul>\n"
    )


def _figures(found: Mapping[str, Score]) -> str:
    rows = []
    for measure in MEASURES:
        name, score = measure.name, found[measure.name]
        strip = interval_strip(score) if measure.unit == "share" else ""
        rows.append(
            f"<tr><th scope='row'>{escape(name)}<span class='meaning'>{escape(measure.meaning)}</span></th>"
            f"<td>{figure(name, score.value)}</td><td class='nowrap'>{_between(name, score)}</td><td>{strip}</td>"
            f"<td>{score.given}</td><td>{score.not_given}</td></tr>"
        )
    return (
        "<section><h2>All figures</h2><p class='soft'>Intervals: 95%, by bootstrap over documents. Scores that could "
        "not be given are counted and left out.</p><div class='scroll' tabindex='0'><table class='figures'><thead><tr>"
        "<th scope='col'>measure</th><th scope='col'>value</th><th scope='col'>95% interval</th>"
        "<th scope='col'>from 0 to 1</th><th scope='col'>scores</th>"
        f"<th scope='col'>not given</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        "</section>\n"
    )


def _confidence(judged: Sequence[Judged]) -> str:
    return f"<section><h2>Confidence</h2>{confidence_plots(judged)}</section>\n"


def confidence_plots(judged: Sequence[Judged]) -> str:
    """Return the risk–coverage and the reliability plot with what they say; numbers and our own words only."""
    told = foretold(judged)
    said = [case for case in judged if case.declined is False and case.correct is not None]
    wrong = sum(not case.correct for case in said)
    point = (len(said) / len(told), wrong / len(said)) if said and told else None
    here = (
        f" The dot is the program as it is: it answered {len(said)} of {len(told)}, {wrong} of them wrongly."
        if point
        else ""
    )
    return (
        f"<div class='plots'><figure><h3>Risk and coverage</h3>{risk_coverage_plot(risk_coverage(told), point)}"
        "<figcaption>If only the surest cases were answered, how many would be wrong. Dashed: without confidence."
        f"{here}</figcaption></figure><figure><h3>Reliability</h3>{reliability_plot(reliability(told))}"
        "<figcaption>What was said with a confidence, and how much of it was right; on the dashed line it is what "
        "it says. Dots are larger for more cases.</figcaption></figure></div>"
    )


def _kinds(judged: Sequence[Judged]) -> str:
    kinds = by_kind(judged)
    bars = _bars({kind.value: [case for case in judged if case.kind is kind] for kind in kinds})
    heads = "".join(f"<th scope='col'>{escape(short)}</th>" for _, short in KIND_COLUMNS)
    rows = "".join(
        f"<tr><th scope='row'>{escape(kind.value)}</th><td>{sum(case.kind is kind for case in judged)}</td>"
        + "".join(f"<td>{figure(name, found[name].value)}</td>" for name, _ in KIND_COLUMNS)
        + "</tr>"
        for kind, found in kinds.items()
    )
    return (
        f"<section><h2>By kind of question</h2>{bars}<div class='scroll' tabindex='0'><table><thead><tr>"
        f"<th scope='col'>kind</th><th scope='col'>n</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        "</section>\n"
    )


def _documents(judged: Sequence[Judged]) -> str:
    names = sorted({case.group for case in judged})
    return (
        "<section><h2>By document</h2><p class='soft'>The document that answers; for a question that none answers, "
        "the file of cases it is from.</p>"
        + _bars({name: [case for case in judged if case.group == name] for name in names})
        + "</section>\n"
    )


def _bars(groups: Mapping[str, Sequence[Judged]]) -> str:
    rows = []
    for name, cases in groups.items():
        counts = Counter(outcome_of(case) for case in cases)
        parts = [Part(one, one.replace(" ", "-"), counts[one]) for one in reversed(OUTCOMES)]
        right = sum(bool(case.right) for case in cases)
        rows.append(
            f"<li><span class='name'>{escape(name)}</span>{stacked_bar(parts)}"
            f"<span class='count'>{right} of {len(cases)} right</span></li>"
        )
    legend = "".join(f'<li><i class="{one.replace(" ", "-")}"></i>{one}</li>' for one in reversed(OUTCOMES))
    return f"<ul class='legend'>{legend}</ul><ul class='bars'>{''.join(rows)}</ul>"


# -- cases


def _worst(run: Run, most: int) -> str:
    wrong = worst_cases(run)
    shown = "".join(_case(outcome, case) for outcome, case in wrong[:most])
    count = f"{len(wrong)} of {len(run.outcomes)} questions went wrong"
    more = f"; the worst {most} are shown" if len(wrong) > most else ""
    return f"<section><h2>Worst cases</h2><p class='soft'>{count}{more}.</p>{shown}</section>\n"


def _case(outcome: Outcome, case: Judged) -> str:
    asked = outcome.case
    sure = NONE if case.confidence is None else f"{case.confidence:.2f}"
    before = "".join(f"<li>asked before: {escape(one)}</li>" for one in asked.history)
    return (
        f"<details class='case'><summary><b>{escape(asked.question)}</b><span class='facts'>"
        f"<span class='fault'>{escape(went_wrong(outcome, case))}</span>; {escape(asked.kind.value)}, confidence "
        f"{sure}, {escape(asked.id)}</span></summary><div class='inside'><div><h3>Expected</h3><ul>{before}"
        f"{_expected(asked)}</ul></div>{_said(outcome)}</div></details>\n"
    )


def _expected(case: Case) -> str:
    if not case.gold:
        return "<li>to be declined: no document answers it</li>"
    corrected = "" if case.answerable else "<li>to be declined, or corrected from:</li>"
    return corrected + "".join(f"<li>{_place(gold)}</li>" for gold in case.gold)


def _place(gold: Gold) -> str:
    where = ", ".join(part for part in (gold.document, gold.provision, gold.section) if part)
    words = " … ".join(f"<q>{escape(one)}</q>" for one in gold.contains)
    return escape(where) + (f": {words}" if words else "")


def _said(outcome: Outcome) -> str:
    if outcome.answer is None:
        return (
            f"<div><h3>Failed</h3><ul><li>{escape('; '.join(dict.fromkeys(outcome.errors)))}</li></ul></div>"
        )
    if outcome.answer["status"] == "declined":
        near = "".join(_quote(quote) for quote in outcome.answer["nearest"])
        reason = escape(str(outcome.answer["reason"]))
        return f"<div class='nearest'><h3>Declined; nearest</h3><ul><li>{reason}</li>{near}</ul></div>"
    return (
        f"<div><h3>Quoted</h3><ul>{''.join(_quote(quote) for quote in outcome.answer['quotes'])}</ul></div>"
    )


def _quote(quote: Json) -> str:
    words, cited = escape(quote["text"]), escape(quote["citation"])
    return f"<li><blockquote dir='auto'>{words}</blockquote><cite>{cited}</cite></li>"


def _made_with(made: Metadata) -> str:
    rows = [
        ("date", made.date),
        ("index", made.generation or NONE),
        ("program source", made.program_sha256),
        ("documents", f"{made.documents}, {made.corpus_sha256}"),
        ("cases", made.cases_sha256),
        *((f"{name} model", value) for name, value in made.models.items()),
        *((f"setting {name}", str(value)) for name, value in made.settings.items()),
        *made.versions.items(),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<section><h2>Made with</h2><dl class='made'>{listed}</dl></section>\n"


def _between(name: str, score: Score) -> str:
    if score.low is None or score.high is None:
        return NONE
    return f"{figure(name, score.low)} to {figure(name, score.high)}"


def _day(date: str) -> str:
    return f"{datetime.fromisoformat(date):%-d %B %Y, %H:%M} UTC"
