"""Questions as the encoder reads them that did not learn from their documents.

What the encoder learned about asking (``index/asking.py``) comes from the same questions as the order and the
confidence do. Fitted on the vectors of that encoder, both would trust it more than it deserves on a treaty it has not
seen; ``eval.fit_encoder`` therefore writes, for each of these questions, the vector of one that left its documents out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant import wiring
from assistant.settings import load
from index.embedder import load_embedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Assistant
    from index.models import Embedder, Vectors


class HeldOut:
    """An encoder, and beside it the vectors of some questions from encoders that did not learn from their documents.

    Args:
        embedder: Reads all other texts.
        file: As ``eval.fit_encoder`` writes it.
    """

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self._embedder = embedder
        with np.load(file) as read:
            self._apart = dict(zip(read["texts"].tolist(), read["vectors"], strict=True))

    @property
    def name(self) -> str:
        """The encoder's name: passages are its own."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """Longest input of the encoder."""
        return self._embedder.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the encoder's number of tokens in each text."""
        return self._embedder.count(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages with the encoder."""
        return self._embedder.embed(texts)

    def embed_query(self, question: str) -> Vectors:
        """Return a question's vector, the one set apart where there is one."""
        apart = self._apart.get(question)
        return self._embedder.embed_query(question) if apart is None else apart


def opened(home: Path, held_out: Path | None) -> Assistant:
    """Open a home's assistant.

    Args:
        home: A folder with an index.
        held_out: The file with the vectors to be used for known questions; None to read all as users' questions are.
    """
    settings = load(home)
    if held_out is None:
        return wiring.open_assistant(settings)
    embedder = load_embedder(settings.embedder, allow_download=settings.allow_downloads)
    return wiring.open_assistant(settings, embedder=HeldOut(embedder, held_out))
