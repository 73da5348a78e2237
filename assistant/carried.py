"""What a follow-up carries besides words: the provisions quoted before, near which its answer is looked for.

"And for how long?" asks about what was just quoted, and the answer mostly stands in the same article or the next one.
Their passages are read beside those that the search finds. The weights were chosen on 37 follow-ups over six treaties
(``eval/training`` and the dev split): right@1 0.57 → 0.70, @3 0.78 → 0.84, near a broad best.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.models import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.models import Quote
    from corpus.models import Passage, Provision
    from index.models import Hit

MOST_CITED = 3
"""Quotes of the answer before that are carried."""
REACH = 2
"""Articles before and after a quoted one whose passages are read too."""
MOST_NEAR = 16
"""Passages read beside those found, the nearest first."""
QUOTED = -1.0
"""Added to the score of what was quoted already: whoever asks on wants to know more."""
SAME_ARTICLE, NEXT_ARTICLE, NEAR_ARTICLE = 0.4, 0.8, 0.4
SAME_DOCUMENT = 0.4
ALONE = 1.0
"""Weight of what the cross-encoder thinks of the follow-up by itself, ``tanh(logit / 5)``."""
_SQUASH = 5.0
_ARTICLES = frozenset({Level.ARTICLE, Level.SECTION, Level.ANNEX, Level.PREAMBLE, Level.CLOSING})

Neighbour = tuple["Passage", float]


def neighbours(
    cited: Sequence[Quote],
    passages_of: Callable[[str], Sequence[Passage]],
    provisions: Callable[[str], Provision],
) -> dict[str, Neighbour]:
    """Return the passages in and around what was quoted, by id, each with what its nearness adds to its score.

    Args:
        cited: The quotes of the answer before, best first.
        passages_of: Gives a document's passages in the order of the text.
        provisions: Gives a document's tree.
    """
    found: dict[str, Neighbour] = {}
    for quote in cited[:MOST_CITED]:
        passages, root = passages_of(quote.document_id), provisions(quote.document_id)
        homes = [_home(root, passage.span.start) for passage in passages]
        order = {home: place for place, home in enumerate(dict.fromkeys(homes))}
        here = order.get(_home(root, quote.segments[0].start))
        if here is None:
            continue
        for passage, home in zip(passages, homes, strict=True):
            apart = abs(order[home] - here)
            if apart > REACH:
                continue
            quoted = any(passage.span.overlaps(segment) for segment in quote.segments)
            worth = QUOTED if quoted else (SAME_ARTICLE, NEXT_ARTICLE, NEAR_ARTICLE)[apart]
            known = found.get(passage.id)
            # once quoted, quoted; else the nearest of the quotes counts
            if known is None or quoted or QUOTED < known[1] < worth:
                found[passage.id] = (passage, worth)
    return found


def unread(near: Mapping[str, Neighbour], hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """Return the passages near what was quoted that the search did not find, at most ``MOST_NEAR``."""
    ids = {hit.passage.id for hit in hits}
    left = sorted((one for name, one in near.items() if name not in ids), key=lambda one: -one[1])
    return tuple(passage for passage, _ in left[:MOST_NEAR])


def reordered(
    hits: Sequence[Hit], near: Mapping[str, Neighbour], alone: Sequence[float], documents: frozenset[str]
) -> tuple[Hit, ...]:
    """Return hits in the order they have for a follow-up, best first.

    Args:
        hits: With scores comparable among them.
        near: As ``neighbours`` returns it.
        alone: For each hit, the cross-encoder's logit for the follow-up without the question before.
        documents: Ids of the documents quoted before.
    """
    scored = [
        replace(
            hit,
            score=hit.score
            + (near[hit.passage.id][1] if hit.passage.id in near else 0.0)
            + (SAME_DOCUMENT if hit.passage.document_id in documents else 0.0)
            + ALONE * math.tanh(logit / _SQUASH),
        )
        for hit, logit in zip(hits, alone, strict=True)
    ]
    return tuple(sorted(scored, key=lambda hit: -hit.score))


def _home(root: Provision, offset: int) -> tuple[str, ...]:
    """Return the path of the article, section or annex that an offset stands in; of the text's division if in none."""
    chain = root.chain(offset)
    homes = [node for node in chain if node.level in _ARTICLES]
    return (homes[-1] if homes else chain[min(1, len(chain) - 1)]).path
