"""An encoder and a cross-encoder of the user's own, in folders that the settings name, from the index to the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import settings, wiring
from assistant.models import Quoted
from assistant.quotes import verify
from index.embedder import load_embedder
from index.errors import IndexMismatch, ModelError
from index.generation import open_generation
from tests.assistant.harbour_texts import GUIDE, HARBOURS, PILOTS
from tests.index.saved_models import save_static_model, save_tiny_cross_encoder, save_tiny_encoder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library, indexed with a tiny transformer; the models lie in it under ``models``."""
    folder: Path = tmp_path_factory.mktemp("home")
    encoder = save_tiny_encoder(folder / "models" / "encoder")
    cross = save_tiny_cross_encoder(folder / "models" / "cross")
    (folder / "settings.toml").write_text(
        f"embedded = false\nembedder = '{encoder}'\nreranker = '{cross}'\n", encoding="utf-8"
    )
    made = settings.load(folder)
    for name, text in (("harbours", HARBOURS), ("pilots", PILOTS), ("harbour-guide", GUIDE)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
        wiring.library(made).add(folder / f"{name}.md")
    wiring.update_index(made)
    return folder


def test_folders_named_in_the_settings_answer_from_end_to_end(home: Path) -> None:
    assistant = wiring.open_assistant(settings.load(home))
    try:
        answer = assistant.ask("Who bears the costs of a beacon?")
        shown = answer.quotes if isinstance(answer, Quoted) else answer.nearest
        assert shown
        for one in shown:
            verify(one, assistant.document(one.document_id))
        looked_up = assistant.ask("Article 4(2) of the Lanternport Convention")
        assert isinstance(looked_up, Quoted)
        assert looked_up.quotes[0].provision == "4(2)"
        assert assistant.search("beacon", top_k=3)
    finally:
        assistant.close()


def test_passages_keep_to_what_the_user_s_encoder_can_read(home: Path) -> None:
    made = settings.load(home)
    with open_generation(home) as generation:
        assert generation.manifest.embedder.name == made.embedder
        assert generation.manifest.embedder.dimension == 16
        texts = [
            passage.embed_text
            for document in generation.passages.documents()
            for passage in generation.passages.passages_of(document.id)
        ]
    counts = load_embedder(made.embedder).count(texts)
    assert max(counts) <= 64
    assert len(texts) > 10


@pytest.mark.parametrize("other", ["bundled", "static"])
def test_an_index_refuses_another_encoder_and_says_what_to_do(home: Path, other: str) -> None:
    name = other if other == "bundled" else str(save_static_model(home / "models" / other))
    with pytest.raises(IndexMismatch, match="treaty index") as caught:
        wiring.open_assistant(settings.load(home, embedder=name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("which", ["embedder", "reranker"])
def test_a_folder_without_a_model_is_one_line(home: Path, tmp_path: Path, which: str) -> None:
    with pytest.raises(ModelError, match="set allow_downloads = true") as caught:
        wiring.open_assistant(settings.load(home, **{which: str(tmp_path)}))
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
