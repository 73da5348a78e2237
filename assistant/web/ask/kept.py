"""The conversations as a browser keeps them, and how they are read when it brings them back.

The form is JSON, an object of ``version`` and ``conversations``, each of them an ``id`` and its ``turns``. A quote is
kept as where it stood, never as its words. What comes back may be anything: it is bounded and validated here, every
quote is made anew by ``assistant.quotes`` from the open library, and nothing else that was kept is shown but the
visitor's own questions, numbers, and the citation of a quote that cannot be shown any more. Sentences of ours, such as
why a question was declined, are written anew.

Gradio's ``BrowserState`` is not used: it encrypts with a key that it hands to the page, so that a restart of the
server (which makes another key) loses everything and nothing is hidden from anyone; it is read once a visit, so that
two tabs overwrite one another; and it keeps all or nothing. ``scripts/kept.js`` is the browser's side of this module.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from assistant.attachments import attached
from assistant.citations import styled
from assistant.deciding import nothing_close
from assistant.errors import UnverifiedQuote
from assistant.models import Answer, Declined, Quote, Quoted, Reason
from assistant.quotes import quote
from assistant.web.ask.turns import MOST_TURNS, Lost, Turn, Why, shown_quotes
from corpus.errors import TreatyError
from corpus.models import Document, Level, Provision, Span
from corpus.pinpoint import Style
from index.models import Searched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assistant.versions import Versions
    from assistant.web.session import Answers

VERSION = 1
MOST_KEPT = 30
"""Conversations kept; the one that was carried on longest ago goes first."""
LARGEST = 2_000_000
"""Characters kept in all. Browsers give a site five million or more; the rest is left to others at this address."""
MOST_QUOTES = 40
"""Quotes of one turn; an answer that compares has eight."""
LONGEST_QUESTION = 2000
LONGEST_ID = 200
LONGEST_CITED = 1000

_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Words = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
_Offset = Annotated[int, Field(ge=0, le=10**9)]
_Count = Annotated[int, Field(ge=0, le=10**9)]
_Id = Annotated[str, Field(max_length=LONGEST_ID)]
_Name = Annotated[str, Field(max_length=LONGEST_CITED)]
_TalkId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a quote stood.

    Attributes:
        document: The document's id.
        sha256: Of the document's source.
        segments: Start and end of each, as code points into the canonical text, the end exclusive.
        path: Of the provision it is cited to.
        words: The first 16 digits of the SHA-256 of its words: the same source can be read otherwise another day.
        cited: Its citation, shown only where the quote cannot be.
    """

    document: _Id
    sha256: _Digest
    segments: Annotated[tuple[tuple[_Offset, _Offset], ...], Field(min_length=1, max_length=200)]
    path: Annotated[tuple[_Name, ...], Field(max_length=40)]
    words: _Words
    cited: _Name = ""
    score: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)] = 0.0


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and what came of it, without a word of any document."""

    question: Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
    outcome: Literal["quoted", "declined", "stopped", "failed"]
    quotes: Annotated[tuple[Mark, ...], Field(max_length=MOST_QUOTES)] = ()
    asked: Annotated[str, Field(max_length=10 * LONGEST_QUESTION)] = ""
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    searched: tuple[_Count, _Count, _Id] = (0, 0, "")
    reason: Reason = Reason.NOT_AN_ANSWER
    choices: Annotated[tuple[_Id, ...], Field(max_length=MOST_QUOTES)] = ()
    without: Annotated[tuple[_Name, ...], Field(max_length=MOST_QUOTES)] = ()
    liked: bool | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it is kept."""

    id: _TalkId
    turns: Annotated[tuple[KeptTurn, ...], Field(min_length=1, max_length=MOST_TURNS)]


class _Store(BaseModel):
    """The outermost object; conversations are validated one by one, so that a bad one takes no other with it."""

    version: Literal[1]
    conversations: list[Any]


@cache
def _talks() -> TypeAdapter[Talk]:
    return TypeAdapter(Talk)


# -- to the browser


def kept_turn(turn: Turn) -> KeptTurn | None:
    """Return a turn as it is kept, or None while nothing has come of it."""
    if turn.kept is not None:
        return turn.kept
    question = _plain(turn.question)
    marks = (*map(_mark, shown_quotes(turn.answer)), *(lost.mark for lost in turn.lost))[:MOST_QUOTES]
    if turn.answer is None:
        if turn.lost:
            return KeptTurn(question, "quoted", marks, liked=turn.liked)
        outcome: Literal["stopped", "failed"] = "stopped" if turn.stopped else "failed"
        return KeptTurn(question, outcome, liked=turn.liked) if turn.stopped or turn.trouble else None
    searched = turn.answer.searched
    declined = turn.answer if isinstance(turn.answer, Declined) else None
    return KeptTurn(
        question,
        "declined" if declined else "quoted",
        marks,
        asked=_plain(turn.answer.asked)[: 10 * LONGEST_QUESTION],
        confidence=min(max(turn.answer.confidence, 0.0), 1.0),
        searched=(searched.documents, searched.passages, searched.generation),
        reason=declined.reason if declined else Reason.NOT_AN_ANSWER,
        choices=tuple(one for one, _ in declined.choices) if declined else (),
        without=tuple(title[:LONGEST_CITED] for title in getattr(turn.answer, "without", ()))[:MOST_QUOTES],
        liked=turn.liked,
    )


def talk_json(talk_id: str, turns: Iterable[Turn]) -> dict[str, Any] | None:
    """Return a conversation as JSON for the browser to keep, or None where nothing has come of it yet."""
    kept = [one for turn in turns if (one := kept_turn(turn)) is not None]
    return asdict(Talk(talk_id, tuple(kept[-MOST_TURNS:]))) if kept else None


def _mark(made: Quote) -> Mark:
    return Mark(
        made.document_id,
        made.sha256,
        tuple((span.start, span.end) for span in made.segments),
        made.path,
        _digest(made.text),
        _plain(styled(made.citation, Style.OSCOLA))[:LONGEST_CITED],
        min(max(made.score, -1000.0), 1000.0),
    )


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(text: str) -> str:
    """Return text that JSON can carry: half a character becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


# -- from the browser


def talks_in(text: object) -> tuple[Talk, ...]:
    """Return the conversations that a browser brings back, newest first; what is not of the form is left out.

    Args:
        text: What it sent, which may be anything.
    """
    if not isinstance(text, str) or len(text) > LARGEST:
        return ()
    try:
        # pydantic's own reader of JSON ends at a depth of its own and not at the interpreter's
        store = _Store.model_validate_json(text)
    except (ValidationError, UnicodeEncodeError):
        return ()
    found: dict[str, Talk] = {}
    for one in store.conversations[:MOST_KEPT]:
        try:
            talk = _talks().validate_python(one)
        except ValidationError:  # of another form, so not one of ours
            continue
        found.setdefault(talk.id, talk)
    return tuple(found.values())


def store_json(talks: Iterable[Talk]) -> str:
    """Return the whole of what a browser keeps, as it writes it itself."""
    return json.dumps({"version": VERSION, "conversations": [asdict(talk) for talk in talks]})


def restored(kept: KeptTurn, answers: Answers, versions: Versions | None = None) -> Turn:
    """Return a turn made anew from the library; what cannot be shown from it is named as lost.

    Args:
        kept: As the browser brought it back.
        answers: What the open index holds.
        versions: The versions that the library keeps: a quote of a document that has changed is made from its own.
    """
    if kept.outcome in ("stopped", "failed"):
        stopped = kept.outcome == "stopped"
        return Turn(kept.question, trouble="" if stopped else FAILED_THEN, stopped=stopped, liked=kept.liked)
    documents = {document.id: document for document in answers.documents()}
    found = [_made_anew(mark, documents, answers, versions) for mark in kept.quotes]
    quotes = tuple(one for one in found if isinstance(one, Quote))
    lost = tuple(one for one in found if isinstance(one, Lost))
    answer = _answer(kept, quotes, documents)
    if isinstance(answer, Quoted):
        answer = attached(answer, answers.document, answers.provisions, documents.values())
    elif answer is None and not lost:
        return Turn(kept.question, trouble=FAILED_THEN, liked=kept.liked)
    return Turn(kept.question, answer, liked=kept.liked, lost=lost)


FAILED_THEN = "It could not be answered when it was asked. Ask it again"
_DECLINED = {
    Reason.NOT_AN_ANSWER: "Not answered when it was asked: what came nearest does not answer it.",
    Reason.PREMISE: "Not answered as asked: the nearest passage gives otherwise what the question takes for granted.",
    Reason.NOT_FETCHED: "Not answered when it was asked: it names a document that was not in the library.",
    Reason.UNKNOWN_DOCUMENT: "Not answered when it was asked: it names a document that was not in the library.",
    Reason.UNKNOWN_PROVISION: "Not answered when it was asked: it names a provision that its document does not have.",
    Reason.AMBIGUOUS: "Not answered when it was asked: it fits several documents.",
}


def _answer(kept: KeptTurn, quotes: tuple[Quote, ...], documents: Mapping[str, Document]) -> Answer | None:
    searched = Searched(*kept.searched)
    if kept.outcome == "quoted":
        if not quotes:
            return None
        # of what the comparison lacked only titles are named that are titles of the library
        titles = {document.title for document in documents.values()}
        without = tuple(title for title in kept.without if title in titles)
        return Quoted(kept.question, quotes, searched, kept.confidence, kept.asked, without=without)
    message = _DECLINED.get(kept.reason) or nothing_close(searched)
    choices = tuple((one, documents[one].title) for one in kept.choices if one in documents)
    return Declined(
        kept.question, kept.reason, message, quotes, searched, kept.confidence, kept.asked, choices=choices
    )


def _made_anew(
    mark: Mark, documents: Mapping[str, Document], answers: Answers, versions: Versions | None
) -> Quote | Lost:
    """Return the quote that stood there, if the library has the same words in the same place of the same version."""
    document = documents.get(mark.document)
    if document is None:
        return Lost(mark, Why.GONE)
    if document.provenance.sha256 == mark.sha256:
        return _made_of(mark, document, answers.provisions(document.id))
    try:
        older = versions.as_of(document, mark.sha256) if versions is not None else None
    except TreatyError:
        older = None
    if older is None:
        return Lost(mark, Why.CHANGED)
    made = _made_of(mark, older.document, older.root)
    return older.marked(made) if isinstance(made, Quote) else made


def _made_of(mark: Mark, document: Document, root: Provision) -> Quote | Lost:
    node = next((one for one in root.walk() if one.path == mark.path), None)
    if node is None or not all(start < end for start, end in mark.segments):
        return Lost(mark, Why.CHANGED)
    spans = tuple(Span(start, end) for start, end in mark.segments)
    try:
        made = quote(document, node, spans, mark.score)
    except UnverifiedQuote:
        return Lost(mark, Why.CHANGED)
    same = _digest(made.text) == mark.words and _cited_rightly(root, node, made.segments)
    return made if same else Lost(mark, Why.CHANGED)


def _cited_rightly(root: Provision, node: Provision, segments: tuple[Span, ...]) -> bool:
    """Tell whether words may be cited to a provision: they are its own, or lead to them from above."""
    chain = _chain(root, node)
    leads = [child for above in chain[1:] for child in above.children if child.level in _LEADING]
    own = [segment for segment in segments if segment.overlaps(node.span)]
    others = [segment for segment in segments if segment not in own]
    return bool(own) and all(any(lead.span.contains(one) for lead in leads) for one in others)


_LEADING = (Level.CHAPEAU, Level.TEXT, Level.CLOSING)
"""What stands before or after a list and governs its points."""


def _chain(root: Provision, node: Provision) -> tuple[Provision, ...]:
    """Return the nodes from the root down to ``node``."""
    chain = [root]
    while chain[-1] is not node:
        chain.append(next(child for child in chain[-1].children if child.span.contains(node.span)))
    return tuple(chain)
