"""Someone's text held against the documents: which quotations stand, which do not, and what is to be mended."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.edits import Op
from assistant.meant import Shelf
from assistant.pinpoints import Pinpoints
from assistant.quotations import quotations_in
from assistant.verify import Finding, Report, Status, verify
from corpus.models import Document, Page, Provision, Span
from corpus.name_book import NamedTreaty
from corpus.readers import read_document
from corpus.structure import parse
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS

LIBRARY = tuple(
    read_document(text.encode(), f"{name}.md")
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("guide", GUIDE))
)
CARE = LIBRARY[0]
FOG = NamedTreaty(title="Convention on Fog Signals", names=("Fog Convention", "CFS"))
CARE_TITLE, PILOTS_TITLE = "Convention on the Care of Harbours", "Agreement on Sea Pilots"


@lru_cache(maxsize=8)
def tree(document_id: str) -> Provision:
    return parse(next(one for one in LIBRARY if one.id == document_id))


def checked(text: str) -> Report:
    return verify(text, LIBRARY, tree, absent=(FOG,))


def only(text: str) -> Finding:
    (finding,) = checked(text).findings
    return finding


def told(text: str) -> list[tuple[Status, str | None]]:
    return [(one.status, one.source.provision if one.source else None) for one in checked(text).findings]


MEMO = f"""# Lights and pilots

Under article 2(1) of the {CARE_TITLE}, “Each Party shall keep every beacon on its coast burning from sunset to
sunrise.” The keeper must "report the failure to the harbour master within two hours" ({CARE_TITLE}, art 2(2)(b)).

A pilot “shall wear a green hat with three feathers while on duty”. The so-called "light duty" is the Parties' own.

Article 4 of the {PILOTS_TITLE} says that «A ship pays the pilot a fee according to its tonnage».

It was held that “the keeper shall: […] (c) enter the cause of the failure in the log”.[^1] And “[t]he costs of a
beacon are borne by the [State] on whose coast it stands”.[^2]

Article 2(2) of the {CARE_TITLE} reads:

> When a beacon fails, the keeper shall:
>
> (a) warn approaching ships by ringing the harbour bell;

See also article 99 of the {PILOTS_TITLE}, and article 77 of the Harbour Rates Act.

[^1]: {CARE_TITLE}, art 2(2)(c).
[^2]: Ibid, art 3.
"""


def test_a_memo_is_checked_quotation_by_quotation() -> None:
    assert told(MEMO) == [
        (Status.EXACT, "2(1)"),
        (Status.DIFFERS, "2(2)(b)"),
        (Status.NOT_FOUND, None),
        (Status.WRONG_ADDRESS, "3"),
        (Status.EXACT, "2(2)"),
        (Status.ALTERED, "3"),
        (Status.EXACT, "2(2)"),
        (Status.NO_SUCH_PROVISION, None),
    ]
    report = checked(MEMO)
    assert report.quotations == 7
    assert not report.sound


def test_offsets_are_those_of_the_text_and_of_the_document() -> None:
    for finding in checked(MEMO).findings:
        assert finding.quotation in {None, finding.span.of(MEMO)}
    exact = checked(MEMO).findings[0]
    assert exact.source is not None
    (span,) = exact.source.spans
    assert span.of(CARE.text).startswith("Each Party shall keep")
    assert exact.source.citation.text == f"{CARE_TITLE}, art 2(1)"


def test_a_difference_is_told_word_by_word() -> None:
    changed = [d for d in checked(MEMO).findings[1].diff if d.op is not Op.EQUAL]
    assert [(d.op, d.source, d.text) for d in changed] == [(Op.REPLACE, "one hour", "two hours")]


def test_a_wrong_address_names_the_given_and_the_right_one() -> None:
    finding = checked(MEMO).findings[3]
    assert finding.given == f"Article 4, {PILOTS_TITLE}"
    assert finding.right == f"{PILOTS_TITLE}, art 3"


def test_a_provision_that_does_not_exist_is_told_with_what_is_true() -> None:
    finding = checked(MEMO).findings[-1]
    assert finding.given == f"article 99, {PILOTS_TITLE}"
    assert finding.right == "as indexed, it has 4 articles"
    assert finding.span.of(MEMO) == "article 99"


WORDS = "A ship pays the pilot a fee according to its tonnage"


@pytest.mark.parametrize(
    "quoted",
    [
        f"“{WORDS}”", f'"{WORDS}."', f"«{WORDS}»", f"« {WORDS} »", f"„{WORDS}“", f"‘{WORDS}’", f"'{WORDS}'",
        f"“*{WORDS}*”", "“A ship pays the pilot\na fee according\u00a0to its tonnage,”",
        "“A ship … pays the pilot ... a fee […] to its tonnage”", "“… a fee according to its tonnage …”",
        "“A ship pays [sic] the pilot a fee according to its tonnage [emphasis added]”",
        f"> {WORDS}", f"> A ship pays the pilot\n> a fee according to its tonnage.\n> — the {PILOTS_TITLE}",
        f"> “{WORDS}”",
        f"”{WORDS}”", f"“{WORDS}“", f"‚{WORDS}‘", f"‹{WORDS}›", f"``{WORDS}''", f"''{WORDS}''",
        f"″{WORDS}″", f"＂{WORDS}＂",
        f"「{WORDS}」", f"It is said:\n\n    {WORDS}.\n", f"It is said:\n\n\t{WORDS}.\n",
        "“A ship pays (. . .) according to its tonnage”", "“A ship pays * * * according to its tonnage”",
        "“A ship pays [omitted] according to its tonnage”", "“A ship pays [---] according to its tonnage”",
        "“A ship pays the pilot[1] a fee¹ according to its tonnage (emphasis added)”",
        "“A ship pays <em>the pilot</em> a fee according to its tonnage”", "“A ship[sic] pays the pilot a fee”",
        "“A ship pays the pilot a fee accord-\ning to its tonnage”", "> A ship pays the pi-\n> lot a fee according to",
        "“A ship pays the pi\u00adlot\u200b a fee accor\u200bding to its tonnage”",
    ],
)  # fmt: skip
def test_marks_blanks_and_ellipses_make_no_difference(quoted: str) -> None:
    assert told(f"It is said:\n\n{quoted}\n\nSo it is.") == [(Status.EXACT, "3")]


@pytest.mark.parametrize(
    ("quoted", "status"),
    [
        ("a ship pays the pilot a fee according to its tonnage", Status.DIFFERS),
        ("A ship pays the pilot, a fee according to its tonnage", Status.DIFFERS),
        ("A ship pays a fee according to its tonnage", Status.DIFFERS),
        ("A ship according to its tonnage … pays the pilot a fee", Status.DIFFERS),
        ("[a] ship pays the pilot a fee according to its tonnage", Status.ALTERED),
        ("A ship pay[ed] the pilot a fee according to its tonnage", Status.ALTERED),
        ("A ship play[ed] the pilot a fee according to its tonnage", Status.DIFFERS),
        ("A ship pay[s] the [captain] a fee according to its [weight]", Status.ALTERED),
    ],
)
def test_what_is_no_longer_the_source_to_the_letter(quoted: str, status: Status) -> None:
    assert told(f"Somebody wrote “{quoted}”.") == [(status, "3")]


def test_an_ellipsis_reaches_no_further_than_the_next_provision() -> None:
    one, other = "A pilot shall hold a licence", "may be licensed as a pilot"
    assert only(f"“{one} … {other}”").status is Status.EXACT
    assert only(f"“{one} … a fee according to its tonnage”").status is not Status.EXACT


def test_brackets_are_reported_with_the_words_they_stand_for() -> None:
    finding = only("Thus “[e]ach [State] shall keep every beacon on its coast burning”.")
    altered = [(d.source, d.text) for d in finding.diff if d.op is Op.ALTERED]
    assert altered == [("Each Party", "[e]ach [State]")]


@pytest.mark.parametrize(
    "text",
    [
        "The Parties' keeper isn't the harbour's master, 'tis the beacons' fault that the ship's late.",
        'A "fee" and a “light duty” are no quotations.',
        "He said “and never closed the mark that was opened here.",
        "Nothing is quoted at all.",
    ],
)
def test_what_is_no_quotation(text: str) -> None:
    assert told(text) == []
    assert checked(text).sound


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"A “beacon” ({CARE_TITLE}, art 1(a)) shines.", Status.EXACT),
        (f"A “tonnage” ({CARE_TITLE}, art 1(a)) weighs.", Status.WRONG_ADDRESS),
        (f"A “feather” ({CARE_TITLE}, art 1(a)) flies.", Status.NOT_FOUND),
    ],
)
def test_a_word_or_two_are_a_quotation_if_a_pinpoint_stands_with_them(text: str, status: Status) -> None:
    assert only(text).status is status


@pytest.mark.parametrize(
    "text",
    [
        f"“{WORDS}” ({PILOTS_TITLE}, art 3).",
        f"“{WORDS}.” ({PILOTS_TITLE}, art. 3)",
        f"“{WORDS}”, as article 3 of the {PILOTS_TITLE} has it.",
        f"In article 3 of the {PILOTS_TITLE} we read that “{WORDS}”.",
        f"“{WORDS}”.[^9]\n\nMore.\n\n[^9]: {PILOTS_TITLE}, article 3.",
        f"The {PILOTS_TITLE} is short. Its article 3 says “{WORDS}”.",
        f"“{WORDS}” (article 3).",
        f"Article 3 of the {PILOTS_TITLE}:\n\n> {WORDS}",
        f"## Article 3 of the {PILOTS_TITLE}\n\n> {WORDS}",
        f"> {WORDS} ({PILOTS_TITLE}, art 3)",
        f"> {WORDS}\n> — {PILOTS_TITLE}, art 3",
        f"Article 2, unlike article 3 of the {PILOTS_TITLE}, does not say “{WORDS}”.",
    ],
)
def test_a_pinpoint_is_found_wherever_it_stands(text: str) -> None:
    assert told(text) == [(Status.EXACT, "3")]
    assert (only(text).given or "").lower().startswith(("art", "article 3")), only(text)
    wrong = text.replace("art 3", "art 1").replace("art. 3", "art. 1").replace("rticle 3", "rticle 1")
    assert told(wrong) == [(Status.WRONG_ADDRESS, "3")]


def test_every_point_of_a_list_and_row_of_a_table_has_its_own_pinpoint() -> None:
    one, other = "A pilot shall hold a licence", WORDS
    listed = f"- {PILOTS_TITLE}, art 1: “{one}”\n- {PILOTS_TITLE}, art 3: “{other}”\n"
    assert told(listed) == [(Status.EXACT, "1"), (Status.EXACT, "3")]
    rows = f"| Where | Words |\n|---|---|\n| {PILOTS_TITLE}, art 1 | “{one}” |\n| {PILOTS_TITLE}, art 3 | “{other}” |\n"
    assert told(rows) == [(Status.EXACT, "1"), (Status.EXACT, "3")]


def test_a_footnote_that_stands_before_its_mark_is_read_once() -> None:
    assert told(f"[^1]: Article 3.\n\nThe {PILOTS_TITLE} has “{WORDS}”.[^1]") == [(Status.EXACT, "3")]


ODD = [
    "“A ship pays the pilot a fee” (" * 3000,
    "“the [x] [y] " + "the [x] [y] " * 500 + "”",
    "Article 3, " * 5000,
    "> " + "(" * 60_000,
    "> a" + "\n>" * 60_000 + " x",
    '"ab cd ef gh" ' * 3000,
    "\n\n[^1]: Ibid, art 3" * 1000,
    "> " + "a" * 60_000,
    ":\n\n" + "    \n" * 20_000,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_no_text_is_too_long_and_odd_to_be_checked_to_its_end(text: str) -> None:
    # each of these once took time that grows with the square of its length, or more levels than there are
    assert all(finding.span.end <= len(text) for finding in checked(text).findings)


def test_quotations_of_one_sentence_have_their_own_pinpoints() -> None:
    one, other = "A pilot shall hold a licence", WORDS
    right = f"Article 1 of the {PILOTS_TITLE} says “{one}” and article 3 says “{other}”."
    assert told(right) == [(Status.EXACT, "1"), (Status.EXACT, "3")]
    swapped = right.replace(one, "@").replace(other, one).replace("@", other)
    assert told(swapped) == [(Status.WRONG_ADDRESS, "3"), (Status.WRONG_ADDRESS, "1")]


def test_the_right_words_of_another_treaty_are_at_a_wrong_address() -> None:
    finding = only(f"“{WORDS}” ({CARE_TITLE}, art 3).")
    assert finding.status is Status.WRONG_ADDRESS
    assert finding.right == f"{PILOTS_TITLE}, art 3"


def test_a_treaty_that_is_not_there_is_not_checked_against_another() -> None:
    finding = only("“Every ship shall sound its horn in fog” (Convention on Fog Signals, art 9).")
    assert finding.status is Status.NOT_HELD
    assert finding.given == "art 9, Convention on Fog Signals"


def test_an_author_who_quotes_a_treaty_is_not_found_and_the_treaty_is() -> None:
    text = f"One scholar holds: “the old rule that ‘{WORDS}’ has made every harbour on this coast a poorer place”."
    assert told(text) == [(Status.NOT_FOUND, None), (Status.EXACT, "3")]


def test_nested_marks_within_a_quotation_are_the_sources_own() -> None:
    text = "It runs: “‘keeper’ means a person whom a Party has charged with the care of a beacon”."
    assert told(text) == [(Status.EXACT, "1(b)")]


def test_a_quotation_over_a_page_break_is_exact_and_cited_to_its_first_page() -> None:
    cut = CARE.text.index("burning from sunset")
    pages = (Page(1, Span(0, cut)), Page(2, Span(cut, len(CARE.text))))
    paged = Document(CARE.id, CARE.title, CARE.kind, CARE.text, CARE.provenance, pages=pages)
    report = verify("“every beacon on its coast\n\nburning from sunset to sunrise”", (paged,), tree)
    (finding,) = report.findings
    assert finding.status is Status.EXACT
    assert finding.source is not None
    assert finding.source.citation.page == 1


def test_a_quotation_of_several_paragraphs_may_open_each_anew() -> None:
    text = (
        "“When a beacon fails, the keeper shall:\n\n“(a) warn approaching ships by ringing the harbour bell;”"
    )
    assert [one.status for one in checked(text).findings] == [Status.EXACT]


def test_pinpoints_within_a_quotation_are_the_sources_own() -> None:
    text = "It runs: “No reservation may be made to Article 2.”"
    found = quotations_in(text)
    assert Pinpoints(text, found, Shelf(LIBRARY, tree)).all == ()


# -- properties

TEXT = CARE.text
STARTS = [i for i in range(1, len(TEXT)) if TEXT[i].isalnum() and TEXT[i - 1].isspace()]
ENDS = [i for i in range(1, len(TEXT)) if TEXT[i - 1].isalnum() and TEXT[i].isspace()]


@st.composite
def stretches(draw: st.DrawFn) -> Span:
    """A stretch of whole words of the document, with five words or more and no quotation marks."""
    start = draw(st.sampled_from(STARTS))
    ends = [e for e in ENDS if start < e <= start + 400 and len(TEXT[start:e].split()) >= 6]
    ends = [e for e in ends if not set('“”"') & set(TEXT[start:e]) and len(set(TEXT[start:e].split())) > 4]
    return Span(start, draw(st.sampled_from(ends))) if ends else Span(STARTS[40], ENDS[52])


@given(stretches(), st.sampled_from(["“”", '""', "«»"]))
@settings(max_examples=60, deadline=None)
def test_any_stretch_of_a_document_in_quotes_is_found_exactly_there(span: Span, marks: str) -> None:
    quoted = span.of(TEXT)
    finding = only(f"They say {marks[0]}{quoted}{marks[1]} there.")
    assert finding.status is Status.EXACT
    assert finding.source is not None
    assert [one.of(TEXT) for one in finding.source.spans] == [quoted]


@given(stretches(), st.data())
@settings(max_examples=60, deadline=None)
def test_one_word_changed_makes_it_differ_in_that_word(span: Span, data: st.DataObject) -> None:
    words = span.of(TEXT).split()
    places = [i for i, word in enumerate(words) if word.isalpha()]
    place = data.draw(st.sampled_from(places))
    changed = " ".join([*words[:place], "zzyzx", *words[place + 1 :]])
    finding = only(f"They say “{changed}” there.")
    assert finding.status is Status.DIFFERS
    assert any("zzyzx" in d.text and words[place] in d.source for d in finding.diff if d.op is not Op.EQUAL)


@given(st.text(alphabet="“”‘’\"'«»„ >[].…ab\n(1)", max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_text_is_too_odd_to_be_checked(text: str) -> None:
    for one in quotations_in(text):
        assert one.outer.contains(one.span)
    for finding in checked(text).findings:
        assert finding.span.end <= len(text)
