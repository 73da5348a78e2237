"""The report of a check as HTML, and the check behind it: what a memorandum may do on the page is be read."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.edits import Op
from assistant.models import Citation
from assistant.verify import Difference, Finding, Report, Source, Status
from assistant.web.html import escape
from assistant.web.session import Session
from assistant.web.verify import html_verify
from assistant.web.verify.example_memo import example_memo
from assistant.web.verify.verifying import MOST_CHARACTERS, Checked, Course, Found, Verifier
from assistant.web.workers import Workers
from corpus.models import Kind, Span
from corpus.pinpoint import Style
from corpus.readers import Limits
from tests.web.markup import Markup
from tests.web.small_assistant import SmallAssistant

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Convention on the Care of Lamps"
EXACT = "Each Party trains its lighthouse keepers for no less than forty days before the first watch"
ALTERED = "The Parties share their stores of olive oil in winter"
INVENTED = "Every keeper is owed a brass telescope and two cats"
MEMO = (
    f"First, “{EXACT}” ({TITLE}, art 3).\n\nThen “{ALTERED}” ({TITLE}, art 2).\n\n"
    f"Last, “{INVENTED}” ({TITLE}, art 4).\n"
)
TAGS = set(
    "section header h2 h3 h4 p ul li ol span strong bdi blockquote del ins details summary cite a dl div dt dd mark "
    "button".split()
)
ATTRIBUTES = set(
    "class aria-label aria-hidden role href dir data-code title data-form type id tabindex".split()
)
LINKS = ("#/documents/", "#memo-", "#finding-")


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session(SmallAssistant)
    made.start()
    made.wait(30)
    return made


@pytest.fixture(scope="module")
def verifier(session: Session) -> Verifier:
    return Verifier(session, Workers(1).submit, Limits(max_bytes=2_000_000))


def checked(verifier: Verifier, text: str) -> Checked:
    *_, end = verifier.check_text(text)
    assert end.checked is not None, end.trouble
    return end.checked


def drawn(made: Checked) -> Markup:
    return Markup(html_verify.course(Course(made), Style.OSCOLA))


def test_a_memo_is_checked_with_the_counts_first(verifier: Verifier) -> None:
    made = checked(verifier, MEMO)
    assert [one.finding.status for one in made.found] == [Status.EXACT, Status.DIFFERS, Status.NOT_FOUND]
    read = drawn(made)
    assert "3 quotations and 3 pinpoints checked against 4 documents." in read.texts["header"][0]
    assert [words.strip() for words in read.texts["li"][:3]] == [
        "✓ 1 exact",
        "Δ 1 differs from its source",
        "✗ 1 not found in any document",
    ]


def test_what_differs_is_told_by_element_and_sign(verifier: Verifier) -> None:
    read = drawn(checked(verifier, MEMO))
    assert read.texts["del"][0] == "−olive"
    assert read.texts["ins"][0] == "+whale-free"
    assert "The Parties share their stores of whale-free oil in winter" in read.texts["details"][0]
    assert "#/documents/lamps/art-2" in read.links


def test_every_finding_leads_to_its_words_in_the_text_and_back(verifier: Verifier) -> None:
    read = drawn(checked(verifier, MEMO))
    for number in (1, 2, 3):
        assert {f"#memo-{number}", f"#finding-{number}"} <= set(read.links)
        assert {f"memo-{number}", f"finding-{number}"} <= set(read.ids)
    assert read.texts["mark"] == [EXACT, ALTERED, INVENTED]


def test_a_wrong_address_names_the_right_one_as_a_link(verifier: Verifier) -> None:
    read = drawn(checked(verifier, f"See “{EXACT}” ({TITLE}, art 1(2)) and article 12 of the {TITLE}."))
    assert "In your textart 1(2), Convention on the Care of Lamps" in read.texts["dl"][0]
    assert f"Right{TITLE}, art 3, p 2" in read.texts["dl"][0]
    assert "#/documents/lamps/art-3" in read.links
    assert "Address does not exist" in read.texts["h3"][1]
    assert "it has 4 articles" in read.texts["li"][-1]


def test_brackets_are_shown_with_what_the_source_has(verifier: Verifier) -> None:
    read = drawn(checked(verifier, "“[A] Party trains its lighthouse [wardens] for no less than forty days”"))
    assert "[source: keepers]" in read.texts["blockquote"][0]
    assert "del" not in read.tags


def test_a_text_that_quotes_nothing_is_told_so(verifier: Verifier) -> None:
    assert "No quotation of four words or more" in drawn(checked(verifier, "Nothing here.")).texts["p"][0]


HOSTILE = [
    "<script>alert(1)</script> “<img src=x onerror=alert(2)> and four more words” [a](javascript:alert(3))",
    "“a\x00b c d e f” \u202edesrever\u202c “and \u2066four more words here”",
    "“" + "word " * 1500 + "” " + "x" * 200_000,
    "</section></div><iframe src=//x></iframe> > “quoted and never closed",
    "{{value}} ${alert(4)} `tick` “{{value}} ${alert(4)} `tick` and more”",
    f"> <b>{EXACT}</b>\n\n([{TITLE}, art 3](http://trap.invalid))",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_text(verifier: Verifier, text: str) -> None:
    read = drawn(checked(verifier, text))
    assert read.tags <= TAGS
    assert read.attributes <= ATTRIBUTES
    assert all(link.startswith(LINKS) for link in read.links)


WORDS = st.text(min_size=1)


@given(WORDS, WORDS, st.sampled_from(list(Status)), st.sampled_from(list(Op)), st.data())
@settings(deadline=None)
def test_no_text_escapes_from_a_report(
    text: str, words: str, status: Status, op: Op, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    citation = Citation(
        words, "art 1", 1, words, words, words, Kind.TREATY, (words,), None, "#/documents/a/b"
    )
    source = data.draw(st.sampled_from([None, Source("a", citation, words, (Span(0, 1),))]))
    diff = (Difference(op, words, text), Difference(Op.EQUAL, words, words))
    finding = Finding(status, span, data.draw(st.sampled_from([None, words])), source, diff, words, words)
    inner = Finding(status, span, words, source, (), words, None)
    report = Report((finding, inner), 2, 1)
    made = Checked(words, text, report, tuple(Found(one, (words,)) for one in report.findings), 3)
    for style in Style:
        read = Markup(html_verify.course(Course(made), style))
        assert read.tags <= TAGS
        assert read.attributes <= ATTRIBUTES
        assert all(link.startswith(LINKS) for link in read.links)
    for now in (Course(trouble=text), Course(progress=text)):
        assert Markup(html_verify.course(now, Style.OSCOLA)).tags <= TAGS


@given(st.text(min_size=1), st.data())
def test_the_text_is_whole_in_the_marked_one(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = [Span(a, b) for a, b in pairwise(cuts)]
    findings = tuple(Finding(Status.NOT_FOUND, span, span.of(text)) for span in spans)
    made = Checked("x", text, Report(findings, len(findings), 0), tuple(Found(f, ()) for f in findings), 1)
    marks = Markup(html_verify.course(Course(made), Style.OSCOLA)).texts.get("mark", [])
    shown = [Markup(f"<mark>{escape(span.of(text))}</mark>").texts["mark"][0] for span in spans]
    assert marks == shown


def test_of_very_many_findings_the_first_are_drawn() -> None:
    text = "“a b c d” " * (html_verify.MOST_SHOWN + 5)
    findings = tuple(
        Finding(Status.NOT_FOUND, Span(10 * n + 1, 10 * n + 8), "a b c d")
        for n in range(html_verify.MOST_SHOWN + 5)
    )
    made = Checked("x", text, Report(findings, len(findings), 0), tuple(Found(f, ()) for f in findings), 1)
    read = drawn(made)
    assert len(read.texts["mark"]) == html_verify.MOST_SHOWN
    assert "5 more findings are in the saved report." in read.texts["p"]


# -- from a file


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def word(*paragraphs: tuple[str, str | None]) -> bytes:
    document = docx.Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("memo.md", MEMO.encode()),
        ("memo.txt", MEMO.encode("utf-16")),
        (
            "memo.html",
            f"<p>First</p><blockquote>{EXACT}</blockquote><p>“{ALTERED}”, “{INVENTED}”</p>".encode(),
        ),
        ("memo.docx", word(("First:", None), (EXACT, "Quote"), (f"Then “{ALTERED}”, “{INVENTED}”.", None))),
    ],
)
def test_a_file_is_checked_and_gone(verifier: Verifier, tmp_path: Path, name: str, raw: bytes) -> None:
    path = written(tmp_path / name, raw)
    *_, end = verifier.check_file(path)
    assert end.checked is not None, end.trouble
    assert [one.finding.status for one in end.checked.found] == [
        Status.EXACT,
        Status.DIFFERS,
        Status.NOT_FOUND,
    ]
    assert end.checked.name == name
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("memo.exe", b"MZ", "memo.exe: no reader for '.exe' files."),
        ("memo.pdf", b"no such thing", "memo.pdf: "),
        ("memo.txt", b"x" * 2_000_001, "memo.txt: 2.0 MB where 2.0 MB are allowed."),
        ("memo.txt", b"word " * 100_000, "memo.txt: 500,000 characters where 400,000 are allowed."),
        ("memo.txt", b"", "memo.txt: the file is empty."),
    ],
)
def test_a_file_that_cannot_be_checked_is_told_in_one_line_and_gone(
    verifier: Verifier, tmp_path: Path, name: str, raw: bytes, told: str
) -> None:
    path = written(tmp_path / name, raw)
    *_, end = verifier.check_file(path)
    assert end.trouble.startswith(told)
    assert "\n" not in end.trouble
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  \n", "Expected a text to check, found no words."),
        ("a" * (MOST_CHARACTERS + 1), "pasted text: 400,001 characters where 400,000 are allowed."),
    ],
)
def test_a_pasted_text_that_cannot_be_checked_is_told_in_one_line(
    verifier: Verifier, text: str, told: str
) -> None:
    (end,) = verifier.check_text(text)
    assert end.trouble.startswith(told)


def test_the_example_is_made_of_the_library_and_shows_every_verdict(verifier: Verifier) -> None:
    memo = example_memo(SmallAssistant())
    found = [one.finding.status for one in checked(verifier, memo).found]
    assert found == [Status.EXACT, Status.DIFFERS, Status.WRONG_ADDRESS, Status.NOT_FOUND]
