"""Which provision someone's text names beside a quotation: in brackets, in a footnote, before or after it.

References are read sentence by sentence, the words quoted made unreadable, and resolved as a question's are
(``assistant.meant``): to the treaty named beside them, or the last one named before. A reference that stands right
behind a quotation, in brackets or in its footnote, is that quotation's alone; without one, what is named before it in
its sentence counts, then what is named after it, then the line that leads to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.meant import Shelf, located
from corpus.models import Document, Provision, Span
from corpus.name_words import GENERIC, SMALL, words_of
from corpus.names import Named, naming
from corpus.references import Address, Reference, annexes, resolve_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.quotations import Quotation

_SPEAKS_OF_PLACES = re.compile(
    r"\d|\b[IVXLC]+\b|preamble|recital|annex|article|protocol|appendix", re.IGNORECASE
)
_NOTE = r"\[\^?[^\[\]\s]{1,20}\]|[¹²³⁰-⁹]+"
_NOTE_MARKS = re.compile(rf"[.,;:)*_>\s]{{0,4}}(?P<marks>(?:{_NOTE})+)")
_NOTE_HEAD = re.compile(rf"^[ ]{{0,3}}(?P<mark>{_NOTE}):?[ \t]+", re.MULTILINE)
_STOP = re.compile(
    rf"\n[>\s]*\n|\n(?=\s*(?:\#|[-*+]\s|\(?\d{{1,3}}[.)]\s|{_NOTE}))|(?<=[.!?:;…”\"»)|])\n"
    rf"|[.!?](?:{_NOTE}|[”\"’'»)\]*])*\s+(?=[\[“\"‘«*]?[A-Z_])"
)
_ABBREVIATION = re.compile(
    r"\b(?:arts?|paras?|subparas?|nos?|cf|e\.g|i\.e|vs?|pp?|ch|pt|secs?|vol|pmbl|conv|ann|app|prot|eg|[A-Z])\Z",
    re.IGNORECASE,
)
_ATTACHED = re.compile(rf"(?:{_NOTE})?[.,;:*_>\s]*(?:[(\[—–]|--|-\s)", re.IGNORECASE)
_DIRECT = re.compile(r"[,;:*_\s]*(?:(?:in|under|of|per|from|see|at)\s+)?(?:the\s+)?\Z", re.IGNORECASE)
_LEADS = re.compile(r":[*_\s>]*\Z")
_IBID = re.compile(r"\W*(?:ibid|id\b|idem)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|\b[IVXLC]+\b")
_MOST_NUMBERS = 60
"""Numbers from which a sentence is a list of places, an index or a table: no reference of it is read."""
_LONGEST_SENTENCE = 4000
"""Characters; what has no full stop for longer is cut between two words."""
_LONGEST_BRACKET = 1500
"""Characters in which the end of a bracket behind a quotation is looked for."""
_SHORT_LINE = 90
"""Characters of a line without a full stop that is a heading."""
_NEAR_BEFORE = 40
"""Characters within which a reference before one to three quoted words makes them a quotation."""
_ELSEWHERE = re.compile(
    r"\s*,?\s*(?:of|in|to|under)\s+(?:the\s+|that\s+|its\s+|their\s+)?(?P<words>(?:[\w’'-]+\s*){1,4})"
)


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """A reference in someone's text.

    Attributes:
        span: Where it stands.
        words: As it is written there.
        references: What it names.
        treaties: In which of the documents; none if the text does not tell.
        absent: The treaty named that is none of the documents, or an empty string.
        certain: Whether the text names one treaty beside it or before it, and no other instrument.
        carried: Whether its own sentence names no treaty, so that it is taken to speak of the last one named.
    """

    span: Span
    words: str
    references: tuple[Reference, ...]
    treaties: tuple[Document, ...]
    absent: str
    certain: bool
    carried: bool = False

    def nodes(self, document: Document, root: Provision) -> tuple[Provision, ...]:
        """Return the provisions of a document that it names."""
        return tuple(node for one in self.references for node in provisions_at(one, document, root))

    @property
    def given(self) -> str:
        """The reference as written, with the treaty it is taken to mean."""
        whose = self.absent or (self.treaties[0].title if len(self.treaties) == 1 else "")
        return f"{self.words}, {whose}" if whose else self.words


def provisions_at(reference: Reference, document: Document, root: Provision) -> tuple[Provision, ...]:
    """Return what a reference names in a document; "of the Protocol" is no annex of the protocol itself."""
    own = reference.annex.startswith("protocol") and "protocol" in document.title.lower()
    if own and not annexes(root, reference.annex):
        reference = Reference(reference.article, reference.parts, "", reference.divisions, reference.preamble)
    if reference.kind is Address.ANNEX and not reference.annex and not reference.parts:
        return ()
    return resolve_all(root, reference)


@dataclass(frozen=True, slots=True)
class Beside:
    """The pinpoints beside a quotation.

    Attributes:
        pinpoints: Any of them may be meant; the nearest first.
        close: Whether they stand so close that even a word or two in quotation marks is a quotation.
    """

    pinpoints: tuple[Pinpoint, ...] = ()
    close: bool = False


class Pinpoints:
    """The pinpoints of a text.

    Args:
        text: The text.
        quotations: Its outermost quotations, in order.
        shelf: Where its references may lead.
    """

    def __init__(self, text: str, quotations: Sequence[Quotation], shelf: Shelf) -> None:
        self._shelf, self._quotations = shelf, quotations
        self.text = _masked(text, quotations)
        self._sentences = _sentences(self.text)
        self._starts = [one.start for one in self._sentences]
        self._opening = [one.outer.start for one in quotations]
        self._notes = self._note_sentences()
        self._marks = {place: mark for mark, places in reversed(self._notes.items()) for place in places}
        self._told: dict[int, str] = {}
        """What tells of which treaty a sentence speaks, or the nearest before it; "" if none does."""
        self._read: dict[int, tuple[Pinpoint, ...]] = {}
        self._named: dict[int, Named] = {}
        # In order, so that what a sentence takes over from those before it is read already.
        self.all = tuple(one for place in range(len(self._sentences)) for one in self._at(place))
        """Every pinpoint, in order."""

    def beside(self, quotation: Quotation) -> Beside:
        """Return the pinpoints that belong to a quotation."""
        own = self._own[quotation.outer]
        if own:
            return Beside(own, close=True)
        place = self._place(quotation.outer.start)
        inside = self._at(place)
        free = [one for one in inside if one.span not in self._claimed]
        before = [one for one in free if one.span.end <= quotation.outer.start]
        lead = self._after_quotation_before(quotation, before) or before
        if lead:
            near = quotation.outer.start - lead[-1].span.end <= _NEAR_BEFORE
            return Beside(tuple(reversed(lead)), close=near)
        after = tuple(one for one in free if one.span.start >= quotation.outer.end)
        direct = (
            bool(after) and _DIRECT.match(self.text[quotation.outer.end : after[0].span.start]) is not None
        )
        return Beside(after, direct) if after else Beside(self._leading(place, quotation))

    def last_named(self, offset: int) -> tuple[str, ...]:
        """Return the ids of the treaties named last before an offset, or in its sentence."""
        return self._last_ids[self._place(offset)] if self._sentences else ()

    @cached_property
    def _last_ids(self) -> list[tuple[str, ...]]:
        """For each sentence the ids of the treaties that it names, else those of the one before."""
        found: list[tuple[str, ...]] = []
        for place in range(len(self._sentences)):
            found.append(self._naming(place).ids or (found[-1] if found else ()))
        return found

    # -- beside a quotation

    @cached_property
    def _own(self) -> dict[Span, tuple[Pinpoint, ...]]:
        """The pinpoints right behind each quotation, or in its footnote."""
        return {one.outer: (*self._attached(one), *self._in_note(one)) for one in self._quotations}

    @cached_property
    def _claimed(self) -> frozenset[Span]:
        return frozenset(one.span for pinpoints in self._own.values() for one in pinpoints)

    def _attached(self, quotation: Quotation) -> tuple[Pinpoint, ...]:
        end = quotation.outer.end
        opening = _ATTACHED.match(self.text, end)
        if opening is None or "\n\n" in opening.group().rstrip("([—–- ")[:-1]:
            return ()
        if "\n" in opening.group() and self._leads_on(quotation, opening.end()):
            return ()
        bracket = opening.group()[-1] in "(["
        stop = _closing(self.text, opening.end()) if bracket else self._end_of_line(opening.end())
        place = self._place(opening.end())
        found = [p for at in {self._place(end), place} for p in self._at(at)]
        return tuple(p for p in found if opening.end() <= p.span.start < stop)

    def _leads_on(self, quotation: Quotation, at: int) -> bool:
        """Tell whether the line from ``at`` is another point of a list, or leads to a quotation of its own."""
        if not quotation.block and self.text[at - 1].isspace():  # a hyphen and a blank
            return True
        following = bisect_left(self._opening, at)
        return following < len(self._opening) and self._opening[following] < self._end_of_line(at)

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _in_note(self, quotation: Quotation) -> tuple[Pinpoint, ...]:
        marks = _NOTE_MARKS.match(self.text, quotation.outer.end)
        if marks is None:
            return ()
        labels = re.findall(_NOTE, marks["marks"])
        return tuple(p for label in labels for place in self._notes.get(label, ()) for p in self._at(place))

    def _after_quotation_before(self, quotation: Quotation, before: list[Pinpoint]) -> list[Pinpoint]:
        """Return the pinpoints that follow the quotation before this one."""
        number = bisect_left(self._opening, quotation.outer.start)
        ends = self._quotations[number - 1].outer.end if number else len(self.text)
        return [one for one in before if one.span.start >= ends]

    def _leading(self, place: int, quotation: Quotation) -> tuple[Pinpoint, ...]:
        """Return the pinpoints of the line before, if it leads to the quotation: with a colon, or as a heading."""
        opens = not self.text[self._sentences[place].start : quotation.outer.start].strip("> \n*_")
        if place == 0 or not opens:
            return ()
        before = self._sentences[place - 1].of(self.text).strip()
        heading = before.startswith("#") or (len(before) <= _SHORT_LINE and before[-1:] not in ".!?")
        leads = _LEADS.search(before) is not None or heading
        return self._at(place - 1) if leads else ()

    # -- sentence by sentence

    def _place(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)

    def _note_sentences(self) -> dict[str, list[int]]:
        """Return the sentences of each footnote by its mark."""
        heads = list(_NOTE_HEAD.finditer(self.text))
        notes: dict[str, list[int]] = {}
        for place, head in enumerate(heads):
            stop = heads[place + 1].start() if place + 1 < len(heads) else self._end_of_paragraph(head.end())
            stop = min(stop, self._end_of_paragraph(head.end()))
            inside = range(self._place(head.end()), self._place(max(head.end(), stop - 1)) + 1)
            notes.setdefault(head["mark"], list(inside))
        return notes

    def _end_of_paragraph(self, at: int) -> int:
        end = self.text.find("\n\n", at)
        return len(self.text) if end < 0 else end

    def _naming(self, place: int) -> Named:
        if place not in self._named:
            words = self._sentences[place].of(self.text)
            self._named[place] = naming(words, self._shelf.treaties, self._shelf.absent)
        return self._named[place]

    def _earlier(self, place: int) -> str:
        """Return the sentence before that last named a treaty: for a footnote, the one that carries its mark."""
        start = place
        label = self._marks.get(place, "")
        if label and not _IBID.search(self._sentences[place].of(self.text)):
            at = self.text.find(label)
            start = min(place, self._place(at) + 1)
        return self._told_before(start)

    def _told_before(self, start: int) -> str:
        """Return what names the treaty spoken of before a sentence; each sentence is looked at once."""
        unknown, told = [], ""
        for before in range(start - 1, -1, -1):
            if before in self._told:
                told = self._told[before]
                break
            unknown.append(before)
            if told := self._telling(before):
                break
        self._told.update(dict.fromkeys(unknown, told))
        return told

    def _telling(self, place: int) -> str:
        """Return the title or the sentence by which a sentence tells of which treaty it speaks."""
        told = [one for one in self._at(place) if len(one.treaties) == 1]
        if told:
            return told[-1].treaties[0].title
        return self._sentences[place].of(self.text) if self._naming(place).groups else ""

    def _at(self, place: int) -> tuple[Pinpoint, ...]:
        """Return the pinpoints of a sentence."""
        if place not in self._read:
            self._read[place] = self._pinpoints(place)
        return self._read[place]

    def _pinpoints(self, place: int) -> tuple[Pinpoint, ...]:
        sentence = self._sentences[place]
        words = sentence.of(self.text)
        if len(_NUMBER.findall(words)) > _MOST_NUMBERS:
            return ()
        if not _SPEAKS_OF_PLACES.search(words):
            ibid = place and _IBID.match(words.split("]:", 1)[-1])
            return self._at(place - 1) if ibid else ()
        note = _NOTE_HEAD.match(words)
        lead = note.end() if note else 0
        made = []
        own = located(words[lead:], self._shelf)
        told = [bool(meant.treaties or meant.absent) for _, meant in own]
        if not all(told):
            own = located(words[lead:], self._shelf, self._earlier(place))
        for (mention, meant), named in zip(own, told, strict=True):
            start, end = mention.start + lead, mention.end + lead
            if words[start:end].count(")") > words[start:end].count("("):  # of "(Convention, art 9)"
                end -= words[start:end].endswith(")")
            certain = not meant.name and len(meant.treaties) == 1 and not self._elsewhere(words, end)
            made.append(
                Pinpoint(
                    Span(sentence.start + start, sentence.start + end),
                    " ".join(words[start:end].split()),
                    meant.references,
                    meant.treaties,
                    meant.absent,
                    certain,
                    carried=not named,
                )
            )
        return tuple(made)

    def _elsewhere(self, words: str, end: int) -> bool:
        """Tell whether a reference is said to be of something that is no treaty's name: "of the Harbour Act"."""
        behind = _ELSEWHERE.match(words, end)
        if behind is None:
            return False
        named = naming(words[end:], self._shelf.treaties, self._shelf.absent)
        said = words_of(behind["words"])
        return not (said & (GENERIC | named.words)) and bool(said - SMALL)


def _masked(text: str, quotations: Sequence[Quotation]) -> str:
    """Return the text with what is quoted made unreadable, as long; the full stop at a quotation's end stays."""
    parts, at = [], 0
    for quotation in quotations:
        last = text[quotation.span.end - 1]
        ends = last if last in ".!?" and not quotation.block else "_"
        size = quotation.outer.end - quotation.outer.start
        closing = "_" if quotation.block else "”"
        parts += [text[at : quotation.outer.start], "_" * (size - 2), ends if size > 1 else "", closing]
        at = quotation.outer.end
    return "".join([*parts, text[at:]])


def _sentences(text: str) -> list[Span]:
    """Return the sentences; they tile the text. After "art." none ends."""
    cuts = [0]
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "." and _ABBREVIATION.search(text, max(0, stop.start() - 8), stop.start()):
            continue
        _cut(text, cuts, stop.end())
    _cut(text, cuts, len(text))
    return [Span(a, b) for a, b in pairwise(cuts) if a < b]


def _cut(text: str, cuts: list[int], end: int) -> None:
    """Add the end of a sentence to the cuts, and cuts within it if it is too long."""
    while end - cuts[-1] > _LONGEST_SENTENCE:
        blank = text.rfind(" ", cuts[-1] + 1, cuts[-1] + _LONGEST_SENTENCE)
        cuts.append(blank if blank > 0 else cuts[-1] + _LONGEST_SENTENCE)
    cuts.append(end)


def _closing(text: str, at: int) -> int:
    """Return where the bracket that opened right before ``at`` closes, or the end of its line."""
    depth = 1
    for place in range(at, min(len(text), at + _LONGEST_BRACKET)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0 or text.startswith("\n\n", place):
            return place
    return min(len(text), at + _LONGEST_BRACKET)
