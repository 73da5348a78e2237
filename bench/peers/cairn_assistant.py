"""Peer B, ``cairn-assistant``: extractive, declines, searches by words and keeps no vectors.

It takes Markdown with front matter and cuts at blank lines; here the canonical text of each document is put below
such a head. Its passages carry no offsets: they are found again, in order, in the text they were cut from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.peers.protocol import TOP_K, Json, Refused, serve, texts_in

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "---\nid: {id}\ntitle: {id}\nlang: en\n---\n"
CORPUS, INDEX = "corpus", "index.json"


class Cairn:
    """Asks ``cairn`` through the functions its own command line calls."""

    def __init__(self) -> None:
        self._index: Any = None
        self._config: Any = None
        self._places: dict[str, list[Any]] = {}

    def index(self, texts: Path, store: Path, *, drawn: bool) -> Json:  # noqa: ARG002 - it has no vectors
        """Write the documents as it wants them and build its index, anew each time, as it does."""
        from cairn.index import build_and_write

        folder = store / CORPUS
        folder.mkdir(parents=True, exist_ok=True)
        documents = texts_in(texts)
        for gone in [path for path in folder.glob("*.md") if path.stem not in documents]:
            gone.unlink()
        for document, text in documents.items():
            (folder / f"{document}.md").write_text(HEAD.format(id=document) + text, encoding="utf-8")
        return {"passages": build_and_write(folder, store / INDEX).passage_count, "incremental": False}

    def open(self, texts: Path, store: Path, *, drawn: bool) -> None:  # noqa: ARG002
        """Read its index and find its passages again in the texts."""
        from cairn.config import Config
        from cairn.index import read_index

        self._index = read_index(store / INDEX, store / CORPUS)
        self._config = Config(candidates=TOP_K, default_lang="en")
        self._places = _places(self._index.passages, texts_in(texts))

    def ask(self, question: str) -> Json:
        """Return its candidates, best first, and whether it refused."""
        from cairn.engine import ask

        result = ask(question, self._index, self._config, lang="en")
        found = result.attempts[-1].trace.candidates if result.attempts else ()
        hits = [self._places[one.passage.passage_id] for one in found]
        return {"hits": hits, "declined": result.answer.kind == "refusal"}


def _places(passages: Any, texts: dict[str, str]) -> dict[str, list[Any]]:
    """Return where each passage stands: ``[document, start, end]``.

    Raises:
        Refused: If a passage is not in its text, which would make the comparison unfair.
    """
    places: dict[str, list[Any]] = {}
    reached: dict[str, int] = {}
    for passage in sorted(passages, key=_ordinal):
        # A heading is joined to the block below it by one line break where the text has two.
        block = passage.text if passage.text in texts[passage.doc_id] else passage.text.rsplit("\n", 1)[-1]
        start = texts[passage.doc_id].find(block, reached.get(passage.doc_id, 0))
        if start < 0:
            raise Refused(f"expected passage {passage.passage_id} in its text, found none there")
        reached[passage.doc_id] = start + len(block)
        places[passage.passage_id] = [passage.doc_id, start, reached[passage.doc_id]]
    return places


def _ordinal(passage: Any) -> tuple[str, int]:
    """Return a passage's place: its id is that of its document, a mark, and its number there."""
    return passage.doc_id, int(passage.passage_id.rpartition("#")[2])


if __name__ == "__main__":
    serve(Cairn())
