"""Models a user names: a folder that sentence-transformers saved, or a name that is nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedder import UNBOUNDED, load_embedder
from index.errors import ModelError
from index.reranker import load_reranker
from tests.index.saved_models import save_static_model, save_tiny_cross_encoder, save_tiny_encoder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_static_model(tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="module")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("cross"))


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


def test_a_saved_transformer_says_how_much_it_reads(tiny_encoder: Path) -> None:
    embedder = load_embedder(str(tiny_encoder))
    assert (embedder.dimension, embedder.max_tokens) == (16, 64)
    assert embedder.count(["a lamp", "a lamp " * 100])[0] == 4
    assert embedder.count(["a lamp " * 100]) == [202]
    assert embedder.count([]) == []
    np.testing.assert_allclose(np.linalg.norm(embedder.embed_query("a lamp")), 1, atol=1e-5)


def test_a_folder_is_remembered_by_its_whole_path(
    static_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(static_model.parent)
    monkeypatch.setenv("HOME", str(static_model.parent))
    for written in (static_model.name, f"./{static_model.name}/", f"~/{static_model.name}"):
        assert load_embedder(written).name == str(static_model.resolve())


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
