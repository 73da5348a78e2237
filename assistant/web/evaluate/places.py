"""Where the expected places and the quotes of a saved run stand in the library of today, as links into the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.links import link_of
from eval.cases import nodes_of

if TYPE_CHECKING:
    from assistant.web.session import Answers
    from eval.cases import Gold


class Places:
    """Finds titles and links; a document that is no longer in the library has its id and no link.

    Args:
        answers: Holds the documents; None for a library that is not there yet.
    """

    def __init__(self, answers: Answers | None) -> None:
        self._answers = answers
        self._documents = {d.id: d for d in answers.documents()} if answers is not None else {}

    def title(self, document_id: str) -> str:
        """Return a document's title, or its id."""
        document = self._documents.get(document_id)
        return document.title if document is not None else document_id

    def link(self, document_id: str, path: tuple[str, ...]) -> str | None:
        """Return the link to a provision of a document that is here."""
        return link_of(document_id, path) if document_id in self._documents else None

    def gold(self, gold: Gold) -> str | None:
        """Return the link to an expected place; of several the first."""
        if self._answers is None or gold.document not in self._documents:
            return None
        nodes = nodes_of(self._answers.provisions(gold.document), gold)
        return link_of(gold.document, nodes[0].path) if nodes else None
