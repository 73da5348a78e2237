"""Which term's meaning a question asks for, and that the definition answers it."""

from __future__ import annotations

import pytest

from assistant.defined import look_up, term_asked
from corpus.structure import parse
from index.models import Searched
from tests.corpus.written_treaties import document

TREATY = document(
    "Article 1\n\nUse of terms\n\nFor the purposes of this Convention:\n\n"
    "(a) “beacon” means a fixed light that marks the entrance of a harbour;\n\n"
    "(b) “serious failure” means a failure of a beacon that lasts for a night.\n\n"
    "Article 2\n\nDuty\n\nEach Party shall keep every beacon on its coast burning.\n\n"
    "Article 3\n\nCosts\n\nThe Party on whose coast a beacon stands bears its costs."
)


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What does “beacon” mean?", "beacon"),
        ("What is a serious failure in the Convention on the Care of Harbours?", "serious failure"),
        ("What is meant by beacons under the treaty?", "beacons"),
        ("Define serious failure", "serious failure"),
        ("How is a beacon defined in this convention?", "beacon"),
        ("Under the Harbour Convention, what counts as a serious failure?", "serious failure"),
        ("what's the definition of beacon", "beacon"),
        ("What is the meaning of the term beacon?", "beacon"),
        ("serious failure, meaning", "serious failure"),
        ("beacon: definition?", "beacon"),
        ("Definition: serious failure", "serious failure"),
        ("Who must light the beacon?", None),
        ("What happens when a beacon fails?", None),
        ("What are the duties of a keeper who finds that his lamp has gone out at night?", None),
    ],
)
def test_the_term_asked_for(question: str, term: str | None) -> None:
    assert term_asked(question) == term


@pytest.mark.parametrize(
    ("question", "provision"),
    [
        ("What is a serious failure?", "1(b)"),
        ("What are beacons?", "1(a)"),
        ("What is a harbour?", None),
        ("What is the duty of a Party?", None),
    ],
)
def test_only_a_defined_term_is_answered_by_its_definition(question: str, provision: str | None) -> None:
    answer = look_up(question, [TREATY], lambda _: parse(TREATY), Searched(1, 3, "g"))
    assert (answer.quotes[0].provision if answer else None) == provision
