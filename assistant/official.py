"""What ``treaty corpus fetch`` does: official texts into the library, told line by line, and the catalogue as a table.

One text that cannot be had does not keep the others from coming. A network that is not there does: it is told once,
and not once a text.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import httpcore
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from assistant import terminal
from assistant.offers import short_title
from assistant.wiring import library
from corpus.catalogue import CatalogueEntry, entries, entry
from corpus.connection import system_addresses
from corpus.errors import CatalogueError, FetchError, ReadError
from corpus.fetch import Fetched, Outcome, fetch, fetched

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.connection import Resolver
    from corpus.download import Progress as Received
    from corpus.library import Library

_TOLD = {Outcome.ADDED: "fetched", Outcome.CHANGED: "new version", Outcome.UNCHANGED: "unchanged"}
_NOT_CONNECTED = (httpcore.ConnectError, httpcore.ConnectTimeout)
_HTTPS = 443
_MOST_SILENT = 2
"""Publishers that cannot be connected to, with none that can, after which it is the network and not they."""
_COLUMNS = ("id", "title", "publisher", "language", "format", "fetched", "address")
_PIPED_WIDTH = 1000
"""Columns of a table that no terminal limits: as many as its rows need."""
_DATE = len("2026-01-01")

Json = dict[str, Any]


class Fetch(Protocol):
    """What fetches one text: ``corpus.fetch.fetch``, or that with limits of its own."""

    def __call__(self, text: CatalogueEntry, shelf: Library, /, *, progress: Received | None) -> Fetched:
        """Fetch a text into the library."""
        ...


@dataclass(slots=True)
class Errand:
    """What has come of fetching several texts so far.

    Attributes:
        got: Texts that are in the library now, each with its catalogue entry.
        problems: One line for each failure.
        not_tried: Texts that were not asked for because there is no network.
        silent: Hosts that could not be connected to, as long as no other was reached.
        reached: Whether a publisher answered, be it with a refusal.
    """

    got: list[tuple[CatalogueEntry, Fetched]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    not_tried: list[CatalogueEntry] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    reached: bool = False

    def failed(self, problem: str) -> None:
        """Note a failure and tell of it."""
        self.problems.append(problem)
        terminal.error(problem)

    def no_network(
        self, text: CatalogueEntry, error: Exception, rest: Sequence[CatalogueEntry], resolve: Resolver
    ) -> bool:
        """Tell whether a failure means that the rest would fail as well, because there is no network.

        So it is if nothing was reached yet and the name of another publisher cannot be resolved either, or a second
        publisher cannot be reached.
        """
        if self.reached or not text.direct:
            return False
        if not isinstance(error.__cause__, _NOT_CONNECTED):
            self.reached = True
            return False
        self.silent.add(_host(text))
        others = [host for host in map(_host, rest) if host not in self.silent]
        resolved = any(_resolves(host, resolve) for host in others[:1])
        return bool(rest) and (not resolved or len(self.silent) >= _MOST_SILENT)


def fetch_official(settings: Settings, ids: Sequence[str], *, listing: bool) -> None:
    """Fetch official texts into the library, or list them; all of the catalogue if no ids are given.

    Of all texts those that no program can fetch are only told of; asked for by id, one is a failure.

    Raises:
        typer.Exit: With code 1 if an id is unknown or a text could not be fetched; each was told in one line.
        LibraryError: If the library is damaged or cannot be written.
    """
    shelf = library(settings)
    errand = Errand()
    wanted = _wanted(ids, errand)
    if listing:
        rows = [text_json(text, shelf) for text in wanted]
        terminal.show({"texts": rows, "problems": errand.problems}, catalogue_table(rows))
    else:
        by_hand = [] if ids else [text for text in wanted if not text.direct]
        fetch_texts([text for text in wanted if text not in by_hand], shelf, errand)
        _tell(errand, by_hand)
    if errand.problems:
        raise typer.Exit(1)


def fetch_texts(
    texts: Sequence[CatalogueEntry],
    shelf: Library,
    errand: Errand | None = None,
    *,
    take: Fetch = fetch,
    resolve: Resolver = system_addresses,
) -> Errand:
    """Fetch texts one after the other, telling of each as it is done; stop if there is no network.

    Args:
        texts: What to fetch.
        shelf: Where it goes.
        errand: What came of it before, such as ids that are in no catalogue.
        take: What fetches one of them.
        resolve: How it is found out whether there is a network at all.

    Raises:
        LibraryError: If the library is damaged or cannot be written.
    """
    errand = errand or Errand()
    with _bars(len(texts)) as bar:
        for place, text in enumerate(texts):
            try:
                got = take(text, shelf, progress=bar(text.id, place))
            except (FetchError, ReadError) as error:
                rest = texts[place + 1 :]
                if errand.no_network(text, error, rest, resolve):
                    errand.not_tried = list(rest)
                    errand.failed(_offline(error, len(rest)))
                    break
                errand.failed(str(error))
            else:
                errand.reached = True
                errand.got.append((text, got))
                terminal.line(_got(text, got))
    return errand


def text_json(text: CatalogueEntry, shelf: Library) -> Json:
    """Return an official text's JSON form: what the catalogue says, and when it came into the library."""
    here = fetched(text, shelf)
    return {
        "id": text.id,
        "title": text.title,
        "publisher": text.publisher,
        "language": text.language,
        "format": text.format.value,
        "fetched": here.added if here else None,
        "document": here.id if here else None,
        "address": text.address,
        "page": text.human_page,
        "direct": text.direct,
        "authenticity": text.authenticity,
        "names": list(text.names),
    }


def catalogue_table(rows: Sequence[Json]) -> str:
    """Return official texts as a table: as wide as the terminal, or as its rows where there is none."""
    table = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name in {"id", "fetched"}, overflow="fold")
    for row in rows:
        shown = {**row, "title": short_title(row["title"]), "fetched": (row["fetched"] or "-")[:_DATE]}
        table.add_row(*(shown[name] for name in _COLUMNS))
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _wanted(ids: Sequence[str], errand: Errand) -> list[CatalogueEntry]:
    """Return the texts of these ids, each once; an id that is in no catalogue is a failure like any other."""
    if not ids:
        return list(entries())
    found = []
    for text_id in dict.fromkeys(ids):
        try:
            found.append(entry(text_id))
        except CatalogueError as error:
            errand.failed(str(error))
    return found


def _tell(errand: Errand, by_hand: Sequence[CatalogueEntry]) -> None:
    terminal.json_only(
        {
            "fetched": [_got_json(text, got) for text, got in errand.got],
            "problems": errand.problems,
            "not_tried": [text.id for text in errand.not_tried],
            "by_hand": [{"id": text.id, "title": text.title, "page": text.human_page} for text in by_hand],
        }
    )
    for text in by_hand if errand.reached else ():
        terminal.note(
            f"{text.id}: no program can fetch it. Open {text.human_page}, save it and run: treaty corpus add FILE"
        )
    if any(got.outcome is not Outcome.UNCHANGED for _, got in errand.got):
        terminal.note("Run: treaty index")


def _got(text: CatalogueEntry, got: Fetched) -> str:
    kept_as = "" if got.entry.id == text.id else f" (in the library as {got.entry.id})"
    return f"{_TOLD[got.outcome]}: {text.id}  {got.entry.title}{kept_as}"


def _got_json(text: CatalogueEntry, got: Fetched) -> Json:
    return {
        "id": text.id,
        "document": got.entry.id,
        "title": got.entry.title,
        "outcome": got.outcome.value,
        "address": got.address,
        "sha256": got.entry.sha256,
        "size": got.entry.size,
    }


def _host(text: CatalogueEntry) -> str:
    return urlsplit(text.address).hostname or text.address


def _resolves(host: str, resolve: Resolver) -> bool:
    try:
        return bool(resolve(host, _HTTPS))
    except OSError:
        return False


def _offline(error: FetchError | ReadError, left: int) -> str:
    untried = "1 other text was" if left == 1 else f"{left} other texts were"
    return (
        f"there seems to be no network: {error.reason}; {untried} not tried. "
        "Check the network and run the command again. The embedded corpus goes on working without it"
    )


@contextmanager
def _bars(texts: int) -> Iterator[Callable[[str, int], Received]]:
    """Show a progress bar on stderr, if that is a terminal; give what makes the bar of one text."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # else what is written to a file would land on the terminal
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=None, visible=False)

        def of(text_id: str, place: int) -> Received:
            bar.reset(task, description=f"{place + 1}/{texts} {text_id}", total=None, visible=True)
            return lambda received, total: bar.update(task, completed=received, total=total)

        yield of
