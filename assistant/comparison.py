"""Whether a question compares treaties, or asks which of them speak of something; and of what.

The question is read with each treaty's name as one mark. What is left besides the words of comparing is the topic,
and the topic is asked of each treaty alone. A question about how two treaties stand to one another ("does X prevail
over Y?") compares nothing, and neither does one that names articles: those are looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.comparison_words import COMPARES, LIST, RELATES, SAYS, SETS_APART, M, plain, topic_in, trimmed
from assistant.named import Place, places
from assistant.which_treaties import ALL, Which, asks_which
from corpus.models import Kind
from corpus.name_book import NAMED_KINDS
from corpus.protocol_names import lead_of
from corpus.references import Address, references_in
from index.passages import question_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.models import Document
    from corpus.name_book import NamedTreaty

LONGEST = 600
"""Characters of a question in which a comparison is looked for; a longer one is a text about something else."""
FEWEST = 2
"""Treaties that make a comparison."""
_EMPTY = frozenset(
    """
    detail details general generally overall main key treaty treaties convention conventions text texts content
    contents provisions rules say says law brief briefly thing things way ways respect respects point points
    """.split()
)
"""Words that name no topic: "compare X and Y in general"."""
_ANY_KIND = re.compile("instrument|document|text", re.IGNORECASE)
"""Words for what need not be a treaty: declarations count too."""
_GOES_ON = re.compile(
    r"^(?:and|but|now|what|how)\s+(?:(?:what|how)\s+)?(?:(?:about|on|regarding|concerning|with\s+regard\s+to|as\s+to)\s+)"
    r"(?P<topic>[^?]+)\??$",
    re.IGNORECASE,
)
"""A question that only names another topic."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        topic: The question without the treaties' names and the words of comparing; asked of each treaty alone.
        document_ids: The treaties, in the order named, or of the library.
        absent: Titles of treaties that are named and are none of the documents.
        every: Whether it is asked which treaties speak of the topic.
    """

    topic: str
    document_ids: tuple[str, ...]
    absent: tuple[str, ...] = ()
    every: bool = False


def comparison_in(
    question: str, documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()
) -> Comparison | None:
    """Return what a question compares, or None if it compares no treaties.

    Args:
        question: As asked.
        documents: The library, guides included: a treaty it lacks may be told of in a guide.
        absent: Known treaties that are none of the documents.
    """
    given = list(documents)
    treaties = [d for d in given if d.kind in NAMED_KINDS]
    asked = " ".join(question.replace(M, " ").split())
    if len(asked) > LONGEST or not treaties:
        return None
    which = asks_which(asked.rstrip("?!. ")) or asks_which(plain(asked))
    if which is not None:
        return _which(which, treaties)
    text, found = places(asked, treaties, absent)
    if not found:
        return _of_all(text, treaties)
    if _told_elsewhere(found, given, absent):
        return None
    return _of_named(_marked(text, found), found)


def continued(
    question: str, history: Sequence[str], documents: Iterable[Document], absent: Sequence[NamedTreaty] = ()
) -> Comparison | None:
    """Return the comparison that goes on with another topic: "and on jurisdiction?"; None if none goes on.

    Args:
        question: As asked; it names no treaty.
        history: Earlier questions, oldest first; between the comparison and this one all must go on with it.
        documents: As for ``comparison_in``.
        absent: As for ``comparison_in``.
    """
    given = list(documents)
    topic = _next_topic(question, given, absent)
    if topic is None:
        return None
    for before in reversed(history):
        found = comparison_in(before, given, absent)
        if found is not None:
            return replace(found, topic=topic)
        if _next_topic(before, given, absent) is None:
            return None
    return None


def _next_topic(question: str, documents: Sequence[Document], absent: Sequence[NamedTreaty]) -> str | None:
    match = _GOES_ON.match(" ".join(question.split()))
    if match is None or places(question, documents, absent)[1]:
        return None
    topic = trimmed(match["topic"])
    return topic if is_topic(topic) else None


def is_topic(topic: str) -> bool:
    """Tell whether a topic says what is asked: it has a word of its own, and no address that is to be looked up."""
    addresses = [one for one in references_in(topic) if one.kind is not Address.ANNEX or one.annex]
    return bool(set(question_terms(topic)) - _EMPTY) and not addresses


def _of_named(marked: str, found: Sequence[Place]) -> Comparison | None:
    ids = tuple(dict.fromkeys(one for place in found for one in place.ids))
    missing = tuple(dict.fromkeys(place.absent for place in found if place.absent))
    if not ids or len(ids) + len(missing) < FEWEST or not _compares(marked, found):
        return None
    topic = topic_in(marked)
    return Comparison(topic, ids, missing) if is_topic(topic) else None


def _compares(marked: str, found: Sequence[Place]) -> bool:
    """Tell whether treaties are set beside one another: by a word of comparing, in a list, or by a name of several."""
    if RELATES.search(marked) and not SETS_APART.search(marked):
        return False
    several = len({place.ids or place.absent for place in found}) > 1
    if several:
        return COMPARES.search(marked) is not None or LIST.search(marked) is not None
    return SETS_APART.search(marked) is not None


def _marked(text: str, found: Sequence[Place]) -> str:
    """Return the text with a mark for each name."""
    for place in sorted(found, key=lambda one: -one.start):
        text = f"{text[: place.start]} {M} {text[place.end :]}"
    return re.sub(rf"{M}\s+(?=[,.;:?!)’'])", M, " ".join(text.split()))


def _told_elsewhere(
    found: Sequence[Place], documents: Sequence[Document], absent: Sequence[NamedTreaty]
) -> bool:
    """Tell whether fewer than two of the treaties are there, and a guide speaks of one that is not."""
    held = {one for place in found for one in place.ids}
    titles = {place.absent for place in found if place.absent}
    names = [name for treaty in absent if treaty.title in titles for name in treaty.all_names]
    guides = [d.text.casefold() for d in documents if d.kind not in NAMED_KINDS]
    return len(held) < FEWEST and any(name.casefold() in text for name in names for text in guides)


# -- all treaties


def _which(which: Which, treaties: Sequence[Document]) -> Comparison | None:
    """Return what "which treaties mention …" asks of all of them, or of the protocols among them."""
    kinds = NAMED_KINDS if _ANY_KIND.match(which.noun) else (Kind.TREATY,)
    meant = [d for d in treaties if d.kind in kinds]
    if which.noun.startswith("protocol"):
        meant = [d for d in meant if "protocol" in lead_of(d.title).lower()]
    return _over(trimmed(which.topic), meant, every=True)


def _of_all(text: str, treaties: Sequence[Document]) -> Comparison | None:
    """Return what is asked of "the treaties", all those there are, or None."""
    marked = ALL.sub(M, text)
    if marked.count(M) != 1 or not (SETS_APART.search(marked) or SAYS.search(marked)):
        return None
    return _over(topic_in(marked), treaties, every=False)


def _over(topic: str, treaties: Sequence[Document], *, every: bool) -> Comparison | None:
    """Return a topic asked of all of some treaties."""
    ids = tuple(d.id for d in treaties)
    return Comparison(topic, ids, every=every) if len(ids) >= FEWEST and is_topic(topic) else None
