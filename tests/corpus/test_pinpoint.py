"""How an address is written: the label between programs and the pinpoint in a citation."""

from __future__ import annotations

import pytest

from corpus.pinpoint import label_of, pinpoint_of

CASES = [
    # path, label, pinpoint
    (("Article 13",), "13", "art 13"),
    (("Part II", "Article 13", "1", "b"), "13(1)(b)", "art 13(1)(b)"),
    (("Part II", "Section 3", "Article 13", "1", "b", "ii"), "13(1)(b)(ii)", "art 13(1)(b)(ii)"),
    (("Article 13 bis", "1"), "13 bis(1)", "art 13 bis(1)"),
    (("Article 2.1", "a"), "2.1(a)", "art 2.1(a)"),
    (("Article XIV",), "XIV", "art XIV"),
    # what has no number of its own borrows its parent's address
    (("Article 13", "1", "chapeau"), "13(1)", "art 13(1)"),
    (("Article 13", "heading"), "13", "art 13"),
    (("Article 13", "¶2"), "13", "art 13"),
    (("Article 13", "1", "indent 2"), "13(1)", "art 13(1)"),
    (("Article 13", "1", "¶4"), "13(1)", "art 13(1)"),
    # a mark that makes a path unique is no part of the citation
    (("Article 13", "1 [2]"), "13(1)", "art 13(1)"),
    (("Preamble",), "preamble", "preamble"),
    (("Preamble", "chapeau"), "preamble", "preamble"),
    (("Preamble", "4"), "preamble(4)", "preamble, recital 4"),
    (("Annex II",), "Annex II", "Annex II"),
    (("Annex II", "3"), "Annex II, (3)", "Annex II, (3)"),
    (("Annex II", "Article 3", "1"), "Annex II, 3(1)", "Annex II, art 3(1)"),
    (("Schedule 1", "Part I", "Article 3"), "Schedule 1, 3", "Schedule 1, art 3"),
    (("Attached: Protocol on Fog", "Article 3"), "Protocol on Fog, 3", "Protocol on Fog, art 3"),
    (("Attached: Fog Pact", "Preamble", "2"), "Fog Pact, preamble(2)", "Fog Pact, preamble, recital 2"),
    # texts that are no treaties
    (("Who pays for oil",), "", "“Who pays for oil”"),
    (("Who pays for oil", "¶2"), "", "“Who pays for oil”"),
    (("Costs", "Who pays for oil", "¶1"), "", "“Who pays for oil”"),
    (("¶3",), "", "para 3"),
    (("title",), "", ""),
    ((), "", ""),
    # a guide's heading that speaks of an article is not that article
    (("Article 19: what it asks of keepers", "¶1"), "", "“Article 19: what it asks of keepers”"),
    (("Part II",), "", "“Part II”"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "label", "pinpoint"), CASES)
def test_a_path_has_one_label_and_one_pinpoint(path: tuple[str, ...], label: str, pinpoint: str) -> None:
    assert label_of(path) == label
    assert pinpoint_of(path) == pinpoint
