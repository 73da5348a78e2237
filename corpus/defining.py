"""The words with which treaties define: a term, in quotation marks or not, and what makes it one.

Publishers print “term”, "term", ‘term’, «term», ``term'' or the bare word. In quotation marks, a verb of meaning
after the term is enough. A bare term is taken where the provision is one of definitions, where the sentence says
"for the purposes of", and where it opens a sentence and is said to *mean* something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.models import Span

_DOUBLE = r"(?:``|[“\"„«])\s?(?P<{0}d>[^“”\"„«»`\n]{{1,100}}?)\s?(?:''|[”\"“»])"
_SINGLE = r"(?<!\w)[‘'‹`](?P<{0}s>(?:[^‘’'`\n“”\"]|[’'](?=\w)){{1,100}}?)[’'›](?!\w)"


def _quoted(name: str) -> str:
    return rf"(?:{_DOUBLE.format(name)}|{_SINGLE.format(name)})(?!\w)"


_ADVERBS = (
    r"(?:\s+(?:also|only|hereby|herein|respectively|in\s+each\s+case|for\s+that\s+purpose|inter\s+alia))?"
)
_MEANING = (
    r"(?:(?:(?:shall|may|will|must|do|does)\s+(?:also\s+|not\s+|only\s+)*)?"
    r"(?:means?|includes?|comprises?|denotes?|designates?|signif(?:y|ies)|refers?\s+(?:only\s+)?to|appl(?:y|ies)\s+to)\b"
    r"|(?:is|are|shall\s+be|has\s+been)\s+(?:to\s+be\s+)?(?:\w+ly\s+)?"
    r"(?:defined|understood|construed|interpreted|taken|deemed|considered)"
    r"(?:\s+[^.;:“”\"\n]{0,60}?)??\s+(?:as|to\s+(?:mean|be|include|refer\s+to))\b"
    r"|(?:has|have|shall\s+have)\s+the\s+(?:same\s+|following\s+|respective\s+)?meanings?\b"
    r"|consists?\s+(?:in|of)\b)"
)
_BARE_MEANING = (
    r"(?:means?|shall\s+mean|denotes?|refers?\s+to|shall\s+refer\s+to|(?:is|are|shall\s+be)\s+(?:defined|understood)\s+as"
    r"|consists?\s+(?:in|of)|comprises?|includes?|shall\s+include)"
)
_MEANS = (
    r"(?:means|mean|shall\s+mean)\s+(?:only\s+|exclusively\s+)?"
    r"(?:an?|the|any|all|every|each|either|those|such|that|one|persons?)\b"
)
"""After a bare term outside the definitions: "means" alone may be a noun."""
_IS = r"(?:is|are)\s+(?:an?|the|any|all|those|one|areas?|persons?|States?)\b"
_THE_TERM = r"(?:the\s+)?(?:terms?|expressions?|words?|phrases?)\s+"
_AND = rf"\s*(?:,\s*(?:and\s+|or\s+)?|\s(?:and|or|and/or)\s+|/\s*|;\s*)(?:{_THE_TERM})?"
_QUALIFIED = (
    r"(?:\s*\([^()\n]{1,160}\))?(?:\s*,\s*[^.;:“”\"\n]{1,160}?,)?"
    r"(?:\s+(?:in|as|when|where|with|used|of|for)\s(?:(?!\b(?:and|which|that|but)\b)[^.,;:“”\"\n]){1,70}?)?"
)
_ENTRY = re.compile(
    rf"(?:\b{_THE_TERM})?(?P<terms>{_quoted('a')}(?:{_AND}{_quoted('b')})?(?:{_AND}{_quoted('c')})?(?:{_AND}{_quoted('d')})?)"
    rf"{_QUALIFIED}\s*,?\s*(?:shall\s*,[^,]{{1,60}},\s*)?(?P<verb>{_MEANING}|(?P<is>(?:is|are)\s+(?!not\b|used\b)\w+)|(?P<mark>[:–—-])\s)",
    re.IGNORECASE,
)
_TERM_IN = re.compile(_quoted("x"))

_START = r"(?:(?<=[.;:]\s)|(?<=[.)]\s)|(?<=\n)|\A)"
_WORD = r"[^\W_][\w’'/-]*"
_TERM = rf"(?P<term>{_WORD}(?:\s+{_WORD}){{0,7}}?)"
_PLACE = r"(?:this|the\s+present|these|articles?|(?:sub-?)?paragraphs?|sections?|parts?|chapters?|annex)\b"
_PURPOSE = rf"For\s+(?:the\s+)?(?:purposes?|application)\s+of\s+{_PLACE}[^,;:.“”\"\n]{{1,110}}?"
_LEAD = (
    rf"(?:{_PURPOSE}|(?:In|Under)\s+(?:this|the\s+present)\s+\w+|As\s+used\s+in\s+{_PLACE}[^,;:.\n]{{1,60}}?)"
    r"(?:\s*,\s*|\s+(?=[a-z]))"
)
_BARE_ENTRY = re.compile(
    rf"(?:{_THE_TERM})?(?:an?\s+|the\s+|any\s+)?{_TERM}(?:\s*,[^,.;:\n]{{1,80}},)?\s+{_BARE_MEANING}(?=[\s:—–])",
    re.IGNORECASE,
)
_BARE_MARKED = re.compile(rf"{_TERM}(?:\s*\([^()\n]{{1,60}}\))?\s*(?::|\s[–—-])\s+(?=\S)", re.IGNORECASE)
_WITH_LEAD = re.compile(
    rf"{_START}{_LEAD}(?:{_THE_TERM})?(?:an?\s+|the\s+|any\s+)?{_TERM}"
    rf"\s+(?:(?!shall\s+include){_BARE_MEANING}(?=[\s:—–])|{_IS}|shall\s+be\s+(?:deemed|considered|taken)\s+to\s+be\b)"
)
_OPENING = re.compile(
    rf"{_START}(?:{_THE_TERM})?(?:An?\s+|The\s+)?(?P<term>[A-Z][\w’'-]*(?:\s+{_WORD}){{0,6}}?)\s+{_MEANS}"
)
_PURPOSE_WITHIN = re.compile(
    rf"{_START}(?:An?\s+|The\s+)?{_TERM}\s*,\s*for\s+the\s+purposes?\s+of\s+[^,;:.\n]{{1,80}},"
    rf"\s*{_BARE_MEANING}\b"
)
_CALLED_TERM = re.compile(
    rf"\b{_THE_TERM}{_TERM}(?:\s*,?\s+as\s+used\s+in\s[^,.;:\n]{{1,60}},?)?\s+(?:{_BARE_MEANING}|appl(?:y|ies)\s+to)(?=[\s:—–])",
    re.IGNORECASE,
)
_GIVEN = rf"(?:the\s+|an?\s+|each\s+an?\s+)?(?:{_quoted('p')}|(?P<bare>[^()“”\"„«».,;:\n]{{2,70}}?)"
_GIVEN_END = (
    r"(?=\s*[),.;:\n]|\s+(?:shall|may|is|are|was|were|and|which|who|or|to|has|have)\b))"  # of a bare name
)
_IN_THIS = r"(?:\s+in\s+(?:this|the\s+present)\s+\w+)?"
_HEREINAFTER = re.compile(
    r"\bhere(?:in)?after(?:wards)?\s+(?:(?:also|jointly|collectively|individually|together)\s+)*"
    rf"(?:(?:referred\s+to|designated|known|described|cited|abbreviated){_IN_THIS}\s+as|called|termed|designated)"
    rf"\s*:?\s*{_GIVEN}{_GIVEN_END}"
    r"|\breferred\s+to\s+(?:here(?:in)?after|below|in\s+(?:this|the\s+present)\s+\w+)\s+as\s+"
    rf"{_GIVEN.replace('<p', '<q').replace('<bare', '<named')}{_GIVEN_END}"
    rf"|\b(?:here(?:in)?after|in\s+short)\s*[:,]?\s*(?:the\s+)?{_quoted('r')}",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:is|are|be)\s+(?:hereby\s+)?(?:referred\s+to\s+as|called|known\s+as|termed|considered\s+as|regarded\s+as)\s+"
    rf"(?:the\s+|an?\s+)?{_quoted('p')}(?!\s+(?:in|by|under)\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"(?<=[\w’'”\"])\s+\(\s*(?:(?:each|collectively|together|jointly)\s*,?\s+)?(?P<the>the\s+|an?\s+)?{_quoted('p')}\s*\)"
)
_BARE_PATTERNS = (
    (_WITH_LEAD, ("For ", "In ", "Under ", "As ")),
    (_OPENING, ("mean",)),
    (_PURPOSE_WITHIN, (", for the purpose",)),
    (_CALLED_TERM, ("term", "expression", "word", "phrase")),
)
_GIVING_PATTERNS = (
    (_HEREINAFTER, ("after", "efer", "in short")),
    (_CALLED, ("“", '"', "‘", "«", "`", "'")),
    (_BRACKETED, ("(",)),
)
"""What gives a name, each with words without one of which it need not be looked for."""
_QUOTATION_MARKS = "“\"„«‘‹`'"
_NO_TERM = """
    it this that these those which what such he she they other others any all each same following nothing there here
    no not only and or but if when where who whose for in under as with to of by at on is are shall may also
    article articles paragraph paragraphs annex section part provision provisions agreement
"""
_NO_TERM_BEGINS_WITH = frozenset(_NO_TERM.split())
_FINITE = re.compile(
    r"\b(?:shall|may|must|is|are|was|were|has|have|had|does|do|will|would|which|who|whose|that)\b"
)
_OF_A = re.compile(r"\s+of\s+(?:an?|each|any|every)\s.*\Z")
"""After a bare term, what it is said of: "a material breach *of a treaty* consists in …"."""
_NOUN_AFTER = re.compile(r"\s*(?:of|to|for|by|at|in|and|or|shall|may|are|is|which|that\s+are)\b")
_DEFINING_HEADING = re.compile(
    r"\b(?:definitions?|use\s+of\s+terms|terms\s+used|meaning\s+of|terminology|glossary|interpretation\s+of\s+terms)\b"
    r"|\Ainterpretation\W*\Z|\Aterms\W*\Z",
    re.IGNORECASE,
)
_DEFINING_LEAD = re.compile(
    r"\A\W*(?:for\s+(?:the\s+)?(?:purposes?|application)\s+of|as\s+used\s+in|in\s+(?:this|the\s+present|these)\s"
    r"|wherever\s+used|under\s+this)"
    r"[^.]{0,200}[:,—–]\s*\Z|\bfollowing\s+(?:terms|expressions|definitions|meanings?)\b[^.]{0,120}[:—–]\s*\Z",
    re.IGNORECASE,
)
_GIVEN_NAMES = ("pd", "ps", "qd", "qs", "rd", "rs", "bare", "named")
_ARTICLE = re.compile(r"\A(?:the|an?)\s+(?=\S)", re.IGNORECASE)
_LEAD_REACH = 160
"""Characters before a term in which "for the purposes of" is looked for."""
_LONGEST_TERM = 12
"""Words of a term; treaties define long ones ("official of a public international organization")."""


@dataclass(frozen=True, slots=True)
class Defined:
    """Terms defined at one place.

    Attributes:
        terms: As written, without quotation marks and article.
        start: Where the term, or what introduces it, begins.
        end: Where what says that it is defined ends: the verb, or the name given.
        in_passing: A name given on the way.
    """

    terms: tuple[str, ...]
    start: int
    end: int
    in_passing: bool = False


def opens_definitions(heading: str, lead: str) -> bool:
    """Tell whether a provision is one of definitions, from its heading or the chapeau of its list."""
    return bool(_DEFINING_HEADING.search(heading) or _DEFINING_LEAD.search(lead))


def defined_in(text: str, span: Span, *, listed: bool, entry: bool) -> Iterator[Defined]:
    """Yield what is defined within ``span``, in order, each term once.

    Args:
        text: The document's canonical text.
        span: The words of one leaf.
        listed: The leaf is of a provision of definitions.
        entry: It is an entry of their list, so a bare term before a colon or dash may be one.
    """
    found = [
        *_in_quotes(text, span, listed=listed),
        *_bare(text, span, listed=listed, entry=entry),
        *_passing(text, span),
    ]
    seen: set[str] = set()
    kept: list[Defined] = []
    for one in sorted(found, key=lambda d: (d.in_passing, d.start)):
        terms = tuple(term for term in one.terms if term.lower() not in seen)
        if terms and not any(other.start <= one.start < other.end for other in kept):
            seen.update(term.lower() for term in terms)
            kept.append(replace(one, terms=terms))
    yield from sorted(kept, key=lambda d: d.start)


def _in_quotes(text: str, span: Span, *, listed: bool) -> Iterator[Defined]:
    if not any(mark in span.of(text) for mark in _QUOTATION_MARKS):
        return
    for match in _ENTRY.finditer(text, span.start, span.end):
        before = text[max(span.start, match.start() - _LEAD_REACH) : match.start()]
        purposed = listed or re.search(_LEAD, before) is not None
        if (match["mark"] and not listed) or (match["is"] and not purposed):
            continue
        quoted = _TERM_IN.finditer(match["terms"])
        terms = tuple(term for one in quoted if (term := _clean(one["xd"] or one["xs"])))
        if terms:
            yield Defined(terms, match.start(), match.end("verb"))


def _bare(text: str, span: Span, *, listed: bool, entry: bool) -> Iterator[Defined]:
    words = span.of(text)
    for pattern, cues in _BARE_PATTERNS:
        if any(cue in words for cue in cues):
            for match in pattern.finditer(text, span.start, span.end):
                yield from _one(text, match)
    opened = _BARE_ENTRY.match(text, span.start, span.end) if listed else None
    marked = _BARE_MARKED.match(text, span.start, span.end) if entry and opened is None else None
    for found in (opened, marked):
        if found is not None:
            yield from _one(text, found)


def _one(text: str, match: re.Match[str]) -> Iterator[Defined]:
    term = _OF_A.sub("", _clean(match["term"]))
    first = term.split()[0].lower() if term else ""
    if not term or first in _NO_TERM_BEGINS_WITH or _FINITE.search(term) or term.endswith((" and", " or")):
        return
    if match.group().endswith("means") and _NOUN_AFTER.match(text, match.end()):
        return  # "by peaceful means of settlement"
    yield Defined((term,), match.start(), match.end())


def _passing(text: str, span: Span) -> Iterator[Defined]:
    words = span.of(text)
    patterns = [pattern for pattern, cues in _GIVING_PATTERNS if any(cue in words for cue in cues)]
    for pattern in patterns:
        for match in pattern.finditer(text, span.start, span.end):
            term = _clean(next(filter(None, (match.groupdict().get(name) for name in _GIVEN_NAMES)), ""))
            gloss = pattern is _BRACKETED and not match["the"] and not term[:1].isupper()
            if term and not gloss:
                yield Defined((term,), match.start(), match.end(), in_passing=True)


def _clean(said: str) -> str:
    """Return a term on one line, without an article before it and a comma after it; '' if it is no term."""
    term = _ARTICLE.sub("", " ".join(said.split()).strip(" ,;:.…"))
    return (
        term if re.search(r"[^\W\d_]", term) and len(term) > 1 and len(term.split()) <= _LONGEST_TERM else ""
    )
