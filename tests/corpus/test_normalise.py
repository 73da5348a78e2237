"""Normalising: every step does one thing, and every character keeps its way back to the source."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalise import (
    CHARACTERS,
    LINES,
    Edit,
    Lexicon,
    MappedText,
    Step,
    apply,
    control_characters,
    inner_blanks,
    ligatures,
    line_end_hyphens,
    newline_form,
    plain_hyphens,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
    unicode_nfc,
)
from corpus.readers import marks
from corpus.readers.numbering import list_marker

ALL_STEPS: tuple[Step, ...] = (*CHARACTERS, *marks.MARKS, ligatures, inner_blanks, *LINES)

ALPHABET = "ab-Z9 \t\n\r\x00\x0c*_`#[]()|<>~&\\.:\"'e\u0301\u00ad\u00a0\u2028\ufb01\ufeff“é한\u1100\u1161"
texts = st.text(st.sampled_from(ALPHABET), max_size=120)


@pytest.mark.parametrize(
    ("step", "source", "expected"),
    [
        (newline_form, "a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne"),
        (unicode_nfc, "ratifie\u0301", "ratifié"),
        (unicode_nfc, "\u1112\u1161\u11ab x \u212b", "한 x Å"),
        (control_characters, "a\x00b\x07c\tд\ufeff\u202ee\u200d\ud800", "abc\tдe\u200d"),
        (soft_hyphens, "mu\u00adtual as\u00ad\nsistance", "mutual assistance"),
        (ligatures, "\ufb01nal o\ufb03ce", "final office"),
        (plain_spaces, "art.\u00a05\u2009(1)", "art. 5 (1)"),
        (plain_hyphens, "art. 3\u20112, self\u2010rule, 1\u20132", "art. 3-2, self-rule, 1\u20132"),
        (inner_blanks, "one   two \t three\n  four", "one two three\n  four"),
        (inner_blanks, "one\ttwo", "one\ttwo"),
        (tidy_white_space, "\n  one  \n\n\n \ntwo\t\n\n", "one\n\ntwo"),
        (line_end_hyphens, "com-\nmunications", "communications"),
        (line_end_hyphens, "com-munications", "com-munications"),
        (line_end_hyphens, "Rhine-\nDanube", "Rhine-Danube"),
        (line_end_hyphens, "inland-\nor river-borne", "inland- or river-borne"),
        (
            line_end_hyphens,
            "a well-known port and a well-\nknown ship",
            "a well-known port and a well-known ship",
        ),
        (line_end_hyphens, "pages 3-\n5", "pages 3-\n5"),
    ],
)
def test_a_step_does_what_its_name_says(step: Step, source: str, expected: str) -> None:
    assert step(MappedText.of(source)).text == expected


@given(texts, st.lists(st.sampled_from(ALL_STEPS), max_size=12))
def test_the_map_never_runs_backwards(source: str, steps: list[Step]) -> None:
    mapped = apply(MappedText.of(source), *steps)
    places = [mapped.source_offset(offset) for offset in range(len(mapped.text) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(source)


@given(texts, st.lists(st.sampled_from(ALL_STEPS), max_size=12))
def test_copied_characters_stand_where_the_source_has_them(source: str, steps: list[Step]) -> None:
    mapped = apply(MappedText.of(source), *steps)
    for run, following in pairwise([*mapped.runs, None]):
        assert run is not None
        end = following.start if following else len(mapped.text)
        if run.step:
            length = end - run.start
            assert mapped.text[run.start : end] == source[run.source : run.source + length]


@given(st.text("abc dé1.,;(“”–", max_size=80).map(str.strip).filter(lambda text: "  " not in text))
def test_clean_text_passes_through_untouched(source: str) -> None:
    clean = unicodedata.normalize("NFC", source)
    assert apply(MappedText.of(clean), *CHARACTERS, *LINES) == MappedText.of(clean)


@given(texts)
def test_composing_agrees_with_unicode(source: str) -> None:
    assert unicode_nfc(MappedText.of(source)).text == unicodedata.normalize("NFC", source)


@given(
    texts,
    st.sampled_from([*CHARACTERS, soft_hyphens, plain_spaces, plain_hyphens, tidy_white_space, ligatures]),
)
def test_steps_are_done_after_one_pass(source: str, step: Step) -> None:
    once = step(apply(MappedText.of(source), *CHARACTERS))
    assert step(once) == once


@given(texts, st.integers(0, 130))
def test_offset_at_finds_the_first_character_from_a_source_place_on(source: str, place: int) -> None:
    mapped = apply(MappedText.of(source), *CHARACTERS, *LINES)
    found = mapped.offset_at(place)
    assert all(mapped.source_offset(before) < place for before in range(found))
    assert found == len(mapped.text) or mapped.source_offset(found) >= place


def test_what_is_put_in_belongs_to_the_character_before_it() -> None:
    mapped = MappedText.of("one two").edited([Edit(3, 4, "\n\n")])
    assert mapped.text == "one\n\ntwo"
    assert [mapped.source_offset(offset) for offset in range(2, 6)] == [2, 3, 3, 4]
    assert MappedText.of("one\ntwo").replaced(re.compile("\n"), "\n\n").offset_at(4) == 5


def test_edits_must_follow_one_another() -> None:
    with pytest.raises(ValueError, match="must follow one another"):
        MappedText.of("abcdef").edited([Edit(3, 5, ""), Edit(1, 2, "")])


def test_an_offset_outside_the_text_is_an_error() -> None:
    with pytest.raises(IndexError, match="outside a text of 3"):
        MappedText.of("abc").source_offset(4)


@pytest.mark.parametrize(
    ("style", "number", "expected"),
    [
        ("decimal", 12, "12."),
        ("lower-alpha", 3, "(c)"),
        ("lower-alpha", 28, "(bb)"),
        ("upper-alpha", 1, "(A)"),
        ("lower-roman", 49, "(xlix)"),
        ("upper-roman", 9, "(IX)"),
        ("lower-roman", 0, "(0)"),
        ("lower-alpha", 10**9, "(1000000000)"),
    ],
)
def test_list_numbers_are_written_as_treaties_print_them(style: str, number: int, expected: str) -> None:
    assert list_marker(style, number) == expected


@pytest.mark.parametrize(
    ("text", "left", "right", "expected"),
    [
        ("nothing to go by", "navi", "gation", ""),
        ("free navigation on rivers", "navi", "gation", ""),
        ("a land-locked State", "land", "locked", "-"),
        ("the landlocked State, landlocked, once land-locked", "land", "locked", ""),
        ("the non-governmental bodies", "non", "exhaustive", "-"),
        ("a rule-based order", "ship", "based", "-"),
        ("the port and the state of it", "port", "state", "-"),
        ("any text", "Franco", "Swiss", "-"),
        ("any text", "self", "determination", "-"),
        ("ANY TEXT", "INTER", "NATIONAL", ""),
        ("any text", "short", "and", "- "),
        ("user-\nfriendly, land-\nlocked, land-locked", "gender", "responsive", "-"),
    ],
)
def test_the_document_is_its_own_dictionary_for_line_end_hyphens(
    text: str, left: str, right: str, expected: str
) -> None:
    assert Lexicon.of(text).between(left, right) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("###SECTION 1 ", "SECTION 1"),
        ("### Article  1  ###", "Article 1"),
        ("#1 is no heading", "#1 is no heading"),
        ("Title\n=====\n\ntext", "Title\n\ntext"),
        ("cost,*inter alia,*that", "cost,inter alia,that"),
        ("paragraph 3 (*a*) and *(b),* too", "paragraph 3 (a) and (b), too"),
        ("a loose *a priori *claim", "a loose a priori claim"),
        ("**bold *and slanted* words** and ***all***", "bold and slanted words and all"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("Signed: ________ and _signed_", "Signed: ________ and signed"),
        ("the term ``harbour\" and ``quay''", "the term “harbour” and “quay”"),
        ("see [the [old] text](../a_(b)/c.md) and ![map](m.png)", "see the [old] text and map"),
        ("see [one][ref] and [sic] here\n\n[ref]: https://example.org x", "see one and [sic] here"),
        ("<meta charset='utf-8' />\n\ntext", "text"),
        ("a<br/>b <em>c</em> <https://example.org/x_y_z>", "a\nb c https://example.org/x_y_z"),
        ("x &lt;script&gt; &amp;lt; \\*y\\*", "x <script> &lt; *y*"),
        ("| a | *b* |\n| --- | :-: |\n| c | d |", "a\tb\nc\td"),
        ("> quoted\n\n---\n\ntext<!-- note\nmore -->", "quoted\n\ntext"),
        ("a note[^1] here", "a note here"),
        ("* item\n+ other", "- item\n- other"),
        ("**a** <td>b</td> <td>c</td>", "a b\tc"),
        ("- item\n  - inner", "- item\n  - inner"),
    ],
)
def test_markdown_marks_go_and_words_stay(source: str, expected: str) -> None:
    assert apply(MappedText.of(source), *marks.MARKS, *LINES).text == expected
