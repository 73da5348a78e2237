"""What belongs with a quote: the definitions of its terms, and the provisions it refers to, as quotes of their own.

Treaty language is read with its definitions and cross-references. Both are found in the quote's own words and shown
in the words of the provisions they lead to, verified like every quote. What a treaty defines and where its provisions
stand is worked out once a document and kept; a question costs only the reading of its quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.models import Attachment, AttachmentKind, Quote, Quoted
from assistant.quotes import LEADS_ON, governed, quote
from assistant.stems import stem
from corpus.crossrefs import CrossReference, Whose, crossrefs_in
from corpus.definitions import Definition, definitions_of
from corpus.instruments import NOUNS, meant_by, parent_of
from corpus.models import Level, Span
from corpus.sentences import sentences, trim
from corpus.targets import Addresses, addresses, find
from corpus.terms import Lexicon, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assistant.models import Answer
    from corpus.models import Document, Kind, Provision

MOST_DEFINITIONS = 6
"""Definitions shown with one quote: those of the terms the treaty uses least, which say most about it."""
MOST_REFERENCES = 8
"""References shown with one quote: the first; a provision that names more is an index of its own."""
LONGEST_TARGET = 1200
"""Characters above which a provision is shown by its beginning: about a printed half page."""
_DOCUMENTS_KEPT = 256
"""Documents whose definitions and addresses are kept; as many as the assistant keeps trees of."""
_HEADED = (Level.DIVISION, Level.ANNEX)
BEGINNING = "its beginning"
HEADING = "its heading"


def attached(
    answer: Answer,
    document_of: Callable[[str], Document],
    provisions_of: Callable[[str], Provision],
    documents: Iterable[Document],
) -> Answer:
    """Return an answer with attachments to its quotes; a decline as it is: its nearest passages are no answer."""
    if not isinstance(answer, Quoted):
        return answer
    return replace(answer, quotes=attach(answer.quotes, document_of, provisions_of, documents))


def attach(
    quotes: Sequence[Quote],
    document_of: Callable[[str], Document],
    provisions_of: Callable[[str], Provision],
    documents: Iterable[Document],
) -> tuple[Quote, ...]:
    """Return the quotes with what belongs to each.

    Args:
        quotes: As selected.
        document_of: Gives a document by id.
        provisions_of: Gives a document's tree by id.
        documents: The library: where references to other treaties may lead.
    """
    reader = _Reader(document_of, provisions_of, tuple(documents))
    return tuple(replace(one, attachments=reader.attachments(one)) for one in quotes)


@dataclass(frozen=True, slots=True)
class Lead:
    """Words of a document that lead to a provision: a defined term in use, or a reference.

    Attributes:
        kind: Which of them.
        span: Where the words stand.
        document: The document of the provision.
        provision: What they lead to.
    """

    kind: AttachmentKind
    span: Span
    document: Document
    provision: Provision


def leads_in(
    document_id: str,
    spans: Sequence[Span],
    document_of: Callable[[str], Document],
    provisions_of: Callable[[str], Provision],
    documents: Iterable[Document],
) -> tuple[Lead, ...]:
    """Return what the words of a document lead to, in order; of a defined term the first use in each article.

    Args:
        document_id: The document that is read.
        spans: The stretches of it that are, in order.
        document_of: Gives a document by id.
        provisions_of: Gives a document's tree by id.
        documents: The library: where references to other treaties may lead.
    """
    return _Reader(document_of, provisions_of, tuple(documents)).leads(document_id, spans)


@dataclass(frozen=True, slots=True)
class _Text:
    """A document as it is kept: the same id, title, kind and text have the same definitions."""

    id: str
    title: str
    kind: Kind
    text: str
    document: Document = field(compare=False)
    root: Provision = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is worked out once a document."""

    document: Document
    root: Provision
    addresses: Addresses
    definitions: tuple[Definition, ...]
    lexicon: Lexicon


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _known(text: _Text) -> _Known:
    found = definitions_of(text.document, text.root) if text.kind.is_instrument else ()
    where = addresses(text.root, text.title)
    return _Known(text.document, text.root, where, found, Lexicon(text.text, text.root, found))


class _Reader:
    """Reads the quotes of one answer."""

    def __init__(
        self,
        document_of: Callable[[str], Document],
        provisions_of: Callable[[str], Provision],
        documents: tuple[Document, ...],
    ) -> None:
        self._document_of, self._provisions_of, self._documents = document_of, provisions_of, documents
        self._named: dict[tuple[str, str], Document | None] = {}

    def attachments(self, made: Quote) -> tuple[Attachment, ...]:
        known = self._of(made.document_id)
        return (*_definitions(made, known), *self._references(made, known))

    def leads(self, document_id: str, spans: Sequence[Span]) -> tuple[Lead, ...]:
        known = self._of(document_id)
        found = [
            Lead(AttachmentKind.REFERENCE, reference.span, other.document, node)
            for reference, other, node in self._resolved(spans, known)
            if other is not known or not node.span.contains(reference.span)
        ]
        taken = [one.span for one in found]
        for use in _first_uses(spans, known):
            if not any(use.span.overlaps(span) for span in taken):
                node = use.definition.provision
                found.append(Lead(AttachmentKind.DEFINITION, use.span, known.document, node))
        return tuple(sorted(found, key=lambda one: one.span))

    def _of(self, document_id: str) -> _Known:
        document = self._document_of(document_id)
        root = self._provisions_of(document_id)
        return _known(_Text(document.id, document.title, document.kind, document.text, document, root))

    # -- references

    def _references(self, made: Quote, known: _Known) -> Iterator[Attachment]:
        shown: set[tuple[str, tuple[str, ...]]] = set()
        for reference, other, node in self._resolved(made.segments, known):
            place = (other.document.id, node.path)
            if place in shown or (other is known and _has(made, known, reference, node)):
                continue
            target, note = _target(other, node)
            if target is None:
                continue
            shown.add(place)
            label = reference.span.of(known.document.text)
            first = f"the first; the last is {reference.through}" if reference.through else ""
            said = "; ".join(filter(None, (first, note)))
            yield Attachment(AttachmentKind.REFERENCE, label, reference.span, target, said)
            if len(shown) == MOST_REFERENCES:
                return

    def _resolved(
        self, spans: Sequence[Span], known: _Known
    ) -> Iterator[tuple[CrossReference, _Known, Provision]]:
        """Yield the references within spans that lead somewhere, with the document and provision they lead to."""
        for stretch in _stretches(spans, known.root):
            before: Provision | None = None
            for reference in crossrefs_in(known.document.text, stretch):
                found = self._find(reference, known, before)
                if found is not None:
                    before = found[1] if found[0] is known else None
                    yield reference, *found

    def _find(
        self, reference: CrossReference, known: _Known, before: Provision | None
    ) -> tuple[_Known, Provision] | None:
        own = other = None
        at = reference.span.start
        if reference.whose in (Whose.NAMED, Whose.EITHER):
            meant = self._meant(reference.instrument, known, at)
            if meant is not None and meant.id != known.document.id:
                there = self._of(meant.id)
                node = find(reference, there.addresses)
                other = (there, node) if node is not None else None
            elif meant is not None:
                own = find(reference, known.addresses, at, before)
        if reference.whose in (Whose.OWN, Whose.EITHER) and known.document.kind.is_instrument:
            said = replace(reference, instrument="") if reference.whose is Whose.EITHER else reference
            own = find(said, known.addresses, at, before)
        if own is not None:
            return (known, own) if other is None else None  # of two it may be, neither
        return other

    def _meant(self, name: str, known: _Known, at: int) -> Document | None:
        """Return the document an instrument's name means in a document; None if it is not in the library."""
        key = (known.document.id, name)
        if key not in self._named:
            bare = name in NOUNS
            if bare and not known.document.kind.is_instrument:
                self._named[key] = None
            elif bare:
                said = [
                    one.span.of(known.document.text)
                    for one in known.definitions
                    if name in one.terms and one.holds_at(at)
                ]
                self._named[key] = parent_of(name, known.document, said, self._documents)
            else:
                self._named[key] = meant_by(name, known.document, self._documents)
        return self._named[key]


# -- definitions


def _definitions(made: Quote, known: _Known) -> list[Attachment]:
    uses: dict[tuple[str, ...], Use] = {}
    for segment in made.segments:
        for use in known.lexicon.uses_in(segment):
            stands = use.definition.span
            if not any(stands.overlaps(shown) for shown in made.segments):
                uses.setdefault((*use.definition.provision.path, str(stands.start)), use)
    telling = sorted(uses.values(), key=known.lexicon.rarity)[:MOST_DEFINITIONS]
    found = []
    for use in sorted(telling, key=lambda one: one.span.start):
        node = use.definition.provision
        target, note = _target(known, node, use.definition.span)
        if target is not None:
            found.append(Attachment(AttachmentKind.DEFINITION, use.term, use.span, target, note))
    return found


def _first_uses(spans: Sequence[Span], known: _Known) -> Iterator[Use]:
    """Yield the uses of defined terms within spans, each the first of its definition in its article."""
    seen: set[tuple[int, tuple[str, ...], int]] = set()
    for stretch in _stretches(spans, known.root):
        chain = known.root.chain(stretch.start)
        article = next((n for n in chain if n.level in (Level.ARTICLE, Level.SECTION)), chain[-1])
        for use in known.lexicon.uses_in(stretch):
            stands = use.definition
            key = (article.span.start, stands.provision.path, stands.span.start)
            if key not in seen:
                seen.add(key)
                yield use


def quoted_definitions(words: frozenset[str], document: Document, root: Provision) -> tuple[Quote, ...]:
    """Return the quotes of a document's definitions of a term.

    Args:
        words: Stems of the term's words.
        document: Where to look.
        root: Its tree.
    """
    known = _known(_Text(document.id, document.title, document.kind, document.text, document, root))
    meant = [
        one
        for one in known.definitions
        if not one.in_passing and any(stems_of(term) == words for term in one.terms)
    ]
    made = (_target(known, one.provision, one.span)[0] for one in meant)
    return tuple(one for one in made if one is not None)


def stems_of(term: str) -> frozenset[str]:
    """Return the stems of a term's words."""
    return frozenset(stem(word) for word in re.findall(r"[^\W_]+", term.lower()))


# -- the words shown


def _stretches(spans: Sequence[Span], root: Provision) -> Iterator[Span]:
    """Yield the words of spans leaf by leaf: a reference does not run on from one provision into the next."""
    for segment in spans:
        for leaf in _leaves(root, segment):
            start, end = max(segment.start, leaf.span.start), min(segment.end, leaf.span.end)
            if leaf.level is not Level.HEADING and start < end:
                yield Span(start, end)


def _leaves(node: Provision, span: Span) -> Iterator[Provision]:
    if not node.children:
        yield node
    for child in node.children:
        if child.span.overlaps(span):
            yield from _leaves(child, span)


def _has(made: Quote, known: _Known, reference: CrossReference, node: Provision) -> bool:
    """Tell whether the reader has the words already: the reference stands in them, or they are quoted."""
    if node.span.contains(reference.span):
        return True
    own = trim(known.document.text, node.body, node.span.end)
    return own is not None and any(segment.contains(own) for segment in made.segments)


def _target(known: _Known, node: Provision, words: Span | None = None) -> tuple[Quote | None, str]:
    """Return the quote of a provision, or of some words of it, and what is not shown of it."""
    text = known.document.text
    chain = _chain_to(known.root, node)
    if node.level in _HEADED:
        return _headed(known, node)
    spans = governed(text, chain)
    if not spans:
        return None, ""
    whole = words is None or words.contains(Span(max(node.body, spans[-1].start), spans[-1].end))
    own = spans[-1] if words is None or whole else words
    cut = own.end - own.start > LONGEST_TARGET
    shown = _beginning(known, own) if cut else own
    cited = _deepest(node, shown) if cut else node
    return quote(known.document, cited, (*spans[:-1], shown), 0.0), BEGINNING if cut else ""


def _headed(known: _Known, node: Provision) -> tuple[Quote | None, str]:
    """Return a part's or annex's heading; an annex that is one text goes on with its first words."""
    text = known.document.text
    first = next((child for child in node.children if child.level is not Level.HEADING), None)
    heading = trim(text, node.span.start, node.body if first is None else min(node.body, first.body))
    if any(below.level in (Level.ARTICLE, *_HEADED) for below in node.walk() if below is not node):
        return (quote(known.document, node, (heading,), 0.0) if heading else None), HEADING
    own = trim(text, node.body, node.span.end)
    if own is None:
        return (quote(known.document, node, (heading,), 0.0) if heading else None), ""
    shown = _beginning(known, own)
    segments = (heading, shown) if heading else (shown,)
    return quote(known.document, node, segments, 0.0), BEGINNING if shown.end < own.end else ""


def _beginning(known: _Known, own: Span) -> Span:
    """Return the first provisions within ``own``, or the first sentences of a long one; none ends in mid-sentence."""
    text, end = known.document.text, own.start
    for leaf in _leaves(known.root, own):
        part = trim(text, max(leaf.span.start, own.start), min(leaf.span.end, own.end))
        if part is None:
            continue
        whole = part.end - own.start <= LONGEST_TARGET
        if not whole and end > own.start and not text[own.start : end].rstrip().endswith(LEADS_ON):
            break
        end = part.end if whole else _sentences_end(text, part, own.start + LONGEST_TARGET)
        if not whole:
            break
    return trim(text, own.start, end) or own


def _sentences_end(text: str, part: Span, limit: int) -> int:
    """Return where the last sentence of ``part`` ends that fits; the first is taken however long it is."""
    ends = [sentence.end for sentence in sentences(text, part)]
    return max((end for end in ends if end <= limit), default=ends[0] if ends else part.end)


def _deepest(node: Provision, shown: Span) -> Provision:
    """Return the lowest provision with an address of its own that holds all that is shown."""
    for child in node.children:
        if child.level in (Level.PARAGRAPH, Level.POINT, Level.ARTICLE) and child.span.contains(shown):
            return _deepest(child, shown)
    return node


def _chain_to(root: Provision, node: Provision) -> tuple[Provision, ...]:
    chain = root.chain(node.span.start)
    place = next(k for k, one in enumerate(chain) if one is node)
    return chain[: place + 1]
