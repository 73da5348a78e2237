"""Which words of a passage answer: sentences, points with their chapeau, or a whole list.

Retrieval finds passages; a reader wants the words that answer and no more. Each passage near the top is divided into
candidates (a short provision whole; a longer one by sentence; a point with its chapeau; a short list whole), and the
cross-encoder scores each against the question. Where it finds none of a passage's words relevant, which is how it
takes everyday wording, the encoder's likeness of question and sentence says more about which of them answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.quotes import governed
from corpus.models import Document, Level, Passage, Provision, Span
from corpus.sentences import sentences, trim
from index.closeups import parts_of
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
ALIKE, ALIKE_IN_DOUBT = 3.0, 16.0
"""Logits that a cosine of 1 between question and sentence is worth beside the cross-encoder's: where the best words of
the passage have a logit above 0, and where they have not. Where the first passage is right, its words that answer are
chosen for 0.90 of 158 everyday questions and 0.96 of 220 others over treaties, for 0.76 and 0.97 of 326 and 78 over
treaties of our own, all read by encoders that did not learn from them; by the cross-encoder alone for 0.81, 0.96, 0.70
and 0.97, with 16 always for 0.90, 0.93, 0.76 and 0.99, and for 0.86 instead of 0.89 of 70 others over guides."""
_OPENING = 40
"""Characters by which a sentence is known that a candidate holds only the beginning of."""
_ANAPHOR = re.compile(r"(?:It|They|He|She|This|These|Those|Such|That|Its|Their|His|Her)\b")
"""Openings that mean nothing without the sentence before."""
_MOST_CANDIDATES = 28
"""Candidates scored for one question: about 0.3 s of the reranker's time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that might be quoted, the provision they would be cited to, and what the models say of them.

    Attributes:
        logit: The cross-encoder's, of words and question.
        fit: What tells the words of one passage apart: the logit and the likeness of question and sentence.
    """

    document: Document
    node: Provision
    segments: tuple[Span, ...]
    hit: Hit
    logit: float = 0.0
    fit: float = 0.0


Score = Callable[[str, Sequence[str]], list[float]]


def candidates(
    question: str,
    hits: Sequence[Hit],
    document: Callable[[str], Document],
    provisions: Callable[[str], Provision],
    score: Score,
) -> list[Candidate]:
    """Return the candidates of the first passages, scored, in the order of passages and of the text.

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
    best: dict[str, float] = {}
    for c, logit in zip(found, logits, strict=True):
        best[c.hit.passage.id] = max(logit, best.get(c.hit.passage.id, logit))
    alike = {hit.passage.id: _sentences(hit) for hit in hits[:PASSAGES]}
    return [
        replace(c, logit=logit, fit=_fit(c, logit, best[c.hit.passage.id], alike[c.hit.passage.id]))
        for c, logit in zip(found, logits, strict=True)
    ]


def _sentences(hit: Hit) -> list[tuple[str, float]]:
    """Return a passage's sentences with their likeness to the question; none where the search gave none or others."""
    cosines = hit.signals.sentences
    parts = parts_of(hit.passage.embed_text) if cosines else ()
    if len(parts) != len(cosines):  # an index made when sentences were told apart otherwise
        return []
    return [(_plain(part), cosine) for part, cosine in zip(parts, cosines, strict=True)]


def _fit(
    candidate: Candidate, logit: float, best: float, its_sentences: Sequence[tuple[str, float]]
) -> float:
    """Return what tells a passage's candidates apart, in logits.

    Args:
        candidate: Not yet scored.
        logit: The cross-encoder's.
        best: The highest of its passage.
        its_sentences: Those of its passage, with their likeness to the question.
    """
    words = _plain(candidate.segments[-1].of(candidate.document.text))
    alike = [
        cosine
        for sentence, cosine in its_sentences
        if sentence in words or words in sentence or sentence[:_OPENING] in words
    ]
    likeness = max(alike, default=candidate.hit.signals.cosine or 0.0)
    return logit + (ALIKE if best > 0 else ALIKE_IN_DOUBT) * likeness


def _plain(words: str) -> str:
    return " ".join(words.split())


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
    near = {o.node.path for o in others if o.node in points and o.fit >= candidate.fit - LIST_MARGIN}
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
        same = [o for o in same if o.fit >= candidate.fit - NEAR]
    return replace(candidate, segments=_segments([candidate, *same]))


def beside(candidate: Candidate, chosen: Candidate, others: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the other provisions of a passage whose words answer nearly as well as its best, best first.

    Args:
        candidate: The best of its passage.
        chosen: What is quoted for it; what lies within is left out.
        others: All candidates of the question.
    """
    near: dict[tuple[str, ...], list[Candidate]] = {}
    for other in sorted(_of_same_passage(candidate, others), key=lambda o: -o.fit):
        within = all(any(s.contains(span) for s in chosen.segments) for span in other.segments)
        if other.node.path != chosen.node.path and other.fit >= candidate.fit - NEAR and not within:
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
