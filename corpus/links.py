"""Stable links: an address for every provision that a browser, a note or another program can keep.

A link is what follows the page's own address: ``#/documents/vclt/art-31/3/c``, ``#/documents/unclos/annex-ii/art-3/1``,
``#/documents/charter/preamble/4``, ``#/documents/guide-reading/what-a-reservation-is``. It is made of the document's id
and the provision's path and of nothing that changes when the index is built anew or a later article is edited.

- Parts, chapters and sections above an article are left out: articles are counted through a treaty.
- What has no number of its own has a link of its own all the same: ``chapeau``, ``heading``, ``closing``, ``title`` and
  ``block-2`` (the second block of its parent, which is not "paragraph 2"). So every leaf resolves to itself.
- Names of siblings that would make one step are told apart by the tree, which marks the second as ``[2]``: ``~2`` here.
- A link to some words of a provision says where in the canonical text they stand and what they hash to:
  ``#/documents/vclt/art-31/3?q=120-184&v=0f3a…``. Whoever follows it takes the words only if they still hash to that;
  otherwise the text has changed, and the link is one to the provision. ``&d=5be2…`` says which version of the file it
  was made from, so that it can be led to that version's text as long as the library keeps it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from corpus.errors import LibraryError
from corpus.models import Span
from corpus.pinpoint import ARTICLE, ATTACHED, REPEAT, UNNUMBERED, article_at, is_marker
from corpus.pinpoint import is_numbered_division as is_division

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.models import Provision

PREFIX = "#/documents/"
"""Before every link; what a page's own anchors are called does not begin so."""

_UNCHANGED = "-._~"
"""Characters beside ASCII letters and digits that stay as they are in a link (RFC 3986, unreserved)."""
_LONGEST_STEP = 60
"""Characters of a heading in a link; longer ones are cut at a word."""
_WORD = re.compile(r"\w+(?:\.\w+)*")
_NAMELESS = "section"
"""Step of a heading without a letter or digit."""
_CACHED = 20_000
"""Paths whose steps are kept: those of some large treaties, since every link is looked for among all of one."""
_NAMED = 3
"""Links that an error offers."""
_MOST_SPANS = 20
"""Stretches that one link may name; a quote has a handful. Of a link with more, the provision is opened."""
_DIGEST = 12
"""Hex digits of a SHA-256 in a link: two texts alike in 48 bits are not met by chance."""
_SPAN = r"[0-9]{1,9}-[0-9]{1,9}"
_WORDS = re.compile(
    rf"q=(?P<spans>{_SPAN}(?:,{_SPAN}){{0,{_MOST_SPANS - 1}}})&v=(?P<digest>[0-9a-f]{{{_DIGEST}}})"
    rf"(?:&d=[0-9a-f]{{{_DIGEST}}})?"
)
_SOURCE = re.compile(rf"(?:[^#]*&)?d=(?P<source>[0-9a-f]{{{_DIGEST}}})")
_HEX = re.compile(r"[0-9a-f]{64}")
_JOINT = "\0"
"""Between the stretches that are hashed; it stands in no canonical text."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a link leads to.

    Attributes:
        spans: Where they stand in the canonical text, in order.
        digest: The first hex digits of their SHA-256.
    """

    spans: tuple[Span, ...]
    digest: str

    @classmethod
    def of(cls, spans: Sequence[Span], said: Sequence[str]) -> Words:
        """Return the words that ``said`` gives, for each of ``spans`` what stands there."""
        digest = hashlib.sha256(_JOINT.join(said).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(tuple(spans), digest[:_DIGEST])

    def stand_in(self, text: str) -> bool:
        """Tell whether the canonical text ``text`` still holds them at their places."""
        return Words.of(self.spans, [span.of(text) for span in self.spans]) == self


def link_of(document_id: str, path: tuple[str, ...]) -> str:
    """Return the link to a provision; ``resolve_link`` finds it again in a tree of the same text.

    Args:
        document_id: The document's id.
        path: The provision's path; empty for the whole document.
    """
    return _written(document_id, _steps(path))


def link_to(link: str, words: Words, sha256: str = "") -> str:
    """Return the link to some words of the provision that ``link`` leads to.

    Args:
        link: To the provision.
        words: The words.
        sha256: Of the file that the document was read from; empty to leave open which version is meant.
    """
    spans = ",".join(f"{span.start}-{span.end}" for span in words.spans)
    source = f"&d={sha256[:_DIGEST]}" if _HEX.fullmatch(sha256) else ""
    return f"{link}?q={spans}&v={words.digest}{source}"


def link_to_version(sha256: str) -> str:
    """Return what, put after a link to a provision, leads to it in the version with that digest."""
    return f"?d={sha256[:_DIGEST]}"


def source_of_link(link: str) -> str | None:
    """Return the first digits of the SHA-256 of the file that a link was made from; None if it does not say."""
    found = _SOURCE.fullmatch(link.strip().rpartition("#")[2].partition("?")[2])
    return None if found is None else found["source"]


def words_of_link(link: str) -> Words | None:
    """Return the words a link leads to; None if it leads to a provision as a whole, or does not say well to which."""
    found = _WORDS.fullmatch(link.strip().partition("?")[2])
    if found is None:
        return None
    ends = [tuple(map(int, span.split("-"))) for span in found["spans"].split(",")]
    flat = [offset for pair in ends for offset in pair]
    if any(one >= other for one, other in pairwise(flat)):
        return None
    return Words(tuple(Span(start, end) for start, end in ends), found["digest"])


def is_link(words: str) -> bool:
    """Tell whether words are meant as a link, not as a document's id or a pinpoint."""
    return PREFIX in words or words.startswith((PREFIX[1:], PREFIX[2:]))


def parts_of_link(link: str) -> tuple[str, tuple[str, ...]]:
    """Return the id of the document a link leads into, and the steps to the provision; none for the whole document.

    Which words of the provision it leads to, ``words_of_link`` tells.

    Raises:
        LibraryError: If it is no link to a document.
    """
    bare = link.strip().rpartition("#")[2].removeprefix("/").partition("?")[0]
    kind, *parts = (unquote(part) for part in bare.rstrip("/").split("/"))
    if f"#/{kind}/" != PREFIX or not parts or not all(parts):
        raise LibraryError(f"expected a link such as {PREFIX}ID/art-31/3/c, found '{link}'")
    return parts[0], tuple(parts[1:])


def resolve_link(link: str, root: Provision) -> Provision:
    """Return the provision a link leads to.

    A link that spells out the parts above an article (``part-iii/art-31``), leaves out a heading there, or differs in
    capitals is understood too, as far as it is not another provision's own.

    Args:
        link: As ``link_of`` gives it, with or without the page's address before it; ``#`` may be missing.
        root: The root of the document's tree.

    Raises:
        LibraryError: If it is no link, leads into another document, or to nothing; the message names the closest.
    """
    document_id, wanted = parts_of_link(link)
    if document_id != root.document_id:
        raise LibraryError(f"expected a link into '{root.document_id}', found one into '{document_id}'")
    table: dict[tuple[str, ...], Provision] = {}
    for node in root.walk():
        table.setdefault(_steps(node.path), node)
    found = table.get(wanted) or _loosely(wanted, root)
    if found is None:
        raise LibraryError(_nothing_at(document_id, wanted, table))
    return found


def step_of(name: str) -> str:
    """Return one name of a path as a step of a link: ``Article 13 bis`` gives ``art-13-bis``.

    Names of siblings must give different steps, or the second could not be linked to: ``corpus.tree`` sees to that.
    """
    marked = REPEAT.search(name)
    if marked is not None:
        return f"{step_of(name[: marked.start()])}~{marked[1]}"
    if is_marker(name):
        return name
    if name.startswith(UNNUMBERED):
        return f"block-{name.removeprefix(UNNUMBERED)}"
    if name.startswith(ARTICLE):
        return _slug(f"art {name.removeprefix(ARTICLE)}")
    return _slug(name.removeprefix(ATTACHED)) or _NAMELESS


def _slug(words: str) -> str:
    """Return words in lower case joined by hyphens, at most ``_LONGEST_STEP`` characters."""
    kept = ""
    for word in _WORD.findall(words.casefold()):
        longer = f"{kept}-{word}" if kept else word
        if len(longer) > _LONGEST_STEP:
            break
        kept = longer
    return kept or "".join(_WORD.findall(words.casefold()))[:_LONGEST_STEP]


@lru_cache(maxsize=_CACHED)
def _steps(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps of a path, without the divisions above an article."""
    place = article_at(path)
    if place is None or not is_division(path[place[0]]):
        return tuple(step_of(name) for name in path)
    annexes, article = place
    return tuple(step_of(name) for name in (*path[:annexes], *path[article:]))


def _written(document_id: str, steps: tuple[str, ...]) -> str:
    return PREFIX + "/".join(quote(part, safe=_UNCHANGED) for part in (document_id, *steps))


def _loosely(wanted: tuple[str, ...], root: Provision) -> Provision | None:
    """Return the first provision that the steps name in another way."""
    folded = tuple(step.casefold() for step in wanted)
    return next((node for node in root.walk() if folded in _other_forms(node.path)), None)


def _other_forms(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the other ways to write a path's steps, in lower case: as they are, in full, from the article."""
    yield tuple(step.casefold() for step in _steps(path))
    full = tuple(step_of(name).casefold() for name in path)
    yield full
    place = article_at(path)
    if place is not None:
        annexes, article = place
        yield (*full[:annexes], *full[article:])


def _nothing_at(document_id: str, wanted: tuple[str, ...], table: dict[tuple[str, ...], Provision]) -> str:
    known = ["/".join(steps) for steps in table]
    close = difflib.get_close_matches("/".join(wanted), known, n=_NAMED, cutoff=0.5)
    hint = f"Closest: {', '.join(close)}" if close else "Its table of contents lists what there is"
    return f"{document_id} has nothing at '{'/'.join(wanted)}'. {hint}"
