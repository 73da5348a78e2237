"""Fifty people at once: every one is answered, from one generation or the other, while the library is indexed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.simultaneous_chats import answered_by, whole

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

CHATS = 50
LONGEST = 120.0
"""Seconds after which nobody asks on."""


def test_fifty_chats_go_on_while_the_library_is_indexed_anew(tmp_path: Path) -> None:
    told = answered_by(tmp_path, CHATS, LONGEST)
    print(f"{told.after} of {CHATS} chats heard of the new index; {told.line()}")  # noqa: T201
    assert (told.troubles, told.busy) == ([], 0)
    assert told.after > CHATS // 2
    whole(tmp_path, told)
