"""The same questions for programs: typed endpoints of Gradio's API, which are also the tools of the MCP server.

Each returns the JSON that the command line prints with ``--json``, so there is one contract. Work goes to the threads
that answer the page's questions, behind the same bounded line, and every error is the program's one line. Docstrings
and annotations are what a program, or a model, is shown of an endpoint.
"""

# No postponed annotations: Gradio takes an endpoint's result type as it stands in the signature.

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

import gradio as gr
from gradio.events import api

from assistant.compare import compare as compare_documents
from assistant.compare import of_library, rows_for
from assistant.contract import Answered, Comparison, Found, Listed, Shown, Verified
from assistant.errors import Busy, UnfitArgument
from assistant.render import answer_json, document_json, search_json
from assistant.render_compare import compared_json
from assistant.render_verify import verified_json
from assistant.show import place_of, shown_version
from assistant.verify import verify as check
from assistant.verify_formerly import with_formerly
from assistant.web.ask.asker import CONCURRENT, UNEXPECTED, Asker
from assistant.web.service import given
from assistant.web.session import Answers, Session
from corpus.errors import TreatyError
from corpus.name_book import NameBook, packaged
from corpus.normalise import CHARACTERS, MappedText, apply
from corpus.pinpoint import Style

NAMES = ("ask", "search", "show", "verify", "compare", "documents")
"""The endpoints; nothing else may be called by programs."""

Json = Any
"""Made by the command line's own forms; ``assistant.contract`` says of what it is made."""
Cited = Literal["oscola", "bluebook", "plain"]
Work = Callable[[Answers], Json]

_log = logging.getLogger(__name__)


class Told(gr.Error):
    """An error whose words reach the caller. Gradio's own is written with quotation marks where MCP passes it on."""

    def __init__(self, words: str) -> None:
        super().__init__(" ".join(words.split()), print_exception=False)

    def __str__(self) -> str:
        """Return the words."""
        return str(self.message)


class Endpoints:
    """What programs may call.

    Args:
        session: Whose assistant is asked; its style is how citations are written where a call does not say.
        asker: Whose threads do the work.
        names: What treaties are called; those of the program if not given.
    """

    def __init__(self, session: Session, asker: Asker, names: NameBook | None = None) -> None:
        self._session, self._asker, self._names = session, asker, names

    async def ask(
        self,
        question: str,
        history: list[str] | None = None,
        documents: list[str] | None = None,
        style: Cited | None = None,
    ) -> Answered:
        """Answer a question about treaties with verbatim quotations from the library.

        Every "text" under "quotes" is the source's own words, checked character for character: repeat it unchanged,
        with its "citation". If "status" is "declined", the library does not answer the question: "reason" says why,
        and what stands under "nearest" is not an answer. Then say that the library does not answer, rather than
        answering from memory.

        Args:
            question: In plain English, or naming provisions such as Article 31(3)(c) VCLT; at most 2,000 characters.
            history: Earlier questions of the conversation, oldest first, for a follow-up; at most 50.
            documents: Ids of the documents to look in, as the tool documents lists them; all if left out.
            style: How each citation is written; as the server is set if left out.
        """
        with self._told(), self._not_taken_up():
            asked, before = given.question("question", question), given.earlier("history", history)
            ids, manner = given.documents("documents", documents), self._manner(style)

            def work() -> Json:
                with self._asker.watch.question(asked) as course, self._session.borrowed() as answers:
                    course.answer = answers.ask(asked, history=before, document_ids=ids)
                    return answer_json(course.answer, _texts(answers), manner)

            made: Answered = await self._result(work)
            return made

    async def search(
        self,
        question: str,
        top_k: int = 10,
        history: list[str] | None = None,
        documents: list[str] | None = None,
    ) -> Found:
        """Find the passages of the library that are nearest to a question, best first.

        Each "text" is verbatim. That a passage is near does not mean that it answers: use the tool ask for that.

        Args:
            question: In plain English; at most 2,000 characters.
            top_k: How many passages, 1 to 100.
            history: Earlier questions of the conversation, oldest first, for a follow-up; at most 50.
            documents: Ids of the documents to look in, as the tool documents lists them; all if left out.
        """
        with self._told(), self._asker.watch.call("search"):
            asked, most = given.question("question", question), given.hits("top_k", top_k)
            before, ids = given.earlier("history", history), given.documents("documents", documents)

            def work(answers: Answers) -> Json:
                hits = answers.search(asked, history=before, top_k=most, document_ids=ids)
                return search_json(asked, hits, {d.id: d for d in answers.documents()})

            made: Found = await self._lent(work)
            return made

    async def show(self, document: str, pinpoint: str | None = None) -> Shown:
        """Show one provision of a document in full and verbatim, with the definitions and provisions it leans on.

        Without a pinpoint: what is known of the document itself (title, kind, source, date). A "permalink" made from a
        version that another has replaced shows that version, and "version" says so.

        Args:
            document: Its id, as the tool documents lists it, or the "link" or "permalink" of a quotation.
            pinpoint: Which provision, such as 13(1)(b), art-13/1/b or a section's heading.
        """
        with self._told(), self._asker.watch.call("show"):
            name, at = place_of(given.place("document", document) or "", given.place("pinpoint", pinpoint))

            def work(answers: Answers) -> Json:
                versions = self._session.versions
                return shown_version(answers.document(name), at, answers.documents(), versions)[0]

            made: Shown = await self._lent(work)
            return made

    async def verify(self, text: str, style: Cited | None = None) -> Verified:
        """Check every quotation and every citation of a provision in a text against the library.

        Each finding's "status" is exact, altered (exact but for words in brackets), differs (with a word by word
        "diff"), wrong_address ("right" has the true one), not_found, not_held (its treaty is not in the library, so it
        was not checked) or no_such_provision. Use it on a draft before handing it on.

        Args:
            text: Plain text or Markdown, at most 100,000 characters; quotations in quotation marks or block quotes.
            style: How each citation is written; as the server is set if left out.
        """
        with self._told(), self._asker.watch.call("verify"):
            sent, manner = given.text("text", text), self._manner(style)

            def work(answers: Answers) -> Json:
                read = apply(MappedText.of(sent), *CHARACTERS).text  # as the command line reads a file
                documents, trees = answers.documents(), lru_cache(maxsize=None)(answers.provisions)
                absent = (self._names or packaged()).absent(documents)
                report = check(read, documents, trees, absent=absent)
                report = with_formerly(report, read, documents, self._session.versions)
                return verified_json(report, read, manner)

            made: Verified = await self._lent(work)
            return made

    async def compare(
        self, topic: str, documents: list[str] | None = None, style: Cited | None = None
    ) -> Comparison:
        """Set treaties side by side on a topic: a row a document, each with its own verbatim words.

        A row with "found" false has no matching provision: say so, and do not fill it from memory.

        Args:
            topic: A subject such as withdrawal, or a question that compares treaties by name.
            documents: Ids of the documents to compare, as the tool documents lists them; all treaties if left out.
            style: How each citation is written; as the server is set if left out.
        """
        with self._told(), self._asker.watch.call("compare"):
            asked, ids = given.question("topic", topic), given.documents("documents", documents)
            manner = self._manner(style)

            def work(answers: Answers) -> Json:
                if ids:
                    made = compare_documents(answers, asked, ids)
                else:
                    made = rows_for(asked, answers) or of_library(asked, answers)
                return compared_json(made, {row.document.id: row.document.text for row in made.rows}, manner)

            made: Comparison = await self._lent(work)
            return made

    async def documents(self) -> Listed:
        """List the documents of the library with their ids, titles, kinds, sources and dates."""
        with self._told(), self._asker.watch.call("documents"):
            made: Listed = await self._lent(lambda answers: {"documents": _described(answers)})
            return made

    # -- on the way

    def _manner(self, style: object) -> Style:
        return given.style("style", style) or self._session.style

    async def _lent(self, work: Work) -> Json:
        def borrowed() -> Json:
            with self._session.borrowed() as answers:
                return work(answers)

        return await self._result(borrowed)

    async def _result(self, work: Callable[[], Json]) -> Json:
        """Return what a thread made; what nobody expected goes to the terminal, and a plain line to the caller."""
        future = asyncio.wrap_future(self._asker.submit(work))
        await asyncio.wait([future])
        error = future.exception()
        if error is not None and not isinstance(error, TreatyError):
            _log.error("An endpoint failed", exc_info=error)
            raise Told(UNEXPECTED)
        return future.result()

    @contextmanager
    def _not_taken_up(self) -> Iterator[None]:
        try:
            yield
        except (UnfitArgument, Busy) as error:
            self._asker.watch.refused(error)
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the program's own errors into Gradio's, which are the only ones whose words reach a caller."""
        try:
            yield
        except TreatyError as error:
            raise Told(str(error)) from error


def add(blocks: gr.Blocks, endpoints: Endpoints) -> None:
    """Open the endpoints, and only them, to programs.

    The page's callbacks have been given names as well, private or not; they lose them here, so that an endpoint is
    called what it is called whatever a callback's function is called.
    """
    for number, callback in enumerate(blocks.fns.values()):
        callback.api_name = f"page_{number}"
    with blocks:
        for name in NAMES:
            # not queued by Gradio: the threads have their own line, which the page's questions stand in too
            api(getattr(endpoints, name), queue=False, concurrency_limit=CONCURRENT, concurrency_id="ask")


def _described(answers: Answers) -> list[Json]:
    return [document_json(document) for document in answers.documents()]


def _texts(answers: Answers) -> dict[str, str]:
    return {document.id: document.text for document in answers.documents()}
