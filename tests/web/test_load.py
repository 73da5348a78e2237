"""People who ask at the same time as the library is indexed anew: each is answered from one generation or the other.

A few of them; ``make soak`` has fifty (``tests/soak/test_soak_load.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.simultaneous_chats import answered_by, whole

if TYPE_CHECKING:
    from pathlib import Path

CHATS = 6


@pytest.mark.timeout(600)
def test_six_chats_go_on_while_the_library_is_indexed_anew(tmp_path: Path) -> None:
    told = answered_by(tmp_path, CHATS, 240.0)
    assert (told.troubles, told.busy, told.after) == ([], 0, CHATS), told.line()
    whole(tmp_path, told)
