"""Every error the program expects, drawn as a tree.

    TreatyError
    ├── CorpusError
    │   ├── ReadError                 one file could not become a document
    │   │   ├── UnknownFormat         no reader for this kind of file
    │   │   ├── UnreadableFile        damaged, or not what its name says
    │   │   ├── EncryptedFile         locked with a password
    │   │   ├── NoTextLayer           pages without text (a scan)
    │   │   ├── EmptyDocument         nothing to quote
    │   │   ├── TooLarge              over a limit
    │   │   ├── ReadingStopped        took more memory, time or room for its text than a file may
    │   │   └── ReaderFailed          its reader broke off: a fault of the program or a hostile file
    │   ├── LibraryError              the user's library: no such id, damaged entry
    │   ├── CatalogueError            the catalogue of official texts: no such id, damaged file
    │   ├── NamesError                a names file: what treaties are called
    │   └── FetchError                an official text could not be fetched from its publisher
    ├── SearchIndexError (index/errors.py)
    └── AnswerError (assistant/errors.py)

Expected errors end as one line on stderr: what was expected, what was found, what to do.
"""


class TreatyError(Exception):
    """Base of every error whose message is written for the user."""


class CorpusError(TreatyError):
    """Something is wrong with a source document or the library that holds it."""


class ReadError(CorpusError):
    """One file could not become a document.

    Args:
        name: The file as the user named it.
        reason: What was found.
        remedy: What the user can do about it.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"{name}: {reason}. {remedy}")
        self.name, self.reason, self.remedy = name, reason, remedy


class UnknownFormat(ReadError):
    """No reader takes this kind of file."""


class UnreadableFile(ReadError):
    """The file is damaged, or is not what its name says."""


class EncryptedFile(ReadError):
    """The file is locked with a password."""


class NoTextLayer(ReadError):
    """The file has pages but no text on them: most likely a scan."""


class EmptyDocument(ReadError):
    """The file holds no words that could be quoted."""


class TooLarge(ReadError):
    """The file is over the size or page limit."""


class ReadingStopped(ReadError):
    """Reading the file took more memory or time, or gave more text, than one file may; it was stopped."""


class ReaderFailed(ReadError):
    """The reader of the file broke off, for a reason that no file should give it."""


class LibraryError(CorpusError):
    """The library has no such document, or an entry of it is damaged."""


class CatalogueError(CorpusError):
    """The catalogue has no such official text, or its file is damaged."""


class NamesError(CorpusError):
    """A names file is damaged or says something else than names."""


class FetchError(CorpusError):
    """An official text could not be fetched; the library is as it was.

    Args:
        name: The text's id in the catalogue.
        reason: What was found.
        remedy: What the user can do about it.
    """

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"{name}: {reason}. {remedy}")
        self.name, self.reason, self.remedy = name, reason, remedy
