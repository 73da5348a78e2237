"""Every quotation and pinpoint of someone's text, held against the documents.

A quotation is *exact* if its words stand in a document one after the other, letter for letter; typographic forms of
quotation marks and dashes, blanks and line breaks count as the same, and a comma or full stop right before the
closing mark is not compared (``assistant.wording``). Ellipses part it into segments that must stand in order in one
provision or neighbouring ones. Brackets (``[t]he``, ``[Party]``) fit any words at their place: *altered*, which is no
fault. Words that nearly stand there *differ*, and the difference is told. Words that are right beside a pinpoint that
is not theirs are at a *wrong address*. One to three words are passed over unless a pinpoint stands with them.

Nothing here needs an index or a model.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.absent import truth
from assistant.alignment import Concordance, Near, Place
from assistant.citations import cite
from assistant.edits import Edit, Op
from assistant.meant import Shelf
from assistant.pinpoints import Beside, Pinpoint, Pinpoints, provisions_at
from assistant.quotations import Quotation, quotations_in
from assistant.wording import Pattern, is_broken, pattern_of
from corpus.models import Document, Level, Provision, Span
from corpus.references import Address, articles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from assistant.models import Citation, OlderVersion
    from corpus.name_book import NamedTreaty

SHORTEST = 4
"""Words from which a quotation is checked even without a pinpoint; fewer may be a term or irony."""
_MOST_RIGHT = 3
"""Places named where words stand in several and the pinpoint is none of them."""
_UNITS = (Level.ARTICLE, Level.PREAMBLE, Level.ANNEX, Level.CLOSING)
"""Within one of these, or in two that follow one another, the segments of a quotation must stand."""


class Status(StrEnum):
    """What was found of a quotation or pinpoint."""

    EXACT = "exact"
    ALTERED = "altered"
    DIFFERS = "differs"
    WRONG_ADDRESS = "wrong_address"
    NOT_FOUND = "not_found"
    NOT_HELD = "not_held"
    """It is said to be of a treaty that is not among the documents, so it was not checked."""
    NO_SUCH_PROVISION = "no_such_provision"
    """A pinpoint names a provision that its treaty does not have."""

    @property
    def sound(self) -> bool:
        """Whether nothing is to be mended."""
        return self in {Status.EXACT, Status.ALTERED}


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of words of the source beside those of the text; ``op`` as in ``assistant.edits``."""

    op: Op
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where words were found.

    Attributes:
        spans: Of the document's canonical text, one for each segment.
    """

    document_id: str
    citation: Citation
    provision: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Formerly:
    """Where words stood before their document changed.

    Attributes:
        source: In that version.
        sha256: Of its file.
        version: Its dates, and the link to the text of today.
        link: Opens the words in that version.
    """

    source: Source
    sha256: str
    version: OlderVersion
    link: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One quotation, or one pinpoint without a provision.

    Attributes:
        span: Where it stands in the checked text: the words without their marks, or the pinpoint.
        quotation: The words as quoted; None for a pinpoint.
        source: Where they stand; None if nowhere.
        diff: Source and text side by side, if they differ or brackets stand in the text.
        given: The pinpoint beside it, or None.
        right: The right address, or what is true of the wrong one; None if nothing is wrong with it.
        formerly: The version of a document that has since been replaced in which these words do stand, or None; the
            status is of the text of today.
    """

    status: Status
    span: Span
    quotation: str | None
    source: Source | None = None
    diff: tuple[Difference, ...] = ()
    given: str | None = None
    right: str | None = None
    formerly: Formerly | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and found.

    Attributes:
        findings: In the order of the text: every quotation checked, and every pinpoint that is wrong.
        quotations: How many quotations were checked.
        pinpoints: How many pinpoints were looked up.
    """

    findings: tuple[Finding, ...]
    quotations: int
    pinpoints: int

    @property
    def sound(self) -> bool:
        """Whether every quotation is exact, or altered in brackets, and every address right."""
        return all(finding.status.sound for finding in self.findings)


def verify(
    text: str,
    documents: Sequence[Document],
    provisions: Callable[[str], Provision],
    *,
    absent: tuple[NamedTreaty, ...] = (),
    blocks: Iterable[Span] = (),
) -> Report:
    """Check every quotation and pinpoint of a text.

    Args:
        text: The text, in Markdown or plain.
        documents: What may be quoted, with the names they go by.
        provisions: Gives a document's tree by id.
        absent: Known treaties that are none of the documents.
        blocks: Block quotes that the text's own format marks.
    """
    quotations = quotations_in(text, blocks)
    shelf = Shelf(tuple(documents), provisions, absent)
    check = _Check(text, shelf, Pinpoints(text, quotations, shelf))
    findings = [finding for quotation in quotations for finding in check.quoted(quotation)]
    false = check.false_pinpoints(findings)
    ordered = sorted((*findings, *false), key=lambda finding: finding.span)
    return Report(tuple(ordered), len(findings), len(check.pinpoints.all))


class _Check:
    def __init__(self, text: str, shelf: Shelf, pinpoints: Pinpoints) -> None:
        self.text, self.shelf, self.pinpoints = text, shelf, pinpoints
        self._units: dict[str, list[int]] = {}

    @cached_property
    def _concordance(self) -> Concordance:
        return Concordance(self.shelf.documents)

    # -- quotations

    def quoted(self, quotation: Quotation) -> list[Finding]:
        """Return the finding on a quotation; on those within it as well if its own words are nowhere."""
        beside = self.pinpoints.beside(quotation)
        found = self._finding(quotation, beside)
        if found is None:
            return []
        if found.status in {Status.NOT_FOUND, Status.DIFFERS}:
            inner = [self._finding(one, Beside(beside.pinpoints)) for one in quotation.inner]
            return [found, *(one for one in inner if one is not None and one.status.sound)]
        return [found]

    def _finding(self, quotation: Quotation, beside: Beside) -> Finding | None:
        pattern = pattern_of(self.text, quotation.span, quotation.reopened)
        short = pattern.words < SHORTEST
        if not pattern.segments or not pattern.words or (short and not beside.close):
            return None
        places = self._concordance.exact(pattern, self._together)
        if not places and is_broken(self.text, quotation.span):
            pattern = pattern_of(self.text, quotation.span, quotation.reopened, joined=True)
            places = self._concordance.exact(pattern, self._together)
        if places:
            return self._exact(quotation, pattern, places, beside)
        if short:
            return self._nowhere(quotation, beside)
        near = self._near(pattern, beside)
        return self._nearly(quotation, near, beside) if near else self._nowhere(quotation, beside)

    def _exact(
        self, quotation: Quotation, pattern: Pattern, places: Sequence[Place], beside: Beside
    ) -> Finding:
        place = self._best(places, quotation, beside)
        status = Status.ALTERED if pattern.altered else Status.EXACT
        diff: tuple[Difference, ...] = ()
        if pattern.altered and (aligned := self._concordance.compared(pattern, place)) is not None:
            diff = self._differences(aligned.edits, place.document)
        return self._addressed(
            status, quotation, [place, *(p for p in places if p is not place)], diff=diff, beside=beside
        )

    def _nearly(self, quotation: Quotation, near: Near, beside: Beside) -> Finding:
        diff = self._differences(near.aligned.edits, near.place.document)
        return self._addressed(Status.DIFFERS, quotation, [near.place], diff=diff, beside=beside)

    def _addressed(
        self,
        status: Status,
        quotation: Quotation,
        places: Sequence[Place],
        *,
        diff: tuple[Difference, ...],
        beside: Beside,
    ) -> Finding:
        """Return a finding, its pinpoint held against where the words stand, the place meant first."""
        place = places[0]
        given = beside.pinpoints[0] if beside.pinpoints else None
        right = None
        if given is not None and not any(self._fits(place, one) for one in beside.pinpoints):
            held = [one for one in beside.pinpoints if not one.absent]
            status = Status.WRONG_ADDRESS if held else Status.NOT_HELD
            given = held[0] if held else given
            right = (
                "; ".join(dict.fromkeys(self._source(p).citation.text for p in places[:_MOST_RIGHT]))
                if held
                else None
            )
        elif given is not None:
            given = next(one for one in beside.pinpoints if self._fits(place, one))
        words = quotation.span.of(self.text)
        return Finding(
            status, quotation.span, words, self._source(place), diff, given.given if given else None, right
        )

    def _nowhere(self, quotation: Quotation, beside: Beside) -> Finding:
        given = beside.pinpoints[0] if beside.pinpoints else None
        foreign = given is not None and all(one.absent for one in beside.pinpoints)
        return Finding(
            Status.NOT_HELD if foreign else Status.NOT_FOUND,
            quotation.span,
            quotation.span.of(self.text),
            given=given.given if given else None,
        )

    def _near(self, pattern: Pattern, beside: Beside) -> Near | None:
        cited = [
            (document, node.span)
            for one in beside.pinpoints
            for document in one.treaties
            for node in one.nodes(document, self.shelf.provisions(document.id))
        ]
        return self._concordance.near(pattern, lambda p: self._fits_any(p, beside), cited)

    # -- places

    def _best(self, places: Sequence[Place], quotation: Quotation, beside: Beside) -> Place:
        """Return the place that is meant: where the pinpoint leads, else in the treaty named, else a treaty's first."""
        ids = {d.id for one in beside.pinpoints for d in one.treaties}
        named = ids or set(self.pinpoints.last_named(quotation.outer.start))
        return min(
            places,
            key=lambda p: (
                not self._fits_any(p, beside),
                p.document.id not in named,
                not p.document.kind.is_instrument,
                p.spans[-1].end - p.spans[0].start,
            ),
        )

    def _fits_any(self, place: Place, beside: Beside) -> bool:
        return any(self._fits(place, one) for one in beside.pinpoints)

    def _fits(self, place: Place, pinpoint: Pinpoint) -> bool:
        """Tell whether some of the words stand in the provision named; where no treaty is told, in that of any."""
        named = {d.id for d in pinpoint.treaties} if not pinpoint.carried else set()
        if pinpoint.absent or (named and place.document.id not in named):
            return False
        nodes = pinpoint.nodes(place.document, self.shelf.provisions(place.document.id))
        return any(node.span.overlaps(span) for node in nodes for span in place.spans)

    def _together(self, document: Document, one: int, other: int) -> bool:
        if document.id not in self._units:
            root = self.shelf.provisions(document.id)
            kept = [p for p in root.walk() if p.level in _UNITS or not p.children]
            inside = [p.span for p in kept if p.level is Level.ARTICLE]
            starts = {
                p.span.start for p in kept if p.level in _UNITS or not any(s.contains(p.span) for s in inside)
            }
            self._units[document.id] = sorted(starts)
        starts_of = self._units[document.id]
        return bisect_right(starts_of, other) - bisect_right(starts_of, one) <= 1

    def _source(self, place: Place) -> Source:
        root = self.shelf.provisions(place.document.id)
        first = root.chain(place.spans[0].start)
        last = {node.path for node in root.chain(place.spans[-1].end - 1)}
        node = [one for one in first if one.path in last][-1]
        made = cite(place.document, node.path, place.spans[0].start)
        return Source(place.document.id, made, node.label or None, place.spans)

    def _differences(self, edits: Sequence[Edit], document: Document) -> tuple[Difference, ...]:
        return tuple(
            Difference(
                edit.op,
                edit.source.of(document.text) if edit.source else "",
                edit.text.of(self.text) if edit.text else "",
            )
            for edit in edits
        )

    # -- pinpoints

    def false_pinpoints(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the pinpoints that name no provision of a treaty we have, unless a quotation's finding says so."""
        said = {one.given for one in findings if one.status is Status.WRONG_ADDRESS}
        made: dict[Span, Finding] = {}
        for pinpoint in self.pinpoints.all:
            if pinpoint.certain and pinpoint.given not in said and (told := self._truth(pinpoint)):
                made[pinpoint.span] = Finding(
                    Status.NO_SUCH_PROVISION, pinpoint.span, None, given=pinpoint.given, right=told
                )
        return list(made.values())

    def _truth(self, pinpoint: Pinpoint) -> str | None:
        """Return what is true in place of a false address; None if it is not false, or that cannot be told."""
        document = pinpoint.treaties[0]
        root = self.shelf.provisions(document.id)
        if not articles(root):
            return None
        for one in pinpoint.references:
            bare = one.kind is Address.ANNEX and one.annex in ("", "protocol")
            titled = one.kind is Address.DIVISION and one.divisions[0].lower() in document.title.lower()
            if not bare and not titled and not provisions_at(one, document, root):
                return truth(document, root, one)
        return None
