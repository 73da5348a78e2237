"""Explicit references in a question ("Article 31(3)(c)", "art. 5, para. 2") and the provisions they name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.models import Level, Provision
from corpus.numerals import ordinal

_ARTICLE = re.compile(
    r"(?:\b(?:articles?|artcles?|artilces?|articels?|arts?\.?)\s+|(?-i:(?<=[A-Z]{3}\s)(?=\d{1,3}\()))(?P<number>\d{1,3}(?:\s?(?:bis|ter|quater))?[A-Z]?|(?-i:[IVXLC]+))\b"
    r"(?P<parts>(?:\s*\(\w{1,4}\))*)"
    r"(?:\s*,?\s*(?:para(?:graph)?s?\.?)\s*(?P<paragraph>\d{1,2})(?P<points>(?:\s*\(?\w{1,4}\))*))?",
    re.IGNORECASE,
)
_PARAGRAPH_OF = re.compile(
    r"(?:\bpara(?:graph)?s?\.?|§)\s*\(?(?P<paragraph>\d{1,2})\)?(?P<points>(?:\s*\(\w{1,4}\))*)\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""Before an article: ``paragraph 2 (b) of article 5``."""
_ANNEX = re.compile(
    r"\b(?P<kind>annex|appendix|schedule)\s+(?P<number>[IVXLC]+|\d{1,2}|[A-Z])\b", re.IGNORECASE
)
_PART = re.compile(r"\w{1,4}")


@dataclass(frozen=True, slots=True)
class Reference:
    """An article and, if named, the paragraph and points within it: ``("31", ("3", "c"))``.

    Attributes:
        article: Its number.
        parts: Paragraph, point and so on.
        annex: The annex it stands in, ``annex iii``; empty for the main text.
    """

    article: str
    parts: tuple[str, ...] = ()
    annex: str = ""

    def __str__(self) -> str:
        """Return the reference as a pinpoint."""
        inner = f"article {self.article}" + "".join(f"({p})" for p in self.parts)
        return f"{inner} in {self.annex}" if self.annex else inner


def references_in(question: str) -> tuple[Reference, ...]:
    """Return the references a question makes, in order."""
    found = []
    named = _ANNEX.search(question)
    annex = f"{named['kind']} {named['number']}".lower() if named else ""
    for match in _ARTICLE.finditer(question):
        if ordinal(match["number"]) is None:
            continue
        parts = _PART.findall(match["parts"] or "")
        if match["paragraph"]:
            parts += [match["paragraph"], *_PART.findall(match["points"] or "")]
        elif not parts and (before := _PARAGRAPH_OF.search(question, 0, match.start())):
            parts = [before["paragraph"], *_PART.findall(before["points"])]
        found.append(Reference(" ".join(match["number"].split()), tuple(parts), annex))
    return tuple(found)


def resolve(root: Provision, reference: Reference) -> Provision | None:
    """Return the provision a reference names; None if there is none at that very address.

    An annex numbers its articles anew, so it is looked at only if the reference names it or the main text has no
    article of that number.
    """
    wanted = ordinal(reference.article)
    for article in annexed_articles(root, reference.annex) if reference.annex else articles(root):
        if ordinal(article.path[-1].removeprefix("Article ")) == wanted:
            return _descend(article, reference.parts)
    return None


def annexed_articles(root: Provision, annex: str) -> list[Provision]:
    """Return the articles of an annex, ``annex iii``; none if there is no such annex or it has no articles."""
    tops = [top for top in root.children if top.level is Level.ANNEX and top.path[0].lower() == annex]
    return [p for top in tops for p in top.walk() if p.level is Level.ARTICLE]


def articles(root: Provision) -> list[Provision]:
    """Return the articles of the main text, then those of annexes."""
    annexed = [p for p in root.walk() if p.level is Level.ARTICLE and _in_annex(root, p)]
    return main_articles(root) + annexed


def main_articles(root: Provision) -> list[Provision]:
    """Return the articles of the main text."""
    return [p for p in root.walk() if p.level is Level.ARTICLE and not _in_annex(root, p)]


def _in_annex(root: Provision, provision: Provision) -> bool:
    top = next(c for c in root.children if c.span.contains(provision.span))
    return top.level is Level.ANNEX


def _descend(node: Provision, parts: tuple[str, ...]) -> Provision | None:
    for part in parts:
        child = next((c for c in node.children if c.path[-1].lower() == part.lower()), None)
        if child is None:
            return None
        node = child
    return node
