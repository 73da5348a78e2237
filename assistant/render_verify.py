"""A check of someone's text as JSON, for a terminal, and as Markdown to take away.

The JSON form is a contract (additive changes only).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.citations import styled
from assistant.edits import Op
from assistant.verify import Status
from assistant.versions import lifetime
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.render import Json
    from assistant.verify import Difference, Finding, Formerly, Report, Source

_SAID = {
    Status.EXACT: "exact",
    Status.ALTERED: "exact but for words in brackets",
    Status.DIFFERS: "DIFFERS from its source",
    Status.WRONG_ADDRESS: "WRONG ADDRESS",
    Status.NOT_FOUND: "NOT FOUND in any document",
    Status.NOT_HELD: "NOT CHECKED: its treaty is not in the library",
    Status.NO_SUCH_PROVISION: "NO SUCH PROVISION",
}
_SHOWN = 160
"""Characters of a quotation that a terminal shows; the file has the rest."""
_MARKS = re.compile(r"([\\`*_\[\]<>|~#&!])")
_AROUND = 6
"""Words shown on either side of a difference."""


def verified_json(report: Report, text: str, style: Style = Style.OSCOLA) -> Json:
    """Return the JSON form of ``treaty verify --json``.

    Args:
        report: What was found.
        text: The text checked.
        style: How citations are written.
    """
    return {
        "checked": report.quotations + report.pinpoints,
        "quotations": report.quotations,
        "pinpoints": report.pinpoints,
        "findings": [_finding_json(one, text, style) for one in report.findings],
    }


def _finding_json(finding: Finding, text: str, style: Style) -> Json:
    source = finding.source
    return {
        "status": finding.status.value,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": line_of(text, finding),
        "quotation": finding.quotation,
        "source": _source_json(source, style) if source else None,
        "found": [{"start": s.start, "end": s.end} for s in source.spans] if source else [],
        "diff": [{"op": d.op.value, "source": d.source, "text": d.text} for d in finding.diff],
        "given": finding.given,
        "right": finding.right,
        "formerly": _formerly_json(finding.formerly, style) if finding.formerly else None,
    }


def _formerly_json(formerly: Formerly, style: Style) -> Json:
    return {
        **_source_json(formerly.source, style),
        "link": formerly.link,
        "sha256": formerly.sha256,
        "added": formerly.version.added,
        "replaced": formerly.version.replaced or None,
        "today": formerly.version.today,
    }


def formerly_words(formerly: Formerly) -> str:
    """Return in a sentence in which version words stood."""
    version = formerly.version
    return (
        f"These words stand in an older version of the document, {lifetime(version.added, version.replaced)}"
    )


def _source_json(source: Source, style: Style) -> Json:
    return {
        "document": source.document_id,
        "title": source.citation.title,
        "provision": source.provision,
        "citation": styled(source.citation, style),
        "page": source.citation.page,
        "link": source.citation.link,
    }


def verified_text(report: Report, text: str, style: Style = Style.OSCOLA) -> str:
    """Return the report for a terminal: each finding with its line, then what was checked."""
    shown = [_finding_text(one, text, style) for one in report.findings]
    return "\n\n".join((*shown, _summary(report)))


def _summary(report: Report) -> str:
    many = [
        f"{_counted(report.quotations, 'quotation')} and {_counted(report.pinpoints, 'pinpoint')} checked"
    ]
    wrong = sum(not finding.status.sound for finding in report.findings)
    many.append(f"{_counted(wrong, 'finding')} to look at" if wrong else "nothing to mend")
    return f"{'; '.join(many)}."


def _counted(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}"


def _finding_text(finding: Finding, text: str, style: Style) -> str:
    lines = [f"line {line_of(text, finding)}: {_SAID[finding.status]}"]
    if finding.quotation is not None:
        lines.append(f"  “{_shortened(finding.quotation)}”")
    if finding.source is not None and finding.status is not Status.WRONG_ADDRESS:
        lines.append(f"  — {styled(finding.source.citation, style)}")
    if finding.status in {Status.WRONG_ADDRESS, Status.NO_SUCH_PROVISION, Status.NOT_HELD}:
        lines.append(f"  given: {finding.given}")
    if finding.status is Status.WRONG_ADDRESS:
        lines.append(f"  right: {finding.right}")
    elif finding.right:
        lines.append(f"  {finding.right}")
    if finding.formerly is not None:
        cited = styled(finding.formerly.source.citation, style)
        lines += [f"  {formerly_words(finding.formerly)}: {cited}", f"  {finding.formerly.link}"]
    return "\n".join((*lines, *_diff_text(finding.diff)))


def _diff_text(diff: Sequence[Difference]) -> list[str]:
    """Return a line for each difference: what the source has, what the text has, with the words around."""
    lines = []
    for place, one in enumerate(diff):
        if one.op in {Op.EQUAL, Op.OMITTED}:
            continue
        before = _words(diff[place - 1].source)[-_AROUND:] if place else []
        has = " ".join((*before, f"[-{_flat(one.source)}-]" if one.source else "[--]"))
        lines.append(f"  source: {has}  text: {{+{_flat(one.text)}+}}")
    return lines


def line_of(text: str, finding: Finding) -> int:
    """Return the line of the text on which a finding begins, from 1."""
    return text.count("\n", 0, finding.span.start) + 1


def _words(words: str) -> list[str]:
    return words.split()


def _flat(words: str) -> str:
    return " ".join(words.split())


def _unmarked(words: str) -> str:
    """Return words without the marks of a block quote."""
    return re.sub(r"(?m)^[^\S\n]*>", " ", words)


def _shortened(words: str) -> str:
    flat = _flat(_unmarked(words))
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"


# -- to take away


def verified_markdown(report: Report, text: str, name: str, style: Style = Style.OSCOLA) -> str:
    """Return the report as Markdown: what was checked, then each finding under a heading of its own.

    Args:
        report: What was found.
        text: The text checked.
        name: What it is called.
        style: How citations are written.
    """
    drawn = [
        _finding_markdown(number, one, text, style) for number, one in enumerate(report.findings, start=1)
    ]
    return "\n\n".join((f"# {_escaped(name)}", _summary(report), *drawn)) + "\n"


def _finding_markdown(number: int, finding: Finding, text: str, style: Style) -> str:
    said = _SAID[finding.status]
    parts = [f"## {number}. Line {line_of(text, finding)}: {said[0].upper()}{said[1:].lower()}"]
    if finding.quotation is not None:
        parts.append(f"> {_escaped(_unmarked(finding.quotation))}")
    if any(one.op not in {Op.EQUAL, Op.OMITTED} for one in finding.diff):
        parts.append("\n".join(map(_difference_markdown, _changes(finding.diff))))
    lines = []
    if finding.given:
        lines.append(f"- In the text: {_escaped(finding.given)}")
    if finding.right:
        lines.append(f"- Right: {_escaped(finding.right)}")
    if finding.source is not None:
        lines.append(f"- Source: {_escaped(styled(finding.source.citation, style))}")
    if finding.formerly is not None:
        cited = styled(finding.formerly.source.citation, style)
        lines.append(f"- {_escaped(f'{formerly_words(finding.formerly)}: {cited}')}")
    return "\n\n".join((*parts, *(("\n".join(lines),) if lines else ())))


def _changes(diff: Sequence[Difference]) -> list[Difference]:
    return [one for one in diff if one.op not in {Op.EQUAL, Op.OMITTED}]


def _difference_markdown(one: Difference) -> str:
    return f"- the text has “{_escaped(one.text)}”, the source “{_escaped(one.source)}”"


def _escaped(words: str) -> str:
    """Return words on one line, with what Markdown or HTML would read as a mark escaped."""
    return _MARKS.sub(r"\\\1", _flat(words))
