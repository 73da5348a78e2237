"""The terms a treaty defines: what they are, where their definition stands, and where it holds.

Treaties define in an article of its own ("use of terms"), in a sentence anywhere ("for the purposes of this Part,
…"), or in passing ("hereinafter referred to as the Authority"). A definition is the whole provision that says it:
a point with its sub-points, a paragraph, or the sentence of a longer one. Where it holds is what it says itself;
said without limits, it holds in the treaty, and within an annex in that annex.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.defining import defined_in, opens_definitions
from corpus.models import Level, Provision, Span
from corpus.scopes import scope_of
from corpus.sentences import sentences, trim
from corpus.targets import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.defining import Defined
    from corpus.models import Document
    from corpus.targets import Addresses

_WHOLE = (Level.POINT, Level.PARAGRAPH, Level.RECITAL)
"""Provisions short enough by nature to be one definition's words."""
_ENTRIES = (Level.POINT, Level.PARAGRAPH, Level.TEXT)
_LONG_BLOCK = 900
"""Characters of an unnumbered block above which a definition is its own sentences, not all of the block."""
_LEADS_ON = (":", "—", "–")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition.

    Attributes:
        terms: As written, without quotation marks and without an article before them: ``("freezing", "seizure")``.
        provision: The provision that says it.
        span: The defining words; with the sub-points, if it has any.
        scope: The provisions it holds in; the root for a whole treaty.
        in_passing: A name given to something on the way ("hereinafter …"), not a definition of its own.
    """

    terms: tuple[str, ...]
    provision: Provision
    span: Span
    scope: tuple[Provision, ...]
    in_passing: bool = False

    def holds_at(self, offset: int) -> bool:
        """Tell whether the definition holds for words at ``offset``."""
        return any(node.span.start <= offset < node.span.end for node in self.scope)


def definitions_of(document: Document, root: Provision) -> tuple[Definition, ...]:
    """Return the definitions of a document, in the order of the text.

    Args:
        document: A treaty, or what is written like one.
        root: Its provision tree.
    """
    known = addresses(root, document.title)
    found = [one for chain in _leaves(root) for one in _of_leaf(document.text, chain, known)]
    return tuple(_merged(_outermost(found), document.text, root))


def _leaves(root: Provision) -> Iterator[tuple[Provision, ...]]:
    """Yield each leaf that has words, with the chain of provisions around it."""
    stack: list[tuple[Provision, ...]] = [(root,)]
    while stack:
        chain = stack.pop()
        node = chain[-1]
        if node.children:
            stack += [(*chain, child) for child in reversed(node.children)]
        elif node.level is not Level.HEADING and node.body < node.span.end:
            yield chain


def _of_leaf(text: str, chain: Sequence[Provision], known: Addresses) -> Iterator[Definition]:
    leaf = chain[-1]
    own = trim(text, leaf.body, leaf.span.end)
    if own is None:
        return
    leads = _leads(text, chain)
    listed = any(opens_definitions(node.heading, lead) for node, lead in leads)
    entry = listed and leaf.level in _ENTRIES
    matches = list(defined_in(text, own, listed=listed, entry=entry))
    for place, match in enumerate(matches):
        beside = _Beside(
            matches[place - 1].start if place else None,
            matches[place + 1].start if place + 1 < len(matches) else None,
        )
        node, span = _extent(text, chain, own, match, beside)
        said = [lead for _, lead in leads if lead] if listed or not match.in_passing else []
        own_words = Span(match.start if match.in_passing else span.start, match.end)
        scope = scope_of(text, own_words, said, chain, known)
        yield Definition(match.terms, node, span, scope, match.in_passing)


@dataclass(frozen=True, slots=True)
class _Beside:
    """Where the definitions before and after one begin in the same leaf."""

    before: int | None
    after: int | None


def _leads(text: str, chain: Sequence[Provision]) -> list[tuple[Provision, str]]:
    """Return the provisions around a leaf that may say what it is part of, each with its chapeau."""
    found = []
    for depth, node in enumerate(chain[:-1]):
        if node.level in (Level.DOCUMENT, Level.PREAMBLE):
            continue
        lead = node.children[0]
        of_this = lead.level is Level.CHAPEAU and lead is not chain[depth + 1]
        found.append((node, text[lead.body : lead.span.end] if of_this else ""))
    return [*found, (chain[-1], "")]


def _extent(
    text: str, chain: Sequence[Provision], own: Span, match: Defined, beside: _Beside
) -> tuple[Provision, Span]:
    """Return the provision that a definition is, and its words: all of a point, else the sentences that say it."""
    leaf = chain[-1]
    node = chain[-2] if leaf.level is Level.CHAPEAU else leaf
    leads_on = own.of(text).endswith(_LEADS_ON) and beside.after is None and not match.in_passing
    if leads_on:
        end = node.span.end if leaf.level is Level.CHAPEAU else _list_after(chain)
        return node, trim(text, node.body, end) or own
    alone = beside.before is None and beside.after is None and not match.in_passing
    short = own.end - own.start <= _LONG_BLOCK
    if alone and leaf.level is not Level.CHAPEAU and (leaf.level in _WHOLE or short):
        return node, own
    return node, _sentences(text, own, match, beside)


def _list_after(chain: Sequence[Provision]) -> int:
    """Return where the points end that follow an unnumbered block and that it leads to."""
    leaf, row = chain[-1], chain[-2].children
    end = leaf.span.end
    for sibling in row[row.index(leaf) + 1 :]:
        if sibling.level is not Level.POINT:
            break
        end = sibling.span.end
    return end


def _sentences(text: str, own: Span, match: Defined, beside: _Beside) -> Span:
    """Return the sentence of a definition; of several in one sentence, each from its term to the next."""
    here = next((part for part in sentences(text, own) if part.start <= match.start < part.end), own)
    if match.in_passing:
        return here
    start = match.start if beside.before is not None and beside.before >= here.start else here.start
    end = beside.after if beside.after is not None and beside.after < here.end else here.end
    return trim(text, start, end) or here


def _outermost(found: list[Definition]) -> list[Definition]:
    """Drop a definition that stands within another of the same term: an exception to it is not one more."""
    kept: list[Definition] = []
    for one in found:
        around = (other for other in kept if other.span.contains(one.span) and not other.in_passing)
        if not any(_same(one, other) for other in around):
            kept.append(one)
    return kept


def _same(one: Definition, other: Definition) -> bool:
    return bool({term.lower() for term in one.terms} & {term.lower() for term in other.terms})


def _merged(found: list[Definition], text: str, root: Provision) -> list[Definition]:
    """Put together what the points of one provision say of the same term: "does not include" belongs to "means"."""
    kept: list[Definition] = []
    for one in found:
        place = next((k for k in range(len(kept) - 1, -1, -1) if not kept[k].in_passing), None)
        before = kept[place] if place is not None else None
        parent = None
        if before is not None and not one.in_passing and before.terms == one.terms:
            parent = _parent_of_both(root, before, one)
        whole = trim(text, parent.body, parent.span.end) if parent is not None else None
        if place is None or before is None or parent is None or whole is None:
            kept.append(one)
        else:
            kept[place] = replace(before, provision=parent, span=whole)
    return kept


def _parent_of_both(root: Provision, one: Definition, other: Definition) -> Provision | None:
    """Return the provision whose only numbered parts the two are."""
    chain = root.chain(one.span.start)
    for node in reversed(chain):
        if node.span.contains(one.span) and node.span.contains(other.span):
            parts = [c for c in node.children if c.level in (Level.POINT, Level.PARAGRAPH)]
            said = {c.span for c in parts if c.span.contains(one.span) or c.span.contains(other.span)}
            return node if len(said) == len(parts) > 1 else None
    return None
