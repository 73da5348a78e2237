"""Running a coroutine in a test: in a thread of its own, because the browser's driver keeps a loop in the main one."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
SECONDS = 60


def awaited(work: Coroutine[Any, Any, T], seconds: float = SECONDS) -> T:
    """Return what a coroutine returns, or fail after so long."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, seconds)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(bounded())).result()
