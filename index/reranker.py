"""Question and passage read together: the bundled cross-encoder, or any other by name or path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import bundled
from index.embedder import BUNDLED, LOAD_ERRORS, model_name, not_loaded, quiet_hub
from index.errors import ModelError
from index.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import CrossEncoder

    from index.models import Reranker

MOST_READ = 8192
"""Scores kept: some 300 questions, a megabyte and a half."""


class BundledReranker:
    """MiniLM-L-12 trained on MS MARCO, int8, straight on onnxruntime.

    A pair holds 512 tokens: the question gives up what it has beyond 192, then the passage what does not fit.
    The chunker's budget leaves room for ordinary questions, so that a passage is cut only by a very long one.
    """

    def __init__(self) -> None:
        self._model = bundled.cross_encoder()
        self._read: Remembered[float] = Remembered(MOST_READ)

    @property
    def name(self) -> str:
        """The model's name."""
        return bundled.CROSS_ENCODER.name

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one relevance logit per text, not squashed; of each pair, 512 tokens are read."""
        if not texts:
            return []
        keys = [(question, text) for text in texts]
        return self._read.each(keys, lambda places: self._scored(question, [texts[n] for n in places]))

    def _scored(self, question: str, texts: Sequence[str]) -> list[float]:
        asked, *passages = self._model.words([question, *texts])
        inputs = [bundled.pair(asked, passage) for passage in passages]
        return [float(logit[0]) for logit in self._model.run_each(inputs, lambda whole: whole)]


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder with one output."""

    def __init__(self, name: str, model: CrossEncoder) -> None:
        if model.num_labels != 1:
            raise ModelError(f"expected a cross-encoder with 1 score, found {model.num_labels} in {name!r}")
        self._name, self._model = name, model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one relevance logit per text, not squashed; the model cuts what it cannot hold."""
        if not texts:
            return []
        import torch

        scores = self._model.predict(
            [(question, text) for text in texts], activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
        return [float(score) for score in scores]


def load_reranker(name: str = BUNDLED, *, allow_download: bool = False) -> Reranker:
    """Load a cross-encoder.

    Args:
        name: ``bundled``, or a sentence-transformers cross-encoder: a folder, or a name on the model hub.
        allow_download: Whether a hub may be asked for a model that is not on this machine.

    Raises:
        ModelError: If the model is not there or is not one.
    """
    if name in {BUNDLED, bundled.CROSS_ENCODER.name}:
        return BundledReranker()
    quiet_hub(allow_download=allow_download)
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(model_name(name), local_files_only=not allow_download)
    except LOAD_ERRORS as error:
        raise not_loaded("sentence-transformers cross-encoder", name, error) from error
    return CrossEncoderReranker(name, model)
