"""Models a user names: a folder that sentence-transformers saved, or a name that is nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.bundled import CROSS_ENCODER, model_folder
from index.embedder import UNBOUNDED, load_embedder
from index.errors import ModelError
from index.reranker import load_reranker

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of random word vectors: quick, and without a limit on length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder(CROSS_ENCODER) / "tokenizer.json"))
    weights = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 16)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)],
        prompts={"query": "asked: ", "document": ""},
        device="cpu",
    )
    folder = tmp_path_factory.mktemp("static")
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="module")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved cross-encoder of one random layer."""
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("cross")
    layer = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    layer.num_labels = 1
    BertForSequenceClassification(layer).save_pretrained(folder)
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "cls", "sep", "unk")}
    file = str(model_folder(CROSS_ENCODER) / "tokenizer.json")
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=file, **special)  # type: ignore[no-untyped-call]
    tokenizer.save_pretrained(folder)
    return folder


def test_a_saved_model_embeds_with_its_own_prompts(static_model: Path) -> None:
    embedder = load_embedder(str(static_model))
    rows = embedder.embed(["the horn in fog", "a lamp"])
    assert embedder.name == str(static_model)
    assert rows.shape == (2, embedder.dimension) == (2, 16)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        embedder.embed_query("a lamp"), embedder.embed(["asked: a lamp"])[0], atol=1e-6
    )
    assert embedder.embed([]).shape == (0, 16)


def test_a_saved_model_counts_its_own_tokens(static_model: Path) -> None:
    embedder = load_embedder(str(static_model))
    assert embedder.max_tokens == UNBOUNDED
    assert embedder.count(["a lamp", ""])[0] > embedder.count(["a lamp", ""])[1]


def test_a_saved_cross_encoder_gives_logits(tiny_cross_encoder: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    reranker = load_reranker(str(tiny_cross_encoder))
    logits = reranker.score("Who pays?", ["The coastal Party.", "Nobody."])
    plain = CrossEncoder(str(tiny_cross_encoder), device="cpu")
    expected = plain.predict(
        [("Who pays?", "The coastal Party."), ("Who pays?", "Nobody.")], activation_fn=torch.nn.Identity()
    )
    assert logits == pytest.approx(expected.tolist(), abs=1e-5)
    assert reranker.score("Who pays?", []) == []


@pytest.mark.parametrize("load", [load_embedder, load_reranker])
@pytest.mark.parametrize("name", ["nobody/no-such-model", "./no/such/folder", ""])
def test_a_model_that_is_nowhere_is_one_line_with_a_remedy(load: type, name: str) -> None:
    with pytest.raises(ModelError, match="use the name 'bundled'") as caught:
        load(name)
    assert repr(name) in str(caught.value)
    assert "\n" not in str(caught.value)
