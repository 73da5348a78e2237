"""Nothing leaves the machine: every command and the page, on a network without a way out, look for none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.web.alone import inside
from tests.web.simultaneous_chats import BEFORE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes networks for a process"),
    pytest.mark.timeout(600),
]


def test_commands_and_page_connect_to_this_machine_only(tmp_path: Path) -> None:
    found = inside(tmp_path)
    assert BEFORE in found["commands"]
    assert any(BEFORE in quote for quote in found["page"])
    assert found["used"] == {"counted": {"no route": 0, "datagrams": 0}, "heard": []}
    looked_out = found["looked out"]
    assert [event for event, *_ in looked_out["heard"]] == ["socket.connect", "socket.getaddrinfo"]
    assert looked_out["counted"]["no route"] > 0
