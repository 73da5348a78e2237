"""Verifying: from a pasted text or a dropped file to what was found in it, with progress on the way.

Nothing here knows of Gradio or HTML. A file is read by the readers of the library within the same limits, and is gone
from the disk before anything is said about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.memo import Memo, read_memo, written_memo
from assistant.verify import Finding, Report, verify
from assistant.verify_formerly import with_formerly
from assistant.web.session import Failed, Loading
from assistant.web.working import Done, carried_out
from corpus.errors import EmptyDocument, TooLarge, TreatyError, UnreadableFile
from corpus.name_book import packaged
from corpus.readers import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.versions import Versions
    from assistant.web.session import Answers, Session
    from assistant.web.working import Submit

MOST_CHARACTERS = 400_000
"""Of a text: some 130 printed pages. The command line takes more."""

PASTED = "pasted text"
WAITING = "Loading the documents… Your text is checked as soon as they are ready."
READING = "Reading your text…"
CHECKING = "Checking every quotation and pinpoint…"
UNEXPECTED = "Something went wrong while checking. The terminal that runs the program shows where"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what is shown beside it.

    Attributes:
        finding: What was found.
        words: The source's words, a string for each span; none if it has no source.
    """

    finding: Finding
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was checked.

    Attributes:
        name: Of the file, or that it was pasted.
        text: As it was checked; offsets of findings are code points in it.
        report: What was found.
        found: The findings of the report, each with its source's words.
        documents: How many documents it was held against.
    """

    name: str
    text: str
    report: Report
    found: tuple[Found, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class Course:
    """What has become of a check: it is at work, done, or there is trouble, told in one line."""

    checked: Checked | None = None
    progress: str = ""
    trouble: str = ""


class Verifier:
    """Checks texts against the documents of the session's assistant.

    Args:
        session: Lends the documents.
        submit: The threads that answer; a check takes the place of one question.
        limits: On files.
    """

    def __init__(self, session: Session, submit: Submit, limits: Limits | None = None) -> None:
        self._session, self._submit = session, submit
        self._limits = limits or Limits()

    def check_text(self, text: str) -> Iterator[Course]:
        """Yield the check of a pasted text as it goes."""
        if not any(character.isalnum() for character in text):
            yield Course(trouble="Expected a text to check, found no words. Paste one, or choose a file")
            return
        if len(text) > MOST_CHARACTERS:
            yield Course(trouble=str(_too_long(PASTED, text)))
            return
        yield from self._check(PASTED, lambda: written_memo(text))

    def check_file(self, path: Path) -> Iterator[Course]:
        """Yield the check of an uploaded file as it goes. The file is read and removed first."""
        name = path.name
        try:
            raw = _taken(path, self._limits)
        except TreatyError as error:
            yield Course(trouble=str(error))
            return
        yield from self._check(name, lambda: read_memo(raw, name, self._limits))

    def _check(self, name: str, read: Callable[[], Memo]) -> Iterator[Course]:
        state = self._session.state
        while isinstance(state, Loading):
            yield Course(progress=WAITING)
            state = self._session.wait(1.0)
        if isinstance(state, Failed):
            yield Course(trouble=state.message)
            return

        def work(tell: Callable[[str], None]) -> Checked:
            memo = read()
            if len(memo.text) > MOST_CHARACTERS:
                raise _too_long(name, memo.text)
            tell(CHECKING)
            with self._session.borrowed() as answers:
                return _checked(name, memo, answers, self._session.versions)

        yield Course(progress=READING)
        for said in carried_out(self._submit, work, UNEXPECTED):
            if isinstance(said, Done):
                yield Course(said.result, trouble=said.trouble)
            else:
                yield Course(progress=said)


def _checked(name: str, memo: Memo, answers: Answers, versions: Versions | None) -> Checked:
    documents = answers.documents()
    if not documents:
        raise EmptyDocument(
            "library", "there are no documents to check against", "Run: treaty corpus add FILE"
        )
    report = verify(
        memo.text,
        documents,
        answers.provisions,
        absent=packaged().absent(documents),
        blocks=memo.blocks,
    )
    report = with_formerly(report, memo.text, documents, versions, memo.blocks)
    texts = {document.id: document.text for document in documents}
    found = tuple(
        Found(one, tuple(span.of(texts[one.source.document_id]) for span in one.source.spans))
        if one.source
        else Found(one, ())
        for one in report.findings
    )
    return Checked(name, memo.text, report, found, len(documents))


def _taken(path: Path, limits: Limits) -> bytes:
    """Return the bytes of an uploaded file, and remove it.

    Raises:
        ReadError: If it is over the limit or cannot be read.
    """
    try:
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise TooLarge(
                path.name,
                f"{size / 1e6:.1f} MB where {limits.max_bytes / 1e6:.1f} MB are allowed",
                "Split it into parts",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            path.name, f"it could not be read ({error.strerror})", "Upload it again"
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _too_long(name: str, text: str) -> TooLarge:
    return TooLarge(
        name, f"{len(text):,} characters where {MOST_CHARACTERS:,} are allowed", "Check it in parts"
    )
