"""Text to vectors: the bundled encoder, or any sentence-transformers model by name or path."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index import bundled, network
from index.errors import ModelError
from index.models import TokenVectors
from index.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import SentenceTransformer

    from index.models import Embedder, Vectors

BUNDLED = "bundled"
"""The name under which settings ask for the models that come with the program."""

UNBOUNDED = 1_000_000
"""Stands for the longest input of a model that has no limit."""

LOAD_ERRORS = (OSError, ValueError, ImportError, RuntimeError, KeyError, AttributeError)
"""What sentence-transformers raises on a name it cannot find or a folder that holds no model."""

MOST_ASKED = 512
"""Questions whose vectors are kept: a megabyte and a half."""
MOST_READ = 16
"""Texts whose tokens are kept, so that a question held against many words is read once: a megabyte each at most."""
_SHORTEST = 1e-12
"""Length of a vector below which it is not brought to length 1."""


class BundledEmbedder:
    """all-mpnet-base-v2, int8, straight on onnxruntime; a text's vector never depends on the others in the call."""

    def __init__(self) -> None:
        self._model = bundled.encoder()
        self._asked: Remembered[Vectors] = Remembered(MOST_ASKED)
        self._read: Remembered[TokenVectors] = Remembered(MOST_READ)

    @property
    def name(self) -> str:
        """The model's name, as the manifest records it."""
        return bundled.ENCODER

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return network.WIDTH

    @property
    def max_tokens(self) -> int:
        """Longest input, special tokens included."""
        return bundled.ENCODER_TOKENS

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the model's own tokens in each text, special tokens included."""
        return [len(words) + 2 for words in self._model.words(texts)]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), 768)``, rows of length 1; input beyond 384 tokens is cut."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        inputs = [bundled.single(words) for words in self._model.words(texts)]
        return np.vstack(self._model.run_each(inputs, bundled.mean_token))

    def embed_query(self, question: str) -> Vectors:
        """Embed one question, with what was learned about questions (``index/asking.py``): shape ``(768,)``."""
        [row] = self._asked.each([(question,)], lambda _: [self._row(question)])
        return row

    def tokens(self, text: str) -> TokenVectors:
        """Return the tokens of a text, read as a passage is, each with its vector; those beyond 384 are cut."""
        [found] = self._read.each([(text,)], lambda _: [self._tokens(text)])
        return found

    def _tokens(self, text: str) -> TokenVectors:
        ids, places = self._model.places(text)
        inner = self._model.run(bundled.single(ids))[1:-1]
        rows = inner / np.maximum(np.linalg.norm(inner, axis=1, keepdims=True), _SHORTEST)
        return TokenVectors(tuple(places[: len(rows)]), np.asarray(rows, dtype=np.float32))

    def _row(self, question: str) -> Vectors:
        [words] = self._model.words([question])
        row: Vectors = bundled.mean_token(self._model.run(bundled.single(words, asked=True)))
        row.flags.writeable = False  # shared by all who ask it again
        return row


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; its own query and document prompts are used."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self._name, self._model = name, model
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(
                f"expected {name!r} to say how long its vectors are, found nothing; use another model"
            )
        self._dimension = int(dimension)

    @property
    def name(self) -> str:
        """The model's name, as the manifest records it; of a folder its whole path, however it was written."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """Longest input in the model's own tokens, special tokens included."""
        longest = self._model.max_seq_length
        return UNBOUNDED if longest is None or longest > UNBOUNDED else int(longest)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the model's own tokens in each text, special tokens included."""
        if not texts:  # which transformers' tokenizers do not take
            return []
        tokenizer: Any = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # a bare tokenizers.Tokenizer, as static models have
            return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))]
        return [len(ids) for ids in tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), dimension)``, rows of length 1."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        rows = self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)

    def embed_query(self, question: str) -> Vectors:
        """Embed one question: shape ``(dimension,)``, length 1."""
        row = self._model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(row, dtype=np.float32)


def load_embedder(name: str = BUNDLED, *, allow_download: bool = False) -> Embedder:
    """Load an encoder.

    Args:
        name: ``bundled``, or a sentence-transformers model: a folder, or a name on the model hub.
        allow_download: Whether a hub may be asked for a model that is not on this machine.

    Raises:
        ModelError: If the model is not there or is not one.
    """
    if name in {BUNDLED, bundled.ENCODER}:
        return BundledEmbedder()
    quiet_hub(allow_download=allow_download)
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(at := model_name(name), local_files_only=not allow_download)
    except LOAD_ERRORS as error:
        raise not_loaded("sentence-transformers model", name, error) from error
    return SentenceTransformerEmbedder(at, model)


class AwaitedEmbedder:
    """The bundled encoder, loaded when it is first given something to read: where nothing is new it never is."""

    name, dimension, max_tokens = bundled.ENCODER, network.WIDTH, bundled.ENCODER_TOKENS

    @cached_property
    def _loaded(self) -> BundledEmbedder:
        return BundledEmbedder()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of the model's own tokens in each text, special tokens included."""
        return self._loaded.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: shape ``(len(texts), 768)``, rows of length 1."""
        return self._loaded.embed(texts)

    def embed_query(self, question: str) -> Vectors:
        """Embed one question: shape ``(768,)``."""
        return self._loaded.embed_query(question)


def load_embedder_when_needed(name: str = BUNDLED, *, allow_download: bool = False) -> Embedder:
    """Return an encoder as ``load_embedder`` does; the bundled one is not loaded before it is used."""
    if name in {BUNDLED, bundled.ENCODER}:
        return AwaitedEmbedder()
    return load_embedder(name, allow_download=allow_download)


def quiet_hub(*, allow_download: bool) -> None:
    """Keep the model hub's client from the network unless it is allowed there; never let it send usage data.

    Takes effect only before that client is first imported; a value the user has set in the environment stays.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if not allow_download:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault(
            "HF_HUB_DISABLE_PROGRESS_BARS", "1"
        )  # of reading a folder: standard error is for errors
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")


def model_name(name: str) -> str:
    """Return a folder's absolute path if ``name`` is one, else the name as it is."""
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def not_loaded(kind: str, name: str, error: Exception) -> ModelError:
    """Say in one line why a model could not be loaded."""
    found = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return ModelError(
        f"expected a {kind} at {name!r}, found: {found}; give a folder that holds one, "
        "use the name 'bundled', or set allow_downloads = true to have a hub asked for it"
    )
