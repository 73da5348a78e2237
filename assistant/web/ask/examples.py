"""Questions offered to someone who has just come in, as far as the library can take them.

Some are written for what comes with the program. The others are made of the library itself: of the headings of its
treaties' articles, and of the questions that its guides have for headings.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from corpus.models import Document, Kind, Level, Provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assistant.web.session import Ready

MOST = 5
"""Questions offered at a time: enough to show what can be asked, few enough to be read."""
LOOKED_AT = 4
"""Treaties and guides of each sort that examples are made of; the trees of long treaties take a second each."""
LONGEST_NAME = 60
"""Characters of a title that stands in a question; of a longer one a shorter name is used."""
FEWEST_WORDS, MOST_WORDS = 2, 5
"""Of a heading that reads well in a question: one word says too little, six are a sentence."""

# Headings that treaties share say nothing of what this one is about; the last articles are alike in all of them.
_FORMAL = re.compile(
    r"(?i)\b(?:terms?|definitions?|scope|purposes?|objectives?|present|general|principles?|final|relation(?:ship)?|effects?|"
    r"signature|ratification|accession|approval|entry into force|depositary|amendments?|revision|denunciation|"
    r"withdrawal|reservations?|declarations?|notifications?|annex(?:es)?|authentic|texts?|languages?|measures|other|status)\b"
)
_SPELT_BIG = re.compile(r"[A-Z].*[A-Z]|[A-Z]\b")
"""A first word that keeps its capitals: an abbreviation."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and words of which each must stand in the title or a name of some document."""

    question: str
    about: tuple[str, ...]


EXAMPLES = (
    Example("Is ethical hacking or security research a crime under the treaty?", ("against cybercrime",)),
    Example("When does the UN Convention against Cybercrime enter into force?", ("against cybercrime",)),
    Example("How do the UN and Budapest conventions differ on human rights safeguards?", ("compared",)),
    Example("May police search a computer in another country under the Budapest Convention?", ("budapest",)),
    Example("Which reservations does the Budapest Convention allow?", ("budapest",)),
    Example("What is the difference between signature and ratification?", ("how to read a treaty",)),
    Example("What does article 31 of the Vienna Convention say about interpretation?", ("law of treaties",)),
)


def examples(
    documents: Iterable[Document], provisions: Callable[[str], Provision] | None = None
) -> tuple[str, ...]:
    """Return questions that these documents are about, the same for the same documents.

    Args:
        documents: The library.
        provisions: Gives a document's tree by id; without it only questions written beforehand are offered.
    """
    held = tuple(documents)
    names = [name.casefold() for document in held for name in (document.title, *document.names)]
    written = [e.question for e in EXAMPLES if all(any(word in name for name in names) for word in e.about)]
    if provisions is None:
        return tuple(written[:MOST])
    treaties = [document for document in held if document.kind is Kind.TREATY][:LOOKED_AT]
    guides = [document for document in held if document.kind is Kind.GUIDE][:LOOKED_AT]
    made = list(chain(of_treaties(treaties, provisions), of_guides(guides, provisions)))
    # a library with treaties is asked about those first
    both = [*made, *written] if treaties else [*written, *made]
    return tuple(dict.fromkeys(both))[:MOST]


def of_treaties(treaties: Sequence[Document], provisions: Callable[[str], Provision]) -> Iterator[str]:
    """Yield what may be asked of treaties: of the headings of their articles, and how two of them differ."""
    trees = {treaty.id: provisions(treaty.id) for treaty in treaties}
    rows = [list(_of_headings(treaty, trees[treaty.id])) for treaty in treaties]
    firsts = [one for row in zip_longest(*rows) for one in row if one is not None]
    compared = _of_two(treaties, trees)
    yield from (*firsts[:2], *compared, *firsts[2:])


def of_guides(guides: Sequence[Document], provisions: Callable[[str], Provision]) -> Iterator[str]:
    """Yield the headings of guides that are questions, one of each guide."""
    for guide in guides:
        nodes = (node for node in provisions(guide.id).walk() if node.level is Level.SECTION)
        asked = next((node.heading for node in nodes if node.heading.endswith("?")), None)
        if asked is not None:
            yield asked


def name_of(treaty: Document) -> str:
    """Return what a question calls a treaty: its title, or of a long one the shortest name in words."""
    title = re.sub(r"\A(?:The|An?)\s+", "", treaty.title)
    if len(title) <= LONGEST_NAME:
        return title
    worded = [name for name in treaty.names if " " in name and not any(c.isdigit() for c in name)]
    return min(worded, key=len, default=title)


def _of_headings(treaty: Document, root: Provision) -> Iterator[str]:
    """Yield a question on a substantive article, and one on an article by its number."""
    articles = [node for node in root.walk() if node.level is Level.ARTICLE]
    if len(name_of(treaty)) > LONGEST_NAME or not articles:
        return
    telling = [node.heading for node in articles if _is_telling(node.heading)]
    if telling:
        # a third of the way in: behind what is general, before what is formal
        yield f"What does the {name_of(treaty)} say about {_within(telling[len(telling) // 3])}?"
    else:
        node = articles[len(articles) // 3]
        yield f"What does {_within(node.path[-1])} of the {name_of(treaty)} say?"


def _of_two(treaties: Sequence[Document], trees: dict[str, Provision]) -> Iterator[str]:
    """Yield how two treaties differ on what both have an article about."""
    for place, first in enumerate(treaties):
        for second in treaties[place + 1 :]:
            if max(len(name_of(first)), len(name_of(second))) > LONGEST_NAME:
                continue
            shared = _headings(trees[second.id])
            both = next((key for key in _headings(trees[first.id]) if key in shared), None)
            if both is not None:
                yield f"How do the {name_of(first)} and the {name_of(second)} differ on {both}?"
                return


def _headings(root: Provision) -> dict[str, None]:
    """Return the headings of a treaty's articles that are more than a form, as they stand in a sentence."""
    found = (node.heading for node in root.walk() if node.level is Level.ARTICLE)
    return dict.fromkeys(_within(heading) for heading in found if _is_telling(heading))


def _is_telling(heading: str) -> bool:
    words = heading.split()
    return FEWEST_WORDS <= len(words) <= MOST_WORDS and not _FORMAL.search(heading) and heading[-1].isalpha()


def _within(heading: str) -> str:
    """Return a heading as it stands in a sentence, its first letter small unless it is an abbreviation."""
    first = heading.split(maxsplit=1)[0]
    return heading if _SPELT_BIG.fullmatch(first) else heading[:1].lower() + heading[1:]


class Examples:
    """The questions offered for each opening of the library, made once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[int, tuple[str, ...]] = (0, ())

    def offered(self, state: Ready) -> tuple[str, ...]:
        """Return the questions for an opened library."""
        with self._lock:
            if self._made[0] != state.opened:
                answers = state.answers
                self._made = (state.opened, examples(answers.documents(), answers.provisions))
            return self._made[1]
