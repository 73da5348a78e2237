"""The passage store gives back what was put in, finds words, and takes no word of a question for syntax."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus.models import (
    Document,
    Heading,
    Kind,
    Page,
    Passage,
    Provenance,
    SectionNote,
    Source,
    Span,
)
from index.errors import IndexDamaged, SearchIndexError
from index.passage_writing import write_passages
from index.passages import PassageStore, placed_terms, question_terms
from tests.index.small_treaty import by_section, lighthouse_guide, lighthouse_treaty

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TREATY, GUIDE = lighthouse_treaty(), lighthouse_guide()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageStore]:
    path = tmp_path_factory.mktemp("store") / "passages.sqlite"
    write_passages(path, [(TREATY, by_section(TREATY)), (GUIDE, by_section(GUIDE))])
    with PassageStore(path) as opened:
        yield opened


def labels(store: PassageStore, found: list[tuple[str, float]]) -> list[str]:
    return [store.passage(passage_id).label for passage_id, _ in found]


# -- what goes in comes out


def test_documents_and_passages_come_back_equal(store: PassageStore) -> None:
    assert store.documents() == (TREATY, GUIDE)
    assert store.document("guide") == GUIDE
    assert store.passages_of("lighthouses") == by_section(TREATY)
    assert store.all_passages() == (*by_section(TREATY), *by_section(GUIDE))
    assert store.counts() == (2, 10)
    assert store.check() == ()


SPANS = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
DOCUMENTS = st.builds(
    Document,
    id=st.text(min_size=1),
    title=st.text(),
    kind=st.sampled_from(Kind),
    text=st.text(min_size=1),
    provenance=st.builds(
        Provenance, *[st.text()] * 3, address=st.none() | st.text(), as_of=st.none() | st.text()
    ),
    pages=st.lists(st.builds(Page, st.integers(1, 9), SPANS), max_size=3).map(tuple),
    headings=st.lists(st.builds(Heading, SPANS, st.integers(1, 6)), max_size=3).map(tuple),
    notes=st.lists(
        st.builds(SectionNote, st.integers(0, 9), st.text(), st.lists(st.text(), max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    sources=st.lists(st.builds(Source, st.text(), st.text(), st.text()), max_size=2).map(tuple),
    names=st.lists(st.text(), max_size=3).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(
    document=DOCUMENTS, path=st.lists(st.text(), max_size=4).map(tuple), label=st.text(), embed_text=st.text()
)
def test_any_document_survives(
    tmp_path_factory: pytest.TempPathFactory,
    document: Document,
    path: tuple[str, ...],
    label: str,
    embed_text: str,
) -> None:
    passage = Passage("p", document.id, path, label, Span(0, len(document.text)), embed_text)
    file = tmp_path_factory.mktemp("any") / "passages.sqlite"
    write_passages(file, [(document, [passage])])
    with PassageStore(file) as store:
        assert store.documents() == (document,)
        assert store.passage("p") == passage


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([(TREATY, ()), (TREATY, ())], "'lighthouses' twice"),
        ([(TREATY, by_section(TREATY)[:1] * 2)], "twice in 'lighthouses'"),
        ([(TREATY, [replace(by_section(TREATY)[0], span=Span(0, 10_000))])], "end=10000"),
        ([(TREATY, by_section(GUIDE))], "of 'guide'"),
    ],
    ids=["document id twice", "passage id twice", "span beyond the text", "passage of another document"],
)
def test_what_does_not_fit_together_is_refused(
    entries: list[tuple[Document, list[Passage]]], found: str, tmp_path: Path
) -> None:
    with pytest.raises(SearchIndexError, match=found):
        write_passages(tmp_path / "passages.sqlite", entries)


def test_a_store_is_never_written_over(tmp_path: Path) -> None:
    write_passages(tmp_path / "passages.sqlite", [])
    with pytest.raises(FileExistsError):
        write_passages(tmp_path / "passages.sqlite", [])


# -- opening and asking for what is not there


def test_reading_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a folder?#%" / "passages.sqlite"
    path.parent.mkdir()
    write_passages(path, [(TREATY, by_section(TREATY))])
    path.chmod(0o444)
    with PassageStore(path) as opened:
        assert opened.lexical("fog", 5)
        assert [file.name for file in path.parent.iterdir()] == ["passages.sqlite"]


def test_missing_and_foreign_files_are_damage_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="run: treaty index"):
        PassageStore(tmp_path / "passages.sqlite")
    (tmp_path / "passages.sqlite").write_text("not a database at all, though long enough to be looked into")
    with (
        PassageStore(tmp_path / "passages.sqlite") as opened,
        pytest.raises(IndexDamaged, match="run: treaty"),
    ):
        opened.counts()


def test_a_document_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "passages.sqlite"
    write_passages(path, [(TREATY, ())])
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE documents SET rest = json_remove(rest, '$.provenance')")
    connection.close()
    with PassageStore(path) as opened, pytest.raises(IndexDamaged, match="'lighthouses'"):
        opened.document("lighthouses")


def test_unknown_ids_are_named(store: PassageStore) -> None:
    with pytest.raises(SearchIndexError, match="'harbours'"):
        store.document("harbours")
    with pytest.raises(IndexDamaged, match="'harbours:1'"):
        store.passages(["harbours:1"])
    assert store.passages_of("harbours") == ()
    assert store.passages([]) == ()


def test_passages_come_in_the_order_asked_for(store: PassageStore) -> None:
    ids = [passage.id for passage in reversed(store.all_passages())]
    assert [passage.id for passage in store.passages(ids)] == ids


# -- finding words


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Who bears the cost?", "Article 4"),  # "cost" finds "costs"
        ("Does the INSPECTOR report?", "Article 5"),
        ("What does Article 3 say about fog?", "Article 3"),
        ("Is arbitration possible?", "Article 8"),
        ("dénunciation", "Article 7"),  # accents do not matter
        ("Convention on Lighthouses: reservations", "Article 6"),  # title words stand everywhere
    ],
)
def test_the_passage_with_the_rarer_words_comes_first(store: PassageStore, question: str, best: str) -> None:
    assert labels(store, store.lexical(question, 3))[0] == best


def test_more_is_better_and_k_is_the_most(store: PassageStore) -> None:
    found = store.lexical("lighthouse costs of a coastal Party", 4)
    scores = [score for _, score in found]
    assert len(found) == 4
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0


@pytest.mark.parametrize(
    ("within", "documents"),
    [(None, {"lighthouses", "guide"}), (["guide"], {"guide"}), (["other"], set()), ([], set())],
)
def test_a_search_stays_within_the_documents_asked_for(
    store: PassageStore, within: list[str] | None, documents: set[str]
) -> None:
    found = store.lexical("horn in fog and costs", 10, within)
    assert {store.passage(passage_id).document_id for passage_id, _ in found} == documents


@pytest.mark.parametrize(
    "question",
    ["", " ", '"', "'", "*", "🗼", "NEAR", "of the and", "()", '"" OR ""', "-", "\x00", "²", "_", "́"],
)
def test_a_question_without_words_to_look_for_finds_nothing(store: PassageStore, question: str) -> None:
    assert store.lexical(question, 5) == []


@pytest.mark.parametrize(
    "question",
    [
        'fog"',
        '"fog" OR body:horn',
        "fog NEAR(horn, 2)",
        "headings : fog",
        "fog* AND NOT (",
        "^fog",
        "{headings body} : fog",
        "fog'; DROP TABLE passages; --",
        "fog\x00",
        "🗼fog🗼",
    ],
)
def test_query_syntax_in_a_question_is_just_words(store: PassageStore, question: str) -> None:
    assert labels(store, store.lexical(question, 1)) == ["Article 3"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60))
def test_no_question_breaks_a_search(store: PassageStore, question: str) -> None:
    assert len(store.lexical(question, 3)) <= 3
    assert all(weight >= 0 for weight in store.idf(question_terms(question)))


def test_terms_of_a_question() -> None:
    assert question_terms("What may the Keeper do, if the keeper may not?") == ("may", "keeper")
    assert len(question_terms(" ".join(f"word{n}" for n in range(500)))) == 64


@given(st.text(max_size=200))
@example("Must the keeper's Mate tell the KEEPER?")
def test_the_words_of_a_question_are_placed_where_they_first_stand(question: str) -> None:
    placed = placed_terms(question)
    assert all(question[start:end].casefold() == term for term, start, end in placed)
    assert {term for term, _, _ in placed} <= set(question_terms(question))
    if question.isascii():
        assert tuple(term for term, _, _ in placed) == question_terms(question)


@pytest.mark.parametrize(
    ("term", "passages"),
    [("fog", 2), ("Fogs", 2), ("lighthouses", 10), ("whale", 0), ("", 0), ('"', 0), ("x AND y", 0)],
)
def test_in_how_many_passages_a_word_stands(store: PassageStore, term: str, passages: int) -> None:
    assert store.document_frequency(term) == passages


def test_rare_words_weigh_more(store: PassageStore) -> None:
    unknown, rare, everywhere = store.idf(["whale", "arbitration", "lighthouses"])
    assert unknown > rare > everywhere > 0


def test_threads_may_share_a_store(store: PassageStore) -> None:
    questions = ["fog", "costs", "report", "reservations"] * 25
    alone = [store.lexical(question, 5) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: store.lexical(question, 5), questions)) == alone
