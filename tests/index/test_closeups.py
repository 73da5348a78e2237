"""Sentence vectors: which sentences have one, that they survive being written, and what they do to likeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.closeups import SHORTEST, Closeups, parts_of, write_closeups
from index.errors import IndexDamaged

if TYPE_CHECKING:
    from pathlib import Path

ABOVE = "Convention on Lamps\nPart I – Article 2. Duty\n"


def test_title_and_headings_have_no_vector_and_neither_have_scraps() -> None:
    words = "Each Party shall keep its lamps burning. All shall burn. Keepers report every failure within one hour."
    assert parts_of(ABOVE + words) == (
        "Each Party shall keep its lamps burning.",
        "Keepers report every failure within one hour.",
    )
    assert parts_of(ABOVE) == ()


@given(st.text(max_size=400))
def test_parts_are_words_of_the_passage(text: str) -> None:
    assert all(part in text and len(part) >= SHORTEST for part in parts_of(ABOVE + text))


def test_what_is_written_is_read_and_weighs_in(tmp_path: Path) -> None:
    east, north = np.eye(2, dtype=np.float32)
    write_closeups(
        tmp_path, [("a", np.array([east, north])), ("b", np.empty((0, 2), np.float32)), ("c", east[None])]
    )
    store = Closeups(tmp_path)
    assert store.ids() == {"a", "b", "c"}
    assert [len(store.of(one)) for one in ("a", "b", "c", "none")] == [2, 0, 1, 0]
    assert store.likeness(north, {"a": 0.4, "b": 0.4, "c": 0.4}) == pytest.approx(
        {"a": (0.4 + 0.5) / 1.5, "b": 0.4, "c": 0.4 / 1.5}
    )
    assert [store.cosines(north, one) for one in ("a", "b", "c", "none")] == [(0.0, 1.0), (), (0.0,), ()]
    assert set(store.of_each({"now": "a", "lost": "none"})) == {"now"}


def test_missing_and_unfitting_files_are_damage_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="treaty index --rebuild"):
        Closeups(tmp_path)
    write_closeups(tmp_path, [("a", np.ones((1, 2), np.float32))])
    (tmp_path / "closeup-ids.txt").write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(IndexDamaged, match="of 2 passages"):
        Closeups(tmp_path).of("a")
