"""Which term's meaning a question asks for, and that the definition answers it."""

from __future__ import annotations

import pytest

from assistant.defined import look_up, terms_asked
from corpus.structure import parse
from index.models import Searched
from tests.corpus.written_treaties import document

TREATY = document(
    "Article 1\n\nUse of terms\n\nFor the purposes of this Convention:\n\n"
    "(a) “beacon” means a fixed light that marks the entrance of a harbour;\n\n"
    "(b) “serious failure” means a failure of a beacon that lasts for a night;\n\n"
    "(c) “failing in fog” means a serious failure while fog lies on the harbour.\n\n"
    "Article 2\n\nDuty\n\nEach Party shall keep every beacon on its coast burning.\n\n"
    "Article 3\n\nCosts\n\nThe Party on whose coast a beacon stands bears its costs."
)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What does “beacon” mean?", ["beacon"]),
        ("What does the term beacon mean?", ["beacon"]),
        ("What does the Harbour Convention mean by “beacon”?", ["beacon"]),
        (
            "What is a serious failure in the Convention on the Care of Harbours?",
            ["serious failure"],  # the longer reading is no term any more: more than six words
        ),
        ("What is meant by beacons under the treaty?", ["beacons under the treaty", "beacons"]),
        ("What is failing in fog under the treaty?", ["failing in fog under the treaty", "failing in fog", "failing"]),
        ("Define serious failure", ["serious failure"]),
        ("How is a beacon defined in this convention?", ["beacon"]),
        ("Under the Harbour Convention, what counts as a serious failure?", ["serious failure"]),
        ("what's the definition of beacon", ["beacon"]),
        ("What is the meaning of the term beacon?", ["beacon"]),
        ("serious failure, meaning", ["serious failure"]),
        ("beacon: definition?", ["beacon"]),
        ("Definition: serious failure", ["serious failure"]),
        ("Who must light the beacon?", []),
        ("What happens when a beacon fails?", []),
        ("What are the duties of a keeper who finds that his lamp has gone out at night?", []),
    ],
)  # fmt: skip
def test_the_terms_that_may_be_asked_for_longest_first(question: str, terms: list[str]) -> None:
    assert list(terms_asked(question)) == terms


@pytest.mark.parametrize(
    ("question", "provision"),
    [
        ("What is a serious failure?", "1(b)"),
        ("What are beacons?", "1(a)"),
        ("What is failing in fog under the treaty?", "1(c)"),
        ("What is a harbour?", None),
        ("What is the duty of a Party?", None),
    ],
)
def test_only_a_defined_term_is_answered_by_its_definition(question: str, provision: str | None) -> None:
    answer = look_up(question, [TREATY], lambda _: parse(TREATY), Searched(1, 3, "g"))
    assert (answer.quotes[0].provision if answer else None) == provision
