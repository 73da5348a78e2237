"""Citations: title, pinpoint and page, in the style a reader's own work asks for.

A style is a row of words over the same facts, which every citation carries; so one citation can be written in each of
them at any time. OSCOLA-like (4th edition, sections 2.2.2, 2.6 and 3.1.4) is the default, Bluebook-like (21st edition,
rules 18.2 and 21.4, table T16) and plain words are the others. "-like", because a document's date of adoption, its
series and its parties are not known to the program and are never made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assistant.models import Citation
from corpus.links import link_of
from corpus.models import Document, Kind
from corpus.pinpoint import Style, pinpoint_of


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a style puts a citation together.

    Attributes:
        join: Between title and a pinpoint in lower case; a heading or a name of its own follows a comma.
        page: The page of a paged source.
        source, retrieved: Where a source was published, and when the copy was taken.
        month_first: Whether a date is written "January 2, 2026".
    """

    join: str
    page: str
    source: str
    retrieved: str
    month_first: bool = False


_MANNERS = {
    Style.OSCOLA: _Manner(", ", "p {}", " <{}>", " accessed {}"),
    Style.BLUEBOOK: _Manner(" ", "at {}", ", {}", " (last visited {})", month_first=True),
    Style.PLAIN: _Manner(", ", "page {}", ". Source: {}", ", retrieved {}"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ISO_DATE = 10
"""Characters of the date at the beginning of an ISO date and time."""


def cite(document: Document, path: tuple[str, ...], offset: int) -> Citation:
    """Return the citation of a place in a document, its text in the default style.

    Args:
        document: The document cited.
        path: Path of the provision cited.
        offset: Where the quote begins; decides the page and, in a guide, the section's subject.
    """
    facts = Citation(
        title=document.title,
        pinpoint=pinpoint_of(path, instrument=document.kind.is_instrument),
        page=document.page_at(offset),
        address=document.provenance.address,
        about=about_at(document, offset) if document.kind is Kind.GUIDE else None,
        text="",
        kind=document.kind,
        path=path,
        retrieved=document.provenance.retrieved,
        link=link_of(document.id, path),
    )
    return replace(facts, text=styled(facts, Style.OSCOLA))


def styled(citation: Citation, style: Style) -> str:
    """Return a citation in a style: title, kind unless it is a treaty, pinpoint, page, and what a guide speaks of."""
    # Only a treaty is cited without its kind, so that nothing but treaty text looks like treaty text.
    kind = "" if citation.kind is Kind.TREATY else f" ({citation.kind.words})"
    about = f" — on {citation.about}" if citation.about else ""
    return _placed(f"{citation.title}{kind}", citation, style) + about


def place(citation: Citation, style: Style) -> str:
    """Return title, pinpoint and page in a style, for where kind and subject are shown beside them."""
    return _placed(citation.title, citation, style)


def full(citation: Citation, style: Style) -> str:
    """Return a citation in a style with where the source was published and when it was taken, as far as is known."""
    manner = _MANNERS[style]
    text = styled(citation, style)
    if not citation.address:
        return text
    taken = manner.retrieved.format(_day(citation.retrieved, manner)) if citation.retrieved else ""
    return f"{text}{manner.source.format(citation.address)}{taken}"


def every_style(citation: Citation) -> dict[str, str]:
    """Return a citation in each style, by the style's name."""
    return {style.value: styled(citation, style) for style in Style}


def about_at(document: Document, offset: int) -> str | None:
    """Return the provisions that a guide's section speaks of, or None where it names none."""
    note = max((n for n in document.notes if n.start <= offset), key=lambda n: n.start, default=None)
    if note is None or note.about == "general":
        return None
    return note.about


def _placed(title: str, citation: Citation, style: Style) -> str:
    manner = _MANNERS[style]
    pinpoint = pinpoint_of(citation.path, style, instrument=citation.kind.is_instrument)
    join = manner.join if pinpoint[:1].islower() or pinpoint.startswith("§") else ", "
    page = "" if citation.page is None else f", {manner.page.format(citation.page)}"
    return f"{title}{join if pinpoint else ''}{pinpoint}{page}"


def _day(moment: str, manner: _Manner) -> str:
    """Return an ISO date as people write it; what is no ISO date, as it stands."""
    try:
        day = date.fromisoformat(moment[:_ISO_DATE])
    except ValueError:
        return moment
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}, {day.year}" if manner.month_first else f"{day.day} {month} {day.year}"
