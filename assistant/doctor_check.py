"""What ``treaty doctor`` finds: one thing looked at, in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AHEAD = timedelta(minutes=5)
"""How far two clocks may differ without anybody noticing."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what to do if not.

    Attributes:
        fix: Mends it and returns what was done in one line; None if only its owner can. Equal for what one mending
            mends.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""
    fix: Callable[[], str] | None = field(default=None, compare=False)


def listed(names: Sequence[str]) -> str:
    """Return some names for one line."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def is_ahead(moment: str | datetime) -> bool:
    """Tell whether a moment lies in the future; what is no moment does not."""
    try:
        found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        return False
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) > datetime.now(UTC) + AHEAD
