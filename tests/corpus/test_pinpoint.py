"""How an address is written: the label between programs and the pinpoint of each citation style."""

from __future__ import annotations

import pytest

from corpus.pinpoint import Style, label_of, pinpoint_of

CASES = [
    # path, label, OSCOLA, Bluebook, plain
    (("Article 13",), "13", "art 13", "art. 13", "Article 13"),
    (
        ("Part II", "Article 13", "1", "b"),
        "13(1)(b)", "art 13(1)(b)", "art. 13(1)(b)", "Article 13, paragraph 1, point (b)",
    ),
    (
        ("Part II", "Section 3", "Article 13", "1", "b", "ii"),
        "13(1)(b)(ii)", "art 13(1)(b)(ii)", "art. 13(1)(b)(ii)", "Article 13, paragraph 1, point (b)(ii)",
    ),
    (("Article 5", "a"), "5(a)", "art 5(a)", "art. 5(a)", "Article 5, point (a)"),
    (("Article 5", "a", "1"), "5(a)(1)", "art 5(a)(1)", "art. 5(a)(1)", "Article 5, point (a)(1)"),
    (
        ("Article 13 bis", "1"),
        "13 bis(1)", "art 13 bis(1)", "art. 13 bis(1)", "Article 13 bis, paragraph 1",
    ),
    (("Article 2.1", "a"), "2.1(a)", "art 2.1(a)", "art. 2.1(a)", "Article 2.1, point (a)"),
    (("Article 25A",), "25A", "art 25A", "art. 25A", "Article 25A"),
    (("Article XIV",), "XIV", "art XIV", "art. XIV", "Article XIV"),
    # what has no number of its own borrows its parent's address
    (("Article 13", "1", "chapeau"), "13(1)", "art 13(1)", "art. 13(1)", "Article 13, paragraph 1"),
    (("Article 13", "heading"), "13", "art 13", "art. 13", "Article 13"),
    (("Article 13", "¶2"), "13", "art 13", "art. 13", "Article 13"),
    (("Article 13", "1", "indent 2"), "13(1)", "art 13(1)", "art. 13(1)", "Article 13, paragraph 1"),
    (("Article 13", "1", "¶4"), "13(1)", "art 13(1)", "art. 13(1)", "Article 13, paragraph 1"),
    # a mark that makes a path unique is no part of the citation of a paragraph
    (("Article 13", "1 [2]"), "13(1)", "art 13(1)", "art. 13(1)", "Article 13, paragraph 1"),
    # preamble and final formula
    (("Preamble",), "preamble", "preamble", "pmbl.", "Preamble"),
    (("Preamble", "chapeau"), "preamble", "preamble", "pmbl.", "Preamble"),
    (("Preamble", "4"), "preamble(4)", "preamble, recital 4", "pmbl., para. 4", "Preamble, recital 4"),
    (("closing",), "", "final formula", "final formula", "final formula"),
    (
        ("Annex I", "closing"),
        "Annex I", "Annex I, final formula", "annex I, final formula", "Annex I, final formula",
    ),
    # annexes, with and without articles, parts and headings
    (("Annex II",), "Annex II", "Annex II", "annex II", "Annex II"),
    (("Annex II", "3"), "Annex II, (3)", "Annex II, para 3", "annex II, para. 3", "Annex II, paragraph 3"),
    (
        ("Annex II", "Article 3", "1"),
        "Annex II, 3(1)", "Annex II, art 3(1)", "annex II, art. 3(1)", "Annex II, Article 3, paragraph 1",
    ),
    (
        ("Annex", "Section 1", "5", "a"),
        "Annex, (Section 1)(5)(a)", "Annex, s 1, para 5(a)", "annex, § 1, para. 5(a)",
        "Annex, Section 1, paragraph 5, point (a)",
    ),
    (
        ("Annex I", "BEACONS", "Part I", "2"),
        "Annex I, (BEACONS)(Part I)(2)", "Annex I, pt I, para 2", "annex I, pt. I, para. 2",
        "Annex I, Part I, paragraph 2",
    ),
    (
        ("Annex", "Harbour offices", "a"),
        "Annex, (Harbour offices)(a)", "Annex, “Harbour offices”, (a)", "annex, “Harbour offices”, (a)",
        "Annex, “Harbour offices”, point (a)",
    ),
    (
        ("Schedule 1", "Part I", "Article 3"),
        "Schedule 1, 3", "Schedule 1, art 3", "sched. 1, art. 3", "Schedule 1, Article 3",
    ),
    (("Appendix B", "2"), "Appendix B, (2)", "Appendix B, para 2", "app. B, para. 2", "Appendix B, paragraph 2"),
    # a second annex of one number is another annex, so its mark stays
    (
        ("Annex I [2]", "3"),
        "Annex I [2], (3)", "Annex I [2], para 3", "annex I [2], para. 3", "Annex I [2], paragraph 3",
    ),
    # attached instruments keep their names
    (
        ("Attached: Protocol on Fog", "Article 3"),
        "Protocol on Fog, 3", "Protocol on Fog, art 3", "Protocol on Fog, art. 3", "Protocol on Fog, Article 3",
    ),
    (
        ("Attached: Fog Pact", "Preamble", "2"),
        "Fog Pact, preamble(2)", "Fog Pact, preamble, recital 2", "Fog Pact, pmbl., para. 2",
        "Fog Pact, Preamble, recital 2",
    ),
    # divisions with words of their own
    (("Part II",), "", "pt II", "pt. II", "Part II"),
    (("Part II", "Section 3", "¶2"), "", "pt II, s 3", "pt. II, § 3", "Part II, Section 3"),
    (("Chapter IV", "VOTING"), "", "ch IV, “VOTING”", "ch. IV, “VOTING”", "Chapter IV, “VOTING”"),
    # texts that are no treaties
    (("Who pays for oil",), "", "“Who pays for oil”", "“Who pays for oil”", "“Who pays for oil”"),
    (("Who pays for oil", "¶2"), "", "“Who pays for oil”", "“Who pays for oil”", "“Who pays for oil”"),
    (("Costs", "Who pays", "¶1"), "", "“Who pays”", "“Who pays”", "“Who pays”"),
    (("Costs", "Notes [2]"), "", "“Notes”", "“Notes”", "“Notes”"),
    (("¶3",), "", "para 3", "para. 3", "paragraph 3"),
    (("title",), "", "", "", ""),
    ((), "", "", "", ""),
    # a guide's heading that speaks of an article is not that article
    (("Article 19: what it asks", "¶1"), "", *["“Article 19: what it asks”"] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("path", "label", "oscola", "bluebook", "plain"), CASES)
def test_a_path_has_one_label_and_a_pinpoint_of_each_style(
    path: tuple[str, ...], label: str, oscola: str, bluebook: str, plain: str
) -> None:
    assert label_of(path) == label
    assert pinpoint_of(path) == pinpoint_of(path, Style.OSCOLA) == oscola
    assert pinpoint_of(path, Style.BLUEBOOK) == bluebook
    assert pinpoint_of(path, Style.PLAIN) == plain


@pytest.mark.parametrize(
    ("path", "oscola", "bluebook", "plain"),
    [
        (("Part II", "Article 5", "60"), "“Article 5”, para 60", "“Article 5”, para. 60", "“Article 5”, paragraph 60"),
        (("Article 5", "heading"), "“Article 5”", "“Article 5”", "“Article 5”"),
        (("Preamble", "4"), "“Preamble”, para 4", "“Preamble”, para. 4", "“Preamble”, paragraph 4"),
        (("Protocol to the pact", "¶1"), *["“Protocol to the pact”"] * 3),
        (("Attached: Fog Pact", "Article 2", "7", "a"), "“Article 2”, para 7(a)", "“Article 2”, para. 7(a)",
         "“Article 2”, paragraph 7, point (a)"),
        (("Norland", "¶2"), "“Norland”", "“Norland”", "“Norland”"),
        (("¶3",), "para 3", "para. 3", "paragraph 3"),
        (("closing",), "", "", ""),
    ],
)  # fmt: skip
def test_in_a_text_about_an_instrument_its_articles_are_headings(
    path: tuple[str, ...], oscola: str, bluebook: str, plain: str
) -> None:
    found = [pinpoint_of(path, style, instrument=False) for style in Style]
    assert found == [oscola, bluebook, plain]
