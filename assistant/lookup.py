"""Questions that name an address: the provision is looked up in the structure before anything is searched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import governed, quote
from corpus.models import Document, Level, Provision
from corpus.pinpoint import pinpoint_of
from corpus.references import Reference, annexed_articles, articles, main_articles, references_in, resolve
from index.models import Searched, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_PARTS = 4
"""Quotes shown of a long article: its first paragraphs."""
WHOLE_ARTICLE = 1500
"""Characters up to which an article is one quote."""
_ASKS_FOR_TEXT = re.compile(
    r"^\W*(?:(?:what|how)\s+(?:does|do|is|are|says?|did)\b.*\b(?:say|provide|state|require|about|regulate|cover|mean|in|contain)\b|"
    r"quote|show|give|cite|read|text of|the text)",
    re.IGNORECASE,
)
_NAME_WORDS = re.compile(r"[^\W\d_]+")


def look_up(
    question: str, treaties: Sequence[Document], provisions: Callable[[str], Provision], searched: Searched
) -> Answer | None:
    """Return the provision a question names, a decline if there is none, or None if a search must be made.

    Args:
        question: As asked.
        treaties: The treaties the question may mean; none if it names none.
        provisions: Gives a document's tree by id.
        searched: What a search would have looked through; named in a decline.
    """
    references = references_in(question)
    if not references or not treaties:
        return None
    place = address(question, treaties, provisions)
    if place is not None:
        document, node = place
        quotes = _quotes(document, provisions(document.id), node)
        return Quoted(question, quotes, searched, 1.0, stages=(Stage("lookup", 0.0),)) if quotes else None
    if all(articles(provisions(d.id)) for d in treaties):
        return _no_such(question, references[0], treaties[0], provisions(treaties[0].id), searched)
    return None


def address(
    question: str, treaties: Sequence[Document], provisions: Callable[[str], Provision]
) -> tuple[Document, Provision] | None:
    """Return the provision a question's first reference names, and its treaty; None if there is none."""
    for reference in references_in(question)[:1]:
        for document in treaties:
            node = resolve(provisions(document.id), reference)
            if node is not None:
                return document, node
    return None


def _quotes(document: Document, root: Provision, node: Provision) -> tuple[Quote, ...]:
    chain = _chain_to(root, node)
    parts = [c for c in node.children if c.level in (Level.PARAGRAPH, Level.TEXT)]
    if node.span.end - node.body > WHOLE_ARTICLE and len(parts) > 1:
        return tuple(
            quote(document, part, governed(document.text, (*chain, part)), 1.0) for part in parts[:MOST_PARTS]
        )
    segments = governed(document.text, chain)
    return (quote(document, node, segments, 1.0),) if segments else ()


def _chain_to(root: Provision, node: Provision) -> tuple[Provision, ...]:
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(c for c in chain[-1].children if c.span.contains(node.span)))
    return tuple(chain)


def _no_such(
    question: str, reference: Reference, document: Document, root: Provision, searched: Searched
) -> Declined:
    """Decline a false address with what is true: how far the numbering goes, and what stands nearest."""
    annex = reference.annex
    known = (annexed_articles(root, annex) if annex else []) or main_articles(root) or articles(root)
    article = resolve(root, Reference(reference.article, annex=annex))
    if article is not None:
        where, near = pinpoint_of(article.path), article
        count = sum(c.level in (Level.PARAGRAPH, Level.POINT) for c in article.children)
        parts = f"has {count} numbered parts" if count else "is not divided into numbered parts"
        true = f"{where}, as indexed, {parts}"
    else:
        first, near = known[0], known[-1]
        true = f"as indexed, its articles run from {pinpoint_of(first.path)} to {pinpoint_of(near.path)}"
    message = f"Not answered: “{document.title}” has no {reference}; {true}."
    nearest = _quotes(document, root, near)[:1]
    return Declined(question, Reason.UNKNOWN_PROVISION, message, nearest, searched, 1.0)
