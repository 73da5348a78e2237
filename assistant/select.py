"""Which words of a passage answer: sentences, points with their chapeau, or a whole list.

Retrieval finds passages; a reader wants the words that answer and no more. Each passage near the top is divided into
candidates (a short provision whole; a longer one by sentence; a point with its chapeau; a short list whole), and the
cross-encoder scores each against the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.quotes import governed
from corpus.models import Document, Level, Passage, Provision, Span
from corpus.sentences import sentences, trim
from index.models import Hit

PASSAGES = 4
"""Passages divided into candidates. On the dev split the right one was among the first three in 9 cases of 10."""
WHOLE = 320
"""Characters up to which a provision is quoted whole: about two sentences of a treaty."""
WHOLE_LIST = 1400
"""Characters up to which a list may be quoted whole."""
WHOLE_LIST_WANTED = 4000
"""The same where the question asks for a list."""
LIST_SHARE = 0.5
"""Share of a list's points that must come near the best of them before the list is quoted whole."""
LIST_MARGIN = 2.0
"""Logits below the best point within which another point counts as near it."""
_SOME = 2
"""Points that make a list."""
NEAR = 1.0
"""Logits below the best words of a passage within which further words of it are quoted too: which of two neighbouring
sentences answers is the commonest error once the passage is right."""
PARAGRAPH = 600
"""Characters up to which the sentences of one provision are quoted together, whatever each of them scores."""
MOST_BESIDE = 1
"""Further provisions of the same passage that are quoted. With one, 281 training questions are answered in 0.776 of
cases at a precision of 0.764; with two, in 0.769 at 0.761, because what follows finds no room."""
_MODAL = r"(?:are|does|do|may|must|can|should|could|shall|will|would)"
_ASKS_LIST = re.compile(
    r"^\W*(?:list|name|enumerate)\b|\bwhat (?:exactly )?are (?:all )?(?:of )?(?:the|its|their)\b|"
    rf"\bwhich (?:\w+ ){{0,2}}\w+s (?:{_MODAL}|have|did|were)\b|"
    rf"\bwhat (?:kinds?|types?|sorts?|forms?) of\b|\bwhat (?:\w+ ){{0,2}}\w+s {_MODAL}\b|"
    r"\bwhat (?:must|should|shall|may|does|do|can) (?:[\w’'-]+ ){1,9}?"
    r"(?:(?:contain|include|cover|comprise|consist of|specify|indicate|set (?:out|forth))\b|(?:state|list)\W*$)",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(r"(?:It|They|He|She|This|These|Those|Such|That|Its|Their|His|Her)\b")
"""Openings that mean nothing without the sentence before."""
_MOST_CANDIDATES = 28
"""Candidates scored for one question: about 0.3 s of the reranker's time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that might be quoted, the provision they would be cited to, and what the models say of them."""

    document: Document
    node: Provision
    segments: tuple[Span, ...]
    hit: Hit
    logit: float = 0.0


Score = Callable[[str, Sequence[str]], list[float]]


def candidates(
    question: str,
    hits: Sequence[Hit],
    document: Callable[[str], Document],
    provisions: Callable[[str], Provision],
    score: Score,
) -> list[Candidate]:
    """Return the candidates of the first passages, scored, best first within each passage.

    Args:
        question: As it was searched.
        hits: Best first.
        document: Gives a document by id.
        provisions: Gives a document's tree by id.
        score: The reranker.
    """
    found: list[Candidate] = []
    for hit in hits[:PASSAGES]:
        source = document(hit.passage.document_id)
        found += _of_passage(source, provisions(source.id), hit)
    found = found[:_MOST_CANDIDATES]
    logits = score(question, [_shown(c) for c in found])
    return [
        Candidate(c.document, c.node, c.segments, c.hit, logit)
        for c, logit in zip(found, logits, strict=True)
    ]


def _shown(candidate: Candidate) -> str:
    """Return what the reranker reads: title and headings, then the candidate's words."""
    words = " ".join(span.of(candidate.document.text) for span in candidate.segments)
    above = candidate.hit.passage.embed_text.split("\n")[:2]
    return "\n".join([*above, words])


def _of_passage(document: Document, root: Provision, hit: Hit) -> list[Candidate]:
    made: list[Candidate] = []
    for leaf in _leaves(root, hit.passage):
        chain = root.chain(leaf.span.start)
        made += [
            Candidate(document, node, segments, hit)
            for node, segments in _units(document.text, chain, hit.passage)
        ]
    return made


def _leaves(root: Provision, passage: Passage) -> list[Provision]:
    return [
        leaf for leaf in root.leaves() if leaf.span.overlaps(passage.span) and leaf.level is not Level.HEADING
    ]


def _units(
    text: str, chain: Sequence[Provision], passage: Passage
) -> list[tuple[Provision, tuple[Span, ...]]]:
    """Return the units of one leaf: itself if short, else its sentences."""
    leaf = chain[-1]
    cited = _cited(chain)
    if leaf.level is Level.CHAPEAU:
        parent = chain[-2]
        if any(child.level is Level.POINT for child in parent.children):
            return []  # spoken for by its points and by the list as a whole
    own = trim(text, leaf.body, leaf.span.end)
    if own is None:
        return []
    segments = governed(text, chain)
    if own.end - own.start <= WHOLE or leaf.level is Level.POINT:
        return [(cited, segments)]
    leads = segments[:-1]
    return [(cited, (*leads, *parts)) for parts in _standing_alone(text, sentences(text, own), passage.span)]


def _standing_alone(text: str, parts: Sequence[Span], within: Span) -> list[tuple[Span, ...]]:
    """Return each sentence that lies in the passage; one that opens with a pronoun brings the sentence before it."""
    made: list[tuple[Span, ...]] = []
    for k, part in enumerate(parts):
        if part.overlaps(within):
            leaning = k > 0 and _ANAPHOR.match(part.of(text)) is not None
            made.append((parts[k - 1], part) if leaning else (part,))
    return made


def _cited(chain: Sequence[Provision]) -> Provision:
    """Return the lowest provision of the chain that has an address of its own."""
    for node in reversed(chain):
        if node.level not in (Level.CHAPEAU, Level.CLOSING, Level.HEADING) or len(node.path) == 1:
            return node
    return chain[-1]


def asks_for_list(question: str) -> bool:
    """Tell whether a question asks for several things at once."""
    return _ASKS_LIST.search(question) is not None


def whole_list(
    candidate: Candidate, others: Sequence[Candidate], root: Provision, *, wanted: bool = False
) -> Candidate:
    """Return the list a point stands in, if most of it answers or a list is asked for; else the candidate itself.

    Args:
        candidate: The best of its passage.
        others: All candidates of the question.
        root: Tree of the candidate's document.
        wanted: Whether the question asks for a list.
    """
    whole = _list_of(candidate, root)
    if whole is None:
        return candidate
    points = [c for c in whole.children if c.level is Level.POINT]
    near = {o.node.path for o in others if o.node in points and o.logit >= candidate.logit - LIST_MARGIN}
    length = whole.span.end - whole.body
    enough = 1 if wanted else max(_SOME, LIST_SHARE * len(points))
    if len(points) < _SOME or length > (WHOLE_LIST_WANTED if wanted else WHOLE_LIST) or len(near) < enough:
        return candidate
    chain = root.chain(candidate.segments[-1].start)
    segments = governed(candidate.document.text, chain[: chain.index(whole) + 1])
    return replace(candidate, node=whole, segments=segments)


def together(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """Return a candidate with the sentences of its provision that answer nearly as well, or all of a short one.

    Args:
        candidate: The best of its passage.
        others: All candidates of the question.
    """
    same = [o for o in _of_same_passage(candidate, others) if o.node.path == candidate.node.path]
    if _length(same) > PARAGRAPH:
        same = [o for o in same if o.logit >= candidate.logit - NEAR]
    return replace(candidate, segments=_segments([candidate, *same]))


def beside(candidate: Candidate, chosen: Candidate, others: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the other provisions of a passage whose words answer nearly as well as its best, best first.

    Args:
        candidate: The best of its passage.
        chosen: What is quoted for it; what lies within is left out.
        others: All candidates of the question.
    """
    near: dict[tuple[str, ...], list[Candidate]] = {}
    for other in sorted(_of_same_passage(candidate, others), key=lambda o: -o.logit):
        within = all(any(s.contains(span) for s in chosen.segments) for span in other.segments)
        if other.node.path != chosen.node.path and other.logit >= candidate.logit - NEAR and not within:
            near.setdefault(other.node.path, []).append(other)
    return tuple(replace(some[0], segments=_segments(some)) for some in list(near.values())[:MOST_BESIDE])


def of_one_list(chosen: Sequence[Candidate], provisions: Callable[[str], Provision]) -> list[Candidate]:
    """Return the candidates with the points of one list made one, under their chapeau and in the list's order.

    Args:
        chosen: What is to be quoted, best first; points of one list stand where the first of them stood.
        provisions: Gives a document's tree by id.
    """
    lists = [_list_of(one, provisions(one.document.id)) for one in chosen]
    made: list[Candidate] = []
    for one, whole in zip(chosen, lists, strict=True):
        points = [
            other for other, its in zip(chosen, lists, strict=True)
            if whole and its and other.document is one.document and its.path == whole.path
        ]  # fmt: skip
        if whole is None or len(points) < _SOME:
            made.append(one)
        elif one is points[0]:
            made.append(replace(one, node=whole, segments=_segments(points)))
    return made


def _list_of(one: Candidate, root: Provision) -> Provision | None:
    """Return the provision whose list a point stands in; None for any other candidate."""
    if one.node.level is not Level.POINT:
        return None
    return next((node for node in root.chain(one.segments[-1].start) if one.node in node.children), None)


def _of_same_passage(candidate: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    return [o for o in others if o.hit.passage.id == candidate.hit.passage.id]


def _segments(some: Sequence[Candidate]) -> tuple[Span, ...]:
    return tuple(sorted({span for one in some for span in one.segments}))


def _length(some: Sequence[Candidate]) -> int:
    return sum(span.end - span.start for span in _segments(some))
