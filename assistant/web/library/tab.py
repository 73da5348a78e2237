"""The library tab: which documents may be quoted, adding and removing them, and making the index match them.

The library, the re-indexing and the generations belong to the program: every visitor sees the same, and a page that is
loaded anew too. What a visitor looks for in the list, and which document they are about to replace, is their own.
"""

# Gradio reads the annotations of callbacks when it runs, so what they name is imported for good.

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.utils import get_upload_folder

from assistant.errors import NotReady
from assistant.reindexing import settings_line
from assistant.web.html import KINDS
from assistant.web.library import html_library as drawn
from assistant.web.library import html_reindex
from assistant.web.library.arrivals import sent, taken
from assistant.web.library.listing import Holding, Listing
from assistant.web.library.reindexer import Phase, Reindexer
from assistant.web.library.shelving import Added, Shelving
from assistant.web.parts import QUIET, html_part
from assistant.web.session import Ready, Session
from corpus.errors import TreatyError
from corpus.models import Kind

if TYPE_CHECKING:
    from assistant.settings import Settings

AT_WORK_SECONDS, IDLE_SECONDS = 1.0, 4.0
"""How often an open page asks whether the library has changed or how far re-indexing is."""
MANY = 20
"""Documents above which the list can be searched."""
TOLD_BY_TEXT = ""
"""Value of the choice of a kind that leaves it to the text."""
GONE = "This document is not in the library any more. The list below is as it is now"
LOOKED = 10
"""Parts of the tab that a look may renew."""


def _script(name: str) -> str:
    return (Path(__file__).parents[1] / "scripts" / f"{name}.js").read_text(encoding="utf-8")


class Keeping:
    """What the callbacks of the tab need: the session, the library and the re-indexing.

    Args:
        session: What questions are answered with.
        settings: The program's settings.
        manage: Whether visitors may change anything.
    """

    def __init__(self, session: Session, settings: Settings, *, manage: bool) -> None:
        self._session, self._manage = session, manage
        self.shelving = Shelving(settings)
        self.reindexer = Reindexer(lambda: settings_line(settings), self.shelving.changed)

    def look(self, known: str, words: str) -> tuple[Any, ...]:
        """Return counts, course, buttons, search, list, official texts, generations, timer and what is known."""
        course = self.reindexer.course
        state = self._session.state
        opened = state.opened if isinstance(state, Ready) else 0
        now = f"{course.number} {course.phase.value} {opened} {self.shelving.changes}"
        running = course.phase is Phase.RUNNING
        if now == known:
            rest = (gr.skip(),) * (LOOKED - 1)
            return (self._course(), *rest) if running else (gr.skip(), *rest)
        listing = self._listing()
        return (
            self._course(),
            html_reindex.counts(listing) + html_reindex.waiting(listing, manage=self._manage),
            gr.Button(
                visible=self._manage and not running, variant="primary" if listing.waiting else "secondary"
            ),
            gr.Button(visible=self._manage and running),
            gr.Textbox(visible=len(listing.holdings) > MANY),
            self._documents(listing, words),
            self._official(listing),
            drawn.health(self.shelving.health(), manage=self._manage),
            gr.Timer(AT_WORK_SECONDS if running else IDLE_SECONDS),
            now,
        )

    def search(self, words: str) -> str:
        """Return the documents that have some words."""
        return self._documents(self._listing(), words)

    def add(self, kind: str, replacing: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Yield the drop zone, what became of the files that were sent, and which document is to be replaced."""
        try:
            files = sent(event.files)
        except TreatyError as error:
            yield gr.skip(), drawn.line(str(error), good=False), replacing
            return
        folder, done = Path(get_upload_folder()), list[Added]()
        for number, one in enumerate(files, start=1):
            yield gr.skip(), drawn.told(done, f"Reading {number} of {len(files)}: {one.called}"), replacing
            with taken(one, folder) as place:
                if replacing:
                    done.append(self.shelving.replace(replacing, one, place))
                else:
                    done.append(self.shelving.add(one, place, Kind(kind) if kind in set(Kind) else None))
        yield self._zone(), drawn.told(done), ""

    def act(self, event: gr.EventData) -> tuple[Any, ...]:
        """Remove a document, or make ready to replace one: drop zone, what is told, and the one to be replaced."""
        document_id = str(event.id)
        one = self._holding(document_id)
        if one is None:
            self.shelving.changed()
            return gr.skip(), drawn.line(GONE, good=False), ""
        if event.act == "replace":
            return self._zone(one), "", document_id
        try:
            entry = self.shelving.remove(document_id)
        except TreatyError as error:
            return gr.skip(), drawn.line(str(error), good=False), ""
        return self._zone(), drawn.line(f"Removed from the library: {entry.title}"), ""

    def keep(self) -> tuple[str, str]:
        """Return the drop zone for new documents, and none to be replaced."""
        return self._zone(), ""

    def fetch(self, event: gr.EventData) -> Iterator[str]:
        """Yield how fetching an official text goes on, and what became of it."""
        text_id = str(event.id)
        try:
            text = self.shelving.text(text_id)
        except TreatyError as error:
            yield drawn.line(str(error), good=False)
            return
        yield drawn.told((), f"Fetching {text.title}")
        yield drawn.told((self.shelving.fetch(text_id),))

    def begin(self) -> tuple[Any, ...]:
        """Start re-indexing: its course, the buttons, and the timer."""
        self.reindexer.start()
        return self._course(), gr.Button(visible=False), gr.Button(visible=True), gr.Timer(AT_WORK_SECONDS)

    def stop(self) -> str:
        """Cancel re-indexing."""
        self.reindexer.stop()
        self.reindexer.wait(AT_WORK_SECONDS)
        return self._course()

    def back(self) -> str:
        """Go back to the generation before the live one, and tell of it."""
        try:
            name = self.shelving.roll_back()
        except TreatyError as error:
            return drawn.line(str(error), good=False)
        finally:
            self.shelving.changed()
        return drawn.line(f"The live generation is {name} again.")

    def _listing(self) -> Listing:
        try:
            with self._session.borrowed() as answers:
                return self.shelving.listing(answers)
        except NotReady:
            return self.shelving.listing(None)

    def _holding(self, document_id: str) -> Holding | None:
        own = (one for one in self._listing().holdings if not one.embedded)
        return next((one for one in own if one.id == document_id), None)

    def _course(self) -> str:
        return html_reindex.course(self.reindexer.course, self.shelving.title)

    def _zone(self, replacing: Holding | None = None) -> str:
        return drawn.drop_zone(self.shelving.most_bytes, replacing)

    def _documents(self, listing: Listing, words: str) -> str:
        return drawn.documents(listing, words if len(listing.holdings) > MANY else "", manage=self._manage)

    def _official(self, listing: Listing) -> str:
        in_index = frozenset(one.id for one in listing.holdings if one.in_index)
        state = self._session.state
        documents = state.answers.documents() if isinstance(state, Ready) else ()
        try:
            return drawn.official(self.shelving.official(documents), in_index, manage=self._manage)
        except TreatyError as error:
            return drawn.line(str(error), good=False)


class LibraryTab:
    """The tab's components and their wiring.

    Args:
        session: What questions are answered with.
        settings: The program's settings.
        manage: Whether visitors may change the library and the index, or only look at them.
    """

    def __init__(self, session: Session, settings: Settings, *, manage: bool = True) -> None:
        self._keeping, self._manage = Keeping(session, settings, manage=manage), manage
        self._timer = gr.Timer(AT_WORK_SECONDS)
        with gr.Row(elem_id="library-state"):
            self._counts = html_part(html_reindex.READING, "library-counts")
            self._begin = gr.Button("Re-index now", visible=False, scale=0, elem_id="library-begin")
            self._stop = gr.Button("Cancel", visible=False, scale=0, elem_id="library-stop")
        self._course = html_part("", "library-course")
        if manage:
            zone = drawn.drop_zone(self._keeping.shelving.most_bytes)
            self._drop = html_part(zone, "library-drop", _script("library"))
            self._kind = _kind_choice()
        self._told = html_part("", "library-told")
        self._words = gr.Textbox(
            label="Find in this list", visible=False, lines=1, max_length=200, elem_id="library-words"
        )
        acts = _script("library_acts") if manage else None
        self._list = html_part("", "library-list", acts)
        with gr.Accordion("Official texts", open=False, elem_id="library-texts"):
            self._told_of_text = html_part("", "library-told-text")
            self._official = html_part("", "library-official", acts)
        with gr.Accordion("The index", open=False, elem_id="library-index"):
            self._told_of_index = html_part("", "library-told-index")
            self._health = html_part("", "library-health", acts)

    def wire(self, blocks: gr.Blocks, renewed: gr.State) -> None:
        """Register the callbacks.

        Args:
            blocks: The page; a fresh one looks at once.
            renewed: Changes when another index is taken up.
        """
        keeping, known = self._keeping, gr.State("")
        state = [self._course, self._begin, self._stop, self._timer]
        shown = [
            *(self._course, self._counts, self._begin, self._stop, self._words),
            *(self._list, self._official, self._health, self._timer, known),
        ]
        look: tuple[Any, ...] = (keeping.look, [known, self._words], shown)
        blocks.load(*look, **QUIET)
        self._timer.tick(*look, **QUIET)
        renewed.change(*look, **QUIET)
        self._words.input(keeping.search, self._words, self._list, trigger_mode="always_last", **QUIET)
        if self._manage:
            self._wire_acts(state, look)

    def _wire_acts(self, state: list[Any], look: tuple[Any, ...]) -> None:
        """Register what changes something; after each the list is looked at again."""
        keeping, replacing = self._keeping, gr.State("")
        zone = [self._drop, self._told, replacing]
        did = [
            self._drop.dropped(keeping.add, [self._kind, replacing], zone, trigger_mode="multiple", **QUIET),
            self._drop.keep(keeping.keep, None, [self._drop, replacing], **QUIET),
            self._list.act(keeping.act, None, zone, trigger_mode="multiple", **QUIET),
            self._official.act(
                keeping.fetch, None, self._told_of_text, trigger_mode="multiple", concurrency_limit=2, **QUIET
            ),
            self._begin.click(keeping.begin, None, state, **QUIET),
            self._stop.click(keeping.stop, None, self._course, **QUIET),
            self._health.act(keeping.back, None, self._told_of_index, **QUIET),
        ]
        for one in did:
            one.then(*look, **QUIET)


def _kind_choice() -> gr.Dropdown:
    return gr.Dropdown(
        choices=[
            ("told by the text itself", TOLD_BY_TEXT),
            *((words, kind.value) for kind, words in KINDS.items()),
        ],
        value=TOLD_BY_TEXT,
        label="What the documents are",
        filterable=False,
        elem_id="library-kind",
    )
