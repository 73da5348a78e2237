"""Which provisions of which treaties have the words of a topic, or the legal words for them.

A search restricted to one treaty always finds something, and the confidence that it answers was fitted on searches
of whole libraries. So what is found for a table of treaties is held against the topic's own words as well.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.comparison_words import RULING
from assistant.query import legal_terms
from assistant.stems import stem
from corpus.models import Level
from index.passages import question_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.models import Quote
    from corpus.models import Document, Provision

_WORD = re.compile(r"\w+")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑](?=\w)")
"""Left out, so that "sea-bed" and "seabed" are one word."""
_ASKING = frozenset(
    """
    many much long often soon far need needs needed apply applies define defined defines definition meaning mean means
    mention mentioned provide provided provides cover covers say says said treat treated treatment regulate regulated
    rule rules provision provisions regard concerning question subject issue may must shall can
    """.split()
)
"""Words that ask and name no subject."""


_SPELLINGS = (
    (re.compile(r"nce"), "nse"),
    (re.compile(r"our"), "or"),
    (re.compile(r"is(?=e|i|a)"), "iz"),
    (re.compile(r"ll"), "l"),
)
"""British spellings and the American ones they are read as; all words alike, so that it need not be right for each."""
_OTHER_WORD = 0.7
"""What a single legal word counts against the everyday word of the topic that it may stand for: it may mean less."""
_FOLDED_FROM = 5
"""Letters from which words are folded so; of shorter ones too many would become one."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A topic as it may be worded in a treaty; every wording is a run of stems with a blank at either end.

    Attributes:
        words: For each content word, itself and the terms of several words that may stand for it.
        others: For each content word, single legal words that may stand for it: they alone are no mention of it.
        wholes: Terms that may stand for all of the topic.
    """

    words: tuple[tuple[str, ...], ...]
    others: tuple[tuple[str, ...], ...]
    wholes: tuple[str, ...] = ()

    @classmethod
    def of(cls, topic: str) -> Sought:
        """Return what to look for."""
        verb = RULING.match(topic)  # "allow reservations": how a treaty words that it does is its own affair
        subject = topic[verb.end() :] if verb else topic
        every = question_terms(_HYPHEN.sub("", subject))
        terms = [term for term in every if term not in _ASKING] or every
        legal = [legal_terms(term) for term in terms]
        known = {one for found in legal for one in found}
        asked = {_stemmed(term) for term in question_terms(topic)}
        return cls(
            tuple(
                (_stemmed(t), *(_stemmed(one) for one in found if " " in one))
                for t, found in zip(terms, legal, strict=True)
            ),
            tuple(tuple({_stemmed(one) for one in found if " " not in one} - asked) for found in legal),
            tuple(_stemmed(one) for one in legal_terms(topic) if one not in known),
        )

    def met(self, stems: str) -> frozenset[int]:
        """Return the places of the words that a text has, all of them if it has a term for the whole topic."""
        if any(whole in stems for whole in self.wholes):
            return frozenset(range(len(self.words)))
        return frozenset(
            place for place, words in enumerate(self.words) if any(word in stems for word in words)
        )

    def met_otherwise(self, stems: str) -> dict[int, tuple[str, ...]]:
        """Return the other legal words that a text has, by the place of the word they may stand for."""
        found = {place: tuple(w for w in words if w in stems) for place, words in enumerate(self.others)}
        return {place: words for place, words in found.items() if words}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A provision without parts, and which words of a topic it has itself and has in headings within its article."""

    provision: Provision
    stems: str
    own: frozenset[int]
    above: frozenset[int]


class Spoken:
    """What treaties say with the words of a topic.

    Args:
        topic: What is looked for.
        documents: Each with its tree.
    """

    def __init__(self, topic: str, documents: Iterable[tuple[Document, Provision]]) -> None:
        self._sought = Sought.of(topic)
        self._leaves = {document.id: _leaves(document, root, self._sought) for document, root in documents}
        self._every = [leaf for leaves in self._leaves.values() for leaf in leaves]
        self._weights = [
            _rarity(len(self._every), sum(place in leaf.own | leaf.above for leaf in self._every))
            for place in range(len(self._sought.words))
        ]

    def mentions(self, document_id: str, near: Sequence[Quote] = ()) -> tuple[Provision, ...]:
        """Return the provisions that have all words of the topic, recitals last.

        Those come first that are headed so and say it themselves; of equals those that a search came near to.

        Args:
            document_id: Of one of the documents.
            near: What a search of that document found.
        """
        whole = frozenset(range(len(self._sought.words)))
        found = [leaf for leaf in self._leaves[document_id] if whole and leaf.own | leaf.above == whole]
        spans = [span for one in near for span in one.segments]

        def place(leaf: Leaf) -> tuple[bool, float, bool]:
            node = leaf.provision
            said = self._share(leaf.own) + self._share(leaf.above)
            return node.level is Level.RECITAL, -said, not any(span.overlaps(node.span) for span in spans)

        return tuple(leaf.provision for leaf in sorted(found, key=place))

    def share(self, quote: Quote, root: Provision) -> float:
        """Return the share of the topic's words, weighed by rarity, that a quote or a heading above it has.

        Args:
            quote: Of one of the documents.
            root: That document's tree.
        """
        chain = root.chain(quote.segments[-1].start)
        said = " ".join((*(node.heading for node in chain if node.level is not Level.DOCUMENT), quote.text))
        stems = _stemmed(said)
        met = self._sought.met(stems)
        others = {
            place: words for place, words in self._sought.met_otherwise(stems).items() if place not in met
        }
        standing_in = sum(
            min(self._weights[place], max(map(self._rare, words))) for place, words in others.items()
        )
        return self._share(met) + _OTHER_WORD * standing_in / (sum(self._weights) or 1.0)

    def _rare(self, form: str) -> float:
        return _rarity(len(self._every), sum(form in leaf.stems for leaf in self._every))

    def _share(self, met: frozenset[int]) -> float:
        return sum(self._weights[place] for place in met) / (sum(self._weights) or 1.0)


def _leaves(document: Document, root: Provision, sought: Sought) -> list[Leaf]:
    found: list[Leaf] = []
    _walk(document, root, sought, frozenset(), found)
    return found


def _walk(
    document: Document, node: Provision, sought: Sought, above: frozenset[int], found: list[Leaf]
) -> None:
    """Add the leaves below a node; ``above`` are the words of the headings over it within the article."""
    if node.heading and node.level not in (Level.DOCUMENT, Level.ANNEX, Level.DIVISION):
        above |= sought.met(_stemmed(node.heading))
    for child in node.children:
        _walk(document, child, sought, above, found)
    if not node.children and node.level is not Level.HEADING:
        stems = _stemmed(document.text[node.body : node.span.end])
        found.append(Leaf(node, stems, sought.met(stems), above))


def _stemmed(text: str) -> str:
    """Return a text's stems in order, with a blank at either end of each."""
    words = _WORD.findall(_HYPHEN.sub("", text.lower()))
    return f" {' '.join(map(_plain_stem, words))} "


@lru_cache(maxsize=20_000)
def _plain_stem(word: str) -> str:
    """Return a word's stem in one spelling."""
    if len(word) >= _FOLDED_FROM:
        for british, american in _SPELLINGS:
            word = british.sub(american, word)
    return stem(word)


def _rarity(leaves: int, having: int) -> float:
    """Return how rare a word is, ``ln(1 + (N - n + 0.5) / (n + 0.5))``, as ``index.passages`` weighs words."""
    return math.log(1 + (leaves - having + 0.5) / (having + 0.5))
