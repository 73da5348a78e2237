"""How far the words of a question are met by those that would answer it, with the bundled encoder."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.met import UNSAID, TokenReader, met
from index.embedder import BundledEmbedder
from index.models import TokenVectors
from tests.index.hash_embedder import HashEmbedder

LAMPS = "The keeper of a lighthouse shall keep the lamp burning from sunset to sunrise."


@pytest.fixture(scope="module")
def reader() -> BundledEmbedder:
    return BundledEmbedder()


def test_the_less_a_provision_speaks_of_what_is_asked_the_less_is_met(reader: BundledEmbedder) -> None:
    asked = [
        "Must the keeper keep the lamp burning?",
        "Must the keeper let the light shine after dark?",
        "Must the keeper photograph passing submarines?",
    ]
    shared, everyday, foreign = (met(question, LAMPS, reader) for question in asked)
    assert shared > everyday > foreign


def test_the_third_of_the_words_that_is_least_met_counts(reader: BundledEmbedder) -> None:
    lamps = "keeper, lamp, sunset, burning"
    assert met(lamps, LAMPS, reader) > 0.6
    assert met(f"{lamps}, submarines, cheese", LAMPS, reader) < 0.4
    assert met("keeper, submarines", LAMPS, reader) < 0.4


def test_words_that_only_name_the_document_are_not_looked_for(reader: BundledEmbedder) -> None:
    question = "Under the Budapest Convention, must the lamp burn?"
    assert met(question, LAMPS, reader, besides={"budapest", "convention"}) > met(question, LAMPS, reader)


class Still:
    """Gives the same tokens for every text."""

    def tokens(self, _: str) -> TokenVectors:
        return TokenVectors(((0, 1), (2, 3)), np.eye(2, dtype=np.float32))


@pytest.mark.parametrize(
    ("question", "words", "besides"),
    [("what is it", LAMPS, ()), ("lamp", LAMPS, ("lamp",)), ("lamp", "", ())],
)
def test_nothing_to_look_for_or_in_says_nothing(
    reader: BundledEmbedder, question: str, words: str, besides: tuple[str, ...]
) -> None:
    assert met(question, words, reader, besides=besides) == UNSAID


def test_a_word_beyond_what_the_encoder_reads_is_passed_over() -> None:
    assert met("a lamp far beyond", LAMPS, Still()) == pytest.approx(1.0)
    assert met("....... beyond", LAMPS, Still()) == UNSAID


def test_an_encoder_of_one_s_own_need_not_tell_tokens_apart(reader: BundledEmbedder) -> None:
    assert isinstance(reader, TokenReader)
    assert not isinstance(HashEmbedder(), TokenReader)
