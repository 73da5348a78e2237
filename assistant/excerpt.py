"""What is quoted of a provision that a question names: all of it if it is short, else the parts that matter.

Of a long article each paragraph is a quote of its own. A question with a subject ("what does article 19 say about
data?") gets the paragraphs that share its words first; the rest of the order is the text's.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from assistant.query import legal_words
from assistant.quotes import governed, quote
from assistant.stems import stem
from corpus.models import Document, Level, Provision, Span
from corpus.name_words import WORD
from corpus.references import articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.models import Quote

MOST_PARTS = 4
"""Quotes shown of one long provision: its first paragraphs, or those that fit the subject best."""
WHOLE = 1500
"""Characters up to which a provision is one quote."""
WHOLE_PREAMBLE = 6000
"""Characters up to which a preamble is one quote: it is one sentence, and its recitals are read together."""
MOST_HEADINGS = 24
"""Headings shown of a part or chapter; the longest parts of treaties have some forty articles."""
_ENOUGH = 0.5
"""Share of the words asked about that the best part must have to be quoted instead of the whole; share of the best
part's weight that another must have to stand beside it."""
_UNITS = (Level.PARAGRAPH, Level.POINT, Level.TEXT, Level.RECITAL, Level.CHAPEAU)
_LARGE = (Level.DIVISION, Level.ANNEX)

Topic = tuple[frozenset[str], ...]
"""What is asked about: for each word its stem and the stems of the legal words that may stand for it."""


def excerpt(
    document: Document, root: Provision, node: Provision, topic: Topic, most: int = MOST_PARTS
) -> tuple[Quote, ...]:
    """Return the quotes that show a provision, at most ``most``; none if it has no words.

    Args:
        document: Where it stands.
        root: The document's tree.
        node: The provision.
        topic: Stems of what is asked about it; empty if its text is asked for.
        most: Quotes to give at most.
    """
    if node.level in _LARGE:
        return _of_division(document, root, node, topic, most)
    units = _units_of(document, node)
    told = _telling(document, units, _beyond_lead(document, node, topic)) if len(units) > 1 else []
    longest = WHOLE_PREAMBLE if node.level is Level.PREAMBLE else WHOLE
    if len(units) <= 1 or node.span.end - node.body <= longest:
        return _each(document, root, [node] if len(told) > len(units) / 2 else told[:most] or [node])
    chosen = (told or units)[:most]
    made = [
        q
        for unit in chosen
        for q in (_split(document, root, unit, topic, most) or _each(document, root, [unit]))
    ]
    return tuple(made[:most])


def _split(
    document: Document, root: Provision, unit: Provision, topic: Topic, most: int
) -> tuple[Quote, ...]:
    """Return the points of a long paragraph that fit the subject; nothing if it is to be quoted whole."""
    long = unit.span.end - unit.body > WHOLE and len(_units_of(document, unit)) > 1
    return excerpt(document, root, unit, topic, most) if long and speaks_of(document, unit, topic) else ()


def speaks_of(document: Document, node: Provision, topic: Topic) -> bool:
    """Tell whether a provision has any of the words asked about."""
    own = _stems(node.heading + " " + document.text[node.body : node.span.end])
    return any(word & own for word in topic)


def topic_of(words: Sequence[str]) -> Topic:
    """Return what a question's words ask about."""
    return tuple(frozenset(stem(one) for one in (word, *legal_words(word))) for word in words)


def _of_division(
    document: Document, root: Provision, node: Provision, topic: Topic, most: int
) -> tuple[Quote, ...]:
    """Return a part or annex: whole if short, else what fits the subject, else its headings and first provisions."""
    if node.span.end - node.body <= WHOLE:
        return _each(document, root, [node])
    within = articles(node) or [child for child in node.children if child.level in (*_UNITS, Level.DIVISION)]
    told = _telling(document, [unit for one in within for unit in _units_of(document, one)], topic)
    if told:
        return _each(document, root, told[:most])
    headings = _headings(document, node, within)
    share = max(1, most // len(within)) if within else 1
    first = [q for one in within[:most] for q in excerpt(document, root, one, (), share)]
    return (*headings, *first)[: max(most, 1)]


def _units_of(document: Document, node: Provision) -> list[Provision]:
    """Return what a provision is divided into. A chapeau that leads into the others goes with each, so it is none."""
    inner = [child for child in node.children if child.level in _UNITS]
    kept = [
        child for child in inner if child.level is not Level.CHAPEAU or not _leads_on(document, child, inner)
    ]
    return kept or [node]


def _leads_on(document: Document, chapeau: Provision, inner: Sequence[Provision]) -> bool:
    marked = any(child.level in (Level.POINT, Level.RECITAL) for child in inner)
    return marked or document.text[chapeau.body : chapeau.span.end].rstrip().endswith((":", "—", "–"))


def _beyond_lead(document: Document, node: Provision, topic: Topic) -> Topic:
    """Return what is asked beyond what heading and chapeau say already: that is true of all parts alike."""
    chapeaux = [child for child in node.children if child.level is Level.CHAPEAU]
    lead = " ".join([node.heading, *(document.text[one.body : one.span.end] for one in chapeaux)])
    return tuple(word for word in topic if not word & _stems(lead))


def _headings(document: Document, node: Provision, within: Sequence[Provision]) -> tuple[Quote, ...]:
    """Return one quote of a division's heading and the headings in it, its table of contents in its own words."""
    divisions = [one for one in node.walk() if one is not node and one.level is Level.DIVISION]
    named = [one for one in {id(one): one for one in (*divisions, *within)}.values() if one.heading]
    if len(named) <= 1:
        return ()
    spans = [_heading_span(document, one) for one in (node, *sorted(named, key=lambda one: one.span.start))]
    return (quote(document, node, [span for span in spans if span][:MOST_HEADINGS], 1.0),)


def _heading_span(document: Document, node: Provision) -> Span | None:
    text = document.text[node.span.start : node.body].rstrip()
    return Span(node.span.start, node.span.start + len(text)) if text.strip() else None


def _each(document: Document, root: Provision, nodes: Sequence[Provision]) -> tuple[Quote, ...]:
    made = []
    for node in nodes:
        segments = governed(document.text, chain_to(root, node))
        if segments:
            made.append(quote(document, node, segments, 1.0))
    return tuple(made)


def chain_to(root: Provision, node: Provision) -> tuple[Provision, ...]:
    """Return the nodes from the root down to one of its own."""
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(c for c in chain[-1].children if c.span.contains(node.span)))
    return tuple(chain)


def _telling(document: Document, units: Sequence[Provision], topic: Topic) -> list[Provision]:
    """Return the units that have words of the subject, the best first; none if the best has too few of them.

    A word counts the more, the fewer of the units have it.
    """
    texts = [_stems(document.text[unit.body : unit.span.end]) for unit in units]
    shared = [{place for place, word in enumerate(topic) if word & text} for text in texts]
    if not topic or max((len(words) for words in shared), default=0) < _ENOUGH * len(topic):
        return []
    common = Counter(place for words in shared for place in words)
    score = [sum(math.log(1 + len(units) / common[place]) for place in words) for words in shared]
    words = frozenset(word for one in topic for word in one)
    order = sorted(range(len(units)), key=lambda i: (-score[i], _first_place(document, units[i], words)))
    return [units[i] for i in order if score[i] >= _ENOUGH * max(score)]


def _first_place(document: Document, unit: Provision, words: frozenset[str]) -> tuple[int, int]:
    """Return how many words stand before the first of those asked about: a definition begins with its term."""
    said = WORD.findall(document.text[unit.body : unit.span.end])
    place = next((i for i, word in enumerate(said) if stem(word.lower()) in words), len(said))
    return place, unit.span.start


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word.lower()) for word in WORD.findall(text))
