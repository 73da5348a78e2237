"""The JSON contract, as tables of keys and types; keys may be added, none may go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import NoneType

import pytest

from assistant.models import Answer, Attachment, AttachmentKind, Declined, Quote, Quoted, Reason
from assistant.quotes import quote
from assistant.render import (
    answer_json,
    answer_text,
    attached_texts,
    document_json,
    parse_json,
    quote_json,
    search_json,
)
from corpus.models import Kind, Page, Passage, SectionNote, Span
from corpus.pinpoint import Style
from corpus.structure import parse
from index.models import Hit, Searched, Stage
from tests.corpus.written_treaties import document, labelled

TEXT = """Article 1
Lanterns
Each Party keeps:
(a) a lantern;
(b) a bell.

Article 2
Oil
Oil is shared.

Article 3
Wax
Wax is sold.
"""
TREATY = replace(document(TEXT), pages=(Page(1, Span(0, 40)), Page(2, Span(40, len(TEXT)))))
GUIDE = replace(
    document("Oil is dear.", id="oil", title="On oil", kind=Kind.GUIDE),
    notes=(SectionNote(0, "Harbours, art 2"),),
)
ROOT = parse(TREATY)
SEARCHED = Searched(2, 9, "g1")
CHAPEAU, BELL = Span(19, 36), Span(TEXT.index("(b)"), TEXT.index("(b)") + 11)

ANSWER = {
    "question": str,
    "asked": str,
    "status": str,
    "quotes": list,
    "reason": (str, NoneType),
    "reason_code": (str, NoneType),
    "nearest": list,
    "searched": dict,
    "confidence": float,
    "timings_ms": dict,
}
SEARCHED_KEYS = {"documents": int, "passages": int, "generation": str}
QUOTE = {
    "text": str,
    "segments": list,
    "document": dict,
    "provision": (str, NoneType),
    "path": list,
    "about": (str, NoneType),
    "citation": str,
    "citations": dict,
    "link": str,
    "page": (int, NoneType),
    "score": float,
    "attachments": list,
}
ATTACHMENT = {"kind": str, "label": str, "start": int, "end": int, "note": str, "quote": dict}
SEGMENT = {"start": int, "end": int, "text": str}
QUOTED_DOCUMENT = {"id": str, "title": str, "kind": str, "path": str, "sha256": str}
HIT = {
    "document": str,
    "provision": (str, NoneType),
    "path": list,
    "start": int,
    "end": int,
    "text": str,
    "score": float,
}
PROVISION = {
    "path": list,
    "level": str,
    "label": str,
    "heading": str,
    "start": int,
    "end": int,
    "children": list,
}
DOCUMENT_KEYS = {
    "id": str,
    "title": str,
    "kind": str,
    "path": str,
    "sha256": str,
    "reader": str,
    "address": (str, NoneType),
    "retrieved": (str, NoneType),
    "language": str,
    "authenticity": (str, NoneType),
    "status": (str, NoneType),
    "as_of": (str, NoneType),
    "pages": int,
    "characters": int,
}

Keys = Mapping[str, object]


def holds(made: object, keys: Keys) -> None:
    assert isinstance(made, dict)
    missing = [key for key in keys if key not in made]
    assert not missing
    wrong = {key: made[key] for key, kind in keys.items() if not isinstance(made[key], kind)}  # type: ignore[arg-type]
    assert not wrong
    assert json.loads(json.dumps(made)) == made


def bell() -> Quote:
    return quote(TREATY, labelled(ROOT)["1(b)"], [CHAPEAU, BELL], 2.34567)


def dear() -> Quote:
    return quote(GUIDE, parse(GUIDE).children[0], [Span(0, 12)], 1.0)


def bell_and_oil() -> Quote:
    """Return a quote with a definition from the same treaty and a reference to another document."""
    oil = quote(TREATY, labelled(ROOT)["2"], [Span(TEXT.index("Oil is"), TEXT.index("Oil is") + 14)], 0.0)
    term = Attachment(AttachmentKind.DEFINITION, "bell", Span(BELL.start + 6, BELL.end - 1), oil)
    mark = Span(BELL.start, BELL.start + 3)
    words = Attachment(AttachmentKind.REFERENCE, "(b)", mark, dear(), "its beginning")
    return replace(bell(), attachments=(term, words))


QUOTED = Quoted(
    "What is kept?", (bell(),), SEARCHED, 0.87654321, stages=(Stage("dense", 1.26), Stage("total", 9.0))
)
DECLINED = Declined(
    "Who sings?", Reason.NOT_AN_ANSWER, "Not answered: 2 documents were searched.", (dear(),), SEARCHED, 0.1
)


@pytest.mark.parametrize("answer", [QUOTED, DECLINED], ids=["quoted", "declined"])
def test_an_answer_has_the_keys_of_the_contract(answer: Answer) -> None:
    made = answer_json(answer, {"harbours": TEXT, "oil": GUIDE.text})
    holds(made, ANSWER)
    holds(made["searched"], SEARCHED_KEYS)
    for one in (*made["quotes"], *made["nearest"]):
        holds(one, QUOTE)
        holds(one["document"], QUOTED_DOCUMENT)
        for segment in one["segments"]:
            holds(segment, SEGMENT)


def test_a_quoted_answer_has_quotes_and_no_reason() -> None:
    made = answer_json(QUOTED)
    assert made["status"] == "quoted"
    assert len(made["quotes"]) == 1
    assert (made["reason"], made["reason_code"], made["nearest"]) == (None, None, [])
    assert made["timings_ms"] == {"dense": 1.3, "total": 9.0}
    assert made["confidence"] == 0.8765


def test_a_declined_answer_has_a_reason_and_no_quotes() -> None:
    made = answer_json(DECLINED)
    assert made["status"] == "declined"
    assert made["quotes"] == []
    assert (made["reason"], made["reason_code"]) == (DECLINED.message, "not_an_answer")
    assert len(made["nearest"]) == 1


def test_what_was_searched_for_a_follow_up_is_told_beside_the_question() -> None:
    assert answer_json(QUOTED)["asked"] == "What is kept?"
    assert answer_json(replace(QUOTED, asked="Lanterns? What is kept?"))["asked"] == "Lanterns? What is kept?"


def test_a_quote_s_segments_are_offsets_of_the_canonical_text() -> None:
    made = quote_json(bell(), {"harbours": TEXT})
    assert [TEXT[one["start"] : one["end"]] for one in made["segments"]] == [
        one["text"] for one in made["segments"]
    ]
    assert " […] ".join(one["text"] for one in made["segments"]) == made["text"]
    assert made["provision"] == "1(b)"
    assert made["path"] == ["Article 1", "b"]
    assert made["page"] == 1


def test_what_belongs_with_a_quote_is_quotes_with_the_words_they_belong_to() -> None:
    made = quote_json(bell_and_oil(), {"harbours": TEXT, "oil": GUIDE.text})
    for one in made["attachments"]:
        holds(one, ATTACHMENT)
        holds(one["quote"], QUOTE)
        assert one["quote"]["attachments"] == []
        assert TEXT[one["start"] : one["end"]] == one["label"]
    assert [one["kind"] for one in made["attachments"]] == ["definition", "reference"]
    assert [one["quote"]["text"] for one in made["attachments"]] == ["Oil is shared.", "Oil is dear."]


def test_a_guide_s_quote_says_what_it_is_about_and_has_no_provision() -> None:
    made = quote_json(dear())
    assert made["about"] == "Harbours, art 2"
    assert made["provision"] is None
    assert made["document"]["kind"] == "guide"
    assert made["page"] is None


@pytest.mark.parametrize("style", list(Style))
def test_a_quote_is_cited_in_the_style_asked_for_and_in_each(style: Style) -> None:
    made = quote_json(bell(), style=style)
    assert made["citations"] == {
        "oscola": "Convention on the Care of Harbours, art 1(b), p 1",
        "bluebook": "Convention on the Care of Harbours art. 1(b), at 1",
        "plain": "Convention on the Care of Harbours, Article 1, point (b), page 1",
    }
    assert made["citation"] == made["citations"][style.value]
    assert made["link"] == "#/documents/harbours/art-1/b"
    assert answer_json(QUOTED, style=style)["quotes"][0]["citation"] == made["citation"]
    assert answer_json(DECLINED, style=style)["nearest"][0]["link"] == "#/documents/oil/block-1"


def test_a_search_has_the_keys_of_the_contract() -> None:
    passage = Passage(
        "harbours:1",
        "harbours",
        ("Article 2",),
        "2",
        Span(TEXT.index("Oil is"), TEXT.index("Oil is") + 14),
        "x",
    )
    lead = Passage("harbours:2", "harbours", (), "", Span(0, 9), "x")
    made = search_json("oil?", [Hit(passage, 0.123456789), Hit(lead, 0.1)], {"harbours": TREATY})
    holds(made, {"query": str, "hits": list})
    for hit in made["hits"]:
        holds(hit, HIT)
    assert [hit["provision"] for hit in made["hits"]] == ["2", None]
    assert made["hits"][0]["text"] == "Oil is shared."


def test_a_parse_has_the_keys_of_the_contract_all_the_way_down() -> None:
    made = parse_json(TREATY, ROOT)
    holds(made, {"document": dict, "provisions": list})
    holds(made["document"], DOCUMENT_KEYS)
    waiting = list(made["provisions"])
    labels = set()
    while waiting:
        one = waiting.pop()
        holds(one, PROVISION)
        labels.add(one["label"])
        waiting += one["children"]
    assert {"1", "1(a)", "1(b)", "2", "3"} <= labels


def test_a_document_is_told_without_its_text() -> None:
    made = document_json(TREATY)
    holds(made, DOCUMENT_KEYS)
    assert made["pages"] == 2
    assert made["characters"] == len(TEXT)
    assert "Oil is shared" not in json.dumps(made)


# -- for a terminal


def test_a_quoted_answer_is_quotes_and_their_citations_and_nothing_else() -> None:
    assert answer_text(QUOTED) == (
        "  “Each Party keeps: […] (b) a bell.”\n  — Convention on the Care of Harbours, art 1(b), p 1"
    )


def test_what_belongs_with_a_quote_is_listed_below_it_and_written_out_on_request() -> None:
    made = bell_and_oil()
    shown = answer_text(replace(QUOTED, quotes=(made,))).splitlines()
    assert shown[-2:] == ["    Defined terms: bell (art 2)", "    Refers to On oil: (b) (para 1)"]
    assert "\n\n".join(attached_texts(made)) == (
        "Defined terms:\n\n  bell\n    “Oil is shared.”\n    — Convention on the Care of Harbours, art 2, p 2\n\n"
        "Refers to:\n\n  (b) (its beginning)\n    “Oil is dear.”\n"
        f"    — {made.attachments[1].target.citation.text}"
    )
    assert attached_texts(bell()) == []


def test_citations_on_a_terminal_have_a_style_and_links_where_asked_for() -> None:
    shown = answer_text(QUOTED, Style.BLUEBOOK, links=True).splitlines()
    assert shown[-2:] == [
        "  — Convention on the Care of Harbours art. 1(b), at 1",
        "    #/documents/harbours/art-1/b",
    ]
    assert "#/documents" not in answer_text(QUOTED, Style.PLAIN)


def test_a_declined_answer_does_not_pass_off_the_nearest_passages_as_an_answer() -> None:
    shown = answer_text(DECLINED)
    assert shown.startswith("Not answered: ")
    assert shown.index("(not an answer)") < shown.index("Oil is dear.")


def test_a_declined_answer_without_anything_near_is_its_message() -> None:
    assert answer_text(replace(DECLINED, nearest=())) == DECLINED.message
