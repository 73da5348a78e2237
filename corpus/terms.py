"""Where defined terms are used: the occurrences of a treaty's terms in its own words.

Treaties define "Parties" and write "a Party", define “Property” because the entry opens with a capital and write
"property", or define "Area" and mean nothing by "area". So number is free, and a capital counts where the treaty
itself keeps it: that is counted in its text, once a document.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.instruments import NOUNS
from corpus.models import Level, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.definitions import Definition
    from corpus.models import Provision

_STARTS_SENTENCE = re.compile(r"(?:\A|[.;:\n“\"‘(\])]|—|–)\s*\Z")
_PROPER_BEFORE = re.compile(r"\b[A-Z][\w’'-]*\s\Z")
_PROPER_AFTER = re.compile(
    r"\s(?:on|for|against)\s(?:the\s)?[A-Z]|\s(?:of|relating|concerning)\s(?:the\s)?[A-Z]"
)
_PLURAL_ENDINGS = ("s", "x", "z", "ch", "sh")
_SHORTEST_INFLECTED = 3
"""Letters of a word that may take or lose a plural ending."""


@dataclass(frozen=True, slots=True)
class Use:
    """A defined term in use."""

    definition: Definition
    term: str
    span: Span


class Lexicon:
    """The defined terms of a document, ready to be found in its words.

    Args:
        text: The document's canonical text.
        root: Its provision tree.
        definitions: What it defines.
    """

    def __init__(self, text: str, root: Provision, definitions: Sequence[Definition]) -> None:
        self._text = text
        self._lower = _lowered(text)
        self._by_key: dict[str, list[tuple[str, Definition]]] = {}
        forms: dict[str, str] = {}
        for definition in definitions:
            for term in definition.terms:
                key = _key(term)
                forms.setdefault(key, _pattern(term))
                self._by_key.setdefault(key, []).append((term, definition))
        self._keys = sorted(forms, key=lambda key: (-len(key), key))
        alternatives = "|".join(f"(?P<t{n}>{forms[key]})" for n, key in enumerate(self._keys))
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])") if self._keys else None
        self._counts: Counter[str] = Counter()
        self._capital = self._kept_capitals(root, _deliberate(definitions))

    def uses_in(self, span: Span) -> list[Use]:
        """Return the uses of defined terms within ``span``, in order, the longest term where several overlap.

        Of several definitions of a term, the one with the narrowest scope around the place counts, and of those
        the last before it. A term is not used within its own definition.
        """
        found = []
        for key, match in self._matches(span):
            at = match.start()
            holding = [
                (term, one)
                for term, one in self._by_key[key]
                if one.holds_at(at) and self._is_use(term, key, match)
            ]
            if not holding:
                continue
            term, meant = min(
                holding, key=lambda pair: (_reach(pair[1], at), pair[1].span.start > at, -pair[1].span.start)
            )
            if not any(one.span.contains(Span(at, match.end())) and not one.in_passing for _, one in holding):
                found.append(Use(meant, term, Span(at, match.end())))
        return found

    def rarity(self, use: Use) -> int:
        """Return how often the document uses the term: a term on every page says less about a quote."""
        return self._counts[_key(use.term)]

    def _matches(self, span: Span) -> Iterable[tuple[str, re.Match[str]]]:
        if self._pattern is None:
            return
        for match in self._pattern.finditer(self._lower, span.start, span.end):
            yield self._keys[int((match.lastgroup or "t0")[1:])], match

    def _kept_capitals(self, root: Provision, deliberate: frozenset[str]) -> frozenset[str]:
        """Return the terms that the document keeps a capital for; count the uses of all as it goes.

        Those are the terms it writes so more often than not within sentences, and the deliberate ones it ever does.
        """
        within: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for leaf in root.leaves():
            if leaf.level is Level.HEADING or leaf.body >= leaf.span.end:
                continue
            for key, match in self._matches(Span(leaf.body, leaf.span.end)):
                self._counts[key] += 1
                if not self._text[match.start()].isupper():
                    small[key] += 1
                elif not self._starts_sentence(match.start()):
                    within[key] += 1
        return frozenset(k for k in self._keys if within[k] > (0 if k in deliberate else small[k]))

    def _is_use(self, term: str, key: str, match: re.Match[str]) -> bool:
        at = match.start()
        said = self._text[at : match.end()]
        if _inner_capitals(term) and not _inner_capitals(said):
            return False
        if key in self._capital:
            return said[0].isupper() and not (" " not in key and self._is_part_of_name(match))
        return not said[0].isupper() or self._starts_sentence(at)

    def _is_part_of_name(self, match: re.Match[str]) -> bool:
        """Tell whether a capitalised word stands in a longer name: the United Nations *Convention* against …."""
        before = self._text[max(0, match.start() - 40) : match.start()]
        word = _PROPER_BEFORE.search(before)
        if word is not None and not self._starts_sentence(match.start() - len(word.group())):
            return True
        after = _PROPER_AFTER.match(self._text, match.end())
        return after is not None and (
            match.group() in NOUNS or after.group().split()[0] in ("on", "for", "against")
        )

    def _starts_sentence(self, at: int) -> bool:
        return _STARTS_SENTENCE.search(self._text[max(0, at - 4) : at]) is not None


def _lowered(text: str) -> str:
    """Return the text in small letters, every character in its place."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def _deliberate(definitions: Sequence[Definition]) -> frozenset[str]:
    """Return the terms whose capital is meant: names given in passing, and those whose neighbours open small."""
    kept: set[str] = set()
    for one in definitions:
        beside = [other for other in definitions if other.provision.path[:-1] == one.provision.path[:-1]]
        if one.in_passing or any(other.terms[0][0].islower() for other in beside):
            kept.update(_key(term) for term in one.terms if term[0].isupper())
    return frozenset(kept)


def _reach(definition: Definition, at: int) -> int:
    return min(
        node.span.end - node.span.start for node in definition.scope if node.span.start <= at < node.span.end
    )


def _key(term: str) -> str:
    return " ".join(_base(word) for word in term.lower().replace("’", "'").split())


def _base(word: str) -> str:
    """Return a word without its plural ending, so that both numbers have one key."""
    if len(word) <= _SHORTEST_INFLECTED or not word.endswith("s") or word.endswith(("ss", "'s")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(tuple(f"{end}es" for end in _PLURAL_ENDINGS)) else word[:-1]


def _pattern(term: str) -> str:
    return r"[\s-]+".join(_either_number(word) for word in term.replace("’", "'").split())


def _either_number(word: str) -> str:
    base = _base(word.lower())
    if len(base) < _SHORTEST_INFLECTED or not base.isalpha():
        return re.escape(base).replace("'", "[’']")  # a possessive, a number, a word with a hyphen
    if base.endswith("y"):
        return f"{base[:-1]}(?:y|ies|ys)"
    return f"{base}(?:es)?" if base.endswith(_PLURAL_ENDINGS) else f"{base}s?"


def _inner_capitals(words: str) -> bool:
    return any(word[0].isupper() for word in words.split()[1:])
