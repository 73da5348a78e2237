"""Errors of answering, under the one tree of ``corpus.errors``.

TreatyError
└── AnswerError
    ├── UnverifiedQuote     a quote's words are not the document's words
    ├── EmptyQuestion       nothing was asked
    ├── UnknownDocument     a filter names a document that is not indexed
    ├── SettingsError       the settings file or environment is wrong
    ├── AdviceFailed        the user's own model gave no advice; never seen beyond a note
    ├── NotReady            the web app has no assistant yet, or none could be opened
    ├── PasswordsError      the file of names and password hashes is wrong
    ├── UnfitArgument       a program called an endpoint with something it does not take
    ├── Busy                as many questions wait as may
    ├── Stopped             nobody waits for the answer any more; never seen
    ├── FeedbackNotKept     what a visitor thinks of an answer could not be written down
    ├── FileExists          an answer would be written over a file
    └── ServeError          the web app could not be started
"""

from corpus.errors import TreatyError


class AnswerError(TreatyError):
    """The question could not be answered or declined."""


class UnverifiedQuote(AnswerError):
    """A quote's words are not, character for character, the document's words at its spans."""


class EmptyQuestion(AnswerError):
    """Nothing was asked."""


class UnknownDocument(AnswerError):
    """A filter names a document that is not in the index."""


class SettingsError(AnswerError):
    """The settings file or an environment variable is wrong."""


class AdviceFailed(AnswerError):
    """The model that the user brings gave no advice; the question goes on without it.

    Args:
        why: The reason in a word or two, for the note among the stages.
        message: Expected, found, what to do.
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class ServeError(AnswerError):
    """The web app could not be started at the address asked for."""


class NotReady(AnswerError):
    """The web app has no assistant to ask: it is being loaded, or could not be."""


class PasswordsError(AnswerError):
    """The file of names and password hashes, or a line to be put into it, is wrong."""


class UnfitArgument(AnswerError):
    """A program called an endpoint with an argument of another type or size than it takes."""


class Busy(AnswerError):
    """As many questions wait for an answer as may."""


class FeedbackNotKept(AnswerError):
    """What a visitor thinks of an answer could not be written down."""


class FileExists(AnswerError):
    """A file that an answer was to be written to is there already."""


class Stopped(AnswerError):
    """Nobody waits for the answer any more, so it is not looked for further."""
