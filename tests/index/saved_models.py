"""Small models saved as sentence-transformers saves them: folders that a user might name in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.bundled import CROSS_ENCODER, model_folder

if TYPE_CHECKING:
    from pathlib import Path


def save_static_model(folder: Path, width: int = 16) -> Path:
    """Save a model of random word vectors: quick, and without a limit on length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder(CROSS_ENCODER) / "tokenizer.json"))
    weights = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), width)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)],
        prompts={"query": "asked: ", "document": ""},
        device="cpu",
    )
    model.save(str(folder), create_model_card=False)
    return folder


def save_tiny_encoder(folder: Path) -> Path:
    """Save a transformer of one random layer that reads 64 tokens, as most published encoders are laid out."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    plain = folder / "plain"
    layer = BertConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(layer).save_pretrained(plain)
    _save_tokenizer(plain, longest=64)
    model = SentenceTransformer(modules=[Transformer(str(plain)), Pooling(16)], device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def save_tiny_cross_encoder(folder: Path) -> Path:
    """Save a cross-encoder of one random layer."""
    from transformers import BertConfig, BertForSequenceClassification

    layer = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    layer.num_labels = 1
    BertForSequenceClassification(layer).save_pretrained(folder)
    _save_tokenizer(folder)
    return folder


def _save_tokenizer(folder: Path, longest: int = 512) -> None:
    from transformers import PreTrainedTokenizerFast

    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "cls", "sep", "unk")}
    file = str(model_folder(CROSS_ENCODER) / "tokenizer.json")
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=file, model_max_length=longest, **special
    )
    tokenizer.save_pretrained(folder)
