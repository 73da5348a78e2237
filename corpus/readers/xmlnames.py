"""What the names of XML elements say in the vocabularies of legal texts, spelling aside.

Names are compared without namespace, case and punctuation: Formex's ``TI.ART`` is ``tiart``, Akoma Ntoso's
``authorialNote`` is ``authorialnote``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from corpus.readers.elements import words_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PUNCTUATION = re.compile(r"[._-]")

DROPPED = frozenset(
    """
    analysis bibdata bibinstance contents coverpage famcomp granotation head identification infoconsleg infodoc
    infoprod lifecycle meta metadata proprietary references script style tableofcontents tableofprovisions teiheader toc
""".split()
)
"""What is said about a text, not in it."""

NOTES = frozenset("authorialnote endnote fn footnote footnotetext ftnote note notebdp voetnoot".split())
NOTE_MARKS = frozenset(
    "endnoteref fnref footnoteref footnotereference ftnref noteref noterefgroup refnote".split()
)
NUMBERS = frozenset(
    "enum enumerator label lidnr marker no noalinea noarticle nop noparag nopoint nr num number ordinal".split()
)
_HEADING = re.compile(
    r"(?:s?ti(?:art|annex|grseq\w*|section|division|rule)?|(?:doc|long|short|main|sub|running|article|part|chapter"
    r"|section|annex)?(?:title|heading)\w{0,4}|subhead|headline|header|titel|intitule|marginalnote|caption|rubrique)"
)
ROWS = frozenset(["tr", "row", "tablerow"])
CELLS = frozenset(["td", "th", "entry", "cell", "tablecell"])
BREAKS = frozenset(["br", "eol", "lb", "linebreak", "newline"])
INLINE = frozenset(
    """
    a abbr affectedtext b bold concept date def definedterm definedtermen definedtermfr definitionref del docauthority
    docdate docnumber doctype em emphasis entity ext font ft hi ht i inline ins italic ital judge language lawyer
    location mod mref neutralcitation object organization party person process quantity quote quotedtext quotend
    quotstart ref refdoc
    refdocoj remark role rref session small span strong sub sup superscript term time u underline uri xref xrefexternal
    xrefinternal
""".split()
)
DIVISIONS = frozenset(
    """
    agreement annex appendix article attachment book chapter clause convention division part preamble protocol rule
    schedule section subchapter subpart subsection title
""".split()
)
"""Elements whose number and title some schemas keep in attributes."""

PARAGRAPHS = frozenset("clause indent item par para paragraph point subclause subparagraph subpoint".split())
NUMBER_ATTRIBUTES = ("number", "num", "no", "nr", "n", "label")
TITLE_ATTRIBUTES = ("name", "title", "heading", "caption")
_TITLES = ("doctitle", "longtitle", "titletext", "maintitle", "shorttitle", "title", "name")
"""Elements that hold the title of the whole, best first."""


def local(element: Element) -> str:
    """Return an element's name as it is compared."""
    return _PUNCTUATION.sub("", etree.QName(element).localname).lower()


def is_heading(name: str) -> bool:
    """Tell whether elements of this name hold the title of a division."""
    return bool(_HEADING.fullmatch(name))


def title_of(root: Element) -> str | None:
    """Return the title of the whole text, from its metadata or its cover."""
    found: dict[str, str] = {}
    for element in root.iter():
        name = local(element)
        if name in _TITLES and name not in found:
            words = words_of(element)
            if words:
                found[name] = words
    return next((found[name] for name in _TITLES if name in found), None)
