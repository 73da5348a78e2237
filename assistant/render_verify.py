"""A check of someone's text as JSON and for a terminal. The JSON form is a contract (additive changes only)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.citations import styled
from assistant.edits import Op
from assistant.verify import Status
from corpus.pinpoint import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.render import Json
    from assistant.verify import Difference, Finding, Report, Source

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
        "line": _line(text, finding),
        "quotation": finding.quotation,
        "source": _source_json(source, style) if source else None,
        "found": [{"start": s.start, "end": s.end} for s in source.spans] if source else [],
        "diff": [{"op": d.op.value, "source": d.source, "text": d.text} for d in finding.diff],
        "given": finding.given,
        "right": finding.right,
    }


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
    lines = [f"line {_line(text, finding)}: {_SAID[finding.status]}"]
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


def _line(text: str, finding: Finding) -> int:
    return text.count("\n", 0, finding.span.start) + 1


def _words(words: str) -> list[str]:
    return words.split()


def _flat(words: str) -> str:
    return " ".join(words.split())


def _shortened(words: str) -> str:
    flat = _flat(re.sub(r"(?m)^\s*>", " ", words))
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"
