"""What the encoder learned about questions: small additions to its upper layers, used for questions only.

People ask in words that treaties do not use. The published encoder was taught on questions and answers from the web;
``eval/fit_encoder.py`` teaches it to lay everyday questions closer to the provisions that answer them: for the products
of its layers 6 to 11 it learns matrices of rank 8 (LoRA; Hu et al., 2021), while the vectors of passages stay as they
are. So an index need not be made again when more is learned; a passage takes 1.04 times as long as without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Learned = Mapping[str, tuple[Floats, Floats]]
"""By the name of a product's weights: a matrix (inputs, rank) and one (rank, outputs), applied one after the other."""

FILE = "asking.safetensors"
DOWN, UP = ".down", ".up"
"""Endings of the two matrices' names in the file."""


def learned() -> Learned:
    """Return what comes with the program."""
    from safetensors.numpy import load

    tensors = load(_file())
    names = [name.removesuffix(DOWN) for name in tensors if name.endswith(DOWN)]
    return {
        name: (tensors[name + DOWN].astype(np.float32), tensors[name + UP].astype(np.float32))
        for name in sorted(names)
    }


@cache
def digest() -> str:
    """Return the SHA-256 of the file, in hexadecimal: a network written with another one is another network."""
    return hashlib.sha256(_file()).hexdigest()


def _file() -> bytes:
    return resources.files("index").joinpath(FILE).read_bytes()
