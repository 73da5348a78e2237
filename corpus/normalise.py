"""Normalising happens once, here, and never loses the way back to the source.

A reader decodes its file, wraps the text as ``MappedText`` and sends it through steps. A step is a pure
function with a name: it takes a ``MappedText`` and returns one. Each canonical character keeps the offset of
the source character it came from, so a quotation can be shown on its page however much was removed before it.
After these steps nothing in the program strips or re-joins text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

SUSPENDED = frozenset({"and", "or", "to", "et", "ou", "und", "oder", "y", "o"})
"""Words before which a line-end hyphen is no word break: ``short- and long-term``."""

_HYPHENATING = frozenset({"self", "non", "quasi", "vice", "well"})
"""First parts that English keeps its hyphen after: ``self-determination``."""

_SHORTEST_PART = 3
"""Parts of a broken word this long or longer may be words of their own (``under`` + ``writing``)."""

_LONGEST_CLUSTER = 64
"""Letters carry a handful of marks; Unicode's stream-safe form allows 30. Longer runs are cut, not searched."""

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Zero-width and bidirectional controls can make a quotation look different from what it says; lone surrogates
# and non-characters cannot be stored as UTF-8. Joiners (U+200C, U+200D) and the plain direction marks stay:
# some scripts need them.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SOFT_HYPHENS = re.compile("\u00ad(?:[ \t]*\n[ \t]*(?=\\w))?")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_ODD_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_ODD_HYPHENS = re.compile("[\u2010\u2011]")
_BROKEN_WORD = re.compile(r"(?P<left>(?<![^\W\d_])[^\W\d_]+)(?P<gap>-[ \t]*\n[ \t]*)(?P<right>[^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NON_ASCII = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")
_TRAILING_BLANKS = re.compile(r"(?<![ \t])[ \t]+(?=\n|\Z)")
_EMPTY_LINES = re.compile(r"\n{3,}")
_INNER_BLANKS = re.compile(r"(?<=\S)(?:[ ]{2,}|[ \t]{2,})(?=\S)")
_OUTER_BLANKS = re.compile(r"\A\s+|(?<!\s)\s+\Z")


class Run(NamedTuple):
    """A stretch of text whose characters go back to the source in one way.

    Attributes:
        start: First offset in the text.
        source: The source offset of that character.
        step: 1 if the stretch is a copy of the source, 0 if it was put in its place.
    """

    start: int
    source: int
    step: int


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``new``; ``start == end`` puts something in."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class MappedText:
    """Text that knows where each of its characters stood in the source.

    Offsets are code points. The map never runs backwards; a character that no step touched maps to itself.
    """

    text: str
    runs: tuple[Run, ...]
    source_length: int

    @classmethod
    def of(cls, source: str) -> MappedText:
        """Wrap a source text: every character maps to itself."""
        return cls(source, (Run(0, 0, 1),), len(source))

    def source_offset(self, offset: int) -> int:
        """Return where the character at ``offset`` stood in the source; the end maps to the source's end.

        Raises:
            IndexError: If ``offset`` is not within ``0..len(text)``.
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"offset {offset} is outside a text of {len(self.text)} characters")
        if offset == len(self.text):
            return self.source_length
        run = self.runs[bisect_right(self.runs, offset, key=lambda run: run.start) - 1]
        return run.source + (offset - run.start) * run.step

    def offset_at(self, source: int) -> int:
        """Return the first offset whose character stood at ``source`` or after it; the text's end if none."""
        return bisect_left(range(len(self.text)), source, key=self.source_offset)

    def edited(self, edits: Iterable[Edit]) -> MappedText:
        """Return the text with ``edits`` made; they must be in order and must not overlap.

        Raises:
            ValueError: If an edit begins before the last one ended.
        """
        pieces: list[str] = []
        runs: list[Run] = []
        place = length = 0
        for edit in (_trimmed(self.text, edit) for edit in edits):
            if not place <= edit.start <= edit.end <= len(self.text):
                raise ValueError(f"edits must follow one another, found {edit} after offset {place}")
            if edit.start == edit.end and not edit.new:
                continue
            _extend(runs, self._clipped(place, edit.start, length))
            length += edit.start - place
            pieces += (self.text[place : edit.start], edit.new)
            if edit.new:
                # What is put in belongs to the character before it, so that the one after keeps its first place.
                anchor = edit.start if edit.start < edit.end else max(edit.start - 1, 0)
                _extend(runs, (Run(length, self.source_offset(anchor), 0),))
                length += len(edit.new)
            place = edit.end
        if not pieces:
            return self
        _extend(runs, self._clipped(place, len(self.text), length))
        return MappedText("".join((*pieces, self.text[place:])), tuple(runs), self.source_length)

    def replaced(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]) -> MappedText:
        """Return the text with every match of ``pattern`` replaced by ``new`` (taken literally)."""
        make = new if callable(new) else lambda _: new
        return self.edited(
            Edit(match.start(), match.end(), make(match)) for match in pattern.finditer(self.text)
        )

    def kept(self, pattern: re.Pattern[str], *groups: str) -> MappedText:
        """Return the text with each match of ``pattern`` reduced to its named groups, which stay in place."""
        return self.edited(
            edit for match in pattern.finditer(self.text) for edit in _around_groups(match, groups)
        )

    def without(self, spans: Iterable[tuple[int, int]]) -> MappedText:
        """Return the text without ``spans`` (start, end), given in order."""
        return self.edited(Edit(start, end, "") for start, end in spans)

    def _clipped(self, start: int, end: int, moved_to: int) -> Iterator[Run]:
        """Yield the runs of ``text[start:end]`` as they are when that stretch begins at ``moved_to``."""
        first = bisect_right(self.runs, start, key=lambda run: run.start) - 1
        for place in range(first, len(self.runs)):  # a slice would copy all runs for every edit
            run = self.runs[place]
            if run.start >= end:
                return
            begin = max(start, run.start)
            yield Run(moved_to + begin - start, run.source + (begin - run.start) * run.step, run.step)


Step = Callable[[MappedText], MappedText]


def apply(mapped: MappedText, *steps: Step) -> MappedText:
    """Send ``mapped`` through ``steps`` in order."""
    for step in steps:
        mapped = step(mapped)
    return mapped


def newline_form(mapped: MappedText) -> MappedText:
    """Make every line end a line feed; form feeds and Unicode's line separators are line ends too."""
    return mapped.replaced(_NEWLINES, "\n")


def unicode_nfc(mapped: MappedText) -> MappedText:
    """Compose letters and their accents (Unicode NFC), cluster by cluster, so that the map stays exact."""
    if unicodedata.is_normalized("NFC", mapped.text):
        return mapped
    edits = []
    for match in _NON_ASCII.finditer(mapped.text):
        if not unicodedata.is_normalized("NFC", match.group()):
            edits += [
                Edit(
                    match.start() + start,
                    match.start() + end,
                    unicodedata.normalize("NFC", match.group()[start:end]),
                )
                for start, end in _clusters(match.group())
            ]
    return mapped.edited(edits)


def control_characters(mapped: MappedText) -> MappedText:
    """Remove NUL and other control characters, invisible direction overrides and what cannot be stored."""
    return mapped.replaced(_CONTROLS, "")


def soft_hyphens(mapped: MappedText) -> MappedText:
    """Remove soft hyphens, with the line end where a word was broken at one."""
    return mapped.replaced(_SOFT_HYPHENS, "")


def ligatures(mapped: MappedText) -> MappedText:
    """Write out the ligatures that typesetting puts for letters (``\ufb01`` for ``fi``)."""
    return mapped.replaced(_LIGATURES, lambda match: unicodedata.normalize("NFKC", match.group()))


def plain_spaces(mapped: MappedText) -> MappedText:
    """Make no-break and other odd spaces plain ones: they look alike, and must compare alike."""
    return mapped.replaced(_ODD_SPACES, " ")


def plain_hyphens(mapped: MappedText) -> MappedText:
    """Make Unicode's hyphen and no-break hyphen the one on every keyboard: they look alike, and must compare alike."""
    return mapped.replaced(_ODD_HYPHENS, "-")


def inner_blanks(mapped: MappedText) -> MappedText:
    """Reduce blanks within a line to one: in print and on pages they are part of the setting."""
    return mapped.replaced(_INNER_BLANKS, " ")


def line_end_hyphens(mapped: MappedText) -> MappedText:
    """Join words broken at a line end with a hyphen; the ``Lexicon`` decides whether the hyphen stays."""
    if not _BROKEN_WORD.search(mapped.text):
        return mapped
    words = Lexicon.of(mapped.text)

    def joined(match: re.Match[str]) -> str:
        left = match["left"]
        compound = mapped.text[max(match.start() - 1, 0) : match.start()] == "-"
        return left + words.between(left, match["right"], compound=compound) + match["right"]

    return mapped.replaced(_BROKEN_WORD, joined)


def tidy_white_space(mapped: MappedText) -> MappedText:
    """Remove blanks at line ends, more than one empty line in a row, and blanks around the whole text."""
    mapped = mapped.replaced(_TRAILING_BLANKS, "").replaced(_EMPTY_LINES, "\n\n")
    return mapped.replaced(_OUTER_BLANKS, "")


CHARACTERS: tuple[Step, ...] = (newline_form, unicode_nfc, control_characters)
"""What every reader does first, whatever the format: the same characters for the same text."""

LINES: tuple[Step, ...] = (soft_hyphens, plain_spaces, plain_hyphens, line_end_hyphens, tidy_white_space)
"""What readers of texts with lines of their own do last."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A document as its own dictionary, to tell a broken word from a hyphenated one at a line end.

    Attributes:
        counts: How often each word stands in the document away from line ends, in lower case. A hyphenated word
            is one word; besides it, its parts are counted as ``non-`` and ``-based``.
        breaks_words: Whether the document breaks words at line ends at all, as far as its words tell.
    """

    counts: Mapping[str, int]
    breaks_words: bool = True

    @classmethod
    def of(cls, text: str) -> Lexicon:
        """Read the words of ``text``."""
        counts: Counter[str] = Counter()
        for found in _WORD.findall(_BROKEN_WORD.sub(" ", text)):
            word = found.lower()
            counts[word] += 1
            if "-" in word:
                counts.update((word.partition("-")[0] + "-", "-" + word.rpartition("-")[2]))
        known = cls(counts)
        seen = [
            known._known(match["left"].lower(), match["right"].lower())
            for match in _BROKEN_WORD.finditer(text)
        ]
        return cls(counts, breaks_words=seen.count("") >= seen.count("-"))

    def between(self, left: str, right: str, *, compound: bool = False) -> str:
        """Decide what stands between the halves of a word that a line end broke at a hyphen.

        The form the document uses more often elsewhere wins. Where it uses neither, the hyphen stays if a capital
        or a known prefix shows a compound, or if the document's other line ends keep theirs.

        Args:
            left: Letters before the hyphen.
            right: Letters after the line end.
            compound: Whether another hyphen stands before ``left`` (``state-of-the-``).

        Returns:
            ``""`` (one word), ``"-"`` (a hyphenated word) or ``"- "`` (a suspended hyphen: two words).
        """
        first, second = left.lower(), right.lower()
        if second in SUSPENDED and right.islower():
            return "- "
        known = self._known(first, second)
        if known is not None:
            return known
        capital = right[0].isupper() and not left.isupper()
        affix = first in _HYPHENATING or f"{first}-" in self.counts or f"-{second}" in self.counts
        both_words = min(len(first), len(second)) >= _SHORTEST_PART and {first, second} <= self.counts.keys()
        return "-" if compound or capital or affix or both_words or not self.breaks_words else ""

    def _known(self, first: str, second: str) -> str | None:
        """Return what stands between the halves elsewhere in the document; None if it does not say."""
        joined, hyphenated = self.counts.get(first + second, 0), self.counts.get(f"{first}-{second}", 0)
        if not joined and not hyphenated:
            return None
        return "" if joined >= hyphenated else "-"


def _trimmed(text: str, edit: Edit) -> Edit:
    """Shrink an edit to what it changes, so that untouched characters keep their own places."""
    start, end, new = edit
    while new and start < end and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while new and start < end and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return Edit(start, end, new)


def _around_groups(match: re.Match[str], groups: tuple[str, ...]) -> Iterator[Edit]:
    place = match.start()
    for start, end in sorted(match.span(group) for group in groups if match[group] is not None):
        yield Edit(place, start, "")
        place = end
    yield Edit(place, match.end(), "")


def _extend(runs: list[Run], more: Iterable[Run]) -> None:
    """Append runs, leaving out those that only go on as the last one does."""
    for run in more:
        last = runs[-1] if runs else None
        goes_on = (
            last
            and run.step == last.step
            and run.source == last.source + (run.start - last.start) * last.step
        )
        if not goes_on:
            runs.append(run)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the smallest stretches that compose independently of one another."""
    start = 0
    for end in range(1, len(text)):
        cluster, following = text[start:end], text[end]
        if end - start >= _LONGEST_CLUSTER or _apart(cluster, following):
            yield start, end
            start = end
    if text:
        yield start, len(text)


def _apart(cluster: str, following: str) -> bool:
    """Tell whether a character has no part in the letter and marks before it."""
    if unicodedata.combining(following):
        return False
    composed = unicodedata.normalize("NFC", cluster + following)
    return composed == unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", following)
