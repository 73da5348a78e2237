"""The encoder's upper layers as torch computes them, with small matrices beside each product that can be learned.

The lower layers stay as published, so a text is run through them once and kept; learning costs half of what the whole
network would. Only what ``index/asking.py`` describes is learned: everything else is frozen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from index import assembled
from index.asking import DOWN, UP
from index.bundled import CLOSING, OPENING
from index.network import LAYERS, WIDTH

FIRST = 6
"""Layers from this one on learn; with 9 there is less to gain."""
RANK = 8
_STRENGTH = 2.0
"""What is learned counts twice, as is usual (LoRA's alpha is twice the rank)."""
_LONGEST = 128
"""Tokens of a question that are read here."""
_PADDING = 1
_FAR = -1e9
_AT_ONCE = 64
_SHORT = "AVX512" in torch.backends.cpu.get_cpu_capability()
"""Whether products are of 16-bit numbers: four times as fast where the processor has them, slower where it has not."""
_PRODUCTS = (
    "attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
    "intermediate.dense", "output.dense",
)  # fmt: skip


class Beside(nn.Module):
    """A frozen product and, beside it, a learned one of low rank that starts at nothing."""

    def __init__(self, product: nn.Linear) -> None:
        super().__init__()
        self.product = product
        self.down = nn.Parameter(torch.randn(product.in_features, RANK) * 0.02)
        self.up = nn.Parameter(torch.zeros(RANK, product.out_features))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return both products' sum."""
        told: torch.Tensor = self.product(hidden)
        return told + (hidden @ self.down @ self.up) * _STRENGTH


class AskingModel:
    """Reads questions; made anew it gives the published encoder's vectors.

    Args:
        dropout: Share of values left out while learning.
        lower: States of texts below the layers that learn, shared between models.
    """

    def __init__(self, dropout: float, lower: dict[str, torch.Tensor]) -> None:
        self._network, self._tokenizer = _published(dropout)
        self._lower = lower
        for parameter in self._network.parameters():
            parameter.requires_grad = False
        self._beside = {
            f"encoder.layer.{n}.{name}": _replaced(self._network.encoder.layer[n], name)
            for n in range(FIRST, LAYERS)
            for name in _PRODUCTS
        }

    def parameters(self) -> list[nn.Parameter]:
        """Return what learns."""
        return [matrix for beside in self._beside.values() for matrix in (beside.down, beside.up)]

    def learned(self) -> dict[str, npt.NDArray[np.float16]]:
        """Return what was learned, as ``index/asking.py`` reads it."""
        found: dict[str, npt.NDArray[np.float16]] = {}
        for name, beside in self._beside.items():
            found[name + DOWN] = beside.down.detach().numpy().astype(np.float16)
            found[name + UP] = (beside.up.detach().numpy() * _STRENGTH).astype(np.float16)
        return found

    def prepare(self, texts: Iterable[str]) -> None:
        """Run texts through the lower layers, those that were not."""
        new = sorted({text for text in texts if text not in self._lower}, key=len)
        self._network.eval()
        with torch.no_grad():
            for start in range(0, len(new), _AT_ONCE):
                self._keep(new[start : start + _AT_ONCE])

    def vectors(self, texts: Sequence[str], *, learning: bool = False) -> torch.Tensor:
        """Return the vectors of prepared texts, shape ``(len(texts), 768)``, rows of length 1."""
        states = [self._lower[text] for text in texts]
        hidden = nn.utils.rnn.pad_sequence(states, batch_first=True)
        here = _mask([len(state) for state in states], hidden.shape[1])
        self._network.train(learning)
        hidden = self._through(hidden, here, range(FIRST, LAYERS))
        mean = (hidden * here[..., None]).sum(1) / here.sum(1, keepdim=True)
        return nn.functional.normalize(mean, dim=1)

    def _keep(self, texts: Sequence[str]) -> None:
        ids = [
            (OPENING, *one.ids[: _LONGEST - 2], CLOSING)
            for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]
        tokens = nn.utils.rnn.pad_sequence(
            [torch.tensor(one) for one in ids], batch_first=True, padding_value=_PADDING
        )
        here = _mask([len(one) for one in ids], tokens.shape[1])
        hidden = self._through(self._network.embeddings(input_ids=tokens), here, range(FIRST))
        for text, state, one in zip(texts, hidden, ids, strict=True):
            self._lower[text] = state[: len(one)].clone()

    def _through(self, hidden: torch.Tensor, here: torch.Tensor, layers: Iterable[int]) -> torch.Tensor:
        """Run states through layers, products in bfloat16 if the processor is of a kind that gains by it."""
        encoder = self._network.encoder
        unseen = (1 - here)[:, None, None, :] * _FAR
        bias = encoder.compute_position_bias(hidden)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_SHORT):
            for n in layers:
                hidden = encoder.layer[n](hidden, unseen, bias)[0]
        return hidden.float()


def _replaced(layer: nn.Module, name: str) -> Beside:
    *path, last = name.split(".")
    owner: Any = layer
    for step in path:
        owner = getattr(owner, step)
    beside = Beside(getattr(owner, last))
    setattr(owner, last, beside)
    return beside


def _mask(lengths: Sequence[int], width: int) -> torch.Tensor:
    return (torch.arange(width)[None] < torch.tensor(lengths)[:, None]).float()


def _published(dropout: float) -> tuple[Any, Any]:
    """Return the published network in float32, and its tokenizer."""
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import MPNetConfig, MPNetModel

    settings = MPNetConfig(
        vocab_size=30527, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout, layer_norm_eps=1e-5,
        max_position_embeddings=514, hidden_size=WIDTH, num_hidden_layers=LAYERS,
    )  # fmt: skip
    network: Any = MPNetModel(settings, add_pooling_layer=False)
    with tempfile.TemporaryDirectory() as made:
        assembled.unpack(Path(made))
        network.load_state_dict(load_file(Path(made) / assembled.WEIGHTS), strict=False)
        tokenizer = Tokenizer.from_file(str(Path(made) / assembled.TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return network, tokenizer
