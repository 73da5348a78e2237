"""What the callbacks of the Ask tab do: carry a conversation on, and draw it. Nothing of it stays on the server.

The conversation at hand is in the memory of the visitor's session; the browser keeps it (``kept``). Whatever a
callback is sent by the browser, numbers and ids included, may be anything.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from assistant.errors import FeedbackNotKept
from assistant.models import Declined
from assistant.takeaway import Form, Taken, take_away
from assistant.takeaway.acting import web_address
from assistant.web.ask.asker import Asker
from assistant.web.ask.examples import Examples
from assistant.web.ask.feedback import LONGEST_NOTE, Opinion
from assistant.web.ask.html_bar import WHOLE, Listed, bar, handed, order, told
from assistant.web.ask.html_conversation import conversation
from assistant.web.ask.kept import MOST_KEPT, Talk, restored, talk_json, talks_in
from assistant.web.ask.turns import Turn, Turns, quote_at, shown_quotes, turn_at
from assistant.web.reader.panel import Panel, unchanged
from assistant.web.runs import Run, Runs
from assistant.web.session import Failed, Loading, Ready, Session
from corpus.pinpoint import Style

SKIP = gr.skip()
NOTHING = (SKIP,) * 7
"""What a callback that was left draws last: Gradio draws the last it was given once more when a callback ends."""
LATEST = "latest"
"""Stands for the conversation that was carried on last where an id is given."""
BRINGING = "Loading the models… The quotes are shown again as soon as they are ready."
NONE_OF_KIND = (
    "None of the documents chosen is of a kind chosen, so nothing was searched. Choose others, or none"
)
NOT_TAKEN = "There is nothing to export yet"
THANKS = "Thank you. It is written down on the computer that runs this page"
LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Desk:
    """What a visitor has before them: the conversation shown, its id once it has begun, and the list of all."""

    id: str = ""
    turns: Turns = ()
    listed: tuple[Listed, ...] = ()

    def begun(self, turns: Turns) -> Desk:
        """Return the desk with these turns, its conversation first in the list."""
        talk_id = self.id or secrets.token_hex(8)
        others = tuple(one for one in self.listed if one.id != talk_id)
        return Desk(talk_id, turns, (Listed(talk_id, turns[0].question), *others)[:MOST_KEPT])


class Asking:
    """The callbacks; each returns what ``AskTab`` has drawn.

    Args:
        session: Where the documents are.
        asker: Answers.
        panel: The reader.
        examples: Questions to offer.
    """

    def __init__(self, session: Session, asker: Asker, panel: Panel, examples: Examples) -> None:
        self._session, self._asker, self._panel, self._examples = session, asker, panel, examples
        self._runs, self._numbers = Runs(), itertools.count(1)
        self.judged = session.feedback is not None

    # -- asking

    def ask(  # noqa: PLR0917 - Gradio gives the values of components by their place
        self,
        question: str,
        desk: Desk,
        documents: list[str] | None,
        kinds: list[str] | None,
        style: str,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask what was typed."""
        yield from self._carry_on(question, desk, self._within(documents, kinds), style, request, typed=True)

    def ask_example(  # noqa: PLR0917
        self,
        desk: Desk,
        documents: list[str] | None,
        kinds: list[str] | None,
        style: str,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask one of the example questions, by its number."""
        state, number = self._session.state, _given(event, "number")
        offered = self._examples.offered(state) if isinstance(state, Ready) else ()
        question = offered[number] if isinstance(number, int) and 0 <= number < len(offered) else ""
        yield from self._carry_on(question, desk, self._within(documents, kinds), style, request)

    def reask(  # noqa: PLR0917
        self,
        desk: Desk,
        documents: list[str] | None,
        kinds: list[str] | None,
        style: str,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask another question in the place of one, without the turns from there on."""
        question, number = _given(event, "question"), _given(event, "turn")
        if turn_at(desk.turns, number) is None or not isinstance(question, str):
            return
        before = replace(desk, turns=desk.turns[:number])
        yield from self._carry_on(question, before, self._within(documents, kinds), style, request)

    def again(  # noqa: PLR0917
        self,
        desk: Desk,
        documents: list[str] | None,
        kinds: list[str] | None,
        style: str,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask a question once more: in its place if it is the last one, else at the end."""
        number = _given(event, "turn")
        turn = turn_at(desk.turns, number)
        if turn is None:
            return
        if number == len(desk.turns) - 1:
            desk = replace(desk, turns=desk.turns[:-1])
        yield from self._carry_on(turn.question, desk, self._within(documents, kinds), style, request)

    def choose(
        self, desk: Desk, style: str, request: gr.Request, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Ask a question of the one document that was meant."""
        turn, number = turn_at(desk.turns, _given(event, "turn")), _given(event, "choice")
        choices = turn.answer.choices if turn is not None and isinstance(turn.answer, Declined) else ()
        if turn is None or not isinstance(number, int) or not 0 <= number < len(choices):
            return
        yield from self._carry_on(turn.question, desk, (choices[number][0],), style, request)

    def stop(self, request: gr.Request) -> None:
        """Stop the question at work; it says so itself."""
        self._runs.stop(_visitor(request))

    def _carry_on(
        self,
        question: str,
        desk: Desk,
        within: tuple[str, ...] | None,
        style: str,
        request: gr.Request,
        *,
        typed: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield what is to be drawn as an answer comes about; None for ``within`` if nothing can be searched."""
        if not question.strip():
            return
        before = tuple(turn for turn in desk.turns if turn.kept is not None or not turn.progress)
        visitor = _visitor(request)
        run = self._runs.begin(visitor)
        box: Any = "" if typed else SKIP
        try:
            for turns in self._asked(question, before, within, run):
                if run.left:
                    break
                yield self._step(replace(desk, turns=turns), style, box)
                box = SKIP  # only once: the next question may be being typed
            if run.left:
                yield NOTHING
        finally:
            self._runs.end(visitor, run)

    def _asked(
        self, question: str, before: Turns, within: tuple[str, ...] | None, run: Run
    ) -> Iterator[Turns]:
        if within is None:
            return iter([(*before, Turn(question.strip(), trouble=NONE_OF_KIND))])
        return self._asker.ask(question, before, within, run)

    def _step(self, desk: Desk, style: str, box: Any) -> tuple[Any, ...]:
        """Draw a question at work, or what has come of it."""
        last = desk.turns[-1]
        if last.progress:
            return self._drawn(desk, style, box=box)
        desk = desk.begun(tuple(map(self._anew, desk.turns)))
        quotes = shown_quotes(last.answer)
        shown = self._panel.quote(quotes[0], style, called=False, turns=desk.turns) if quotes else unchanged()
        return self._drawn(desk, style, box=box, panel=shown, put=True)

    def _within(self, documents: Sequence[str] | None, kinds: Sequence[str] | None) -> tuple[str, ...] | None:
        """Return the ids to search in, none for everywhere; None if no document is of both choices."""
        state, chosen = self._session.state, tuple(documents or ())
        if not kinds or not isinstance(state, Ready):
            return chosen
        held = state.answers.documents()
        ids = tuple(d.id for d in held if d.kind.value in kinds and (not chosen or d.id in chosen))
        return ids or None

    # -- the conversations

    def bring(self, style: str, request: gr.Request, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Show a conversation that the browser has kept, its quotes made anew once the library is there."""
        visitor = _visitor(request)
        if _given(event, "first") is True and self._runs.busy(visitor):
            return  # who asks before the page has settled is answered, and finds the list beside it
        run = self._runs.begin(visitor)
        try:
            for shown in self._brought(talks_in(_given(event, "kept")), _given(event, "open")):
                if run.left:
                    yield NOTHING
                    return
                yield self._drawn(shown, style, opened=True)
        finally:
            self._runs.end(visitor, run)

    def _brought(self, talks: Sequence[Talk], wanted: object) -> Iterator[Desk]:
        talk = next((one for one in talks if wanted in (LATEST, one.id)), None)
        if talk is None:
            yield Desk(listed=Listed.of(talks))
            return
        turns = tuple(Turn(one.question, progress=BRINGING, kept=one) for one in talk.turns)
        desk = Desk(talk.id, turns, Listed.of(talks))
        while isinstance(self._session.state, Loading):
            yield desk
            self._session.wait(1.0)
        yield replace(desk, turns=tuple(map(self._anew, turns)))

    def _anew(self, turn: Turn) -> Turn:
        """Return a turn that was kept, made anew if the library is there; any other as it is."""
        if turn.kept is None:
            return turn
        state = self._session.state
        if isinstance(state, Failed):
            return replace(turn, progress="", trouble=state.message)
        if not isinstance(state, Ready):
            return turn
        with self._session.borrowed() as answers:
            return restored(turn.kept, answers, self._session.versions)

    def listed(self, desk: Desk, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the list again: another tab has changed what is kept."""
        desk = replace(desk, listed=Listed.of(talks_in(_given(event, "kept"))))
        return desk, self._bar(desk)

    def fresh(self, desk: Desk, style: str, request: gr.Request) -> tuple[Any, ...]:
        """Begin a new conversation."""
        if not desk.turns:  # it is new; what was asked this very moment goes on
            return *NOTHING[:-2], *self._panel.empty()
        self._leave(request)
        return self._drawn(Desk(listed=desk.listed), style, box="", panel=self._panel.empty(), opened=True)

    def drop(self, desk: Desk, style: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Delete a conversation; if it is the one shown, a new one begins."""
        dropped = _given(event, "talk")
        listed = tuple(one for one in desk.listed if one.id != dropped)
        if dropped != desk.id:
            return self._drawn(replace(desk, listed=listed), style, drop=dropped)
        self._leave(request)
        return self._drawn(Desk(listed=listed), style, panel=self._panel.empty(), opened=True, drop=dropped)

    def clear(self, style: str, request: gr.Request) -> tuple[Any, ...]:
        """Delete all conversations."""
        self._leave(request)
        return self._drawn(Desk(), style, panel=self._panel.empty(), opened=True, clear=True)

    def _leave(self, request: gr.Request) -> None:
        visitor = _visitor(request)
        self._runs.end(visitor, self._runs.begin(visitor))

    # -- what can be done about an answer

    def show(self, desk: Desk, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Draw the reader for a quote that was chosen."""
        quote = quote_at(desk.turns, _given(event, "turn"), _given(event, "quote"))
        return (
            unchanged() if quote is None else self._panel.quote(quote, style, called=True, turns=desk.turns)
        )

    def restyle(self, desk: Desk, style: str) -> str:
        """Return the conversation with its citations in another style."""
        return conversation(desk.turns, Style(style), judged=self.judged)

    def judge(self, desk: Desk, style: str, event: gr.EventData) -> tuple[Any, ...]:
        """Keep whether an answer was helpful."""
        number, liked = _given(event, "turn"), _given(event, "liked")
        turn = turn_at(desk.turns, number)
        if turn is None or not isinstance(liked, bool) or turn.liked is liked:
            return (SKIP,) * 4
        said = self._opinion(replace(turn, liked=liked))
        if said != THANKS:
            return SKIP, SKIP, SKIP, told(next(self._numbers), said)
        turns = tuple(replace(one, liked=liked) if n == number else one for n, one in enumerate(desk.turns))
        desk = replace(desk, turns=turns)
        kept = order(next(self._numbers), put=talk_json(desk.id, turns))
        return desk, self.restyle(desk, style), kept, told(next(self._numbers), said)

    def remark(self, desk: Desk, event: gr.EventData) -> Any:
        """Keep a note on an answer."""
        turn, note = turn_at(desk.turns, _given(event, "turn")), _given(event, "note")
        if turn is None or turn.liked is None or not isinstance(note, str) or not note.strip():
            return SKIP
        return told(next(self._numbers), self._opinion(turn, note.strip()[:LONGEST_NOTE]))

    def _opinion(self, turn: Turn, note: str = "") -> str:
        """Keep an opinion and return what to say of it."""
        feedback, answer = self._session.feedback, turn.answer
        if feedback is None or answer is None or turn.liked is None:
            return NOT_TAKEN
        opinion = Opinion(
            turn.question,
            answer.asked if answer.asked != turn.question else "",
            "declined" if isinstance(answer, Declined) else "quoted",
            tuple(quote.citation.link for quote in shown_quotes(answer)),
            answer.searched.generation,
            round(answer.confidence, 4),
            turn.liked,
            note,
        )
        try:
            feedback.keep(opinion)
        except FeedbackNotKept as error:
            return str(error)
        return THANKS

    def take(self, desk: Desk, style: str, event: gr.EventData) -> Any:
        """Hand over an answer, or the whole conversation, as a file."""
        number, form = _given(event, "turn"), _form(_given(event, "form"))
        one = turn_at(desk.turns, number)
        turns = desk.turns if number == WHOLE else (one,) if one is not None else ()
        parts = tuple(turn.answer for turn in turns if turn.answer is not None)
        if form is None or not parts:
            return told(next(self._numbers), NOT_TAKEN)
        base = web_address(str(_given(event, "base") or "")[:LONGEST_ADDRESS])
        with self._session.borrowed() as answers:
            texts = {document.id: document.text for document in answers.documents()}
        taken = Taken(turns[0].question, parts, datetime.now(UTC), texts, base=base)
        return handed(next(self._numbers), take_away(taken, form, Style(style)))

    # -- drawing

    def _drawn(
        self,
        desk: Desk,
        style: str,
        *,
        box: Any = SKIP,
        panel: tuple[Any, ...] | None = None,
        put: bool = False,
        opened: bool = False,
        **wanted: Any,
    ) -> tuple[Any, ...]:
        """Return question box, desk, conversation, bar, what to keep, panel and what it shows.

        Args:
            desk: What is drawn.
            style: How citations are written.
            box: What stands in the question box; what stands there if not given.
            panel: The panel and what it shows; as they are if not given.
            put: Whether the conversation is to be kept.
            opened: Whether another conversation is shown than before.
            wanted: What else is to be done with what is kept; see ``html_bar.order``.
        """
        if put:
            wanted["put"] = talk_json(desk.id, desk.turns)
        if put or opened:
            wanted["open"] = desk.id
        kept = order(next(self._numbers), **wanted) if wanted else SKIP
        drawn = conversation(desk.turns, Style(style), judged=self.judged)
        return box, desk, drawn, self._bar(desk), kept, *(panel or unchanged())

    def _bar(self, desk: Desk) -> str:
        answered = any(turn.answer is not None for turn in desk.turns)
        return bar(desk.listed, desk.id, answered=answered)


def _visitor(request: gr.Request) -> str:
    return request.session_hash or ""


def _given(event: gr.EventData, name: str) -> Any:
    """Return what the browser sent by a name, which may be anything, or None."""
    return getattr(event, name, None)


def _form(value: object) -> Form | None:
    return next((form for form in Form if form.value == value), None)
