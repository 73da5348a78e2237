"""A generation on top of another one: the same as one written afresh, and nothing shared is written again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build import build
from index.closeups import FILES as CLOSEUPS
from index.errors import IndexDamaged
from index.fresh import FILES as FRESH
from index.fresh import read_fresh
from index.generation import LAYERED, Generation, current, index_folder, open_generation, rollback, verify
from index.passage_writing import STEP, places_for
from tests.index.hash_embedder import HashEmbedder
from tests.index.small_treaty import LIGHTHOUSES, by_section, lighthouse_treaty, renamed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corpus.models import Document, Passage

WORDS = "kite string tail wind meadow child cloud knot paper bridle reel evening".split()


def kites(number: int, sections: int = 40) -> Document:
    """A treaty of short sections, other ones for each number."""
    draw = random.Random(number)  # noqa: S311 - the same words each time
    text = "\n\n".join(
        f"Article {place}. {draw.choice(WORDS)}\nEvery {draw.choice(WORDS)} shall have its own "
        f"{draw.choice(WORDS)} beside the {draw.choice(WORDS)} of number {number}."
        for place in range(1, sections + 1)
    )
    return renamed(lighthouse_treaty(text), f"kites-{number}")


STOCK = [kites(number) for number in range(4)]
QUESTIONS = ("Who sounds the horn in fog?", "Which kite has a tail of its own?", "paper beside the meadow")


def held(generation: Generation) -> dict[str, object]:
    """Everything that a question can meet in a generation."""
    embedder, store = HashEmbedder(), generation.passages
    ids = [passage.id for passage in store.all_passages()]
    some = list(store.document_ids())[:2]
    vectors = generation.vectors.get(ids)
    return {
        "documents": store.documents(),
        "passages": store.all_passages(),
        "lexical": [store.lexical(question, 20) for question in QUESTIONS],
        "lexical within": [store.lexical(question, 20, some) for question in QUESTIONS],
        "frequency": [store.document_frequency(word) for word in (*WORDS, "horn", "shall")],
        "vectors": np.array([vectors[one] for one in ids]).round(5).tolist(),
        "dense": [nearest(generation, embedder.embed_query(q)) for q in QUESTIONS],
        "dense within": [nearest(generation, embedder.embed_query(q), some) for q in QUESTIONS],
        "closeups": [generation.closeups.of(one).tolist() for one in ids],
        "ids": (sorted(ids), sorted(generation.vectors.ids()), sorted(generation.closeups.ids())),
        "count": generation.vectors.count(),
    }


def nearest(generation: Generation, vector: np.ndarray, within: Sequence[str] | None = None) -> list[float]:
    """The cosines found; ids of equal ones may be in another order by the last bit."""
    return [round(cosine, 4) for _, cosine in generation.vectors.query(vector, 20, within)]


def same_as_afresh(home: Path, documents: Sequence[Document]) -> None:
    with open_generation(home) as made:
        assert verify(made) == ()
        found = held(made)
    build(home / "afresh", documents, by_section, HashEmbedder(), rebuild=True)
    with open_generation(home / "afresh") as afresh:
        assert found == held(afresh)


LAMPS = lighthouse_treaty()
CHANGES: Mapping[str, Sequence[Document]] = {
    "one sentence": [lighthouse_treaty(LIGHTHOUSES.replace("twice a", "three times a")), *STOCK],
    "a document less": STOCK,
    "a document more, in between": [LAMPS, *STOCK[:2], kites(9, 5), *STOCK[2:]],
    "a document more, before all": [kites(9, 5), LAMPS, *STOCK],
    "another id for the same text": [renamed(LAMPS, "lanterns"), *STOCK],
    "a section less": [lighthouse_treaty(LIGHTHOUSES.rpartition("\n\n")[0]), *STOCK],
}


@pytest.mark.parametrize("documents", CHANGES.values(), ids=CHANGES)
def test_a_small_change_gives_what_writing_afresh_gives(tmp_path: Path, documents: list[Document]) -> None:
    first = build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    before = index_folder(tmp_path) / "generations" / first.generation
    report = build(tmp_path, documents, by_section, HashEmbedder())
    with open_generation(tmp_path) as made:
        assert made.manifest.format == LAYERED
        assert all((before / name).samefile(made.folder / name) for name in CLOSEUPS)
    assert report.embedded + report.carried == sum(len(by_section(one)) for one in documents)
    same_as_afresh(tmp_path, documents)
    rollback(tmp_path)
    same_as_afresh(tmp_path, [LAMPS, *STOCK])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["twice", "thrice", "often"]), st.sets(st.integers(4, 8), max_size=3)),
        min_size=2,
        max_size=4,
    )
)
def test_layer_upon_layer_gives_what_writing_afresh_gives(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[str, set[int]]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    build(home, [LAMPS, *STOCK], by_section, HashEmbedder())
    documents: list[Document] = []
    for word, more in turns:
        lamps = lighthouse_treaty(LIGHTHOUSES.replace("twice", word))
        documents = [lamps, *STOCK, *(kites(number, 3) for number in sorted(more))]
        build(home, documents, by_section, HashEmbedder())
    same_as_afresh(home, documents)


def test_nothing_is_embedded_or_cut_that_stays(tmp_path: Path) -> None:
    build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    cut: list[str] = []

    def noting(document: Document) -> tuple[Passage, ...]:
        cut.append(document.id)
        return by_section(document)

    embedder = HashEmbedder()
    changed = lighthouse_treaty(LIGHTHOUSES.replace("twice a", "three times a"))
    report = build(tmp_path, [changed, *STOCK], noting, embedder)
    assert cut == ["lighthouses"]
    assert report.embedded == 1
    assert sum("\n" in text for text in embedder.read) == 1


def test_when_too_much_is_new_all_is_written_into_one_graph_again(tmp_path: Path) -> None:
    build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    for number in range(4, 8):
        documents = [LAMPS, *STOCK, *(kites(one, 10) for one in range(4, number + 1))]
        build(tmp_path, documents, by_section, HashEmbedder())
        with open_generation(tmp_path) as made:
            fresh = read_fresh(made.folder)
            assert fresh is None or len(fresh.ids) + len(fresh.dead) <= made.manifest.passages // 8
    same_as_afresh(tmp_path, documents)
    build(tmp_path, documents[:-1], by_section, HashEmbedder(), fresh_most=0)
    with open_generation(tmp_path) as made:
        assert read_fresh(made.folder) is None


@pytest.mark.parametrize("name", [*FRESH, "passages.sqlite", "closeups-fresh.npy", "closeups.npy"])
def test_checking_finds_one_changed_byte_in_a_layer(tmp_path: Path, name: str) -> None:
    build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    build(tmp_path, [LAMPS, *STOCK, kites(9, 5)], by_section, HashEmbedder())
    path = index_folder(tmp_path) / "generations" / str(current(tmp_path)) / name
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with open_generation(tmp_path) as made:
        assert f"the file {name} is not what was written" in verify(made)


def test_a_layer_that_cannot_be_read_is_damage_with_a_remedy(tmp_path: Path) -> None:
    build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    build(tmp_path, [LAMPS, *STOCK, kites(9, 5)], by_section, HashEmbedder())
    (index_folder(tmp_path) / "generations" / str(current(tmp_path)) / FRESH[0]).write_text("{")
    with open_generation(tmp_path) as made, pytest.raises(IndexDamaged, match="treaty index --rebuild"):
        made.vectors.count()


def test_a_live_graph_that_is_damaged_is_not_shared(tmp_path: Path) -> None:
    report = build(tmp_path, [LAMPS, *STOCK], by_section, HashEmbedder())
    (index_folder(tmp_path) / "generations" / report.generation / "chroma" / "chroma.sqlite3").write_text("")
    with pytest.raises(IndexDamaged, match="run: treaty index --rebuild"):
        build(tmp_path, [LAMPS, *STOCK, kites(9, 5)], by_section, HashEmbedder())
    assert current(tmp_path) == report.generation


@given(
    st.lists(st.integers(0, 60), unique=True, max_size=12), st.lists(st.booleans(), min_size=61, max_size=61)
)
def test_places_rise_and_those_known_stay(order: list[int], chosen: list[bool]) -> None:
    names = [str(one) for one in order]
    known = {name: (nth + 1) * STEP for nth, name in enumerate(names) if chosen[nth]}
    places = places_for(names, known)
    assert places is not None
    assert [places[name] for name in names] == sorted({places[name] for name in names})
    assert known.items() <= places.items()
    assert min(places.values(), default=1) > 0


def test_there_is_no_place_where_the_order_is_another_or_no_room_is_left() -> None:
    assert places_for(["b", "a"], {"a": STEP, "b": 2 * STEP}) is None
    assert places_for(["a", "new", "b"], {"a": 7, "b": 8}) is None
    assert places_for(["a", "new", "b"], {"a": 7, "b": 9}) == {"a": 7, "new": 8, "b": 9}
