"""Errors of answering, under the one tree of ``corpus.errors``.

TreatyError
└── AnswerError
    ├── UnverifiedQuote     a quote's words are not the document's words
    ├── EmptyQuestion       nothing was asked
    ├── UnknownDocument     a filter names a document that is not indexed
    ├── SettingsError       the settings file or environment is wrong
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


class ServeError(AnswerError):
    """The web app could not be started at the address asked for."""
