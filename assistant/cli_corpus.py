"""``treaty corpus``: the documents that may be quoted. Thin, as ``assistant.cli`` is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import arguments, terminal
from corpus.errors import TreatyError
from corpus.models import Kind

if TYPE_CHECKING:
    from corpus.entry import Entry

app = typer.Typer(no_args_is_help=True, help="The documents that may be quoted.")


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders; links within folders are left alone.")
    ],
    kind: Annotated[
        Kind | None, typer.Option(help="What sort of text they are; told by title and articles if left out.")
    ] = None,
) -> None:
    """Add documents to the library; what cannot be read is named, the rest is added."""
    from assistant.wiring import library
    from corpus.readers import Metadata

    shelf, known = library(context.obj), Metadata(kind=kind) if kind else None
    added: list[dict[str, Any]] = []
    problems: list[str] = []
    for link in arguments.links(paths):
        terminal.note(f"{link}: a link within a folder is not followed. Name it to add what it leads to")
    for path in arguments.files(paths):
        try:
            # Two files of one command are two documents, whatever their names.
            entry = shelf.add(
                arguments.not_a_folder(path), known=known, apart=frozenset(one["id"] for one in added)
            )
        except TreatyError as error:
            problems.append(str(error))
            terminal.error(str(error))
            continue
        notices = () if entry.unchanged or entry.same_as else shelf.document(entry.id).notices
        added.append(_added(entry, path) | ({"notices": notices} if notices else {}))
        terminal.line(f"{_became(entry)}: {entry.id}  {entry.title}{_twin(entry)}")
        for notice in notices:
            terminal.note(f"{entry.id}: {notice}")
    terminal.json_only({"added": added, "problems": problems})
    if any(not a["unchanged"] for a in added):
        terminal.note("Run: treaty index")
    if problems:
        raise typer.Exit(1)


def _added(entry: Entry, path: Path) -> dict[str, Any]:
    made = {"id": entry.id, "title": entry.title, "file": str(path), "unchanged": entry.unchanged}
    versions, also = len(entry.versions), list(entry.also)
    told = {"versions": versions if versions > 1 else 0, "same_as": entry.same_as, "also": also}
    return made | {key: value for key, value in told.items() if value}


def _became(entry: Entry) -> str:
    if entry.unchanged:
        return "already there"
    return "added" if len(entry.versions) == 1 else f"new version ({len(entry.versions)} kept)"


def _twin(entry: Entry) -> str:
    """Return what is said of a file that is here under another name, to the byte."""
    if entry.same_as:
        return f" (the same file as {entry.same_as}, under which it is quoted)"
    return f" (the same file as {', '.join(entry.also)})" if entry.also else ""


@app.command()
def remove(
    context: typer.Context,
    document_id: Annotated[
        str, typer.Argument(metavar="ID", help="Its id; of a file under two names, that of one of them.")
    ],
) -> None:
    """Take a document, with the versions kept of it, out of the library; the next index leaves it out."""
    from assistant.wiring import library

    shelf = library(context.obj)
    entry = shelf.remove(document_id)
    left = [one for one in shelf.entries() if one.sha256 == entry.sha256]
    stays = f". The same file stays as {left[0].id}" if left else ""
    terminal.show(
        {"removed": entry.id, "stays_as": left[0].id if left else None},
        f"removed: {entry.id}  {entry.title}{stays}",
    )
    terminal.note("Run: treaty index")


@app.command("list")
def list_documents(context: typer.Context) -> None:
    """List the documents: the embedded guides and the library, a file under two names under both."""
    from assistant.render import document_json
    from assistant.wiring import library, sources

    found = sources(context.obj)
    for problem in found.problems:
        terminal.error(str(problem))
    names = {one.id: one for one in library(context.obj).every_name()}
    rows = []
    for document in found.documents:
        entry = names.get(document.id)
        kept = entry.versions if entry is not None else ()
        versions = [{"sha256": one.sha256, "added": one.added} for one in kept]
        rows.append(document_json(document) | {"same_as": None, "versions": versions})
    by_id = {row["id"]: row for row in rows}
    rows += [
        by_id[one.same_as] | _twin_row(one) for one in names.values() if one.same_as and one.same_as in by_id
    ]
    terminal.show({"documents": rows}, terminal.document_table(rows))
    if found.problems:
        raise typer.Exit(1)


def _twin_row(twin: Entry) -> dict[str, Any]:
    """Return what the list says of a second name otherwise than of the first."""
    versions = [{"sha256": one.sha256, "added": one.added} for one in twin.versions]
    own = {"id": twin.id, "path": twin.name, "retrieved": twin.added, "versions": versions}
    return own | {"same_as": twin.same_as, "also": []}


@app.command()
def show(
    context: typer.Context,
    *,
    document_id: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, or a link to one of its provisions.")
    ],
    pinpoint: Annotated[
        str | None, typer.Argument(help="Such as 13(1)(b) or art-13/1/b; the whole outline if left out.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the canonical text, exactly.")] = False,
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="SHA256", help="An earlier version that is kept, by its digest's beginning."
        ),
    ] = None,
) -> None:
    """Show a document: its outline, one provision, or its canonical text."""
    from assistant.render import document_json
    from assistant.show import document_of, place_of, shown_version
    from assistant.versions import versions_of
    from assistant.wiring import library, sources

    if text and pinpoint is not None:
        raise typer.BadParameter("give a pinpoint or --text, not both", param_hint="--text")
    document_id, pinpoint = place_of(document_id, pinpoint)
    found, versions = sources(context.obj), versions_of(context.obj)
    names = {one.id: one.same_as for one in library(context.obj).every_name()}
    document = document_of(found, names.get(document_id) or document_id)
    if text:
        if version is not None and versions is not None and version != document.provenance.sha256:
            document = versions.as_of(document, version).document
        terminal.exactly({"document": document_json(document), "text": document.text}, document.text)
    else:
        terminal.show(*shown_version(document, pinpoint, found.documents, versions, version))


@app.command()
def fetch(
    context: typer.Context,
    *,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Catalogue ids; all if left out.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the catalogue and fetch nothing.")] = False,
) -> None:
    """Download official texts named in the catalogue into the library."""
    from assistant.official import fetch_official

    fetch_official(context.obj, ids or (), listing=listing)
