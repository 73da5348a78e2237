"""An invented treaty, a guide to it, and a cutter, for tests that need documents but no reader."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from corpus.models import (
    Document,
    Heading,
    Kind,
    Page,
    Passage,
    Provenance,
    SectionNote,
    Source,
    Span,
)

LIGHTHOUSES = """Article 1. Use of terms
"Keeper" means a person whom a Party has charged with the care of a lighthouse.

Article 2. Duty to light
Each Party shall keep every lighthouse on its coast burning from sunset to sunrise.

Article 3. Fog
In fog a keeper shall sound the horn at least twice a minute until the far shore is in sight again.

Article 4. Costs
The costs of a lighthouse are borne by the Party on whose coast it stands.

Article 5. Inspection
An inspector may enter a lighthouse at any hour and shall leave a written report within seven days.

Article 6. Reservations
No reservation may be made to Article 2. Other reservations may be withdrawn at any time.

Article 7. Denunciation
A Party may leave this Convention by a notice in writing. The notice takes effect one year after the depositary
has received it.

Article 8. Settlement of disputes
Parties shall first try to settle a dispute by talks. If these fail within six months, either may ask for
arbitration.
"""

GUIDE = """What keepers do
A keeper who hears a ship in fog sounds the horn. The guide advises to note the hour in the log.

Who pays
The coastal Party pays. Neighbours often share the costs of lamps that both use.
"""


def lighthouse_treaty(text: str = LIGHTHOUSES) -> Document:
    """The treaty, with something in every field."""
    return Document(
        id="lighthouses",
        title="Convention on Lighthouses",
        kind=Kind.TREATY,
        text=text,
        provenance=Provenance(
            path="lighthouses.md",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            reader="test/1",
            address="https://example.org/lighthouses",
            retrieved="2026-01-02T03:04:05Z",
            authenticity="invented for tests",
            status="in force",
            as_of="2026-01-01",
        ),
        pages=(Page(1, Span(0, 200)), Page(2, Span(200, len(text)))),
        headings=(Heading(Span(0, 23), 2),),
        names=("Lighthouse Convention", "LHC"),
    )


def lighthouse_guide(text: str = GUIDE) -> Document:
    """A guide to the treaty, with notes and sources."""
    return Document(
        id="guide",
        title="A Guide to Lighthouses",
        kind=Kind.GUIDE,
        text=text,
        provenance=Provenance("guide.md", hashlib.sha256(text.encode()).hexdigest(), "test/1"),
        notes=(SectionNote(0, "Lighthouse Convention, art. 3", ("log",), "2026-01-01"),),
        sources=(Source("log", "The log of an invented keeper", "https://example.org/log"),),
    )


def renamed(document: Document, document_id: str) -> Document:
    """The same document under another id."""
    return replace(document, id=document_id)


def by_section(document: Document) -> tuple[Passage, ...]:
    """Cut at blank lines; a section's first line is its path and label."""
    passages = []
    for match in re.finditer(r"\S(?:.|\n(?!\n))*", document.text):
        words = match.group().rstrip()
        heading = words.splitlines()[0]
        digest = hashlib.sha256(words.encode()).hexdigest()[:12]
        passages.append(
            Passage(
                id=f"{document.id}:{digest}",
                document_id=document.id,
                path=(heading,),
                label=heading.partition(".")[0],
                span=Span(match.start(), match.start() + len(words)),
                embed_text=f"{document.title}\n{words}",
            )
        )
    return tuple(passages)
