"""One grammar for references as people write them: "Article 31(3)(c)", "§ 2 of article 6", "Annex II, Part B, 4".

A *step* is a unit's word with its numbers ("articles 5, 7 and 9"); steps that follow one another with no more than a
comma or an "of" between them make one *mention*, whichever way round they stand ("paragraph 2 of article 5", "article
5, paragraph 2"). A mention yields one reference or several. Whether there is such a provision is not asked here; see
``references.resolve``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from corpus.reference_steps import Item, Step, Steps
from corpus.reference_words import WITHIN, Token, Unit, tokens, written_between


class Address(StrEnum):
    """What a reference names."""

    ARTICLE = "article"
    DIVISION = "division"
    ANNEX = "annex"
    RECITAL = "recital"


@dataclass(frozen=True, slots=True)
class Reference:
    """A provision as a question names it: ``Reference("31", ("3", "c"))`` is article 31(3)(c).

    Attributes:
        article: Its number; empty if no article is named.
        parts: Paragraph, point and so on; of the preamble, the recital.
        annex: The annex it stands in, in lower case: ``annex iii``, or ``annex`` where no number is said; empty for
            the main text.
        divisions: Parts, chapters, sections named, the larger first: ``("Part XI", "Section 2")``.
        preamble: Whether the preamble or a recital of it is meant.
        through: Of a range, the last article (or annex, or division); empty for a single one.
        common: Whether the article is said to be common to several treaties.
    """

    article: str = ""
    parts: tuple[str, ...] = ()
    annex: str = ""
    divisions: tuple[str, ...] = ()
    preamble: bool = False
    through: str = ""
    common: bool = False

    @property
    def kind(self) -> Address:
        """What it names in the end: an article of an annex is an article."""
        if self.article:
            return Address.ARTICLE
        if self.preamble:
            return Address.RECITAL
        return Address.DIVISION if self.divisions else Address.ANNEX

    def __str__(self) -> str:
        """Return the reference as a pinpoint."""
        inner = self._innermost()
        above = [*([annex_name(self.annex)] if self.annex else []), *self.divisions]
        if self.article or self.preamble:
            return " in ".join((inner, *reversed(above)))
        return ", ".join(above) + inner

    def _innermost(self) -> str:
        brackets = "".join(f"({part})" for part in self.parts)
        if self.article:
            one = f"article {self.article}{brackets}"
            return f"articles {self.article} to {self.through}" if self.through else one
        if self.preamble:
            return f"recital {', '.join(self.parts)}" if self.parts else "preamble"
        return f" to {self.through}" if self.through else brackets and f", {brackets}"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a question makes references.

    Attributes:
        references: What is named, in order; at least one.
        spans: The words that name it, code points from and to; the first is where the mention stands. "Protocol" at
            its edge, which may be the name of the treaty, is not among them.
    """

    references: tuple[Reference, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.spans[0][1]


_JOINING = frozenset("of in under within from to".split())
_DETERMINERS = frozenset("the said same its this that present additional optional annexed".split())
_NO_LAW = frozenset(
    "ngo ngos organisation organization group charity campaign campaigners film movie magazine band company "
    "foundation association network newspaper".split()
)
"""Said of a name that only sounds like a provision: "Article 19 (the NGO)"."""
_SPEAKS = frozenset(
    """
    ask asks asked call calls called warn warns warned urge urges urged argue argues argued criticise criticises
    criticised criticize criticizes criticized campaign campaigns campaigned publish publishes published demand
    demands demanded want wants wanted think thinks thought complain complains complained oppose opposes opposed said
    """.split()
)
"""What people do and provisions do not: "what did Article 19 ask for?"."""
_GLOSS_REACH = 4
"""Tokens around a mention in which such a word counts."""
_LONE_ANNEXES = ("annex", "appendix")
"""Without a number and without anything said of what is in it, only these are a reference: "the annex"."""


def mentions(question: str, abbreviations: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """Return the mentions of provisions in a question, in order.

    A paragraph named apart from its article ("What does article 5 say in paragraph 2?") is read as one of the article
    named before it.

    Args:
        question: As typed.
        abbreviations: Names of treaties, in lower case, after which a bare number is an article ("ECHR 8").
    """
    found: list[Mention] = []
    steps = Steps(tokens(question), abbreviations)
    at = 0
    while at < len(steps.tokens):
        chain = _chain(steps, at)
        if chain is None:
            at += 1
            continue
        span = _span(chain, steps.tokens)
        if all(step.unit in WITHIN for step in chain.steps):
            _refine(found, chain.steps, span)
        elif made := _assembled(chain, steps.tokens, at):
            found.append(Mention(made, (span,)))
        at = chain.end
    return tuple(found)


def references_in(question: str) -> tuple[Reference, ...]:
    """Return the references a question makes, in order."""
    return tuple(reference for mention in mentions(question) for reference in mention.references)


def annex_name(annex: str) -> str:
    """Return an annex as it is written: ``annex iii`` is Annex III."""
    kind, _, number = annex.partition(" ")
    return f"{kind.capitalize()} {number.upper()}".strip()


def _span(chain: _Chain, found: tuple[Token, ...]) -> tuple[int, int]:
    """Return where a chain stands. A protocol's name at its edge may be the treaty's own, so it is left out."""
    own = [step for step in chain.steps if step.kind != "protocol"] or chain.steps
    return found[min(s.start for s in own)].start, found[max(s.end for s in own) - 1].end


# -- steps into a chain


@dataclass(slots=True)
class _Chain:
    """Steps that belong together, and the place after them.

    Attributes:
        whole: Whether what is said of parts is said of all articles named ("paragraph 2 of articles 5 and 7").
    """

    steps: list[Step]
    end: int
    whole: bool = False


def _chain(steps: Steps, at: int) -> _Chain | None:
    first = steps.at(at)
    if first is None:
        return None
    chain = _Chain([first], first.end)
    while True:
        step, of = _joined(steps, chain)
        if step is None:
            return chain
        if of and step.unit is Unit.DIVISION:
            chain.steps.insert(0, step)
        else:
            chain.steps.append(step)
        chain.whole = chain.whole or (of and step.unit is Unit.ARTICLE)
        chain.end = step.end


def _joined(steps: Steps, chain: _Chain) -> tuple[Step | None, bool]:
    """Return the next step of a chain, and whether an "of" joins it."""
    at = chain.end
    at += steps.says(at, ",")
    of = steps.low(at) in _JOINING
    to = steps.low(at) == "to"
    at += of
    while of and steps.low(at) in _DETERMINERS:
        at += 1
    step = steps.at(at)
    if step is None or step.bare_article or (to and step.unit is not Unit.ANNEX):
        return None, of
    taken = {one.slot for one in chain.steps}
    if step.slot in taken or (step.unit is Unit.ARTICLE and Unit.PREAMBLE in taken):
        return None, of
    return step, of


# -- a chain into references


def _assembled(chain: _Chain, found: tuple[Token, ...], at: int) -> tuple[Reference, ...]:
    by_unit = {step.unit: step for step in chain.steps}
    divisions = tuple(step for step in chain.steps if step.unit is Unit.DIVISION)
    if Unit.PREAMBLE in by_unit or Unit.RECITAL in by_unit:
        recital = by_unit.get(Unit.RECITAL) or by_unit.get(Unit.PARAGRAPH)
        named = [Reference(preamble=True, parts=parts) for parts in _parts_of([recital] if recital else [])]
    elif Unit.ARTICLE in by_unit:
        named = _articles(chain, by_unit[Unit.ARTICLE])
        if _is_no_law(found, at, chain.end):
            return ()
    elif divisions or Unit.ANNEX in by_unit:
        named = _larger(chain, divisions, by_unit.get(Unit.ANNEX))
    else:
        return ()
    return tuple(_placed(one, divisions, by_unit.get(Unit.ANNEX)) for one in named)


def _articles(chain: _Chain, step: Step) -> list[Reference]:
    inner = _parts_of([one for one in chain.steps if one.unit in WITHIN])
    below = chain.steps[-1]
    if below.unit is Unit.DIVISION:  # "Article VIII, Section 2 (b)"
        inner = [below.items[0].parts + parts for parts in inner]
    made = [Reference(i.number, i.parts, through=i.through, common=step.common) for i in step.items]
    head, tail = ([], made) if chain.whole else (made[:-1], made[-1:])
    return head + [replace(one, parts=one.parts + parts) for one, parts in product(tail, inner)]


def _larger(chain: _Chain, divisions: tuple[Step, ...], annex: Step | None) -> list[Reference]:
    """Return references to annexes or divisions themselves, or to paragraphs right below them."""
    if annex is not None and not annex.items[0].number and not _stands_alone(chain, annex):
        return []
    last = divisions[-1] if divisions else annex
    items = last.items if last is not None else ()
    inner = _parts_of([one for one in chain.steps if one.unit in WITHIN])
    named = [
        (Reference(parts=i.parts + parts, through=i.through), _named(last.kind, i.number))
        for i, parts in product(items, inner)
        if last is not None
    ]
    if divisions:
        return [replace(one, divisions=(name,)) for one, name in named]
    return [replace(one, annex=name.lower()) for one, name in named]


def _stands_alone(chain: _Chain, annex: Step) -> bool:
    return len(chain.steps) > 1 or annex.kind in _LONE_ANNEXES


def _placed(reference: Reference, divisions: tuple[Step, ...], annex: Step | None) -> Reference:
    """Say in which divisions and in which annex a reference stands."""
    above = tuple(_named(step.kind, step.items[0].number) for step in divisions)
    if reference.kind is Address.DIVISION:
        above = (*above[:-1], *reference.divisions)
    within = _named(annex.kind, annex.items[0].number).lower() if annex else ""
    return replace(reference, divisions=above, annex=reference.annex or within)


def _named(kind: str, number: str) -> str:
    return f"{kind.capitalize()} {number}".strip()


def _parts_of(inner: list[Step]) -> list[tuple[str, ...]]:
    """Return the addresses that paragraphs, subparagraphs and points together make: each of each."""
    ordered = sorted(inner, key=lambda step: step.rank)
    choices = [[(item.number, *item.parts) for item in _written_out(step.items)] for step in ordered]
    return [tuple(part for parts in one for part in parts) for one in product(*choices)]


def _written_out(items: tuple[Item, ...]) -> list[Item]:
    """Return items with ranges written out: paragraphs 2 to 4 are 2, 3 and 4."""
    found = []
    for item in items:
        numbers = written_between(item.number, item.through) if item.through else []
        found += [Item(number) for number in numbers] or [item]
    return found


def _refine(found: list[Mention], inner: list[Step], span: tuple[int, int]) -> None:
    """Take paragraphs named by themselves as those of the last article named."""
    last = found[-1].references[-1] if found else None
    if last is None or last.kind not in (Address.ARTICLE, Address.ANNEX) or last.through:
        return
    kept = found[-1].references if last.parts else found[-1].references[:-1]
    made = tuple(replace(last, parts=parts) for parts in _parts_of(inner))
    found[-1] = Mention((*kept, *made), (*found[-1].spans, span))


def _is_no_law(found: tuple[Token, ...], start: int, end: int) -> bool:
    """Tell whether words beside a mention say that it is the name of something else."""
    after = found[end : end + _GLOSS_REACH]
    opened = bool(after) and after[0].text in ("(", ",")
    before = found[start - 1].low if start else ""
    speaks = bool(after) and after[0].low in _SPEAKS
    return before in _NO_LAW or speaks or (opened and any(token.low in _NO_LAW for token in after))
