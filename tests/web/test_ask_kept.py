"""What a browser keeps of a conversation, and what may come of it when it is brought back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Declined, Quoted, Reason
from assistant.quotes import verify
from assistant.web.ask.html_conversation import conversation
from assistant.web.ask.kept import (
    LARGEST,
    MOST_KEPT,
    KeptTurn,
    Mark,
    Talk,
    kept_turn,
    restored,
    store_json,
    talk_json,
    talks_in,
)
from assistant.web.ask.turns import MOST_TURNS, Turn, Why, shown_quotes
from tests.web.small_assistant import SmallAssistant

SMALL = SmallAssistant()
ID = "0123456789abcdef"
KEEPERS = "How long is the training of lighthouse keepers?"
DUSK = "Who lights the lantern at dusk?"
PIANOS = "Who repairs pianos in winter?"


def answered(question: str) -> Turn:
    return Turn(question, SMALL.ask(question))


def marks(question: str = KEEPERS) -> tuple[Mark, ...]:
    kept = kept_turn(answered(question))
    assert kept is not None
    return kept.quotes


def brought_back(*turns: Turn) -> tuple[Turn, ...]:
    """Return turns as they are after the browser has kept them."""
    made = talk_json(ID, turns)
    (talk,) = talks_in(json.dumps({"version": 1, "conversations": [made]}))
    return tuple(restored(kept, SMALL) for kept in talk.turns)


@pytest.mark.parametrize("question", [KEEPERS, DUSK, PIANOS, "Who pays when the harbour burns oil paid for?"])
def test_an_answer_comes_back_with_its_quotes_and_citations(question: str) -> None:
    before, (after,) = answered(question), brought_back(answered(question))
    assert type(after.answer) is type(before.answer)
    assert after.question == question
    assert [(q.text, q.citation) for q in shown_quotes(after.answer)] == [
        (q.text, q.citation) for q in shown_quotes(before.answer)
    ]
    assert after.answer is not None
    assert before.answer is not None
    assert after.answer.searched == before.answer.searched
    assert after.answer.confidence == before.answer.confidence


def test_an_opinion_a_stop_and_a_failure_come_back() -> None:
    turns = (
        replace(answered(KEEPERS), liked=False),
        Turn("Stopped?", stopped=True),
        Turn("Failed?", trouble="<secret of the server>"),
    )
    liked, stopped, failed = brought_back(*turns)
    assert (liked.liked, stopped.stopped) == (False, True)
    assert failed.trouble.startswith("It could not be answered when it was asked")


def test_no_word_of_a_document_is_kept() -> None:
    kept = json.dumps(talk_json(ID, [answered(KEEPERS), answered(DUSK), answered(PIANOS)]))
    words = [q.text for question in (KEEPERS, DUSK, PIANOS) for q in shown_quotes(answered(question).answer)]
    assert words
    assert not any(text in kept for text in words)


def test_what_is_at_work_is_not_kept() -> None:
    assert kept_turn(Turn("Which?", progress="Searching…")) is None
    assert talk_json(ID, [Turn("Which?", progress="Searching…")]) is None


def test_a_question_with_half_a_character_is_kept_without_it() -> None:
    (turn,) = brought_back(Turn("Which \ud800 lamp?", stopped=True))
    assert turn.question == "Which ? lamp?"


CHANGES: dict[str, tuple[Any, Why]] = {
    "another document": ({"document": "gone"}, Why.GONE),
    "another source": ({"sha256": "0" * 64}, Why.CHANGED),
    "other words": ({"words": "0" * 16}, Why.CHANGED),
    "another provision": ({"path": ("Part II", "Article 4")}, Why.CHANGED),
    "no provision": ({"path": ("Article 99",)}, Why.CHANGED),
    "an empty stretch": ({"segments": ((5, 5),)}, Why.CHANGED),
    "a stretch turned round": ({"segments": ((9, 5),)}, Why.CHANGED),
    "a stretch beyond the end": ({"segments": ((5, 10**9),)}, Why.CHANGED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_quote_that_is_not_there_any_more_is_named_and_not_shown(change: str) -> None:
    fields, why = CHANGES[change]
    mark = replace(marks()[0], **fields)
    turn = restored(KeptTurn(KEEPERS, "quoted", (mark,)), SMALL)
    assert turn.answer is None
    assert [(lost.mark, lost.why) for lost in turn.lost] == [(mark, why)]


def test_words_of_one_article_are_not_shown_as_another_s() -> None:
    (first, *_), (second, *_) = marks(KEEPERS), marks(DUSK)
    mixed = replace(first, segments=second.segments, words=second.words)
    turn = restored(KeptTurn("?", "quoted", (mixed,)), SMALL)
    assert turn.answer is None
    assert turn.lost[0].why is Why.CHANGED


def test_what_is_left_of_an_answer_is_shown_and_kept_on_with_what_is_lost() -> None:
    good, bad = marks()[0], replace(marks()[0], document="gone", cited="A <b>lost</b> treaty, art 1")
    turn = restored(KeptTurn(KEEPERS, "quoted", (good, bad)), SMALL)
    assert isinstance(turn.answer, Quoted)
    assert [q.document_id for q in turn.answer.quotes] == ["lamps"]
    drawn = conversation((turn,))
    assert "its document is not in the library any more" in drawn
    assert "A &lt;b&gt;lost&lt;/b&gt; treaty, art 1" in drawn
    assert "Ask again" in drawn
    again = kept_turn(turn)
    assert again is not None
    assert {one.document for one in again.quotes} == {"lamps", "gone"}


def test_sentences_of_ours_are_written_anew_and_not_brought_back() -> None:
    kept = kept_turn(answered(PIANOS))
    assert kept is not None
    assert "message" not in asdict(kept)
    for reason in Reason:
        turn = restored(replace(kept, reason=reason, choices=("lamps", "gone")), SMALL)
        assert isinstance(turn.answer, Declined)
        assert turn.answer.message.startswith("Not answered")
        assert turn.answer.choices == (("lamps", "Convention on the Care of Lamps"),)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "null",
        "[]",
        "{}",
        "not json",
        '{"version": 2, "conversations": []}',
        '{"version": 1, "conversations": {}}',
        '{"version": 1, "conversations": [1, null, "x", {}, []]}',
        "[" * 100_000,
        '{"version":1,"conversations":[' + "[" * 50_000,
        '{"version": 1, "conversations": ["\\ud800"]}',
        '"\ud800"',
        " " * (LARGEST + 1),
        "1e999",
    ],
)
def test_whatever_is_stored_nothing_comes_of_it_but_conversations(stored: str) -> None:
    assert talks_in(stored) == ()


@pytest.mark.parametrize("stored", [None, 1, 1.5, b"{}", ["x"], {"version": 1}])
def test_what_is_no_text_is_no_conversation(stored: object) -> None:
    assert talks_in(stored) == ()


def test_a_bad_conversation_takes_no_other_with_it() -> None:
    good = asdict(Talk(ID, (KeptTurn("Which?", "stopped"),)))
    bad = [{**good, "id": "<script>"}, {**good, "turns": []}, {**good, "turns": [{"question": 1}]}, 7]
    assert [talk.id for talk in talks_in(json.dumps({"version": 1, "conversations": [*bad, good]}))] == [ID]


def test_the_number_and_size_of_conversations_are_bounded() -> None:
    talks = [Talk(f"{n:016x}", (KeptTurn("Which?", "stopped"),)) for n in range(MOST_KEPT + 9)]
    assert len(talks_in(store_json(talks))) == MOST_KEPT
    long = Talk(ID, (KeptTurn("Which?", "stopped"),) * (MOST_TURNS + 1))
    assert talks_in(store_json([long])) == ()
    made = talk_json(ID, [Turn(f"Question {n}", stopped=True) for n in range(MOST_TURNS + 5)])
    assert made is not None
    assert [made["turns"][0]["question"], len(made["turns"])] == ["Question 5", MOST_TURNS]


texts = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
some_marks = st.builds(
    Mark,
    st.sampled_from([*(d.id for d in SMALL.documents()), "gone"]),
    st.sampled_from([*(d.provenance.sha256 for d in SMALL.documents()), "0" * 64]),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 2000)) | st.sampled_from(marks()[0].segments),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.sampled_from([n.path for d in SMALL.documents() for n in SMALL.provisions(d.id).walk()]),
    st.sampled_from([*(m.words for q in (KEEPERS, DUSK) for m in marks(q)), "0" * 16]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.floats(-9, 9),
)
some_turns = st.builds(
    KeptTurn,
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.sampled_from(["quoted", "declined", "stopped", "failed"]),
    st.lists(some_marks | st.sampled_from([*marks(KEEPERS), *marks(DUSK)]), max_size=4).map(tuple),
    confidence=st.floats(0, 1),
    searched=st.tuples(st.integers(0, 99), st.integers(0, 99), st.just("small")),
    reason=st.sampled_from(Reason),
    without=st.lists(texts.filter(str.isprintable), max_size=2).map(tuple),
    liked=st.none() | st.booleans(),
)


@given(st.lists(some_turns, min_size=1, max_size=3).map(tuple))
def test_what_is_written_is_read_back(turns: tuple[KeptTurn, ...]) -> None:
    talk = Talk(ID, turns)
    assert talks_in(store_json([talk])) == (talk,)


@given(json_values | st.builds(lambda turns: {"version": 1, "conversations": turns}, json_values))
def test_arbitrary_json_never_raises(value: Any) -> None:
    assert isinstance(talks_in(json.dumps(value)), tuple)


@settings(max_examples=60, deadline=None)
@given(some_turns)
def test_whatever_was_kept_every_word_that_is_shown_as_a_quote_is_the_document_s(kept: KeptTurn) -> None:
    turn = restored(kept, SMALL)
    quotes = shown_quotes(turn.answer)
    for made in quotes:
        verify(made, SMALL.document(made.document_id))
        node = next(n for n in SMALL.provisions(made.document_id).walk() if n.path == made.path)
        assert any(span.overlaps(node.span) for span in made.segments)
    if kept.outcome in ("quoted", "declined"):
        assert len(quotes) + len(turn.lost) == len(kept.quotes)
    conversation((turn,))
