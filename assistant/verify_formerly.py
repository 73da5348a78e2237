"""Quotations that are not in the text of today and were in an earlier version: told, with where they stood.

The finding stays what it is: whoever cites a text that has changed should know it. Versions are read only for documents
that have several, and only as long as a finding is left that they may explain.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from assistant.verify import Finding, Formerly, Report, Status, verify
from corpus.errors import TreatyError
from corpus.links import Words, link_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.versions import Older, Versions
    from corpus.models import Document, Span

_MOST_BACK = 20
"""Versions of one document that are looked at, newest first."""
_OPEN = (Status.DIFFERS, Status.NOT_FOUND, Status.WRONG_ADDRESS)


def with_formerly(
    report: Report,
    text: str,
    documents: Sequence[Document],
    versions: Versions | None,
    blocks: Iterable[Span] = (),
) -> Report:
    """Return a report whose findings say where words stood that are not in the text of today.

    Args:
        report: Of ``verify`` over the documents as they are.
        text: The text that was checked.
        documents: As they are.
        versions: The versions that are kept; None if there is no library.
        blocks: Block quotes that the text's own format marks.
    """
    if versions is None or not any(map(_is_open, report.findings)):
        return report
    known, blocks = {one.id: one for one in documents}, tuple(blocks)
    findings = {one.span: one for one in report.findings}
    pasts = [[(one, digest) for digest in versions.before(one)[:_MOST_BACK]] for one in documents]
    for state in zip_longest(*filter(None, pasts)):
        older = _read(versions, [pair for pair in state if pair is not None])
        found = _held_against(older, text, blocks, known)
        for span, formerly in found.items():
            if span in findings and _is_open(findings[span]):
                findings[span] = replace(findings[span], formerly=formerly)
        if not any(map(_is_open, findings.values())):
            break
    return replace(report, findings=tuple(findings[one.span] for one in report.findings))


def _is_open(finding: Finding) -> bool:
    return finding.status in _OPEN and finding.quotation is not None and finding.formerly is None


def _read(versions: Versions, wanted: Sequence[tuple[Document, str]]) -> dict[str, Older]:
    """Return the versions that can still be read, by their documents' ids."""
    found = {}
    for document, digest in wanted:
        try:
            found[document.id] = versions.as_of(document, digest)
        except TreatyError:  # gone or damaged: doctor names it
            continue
    return found


def _held_against(
    older: dict[str, Older], text: str, blocks: tuple[Span, ...], known: dict[str, Document]
) -> dict[Span, Formerly]:
    """Return where quotations stand, to the letter, in versions that were replaced."""
    past = [replace(one.document, names=known[name].names) for name, one in older.items()]
    if not past:
        return {}
    report = verify(text, past, lambda name: older[name].root, blocks=blocks)
    made = {}
    for finding in report.findings:
        # Words that stand there to the letter, be it under another address than the one given.
        stands = finding.status.sound or (finding.status is Status.WRONG_ADDRESS and not finding.diff)
        if stands and finding.source is not None:
            source, one = finding.source, older[finding.source.document_id]
            said = [span.of(one.document.text) for span in source.spans]
            sha256 = one.document.provenance.sha256
            link = link_to(source.citation.link, Words.of(source.spans, said), sha256)
            made[finding.span] = Formerly(source, sha256, one.of(source.citation.path), link)
    return made
