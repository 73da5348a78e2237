"""What ``treaty doctor`` finds in the index: whether it is ours, whole, of now, and what dead processes left in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from assistant.doctor_check import Check, is_ahead, listed
from assistant.doctor_library import unreadable
from assistant.doctor_system import users_of
from corpus.errors import TreatyError
from index import durable
from index.errors import IndexBusy, IndexUnreachable, NoIndex, NoRoom

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.settings import Settings
    from index.generation import Generation, Manifest

_FIX = "Run: treaty doctor --fix"


def checks(settings: Settings) -> Iterator[Check]:
    """Look at the live generation, at the ones beside it and at what is left between them."""
    rebuild, renew = partial(_made_again, settings, True), partial(_made_again, settings, False)  # noqa: FBT003
    yield from _live(settings, rebuild, renew)
    yield from _beside(settings)
    yield from _left(settings)


def _live(settings: Settings, rebuild: partial[str], renew: partial[str]) -> Iterator[Check]:
    from index.generation import open_generation, verify

    try:
        with open_generation(settings.home, server=settings.vector_server) as generation:
            manifest = generation.manifest
            strays = list(_strays(generation, rebuild))
            yield from strays
            findings = verify(generation) if not strays else ()
            found = f"{generation.id}, {len(manifest.documents)} documents, {manifest.passages} passages"
            if findings:
                yield Check("index", ok=False, found=findings[0], remedy=_rebuilt(), fix=rebuild)
            elif not strays:
                yield Check("index", ok=True, found=found)
            yield from _of_now(settings, manifest, generation, renew)
    except NoIndex as error:
        yield Check("index", ok=False, found=str(error), fix=renew)
    except (IndexUnreachable, NoRoom) as error:  # neither of which an index made anew would mend
        yield Check("index", ok=False, found=str(error))
    except TreatyError as error:
        yield Check("index", ok=False, found=str(error), fix=rebuild)


def _strays(generation: Generation, rebuild: partial[str]) -> Iterator[Check]:
    """Hold passages and vectors against each other."""
    passages = {one.id for one in generation.passages.all_passages()}
    vectors = generation.vectors.ids()
    without, orphans = len(passages - vectors), len(vectors - passages)
    if without or orphans:
        found = (
            f"{without} of {len(passages)} passages have no vector and cannot be found by meaning; {orphans} of "
            f"{len(vectors)} vectors belong to no passage"
        )
        yield Check("vectors", ok=False, found=found, remedy=_rebuilt(), fix=rebuild)


def _of_now(
    settings: Settings, manifest: Manifest, generation: Generation, renew: partial[str]
) -> Iterator[Check]:
    """Tell whether the index was made as the settings say, of what the library holds, and not in the future."""
    from assistant.wiring import chunking, library
    from corpus.embedded import embedded_documents
    from index.embedder import load_embedder

    try:
        embedder = load_embedder(settings.embedder, allow_download=settings.allow_downloads).name
        wanted, built = (chunking(settings), embedder), (manifest.chunking, manifest.embedder.name)
        remedy = f"Expected {', '.join(wanted)}. Run: treaty index"
        yield Check("index settings", built == wanted, ", ".join(built), remedy, renew)
    except TreatyError:
        pass  # that there is no encoder is a check of its own
    known = {one.id: one.provenance.sha256 for one in generation.passages.documents()}
    entries = {one.id: one.sha256 for one in library(settings).entries()}
    behind = [one for one, sha256 in entries.items() if known.get(one) != sha256]
    if behind:
        found = f"not indexed in their newest version: {listed(behind)}"
        yield Check("index content", ok=False, found=found, remedy="Run: treaty index", fix=renew)
    guides = {one.id for one in embedded_documents()}
    if gone := sorted(known.keys() - entries.keys() - guides):
        found = f"still indexed though no longer in the library: {listed(gone)}"
        yield Check("index content", ok=False, found=found, remedy="Run: treaty index", fix=renew)
    if is_ahead(manifest.created):
        found = f"generation {manifest.id} was made in the future ({manifest.created:%Y-%m-%d %H:%M} UTC)"
        yield Check(
            "clock", ok=False, found=found, remedy="Set this machine's clock right, then run: treaty index"
        )


def _beside(settings: Settings) -> Iterator[Check]:
    """Look at the generations that are not the live one: foreign folders, and those that somebody still reads."""
    from index.generation import MANIFEST, current, index_folder

    try:
        live = current(settings.home)
    except TreatyError:
        live = None
    folders = sorted((index_folder(settings.home) / "generations").glob("[!.]*"))
    for folder in folders:
        if not (folder / MANIFEST).is_file():
            found = f"{folder} is no generation of this program: it holds no {MANIFEST}"
            yield Check(
                "foreign folder",
                ok=False,
                found=found,
                remedy="Move it elsewhere if it is yours, else remove it",
            )
        elif folder.name != live and durable.in_use(folder / MANIFEST):
            yield Check("earlier generation", ok=False, found=_read_by(folder), remedy=_restart(live))


def _read_by(folder: Path) -> str:
    processes = ", ".join(map(str, users_of(folder))) or "another"
    return f"{folder.name} is still read by process {processes} though it is not the live one, so it is kept"


def _restart(live: str | None) -> str:
    return f"Wait until that program ends, or restart it to answer from {live or 'the live generation'}"


def _left(settings: Settings) -> Iterator[Check]:
    """Name what killed writers left: folders and, on a server, the collections that go with them."""
    from index.generation import UNFINISHED, index_folder

    folder = index_folder(settings.home)
    if not folder.is_dir():
        return
    marks = (f"generations/{UNFINISHED}*", f"generations/{durable.DOOMED}*", ".CURRENT-*")
    left = [one for mark in marks for one in sorted(folder.glob(mark))]
    if not left:
        return
    if _being_written(settings):
        yield Check(
            "index leftovers", ok=True, found="the index is being written by another process just now"
        )
        return
    at = f", and their collections at {settings.index_server}" if settings.index_server else ""
    found = f"{len(left)} leftovers of killed processes: {listed([one.name for one in left])}{at}"
    yield Check("index leftovers", ok=False, found=found, remedy=_FIX, fix=partial(_cleared, settings))


def _being_written(settings: Settings) -> bool:
    import filelock

    from index.generation import index_folder

    lock = filelock.FileLock(index_folder(settings.home) / "write.lock", timeout=0)
    try:
        with lock:
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return False  # it cannot be written, which is a check of its own


def _cleared(settings: Settings) -> str:
    from index.generation import writing

    with writing(settings.home, settings.vector_server):
        pass
    return "removed what killed processes had left in the index"


def _made_again(settings: Settings, rebuild: bool) -> str:  # noqa: FBT001 - of a partial
    from assistant.wiring import update_index

    if unreadable(settings):
        return "the index was not made again: a document of the library cannot be read (see above)"
    try:
        report = update_index(settings, rebuild=rebuild)
    except IndexBusy as error:
        return f"the index was not made again: {error}"
    how = "made anew from the library" if rebuild else "made to match the library"
    return f"the index was {how}: generation {report.generation}, {report.embedded} passages embedded"


def _rebuilt() -> str:
    return f"{_FIX}, or: treaty index --rebuild"
