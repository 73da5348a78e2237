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
from index.embedder import BundledEmbedder

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from index.models import Vectors


class HeldOut(BundledEmbedder):
    """The bundled encoder, and beside it the vectors of some questions from encoders that did not see their documents.

    Args:
        file: As ``eval.fit_encoder`` writes it.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        with np.load(file) as read:
            self._apart = dict(zip(read["texts"].tolist(), read["vectors"], strict=True))

    def embed_query(self, question: str) -> Vectors:
        """Return a question's vector, the one set apart where there is one."""
        apart = self._apart.get(question)
        return super().embed_query(question) if apart is None else apart


def opened(home: Path, held_out: Path | None) -> Assistant:
    """Open a home's assistant.

    Args:
        home: A folder with an index.
        held_out: The file with the vectors to be used for known questions; None to read all as users' questions are.
    """
    settings = load(home)
    if held_out is None:
        return wiring.open_assistant(settings)
    return wiring.open_assistant(settings, embedder=HeldOut(held_out))
