"""The HTML of a check: how much is right, every finding in the order of the text, and the text itself, marked.

All of a text that someone brings is foreign and goes through ``assistant.web.html``. What a finding is stands in words
and a sign, never in colour alone; words put in and left out are ``ins`` and ``del`` with a plus or a minus before them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from assistant.citations import place
from assistant.edits import Op
from assistant.render_verify import formerly_words, line_of
from assistant.verify import Status
from assistant.web.html import attribute, escape
from assistant.web.saving import buttons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.verify import Difference, Finding, Source
    from assistant.web.verify.verifying import Checked, Course, Found
    from corpus.pinpoint import Style

FORMS = {"md": "Markdown", "json": "JSON"}
SAID = {
    Status.EXACT: "Exact",
    Status.ALTERED: "Exact but for words in brackets",
    Status.DIFFERS: "Differs from its source",
    Status.WRONG_ADDRESS: "Wrong address",
    Status.NOT_FOUND: "Not found in any document",
    Status.NOT_HELD: "Not checked: its treaty is not in the library",
    Status.NO_SUCH_PROVISION: "Address does not exist",
}
SIGNS = {
    Status.EXACT: "✓",
    Status.ALTERED: "✓",
    Status.DIFFERS: "Δ",
    Status.WRONG_ADDRESS: "→",
    Status.NOT_FOUND: "✗",
    Status.NOT_HELD: "?",
    Status.NO_SUCH_PROVISION: "✗",
}
MOST_SHOWN = 400
"""Findings drawn; a text with more is no memorandum, and a page with thousands is slow to draw. Saved reports have
all of them."""
SHOW = "Show in place"
HINT = (
    "Paste a memorandum, an opinion or a chapter, or drop the file (Word, PDF, Markdown, HTML, text). Every quotation "
    "and pinpoint in it is held against the documents of this library, word for word."
)
_ELLIPSIS = " […] "
_SHOWN = 180
"""Characters of a quotation that is right; it stands whole in the marked text."""
_AROUND = 40
"""Words that are alike shown on either side of a difference."""
_BLOCK_MARK = re.compile(r"(?m)^[ ]{0,3}>[ ]?")


def empty(*, example: bool) -> str:
    """Return what stands in the place of the report at first; with a button for an example if there is one."""
    button = (
        '<button type="button" class="example try">Try it with an example from this library</button>'
        if example
        else ""
    )
    return f'<section class="welcome verify-empty"><p class="lead">{HINT}</p>{button}</section>'


def course(now: Course, style: Style) -> str:
    """Return the report, the progress towards it, or why there is none."""
    if now.trouble:
        return (
            f'<div class="card trouble" role="alert"><h4>Not checked</h4><p>{escape(now.trouble)}</p></div>'
        )
    if now.checked is not None:
        return _report(now.checked, style)
    return (
        '<p class="progress" role="status"><span class="at-work" aria-hidden="true"></span>'
        f"{escape(now.progress)}</p>"
    )


def _report(checked: Checked, style: Style) -> str:
    shown = checked.found[:MOST_SHOWN]
    listed = "".join(_entry(number, one, checked.text, style) for number, one in enumerate(shown, start=1))
    left = len(checked.found) - len(shown)
    more = f'<p class="searched">{left:,} more findings are in the saved report.</p>' if left else ""
    findings = f'<ol class="findings">{listed}</ol>{more}' if listed else ""
    save = buttons(FORMS) if listed else ""
    return (
        f'<section class="verified" aria-label="Report">{_summary(checked)}{save}{findings}'
        f"{_marked(checked, shown)}</section>"
    )


def _summary(checked: Checked) -> str:
    report = checked.report
    counts = Counter(finding.status for finding in report.findings)
    told = "".join(
        f'<li class="{status.value}"><span class="sign" aria-hidden="true">{SIGNS[status]}</span> '
        f"<strong>{counts[status]}</strong> {_lowered(SAID[status])}</li>"
        for status in Status
        if counts[status]
    )
    checks = f"{_counted(report.quotations, 'quotation')} and {_counted(report.pinpoints, 'pinpoint')}"
    verdict = "Nothing to mend." if report.sound else ""
    if not report.quotations and not report.pinpoints:
        verdict = (
            "No quotation of four words or more and no pinpoint was found in this text. "
            "Words are taken for quoted between quotation marks or in block quotes."
        )
    lines = f'<ul class="counts">{told}</ul>' if told else ""
    return (
        f'<header class="summary" role="status"><h2><bdi>{escape(checked.name)}</bdi></h2>'
        f"<p>{checks} checked against {_counted(checked.documents, 'document')}. {verdict}</p>{lines}</header>"
    )


def _lowered(words: str) -> str:
    return words[0].lower() + words[1:]


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def _entry(number: int, found: Found, text: str, style: Style) -> str:
    finding = found.finding
    parts = (_words(finding), _difference(finding), _source(found, style), _address(finding, style))
    inside = "".join((*parts, _formerly(finding)))
    return (
        f'<li id="finding-{number}" class="finding {finding.status.value}" tabindex="-1">'
        f'<h3><span class="verdict"><span class="sign" aria-hidden="true">{SIGNS[finding.status]}</span> '
        f'{_verdict(finding)}</span> <a class="jump" href="#memo-{number}">line {line_of(text, finding):,}</a></h3>'
        f"{inside}</li>"
    )


def _verdict(finding: Finding) -> str:
    said = SAID[finding.status]
    also = finding.status is Status.WRONG_ADDRESS and any(_is_change(one) for one in finding.diff)
    return f"{said}, and the words differ" if also else said


def _words(finding: Finding) -> str:
    """Return the words of the text; those that differ are shown with the difference instead."""
    if finding.quotation is None:
        return f'<p class="given"><bdi>{escape(finding.given or "")}</bdi></p>'
    if finding.diff:
        return ""
    words = _flat(finding.quotation)
    if finding.status.sound and len(words) > _SHOWN:
        words = f"{words[: _SHOWN - 1]}…"
    return f'<blockquote dir="auto">{escape(words)}</blockquote>'


def _difference(finding: Finding) -> str:
    if not finding.diff:
        return ""
    legend = (
        '<p class="legend"><del><span class="sign">−</span>only in your text</del> '
        '<ins><span class="sign">+</span>only in the source</ins></p>'
        if any(_is_change(one) for one in finding.diff)
        else '<p class="legend">Words in brackets, and what the source has there</p>'
    )
    last = len(finding.diff) - 1
    runs = " ".join(_run(one, place == 0, place == last) for place, one in enumerate(finding.diff))
    return f'<blockquote class="difference" dir="auto">{runs}</blockquote>{legend}'


def _is_change(one: Difference) -> bool:
    return one.op in {Op.REPLACE, Op.DELETE, Op.INSERT}


def _run(one: Difference, first: bool, last: bool) -> str:  # noqa: FBT001 - private
    """Return a run of words of the text beside those of the source."""
    text, source = _flat(one.text), _flat(one.source)
    if one.op is Op.EQUAL:
        return escape(_shortened(text, first=first, last=last))
    if one.op is Op.OMITTED:
        return f'<span class="omitted">{escape(text)}</span>'
    if one.op is Op.ALTERED:
        has = f' <span class="has">[source: {escape(source)}]</span>' if source else ""
        return f'<span class="altered">{escape(text)}</span>{has}'
    struck = f'<del><span class="sign">−</span>{escape(text)}</del>' if text else ""
    added = f'<ins><span class="sign">+</span>{escape(source)}</ins>' if source else ""
    return f"{struck} {added}".strip()


def _shortened(words: str, *, first: bool, last: bool) -> str:
    """Return words that are alike, those far from a difference left out."""
    every = words.split(" ")
    head, tail = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(every) <= head + tail + _AROUND:
        return words
    return " ".join((*every[:head], "…", *every[len(every) - tail :]))


def _source(found: Found, style: Style) -> str:
    finding, source = found.finding, found.finding.source
    if source is None or finding.status is Status.WRONG_ADDRESS:
        return ""
    changed = finding.status is Status.DIFFERS
    words = (
        f'<details class="source"><summary>The source’s words</summary>'
        f'<blockquote dir="auto">{escape(_ELLIPSIS.join(map(_flat, found.words)))}</blockquote></details>'
        if changed
        else ""
    )
    return f"{words}{_cited(source, style)}"


def _formerly(finding: Finding) -> str:
    """Return where the words stood before their document changed, with the way there."""
    if finding.formerly is None:
        return ""
    return (
        f'<p class="formerly">{escape(formerly_words(finding.formerly))}. '
        f'<a class="passage" href="{attribute(finding.formerly.link)}">Show them there</a></p>'
    )


def _cited(source: Source, style: Style) -> str:
    cited = place(source.citation, style)
    return (
        f'<p class="cited"><cite><bdi>{escape(cited)}</bdi></cite> '
        f'<a class="passage" href="{attribute(source.citation.link)}" '
        f'aria-label="{attribute(f"{SHOW}: {cited}")}">{SHOW}</a></p>'
    )


def _address(finding: Finding, style: Style) -> str:
    """Return the address given and the right one, where it is wrong or could not be looked up."""
    given = f'<bdi class="wrong">{escape(finding.given or "")}</bdi>'
    if finding.status is Status.WRONG_ADDRESS and finding.source is not None:
        right = finding.source.citation
        also = (
            f' <span class="also">(the words also stand elsewhere: <bdi>{escape(finding.right)}</bdi>)</span>'
            if finding.right and finding.right != right.text
            else ""
        )
        return (
            f'<dl class="addresses"><div><dt>In your text</dt><dd>{given}</dd></div><div><dt>Right</dt><dd>'
            f'<a href="{attribute(right.link)}"><bdi>{escape(place(right, style))}</bdi></a>{also}</dd></div></dl>'
        )
    if finding.status is Status.NO_SUCH_PROVISION:
        return f'<p class="cited"><bdi>{escape(finding.right or "")}</bdi></p>'
    if finding.status in {Status.NOT_HELD, Status.NOT_FOUND} and finding.given:
        return f'<p class="cited">In your text: {given}</p>'
    return ""


def _marked(checked: Checked, shown: Sequence[Found]) -> str:
    """Return the text with its findings marked; nested ones are marked once, by the outer."""
    text, drawn, at = checked.text, [], 0
    for number, one in enumerate(shown, start=1):
        finding = one.finding
        if finding.span.start < at:
            drawn.append(f'<span id="memo-{number}" tabindex="-1"></span>')
            continue
        drawn.append(escape(text[at : finding.span.start]))
        told = attribute(f"Finding {number}: {SAID[finding.status]}")
        drawn.append(
            f'<mark id="memo-{number}" class="{finding.status.value}" tabindex="-1">'
            f"{escape(finding.span.of(text))}</mark>"
            f'<a class="jump note" href="#finding-{number}" aria-label="{told}">'
            f"{number}&#160;{SIGNS[finding.status]}</a>"
        )
        at = finding.span.end
    drawn.append(escape(text[at:]))
    return (
        '<details class="memo"><summary>Your text, marked</summary>'
        f'<div class="words" dir="auto">{"".join(drawn)}</div></details>'
    )


def _flat(words: str) -> str:
    return " ".join(_BLOCK_MARK.sub(" ", words).split())
