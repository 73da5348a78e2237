"""Errors of the index, under the one tree of ``corpus.errors``.

TreatyError
└── SearchIndexError
    ├── NoIndex             nothing was indexed yet
    ├── IndexMismatch       built with another model, chunking or corpus
    ├── IndexDamaged        a part is missing or does not agree with the manifest
    │   └── NoRoom          the disk is full, which Chroma takes for damage
    ├── IndexBusy           another process is writing
    ├── IndexUnreachable    the server that holds the vectors does not answer
    └── ModelError          a model file is missing, changed or unusable
"""

from corpus.errors import TreatyError


class SearchIndexError(TreatyError):
    """The index cannot do what was asked."""


class NoIndex(SearchIndexError):
    """There is no index yet."""


class IndexMismatch(SearchIndexError):
    """The index was built with another model, chunking or corpus."""


class IndexDamaged(SearchIndexError):
    """A part of the index is missing or does not agree with its manifest."""


class NoRoom(IndexDamaged):
    """The disk is full; Chroma, which writes even to be read, takes that for damage."""


class IndexBusy(SearchIndexError):
    """Another process is writing the index."""


class IndexUnreachable(SearchIndexError):
    """The server that holds the vectors does not answer, or not as one does."""


class ModelError(SearchIndexError):
    """A model file is missing, changed or unusable."""
