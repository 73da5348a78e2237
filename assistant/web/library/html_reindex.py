"""Re-indexing drawn: what waits for it, how far it is, how long it may take, and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.web.html import attribute, escape
from assistant.web.library.listing import Standing
from assistant.web.library.reindexer import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.web.library.listing import Listing
    from assistant.web.library.reindexer import Course, Report

STAGES = {
    "": "Starting, loading the encoder",
    "cut": "Reading provisions",
    "embed": "Reading passages for their meaning",
    "closeups": "Reading sentences for their meaning",
    "store": "Storing and checking",
}
_MINUTE, _HOUR = 60, 3600
_SHORT = 10
"""Seconds below which no number is told."""
READING = '<p class="lib-counts">Reading the library …</p>'
"""Shown until the documents are known: the first look reads what was never read."""
COMPARING = "Comparing with the index as it is"
MOST_SHOWN = 99
"""Percent of what is not done yet."""
MOST_NAMED = 8
"""Titles that a report names of each sort; the list below has them all."""


def counts(listing: Listing) -> str:
    """Return how many documents there are and where they stand."""
    total = len(listing.holdings) - len(listing.of(Standing.LEAVING, Standing.TWIN))
    said = [
        (len(listing.of(Standing.INDEXED)), "indexed"),
        (len(listing.of(Standing.WAITING)), "new"),
        (len(listing.of(Standing.CHANGED)), "changed"),
        (len(listing.of(Standing.LEAVING)), "removed"),
        (len(listing.of(Standing.PROBLEM)), "that cannot be read"),
        (len(listing.of(Standing.TWIN)), "under a second name"),
    ]
    parts = ", ".join(f"{number} {words}" for number, words in said if number)
    whole = f"{total} document{'' if total == 1 else 's'}"
    return f'<p class="lib-counts">{whole}{f": {parts}" if parts else ""}.</p>'


def waiting(listing: Listing, *, manage: bool) -> str:
    """Return what a re-index would change, or nothing."""
    number = len(listing.waiting)
    if not number:
        return ""
    who = "document waits" if number == 1 else "documents wait"
    how = "" if manage else " Whoever keeps this server can renew it."
    return (
        f'<p class="lib-waiting"><strong>{number} {who} for a re-index.</strong> Until then answers come from the '
        f"index as it is.{how}</p>"
    )


def course(now: Course, title: Callable[[str], str]) -> str:
    """Return how far re-indexing is, or what became of it; nothing before the first."""
    if now.phase is Phase.RUNNING:
        return _running(now)
    if now.phase is Phase.DONE and now.report is not None:
        return _done(now.report, title)
    if now.phase is Phase.STOPPED:
        return '<p class="lib-ended" role="status">Re-indexing was cancelled. The index is as it was.</p>'
    if now.phase is Phase.FAILED:
        return (
            '<p class="lib-trouble" role="alert"><strong>The index was not renewed.</strong> '
            f"{escape(now.trouble)}</p>"
        )
    return ""


def spoken(seconds: float) -> str:
    """Return a length of time as people say it, no finer than it is known."""
    if seconds < _SHORT:
        return "a few seconds"
    if seconds < 1.5 * _MINUTE:
        return f"{round(seconds / 5) * 5} s"
    if seconds < 1.5 * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:.1f} h"


def _running(now: Course) -> str:
    share = min(round(100 * now.share), MOST_SHOWN)
    stage = STAGES.get(now.stage, now.stage)
    if now.stage == "cut":
        count = f"{stage}: {now.done} of {now.total} documents"
        stage = count if now.done < now.total else COMPARING
    left = (
        f", {'about ' if now.left >= _SHORT else ''}{spoken(now.left)} left" if now.left is not None else ""
    )
    time = f"{round(now.seconds)} s so far{left}"
    return (
        '<div class="lib-running"><p><span class="at-work" aria-hidden="true"></span>'
        f'<strong>{escape(stage)}</strong> <span class="lib-time">{time}</span></p>'
        '<div class="lib-bar" role="progressbar" aria-label="Re-indexing" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{share}" aria-valuetext="{share} percent, {attribute(stage)}{left}">'
        f'<i style="width: {share}%"></i></div>'
        '<p class="lib-hint">Questions go on being answered from the index as it was. You may leave this page.'
        "</p></div>"
    )


def _done(report: Report, title: Callable[[str], str]) -> str:
    if not report.built:
        return '<p class="lib-ended" role="status">The index matched the library already.</p>'
    sorts = (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed))
    named = "".join(f"<li><b>{word}</b>: {_titles(ids, title)}</li>" for word, ids in sorts if ids)
    resumed = f", {report.resumed:,} taken up from an interrupted run" if report.resumed else ""
    return (
        f'<div class="lib-ended" role="status"><p><strong>The index was renewed</strong> in '
        f"{_exact(report.seconds)}: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed, {len(report.unchanged)} unchanged; {report.embedded:,} passages read anew, "
        f"{report.carried:,} carried over{resumed}.</p>{f'<ul>{named}</ul>' if named else ''}</div>"
    )


def _titles(ids: Iterable[str], title: Callable[[str], str]) -> str:
    names = [f"<bdi>{escape(title(one))}</bdi>" for one in ids]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more


def _exact(seconds: float) -> str:
    return (
        f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:.0f} s"
    )
