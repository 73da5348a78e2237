"""Building: what counts as a change, what is embedded again, and what is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.build import Progress, build
from index.closeups import parts_of
from index.errors import IndexDamaged, ModelError
from index.generation import current, index_folder, open_generation
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import GUIDE as GUIDE_TEXT
from tests.index.small_treaty import LIGHTHOUSES, by_section, lighthouse_guide, lighthouse_treaty, renamed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from corpus.models import Document, Passage
    from index.models import Vectors

TREATY, GUIDE = lighthouse_treaty(), lighthouse_guide()


def vectors_of(home: Path) -> dict[str, Vectors]:
    with open_generation(home) as generation:
        return dict(generation.vectors.get(sorted(generation.vectors.ids())))


def test_a_first_build_embeds_everything(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    report = build(tmp_path, [TREATY, GUIDE], by_section, embedder)
    assert report.fresh
    assert report.generation == current(tmp_path)
    assert (report.added, report.changed, report.removed, report.unchanged) == (
        ("lighthouses", "guide"),
        (),
        (),
        (),
    )
    assert (report.embedded, report.carried, report.cut_short) == (10, 0, ())
    passages = [passage.embed_text for one in (TREATY, GUIDE) for passage in by_section(one)]
    assert embedder.read == [*passages, *(part for text in passages for part in parts_of(text))]
    assert report.seconds > 0


def test_without_a_change_the_live_generation_stays(tmp_path: Path) -> None:
    first = build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder())
    embedder = HashEmbedder()
    again = build(tmp_path, [GUIDE, TREATY], by_section, embedder)  # another order is no change
    assert not again.fresh
    assert again.generation == first.generation
    assert again.unchanged == ("guide", "lighthouses")
    assert embedder.read == []


CHANGES: dict[str, tuple[list[Document], dict[str, tuple[str, ...]], int]] = {
    "one sentence": (
        [lighthouse_treaty(LIGHTHOUSES.replace("twice a minute", "three times a minute")), GUIDE],
        {"changed": ("lighthouses",), "unchanged": ("guide",)},
        1,
    ),
    "a section before all others": (
        [TREATY, lighthouse_guide("What this is\nA guide.\n\n" + GUIDE_TEXT)],
        {"changed": ("guide",), "unchanged": ("lighthouses",)},
        1,
    ),
    "only the status of a document": (
        [replace(TREATY, provenance=replace(TREATY.provenance, status="terminated")), GUIDE],
        {"changed": ("lighthouses",), "unchanged": ("guide",)},
        0,
    ),
    "a title, which every passage is embedded with": (
        [TREATY, replace(GUIDE, title="Notes on Lighthouses")],
        {"changed": ("guide",), "unchanged": ("lighthouses",)},
        2,
    ),
    "a document more": (
        [TREATY, GUIDE, renamed(lighthouse_guide("On lamps\nOil burns well."), "lamps")],
        {"added": ("lamps",), "unchanged": ("lighthouses", "guide")},
        1,
    ),
    "a document less": ([TREATY], {"removed": ("guide",), "unchanged": ("lighthouses",)}, 0),
    "another id for the same text": (
        [TREATY, renamed(GUIDE, "handbook")],
        {"added": ("handbook",), "removed": ("guide",), "unchanged": ("lighthouses",)},
        0,
    ),
}


@pytest.mark.parametrize(("documents", "became", "embedded"), CHANGES.values(), ids=CHANGES)
def test_only_new_words_are_embedded_again(
    tmp_path: Path, documents: Sequence[Document], became: dict[str, tuple[str, ...]], embedded: int
) -> None:
    build(tmp_path / "home", [TREATY, GUIDE], by_section, HashEmbedder())
    embedder = HashEmbedder()
    report = build(tmp_path / "home", documents, by_section, embedder)
    assert report.fresh
    assert {key: getattr(report, key) for key in ("added", "changed", "removed", "unchanged")} == {
        "added": (),
        "changed": (),
        "removed": (),
        "unchanged": (),
    } | became
    assert sum("\n" in text for text in embedder.read) == report.embedded == embedded
    assert report.carried == sum(len(by_section(one)) for one in documents) - embedded

    build(tmp_path / "afresh", documents, by_section, HashEmbedder())
    carried, afresh = vectors_of(tmp_path / "home"), vectors_of(tmp_path / "afresh")
    assert carried.keys() == afresh.keys()
    for passage_id, vector in afresh.items():
        np.testing.assert_allclose(carried[passage_id], vector, atol=1e-6)


@pytest.mark.parametrize(
    ("embedder", "chunking", "embedded"),
    [
        (HashEmbedder("hash-32", 32), "v1", 10),
        (HashEmbedder("hash-64", 32), "v1", 10),
        (HashEmbedder(), "v2", 0),
    ],
    ids=["another model", "another dimension", "another chunking"],
)
def test_another_model_embeds_all_again_and_another_chunking_cuts_all_again(
    tmp_path: Path, embedder: HashEmbedder, chunking: str, embedded: int
) -> None:
    build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder(), chunking="v1")
    report = build(tmp_path, [TREATY, GUIDE], by_section, embedder, chunking=chunking)
    assert (report.fresh, report.embedded) == (True, embedded)
    with open_generation(tmp_path, model=embedder.name) as generation:
        assert generation.manifest.chunking == chunking
        assert generation.manifest.embedder.dimension == embedder.dimension


def test_a_document_that_did_not_change_is_not_cut_again(tmp_path: Path) -> None:
    cut: list[str] = []

    def noting(document: Document) -> tuple[Passage, ...]:
        cut.append(document.id)
        return by_section(document)

    copies = [renamed(TREATY, f"copy-{number}") for number in range(5)]
    build(tmp_path, copies, noting, HashEmbedder(), chunking="v1")
    assert len(cut) == 5
    for documents, chunking, embedder, again in (
        ([*copies, GUIDE], "v1", HashEmbedder(), ["guide"]),
        ([*copies[1:], GUIDE], "v1", HashEmbedder(), []),
        ([replace(copies[1], title="Other"), *copies[2:]], "v1", HashEmbedder(), ["copy-1"]),
        (copies, "v2", HashEmbedder(), [one.id for one in copies]),
        (copies, "v2", HashEmbedder("hash-32", 32), [one.id for one in copies]),
    ):
        cut.clear()
        build(tmp_path, documents, noting, embedder, chunking=chunking)
        assert cut == again
        with open_generation(tmp_path) as generation:
            assert generation.passages.all_passages() == tuple(
                passage for document in documents for passage in by_section(document)
            )


def test_a_rebuild_embeds_everything_again(tmp_path: Path) -> None:
    first = build(tmp_path, [TREATY], by_section, HashEmbedder())
    report = build(tmp_path, [TREATY], by_section, HashEmbedder(), rebuild=True)
    assert (report.embedded, report.carried) == (8, 0)
    with open_generation(tmp_path) as generation:
        assert generation.manifest.previous == first.generation


@pytest.mark.parametrize("damaged", ["CURRENT", "manifest.json", "passages.sqlite", "chroma/chroma.sqlite3"])
def test_a_rebuild_mends_a_damaged_index(tmp_path: Path, damaged: str) -> None:
    report = build(tmp_path, [TREATY], by_section, HashEmbedder())
    folder = index_folder(tmp_path)
    path = folder / damaged if damaged == "CURRENT" else folder / "generations" / report.generation / damaged
    path.write_text("")
    with pytest.raises(IndexDamaged, match="run: treaty index --rebuild"):
        build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder())
    assert build(tmp_path, [TREATY, GUIDE], by_section, HashEmbedder(), rebuild=True).embedded == 10


def test_progress_is_told_in_tokens_and_ends_at_the_total(tmp_path: Path) -> None:
    told: list[Progress] = []
    many = [renamed(TREATY, f"copy-{n}") for n in range(20)]
    embedder = HashEmbedder()
    build(tmp_path, many, by_section, embedder, progress=told.append)
    embedding = [one for one in told if one.stage == "embed"]
    assert [one.done for one in embedding] == sorted({one.done for one in embedding})
    assert len(embedding) > 1
    whole = [text for text in embedder.read if "\n" in text]
    assert embedding[-1].done == embedding[-1].total == sum(embedder.count(whole))
    closeups = [one for one in told if one.stage == "closeups"][-1]
    assert closeups.done == closeups.total == len(embedder.read) - len(whole)
    assert [one for one in told if one.stage == "cut"][-1] == Progress("cut", 20, 20)
    assert told[-1] == Progress("store", 160, 160)


def test_passages_that_the_encoder_cuts_are_reported(tmp_path: Path) -> None:
    report = build(tmp_path, [TREATY], by_section, HashEmbedder(max_tokens=25))
    with open_generation(tmp_path) as generation:
        labels = {generation.passages.passage(one).label for one in report.cut_short}
    assert "Article 3" in labels
    assert "Article 4" not in labels


def test_an_index_of_nothing_can_be_built_and_added_to(tmp_path: Path) -> None:
    assert build(tmp_path, [], by_section, HashEmbedder()).fresh
    assert not build(tmp_path, [], by_section, HashEmbedder()).fresh
    assert build(tmp_path, [TREATY], by_section, HashEmbedder()).embedded == 8


def test_an_encoder_that_breaks_its_word_is_named(tmp_path: Path) -> None:
    class Short(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return super().embed(texts)[:, :10]

    with pytest.raises(ModelError, match=r"'short'.*\(8, 10\)"):
        build(tmp_path, [TREATY], by_section, Short("short"))
    assert current(tmp_path) is None
